"""What workers are: whoever does tasks with one function, in this process, in others or on a cluster."""

from __future__ import annotations

from collections.abc import Callable
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
