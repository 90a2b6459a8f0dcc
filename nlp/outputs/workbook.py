"""The workbook: a sheet a table, frozen headers, filters, sensible widths, links from codes to passages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.codebook import Codebook
from nlp.store import UNPRINTABLE, Replacement, freeze_zip, inert
from nlp.tables import TABLES

SHEETS = (
    "documents",
    "passages",
    "labels",
    "prevalence",
    "prevalence_by_unit",
    "prevalence_by_form",
    "themes",
    "theme_terms",
    "theme_passages",
    "selection",
    "trends",
    "links",
    "gaps",
    "gap_shares",
    "keyness",
    "abstained",
    "conflicts",
    "dropped",
    "failures",
    "evidence",
    "settings",
)
TITLES = {"prevalence_by_unit": "分单位占比", "prevalence_by_form": "分长短占比"}
WIDEST = 70
CELL_LIMIT = 32000  # characters that a cell can hold, with some room
PERCENT = ("share", "low", "high")


def write_workbook(tables: dict[str, pd.DataFrame], codebook: Codebook, path: Path) -> Path:
    """Write every table of SHEETS that has rows, and a first sheet that explains them."""
    from openpyxl import Workbook

    book = Workbook()
    front = book.active
    front.title = "读我"
    places = passage_rows(tables["passages"])
    shown = [name for name in SHEETS if name in tables and len(tables[name])]
    for name in shown:
        fill(book.create_sheet(sheet_title(name)), name, with_names(tables[name], codebook), places)
    explain(front, shown, tables)
    with Replacement(path) as temporary:
        book.save(temporary)
        freeze_zip(temporary)
    return path


def sheet_title(name: str) -> str:
    """Chinese title of a table's sheet."""
    return TITLES.get(name) or TABLES[name].title


def passage_rows(passages: pd.DataFrame) -> dict[str, int]:
    """Row of every passage in its sheet."""
    return {str(pid): row for row, pid in enumerate(passages["passage_id"], 2)}


def with_names(table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Put the Chinese name of a code beside its id."""
    if "code" not in table.columns or "facet" not in table.columns:
        return table
    names = [
        codebook.role_name(code) if facet == "role" else codebook.name(code)
        for facet, code in zip(table["facet"], table["code"], strict=True)
    ]
    named = table.copy()
    named.insert(int(table.columns.get_loc("code")) + 1, "code_name", names)
    return named


def fill(sheet: Any, name: str, table: pd.DataFrame, places: dict[str, int]) -> None:
    """Write one table to one sheet."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    safe = inert(table)
    sheet.append(list(safe.columns))
    for row in safe.itertuples(index=False):
        sheet.append([cell(value) for value in row])
    for head in sheet[1]:
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor="1F4E79")
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    for number, column in enumerate(safe.columns, 1):
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column_width(safe[column], str(column))
        long_text = column in ("text", "evidence", "section", "reason", "fix")
        for entry in sheet[letter][1:]:
            if long_text:
                entry.alignment = Alignment(wrap_text=True, vertical="top")
            if column in PERCENT and isinstance(entry.value, float):
                entry.number_format = "0.0%"
            elif isinstance(entry.value, float):
                entry.number_format = "0.000"
            if name != "passages" and column in ("passage_id", "first_passage") and entry.value in places:
                entry.hyperlink = inside_link(entry.coordinate, "passages", places[entry.value])
                entry.font = Font(color="0563C1", underline="single")


def inside_link(ref: str, name: str, row: int) -> Any:
    """A link from cell ``ref`` to a row of another sheet of the same workbook."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    return Hyperlink(ref=ref, location=f"'{sheet_title(name)}'!A{row}")


def cell(value: object) -> object:
    """A value as a cell can hold it."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, str):
        return re.sub(UNPRINTABLE, "", value)[:CELL_LIMIT]
    return value.item() if hasattr(value, "item") else value


def column_width(values: pd.Series, head: str) -> float:
    """Width that shows most cells; a Han character counts two."""
    lengths = [sum(2 if ord(char) > 0x2E80 else 1 for char in str(value)[:80]) for value in values.head(200)]
    return min(WIDEST, max([len(head) + 4, *sorted(lengths)[: int(len(lengths) * 0.9) + 1]]) + 2)


def explain(sheet: Any, shown: list[str], tables: dict[str, pd.DataFrame]) -> None:
    """The first sheet: what each sheet holds and what each column means."""
    from openpyxl.styles import Alignment, Font

    sheet.append(["工作表", "行数", "列", "含义"])
    for name in shown:
        sheet.append([sheet_title(name), len(tables[name]), "", ""])
        sheet.cell(sheet.max_row, 1).hyperlink = inside_link(f"A{sheet.max_row}", name, 1)
        sheet.cell(sheet.max_row, 1).font = Font(color="0563C1", underline="single", bold=True)
        schema = TABLES.get("prevalence" if name.startswith("prevalence") else name)
        for column in schema.columns if schema else ():
            sheet.append(["", "", column.name, column.meaning])
    sheet.freeze_panes = "A2"
    for letter, width in zip("ABCD", (18, 8, 18, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    for head in sheet[1]:
        head.font = Font(bold=True)
        head.alignment = Alignment(horizontal="left")
