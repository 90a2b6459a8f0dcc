"""Registers in plain text: rows with tabs or bars between their cells, columns set with blanks, a cell a line.

What a table is on paper is lines here. A line that names the columns of a register begins one; the lines below it are
its rows as long as they have as many cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from nlp.readers.registers.register import LONGEST_NAME, ColumnHints, part_columns, register_lines

Split = Callable[[str], list[str]]
Cells = list[str]  # of a row; a cell may hold several lines
BARS = re.compile(r"[|│┃¦]")
BORDER = re.compile(r"[\s+\-=|:_─━│┃┄┈┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬═║┏┓┗┛┣┫┳┻╋*]+")
GAP = re.compile(r"[ \u00a0]{2,}|\u3000{2,}|\t")
NUMBER_NAMES = ("序号", "编号", "序", "号", "No", "NO", "no", "No.", "NO.")
MAX_HEADER = 400  # characters of a line that names columns
MOST_COLUMNS, MOST_JOINED = 30, 50  # columns; lines of one row


def with_registers(lines: Sequence[str], hints: ColumnHints, bare: Callable[[str], str] = str.strip) -> list[str]:
    """Return the lines, the rows of registers among them as lines that begin with the names of their columns.

    ``bare`` takes the marks of the format off a cell.
    """
    if not hints:
        return list(lines)
    found: list[str] = []
    at = 0
    while at < len(lines):
        rows, end = table_at(lines, at, hints, bare)
        if len(rows) > 1:
            cells = [{column: cell.split("\n") for column, cell in enumerate(row)} for row in rows]
            for row, told in zip(rows, register_lines(cells, hints), strict=True):
                found += ["\t".join(" ".join(cell.split()) for cell in row)] if told is None else told
        else:
            found.append(lines[at])
            end = at + 1
        at = end
    return found


def table_at(lines: Sequence[str], at: int, hints: ColumnHints, bare: Callable[[str], str]) -> tuple[list[Cells], int]:
    """Return the rows of the register whose names stand at a place, and where it ends; no rows if none stands there."""
    line = lines[at]
    if len(line) > MAX_HEADER or "。" in line:
        return [], at
    for split, follow in ((by_bars, barred_rows), (by_tabs, tabbed_rows), (by_gaps, spaced_rows)):
        names = [bare(cell) for cell in split(line)]
        if 2 <= len(names) <= MOST_COLUMNS and is_header(names, hints):
            rows, end = follow(lines, at + 1, names)
            return [names, *([bare_cell(cell, bare) for cell in row] for row in rows)], end
    if line.strip() in NUMBER_NAMES:
        return stacked(lines, at, hints)
    return [], at


def bare_cell(cell: str, bare: Callable[[str], str]) -> str:
    """Take the marks off every line of a cell."""
    return "\n".join(filter(None, map(bare, cell.split("\n"))))


def is_header(names: Sequence[str], hints: ColumnHints) -> bool:
    """Whether some cells name the columns of a register."""
    return all(len(name) <= LONGEST_NAME for name in names) and bool(part_columns(dict(enumerate(names)), hints))


def by_tabs(line: str) -> Cells:
    """Cut a line at its tabs."""
    return line.split("\t") if "\t" in line else []


def by_bars(line: str) -> Cells:
    """Cut a line at its bars, those at its ends aside."""
    stripped = line.strip()
    if len(BARS.findall(stripped)) < 2:
        return []
    return BARS.split(BARS.sub("", stripped[:1]) + stripped[1:-1] + BARS.sub("", stripped[-1:]))


def by_gaps(line: str) -> Cells:
    """Cut a line where blanks set columns apart."""
    return GAP.split(line.strip()) if "\t" not in line.strip() else []


def barred_rows(lines: Sequence[str], at: int, names: Cells) -> tuple[list[Cells], int]:
    """Rows between bars; where borders divide them, the lines between two borders are one row."""
    rows: list[Cells] = []
    bordered = any("+" in line or "┼" in line or "├" in line for line in lines[at : at + 1])
    fresh = True
    while at < len(lines):
        cells = by_bars(lines[at])
        if BORDER.fullmatch(lines[at]):
            fresh = True
        elif len(cells) != len(names):
            break
        elif bordered and not fresh:
            rows[-1] = ["\n".join(pair) for pair in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
            fresh = False
        at += 1
    return rows, at


def spaced_rows(lines: Sequence[str], at: int, names: Cells) -> tuple[list[Cells], int]:
    """Rows whose cells stand in columns; blank lines and rules between them do not count."""
    rows: list[Cells] = []
    end = at
    while at < len(lines):
        cells = by_gaps(lines[at])
        if len(cells) == len(names):
            rows.append(cells)
            end = at + 1
        elif lines[at].strip() and not BORDER.fullmatch(lines[at]):
            break
        at += 1
    return rows, end + (end < len(lines) and bool(lines[end].strip()) and BORDER.fullmatch(lines[end]) is not None)


def tabbed_rows(lines: Sequence[str], at: int, names: Cells) -> tuple[list[Cells], int]:
    """Rows with tabs. A cell of several lines breaks its row, in quotation marks (Excel) or without (Word)."""
    rows: list[Cells] = []
    numbered = names[0] in NUMBER_NAMES
    while at < len(lines):
        whole, end = unquoted(lines, at)
        cells = by_tabs(whole)
        if rows and belongs_above(rows[-1], cells or [whole], len(names), numbered) and whole.strip():
            rows[-1] = glued(rows[-1], cells or [whole])
        elif len(cells) >= 2 and len(cells) <= len(names) + 1:
            rows.append(cells[: len(names)])
        elif not whole.strip() and end < len(lines) and len(by_tabs(lines[end])) == len(names):
            pass
        elif rows and numbered and next_number_follows(lines, at, rows):
            rows[-1] = glued(rows[-1], [whole])
        else:
            break
        at = end
    return rows, at


def unquoted(lines: Sequence[str], at: int) -> tuple[str, int]:
    """Return a line with those that a cell in quotation marks goes on in, and where the next one begins."""
    line = lines[at]
    if '"' not in line:
        return line, at + 1
    end = at + 1
    while line.count('"') % 2 and end < min(len(lines), at + MOST_JOINED):
        line += "\n" + lines[end]
        end += 1
    if line.count('"') % 2:  # a mark that is none of a cell
        return lines[at], at + 1
    return "\t".join(map(without_quotes, line.split("\t"))), end


def without_quotes(cell: str) -> str:
    """Take the quotation marks off a cell that is set in them."""
    quoted = len(cell) > 1 and cell[0] == cell[-1] == '"'
    return cell[1:-1].replace('""', '"') if quoted else cell


def belongs_above(above: Cells, cells: Cells, width: int, numbered: bool) -> bool:
    """Whether a line goes on with the row above it, which a line end within a cell has broken."""
    together = len(above) + len(cells) - 1
    if len(above) >= width or len(cells) >= width:
        return False
    if numbered:
        return together <= width and not cells[0].strip().rstrip(".、．").isdigit()
    return together == width


def glued(above: Cells, cells: Cells) -> Cells:
    """Join a row and the line that goes on with it: the last cell of one and the first of the other are one."""
    return [*above[:-1], f"{above[-1]}\n{cells[0]}", *cells[1:]]


def next_number_follows(lines: Sequence[str], at: int, rows: Sequence[Cells]) -> bool:
    """Whether the next few lines begin the row with the number behind that of the last row."""
    last = rows[-1][0].strip().rstrip(".、．")
    wanted = str(int(last) + 1) if last.isdecimal() and last.isascii() and len(last) < 6 else None
    return wanted is not None and any(
        line.split("\t")[0].strip().rstrip(".、．") == wanted for line in lines[at + 1 : at + 6] if "\t" in line
    )


def stacked(lines: Sequence[str], at: int, hints: ColumnHints) -> tuple[list[Cells], int]:
    """Rows of a table of which every cell stands on a line of its own, as LibreOffice writes it: from the column of
    numbers on, as long as the numbers go on."""
    filled = [place for place in range(at, min(len(lines), at + 4 * MOST_COLUMNS)) if lines[place].strip()]
    width = next((n for n, place in enumerate(filled[: MOST_COLUMNS + 1]) if n and lines[place].strip() == "1"), 0)
    names = [lines[place].strip() for place in filled[:width]]
    if width < 3 or not is_header(names, hints):
        return [], at
    rows: list[Cells] = [names]
    end = filled[width]
    for number, row in enumerate(groups(lines, end, width), start=1):
        if lines[row[0]].strip() != str(number):
            break
        rows.append([lines[place].strip() for place in row])
        end = row[-1] + 1
    return rows, end


def groups(lines: Sequence[str], at: int, size: int) -> Iterator[list[int]]:
    """Yield the places of the lines that are not blank, so many at a time."""
    group: list[int] = []
    for place in range(at, len(lines)):
        if lines[place].strip():
            group.append(place)
            if len(group) == size:
                yield group
                group = []
