"""A batch of texts as one long text: code points side by side, so that numpy looks at all passages at once.

No Python loop runs over the characters or the features of a passage: what a passage costs decides how many a day can
be read. A result never depends on which other texts share the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from nlp.lexicon import Lexicon
from nlp.text.fold import Matchable, matchable

END = "\x00"  # stands behind every text; no literal and no n-gram holds it
UNKNOWN = 0xFFFD  # stands for characters beyond the basic plane, so that a code point fits 16 bits
HASH_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
SPREAD = np.uint64(0xD6E8FEB86659FD93)
LONGEST_GRAM = 4  # four code points fill 64 bits
# What an interruption begins with (nlp/text/fold.py): a blank, or a bracket before pinyin.
BLANKS = "".join(chr(point) for point in range(0x3001) if chr(point).isspace())
BRACKETS = "（("
PINYIN = "abcdefghijklmnopqrstuvwxyzü" + "".join(map(chr, range(0xE0, 0x1DD)))

Ints = np.ndarray


@dataclass(frozen=True)
class Flat:
    """Texts laid end to end; positions count characters of ``text``."""

    text: str  # every text and END behind it
    points: np.ndarray  # uint16, one a character of ``text``
    begins: Ints  # of every text
    ends: Ints  # exclusive, without END

    def __len__(self) -> int:
        return len(self.begins)

    @cached_property
    def keys(self) -> tuple[np.ndarray, ...]:
        """Key of the n-gram that begins at each position, for n = 1 to 4: the code points themselves, so exact.

        The length stands above the code points of the shorter ones; n-grams that hold END are in no vocabulary.
        """
        padded = np.concatenate([self.points, np.zeros(LONGEST_GRAM, dtype=np.uint16)]).astype(np.uint64)
        n = len(self.points)
        key, found = np.zeros(n, dtype=np.uint64), []
        for size in range(1, LONGEST_GRAM + 1):
            key = (key << np.uint64(16)) | padded[size - 1 : size - 1 + n]
            found.append(key if size == LONGEST_GRAM else key | (np.uint64(size) << np.uint64(48)))
        return tuple(found)

    @cached_property
    def hashes(self) -> tuple[np.ndarray, np.ndarray]:
        """Prefix hashes and powers: ``text[a:b]`` hashes to ``(prefix[b] - prefix[a]) = hash_of(...) * power[a]``."""
        power = powers(len(self.points) + 1)
        prefix = np.zeros(len(self.points) + 1, dtype=np.uint64)
        np.cumsum(self.points.astype(np.uint64) * power[:-1], out=prefix[1:])
        return prefix, power

    def row_of(self, positions: Ints) -> Ints:
        """The text that each position lies in."""
        rows: Ints = np.searchsorted(self.begins, positions, side="right") - 1
        return rows


def flat_of(texts: Sequence[str]) -> Flat:
    """Lay matchable texts end to end."""
    text = "".join(part + END for part in texts)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    begins = np.cumsum(lengths + 1) - lengths - 1
    return Flat(text, points_of(text), begins, begins + lengths)


def points_of(text: str) -> np.ndarray:
    """Code points in 16 bits."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(points, np.where(points > 0xFFFF, UNKNOWN, 0xFFFF)).astype(np.uint16)


def views_of(texts: Sequence[str], lexicon: Lexicon) -> list[Matchable]:
    """:func:`nlp.text.fold.matchable` of every text; the many without interruptions are folded all at once."""
    joined = "".join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if len(points) and points.max() > 0xFFFF:
        return [matchable(text, dict(lexicon.fold_table)) for text in texts]
    folded = fold_array(lexicon.fold_table)[points]
    whole = folded.astype("<u4").tobytes().decode("utf-32-le", "surrogatepass")
    ends = np.cumsum(np.fromiter(map(len, texts), dtype=np.int64, count=len(texts)))
    behind = np.append(folded[1:], 0)
    opening = among(folded, BRACKETS) & among(np.minimum(behind, 0xFFFF), PINYIN)
    suspicious = np.flatnonzero(among(folded, BLANKS) | opening)
    slow = set(np.searchsorted(ends, suspicious, side="right").tolist())
    table = dict(lexicon.fold_table) if slow else {}
    bounds = [0, *ends.tolist()]
    return [
        matchable(text, table) if i in slow else Matchable(whole[bounds[i] : bounds[i + 1]], (), ())
        for i, text in enumerate(texts)
    ]


def among(points: np.ndarray, characters: str) -> np.ndarray:
    """Whether each code point of the basic plane is one of ``characters``."""
    found: np.ndarray = members(characters)[points]
    return found


@lru_cache(maxsize=64)
def members(characters: str) -> np.ndarray:
    """``characters`` as a boolean array over the basic plane."""
    held = np.zeros(0x10000, dtype=bool)
    held[[ord(character) for character in characters]] = True
    return held


@lru_cache(maxsize=4)
def fold_array(table: tuple[tuple[int, int], ...]) -> np.ndarray:
    """The folding table as an array over the basic plane."""
    folded = np.arange(0x10000, dtype=np.uint32)
    for point, to in table:
        if point <= 0xFFFF:
            folded[point] = to
    return folded


def powers(n: int) -> np.ndarray:
    """The first ``n`` powers of the hash base, modulo 2**64."""
    size = 1 << max(n - 1, 1).bit_length()
    return known_powers(size)[:n]


@lru_cache(maxsize=2)
def known_powers(n: int) -> np.ndarray:
    """Powers of the hash base, kept for the next batch."""
    base = np.full(n, HASH_BASE, dtype=np.uint64)
    base[0] = 1
    found: np.ndarray = np.multiply.accumulate(base)
    return found


