"""Windows: the stretches of a long passage, so that a claim in one of its sentences is not drowned by the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlp.coding.sentences import Batch, Spans

LONG = 120  # characters: a shorter passage is read as one piece
DOUBT = 0.8  # of decision value: the best of several windows is high by chance, and short passages share the threshold
WIDTH = 60  # characters: sentences are taken together until a window is at least so wide

Ints = np.ndarray


@dataclass(frozen=True)
class Windows:
    """Stretches of the long passages of a batch, in order."""

    spans: Spans
    owners: Ints  # the passage that each belongs to

    def __len__(self) -> int:
        return len(self.owners)


def windows_of(batch: Batch) -> Windows:
    """Windows of all long passages that have more than one."""
    passages = batch.passages
    several = (passages.ends - passages.begins >= LONG) & (passages.stop - passages.first > 1)
    rows: list[tuple[int, int, int]] = []
    bounds = [*batch.begins.tolist(), int(passages.ends[-1]) if len(passages) else 0]
    first, stop = passages.first.tolist(), passages.stop.tolist()
    for row in np.flatnonzero(several).tolist():
        begin = first[row]
        rows += [(begin + a, begin + b, row) for a, b in joined(bounds[begin : stop[row] + 1])]
    begins, ends, owners = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Windows(batch.spans(begins, ends), owners)


def joined(bounds: list[int]) -> list[tuple[int, int]]:
    """Windows of the sentences between ``bounds``, each at least WIDTH wide but the last; none if there is but one.

    A window is given by the numbers of its first sentence and of the one behind its last.

    >>> joined([0, 20, 70, 90, 160])
    [(0, 2), (2, 4)]
    >>> joined([0, 50])
    []
    """
    spans: list[tuple[int, int]] = []
    first = 0
    for number in range(1, len(bounds)):
        if bounds[number] - bounds[first] >= WIDTH or number == len(bounds) - 1:
            spans.append((first, number))
            first = number
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
