"""The workbook: a sheet a table, frozen headers, filters, sensible widths, links from codes to passages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.store.files import UNPRINTABLE, Replacement, freeze_zip, inert
from nlp.tables import LABELS, Table
from nlp.tables.registry import all_tables, sheets

KINDS = {"str": "文字", "int": "整数", "float": "小数", "bool": "是否"}
WIDEST = 70
CELL_LIMIT = 32000  # characters that a cell can hold, with some room
MOST_ROWS = 100_000  # rows of a sheet; the whole table stands in tables/
MOST_LINKS = 60_000  # Excel opens no sheet with more than 65,530
LINK = "0563C1"
HEAD = "1F4E79"


def write_workbook(tables: dict[str, pd.DataFrame], codebook: Codebook, path: Path) -> Path:
    """Write every table that has a sheet and rows, and a first sheet that explains them."""
    from openpyxl import Workbook

    book = Workbook()
    front = book.active
    front.title = "读我"
    shown = {each.name: as_sheet(each, tables[each.name]) for each in sheets() if len(tables.get(each.name, ()))}
    places = passage_rows(shown["passages"]) if "passages" in shown else {}
    blocks = code_blocks(shown["labels"]) if "labels" in shown else {}
    for name, table in shown.items():
        fill(
            book.create_sheet(sheet_title(name)), name, with_names(all_tables()[name], table, codebook), places, blocks
        )
    explain(front, shown, tables)
    with Replacement(path) as temporary:
        book.save(temporary)
        freeze_zip(temporary)
    return path


def sheet_title(name: str) -> str:
    """Chinese title of a table's sheet."""
    return all_tables()[name].title


def as_sheet(schema: Table, table: pd.DataFrame) -> pd.DataFrame:
    """A table as its sheet shows it: bounded, without what stands elsewhere, labels of one code in one block."""
    if schema is LABELS:
        table = table.sort_values(["facet", "code", "passage_id", "start"], kind="stable")
    return (
        table.drop(columns=[column.name for column in schema.columns if not column.on_sheet])
        .head(MOST_ROWS)
        .reset_index(drop=True)
    )


def code_blocks(labels: pd.DataFrame) -> dict[tuple[str, str], tuple[int, int]]:
    """First and last row of every facet's code in the sheet of labels."""
    rows = labels.assign(row=range(2, len(labels) + 2)).groupby(["facet", "code"])["row"].agg(["min", "max"])
    return {(str(facet), str(code)): (int(r["min"]), int(r["max"])) for (facet, code), r in rows.iterrows()}


def passage_rows(passages: pd.DataFrame) -> dict[str, int]:
    """Row of every passage in its sheet."""
    return {str(pid): row for row, pid in enumerate(passages["passage_id"], 2)}


def with_names(schema: Table, table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Put the Chinese name of a code beside its id."""
    named = table.copy()
    for column in (each.name for each in schema.columns if each.codes == "one" and each.name in table.columns):
        facets = table["facet"] if "facet" in table.columns else [""] * len(table)
        names = [
            codebook.role_name(code) if facet == "role" else codebook.name(code)
            for facet, code in zip(facets, table[column].astype("str"), strict=True)
        ]
        named.insert(int(named.columns.get_loc(column)) + 1, f"{column}_name", names)
    return named


def fill(
    sheet: Any,
    name: str,
    table: pd.DataFrame,
    places: dict[str, int],
    blocks: dict[tuple[str, str], tuple[int, int]],
) -> None:
    """Write one table to one sheet."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    safe = inert(table)
    sheet.append(list(safe.columns))
    for row in safe.itertuples(index=False):
        sheet.append([cell(value) for value in row])
    for head in sheet[1]:
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor=HEAD)
    sheet.freeze_panes = "B2"
    on_paper(sheet)
    sheet.auto_filter.ref = sheet.dimensions
    wrapped = Alignment(wrap_text=True, vertical="top")
    known = {column.name: column for column in all_tables()[name].columns}
    for number, column in enumerate(safe.columns, 1):
        letter, facts = get_column_letter(number), known.get(str(column))
        sheet.column_dimensions[letter].width = column_width(safe[column], str(column))
        shape = facts.show if facts and safe[column].dtype.kind == "f" else ""
        if shape or (facts and facts.long):
            for (entry,) in sheet.iter_rows(2, sheet.max_row, number, number):
                if shape:
                    entry.number_format = shape
                else:
                    entry.alignment = wrapped
    tell_columns(sheet, name, list(safe.columns))
    link_passages(sheet, name, safe, places)
    link_codes(sheet, name, safe, blocks)


