"""Make WordprocessingML, the one form in which every kind of Word file is read, whatever it was stored as."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from nlp.readers.word.list_numbers import W

Xml = Any  # an lxml element
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
EMU_PER_TWIP = 635
UNSTORABLE = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # in XML


def made(tag: str, *children: Xml, **values: object) -> Xml:
    """Make an element of the main namespace with attributes of it; those that are None stay away."""
    element = etree.Element(W + tag)
    for name, value in values.items():
        if value is not None:
            element.set(W + name, storable(str(value)))
    element.extend(children)
    return element


def words(text: str) -> Xml:
    """Make the element of a stretch of text, tabs and line ends in it as they are."""
    element = made("t")
    element.text = storable(text)
    return element


def box(blocks: list[Xml]) -> Xml:
    """Make a text box."""
    return made("pict", made("txbxContent", *blocks))


def picture(width: int, height: int) -> Xml:
    """Make a picture of a size in twips."""
    extent = etree.Element(WP + "extent", cx=str(width * EMU_PER_TWIP), cy=str(height * EMU_PER_TWIP))
    return made("drawing", extent, etree.Element(A + "blip"))


def storable(text: str) -> str:
    """Join the halves of characters beyond the first 65,536, and drop what XML cannot hold."""
    if text.isprintable():
        return text
    return UNSTORABLE.sub("", text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore"))
