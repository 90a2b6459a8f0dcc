"""Tables without upright rules: a row of column names tells that there is one, gaps tell its columns and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from nlp.readers.printed.columns import lines_of
from nlp.readers.printed.lines import Run, em_of, level_of, size_of, text_of
from nlp.readers.printed.measure import usual
from nlp.readers.printed.page import Area, Page, Rect
from nlp.readers.printed.paragraphs import paragraphs_within
from nlp.readers.printed.tables import Cells, Table
from nlp.readers.registers.register import ColumnHints, part_columns

MOST_HEADER_ROWS = 3  # printed lines of the names of columns
FAR = 3.2  # times the type: a wider distance of lines ends a table
LOOSE = 1.12  # times the distance of lines in a cell: a wider one parts two rows
OVERHANG = 0.5  # of the type: a comma at the end of a line may reach into the gap
NUMBER = re.compile(r"[（(]?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[)）.、．]?")


@dataclass(slots=True)
class Column:
    """A column that is being found: how far its texts reach, and its runs."""

    left: float
    right: float
    runs: list[Run] = field(default_factory=list)

    def add(self, run: Run) -> None:
        """Take a run in."""
        self.left, self.right = min(self.left, run[0].left), max(self.right, run[-1].right)
        self.runs.append(run)


def gap_tables(runs: Sequence[Run], page: Page, hints: ColumnHints) -> Iterator[tuple[Table, list[Run]]]:
    """Yield the registers of a page that have no upright rules, each with the runs that it is made of."""
    rows = printed_rows(runs) if hints else []
    at = 0
    while at < len(rows):
        header = header_at(rows, at, hints)
        if header is None:
            at += 1
            continue
        columns, n_rows = header
        n_rows += fill(columns, rows[at + n_rows :])
        yield table_of(columns, page), [run for row in rows[at : at + n_rows] for run in row]
        at += n_rows


def printed_rows(runs: Sequence[Run]) -> list[list[Run]]:
    """Return the runs by their baseline, from the top of the page, each row from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=level_of, reverse=True):
        if rows and level_of(rows[-1][0]) - level_of(run) < 0.4 * em_of(run):
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run[0].left) for row in rows]


def header_at(rows: Sequence[Sequence[Run]], at: int, hints: ColumnHints) -> tuple[list[Column], int] | None:
    """Return the columns that a header of one to three printed lines names, and the number of its lines."""
    for n in range(1, MOST_HEADER_ROWS + 1):
        block = rows[at : at + n]
        if len(block) < n or (n > 1 and distance(block[-2], block[-1]) > (1.0 if len(block[0]) == 1 else 1.8)):
            return None
        while len(block) < len(rows) - at and distance(block[-1], rows[at + len(block)]) < 1.0:
            block = rows[at : at + len(block) + 1]  # beside it, in a cell of an even number of lines
        columns = columns_of([run for row in block for run in row])
        names = {number: "".join(text_of(run) for run in column.runs) for number, column in enumerate(columns)}
        if part_columns(names, hints):
            return columns, len(block)
    return None


def distance(row: Sequence[Run], below: Sequence[Run]) -> float:
    """Return how far a printed row stands below another, in sizes of its type."""
    return (level_of(row[0]) - level_of(below[0])) / max(map(em_of, row))


def columns_of(runs: Sequence[Run]) -> list[Column]:
    """Return the columns that runs make, those above each other in one."""
    columns: list[Column] = []
    for run in sorted(runs, key=lambda run: run[0].left):
        if columns and run[0].left < columns[-1].right:
            columns[-1].add(run)
        else:
            columns.append(Column(run[0].left, run[-1].right, [run]))
    for column in columns:
        column.runs.sort(key=level_of, reverse=True)
    return columns


def fill(columns: list[Column], rows: Sequence[Sequence[Run]]) -> int:
    """Put the rows below a header into its columns, as long as they fit; return how many rows that are."""
    names = [run for column in columns for run in column.runs]
    header_size, last = median(map(em_of, names)), min(map(level_of, names))
    size = 0.0
    for n, row in enumerate(rows):
        sizes = [each for run in row if (each := size_of(run))]
        size = size or (median(sizes) if sizes and not near(sizes[0], header_size) else 0.0)
        known = size or header_size
        if last - level_of(row[0]) > FAR * known or not all(
            near(each, known) or near(each, header_size) for each in sizes
        ):
            return n
        places = [place for run in row if (place := place_of(run, columns)) is not None]
        if len(places) < len(row):
            return n
        for run, place in zip(row, places, strict=True):
            place.add(run)
        last = min(map(level_of, row))
    return len(rows)


def near(size: float, other: float) -> bool:
    """Tell whether two sizes of type are about the same."""
    return abs(size - other) < 0.15 * other


def place_of(run: Run, columns: Sequence[Column]) -> Column | None:
    """Return the column of a run; none if it runs over several."""
    reach = OVERHANG * em_of(run)
    inside = [
        column for column in columns if run[0].left < column.right - reach and run[-1].right > column.left + reach
    ]
    if len(inside) == 1:
        return inside[0]
    if inside:
        return None
    middle = (run[0].left + run[-1].right) / 2
    return min(columns, key=lambda column: abs((column.left + column.right) / 2 - middle))


def table_of(columns: Sequence[Column], page: Page) -> Table:
    """Cut the columns into rows; the names of the columns are the first."""
    tops = tops_of(columns, edges_across([*page.rules, *page.grounds], columns[0].left, columns[-1].right))
    rows: list[Cells] = []
    for top, bottom in pairwise([*tops, float("-inf")]):
        cells = ([run for run in column.runs if bottom < level_of(run) <= top] for column in columns)
        rows.append(
            {
                number: texts(runs, column, page)
                for number, (column, runs) in enumerate(zip(columns, cells, strict=True))
            }
        )
    return Table(page.number, (*(column.left for column in columns), columns[-1].right), rows)


def texts(runs: Sequence[Run], column: Column, page: Page) -> list[str]:
    """Return the paragraphs of a cell."""
    return paragraphs_within(lines_of(runs, page, ()), Area(column.left, column.right))


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
    levels = sorted((level_of(run) for column in columns for run in column.runs), reverse=True)
    steps = [level_of(a) - level_of(b) for column in columns for a, b in pairwise(column.runs)]
    close = usual([step for step in steps if step > 1] or [0.0])
    ruled = {(a + b) / 2 for a, b in pairwise(levels) if any(b < edge < a for edge in edges)}
    wide = {(a + b) / 2 for a, b in pairwise(levels) if a - b > LOOSE * close > 0}
    numbers = {level_of(run) + 0.4 * close for run in columns[0].runs if NUMBER.fullmatch(text_of(run))}
    cuts = ruled if len(ruled) > max(2, len(numbers)) else ruled | wide
    if len(numbers) > len(cuts) and not wide:
        cuts = ruled | numbers
    return [levels[0], *sorted(cuts, reverse=True)]
