"""The ``documents.csv`` of an input folder, which says of every report who wrote it and when."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError, UnreadableFile
from nlp.base.redaction import redacted
from nlp.intake.discover import discover, fault_of
from nlp.readers.encoding import decode
from nlp.store.files import numbered_rows, table_of

DELIMITERS = ",;\t"  # the first of equals wins
USED = ("source", "piece", "document_id", "title", "organ", "kind_of_unit", "date", "genre", "line")  # the last is ours
SHOWN = 10  # rows or columns that are named
MAX_BYTES = 30_000_000  # some 300,000 files; a table takes thirty times the room of its file


def manifest_of(inputs: Sequence[str | Path], redact: bool = False) -> pd.DataFrame | None:
    """The ``documents.csv`` of an input folder, or beside it; with ``redact`` masked like the texts it describes."""
    paths = {
        path
        for given in inputs
        for path in (Path(given) / "documents.csv", Path(given).parent / "documents.csv")
        if Path(given).is_dir() and path.is_file()
    }
    tables = [read_manifest(path) for path in sorted(paths)]  # the inner one after the outer, which it overrules
    if not tables:
        return None
    manifest = pd.concat(tables, ignore_index=True)
    return manifest.map(lambda cell: redacted(cell) if isinstance(cell, str) else cell) if redact else manifest


def read_manifest(path: Path) -> pd.DataFrame:
    """Read a manifest, which came with the reports and deserves no more trust. Raises DataError."""
    if fault := fault_of(path, path.parent.resolve()):
        raise DataError.at(fault.reason, where=path, fix=fault.fix)
    if (size := path.stat().st_size) > MAX_BYTES:
        raise DataError.at(
            f"清单太大：{size / 1e6:.0f} MB，超过 {MAX_BYTES / 1e6:.0f} MB",
            where=path,
            fix="一个文件只留一行，或把材料分成几个文件夹，各带自己的清单",
        )
    try:
        text = decode(path.read_bytes()).text
        rows = numbered_rows(io.StringIO(text, newline=""), delimiter_of(text))
    except UnreadableFile as fault:
        raise DataError.at(fault.reason, where=path, fix=fault.fix) from fault
    except csv.Error as fault:
        raise DataError.at(
            f"读不出清单（{fault}）", where=path, fix="引号要成对；或用 Excel 打开，另存为 CSV"
        ) from fault
    head, body = rows[:1], rows[1:]
    return table_of([(line, [cell.strip() for cell in cells]) for line, cells in head] + body, path, ("source",))


def delimiter_of(text: str) -> str:
    """The delimiter that Excel wrote: the one that cuts the header into most columns; in some countries a semicolon."""
    header = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=header.count)


def unused_of(inputs: Sequence[str | Path], redact: bool = False) -> list[str]:
    """Say what of the manifests of some inputs is of no use, a line each."""
    return unused(manifest_of(inputs, redact), {each.source for each in discover(inputs, redact)})


def unused(manifest: pd.DataFrame | None, sources: Collection[str]) -> list[str]:
    """Say which rows and columns of a manifest were of no use.

    Parameters
    ----------
    sources : the files that were found, be it that they could not be read
    """
    if manifest is None:
        return []
    idle = [str(source) for source in dict.fromkeys(manifest["source"]) if source not in sources]
    filled = [str(name) for name in manifest.columns if name not in USED and (manifest[name].fillna("") != "").any()]
    said = [f"清单里有 {len(idle)} 行没有用上，没有读到这些文件：{shown(idle)}"] if idle else []
    return said + ([f"清单里这些列没有用上：{shown(filled)}；用得上的列是：{'、'.join(USED[:-1])}"] if filled else [])


def shown(names: Sequence[str]) -> str:
    """Write out names, the first of them."""
    return "、".join(names[:SHOWN]) + (f" 等 {len(names)} 个" if len(names) > SHOWN else "")
