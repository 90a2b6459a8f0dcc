"""Themes by latent Dirichlet allocation, plain or guided by the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from nlp.topics.matrix import Matrix

# eta of guided LDA: a cue's term in its code's topic, any other term, a term that speaks against the code
SEEDED, UNSEEDED, AVERSE = 1.0, 0.05, 0.005


class LdaTopics(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Latent Dirichlet allocation (Blei et al. 2003) by gensim."""

    def __init__(self, n_topics: int = 5, seed: int = 7, passes: int = 20) -> None:
        self.n_topics = n_topics
        self.seed = seed
        self.passes = passes

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        """The plain model knows nothing beside the counts."""
        return {}

    def prior(self, n_terms: int, start: np.ndarray | None) -> Any:
        """Eta: learnt from the data, or leaning to ``start``."""
        if start is None:
            return "auto"
        lean = start[:, :n_terms]
        return UNSEEDED + lean / np.maximum(lean.max(axis=1, keepdims=True), 1e-12)

    def fit(
        self, counts: csr_array, y: object = None, guides: csr_array | None = None, start: np.ndarray | None = None
    ) -> Self:
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
            eta=self.prior(counts.shape[1], start),
            dtype=np.float64,
        )
        self.components_ = self.model_.get_topics()
        self.whole_ = self.components_
        self.weights_in_fit_ = self.transform(counts)
        return self

    def transform(self, counts: csr_array, guides: csr_array | None = None) -> np.ndarray:
        """Return topic weights."""
        check_is_fitted(self)
        gamma, _ = self.model_.inference(bags_of(counts))
        weights: np.ndarray = normalize(gamma, norm="l1")
        return weights


class GuidedLdaTopics(LdaTopics):
    """LDA whose first topics lean to the codes: an asymmetric eta from the cues (Jagarlamudi et al. 2012).

    A term of a code's cues is likelier in its topic, a term of the codes that “not this code when” names is less
    likely. Codes whose cues have no term in the material get a free topic; ``absent_`` names them.
    """

    def __init__(
        self,
        n_topics: int = 5,
        seed: int = 7,
        passes: int = 20,
        seeds: Mapping[str, tuple[int, ...]] | None = None,
        averse: Mapping[str, tuple[int, ...]] | None = None,
        codes: tuple[str, ...] = (),
    ) -> None:
        super().__init__(n_topics, seed, passes)
        self.seeds = seeds
        self.averse = averse
        self.codes = codes

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        """Terms that speak for and against every code."""
        return {"seeds": matrix.seeds, "averse": matrix.averse, "codes": matrix.codes}

    def prior(self, n_terms: int, start: np.ndarray | None) -> Any:
        """Eta of shape (n_topics, n_terms): one guided topic a code as far as there are topics, then free ones."""
        if start is not None:
            return super().prior(n_terms, start)
        eta = np.full((self.n_topics, n_terms), UNSEEDED)
        seeds, averse = self.seeds or {}, self.averse or {}
        self.absent_ = tuple(code for code in self.codes if not any(i < n_terms for i in seeds.get(code, ())))
        for topic, code in enumerate(self.codes[: self.n_topics]):
            eta[topic, [i for i in averse.get(code, ()) if i < n_terms]] = AVERSE
            eta[topic, [i for i in seeds.get(code, ()) if i < n_terms]] = SEEDED
        return eta


def bags_of(counts: csr_array) -> list[list[tuple[int, int]]]:
    """Bags of words as gensim takes them."""
    rows = counts.tocsr()
    return [
        [(int(i), int(n)) for i, n in zip(rows.indices[a:b], rows.data[a:b], strict=True)]
        for a, b in zip(rows.indptr, rows.indptr[1:], strict=False)
    ]
