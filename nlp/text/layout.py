"""The layout of a document: which stretches are headings, which are text, in order and without overlap."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nlp.readers.source import LABEL_START, LABELLED
from nlp.search.code_points import N_POINTS, Laid
from nlp.text.headings import STANDING_HEADING, UNNUMBERED_HEADING, Row, run_in_end, says_something, stands_alone
from nlp.text.items import bare_mark, follows, item_starts, number_of, seconds_in, start_behind_lead
from nlp.text.numbering import WORD_DEPTH, mark_of
from nlp.text.openers import ONLY_NUMBERS, Openers

LABEL_DEPTH = WORD_DEPTH + 2  # of the name of a column in front of a cell: below every other heading
LEAD_DEPTH = WORD_DEPTH + 3  # of half a sentence in front of a list on its line (“究其原因，一是…；二是…”)
LONGEST_LEAD_HEADING = 12
INLINE_HEADING = re.compile(
    r"(?<=[。！？；”])\s*(?=[一二三四五六七八九十]{1,3}、[^。；，]{2,30}[。：\s])|(?<=[。！？；])\s*(?=[（(][一二三四五六七八九十]{1,3}[）)])"
)
# It stands behind one of the first and begins with one of the second; only where both are, the expression is tried.
BEFORE_INLINE, BEGINS_INLINE = "。！？；”", "（(一二三四五六七八九十"
BEFORE, BEGINS = 1, 2
LAST_BLANK = 0x3000  # no blank lies above the ideographic space


class Block(NamedTuple):
    """A stretch of a document: a heading with its depth, or text (depth 0)."""

    start: int
    end: int
    depth: int

    @property
    def is_heading(self) -> bool:
        """Whether this is a heading."""
        return self.depth > 0


def layout(text: str, openers: Openers = ONLY_NUMBERS) -> list[Block]:
    """Divide ``text`` into headings and text blocks; together they hold every character that is not blank.

    ``text`` is best given folded (same length): half-width marks then count like full-width ones.

    >>> text = "一、主要表现\\n（一）摆位不够。有的单位不重视。"
    >>> [text[block.start : block.end] for block in layout(text)]
    ['一、主要表现', '（一）摆位不够。', '有的单位不重视。']
    """
    return layouts([text], openers)[0]


def layouts(texts: Sequence[str], openers: Openers) -> list[list[Block]]:
    """The layout of every text."""
    return [blocks_in(rows_of(text, cuts), openers) for text, cuts in zip(texts, inline_headings(texts), strict=True)]


def blocks_in(rows: list[Row], openers: Openers) -> list[Block]:
    """Blocks of a text, given its lines."""
    blocks: list[list[Block]] = []  # of every line
    for index, row in enumerate(rows):
        start, text, mark = row.start, row.text, row.mark
        if text[0] == LABEL_START and (name := LABELLED.match(text)):
            body, end = start + name.end(), start + len(text)
            blocks.append([Block(start, body, LABEL_DEPTH), *([Block(body, end, 0)] if body < end else [])])
        elif mark is None and len(text) > UNNUMBERED_HEADING:
            blocks.append([Block(start, start + len(text), 0)])  # as most lines are
        else:
            previous = rows[index - 1] if index else None
            following = rows[index + 1] if index + 1 < len(rows) else None
            blocks.append(blocks_of(row, previous, following, rows, openers))
    return [block for each in with_items(rows, blocks, openers) for block in each]


def with_items(rows: list[Row], blocks: list[list[Block]], openers: Openers) -> list[list[Block]]:
    """Make text of the headings that head nothing and say something, and of the brothers that close their list."""
    alone = [i for i, each in enumerate(blocks) if len(each) == 1 and 0 < each[0].depth < LABEL_DEPTH]
    times = Counter(rows[i].text for i in alone)  # an outline repeats every heading
    alone = [i for i in alone if says_something(rows[i], openers)]
    items = {i for i in alone if times[rows[i].text] == 1 and heads_nothing(i, rows, blocks)}
    for i in alone:
        if i not in items and closes_list(i, rows, blocks, items):
            items.add(i)
    return [[Block(each[0].start, each[0].end, 0)] if i in items else each for i, each in enumerate(blocks)]


def heads_nothing(index: int, rows: list[Row], blocks: list[list[Block]]) -> bool:
    """Whether nothing stands between this heading and the next one of its level or above."""
    if index + 1 == len(rows):
        return True
    mark, following = rows[index].mark, rows[index + 1].mark
    if mark and following and mark.style == following.style and number_of(following.text) == 1:
        return False  # a list that counts from one again stands under it
    return 0 < blocks[index + 1][0].depth <= blocks[index][0].depth


def closes_list(index: int, rows: list[Row], blocks: list[list[Block]], items: set[int]) -> bool:
    """Whether this heading is the last of a list: its brother right before it is text, and as short."""
    if not index or not follows(rows[index].mark, rows[index - 1].mark):
        return False
    is_item = index - 1 in items or (len(blocks[index - 1]) == 1 and not blocks[index - 1][0].depth)
    return is_item and len(rows[index - 1].text) <= STANDING_HEADING


def rows_of(text: str, cuts: Sequence[int]) -> list[Row]:
    """Lines of ``text``; a line is cut before the numbered headings inside it (at ``cuts``) and before list items."""
    rows: list[Row] = []
    at, seconds = 0, seconds_in(text)
    for line in text.split("\n"):
        starts = [at + start for start in item_starts(line, seconds)]
        inner = [cut for cut in sorted({*cuts, *starts}) if at < cut < at + len(line)] if cuts or starts else []
        if inner and not LABELLED.match(line):
            for start, piece in pieces_of(line, at, inner):
                rows += row_of(piece, start, start + len(piece) < at + len(line))
        else:
            rows += row_of(line, at)
        at += len(line) + 1
    return without_leads(with_bare_marks(rows))


def without_leads(rows: list[Row]) -> list[Row]:
    """Cut what leads a list off its first item, where the other items have lines of their own."""
    cut: list[Row] = []
    for row, following in pairwise([*rows, None]):
        mark = following.mark if row and following and row.mark is None else None
        if row and mark and (at := start_behind_lead(row.text, mark)):
            cut += row_of(row.text[:at], row.start, cut=True) + row_of(row.text[at:], row.start + at, row.cut)
        elif row:
            cut.append(row)
    return with_bare_marks(cut) if len(cut) > len(rows) else rows


def with_bare_marks(rows: list[Row]) -> list[Row]:
    """Give 首先, 其次, 其一 without a comma their mark where they count on from a neighbour."""
    bare = {i: mark for i, row in enumerate(rows) if row.mark is None and (mark := bare_mark(row.text))}
    marked = {i for i, mark in bare.items() if follows(mark, bare.get(i - 1)) or follows(bare.get(i + 1), mark)}
    return [row._replace(mark=bare[i]) if i in marked else row for i, row in enumerate(rows)] if marked else rows


def row_of(piece: str, start: int, cut: bool = False) -> tuple[Row, ...]:
    """The row of what stands at ``start``; none if that is blank."""
    stripped = piece.strip()
    if len(stripped) == len(piece):  # as most are
        return (Row(start, piece, mark_of(piece), cut),) if piece else ()
    return (Row(start + len(piece) - len(piece.lstrip()), stripped, mark_of(stripped), cut),) if stripped else ()


def pieces_of(line: str, at: int, cuts: list[int]) -> list[tuple[int, str]]:
    """What ``cuts`` leave of a line that begins at ``at``: where each piece begins, and the piece."""
    return [(start, line[start - at : end - at]) for start, end in pairwise([at, *cuts, at + len(line)])]


def inline_headings(texts: Sequence[str]) -> list[list[int]]:
    """Where numbered headings begin inside the lines of each text."""
    laid = Laid(texts)
    kinds = laid.kinds(inline_kinds())
    places = np.flatnonzero((kinds[:-1] == BEFORE) & (kinds[1:] == BEGINS))
    rows = laid.rows_of(places)
    found: list[list[int]] = [[] for _ in texts]
    for row, place in zip(rows.tolist(), (places - laid.starts[rows]).tolist(), strict=True):
        text = texts[row]
        end = text.find("\n", place)
        if heading := INLINE_HEADING.match(text, place + 1, len(text) if end < 0 else end):
            found[row].append(heading.end())
    return found


@lru_cache(maxsize=1)
def inline_kinds() -> np.ndarray:
    """What each character is to an inline heading: before it, or the beginning of it or of the blanks in front."""
    kinds = np.zeros(N_POINTS, dtype=np.uint8)
    blanks = [point for point in range(LAST_BLANK + 1) if point != ord("\n") and chr(point).isspace()]
    kinds[[*map(ord, BEGINS_INLINE), *blanks]] = BEGINS
    kinds[[*map(ord, BEFORE_INLINE)]] = BEFORE
    return kinds


def blocks_of(row: Row, previous: Row | None, following: Row | None, rows: list[Row], openers: Openers) -> list[Block]:
    """Blocks of one line: a heading, a heading and text, or text."""
    end = row.start + len(row.text)
    if leads_list(row, following, openers):
        return [Block(row.start, end, LEAD_DEPTH)]
    if stands_alone(row, previous, following, openers):
        return [Block(row.start, end, row.mark.depth if row.mark else WORD_DEPTH + 1)]
    if row.mark and (cut := run_in_end(row, rows, openers)):
        body = row.start + cut
        gap = len(row.text[cut:]) - len(row.text[cut:].lstrip())
        return [Block(row.start, body, row.mark.depth), Block(body + gap, end, 0)]
    return [Block(row.start, end, 0)]


def leads_list(row: Row, following: Row | None, openers: Openers) -> bool:
    """Whether the line was cut behind a few words that govern the list behind them.

    They are half a sentence (only a cut before a list leaves a comma at the end of a line, for lines that end so have
    been joined with the next) or a mere title (“整改措施：”).
    """
    if len(row.text) > LONGEST_LEAD_HEADING or not row.text.endswith(("，", ",", "：", ":")):
        return False
    counts = following is not None and following.mark is not None and number_of(following.mark.text) == 1
    return counts and row.cut and (row.text[-1] in "，," or not says_something(row, openers))
