"""Themes by non-negative matrix factorisation, plain or guided by the codebook."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from nlp.topics.factors import TINY, Sketch, update
from nlp.topics.matrix import Matrix, scaled

SPREAD = 0.3  # weight of a term's companions beside the term itself
PULL = 0.3  # weight of the cues of the codebook beside the words of a passage
ASSIGNING = 12  # updates by which a passage gets its weights in topics that stand


class View:
    """What is factorised: tf-idf, spread over companions and weighed by branch, then cue hits; and its sketch."""

    def __init__(
        self,
        counts: csr_array,
        guides: csr_array | None = None,
        company: csr_array | None = None,
        weights: np.ndarray | None = None,
        pull: float = 0.0,
    ) -> None:
        self.company, self.weights, self.pull, self.counts = company, weights, pull, counts
        self.weighting = TfidfTransformer(sublinear_tf=True).fit(counts)
        self.n_guides = guides.shape[1] if guides is not None and pull else 0
        if self.n_guides and guides is not None:
            present = np.asarray((guides > 0).sum(axis=0)).ravel()
            self.rarity = np.log1p(guides.shape[0] / (1 + present))
        with_all = self.seen(counts, guides)
        self.sketch = Sketch.of(with_all)

    def seen(self, counts: csr_array, guides: csr_array | None) -> csr_array:
        """Weighted terms, then cue hits."""
        seen = csr_array(self.weighting.transform(counts))
        if self.weights is not None:
            seen = csr_array(normalize(scaled(seen, self.weights)))
        if self.company is not None:
            seen = csr_array(normalize(seen + SPREAD * (seen @ self.company)))
        if not self.n_guides:
            return seen
        hits = guides if guides is not None else csr_array((counts.shape[0], self.n_guides))
        hits = scaled(csr_array(hits.log1p()), self.rarity)
        return csr_array(hstack([seen, self.pull * normalize(hits)]))


class NmfTopics(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Non-negative matrix factorisation of tf-idf (Lee and Seung 1999); coherent on short official prose.

    ``view`` is the material made ready once for many fits; without it every fit makes its own of the counts alone.
    """

    def __init__(self, n_topics: int = 5, seed: int = 7, view: View | None = None) -> None:
        self.n_topics = n_topics
        self.seed = seed
        self.view = view

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        """The plain model knows nothing beside the counts."""
        return {"view": View(matrix.counts)}

    def fit(
        self, counts: csr_array, y: object = None, guides: csr_array | None = None, start: np.ndarray | None = None
    ) -> Self:
        """Learn the topics."""
        known = self.view is not None and self.view.counts is counts
        self.view_ = self.view if known and self.view is not None else View(counts)
        self.n_terms_ = counts.shape[1]
        n_topics = min(self.n_topics, *counts.shape)
        held, self.whole_ = self.view_.sketch.factors(n_topics, topics=start)
        self.weights_in_fit_ = shares_of(held, self.whole_)
        self.components_ = normalize(self.whole_[:, : self.n_terms_].astype(float), norm="l1")
        return self

    def again(self, rows: np.ndarray, times: np.ndarray, n_topics: int) -> tuple[np.ndarray, np.ndarray]:
        """Topics, and weights in ``rows``, of a fit on these alone, each as often as ``times`` says."""
        check_is_fitted(self)
        held, whole = self.view_.sketch.factors(min(n_topics, len(rows), self.n_terms_), rows, times)
        return whole, shares_of(held, whole)

    def transform(self, counts: csr_array, guides: csr_array | None = None) -> np.ndarray:
        """Return topic weights; a passage without any known term gets zeros."""
        check_is_fitted(self)
        target = np.ascontiguousarray((self.view_.seen(counts, guides) @ self.whole_.T).T)
        gram, held = self.whole_ @ self.whole_.T, np.maximum(target, 0) + TINY
        for _ in range(ASSIGNING):
            update(held, gram, target)
        return shares_of(held, self.whole_)


def shares_of(held: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Weights of topics in passages that add up to one, every topic by its own length; (n_passages, n_topics)."""
    weights: np.ndarray = held.T.astype(float) * np.linalg.norm(whole, axis=1)
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), TINY)
    return weights


class GuidedNmfTopics(NmfTopics):
    """The product's model: NMF with companions, branch weights and the cues of the codebook.

    The cue hits are joined as further columns, so that topics settle on what the codebook knows and are free where it
    knows nothing (joint factorisation, Liu et al. 2013).
    """

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        """The material with companions, branch weights, and the pull of the cues where there are any."""
        return {"view": View(matrix.counts, matrix.guides, matrix.company, matrix.weights, PULL)}
