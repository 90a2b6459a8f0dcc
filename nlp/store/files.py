"""The only place that reads and writes tables: atomically, in a fixed form, inert in a spreadsheet."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.tables import Table, check

# A spreadsheet takes a cell that begins so for a formula, in East Asian settings the full-width signs too.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
FORMULA = (
    r"'*[=+\-@\t\r＝＋－＠]"  # gets one apostrophe more; those that have some too, so that it can be taken away again
)
CELL_LIMIT = 32000  # characters that a cell of a spreadsheet can hold, with some room
UNPRINTABLE = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"  # what XML cannot hold
CLOCK = rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*"
FORMATS = ("csv", "jsonl", "xlsx", "parquet")


def read_table(path: Path, schema: Table | None = None, required: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read a CSV of strings; empty cells are empty strings; ``line`` is each row's line in the file.

    Raises
    ------
    DataError
        If the file is absent, not UTF-8, or lacks a column that ``schema`` or ``required`` names.
    """
    try:
        rows = csv_rows(path)
    except FileNotFoundError as error:
        raise DataError.at("找不到文件", where=path, fix="检查路径，或用 --corpus 指明语料文件夹") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise DataError.at(f"读不出表格（{error}）", where=path, fix="另存为 UTF-8 编码的 CSV，引号成对") from error
    table = table_of(rows, path, required)
    return table if schema is None else check(schema, table, path)


def table_of(rows: Sequence[tuple[int, list[str]]], path: Path, required: tuple[str, ...] = ()) -> pd.DataFrame:
    """The table of strings whose ``rows``, the header first, stand on these lines of ``path``. Raises DataError."""
    if not rows:
        raise DataError.at("读不出表格（文件是空的）", where=path, fix="第一行写列名，其后每行一条")
    (_, head), body = rows[0], rows[1:]
    if odd := [line for line, cells in body if len(cells) != len(head)]:
        raise DataError.at(
            f"列数与表头（{len(head)} 列）不一致",
            where=f"{path} 第 {'、'.join(map(str, odd))} 行",
            fix="含逗号的单元格加双引号，缺的列补上空单元格",
        )
    if repeated := [name for name in dict.fromkeys(head) if head.count(name) > 1]:
        raise DataError.at(
            f"列名重复：{'、'.join(name or '（空）' for name in repeated)}",
            where=f"{path} 第 1 行",
            fix="每列一个不同的列名，删去空列",
        )
    if missing := [name for name in required if name not in head]:
        raise DataError.at(
            f"缺少列：{'、'.join(missing)}", where=f"{path} 第 1 行", fix=f"在表头补上：{'、'.join(missing)}"
        )
    table = pd.DataFrame([cells for _, cells in body], columns=head, dtype="str")
    return table.assign(line=[line for line, _ in body])


def csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    """Rows of a CSV that hold anything, each with the line of the file on which it begins."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return numbered_rows(file)


def numbered_rows(lines: Iterable[str], delimiter: str = ",") -> list[tuple[int, list[str]]]:
    """Rows of delimited lines that hold anything, each with the line on which it begins."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows, begin = [], 1
    for cells in reader:
        if cells:
            rows.append((begin, cells))
        begin = reader.line_num + 1
    return rows


