"""How well the top terms of a topic hang together: NPMI over passages and c_v over windows, counted in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from scipy.sparse import csr_array

TOP = 10  # terms of a topic that coherence, diversity and stability look at
WINDOW = 110  # tokens, as in Röder et al. (2015)
EPSILON = 1e-12


def top_terms(components: np.ndarray, n: int = TOP) -> np.ndarray:
    """Indices of the ``n`` heaviest terms of every topic, ties by index."""
    return np.argsort(-components.round(9), axis=1, kind="stable")[:, :n]


def co_occurrence(counts: csr_array) -> np.ndarray:
    """Passages that hold both terms, for every pair of terms; the diagonal holds passages with the term."""
    present = csr_array((counts > 0).astype(np.float64))
    shared: np.ndarray = (present.T @ present).toarray()
    return shared


def npmi(i: int, j: int, together: np.ndarray, n_passages: int) -> float:
    """Normalised pointwise mutual information of two terms over passages, between -1 and 1."""
    joint = together[i, j] / n_passages
    if joint == 0:
        return -1.0
    if joint == 1:
        return 1.0
    return float(np.log(joint * n_passages**2 / (together[i, i] * together[j, j])) / -np.log(joint))


def coherence(tops: np.ndarray, together: np.ndarray, n_passages: int) -> np.ndarray:
    """Mean normalised pointwise mutual information of the pairs of top terms, per topic (Bouma 2009; Lau et al. 2014).

    A pair that never stands together counts -1.
    """
    return np.array(
        [np.mean([npmi(int(i), int(j), together, n_passages) for i, j in combinations(top, 2)]) for top in tops]
    )


def npmi_table(together: np.ndarray, n_passages: int) -> np.ndarray:
    """NPMI of every pair at once, (n_terms, n_terms); pairs never together −1."""
    joint = together / n_passages
    alone = np.diag(joint)
    with np.errstate(divide="ignore", invalid="ignore"):
        table = np.log(joint / np.outer(alone, alone)) / -np.log(joint)
    table[joint == 0] = -1.0
    table[joint >= 1] = 1.0
    return table


def coherence_of(counts: csr_array, models: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Mean NPMI of every topic of every model: the terms of all models are counted once, together."""
    words = np.unique(np.concatenate([tops.ravel() for tops in models]))
    table = npmi_table(co_occurrence(csr_array(counts[:, words])), counts.shape[0])
    return [np.array([mean_pair(table[np.ix_(at, at)]) for at in np.searchsorted(words, tops)]) for tops in models]


def mean_pair(table: np.ndarray) -> float:
    """Mean of the entries above the diagonal."""
    return float(table[np.triu_indices(len(table), 1)].mean())


def diversity(tops: np.ndarray) -> float:
    """Share of distinct terms among the top terms of all topics (Dieng et al. 2020)."""
    return len(np.unique(tops)) / tops.size


def c_v(
    sequences: Sequence[np.ndarray], models: Sequence[np.ndarray], window: int = WINDOW, as_gensim: bool = False
) -> list[np.ndarray]:
    """c_v coherence (Röder et al. 2015) of every topic of many models, from one windows × words matrix.

    Parameters
    ----------
    sequences : term indices of every passage, in their order
    models : for every model its top terms, (n_topics, n_top)
    as_gensim : repeat gensim 4.4.0, which drops a word from its window as soon as one of two copies leaves it; the
        right count (the default) is higher where passages are longer than the window

    Returns
    -------
    for every model the c_v of its topics, (n_topics,)
    """
    words = np.unique(np.concatenate([tops.ravel() for tops in models]))
    occurrences, n_windows = window_counts(sequences, words, window, as_gensim)
    return [
        np.array([c_v_of(occurrences[np.ix_(at, at)], n_windows) for at in np.searchsorted(words, tops)])
        for tops in models
    ]


def c_v_of(together: np.ndarray, n_windows: int) -> float:
    """c_v of one topic: mean cosine of each term's NPMI vector with the sum of all."""
    joint = together / n_windows
    alone = np.diag(joint)
    with np.errstate(divide="ignore", invalid="ignore"):
        information = np.log((joint + EPSILON) / np.outer(alone, alone)) / -np.log(joint + EPSILON)
    information = np.nan_to_num(information, nan=0.0, posinf=0.0, neginf=0.0)
    whole = information.sum(axis=0)
    norms = np.linalg.norm(information, axis=1) * np.linalg.norm(whole)
    return float(np.mean(np.divide(information @ whole, norms, out=np.zeros(len(norms)), where=norms > 0)))


def window_counts(
    sequences: Sequence[np.ndarray], words: np.ndarray, window: int, as_gensim: bool
) -> tuple[np.ndarray, int]:
    """Windows that hold both words, for every pair of ``words``, and the number of windows."""
    rows: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    n_windows = 0
    for sequence in sequences:
        here = max(1, len(sequence) - window + 1)
        at = np.searchsorted(words, sequence)
        known = np.flatnonzero((at < len(words)) & (words[np.minimum(at, len(words) - 1)] == sequence))
        if here == 1:
            present = np.unique(at[known])
            rows.append(np.full(len(present), n_windows))
            columns.append(present)
        else:
            for word in np.unique(at[known]):
                inside = windows_with(known[at[known] == word], here, window, as_gensim)
                rows.append(n_windows + inside)
                columns.append(np.full(len(inside), word))
        n_windows += here
    if not rows:
        return np.zeros((len(words), len(words))), n_windows
    at_row, at_column = np.concatenate(rows), np.concatenate(columns)
    present_in = csr_array((np.ones(len(at_row)), (at_row, at_column)), shape=(n_windows, len(words)))
    counts: np.ndarray = (present_in.T @ present_in).toarray()
    return counts, n_windows


def windows_with(positions: np.ndarray, n_windows: int, window: int, as_gensim: bool) -> np.ndarray:
    """Numbers of the windows of one passage that hold a word standing at ``positions``."""
    inside = np.zeros(n_windows, dtype=bool)
    if not as_gensim:
        for position in positions:
            inside[max(0, position - window + 1) : position + 1] = True
        return np.flatnonzero(inside)
    # gensim: the word enters with each copy and leaves with the first copy that goes; a copy that enters in the same
    # step comes after one that leaves.
    changes = sorted(
        [(max(0, int(p) - window + 1), 1) for p in positions]
        + [(int(p) + 1, 0) for p in positions if p + 1 < n_windows]
    )
    for i, (begin, entered) in enumerate(changes):
        if begin < n_windows:
            inside[begin : changes[i + 1][0] if i + 1 < len(changes) else n_windows] = bool(entered)
    return np.flatnonzero(inside)
