"""Rich text as Outlook packs it ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

PLAIN, PACKED = b"MELA", b"LZFu"
WINDOW = 4096
KNOWN = (  # what every packed text may refer to
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor "
    rb"MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)


def unpacked(data: bytes) -> bytes:
    """Unpack a text; empty for what is none.

    >>> unpacked(struct.pack("<II4sI", 17, 5, PLAIN, 0) + b"{a}x!")
    b'{a}x!'
    """
    if len(data) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<II4sI", data)
    if kind == PLAIN:
        return data[16 : 16 + size]
    return inflated(data[16:], size) if kind == PACKED else b""


def inflated(data: bytes, size: int) -> bytes:
    """Unpack by a window of what was said before: a bit a sign tells bytes from places in it."""
    said = bytearray(KNOWN)
    end = len(KNOWN) + size
    at = 0
    while at < len(data) and len(said) < end:
        control, at = data[at], at + 1
        for bit in range(8):
            if not control >> bit & 1:
                said += data[at : at + 1]
                at += 1
                continue
            pair = data[at : at + 2]
            at += 2
            place = int.from_bytes(pair, "big") >> 4
            if len(pair) < 2 or place == len(said) % WINDOW:  # the end
                return bytes(said[len(KNOWN) : end])
            back = (len(said) - place) % WINDOW
            for _ in range((pair[1] & 15) + 2):
                said.append(said[-back] if back <= len(said) else 0)
    return bytes(said[len(KNOWN) : end])
