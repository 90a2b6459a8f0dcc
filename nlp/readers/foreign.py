"""Programs of others that a reader process starts: their files, their time, their memory."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TIMEOUT = 45  # seconds for a foreign program: less than a reader process has
FOREIGN_BYTES = 4_000_000_000  # of address space: LibreOffice reserves over one and uses a quarter of that


@contextmanager
def kept_as(raw: bytes, name: str) -> Iterator[Path]:
    """Keep bytes in a file meanwhile: foreign programs judge a file by its name."""
    with tempfile.TemporaryDirectory(prefix="liangzhangpi-") as folder:
        path = Path(folder, name)
        path.write_bytes(raw)
        yield path


def run(command: list[str]) -> str | None:
    """Run a foreign program and return what it prints; ``None`` if it fails or hangs."""
    try:
        with memory_of_its_own():
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=True, stdin=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout.decode("utf-8", errors="replace")


@contextmanager
def memory_of_its_own() -> Iterator[None]:
    """Let a program that is started meanwhile have more memory than a reader process, but not without bound."""
    try:
        import resource
    except ImportError:  # Windows: nothing is bounded there
        yield
        return
    kept = resource.getrlimit(resource.RLIMIT_AS)
    if kept[0] == resource.RLIM_INFINITY:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (FOREIGN_BYTES if kept[1] == resource.RLIM_INFINITY else kept[1], kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, kept)
