"""From the events of a web page to its lines: blocks, cells of tables, rows of registers, numbers of lists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlp.readers.registers.register import MAX_COLUMNS, ColumnHints, register_lines
from nlp.readers.web.elements import CELLS, Element, Event, words

BLOCKS = words(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr html"
    " li main ol p pre section summary table tbody tfoot thead title tr ul caption header footer nav aside form"
)
LONG_CELL = 120  # characters: a table with a longer cell lays out the page
CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’]"
BREAK = "\x00"  # a line end of the source, until it is known what stands on both sides of it
BREAK_IN_CHINESE = re.compile(rf"(?<={CJK}) *\x00[ \x00]*(?={CJK})")
BLANKS = re.compile(r"[ \t\r\n\f]+")
NUMBERED = re.compile(r"\s*(?:\d{1,3}\s*[.．、)）]|[(（]?[一二三四五六七八九十]{1,3}[)）、])")  # it says its number


def pieces(
    events: list[Event],
    without: set[int],
    rows: Mapping[int, tuple[int, str]],
    first: int = 0,
    last: int | None = None,
) -> Iterator[str]:
    """Yield the text of the kept events with line ends between blocks and tabs between the cells of data tables.

    ``rows``: what stands for the rows of registers, see :func:`registers`; ``first``, ``last``: of the events.
    """
    layout = layout_tables(events) if last is None else set()
    tables: list[bool] = []  # of the open tables: does it hold data?
    n_pre = 0
    mark = ""  # of the item that begins: it stands before its first word
    reached = -1  # the end of a row that is said already
    for at, event in enumerate(events[first:last], first):
        if at <= reached:
            continue
        if at in rows:
            reached, text = rows[at]
            yield text
            continue
        if isinstance(event, str):
            if at not in without:
                if mark and not event.isspace():
                    event, mark = event if NUMBERED.match(event) else mark + event.lstrip(), ""
                yield event if n_pre else BLANKS.sub(blank_of, event)
            continue
        opens = event.start == at
        if event.tag == "table":
            tables.append(event.start not in layout) if opens else tables.pop()
        n_pre += (1 if opens else -1) if event.tag == "pre" else 0
        if at not in without:
            mark = event.marks if event.tag == "li" and opens else mark
            yield separator(event, opens, in_data=bool(tables and tables[-1]))


def blank_of(found: re.Match[str]) -> str:
    """What blanks in the source of a page are: a blank, or a line end that is one only between other letters."""
    return BREAK if "\n" in found.group() or "\r" in found.group() else " "


def joined(said: Iterator[str]) -> str:
    """Put the pieces of a text together; a line end of the source is no blank between Chinese characters."""
    return BREAK_IN_CHINESE.sub("", "".join(said)).replace(BREAK, " ")


def separator(element: Element, opens: bool, in_data: bool) -> str:
    """Return what stands where an element begins or ends."""
    if element.tag in CELLS and in_data:
        return "" if opens else "\t"
    if in_data and element.tag not in ("tr", "table", "caption"):
        return " " if element.tag in BLOCKS or element.tag == "br" else ""
    if element.tag == "br":
        return "\n" if opens else ""
    return "\n" if element.tag in BLOCKS or element.tag in CELLS else ""


def layout_tables(events: list[Event]) -> set[int]:
    """Return the starts of the tables that lay out the page: with another table or a long cell inside."""
    layout: set[int] = set()
    around: list[int] = []
    for at, event in enumerate(events):
        if isinstance(event, Element) and event.tag == "table":
            if event.start == at:
                layout.update(around)
                around.append(at)
            else:
                around.pop()
        elif isinstance(event, Element) and event.tag in CELLS and around and event.n_chars > LONG_CELL:
            layout.add(around[-1])
    return layout


def registers(events: list[Event], left_out: set[int], hints: ColumnHints) -> dict[int, tuple[int, str]]:
    """Return what stands for the rows of registers: the start of a row → its end, and its lines."""
    found: dict[int, tuple[int, str]] = {}
    for table in simple_tables(events) if hints else ():
        rows = [row for row in elements_in(events, table, "tr") if row.start not in left_out]
        cells = [
            {column: cell_lines(events, cell, left_out) for column, cell in row.items()}
            for row in placed([elements_in(events, row, *CELLS) for row in rows])
        ]
        of_register = register_lines(cells, hints)
        if any(lines is not None for lines in of_register):
            for element, row, lines in zip(rows, cells, of_register, strict=True):
                plain = ["\t".join(" ".join(filter(None, cell)) for cell in row.values())]
                found[element.start] = element.end, "\n".join(["", *(plain if lines is None else lines), ""])
    return found


def simple_tables(events: list[Event]) -> Iterator[Element]:
    """Yield the tables that hold no table."""
    innermost: Element | None = None
    for at, event in enumerate(events):
        if isinstance(event, Element) and event.tag == "table":
            if event.start == at:
                innermost = event
            elif innermost is event:
                yield event
                innermost = None


def elements_in(events: list[Event], around: Element, *tags: str) -> list[Element]:
    """Return the elements of some tags inside another, in order."""
    inside = enumerate(events[around.start + 1 : around.end], around.start + 1)
    return [event for at, event in inside if isinstance(event, Element) and event.start == at and event.tag in tags]


def placed(rows: list[list[Element]]) -> Iterator[dict[int, Element]]:
    """Yield the cells of each row by the column where they begin, beside those that reach down from rows above."""
    below: dict[int, int] = {}  # column → rows that a cell above still takes
    for cells in rows:
        taken = {at for at, n in below.items() if n}
        below = {at: n - 1 for at, n in below.items() if n > 1}
        row: dict[int, Element] = {}
        at = 0
        for cell in cells:
            while at in taken:
                at += 1
            row[at] = cell
            columns, down = cell.span
            if down > 1:
                below.update(dict.fromkeys(range(at, min(at + columns, MAX_COLUMNS)), down - 1))
            at += columns
        yield row


def cell_lines(events: list[Event], cell: Element, left_out: set[int]) -> list[str]:
    """Return the lines of a cell, as if it stood by itself."""
    return joined(pieces(events, left_out, {}, cell.start + 1, cell.end)).split("\n")
