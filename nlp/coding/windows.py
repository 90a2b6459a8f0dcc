"""Windows: the stretches of a long passage, so that a claim in one of its sentences is not drowned by the others."""

from __future__ import annotations

import re

import numpy as np

from nlp.coding.features import Prepared
from nlp.text.fold import Matchable

LONG = 120  # characters: a shorter passage is read as one piece
DOUBT = 0.8  # of decision value: the best of several windows is high by chance, and short passages share the threshold
WIDTH = 60  # characters: sentences are taken together until a window is at least so wide
SENTENCE = re.compile(r"[^。！？；]+[。！？；]*[”’）]*")


def window_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the windows of one text; none if it is short.

    >>> window_spans("有的支部学习走过场。")
    []
    """
    if len(text) < LONG:
        return []
    spans: list[tuple[int, int]] = []
    for sentence in SENTENCE.finditer(text):
        if spans and spans[-1][1] - spans[-1][0] < WIDTH:
            spans[-1] = (spans[-1][0], sentence.end())
        else:
            spans.append(sentence.span())
    return spans if len(spans) > 1 else []


def windows_of(batch: Prepared) -> tuple[list[Matchable], np.ndarray]:
    """Windows of all long passages of a batch, and the passage that each belongs to."""
    views, owners = [], []
    for row, view in enumerate(batch.views):
        for start, end in window_spans(view.text):
            views.append(Matchable(view.text[start:end], (), ()))
            owners.append(row)
    return views, np.array(owners, dtype=np.int64)


def lifted(decisions: np.ndarray, of_windows: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Decisions of the passages, raised to that of their most telling window."""
    raised = decisions.copy()
    np.maximum.at(raised, owners, of_windows - DOUBT)
    return raised


def pooled(logits: np.ndarray, of_windows: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """Log odds of roles, those of a long passage from the mean probability over its windows.

    Counts grow with length and with them the logits: read as one piece, a long passage would be sure of anything.
    """
    odds = np.exp(of_windows - of_windows.max(axis=1, keepdims=True))
    probability = odds / odds.sum(axis=1, keepdims=True)
    total = np.zeros_like(logits)
    np.add.at(total, owners, probability)
    result = logits.copy()
    long = np.unique(owners)
    result[long] = np.log(total[long] / np.bincount(owners, minlength=len(logits))[long, None] + 1e-9)
    return result
