"""The properties of paragraphs and runs of a binary document: pages of them, and single ones (sprms), [MS-DOC] 2.6."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from nlp.readers.word.binary.container import PARAGRAPH_PAGES, RUN_PAGES, WordFile

PAGE = 512
STYLE, LIST, LEVEL, IN_TABLE, ROW_END, DEPTH, DEEPER = 0x4600, 0x460B, 0x260A, 0x2416, 0x2417, 0x6649, 0x664A
INNER_CELL, INNER_ROW, ELSEWHERE, ELSEWHERE_TOO = 0x244B, 0x244C, 0x6645, 0x6646
ROW, MERGED_DOWN = 0xD608, 0xD62B
DELETED, HIDDEN, SYMBOL, RUN_STYLE, PICTURE, OLE, FONT = 0x0800, 0x083C, 0x6A09, 0x4A30, 0x6A03, 0x080A, 0x4A4F
FORM = 0x0806  # what stands with the pictures is a field of a form
SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}  # bytes of a value by the top bits of its property
OLD_NUMBER = 0x07FF
LIST_NUMBERS = range(1, OLD_NUMBER)  # of what is greater none is shown
TABS = 0xC615  # may be too long for its length byte


def single(group: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the properties of a group with their values, as far as it can be read."""
    at = 0
    while at + 2 < len(group):
        kind = int.from_bytes(group[at : at + 2], "little")
        at += 2
        size = SIZES.get(kind >> 13)
        if size is None:
            if kind == ROW:
                size = int.from_bytes(group[at : at + 2], "little") - 1
                at += 2
            else:
                size = group[at]
                at += 1
                if kind == TABS and size == 255:
                    return  # nothing that is read here stands behind so many tabs
        if size < 0:
            return
        yield kind, group[at : at + size]
        at += size


def number(value: bytes, signed: bool = False) -> int:
    """Return a value as a number."""
    return int.from_bytes(value, "little", signed=signed)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as its end mark describes it: the edges of its cells, and which go on from the row above."""

    edges: tuple[int, ...] = ()
    merges: tuple[int, ...] = ()  # of every cell: 1 goes on, 3 begins a cell over several rows
    sideways: tuple[int, ...] = ()  # the same, from left to right


@dataclass(frozen=True, slots=True)
class Paragraph:
    """What decides how a paragraph is read."""

    style: int = 0
    list: int | None = None  # number of the list; 0 is none although the style has one
    level: int | None = None
    numbered_as_before: bool = False  # with a number as Word 6 kept it
    depth: int = 0  # of the table that it stands in
    ends_row: bool = False
    ends_inner_cell: bool = False
    row: Row = field(default_factory=Row)


@dataclass(frozen=True, slots=True)
class Run:
    """What decides how a run is read; a switch that follows its style is None, one against its style is -1."""

    deleted: bool = False
    hidden: int | None = None
    style: int | None = None
    symbol: tuple[int, int] | None = None  # font and character
    picture: int | None = None
    is_ole: bool = False
    is_form: bool = False  # what stands at the place of the picture is a field of a form
    font: int | None = None


def paragraph_of(style: int, groups: list[bytes], data: bytes) -> Paragraph:
    """Read the properties of a paragraph."""
    found = Paragraph(style)
    in_table, depth = False, None
    for kind, value in (each for group in groups for each in all_single(group, data)):
        if kind == STYLE:
            found = Paragraph(number(value))
        elif kind == LIST:
            listed = number(value) if number(value) in LIST_NUMBERS else 0
            found = replace(found, list=listed, numbered_as_before=number(value) == OLD_NUMBER)
        elif kind == LEVEL:
            found = replace(found, level=number(value))
        elif kind == IN_TABLE:
            in_table = bool(number(value))
        elif kind == DEPTH:
            depth = number(value, signed=True)
        elif kind == DEEPER:
            depth = (depth or 0) + number(value, signed=True)
        elif kind in (ROW_END, INNER_ROW):
            found = replace(found, ends_row=found.ends_row or bool(number(value)))
        elif kind == INNER_CELL:
            found = replace(found, ends_inner_cell=bool(number(value)))
        elif kind == ROW:
            found = replace(found, row=row_of(value))
        elif kind == MERGED_DOWN and len(value) > 1 and value[0] < len(found.row.merges):
            merges = list(found.row.merges)
            merges[value[0]] = value[1]
            found = replace(found, row=replace(found.row, merges=tuple(merges)))
    return replace(found, depth=max(depth or 0, 1) if in_table else 0)


def all_single(group: bytes, data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield single properties, those too, that stand with the pictures for want of room."""
    for kind, value in single(group):
        if kind in (ELSEWHERE, ELSEWHERE_TOO):
            place = number(value)
            yield from single(data[place + 2 : place + 2 + number(data[place : place + 2])])
        else:
            yield kind, value


