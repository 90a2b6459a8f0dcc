"""Files that are written table after table, as large as they may become: what ``store.write_table`` writes at once."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from typing import Any, Protocol

import pandas as pd

from nlp.base.errors import DataError
from nlp.store.files import Replacement, csv_text, freeze_zip, inert, printable
from nlp.store.rows import Rows

GROUP_ROWS = 20_000  # of a Parquet file: fixed, so that its bytes do not depend on the parts
PIECE = 128_000  # bytes that are copied at once: they stay in the cache of the processor
WIDTHS = {"passage_id": 24, "document_id": 24, "section": 24, "text": 70, "codes": 24, "evidence": 50}
WIDTHS |= {"段落编号": 24, "文档编号": 24, "标题路径": 24, "原文": 70, "代码": 24, "证据": 50}  # in Excel
EXCEL_ROWS = 1_048_576  # of a sheet, the header among them
EXCEL_CHARS = 32_767  # of a cell; the library would cut off the rest without a word


class Sink(Protocol):
    """Takes rows until it is closed; files of parts as they are only if they have its ``form``."""

    form: str

    def append(self, table: pd.DataFrame) -> None:
        """Write rows."""
        ...

    def append_file(self, path: Path) -> None:
        """Write the rows of a file in the sink's form, without its header."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...

    def abandon(self) -> None:
        """Let go of the file: it is not going to be finished."""
        ...


class TextSink:
    """CSV and JSON Lines."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.form = path.suffix[1:]
        self.file = path.open("wb")
        if self.form == "csv":
            self.file.write(csv_text(pd.DataFrame(columns=list(columns))).encode("utf-8-sig"))

    def append(self, table: pd.DataFrame) -> None:
        """Write rows."""
        self.file.write(Rows.of(table).written(self.form))

    def append_file(self, path: Path) -> None:
        """Write the rows of a file as they stand there."""
        with path.open("rb") as part:
            copyfileobj(part, self.file, PIECE)

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def abandon(self) -> None:
        """Close the file, whatever does not fit into it any more."""
        with suppress(OSError):
            self.file.close()


class ParquetSink:
    """Parquet, in row groups of a fixed length."""

    form = ""  # takes no files

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path, self.columns = path, list(columns)
        self.rows: list[pd.DataFrame] = []
        self.writer: Any = None

    def append(self, table: pd.DataFrame) -> None:
        """Write rows, as soon as they fill a group."""
        self.rows.append(table)
        if sum(map(len, self.rows)) >= GROUP_ROWS:
            whole = pd.concat(self.rows, ignore_index=True)
            full = len(whole) // GROUP_ROWS * GROUP_ROWS
            for start in range(0, full, GROUP_ROWS):
                self.write(whole.iloc[start : start + GROUP_ROWS])
            self.rows = [whole.iloc[full:]]

    def write(self, group: pd.DataFrame) -> None:
        """Write one group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema = self.writer.schema if self.writer else None
        table = pa.Table.from_pandas(group, schema=schema, preserve_index=False)
        if self.writer is None:
            self.writer = pq.ParquetWriter(self.path, table.schema, compression="zstd")
        self.writer.write_table(table)

    def close(self) -> None:
        """Write the last group."""
        rest = pd.concat(self.rows, ignore_index=True) if self.rows else pd.DataFrame(columns=self.columns)
        if len(rest) or self.writer is None:
            self.write(rest)
        self.writer.close()

    def append_file(self, path: Path) -> None:
        """Not for this format."""
        raise TypeError("Parquet takes tables")

    def abandon(self) -> None:
        """Close the file, whatever does not fit into it any more."""
        if self.writer is not None:
            with suppress(OSError):
                self.writer.close()


class ExcelSink:
    """One sheet of an Excel workbook, written row by row. Raises DataError where the sheet is full."""

    form = ""  # takes no files

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        import openpyxl
        from openpyxl.utils import get_column_letter

        self.path, self.n_rows = path, 1
        self.book = openpyxl.Workbook(write_only=True)
        self.sheet = self.book.create_sheet("Sheet1")
        self.sheet.freeze_panes = "A2"  # this and the widths stand before the rows in the file
        for at, name in enumerate(columns, 1):
            self.sheet.column_dimensions[get_column_letter(at)].width = WIDTHS.get(name, len(name) + 3)
        self.sheet.append(list(columns))

    def append(self, table: pd.DataFrame) -> None:
        """Write rows."""
        self.n_rows += len(table)
        refuse_too_many(self.n_rows, self.path)
        safe = inert(printable(table)).astype(object)
        if max((len(cell) for name in safe for cell in safe[name] if isinstance(cell, str)), default=0) > EXCEL_CHARS:
            raise DataError.at(
                f"Excel 的一个格子最多 {EXCEL_CHARS} 字，有一段放不下",
                where=self.path.name,
                fix="加 --resume 并改用 --format csv 或 parquet；已分类的不会重做",
            )
        for row in safe.where(safe.notna(), None).itertuples(index=False, name=None):
            self.sheet.append(row)

    def close(self) -> None:
        """Write the workbook."""
        self.book.save(self.path)
        freeze_zip(self.path)

    def append_file(self, path: Path) -> None:
        """Not for this format."""
        raise TypeError("Excel takes tables")

    def abandon(self) -> None:
        """Remove the sheet, which the library keeps in a temporary file until the workbook is saved."""
        with suppress(Exception):  # of whatever kind the library's own faults are: what made us let go is told
            self.sheet.close()
        with suppress(OSError):
            self.sheet._writer.cleanup()


SINKS: dict[str, Callable[[Path, Sequence[str]], Sink]] = {
    ".csv": TextSink,
    ".jsonl": TextSink,
    ".parquet": ParquetSink,
    ".xlsx": ExcelSink,
}


def refuse_too_many(n_rows: int, path: Path) -> None:
    """Raise DataError for more rows, the header among them, than a sheet holds."""
    if n_rows > EXCEL_ROWS:
        raise DataError.at(
            f"Excel 的一张工作表最多 {EXCEL_ROWS} 行，放不下",
            where=path.name,
            fix="加 --resume 并改用 --format csv 或 parquet；已分类的不会重做",
        )


@contextmanager
def opened(path: Path, columns: Sequence[str], n_rows: int = 0) -> Iterator[Sink]:
    """A sink for the format of ``path``, whose file takes its name only when everything is in it; ``n_rows`` are to
    come, as far as is known."""
    if path.suffix == ".xlsx":
        refuse_too_many(n_rows + 1, path)  # before minutes are spent on those that fit in
    with Replacement(path) as temporary:
        sink = SINKS[path.suffix](temporary, columns)
        try:
            yield sink
            sink.close()
        except BaseException as fault:
            sink.abandon()
            if "ENOSPC" in str(fault):  # of the library that writes XML, which has a word of its own for a full disk
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from fault
            raise
