"""The workbook: a sheet a table, frozen headers, filters, sensible widths, links from codes to passages.

Written row by row (XlsxWriter's constant memory), so that a large table never stands in memory as cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.store.files import CELL_LIMIT, UNPRINTABLE, Replacement, inert
from nlp.tables import LABELS, Table
from nlp.tables.registry import all_tables, sheets

KINDS = {"str": "文字", "int": "整数", "float": "小数", "bool": "是否"}
WIDEST = 70
MOST_ROWS = 100_000  # rows of a sheet; the whole table stands in tables/
MOST_LINKS = 60_000  # Excel opens no sheet with more than 65,530
LEADING = ("passage_id", "first_passage", "reuse_of")  # columns whose passage ids lead to the passage
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NO_CLOCK = {"created": datetime(2000, 1, 1)}  # the same bytes when it is written again

Places = dict[str, int]  # passage → row of its sheet
Blocks = dict[tuple[str, str], tuple[int, int]]  # facet and code → first and last row among the labels
Link = Callable[[int, object], str | None]  # from row and value to a place in the workbook


@dataclass(frozen=True)
class Looks:
    """The formats of a workbook's cells."""

    head: Any
    link: Any
    wrapped: Any
    numbers: dict[str, Any]

    @classmethod
    def of(cls, book: Any) -> Self:
        """Declare the formats in ``book``."""
        shown = {column.show for table in sheets() for column in table.columns if column.show}
        return cls(
            book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"}),
            book.add_format({"font_color": "#0563C1", "underline": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
            {shape: book.add_format({"num_format": shape}) for shape in sorted(shown)},
        )


def write_workbook(tables: dict[str, pd.DataFrame], codebook: Codebook, path: Path) -> Path:
    """Write every table that has a sheet and rows, and a first sheet that explains them."""
    import xlsxwriter

    shown = {each.name: as_sheet(each, tables[each.name]) for each in sheets() if len(tables.get(each.name, ()))}
    places = passage_rows(shown["passages"]) if "passages" in shown else {}
    blocks = code_blocks(shown["labels"]) if "labels" in shown else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary, xlsxwriter.Workbook(str(temporary), OPTIONS) as book:
        book.set_properties(NO_CLOCK)
        looks = Looks.of(book)
        explain(book.add_worksheet("读我"), shown, tables, looks)
        for name, table in shown.items():
            schema = all_tables()[name]
            fill(book.add_worksheet(schema.title), schema, with_names(schema, table, codebook), looks, places, blocks)
    return path


def sheet_title(name: str) -> str:
    """Chinese title of a table's sheet."""
    return all_tables()[name].title


def as_sheet(schema: Table, table: pd.DataFrame) -> pd.DataFrame:
    """A table as its sheet shows it: bounded, without what stands elsewhere, labels of one code in one block."""
    if schema is LABELS:
        table = table.sort_values(["facet", "code", "passage_id", "start"], kind="stable")
    elsewhere = [column.name for column in schema.columns if not column.on_sheet]
    return table.drop(columns=elsewhere).head(MOST_ROWS).reset_index(drop=True)


def code_blocks(labels: pd.DataFrame) -> Blocks:
    """First and last row of every facet's code in the sheet of labels."""
    rows = labels.assign(row=range(2, len(labels) + 2)).groupby(["facet", "code"])["row"].agg(["min", "max"])
    return {(str(facet), str(code)): (int(r["min"]), int(r["max"])) for (facet, code), r in rows.iterrows()}


def passage_rows(passages: pd.DataFrame) -> Places:
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


def fill(sheet: Any, schema: Table, table: pd.DataFrame, looks: Looks, places: Places, blocks: Blocks) -> None:
    """Write one table to one sheet."""
    safe = inert(table)
    names = [str(name) for name in safe.columns]
    known = {column.name: column for column in schema.columns}
    for number, name in enumerate(names):
        sheet.set_column(number, number, column_width(safe[name], name))
    sheet.write_row(0, 0, names, looks.head)
    links = links_of(schema, safe, places, blocks)
    columns = [
        cells(safe[name], looks.numbers.get(known[name].show) if name in known else None, wrapped)
        for name in names
        for wrapped in [looks.wrapped if name in known and known[name].long else None]
    ]
    for row, values in enumerate(zip(*(column for column, _ in columns), strict=True), 1):
        for number, value in enumerate(values):
            write(sheet, row, number, value, columns[number][1], links.get(names[number]), looks.link)
    dress(sheet, len(safe), len(names))
    tell_columns(sheet, names, {column.name: column.meaning for column in schema.columns})


def cells(values: pd.Series, number: Any, wrapped: Any) -> tuple[list[object], Any]:
    """The values of a column as cells can hold them, and the format that they are shown in."""
    shape = number if values.dtype.kind == "f" else wrapped
    return [cell(value) for value in values.tolist()], shape


def write(sheet: Any, row: int, column: int, value: object, shape: Any, link: Link | None, blue: Any) -> None:
    """Write one cell; one that leads somewhere is blue and underlined."""
    if link is not None and (place := link(row + 1, value)):
        sheet.write_url(row, column, f"internal:{place}", blue, str(value))
    elif value is None:
        return
    elif isinstance(value, str):
        sheet.write_string(row, column, value, shape)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, shape)
    else:
        sheet.write_number(row, column, value, shape)


def links_of(schema: Table, table: pd.DataFrame, places: Places, blocks: Blocks) -> dict[str, Link]:
    """Columns whose cells lead on: passage ids to the passage, names of counted codes to their rows of the labels."""
    found: dict[str, Link] = {}
    leading = [name for name in LEADING if name in table.columns and schema.name != "passages"]
    last = 1 + MOST_LINKS // max(1, len(leading))
    for name in leading:
        found[name] = lambda row, value: (
            f"'{sheet_title('passages')}'!A{places[str(value)]}" if row <= last and value in places else None
        )
    if {"code_name", "facet"} <= set(table.columns) and schema.name not in ("labels", "evidence"):
        keys = list(zip(table["facet"], table["code"], strict=True))
        found["code_name"] = lambda row, value: block_place(blocks.get(keys[row - 2])) if row <= MOST_LINKS else None
    return found


def block_place(block: tuple[int, int] | None) -> str | None:
    """Where the rows of a code stand among the labels."""
    return None if block is None else f"'{sheet_title('labels')}'!A{block[0]}:H{block[1]}"


def dress(sheet: Any, n_rows: int, n_columns: int, frozen: tuple[int, int] = (1, 1), filtered: bool = True) -> None:
    """Freeze and filter the head; print as wide as the page, the head on every page."""
    sheet.freeze_panes(*frozen)
    if filtered:
        sheet.autofilter(0, 0, n_rows, n_columns - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def tell_columns(sheet: Any, names: Sequence[str], meanings: dict[str, str]) -> None:
    """Say what a column means when its head is chosen."""
    for number, name in enumerate(names):
        if name in meanings:
            told = {"validate": "any", "input_title": name[:32], "input_message": meanings[name][:255]}
            sheet.data_validation(0, number, 0, number, told)


def cell(value: object) -> object:
    """A value as a cell can hold it."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, str):
        return re.sub(UNPRINTABLE, "", value)[:CELL_LIMIT]
    return value


def column_width(values: pd.Series, head: str) -> float:
    """Width that shows most cells; a Han character counts two."""
    lengths = [sum(2 if ord(char) > 0x2E80 else 1 for char in str(value)[:80]) for value in values.head(200)]
    return min(WIDEST, max([len(head) + 4, *sorted(lengths)[: int(len(lengths) * 0.9) + 1]]) + 2)


def explain(sheet: Any, shown: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame], looks: Looks) -> None:
    """The first sheet: what each sheet holds and what each column means."""
    for number, width in enumerate((24, 9, 22, 12, 90)):
        sheet.set_column(number, number, width)
    sheet.write_row(0, 0, ["工作表", "行数", "列", "类型", "含义"], looks.head)
    lines = list(explained(shown, tables))
    for row, (title, n_rows, column, kind, meaning) in enumerate(lines, 1):
        if title in {each.title for each in sheets() if each.name in shown}:
            sheet.write_url(row, 0, f"internal:'{title}'!A1", looks.link, title)
        elif title:
            sheet.write_string(row, 0, title)
        if n_rows is not None:
            sheet.write_number(row, 1, n_rows)
        for number, text in ((2, column), (3, kind)):
            if text:
                sheet.write_string(row, number, text)
        sheet.write_string(row, 4, meaning, looks.wrapped)
    dress(sheet, len(lines), 5, frozen=(1, 0), filtered=False)


Line = tuple[str, int | None, str, str, str]  # sheet, rows, column, kind, meaning


def explained(shown: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame]) -> Iterator[Line]:
    """The lines of the first sheet."""
    yield "", None, "", "", "点工作表的名字过去；点代码的名字到它的标注，点段落编号到原文。列名选中时显示含义。"
    for name in shown:
        schema = all_tables()[name]
        cut = f"；只列出前 {MOST_ROWS} 行，全部见 tables/{name}.csv" if len(tables[name]) > MOST_ROWS else ""
        yield schema.title, len(tables[name]), "", "", f"{schema.title}；主键：{'、'.join(schema.key)}{cut}"
        for column in schema.columns:
            if column.name in shown[name].columns:
                allowed = f"（{'、'.join(column.allowed)}）" if column.allowed else ""
                kind = KINDS[column.kind] + ("，可空" if column.nullable else "")
                yield "", None, column.name, kind, column.meaning + allowed
    for schema in sheets():
        if schema.no_rows and schema.name in tables and tables[schema.name].empty:
            yield schema.title, 0, "", "", schema.no_rows
