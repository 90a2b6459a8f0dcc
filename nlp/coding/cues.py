"""Cues: where the wordings of codes and roles stand in a passage."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np

from nlp.lexicon import GAP_LENGTH, Cue

NEGATION = re.compile(
    r"(?:不能|不得|不可|不要|不再|不让|决不|绝不|严禁|切忌|切莫|防止|避免|杜绝|克服|破解|解决|消除|纠正|改变|扭转|打破|破除|整治|"
    r"告别|摒弃|力戒|谨防|遏制|摆脱|走出|根治|防范|警惕|严防)[^，。；！？]{0,10}$"
)
PAST = re.compile(r"(?:过去|以前|以往|曾经|从前|原先|昔日|一度|当年)[^。；！？]{0,20}$")
SENTENCE_END = re.compile(r"[。！？；!?;]")
GOVERNED = 24  # characters before a cue in which an opposing verb can stand
PART = re.compile(r"(\([^()]*\))")


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a passage, offsets into the matchable text."""

    code: str
    start: int
    end: int
    averted: bool  # an opposing verb governs it (防止以会议落实会议), or it is told as past


@dataclass(frozen=True, slots=True)
class Needle:
    """One wording of a cue, every choice made: literals that must stand in the text in order, gaps between them."""

    code: str
    literals: tuple[str, ...]

    def places(self, text: str) -> Iterator[tuple[int, int]]:
        """Spans of the wording in ``text``."""
        first, rest = self.literals[0], self.literals[1:]
        at = text.find(first)
        while at >= 0:
            end = at + len(first)
            if rest:
                end = end_of(rest, text, end)
            if end >= 0:
                yield at, end
            at = text.find(first, max(end, at + len(first)))


def end_of(literals: tuple[str, ...], text: str, begin: int) -> int:
    """Where the last of ``literals`` ends if all follow ``begin`` in order, each behind a gap; -1 if they do not."""
    literal, rest = literals[0], literals[1:]
    at = text.find(literal, begin, begin + GAP_LENGTH + len(literal))
    while at >= 0 and not SENTENCE_END.search(text, begin, at):
        end = at + len(literal)
        if not rest or (end := end_of(rest, text, end)) >= 0:
            return end
        at = text.find(literal, at + 1, begin + GAP_LENGTH + len(literal))
    return -1


class CueFinder:
    """All cues, indexed by a pair of characters that each must hold, so that a text meets only the few that can match.

    Trying every pattern on every text would cost several times the segmentation itself.
    """

    def __init__(self, cues: tuple[Cue, ...]) -> None:
        self.codes = tuple(sorted({cue.code for cue in cues}))
        self.index = {code: i for i, code in enumerate(self.codes)}
        needles = [needle for cue in cues for needle in needles_of(cue)]
        common = Counter(pair for needle in needles for pair in needle_pairs(needle))
        self.by_pair: dict[str, list[tuple[frozenset[str], Needle]]] = defaultdict(list)
        self.always: list[Needle] = []
        for needle in needles:
            if pairs := needle_pairs(needle):
                rarest = min(pairs, key=lambda pair: (common[pair], pair))
                self.by_pair[rarest].append((frozenset(pairs), needle))
            else:
                self.always.append(needle)

    def find(self, text: str) -> list[Hit]:
        """Hits of every code in ``text``, in the order of codes, then of places; within a code the longest wins."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for needle in self.candidates(text):
            for span in needle.places(text):
                found[needle.code].append(span)
        return [
            Hit(code, start, end, averted(text, start))
            for code in self.codes
            if code in found
            for start, end in apart(found[code])
        ]

    def candidates(self, text: str) -> list[Needle]:
        """Needles all of whose pairs of characters, or single characters, stand in ``text``."""
        pairs = {text[i : i + 2] for i in range(len(text) - 1)}
        known = pairs & self.by_pair.keys()
        found = [needle for pair in known for needed, needle in self.by_pair[pair] if needed <= pairs]
        chars = set(text)
        return found + [needle for needle in self.always if chars.issuperset(needle.literals)]

    def counts(self, hits: Sequence[Hit]) -> np.ndarray:
        """Hits per code, then averted hits per code: a vector of length 2 × n_codes."""
        vector = np.zeros(2 * len(self.codes), dtype=np.float32)
        for hit in hits:
            vector[self.index[hit.code] + (len(self.codes) if hit.averted else 0)] += 1
        return vector


def needles_of(cue: Cue) -> Iterator[Needle]:
    """Every wording that the choices of a cue allow."""
    options = [part[1:-1].split("|") if part.startswith("(") else [part] for part in PART.split(cue.wording) if part]
    for wording in product(*options):
        literals = tuple(part for part in re.split("…+", "".join(wording)) if part)
        if literals:
            yield Needle(cue.code, literals)


def needle_pairs(needle: Needle) -> list[str]:
    """Neighbouring pairs of characters in the literals."""
    return [literal[i : i + 2] for literal in needle.literals for i in range(len(literal) - 1)]


def apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that do not overlap, leftmost first, the longer of two that begin together."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > start and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


def averted(text: str, at: int) -> bool:
    """Whether the words right before ``at`` turn what follows into something opposed or past."""
    before = text[max(0, at - GOVERNED) : at]
    return bool(NEGATION.search(before) or PAST.search(before))


@lru_cache(maxsize=4)
def finder_for(cues: tuple[Cue, ...]) -> CueFinder:
    """The cues made ready, once per process."""
    return CueFinder(cues)
