"""Literals and n-grams in a batch that is laid end to end: all are looked for together, with numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.search.batch_text import LONGEST_GRAM, Flat, flat_of, powers

SPREAD = np.uint64(0xD6E8FEB86659FD93)

Ints = np.ndarray


class KeyTable:
    """Position of 64-bit keys in a sorted array of distinct ones, by open addressing: one look for most keys.

    No key may be 0, which stands in empty slots.
    """

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
        found, same = np.full(len(keys), -1, dtype=np.int32), held == keys
        hit = np.flatnonzero(same)
        found[hit] = self.slots[slot[hit]]
        unsure = np.flatnonzero(~same & (held != 0))
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


class GramTable:
    """Number of n-grams, each known by its code points.

    With an n-gram, all shorter ones in it must be known too: so a longer one is looked for only where both of the
    next shorter ones in it stand.
    """

    def __init__(self, keys: np.ndarray) -> None:
        """``keys``: of ``Flat.keys``, sorted."""
        tag = keys >> np.uint64(48)
        size = np.where((tag > 0) & (tag < LONGEST_GRAM), tag, LONGEST_GRAM)
        self.single = np.full(0x10000, -1, dtype=np.int32)
        ones = np.flatnonzero(size == 1)
        self.single[keys[ones] & np.uint64(0xFFFF)] = ones
        self.longer = []
        for n in range(2, LONGEST_GRAM + 1):
            numbers = np.flatnonzero(size == n)
            points = keys[numbers] & np.uint64((1 << 16 * n) - 1)
            self.longer.append((KeyTable(points), np.append(numbers, -1).astype(np.int32)))

    def find(self, flat: Flat) -> np.ndarray:
        """Number of the n-gram of each size that begins at every position, -1 where none is known (n_points, 4)."""
        column = np.append(self.single[flat.points], -1)
        columns = [column[:-1]]
        for size, (table, numbers) in enumerate(self.longer, start=2):
            held = column >= 0
            at = np.flatnonzero(held[:-1] & held[1:])
            keys = flat.pairs[at]
            if size == 3:
                keys = (keys << np.uint64(16)) | flat.wide[at + 2]
            elif size == LONGEST_GRAM:
                keys = (keys << np.uint64(32)) | flat.pairs[at + 2]
            column = np.full(len(column), -1, dtype=np.int32)
            column[at] = numbers[table.find(keys)]
            columns.append(column[:-1])
        return np.stack(columns, axis=1)


class LiteralFinder:
    """Every place of many literals: a pair of characters of each is looked up at all positions, then all is compared.

    Literals are compared by hashes of 64 bits.
    """

    def __init__(self, literals: Sequence[str]) -> None:
        """``literals``: distinct, none empty."""
        flat = flat_of(literals)
        self.literals = tuple(literals)
        self.lengths = flat.ends - flat.begins
        self.hashes = hashes_of(flat)
        self.offsets = rarest_pairs(flat)
        self.single = np.full(0x10000, -1, dtype=np.int32)
        alone = np.flatnonzero(self.lengths == 1)
        self.single[flat.points[flat.begins[alone]]] = alone
        several = np.flatnonzero(self.lengths > 1)
        anchors = (flat.begins + self.offsets)[several]
        keys = flat.pairs[anchors]
        self.order = several[np.argsort(keys, kind="stable")]
        distinct, self.first = np.unique(np.sort(keys), return_index=True)
        self.size = np.diff(np.append(self.first, len(keys)))
        self.table = KeyTable(distinct)
        self.opens, self.closes = np.zeros(0x10000, dtype=bool), np.zeros(0x10000, dtype=bool)
        self.opens[flat.points[anchors]] = self.closes[flat.points[anchors + 1]] = True

    def find(self, flat: Flat) -> tuple[np.ndarray, np.ndarray]:
        """Number of the literal and position, of every place of every literal, in no particular order."""
        alone = self.single[flat.points]
        lone = np.flatnonzero(alone >= 0)
        place = np.flatnonzero(self.opens[flat.points[:-1]] & self.closes[flat.points[1:]])
        group = self.table.find(flat.pairs[place])
        place, group = place[group >= 0], group[group >= 0]
        n = self.size[group]
        within = np.arange(n.sum()) - np.repeat(np.cumsum(n) - n, n)
        literal = self.order[np.repeat(self.first[group], n) + within]
        start = np.repeat(place, n) - self.offsets[literal]
        end = start + self.lengths[literal]
        inside = (start >= 0) & (end <= len(flat.points))
        literal, start, end = literal[inside], start[inside], end[inside]
        prefix, power = flat.hashes
        same = prefix[end] - prefix[start] == self.hashes[literal] * power[start]
        return np.append(alone[lone], literal[same]), np.append(lone, start[same])


class Members:
    """Sets of literals: which of them hold each literal that was found."""

    def __init__(self, sets: Sequence[tuple[str, ...]], literals: Sequence[str]) -> None:
        """``literals``: all that are looked for, in the order of their numbers."""
        holders: dict[str, list[int]] = {literal: [] for literal in literals}
        for number, held in enumerate(sets):
            for literal in dict.fromkeys(held):
                holders[literal].append(number)
        self.size = np.array([len(numbers) for numbers in holders.values()], dtype=np.int64)
        self.first = np.cumsum(self.size) - self.size
        self.number = np.array([number for numbers in holders.values() for number in numbers], dtype=np.int64)

    def of(self, literals: Ints) -> tuple[Ints, Ints]:
        """Every set that holds one of ``literals``: its number, and the position of the literal in ``literals``."""
        n = self.size[literals]
        which = np.repeat(np.arange(len(literals)), n)
        within = np.arange(len(which)) - (np.cumsum(n) - n)[which]
        return self.number[self.first[literals][which] + within], which


class Presence:
    """Which of many sets of literals have a member in each stretch of a text: a bit a set, 64 in a word."""

    def __init__(self, sets: Sequence[tuple[str, ...]], literals: Sequence[str]) -> None:
        """``literals``: all that are looked for, in the order of their numbers."""
        number = {literal: i for i, literal in enumerate(literals)}
        self.everywhere = len(sets)  # number of a set that every stretch is thought to hold
        self.bits = np.zeros((len(sets) // 64 + 1, len(literals)), dtype=np.uint64)
        for i, held in enumerate(sets):
            self.bits[i // 64, [number[literal] for literal in held]] |= np.uint64(1 << i % 64)
        self.sought = np.isin(np.arange(len(literals)), [number[literal] for held in sets for literal in held])

    def of(self, literals: Ints, stretches: Ints, n_stretches: int) -> np.ndarray:
        """The bits of every stretch, (n_words, n_stretches); ``stretches``: where each of ``literals`` stands."""
        some = np.flatnonzero(self.sought[literals])
        literals, stretches = literals[some], stretches[some]
        order = np.argsort(stretches, kind="stable")
        literals, stretches = literals[order], stretches[order]
        first = np.flatnonzero(np.append(True, stretches[1:] != stretches[:-1])[: len(stretches)])
        found = np.zeros((len(self.bits), n_stretches), dtype=np.uint64)
        if len(first):
            for word, bits in zip(found, self.bits, strict=True):
                word[stretches[first]] = np.bitwise_or.reduceat(bits[literals], first)
        found[self.everywhere // 64] |= np.uint64(1 << self.everywhere % 64)
        return found


def holds(bits: np.ndarray, stretches: Ints, sets: Ints) -> np.ndarray:
    """Whether each of ``stretches`` holds the one of ``sets`` beside it; ``bits``: what ``Presence.of`` gave."""
    held: np.ndarray = (bits[sets // 64, stretches] >> (sets % 64).astype(np.uint64)) & np.uint64(1) != 0
    return held


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
    _, number, counts = np.unique(flat.pairs[:n][pair], return_inverse=True, return_counts=True)
    rarity = np.full(n, n * n)
    rarity[pair] = counts[number] * n + places_in(flat)[pair]  # of equally rare ones the first
    rarest: Ints = np.minimum.reduceat(rarity, flat.begins) % max(n, 1)
    rarest[lengths < 2] = 0
    return rarest
