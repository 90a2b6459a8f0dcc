"""What a sentence denies and what it asserts: a product of signs over its words (rule 20 of the codebook).

A word that denies turns round what stands in its reach, and so does one that takes a problem away; two of them cancel
out. 未发现流于形式 (one turn on a problem) denies, 未能避免流于形式 (two) asserts; 没有抓手 (one turn on a good thing)
asserts a lack. A cue that holds a denial of its own (结合点没有找到) is a lack already, and uses it up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from nlp.corpus.polarity import (
    ASKS,
    EACH,
    FAMILIES,
    FINDS,
    FINDS_NONE,
    GOOD,
    MATTER,
    MOOD,
    NEGATES,
    NOT,
    NOTHING,
    PROBLEM,
    REMOVED,
    REMOVES,
    RIDS,
    STOPS,
)
from nlp.corpus.speech import SpeechMark
from nlp.search.batch_text import END, Flat, among
from nlp.search.speech_marks import MarkFinder

Ints = np.ndarray

# What a sentence does, all in all; CLEARS denies as a fact, DENIES as a wish too.
PLAIN, DENIES, CLEARS, ASSERTS, LACKS, EMPTY = range(6)
PAUSE, TURN, CUE = "pause", "turn", "cue"  # besides the families
PAUSES = "，：；。！？" + END
CANCELLED_WITHIN = 6  # characters between a denial and the 得到扭转 that it takes back
LONGEST_NOTHING = 16  # characters of an answer that says nothing
NOT_WITHIN = 8  # characters between 没有一个 and 不
LACKING_WITHIN = 4  # characters between 未出现 and something good that is found to be lacking
BARE_WITHIN = 2  # characters between 均未出现 and the end of its clause, if it names nothing
TURNING_ROUND = (FINDS_NONE, ASKS, NEGATES, EACH, REMOVES, RIDS)
TELLING = (FINDS, FINDS_NONE, ASKS, NEGATES, EACH, RIDS, REMOVED)

Word = tuple[int, int, str]  # start, end, family


@dataclass
class Said:
    """A problem, or the lack of something good."""

    turns: int = 0  # how often it is turned round
    denials: int = 0  # of the turns, those that deny; the others take away
    lack: bool = False

    @property
    def denied(self) -> bool:
        """Whether it is said not to be there."""
        return not self.lack and self.denials > 0 and self.turns % 2 == 1


@dataclass
class Sentence:
    """A sentence as it is read, word by word; a turn (但) begins anew."""

    turns: list[Word] = field(default_factory=list)  # of this clause
    met: str = ""  # what stands between the last turn and here: PROBLEM or GOOD
    sought: Said | None = None  # what was looked for and not found, until it is named
    said: list[Said] = field(default_factory=list)
    before: list[Said] = field(default_factory=list)  # in front of the last 但
    wished: bool = False
    found: bool = False

    def hear(self, word: Word) -> None:
        """Take the next word."""
        start, _, family = word
        if family in (PAUSE, STOPS):
            self.look_back(start)
            self.turns, self.met, self.sought, self.found = [], "", None, False
        elif family == TURN:
            self.before, self.said = self.before + self.said, []
            self.turns, self.met, self.sought = [], "", None
        elif self.sought is not None and family in (MOOD, NEGATES, EACH, NOT, REMOVES, RIDS):
            return  # 未发现应上会而未上会的情形
        elif family == MOOD:
            self.wished = True
        elif family in TURNING_ROUND or (family == NOT and any(each[2] == EACH for each in self.turns)):
            self.turns.append(word)
            self.met = ""
            self.sought = self.name() if family == FINDS_NONE else self.sought
        elif family == FINDS:
            self.found = True
        elif family == REMOVED:
            self.take_away(start)
        elif family == PROBLEM:
            self.problem()
        elif family == MATTER and self.sought is not None:
            self.met = self.met or MATTER
        elif family == MATTER and self.met != GOOD and self.denials:
            self.name()
        elif family == GOOD:
            self.miss(start)
            self.met = self.met or GOOD

    @property
    def denials(self) -> int:
        """Turns of this clause that deny."""
        return sum(family != REMOVES for _, _, family in self.turns)

    def name(self) -> Said:
        """A problem is named here."""
        self.said.append(Said(len(self.turns), self.denials))
        return self.said[-1]

    def problem(self) -> None:
        """A problem; behind something good that is denied it is part of what lacks (谈不上发挥作用), but not where it
        was looked for."""
        lack = self.met == GOOD and self.sought is None and len(self.turns) % 2 == 1
        if self.sought is not None:
            self.sought.lack, self.sought, self.met = False, None, PROBLEM
        self.name().lack = lack
        if self.found and not self.turns and not self.wished:
            self.turn_all(2)
        self.met = self.met or PROBLEM

    def miss(self, start: int) -> None:
        """Something good: said not to be there, it is a lack, if it is what the denial meets first."""
        if self.met:
            return
        if self.sought is not None:
            if start - self.turns[-1][1] <= LACKING_WITHIN:
                self.sought.lack = True
        elif self.turns and self.turns[-1][2] != REMOVES and len(self.turns) % 2 == 1:
            self.said.append(Said(lack=True))

    def look_back(self, start: int) -> None:
        """A clause ends: what turns round and is followed by nothing speaks of what stands before (情况均未出现)."""
        if {EACH, NOT} <= {family for _, _, family in self.turns} and self.met != PROBLEM:
            self.said.append(Said(1, 1))  # 没有一项不落到实处
        if not self.turns or self.met or start - self.turns[-1][1] > BARE_WITHIN:
            return
        if self.sought is not None:
            self.said.remove(self.sought)
        if self.turns[-1][2] in (FINDS_NONE, REMOVES, RIDS):
            for one in self.said or ([self.name()] if self.sought is not None else []):
                if not one.denied:
                    one.turns, one.denials = one.turns + len(self.turns), one.denials + max(1, self.denials)

    def take_away(self, start: int) -> None:
        """All that was named is done away with, unless a denial right before takes that back."""
        last = self.turns[-1] if self.turns else None
        if last and last[2] in (NEGATES, EACH) and start - last[1] <= CANCELLED_WITHIN and self.met != PROBLEM:
            self.turn_all(2)
        else:
            self.turn_all(1)

    def turn_all(self, times: int) -> None:
        """Turn round all that was named and not yet denied."""
        self.said = self.said or [Said()]
        for one in self.said:
            if not one.denied:
                one.turns, one.denials = one.turns + times, one.denials + times

    @property
    def kind(self) -> int:
        """What it does: behind a 但 if anything is said there."""
        decisive = self.said or self.before
        if any(one.lack for one in decisive):
            return LACKS
        if any(not one.denied and one.denials for one in decisive):
            return ASSERTS
        if decisive and all(one.denied for one in decisive):
            return DENIES if self.wished else CLEARS
        return PLAIN


@dataclass(frozen=True)
class Polarity:
    """Of a batch."""

    denied: np.ndarray  # of every cue, boolean
    kinds: Ints  # PLAIN and so on, of every text


class PolarityFinder:
    """Reads texts that are sentences."""

    def __init__(self, marks: tuple[SpeechMark, ...], turns: tuple[SpeechMark, ...]) -> None:
        families = [family for family in FAMILIES if family != NOTHING]
        self.names = [*families, TURN]
        self.marks = MarkFinder([*(tuple(m for m in marks if m.family == family) for family in families), turns])
        self.nothing = frozenset(mark.wording for mark in marks if mark.family == NOTHING)

    def read(self, flat: Flat, rows: Ints, starts: Ints, ends: Ints, counted: np.ndarray) -> Polarity:
        """What every text does, and which cues of a problem it denies.

        ``rows``, ``starts``, ``ends`` of all cues; ``counted``: which of them name a problem that nothing averts.
        """
        group, start, end = self.longest(flat)
        row = flat.row_of(start)
        denying = np.isin(group, [self.names.index(family) for family in TELLING])
        wanted = np.zeros(len(flat), dtype=bool)
        wanted[row[denying]] = True
        kinds = self.empty(flat)
        words: dict[int, list[Word]] = {number: [] for number in np.flatnonzero(wanted).tolist()}
        mine = wanted[row]
        for number, *place, which in zip(*(each[mine].tolist() for each in (row, start, end, group)), strict=True):
            words[number].append((*place, self.names[which]))
        cues = np.flatnonzero(counted & wanted[rows])
        for number, begin, stop in zip(*(each[cues].tolist() for each in (rows, starts, ends)), strict=True):
            words[number].append((begin, stop, CUE))
        pauses = np.flatnonzero(among(flat.points, PAUSES))
        at = flat.row_of(pauses)
        inside = wanted[at] & (pauses < flat.ends[at])
        for number, pause in zip(at[inside].tolist(), pauses[inside].tolist(), strict=True):
            words[number].append((pause, pause + 1, PAUSE))
        for number, found in words.items():
            sentence = heard(found)
            if kinds[number] != EMPTY:
                kinds[number] = sentence.kind
        denied = counted & np.isin(kinds[rows], (DENIES, CLEARS))
        return Polarity(denied, kinds)

    def longest(self, flat: Flat) -> tuple[Ints, Ints, Ints]:
        """Group, start and end of every mark that lies in no longer one."""
        group, start, end = self.marks.find(flat)
        order = np.lexsort((-end, start))
        group, start, end = group[order], start[order], end[order]
        kept = np.ones(len(end), dtype=bool)
        kept[1:] = end[1:] > np.maximum.accumulate(end)[:-1]
        return group[kept], start[kept], end[kept]

    def empty(self, flat: Flat) -> Ints:
        """EMPTY for answers that say nothing, PLAIN for all others."""
        kinds = np.full(len(flat), PLAIN)
        for row in np.flatnonzero(flat.ends - flat.begins <= LONGEST_NOTHING).tolist():
            bare = "".join(filter(str.isalnum, flat.text[flat.begins[row] : flat.ends[row]]))
            if bare in self.nothing or not any(map(str.isalpha, bare)):
                kinds[row] = EMPTY
        return kinds


def heard(words: Sequence[Word]) -> Sentence:
    """A sentence from its words, each character in one of them; a denial that is part of a cue turns nothing round."""
    marks = apart(sorted(word for word in words if word[2] != CUE))
    cues = [word for word in words if word[2] == CUE]
    sentence = Sentence()
    for word in marks:
        if word[2] in (NEGATES, EACH) and sentence.sought is None and part_of_cue(word, cues, marks):
            sentence.said.append(Said(lack=True))
        else:
            sentence.hear(word)
    end = max(word[1] for word in words)
    sentence.hear((end, end, PAUSE))
    return sentence


def apart(words: Iterable[Word]) -> list[Word]:
    """Words that share no character, from left to right (怎能说 leaves nothing of 能说); turns stand anywhere."""
    kept: list[Word] = []
    reached = -1
    for word in words:
        if word[2] == TURN or word[0] >= reached:
            kept.append(word)
            reached = max(reached, word[1])
    return kept


def part_of_cue(word: Word, cues: Iterable[Word], marks: Sequence[Word]) -> bool:
    """Whether a denial begins a cue, or lies in one and meets nothing that it could deny in the rest of its clause."""
    near = {PROBLEM: 0, NOT: NOT_WITHIN}
    if any(cue[0] == word[0] and word[1] <= cue[1] for cue in cues):
        return not any(one[2] in (PROBLEM, NOT) and 0 <= one[0] - word[1] <= near[one[2]] for one in marks)
    if not any(cue[0] < word[0] and word[1] <= cue[1] for cue in cues):
        return False
    behind = (one[2] for one in marks if one[0] >= word[1])
    return next((family for family in behind if family not in (GOOD, STOPS, TURN)), PAUSE) == PAUSE
