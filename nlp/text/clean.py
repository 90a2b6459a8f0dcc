"""Cleaning: noise out (and recorded); and the rule by which lines that a page width broke are joined again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import pandas as pd

from nlp.lexicon import Lexicon, NoiseRule
from nlp.tables import DROPPED, SOURCES
from nlp.text.gates import Gates, gates_of
from nlp.text.numbering import PIECE, WORD_DEPTH, mark_of

TERMINAL = "。！？!?；;：:…"
CLOSING = "”’』」）)》】\"'"
LONG_LINE = 60  # a line of this length that ends without a stop was broken by a page width
HEADING_LENGTH = 40
BLANK = re.compile(r"[\t\u00a0\u3000\u2000-\u200a]+")
INDENTED = re.compile(r"\u3000|[ \u00a0]{2}|\t")
INDENT = "\u3000"  # what is left of the blanks in front of a paragraph: it tells paragraphs from broken lines
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
    texts, drops = [], []
    for row in sources.itertuples():
        text, dropped = clean_text(str(row.text), lexicon.noise)
        texts.append(text)
        drops += [(row.source, row.unit, d.line, d.start, d.reason, d.text) for d in dropped]
    return SOURCES.shape(sources.assign(text=pd.Series(texts, index=sources.index, dtype="str"))), DROPPED.frame(drops)


def clean_text(text: str, rules: tuple[NoiseRule, ...] = ()) -> tuple[str, list[Drop]]:
    """Remove noise, line by line.

    Returns
    -------
    text : as many lines as before
    drops : what was removed, in order
    """
    cleaner = cleaner_for(rules)
    odd_blanks = BLANK.search(text) is not None
    kept: list[str] = []
    drops: list[Drop] = []
    for number, raw in enumerate(text.split("\n"), 1):
        tidied = tidy(raw) if odd_blanks or raw.startswith("  ") else raw.strip()
        bare = tidied.strip() if odd_blanks else tidied.lstrip(INDENT)
        if bare and (opened := cleaner.gates.opened(bare)):
            line, dropped = without_noise(Line(number, bare), cleaner, opened)
            drops += dropped
            bare = line.text
        kept.append(INDENT + bare if bare and tidied.startswith(INDENT) else bare)
    return "\n".join(kept), drops


def tidy(line: str) -> str:
    """Turn blanks of every width into plain ones and strip them; an indent stays, as one ideographic space."""
    plain = BLANK.sub(" ", line)
    indent = INDENT if plain.strip() and INDENTED.match(line) else ""
    return indent + plain.strip()


@dataclass(frozen=True)
class Cleaner:
    """Noise rules, compiled, and the gates in front of them."""

    rules: tuple[tuple[re.Pattern[str], NoiseRule], ...]
    gates: Gates


@lru_cache(maxsize=4)
def cleaner_for(rules: tuple[NoiseRule, ...]) -> Cleaner:
    """The cleaner of these rules, once per process."""
    return Cleaner(
        tuple((re.compile(rule.pattern), rule) for rule in rules), gates_of(tuple(rule.pattern for rule in rules))
    )


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
            left = [later for later in cleaner.gates.opened(line.text)[::-1] if later > at]
    return line, drops


def joined(lines: Iterable[str]) -> Iterator[str]:
    """Yield paragraphs: lines that only a page width had broken are put together again.

    >>> list(joined(["围绕中心抓党建，", "抓好党建促业务。", "一、主要做法", "今年以来，"]))
    ['围绕中心抓党建，抓好党建促业务。', '一、主要做法', '今年以来，']
    """
    indented = list(lines)
    texts = [line.strip() for line in indented]
    width = page_width(texts)
    n_indented = sum(line.startswith(INDENT) for line in indented)
    by_indent = width is not None and 2 <= n_indented <= 0.8 * sum(map(bool, texts))
    group: list[str] = []
    for line, text in zip(indented, texts, strict=True):
        if not text and group and width is None and len(group[-1]) >= LONG_LINE and not ends_sentence(group[-1]):
            continue  # a blank line inside a sentence
        if group and by_indent and text and len(group[-1]) >= WRAP_SHARE * (width or 0):
            goes_on = not line.startswith(INDENT)
        else:
            goes_on = bool(group and text) and continues(group[-1], text, width)
        if group and not goes_on:
            yield glued(group)
            group = []
        if text:
            group.append(text)
    if group:
        yield glued(group)


def continues(previous: str, following: str, width: float | None) -> bool:
    """Whether ``following`` goes on with the sentence that ``previous`` broke off."""
    if previous.endswith(("，", "、", ",")) or following[0] in CLOSING + "，。、；！？":
        return True
    mark = mark_of(previous)
    if ends_sentence(previous) or mark_of(following) or PIECE.match(following):
        return False
    if mark and mark.depth < WORD_DEPTH and len(previous) < (WRAP_SHARE * width if width else HEADING_LENGTH):
        return False
    return len(previous) >= (WRAP_SHARE * width if width else LONG_LINE)


def ends_sentence(line: str) -> bool:
    """Whether ``line`` ends with a stop, closing quotation marks and brackets aside."""
    return line.rstrip(CLOSING).endswith((*TERMINAL, "..."))


def page_width(lines: list[str]) -> float | None:
    """Width of the page that broke the lines, in characters; None where lines are paragraphs.

    A page width shows when half of the lines, or more, are about as long as the long ones and none is much longer.
    """
    lengths = sorted(len(line) for line in lines if len(line) >= 8)
    if len(lengths) < 3:
        return None
    width = lengths[int(0.9 * (len(lengths) - 1))]
    full = sum(WRAP_SHARE * width <= length <= 1.15 * width for length in lengths)
    return float(width) if 14 <= width <= LONG_LINE and full >= 0.5 * len(lengths) else None


def glued(lines: list[str]) -> str:
    """Join lines: with a blank between two Latin words, with nothing elsewhere."""
    text = lines[0]
    for line in lines[1:]:
        latin = text[-1].isascii() and text[-1].isalnum() and line[0].isascii() and line[0].isalpha()
        text += " " + line if latin else line
    return text
