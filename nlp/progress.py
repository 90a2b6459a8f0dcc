"""What a user sees while waiting: steps with their time on a terminal, nothing elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


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
