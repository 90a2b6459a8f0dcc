"""From inputs named by a user to texts: files are found, read within bounds, and what cannot be read is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.base.errors import PARTLY, DataError
from nlp.intake.guard import guarded
from nlp.intake.release import released
from nlp.intake.unpack import opened
from nlp.readers.registry import reader_for
from nlp.readers.source import ReadOptions, SourceText

if TYPE_CHECKING:
    import pandas as pd

    from nlp.corpus.lexicon import Lexicon

SAID = 3  # reasons told at once; more stand in failures.csv


def read_file(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read one file in this process. Raises UnreadableFile, and nothing else, whatever the file holds.

    A hostile file can still hang or end the process; ``guarded`` reads where that does no harm.
    """
    return released(lambda: reader_for(path)(path, options), path, options)


def read_inputs(
    inputs: Sequence[str | Path], options: ReadOptions, children: int = 1
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read all inputs: files, folders with everything below them, patterns; each file within bounds (``guarded``).

    Parameters
    ----------
    inputs : paths of files and folders, or patterns such as ``报告/**/*.docx``
    options : ReadOptions
    children : how many files may be read at the same time; the result does not depend on it

    Returns
    -------
    sources : DataFrame, ``tables.SOURCES``
        One row a file, or a row of a table file; sorted by source, within a source in the order of the file.
    failures : DataFrame, ``tables.FAILURES``
        One row an input that could not be read, or (“部分未读”) not all of it: what, why, what to do.
    """
    from nlp.tables import FAILURES, SOURCES, check  # not above: a reader process needs no tables

    rows: list[dict[str, object]] = []
    failures: list[tuple[str, str, str]] = []
    with opened(inputs, options) as found:
        for outcome in guarded(found, options, children):
            rows += outcome.rows
            failures += outcome.failures
    return check(SOURCES, SOURCES.frame(rows)), check(FAILURES, FAILURES.frame(failures))


def with_hints(options: ReadOptions, lexicon: Lexicon) -> ReadOptions:
    """The same options, and how the columns of registers are told (``lexicon/columns.csv``)."""
    return replace(options, column_hints=tuple((hint.value, hint.pattern) for hint in lexicon.column_hints))


def partly_read(failures: pd.DataFrame) -> list[str]:
    """Name the files of FAILURES that were read, but not all of them, each with what was not read, a line each."""
    return [f"{row.source}：{row.reason}" for row in failures.itertuples() if str(row.reason).startswith(PARTLY)]


def nothing_read(inputs: Sequence[str | Path], failures: pd.DataFrame, listed: Path | None = None) -> DataError:
    """The fault of inputs that hold nothing to work on: with the reasons where they are few, or where they stand."""
    reasons = [f"{row.source}：{row.reason}" for row in failures.head(SAID).itertuples()]
    where = "；".join(reasons) if 0 < len(failures) <= SAID else "、".join(map(str, inputs))
    fixes = dict.fromkeys(failures["fix"]) if len(failures) <= SAID else ()
    fix = "；".join(fixes) or (f"看 {listed} 里每个文件的原因" if listed else "检查这些文件里有没有文字")
    return DataError.at("没有读到任何文字", where, fix)
