"""Topic models behind one contract: fit on a passages × terms matrix, ``components_``, ``transform``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, Self

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import NMF
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted


class TopicModel(Protocol):
    """What every topic model here can do; counts are integers of shape (n_passages, n_terms)."""

    components_: np.ndarray  # (n_topics, n_terms), rows add up to one

    def fit(self, counts: csr_array, y: object = None) -> Self:
        """Learn the topics."""
        ...

    def transform(self, counts: csr_array) -> np.ndarray:
        """Return the weight of every topic in every passage, (n_passages, n_topics); rows add up to one."""
        ...


class NmfTopics(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Non-negative matrix factorisation of tf-idf (Lee and Seung 1999); coherent on short official prose."""

    def __init__(self, n_topics: int = 5, seed: int = 7) -> None:
        self.n_topics = n_topics
        self.seed = seed

    def fit(self, counts: csr_array, y: object = None) -> Self:
        """Learn the topics."""
        self.weighting_ = TfidfTransformer(sublinear_tf=True).fit(counts)
        self.factors_ = NMF(self.n_topics, init="nndsvda", random_state=self.seed, max_iter=600, tol=1e-4)
        self.factors_.fit(self.weighting_.transform(counts))
        self.components_ = normalize(self.factors_.components_, norm="l1")
        return self

    def transform(self, counts: csr_array) -> np.ndarray:
        """Return topic weights; a passage without any known term gets zeros."""
        check_is_fitted(self)
        weights: np.ndarray = normalize(self.factors_.transform(self.weighting_.transform(counts)), norm="l1")
        return weights


class LdaTopics(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Latent Dirichlet allocation (Blei et al. 2003) by gensim."""

    def __init__(self, n_topics: int = 5, seed: int = 7, passes: int = 20) -> None:
        self.n_topics = n_topics
        self.seed = seed
        self.passes = passes

    def fit(self, counts: csr_array, y: object = None) -> Self:
        """Learn the topics."""
        from gensim.models import LdaModel

        words = {i: str(i) for i in range(counts.shape[1])}
        self.model_ = LdaModel(
            bags_of(counts),
            self.n_topics,
            words,
            passes=self.passes,
            random_state=self.seed,
            alpha="auto",
            eta="auto",
            dtype=np.float64,
        )
        self.components_ = self.model_.get_topics()
        return self

    def transform(self, counts: csr_array) -> np.ndarray:
        """Return topic weights."""
        check_is_fitted(self)
        gamma, _ = self.model_.inference(bags_of(counts))
        weights: np.ndarray = normalize(gamma, norm="l1")
        return weights


def bags_of(counts: csr_array) -> list[list[tuple[int, int]]]:
    """Bags of words as gensim takes them."""
    rows = counts.tocsr()
    return [
        [(int(i), int(n)) for i, n in zip(rows.indices[a:b], rows.data[a:b], strict=True)]
        for a, b in zip(rows.indptr, rows.indptr[1:], strict=False)
    ]


MODELS: dict[str, Callable[..., Any]] = {"lda": LdaTopics, "nmf": NmfTopics}
