"""Names of OpenDocument's XML that the readers share."""

from __future__ import annotations

from typing import Any

Xml = Any
SPACE = "{{urn:oasis:names:tc:opendocument:xmlns:{}:1.0}}"
OFFICE, TEXT, TABLE, STYLE, DRAW = map(SPACE.format, ("office", "text", "table", "style", "drawing"))
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"


def whole(element: Xml, name: str, default: int) -> int:
    """A whole number among the attributes, the default where it is none."""
    value = element.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else default
