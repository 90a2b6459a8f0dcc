"""The streams of a binary Word document and what its header (FIB) says: [MS-DOC] 2.5."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

# Places in the header's table of (place, size) in the table stream.
STYLES, NOTE_MARKS, NOTES, RUN_PAGES, PARAGRAPH_PAGES, FONTS = 1, 2, 3, 12, 13, 15
PIECES, ANCHORS, END_MARKS, END_NOTES, DRAWINGS, BOXES, LISTS, LIST_USES = 33, 40, 46, 47, 50, 56, 73, 74
FILES = ("WordDocument", "Workbook", "Book", "PowerPoint Document", "Package", "\x01Ole10Native")  # embedded
MAGIC = 0xA5EC
FEWEST = 93  # parts that the header of Word 97 names
ENCRYPTED, OTHER_TABLE = 0x0100, 0x0200


def stream(raw: bytes, *name: str) -> bytes:
    """Return a stream of an OLE container; empty if it is not there or broken."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            return bytes(ole.openstream(list(name)).read())
    except MemoryError:
        raise
    except Exception:  # olefile raises whatever a broken container provokes; the caller does without
        return b""


@dataclass(frozen=True)
class WordFile:
    """The streams of a document: its characters, its tables, its pictures."""

    word: bytes
    table: bytes
    data: bytes
    n_files: int = 0  # that are embedded

    @cached_property
    def lengths(self) -> dict[str, tuple[int, int]]:
        """Where each part of the text begins and ends, in characters of all the text."""
        names = ("main", "notes", "heads", "macros", "comments", "end notes", "boxes", "boxes of heads")
        sizes = struct.unpack_from("<8i", self.word, 0x4C)
        if min(sizes) < 0:
            raise struct.error("a negative length")
        bounds = [sum(sizes[:at]) for at in range(len(sizes) + 1)]
        return dict(zip(names, pairwise(bounds), strict=True))

    def part(self, number: int) -> bytes:
        """Return a part of the table stream; empty if the document has none, or its header ends before."""
        place, size = self.place_of(number)
        return self.table[place : place + size]

    def place_of(self, number: int) -> tuple[int, int]:
        """Return place and size of a part of the table stream; zeros if the document has none."""
        at = 0x9A + 8 * number
        if at + 8 > len(self.word) or number >= (struct.unpack_from("<H", self.word, 0x98)[0] or FEWEST):
            return 0, 0
        place, size = struct.unpack_from("<II", self.word, at)
        return place, size

    def places(self, number: int, size: int) -> tuple[list[int], list[bytes]]:
        """Return a table of places in the text and what belongs to each: one place more than there are things."""
        part = self.part(number)
        n = max(0, (len(part) - 4) // (4 + size))
        places = list(struct.unpack_from(f"<{n + 1}I", part)) if part else []
        start = 4 * (n + 1)
        return places, [part[start + size * i : start + size * (i + 1)] for i in range(n)]


def opened(raw: bytes) -> WordFile | None:
    """Open a document of Word 97 or later; ``None`` for an older one, or what is none."""
    word = stream(raw, "WordDocument")
    if len(word) < 0x9A or struct.unpack_from("<H", word)[0] != MAGIC:
        return None
    table = stream(raw, "1Table" if struct.unpack_from("<H", word, 10)[0] & OTHER_TABLE else "0Table")
    if not table:  # Word 6 and 95 keep everything in one stream
        return None
    return WordFile(word, table, stream(raw, "Data"), n_embedded(raw))


def n_embedded(raw: bytes) -> int:
    """Count the files that are embedded in a document: tables, texts, packages; formulas are none."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            inner = [entry for entry in ole.listdir() if entry[0] == "ObjectPool" and entry[-1] in FILES]
    except MemoryError:
        raise
    except Exception:  # olefile raises whatever a broken container provokes
        return 0
    return len({entry[1] for entry in inner if len(entry) > 2})


def is_encrypted(raw: bytes) -> bool:
    """Tell whether the document says that it is encrypted."""
    word = stream(raw, "WordDocument")
    return len(word) > 12 and bool(struct.unpack_from("<H", word, 10)[0] & ENCRYPTED)
