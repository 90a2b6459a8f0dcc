"""Lines that a page width broke are joined again, others not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from nlp.readers.source import LABELLED
from nlp.text.clean import INDENT
from nlp.text.items import item_starts, listed, opening_of
from nlp.text.numbering import PIECE, mark_of

TERMINAL = "。！？!?；;：:…"
STOPS = frozenset(TERMINAL)
CLOSING = "”’』」）)》】\"'"
BROKEN_OFF = "，、,"  # a line that ends so goes on in the next one
NO_START = CLOSING + "，。、；！？"  # no sentence begins so
LONG_LINE = 60  # a line of this length that ends without a stop was broken by a page width
SHORT_LINE = 16  # characters: behind a list that no stop ends, so short a line is a heading
WRAP_SHARE = 0.85  # a line of a wrapped page counts as full from this share of the page width on


def joined(lines: Iterable[str]) -> Iterator[str]:
    """Yield paragraphs: lines that only a page width had broken are put together again.

    >>> list(joined(["围绕中心抓党建，", "抓好党建促业务。", "一、主要做法", "今年以来，"]))
    ['围绕中心抓党建，抓好党建促业务。', '一、主要做法', '今年以来，']
    """
    indented = list(lines)
    texts = [line.strip() for line in indented]
    width = page_width(texts)
    full = LONG_LINE if width is None else WRAP_SHARE * width
    by_indent = width is not None and told_by_indent(indented)
    items = listed(texts)
    group: list[str] = []
    for number, (line, text) in enumerate(zip(indented, texts, strict=True)):
        if not group:
            if text:
                group.append(text)
            continue
        previous = group[-1]
        if not text and width is None and len(previous) >= LONG_LINE and not ends_sentence(previous):
            continue  # a blank line inside a sentence
        if LABELLED.match(text) or (width is None and LABELLED.match(group[0])):
            goes_on = False  # cells of a register; none ends a sentence of the other
        elif number in items and previous[-1] not in BROKEN_OFF:
            goes_on = False  # the next item of a list
        elif by_indent and text and len(previous) >= full:
            goes_on = not line.startswith(INDENT)
        else:
            goes_on = bool(text) and continues(previous, text, full)
        if not goes_on:
            yield glued(group)
            group = []
        if text:
            group.append(text)
    if group:
        yield glued(group)


def told_by_indent(lines: list[str]) -> bool:
    """Whether indents tell paragraphs from broken lines: some lines have one, and some have none."""
    n_indented = sum(line.startswith(INDENT) for line in lines)
    return 2 <= n_indented <= 0.8 * sum(1 for line in lines if line.strip())


def continues(previous: str, following: str, full: float) -> bool:
    """Whether ``following`` goes on with the sentence that ``previous`` broke off; ``full``: length of a full line."""
    if previous[-1] in BROKEN_OFF or following[0] in NO_START:
        return True
    if len(previous) < full or ends_sentence(previous):
        return False
    if mark_of(following) or PIECE.match(following) or item_starts(following):
        return False
    return ends_sentence(following) or len(following) > SHORT_LINE or not item_starts(previous)


def ends_sentence(line: str) -> bool:
    """Whether ``line`` ends with a stop, closing quotation marks and brackets aside."""
    return line[-1:] in STOPS or line.rstrip(CLOSING).endswith((*TERMINAL, "..."))


def page_width(lines: list[str]) -> float | None:
    """Width of the page that broke the lines, in characters; None where lines are paragraphs.

    A page width shows when half of the lines, or more, are about as long as the long ones and none is much longer.
    """
    lengths = sorted([n for n in map(len, lines) if n >= 8])
    if len(lengths) < 3:
        return None
    width = lengths[int(0.9 * (len(lengths) - 1))]
    if not 14 <= width <= LONG_LINE:
        return None
    full = sum(WRAP_SHARE * width <= length <= 1.15 * width for length in lengths)
    return float(width) if full >= 0.5 * len(lengths) and breaks_sentences(lines, width) else None


def breaks_sentences(lines: list[str], width: float) -> bool:
    """Whether lines as long as the page break sentences off more often than items that nothing ends stand in a list."""
    filled = [line for line in lines if line]
    open_ended = [
        following
        for line, following in pairwise(filled)
        if len(line) >= WRAP_SHARE * width and not ends_sentence(line) and line[-1] not in BROKEN_OFF
    ]
    n_marked = sum(opening_of(following) is not None for following in open_ended)
    return 2 * n_marked <= len(open_ended)


def glued(lines: list[str]) -> str:
    """Join lines: with a blank between two Latin words, with nothing elsewhere."""
    text = lines[0]
    for line in lines[1:]:
        latin = text[-1].isascii() and text[-1].isalnum() and line[0].isascii() and line[0].isalpha()
        text += " " + line if latin else line
    return text
