"""Merged cells: every row that one spans gets its value, and the number of the group."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from nlp.readers.registers.cells import Cell, cell_text


class Merge(NamedTuple):
    """A cell that spans several rows: rows and column from 0, both rows inclusive."""

    first: int
    last: int
    column: int


def spread(rows: Sequence[Sequence[Cell]], merges: Iterable[Merge]) -> list[Sequence[Cell]]:
    """Rows in which a merged cell stands in each row that it spans.

    >>> spread([["甲局", "一"], ["", "二"], ["", "三"]], [Merge(0, 1, 0)])
    [['甲局', '一'], ['甲局', '二'], ['', '三']]
    """
    filled: list[Sequence[Cell]] = list(rows)
    for first, last, column in merges:
        if first >= len(rows) or column >= len(rows[first]) or not cell_text(value := rows[first][column]).strip():
            continue
        for at in range(first + 1, min(last + 1, len(rows))):
            row = list(filled[at])
            row += [""] * (column + 1 - len(row))
            row[column] = value
            filled[at] = row
    return filled


def with_group_ids(
    rows: Sequence[Sequence[Cell]], column: int | None, merges: Sequence[Merge], body: int
) -> list[Sequence[Cell]]:
    """Rows in which one without a number that belongs to a merged group has the number above it in the group.

    >>> with_group_ids([["1", "甲局"], ["", "甲局"], ["", "乙局"]], 0, [Merge(0, 1, 1)], 0)
    [['1', '甲局'], ['1', '甲局'], ['', '乙局']]
    """
    kept: list[Sequence[Cell]] = list(rows)
    if column is None:
        return kept
    for first, last, _ in sorted(merges):
        if first < body or first >= len(kept) or column >= len(kept[first]):
            continue
        number = kept[first][column]
        for at in range(first + 1, min(last + 1, len(kept))):
            row = list(kept[at])
            row += [""] * (column + 1 - len(row))
            if cell_text(row[column]).strip():
                number = row[column]
            else:
                row[column] = number
                kept[at] = row
    return kept
