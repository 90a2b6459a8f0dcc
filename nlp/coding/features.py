"""Features of passages for the learned coder: characters, cues and signals, as one sparse matrix.

Everything is vectorised over a batch: n-grams are integer keys computed with numpy over all sentences at once, so that
no Python loop runs over the features of a passage. Counts are not damped and every occurrence counts for a row's
length, so that what a passage says is the sum of what its sentences say: windows and evidence cost nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array, hstack

from nlp.search.batch_text import LONGEST_GRAM, Flat
from nlp.search.cues import CueFinder
from nlp.search.literals import GramTable
from nlp.search.sentences import Batch, Spans
from nlp.search.speech_marks import signal_values, spans_of

RAREST = 3  # passages in which an n-gram must stand to be a feature
MOST_HITS = 3  # more hits of one cue say nothing more
Ints = np.ndarray


class CharGrams:
    """Tf-idf over character n-grams (Salton and Buckley 1988): plain counts, smoothed idf, rows of about length one."""

    def fit(self, flat: Flat, contains: csr_array) -> Self:
        """Keep the n-grams that stand in at least RAREST passages.

        ``flat``: distinct sentences; ``contains``: how often each stands in each passage, (n_passages, n_sentences).
        """
        sentence = np.repeat(np.arange(len(flat)), flat.ends - flat.begins + 1)
        left = np.repeat(flat.ends, flat.ends - flat.begins + 1) - np.arange(len(flat.points))
        inside = [left >= size for size in range(1, LONGEST_GRAM + 1)]
        keys = np.concatenate([key[held] for key, held in zip(flat.keys, inside, strict=True)])
        row = np.concatenate([sentence[held] for held in inside])
        distinct, number = np.unique(keys, return_inverse=True)
        shape = (len(flat), len(distinct))
        held = contains @ csr_array((np.ones(len(row), dtype=np.int32), (row, number)), shape=shape)
        n, spread = contains.shape[0], np.bincount(held.indices, minlength=len(distinct))
        kept = spread >= RAREST
        return self.know(distinct[kept], np.log((1 + n) / (1 + spread[kept])) + 1)

    def know(self, keys: np.ndarray, idf: np.ndarray) -> Self:
        """Take n-grams (sorted) and their weights as given."""
        self.keys_, self.idf_, self.table_ = keys, idf.astype(np.float32), GramTable(keys)
        return self

    def counts(self, flat: Flat, begins: Ints) -> csr_array:
        """Occurrences of the n-grams that begin in each stretch, (n_stretches, n_keys); not summed up.

        ``begins``: where each stretch begins, the first with the text; it ends where the next begins. An n-gram does
        not reach over the end of a text of ``flat``.
        """
        found = self.table_.find(flat)
        known = found >= 0
        upto = np.concatenate([[0], np.cumsum(sum(known.T.astype(np.int8)))])
        indices, indptr = found[known], upto[np.append(begins, len(flat.points))]
        shape = (len(begins), len(self.keys_))
        return csr_array((np.ones(len(indices), dtype=np.float32), indices, indptr), shape=shape)

    def transform(self, flat: Flat, contains: csr_array) -> csr_array:
        """Weights of stretches made of the sentences of ``flat``, rows divided by the length of :meth:`lengths`."""
        held = contains @ self.counts(flat, flat.begins)
        row = np.repeat(np.arange(held.shape[0]), np.diff(held.indptr))
        weight = self.idf_[held.indices].astype(np.float64)
        length = self.lengths(np.bincount(row, held.data * weight**2, held.shape[0]))
        held.data = held.data * weight / length[row]
        return held

    @staticmethod
    def lengths(squares: np.ndarray) -> np.ndarray:
        """Length of rows whose squared weights, one an occurrence, add up to ``squares``."""
        lengths: np.ndarray = np.sqrt(np.maximum(squares, 1e-12))
        return lengths


@dataclass(frozen=True)
class FamilyWeights:
    """How much each family of features counts beside the others; 0 leaves it out."""

    chars: float = 1.0
    cues: float = 0.03
    signals: float = 0.08


class PassageFeatures:
    """All families side by side: ``fit`` learns vocabularies and scales, ``transform`` gives the matrix."""

    def __init__(self, finder: CueFinder, weights: FamilyWeights) -> None:
        self.finder = finder
        self.weights = weights
        self.chars_ = CharGrams()

    def fit(self, batch: Batch, flat: Flat) -> Self:
        """Learn from the passages to train on; ``flat``: their distinct sentences, in the order of their numbers."""
        self.chars_.fit(flat, contained(batch, batch.passages, len(flat)))
        cues, signals = told(self.finder, batch, batch.passages)
        dense = cues.toarray()
        self.cue_scale_ = np.maximum(dense.std(axis=0), 1e-6)
        self.cue_scale_[dense.std(axis=0) == 0] = np.inf  # a cue never met says nothing
        self.signal_scale_ = np.maximum(signals.std(axis=0), 1e-6)
        return self

    def transform(self, batch: Batch, flat: Flat, spans: Spans) -> csr_array:
        """Features of stretches of a batch whose distinct sentences are ``flat``.

        Families in the order chars, cues, signals. A family of weight 0 keeps its columns, so that every model finds
        its own.
        """
        chars = self.chars_.transform(flat, contained(batch, spans, len(flat)))
        cues, signals = self.rest(batch, spans)
        return narrow(csr_array(hstack([chars * self.weights.chars, cues, csr_array(signals)], format="csr")))

    def rest(self, batch: Batch, spans: Spans) -> tuple[csr_array, np.ndarray]:
        """Cues, (n, 4 n_codes), and signals, (n, n_signals), of stretches."""
        cues, signals = told(self.finder, batch, spans)
        cues.data *= (self.weights.cues / self.cue_scale_)[cues.indices]
        return cues, signals * (self.weights.signals / self.signal_scale_)

    @property
    def n_cues(self) -> int:
        """Columns of cues, which stand between those of the characters and those of the signals."""
        return len(self.cue_scale_)

    @property
    def n_signals(self) -> int:
        """Columns of ways of speaking, which stand last."""
        return len(self.signal_scale_)

    def state(self) -> dict[str, Any]:
        """What fitting learned, as plain values."""
        return {
            "keys": self.chars_.keys_,
            "idf": self.chars_.idf_,
            "cue_scale": self.cue_scale_,
            "signal_scale": self.signal_scale_,
        }

    def restore(self, state: dict[str, Any]) -> Self:
        """Take up what ``state`` gave."""
        self.chars_.know(state["keys"], state["idf"])
        self.cue_scale_, self.signal_scale_ = state["cue_scale"], state["signal_scale"]
        return self


def contained(batch: Batch, spans: Spans, n_sentences: int) -> csr_array:
    """How often each sentence stands in each stretch, (n_stretches, n_sentences)."""
    size = spans.stop - spans.first
    indptr = np.concatenate([[0], np.cumsum(size)])
    at = np.arange(indptr[-1]) + np.repeat(spans.first - indptr[:-1], size)
    ones = np.ones(len(at), dtype=np.float32)
    return csr_array((ones, batch.sentences[at], indptr), shape=(len(spans), n_sentences))


def told(finder: CueFinder, batch: Batch, spans: Spans) -> tuple[csr_array, np.ndarray]:
    """Log counts of cues, (n, 4 n_codes), and of ways of speaking, (n, n_signals), in stretches of the batch.

    Cues: hits per code, averted hits apart; over the whole stretch, then behind its turn.
    """
    begins, ends = spans.begins, spans.ends
    n, width = len(spans), 2 * len(finder.codes)
    turned = batch.signals.turned(begins, ends)
    span, inside = spans_of(batch.hits.start, begins, ends)
    cell = span * (2 * width) + batch.hits.code + np.where(batch.hits.averted, len(finder.codes), 0)
    late = inside & (batch.hits.start >= np.where(turned >= 0, turned, begins)[span]) if n else inside
    cells, counts = np.unique(np.concatenate([cell[inside], cell[late] + width]), return_counts=True)
    row, column = np.divmod(cells, 2 * width)
    indptr = np.searchsorted(row, np.arange(n + 1))
    cues = csr_array((np.log1p(np.minimum(counts, MOST_HITS)), column, indptr), shape=(n, 2 * width))
    return cues, signal_values(batch.signals, begins, ends)


def narrow(matrix: csr_array) -> csr_array:
    """The same matrix with indices of 32 bits, which liblinear asks for."""
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix
