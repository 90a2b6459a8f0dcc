"""From recognised lines to a printed page, whose paragraphs, columns and notes are told as those of any other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from statistics import median

from nlp.readers.printed.page import Glyph, Page, Rect, is_han
from nlp.readers.recognition.answers import Found, Recognised

A4_HEIGHT = 842.0  # points: what a picture of unknown resolution shows is a page
NEARLY = 0.12  # of the size of the text: type that differs by less is measured badly, and of that size
LAST_NARROW, WIDE = 0x2E7F, "“”‘’—…×"
BELOW_MIDDLE = 0.38  # of its size: how far below the middle of a line its characters stand


def page_of(seen: Recognised, number: int, height: float = A4_HEIGHT) -> Page:
    """Set what was seen on a page of a height in points."""
    scale = height / max(seen.height, 1)
    sizes = [size_of(line) for line in seen.lines]
    usual = median([size for line, size in zip(seen.lines, sizes, strict=True) for _ in line.text] or [0.0])
    glyphs = [
        glyph
        for line, size in zip(seen.lines, sizes, strict=True)
        for glyph in glyphs_of(line, seen.height, scale, usual if abs(size - usual) < NEARLY * usual else size)
    ]
    rules = [
        Rect(left * scale, (seen.height - bottom) * scale, right * scale, (seen.height - top) * scale)
        for left, top, right, bottom in seen.rules
        if not any(is_stroke((left, top, right, bottom), line) for line in seen.lines)
    ]
    return Page(number, Rect(0, 0, seen.width * scale, height), glyphs, rules=rules)


def is_stroke(rule: tuple[int, int, int, int], line: Found) -> bool:
    """Tell the stroke of a large character from a ruled line."""
    left, top, right, bottom = rule
    high = line.bottom - line.top
    inside = line.left <= left <= right <= line.right and line.top <= top <= bottom <= line.bottom
    return inside and max(right - left, bottom - top) < 1.5 * high


def size_of(line: Found) -> float:
    """The size of the type of a line, in pixels: how far its Chinese characters stand apart."""
    pairs = pairwise(zip(line.text, line.begins, strict=True))
    steps = [right - left for (first, left), (second, right) in pairs if is_han(first) and is_han(second)]
    return median(steps) if steps else 0.8 * (line.bottom - line.top)


def glyphs_of(line: Found, height: float, scale: float, size: float) -> Iterator[Glyph]:
    """Yield the characters of a line; Chinese ones are as wide as their type is large."""
    base = (height - (line.top + line.bottom) / 2 - BELOW_MIDDLE * size) * scale
    for char, left in zip(line.text, line.begins, strict=True):
        wide = size if ord(char) > LAST_NARROW or char in WIDE else 0.5 * size
        yield Glyph(char, left * scale, (left + wide) * scale, base, 1.2 * size * scale)
