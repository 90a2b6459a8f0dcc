"""Which workers do the work: this process, child processes or a cluster."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from nlp.engine.here import Here
from nlp.engine.workers import Crew, Work


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
