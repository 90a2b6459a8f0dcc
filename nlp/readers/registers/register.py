"""Registers (问题台账、整改清单): tables with columns for problem, cause and remedy, each cell a text of its own.

A row of a register is read as lines that begin with the name of their column, “〖原因分析〗……”: the segmenter takes it
for the heading of the line, so that problem, cause and remedy are coded apart. What says nothing, like the number,
the unit in charge and the date, is a heading that heads nothing, “〖1 党委办公室〗”: no 宣传科 is a passage.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from nlp.readers.source import LABEL_START, label

SPEAKING = frozenset(("manifestation", "cause", "remedy"))  # two columns of these make a table a register
MAX_NAME = 20  # characters of a column's name in front of a text
LONGEST_NAME = 60  # with its remarks
LONGEST_DATA = 60  # characters of neighbouring cells that say nothing
MAX_COLUMNS = 200  # no register is so wide; a hostile table may be
SAYS = re.compile("[，。；！？〖〗]")  # what stands in sentences; a list of units has only 、

ROW_MARK = "\u2063"  # invisible, behind the first bracket of a row; gone when the text is released (``ledger.py``)

ColumnHints = Sequence[Sequence[str]]  # (role, pattern), as ``corpus/lexicon/columns.csv`` has them
Row = Mapping[int, Sequence[str]]  # the lines of every cell, by the column where it begins


def part_columns(header: Mapping[int, str], hints: ColumnHints) -> dict[int, str]:
    """The columns whose cells are texts of their own, and their names; none unless two kinds of them are there.

    >>> hints = [("manifestation", "存在问题"), ("remedy", "整改措施")]
    >>> part_columns({0: "序号", 1: "存在问题", 2: "整改措施（含要求）", 3: "时限"}, hints)
    {1: '存在问题', 2: '整改措施（含要求）'}
    >>> part_columns({0: "存在问题", 1: "时限"}, hints)
    {}
    """
    if len(header) > MAX_COLUMNS:
        return {}
    roles = {at: role for at, cell in header.items() if (role := role_of(cell, hints))}
    if len(SPEAKING.intersection(roles.values())) < 2:
        return {}
    return {at: one_name(header[at]) for at in roles}


def role_of(cell: str, hints: ColumnHints) -> str | None:
    """The role of what stands under a name: of the first hint that says so, its remarks in brackets aside."""
    if len(cell) > LONGEST_NAME:
        return None
    name = re.sub(r"\(.*?\)|[\s:*]", "", unicodedata.normalize("NFKC", cell))
    return next((role for role, pattern in hints if re.fullmatch(pattern, name)), None) if name else None


def one_name(cell: str) -> str:
    """The name of a column on one line, as short as a heading."""
    return re.sub(r"[\s〖〗：:*]", "", cell)[:MAX_NAME]


def register_lines(rows: Sequence[Row], hints: ColumnHints) -> list[list[str] | None]:
    """What each row of a table becomes: the lines of a register's row, or None for a row that is read as any other."""
    if not hints:
        return [None] * len(rows)
    header: Row = {}
    parts: dict[int, str] = {}
    found: list[list[str] | None] = []
    for row in rows:
        names = {at: "".join(lines) for at, lines in row.items()}
        if columns := part_columns(names, hints):  # also where a header is repeated on the next page
            header, parts = row, columns
            found.append([line_of_data("", ["".join(names[at].split()) for at in sorted(names)])])
        else:
            found.append(marked(list(row_lines(row, header, parts))) if has_part(row, header, parts) else None)
    return found


def marked(lines: list[str]) -> list[str]:
    """The lines of a row, with the mark that one begins here."""
    first, *others = lines
    return [first.replace(LABEL_START, LABEL_START + ROW_MARK, 1), *others]


def has_part(row: Row, header: Row, parts: Mapping[int, str]) -> bool:
    """Whether a row says something in a column of texts; a title within the table does not."""
    return any(column_of(at, header) in parts and any(map(str.strip, lines)) for at, lines in row.items())


def row_lines(row: Row, header: Row, parts: Mapping[int, str]) -> Iterator[str]:
    """The lines of a row in reading order: a text under its name, what stands between texts on one line."""
    between: list[str] = []
    name = ""
    for at, lines in sorted(row.items()):
        column = column_of(at, header)
        filled = [" ".join(line.split()) for line in "\n".join(lines).split("\n") if line.strip()]
        if column in parts:
            if any(between):
                yield line_of_data(name, between)
            between = []
            yield from (label(parts[column], line) for line in filled)
        else:
            if not any(between):
                between, name = [], one_name("".join(header.get(column, ())))
            between.append(" ".join(filled))
    if any(between):
        yield line_of_data(name, between)


def line_of_data(name: str, cells: Sequence[str]) -> str:
    """Neighbouring cells on one line: a heading if they say nothing, otherwise a text under the name of the first.

    >>> line_of_data("序号", ["1", "党委办公室"]), line_of_data("备注", ["已完成，待验收。"])
    ('〖1\\t党委办公室〗', '〖备注〗已完成，待验收。')
    """
    line = "\t".join(cells)
    return label(name, line) if len(line) > LONGEST_DATA or SAYS.search(line) else f"〖{line}〗"


def column_of(at: int, header: Row) -> int:
    """The column of the header under which a cell begins."""
    starts = sorted(header)
    return starts[max(0, bisect_right(starts, at) - 1)] if starts else -1
