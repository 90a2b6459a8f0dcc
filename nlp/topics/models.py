"""Topic models behind one contract: fit on a passages × terms matrix, ``components_``, ``transform``."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any, Protocol, Self

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
# eta of guided LDA: a cue's term in its code's topic, any other term, a term that speaks against the code
SEEDED, UNSEEDED, AVERSE = 1.0, 0.05, 0.005


class TopicModel(Protocol):
    """What every topic model here can do.

    ``counts`` are integers of shape (n_passages, n_terms), ``guides`` cue hits of shape (n_passages, n_codes), which a
    model may leave aside; ``start`` are components to begin from, (n_topics, n_terms + n_codes) or with terms only.
    """

    components_: np.ndarray  # (n_topics, n_terms), rows add up to one
    whole_: np.ndarray  # (n_topics, n_terms + n_guides), what another fit may begin from
    weights_in_fit_: np.ndarray  # (n_passages, n_topics), of the passages of the fit

    def fit(
        self, counts: csr_array, y: object = None, guides: csr_array | None = None, start: np.ndarray | None = None
    ) -> Self:
        """Learn the topics."""
        ...

    def transform(self, counts: csr_array, guides: csr_array | None = None) -> np.ndarray:
        """Return the weight of every topic in every passage, (n_passages, n_topics); rows add up to one."""
        ...


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


MODELS: dict[str, Callable[..., Any]] = {
    "guided-lda": GuidedLdaTopics,
    "guided-nmf": GuidedNmfTopics,
    "lda": LdaTopics,
    "nmf": NmfTopics,
}
DEFAULT_MODEL = "guided-nmf"


def model_for(name: str, n_topics: int, seed: int, matrix: Matrix) -> Any:
    """A model of the registry with what it may know of ``matrix``."""
    kind: Any = MODELS[name]
    return kind(n_topics=n_topics, seed=seed, **kind.knowledge(matrix))
