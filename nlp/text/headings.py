"""Headings: which lines, and which beginnings of lines, head the text behind them instead of saying something."""

from __future__ import annotations

import re
from typing import NamedTuple

from nlp.readers.source import LABELLED
from nlp.text.clean import ends_sentence
from nlp.text.numbering import WORD_DEPTH, Mark
from nlp.text.openers import Openers

STANDING_HEADING = 60  # characters: the longest heading alone on its line
RUN_IN_HEADING = 45  # the longest heading in front of text on one line
UNNUMBERED_HEADING = 28
MOST_TERSE = 6  # characters: with a full stop, what has as many is a sentence
TITLE = 14  # characters: what is longer and heads nothing says something
STOP = re.compile(r"[。！？!?]|(?<=[\u4e00-\u9fff”])[;；]")


class Row(NamedTuple):
    """One line of a document and where it stands."""

    start: int
    text: str
    mark: Mark | None
    cut: bool = False  # its line goes on in the next one


def stands_alone(row: Row, previous: Row | None, following: Row | None, openers: Openers) -> bool:
    """Whether the whole line is a heading."""
    text, mark = row.text, row.mark
    if len(text) > STANDING_HEADING:
        return False
    if STOP.search(text.rstrip("。；;：:？?" if mark and mark.depth <= 2 else "。；;：:")):
        return False  # more than one sentence
    if mark is None:
        return unnumbered_heading(row, previous, following, openers)
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


def says_something(row: Row, openers: Openers) -> bool:
    """Whether a line that heads nothing is a sentence or an item rather than an empty title.

    >>> from nlp.text.openers import ONLY_NUMBERS
    >>> [says_something(Row(0, text, None), ONLY_NUMBERS) for text in ("存在问题", "思想认识有偏差。", "甲，乙")]
    [False, True, True]
    """
    body = row.text[len(row.mark.text) :].strip() if row.mark else row.text
    said = body.rstrip("。；;：:！!？?")
    if re.search(r"[，。；！？]", said) or openers.lead_in.search(body):
        return True
    if len(said) > TITLE or (len(said) >= MOST_TERSE and body[-1:] in "。；;！!"):
        return True
    return bool(openers.predicate.search(said)) and not openers.ends_as_title(said)


def unnumbered_heading(row: Row, previous: Row | None, following: Row | None, openers: Openers) -> bool:
    """Whether a line without number is a heading: short, no sentence, and longer text behind it."""
    if following is None or ends_sentence(row.text) or len(row.text) > UNNUMBERED_HEADING:
        return False
    if LABELLED.match(following.text):  # the head of a table
        return False
    if re.search(r"[。；！？]|^(?:附件|注|来源)|\t| {2}", row.text) or not re.search(r"[\u4e00-\u9fff]{2}", row.text):
        return False
    leads = following.text.endswith(("：", ":")) and openers.lead_in.search(following.text)
    followed_by_text = len(following.text) >= 2 * len(row.text) or following.mark is not None or leads or following.cut
    return bool(followed_by_text) and (
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
