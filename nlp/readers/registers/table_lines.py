"""What the rows of a table within a text become: lines of a register, of a form, or cells side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nlp.readers.registers.register import ColumnHints, Row, register_lines

LONG_CELL = 120  # characters: a row with a longer cell is a form that carries text, not data


def table_lines(rows: Sequence[Row], hints: ColumnHints) -> Iterator[str]:
    """Yield the lines of a table: a row of short cells on one line, separated by tabs; the cells of a form as lines.

    The texts in a row of a register are lines under the names of their columns.

    >>> list(table_lines([{0: ["序号"], 1: ["单位"]}, {0: ["1"], 1: ["党委", "办公室"]}], ()))
    ['序号\\t单位', '1\\t党委 办公室']
    """
    for row, lines_of_register in zip(rows, register_lines(rows, hints), strict=True):
        cells = row.values()
        if lines_of_register is not None:
            yield from lines_of_register
        elif any(sum(map(len, lines)) > LONG_CELL for lines in cells):
            yield from (line for lines in cells for line in lines)
        else:
            texts = [" ".join(line.strip() for line in lines if line.strip()) for lines in cells]
            yield "\t".join(text.replace("\n", " ").replace("\t", " ") for text in texts)
