"""From the body of an OpenDocument text to its lines: numbers, tables, boxes and notes in, what was deleted out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from nlp.readers.opendocument.names import DRAW, OFFICE, STYLE, TABLE, TEXT, XML_ID, Xml, whole
from nlp.readers.opendocument.numbering import Counter, Lists
from nlp.readers.registers.register import ColumnHints
from nlp.readers.registers.table_lines import table_lines

NEVER = frozenset(  # not seen in the text, or generated from it
    TEXT + name
    for name in (
        *("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"),
        *("bibliography", "tracked-changes", "sequence-decls", "variable-decls", "user-field-decls", "hidden-text"),
        *(
            "note-citation",
            "ruby-text",
            "page-number",
            "page-count",
            "hidden-paragraph",
            "toc-mark",
            "dde-connection-decls",
        ),
    )
) | {OFFICE + "annotation", OFFICE + "forms", OFFICE + "binary-data", TABLE + "shapes", TABLE + "table-source"}
LISTS, ITEMS = (TEXT + "list",), (TEXT + "list-item", TEXT + "list-header")
PARAGRAPHS = (TEXT + "p", TEXT + "h")
ROW_GROUPS = tuple(TABLE + name for name in ("table-header-rows", "table-rows", "table-row-group"))
MOST_SPACES, MOST_CELLS = 200, 1000
HIDDEN_DISPLAY = "none"


@dataclass(slots=True)
class Body:
    """What is known while a document is read: its lists, its hidden styles, how tables are told to be registers."""

    lists: Lists
    hidden: frozenset[str] = frozenset()
    hints: ColumnHints = ()
    label: str = ""  # of the next paragraph: the number of the item that it begins
    boxes: list[Xml] = field(default_factory=list)
    deleted: frozenset[str] = frozenset()  # ids of the changes that are deletions
    open_deletions: set[str] = field(default_factory=set)

    def blocks(self, parent: Xml) -> Iterator[str]:
        """Yield the lines of everything in an element, in order."""
        for element in parent:
            tag = element.tag
            if tag in NEVER or not isinstance(tag, str) or element.get(TEXT + "display") == HIDDEN_DISPLAY:
                continue
            if tag in PARAGRAPHS:
                yield from self.paragraph(element)
            elif tag in LISTS:
                style = element.get(TEXT + "style-name", "")
                yield from self.list_items(element, style, 1, self.lists.opened(element, style))
            elif tag == TABLE + "table":
                yield from self.table(element)
            else:  # sections, frames, groups, whatever holds paragraphs
                yield from self.blocks(element)

    def list_items(self, items: Xml, style: str, level: int, counter: Counter) -> Iterator[str]:
        """Yield the lines of the items of a list; the first paragraph of an item has its number."""
        for item in items:
            if item.tag not in ITEMS:
                continue
            counted = item.tag != TEXT + "list-item"
            for element in item:
                if element.tag in LISTS:
                    own = element.get(TEXT + "style-name") or style
                    yield from self.list_items(element, own, level + 1, counter)
                    continue
                if element.tag in PARAGRAPHS and not counted:
                    restart = whole(item, TEXT + "start-value", -1)
                    self.label = self.lists.of_item(style, level, counter, restart if restart >= 0 else None)
                    counted = True
                    yield from self.paragraph(element, in_list=True)
                elif element.tag in PARAGRAPHS:
                    yield from self.paragraph(element, in_list=True)
                elif element.tag not in NEVER:
                    yield from self.blocks([element])

    def paragraph(self, element: Xml, in_list: bool = False) -> Iterator[str]:
        """Yield a paragraph with its number, then its text boxes and notes."""
        label, self.label = self.label, ""
        if element.tag == TEXT + "h" and not in_list:
            label = self.lists.of_heading(element)
        outer, self.boxes = self.boxes, []
        text = "".join(self.runs(element)) if not self.is_hidden(element) else ""
        boxes, self.boxes = self.boxes, outer
        if text.strip() or not boxes:
            yield label + text.lstrip(" \t") if label and text.strip() else text
        for box in boxes:
            yield from self.blocks(box)

    def runs(self, element: Xml) -> Iterator[str]:
        """Yield the visible text of a paragraph; put its text boxes and notes aside."""
        yield self.kept(element.text)
        for child in element:
            yield from self.run(child)
            yield self.kept(child.tail)

    def kept(self, text: str | None) -> str:
        """A stretch of text, or nothing inside a deletion, which flat files leave where it was."""
        return "" if self.open_deletions else text or ""

    def run(self, child: Xml) -> Iterator[str]:
        """Yield the text of an element within a paragraph."""
        tag = child.tag
        if tag in NEVER or not isinstance(tag, str) or self.is_hidden(child):
            return
        if tag == TEXT + "change-start" and child.get(TEXT + "change-id") in self.deleted:
            self.open_deletions.add(child.get(TEXT + "change-id"))
        elif tag == TEXT + "change-end":
            self.open_deletions.discard(child.get(TEXT + "change-id"))
        elif self.open_deletions and tag not in (TEXT + "span", TEXT + "a"):
            return
        elif tag == TEXT + "s":
            yield " " * min(whole(child, TEXT + "c", 1), MOST_SPACES)
        elif tag == TEXT + "tab":
            yield "\t"
        elif tag == TEXT + "line-break":
            yield "\n"
        elif tag == TEXT + "note":
            self.boxes.extend(child.iter(TEXT + "note-body"))
        elif tag.startswith(DRAW):
            self.boxes.append(child)
        else:
            yield from self.runs(child)

    def is_hidden(self, element: Xml) -> bool:
        """Whether the style of an element hides it."""
        return element.get(TEXT + "style-name") in self.hidden

    def table(self, table: Xml) -> Iterator[str]:
        """Yield the lines of a table."""
        yield from table_lines([self.row(row) for row in rows_of(table)], self.hints)

    def row(self, row: Xml) -> dict[int, list[str]]:
        """Return the lines of every cell of a row by the column where it begins; covered cells are none."""
        at, cells = 0, {}
        for cell in row:
            n = min(whole(cell, TABLE + "number-columns-repeated", 1), MOST_CELLS)
            if cell.tag == TABLE + "table-cell":
                cells[at] = list(self.blocks(cell))
            elif cell.tag != TABLE + "covered-table-cell":
                continue
            at += n
        return cells


def deletions(text: Xml) -> frozenset[str]:
    """Return the ids of the tracked changes that are deletions."""
    regions = (region for region in text.iter(TEXT + "changed-region") if region.find(TEXT + "deletion") is not None)
    return frozenset(name for region in regions for name in (region.get(TEXT + "id"), region.get(XML_ID)) if name)


def rows_of(table: Xml) -> Iterator[Xml]:
    """Yield the rows of a table, also those in groups."""
    for child in table:
        if child.tag == TABLE + "table-row":
            yield child
        elif child.tag in ROW_GROUPS:
            yield from rows_of(child)


def hidden_styles(roots: list[Xml]) -> frozenset[str]:
    """Return the names of the styles that hide their text."""
    return frozenset(
        properties.getparent().get(STYLE + "name", "")
        for root in roots
        for properties in root.iter(STYLE + "text-properties")
        if properties.get(TEXT + "display") == HIDDEN_DISPLAY
    )
