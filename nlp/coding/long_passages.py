"""Windows: the stretches of a long passage, so that a claim in one of its sentences is not drowned by the others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlp.search.sentences import Batch, Spans, joined_to_next

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
    """Windows of all long passages that have more than one: whole sentences, at least WIDTH wide but for the last."""
    passages = batch.passages
    long = passages.ends - passages.begins >= LONG
    owner = np.repeat(np.arange(len(passages)), passages.stop - passages.first)
    inner = long[owner]
    inner[passages.first] = False
    cut = np.flatnonzero(inner)  # sentences before which a window may end
    row = owner[cut]
    cut = cut[~joined_to_next(passages.begins[row], batch.begins[cut], row, WIDTH)]
    several = np.zeros(len(passages), dtype=bool)
    several[owner[cut]] = True
    first = np.sort(np.concatenate([passages.first[several], cut]))
    owners = owner[first]
    last = np.append(owners[1:] != owners[:-1], True) if len(first) else np.zeros(0, dtype=bool)
    stop = np.where(last, passages.stop[owners], np.append(first, 0)[1:])
    return Windows(batch.spans(first, stop), owners)


def starts_of(owners: Ints) -> Ints:
    """Where the windows of each passage that has some begin."""
    return np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))


def lifted(decisions: np.ndarray, of_windows: np.ndarray, owners: Ints) -> np.ndarray:
    """Decisions of the passages, raised to that of their most telling window; windows of one stand together."""
    if not len(owners):
        return decisions
    raised, starts = decisions.copy(), starts_of(owners)
    most = np.maximum.reduceat(of_windows, starts) - DOUBT
    raised[owners[starts]] = np.maximum(raised[owners[starts]], most)
    return raised


def pooled(logits: np.ndarray, of_windows: np.ndarray, owners: Ints) -> np.ndarray:
    """Log odds of roles, those of a long passage from the mean probability over its windows.

    Counts grow with length and with them the logits: read as one piece, a long passage would be sure of anything.
    """
    if not len(owners):
        return logits
    odds = np.exp(of_windows - of_windows.max(axis=1, keepdims=True))
    probability = odds / odds.sum(axis=1, keepdims=True)
    starts = starts_of(owners)
    size = np.diff(np.append(starts, len(owners)))
    result = logits.copy()
    result[owners[starts]] = np.log(np.add.reduceat(probability, starts) / size[:, None] + 1e-9)
    return result
