"""The names of the fonts of a binary document, in which a symbol is another sign: [MS-DOC] 2.9.286."""

from __future__ import annotations

import struct

from nlp.readers.word.binary.container import FONTS, WordFile

NAME = 39  # where the name stands in the description of a font


def fonts_of(file: WordFile) -> list[str]:
    """Read the names of all fonts, in the order that runs refer to them."""
    part = file.part(FONTS)
    n = struct.unpack_from("<H", part)[0] if part else 0
    names, at = [], 4
    for _ in range(n):
        if at >= len(part):
            break
        size = part[at]
        name = part[at + 1 + NAME : at + 1 + size].decode("utf-16-le", errors="replace")
        names.append(name.split("\0")[0])
        at += 1 + size
    return names
