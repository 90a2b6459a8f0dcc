"""Word documents (.docx): paragraphs with their automatic numbers, tables, text boxes, notes, in order."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

from nlp.base.errors import UnreadableFile
from nlp.readers.limits import DAMAGED_FIX, check_zip, load
from nlp.readers.registers.register import ColumnHints, register_lines
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file
from nlp.readers.word.list_numbers import Numbering, W, Xml, is_on, value

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MAX_XML_BYTES = 80_000_000  # one part as a tree takes some ten times its size in memory
LONG_CELL = 120  # characters: a row with a longer cell is a form that carries text, not data
WRAPPERS = frozenset(
    W + tag for tag in ("sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple")
)
WRAPPERS_IN_RUN = WRAPPERS | {W + tag for tag in ("r", "dir", "bdo", "rubyBase")}
NOTES = ("footnote", "endnote")
NOTE_REFERENCES = frozenset(f"{W}{kind}Reference" for kind in NOTES)
SIGNS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": "\t"}


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a Word document."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if "有密码" in kind:
        raise UnreadableFile("文件有密码", "去掉密码另存一份，再读")
    if not raw.startswith(b"PK") or (kind != "ZIP 压缩包" and "Word" not in kind):
        raise UnreadableFile(f"不是 Word 文档，其实是{kind}", "用 Word 或 WPS 打开，另存为 .docx；或改回原来的扩展名")
    check_parts(raw, options)
    document = open_document(raw)
    body, numbering = body_of(document)
    place_notes(body, document)
    leave_out_field_codes(body)
    refuse_marked(head_lines(document, numbering), options)
    return whole_file("\n".join(block_lines(body, numbering, options.column_hints)), "docx", options)


def check_parts(raw: bytes, options: ReadOptions) -> None:
    """Refuse bombs, and XML too large to be held as a tree."""
    members = check_zip(raw, options)
    largest = max((member.file_size for member in members if member.filename.endswith(".xml")), default=0)
    if largest > MAX_XML_BYTES:
        raise UnreadableFile(f"文档正文太大：{largest / 1e6:.0f} MB", "拆成几个较小的文件再读")


def open_document(raw: bytes) -> Xml:
    """Open the package."""
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree  # type: ignore[import-untyped]

    try:
        return docx.Document(io.BytesIO(raw))
    except (OpcError, etree.LxmlError, BadZipFile, zlib.error) as fault:
        raise UnreadableFile("Word 文档已损坏", DAMAGED_FIX) from fault
    except (KeyError, ValueError, AttributeError, TypeError, OSError) as fault:  # python-docx on missing or odd parts
        raise UnreadableFile("不是完整的 Word 文档，缺少必要的部分", DAMAGED_FIX) from fault


def body_of(document: Xml) -> tuple[Xml, Numbering]:
    """Return the body of a document and its numbering."""
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        body, numbering, styles = document.element.body, part(document, "numbering"), part(document, "styles")
    except (OpcError, etree.LxmlError, BadZipFile, zlib.error) as fault:
        raise UnreadableFile("Word 文档已损坏", DAMAGED_FIX) from fault
    except (KeyError, ValueError, AttributeError, TypeError, OSError) as fault:  # python-docx on missing or odd parts
        raise UnreadableFile("不是完整的 Word 文档，缺少必要的部分", DAMAGED_FIX) from fault
    if document.element.getroottree().docinfo.internalDTD is not None:  # Word writes none; entities could hide in it
        raise UnreadableFile("Word 文档里有实体声明（DTD），可能是恶意文件", "用 Word 或 WPS 打开、另存一份，再读")
    if body is None:
        raise UnreadableFile("Word 文档没有正文部分", DAMAGED_FIX)
    return body, Numbering(numbering, styles)


def place_notes(body: Xml, document: Xml) -> None:
    """Put every footnote and endnote into the first reference to it: a reader sees it there, and only once."""
    for kind in NOTES:
        notes = notes_of(document, kind)
        for reference in body.iter(f"{W}{kind}Reference"):
            reference.extend(notes.pop(reference.get(W + "id"), ()))


def leave_out_field_codes(body: Xml) -> None:
    """Take out the text of fields that stand inside the code of another: {IF {MERGEFIELD 甲} …}甲 shows 甲 once.

    A field that never ends, as in a damaged document, takes nothing away.
    """
    fields: list[tuple[bool, list[Xml]]] = []  # the open ones: is its result reached, and what stands in its code
    hidden: list[Xml] = []
    for element in body.iter(W + "fldChar", W + "t", *SIGNS):
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            fields.append((False, []))
        elif kind == "separate" and fields:
            fields[-1] = (True, fields[-1][1])
        elif kind == "end" and fields:
            hidden += fields.pop()[1]
        elif element.tag != W + "fldChar":
            next((code for reached, code in fields if not reached), []).append(element)
    for element in hidden:
        element.getparent().remove(element)


def notes_of(document: Xml, kind: str) -> dict[str | None, Xml]:
    """Return the footnotes or endnotes of a document by their number."""
    from docx.oxml import parse_xml
    from lxml import etree

    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{kind}s") and not relation.is_external:
            try:
                root = parse_xml(relation.target_part.blob)
            except (etree.LxmlError, ValueError) as fault:
                raise UnreadableFile("Word 文档已损坏", DAMAGED_FIX) from fault
            return {note.get(W + "id"): note for note in root.findall(W + kind)}
    return {}


def head_lines(document: Xml, numbering: Numbering) -> Iterator[str]:
    """Yield the lines of all page headers and footers, which are no part of the text but may carry a secrecy mark."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/header", "/footer")) and not relation.is_external:
            element = getattr(relation.target_part, "element", None)
            yield from block_lines(element, numbering) if element is not None else ()


