"""Text boxes and pictures of a binary document: where each is anchored, and how large a picture is.

[MS-DOC] 2.8.37 (anchors), 2.8.32 (texts of boxes), 2.9.192 (pictures in a line); [MS-ODRAW] for shapes and groups.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from nlp.readers.word.binary.container import ANCHORS, BOXES, DRAWINGS, WordFile

DRAWING, GROUP, SHAPE, SHAPE_ID, OPTIONS = 0xF002, 0xF003, 0xF004, 0xF00A, 0xF00B
PICTURE = 0x0104  # the option of a shape that is a picture
MAX_DEPTH = 50  # of groups in groups
ANCHOR_SIZE, BOX_SIZE = 26, 22


@dataclass(frozen=True)
class Shapes:
    """The shapes of a document: the one that is anchored for each of them, and which are pictures."""

    anchored: dict[int, int] = field(default_factory=dict)
    pictures: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place in the text where a shape hangs, and its size in twips."""

    at: int
    shape: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Box:
    """A stretch of the texts of boxes, and the shape that shows it."""

    start: int
    end: int
    shape: int


def anchors_of(file: WordFile) -> list[Anchor]:
    """Read where the shapes of the main text are anchored."""
    places, entries = file.places(ANCHORS, ANCHOR_SIZE)
    found = []
    for at, entry in zip(places, entries, strict=False):
        shape, left, top, right, bottom = struct.unpack_from("<5i", entry)
        found.append(Anchor(at, shape, right - left, bottom - top))
    return found


def boxes_of(file: WordFile) -> list[Box]:
    """Read the text boxes; the last entry is none, and one that may be used again is empty."""
    places, entries = file.places(BOXES, BOX_SIZE)
    found = []
    for i, entry in enumerate(entries):
        may_be_used_again, shape = struct.unpack_from("<H", entry, 8)[0], struct.unpack_from("<i", entry, 14)[0]
        if not may_be_used_again and shape:
            found.append(Box(places[i], places[i + 1], shape))
    return found


def shapes_of(file: WordFile) -> Shapes:
    """Read the shapes of all drawings."""
    found = Shapes()
    part = file.part(DRAWINGS)
    at = record(part, 0)[3] if part else 0  # behind what all drawings share
    while at + 9 <= len(part):
        _, kind, start, end = record(part, at + 1)  # a byte before a drawing says whose it is
        for _, inner, begin, stop in records(part, start, end) if kind == DRAWING else ():
            if inner == GROUP:  # the one that holds all others, which is none to be seen
                walk_group(part, begin, stop, None, found, 0)
        at = end
    return found


def record(part: bytes, at: int) -> tuple[int, int, int, int]:
    """Return head, kind, start and end of the record at a place."""
    head, kind, size = struct.unpack_from("<HHI", part, at)
    return head, kind, at + 8, min(len(part), at + 8 + size)


def records(part: bytes, at: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield the records between two places."""
    while at + 8 <= end:
        found = record(part, at)
        yield found
        at = found[3]


def walk_group(part: bytes, start: int, end: int, top: int | None, found: Shapes, depth: int) -> None:
    """Note the shapes of a group; ``top`` is the outermost of those it is in, None for the group of all."""
    for i, (_, kind, begin, stop) in enumerate(records(part, start, end)):
        if kind == SHAPE:
            number = walk_shape(part, begin, stop, found)
            if i or top is not None:
                found.anchored[number] = number if top is None else top
        elif kind == GROUP and depth < MAX_DEPTH:
            walk_group(part, begin, stop, first_shape(part, begin, stop) if top is None else top, found, depth + 1)


def first_shape(part: bytes, start: int, end: int) -> int:
    """Return the shape of a group itself, which is its first."""
    for _, kind, begin, stop in records(part, start, end):
        if kind == SHAPE:
            return walk_shape(part, begin, stop, Shapes())
    return 0


def walk_shape(part: bytes, start: int, end: int, found: Shapes) -> int:
    """Return the number of a shape, and note whether it is a picture."""
    number = 0
    for head, kind, begin, stop in records(part, start, end):
        if kind == SHAPE_ID and stop - begin >= 4:
            number = struct.unpack_from("<i", part, begin)[0]
        elif kind == OPTIONS:
            for i in range(min(head >> 4, (stop - begin) // 6)):
                option, value = struct.unpack_from("<HI", part, begin + 6 * i)
                if option & 0x3FFF == PICTURE and value:
                    found.pictures.add(number)
    return number


def picture_size(data: bytes, at: int) -> tuple[int, int] | None:
    """Return width and height in twips of a picture that stands in a line; ``None`` if there is none."""
    if at < 0 or at + 48 > len(data):
        return None
    width, height, scale_x, scale_y = struct.unpack_from("<hhHH", data, at + 28)
    return width * (scale_x or 1000) // 1000, height * (scale_y or 1000) // 1000
