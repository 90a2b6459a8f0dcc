"""What a user sees while waiting: steps with their time on a terminal or in a notebook, nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from math import ceil
from typing import Any, Protocol

LINE_SECONDS = 60.0  # between two lines of a log
BAR_WIDTH = 20  # so that a line of a terminal of 80 holds it and what stands beside it


class Counted(Protocol):
    """A count of inputs and of their passages."""

    @property
    def total(self) -> int: ...
    @property
    def done(self) -> int: ...
    @property
    def failed(self) -> int: ...
    @property
    def passages(self) -> int: ...


class NotebookBar:
    """A line with a bar under a notebook's cell, gone when the work is done."""

    def __init__(self) -> None:
        notebook: Any = import_module("IPython.display")
        self.html = notebook.HTML
        self.handle = notebook.display(self.html(""), display_id=True)

    def show(self, text: str, done: int = 0, total: int = 0) -> None:
        """Show a line; with ``total`` the bar tells the share, otherwise that something is under way."""
        share = f' value="{done}" max="{total}"' if total else ""
        self.handle.update(self.html(f"<progress{share}></progress> {escape(text)}"))

    def clear(self) -> None:
        """Leave nothing behind."""
        self.handle.update(self.html(""))


def in_notebook() -> bool:
    """Whether a notebook's kernel runs this process; asks only what is already loaded."""
    shell = sys.modules.get("IPython")
    return shell is not None and getattr(shell.get_ipython(), "kernel", None) is not None


@contextmanager
def steps() -> Iterator[Callable[[str], None]]:
    """Yield a function that announces a step: a live line with the time on a terminal, a bar in a notebook."""
    if in_notebook():
        line = NotebookBar()
        try:
            yield lambda step: line.show(f"{step}……")
        finally:
            line.clear()
        return
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

    begin: float = field(default_factory=time.perf_counter)  # of the work itself: loading a model is no batch
    first: int | None = None  # inputs that were finished before this run; None while there was nothing to do
    finished: int = 0
    first_passages: int = 0  # of one large table only the passages move
    passages: int = 0
    last_line: float = field(default_factory=time.perf_counter)
    bar: Any = None
    task: Any = None
    line: NotebookBar | None = None

    def step(self, name: str) -> None:
        """Announce a step."""
        if self.line is not None:
            self.line.show(f"{name}……")
        if self.bar is not None:
            self.bar.update(self.task, description=f"{name}……")

    def watch(self, tally: Counted) -> None:
        """Show how far the batch is."""
        self.finished, self.passages = tally.done + tally.failed, tally.passages
        now = time.perf_counter()
        if self.first is None:
            self.first, self.first_passages, self.begin = self.finished, self.passages, now
            if self.bar is not None:  # what was finished before says nothing of the time left
                self.bar.reset(self.task, total=tally.total, completed=self.finished)
        if self.line is not None:
            self.line.show(f"{self.finished}/{tally.total} 个{self.speed}", self.finished, tally.total)
        elif self.bar is not None:
            speed = self.speed + (f"，失败 {tally.failed}" if tally.failed else "")
            self.bar.update(self.task, total=tally.total, completed=self.finished, speed=speed.lstrip("，"))
        elif now - self.last_line >= LINE_SECONDS:
            self.last_line = now
            left = (tally.total - self.finished) / self.rate if self.rate else 0
            told = f"{self.finished}/{tally.total} 个，失败 {tally.failed}{self.speed}"
            print(f"{told}，还要约 {ceil(left / 60)} 分", file=sys.stderr, flush=True)

    @property
    def seconds(self) -> float:
        """Of this run."""
        return max(time.perf_counter() - self.begin, 1e-9)

    @property
    def rate(self) -> float:
        """Inputs a second in this run."""
        return (self.finished - (self.first or 0)) / self.seconds

    @property
    def speed(self) -> str:
        """How fast this run is; nothing while it has only met what cannot be read."""
        new = self.passages - self.first_passages
        return f"，{self.rate:.1f} 个/秒、{new / self.seconds:.0f} 段/秒" if new else ""

    @property
    def summary(self) -> str:
        """How fast this run was, or that there was nothing to do, or nothing that could be done."""
        if self.first is None:
            return "先前都已做完，这次没有要做的"
        return self.speed.lstrip("，") or "这次没有新做成的"


@contextmanager
def metered() -> Iterator[Meter]:
    """Yield a meter for a batch."""
    meter = Meter()
    if in_notebook():
        meter.line = NotebookBar()
        try:
            yield meter
        finally:
            meter.line.clear()
        return
    if not sys.stderr.isatty():
        yield meter
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(BAR_WIDTH),
        MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"),
    )
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        meter.bar, meter.task = bar, bar.add_task("开始", total=None, speed="")
        yield meter
