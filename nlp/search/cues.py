"""Cues: where the wordings of codes and roles stand in passages."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlp.corpus.lexicon import Cue, Lexicon
from nlp.corpus.speech import AVERTING, BYGONE, SpeechMark, choices_of
from nlp.search.batch_text import END, Flat, among, flat_of
from nlp.search.cue_gaps import Chains
from nlp.search.literals import LiteralFinder, Members, Presence, holds
from nlp.search.speech_marks import MarkFinder

Ints = np.ndarray

OPPOSED_WITHIN, PAST_WITHIN = 10, 20  # characters between such a word and the cue
SENTENCE_STOPS = "。；！？" + END
CLAUSE_STOPS = "，" + SENTENCE_STOPS
GAP_STOPS = "。！？；!?;" + END  # no gap of a cue holds one
GENERAL = 500  # a single character is as poor an anchor as a word that stands in so many cues


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a passage, offsets into the matchable text."""

    code: str
    start: int
    end: int
    averted: bool  # an opposing verb governs it (防止以会议落实会议), or it is told as past


@dataclass(frozen=True)
class Hits:
    """Cues found in a batch as parallel arrays: passage by passage, in a passage by code, then by place."""

    row: Ints  # the passage
    code: Ints  # index into the finder's codes
    start: Ints  # characters of the batch's text
    end: Ints
    averted: np.ndarray  # boolean


@dataclass(frozen=True)
class Wording:
    """A cue made ready: its parts between the gaps with every choice made, and the part by which it is sought."""

    code: int
    parts: tuple[tuple[str, ...], ...]
    anchor: int

    @property
    def others(self) -> tuple[tuple[str, ...], ...]:
        """All parts but the anchor."""
        return self.parts[: self.anchor] + self.parts[self.anchor + 1 :]


class CueFinder:
    """All cues, each sought by its least general part; one with gaps, then, in sentences that hold all its parts."""

    def __init__(self, cues: tuple[Cue, ...], averting: tuple[SpeechMark, ...] = ()) -> None:
        """``averting``: marks of AVERTING and BYGONE; without them no cue counts as averted."""
        self.averting = MarkFinder([[mark for mark in averting if mark.family == name] for name in (AVERTING, BYGONE)])
        self.codes = tuple(sorted({cue.code for cue in cues}))
        self.index = {code: i for i, code in enumerate(self.codes)}
        self.wordings = wordings_of(cues, self.index)
        self.code = np.array([wording.code for wording in self.wordings], dtype=np.int64)
        self.whole = np.array([len(wording.parts) == 1 for wording in self.wordings], dtype=bool)
        others = list(dict.fromkeys(part for wording in self.wordings for part in wording.others))
        anchors = [wording.parts[wording.anchor] for wording in self.wordings]
        literals = tuple(dict.fromkeys(literal for part in (*anchors, *others) for literal in part))
        self.finder = LiteralFinder(literals)
        self.anchors, self.parts = Members(anchors, literals), Presence(others, literals)
        # Number of every other part of each wording; where it has fewer than others, a part that stands everywhere.
        number = {part: i for i, part in enumerate(others)}
        most = max((len(wording.others) for wording in self.wordings), default=0)
        self.needed = np.full((len(self.wordings), most), self.parts.everywhere, dtype=np.int64)
        for i, wording in enumerate(self.wordings):
            self.needed[i, : len(wording.others)] = [number[part] for part in wording.others]
        self.chains = Chains([wording.parts for wording in self.wordings], literals)

    def find_all(self, flat: Flat) -> Hits:
        """Hits of every code in every text; of those of a code that overlap, the first, and the longest at a place."""
        number, start, end = self.places(flat)
        row, code, start, end = apart(flat.row_of(start), self.code[number], start, end)
        return Hits(row, code, start, end, averted(flat, start, self.averting))

    def count_cues(self, flat: Flat) -> Ints:
        """How many different cues of every code stand in every text, (n_texts, n_codes)."""
        number, start, _ = self.places(flat)
        cells = np.unique(flat.row_of(start) * len(self.wordings) + number)
        row, number = np.divmod(cells, max(1, len(self.wordings)))
        n = len(self.codes)
        return np.bincount(row * n + self.code[number], minlength=len(flat) * n).reshape(len(flat), n)

    def places(self, flat: Flat) -> tuple[Ints, Ints, Ints]:
        """Number of the cue, start and end of everything that is found, in no order; places may overlap."""
        literal, place = self.finder.find(flat)
        number, which = self.anchors.of(literal)
        start, end = place[which], place[which] + self.finder.lengths[literal[which]]
        whole = self.whole[number]
        gapped = self._gapped(flat, number[~whole], start[~whole], literal, place)
        return (
            np.concatenate([number[whole], gapped[:, 0]]),
            np.concatenate([start[whole], gapped[:, 1]]),
            np.concatenate([end[whole], gapped[:, 2]]),
        )

    def _gapped(self, flat: Flat, numbers: Ints, anchors: Ints, literals: Ints, places: Ints) -> Ints:
        """Number, start and end of wordings with gaps, which lie within a sentence (n, 3).

        ``numbers``, ``anchors``: of those whose anchor stands somewhere, and where; ``literals``, ``places``: of all.
        """
        bounds = np.concatenate([[0], np.flatnonzero(among(flat.points, GAP_STOPS)) + 1, [len(flat.text)]])
        sentence_of = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        present = self.parts.of(literals, sentence_of[places], len(bounds) - 1)
        sentence = sentence_of[anchors]
        for column in self.needed.T:
            held = holds(present, sentence, column[numbers])
            sentence, numbers = sentence[held], numbers[held]
        cells = np.unique(sentence * len(self.wordings) + numbers)
        sentence, numbers = np.divmod(cells, len(self.wordings))
        return self.chains.find(numbers, bounds[sentence], bounds[sentence + 1], literals, places)

    def find(self, text: str) -> list[Hit]:
        """Hits of every code in one text, in the order of codes, then of places."""
        return self.find_each(flat_of([text]))[0]

    def find_each(self, flat: Flat) -> list[list[Hit]]:
        """:meth:`find` for every text of a batch."""
        hits = self.find_all(flat)
        begin = flat.begins[hits.row]
        columns = (hits.row, hits.code, hits.start - begin, hits.end - begin, hits.averted)
        found: list[list[Hit]] = [[] for _ in range(len(flat))]
        for row, code, start, end, away in zip(*(column.tolist() for column in columns), strict=True):
            found[row].append(Hit(self.codes[code], start, end, away))
        return found


