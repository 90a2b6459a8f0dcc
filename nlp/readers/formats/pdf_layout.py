"""From the lines of printed pages to paragraphs: running heads and page numbers out, wrapped lines joined."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

EDGE = 2  # lines at the top and bottom of a page that may be running lines
MARGIN = 0.13  # of the page's height
MIN_REPEATS = 3
PAGE_NUMBER = re.compile(
    r"[-—–－―~～·•.\s]*(?:第?\s*[\d０-９]{1,4}\s*页?(?:\s*[/／,，]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?|[ivxlc]{1,6}|第[一二三四五六七八九十百]+页)[-—–－―~～·•.\s]*",
    re.IGNORECASE,
)
LATIN = re.compile(r"[!-~]{1,20}")
SENTENCE_ENDS = "。！？；：…!?;:"
CLOSING = "”’）》」』】)\"'"
HEADING = re.compile(
    r"(?:第[一二三四五六七八九十百\d]{1,4}[章节篇条部]|[一二三四五六七八九十]{1,3}[、．.]|[（(][一二三四五六七八九十]{1,3}[)）]"
    r"|[（(]?\d{1,2}[)）、．]|\d{1,2}\.(?!\d)|[①-⑳]|附件|附[:：])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line and its place, in points."""

    text: str
    page: int
    left: float
    right: float
    bottom: float
    size: float  # of its Chinese type; 0 where there is none
    height: float  # of its place on the page: 0 is the bottom, 1 the top


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[Line]:
    """Leave out page numbers, and heads and feet that repeat on three pages or on half of them."""
    seen = Counter(key for page in pages for key in {running_key(line) for line in edges(page)})
    needed = max(2, min(MIN_REPEATS, (len(pages) + 1) // 2))
    kept = []
    for page in pages:
        running = {id(line) for line in edges(page) if is_running(line, seen, needed)}
        kept += [line for line in page if id(line) not in running]
    return kept


def edges(page: Sequence[Line]) -> list[Line]:
    """Return the lines in the top and bottom margins, at most two each."""
    by_height = sorted(page, key=lambda line: line.height)
    low = [line for line in by_height[:EDGE] if line.height < MARGIN]
    return low + [line for line in by_height[-EDGE:] if line.height > 1 - MARGIN and line not in low]


def running_key(line: Line) -> tuple[bool, str]:
    """Return what repeats of a running line: its edge and its words, the numbers left open."""
    return line.height > 0.5, re.sub(r"[\d０-９]+", "#", re.sub(r"\s", "", line.text))


def is_running(line: Line, seen: Counter[tuple[bool, str]], needed: int) -> bool:
    """Tell a page number or a running line from the text."""
    if PAGE_NUMBER.fullmatch(line.text):
        bare = line.text.strip()
        return not bare.isdigit() or int(bare) == line.page or seen[running_key(line)] >= needed
    return seen[running_key(line)] >= needed


def paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    """Join wrapped lines and yield paragraphs."""
    if not lines:
        return
    block = Block.of(lines)
    text, previous = lines[0].text, lines[0]
    for line in lines[1:]:
        if block.continues(previous, line):
            text = joined(text, line.text)
        else:
            yield text
            text = line.text
        previous = line
    yield text


def joined(text: str, more: str) -> str:
    """Put two parts of a paragraph together, with a space only between Latin words."""
    gap = " " if text[-1:].isascii() and text[-1:].isalnum() and more[:1].isascii() and more[:1].isalnum() else ""
    return text + gap + more


@dataclass(frozen=True, slots=True)
class Block:
    """The type area: its edges, the size of its type, the distance of its lines, whether paragraphs are indented."""

    left: float
    right: float
    size: float
    leading: float
    indented: bool

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Block:
        """Measure the type area by all lines."""
        size = median([line.size for line in lines if line.size] or [12.0])
        left = commonest([line.left for line in lines if len(line.text) > 5] or [line.left for line in lines], size)
        rights = sorted(line.right for line in lines)
        right = rights[int(0.9 * (len(rights) - 1))] if len(rights) > 9 else rights[-1]
        steps = [a.bottom - b.bottom for a, b in pairwise(lines) if a.page == b.page and a.bottom > b.bottom]
        leading = median(steps) if steps else size
        n_indented = sum(is_between(line.left - left, size, 3.5 * size) for line in lines)
        return cls(left, right, size, leading, n_indented >= max(2, 0.05 * len(lines)))

    def continues(self, line: Line, following: Line) -> bool:
        """Tell whether ``following`` goes on with the paragraph of ``line``."""
        if HEADING.match(following.text) or self.right - line.right > self.slack(line, following):
            return False
        if line.size and following.size and abs(line.size - following.size) > 0.2 * self.size:
            return False
        if line.page == following.page and not 0 < line.bottom - following.bottom < 1.7 * self.leading:
            return False
        if following.left - self.left > 0.8 * self.size:
            return False
        return self.indented or not line.text.rstrip(CLOSING).endswith(tuple(SENTENCE_ENDS))

    def slack(self, line: Line, following: Line) -> float:
        """Return how far a line that is not the last of its paragraph may stay behind the right edge.

        A comma may not begin a line, and a word or number is not cut. Where every paragraph is indented, a line that
        is not, and does not follow a full stop, goes on even after a ragged line.
        """
        if self.indented and not line.text.rstrip(CLOSING).endswith(tuple(SENTENCE_ENDS)):
            return 0.4 * (self.right - self.left)
        word = LATIN.match(following.text)
        return self.size * (2.2 + 0.6 * (len(word.group()) if word else 0))


def is_between(value: float, low: float, high: float) -> bool:
    """Tell whether a value lies inside bounds."""
    return low <= value <= high


def commonest(values: Sequence[float], unit: float) -> float:
    """Return the smallest value that many share, counted in steps of half a character."""
    counts = Counter(round(2 * value / max(unit, 1)) for value in values)
    many = [step for step, n in counts.items() if n >= 0.2 * max(counts.values())]
    return min(value for value in values if round(2 * value / max(unit, 1)) == min(many))
