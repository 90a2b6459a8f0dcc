"""The garbage collector while much is made at once: seldom, since it looks at all that is held for a moment only."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# New containers between two looks (Python: 700). Rows, labels and parts die by their reference counts; with the usual
# figure the collector takes longer over them than the coder.
SELDOM = 100_000


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Let the collector look seldom; as before afterwards."""
    usual = gc.get_threshold()
    gc.set_threshold(SELDOM, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
