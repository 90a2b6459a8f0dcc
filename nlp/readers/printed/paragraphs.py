"""From lines to paragraphs: wrapped lines are joined, what stands beside the text waits for the end of a paragraph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from nlp.readers.printed.joining import continues
from nlp.readers.printed.measure import Measure, begins_anew, edges_of, ends_sentence
from nlp.readers.printed.page import Area, Line

LONG_CELL = 8  # lines: a cell with more holds paragraphs like a page
LONG_LINE = 15  # characters of its lines

Aside = list[str]  # a table, a text box, notes: paragraphs that are no part of the text around them


def paragraphs(flow: Iterable[Line | Aside], measure: Measure) -> Iterator[str]:
    """Join wrapped lines and yield paragraphs; asides follow the paragraph that they interrupt."""
    text: str | None = None
    previous: Line | None = None
    waiting: list[str] = []
    for each in flow:
        if not isinstance(each, Line):
            waiting += each
            continue
        if text is not None and previous is not None and continues(measure, previous, each, bool(waiting)):
            text = text + each.text if each.raised else joined(text, each.text)
        else:
            if text:
                yield text
            yield from waiting
            waiting = []
            text = each.text
        # What is struck out at the end of a line leaves the sentence open.
        previous = each if each.text or not previous else replace(each, text=previous.text, right=each.right)
    if text:
        yield text
    yield from waiting


def joined(text: str, more: str) -> str:
    """Put two parts of a paragraph together, with a space only between Latin words: a number may be cut anywhere."""
    last, first = text[-1:], more[:1]
    words = last.isascii() and last.isalnum() and first.isascii() and first.isalnum()
    return text + (" " if words and not (last.isdigit() and first.isdigit()) else "") + more


def paragraphs_within(lines: Sequence[Line], area: Area | None = None) -> list[str]:
    """Return the paragraphs of a text box or cell, which is measured by itself."""
    if not lines:
        return []
    size = max(line.size for line in lines) or 12.0
    area = area or edges_of(lines, size)
    lines = [replace(line, area=area) for line in lines]
    if len(lines) > LONG_CELL and area.width > LONG_LINE * size:
        return list(paragraphs(lines, Measure.of(lines)))
    found = [lines[0].text]
    for previous, line in pairwise(lines):
        ended = ends_sentence(previous.text) and area.right - previous.right > 1.5 * size
        if begins_anew(line.text) or ended:
            found.append(line.text)
        else:
            found[-1] = joined(found[-1], line.text)
    return [text for text in found if text]
