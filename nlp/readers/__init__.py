"""From files to texts: a registry of readers, one file format per module.

A new format is one module with ``read(path, options) -> list[SourceText]`` and one line of ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.errors import DataError, UnreadableFile
from nlp.readers.discover import Found, discover
from nlp.readers.guard import Outcome, guarded, guarded_reader
from nlp.readers.release import released
from nlp.readers.source import ReadOptions, SourceText

if TYPE_CHECKING:
    import pandas as pd

    from nlp.lexicon import Lexicon

Reader = Callable[[Path, ReadOptions], list[SourceText]]

READERS: dict[str, str] = {  # suffix → module; it is imported when the first file of the format turns up
    ".txt": "nlp.readers.plain",
    ".md": "nlp.readers.plain",
    ".markdown": "nlp.readers.plain",
    ".docx": "nlp.readers.docx",
    ".doc": "nlp.readers.office_legacy",
    ".wps": "nlp.readers.office_legacy",
    ".pdf": "nlp.readers.pdf",
    ".html": "nlp.readers.html",
    ".htm": "nlp.readers.html",
    ".xlsx": "nlp.readers.spreadsheet",
    ".xlsm": "nlp.readers.spreadsheet",
    ".xls": "nlp.readers.spreadsheet",
    ".csv": "nlp.readers.spreadsheet",
    ".tsv": "nlp.readers.spreadsheet",
    ".jsonl": "nlp.readers.jsonl",
}

ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz")
SAID = 3  # reasons told at once; more stand in failures.csv

__all__ = [
    "READERS",
    "Found",
    "Outcome",
    "ReadOptions",
    "SourceText",
    "discover",
    "guarded",
    "guarded_reader",
    "nothing_read",
    "read_file",
    "read_inputs",
    "reader_for",
    "with_hints",
]


def reader_for(path: Path) -> Reader:
    """Return the reader of a file by its suffix. Raises UnreadableFile for an unknown one."""
    module = READERS.get(path.suffix.lower())
    if module is None and path.suffix.lower() in ARCHIVES:
        raise UnreadableFile("压缩包不能直接读", "先解压，再读解压出来的文件夹")
    if module is None:
        raise UnreadableFile("不认识的文件类型", f"转成能读的类型：{' '.join(READERS)}")
    reader: Reader = import_module(module).read
    return reader


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
        One row an input that could not be read: what, why, what to do.
    """
    from nlp.tables import FAILURES, SOURCES, check  # not above: a reader process needs no tables

    rows: list[dict[str, object]] = []
    failures: list[tuple[str, str, str]] = []
    for outcome in guarded(discover(inputs, options.redact), options, children):
        rows += outcome.rows
        failures += outcome.failures
    return check(SOURCES, SOURCES.frame(rows)), check(FAILURES, FAILURES.frame(failures))


def with_hints(options: ReadOptions, lexicon: Lexicon) -> ReadOptions:
    """The same options, and how the columns of registers are told (``lexicon/columns.csv``)."""
    return replace(options, column_hints=tuple((hint.value, hint.pattern) for hint in lexicon.column_hints))


def nothing_read(inputs: Sequence[str | Path], failures: pd.DataFrame, listed: Path | None = None) -> DataError:
    """The fault of inputs that hold nothing to work on: with the reasons where they are few, or where they stand."""
    reasons = [f"{row.source}：{row.reason}" for row in failures.head(SAID).itertuples()]
    where = "；".join(reasons) if 0 < len(failures) <= SAID else "、".join(map(str, inputs))
    fixes = dict.fromkeys(failures["fix"]) if len(failures) <= SAID else ()
    fix = "；".join(fixes) or (f"看 {listed} 里每个文件的原因" if listed else "检查这些文件里有没有文字")
    return DataError.at("没有读到任何文字", where, fix)
