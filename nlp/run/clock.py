"""How a run tells its steps and times them; apart from the run, so that a batch need not load every stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

Progress = Callable[[str], None]


def silent(step: str) -> None:
    """A progress that says nothing."""


@dataclass
class Clock:
    """Seconds that each step took; the only part of a run that differs when it is repeated."""

    tell: Progress = silent
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce and time one step."""
        self.tell(name)
        begin = time.perf_counter()
        try:
            yield
        except Exception as fault:
            fault.add_note(f"步骤：{name}")
            raise
        self.seconds[name] = round(self.seconds.get(name, 0.0) + time.perf_counter() - begin, 3)
