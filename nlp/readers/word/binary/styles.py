"""The styles of a binary document, as WordprocessingML: [MS-DOC] 2.4.6.5 and 2.9.271."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.readers.word.binary.container import STYLES, WordFile
from nlp.readers.word.binary.properties import paragraph_of, run_of
from nlp.readers.word.elements import Xml, made

CONTENTS = range(19, 28)  # built-in styles of the lines of a table of contents, whatever they are called
NORMAL = 0
PARAGRAPH, CHARACTER = 1, 2
NO_STYLE = 0x0FFF


@dataclass(frozen=True, slots=True)
class Style:
    """A style: what kind it is, which one it builds on, and its groups of properties."""

    number: int
    built_in: int
    kind: int
    parent: int
    name: str
    groups: tuple[bytes, ...]


def styles_of(file: WordFile) -> list[Style]:
    """Read all styles; a number without a style is left out."""
    part = file.part(STYLES)
    if not part:
        return []
    size_of_head, n, size_of_base = struct.unpack_from("<HHH", part)
    at, found = 2 + size_of_head, []
    for number in range(n):
        if at + 2 > len(part):
            break
        size = struct.unpack_from("<H", part, at)[0]
        if style := style_of(number, part[at + 2 : at + 2 + size], size_of_base):
            found.append(style)
        at += 2 + size + size % 2
    return found


def style_of(number: int, entry: bytes, size_of_base: int) -> Style | None:
    """Read one style; ``None`` if there is none, or it is broken."""
    if len(entry) < size_of_base + 4:
        return None
    built_in, kind, n_groups = struct.unpack_from("<HHH", entry)
    n_chars = struct.unpack_from("<H", entry, size_of_base)[0]
    start = size_of_base + 2
    name = entry[start : start + 2 * n_chars].decode("utf-16-le", errors="replace")
    groups = tuple(groups_of(entry, start + 2 * n_chars + 2, n_groups & 0xF))
    return Style(number, built_in & 0xFFF, kind & 0xF, kind >> 4, name, groups)


def groups_of(entry: bytes, at: int, n: int) -> Iterator[bytes]:
    """Yield the groups of properties of a style, each aligned to two bytes."""
    for _ in range(n):
        if at + 2 > len(entry):
            return
        size = struct.unpack_from("<H", entry, at)[0]
        yield entry[at + 2 : at + 2 + size]
        at += 2 + size + size % 2


def as_styles(styles: list[Style]) -> Xml:
    """Write styles as the part of a .docx would."""
    return made("styles", *map(as_style, styles))


def as_style(style: Style) -> Xml:
    """Write one style, with its list and whether it hides its text."""
    is_paragraph = style.kind == PARAGRAPH
    element = made(
        "style",
        made("name", val=f"toc {style.built_in - CONTENTS[0] + 1}" if style.built_in in CONTENTS else style.name),
        type={PARAGRAPH: "paragraph", CHARACTER: "character"}.get(style.kind, "other"),
        styleId=style.number,
        default=1 if is_paragraph and style.number == NORMAL else None,
    )
    if style.parent != NO_STYLE:
        element.append(made("basedOn", val=style.parent))
    if is_paragraph and style.groups:
        properties = paragraph_of(style.number, [style.groups[0][2:]], b"")
        element.append(made("pPr", *numbered(properties.list, properties.level)))
    run = run_of([style.groups[-1]]) if style.groups and style.kind in (PARAGRAPH, CHARACTER) else None
    if run is not None and run.hidden is not None:
        element.append(made("rPr", made("vanish", val=int(run.hidden == 1))))
    return element


def numbered(num: int | None, level: int | None) -> list[Xml]:
    """Write the place of a paragraph or a style in a list; nothing if neither list nor level is said."""
    if num is None and level is None:
        return []
    inner = [] if level is None else [made("ilvl", val=level)]
    return [made("numPr", *inner, *([] if num is None else [made("numId", val=num)]))]
