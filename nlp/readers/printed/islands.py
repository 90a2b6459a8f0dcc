"""Text boxes without a frame: lines that stand beside the text and run by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from nlp.readers.printed.page import Line

LEAST = 2  # lines
MOST_LINES = 500  # of a column; a drawing has more
WIDEST = 0.6  # of the width of the text beside it
CLOSE = 1.9  # of the type: the widest distance of its lines


def islands_of(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the groups of lines that stand beside others of their column, and are narrower and fewer."""
    columns: dict[int, list[Line]] = {}
    for line in lines:
        columns.setdefault(line.column, []).append(line)
    found = []
    for own in columns.values():
        if len(own) <= MOST_LINES and any(beside(a, b) for a, b in pairs_at_one_height(own)):
            groups = chains(own)
            width = max(line.right for line in own) - min(line.left for line in own)
            found += [group for group in groups if len(groups) > 1 and is_island(group, own, width)]
    return found


def pairs_at_one_height(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Return neighbours from top to bottom that stand at about one height."""
    return [(a, b) for a, b in pairwise(sorted(lines, key=lambda line: line.base)) if b.base - a.base < size_of(a)]


def chains(lines: Sequence[Line]) -> list[list[Line]]:
    """Return the lines in the order of the file, parted where one does not stand closely under the one before."""
    found: list[list[Line]] = []
    for line in lines:
        if found and follows(found[-1][-1], line):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def follows(line: Line, below: Line) -> bool:
    """Tell whether a line stands closely under another."""
    distance = line.base - below.base
    return 0 < distance < CLOSE * size_of(line) and line.left < below.right and below.left < line.right


def is_island(group: Sequence[Line], lines: Sequence[Line], width: float) -> bool:
    """Tell whether a group is narrow and stands beside other lines, and over none of its width."""
    left, right = min(line.left for line in group), max(line.right for line in group)
    if len(group) < LEAST or right - left > WIDEST * width or 2 * len(group) > len(lines):
        return False
    low, high = group[-1].base, group[0].base
    own = set(map(id, group))
    others = [line for line in lines if id(line) not in own and low - size_of(line) < line.base < high + size_of(line)]
    return any(low <= line.base <= high for line in others) and not any(
        line.left < right - 1 and line.right > left + 1 for line in others
    )


def beside(a: Line, b: Line) -> bool:
    """Tell whether two lines stand side by side."""
    return a.right < b.left or b.right < a.left


def size_of(line: Line) -> float:
    """Return the size of the type of a line."""
    return line.size or 12.0
