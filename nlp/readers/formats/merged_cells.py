"""Where a workbook's cells are merged: calamine tells it of .xlsx and .xls; of .ods the XML is read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from nlp.base.errors import UnreadableFile
from nlp.readers.limits import DAMAGED_FIX
from nlp.readers.registers.merged import Merge

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
CELLS = (TABLE + "table-cell", TABLE + "covered-table-cell")
CONTENT = "content.xml"


def merges_of(sheet: Any, raw: bytes) -> list[Merge]:
    """The merged cells of a sheet that span several rows, counted from its first filled cell.

    Parameters
    ----------
    sheet : python_calamine.CalamineSheet
    raw : the file that it stands in
    """
    top, left = sheet.start or (0, 0)
    ranges = sheet.merged_cell_ranges
    if ranges is not None:
        found = [(first, last, column) for (first, column), (last, _) in ranges]
    else:
        found = list(ranges_of_ods(raw, sheet.name))
    merges = (Merge(first - top, last - top, column - left) for first, last, column in found if last > first)
    return sorted(merge for merge in merges if merge.first >= 0 and merge.column >= 0)


def ranges_of_ods(raw: bytes, name: str) -> Iterator[tuple[int, int, int]]:
    """Yield first row, last row and column of the merged cells of one sheet of an .ods."""
    from lxml import etree  # type: ignore[import-untyped]

    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if CONTENT not in archive.namelist():
                return
            with archive.open(CONTENT) as content:
                here, row = False, 0
                for event, element in etree.iterparse(
                    content, ("start", "end"), tag=(TABLE + "table", TABLE + "table-row"), resolve_entities=False
                ):
                    if element.tag == TABLE + "table":
                        here, row = event == "start" and element.get(TABLE + "name") == name, 0
                    elif event == "end":
                        if here:
                            yield from ((row, row + n - 1, column) for column, n in tall_cells(element))
                            row += number(element, "number-rows-repeated")
                        element.clear()
    except (etree.LxmlError, zipfile.BadZipFile) as fault:
        raise UnreadableFile("工作簿已损坏或不完整", DAMAGED_FIX) from fault


def tall_cells(row: Any) -> Iterator[tuple[int, int]]:
    """Yield column and number of rows of every cell of a row that spans several."""
    column = 0
    for cell in row:
        if cell.tag in CELLS:
            if (n := number(cell, "number-rows-spanned")) > 1:
                yield column, n
            column += number(cell, "number-columns-repeated")


def number(element: Any, name: str) -> int:
    """A number among the attributes, 1 where it is none."""
    value = element.get(TABLE + name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 1
