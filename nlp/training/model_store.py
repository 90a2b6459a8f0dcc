"""Where a trained model is kept: under a key of all that it was learned from, so that a stale one is never met."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nlp.base.cache import cache_folder, one_maker
from nlp.base.versions import fingerprint
from nlp.coding.features import PassageFeatures
from nlp.coding.learned import WEIGHTS, CodeModel, LearnedCoder, Model
from nlp.coding.sequence import SequenceModel
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import LEARNED_FROM, Corpus
from nlp.search.cues import finder_for
from nlp.store.files import Replacement
from nlp.tables import ROLES

KEPT_MODELS = 4  # of some 15 MB each; older ones belong to codebooks and code that are gone
TRAINING = "首次训练分类器，约一分钟；以后从缓存取"


def learned_coder(corpus: Corpus) -> LearnedCoder:
    """The learned coder for ``corpus``: from the cache, or trained now (about a minute) and kept."""
    model = load_model(corpus) or trained_once(corpus)
    return LearnedCoder(corpus.codebook, corpus.lexicon, model)


def trained_once(corpus: Corpus) -> Model:
    """Train and store the model; of several processes that need it at once, one trains and the others take it."""
    with one_maker(model_path(corpus)):
        model = load_model(corpus)
        if model is None:
            print(TRAINING, file=sys.stderr)
            model = train_and_keep(corpus)
        return model


def train_and_keep(corpus: Corpus) -> Model:
    """Train from the gold of ``corpus`` and store the model."""
    from nlp.training.fitting import train  # scikit-learn's estimators; a stored model needs none of them

    model = train(corpus)
    save_model(model, model_path(corpus))
    return model


def model_key(corpus: Corpus) -> str:
    """Hash of gold, codebook, lexicon, our code, its libraries and the orders in which a model keeps its numbers."""
    parts = [*(corpus.versions[part] for part in LEARNED_FROM), *ROLES, *CODED_FACETS, fingerprint(__name__)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20]


def model_path(corpus: Corpus) -> Path:
    """File of the model for ``corpus``."""
    return cache_folder() / f"model-{model_key(corpus)}.npz"


def load_model(corpus: Corpus) -> Model | None:
    """The stored model, or None if there is none; a file that cannot be read is named, removed and forgotten."""
    path = model_path(corpus)
    if not path.is_file():
        return None
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return restored(nested(archive), corpus)
    except Exception as error:  # whatever a damaged archive raises, training again is the remedy
        print(f"模型缓存损坏（{type(error).__name__}），已删除并重新训练：{path.name}", file=sys.stderr)
        path.unlink(missing_ok=True)
        return None


def save_model(model: Model, path: Path) -> None:
    """Store a model as plain arrays; no pickle is involved."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary:
        np.savez(temporary, allow_pickle=False, **dict(flattened(state_of(model))))
    older = sorted(path.parent.glob("model-*"), key=lambda file: file.stat().st_mtime)[:-KEPT_MODELS]
    for file in older:
        file.unlink(missing_ok=True)


def flattened(state: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """Every value of nested dictionaries as an array, under its path.

    >>> dict(flattened({"a": {"b": 1.5}, "c": ["x", "yz"]}))
    {'a/b': array(1.5), 'c': array(['x', 'yz'], dtype='<U2')}
    """
    for name, value in state.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{before}{name}/")
        else:
            yield before + name, np.asarray(value)


def nested(arrays: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """The dictionaries that ``flattened`` took apart; a dictionary that was empty is left out."""
    state: dict[str, Any] = {}
    for path, value in arrays.items():
        *folders, name = path.split("/")
        place = state
        for folder in folders:
            place = place.setdefault(folder, {})
        place[name] = value
    return state


def state_of(model: Model) -> dict[str, Any]:
    """A model as a dictionary of arrays, numbers and strings."""
    return {
        "features": model.features.state(),
        "coefficients": model.coefficients,
        "role_intercepts": model.role_intercepts,
        "sequence": asdict(model.sequence),
        "margin": model.margin,
        "sure": model.sure,
        "facets": {
            facet: {"codes": list(part.codes)} | {name: getattr(part, name) for name in ARRAYS}
            for facet, part in model.code_models.items()
        },
    }


def restored(state: dict[str, Any], corpus: Corpus) -> Model:
    """The model that ``state_of`` took apart, with the weights by which it decides: workers forked later share them."""
    features = PassageFeatures(finder_for(corpus.lexicon), WEIGHTS).restore(state["features"])
    coefficients = state["coefficients"]
    by_output, at = coefficients.T, len(ROLES)
    code_models = {}
    for facet in CODED_FACETS:
        part = state["facets"][facet]
        codes = tuple(part["codes"].tolist())
        own = by_output[at : at + len(codes), : -features.n_signals]
        code_models[facet] = CodeModel(codes, own, *(part[name] for name in ARRAYS))
        at += len(codes)
    chain = state["sequence"]
    sequence = SequenceModel(
        chain["logits"], chain["signals"], chain["places"], chain["steps"], float(chain["temperature"])
    )
    model = Model(
        features,
        by_output[: len(ROLES)],
        state["role_intercepts"],
        sequence,
        float(state["margin"]),
        float(state["sure"]),
        code_models,
    )
    model.coefficients = coefficients  # what the views above would be put together to, copy by copy
    _ = model.char_weights
    return model


ARRAYS = ("intercepts", "slopes", "offsets", "thresholds")
