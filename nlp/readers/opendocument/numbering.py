"""The numbers of OpenDocument lists and headings: the “一、” that a reader sees stands nowhere in the paragraph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from nlp.readers.opendocument.names import LOEXT, STYLE, TEXT, XML_ID, Xml, whole
from nlp.readers.word.numerals import FORMATS, write_number

BY_FIRST_SIGN = {  # of style:num-format, such as “一, 二, 三, ...” → Word's name of the same
    "一": "chineseCounting",
    "壹": "chineseLegalSimplified",
    "①": "decimalEnclosedCircle",
    "⑴": "decimalEnclosedParen",
    "⒈": "decimalEnclosedFullstop",
    "㊀": "ideographEnclosedCircle",
    "甲": "ideographTraditional",
    "子": "ideographZodiac",
    "１": "decimalFullWidth",
    "0": "decimalZero",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
}
PLACE = re.compile(r"%(\d{1,2})%")


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and what it shows."""

    number_format: str = ""  # empty: no number
    prefix: str = ""
    suffix: str = ""
    shown_levels: int = 1
    start: int = 1
    pattern: str = ""  # “（%2%）”: which levels are shown where; newer programs write it


@dataclass(slots=True)
class Counter:
    """How far a list has counted, by level."""

    at: dict[int, int] = field(default_factory=dict)

    def step(self, level: int, first: int) -> None:
        """Count one item of a level; those of deeper levels begin anew."""
        self.at[level] = self.at[level] + 1 if level in self.at else first
        for deeper in [each for each in self.at if each > level]:
            del self.at[deeper]


class Lists:
    """All list styles of a document, and how far its lists have counted."""

    def __init__(self, styles: Iterable[Xml]) -> None:
        self.levels: dict[str, dict[int, Level]] = {}
        self.outline: dict[int, Level] = {}
        for root in styles:
            for style in root.iter(TEXT + "list-style"):
                self.levels.setdefault(style.get(STYLE + "name", ""), read_levels(style))
            for style in root.iter(TEXT + "outline-style"):
                self.outline = read_levels(style)
        self.of_headings = Counter()
        self.by_id: dict[str, Counter] = {}
        self.by_style: dict[str, Counter] = {}

    def opened(self, element: Xml, style: str) -> Counter:
        """The counter of a list that begins: that of the one it goes on with, or a new one."""
        goes_on = element.get(TEXT + "continue-list", "")
        if goes_on in self.by_id:
            counter = self.by_id[goes_on]
        elif element.get(TEXT + "continue-numbering") == "true" and style in self.by_style:
            counter = self.by_style[style]
        else:
            counter = Counter()
        self.by_style[style] = counter
        if named := element.get(XML_ID) or element.get(TEXT + "id"):
            self.by_id[named] = counter
        return counter

    def of_item(self, style: str, level: int, counter: Counter, restart: int | None) -> str:
        """Count one item of a list and return its number as shown."""
        levels = self.levels.get(style, {})
        if restart is not None:
            counter.at.pop(level, None)
        counter.step(level, restart if restart is not None else levels.get(level, Level()).start)
        return shown(levels, level, counter)

    def of_heading(self, heading: Xml) -> str:
        """Count a heading that stands in no list and return its number as shown."""
        level = whole(heading, TEXT + "outline-level", 1)
        if heading.get(TEXT + "is-list-header") == "true" or not self.outline.get(level, Level()).number_format:
            return ""
        first = self.outline[level].start
        if heading.get(TEXT + "restart-numbering") == "true":
            self.of_headings.at.pop(level, None)
            first = whole(heading, TEXT + "start-value", first)
        self.of_headings.step(level, first)
        return shown(self.outline, level, self.of_headings)


def read_levels(style: Xml) -> dict[int, Level]:
    """Read the levels of a list style; levels with bullets or pictures have no number."""
    return {whole(level, TEXT + "level", 1): read_level(level) for level in style if "level-style" in str(level.tag)}


def read_level(level: Xml) -> Level:
    """Read one level."""
    if str(level.tag).endswith(("bullet", "image")):
        return Level()
    return Level(
        number_format=level.get(STYLE + "num-format", ""),
        prefix=level.get(STYLE + "num-prefix", ""),
        suffix=level.get(STYLE + "num-suffix", ""),
        shown_levels=whole(level, TEXT + "display-levels", 1),
        start=whole(level, TEXT + "start-value", 1),
        pattern=level.get(LOEXT + "num-list-format", ""),
    )


def shown(levels: dict[int, Level], level: int, counter: Counter) -> str:
    """Return the number of an item with what stands before and behind it."""
    own = levels.get(level, Level())
    if not own.number_format:
        return ""

    def written(at: int) -> str:
        of_level = levels.get(at, own)
        return writer(of_level.number_format)(counter.at.get(at, of_level.start)) if of_level.number_format else ""

    if PLACE.search(own.pattern):
        return PLACE.sub(lambda place: written(int(place.group(1))), own.pattern)
    first = max(1, level - own.shown_levels + 1)
    return own.prefix + ".".join(filter(None, map(written, range(first, level + 1)))) + own.suffix


def writer(number_format: str) -> Callable[[int], str]:
    """Return what writes numbers in a format of OpenDocument."""
    name = BY_FIRST_SIGN.get(number_format[:1], "decimal")
    return FORMATS[name] if name in FORMATS else lambda number: write_number(number, name)
