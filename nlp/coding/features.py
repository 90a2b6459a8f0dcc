"""Features of passages for the learned coder: words, characters, cues and signals, as one sparse matrix.

Everything is vectorised over a batch: n-grams are integer keys computed with numpy over all passages at once, so that
no Python loop runs over the features of a passage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array, hstack

from nlp.coding.cues import CueFinder, Hit
from nlp.coding.signals import NAMES, behind_turn, signal_counts, turn_counts
from nlp.text.fold import Matchable

CHAR_SIZES = (1, 2, 3, 4)
WORD_SIZES = (1, 2)
RAREST_CHAR, RAREST_WORD = 3, 2  # passages in which an n-gram must stand to be a feature
PRIME = np.uint64(1_000_003)
N_SIGNALS = 3 * len(NAMES) + 4  # whole, last third, behind the turn; length, questions, quotation, turn
MOST_HITS = 3.0  # more hits of one cue say nothing more


@dataclass(frozen=True)
class Prepared:
    """A batch made ready: the matchable text, the terms and the cue hits of every passage."""

    views: Sequence[Matchable]
    terms: Sequence[Sequence[str]]
    hits: Sequence[Sequence[Hit]]

    def __len__(self) -> int:
        return len(self.views)

    @property
    def texts(self) -> list[str]:
        """The matchable text of every passage."""
        return [view.text for view in self.views]

    def take(self, rows: Sequence[int] | np.ndarray) -> Prepared:
        """Some passages of the batch."""
        return Prepared([self.views[i] for i in rows], [self.terms[i] for i in rows], [self.hits[i] for i in rows])


@dataclass(frozen=True)
class Grams:
    """N-grams of a batch: the passage and the key of each, and for characters where in the passage it begins."""

    rows: np.ndarray
    keys: np.ndarray
    starts: np.ndarray
    sizes: np.ndarray


def char_grams(texts: Sequence[str], sizes: Sequence[int] = CHAR_SIZES) -> Grams:
    """Character n-grams of every text; a key is a hash of 64 bits, the same on every machine."""
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(texts)), lengths)
    inside = np.arange(len(points)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    left = np.repeat(lengths, lengths) - inside  # characters from here to the end of the text
    return joined_grams(row, inside, left, points, sizes)


def term_grams(terms: Sequence[Sequence[str]], ids: dict[str, int], sizes: Sequence[int] = WORD_SIZES) -> Grams:
    """Word n-grams of every passage; an unknown word takes part in no n-gram."""
    lengths = np.array([len(words) for words in terms], dtype=np.int64)
    points = np.array([ids.get(word, 0) for words in terms for word in words], dtype=np.uint64)
    row = np.repeat(np.arange(len(terms)), lengths)
    inside = np.arange(len(points)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    left = np.repeat(lengths, lengths) - inside
    grams = joined_grams(row, inside, left, points, sizes)
    known = np.ones(len(grams.keys), dtype=bool)
    at = 0
    for size in sizes:
        begins = np.flatnonzero(left >= size)
        for shift in range(size):
            known[at : at + len(begins)] &= points[begins + shift] > 0
        at += len(begins)
    return Grams(grams.rows[known], grams.keys[known], grams.starts[known], grams.sizes[known])


def joined_grams(
    row: np.ndarray, inside: np.ndarray, left: np.ndarray, points: np.ndarray, sizes: Sequence[int]
) -> Grams:
    """N-grams of all sizes that do not cross the end of their text."""
    parts = []
    for size in sizes:
        begins = np.flatnonzero(left >= size)
        key = np.full(len(begins), size, dtype=np.uint64)
        with np.errstate(over="ignore"):
            for shift in range(size):
                key = key * PRIME + points[begins + shift]
                key ^= key >> np.uint64(29)
        parts.append((row[begins], key, inside[begins], np.full(len(begins), size)))
    rows, keys, starts, lengths = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Grams(rows, keys, starts, lengths)


class GramWeights:
    """Tf-idf over n-gram keys: sublinear counts, smoothed idf, rows of length one (Salton and Buckley 1988)."""

    def __init__(self, rarest: int) -> None:
        self.rarest = rarest

    def fit(self, grams: Grams, n: int) -> Self:
        """Keep the keys that stand in at least ``rarest`` of ``n`` passages."""
        pairs = np.unique(np.stack([grams.keys, grams.rows.astype(np.uint64)]), axis=1)
        keys, spread = np.unique(pairs[0], return_counts=True)
        kept = spread >= self.rarest
        self.keys_ = keys[kept]
        self.idf_ = np.log((1 + n) / (1 + spread[kept])) + 1
        return self

    def columns(self, grams: Grams) -> np.ndarray:
        """Column of every n-gram, -1 for those that are no feature."""
        if not len(self.keys_):
            return np.full(len(grams.keys), -1)
        at = np.minimum(np.searchsorted(self.keys_, grams.keys), len(self.keys_) - 1)
        return np.where(self.keys_[at] == grams.keys, at, -1)

    def transform(self, grams: Grams, n: int) -> csr_array:
        """Weights of shape (n, n_keys)."""
        columns = self.columns(grams)
        known = columns >= 0
        shape = (n, len(self.keys_))
        counts = csr_array((np.ones(int(known.sum())), (grams.rows[known], columns[known])), shape=shape)
        counts.sum_duplicates()
        counts.data = (1 + np.log(counts.data)) * self.idf_[counts.indices]
        return unit_rows(counts)


def unit_rows(matrix: csr_array) -> csr_array:
    """Divide every row by its Euclidean length; an empty row stays empty."""
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    length = np.sqrt(np.bincount(row, matrix.data**2, matrix.shape[0]))
    matrix.data = matrix.data / np.maximum(length, 1e-12)[row]
    return matrix


def narrow(matrix: csr_array) -> csr_array:
    """The same matrix with indices of 32 bits, which liblinear asks for."""
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return matrix


@dataclass(frozen=True)
class FamilyWeights:
    """How much each family of features counts beside the others; 0 leaves it out."""

    words: float = 1.0
    chars: float = 1.0
    cues: float = 0.03
    signals: float = 0.12
    vectors: float = 1.0  # times the shares of nlp/coding/blend.py: vectors have linear models of their own


class PassageFeatures:
    """All families side by side: ``fit`` learns vocabularies and scales, ``transform`` gives the matrix."""

    def __init__(self, finder: CueFinder, weights: FamilyWeights) -> None:
        self.finder = finder
        self.weights = weights

    def fit(self, batch: Prepared) -> Self:
        """Learn from the passages to train on."""
        self.term_ids_ = {term: i for i, term in enumerate(sorted({t for words in batch.terms for t in words}), 1)}
        self.words_ = GramWeights(RAREST_WORD).fit(term_grams(batch.terms, self.term_ids_), len(batch))
        self.chars_ = GramWeights(RAREST_CHAR).fit(char_grams([v.text for v in batch.views]), len(batch))
        cues, signals = self.cue_counts(batch), self.signal_values(batch)
        self.cue_scale_ = np.maximum(cues.std(axis=0), 1e-6)
        self.cue_scale_[cues.std(axis=0) == 0] = np.inf  # a cue never met says nothing
        self.signal_mean_, self.signal_scale_ = signals.mean(axis=0), np.maximum(signals.std(axis=0), 1e-6)
        return self

    def transform(self, batch: Prepared) -> csr_array:
        """Features of a batch, families in the order words, chars, cues, signals."""
        w = self.weights  # a family of weight 0 keeps its columns, so that every model finds its own
        parts = [
            self.words_.transform(term_grams(batch.terms, self.term_ids_), len(batch)) * w.words,
            self.chars_.transform(char_grams([v.text for v in batch.views]), len(batch)) * w.chars,
            csr_array(self.cue_counts(batch) / self.cue_scale_ * w.cues),
            csr_array((self.signal_values(batch) - self.signal_mean_) / self.signal_scale_ * w.signals),
        ]
        return narrow(csr_array(hstack(parts, format="csr")))

    def cue_counts(self, batch: Prepared) -> np.ndarray:
        """Log counts of hits per code, averted hits apart; over the whole passage and behind its turn."""
        rows = []
        for view, hits in zip(batch.views, batch.hits, strict=True):
            turned = behind_turn(view.text)
            offset = len(view.text) - len(turned) if turned else 0
            late = [hit for hit in hits if hit.start >= offset]
            rows.append(np.concatenate([self.finder.counts(hits), self.finder.counts(late)]))
        width = 4 * len(self.finder.codes)
        return np.log1p(np.minimum(np.array(rows, dtype=np.float64).reshape(len(batch), width), MOST_HITS))

    def signal_values(self, batch: Prepared) -> np.ndarray:
        """Log counts of the ways of speaking, over the whole passage, its last third, and behind its turn."""
        rows = [np.concatenate([signal_counts(view.text), turn_counts(view.text)]) for view in batch.views]
        return np.log1p(np.array(rows, dtype=np.float64))

    def state(self) -> dict[str, Any]:
        """What fitting learned, as plain values that skops stores without trusting any type."""
        return {
            "terms": list(self.term_ids_),
            "word_keys": self.words_.keys_,
            "word_idf": self.words_.idf_,
            "char_keys": self.chars_.keys_,
            "char_idf": self.chars_.idf_,
            "cue_scale": self.cue_scale_,
            "signal_mean": self.signal_mean_,
            "signal_scale": self.signal_scale_,
        }

    def restore(self, state: dict[str, Any]) -> Self:
        """Take up what ``state`` gave."""
        self.term_ids_ = {term: i for i, term in enumerate(state["terms"], 1)}
        self.words_, self.chars_ = GramWeights(RAREST_WORD), GramWeights(RAREST_CHAR)
        self.words_.keys_, self.words_.idf_ = state["word_keys"], state["word_idf"]
        self.chars_.keys_, self.chars_.idf_ = state["char_keys"], state["char_idf"]
        self.cue_scale_ = state["cue_scale"]
        self.signal_mean_, self.signal_scale_ = state["signal_mean"], state["signal_scale"]
        return self
