"""Windows: the stretches of a long passage, so that a claim in one of its sentences is not drowned by the others."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from nlp.coding.features import CLOSING, SENTENCE_ENDS, Batch
from nlp.coding.flat import among

LONG = 120  # characters: a shorter passage is read as one piece
DOUBT = 0.8  # of decision value: the best of several windows is high by chance, and short passages share the threshold
WIDTH = 60  # characters: sentences are taken together until a window is at least so wide

Ints = np.ndarray


@dataclass(frozen=True)
class Windows:
    """Stretches of the long passages of a batch, in order; each begins and ends with a piece of the batch."""

    begins: Ints
    ends: Ints
    owners: Ints  # the passage that each belongs to

    def __len__(self) -> int:
        return len(self.owners)


def windows_of(batch: Batch) -> Windows:
    """Windows of all long passages that have more than one."""
    long = np.flatnonzero(batch.flat.ends - batch.flat.begins >= LONG)
    if not len(long):
        return Windows(*np.zeros((3, 0), dtype=np.int64))
    points, pieces = batch.flat.points, batch.pieces
    last = np.append(pieces[1:], len(points)) - 1  # the last character of every piece
    for _ in range(2):  # what closes behind the end of a sentence
        last = np.where(among(points[last], CLOSING) & (last > pieces), last - 1, last)
    ending = among(points[last], SENTENCE_ENDS)
    rows: list[tuple[int, int, int]] = []
    for row in long.tolist():
        begin, end = int(batch.flat.begins[row]), int(batch.flat.ends[row])
        first, stop = np.searchsorted(pieces, [begin, end])
        sentences = [begin, *(pieces[first + 1 : stop][ending[first : stop - 1]]).tolist()]
        rows += [(a, b, row) for a, b in joined([*sentences, end])]
    begins, ends, owners = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Windows(begins, ends, owners)


def joined(bounds: list[int]) -> list[tuple[int, int]]:
    """Windows of the sentences between ``bounds``, each at least WIDTH wide but the last; none if there is but one.

    >>> joined([0, 20, 70, 90, 160])
    [(0, 70), (70, 160)]
    >>> joined([0, 50])
    []
    """
    spans: list[tuple[int, int]] = []
    for begin, end in itertools.pairwise(bounds):
        if spans and spans[-1][1] - spans[-1][0] < WIDTH:
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((begin, end))
    return spans if len(spans) > 1 else []


def lifted(decisions: np.ndarray, of_windows: np.ndarray, owners: Ints) -> np.ndarray:
    """Decisions of the passages, raised to that of their most telling window."""
    raised = decisions.copy()
    np.maximum.at(raised, owners, of_windows - DOUBT)
    return raised


def pooled(logits: np.ndarray, of_windows: np.ndarray, owners: Ints) -> np.ndarray:
    """Log odds of roles, those of a long passage from the mean probability over its windows.

    Counts grow with length and with them the logits: read as one piece, a long passage would be sure of anything.
    """
    if not len(owners):
        return logits
    odds = np.exp(of_windows - of_windows.max(axis=1, keepdims=True))
    probability = odds / odds.sum(axis=1, keepdims=True)
    total = np.zeros_like(logits)
    np.add.at(total, owners, probability)
    result = logits.copy()
    long = np.unique(owners)
    result[long] = np.log(total[long] / np.bincount(owners, minlength=len(logits))[long, None] + 1e-9)
    return result