def wordings_of(cues: tuple[Cue, ...], index: dict[str, int]) -> list[Wording]:
    """Cues made ready."""
    parts = [tuple(choices_of(part) for part in re.split("…+", cue.wording) if part) for cue in cues]
    common = Counter(literal for found in parts for part in found for literal in part)

    def generality(part: tuple[str, ...]) -> int:
        return sum(common[literal] if len(literal) > 1 else GENERAL for literal in part)

    return [
        Wording(index[cue.code], found, min(range(len(found)), key=lambda i: generality(found[i])))
        for cue, found in zip(cues, parts, strict=True)
    ]


def apart(row: Ints, code: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints, Ints, Ints]:
    """Spans of one code in one text that do not overlap: leftmost first, the longest of several that begin together."""
    order = np.lexsort((-end, start, code, row))
    row, code, start, end = row[order], code[order], start[order], end[order]
    kept = np.ones(len(start), dtype=bool)
    same = (row[1:] == row[:-1]) & (code[1:] == code[:-1])
    # Only where a span overlaps the one before it is there anything to decide, from there to the end of its group.
    group = np.concatenate([[0], np.cumsum(~same)]) if len(start) else np.zeros(0, dtype=np.int64)
    crowded = np.zeros(len(start), dtype=bool)  # of groups
    crowded[group[1:][same & (start[1:] < end[:-1])]] = True
    last_group, reached = -1, 0
    some = np.flatnonzero(crowded[group])
    for i, number, begin, stop in np.stack([some, group[some], start[some], end[some]], axis=1).tolist():
        if number == last_group and begin < reached:
            kept[i] = False
        else:
            last_group, reached = number, stop
    return row[kept], code[kept], start[kept], end[kept]


def averted(flat: Flat, starts: Ints, words: MarkFinder) -> np.ndarray:
    """Whether the ``words`` right before each place turn what follows into something opposed or past."""
    kind, _, end = words.find(flat)
    opposed = governed(flat, end[kind == 0], starts, CLAUSE_STOPS, OPPOSED_WITHIN)
    bygone = governed(flat, end[kind == 1], starts, SENTENCE_STOPS, PAST_WITHIN)
    away: np.ndarray = opposed | bygone
    return away


def governed(flat: Flat, ends: Ints, starts: Ints, stops: str, within: int) -> np.ndarray:
    """Whether a word that ends at one of ``ends`` stands at most ``within`` before, with no stop in between."""
    if not len(ends):
        return np.zeros(len(starts), dtype=bool)
    ends = np.sort(ends)
    number = np.searchsorted(ends, starts, side="right") - 1
    nearest = np.where(number >= 0, ends[number], -1)
    stopped = np.flatnonzero(among(flat.points, stops))
    free = np.searchsorted(stopped, nearest) == np.searchsorted(stopped, starts)
    held: np.ndarray = (nearest >= 0) & (starts - nearest <= within) & free
    return held


def finder_for(lexicon: Lexicon) -> CueFinder:
    """The cues of a lexicon made ready, once per process."""
    return made_ready(lexicon.cues, lexicon.speech.of(AVERTING) + lexicon.speech.of(BYGONE))


@lru_cache(maxsize=4)
def made_ready(cues: tuple[Cue, ...], averting: tuple[SpeechMark, ...]) -> CueFinder:
    """The finder of these cues."""
    return CueFinder(cues, averting)
