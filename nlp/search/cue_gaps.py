"""Cues with gaps: parts one behind another in a sentence, each with at most so many characters before the next."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.corpus.lexicon import GAP_LENGTH
from nlp.search.literals import KeyTable

Ints = np.ndarray
Parts = Sequence[tuple[str, ...]]


class Chains:
    """Wordings as chains of parts: which literal is which part of which wording.

    A part is followed by the nearest of the next part from which the chain goes on to its end; of several that begin
    there, by the longest.
    """

    def __init__(self, wordings: Sequence[Parts], literals: Sequence[str]) -> None:
        """``literals``: all that are looked for, in the order of their numbers."""
        number = {literal: i for i, literal in enumerate(literals)}
        self.n_parts = np.array([len(parts) for parts in wordings], dtype=np.int64)
        bits: dict[int, int] = {}  # places in the chain, counted from its end: a literal may be more than one part
        for i, parts in enumerate(wordings):
            for from_end, part in enumerate(reversed(parts) if len(parts) > 1 else ()):
                for literal in part:
                    key = (i + 1) * len(literals) + number[literal]  # never 0, which the table takes for an empty slot
                    bits[key] = bits.get(key, 0) | 1 << from_end
        keys = sorted(bits)
        self.table = KeyTable(np.array(keys, dtype=np.uint64))
        self.bits = np.array([bits[key] for key in keys], dtype=np.int64)
        self.lengths = np.array([len(literal) for literal in literals], dtype=np.int64)
        self.sought = np.isin(np.arange(len(literals)), np.array(keys, dtype=np.int64) % max(len(literals), 1))

    def find(self, numbers: Ints, begins: Ints, ends: Ints, literals: Ints, places: Ints) -> Ints:
        """Number, start and end of every chain (n, 3): all that begin with a first part, whether they overlap or not.

        ``numbers`` of wordings, each sought between one of ``begins`` and one of ``ends``; ``literals``, ``places``: of
        all that stand in the text.
        """
        some = np.flatnonzero(self.sought[literals])
        some = some[np.argsort(places[some], kind="stable")]
        literals, places = literals[some], places[some]
        first = np.searchsorted(places, begins)
        n = np.searchsorted(places, ends) - first
        cell = np.repeat(np.arange(len(numbers)), n)
        item = np.arange(len(cell)) - np.repeat(np.cumsum(n) - n - first, n)
        place = self.table.find(((numbers[cell] + 1) * len(self.lengths) + literals[item]).astype(np.uint64))
        held = np.flatnonzero(place >= 0)
        cell, item, bits = cell[held], item[held], self.bits[place[held]]
        width = int(ends.max(initial=0)) + GAP_LENGTH + 1  # of a cell, so that a place in it is one number
        start = cell * width + places[item]
        end = start + self.lengths[literals[item]]

        found, level = [], np.flatnonzero(bits & 1)
        goal = end[level]
        for from_end in range(1, int(self.n_parts.max(initial=1))):
            order = np.lexsort((-goal, start[level]))
            next_start, goal = start[level][order], goal[order]
            level = np.flatnonzero(bits >> from_end & 1)
            at = np.searchsorted(next_start, end[level])
            gap = np.append(next_start, width * (len(numbers) + 1))[at] - end[level]
            level, at = level[gap <= GAP_LENGTH], at[gap <= GAP_LENGTH]
            goal = goal[at]
            whole = self.n_parts[numbers[cell[level]]] == from_end + 1
            which = cell[level[whole]]
            found.append(np.stack([numbers[which], start[level[whole]] - which * width, goal[whole] - which * width]))
        return np.concatenate([np.zeros((3, 0), dtype=np.int64), *found], axis=1).T
