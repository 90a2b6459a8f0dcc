"""The folder for what can be made again: jieba's dictionary, trained models, the traces of faults."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from nlp.base.temporary import PrivateFolder

LONGEST_WAIT = 300.0  # seconds: longer than the slowest training, shorter than anyone's patience


def cache_folder() -> Path:
    """Folder of the cache: LIANGZHANGPI_CACHE, or this user's own of the system; where it cannot be written, a private
    temporary folder."""
    named = os.environ.get("LIANGZHANGPI_CACHE")
    folder = Path(named) if named else user_cache_path("liangzhangpi", appauthor=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK):
            return folder
    except OSError:
        pass  # no home, or a read-only one: fall through to a private folder
    return fallback_cache()


@lru_cache(maxsize=1)
def fallback_cache() -> Path:
    """A private folder for this process where no other can be written; gone when it ends."""
    folder = PrivateFolder()
    atexit.register(folder.cleanup)
    return Path(folder.name)


@contextmanager
def one_maker(path: Path) -> Iterator[None]:
    """Wait while another process makes the cached file ``path``, then hold others off.

    Whoever comes in looks for the file once more. The lock only saves work: where the folder has none to give, or the
    other takes longer than LONGEST_WAIT, the file is made twice, each time whole.
    """
    with ExitStack() as held:
        with suppress(OSError, NotImplementedError):
            held.enter_context(FileLock(path.with_name(f".{path.name}.lock"), timeout=LONGEST_WAIT))
        yield


def keep_fault(trace: str, name: str) -> Path:
    """Write the traceback of a fault of the program, with the call that led to it, into the cache folder."""
    path = cache_folder() / "faults" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{' '.join(sys.argv)}\n\n{trace}", encoding="utf-8", newline="\n")
    return path
