"""A cell as the user sees it: on one line, a whole number without a point, a date without a midnight."""

from __future__ import annotations

import datetime
import re

Cell = object  # str, int, float, bool, None or a date, as the libraries give them
FIRST_DAY = datetime.date(1899, 12, 30)  # day 0 of a workbook
FIRST_SERIAL, LAST_SERIAL = 18_264, 73_415  # 1950 to 2100: a date whose cell was never formatted as one
EARLIEST, LATEST = 1949, 2100


def one_line(value: str) -> str | None:
    """Put the value of a narrow column on one line, without control characters and lone surrogates; nothing is None."""
    value = value.strip()
    if value.isascii() and value.isprintable() and "  " not in value:  # most ids
        return value or None
    spaced = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff]+", " ", value)
    return re.sub(r"[\ud800-\udfff]", "", spaced).strip() or None


def cell_text(value: Cell) -> str:
    """Write a cell as the user sees it: 2023, not 2023.0; a date without a midnight."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    return str(value)


def date_text(value: Cell) -> str:
    """Write the cell of a date; a number may hide what was typed.

    2024.10 typed as a number is kept as 2024.1, and so is 2024.1: only the year is certain. The remark says so, and
    becomes a row of CONFLICTS.

    >>> date_text(2024.1), date_text(2024.11), date_text(45383)
    ('2024年（单元格里的数 2024.1，分不清 1 月还是 10 月）', '2024.11', '2024-04-01')
    """
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return cell_text(value)
    if FIRST_SERIAL <= value <= LAST_SERIAL:
        return (FIRST_DAY + datetime.timedelta(days=int(value))).isoformat()
    shown = cell_text(value)
    if EARLIEST <= value <= LATEST and shown.partition(".")[2] == "1":
        return f"{int(value)}年（单元格里的数 {shown}，分不清 1 月还是 10 月）"
    return shown