class KeyTable:
    """Position of 64-bit keys in a sorted array of distinct ones, by open addressing: one look for most keys."""

    def __init__(self, keys: np.ndarray) -> None:
        self.keys = keys
        bits = max(4, int(4 * len(keys)).bit_length())
        self.shift = np.uint64(64 - bits)
        self.mask = (1 << bits) - 1
        self.slots = np.full(1 << bits, -1, dtype=np.int32)
        self.tries = self._place()
        self.slot_keys = np.zeros(1 << bits, dtype=np.uint64)
        taken = self.slots >= 0
        self.slot_keys[taken] = keys[self.slots[taken]]

    def _place(self) -> int:
        """Put every key into the first free slot behind its own; how many looks the last one took."""
        waiting, slot, tries = np.arange(len(self.keys)), self._home(self.keys), 0
        while len(waiting):
            tries += 1
            order = np.argsort(slot, kind="stable")
            first = order[np.concatenate([[True], slot[order][1:] != slot[order][:-1]])]
            first = first[self.slots[slot[first]] < 0]
            self.slots[slot[first]] = waiting[first]
            left = np.ones(len(waiting), dtype=bool)
            left[first] = False
            waiting, slot = waiting[left], (slot[left] + 1) & self.mask
        return tries

    def _home(self, keys: np.ndarray) -> np.ndarray:
        """The slot where the search for a key begins."""
        home: np.ndarray = ((keys * SPREAD) >> self.shift).astype(np.int64)
        return home

    def find(self, keys: np.ndarray) -> np.ndarray:
        """Position of every key, -1 for those that are not there (int32)."""
        slot = self._home(keys)
        held = self.slot_keys[slot]
        found = np.where(held == keys, self.slots[slot], np.int32(-1))
        unsure = np.flatnonzero((held != keys) & (held != 0))
        slot = slot[unsure]
        for _ in range(self.tries - 1):
            if not len(unsure):
                break
            slot = (slot + 1) & self.mask
            held = self.slot_keys[slot]
            hit = held == keys[unsure]
            found[unsure[hit]] = self.slots[slot[hit]]
            further = ~hit & (held != 0)
            unsure, slot = unsure[further], slot[further]
        return found


class LiteralFinder:
    """Every place of many literals: a pair of characters of each is looked up at all positions, then all is compared.

    Literals are compared by hashes of 64 bits.
    """

    def __init__(self, literals: Sequence[str]) -> None:
        flat = flat_of(literals)
        self.literals = tuple(literals)
        self.lengths = flat.ends - flat.begins
        self.hashes = hashes_of(flat)
        self.offsets = rarest_pairs(flat)
        anchors = flat.begins + self.offsets
        keys = np.where(self.lengths > 1, flat.keys[1][anchors], flat.keys[0][anchors])
        self.order = np.argsort(keys, kind="stable")
        distinct, self.first = np.unique(keys[self.order], return_index=True)
        self.size = np.diff(np.append(self.first, len(keys)))
        self.table = KeyTable(distinct)
        self.starts_anchor = np.zeros(0x10000, dtype=bool)
        self.starts_anchor[flat.points[anchors]] = True

    def find(self, flat: Flat) -> tuple[np.ndarray, np.ndarray]:
        """Number of the literal and position, of every place of every literal, in no particular order."""
        at = np.flatnonzero(self.starts_anchor[flat.points])
        places, groups = [], []
        for size in (1, 2):
            group = self.table.find(flat.keys[size - 1][at])
            places.append(at[group >= 0])
            groups.append(group[group >= 0])
        place, group = np.concatenate(places), np.concatenate(groups)
        n = self.size[group]
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        literal = self.order[np.repeat(self.first[group], n) + within]
        start = np.repeat(place, n) - self.offsets[literal]
        end = start + self.lengths[literal]
        inside = (start >= 0) & (end <= len(flat.points))
        literal, start, end = literal[inside], start[inside], end[inside]
        prefix, power = flat.hashes
        same = prefix[end] - prefix[start] == self.hashes[literal] * power[start]
        return literal[same], start[same]


def places_in(flat: Flat) -> Ints:
    """How far behind the begin of its text each position lies."""
    places: Ints = np.arange(len(flat.points)) - np.repeat(flat.begins, flat.ends - flat.begins + 1)
    return places


def hashes_of(flat: Flat) -> np.ndarray:
    """Hash of every text as if it stood at position 0; no text is empty."""
    terms = flat.points.astype(np.uint64) * powers(len(flat.points))[places_in(flat)]
    hashes: np.ndarray = np.add.reduceat(terms, flat.begins)  # END, behind every text, adds nothing
    return hashes


def rarest_pairs(flat: Flat) -> Ints:
    """Where the pair of characters begins that is the rarest of all texts; 0 in a text of one character.

    >>> rarest_pairs(flat_of(["走过场", "走过", "场"])).tolist()
    [1, 0, 0]
    """
    n, lengths = len(flat.points), flat.ends - flat.begins
    pair = np.arange(n) + 1 < np.repeat(flat.ends, lengths + 1)
    _, number, counts = np.unique(flat.keys[1][pair], return_inverse=True, return_counts=True)
    rarity = np.full(n, n * n)
    rarity[pair] = counts[number] * n + places_in(flat)[pair]  # of equally rare ones the first
    rarest: Ints = np.minimum.reduceat(rarity, flat.begins) % max(n, 1)
    rarest[lengths < 2] = 0
    return rarest
