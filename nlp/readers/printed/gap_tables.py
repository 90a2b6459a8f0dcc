"""Tables without upright rules: a row of column names tells that there is one, gaps tell its columns and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from nlp.readers.printed.columns import lines_of
from nlp.readers.printed.lines import Run, stripped
from nlp.readers.printed.page import Area, Page, Rect
from nlp.readers.printed.paragraphs import paragraphs_within
from nlp.readers.printed.running import rows_of
from nlp.readers.printed.tables import Cells, Table
from nlp.readers.registers.register import ColumnHints, part_columns

MOST_HEADER_ROWS = 3  # printed lines of the names of columns
MOST_BESIDE = 6  # of them with those of cells of an even number of lines
FAR = 3.2  # times the type: a wider distance of lines ends a table
LOOSE = 1.12  # times the distance of lines in a cell: a wider one parts two rows
TELLING = 4  # glyphs that tell the size of the type
LEAST_GAP = 0.1  # of the type, between two cells
OVERHANG = 0.5  # of the type: a comma at the end of a line may reach into the gap
NUMBER = re.compile(r"[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.、．]?")


@dataclass(slots=True)
class Column:
    """A column that is being found: how far its texts reach, and its runs."""

    left: float
    right: float
    runs: list[Run] = field(default_factory=list)
    n_names: int = 0  # of its runs: those of its name
    speaks: bool = False  # its cells are texts, not data

    def add(self, run: Run) -> None:
        """Take a run in."""
        self.left, self.right = min(self.left, run.left), max(self.right, run.right)
        self.runs.append(run)


def gap_tables(
    runs: Sequence[Run], page: Page, hints: ColumnHints, above: Sequence[Column] = ()
) -> Iterator[tuple[Sequence[Column], Table, list[Run]]]:
    """Yield the registers of a page that have no upright rules, each with its columns and the runs it is made of.

    ``above``: the columns of a register that goes on from the page before.
    """
    rows = rows_of(runs) if hints else []
    at = 0
    while at < len(rows):
        columns, n_rows = header_at(rows, at, hints) or goes_on(rows, at, above) or ([], 0)
        if not columns:
            at += 1
            continue
        n_rows += fill(columns, rows[at + n_rows :])
        yield columns, table_of(columns, page), [run for row in rows[at : at + n_rows] for run in row]
        at += n_rows


def goes_on(rows: Sequence[Sequence[Run]], at: int, above: Sequence[Column]) -> tuple[list[Column], int] | None:
    """Return the columns of the page before with the first row of this page, if that fits."""
    if not above or at > MOST_HEADER_ROWS or (len(rows[at]) < 2 and rows[at][0].left < above[0].right):
        return None
    columns = [Column(column.left, column.right) for column in above]
    for run in rows[at]:
        for place, part in parts_of(run, columns):
            if place is None or place.runs:
                return None
            place.add(part)
    return columns, 1


def header_at(rows: Sequence[Sequence[Run]], at: int, hints: ColumnHints) -> tuple[list[Column], int] | None:
    """Return the columns that a header of one to three printed lines names, and the number of its lines."""
    for n in range(1, MOST_HEADER_ROWS + 1):
        block = rows[at : at + n]
        if len(block) < n or (n > 1 and distance(block[-2], block[-1]) > (1.0 if len(block[0]) == 1 else 1.8)):
            return None
        while len(block) < min(len(rows) - at, MOST_BESIDE) and distance(block[-1], rows[at + len(block)]) < 1.0:
            block = rows[at : at + len(block) + 1]  # beside it, in a cell of an even number of lines
        columns = columns_of([run for row in block for run in row])
        names = {number: "".join(run.text for run in column.runs) for number, column in enumerate(columns)}
        if parts := part_columns(names, hints):
            for number, column in enumerate(columns):
                column.n_names, column.speaks = len(column.runs), number in parts
            return columns, len(block)
    return None


def distance(row: Sequence[Run], below: Sequence[Run]) -> float:
    """Return how far a printed row stands below another, in sizes of its type."""
    return (row[0].level - below[0].level) / max(run.em for run in row)


def columns_of(runs: Sequence[Run]) -> list[Column]:
    """Return the columns that runs make, those above each other in one."""
    columns: list[Column] = []
    for run in sorted(runs, key=lambda run: run.left):
        if columns and run.left < columns[-1].right:
            columns[-1].add(run)
        else:
            columns.append(Column(run.left, run.right, [run]))
    for column in columns:
        column.runs.sort(key=lambda run: run.level, reverse=True)
    return columns


def fill(columns: list[Column], rows: Sequence[Sequence[Run]]) -> int:
    """Put the rows below a header into its columns, as long as they fit; return how many rows that are."""
    names = [run for column in columns for run in column.runs]
    header_size, last = median([run.em for run in names]), min(run.level for run in names)
    size = 0.0
    for n, row in enumerate(rows):
        sizes = [run.size for run in row if run.size and len(run) >= TELLING]
        size = size or (median(sizes) if sizes and not near(sizes[0], header_size) else 0.0)
        known = size or header_size
        if last - row[0].level > FAR * known or not all(near(each, known) or near(each, header_size) for each in sizes):
            return n
        placed = [part for run in row for part in parts_of(run, columns)]
        if any(column is None for column, _ in placed):
            return n
        for column, part in placed:
            if column is not None:
                column.add(part)
        last = min(run.level for run in row)
    return len(rows)


def parts_of(run: Run, columns: Sequence[Column]) -> Iterator[tuple[Column | None, Run]]:
    """Yield a run with its column; one over several columns is cut where the next one begins, if there is a gap."""
    glyphs, em = run.glyphs, run.em
    start = 0
    for column in columns[1:]:
        if glyphs[start].left < column.left - em and run.right > column.left + em:
            lefts = [abs(glyph.left - column.left) for glyph in glyphs[start + 1 :]]
            at = start + 1 + lefts.index(min(lefts))
            gap = glyphs[at].left - max(glyph.right for glyph in glyphs[start:at])
            if lefts[at - start - 1] < OVERHANG * em and gap > LEAST_GAP * em:
                yield from ((place_of(part, columns), part) for part in stripped(glyphs[start:at]))
                start = at
    yield from ((place_of(part, columns), part) for part in stripped(glyphs[start:]))


def near(size: float, other: float) -> bool:
    """Tell whether two sizes of type are about the same."""
    return abs(size - other) < 0.15 * other


def place_of(run: Run, columns: Sequence[Column]) -> Column | None:
    """Return the column of a run; none if it runs over several."""
    reach = OVERHANG * run.em
    inside = [column for column in columns if run.left < column.right - reach and run.right > column.left + reach]
    if len(inside) == 1:
        return inside[0]
    if inside:
        return None
    middle = (run.left + run.right) / 2
    return min(columns, key=lambda column: abs((column.left + column.right) / 2 - middle))


def table_of(columns: Sequence[Column], page: Page) -> Table:
    """Cut the columns into rows; the names of the columns are the first."""
    tops = tops_of(columns, edges_across([*page.rules, *page.grounds], columns[0].left, columns[-1].right))
    rows: list[Cells] = []
    for top, bottom in pairwise([*tops, float("-inf")]):
        cells = ([run for run in column.runs if bottom < run.level <= top] for column in columns)
        rows.append(
            {
                number: texts(runs, column, page)
                for number, (column, runs) in enumerate(zip(columns, cells, strict=True))
            }
        )
    return Table(page.number, (*(column.left for column in columns), columns[-1].right), rows, by_gaps=True)


def texts(runs: Sequence[Run], column: Column, page: Page) -> list[str]:
    """Return the paragraphs of a cell."""
    return paragraphs_within(lines_of(runs, page), Area(column.left, column.right))


def edges_across(shapes: Sequence[Rect], left: float, right: float) -> list[float]:
    """Return the heights at which rules or the edges of areas run over most of a width."""
    edges = sorted(
        (height, max(0.0, min(shape.right, right) - max(shape.left, left)))
        for shape in shapes
        if shape.width > shape.height or shape.height > 3
        for height in {shape.bottom, shape.top}
    )
    found: list[list[float]] = []  # height, width
    for height, width in edges:
        if found and height - found[-1][0] < 2:
            found[-1][1] += width
        else:
            found.append([height, width])
    return [height for height, width in found if width > 0.5 * (right - left)]


def tops_of(columns: Sequence[Column], edges: Sequence[float]) -> list[float]:
    """Return the heights at which rows begin: at rules and wide distances, else where the rows are numbered."""
    levels = sorted((run.level for column in columns for run in column.runs), reverse=True)
    steps = [a.level - b.level for column in columns for a, b in pairwise(column.runs)]
    close = min((step for step in steps if step > 0.5 * columns[0].runs[0].em), default=0.0)
    ruled = {(a + b) / 2 for a, b in pairwise(levels) if any(b < edge < a for edge in edges)}
    wide = {(a + b) / 2 for a, b in pairwise(levels) if a - b > LOOSE * close > 0}
    numbers = {run.level + 0.4 * close for run in columns[0].runs if NUMBER.fullmatch(run.text)}
    cuts = ruled if len(ruled) > max(2, len(numbers)) else ruled | wide
    if len(numbers) > len(cuts) and not wide:
        cuts = ruled | numbers
    below = max(
        (run.level for column in columns if column.speaks for run in column.runs[column.n_names :]), default=None
    )
    if below is not None:  # the names of the other columns may have more lines
        cuts |= {(a + b) / 2 for a, b in pairwise(levels) if b == below < a}
    return [levels[0], *sorted(cuts, reverse=True)]
