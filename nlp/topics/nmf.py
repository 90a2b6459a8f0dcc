"""Themes by non-negative matrix factorisation, plain or guided by the codebook."""

from __future__ import annotations

import warnings
from typing import Any, Self

import numpy as np
from scipy.sparse import csr_array, hstack
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import NMF
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from nlp.topics.matrix import Matrix, scaled

SPREAD = 0.3  # weight of a term's companions beside the term itself
PULL = 0.3  # weight of the cues of the codebook beside the words of a passage


class NmfTopics(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Non-negative matrix factorisation of tf-idf (Lee and Seung 1999); coherent on short official prose.

    ``company`` spreads a term's weight over the terms that keep its company, ``weights`` take weight from terms of one
    branch of business; both may be left out. ``pull`` > 0 joins the cue hits as further columns, so that topics
    settle on what the codebook knows and are free where it knows nothing (joint factorisation, Liu et al. 2013).
    """

    def __init__(
        self,
        n_topics: int = 5,
        seed: int = 7,
        company: csr_array | None = None,
        weights: np.ndarray | None = None,
        pull: float = 0.0,
        max_iter: int = 200,
    ) -> None:
        self.n_topics = n_topics
        self.seed = seed
        self.company = company
        self.weights = weights
        self.pull = pull
        self.max_iter = max_iter

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        """The plain model knows nothing beside the counts."""
        return {}

    def fit(
        self, counts: csr_array, y: object = None, guides: csr_array | None = None, start: np.ndarray | None = None
    ) -> Self:
        """Learn the topics."""
        self.weighting_ = TfidfTransformer(sublinear_tf=True).fit(counts)
        self.n_terms_ = counts.shape[1]
        self.n_guides_ = guides.shape[1] if guides is not None and self.pull else 0
        if self.n_guides_ and guides is not None:
            present = np.asarray((guides > 0).sum(axis=0)).ravel()
            self.rarity_ = np.log1p(guides.shape[0] / (1 + present))
        seen = self.view(counts, guides)
        self.factors_ = NMF(
            min(self.n_topics, *seen.shape),
            init="nndsvda" if start is None else "custom",
            random_state=self.seed,
            max_iter=self.max_iter,
            tol=1e-3,
        )
        with warnings.catch_warnings():
            # Stopping a little early costs nothing here: what a resample does not repeat is not shown anyway.
            warnings.simplefilter("ignore", ConvergenceWarning)
            if start is None:
                raw = self.factors_.fit_transform(seen)
            else:
                begin = np.maximum(start, 1e-6)
                weights = np.maximum(seen @ normalize(begin).T, 1e-6)
                raw = self.factors_.fit_transform(seen, W=weights, H=begin)
        self.whole_ = self.factors_.components_  # terms, then guides
        self.weights_in_fit_ = self.shares(raw)
        self.components_ = normalize(self.whole_[:, : self.n_terms_], norm="l1")
        return self

    def view(self, counts: csr_array, guides: csr_array | None) -> csr_array:
        """What is factorised: weighted terms, then cue hits."""
        seen = csr_array(self.weighting_.transform(counts))
        if self.weights is not None:
            seen = csr_array(normalize(scaled(seen, self.weights)))
        if self.company is not None:
            seen = csr_array(normalize(seen + SPREAD * (seen @ self.company)))
        if not self.n_guides_:
            return seen
        hits = guides if guides is not None else csr_array((counts.shape[0], self.n_guides_))
        hits = scaled(csr_array(hits.log1p()), self.rarity_)
        return csr_array(hstack([seen, self.pull * normalize(hits)]))

    def transform(self, counts: csr_array, guides: csr_array | None = None) -> np.ndarray:
        """Return topic weights; a passage without any known term gets zeros."""
        check_is_fitted(self)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            raw = self.factors_.transform(self.view(counts, guides))
        return self.shares(raw)

    def shares(self, raw: np.ndarray) -> np.ndarray:
        """Weights of topics that add up to one, every topic by its own length."""
        weights: np.ndarray = normalize(raw * np.linalg.norm(self.whole_, axis=1), norm="l1")
        return weights


class GuidedNmfTopics(NmfTopics):
    """The product's model: NMF with companions, branch weights and the cues of the codebook."""

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        """Companions, branch weights, and the pull of the cues where there are any."""
        return {"company": matrix.company, "weights": matrix.weights, "pull": PULL}
