"""What a user sees while waiting: steps with their time on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

LINE_SECONDS = 60.0  # between two lines of a log


class Counted(Protocol):
    """A count of inputs."""

    @property
    def total(self) -> int: ...
    @property
    def done(self) -> int: ...
    @property
    def failed(self) -> int: ...


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Yield a function that announces a step: a live line with a spinner and the time on a terminal."""
    if not sys.stderr.isatty():
        yield lambda step: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    begin = time.perf_counter()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("开始", total=None, start=True)
        yield lambda step: progress.update(task, description=f"{step}……")
    Console(stderr=True).print(f"用时 {time.perf_counter() - begin:.0f} 秒", style="dim")


@dataclass
class Meter:
    """How far a batch is: a bar with rate and time left on a terminal, a line a minute elsewhere."""

    begin: float = field(default_factory=time.perf_counter)
    first: int | None = None  # inputs that were finished before this run
    finished: int = 0
    last_line: float = field(default_factory=time.perf_counter)
    bar: Any = None
    task: Any = None

    def step(self, name: str) -> None:
        """Announce a step."""
        if self.bar is not None:
            self.bar.update(self.task, description=f"{name}……")

    def watch(self, tally: Counted) -> None:
        """Show how far the batch is."""
        self.finished = tally.done + tally.failed
        self.first = self.finished if self.first is None else self.first
        now = time.perf_counter()
        if self.bar is not None:
            self.bar.update(self.task, total=tally.total, completed=self.finished, speed=f"{self.rate:.1f} 个/秒")
        elif now - self.last_line >= LINE_SECONDS:
            self.last_line = now
            left = (tally.total - self.finished) / self.rate if self.rate else 0
            told = f"{self.finished}/{tally.total} 个，失败 {tally.failed}，{self.rate:.1f} 个/秒"
            print(f"{told}，还要约 {left / 60:.0f} 分", file=sys.stderr, flush=True)

    @property
    def rate(self) -> float:
        """Inputs a second in this run."""
        return (self.finished - (self.first or 0)) / max(time.perf_counter() - self.begin, 1e-9)


@contextmanager
def metered() -> Iterator[Meter]:
    """Yield a meter for a batch."""
    meter = Meter()
    if not sys.stderr.isatty():
        yield meter
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[speed]}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        meter.bar, meter.task = bar, bar.add_task("开始", total=None, speed="")
        yield meter
