"""The measure of a text: the size of its type, the distance of its lines, how its paragraphs begin."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from nlp.readers.printed.page import Area, Line

SENTENCE_ENDS = tuple("。！？；：…!?;:")
OPENING = "“‘（《〈【〔「『"
CLOSING = "”’）》」』】)\"'"
LATIN = re.compile(r"[!-~]{1,20}")
HEADING = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节篇条部]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[)）]"
    r"|[（(]?\d{1,2}[)）、．]|\d{1,2}\.(?!\d)|[①-⑳]|附件|附[:：])"
)
CONTENTS = re.compile(r".*\S[\s.．…·・]*\s*[-—(（]?\d{1,4}[)）—-]?")
FULL_SIZE = 5  # characters of a line that tells where the type area begins
FULL = 2.2  # characters that a line may stay behind the right edge and be full
ENOUGH = 3  # distances of lines that tell the usual one
TITLE = 1.15  # times the size of the text: the least size of a title
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
    spaced: bool  # its paragraphs stand apart
    headings_indented: bool  # and so do its numbered lines

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Measure:
        """Measure lines whose areas are known."""
        size = median([line.size for line in lines if line.size] or [12.0])
        indents = [line for line in lines if size <= line.left - area_of(line).left <= 3.5 * size]
        numbered = [line for line in lines if begins_anew(line.text)]
        indented = len(indents) >= max(2, 0.05 * len(lines))
        leading = leading_of(lines)
        bare = cls(size, leading, indented, False, False)
        ends = [
            (a, b)
            for a, b in pairs(lines)
            if area_of(a).right - a.right > 4 * size and ends_sentence(a.text) and same_size(a, b)
        ]
        apart = [step(a, b) > 1.2 * bare.leading_at(a) for a, b in ends]
        set_off = [line for line in numbered if line.left - area_of(line).left >= 0.8 * size]
        return cls(
            size,
            leading,
            indented,
            len(apart) > 2 and sum(apart) > 0.6 * len(apart),
            2 * len(set_off) > len(numbered) > 1,
        )

    def leading_at(self, line: Line) -> float:
        """Return the usual distance of lines in the type of one."""
        size = line.size or self.size
        known, leading = min(self.leading, key=lambda pair: abs(pair[0] - size), default=(1.0, 1.5))
        return leading if abs(known - size) < 0.15 * size else leading * size / known

    def continues(self, line: Line, following: Line) -> bool:
        """Tell whether ``following`` goes on with the paragraph of ``line``."""
        size = line.size or following.size or self.size
        if self.goes_on_with_title(line, following):
            return True
        if line.size and following.size and abs(line.size - following.size) > 0.2 * size:
            return False
        if following.left - area_of(following).left > 0.8 * size:
            return False
        open_ended = not ends_sentence(line.text) or line.text.endswith("；")
        short = area_of(line).right - line.right
        if begins_anew(following.text) and not (self.headings_indented and open_ended and short < 1.2 * size):
            return False
        if short > self.slack(line, following):
            return False
        if together(line, following):
            distance = step(line, following)
            if not 0 < distance < (1.25 if self.spaced else 1.7) * self.leading_at(line):
                return False
            if self.spaced:
                return True
        return self.indented or open_ended

    def goes_on_with_title(self, line: Line, following: Line) -> bool:
        """Tell whether both lines are one title: large type, or a full line and its rest, set around one middle."""
        if not same_size(line, following) or not together(line, following) or ends_sentence(line.text):
            return False
        area, size = area_of(line), min(line.size, following.size)
        if not all(abs(each.left + each.right - area.left - area.right) < 2 * size for each in (line, following)):
            return False
        free = min(following.left - area.left, area.right - following.right)
        full = area.width - (line.right - line.left) < 2 * size < free + 0.5 * size and not begins_anew(line.text)
        opens = begins_anew(following.text) or following.text[:1] in "（(—－-"
        return (size > TITLE * self.size or full) and not opens and 0 < step(line, following) < 2.2 * size

    def slack(self, line: Line, following: Line) -> float:
        """Return how far a line that is not the last of its paragraph may stay behind the right edge.

        A comma may not begin a line, and a word or number is not cut. Where every paragraph is indented, a line that
        is not, and does not follow a full stop, goes on even after a ragged line.
        """
        if self.indented and not ends_sentence(line.text):
            return 0.4 * area_of(line).width
        word = LATIN.match(following.text)
        return (line.size or self.size) * (FULL + 0.6 * (len(word.group()) if word else 0))


def area_of(line: Line) -> Area:
    """Return where a line may begin and end; a line of which nothing is known fills its place."""
    return line.area or Area(line.left, line.right)


def together(a: Line, b: Line) -> bool:
    """Tell whether two lines stand in one column of one page."""
    return a.page == b.page and a.column == b.column


def step(a: Line, b: Line) -> float:
    """Return how far a line stands below another."""
    return a.base - b.base


def same_size(a: Line, b: Line) -> bool:
    """Tell whether two lines are set in one size."""
    return abs(a.size - b.size) <= SAME * max(a.size, b.size)


def pairs(lines: Sequence[Line]) -> list[tuple[Line, Line]]:
    """Return the lines that follow each other in a column."""
    return [(a, b) for a, b in pairwise(lines) if together(a, b) and a.base > b.base]


def leading_of(lines: Sequence[Line]) -> tuple[tuple[float, float], ...]:
    """Return the usual distance of lines for every size of type that has enough; below full lines, where there are."""
    steps: dict[float, tuple[list[float], list[float]]] = {}
    for a, b in pairs(lines):
        if a.size and same_size(a, b):
            is_full = area_of(a).right - a.right < FULL * a.size
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
    plain = [line.left for line in lines if len(line.text) > FULL_SIZE and line.text[0] not in OPENING]
    left = commonest(plain or [line.left for line in lines], size)
    rights = sorted(line.right for line in lines)
    return Area(left, rights[int(0.9 * (len(rights) - 1))] if len(rights) > 9 else rights[-1])


def commonest(values: Sequence[float], unit: float) -> float:
    """Return the smallest value that many share, counted in steps of half a character."""
    counts = Counter(round(2 * value / max(unit, 1)) for value in values)
    many = [each for each, n in counts.items() if n >= 0.2 * max(counts.values())]
    return min(value for value in values if round(2 * value / max(unit, 1)) == min(many))
