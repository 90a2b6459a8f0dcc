"""The layout of a document: which stretches are headings, which are text, in order and without overlap."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from nlp.readers.source import LABEL_START, LABELLED
from nlp.search.code_points import N_POINTS, Laid
from nlp.text.clean import ends_sentence
from nlp.text.numbering import WORD_DEPTH, Mark, mark_of
from nlp.text.openers import ONLY_NUMBERS, Openers

STANDING_HEADING = 60  # characters: the longest heading alone on its line
RUN_IN_HEADING = 45  # the longest heading in front of text on one line
UNNUMBERED_HEADING = 28
LABEL_DEPTH = WORD_DEPTH + 2  # of the name of a column in front of a cell: below every other heading
STOP = re.compile(r"[。！？!?]|(?<=[\u4e00-\u9fff”])[;；]")
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


class Row(NamedTuple):
    """One line of a document and where it stands."""

    start: int
    text: str
    mark: Mark | None


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
    blocks: list[Block] = []
    for index, row in enumerate(rows):
        start, text, mark = row
        if text[0] == LABEL_START and (name := LABELLED.match(text)):
            body, end = start + name.end(), start + len(text)
            blocks += [Block(start, body, LABEL_DEPTH), *([Block(body, end, 0)] if body < end else [])]
        elif mark is None and len(text) > UNNUMBERED_HEADING:
            blocks.append(Block(start, start + len(text), 0))  # as most lines are
        else:
            previous = rows[index - 1] if index else None
            following = rows[index + 1] if index + 1 < len(rows) else None
            blocks += blocks_of(row, previous, following, rows, openers)
    return blocks


def rows_of(text: str, cuts: Sequence[int]) -> list[Row]:
    """Lines of ``text``; a line that holds numbered headings inside is cut before each of them (at ``cuts``)."""
    rows: list[Row] = []
    at = 0
    for line in text.split("\n"):
        if cuts and (inner := [cut for cut in cuts if at < cut < at + len(line)]) and not LABELLED.match(line):
            for start, piece in pieces_of(line, at, inner):
                rows += row_of(piece, start)
        else:
            rows += row_of(line, at)
        at += len(line) + 1
    return rows


def row_of(piece: str, start: int) -> tuple[Row, ...]:
    """The row of what stands at ``start``; none if that is blank."""
    stripped = piece.strip()
    if len(stripped) == len(piece):  # as most are
        return (Row(start, piece, mark_of(piece)),) if piece else ()
    return (Row(start + len(piece) - len(piece.lstrip()), stripped, mark_of(stripped)),) if stripped else ()


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
    if stands_alone(row, previous, following):
        return [Block(row.start, end, row.mark.depth if row.mark else WORD_DEPTH + 1)]
    if row.mark and (cut := run_in_end(row, rows, openers)):
        body = row.start + cut
        gap = len(row.text[cut:]) - len(row.text[cut:].lstrip())
        return [Block(row.start, body, row.mark.depth), Block(body + gap, end, 0)]
    return [Block(row.start, end, 0)]


def stands_alone(row: Row, previous: Row | None, following: Row | None) -> bool:
    """Whether the whole line is a heading."""
    text, mark = row.text, row.mark
    if len(text) > STANDING_HEADING:
        return False
    if STOP.search(text.rstrip("。；;：:？?" if mark and mark.depth <= 2 else "。；;：:")):
        return False  # more than one sentence
    if mark is None:
        return unnumbered_heading(row, previous, following)
    if mark.depth <= 2:
        # A plain list under （一） also looks so; a list item says something, with a comma and a full stop.
        is_item = text.endswith(("。", "；", ";")) and "，" in text and len(text) > RUN_IN_HEADING
        return not is_item
    if following is None or (
        following.mark and following.mark.depth <= mark.depth and following.mark.style == mark.style
    ):
        return False
    longer = len(following.text) > len(text)
    return longer and len(text) <= RUN_IN_HEADING and (not ends_sentence(text) or "，" not in text)


def unnumbered_heading(row: Row, previous: Row | None, following: Row | None) -> bool:
    """Whether a line without number is a heading: short, no sentence, and longer text behind it."""
    if following is None or ends_sentence(row.text) or len(row.text) > UNNUMBERED_HEADING:
        return False
    if LABELLED.match(following.text):  # the head of a table
        return False
    if re.search(r"[。；！？]|^(?:附件|注|来源)|\t| {2}", row.text) or not re.search(r"[\u4e00-\u9fff]{2}", row.text):
        return False
    followed_by_text = len(following.text) >= 2 * len(row.text) or (following.mark is not None)
    return followed_by_text and (
        previous is None or len(previous.text) > UNNUMBERED_HEADING or previous.mark is not None
    )


def run_in_end(row: Row, rows: list[Row], openers: Openers) -> int | None:
    """Length of the heading in front of the text of a numbered line, or None if there is none."""
    if row.mark is None or row.mark.depth >= WORD_DEPTH:
        return None
    limit = RUN_IN_HEADING if row.mark.depth <= 2 else RUN_IN_HEADING * 2 // 3
    colon = re.search(r"[：:]", row.text[: limit + 1])
    if stop := STOP.search(row.text):
        if colon and colon.end() < stop.start() and "，" in row.text[colon.end() : stop.start()]:
            return colon.end()  # what stands behind the colon already says something
        if stop.end() <= limit and stop.group() not in "；;" and row.text[stop.end() :].strip():
            return stop.end()
        if colon and colon.end() < stop.start() and row.text[colon.end() :].strip() and row.mark.depth <= 3:
            return None
        blank = re.search(r"(?<=[\u4e00-\u9fff”])\s+(?=\S)", row.text[:limit])
        if blank and "，" not in row.text[: blank.start()][-1:]:
            return blank.end()
        if row.mark.depth <= 2:
            return unstopped_end(row, rows, openers)
    return None


def unstopped_end(row: Row, rows: list[Row], openers: Openers) -> int | None:
    """Where a heading that runs into the text without a stop ends, judged by its brothers that stand alone.

    The brothers (lines of the same style that are headings by themselves) give the likely length and number of
    clauses; the cut falls before a word that opens sentences.
    """
    style = row.mark.style if row.mark else ""
    brothers = [
        r.text for r in rows if r is not row and r.mark and r.mark.style == style and len(r.text) <= STANDING_HEADING
    ]
    if not brothers:
        return None
    longest = max(map(len, brothers)) + 6
    shortest = max(6, min(map(len, brothers)) - 6)
    opening = openers.sentence.finditer(row.text[: longest + 1])
    openings = [hit.start() for hit in opening if shortest <= hit.start() <= longest]
    typical = sum(map(len, brothers)) / len(brothers)
    clauses = round(sum(text.count("，") for text in brothers) / len(brothers))
    fitting = [at for at in openings if row.text[:at].count("，") == clauses and row.text[at - 1] not in "，、"]
    return min(fitting, key=lambda at: abs(at - typical)) if fitting else None