def on_paper(sheet: Any) -> None:
    """Print as wide as the page, the head on every page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToHeight = 0
    sheet.print_title_rows = "1:1"


def tell_columns(sheet: Any, name: str, columns: list[str]) -> None:
    """Say what a column means when its head is chosen."""
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    meanings = {column.name: column.meaning for column in all_tables()[name].columns}
    for number, column in enumerate(columns, 1):
        if column in meanings:
            told = DataValidation(showInputMessage=True, promptTitle=column[:32], prompt=meanings[column][:255])
            told.add(f"{get_column_letter(number)}1")
            sheet.add_data_validation(told)


def link_passages(sheet: Any, name: str, table: pd.DataFrame, places: dict[str, int]) -> None:
    """Make every passage id lead to the passage."""
    columns = [c for c in table.columns if c in ("passage_id", "first_passage", "reuse_of")]
    for column in columns if name != "passages" else ():
        number = int(table.columns.get_loc(column)) + 1
        for row, given in enumerate(table[column].head(MOST_LINKS // len(columns)), 2):
            if given in places:
                make_link(sheet.cell(row, number), "passages", f"A{places[given]}")


def link_codes(sheet: Any, name: str, table: pd.DataFrame, blocks: dict[tuple[str, str], tuple[int, int]]) -> None:
    """Make the name of every counted code lead to its rows among the labels, from where passages are a click away."""
    if not {"code_name", "facet"} <= set(table.columns) or name in ("labels", "evidence"):
        return
    number = int(table.columns.get_loc("code_name")) + 1
    for row, key in enumerate(zip(table["facet"], table["code"], strict=True), 2):
        if key in blocks and row <= MOST_LINKS:
            first, last = blocks[key]
            make_link(sheet.cell(row, number), "labels", f"A{first}:H{last}")


def make_link(entry: Any, name: str, place: str) -> None:
    """Link a cell to a place on another sheet."""
    from openpyxl.styles import Font

    entry.hyperlink = inside_link(entry.coordinate, name, place)
    entry.font = Font(color=LINK, underline="single")


def inside_link(ref: str, name: str, place: str) -> Any:
    """A link from cell ``ref`` to a place on another sheet of the same workbook."""
    from openpyxl.worksheet.hyperlink import Hyperlink

    return Hyperlink(ref=ref, location=f"'{sheet_title(name)}'!{place}")


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


def explain(sheet: Any, shown: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame]) -> None:
    """The first sheet: what each sheet holds and what each column means."""
    from openpyxl.styles import Alignment, Font, PatternFill

    sheet.append(["工作表", "行数", "列", "类型", "含义"])
    sheet.append(["", "", "", "", "点工作表的名字过去；点代码的名字到它的标注，点段落编号到原文。列名选中时显示含义。"])
    for name in shown:
        schema = all_tables()[name]
        key = f"；主键：{'、'.join(schema.key)}"
        cut = f"；只列出前 {MOST_ROWS} 行，全部见 tables/{name}.csv" if len(tables[name]) > MOST_ROWS else ""
        sheet.append([sheet_title(name), len(tables[name]), "", "", f"{schema.title}{key}{cut}"])
        make_link(sheet.cell(sheet.max_row, 1), name, "A1")
        for column in schema.columns:
            if column.name in shown[name].columns:
                allowed = f"（{'、'.join(column.allowed)}）" if column.allowed else ""
                kind = KINDS[column.kind] + ("，可空" if column.nullable else "")
                sheet.append(["", "", column.name, kind, column.meaning + allowed])
    for schema in sheets():
        if schema.no_rows and schema.name in tables and tables[schema.name].empty:
            sheet.append([schema.title, 0, "", "", schema.no_rows])
    sheet.freeze_panes = "A2"
    on_paper(sheet)
    for letter, width in zip("ABCDE", (24, 9, 22, 12, 90), strict=True):
        sheet.column_dimensions[letter].width = width
    for (entry,) in sheet.iter_rows(2, sheet.max_row, 5, 5):
        entry.alignment = Alignment(wrap_text=True, vertical="top")
    for head in sheet[1]:
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", fgColor=HEAD)
