"""Make the tree of a Word document say what a reader of it sees, before it is read from start to end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nlp.readers.word.list_numbers import W, Xml, is_on
from nlp.readers.word.styles import Styles

NOTES = ("footnote", "endnote")
SIGNS = {W + "tab": "\t", W + "br": "\n", W + "cr": "\n", W + "noBreakHyphen": "-", W + "ptab": "\t"}
GONE = frozenset((W + "del", W + "moveFrom"))  # tracked deletions, and where something was moved from
SHOWN = tuple(W + tag for tag in ("t", "sym", "drawing", "pict", "object", "footnoteReference", "endnoteReference"))
MAX_FIELDS = 50  # in each other; a hostile file may have any number
CONTENTS_LINE = re.compile(r"\S.*?(?:\t|[.·…．。]{2,}|\s)\s*(?:\d{1,4}|[ivxlc]{1,6})\s*")


def prepare(body: Xml, notes: Mapping[str, Xml | None], styles: Styles) -> None:
    """Place the notes, and take out what is not shown: codes of fields, contents lists, ends that were deleted."""
    place_notes(body, notes)
    leave_out_contents(body, leave_out_field_codes(body), styles)
    leave_out_deleted_rows(body)
    join_deleted_ends(body)


def place_notes(body: Xml, notes: Mapping[str, Xml | None]) -> None:
    """Put every footnote and endnote into the first reference to it: a reader sees it there, and only once."""
    for kind in NOTES:
        root = notes.get(kind)
        by_number = {} if root is None else {note.get(W + "id"): note for note in root.findall(W + kind)}
        for reference in body.iter(f"{W}{kind}Reference"):
            reference.extend(by_number.pop(reference.get(W + "id"), ()))


def leave_out_field_codes(body: Xml) -> set[Xml]:
    """Take out the text of fields that stand inside the code of another: {IF {MERGEFIELD 甲} …}甲 shows 甲 once.

    A field that never ends, as in a damaged document, takes nothing away. Returns the lines of contents lists, which
    not every style tells.
    """
    fields: list[Field] = []  # the open ones
    hidden: list[Xml] = []
    contents: set[Xml] = set()
    for element in body.iter(W + "fldChar", W + "instrText", W + "t", *SIGNS):
        kind = element.get(W + "fldCharType")
        if kind == "begin":
            fields.append(Field())
        elif kind == "separate" and fields:
            fields[-1].has_result = True
        elif kind == "end" and fields:
            field = fields.pop()
            hidden += field.not_shown()
            contents.update(field.contents())
        elif element.tag != W + "fldChar":
            for each in fields[:MAX_FIELDS]:
                each.add(element)
    for element in hidden:
        if element.getparent() is not None:
            element.getparent().remove(element)
    return contents


class Field:
    """A field that is open: what stands in its code and in its result."""

    def __init__(self) -> None:
        self.has_result = False
        self.code: list[Xml] = []
        self.result: list[Xml] = []

    def add(self, element: Xml) -> None:
        """Add an element of text to the code or the result."""
        (self.result if self.has_result else self.code).append(element)

    def not_shown(self) -> Iterator[Xml]:
        """Yield what is not shown: the text of the code."""
        return (element for element in self.code if element.tag != W + "instrText")

    def contents(self) -> Iterator[Xml]:
        """Yield the lines of a contents list: of its result those that end with the number of a page."""
        if not "".join(element.text or "" for element in self.code).lstrip().startswith("TOC"):
            return
        lines: dict[Xml, list[Xml]] = {}
        for element in self.result:
            paragraph = next(element.iterancestors(W + "p"), None)
            if paragraph is not None and element.tag != W + "instrText":
                lines.setdefault(paragraph, []).append(element)
        for paragraph, elements in lines.items():
            if CONTENTS_LINE.fullmatch("".join(SIGNS.get(each.tag) or each.text or "" for each in elements)):
                yield paragraph


def leave_out_contents(body: Xml, lines: set[Xml], styles: Styles) -> None:
    """Take out the lines of contents lists, but for the text boxes that hang in them."""
    for paragraph in list(body.iter(W + "p")):
        if paragraph in lines or styles.is_contents(paragraph):
            boxes = [run for run in paragraph if next(run.iter(W + "txbxContent"), None) is not None]
            if boxes:
                paragraph[:] = boxes
            else:
                paragraph.getparent().remove(paragraph)


def leave_out_deleted_rows(body: Xml) -> None:
    """Take out the rows of tables whose words were all deleted; not every program marks the row itself."""
    for row in list(body.iter(W + "tr")):
        if next(row.iter(*GONE), None) is not None and not shows_anything(row):
            row.getparent().remove(row)


def join_deleted_ends(body: Xml) -> None:
    """Join a paragraph whose end was deleted, or is hidden, to the next one, as Word shows it; drop one without end or
    words that was deleted.

    A deleted heading would be counted otherwise, and the numbers behind it be wrong.
    """
    for paragraph in list(body.iter(W + "p")):
        if paragraph.getparent() is None:
            continue
        swallow_empty(paragraph)
        joins = ends_in_next(paragraph)
        following = next_paragraph(paragraph) if joins else None
        if following is not None:
            at = 1 if len(following) and following[0].tag == W + "pPr" else 0
            following[at:at] = [child for child in paragraph if child.tag != W + "pPr"]
        if following is not None or ((joins or was_deleted(paragraph)) and not shows_anything(paragraph)):
            paragraph.getparent().remove(paragraph)


def swallow_empty(paragraph: Xml) -> None:
    """Join a paragraph whose end was deleted to those behind it that show nothing: it keeps its own style and list."""
    while ends_in_next(paragraph) and shows_anything(paragraph):
        following = next_paragraph(paragraph)
        if following is None or shows_anything(following):
            return
        if not ends_in_next(following):
            properties = paragraph.find(W + "pPr")
            properties.remove(properties.find(W + "rPr"))
        following.getparent().remove(following)


def ends_in_next(paragraph: Xml) -> bool:
    """Tell whether the end of a paragraph was deleted or is hidden."""
    ending = paragraph.find(f"{W}pPr/{W}rPr")
    return ending is not None and (any(child.tag in GONE for child in ending) or is_on(ending, "vanish"))


def was_deleted(paragraph: Xml) -> bool:
    """Tell whether words of a paragraph were deleted."""
    return any(child.tag in GONE and len(child) for child in paragraph)


def next_paragraph(paragraph: Xml) -> Xml | None:
    """Return the paragraph that follows directly; ``None`` if a table or nothing does."""
    for following in paragraph.itersiblings():
        if following.tag == W + "p":
            return following
        if following.tag in (W + "tbl", W + "sdt"):
            return None
    return None


def shows_anything(part: Xml) -> bool:
    """Tell whether something stands in a paragraph or a row that was not deleted."""
    shown = part.iter(*SHOWN)
    return any(not any(above.tag in GONE for above in element.iterancestors()) for element in shown)
