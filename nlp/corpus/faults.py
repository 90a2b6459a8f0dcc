"""How ``check`` notes a fault: once for all rows that have it, with file and lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

import pandas as pd

from nlp.base.errors import DataError

Loaded = TypeVar("Loaded")


def attempt(load: Callable[[], Loaded], faults: list[str]) -> Loaded | None:
    """Load something, or note why it cannot be."""
    try:
        return load()
    except DataError as fault:
        faults.append(str(fault))
        return None


def fault(what: str, rows: pd.DataFrame, path: Path, fix: str, limit: int = 20) -> str:
    """One message for all rows with the same fault."""
    lines = [str(line) for line in rows["line"]]
    shown = "、".join(lines[:limit]) + (f" 等 {len(lines)} 处" if len(lines) > limit else "")
    return str(DataError.at(what, where=f"{path} 第 {shown} 行", fix=fix))


def refuse_rows(table: pd.DataFrame, checks: Iterable[tuple[pd.Series, str, str]], path: Path) -> None:
    """Raise DataError for all rows of a table (columns ``name``, ``line``) that ``checks`` mark, at once.

    ``checks``: a mask of faulty rows, what is wrong with them, what to do.
    """
    faults = [
        DataError.at(
            f"{what}：{'、'.join(dict.fromkeys(table.loc[bad, 'name'])) or '（空）'}",
            where=f"{path} 第 {'、'.join(map(str, table.loc[bad, 'line']))} 行",
            fix=fix,
        )
        for bad, what, fix in checks
        if bad.any()
    ]
    if faults:
        raise DataError.all_of(faults)


def found(mask: pd.Series, table: pd.DataFrame, what: str, path: Path, fix: str) -> Iterator[str]:
    """Yield a message if ``mask`` marks any row."""
    if mask.any():
        yield fault(what, table[mask], path, fix)
