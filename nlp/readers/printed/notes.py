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
MARK = re.compile(
    r"\s*(?:[\[〔(（]?\d{1,2}(?:[\])〕）.]|(?![,%％年月日个项次]))(?!\d)|[①-⑳]|[*＊†‡]{1,3}|注\s?\d{0,2}[:：])[\s.、]*"
)


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


def paragraphs_of(pages: Sequence[Sequence[Line]]) -> list[Aside]:
    """Return the notes of every page without their marks; what goes on over the page stays with its beginning."""
    found: list[Aside] = []
    last: Aside = []  # the notes in which the open one stands
    number = 0
    for lines in pages:
        own: Aside = []
        for line in lines:
            mark = MARK.match(line.text)
            if mark and number_of(mark, number) in (1, number + 1):
                number = number_of(mark, number)
                own.append(line.text[mark.end() :])
            elif own:
                own[-1] = joined(own[-1], line.text)
            elif last and not ends_sentence(last[-1]):
                last[-1] = joined(last[-1], line.text)
            else:
                own.append(line.text)
            last = own or last
        found.append(own)
    return found


def number_of(mark: re.Match[str], last: int) -> int:
    """Return the number of a note; one without a number is the next."""
    digits = re.sub(r"\D", "", mark.group())
    circled = next((ord(char) - ord("①") + 1 for char in mark.group() if "①" <= char <= "⑳"), last + 1)
    return int(digits) if digits else circled
