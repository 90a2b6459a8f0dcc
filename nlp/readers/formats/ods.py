"""How much an OpenDocument sheet holds, told before it is laid out: one cell may say that it stands a million times."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from nlp.base.errors import UnreadableFile
from nlp.readers.formats.merged_cells import CELLS, CONTENT, TABLE, number
from nlp.readers.limits import DAMAGED_FIX

OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"


def extent_of_ods(raw: bytes) -> int:
    """Return how many cells the largest box round all filled cells of a sheet has."""
    from lxml import etree  # type: ignore[import-untyped]

    largest = row = 0
    rows: list[int] = []
    columns: list[int] = []
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive, archive.open(CONTENT) as content:
            for event, element in etree.iterparse(
                content, ("start", "end"), tag=(TABLE + "table", TABLE + "table-row"), resolve_entities=False
            ):
                if element.tag == TABLE + "table":
                    largest, row, rows, columns = max(largest, box(rows, columns)), 0, [], []
                elif event == "end":
                    n = number(element, "number-rows-repeated")
                    if filled := filled_columns(element):
                        rows = [min([row, *rows]), max([row + n - 1, *rows])]
                        columns = [min([*filled, *columns]), max([*filled, *columns])]
                    row += n
                    element.clear()
    except (etree.LxmlError, zipfile.BadZipFile, KeyError) as fault:
        raise UnreadableFile("工作簿已损坏或不完整", DAMAGED_FIX) from fault
    return largest


def box(rows: list[int], columns: list[int]) -> int:
    """Return how many cells a box has, given its first and last rows and columns."""
    return (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) if rows and columns else 0


def filled_columns(row: Any) -> list[int]:
    """Return the first and the last column of a row that hold something; nothing for an empty row."""
    found: list[int] = []
    column = 0
    for cell in row:
        if cell.tag in CELLS:
            n = number(cell, "number-columns-repeated")
            if len(cell) or cell.get(OFFICE + "value-type"):
                found = [min([column, *found]), max([column + n - 1, *found])]
            column += n
    return found
