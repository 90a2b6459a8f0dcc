"""The measure of a text: the size of its type, the distance of its lines, how its paragraphs begin."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from nlp.readers.printed.page import Area, Line

SENTENCE_ENDS = tuple("。！？；：…!?;:")
OPENING = "“‘（《〈【〔「『"
CLOSING = "”’）》」』】)\"'"
HEADING = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节篇条部]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[)）]"
    r"|[（(]?\d{1,2}[)）、．]|\d{1,2}\.(?!\d)|[①-⑳]|附件|附[:：])"
)
CONTENTS = re.compile(r".*\S[\s.．…·・]*\s*[-—(（]?\d{1,4}[)）—-]?")
TELLING = 4  # characters of a line that tell the size of its type
FULL = 2.2  # characters that a line may stay behind the right edge and be full
INDENT = 0.8  # characters that a line begins behind the left edge to be indented
APART = 1.2  # times the distance of lines: paragraphs that stand farther apart are told by that
ENOUGH = 3  # lines that tell a habit
MOST = 0.6  # of them follow it
SAME = 0.05  # sizes that differ less, relatively, are one


def begins_anew(text: str) -> bool:
    """Tell whether a line begins with a number or name that opens a paragraph; radicals (⼀、) count as characters."""
    return HEADING.match(unicodedata.normalize("NFKC", text[:3]) + text[3:8]) is not None


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends with a stop."""
    return text.rstrip(CLOSING).endswith(SENTENCE_ENDS)


@dataclass(frozen=True, slots=True)
class Measure:
    """How a text is set."""

    size: float  # of its type
    leading: tuple[tuple[float, float], ...]  # the usual distance of lines, by the size of their type
    indented: bool  # its paragraphs begin with a blank
    spaced: bool = False  # its paragraphs stand apart
    headings_indented: bool = False  # its numbered lines begin with a blank too
    hanging: bool = False  # all lines of a paragraph but the first begin with a blank

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Measure:
        """Measure lines whose areas are known."""
        size = median([line.size for line in lines if line.size] or [12.0])
        indents = [line for line in lines if size <= indent_of(line) <= 3.5 * size]
        numbered = [indent_of(line) >= INDENT * size for line in lines if begins_anew(line.text)]
        bare = cls(size, leading_of(lines), len(indents) >= max(2, 0.05 * len(lines)))
        found = pairs(lines)
        apart = [
            step(a, b) > APART * bare.leading_at(a)
            for a, b in found
            if rest_of(a) > 4 * size and ends_sentence(a.text) and same_size(a, b)
        ]
        set_in = [indent_of(b) >= INDENT * size for a, b in found if rest_of(a) < size and not ends_sentence(a.text)]
        return replace(
            bare,
            spaced=len(apart) >= ENOUGH and sum(apart) > MOST * len(apart),
            headings_indented=2 * sum(numbered) > len(numbered) > 1,
            hanging=len(set_in) >= ENOUGH and sum(set_in) > MOST * len(set_in),
        )

    def leading_at(self, line: Line) -> float:
        """Return the usual distance of lines in the type of one."""
        size = line.size or self.size
        known, leading = min(self.leading, key=lambda pair: abs(pair[0] - size), default=(1.0, 1.5))
        return leading if abs(known - size) < 0.15 * size else leading * size / known


def area_of(line: Line) -> Area:
    """Return where a line may begin and end; a line of which nothing is known fills its place."""
    return line.area or Area(line.left, line.right)


def indent_of(line: Line) -> float:
    """Return how far a line begins behind the left edge."""
    return line.left - area_of(line).left


def rest_of(line: Line) -> float:
    """Return how far a line stays behind the right edge."""
    return area_of(line).right - line.right


def together(a: Line, b: Line) -> bool:
    """Tell whether two lines stand in one column of one page."""
    return a.page == b.page and a.column == b.column


def step(a: Line, b: Line) -> float:
    """Return how far a line stands below another."""
    return a.base - b.base


def same_size(a: Line, b: Line) -> bool:
    """Tell whether two lines are set in one size; a few characters tell little of it."""
    few = min(len(a.text), len(b.text)) < TELLING
    return abs(a.size - b.size) <= (4 * SAME if few else SAME) * max(a.size, b.size)


def pairs(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Return the lines that follow each other in a column."""
    return [(a, b) for a, b in pairwise(lines) if together(a, b) and a.base > b.base]


def leading_of(lines: Sequence[Line]) -> tuple[tuple[float, float], ...]:
    """Return the usual distance of lines for every size of type that has enough; below full lines, where there are."""
    steps: dict[float, tuple[list[float], list[float]]] = {}
    for a, b in pairs(lines):
        if a.size and same_size(a, b):
            is_full = rest_of(a) < FULL * a.size
            steps.setdefault(round(a.size, 0), ([], []))[is_full].append(step(a, b))
    found = {size: full or short for size, (short, full) in sorted(steps.items())}
    most = max(map(len, found.values()), default=0)
    return tuple((size, usual(each)) for size, each in found.items() if len(each) >= min(most, ENOUGH))


def usual(steps: Sequence[float]) -> float:
    """Return the most common distance, within half a point; the smallest of several."""
    counts = Counter(round(2 * each) for each in steps)
    most = max(counts.values())
    return min(each for each, n in counts.items() if n == most) / 2


def edges_of(lines: Iterable[Line], size: float) -> Area:
    """Return the edges of the type area that lines show."""
    lines = list(lines)
    # An opening mark may hang out, or be set in.
    plain = [line.left for line in lines if len(line.text) > TELLING and line.text[0] not in OPENING]
    left = commonest(plain or [line.left for line in lines], size)
    rights = sorted(line.right for line in lines)
    return Area(left, rights[int(0.9 * (len(rights) - 1))] if len(rights) > 9 else rights[-1])


def commonest(values: Sequence[float], unit: float) -> float:
    """Return the smallest value that many share, counted in steps of half a character."""
    counts = Counter(round(2 * value / max(unit, 1)) for value in values)
    many = [each for each, n in counts.items() if n >= 0.2 * max(counts.values())]
    return min(value for value in values if round(2 * value / max(unit, 1)) == min(many))
