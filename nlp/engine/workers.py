"""Who does the work: this process, child processes or a cluster, all with the same four words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol, Self

Work = Callable[[Any], Any]  # from a task to its result; picklable, made of frozen values


@dataclass(frozen=True, slots=True)
class Lost:
    """The outcome of a task whose worker died."""

    how: str


class Crew(Protocol):
    """Does tasks with one function; an exception of that function is raised by ``wait``."""

    @property
    def size(self) -> int:
        """Workers."""
        ...

    remote: bool  # whether workers may stand on other machines: tasks then carry bytes, never file names

    @property
    def n_under_way(self) -> int:
        """Tasks submitted and not yet returned."""
        ...

    def submit(self, task: Any) -> None:
        """Take a task."""
        ...

    def wait(self) -> tuple[Any, Any]:
        """The next task that is finished, in whatever order, and its result or ``Lost``."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *fault: object) -> None: ...


class Here:
    """This very process, one task after the other."""

    size = 1
    remote = False

    def __init__(self, work: Work) -> None:
        self.work = work
        self.tasks: deque[Any] = deque()

    @property
    def n_under_way(self) -> int:
        """Tasks submitted and not yet returned."""
        return len(self.tasks)

    def submit(self, task: Any) -> None:
        """Take a task; it is done when it is waited for."""
        self.tasks.append(task)

    def wait(self) -> tuple[Any, Any]:
        """Do the next task."""
        task = self.tasks.popleft()
        return task, self.work(task)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.tasks.clear()


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
