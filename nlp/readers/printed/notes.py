"""Footnotes: what stands below the text of a column, set off by a short rule or in smaller type."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.readers.printed.measure import ends_sentence
from nlp.readers.printed.page import Line, Rect
from nlp.readers.printed.paragraphs import Aside, joined

SMALLER = 0.94  # of the size of the text
SHORT = 0.62  # of the width of the column: the longest rule above notes
LOWEST = 0.75  # of the page's height: no note stands higher
MARK = re.compile(r"\s*(?:[\[〔(（]?\d{1,2}(?:[\])〕）.]|(?![,%％年月日个项次]))(?!\d)|[①-⑳]|[*＊†‡]{1,3}|注\s?\d{0,2}[:：])[\s.、]*")


def notes_of(lines: Sequence[Line], rules: Sequence[Rect], size: float) -> list[Line]:
    """Return the lines of the footnotes of a page whose lines have their areas."""
    found: list[Line] = []
    for column in sorted({line.column for line in lines}):
        own = sorted((line for line in lines if line.column == column), key=lambda line: line.base)
        found += below_rule(own, rules, size) or small_at_end(own, size)
    return sorted(found, key=lines.index)


def below_rule(lines: Sequence[Line], rules: Sequence[Rect], size: float) -> list[Line]:
    """Return the lines of a column below the short rule that sets off notes."""
    for rule in sorted(rules, key=lambda rule: rule.bottom):
        below = [line for line in lines if line.base < rule.bottom]
        if not below or below[-1].area is None or below[-1].height > LOWEST:
            continue
        area = below[-1].area
        at_edge = abs(rule.left - area.left) < 1.5 * size and 0.05 * area.width < rule.width < SHORT * area.width
        near = rule.bottom - below[-1].base < 2.5 * size
        if at_edge and near and (MARK.match(below[-1].text) or all(line.size < size for line in below)):
            return below
    return []


def small_at_end(lines: Sequence[Line], size: float) -> list[Line]:
    """Return the last lines of a column that are set smaller, if the first of them has a mark."""
    found: list[Line] = []
    for line in lines:
        if not (line.size or size) < SMALLER * size or line.height > LOWEST:
            break
        found.append(line)
    return found if found and MARK.match(found[-1].text) else []


def paragraphs_of(lines: Sequence[Line]) -> Aside:
    """Join the lines of notes; each begins with its mark, which is left out."""
    found: Aside = []
    for line in lines:
        mark = MARK.match(line.text)
        if mark or not found:
            found.append(line.text[mark.end() :] if mark else line.text)
        else:
            found[-1] = joined(found[-1], line.text)
    return found


def goes_on(notes: Sequence[str], lines: Sequence[Line]) -> bool:
    """Tell whether the notes of a page go on with the last one of the page before."""
    return bool(notes and lines and not ends_sentence(notes[-1]) and not MARK.match(lines[0].text))
