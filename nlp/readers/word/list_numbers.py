"""Turn Word's automatic numbering back into text: the “一、” a reader sees stands nowhere in the paragraph itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from nlp.readers.word.numerals import write_number

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_STYLES = 50  # of a basedOn chain, which a broken file may close to a circle

Xml = Any  # an lxml element


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how it counts and what it shows."""

    numbering_format: str = "decimal"
    text: str = ""
    start: int = 1
    is_legal: bool = False  # all its numbers in figures
    restart: int | None = None  # 0: never; n: only after a level above n
    style: str | None = None  # the paragraph style bound to this level


@dataclass(frozen=True, slots=True)
class Num:
    """A list as paragraphs refer to it: the definition it uses and where it starts anew."""

    definition: str
    overrides: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Count through a document; ``label`` must be asked once for every paragraph, in order."""

    def __init__(self, numbering: Xml | None, styles: Xml | None) -> None:
        self.styles = {style.get(W + "styleId"): style for style in children(styles, "style")}
        self.default_style = next((name for name, style in self.styles.items() if is_default(style)), None)
        abstracts = list(children(numbering, "abstractNum"))
        self.definitions = {a.get(W + "abstractNumId"): dict(map(read_level, children(a, "lvl"))) for a in abstracts}
        self.nums = {num.get(W + "numId"): read_num(num) for num in children(numbering, "num")}
        self.follow_style_links(abstracts)
        self.counters: dict[str, dict[int, int]] = {}
        self.begun: set[tuple[str, int]] = set()

    def follow_style_links(self, abstracts: Iterable[Xml]) -> None:
        """Let a definition that only names a list style share that style's levels."""
        for abstract in abstracts:
            style = self.styles.get(value(abstract, "numStyleLink"))
            num = self.nums.get(value(style, "pPr", "numPr", "numId") or "")
            if num and num.definition in self.definitions:
                self.definitions[abstract.get(W + "abstractNumId")] = self.definitions[num.definition]

    def label(self, paragraph: Xml) -> str:
        """Return the number Word shows before a paragraph, or nothing; bullets are nothing."""
        num_id, level = self.place(paragraph)
        num = self.nums.get(num_id or "")
        levels = self.levels(num) if num else {}
        if num is None or num_id is None or level not in levels:
            return ""
        counter = self.counters.setdefault(num.definition, {})
        self.count(counter, levels, num_id, num, level)
        return shown(levels, level, counter)

    def levels(self, num: Num) -> dict[int, Level]:
        """Return the levels of a list with its own changes."""
        return self.definitions.get(num.definition, {}) | num.overrides

    def place(self, paragraph: Xml) -> tuple[str | None, int]:
        """Return list and level of a paragraph: its own, else its style's, else those of the style it is based on."""
        num_id = value(paragraph, "pPr", "numPr", "numId")
        level = value(paragraph, "pPr", "numPr", "ilvl")
        style = value(paragraph, "pPr", "pStyle") or self.default_style
        for _ in range(MAX_STYLES):
            if style not in self.styles or num_id is not None:
                break
            element = self.styles[style]
            num_id = value(element, "pPr", "numPr", "numId")
            level = level or value(element, "pPr", "numPr", "ilvl")
            if num_id is not None and level is None:
                level = self.bound_level(num_id, style)
            style = value(element, "basedOn")
        return (None if num_id == "0" else num_id), whole(level, 0)

    def bound_level(self, num_id: str, style: str | None) -> str | None:
        """Return the level of a list that is bound to a paragraph style."""
        num = self.nums.get(num_id)
        levels = self.levels(num) if num else {}
        return next((str(at) for at, level in levels.items() if level.style == style), None)

    def count(self, counter: dict[int, int], levels: dict[int, Level], num_id: str, num: Num, level: int) -> None:
        """Count one paragraph: its level goes on or starts, levels above exist, levels below start anew."""
        first_time = (num_id, level) not in self.begun
        self.begun.add((num_id, level))
        if first_time and level in num.starts:
            counter[level] = num.starts[level]
        else:
            counter[level] = counter[level] + 1 if level in counter else levels[level].start
        for above in range(level):
            counter.setdefault(above, levels[above].start if above in levels else 1)
        for below in [at for at in counter if at > level]:
            restart = levels[below].restart if below in levels else None
            if restart is None or level < restart:
                del counter[below]


def shown(levels: dict[int, Level], level: int, counter: dict[int, int]) -> str:
    """Fill the numbers into a level's text; a figure or letter at its end is set off from the words that follow."""
    own = levels[level]
    if own.numbering_format == "bullet":
        return ""

    def number(match: re.Match[str]) -> str:
        at = int(match.group(1)) - 1
        style = levels[at].numbering_format if at in levels else "decimal"
        return write_number(counter.get(at, 1), "decimal" if own.is_legal and style != "none" else style)

    label = re.sub(r"%([1-9])", number, own.text).strip()
    return label + " " if label and label[-1].isascii() and label[-1].isalnum() else label


def read_num(num: Xml) -> Num:
    """Read a list and its changes to the definition."""
    overrides, starts = {}, {}
    for change in children(num, "lvlOverride"):
        at = whole(change.get(W + "ilvl"), 0)
        for level in children(change, "lvl"):
            overrides[at] = read_level(level)[1]
            starts[at] = overrides[at].start
        if (start := value(change, "startOverride")) is not None:
            starts[at] = whole(start, 1)
            if at in overrides:
                overrides[at] = replace(overrides[at], start=starts[at])
    return Num(value(num, "abstractNumId") or "", overrides, starts)


def read_level(level: Xml) -> tuple[int, Level]:
    """Read one level of a definition."""
    restart = value(level, "lvlRestart")
    return whole(level.get(W + "ilvl"), 0), Level(
        numbering_format=number_format(level),
        text=value(level, "lvlText") or "",
        start=whole(value(level, "start"), 0),  # the standard's default is 0
        is_legal=is_on(level, "isLgl"),
        restart=None if restart is None else whole(restart, 0),
        style=value(level, "pStyle"),
    )


def number_format(level: Xml) -> str:
    """Return a level's format; newer formats hide in mc:AlternateContent, which lists them first."""
    found = next(level.iter(W + "numFmt"), None)
    return str(found.get(W + "val") or "decimal") if found is not None else "decimal"


def is_default(style: Xml) -> bool:
    """Tell whether paragraphs without a style have this one."""
    return style.get(W + "type") == "paragraph" and style.get(W + "default") in ("1", "true", "on")


def children(element: Xml | None, tag: str) -> list[Xml]:
    """Return the child elements of a tag; none of nothing."""
    return [] if element is None else element.findall(W + tag)


def value(element: Xml | None, *path: str) -> str | None:
    """Return the ``w:val`` at the end of a path of child elements."""
    found = None if element is None else element.find("/".join(W + tag for tag in path))
    given = None if found is None else found.get(W + "val")
    return None if given is None else str(given)


def is_on(element: Xml | None, *path: str) -> bool:
    """Tell whether a switch is there and not switched off."""
    found = None if element is None else element.find("/".join(W + tag for tag in path))
    return found is not None and found.get(W + "val") not in ("0", "false", "off")


def whole(text: str | None, default: int) -> int:
    """Read a whole number of sane size; broken files get the default."""
    return int(text) if text is not None and re.fullmatch(r"\d{1,6}", text, re.ASCII) else default