def row_of(value: bytes) -> Row:
    """Read the description of a row."""
    n = value[0] if value else 0
    if len(value) < 1 + 2 * (n + 1):
        return Row()
    edges = struct.unpack_from(f"<{n + 1}h", value, 1)
    flags = [number(value[at : at + 2]) for at in range(1 + 2 * (n + 1), 1 + 2 * (n + 1) + 20 * n, 20)]
    return Row(edges, tuple((each >> 5) & 3 for each in flags), tuple(each & 3 for each in flags))


def run_of(groups: list[bytes]) -> Run:
    """Read the properties of a run."""
    found = Run()
    for kind, value in (each for group in groups for each in single(group)):
        if kind == DELETED:
            found = replace(found, deleted=bool(number(value)))
        elif kind == HIDDEN:
            found = replace(found, hidden={0: 0, 1: 1, 0x81: -1}.get(number(value)))
        elif kind == RUN_STYLE:
            found = replace(found, style=number(value))
        elif kind == SYMBOL and len(value) == 4:
            found = replace(found, symbol=(number(value[:2]), number(value[2:])))
        elif kind == PICTURE:
            found = replace(found, picture=number(value))
        elif kind == OLE:
            found = replace(found, is_ole=bool(number(value)))
        elif kind == FORM:
            found = replace(found, is_form=bool(number(value)))
        elif kind == FONT:
            found = replace(found, font=number(value))
    return found


class Pages:
    """Groups of properties by the place of what they belong to."""

    def __init__(self, file: WordFile, of_runs: bool) -> None:
        pages = file.places(RUN_PAGES if of_runs else PARAGRAPH_PAGES, 4)[1]
        numbers = dict.fromkeys(number(page) & 0x3FFFFF for page in pages)  # each once, however often it is named
        read = runs_of_page if of_runs else paragraphs_of_page
        entries = sorted(entry for n in numbers for entry in read(file.word[PAGE * n : PAGE * (n + 1)]))
        self.starts = [start for start, _, _ in entries]
        self.entries = entries

    def at(self, place: int) -> bytes:
        """Return the group that a place belongs to; empty if there is none."""
        found = bisect_right(self.starts, place) - 1
        return self.entries[found][2] if found >= 0 and place < self.entries[found][1] else b""

    def end_at(self, place: int) -> int | None:
        """Return where the group of a place ends; ``None`` if there is none."""
        found = bisect_right(self.starts, place) - 1
        return self.entries[found][1] if found >= 0 and place < self.entries[found][1] else None

    def cuts(self, start: int, end: int) -> list[tuple[int, bytes]]:
        """Return where other groups begin within a stretch, with the groups; the first is that of its start."""
        found = bisect_right(self.starts, start) - 1
        cuts = [(start, self.at(start))]
        for at in range(max(found, 0), len(self.entries)):
            begin, stop, group = self.entries[at]
            if begin >= end:
                break
            if begin > start:
                cuts.append((begin, group))
            following = self.starts[at + 1] if at + 1 < len(self.starts) else end
            if start < stop < min(following, end):
                cuts.append((stop, b""))
        return cuts


def runs_of_page(page: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield start, end and group of every run of a page."""
    for i, start, end in stretches_of(page):
        at = 2 * byte(page, 4 * (page[-1] + 1) + i)
        yield start, end, page[at + 1 : at + 1 + byte(page, at)] if at else b""


def paragraphs_of_page(page: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield start, end and group of every paragraph of a page; its style stands before the group."""
    for i, start, end in stretches_of(page):
        at = 2 * byte(page, 4 * (page[-1] + 1) + 13 * i)
        if not at:
            yield start, end, b"\0\0"
        elif size := byte(page, at):
            yield start, end, page[at + 1 : at + 2 * size]
        else:
            yield start, end, page[at + 2 : at + 2 + 2 * byte(page, at + 1)]


def byte(page: bytes, at: int) -> int:
    """Return a byte of a page; of a broken one zero."""
    return page[at] if at < len(page) else 0


def stretches_of(page: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield number, start and end of what a page describes; of a broken page nothing."""
    n = page[-1] if len(page) == PAGE else 0
    if not n or 4 * (n + 1) + n > PAGE:
        return
    places = struct.unpack_from(f"<{n + 1}I", page)
    for i in range(n):
        if places[i] < places[i + 1]:
            yield i, places[i], places[i + 1]
