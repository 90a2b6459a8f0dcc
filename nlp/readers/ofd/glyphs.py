"""From an OFD page to glyphs and their places, which the joiner of printed pages reads as those of a PDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice

from nlp.readers.ofd.package import Xml, named
from nlp.readers.printed.page import Glyph, Page, Rect

POINTS = 72 / 25.4  # of a millimetre
MOST_STEPS = 100_000
A4 = (210.0, 297.0)
SMALL_PART, MARGIN = 0.5, 0.05  # of a page: what no text leaves unused; what stays around it
Numbers = Sequence[float]


def page_of(parts: Sequence[Xml], number: int) -> Page:
    """Lay out a page: its templates and its own text, from the top left in millimetres, as points from the bottom."""
    width, height = size_of(parts[-1])
    glyphs = [glyph for part in parts for line in heaps(named(part, "TextObject")) for glyph in spread(line, height)]
    pictures = [
        rect(box, height)
        for part in parts
        for image in named(part, "ImageObject")
        if (box := numbers(image.get("Boundary")))
    ]
    return Page(number, Rect(0, 0, width * POINTS, height * POINTS), glyphs, pictures=pictures)


def cropped(pages: Sequence[Page]) -> None:
    """Set the edges of pages to what is printed on them where a program wrote the page in another unit than the text:
    what stands in the foot of the page could not be told otherwise."""
    glyphs = [glyph for page in pages for glyph in page.glyphs]
    if not glyphs:
        return
    left, right = min(glyph.left for glyph in glyphs), max(glyph.right for glyph in glyphs)
    bottom, top = min(glyph.base for glyph in glyphs), max(glyph.base + glyph.height for glyph in glyphs)
    edge = Rect(left - MARGIN * (right - left), bottom - MARGIN * (top - bottom), right, top)
    for page in pages:
        if right - left < SMALL_PART * page.edge.width and top - bottom < SMALL_PART * page.edge.height:
            page.edge = edge


def size_of(page: Xml) -> tuple[float, float]:
    """Width and height of a page."""
    box = next((numbers(area.text) for area in named(page, "PhysicalBox")), [])
    return (box[2], box[3]) if len(box) == 4 and box[2] > 0 and box[3] > 0 else A4


def heaps(texts: Iterable[Xml]) -> Iterator[list[Xml]]:
    """Yield text objects, those together that a program (easyofd) put at one place: the parts of one printed line."""
    for _, heap in groupby(texts, key=place_of):
        yield list(heap)


def place_of(text: Xml) -> tuple[object, ...]:
    """Return the boundary of a text object and where its text begins; of its own kind for one that has none."""
    begins = [(code.get("X"), code.get("Y")) for code in named(text, "TextCode")]
    boundary = text.get("Boundary")
    return (boundary, *begins) if boundary and len(begins) == 1 else (id(text),)


def spread(line: Sequence[Xml], height: float) -> Iterator[Glyph]:
    """Yield the characters of the parts of a line one behind the other, over the width of the line."""
    glyphs = [glyph for text in line for glyph in glyphs_of(text, height)]
    if len(line) < 2 or not glyphs:
        yield from glyphs
        return
    left, width = glyphs[0].left, (numbers(line[0].get("Boundary")) or [0.0] * 3)[2] * POINTS
    scale = width / (sum(glyph.right - glyph.left for glyph in glyphs) or 1.0)
    for glyph in glyphs:
        right = left + scale * (glyph.right - glyph.left)
        yield glyph._replace(left=left, right=right)
        left = right


def glyphs_of(text: Xml, height: float) -> Iterator[Glyph]:
    """Yield the characters of a text object, each at its place."""
    boundary = numbers(text.get("Boundary")) or [0.0, 0.0, 0.0, 0.0]
    size = next(iter(numbers(text.get("Size") or text.get("size"))), 4.0)
    matrix = numbers(text.get("CTM"))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    scale = abs(d) or abs(b) or 1.0
    x = y = 0.0
    for code in named(text, "TextCode"):
        said = code.text or ""
        x = next(iter(numbers(code.get("X"))), x)
        y = next(iter(numbers(code.get("Y"))), y)
        across, down = steps(code.get("DeltaX"), len(said)), steps(code.get("DeltaY"), len(said))
        at, level = x, y
        for n, char in enumerate(said):
            left = boundary[0] + a * at + c * level + e
            base = boundary[1] + b * at + d * level + f
            em = size * scale
            wide = em if ord(char) > 0x2E7F or char in "—…“”‘’" else 0.5 * em
            if char.strip():
                yield Glyph(char, left * POINTS, (left + wide) * POINTS, (height - base) * POINTS, em * 1.2 * POINTS)
            at += across[n] if n < len(across) else (0.0 if down else size)
            level += down[n] if n < len(down) else 0.0


def steps(said: str | None, most: int) -> list[float]:
    """Return the steps between characters; “g 3 4.5” stands for three of 4.5.

    >>> steps("g 2 3.5 1", 9)
    [3.5, 3.5, 1.0]
    """
    found: list[float] = []
    words = iter((said or "").split())
    for word in islice(words, MOST_STEPS):
        if word == "g":
            times, step = next(words, "0"), next(words, "0")
            found += [number(step)] * min(int(number(times)), most)
        else:
            found.append(number(word))
    return found


def numbers(said: str | None) -> list[float]:
    """Return the numbers that an attribute says."""
    return [number(word) for word in (said or "").split()[:10]]


def number(word: str) -> float:
    """Return a number of sane size; 0 for what is none."""
    try:
        value = float(word)
    except ValueError:
        return 0.0
    return value if -1e6 < value < 1e6 else 0.0


def rect(box: Numbers, height: float) -> Rect:
    """Turn a boundary into a rectangle in points from the bottom of the page."""
    left, top, wide, high = (*box, 0.0, 0.0, 0.0, 0.0)[:4]
    return Rect(left * POINTS, (height - top - high) * POINTS, (left + wide) * POINTS, (height - top) * POINTS)
