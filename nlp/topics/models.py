"""Topic models by name, behind one contract; what each is stands in a file of its own.

A new model is one class that keeps the contract, in a new file, and one line of ``MODELS``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, Self, runtime_checkable

from nlp.base.errors import DataError

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_array

    from nlp.topics.matrix import Matrix

MODELS: dict[str, str] = {  # name → class; its module is imported when a model is first fitted
    "guided-nmf": "nlp.topics.nmf.GuidedNmfTopics",
    "guided-lda": "nlp.topics.lda.GuidedLdaTopics",
    "nmf": "nlp.topics.nmf.NmfTopics",
    "lda": "nlp.topics.lda.LdaTopics",
}
DEFAULT_MODEL = "guided-nmf"


class TopicModel(Protocol):
    """All that is asked of a topic model.

    ``counts`` are integers of shape (n_passages, n_terms), ``guides`` cue hits of shape (n_passages, n_codes), which a
    model may leave aside; ``start`` are components to begin from, (n_topics, n_terms + n_codes) or with terms only.
    """

    components_: np.ndarray  # (n_topics, n_terms), rows add up to one
    whole_: np.ndarray  # (n_topics, n_terms + n_guides), what another fit may begin from
    weights_in_fit_: np.ndarray  # (n_passages, n_topics), of the passages of the fit; rows add up to one

    def __init__(self, n_topics: int = 5, seed: int = 7, **knowledge: Any) -> None: ...

    @classmethod
    def knowledge(cls, matrix: Matrix) -> dict[str, Any]:
        """Further arguments of the constructor: what the model wants to know of the material beside its counts."""
        ...

    def fit(
        self, counts: csr_array, y: object = None, guides: csr_array | None = None, start: np.ndarray | None = None
    ) -> Self:
        """Learn the topics."""
        ...

    def transform(self, counts: csr_array, guides: csr_array | None = None) -> np.ndarray:
        """Return the weight of every topic in every passage, (n_passages, n_topics); rows add up to one."""
        ...


@runtime_checkable
class Repeatable(Protocol):
    """A fitted model that can be fitted again on a part of its passages, faster than from nothing."""

    def again(self, rows: np.ndarray, times: np.ndarray, n_topics: int) -> tuple[np.ndarray, np.ndarray]:
        """Topics like ``whole_``, and weights in ``rows``, each of which counts as often as ``times`` says."""
        ...


def known_model(name: str) -> str:
    """``name``, if a model has it. Raises DataError."""
    if name not in MODELS:
        raise DataError.at(f"没有这个主题模型：{name}", where="--model", fix=f"用 {'、'.join(MODELS)} 之一")
    return name


def class_of(name: str) -> type[TopicModel]:
    """The class of a registered model. Raises DataError if there is none of that name."""
    module, _, kind = MODELS[known_model(name)].rpartition(".")
    found: type[TopicModel] = getattr(import_module(module), kind)
    return found


def maker_of(name: str, matrix: Matrix) -> Callable[[int, int], TopicModel]:
    """A function from the number of topics and a seed to a model that knows of ``matrix`` what it wants to know.

    That knowledge is made once, however many models are fitted.
    """
    kind = class_of(name)
    knowledge = kind.knowledge(matrix)
    return lambda n_topics, seed: kind(n_topics=n_topics, seed=seed, **knowledge)
