"""Cleaning: noise out (and recorded); and the rule by which lines that a page width broke are joined again."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import pandas as pd

from nlp.corpus.lexicon import Lexicon, NoiseRule
from nlp.readers.source import LABELLED
from nlp.search.rule_filter import Gates, gates_of
from nlp.tables import DROPPED, SOURCES
from nlp.text.items import item_starts, listed, opening_of
from nlp.text.numbering import PIECE, mark_of

TERMINAL = "。！？!?；;：:…"
STOPS = frozenset(TERMINAL)
CLOSING = "”’』」）)》】\"'"
BROKEN_OFF = "，、,"  # a line that ends so goes on in the next one
NO_START = CLOSING + "，。、；！？"  # no sentence begins so
LONG_LINE = 60  # a line of this length that ends without a stop was broken by a page width
SHORT_LINE = 16  # characters: behind a list that no stop ends, so short a line is a heading
BLANK = re.compile(r"[\t\u00a0\u3000\u2000-\u200a]+")
INDENTED = re.compile(r"\u3000|[ \u00a0]{2}|\t")
INDENT = "\u3000"  # what is left of the blanks in front of a paragraph: it tells paragraphs from broken lines
LONG, MOST_BLANKS = 1_000, 100  # a rule tries blanks from each of them on: a line of a million would never end
MANY_BLANKS = re.compile(f" {{{MOST_BLANKS},}}")
WRAP_SHARE = 0.85  # a line of a wrapped page counts as full from this share of the page width on


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source: its number from 1 and its text."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Something that cleaning removed."""

    line: int
    start: int
    reason: str
    text: str


def clean_sources(sources: pd.DataFrame, lexicon: Lexicon) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return SOURCES with cleaned text and DROPPED, a row for everything removed."""
    cleaned = clean_texts([str(text) for text in sources["text"]], lexicon.noise, lexicon.common_characters)
    texts = pd.Series([text for text, _ in cleaned], index=sources.index, dtype="str")
    drops = [
        (row.source, row.unit, drop.line, drop.start, drop.reason, drop.text)
        for row, (_, dropped) in zip(sources.itertuples(), cleaned, strict=True)
        for drop in dropped
    ]
    return SOURCES.shape(sources.assign(text=texts)), DROPPED.frame(drops)


def clean_text(text: str, rules: tuple[NoiseRule, ...] = ()) -> tuple[str, list[Drop]]:
    """Remove noise, line by line.

    Returns
    -------
    text : as many lines as before
    drops : what was removed, in order
    """
    return clean_texts([text], rules)[0]


def clean_texts(
    texts: Sequence[str], rules: tuple[NoiseRule, ...] = (), common: str = ""
) -> list[tuple[str, list[Drop]]]:
    """What :func:`clean_text` says of each text; together they are cleaned faster than one by one.

    ``common``: the commonest characters of the language; to know them makes it faster still.
    """
    cleaner = cleaner_for(rules, common)
    lines: list[str] = []
    ends: list[int] = []
    indented: list[int] = []
    for text in texts:
        for raw in text.split("\n"):
            # What is printable holds no blanks but plain ones.
            if len(raw) < LONG and raw.isprintable() and len(bare := raw.strip()) == len(raw):
                lines.append(bare)
                continue
            tidied = tidy(raw)
            if tidied.startswith(INDENT):
                indented.append(len(lines))
            lines.append(tidied.strip())
        ends.append(len(lines))
    drops: list[list[Drop]] = [[] for _ in texts]
    for row, opened in cleaner.gates.opened(lines).items():
        owner = bisect_right(ends, row)
        line, dropped = without_noise(Line(row + 1 - (ends[owner - 1] if owner else 0), lines[row]), cleaner, opened)
        drops[owner] += dropped
        lines[row] = line.text
    for row in indented:
        lines[row] = lines[row] and INDENT + lines[row]
    return [
        ("\n".join(lines[begin:end]), dropped) for begin, end, dropped in zip([0, *ends], ends, drops, strict=False)
    ]


def tidy(line: str) -> str:
    """Turn blanks of every width into plain ones and strip them; an indent stays, as one ideographic space."""
    plain = BLANK.sub(" ", line)
    if len(line) >= LONG:
        plain = MANY_BLANKS.sub(" " * MOST_BLANKS, plain)
    indent = INDENT if plain.strip() and INDENTED.match(line) else ""
    return indent + plain.strip()


@dataclass(frozen=True)
class Cleaner:
    """Noise rules, compiled, and the gates in front of them."""

    rules: tuple[tuple[re.Pattern[str], NoiseRule], ...]
    gates: Gates


@lru_cache(maxsize=4)
def cleaner_for(rules: tuple[NoiseRule, ...], common: str = "") -> Cleaner:
    """The cleaner of these rules, once per process."""
    gates = gates_of(tuple(rule.pattern for rule in rules), common)
    return Cleaner(tuple((re.compile(rule.pattern), rule) for rule in rules), gates)


def without_noise(line: Line, cleaner: Cleaner, opened: list[int]) -> tuple[Line, list[Drop]]:
    """Apply to one line, in order, the rules whose gates it opens."""
    drops: list[Drop] = []
    left = opened[::-1]
    while left and line.text:
        pattern, rule = cleaner.rules[at := left.pop()]
        if rule.whole_line:
            if pattern.search(line.text):
                drops.append(Drop(line.number, 0, rule.reason, line.text))
                line = Line(line.number, "")
        elif hits := [hit for hit in pattern.finditer(line.text) if hit.group()]:
            drops += [Drop(line.number, hit.start(), rule.reason, hit.group()) for hit in hits]
            line = Line(line.number, pattern.sub("", line.text).strip())
            # Another beginning may open other gates.
            left = [later for later in cleaner.gates.opened([line.text]).get(0, [])[::-1] if later > at]
    return line, drops


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
