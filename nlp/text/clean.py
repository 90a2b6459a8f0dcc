"""Cleaning: noise goes out, each piece of it recorded with its place in the text that was read."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import pandas as pd

from nlp.corpus.lexicon import Lexicon, NoiseRule
from nlp.search.rule_filter import Gates, gates_of
from nlp.tables import DROPPED, SOURCES

LONGEST_NOISE = 80  # characters: no rule takes a longer line, or part of one, whole
SHORTEST_SAYING = 10  # Han characters: a shorter part of a line of noise is noise
HAN = re.compile(r"[\u4e00-\u9fff]")
PIECE_END = re.compile(r"[。！？；!?;]+[”’』」）)】]*\s*(?=\S)|\s+")
BLANK = re.compile(r"[\t\u00a0\u3000\u2000-\u200a]+")
INDENTED = re.compile(r"\u3000|[ \u00a0]{2}|\t")
INDENT = "\u3000"  # what is left of the blanks in front of a paragraph: it tells paragraphs from broken lines
LONG, MOST_BLANKS = 1_000, 100  # a rule tries blanks from each of them on: a line of a million would never end
MANY_BLANKS = re.compile(f" {{{MOST_BLANKS},}}")


@dataclass(frozen=True, slots=True)
class Drop:
    """Something that was removed: ``lines[line - 1][start : start + len(text)] == text`` in the text that was read."""

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
    raws: list[str] = []
    lines: list[str] = []
    ends: list[int] = []
    indented: list[int] = []
    for text in texts:
        for raw in text.split("\n"):
            raws.append(raw)
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
    for row, opened in cleaner.opened(lines).items():
        owner = bisect_right(ends, row)
        kept, gone = without_noise(lines[row], cleaner, opened)
        drops[owner] += in_raw(row + 1 - (ends[owner - 1] if owner else 0), raws[row], lines[row], gone)
        lines[row] = kept
    for row in indented:
        lines[row] = lines[row] and INDENT + lines[row]
    return [
        ("\n".join(lines[begin:end]), dropped) for begin, end, dropped in zip([0, *ends], ends, drops, strict=False)
    ]


def in_raw(number: int, raw: str, tidied: str, gone: list[Gone]) -> list[Drop]:
    """What went of a line, with its place and wording in the line as it was read, in order.

    Tidying changes blanks alone, so the n-th character that is none is the same one before and after.
    """
    place = [at for at, char in enumerate(raw) if not char.isspace()]
    rank = [0]
    for char in tidied:
        rank.append(rank[-1] + (not char.isspace()))
    drops = [
        Drop(number, place[rank[a]], reason, raw[place[rank[a]] : place[rank[b] - 1] + 1])
        for a, b, reason in sorted(gone)
        if rank[a] < rank[b]
    ]
    return drops


def tidy(line: str) -> str:
    """Turn blanks of every width into plain ones and strip them; an indent stays, as one ideographic space."""
    plain = BLANK.sub(" ", line)
    if len(line) >= LONG:
        plain = MANY_BLANKS.sub(" " * MOST_BLANKS, plain)
    indent = INDENT if plain.strip() and INDENTED.match(line) else ""
    return indent + plain.strip()


class Gone(NamedTuple):
    """A stretch of a tidied line that a rule took."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Cleaner:
    """Noise rules, compiled, and the gates in front of them."""

    rules: tuple[tuple[re.Pattern[str], NoiseRule], ...]
    gates: Gates  # of all rules, for a line as a whole
    in_prose: Gates  # of those that take a piece of a line, wherever it stands
    piecewise: tuple[int, ...]  # which those are

    def opened(self, lines: Sequence[str]) -> dict[int, list[int]]:
        """Rules that may take something of each line, in order; lines that open no gate are left out."""
        found = {row: set(rules) for row, rules in self.gates.opened(lines).items()}
        prose = [row for row, line in enumerate(lines) if is_prose(line)]
        for at, rules in self.in_prose.opened([lines[row] for row in prose]).items():
            found.setdefault(prose[at], set()).update(self.piecewise[i] for i in rules)
        return {row: sorted(found[row]) for row in sorted(found)}


