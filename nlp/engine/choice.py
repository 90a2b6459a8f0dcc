"""Where a run does its work: in this process, in others beside it, or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Self

from nlp.engine.workers import reached


@dataclass(frozen=True, slots=True)
class Engine:
    """Processes beside this one, and the address of a ``dask.distributed`` cluster (``local``: one on this machine)."""

    workers: int = 1
    scheduler: str | None = None

    @property
    def forks(self) -> int:
        """Processes that may be forked: none beside the threads of a cluster's client, where that is not safe."""
        return 1 if self.scheduler else self.workers

    @contextmanager
    def reached(self) -> Iterator[Self]:
        """Yield this engine with the address of a cluster that stands ready. Raises DataError if there is none."""
        with reached(self.scheduler, self.workers) as address:
            yield replace(self, scheduler=address)
