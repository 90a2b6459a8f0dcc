"""Work done in this very process."""

from __future__ import annotations

from collections import deque
from typing import Any, Self

from nlp.engine.workers import Work


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
