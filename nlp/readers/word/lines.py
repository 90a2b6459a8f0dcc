"""Read the tree of a Word document: paragraphs with their automatic numbers, tables, text boxes, notes, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.readers.registers.register import ColumnHints
from nlp.readers.registers.table_lines import table_lines
from nlp.readers.word.list_numbers import Numbering, W, Xml, is_on, value
from nlp.readers.word.prepare import NOTES, SIGNS, prepare
from nlp.readers.word.styles import Styles
from nlp.readers.word.symbols import looked_up, symbol
from nlp.readers.word.tree import WordTree

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
WRAPPERS = frozenset(
    W + tag for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple")
)
WRAPPERS_IN_RUN = WRAPPERS | {W + tag for tag in ("r", "dir", "bdo", "rubyBase")}
OWN_MARK = re.compile(r"^\s*(?:[*†‡※#]|[①-⑳])?\s*")  # before the words of a note
NOTE_REFERENCES = frozenset(f"{W}{kind}Reference" for kind in NOTES)


@dataclass(frozen=True)
class View:
    """What must be known to read any part of a document: its numbers, its styles, how registers are told."""

    numbering: Numbering
    styles: Styles
    hints: ColumnHints = ()
    inserted: Mapping[str, Sequence[str]] = field(default_factory=dict)


def lines_of(tree: WordTree, hints: ColumnHints) -> list[str]:
    """Return the lines of a document."""
    styles = Styles(tree.styles)
    prepare(tree.body, tree.notes, styles)
    view = View(Numbering(tree.numbering, tree.styles), styles, hints, tree.inserted)
    return list(block_lines(tree.body, view))


def head_lines(tree: WordTree) -> Iterator[str]:
    """Yield the lines of all page headers and footers, which are no part of the text but may carry a secrecy mark."""
    view = View(Numbering(tree.numbering, tree.styles), Styles(tree.styles))
    for head in tree.heads:
        yield from block_lines(head, view)


def block_lines(parent: Xml, view: View) -> Iterator[str]:
    """Yield the lines of a body, cell or text box: paragraphs and table rows in order."""
    for element in parent:
        if element.tag == W + "p":
            yield from paragraph_lines(element, view)
        elif element.tag == W + "tbl":
            yield from lines_of_table(element, view)
        elif element.tag in WRAPPERS and not is_prompt(element):
            yield from block_lines(element, view)
        elif element.tag == MC + "AlternateContent":
            yield from block_lines(chosen(element), view)
        elif element.tag == W + "altChunk":
            yield from view.inserted.get(element.get(R + "id"), ())


def is_prompt(element: Xml) -> bool:
    """Tell whether a content control only shows what to fill in (“单击此处输入文字”)."""
    return is_on(element, "sdtPr", "showingPlcHdr")


def chosen(alternate: Xml) -> Xml:
    """Return the one content of an mc:AlternateContent to read, the first with text; reading both would repeat it."""
    options = [child for child in alternate if child.tag in (MC + "Choice", MC + "Fallback")]
    return next((option for option in options if next(option.iter(W + "t", M + "t"), None) is not None), ())


def paragraph_lines(paragraph: Xml, view: View) -> Iterator[str]:
    """Yield a paragraph with its number, then its text boxes and notes."""
    boxes: list[Xml] = []
    hidden = view.styles.hides(value(paragraph, "pPr", "pStyle") or view.numbering.default_style)
    text = "".join(run_texts(paragraph, boxes, view, hidden))
    if text.strip() or not boxes:
        label = view.numbering.label(paragraph) if text.strip() or has_number(paragraph) else ""
        yield label + text.lstrip(" \t") if label else text
    for box in boxes:
        inner = block_lines(box, view)
        if box.tag in NOTE_REFERENCES:
            yield OWN_MARK.sub("", next(inner, ""))
        yield from inner


def has_number(paragraph: Xml) -> bool:
    """Tell whether an empty paragraph counts: Word numbers it if it says so itself."""
    return value(paragraph, "pPr", "numPr", "numId") is not None


def run_texts(element: Xml, boxes: list[Xml], view: View, hidden: bool) -> Iterator[str]:
    """Yield the visible text of a paragraph, tracked deletions and field codes left out; put its text boxes aside."""
    for child in element:
        if child.tag == W + "t":
            yield looked_up(font_of(element), child.text or "")
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag == W + "sym":
            yield symbol(child.get(W + "font", ""), code_of(child.get(W + "char", "")))
        elif child.tag == MC + "AlternateContent":
            yield from run_texts(chosen(child), boxes, view, hidden)
        elif child.tag in (W + "drawing", W + "pict", W + "object"):
            boxes.extend(text_boxes(child))
        elif child.tag in NOTE_REFERENCES:
            boxes.append(child)
            if child.get(W + "customMarkFollows") in ("1", "true", "on"):
                return  # the mark, which is no word of the sentence
        elif child.tag == W + "fldChar":
            yield tick(child)
        elif child.tag == W + "ruby":  # 党建 with its pinyin above: the pinyin is no word of the sentence
            yield from run_texts(child, boxes, view, hidden)
        elif child.tag in (M + "oMath", M + "oMathPara"):
            yield from (text.text or "" for text in child.iter(M + "t"))
        elif child.tag in WRAPPERS_IN_RUN and not is_prompt(child) and not is_hidden(child, view, hidden):
            yield from run_texts(child, boxes, view, hidden)


def is_hidden(run: Xml, view: View, by_paragraph: bool) -> bool:
    """Tell whether a run is hidden: it says so itself, or its style does, or that of its paragraph."""
    if run.tag != W + "r":
        return False
    if run.find(f"{W}rPr/{W}vanish") is not None:
        return is_on(run, "rPr", "vanish")
    return by_paragraph or view.styles.hides(value(run, "rPr", "rStyle"))


def tick(field: Xml) -> str:
    """Return the box of a form that begins a field, ticked or not; nothing if it is no box."""
    box = field.find(f"{W}ffData/{W}checkBox")
    if box is None:
        return ""
    said = next((tag for tag in ("checked", "default") if box.find(W + tag) is not None), "checked")
    return "☑" if is_on(box, said) else "□"


def font_of(run: Xml) -> str:
    """Return the font that a run names for its letters, nothing if it names none."""
    fonts = run.find(f"{W}rPr/{W}rFonts")
    return "" if fonts is None else str(fonts.get(W + "ascii") or fonts.get(W + "hAnsi") or "")


def code_of(char: str) -> int:
    """Return the number of a symbol, 0 for what is none."""
    return int(char, 16) if re.fullmatch("[0-9A-Fa-f]{2,4}", char) else 0


def text_boxes(drawing: Xml) -> list[Xml]:
    """Return the contents of the text boxes of a drawing, each once though nested or given in two formats."""
    content = W + "txbxContent"
    return [
        box
        for box in drawing.iter(content)
        if not any(above.tag in (content, MC + "Fallback") for above in between(box, drawing))
    ]


def between(element: Xml, top: Xml) -> Iterator[Xml]:
    """Yield the ancestors of an element below ``top``."""
    for ancestor in element.iterancestors():
        if ancestor is top:
            return
        yield ancestor


def lines_of_table(table: Xml, view: View) -> Iterator[str]:
    """Yield the lines of a table, tracked deletions of rows left out."""
    rows = [row_cells(row, view) for row in unwrapped(table, W + "tr") if row.find(f"{W}trPr/{W}del") is None]
    yield from table_lines(rows, view.hints)


def row_cells(row: Xml, view: View) -> dict[int, list[str]]:
    """Return the lines of every cell of a row, by the column of the table's grid where it begins."""
    at = span(row, "trPr", "gridBefore", default=0)
    cells = {}
    for cell in unwrapped(row, W + "tc"):
        if is_shown(cell):
            cells[at] = list(block_lines(cell, view))
        at += max(1, span(cell, "tcPr", "gridSpan", default=1))  # the hidden ones too: what follows stays in place
    return cells


def span(element: Xml, *path: str, default: int) -> int:
    """Return how many columns a property says, the default where it says no number."""
    found = value(element, *path)
    return int(found) if found is not None and re.fullmatch("[0-9]{1,4}", found) else default


def unwrapped(parent: Xml, tag: str) -> Iterator[Xml]:
    """Yield the rows of a table or the cells of a row, also those inside content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in WRAPPERS:
            yield from unwrapped(child, tag)


def is_shown(cell: Xml) -> bool:
    """Tell whether a cell is neither a tracked deletion nor continues the merged cell above or to its left."""
    merges = [merge for tag in ("vMerge", "hMerge") for merge in cell.findall(f"{W}tcPr/{W}{tag}")]
    deleted = cell.find(f"{W}tcPr/{W}cellDel") is not None
    return not deleted and all(merge.get(W + "val") == "restart" for merge in merges)
