"""What the styles of a Word document say of the text that has them: a line of a contents list, hidden text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nlp.readers.word.list_numbers import MAX_STYLES, W, Xml, is_on, value

CONTENTS = re.compile(r"toc[ \d]|(?:WPSOffice)?(?:手动)?目录\s?\d|contents \d", re.IGNORECASE)  # names of styles


class Styles:
    """The styles of a document by their id, and what was found out about them."""

    def __init__(self, styles: Xml | None) -> None:
        self.by_id = {each.get(W + "styleId"): each for each in (() if styles is None else styles.findall(W + "style"))}
        self.hidden: dict[str | None, bool] = {}

    def is_contents(self, paragraph: Xml) -> bool:
        """Tell whether a paragraph is a line of a generated table of contents, by its style (“toc 1”)."""
        style = self.by_id.get(value(paragraph, "pPr", "pStyle"))
        return CONTENTS.match(value(style, "name") or "") is not None

    def hides(self, style: str | None) -> bool:
        """Tell whether a style, or one that it is based on, hides its text."""
        if style not in self.hidden:
            said = (each for each in self.chain(style) if each.find(f"{W}rPr/{W}vanish") is not None)
            self.hidden[style] = any(is_on(each, "rPr", "vanish") for each in list(said)[:1])
        return self.hidden[style]

    def chain(self, style: str | None) -> Iterator[Xml]:
        """Yield a style and those it is based on."""
        for _ in range(MAX_STYLES):
            if (element := self.by_id.get(style)) is None:
                return
            yield element
            style = value(element, "basedOn")
