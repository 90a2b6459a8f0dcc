"""The layout of a document: which stretches are headings, which are text, in order and without overlap."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from nlp.text.clean import ends_sentence
from nlp.text.numbering import WORD_DEPTH, Mark, mark_of

STANDING_HEADING = 60  # characters: the longest heading alone on its line
RUN_IN_HEADING = 45  # the longest heading in front of text on one line
UNNUMBERED_HEADING = 28
STOP = re.compile(r"[。！？!?]|(?<=[\u4e00-\u9fff”])[;；]")
# Words that open a sentence and so betray where a heading without a stop ends and the text begins.
OPENING = (
    r"在[^，。]{2,12}(?:上|中|方面)，|近年来|近几年|当前|目前|今年以来|去年以来|长期以来|一直以来|从[^，。]{2,14}(?:看|来看)，|"
    r"要|一些|有的|部分|个别|少数|不少|许多|各级|我们|我(?:局|院|校|委|公司|部|县|市|区)|通过|坚持|为|由于|因为|按照|根据|"
    r"调研|座谈|问卷|问题|虽然|尽管|首先|一是|具体|所谓|切实"
)
INLINE_HEADING = re.compile(
    r"(?<=[。！？；”])\s*(?=[一二三四五六七八九十]{1,3}、[^。；，]{2,30}[。：\s])|(?<=[。！？；])\s*(?=[（(][一二三四五六七八九十]{1,3}[）)])"
)
# Without this there is no such heading; it begins with one character class, so the search for it is fast.
INLINE_START = re.compile(r"[。！？；”][^\S\n]*[（(一二三四五六七八九十]")


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


def layout(text: str) -> list[Block]:
    """Divide ``text`` into headings and text blocks; together they hold every character that is not blank.

    ``text`` is best given folded (same length): half-width marks then count like full-width ones.

    >>> text = "一、主要表现\\n（一）摆位不够。有的单位不重视。"
    >>> [text[block.start : block.end] for block in layout(text)]
    ['一、主要表现', '（一）摆位不够。', '有的单位不重视。']
    """
    rows = rows_of(text)
    blocks: list[Block] = []
    previous: Row | None = None
    for index, row in enumerate(rows, 1):
        if row.mark is None and len(row.text) > UNNUMBERED_HEADING:
            blocks.append(Block(row.start, row.start + len(row.text), 0))  # as most lines are
        else:
            blocks += blocks_of(row, previous, rows[index] if index < len(rows) else None, rows)
        previous = row
    return blocks


def rows_of(text: str) -> list[Row]:
    """Lines of ``text``; a line that holds several numbered headings inside is cut before each of them."""
    rows: list[Row] = []
    cuts = inline_headings(text)
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        inner = [cut for cut in cuts if at < cut <= end] if cuts else ()
        for begin, piece in pieces_between(inner, at, line) if inner else ((at, line),):
            if stripped := piece.strip():
                start = begin if len(stripped) == len(piece) else begin + len(piece) - len(piece.lstrip())
                rows.append(Row(start, stripped, mark_of(stripped)))
        at = end + 1
    return rows


def pieces_between(cuts: list[int], start: int, line: str) -> list[tuple[int, str]]:
    """What ``cuts`` leave of a line that begins at ``start``: where each piece begins, and the piece."""
    return [(a, line[a - start : b - start]) for a, b in pairwise([start, *cuts, start + len(line)])]


def inline_headings(text: str) -> list[int]:
    """Where numbered headings begin inside a line: the ends of what ``INLINE_HEADING`` finds in it."""
    found = []
    for hit in INLINE_START.finditer(text):
        end = text.find("\n", hit.end())
        if heading := INLINE_HEADING.match(text, hit.start() + 1, len(text) if end < 0 else end):
            found.append(heading.end())
    return found


def blocks_of(row: Row, previous: Row | None, following: Row | None, rows: list[Row]) -> list[Block]:
    """Blocks of one line: a heading, a heading and text, or text."""
    end = row.start + len(row.text)
    if stands_alone(row, previous, following):
        return [Block(row.start, end, row.mark.depth if row.mark else WORD_DEPTH + 1)]
    if row.mark and (cut := run_in_end(row, rows)):
        body = row.start + cut
        gap = len(row.text[cut:]) - len(row.text[cut:].lstrip())
        return [Block(row.start, body, row.mark.depth), Block(body + gap, end, 0)]
    return [Block(row.start, end, 0)]


def stands_alone(row: Row, previous: Row | None, following: Row | None) -> bool:
    """Whether the whole line is a heading."""
    text, mark = row.text, row.mark
    inner = text.rstrip("。；;：:？?" if mark and mark.depth <= 2 else "。；;：:")
    one_sentence = not STOP.search(inner)
    if not one_sentence or len(text) > STANDING_HEADING:
        return False
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
    if re.search(r"[。；！？]|^(?:附件|注|来源)|\t| {2}", row.text) or not re.search(r"[\u4e00-\u9fff]{2}", row.text):
        return False
    followed_by_text = len(following.text) >= 2 * len(row.text) or (following.mark is not None)
    return followed_by_text and (
        previous is None or len(previous.text) > UNNUMBERED_HEADING or previous.mark is not None
    )


def run_in_end(row: Row, rows: list[Row]) -> int | None:
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
            return unstopped_end(row, rows)
    return None


def unstopped_end(row: Row, rows: list[Row]) -> int | None:
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
    openings = [
        hit.start() for hit in re.finditer(OPENING, row.text[: longest + 1]) if shortest <= hit.start() <= longest
    ]
    typical = sum(map(len, brothers)) / len(brothers)
    clauses = round(sum(text.count("，") for text in brothers) / len(brothers))
    fitting = [at for at in openings if row.text[:at].count("，") == clauses and row.text[at - 1] not in "，、"]
    return min(fitting, key=lambda at: abs(at - typical)) if fitting else None
