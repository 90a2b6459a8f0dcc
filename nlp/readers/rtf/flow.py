"""What is put together while an RTF file is read: paragraphs, cells and rows, each text box and note by itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from nlp.readers.registers.register import ColumnHints
from nlp.readers.registers.table_lines import table_lines


@dataclass(slots=True)
class Flow:
    """One run of text: that of the document, of a note, of a text box."""

    hints: ColumnHints
    lines: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)  # of the open paragraph
    label: str = ""  # its number
    aside: list[str] = field(default_factory=list)  # lines of notes and boxes that stand behind it
    is_contents: bool = False  # a line of a list of contents
    cell: list[str] = field(default_factory=list)  # lines of the open cell
    cells: list[list[str]] = field(default_factory=list)  # of the open row
    edges: list[int] = field(default_factory=list)  # right edges of its cells, as the row says
    covered: list[bool] = field(default_factory=list)  # whether a cell goes on with the one above or before it
    is_covered: bool = False  # of the cell that is being described
    rows: list[dict[int, list[str]]] = field(default_factory=list)

    def end_paragraph(self, in_table: bool) -> None:
        """Put the open paragraph where it belongs: into the cell, or behind the lines."""
        text, label = "".join(self.text), self.label
        self.text, self.label = [], ""
        behind, self.aside = self.aside, []
        lines = [] if self.is_contents else [label + text.lstrip(" \t") if label and text.strip() else text]
        lines += behind
        self.is_contents = False
        if in_table:
            self.cell += lines
        else:
            self.end_table()
            self.lines += lines

    def end_cell(self) -> None:
        """End the open cell."""
        if self.text or self.aside:
            self.end_paragraph(in_table=True)
        self.cells.append([line for line in self.cell if line.strip()])
        self.cell, self.label = [], ""

    def begin_row(self) -> None:
        """Forget how the row before was described."""
        self.edges, self.covered, self.is_covered = [], [], False

    def describe_cell(self, edge: int) -> None:
        """Note the right edge of the next cell."""
        self.edges.append(edge)
        self.covered.append(self.is_covered)
        self.is_covered = False

    def end_row(self) -> None:
        """End the open row: each cell stands at its left edge, so that rows of other widths fall under their names."""
        if self.cell or self.text:
            self.end_cell()
        lefts = [0, *self.edges]
        row: dict[int, list[str]] = {}
        for at, lines in enumerate(self.cells):
            left = lefts[at] if at < len(lefts) else (lefts[-1] + at - len(lefts) + 1)
            if not (at < len(self.covered) and self.covered[at]):
                row[max(left, max(row, default=-1) + 1)] = lines
        self.cells = []
        if row:
            self.rows.append(row)

    def end_table(self) -> None:
        """Turn the rows since the table began into lines."""
        if self.cells:
            self.end_row()
        if self.rows:
            self.lines += table_lines(self.rows, self.hints)
            self.rows = []

    def finished(self) -> list[str]:
        """All lines, the last paragraph and table ended."""
        if self.text or self.aside:
            self.end_paragraph(in_table=bool(self.cells))
        if self.cell:
            self.end_cell()
        self.end_table()
        return self.lines
