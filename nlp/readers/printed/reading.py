"""From printed pages to the lines of a text: tables, boxes, notes and running lines told from what runs on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from nlp.readers.printed import notes as footnotes
from nlp.readers.printed.columns import gutters_of, lines_of, with_areas
from nlp.readers.printed.contents import without_contents
from nlp.readers.printed.gap_tables import gap_tables
from nlp.readers.printed.grids import grids_of
from nlp.readers.printed.lines import Run, level_of, runs_of
from nlp.readers.printed.measure import Measure
from nlp.readers.printed.overprint import body_size, strike_out, without_watermarks
from nlp.readers.printed.page import Line, Page, Rect
from nlp.readers.printed.paragraphs import Aside, paragraphs, paragraphs_within
from nlp.readers.printed.running import without_running_lines
from nlp.readers.printed.tables import Table, follows, split_by_grids, table_of, together
from nlp.readers.registers.register import ColumnHints
from nlp.readers.registers.table_lines import table_lines

MIN_PAGE_CHARS = 10
MOST_OF_PAGE = 0.6  # of its glyphs: a frame around more is the page's


@dataclass(slots=True)
class Sheet:
    """A page taken apart."""

    page: Page
    runs: list[Run]  # of the running text
    tables: list[tuple[Rect, Table]] = field(default_factory=list)
    boxes: list[tuple[Rect, list[str]]] = field(default_factory=list)
    rules: list[Rect] = field(default_factory=list)  # level ones that are part of no grid
    gutters: Sequence[float] = ()
    lines: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read from pages."""

    paragraphs: list[str]
    marks: list[str]  # what watermarks say
    printed: list[str]  # lines as they are printed, running lines too
    blank: list[int]  # pages without text


def read_pages(pages: Sequence[Page], hints: ColumnHints = ()) -> Reading:
    """Read the pages of a document."""
    sheets = [taken_apart(page) for page in pages]
    kept, marks = without_watermarks([sheet.runs for sheet in sheets])
    for sheet, runs in zip(sheets, kept, strict=True):
        sheet.runs = runs
    size = body_size(kept)
    for sheet in sheets:
        take_gap_tables(sheet, hints)
    gutters = gutters_of([sheet.runs for sheet in sheets], size)
    for sheet, sheet.gutters in zip(sheets, gutters, strict=True):
        sheet.lines = lines_of(sheet.runs, sheet.page, sheet.gutters)
    printed = [line.text for sheet in sheets for line in sheet.lines]
    lines = without_running_lines([sheet.lines for sheet in sheets])
    obstacles = {sheet.page.number: [*sheet.page.pictures, *(box for box, _ in sheet.boxes)] for sheet in sheets}
    for sheet, own in zip(sheets, with_areas(lines, [len(each) for each in gutters], obstacles, size), strict=True):
        sheet.notes = footnotes.notes_of(own, sheet.rules, size)
        noted = set(map(id, sheet.notes))
        sheet.lines = [line for line in own if id(line) not in noted]
    measure = Measure.of([line for sheet in sheets for line in sheet.lines])
    flow = with_tables(in_order(sheets), hints)
    marks += [line for page in pages for line in page.slanted]
    blank = [sheet.page.number for sheet in sheets if is_blank(sheet)]
    return Reading(without_contents(list(paragraphs(flow, measure))), marks, printed, blank)


def is_blank(sheet: Sheet) -> bool:
    """Tell a page on which nothing stands but running lines."""
    n_chars = sum(len(line.text) for line in (*sheet.lines, *sheet.notes))
    return n_chars < MIN_PAGE_CHARS and not sheet.tables and not sheet.boxes


def taken_apart(page: Page) -> Sheet:
    """Take tables and boxes out of a page."""
    grids, rules = grids_of(page.rules)
    runs = strike_out(list(runs_of(page.glyphs)), rules)
    n_glyphs = sum(map(len, runs))
    outside, inside = split_by_grids(runs, grids)
    sheet = Sheet(page, outside, rules=rules)
    for grid, cells in zip(grids, inside, strict=True):
        if grid.n_cells > 1:
            sheet.tables.append((grid.rect, table_of(grid, cells, page)))
        elif sum(len(run) for _, run in cells) > MOST_OF_PAGE * n_glyphs:
            sheet.runs = list(runs)  # a frame around the page
        else:
            box = [run for _, run in cells]
            sheet.boxes.append((grid.rect, paragraphs_within(lines_of(box, page, ()))))
    return sheet


def take_gap_tables(sheet: Sheet, hints: ColumnHints) -> None:
    """Take the registers without upright rules out of a page."""
    for table, used in gap_tables(sheet.runs, sheet.page, hints):
        taken = set(map(id, used))
        sheet.runs = [run for run in sheet.runs if id(run) not in taken]
        levels = [level_of(run) for run in used]
        sheet.tables.append((Rect(table.columns[0], min(levels), table.columns[-1], max(levels) + 1), table))


def in_order(sheets: Sequence[Sheet]) -> Iterator[Line | Table | Aside]:
    """Yield lines and what stands between them in the order of reading."""
    notes = footnotes.paragraphs_of([sheet.notes for sheet in sheets])
    for sheet, own_notes in zip(sheets, notes, strict=True):
        asides: list[tuple[Rect, Table | Aside]] = [*sheet.tables, *sheet.boxes]
        asides.sort(key=lambda aside: -aside[0].top)
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
