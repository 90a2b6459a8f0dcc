"""Where a run does its work: in this process, in others beside it, or on a cluster."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Self

from nlp.engine.here import Here
from nlp.engine.workers import Crew, Work


@dataclass(frozen=True, slots=True)
class Engine:
    """Processes beside this one, and the address of a ``dask.distributed`` cluster (``local``: one on this machine)."""

    workers: int = 1
    scheduler: str | None = None

    @property
    def forks(self) -> int:
        """Processes that may be forked: none beside the threads of a cluster's client, where that is not safe."""
        return 1 if self.scheduler else self.workers

    @property
    def sharing(self) -> int:
        """Processes that share this one's memory, for work whose input is too large to be sent."""
        return self.forks if sys.platform == "linux" else 1

    @contextmanager
    def reached(self) -> Iterator[Self]:
        """Yield this engine with the address of a cluster that stands ready. Raises DataError if there is none."""
        with reached(self.scheduler, self.workers) as address:
            yield replace(self, scheduler=address)


def open_crew(work: Work, workers: int = 1, scheduler: str | None = None) -> Crew:
    """The crew asked for.

    Parameters
    ----------
    workers : processes; 0 does the work in this process
    scheduler : address of a ``dask.distributed`` cluster, or ``local``

    Raises
    ------
    DataError
        If the cluster cannot be reached, or its library is not installed.
    """
    if scheduler is not None:
        from nlp.engine.cluster import Cluster

        return Cluster(work, scheduler, workers)
    if workers == 0:
        return Here(work)
    from nlp.engine.processes import Processes

    return Processes(work, workers)


def reached(scheduler: str | None, workers: int = 1) -> AbstractContextManager[str | None]:
    """The address at which a cluster stays reachable for several maps; ``local`` is started once and ended at the end.

    Raises
    ------
    DataError
        If the cluster cannot be reached, or its library is not installed: now, before anything is read.
    """
    if scheduler is None:
        return nullcontext()
    from nlp.engine.cluster import kept

    return kept(scheduler, workers)
