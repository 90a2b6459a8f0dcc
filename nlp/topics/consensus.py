"""Which topics come back: the model refitted on resampled documents, topics matched, merged and judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from sklearn.preprocessing import normalize
from threadpoolctl import threadpool_limits

from nlp.topics.matrix import Matrix
from nlp.topics.models import TopicModel, model_for

RUNS = 12  # resamples
SPARE = 2  # further topics of a resample, so that no theme is lost only because another took its place
RECURS = 0.6  # mean cosine of terms and of passages from which two topics are the same
LARGEST_RESAMPLE = 3000  # passages: a resample needs no more, and time stays in bounds


@dataclass(frozen=True)
class Fitted:
    """A model on some passages: its topics (terms, then guides) and their weights in those passages."""

    whole: np.ndarray  # (n_topics, n_terms + n_guides)
    weights: np.ndarray  # (n_rows, n_topics)
    rows: np.ndarray  # (n_rows,)

    def only(self, topics: np.ndarray) -> Fitted:
        """The same with some of its topics, in this order."""
        return Fitted(self.whole[topics], self.weights[:, topics], self.rows)


@dataclass(frozen=True)
class Consensus:
    """Topics merged over resamples."""

    components: np.ndarray  # (n_topics, n_terms), rows add up to one
    weights: np.ndarray  # (n_passages, n_topics), rows add up to one
    stability: np.ndarray  # (n_topics,): share of the resamples in which the topic recurs
    similarity: np.ndarray  # (n_topics,): mean similarity of its best match


def fit_on(matrix: Matrix, model: str, n_topics: int, seed: int, rows: np.ndarray | None = None) -> Fitted:
    """Fit ``model`` on some passages (all by default), on one thread so that every machine adds in the same order."""
    at = np.arange(len(matrix.ids)) if rows is None else rows
    counts = csr_array(matrix.counts[at])
    guides = csr_array(matrix.guides[at]) if matrix.guides is not None else None
    with threadpool_limits(1):
        fitted = model_for(model, n_topics, seed, matrix).fit(counts, guides=guides)
        return Fitted(fitted.whole_, fitted.weights_in_fit_, at)


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
    terms = normalize(one.whole) @ normalize(other.whole).T
    passages = normalize(one.weights[at], axis=0).T @ normalize(other.weights, axis=0)
    likeness = (terms + passages) / 2
    left, right = linear_sum_assignment(-likeness)
    partner, similarity = np.full(len(one.whole), -1), np.zeros(len(one.whole))
    partner[left], similarity[left] = right, likeness[left, right]
    return partner, similarity


def consensus(
    matrix: Matrix, model: str, n_topics: int, seed: int, n_runs: int = RUNS, everywhere: Matrix | None = None
) -> Consensus:
    """Fit, refit on resampled documents, merge the matching topics, refit from the merged ones, and judge each.

    A topic of the whole is averaged with its matches in the resamples; the averages are where the last fit on all
    passages begins. So the seed moves the resamples, hardly the topics.

    Parameters
    ----------
    everywhere : all passages, where ``matrix`` is a sample of them: the topics are then carried over to all
    """
    found, _, model_ = merged_of(matrix, model, n_topics, seed, n_runs)
    if everywhere is None or everywhere is matrix:
        return found
    with threadpool_limits(1):
        return replace(found, weights=model_.transform(everywhere.counts, everywhere.guides))


def merged_of(
    matrix: Matrix, model: str, n_topics: int, seed: int, n_runs: int
) -> tuple[Consensus, list[tuple[int, Fitted, np.ndarray]], TopicModel]:
    """The consensus, every resample (seed, topics that match a merged one, how well each is matched), and the model."""
    first = fit_on(matrix, model, n_topics, seed)
    drawn = list(resamples(matrix, n_runs, seed))
    runs = [fit_on(matrix, model, n_topics + SPARE, s, rows) for s, rows in drawn]
    total = normalize(first.whole, norm="l1")
    for run in runs:
        partner, similarity = match(first, run)
        again = np.flatnonzero(similarity >= RECURS)
        total[again] += normalize(run.whole, norm="l1")[partner[again]]
    scale = np.linalg.norm(first.whole, axis=1, keepdims=True)
    merged = refit(matrix, model, normalize(total) * scale, seed)
    last = Fitted(merged.whole_, merged.weights_in_fit_, first.rows)
    matches = [match(last, run) for run in runs]
    matched = np.array([similarity for _, similarity in matches])
    found = Consensus(
        merged.components_, merged.weights_in_fit_, (matched >= RECURS).mean(axis=0), matched.mean(axis=0)
    )
    kept = [run.only(partner[partner >= 0]) for run, (partner, _) in zip(runs, matches, strict=True)]
    return found, [(s, run, row) for (s, _), run, row in zip(drawn, kept, matched, strict=True)], merged


def refit(matrix: Matrix, model: str, start: np.ndarray, seed: int) -> TopicModel:
    """Fit on all passages, beginning from given topics."""
    with threadpool_limits(1):
        return model_for(model, len(start), seed, matrix).fit(matrix.counts, guides=matrix.guides, start=start)
