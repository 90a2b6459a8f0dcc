"""Where a sentence stands: in its line, section and document, and what the headings above it say; as categories.

A line is what stands side by side in a document without a break: cutting it into passages, at items or where the role
turns, changes no place. So that passages may be cut and read again, and each sentence is still read as before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.coding.roles import TRAIL, UNTOLD

Ints = np.ndarray

ALONE_WITHIN = 8  # sentences: a document of one line no longer than this has no beginning, middle and end
SAME_LINE, NEW_LINE, NEW_SECTION, ALONE = range(4)  # what lies between a sentence and the one before
N_STEPS = 4
EDGES = (0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95)  # of the way through a document
NEAR = 3  # sentences from the beginning or the end of a document that are told apart
LENGTHS = (9, 16, 30, 60, 100)  # characters
LATE = 4  # sentences below a heading from which on its word counts less
GROUPS = {  # categories of each group; in front of a document that stands alone the last of some stands for “none”
    "line": 6,
    "step": 4,
    "way": len(EDGES) + 2,
    "from_start": NEAR + 2,
    "to_end": NEAR + 2,
    "length": len(LENGTHS) + 1,
    "depth": 3,
    "told": UNTOLD + 1,
    "told_right_above": UNTOLD + 1,
    "told_first": UNTOLD + 1,
    "told_late": UNTOLD + 1,
}
OFFSETS = np.cumsum([0, *GROUPS.values()])[:-1]
N_PLACES = sum(GROUPS.values())


@dataclass(frozen=True)
class Rows:
    """Passages in the order of their documents, as arrays."""

    new_document: np.ndarray  # whether a document begins with the passage
    new_section: np.ndarray
    new_line: np.ndarray
    alone: np.ndarray  # whether it is no part of a document
    told: Ints  # role that the headings above speak for, UNTOLD if none does
    distance: Ints  # headings between that one and the passage
    depth: Ints  # headings above


@dataclass(frozen=True)
class Places:
    """Where every sentence of a batch stands."""

    categories: Ints  # (n_sentences, n_groups), numbered through over all groups
    steps: Ints  # from the sentence before: SAME_LINE and so on
    first: Ints  # of each document, its first sentence


def places_of(rows: Rows, sizes: Ints, lengths: Ints) -> Places:
    """Places of the sentences of passages; ``sizes``: sentences of each passage, ``lengths``: characters of each."""
    opening = np.cumsum(sizes) - sizes  # first sentence of each passage
    owner = np.repeat(np.arange(len(sizes)), sizes)
    n = len(owner)
    document = starting(rows.new_document, opening, n)
    section = starting(rows.new_section | rows.new_document, opening, n)
    line = starting(rows.new_line | rows.new_section | rows.new_document, opening, n)
    first = np.flatnonzero(document)
    at, size = within(document)
    in_line, line_size = within(line)
    in_section, _ = within(section)
    alone = rows.alone[owner] | ((line_size == size) & (size <= ALONE_WITHIN))
    told = rows.told[owner]
    way = np.searchsorted(EDGES, at / np.maximum(size - 1, 1), side="right")
    groups = {
        "line": np.where(alone, 5, line_position(in_line, line_size)),
        "step": np.where(alone, 3, np.where(section, 2, np.where(line, 1, 0))),
        "way": np.where(alone, len(EDGES) + 1, way),
        "from_start": np.where(alone, NEAR + 1, np.minimum(at, NEAR)),
        "to_end": np.where(alone, NEAR + 1, np.minimum(size - 1 - at, NEAR)),
        "length": np.searchsorted(LENGTHS, lengths, side="right"),
        "depth": np.minimum(rows.depth[owner], 2),
        "told": told,
        "told_right_above": np.where(rows.distance[owner] == 0, told, UNTOLD),
        "told_first": np.where((in_section == 0) & ~alone, told, UNTOLD),
        "told_late": np.where((in_section >= LATE) & ~alone, told, UNTOLD),
    }
    steps = np.where(alone, ALONE, np.where(section, NEW_SECTION, np.where(line, NEW_LINE, SAME_LINE)))
    return Places(np.stack([groups[name] for name in GROUPS], axis=1) + OFFSETS, steps, first)


def starting(marked: np.ndarray, opening: Ints, n: int) -> np.ndarray:
    """Whether each of ``n`` sentences is the first of a marked passage."""
    begins = np.zeros(n, dtype=bool)
    begins[opening[marked]] = True
    return begins


def within(begins: np.ndarray) -> tuple[Ints, Ints]:
    """Place of every sentence in its stretch, from 0, and the size of that; ``begins``: where stretches begin.

    >>> place, size = within(np.array([True, False, True]))
    >>> place.tolist(), size.tolist()
    ([0, 1, 0], [2, 2, 1])
    """
    first = np.flatnonzero(begins)
    size = np.diff(np.append(first, len(begins)))
    return np.arange(len(begins)) - np.repeat(first, size), np.repeat(size, size)


def line_position(place: Ints, size: Ints) -> Ints:
    """Only, first, second, inner or last sentence of a line."""
    position = np.full(len(place), 3)
    position[place == size - 1] = 4
    position[(place == 1) & (size > 2)] = 2
    position[place == 0] = 1
    position[size == 1] = 0
    return position


def rows_of(documents: Sequence[str] | None, starts: Ints, ends: Ints, sections: Sequence[str], told: Ints) -> Rows:
    """Passages as they stand in their documents; without documents each stands alone.

    ``starts``, ``ends``: characters of the document; ``told``: role and distance of the telling heading, (n, 2).
    """
    n = len(sections)
    if documents is None:
        every = np.ones(n, dtype=bool)
        return Rows(every, every, every, every, told[:, 0], told[:, 1], depths(sections))
    new_document = np.ones(n, dtype=bool)
    new_document[1:] = np.array(documents[1:], dtype=object) != np.array(documents[:-1], dtype=object)
    new_section = np.ones(n, dtype=bool)
    new_section[1:] = np.array(sections[1:], dtype=object) != np.array(sections[:-1], dtype=object)
    new_line = np.ones(n, dtype=bool)
    new_line[1:] = starts[1:] != ends[:-1]
    alone = np.zeros(n, dtype=bool)
    return Rows(new_document, new_section, new_line, alone, told[:, 0], told[:, 1], depths(sections))


def depths(sections: Sequence[str]) -> Ints:
    """Headings above each passage."""
    return np.array([section.count(TRAIL) + 1 if section else 0 for section in sections], dtype=np.int64)
