"""Put the paragraphs of a binary document into cells, rows and tables by the marks at their ends."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from nlp.readers.word.binary.properties import Paragraph, Row
from nlp.readers.word.elements import Xml, made

CELL_END = "\x07"
MAX_DEPTH = 20  # of tables in tables
NEAR = 30  # twips: edges that close are one
GOES_ON, BEGINS = 1, 3  # of a cell over several rows


@dataclass
class OpenRow:
    """A row that is complete: the contents of its cells, and what its end mark says."""

    cells: list[list[Xml]]
    row: Row


@dataclass
class OpenTable:
    """A table that is being read."""

    rows: list[OpenRow] = field(default_factory=list)
    cells: list[list[Xml]] = field(default_factory=list)
    cell: list[Xml] = field(default_factory=list)

    def end_cell(self) -> None:
        """Close the cell."""
        self.cells.append(self.cell)
        self.cell = []

    def end_row(self, row: Row) -> None:
        """Close the row."""
        if self.cell:
            self.end_cell()
        self.rows.append(OpenRow(self.cells, row))
        self.cells = []

    def as_table(self) -> Xml:
        """Write the table with the places of its cells in a grid that all rows share."""
        if self.cells or self.cell:  # the end mark of the last row is missing
            self.end_row(Row())
        grid = grid_of(self.rows)
        return made("tbl", *(as_row(row, grid) for row in self.rows))


class Blocks:
    """Collect paragraphs and tables in order."""

    def __init__(self) -> None:
        self.body: list[Xml] = []
        self.open: list[OpenTable] = []

    def add(self, paragraph: Xml, properties: Paragraph, mark: str) -> None:
        """Add a paragraph where its depth and its mark put it; of the end mark of a row only the row is kept."""
        depth = min(max(properties.depth, 1 if mark == CELL_END else 0), MAX_DEPTH)
        while len(self.open) > depth:
            self.close()
        while len(self.open) < depth:
            self.open.append(OpenTable())
        if not depth:
            self.body.append(paragraph)
        elif properties.ends_row:
            self.open[-1].end_row(properties.row)
        else:
            self.open[-1].cell.append(paragraph)
            if properties.ends_inner_cell or (depth == 1 and mark == CELL_END):
                self.open[-1].end_cell()

    def close(self) -> None:
        """Close the innermost table and put it where it stands."""
        table = self.open.pop().as_table()
        (self.open[-1].cell if self.open else self.body).append(table)

    def all(self) -> list[Xml]:
        """Return what was collected."""
        while self.open:
            self.close()
        return self.body


def grid_of(rows: Sequence[OpenRow]) -> list[int] | None:
    """Return the edges of all cells of a table, from left to right; ``None`` if a row does not say where they are."""
    edges: list[int] = []
    for row in rows:
        given = row.row.edges
        if len(given) != len(row.cells) + 1 or any(left >= right for left, right in pairwise(given)):
            return None
        edges += given
    edges.sort()
    return [edge for at, edge in enumerate(edges) if at == 0 or edge - edges[at - 1] > NEAR]


def as_row(row: OpenRow, grid: list[int] | None) -> Xml:
    """Write a row with the columns that its cells span."""
    columns = [column(edge, grid) for edge in row.row.edges] if grid else list(range(len(row.cells) + 1))
    element = made("tr", made("trPr", made("gridBefore", val=columns[0])))
    for at, blocks in enumerate(row.cells):
        cell = made("tcPr", made("gridSpan", val=columns[at + 1] - columns[at]))
        merge = row.row.merges[at] if at < len(row.row.merges) else 0
        if merge in (GOES_ON, BEGINS):
            cell.append(made("vMerge", val="restart" if merge == BEGINS else None))
        if at and row.row.sideways[at : at + 1] not in ((), (0,)) and is_empty(blocks):
            cell.append(made("hMerge"))
        element.append(made("tc", cell, *blocks))
    return element


def column(edge: int, grid: list[int]) -> int:
    """Return the column that an edge begins: of edges close to each other the first stands in the grid."""
    at = bisect_left(grid, edge)
    return at if at < len(grid) and grid[at] == edge else max(0, at - 1)


def is_empty(blocks: Sequence[Xml]) -> bool:
    """Tell whether nothing stands in a cell."""
    return not any("".join(block.itertext()).strip() for block in blocks)
