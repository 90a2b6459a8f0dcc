"""How a command ends: with one line, with a message instead of a traceback, and with nothing left behind."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from nlp.base.errors import DataError
from nlp.base.temporary import PrivateFolder

if TYPE_CHECKING:
    import pandas as pd

MOST_NAMED = 10  # files read in part that are named on the console; all stand in failures.csv


class Terminated(KeyboardInterrupt):
    """The system, or another program, asked us to end; ``status`` as a shell gives it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


@contextmanager
def faults_as_messages(stopped: str = "已中断，没有做完") -> Iterator[None]:
    """A DataError becomes a message on standard error and exit status 2, without a traceback; so do Ctrl-C (130) and a
    request to end (143)."""
    try:
        yield
    except KeyboardInterrupt as stop:
        typer.echo(stopped, err=True)
        raise typer.Exit(stop.status if isinstance(stop, Terminated) else 130) from stop
    except DataError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(2) from fault


def finish(message: str, failures: pd.DataFrame, out: Path) -> None:
    """Report one line, name the files that were read in part; exit status 1 if some inputs failed."""
    from nlp.intake.inputs import partly_read

    typer.echo(message)
    listed, partly = out / "failures.csv", partly_read(failures)
    if partly:
        typer.echo(f"有 {len(partly)} 个文件只读出一部分，怎么办见 {listed}", err=True)
    for line in partly[:MOST_NAMED]:
        typer.echo(f"  {line}", err=True)
    if len(partly) > MOST_NAMED:
        typer.echo(f"  另有 {len(partly) - MOST_NAMED} 个", err=True)
    if n_failed := len(failures) - len(partly):
        typer.echo(f"有 {n_failed} 个输入未能读入，原因见 {listed}", err=True)
        raise typer.Exit(1)


def remark(sentences: Sequence[str]) -> None:
    """Say, a line each, what a result does not show and why."""
    for sentence in sentences:
        typer.echo(sentence, err=True)


@contextmanager
def ended_on_request() -> Iterator[None]:
    """SIGTERM (and the end of the terminal) end us as Ctrl-C does: the message, nothing left behind. The second one
    ends us at once."""

    def end(number: int, frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise Terminated(number)

    requests = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
    # What was ignored when we were started (nohup) stays so.
    before = {number: signal.signal(number, end) for number in requests if signal.getsignal(number) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


@contextmanager
def private_folder() -> Iterator[None]:
    """Let every temporary file, of libraries and worker processes too, lie in one folder that only the user may enter
    and that is gone at the end, however it comes."""
    with PrivateFolder() as folder:
        tempfile.tempdir = folder
        os.environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        yield
