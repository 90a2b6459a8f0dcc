"""The header of a table: its rows, the names of its columns, and what the message says when no column fits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from nlp.readers.registers.cells import Cell, cell_text
from nlp.readers.registers.columns import Columns, find_columns
from nlp.readers.registers.merged import Merge
from nlp.readers.source import ReadOptions

Rows = Sequence[Sequence[Cell]]
MAX_HEADER_ROW = 10  # a title line or two may stand above the header
MAX_HEADER_DEPTH = 3  # rows of a header whose cells are merged


class Header(NamedTuple):
    """The header of a table."""

    top: int  # its first row, from 0
    body: int  # the first row below it
    names: Sequence[Cell]
    columns: Columns


def find_header(rows: Rows, options: ReadOptions, merges: Sequence[Merge] = ()) -> Header | None:
    """Return the header of a table: the first row that has a column of texts, and what of it reaches further down.

    Above it only title lines may stand, which fill fewer cells; otherwise a data row could be taken for the header.
    Of a header of two rows, whose cells are merged, the lower one counts, with the names above its blanks.
    """
    most = 0
    above: Sequence[Cell] = ()
    for at, row in enumerate(rows[:MAX_HEADER_ROW]):
        names = under(above, row)
        n_filled = sum(map(is_filled, names))
        if columns := find_columns(names, options):
            return deep_header(rows, at, names, columns, merges, options) if most <= 1 or most < n_filled else None
        most, above = max(most, sum(map(is_filled, row))), row
    return None


def deep_header(
    rows: Rows, at: int, names: Sequence[Cell], columns: Columns, merges: Sequence[Merge], options: ReadOptions
) -> Header:
    """The header found in row ``at``, with the rows below it down to which its merged cells reach."""
    reach = [merge.last for merge in merges if merge.first <= at < merge.last < at + MAX_HEADER_DEPTH]
    last = min(max(reach, default=at), len(rows) - 1)
    for lower in rows[at + 1 : last + 1]:
        pairs = zip_longest(names, lower, fillvalue="")
        names = [below if is_filled(below) else upper for upper, below in pairs]
    return Header(at, last + 1, names, find_columns(names, options) or columns if last > at else columns)


def under(above: Sequence[Cell], row: Sequence[Cell]) -> Sequence[Cell]:
    """A row with its blanks filled from the row above, if the two together are a header with merged cells.

    A name that spans several columns stands above the first of them: the lower row has a name where the upper one has
    none. A title line has one cell, and is no part of the header.
    """
    pairs = list(zip_longest(above, row, fillvalue=""))
    across = any(is_filled(lower) and not is_filled(upper) for upper, lower in pairs)
    down = any(is_filled(upper) and not is_filled(lower) for upper, lower in pairs)
    if not (across and down) or sum(map(is_filled, above)) <= 1:
        return row
    return [lower if is_filled(lower) else upper for upper, lower in pairs]


def is_filled(cell: Cell) -> bool:
    """Whether a cell has something in it."""
    return bool(cell_text(cell).strip())


def names_seen(rows: Sequence[Sequence[Cell]]) -> Sequence[Cell]:
    """What most likely are the names of the columns: the first row that is no title line, and what it spans."""
    filled = [row for row in rows[:MAX_HEADER_ROW] if any(map(is_filled, row))]
    top = next((at for at, row in enumerate(filled) if sum(map(is_filled, row)) > 1), 0)
    header, *rest = filled[top : top + 2] or [()]
    return next((joint for lower in rest if (joint := under(header, lower)) is not lower), header)
