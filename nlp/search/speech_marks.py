"""How a passage speaks: what it does with its words, counted by the families of ``corpus/lexicon/speech.csv``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlp.corpus.speech import CLAUSE_START, DIGIT, HAN, TURNING, Speech, SpeechMark
from nlp.search.batch_text import END, Flat
from nlp.search.literals import LiteralFinder, Members

Ints = np.ndarray

CHARACTERS = {  # of the kinds that a side may name
    CLAUSE_START: "。！？；，：" + END,  # what stands before the first word of a clause
    HAN: "".join(map(chr, range(0x4E00, 0xA000))),
    DIGIT: "0123456789",
}
SHORTEST_TURNED = 18  # characters behind a turn that can decide
PUNCTUATION = "？“”"
# Numbers of the groups in front of those of the families: turns (rule 15 of the codebook: what follows the turn
# decides), question marks, quotation marks.
TURN, ASKED, OPENING_QUOTE, CLOSING_QUOTE, FIRST_FAMILY = range(5)

Spoken = tuple[dict[str, int], int]  # counts of the families in what a passage is after, and where that begins


class MarkFinder:
    """Where the marks of several groups stand."""

    def __init__(self, groups: Sequence[Sequence[SpeechMark]]) -> None:
        self.marks = [mark for group in groups for mark in group]
        self.group = np.array([number for number, group in enumerate(groups) for _ in group], dtype=np.int64)
        wordings = tuple(dict.fromkeys(mark.wording for mark in self.marks))
        self.finder = LiteralFinder(wordings)
        self.members = Members([(mark.wording,) for mark in self.marks], wordings)
        sides = [side for mark in self.marks for side in (mark.before, mark.after)]
        known = sorted(set(sides))
        self.allowed = np.array([allowed_points(side) for side in known], dtype=bool).reshape(-1, 0x10000)
        self.before = np.array([known.index(mark.before) for mark in self.marks], dtype=np.int64)
        self.after = np.array([known.index(mark.after) for mark in self.marks], dtype=np.int64)

    def find(self, flat: Flat) -> tuple[Ints, Ints, Ints]:
        """Number of the group, start and end of every mark, by start."""
        literal, start = self.finder.find(flat)
        mark, which = self.members.of(literal)
        start, end = start[which], start[which] + self.finder.lengths[literal[which]]
        previous = np.where(start > 0, flat.points[start - 1], 0)
        following = flat.points[end]  # END stands behind every text
        held = self.allowed[self.before[mark], previous] & self.allowed[self.after[mark], following]
        mark, start, end = mark[held], start[held], end[held]
        order = np.lexsort((self.group[mark], start))
        return self.group[mark][order], start[order], end[order]


def allowed_points(side: str) -> np.ndarray:
    """Code points that a side of a mark allows."""
    inverse = side.startswith("^") or not side
    named = side.removeprefix("^")
    points = np.full(0x10000, inverse)
    points[[ord(char) for char in CHARACTERS.get(named, named)]] = not inverse
    return points


@lru_cache(maxsize=4)
def finder_of(speech: Speech) -> MarkFinder:
    """Turns, question marks, quotation marks, then the families; made once per process."""
    punctuation = [(SpeechMark("", mark, "", ""),) for mark in PUNCTUATION]
    return MarkFinder([speech.of(TURNING), *punctuation, *(speech.of(family.id) for family in speech.families)])


def n_signals(speech: Speech) -> int:
    """Columns of :func:`signal_values`."""
    return 3 * len(speech.families) + 4


@dataclass(frozen=True)
class Signals:
    """Ways of speaking in a batch: group (TURN and what follows, then the families) and place of every mark, by place."""

    group: Ints
    start: Ints
    n_families: int

    def turned(self, begins: Ints, ends: Ints) -> Ints:
        """Where the part behind the first turn begins in every span; -1 where there is none, or it is too short."""
        turns = self.start[self.group == TURN]
        if not len(turns):
            return np.full(len(begins), -1)
        number = np.searchsorted(turns, begins)
        first = turns[np.minimum(number, len(turns) - 1)]
        left = ends - first
        long = left >= np.maximum(SHORTEST_TURNED, (ends - begins) // 6)
        return np.where((number < len(turns)) & (first < ends) & long, first, -1)

    def counts(self, begins: Ints, ends: Ints, froms: Ints) -> Ints:
        """Marks of every family from ``froms`` to the end of each span, (n_spans, n_families); spans lie apart."""
        n, counted = self.n_families, self.group >= FIRST_FAMILY
        family, start = self.group[counted] - FIRST_FAMILY, self.start[counted]
        span, inside = spans_of(start, begins, ends)
        inside &= start >= froms[span] if len(begins) else False
        cells = span[inside] * n + family[inside]
        return np.bincount(cells, minlength=len(begins) * n).reshape(len(begins), n)


def signals_of(flat: Flat, speech: Speech) -> Signals:
    """All marks of a batch."""
    group, start, _ = finder_of(speech).find(flat)
    return Signals(group, start, len(speech.families))


def spans_of(positions: Ints, begins: Ints, ends: Ints) -> tuple[Ints, np.ndarray]:
    """Number of the span that each position may lie in, and whether it does; spans lie apart, in order."""
    span = np.maximum(np.searchsorted(begins, positions, side="right") - 1, 0)
    inside = (
        (positions >= begins[span]) & (positions < ends[span]) if len(begins) else np.zeros(len(positions), dtype=bool)
    )
    return span, inside


def signal_values(signals: Signals, begins: Ints, ends: Ints) -> np.ndarray:
    """Signals of every span, (n_spans, n_signals), logarithms of counts.

    Returns
    -------
    array of float64
        every family in the whole span; in its last third, where a passage says what it is after; length, question
        marks, share of quoted characters; every family behind the turn (in the whole where there is none); turn.
    """
    if not len(begins):
        return np.zeros((0, 3 * signals.n_families + 4))
    turned = signals.turned(begins, ends)
    tail = begins + (ends - begins) * 2 // 3
    length = ends - begins
    shape = [
        np.log1p(length),
        n_questions(signals, begins, ends),
        quoted(signals, begins, ends) / np.maximum(1, length),
    ]
    parts = [
        signals.counts(begins, ends, begins),
        signals.counts(begins, ends, tail),
        np.array(shape).T.reshape(len(begins), len(shape)),
        signals.counts(begins, ends, np.where(turned >= 0, turned, begins)),
        (turned >= 0)[:, None],
    ]
    return np.log1p(np.hstack(parts).astype(np.float64))


def n_questions(signals: Signals, begins: Ints, ends: Ints) -> Ints:
    """Question marks in every span."""
    marked = signals.start[signals.group == ASKED]
    found: Ints = np.searchsorted(marked, ends) - np.searchsorted(marked, begins)
    return found


def quoted(signals: Signals, begins: Ints, ends: Ints) -> Ints:
    """Characters between quotation marks, these included, in every span."""
    opened, closed = (signals.start[signals.group == group] for group in (OPENING_QUOTE, CLOSING_QUOTE))
    if not (len(opened) and len(closed)):
        return np.zeros(len(begins), dtype=np.int64)
    span, inside = spans_of(opened, begins, ends)
    opened, span = opened[inside], span[inside]
    if not len(opened):
        return np.zeros(len(begins), dtype=np.int64)
    number = np.searchsorted(closed, opened)
    # “甲“乙” is one quotation; one that its span leaves open takes no mark from the next span.
    first = np.concatenate([[True], (number[1:] != number[:-1]) | (span[1:] != span[:-1])]) & (number < len(closed))
    opened, span, close = opened[first], span[first], closed[number[first]]
    inside = close < ends[span]
    return np.bincount(span[inside], close[inside] - opened[inside] + 1, len(begins)).astype(np.int64)


def passage_signals(flat: Flat, speech: Speech) -> Iterator[Spoken]:
    """For every text of a batch: counts of the families in what it is after, and where that begins in it."""
    signals, names = signals_of(flat, speech), [family.id for family in speech.families]
    turned = signals.turned(flat.begins, flat.ends)
    froms = np.where(turned >= 0, turned, flat.begins)
    counts = signals.counts(flat.begins, flat.ends, froms)
    for row, begin, start in zip(counts.tolist(), flat.begins.tolist(), froms.tolist(), strict=True):
        yield dict(zip(names, row, strict=True)), start - begin
