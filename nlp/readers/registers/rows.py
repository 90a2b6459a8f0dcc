"""The rows of a table as texts, each with what the other columns tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.readers.registers.above import told_above
from nlp.readers.registers.cells import Cell, cell_text, date_text, one_line
from nlp.readers.registers.columns import Columns
from nlp.readers.registers.header import Header, Rows
from nlp.readers.registers.register import one_name
from nlp.readers.source import SourceText, label, whole_rows


def texts_of(rows: Rows, header: Header, encoding: str, prefix: str = "") -> list[SourceText]:
    """Turn the rows below the header into texts, numbered from 1; what stands above it counts for each."""
    above = told_above(["  ".join(filter(None, map(cell_text, row))) for row in rows[: header.top]])
    body = enumerate(rows[header.body :], start=1)
    names = [one_name(cell_text(name)) for name in header.names] if header.columns.parts else []
    texts = [row_text(row, header.columns, number, encoding, prefix, names) for number, row in body]
    if not any(above):
        return texts
    return [
        replace(text, title=text.title or above.title, organ=text.organ or above.organ, date=text.date or above.date)
        for text in texts
    ]


def row_text(
    row: Sequence[Cell],
    columns: Columns,
    number: int,
    encoding: str,
    prefix: str = "",
    names: Sequence[str] = (),
) -> SourceText:
    """Turn one row into a text; ``number`` names a row that has no id, ``names`` the columns of a register."""
    told = {
        name: one_line(date_text(row[at]) if name == "date" else cell_text(row[at]))
        for name, at in columns.told
        if at < len(row)
    }
    return SourceText(
        unit=f"{prefix}{told.pop('id', None) or number}",
        encoding=encoding,
        text=text_of(row, columns),
        rows=whole_rows([[(name, cell_text(cell).strip()) for name, cell in zip(names, row, strict=False)]]),
        **told,
    )


def text_of(row: Sequence[Cell], columns: Columns) -> str:
    """The text of a row; of a register, a line under the name of its column for every line of its texts."""
    if not columns.parts:
        return cell_text(row[columns.text]) if columns.text < len(row) else ""
    cells = ((name, cell_text(row[at])) for at, name in columns.parts if at < len(row))
    return "\n".join(label(name, line) for name, cell in cells for line in cell.splitlines() if line.strip())


def unique_units(texts: Sequence[SourceText]) -> list[SourceText]:
    """Tell rows of one id apart by their occurrence: the key of the table must not repeat."""
    taken, result = {text.unit for text in texts}, []
    seen: set[str | None] = set()
    for text in texts:
        unit, n = text.unit, 1
        while unit in seen or (n > 1 and unit in taken):
            n += 1
            unit = f"{text.unit}（第 {n} 次出现）"
        seen.add(unit)
        result.append(text if unit == text.unit else replace(text, unit=unit))
    return result
