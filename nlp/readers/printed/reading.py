"""From printed pages to the lines of a text: tables, boxes, notes and running lines told from what runs on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from nlp.readers.printed import notes as footnotes
from nlp.readers.printed.columns import gutters_of, lines_of, with_areas
from nlp.readers.printed.contents import without_contents
from nlp.readers.printed.gap_tables import Column, gap_tables
from nlp.readers.printed.grids import Grid, grids_of
from nlp.readers.printed.islands import islands_of
from nlp.readers.printed.lines import Run, runs_of
from nlp.readers.printed.measure import Measure
from nlp.readers.printed.overprint import body_size, strike_out, without_watermarks
from nlp.readers.printed.page import Line, Page, Rect
from nlp.readers.printed.paragraphs import Aside, paragraphs, paragraphs_within
from nlp.readers.printed.running import MARGIN, edges_of, running_rows
from nlp.readers.printed.tables import Table, follows, split_by_grids, table_of, together
from nlp.readers.registers.register import ColumnHints, part_columns
from nlp.readers.registers.table_lines import table_lines

MIN_PAGE_CHARS = 10
NEXT = 0.5  # of the height of a frame of one line: what is nearer is the rest of the line
MOST_OF_PAGE = 0.6  # of its glyphs: a frame around more is the page's


@dataclass(slots=True)
class Sheet:
    """A page that is being taken apart."""

    page: Page
    grids: list[Grid]
    rules: list[Rect]  # level ones that are part of no grid
    runs: list[Run]  # what is not yet taken out
    tables: list[tuple[Rect, Table]] = field(default_factory=list)
    boxes: list[tuple[Rect, list[str]]] = field(default_factory=list)
    gutters: Sequence[float] = ()
    lines: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)

    @property
    def printed(self) -> list[str]:
        """All that it says, line by line."""
        boxes = [text for _, texts in self.boxes for text in texts]
        cells = [text for _, table in self.tables for row in table.rows for texts in row.values() for text in texts]
        return [*boxes, *(line.text for line in self.lines), *cells]


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from pages."""

    paragraphs: list[str]
    marks: list[str]  # what watermarks say
    printed: list[str]  # lines as they are printed, running lines too
    blank: list[int]  # pages without text


def read_pages(pages: Sequence[Page], hints: ColumnHints = ()) -> Reading:
    """Read the pages of a document."""
    sheets, marks = sheets_of(pages)
    for sheet in sheets:
        take_grids(sheet)
    printed = take_running_lines(sheets, hints)
    take_gap_tables(sheets, hints)
    size = body_size([sheet.runs for sheet in sheets])
    gutters = gutters_of([sheet.runs for sheet in sheets], size)
    for sheet, own in zip(sheets, gutters, strict=True):
        sheet.gutters = own
        sheet.lines = lines_of(sheet.runs, sheet.page, sheet.gutters, size)
        printed += sheet.printed
        take_islands(sheet)
    place_lines(sheets, size)
    measure = Measure.of([line for sheet in sheets for line in sheet.lines])
    flow = with_tables(in_order(sheets), hints)
    blank = [sheet.page.number for sheet in sheets if is_blank(sheet)]
    return Reading(without_contents(list(paragraphs(flow, measure))), marks, printed, blank)


def sheets_of(pages: Sequence[Page]) -> tuple[list[Sheet], list[str]]:
    """Return the pages with what is struck out and what is printed over the text left out, and what that says."""
    sheets = []
    for page in pages:
        grids, rules = grids_of(page.rules)
        sheets.append(Sheet(page, grids, rules, strike_out(list(runs_of(page.glyphs)), rules)))
    kept, marks = without_watermarks([sheet.runs for sheet in sheets])
    for sheet, runs in zip(sheets, kept, strict=True):
        sheet.runs = runs
        marks += sheet.page.slanted
    return sheets, marks


def take_grids(sheet: Sheet) -> None:
    """Take what stands between rules out of a page: tables and boxes."""
    grids = [grid for grid in sheet.grids if grid.n_cells > 1 or is_box(grid, sheet)]
    sheet.runs, inside = split_by_grids(sheet.runs, grids)
    for grid, cells in zip(grids, inside, strict=True):
        if grid.n_cells > 1:
            sheet.tables.append((grid.rect, table_of(grid, cells, sheet.page)))
        elif cells:
            lines = lines_of([run for _, run in cells], sheet.page)
            sheet.boxes.append((grid.rect, paragraphs_within(lines)))


def is_box(grid: Grid, sheet: Sheet) -> bool:
    """Tell a text box from a frame around words of a line, around a running line, and around the page."""
    frame = grid.rect
    inside = [run for run in sheet.runs if frame.holds(run.center, run.level + 0.35 * run.em)]
    height = sheet.page.height_of((frame.top + frame.bottom) / 2)
    if not MARGIN < height < 1 - MARGIN or sum(map(len, inside)) > MOST_OF_PAGE * sum(map(len, sheet.runs)):
        return False
    around = Rect(frame.left - NEXT * frame.height, frame.bottom, frame.right + NEXT * frame.height, frame.top)
    return not any(
        around.bottom < run.level + 0.35 * run.em < around.top
        and run.right > around.left
        and run.left < around.right
        and (run not in inside or run.left < frame.left - 1 or run.right > frame.right + 1)
        for run in sheet.runs
        if frame.height < 2 * run.em
    )


