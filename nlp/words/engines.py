"""jieba and rjieba as we need them: their dictionary from our own cache, and no part loaded that nobody asked for."""

from __future__ import annotations

import json
import logging
import warnings
from contextlib import suppress
from hashlib import sha256
from importlib.machinery import PathFinder
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

from nlp.base.cache import cache_folder
from nlp.store.files import Replacement

PROVEN = {"jieba": "0.42.1", "rjieba": "0.2.2"}  # the versions that were compared; with any other, jieba decides


def own_jieba() -> Any:
    """A jieba tokenizer of our own: the global one stays untouched, and nothing is written to standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source has escapes that Python complains about when it compiles them
        import jieba

    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    tokenizer.FREQ, tokenizer.total = dictionary(tokenizer)
    tokenizer.initialized = True
    return tokenizer


def dictionary(tokenizer: Any) -> tuple[dict[str, int], int]:
    """jieba's words with their frequencies, and the total; from our cache if they are there.

    jieba's own cache would mix users in a shared temporary folder, and jieba takes whatever marshal finds in it: one
    frequency changed cuts words otherwise, unnoticed. Ours is JSON and begins with the digest of the rest.
    """
    path = cache_folder() / f"jieba-{version('jieba')}.cache"
    try:
        content = memoryview(path.read_bytes())
        if content[:32] == sha256(content[32:]).digest():
            words, total = json.loads(bytes(content[32:]))
            return words, total
    except (OSError, ValueError, TypeError):
        pass  # not made yet, or broken: make it again
    made: tuple[dict[str, int], int] = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    with suppress(OSError), Replacement(path) as temporary:  # a full disk costs the next process a second
        written = json.dumps(made, ensure_ascii=False).encode()
        temporary.write_bytes(sha256(written).digest() + written)
    return made


def inner_module(package: str, path: str) -> Any:
    """A module inside a package without the package, whose import would build what nobody needs. Raises ImportError."""
    found = find_spec(package)
    *folders, name = path.split("/")
    inside = [str(Path(folder, *folders)) for folder in (found and found.submodule_search_locations) or ()]
    spec = PathFinder.find_spec(name, inside)
    if spec is None or spec.loader is None:
        raise ImportError(f"no {path} in {package}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_rjieba() -> Any:
    """The compiled module of rjieba, or None. Importing its package would build a second dictionary for nobody."""
    try:
        if any(version(name) != proven for name, proven in PROVEN.items()):
            return None
        return inner_module("rjieba", "rjieba")
    except ImportError:
        return None