def write_table(table: pd.DataFrame, path: Path) -> Path:
    """Write ``table`` in the format of the extension of ``path`` (.csv, .jsonl, .xlsx, .parquet), atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    writers = {".csv": _write_csv, ".jsonl": _write_jsonl, ".xlsx": _write_xlsx, ".parquet": _write_parquet}
    if path.suffix not in writers:
        raise DataError.at(f"不认识的表格格式：{path.suffix}", where=path.name, fix=f"改用 {'、'.join(writers)}")
    with Replacement(path) as temporary:
        writers[path.suffix](table, temporary)
    return path


def write_text(text: str, path: Path) -> Path:
    """Write UTF-8 text, atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")
    return path


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into one folder, each atomically; on the disk when all are written."""
    for name, data in files.items():
        with Replacement(folder / name, sync=False) as temporary:
            temporary.write_bytes(data)
    if files:
        sync_folder(folder)


def write_json(value: Mapping[str, object], path: Path) -> Path:
    """Write JSON with stable order and readable Chinese, atomically."""
    return write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", path)


class Replacement:
    """A temporary file beside ``path`` that takes its name only when it is complete; without ``sync`` someone else is
    going to put the name on the disk."""

    def __init__(self, path: Path, sync: bool = True) -> None:
        self.path, self.sync = path, sync
        self.temporary = path.with_name(f".{path.name}.{os.getpid()}{path.suffix}")

    def __enter__(self) -> Path:
        return self.temporary

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            with self.temporary.open("rb") as written:
                os.fsync(written.fileno())
            self.temporary.replace(self.path)
            if self.sync:
                sync_folder(self.path.parent)
        else:
            self.temporary.unlink(missing_ok=True)


def remove_unfinished(folder: Path, names: Iterable[str]) -> None:
    """Remove the temporary files that a killed process left beside files of these names. Nobody may be writing them."""
    for name in names:
        for path in folder.glob(f".{name}.[0-9]*"):
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put the names in ``folder`` on the disk, so that a power failure does not take a finished file back."""
    if os.name == "nt":  # cannot be asked for there
        return
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def inert(table: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before text that a spreadsheet would run as a formula."""
    safe = table.copy()
    for name in safe.columns:
        if pd.api.types.is_string_dtype(safe[name]):
            risky = safe[name].str.match(FORMULA, na=False)
            if risky.any():
                safe.loc[risky, name] = "'" + safe.loc[risky, name]
    return safe


def to_parquet(table: pd.DataFrame) -> bytes:
    """A table as Parquet, in memory."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False), sink, compression="zstd")
    return bytes(sink.getvalue())


def csv_text(table: pd.DataFrame, header: bool = True) -> str:
    """A table as CSV that is inert in a spreadsheet."""
    return str(inert(table).to_csv(index=False, header=header, lineterminator="\n", float_format="%.6g"))


def jsonl_text(table: pd.DataFrame) -> str:
    """A table as JSON Lines."""
    return str(table.to_json(orient="records", lines=True, force_ascii=False, double_precision=6))


def _write_csv(table: pd.DataFrame, path: Path) -> None:
    path.write_text(csv_text(table), encoding="utf-8-sig", newline="")


def _write_jsonl(table: pd.DataFrame, path: Path) -> None:
    path.write_text(jsonl_text(table), encoding="utf-8")


def _write_xlsx(table: pd.DataFrame, path: Path) -> None:
    printable(table).pipe(inert).to_excel(path, index=False, engine="openpyxl")
    freeze_zip(path)


def printable(table: pd.DataFrame) -> pd.DataFrame:
    """A table without the characters that XML cannot hold."""
    clean = table.copy()
    for name in clean.columns:
        if pd.api.types.is_string_dtype(clean[name]):
            clean[name] = clean[name].str.replace(UNPRINTABLE, "", regex=True)
    return clean


def freeze_zip(path: Path) -> None:
    """Rewrite an Office file without the clock: fixed times in the archive and in its properties."""
    frozen = path.with_name(f"{path.name}.frozen")
    try:
        with zipfile.ZipFile(path) as archive, zipfile.ZipFile(frozen, "w", zipfile.ZIP_DEFLATED) as result:
            for name in archive.namelist():
                member = zipfile.ZipInfo(name, (2000, 1, 1, 0, 0, 0))
                member.compress_type = zipfile.ZIP_DEFLATED
                with archive.open(name) as source, result.open(member, "w", force_zip64=True) as target:
                    if name == "docProps/core.xml":
                        target.write(re.sub(CLOCK, rb"\g<1>2000-01-01T00:00:00Z", source.read()))
                    else:
                        shutil.copyfileobj(source, target)  # a sheet of a large table does not fit into memory
        frozen.replace(path)
    finally:
        frozen.unlink(missing_ok=True)


def _write_parquet(table: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    # Where a column is cut into pieces in memory shows in its pages: put together, the bytes hang on the values alone.
    pq.write_table(pa.Table.from_pandas(table, preserve_index=False).combine_chunks(), path, compression="zstd")
