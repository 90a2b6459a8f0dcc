"""The boxes to tick of a form in a binary document: [MS-DOC] 2.9.78 (FFData)."""

from __future__ import annotations

import struct

CHECK_BOX = 1  # of the kinds of fields
AS_AT_FIRST = 25  # the state of a box that nobody touched


def box_of_form(data: bytes, at: int) -> str:
    """Return the box that stands at a place of the data, ticked or not; nothing if it is another field."""
    try:
        start = at + struct.unpack_from("<H", data, at + 4)[0]
        mark, bits = struct.unpack_from("<IH", data, start)
        state = bits >> 2 & 0x1F
        if mark != 0xFFFFFFFF or bits & 3 != CHECK_BOX:
            return ""
        if state == AS_AT_FIRST:
            n_chars = struct.unpack_from("<H", data, start + 10)[0]  # of its name
            state = struct.unpack_from("<H", data, start + 12 + 2 * n_chars + 2)[0]
    except struct.error:
        return ""
    return "☑" if state else "□"
