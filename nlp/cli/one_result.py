"""What the commands for one result share: opening the material or an earlier run, and writing the answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.base.errors import DataError
from nlp.cli.endings import faults_as_messages

if TYPE_CHECKING:
    import pandas as pd

    from nlp.run.how import How
    from nlp.run.run import Run


@contextmanager
def opened(inputs: list[str], corpus: Path | None, how: How) -> Iterator[tuple[Run, Callable[[str], None]]]:
    """Yield the material or the earlier run, and a way to tell steps."""
    from dataclasses import replace

    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.run.queries import open_run

    with faults_as_messages(), steps() as tell, how.engine.reached() as engine:
        tell("读入")
        yield open_run(inputs, open_corpus(corpus), replace(how, engine=engine)), tell


def write_result(table: pd.DataFrame, out: Path, name: str) -> Path:
    """Write the one table of a command, into the file ``out`` or as ``name`` into the folder ``out``."""
    from nlp.store.files import FORMATS, write_table

    return write_table(table, out if out.suffix.removeprefix(".") in FORMATS else out / f"{name}.csv")


def write_results(tables: Mapping[str, pd.DataFrame], out: Path) -> None:
    """Write the tables of a command into the folder ``out``."""
    from nlp.store.files import FORMATS, write_table

    if out.suffix.removeprefix(".") in FORMATS:
        raise DataError.at("这个命令写几张表，要一个文件夹", where=f"--out {out}", fix="去掉后缀，写文件夹的名字")
    for name, table in tables.items():
        write_table(table, out / f"{name}.csv")
