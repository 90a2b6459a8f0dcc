"""Tables that only call themselves workbooks: web pages with the suffix .xls, which office systems export, and the XML
of Excel 2003. Each becomes rows and merged cells, as a workbook does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import decode
from nlp.readers.formats.html import MAX_DEPTH, declared_in, depth
from nlp.readers.limits import DAMAGED_FIX
from nlp.readers.registers.header import Rows
from nlp.readers.registers.merged import Merge
from nlp.readers.registers.register import MAX_COLUMNS
from nlp.readers.web.elements import CELLS, Element, Event, walk
from nlp.readers.web.furniture import is_hidden
from nlp.readers.web.layout import cell_lines, elements_in, placed, simple_tables

SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
MAX_ROWS = 1_048_576  # of a sheet of Excel
Table = tuple[Rows, list[Merge]]


def of_web_page(raw: bytes) -> dict[str, Table]:
    """Return the tables of a web page by their numbers. Raises UnreadableFile where it has none."""
    from selectolax.lexbor import LexborHTMLParser

    page = decode(raw, declared=declared_in(raw)).text
    if depth(page) > MAX_DEPTH:
        raise UnreadableFile("网页嵌套过深", "用 Excel 或 WPS 打开，另存为 .xlsx")
    body = LexborHTMLParser(page.replace("\x00", "")).body
    events = list(walk(body)) if body is not None else []
    tables = [laid_out(events, table) for table in simple_tables(events) if not is_hidden(table)]
    filled = [table for table in tables if table[0]]
    if not filled:
        raise UnreadableFile("不是 Excel 工作簿，其实是网页（HTML），里面没有表格", "改回原来的扩展名 .html 再读")
    return {f"表{number}": table for number, table in enumerate(filled, start=1)}


def laid_out(events: list[Event], table: Element) -> Table:
    """Return the rows of a table, each cell in its column, and the cells that reach down."""
    rows: list[list[str]] = []
    merges: list[Merge] = []
    of_rows = [elements_in(events, row, *CELLS) for row in elements_in(events, table, "tr")]
    for number, cells in enumerate(placed(of_rows)):
        row = [""] * (max(cells, default=-1) + 1)
        for column, cell in cells.items():
            row[column] = "\n".join(line.strip() for line in cell_lines(events, cell, set()) if line.strip())
            if cell.span[1] > 1:
                merges.append(Merge(number, number + cell.span[1] - 1, column))
        rows.append(row[:MAX_COLUMNS])
    return (rows, merges) if any(map(any, rows)) else ([], [])


def of_excel_xml(raw: bytes) -> dict[str, Table]:
    """Return the sheets of a workbook in the XML of Excel 2003. Raises UnreadableFile for what is none."""
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    try:
        root = etree.fromstring(raw, parser)
    except (etree.LxmlError, ValueError) as fault:
        raise UnreadableFile("工作簿已损坏或不完整", DAMAGED_FIX) from fault
    sheets = [] if root is None else list(root.iter(SHEET + "Worksheet"))
    if not sheets:
        raise UnreadableFile("工作簿已损坏或不完整", DAMAGED_FIX)
    return {sheet.get(SHEET + "Name") or f"表{n}": rows_of_xml(sheet) for n, sheet in enumerate(sheets, start=1)}


def rows_of_xml(sheet: Any) -> Table:
    """Return the rows of one sheet, those that are left out as empty ones."""
    rows: list[list[str]] = []
    merges: list[Merge] = []
    for row in sheet.iter(SHEET + "Row"):
        at = number(row, "Index", len(rows) + 1) - 1
        if at > MAX_ROWS or at > 10 * len(rows) + 10_000:  # a stray row far below
            break
        rows += [[] for _ in range(at - len(rows))]
        cells: list[str] = []
        for column, cell in columns_of_xml(row):
            cells += [""] * (column - len(cells))
            cells.append("".join(text for data in cell.iter(SHEET + "Data") for text in data.itertext()))
            if down := number(cell, "MergeDown", 0):
                merges.append(Merge(at, at + down, column))
        rows.append(cells)
    return rows, merges


def columns_of_xml(row: Any) -> Iterator[tuple[int, Any]]:
    """Yield the cells of a row and their columns, from 0."""
    column = 0
    for cell in row.iter(SHEET + "Cell"):
        column = number(cell, "Index", column + 1) - 1
        if column >= MAX_COLUMNS:
            return
        yield column, cell
        column += 1 + number(cell, "MergeAcross", 0)


def number(element: Any, name: str, default: int) -> int:
    """A whole number among the attributes, the default where it is none."""
    value = element.get(SHEET + name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else default
