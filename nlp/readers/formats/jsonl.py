"""JSON Lines: one object a line, one text an object."""

from __future__ import annotations

import json
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import decode
from nlp.readers.limits import load_lines
from nlp.readers.registers.columns import find_columns, no_text_column, refuse_missing
from nlp.readers.registers.rows import row_text, unique_units
from nlp.readers.secrecy import refuse_marked_cells
from nlp.readers.source import ReadOptions, SourceText, checked

SHOWN = 10  # line numbers named in a fault


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read every object's text; ``unit`` is its id or its line number."""
    decoded = decode(load_lines(path, options))
    objects = parse_lines(decoded.text)
    if "密" in decoded.text or "\\u5bc6" in decoded.text:
        refuse_marked_cells((value for fields in objects.values() for value in fields.values()), options)
    keys = list(dict.fromkeys(key for fields in objects.values() for key in fields))
    if (columns := find_columns(keys, options)) is None:
        raise no_text_column(keys, options) if objects else UnreadableFile("文件是空的", "换成有内容的文件")
    refuse_missing(keys, columns, options)
    rows = ((number, [scalar(fields.get(key)) for key in keys]) for number, fields in objects.items())
    texts = [row_text(row, columns, number, decoded.encoding) for number, row in rows]
    return unique_units(checked(texts, options))


def parse_lines(text: str) -> dict[int, dict[str, object]]:
    """Return the objects by line number. Raises UnreadableFile naming every line that is not an object."""
    objects: dict[int, dict[str, object]] = {}
    faulty = []
    # not splitlines(): U+2028 and its kin may stand inside a JSON string
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if not line.strip(" \t\r\ufeff\x00\x1a"):
            continue
        fields = parse_object(line)
        if fields is None:
            faulty.append(str(number))
        else:
            objects[number] = fields
    if faulty:
        more = f" 等 {len(faulty)} 行" if len(faulty) > SHOWN else " 行"
        raise UnreadableFile(f"不是 JSON 对象：第 {'、'.join(faulty[:SHOWN])}{more}", "改正或删去这些行：一行一个 {…}")
    return objects


def parse_object(line: str) -> dict[str, object] | None:
    """Parse one line; ``None`` if it is not one JSON object."""
    try:
        value = json.loads(line.strip("\ufeff\x00"), strict=False)  # strict=False: raw tabs in a string do no harm
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def scalar(value: object) -> object:
    """Write a list of strings as lines; leave out what is no text at all."""
    if isinstance(value, list):
        return "\n".join(each for each in value if isinstance(each, str))
    return None if isinstance(value, dict) else value