def part(document: Xml, name: str) -> Xml | None:
    """Return the XML of a part related to the document, such as its numbering; ``None`` if it has none."""
    for relation in document.part.rels.values():
        if relation.reltype.endswith(f"/{name}") and not relation.is_external:
            return getattr(relation.target_part, "element", None)
    return None


def block_lines(parent: Xml, numbering: Numbering, hints: ColumnHints = ()) -> Iterator[str]:
    """Yield the lines of a body, cell or text box: paragraphs and table rows in order; ``hints`` tell registers."""
    for element in parent:
        if element.tag == W + "p":
            yield from paragraph_lines(element, numbering, hints)
        elif element.tag == W + "tbl":
            yield from table_lines(element, numbering, hints)
        elif element.tag in WRAPPERS:
            yield from block_lines(element, numbering, hints)
        elif element.tag == MC + "AlternateContent":
            yield from block_lines(chosen(element), numbering, hints)


def chosen(alternate: Xml) -> Xml:
    """Return the one content of an mc:AlternateContent to read, the first with text; reading both would repeat it."""
    options = [child for child in alternate if child.tag in (MC + "Choice", MC + "Fallback")]
    return next((option for option in options if next(option.iter(W + "t", M + "t"), None) is not None), ())


def paragraph_lines(paragraph: Xml, numbering: Numbering, hints: ColumnHints) -> Iterator[str]:
    """Yield a paragraph with its number, then its text boxes and notes; leave out a generated table of contents."""
    boxes: list[Xml] = []
    text = "".join(run_texts(paragraph, boxes))
    if (text.strip() or not boxes) and not is_contents(paragraph, numbering):
        label = numbering.label(paragraph) if text.strip() or has_number(paragraph) else ""
        yield label + text.lstrip(" \t") if label else text
    for box in boxes:
        yield from block_lines(box, numbering, hints)


def has_number(paragraph: Xml) -> bool:
    """Tell whether an empty paragraph counts: Word numbers it if it says so itself."""
    return value(paragraph, "pPr", "numPr", "numId") is not None


def is_contents(paragraph: Xml, numbering: Numbering) -> bool:
    """Tell whether a paragraph is a line of a generated table of contents, by its style (“toc 1”)."""
    style = numbering.styles.get(value(paragraph, "pPr", "pStyle"))
    return (value(style, "name") or "").lower().startswith("toc ")


def run_texts(element: Xml, boxes: list[Xml]) -> Iterator[str]:
    """Yield the visible text of a paragraph, tracked deletions and field codes left out; put its text boxes aside."""
    for child in element:
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag in SIGNS:
            yield SIGNS[child.tag]
        elif child.tag == MC + "AlternateContent":
            yield from run_texts(chosen(child), boxes)
        elif child.tag in (W + "drawing", W + "pict", W + "object"):
            boxes.extend(text_boxes(child))
        elif child.tag in NOTE_REFERENCES:
            boxes.append(child)
        elif child.tag == W + "ruby":  # 党建 with its pinyin above: the pinyin is no word of the sentence
            yield from run_texts(child, boxes)
        elif child.tag in (M + "oMath", M + "oMathPara"):
            yield from (text.text or "" for text in child.iter(M + "t"))
        elif child.tag in WRAPPERS_IN_RUN and not is_on(child, "rPr", "vanish"):
            yield from run_texts(child, boxes)


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


def table_lines(table: Xml, numbering: Numbering, hints: ColumnHints) -> Iterator[str]:
    """Yield a table: a row of short cells on one line, separated by tabs; the cells of a form as lines of their own.

    The texts in a row of a register are lines under the names of their columns.
    """
    rows = [row_cells(row, numbering) for row in unwrapped(table, W + "tr") if row.find(f"{W}trPr/{W}del") is None]
    for row, lines_of_register in zip(rows, register_lines(rows, hints), strict=True):
        cells = row.values()
        if lines_of_register is not None:
            yield from lines_of_register
        elif any(sum(map(len, lines)) > LONG_CELL for lines in cells):
            yield from (line for lines in cells for line in lines)
        else:
            texts = [" ".join(line.strip() for line in lines if line.strip()) for lines in cells]
            yield "\t".join(text.replace("\n", " ").replace("\t", " ") for text in texts)


def row_cells(row: Xml, numbering: Numbering) -> dict[int, list[str]]:
    """Return the lines of every cell of a row, by the column of the table's grid where it begins."""
    at = span(row, "trPr", "gridBefore", default=0)
    cells = {}
    for cell in unwrapped(row, W + "tc"):
        if is_shown(cell):
            cells[at] = list(block_lines(cell, numbering))
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
