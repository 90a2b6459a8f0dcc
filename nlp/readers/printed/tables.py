"""Tables on paper: the glyphs of each cell put together, and tables that go on over the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlp.readers.printed.columns import lines_of
from nlp.readers.printed.grids import Cell, Grid
from nlp.readers.printed.lines import Run, stripped
from nlp.readers.printed.measure import ends_sentence
from nlp.readers.printed.page import Area, Glyph, Line, Page, Rect
from nlp.readers.printed.paragraphs import joined, paragraphs_within

Cells = dict[int, list[str]]  # the paragraphs of every cell of a row, by the column where it begins
SAME_COLUMN = 5.0  # points between the edges of a column on two pages
WIDE_COLUMN = 40.0  # where only its texts tell its edges


@dataclass(frozen=True, slots=True)
class Table:
    """A table on one page or several."""

    page: int  # the last it stands on
    columns: tuple[float, ...]  # where they begin there, and where the last ends
    rows: list[Cells]
    by_gaps: bool = False  # its columns are as wide as their texts


def split_by_grids(runs: Iterable[Run], grids: Sequence[Grid]) -> tuple[list[Run], list[list[tuple[Cell, Run]]]]:
    """Return the runs outside of all grids, and those in the cells of each."""
    outside: list[Run] = []
    inside: list[list[tuple[Cell, Run]]] = [[] for _ in grids]
    outlines = [grid.rect for grid in grids]
    for run in runs:
        near = [(at, grid) for at, grid in enumerate(grids) if meets(run, outlines[at])]
        for place, part in parts_of(run, near) if near else [(None, run)]:
            if place is None:
                outside.append(part)
            else:
                inside[place[0]].append((place[1], part))
    return outside, inside


def meets(run: Run, around: Rect) -> bool:
    """Tell whether a run may have glyphs in a grid."""
    return (
        run.right > around.left
        and run.left < around.right
        and around.bottom <= run.level + run.em <= around.top + run.em
    )


def parts_of(run: Run, grids: Sequence[tuple[int, Grid]]) -> Iterator[tuple[tuple[int, Cell] | None, Run]]:
    """Yield the parts of a run and the cells that they stand in, as grid and cell."""
    part: list[Glyph] = []
    place: tuple[int, Cell] | None = None
    y = run.level + 0.35 * run.em
    for glyph in run.glyphs:
        x = (glyph.left + glyph.right) / 2
        found = next(((at, cell) for at, grid in grids if (cell := grid.cell_at(x, y))), None)
        if part and found != place and glyph.char.strip():
            yield from ((place, each) for each in stripped(part))
            part = []
        if not part:
            place = found
        part.append(glyph)
    yield from ((place, each) for each in stripped(part))


def table_of(grid: Grid, cells: Sequence[tuple[Cell, Run]], page: Page) -> Table:
    """Put the glyphs in the cells of a grid together to a table."""
    runs: dict[Cell, list[Run]] = {}
    for cell, run in cells:
        runs.setdefault(cell, []).append(run)
    lines = {cell: lines_of(found, page) for cell, found in runs.items()}
    rows: list[Cells] = [{} for _ in grid.cells]
    for cell in sorted({cell for row in grid.cells for cell in row}):
        rows[row_of(cell, grid)][cell[1]] = cell_text(lines.get(cell, []), grid.columns_of(cell))
    return Table(page.number, grid.xs, [row for row in rows if row])


def row_of(cell: Cell, grid: Grid) -> int:
    """Return the row in which a cell is read: its first; names beside a name over several columns in the last.

    So the names under “问题及整改” and those beside it are one row.
    """
    if cell[0] or not any(a == b for a, b in pairwise(grid.cells[0])):
        return cell[0]
    return max(row for row, cells in enumerate(grid.cells) if cell in cells)


def cell_text(lines: Sequence[Line], edges: tuple[float, float]) -> list[str]:
    """Return the paragraphs of a cell; as much is left free at its right edge as at its left."""
    if not lines:
        return []
    padding = max(0.0, min(line.left for line in lines) - edges[0])
    return paragraphs_within(lines, Area(edges[0] + padding, edges[1] - min(padding, 12.0)))


def follows(table: Table, following: Table) -> bool:
    """Tell whether a table goes on with one on the page or in the column before: its columns are the same."""
    # Pages may have other margins on the left than on the right, and there may be columns of text.
    shift = following.columns[0] - table.columns[0]
    next_column = following.page == table.page and shift > 0.9 * (table.columns[-1] - table.columns[0])
    nearness = WIDE_COLUMN if table.by_gaps and following.by_gaps else SAME_COLUMN
    return (
        (following.page == table.page + 1 or next_column)
        and len(table.columns) == len(following.columns)
        and all(abs(b - a - shift) < nearness for a, b in zip(table.columns, following.columns, strict=True))
    )


def together(table: Table, following: Table) -> Table:
    """Put a table and what goes on with it on the next page together; a row may be cut in two."""
    rows, more = list(table.rows), list(following.rows)
    if more and rows and more[0] == rows[0]:  # the header again
        more = more[1:]
    if more and rows and is_cut(rows, more[0]):
        rows[-1] = {at: joined_cells(rows[-1].get(at, []), more[0].get(at, [])) for at in {**rows[-1], **more[0]}}
        more = more[1:]
    return Table(following.page, following.columns, rows + more, table.by_gaps)


def is_cut(rows: Sequence[Cells], row: Cells) -> bool:
    """Tell whether a row at the top of a page goes on with the last one before it.

    Either its first cell is blank, which no other row's is, or a column in which all texts end with a stop has one
    that does not.
    """
    last, body = rows[-1], rows[1:]
    if not body or set(last) != set(row):
        return False
    first = min(row)
    if not row[first]:
        return all(each.get(first) for each in body)
    return any(
        last[at]
        and not ends_sentence(last[at][-1])
        and row[at]
        and all(ends_sentence(each[at][-1]) for each in body[:-1] if each.get(at))
        for at in row
        if sum(bool(each.get(at)) for each in body) > 1
    )


def joined_cells(above: list[str], below: list[str]) -> list[str]:
    """Put the two parts of a cell together."""
    if not above or not below:
        return above or below
    if ends_sentence(above[-1]):
        return above + below
    return [*above[:-1], joined(above[-1], below[0]), *below[1:]]
