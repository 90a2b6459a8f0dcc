"""A binary Word document as the tree that a .docx is: paragraphs, tables, notes and boxes, styles and lists.

[MS-DOC] 2.4. The tree is read like any other (``word/lines.py``), so that a table, a number or a field looks the same
whatever the file was stored as. A part that cannot be read is left out and named.
"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

from nlp.readers.word.binary.characters import Characters
from nlp.readers.word.binary.container import END_MARKS, END_NOTES, NOTE_MARKS, NOTES, WordFile
from nlp.readers.word.binary.drawings import Shapes, anchors_of, boxes_of, picture_size, shapes_of
from nlp.readers.word.binary.fonts import fonts_of
from nlp.readers.word.binary.forms import box_of_form
from nlp.readers.word.binary.lists import as_numbering
from nlp.readers.word.binary.properties import Pages, Paragraph, Run, paragraph_of, run_of
from nlp.readers.word.binary.styles import as_styles, numbered, styles_of
from nlp.readers.word.binary.tables import Blocks
from nlp.readers.word.elements import Xml, box, made, picture, words
from nlp.readers.word.list_numbers import W
from nlp.readers.word.tree import WordTree

ENDS = re.compile("[\r\x07\x0c]")  # of paragraphs, cells, pages
SPECIAL = re.compile("[\x00-\x08\x0b-\x0e\x10-\x1f(]")
OWN_MARK = re.compile("[*†‡※#①-⑳]+")  # of a note that is not counted
SIGNS = {"\x0b": "\n", "\x0c": "\n", "\x0e": "\n", "\x1e": "-"}
SAVE_AS_DOCX = "用 Word 或 WPS 打开，另存为 .docx，再读"
FIELDS = {"\x13": "begin", "\x14": "separate", "\x15": "end"}
PICTURE, SYMBOL = "\x01", "("

T = TypeVar("T")


def tree_of(file: WordFile) -> WordTree:
    """Turn a document into a tree. Raises struct.error if not even its characters can be told."""
    return Reading(file).tree()


class Reading:
    """One reading of a document: its characters and their properties, and what hangs where in the text."""

    def __init__(self, file: WordFile) -> None:
        self.file = file
        self.unread: list[str] = []
        self.characters = Characters(file)
        if self.characters.n_missing or len(self.characters.text) < file.lengths["boxes"][1]:
            self.unread.append("一部分文字（文件不完整）")
        self.paragraphs = self.tried("段落的样式", lambda: Pages(file, of_runs=False))
        self.runs = self.tried("修订和隐藏的标记", lambda: Pages(file, of_runs=True))
        self.fonts = self.tried("", lambda: fonts_of(file)) or []
        self.hanging: dict[int, list[Xml]] = defaultdict(list)
        self.places: list[int] = []  # of what hangs, in order
        self.known_paragraphs: dict[tuple[bytes, bytes], Paragraph] = {}
        self.known_runs: dict[tuple[bytes, bytes], Run] = {}

    def tried(self, name: str, read: Callable[[], T]) -> T | None:
        """Read a part of the document; ``None``, and its name is noted, if it is broken."""
        try:
            return read()
        except (struct.error, IndexError, ValueError, OverflowError):
            if name:
                self.unread.append(name)
            return None

    def tree(self) -> WordTree:
        """Read all parts; what hangs in the text goes first, to be there when the text comes to its place."""
        self.tried("脚注", lambda: self.hang_notes(NOTE_MARKS, NOTES, "notes", "footnoteReference"))
        self.tried("尾注", lambda: self.hang_notes(END_MARKS, END_NOTES, "end notes", "endnoteReference"))
        self.tried("文本框", self.hang_shapes)
        self.places = sorted(self.hanging)
        body = made("body", *self.blocks(*self.file.lengths["main"]))
        for rest in (self.hanging[at] for at in sorted(self.hanging)):  # what has no place in the text
            body.append(made("p", made("r", *rest)))
        return WordTree(
            body=body,
            numbering=self.tried("自动编号", lambda: as_numbering(self.file)),
            styles=self.tried("样式", lambda: as_styles(styles_of(self.file))),
            heads=[made("hdr", *self.blocks(*self.file.lengths["heads"]))],
            n_files=self.file.n_files,
            unread=[(name, SAVE_AS_DOCX) for name in self.unread],
        )

    def hang_notes(self, marks: int, texts: int, part: str, tag: str) -> None:
        """Hang every note where the text refers to it; notes without such places stand at the end of the text."""
        start, end = self.file.lengths[part]
        if start == end:
            return
        places = self.file.places(marks, 2)[0][:-1]
        bounds = [min(start + at, end) for at in self.file.places(texts, 0)[0]]
        if not places or len(bounds) <= len(places):
            places, bounds = [self.file.lengths["main"][1]], [start, end]
        for at, (begin, stop) in zip(places, pairwise(bounds), strict=False):
            self.hanging[at].append(made(tag, *self.blocks(begin, stop)))

    def hang_shapes(self) -> None:
        """Hang every text box and large picture at its anchor; a box without one stands at the end of the text."""
        start, end = self.file.lengths["boxes"]
        shapes = self.tried("图形", lambda: shapes_of(self.file)) or Shapes()
        anchors = anchors_of(self.file)
        places = {anchor.shape: anchor.at for anchor in anchors}
        last = self.file.lengths["main"][1]
        for each in boxes_of(self.file):
            blocks = self.blocks(min(start + each.start, end), min(start + each.end, end))
            if blocks and not len(blocks[-1].findall(f"{W}r")):
                blocks.pop()  # the end of the stretch
            self.hanging[places.get(shapes.anchored.get(each.shape, each.shape), last)].append(box(blocks))
        if start < end and not boxes_of(self.file):
            self.hanging[last].append(box(self.blocks(start, end)))
        for anchor in anchors:
            if anchor.shape in shapes.pictures:
                self.hanging[anchor.at].append(picture(anchor.width, anchor.height))

    def blocks(self, start: int, end: int) -> list[Xml]:
        """Return the paragraphs and tables of a stretch of text."""
        blocks = Blocks()
        for begin, at, mark in self.cut(start, end):
            properties = self.paragraph_at(at)
            blocks.add(self.paragraph(begin, at, properties), properties, mark)
        return blocks.all()

    def cut(self, start: int, end: int) -> Iterator[tuple[int, int, str]]:
        """Yield start, end and end mark of every paragraph; a page may break within one."""
        at, end = start, min(end, len(self.characters.text))
        for match in ENDS.finditer(self.characters.text, start, end):
            if match.group() != "\x0c" or self.ends_here(match.start()):
                yield at, match.start(), match.group()
                at = match.end()
        if at < end:
            yield at, end, ""

    def ends_here(self, at: int) -> bool:
        """Tell whether a paragraph ends with a character."""
        piece = self.characters.piece_at(at)
        ends = self.paragraphs.end_at(self.characters.place_of(at)) if self.paragraphs else None
        return ends is None or ends <= self.characters.place_of(at) + piece.width

    def paragraph_at(self, at: int) -> Paragraph:
        """Return the properties of the paragraph that ends with a character."""
        group = self.paragraphs.at(self.characters.place_of(at)) if self.paragraphs else b""
        changes = self.characters.piece_at(at).changes
        if (group, changes) not in self.known_paragraphs:
            style = int.from_bytes(group[:2], "little")
            found = paragraph_of(style, [group[2:], changes], self.file.data)
            if found.numbered_as_before:
                self.unread = list(dict.fromkeys([*self.unread, "旧式的自动编号"]))
            self.known_paragraphs[group, changes] = found
        return self.known_paragraphs[group, changes]

    def run_at(self, at: int) -> Run:
        """Return the properties of a character."""
        return next((run for _, _, run in self.runs_of(at, at + 1)), Run())

    def runs_of(self, start: int, end: int) -> Iterator[tuple[int, int, Run]]:
        """Cut a stretch of text where the properties of its characters change."""
        for begin, stop, piece in self.characters.stretches(start, end):
            place = piece.place + piece.width * (begin - piece.start)
            last = place + piece.width * (stop - begin)
            cuts = self.runs.cuts(place, last) if self.runs else [(place, b"")]
            places = [begin + (at - place) // piece.width for at, _ in cuts] + [stop]
            for (left, right), (_, group) in zip(pairwise(places), cuts, strict=True):
                if left < right:
                    yield left, right, self.run_of(group, piece.changes)

    def run_of(self, group: bytes, changes: bytes) -> Run:
        """Return the properties of a run, read once for all runs that have the same."""
        if (group, changes) not in self.known_runs:
            self.known_runs[group, changes] = run_of([group, changes])
        return self.known_runs[group, changes]

    def paragraph(self, start: int, end: int, properties: Paragraph) -> Xml:
        """Write a paragraph: its style and list, whether its end was deleted, its runs."""
        ending = self.run_at(end)
        mark = [made("del")] if ending.deleted else []
        mark += [] if ending.hidden is None else [made("vanish", val=abs(ending.hidden))]
        head = made("pPr", made("pStyle", val=properties.style), *numbered(properties.list, properties.level))
        if mark:
            head.append(made("rPr", *mark))
        runs = (self.run(begin, stop, run) for begin, stop, run in self.runs_of(start, end))
        return made("p", head, *runs)

    def run(self, start: int, end: int, properties: Run) -> Xml:
        """Write a run."""
        style = [] if properties.style is None else [made("rStyle", val=properties.style)]
        style += [] if properties.hidden is None else [made("vanish", val=abs(properties.hidden))]
        if properties.font is not None and properties.font < len(self.fonts):
            style.append(made("rFonts", ascii=self.fonts[properties.font]))
        element = made("r", made("rPr", *style)) if style else made("r")
        content = self.content(start, end, properties)
        element.extend(content)
        return made("del", element) if properties.deleted else element

    def content(self, start: int, end: int, properties: Run) -> Iterator[Xml]:
        """Yield what a run holds: text, the marks of fields, symbols, pictures, and what hangs in it."""
        text, at = self.characters.text, start
        for place in self.special(start, end):
            if at < place:
                yield words(text[at:place])
            at = place
            hung = self.hanging.pop(place, ())
            yield from hung
            if hung and (mark := OWN_MARK.match(text, place, end)):
                at = mark.end()
            elif SPECIAL.match(text[place]):
                yield from self.sign(text[place], properties)
                at = place + 1
        if at < end:
            yield words(text[at:end])

    def special(self, start: int, end: int) -> Sequence[int]:
        """Return the places in a stretch that are no mere text."""
        places = {match.start() for match in SPECIAL.finditer(self.characters.text, start, end)}
        return sorted(places.union(self.places[bisect_left(self.places, start) : bisect_left(self.places, end)]))

    def sign(self, char: str, properties: Run) -> Iterator[Xml]:
        """Yield what a character stands for that is no mere text."""
        if char in FIELDS:
            yield made("fldChar", fldCharType=FIELDS[char])
        elif char in SIGNS:
            yield words(SIGNS[char])
        elif char == PICTURE and properties.picture is not None and properties.is_form:
            if sign := box_of_form(self.file.data, properties.picture):  # stands in the code of a field, and is shown
                yield made("sym", char=f"{ord(sign):04X}")
        elif char == PICTURE and properties.picture is not None and not properties.is_ole:
            size = picture_size(self.file.data, properties.picture)
            if size:
                yield picture(*size)
        elif char == SYMBOL and properties.symbol:
            font, symbol = properties.symbol
            yield made("sym", font=self.fonts[font] if font < len(self.fonts) else "", char=f"{symbol:04X}")
        elif char == SYMBOL:
            yield words(char)