def take_running_lines(sheets: Sequence[Sheet], hints: ColumnHints) -> list[str]:
    """Take heads, feet and page numbers out of the pages, and return what they say; the head of a table is none."""
    edges = [edges_of(sheet.runs, sheet.page) for sheet in sheets]
    running = [
        row for row in running_rows(edges) if not part_columns(dict(enumerate(run.text for run in row.runs)), hints)
    ]
    taken = {run for row in running for run in row.runs}
    for sheet in sheets:
        sheet.runs = [run for run in sheet.runs if run not in taken]
    return [row.text for row in running]


def take_gap_tables(sheets: Sequence[Sheet], hints: ColumnHints) -> None:
    """Take the registers without upright rules out of the pages."""
    above: Sequence[Column] = ()  # the columns of a table that reaches to the end of the page before
    for sheet in sheets:
        columns: Sequence[Column] = ()
        for columns, table, used in gap_tables(sheet.runs, sheet.page, hints, above):
            taken = set(used)
            sheet.runs = [run for run in sheet.runs if run not in taken]
            levels = [run.level for run in used]
            sheet.tables.append((Rect(columns[0].left, min(levels), columns[-1].right, max(levels) + 1), table))
        lowest = sheet.tables[-1][0].bottom if columns else 0.0
        above = () if any(run.level < lowest for run in sheet.runs) else columns


def take_islands(sheet: Sheet) -> None:
    """Take text boxes without a frame out of the lines of a page."""
    for island in islands_of(sheet.lines):
        taken = set(map(id, island))
        sheet.lines = [line for line in sheet.lines if id(line) not in taken]
        size = max(line.size for line in island)
        edges = min(line.left for line in island), max(line.right for line in island)
        place = Rect(edges[0], min(line.base for line in island), edges[1], max(line.base for line in island) + size)
        sheet.boxes.append((place, paragraphs_within(island)))


def place_lines(sheets: Sequence[Sheet], size: float) -> None:
    """Tell all lines between which edges they run, and the notes from the text."""
    obstacles = {sheet.page.number: [*sheet.page.pictures, *(box for box, _ in sheet.boxes)] for sheet in sheets}
    n_gutters = [len(sheet.gutters) for sheet in sheets]
    for sheet, lines in zip(
        sheets, with_areas([sheet.lines for sheet in sheets], n_gutters, obstacles, size), strict=True
    ):
        sheet.notes = footnotes.notes_of(lines, sheet.rules, size)
        noted = set(map(id, sheet.notes))
        sheet.lines = [line for line in lines if id(line) not in noted]


def is_blank(sheet: Sheet) -> bool:
    """Tell a page on which nothing stands but running lines."""
    n_chars = sum(len(line.text) for line in (*sheet.lines, *sheet.notes))
    return n_chars < MIN_PAGE_CHARS and not sheet.tables and not sheet.boxes


def in_order(sheets: Sequence[Sheet]) -> Iterator[Line | Table | Aside]:
    """Yield lines and what stands between them in the order of reading."""
    notes = footnotes.paragraphs_of([sheet.notes for sheet in sheets])
    for sheet, own_notes in zip(sheets, notes, strict=True):
        asides: list[tuple[Rect, Table | Aside]] = [*sheet.tables, *sheet.boxes]
        asides.sort(key=lambda aside: (bisect_right(sheet.gutters, aside[0].left + 1), -aside[0].top, aside[0].left))
        for line in sheet.lines:
            above = [aside for aside in asides if line.base < aside[0].top and beside(line, aside[0], sheet.gutters)]
            yield from (aside for _, aside in above)
            asides = [aside for aside in asides if aside not in above]
            yield line
        yield from (aside for _, aside in asides)
        if own_notes:
            yield own_notes


def beside(line: Line, place: Rect, gutters: Sequence[float]) -> bool:
    """Tell whether a line and a place share a column."""
    first, last = bisect_right(gutters, place.left + 1), bisect_right(gutters, place.right - 1)
    return line.column < 0 or first <= line.column <= last


def with_tables(flow: Iterable[Line | Table | Aside], hints: ColumnHints) -> Iterator[Line | Aside]:
    """Put tables that go on over the page together, and yield every table as its lines."""
    table: Table | None = None
    waiting: list[Aside] = []  # notes between the parts of a table
    for each in flow:
        if table is not None and isinstance(each, list):
            waiting.append(each)
        elif table is not None and isinstance(each, Table) and follows(table, each):
            table = together(table, each)
        else:
            yield from closed(table, waiting, hints)
            table, waiting = (each, []) if isinstance(each, Table) else (None, [])
            if not isinstance(each, Table):
                yield each
    yield from closed(table, waiting, hints)


def closed(table: Table | None, waiting: Sequence[Aside], hints: ColumnHints) -> Iterator[Aside]:
    """Yield the lines of a table that has come to its end, and what waited for it."""
    if table is not None:
        yield list(table_lines(table.rows, hints))
    yield from waiting
