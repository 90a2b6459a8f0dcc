"""The lists of a binary document, as WordprocessingML: their levels (LST), and where they are used anew (LFO).

[MS-DOC] 2.4.6.3, 2.9.131, 2.9.150; what a level's number looks like: [MS-OSHARED] 2.2.1.3.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from nlp.readers.word.binary.container import LIST_USES, LISTS, WordFile
from nlp.readers.word.elements import Xml, made
from nlp.readers.word.list_numbers import W

LIST_SIZE, LEVEL_SIZE, USE_SIZE = 28, 28, 16
N_LEVELS = 9
NONE = {"255": "none"}
NO_STYLE = 0x0FFF
LOOKS = (
    *("decimal", "upperRoman", "lowerRoman", "upperLetter", "lowerLetter", "ordinal", "cardinalText", "ordinalText"),
    *("hex", "chicago", "ideographDigital", "japaneseCounting", "aiueo", "iroha", "decimalFullWidth"),
    *("decimalHalfWidth", "japaneseLegal", "japaneseDigitalTenThousand", "decimalEnclosedCircle", "decimalFullWidth2"),
    *("aiueoFullWidth", "irohaFullWidth", "decimalZero", "bullet", "ganada", "chosung", "decimalEnclosedFullstop"),
    *("decimalEnclosedParen", "decimalEnclosedCircleChinese", "ideographEnclosedCircle", "ideographTraditional"),
    *("ideographZodiac", "ideographZodiacTraditional", "taiwaneseCounting", "ideographLegalTraditional"),
    *("taiwaneseCountingThousand", "taiwaneseDigital", "chineseCounting", "chineseLegalSimplified"),
    *("chineseCountingThousand",),
)  # in the order of the numbers that stand for them


def as_numbering(file: WordFile) -> Xml:
    """Write the lists as the part of a .docx would: list i is definition i, and every use a num, counted from 1."""
    root = made("numbering")
    numbers: dict[int, int] = {}
    place, size = file.place_of(LISTS)
    n = struct.unpack_from("<H", file.table, place)[0] if size else 0
    at = place + size  # the levels of all lists stand behind the table of lists
    for i in range(n):
        head = place + 2 + LIST_SIZE * i
        numbers.setdefault(struct.unpack_from("<i", file.table, head)[0], i)
        definition = made("abstractNum", abstractNumId=i)
        styles = struct.unpack_from("<9H", file.table, head + 8)
        for level in range(1 if file.table[head + 26] & 1 else N_LEVELS):
            element, at = level_at(file.table, at, level, styles[level])
            definition.append(element)
        root.append(definition)
    root.extend(uses_of(file, numbers))
    return root


def level_at(table: bytes, at: int, number: int, style: int = NO_STYLE) -> tuple[Xml, int]:
    """Read one level, and where the next begins."""
    start, look, flags = struct.unpack_from("<iBB", table, at)
    places = table[at + 6 : at + 15]
    n_run, n_paragraph, restart = struct.unpack_from("<BBB", table, at + 24)
    at += LEVEL_SIZE + n_run + n_paragraph
    n_chars = struct.unpack_from("<H", table, at)[0]
    stored = table[at + 2 : at + 2 + 2 * n_chars].decode("utf-16-le", errors="replace")
    shown = [f"%{ord(char) + 1}" if i in places and ord(char) < N_LEVELS else char for i, char in enumerate(stored, 1)]
    level = made(
        "lvl",
        made("start", val=start),
        made("numFmt", val=look_of(str(look))),
        *([made("lvlRestart", val=restart)] if flags & 8 else []),
        *([made("isLgl")] if flags & 4 else []),
        *([made("pStyle", val=style)] if style != NO_STYLE else []),
        made("lvlText", val="".join(shown)),
        ilvl=number,
    )
    return level, at + 2 + 2 * n_chars


def look_of(number: str) -> str:
    """Return what numbers of a level look like, figures if nobody knows; in a list that has none, nothing.

    >>> look_of("37"), look_of("255"), look_of("99")
    ('chineseCounting', 'none', 'decimal')
    """
    return LOOKS[int(number)] if number.isdecimal() and int(number) < len(LOOKS) else NONE.get(number, "decimal")


def uses_of(file: WordFile, numbers: dict[int, int]) -> Iterator[Xml]:
    """Yield the uses of lists with what each changes, in the order that paragraphs name them in."""
    place, size = file.place_of(LIST_USES)
    n = struct.unpack_from("<I", file.table, place)[0] if size else 0
    at = place + 4 + USE_SIZE * n
    for i in range(n):
        head = place + 4 + USE_SIZE * i
        list_id = struct.unpack_from("<i", file.table, head)[0]
        use = made("num", made("abstractNumId", val=numbers.get(list_id, "")), numId=i + 1)
        at += 4  # a position of no interest
        for _ in range(file.table[head + 12]):
            change, at = change_at(file.table, at)
            use.append(change)
        yield use


def change_at(table: bytes, at: int) -> tuple[Xml, int]:
    """Read what a use changes of one level: where it starts, or all of it; and where the next change begins."""
    start, flags = struct.unpack_from("<iI", table, at)
    number, at = flags & 0xF, at + 8
    change = made("lvlOverride", ilvl=number)
    if flags & 0x10:
        change.append(made("startOverride", val=start))
    if flags & 0x20:
        level, at = level_at(table, at, number)
        if flags & 0x10:  # then the level's own start counts
            change[0].set(W + "val", level[0].get(W + "val"))
        change.append(level)
    return change, at