@lru_cache(maxsize=4)
def cleaner_for(rules: tuple[NoiseRule, ...], common: str = "") -> Cleaner:
    """The cleaner of these rules, once per process."""
    piecewise = tuple(i for i, rule in enumerate(rules) if rule.takes_pieces)
    anywhere = tuple(rules[i].pattern.removeprefix("^") for i in piecewise)
    return Cleaner(
        tuple((re.compile(rule.pattern), rule) for rule in rules),
        gates_of(tuple(rule.pattern for rule in rules), common),
        gates_of(anywhere, common),
        piecewise,
    )


def without_noise(line: str, cleaner: Cleaner, opened: list[int]) -> tuple[str, list[Gone]]:
    """Apply to one line, in order, the rules whose gates it opens; what is left, and what went."""
    gone: list[Gone] = []
    places = list(range(len(line)))  # of the characters that are left, in the line as it was
    text, left = line, opened[::-1]
    while left and text:
        pattern, rule = cleaner.rules[at := left.pop()]
        spans = spans_taken(text, pattern, rule, cleaner, opened)
        if not spans:
            continue
        gone += [Gone(a, b, rule.reason) for start, end in spans for a, b in runs(places[start:end])]
        taken = {i for start, end in spans for i in range(start, end)}
        rest = [i for i in range(len(text)) if i not in taken]
        text, places = trimmed("".join(text[i] for i in rest), [places[i] for i in rest])
        # Another beginning may open other gates.
        left = [later for later in cleaner.opened([text]).get(0, [])[::-1] if later > at]
    return text, gone


def spans_taken(
    text: str, pattern: re.Pattern[str], rule: NoiseRule, cleaner: Cleaner, opened: list[int]
) -> list[tuple[int, int]]:
    """What one rule takes of a line: spans, pieces of a line that says something else too, or all of it."""
    if not rule.whole_line:
        return [hit.span() for hit in pattern.finditer(text) if hit.group()]
    if not is_prose(text):
        return [(0, len(text))] if pattern.search(text) else []
    pieces = list(pieces_of(text))
    others = [(pattern, rule), *(cleaner.rules[i] for i in opened if cleaner.rules[i][1].takes_pieces)]
    if len(text) <= LONGEST_NOISE and pattern.search(text) and not any(speaks(text[a:b], others) for a, b in pieces):
        return [(0, len(text))]
    whole = [(a, b) for a, b in pieces if b - a <= LONGEST_NOISE and closed(text[a:b])] if rule.takes_pieces else []
    return [(a, b) for a, b in whole if pattern.search(text[a:b])]


def is_prose(line: str) -> bool:
    """Whether a line may say something beside its noise: it is long, or has more than one part.

    >>> is_prose("点击下载本文"), is_prose("支部开会念文件。点击下载本文")
    (False, True)
    """
    return len(line) > LONGEST_NOISE or PIECE_END.search(line) is not None


def pieces_of(line: str) -> Iterator[tuple[int, int]]:
    """The parts of a line: sentences, and what blanks set apart."""
    start = 0
    for hit in PIECE_END.finditer(line):
        end = hit.end() if hit.group().strip() else hit.start()
        if end > start:
            yield start, end
        start = hit.end()
    if start < len(line):
        yield start, len(line)


def closed(piece: str) -> bool:
    """Whether every bracket of a part of a line is closed in it: half a bracketed remark is not taken."""
    return all(piece.count(one) == piece.count(other) for one, other in ("（）", "()", "【】", "“”"))


def speaks(piece: str, rules: list[tuple[re.Pattern[str], NoiseRule]]) -> bool:
    """Whether a part of a line says something: it is no mere scrap, and no rule takes it."""
    return len(HAN.findall(piece)) >= SHORTEST_SAYING and not any(pattern.search(piece) for pattern, _ in rules)


def runs(places: list[int]) -> Iterator[tuple[int, int]]:
    """Stretches of neighbours among ``places``, which rise.

    >>> list(runs([3, 4, 5, 9]))
    [(3, 6), (9, 10)]
    """
    start = 0
    for i in range(1, len(places) + 1):
        if i == len(places) or places[i] != places[i - 1] + 1:
            if i > start:
                yield places[start], places[i - 1] + 1
            start = i


def trimmed(text: str, places: list[int]) -> tuple[str, list[int]]:
    """Without the blanks at both ends."""
    begin, end = len(text) - len(text.lstrip()), len(text.rstrip())
    return text[begin:end], places[begin:end]
