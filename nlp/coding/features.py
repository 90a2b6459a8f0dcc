"""Features of passages for the learned coder: characters, cues and signals, as one sparse matrix.

Everything is vectorised over a batch: n-grams are integer keys computed with numpy over all passages at once, so that
no Python loop runs over the features of a passage. Counts are not damped and every occurrence counts for a row's
length, so that what a passage says is the sum of what its pieces say: windows and evidence cost nothing more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array, hstack

from nlp.coding.cues import CueFinder, Hits
from nlp.coding.flat import END, LONGEST_GRAM, Flat, KeyTable, among, flat_of, views_of
from nlp.coding.signals import Signals, signal_values, signals_of, spans_of
from nlp.lexicon import Lexicon
from nlp.text.fold import Matchable

RAREST = 3  # passages in which an n-gram must stand to be a feature
MOST_HITS = 3  # more hits of one cue say nothing more
CLAUSE_ENDS = "，。；！？："
SENTENCE_ENDS = "。！？；"
CLOSING = "”’）】"

Ints = np.ndarray


@dataclass(frozen=True)
class Batch:
    """Passages made ready: folded, laid end to end, and searched for cues and ways of speaking."""

    views: Sequence[Matchable]
    flat: Flat
    hits: Hits
    signals: Signals

    def __len__(self) -> int:
        return len(self.views)

    @property
    def texts(self) -> list[str]:
        """The matchable text of every passage."""
        return [view.text for view in self.views]

    @cached_property
    def pieces(self) -> Ints:
        """Where every piece begins: the stretches between punctuation marks; none reaches over two passages."""
        points = self.flat.points
        ending, closing = among(points, CLAUSE_ENDS), among(points, CLOSING)
        ending[1:] |= closing[1:] & ending[:-1]  # a mark and what closes behind it belong together
        ending[1:] |= closing[1:] & ending[:-1]
        last = ending & ~np.append((ending | closing)[1:], False)
        behind = np.flatnonzero(last[:-1] & (points[1:] != ord(END))) + 1
        return np.union1d(behind, self.flat.begins)

    def piece_of(self, positions: Ints) -> Ints:
        """The piece that each position lies in."""
        found: Ints = np.searchsorted(self.pieces, positions, side="right") - 1
        return found


def prepare(texts: Sequence[str], lexicon: Lexicon, finder: CueFinder) -> Batch:
    """Fold and search every text once, for all features."""
    views = views_of(texts, lexicon)
    flat = flat_of([view.text for view in views])
    return Batch(views, flat, finder.find_all(flat), signals_of(flat))


class CharGrams:
    """Tf-idf over character n-grams (Salton and Buckley 1988): plain counts, smoothed idf, rows of about length one."""

    def fit(self, flat: Flat) -> Self:
        """Keep the n-grams that stand in at least RAREST of the texts."""
        rows = np.repeat(np.arange(len(flat)), flat.ends - flat.begins + 1)
        left = np.repeat(flat.ends, flat.ends - flat.begins + 1) - np.arange(len(flat.points))
        inside = [left >= size for size in range(1, LONGEST_GRAM + 1)]
        keys = np.concatenate([key[held] for key, held in zip(flat.keys, inside, strict=True)])
        row = np.concatenate([rows[held] for held in inside])
        distinct, number = np.unique(keys, return_inverse=True)
        spread = np.bincount(np.unique(number * len(flat) + row) // max(1, len(flat)), minlength=len(distinct))
        kept = spread >= RAREST
        return self.know(distinct[kept], np.log((1 + len(flat)) / (1 + spread[kept])) + 1)

    def know(self, keys: np.ndarray, idf: np.ndarray) -> Self:
        """Take n-grams (sorted) and their weights as given."""
        self.keys_, self.idf_, self.table_ = keys, idf.astype(np.float32), KeyTable(keys)
        return self

    def counts(self, flat: Flat, begins: Ints, ends: Ints) -> csr_array:
        """Occurrences of the n-grams that begin in each stretch, (n_stretches, n_keys); not summed up.

        Stretches lie apart, in order.
        """
        found = np.stack([self.table_.find(key) for key in flat.keys], axis=1)
        bounds = np.union1d(begins, ends)
        known = found >= 0
        upto = np.concatenate([[0], np.cumsum(known.sum(axis=1))])
        indices = found[known]
        shape = (len(bounds), len(self.keys_))
        indptr = upto[np.append(bounds, len(flat.points))] - upto[bounds[0]] if len(bounds) else np.zeros(1, np.int64)
        indices = indices[upto[bounds[0]] :] if len(bounds) else indices[:0]
        counts = csr_array((np.ones(len(indices), dtype=np.float32), indices, indptr), shape=shape)
        return counts if len(bounds) == len(begins) else counts[np.searchsorted(bounds, begins)]

    def transform(self, flat: Flat, begins: Ints, ends: Ints) -> csr_array:
        """Weights of every stretch, rows divided by the length that :meth:`lengths` gives."""
        counts = self.counts(flat, begins, ends)
        counts.data = self.idf_[counts.indices].astype(np.float64)
        row = np.repeat(np.arange(len(begins)), np.diff(counts.indptr))
        counts.data /= self.lengths(np.bincount(row, counts.data**2, len(begins)))[row]
        counts.sum_duplicates()
        return counts

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
    vectors: float = 1.0  # times the shares of nlp/coding/blend.py: vectors have linear models of their own


class PassageFeatures:
    """All families side by side: ``fit`` learns vocabularies and scales, ``transform`` gives the matrix."""

    def __init__(self, finder: CueFinder, weights: FamilyWeights) -> None:
        self.finder = finder
        self.weights = weights
        self.chars_ = CharGrams()

    def fit(self, batch: Batch) -> Self:
        """Learn from the passages to train on."""
        self.chars_.fit(batch.flat)
        cues, signals = told(self.finder, batch, batch.flat.begins, batch.flat.ends)
        self.cue_scale_ = np.maximum(cues.std(axis=0), 1e-6)
        self.cue_scale_[cues.std(axis=0) == 0] = np.inf  # a cue never met says nothing
        self.signal_scale_ = np.maximum(signals.std(axis=0), 1e-6)
        return self

    def transform(self, batch: Batch, begins: Ints | None = None, ends: Ints | None = None) -> csr_array:
        """Features of passages, or of the stretches of them that ``begins`` and ``ends`` give.

        Families in the order chars, cues, signals. A family of weight 0 keeps its columns, so that every model finds
        its own. Stretches lie apart, in order, and each begins where a piece begins.
        """
        begins = batch.flat.begins if begins is None else begins
        ends = batch.flat.ends if ends is None else ends
        chars = self.chars_.transform(batch.flat, begins, ends)
        matrix: csr_array = hstack([chars * self.weights.chars, self.rest(batch, begins, ends)], format="csr")
        return narrow(matrix)

    def rest(self, batch: Batch, begins: Ints, ends: Ints) -> csr_array:
        """Cues and signals of stretches."""
        cues, signals = told(self.finder, batch, begins, ends)
        parts = [cues / self.cue_scale_ * self.weights.cues, signals / self.signal_scale_ * self.weights.signals]
        return csr_array(np.hstack(parts))

    @property
    def n_rest(self) -> int:
        """Columns of cues and signals, which stand behind those of the characters."""
        return len(self.cue_scale_) + len(self.signal_scale_)

    def state(self) -> dict[str, Any]:
        """What fitting learned, as plain values that skops stores without trusting any type."""
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


def told(finder: CueFinder, batch: Batch, begins: Ints, ends: Ints) -> tuple[np.ndarray, np.ndarray]:
    """Log counts of cues, (n, 4 n_codes), and of ways of speaking, (n, N_SIGNALS), in stretches of the batch.

    Cues: hits per code, averted hits apart; over the whole stretch, then behind its turn.
    """
    n, width = len(begins), 2 * len(finder.codes)
    turned = batch.signals.turned(begins, ends)
    span, inside = spans_of(batch.hits.start, begins, ends)
    cell = span * width + batch.hits.code + np.where(batch.hits.averted, len(finder.codes), 0)
    late = inside & (batch.hits.start >= np.where(turned >= 0, turned, begins)[span]) if n else inside
    counts = [np.bincount(cell[held], minlength=n * width).reshape(n, width) for held in (inside, late)]
    return np.log1p(np.minimum(np.hstack(counts), MOST_HITS)), signal_values(batch.flat, batch.signals, begins, ends)


def narrow(matrix: csr_array) -> csr_array:
    """The same matrix with indices of 32 bits, which liblinear asks for."""
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix
