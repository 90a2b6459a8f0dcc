"""Which topics come back: the model refitted on resampled documents, topics matched, merged and judged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from nlp.topics.factors import TINY
from nlp.topics.matrix import Matrix
from nlp.topics.models import Repeatable, TopicModel

Maker = Callable[[int, int], TopicModel]

RUNS = 12  # resamples
SPARE = 2  # further topics of a resample, so that no theme is lost only because another took its place
RECURS = 0.72  # mean cosine of terms and of passages from which two topics are the same; fits share their directions
LARGEST_RESAMPLE = 3000  # passages: a resample needs no more, and time stays in bounds


@dataclass(frozen=True)
class Fitted:
    """A model on some passages: its topics (terms, then guides) and their weights in those passages."""

    whole: np.ndarray  # (n_topics, n_terms + n_guides)
    weights: np.ndarray  # (n_rows, n_topics)
    rows: np.ndarray  # (n_rows,), each once
    times: np.ndarray  # (n_rows,): how often each was drawn

    def only(self, topics: np.ndarray) -> Fitted:
        """The same with some of its topics, in this order."""
        return replace(self, whole=self.whole[topics], weights=self.weights[:, topics])

    @cached_property
    def terms(self) -> np.ndarray:
        """Topics of length one."""
        return unit(self.whole)

    @cached_property
    def passages(self) -> np.ndarray:
        """Weights of every topic over the passages drawn, of length one."""
        return unit((self.weights * np.sqrt(self.times)[:, None]).T)

    @classmethod
    def whole_of(cls, model: TopicModel) -> Self:
        """A model fitted on all passages."""
        n_rows = len(model.weights_in_fit_)
        return cls(model.whole_, model.weights_in_fit_, np.arange(n_rows), np.ones(n_rows))


def unit(rows: np.ndarray) -> np.ndarray:
    """Rows of length one."""
    scaled: np.ndarray = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), TINY)
    return scaled


@dataclass(frozen=True)
class Consensus:
    """Topics merged over resamples."""

    components: np.ndarray  # (n_topics, n_terms), rows add up to one
    weights: np.ndarray  # (n_passages, n_topics), rows add up to one
    stability: np.ndarray  # (n_topics,): share of the resamples in which the topic recurs
    similarity: np.ndarray  # (n_topics,): mean similarity of its best match


@dataclass(frozen=True)
class Merged:
    """A consensus with its model and its resamples: seed, topics that match a merged one, how well each is matched."""

    consensus: Consensus
    runs: list[tuple[int, Fitted, np.ndarray]]
    model: TopicModel


def resamples(matrix: Matrix, n_runs: int, seed: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield a seed and the rows of documents drawn with replacement, until there are as many passages as before."""
    documents, number = np.unique(matrix.documents.astype(str), return_inverse=True)
    order = np.argsort(number, kind="stable")
    bounds = np.searchsorted(number[order], np.arange(len(documents) + 1))
    size = min(len(matrix.ids), LARGEST_RESAMPLE)
    for run in range(n_runs):
        dice = np.random.default_rng([seed, run])
        drawn = dice.integers(0, len(documents), len(documents))
        rows = np.concatenate([order[bounds[d] : bounds[d + 1]] for d in drawn])
        yield int(dice.integers(2**31 - 1)), np.sort(rows[:size])


def match(one: Fitted, other: Fitted) -> tuple[np.ndarray, np.ndarray]:
    """Best one-to-one match of the topics of ``one`` among those of ``other``, fitted on a part of its passages.

    Returns
    -------
    (n_topics,) index of the match, -1 for none; (n_topics,) similarity: mean of the cosine of the terms and the cosine
    of the weights in the passages, matched by the Hungarian method (Kuhn 1955)
    """
    at = np.searchsorted(one.rows, other.rows)
    mine = Fitted(one.whole, one.weights[at], other.rows, other.times).passages
    likeness = (one.terms @ other.terms.T + mine @ other.passages.T) / 2
    left, right = linear_sum_assignment(-likeness)
    partner, similarity = np.full(len(one.whole), -1), np.zeros(len(one.whole))
    partner[left], similarity[left] = right, likeness[left, right]
    return partner, similarity


def carried(merged: Merged, matrix: Matrix, everywhere: Matrix | None) -> Consensus:
    """The consensus with the weights of all passages."""
    if everywhere is None or everywhere is matrix:
        return merged.consensus
    with threadpool_limits(1):
        return replace(merged.consensus, weights=merged.model.transform(everywhere.counts, everywhere.guides))


def merged_of(make: Maker, matrix: Matrix, n_topics: int, seed: int, n_runs: int) -> Merged:
    """Fit, refit on resampled documents, merge the matching topics, refit from the merged ones, and judge each.

    A topic of the whole is averaged with its matches in the resamples; the averages are where the last fit on all
    passages begins. So the seed moves the resamples, hardly the topics.
    """
    first = make(n_topics, seed).fit(matrix.counts, guides=matrix.guides)
    begun = Fitted.whole_of(first)
    drawn = list(resamples(matrix, n_runs, seed))
    runs = [repeated(make, first, matrix, n_topics + SPARE, s, at) for s, at in drawn]
    total = normalize(begun.whole, norm="l1")
    for run in runs:
        partner, similarity = match(begun, run)
        again = np.flatnonzero(similarity >= RECURS)
        total[again] += normalize(run.whole[partner[again]], norm="l1") if len(again) else 0
    scale = np.linalg.norm(begun.whole, axis=1, keepdims=True)
    model = make(n_topics, seed).fit(matrix.counts, guides=matrix.guides, start=normalize(total) * scale)
    last = Fitted.whole_of(model)
    matches = [match(last, run) for run in runs]
    matched = np.array([similarity for _, similarity in matches])
    found = Consensus(model.components_, model.weights_in_fit_, (matched >= RECURS).mean(axis=0), matched.mean(axis=0))
    kept = [run.only(partner[partner >= 0]) for run, (partner, _) in zip(runs, matches, strict=True)]
    return Merged(found, [(s, run, row) for (s, _), run, row in zip(drawn, kept, matched, strict=True)], model)


def repeated(make: Maker, first: TopicModel, matrix: Matrix, n_topics: int, seed: int, drawn: np.ndarray) -> Fitted:
    """Fit on a resample: as ``first`` can do it again, or from nothing."""
    rows, at, times = np.unique(drawn, return_index=True, return_counts=True)
    if isinstance(first, Repeatable):
        return Fitted(*first.again(rows, times, n_topics), rows, times)
    guides = csr_array(matrix.guides[drawn]) if matrix.guides is not None else None
    fitted = make(n_topics, seed).fit(csr_array(matrix.counts[drawn]), guides=guides)
    return Fitted(fitted.whole_, fitted.weights_in_fit_[at], rows, times)
