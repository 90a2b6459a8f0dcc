"""The characters of a binary document in reading order, and where each is stored: its piece table ([MS-DOC] 2.4.1)."""

from __future__ import annotations

import struct
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.readers.word.binary.container import PIECES, WordFile

ONE_BYTE = 0x40000000  # of a place: a byte a character
SHORT = {0x0C: 0x260A, 0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x5C: 0x083C}  # a piece's one change → the property


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text that is stored in one stretch, and the changes to its properties that a quick save left."""

    start: int
    end: int
    place: int
    width: int  # bytes a character
    changes: bytes


class Characters:
    """All characters, one for each of the positions that the document counts in (a half of a rare one is one, too)."""

    def __init__(self, file: WordFile) -> None:
        self.pieces = list(pieces_of(file))
        if not self.pieces:
            raise struct.error("no pieces")
        self.starts = [piece.start for piece in self.pieces]
        parts = [decoded(file.word, piece) for piece in self.pieces]
        self.text = "".join(part for part, _ in parts)
        self.n_missing = sum(missing for _, missing in parts)

    def piece_at(self, at: int) -> Piece:
        """Return the piece that a character stands in."""
        return self.pieces[max(0, bisect_right(self.starts, at) - 1)]

    def place_of(self, at: int) -> int:
        """Return where a character is stored."""
        piece = self.piece_at(at)
        return piece.place + piece.width * (at - piece.start)

    def stretches(self, start: int, end: int) -> Iterator[tuple[int, int, Piece]]:
        """Cut a stretch of text where another piece begins."""
        while start < end:
            piece = self.piece_at(start)
            stop = min(end, piece.end) if piece.end > start else end
            yield start, stop, piece
            start = stop


def pieces_of(file: WordFile) -> Iterator[Piece]:
    """Read the piece table."""
    clx = file.part(PIECES)
    at, groups = 0, []
    while clx[at : at + 1] == b"\x01":  # properties that pieces refer to
        size = struct.unpack_from("<H", clx, at + 1)[0]
        groups.append(clx[at + 3 : at + 3 + size])
        at += 3 + size
    if clx[at : at + 1] != b"\x02":
        raise struct.error("no piece table")
    n = (struct.unpack_from("<I", clx, at + 1)[0] - 4) // 12
    bounds = struct.unpack_from(f"<{n + 1}I", clx, at + 5)
    last = file.lengths["boxes of heads"][1] + 1  # a paragraph end that is no part of any text follows them all
    end = 0
    for i in range(n):
        start, end = end, min(max(end, bounds[i + 1]), last)
        place, change = struct.unpack_from("<IH", clx, at + 5 + 4 * (n + 1) + 8 * i + 2)
        width = 1 if place & ONE_BYTE else 2
        place = (place & ~ONE_BYTE & 0x7FFFFFFF) // (2 if width == 1 else 1)
        if end > start:
            yield Piece(start, end, place, width, changes_of(change, groups))


def changes_of(change: int, groups: list[bytes]) -> bytes:
    """Return the changes of a piece: a group of them, or a short one, as a property would be written."""
    if change & 1:
        return groups[change >> 1] if change >> 1 < len(groups) else b""
    kind = SHORT.get((change >> 1) & 0x7F)
    return struct.pack("<HB", kind, change >> 8) if kind else b""


def decoded(word: bytes, piece: Piece) -> tuple[str, int]:
    """Return the characters of a piece and how many are missing, which stand as zeros."""
    n = piece.end - piece.start
    raw = word[piece.place : piece.place + n * piece.width]
    if piece.width == 1:
        text = raw.decode("cp1252", errors="replace")
    else:
        text = raw[: len(raw) // 2 * 2].decode("utf-16-le", errors="surrogatepass")
        if len(text) != len(raw) // 2:  # a character of two halves counts as two
            text = "".join(map(chr, struct.unpack(f"<{len(raw) // 2}H", raw[: len(raw) // 2 * 2])))
    return text.ljust(n, "\0"), n - len(text)
