"""How many topics: coherence and diversity of models over a range of numbers and several seeds."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.tables import SELECTION
from nlp.topics.models import MODELS

TOP = 8  # terms of a topic that coherence and diversity look at


def compare(counts: csr_array, facet: str, sizes: Sequence[int], seeds: Sequence[int], model: str) -> pd.DataFrame:
    """SELECTION of one facet: every number of topics with every seed, the best number marked.

    The number is the one with the largest product of mean coherence (shifted to be positive) and mean diversity:
    coherence alone rewards saying the same thing several times.
    """
    together = co_occurrence(counts)
    rows = []
    for n_topics in sizes:
        for seed in seeds:
            fitted = MODELS[model](n_topics=n_topics, seed=seed).fit(counts)
            tops = top_terms(fitted.components_)
            rows.append(
                (facet, n_topics, seed, coherence(tops, together, counts.shape[0]).mean(), diversity(tops), False)
            )
    table = SELECTION.frame(rows)
    merit = table.groupby("n_topics")[["coherence", "diversity"]].mean()
    best = ((1 + merit["coherence"]) * merit["diversity"]).round(6).idxmax()
    return SELECTION.shape(table.assign(chosen=table["n_topics"] == best))


def top_terms(components: np.ndarray, n: int = TOP) -> np.ndarray:
    """Indices of the ``n`` heaviest terms of every topic, ties by index."""
    return np.argsort(-components, axis=1, kind="stable")[:, :n]


def co_occurrence(counts: csr_array) -> np.ndarray:
    """Passages that hold both terms, for every pair of terms; the diagonal holds passages with the term."""
    present = (counts > 0).astype(np.float64)
    shared: np.ndarray = (present.T @ present).toarray()
    return shared


def coherence(tops: np.ndarray, together: np.ndarray, n_passages: int) -> np.ndarray:
    """Mean normalised pointwise mutual information of the pairs of top terms, per topic (Bouma 2009; Lau et al. 2014).

    A pair that never stands together counts -1.
    """
    return np.array(
        [np.mean([npmi(int(i), int(j), together, n_passages) for i, j in combinations(top, 2)]) for top in tops]
    )


def npmi(i: int, j: int, together: np.ndarray, n_passages: int) -> float:
    """Normalised pointwise mutual information of two terms over passages, between -1 and 1."""
    joint = together[i, j] / n_passages
    if joint == 0:
        return -1.0
    if joint == 1:
        return 1.0
    return float(np.log(joint * n_passages**2 / (together[i, i] * together[j, j])) / -np.log(joint))


def diversity(tops: np.ndarray) -> float:
    """Share of distinct terms among the top terms of all topics (Dieng et al. 2020)."""
    return len(np.unique(tops)) / tops.size
