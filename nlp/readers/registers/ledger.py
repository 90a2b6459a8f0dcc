"""A file that is nothing but a register: its rows are texts, as those of the same register in a workbook are.

Whatever read the file, a register has become lines that begin with the name of their column (``register.py``). Where
only a title, the unit that fills it in and a note stand beside them, every row is a text of its own; a report that
holds a register stays one text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from nlp.readers.registers.above import told_above
from nlp.readers.registers.cells import one_line
from nlp.readers.registers.columns import Columns, find_columns
from nlp.readers.registers.register import ROW_MARK, one_name, part_columns
from nlp.readers.registers.rows import unique_units
from nlp.readers.source import ReadOptions, SourceText, whole_rows, with_text

LINE = re.compile(r"〖([^〖〗\n]*)〗(.*)")
MOST_BESIDE = 12  # lines that may stand beside a register
LONGEST_BESIDE = 60  # characters of such a line
SAYS = re.compile("[。；！？]|^[（(]?[一二三四五六七八九十]{1,3}[）)、]")  # a sentence, or a numbered heading
NOTE = re.compile(r"^[（(]?(?:注|备注|说明|填表说明|填写说明)[：:]")


@dataclass(slots=True)
class Row:
    """One row of a register: the lines that it became, and the cells by their columns."""

    lines: list[str] = field(default_factory=list)
    cells: dict[int, str] = field(default_factory=dict)
    whole: dict[int, list[str]] = field(default_factory=dict)  # every line of every cell
    last: int = -1  # the column reached so far


@dataclass(frozen=True, slots=True)
class Head:
    """The header of a register."""

    names: tuple[str, ...]
    columns: Columns

    @property
    def parts(self) -> dict[str, int]:
        """The columns of texts by their names."""
        return {name: at for at, name in reversed(self.columns.parts)}

    def data_from(self, at: int) -> list[int]:
        """The columns without texts that stand side by side at the first place from ``at`` on."""
        texts = set(self.columns.texts)
        begin = next((place for place in range(max(at, 0), len(self.names)) if place not in texts), len(self.names))
        end = next((place for place in range(begin, len(self.names)) if place in texts), len(self.names))
        return list(range(begin, end))


def with_ledger_rows(texts: list[SourceText], options: ReadOptions) -> list[SourceText]:
    """The texts of a file; the rows of a register, if it is nothing else."""
    if not any(ROW_MARK in text.text for text in texts):
        return texts
    if len(texts) == 1 and texts[0].unit is None:
        rows, beside = rows_of(texts[0].text, options)
        if rows and len(beside) <= MOST_BESIDE and all(map(says_nothing, beside)):
            return unique_units(list(texts_of(rows, beside, texts[0])))
        texts = [replace(texts[0], rows=whole_rows([cells_of(head, row) for head, row in rows]))]
    return [with_text(text, text.text.replace(ROW_MARK, "")) for text in texts]


def cells_of(head: Head, row: Row) -> list[tuple[str, str]]:
    """The cells of a row with the names of their columns."""
    return [(one_name(head.names[at]), "\n".join(row.whole[at])) for at in sorted(row.whole) if at < len(head.names)]


def says_nothing(line: str) -> bool:
    """Whether a line beside a register is a title, a name, a date or a note, and no text."""
    return len(line) <= LONGEST_BESIDE and (NOTE.match(line) is not None or not SAYS.search(line))


def rows_of(text: str, options: ReadOptions) -> tuple[list[tuple[Head, Row]], list[str]]:
    """The rows of the registers in a text, each with its header, and the lines that belong to none."""
    head: Head | None = None
    rows: list[tuple[Head, Row]] = []
    beside: list[str] = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        hit = LINE.match(line)
        if hit is None:
            beside.append(line)
        elif found := head_of(hit[1], hit[2], options):
            head = found
        elif head is None:
            return [], []
        else:
            name = hit[1].removeprefix(ROW_MARK)
            if name != hit[1] or not rows:
                rows.append((head, Row()))
            row = rows[-1][1]
            columns = columns_of(name, hit[2], head, row)
            for at, value in zip(columns, [hit[2]] if hit[2] else name.split("\t"), strict=False):
                row.whole.setdefault(at, []).append(value)
            add(row, columns, name, f"〖{name}〗{hit[2]}")
    return [(each, row) for each, row in rows if set(row.cells) & set(each.columns.texts)], beside


def head_of(name: str, rest: str, options: ReadOptions) -> Head | None:
    """The header that a line is, if it is one."""
    names = name.split("\t")
    if rest or not part_columns(dict(enumerate(names)), options.column_hints):
        return None
    columns = find_columns(names, options)
    return Head(tuple(names), columns) if columns is not None and columns.parts else None


def columns_of(name: str, rest: str, head: Head, row: Row) -> list[int]:
    """The columns that a line of a row stands for."""
    if rest:
        if name in head.parts:
            return [head.parts[name]]
        return [next((at for at, each in enumerate(head.names) if one_name(each) == name), 0)]
    n_cells = name.count("\t") + 1
    at = row.last + 1
    while columns := head.data_from(at):
        if len(columns) == n_cells:
            return columns
        at = columns[-1] + 1
    # The first cells of a run are missing where they are empty, or merged with those above.
    longer = head.data_from(row.last + 1)
    return longer[-n_cells:] if n_cells < len(longer) else []


def add(row: Row, columns: Sequence[int], name: str, line: str) -> None:
    """Put a line into a row."""
    row.lines.append(line)
    if not columns:
        return
    values = name.split("\t") if line == f"〖{name}〗" else [line]
    row.cells |= dict(zip(columns, values, strict=False))
    row.last = columns[-1]


def texts_of(rows: Sequence[tuple[Head, Row]], beside: Sequence[str], whole: SourceText) -> Iterator[SourceText]:
    """The rows as texts: with what their columns tell, or the lines above the register."""
    above = told_above(beside)
    more = [f"〖{line}〗" for line in beside if line not in above and not set(line) & set("〖〗")]
    last: dict[str, str] = {}
    for number, (head, row) in enumerate(rows, start=1):
        told = {name: row.cells.get(at) for name, at in head.columns.told}
        # A merged cell is missing from the rows below its first; an empty one is there, and empty.
        for name in ("id", "organ"):
            told[name] = last.get(name) if name in told and told[name] is None else told.get(name)
            last[name] = told[name] or ""
        yield replace(
            whole,
            unit=told["id"] or str(number),
            text="\n".join([*more, *row.lines]),
            title=one_line(told.get("title") or "") or above.title,
            organ=one_line(told["organ"] or "") or above.organ,
            kind_of_unit=one_line(told.get("kind_of_unit") or ""),
            date=one_line(told.get("date") or "") or above.date,
            genre=one_line(told.get("genre") or ""),
            rows=whole_rows([cells_of(head, row)]),
        )
        more, whole = [], replace(whole, unread=None)  # what stands beside the register is told once
