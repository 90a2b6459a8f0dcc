"""From a page as pdfium shows it to what stands on it: glyphs, rules, areas and pictures."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from nlp.readers.printed.lines import runs_of
from nlp.readers.printed.page import GAP, Glyph, Page, Rect

MOST_OBJECTS = 20_000  # on a page that are looked at for rules; a drawing has more
THIN = 3.0  # points: the most that a rule is wide
DEEPEST = 3  # of groups of objects within groups
UPRIGHT = 2.0  # degrees that a text may slant
MOST_SEGMENTS = 60  # of a figure that may be made of rules
HYPHEN = 2  # pdfium's code for a hyphen at the end of a line
Placed = tuple[int, Glyph]  # a glyph and the direction of its text, in quarter turns; −1 if it is slanted
Matrix = tuple[float, float, float, float, float, float]
PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def page_of(page: Any, number: int) -> Page:
    """Return what stands on a page of a PDF, turned so that its text runs from left to right."""
    placed = placed_glyphs(page)
    main = main_turn(placed)
    if placed and page.get_rotation() != 90 * main:  # pdfium puts lines in order as they are shown
        page.set_rotation(90 * main)
        placed = placed_glyphs(page)
    found = Page(number, turned(Rect(*page.get_bbox()), main), [glyph for turn, glyph in placed if turn == main])
    slanted = [glyph for turn, glyph in placed if turn != main]
    found.slanted.extend(run.text for run in runs_of(slanted))
    shapes_of(page, found, main)
    return found


def main_turn(placed: Sequence[Placed]) -> int:
    """Return the direction of most of the text, in quarter turns."""
    quarters = Counter(turn for turn, _ in placed if turn >= 0)
    return max(quarters, key=lambda turn: (quarters[turn], -turn)) if quarters else 0


def placed_glyphs(page: Any) -> list[Placed]:
    """Return the glyphs of a page."""
    textpage = page.get_textpage()
    try:
        return list(glyphs_of(textpage))
    finally:
        textpage.close()


def glyphs_of(textpage: Any) -> Iterator[Placed]:
    """Yield the glyphs in the order of the file, each turned so that its text runs from left to right."""
    import pypdfium2.raw as pdfium

    raw = textpage.raw
    unicode_of, box_of, origin_of = (
        pdfium.FPDFText_GetUnicode,
        pdfium.FPDFText_GetLooseCharBox,
        pdfium.FPDFText_GetCharOrigin,
    )
    box, x, y = pdfium.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    level, turn = float("nan"), 0
    for at in range(textpage.count_chars()):
        code = unicode_of(raw, at)
        if code in (0, 10, 13, 0xFFFE) or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
            continue  # the end of a line, half of a pair, or a character that is not one
        char = "-" if code == HYPHEN else chr(code)
        if code == 32 and pdfium.FPDFText_IsGenerated(raw, at) == 1:
            char = GAP
        box_of(raw, at, box)
        origin_of(raw, at, x, y)
        if y.value != level and char != GAP:  # on one baseline the direction stays
            level, turn = y.value, quarter(pdfium.FPDFText_GetCharAngle(raw, at))
        if turn == 0:
            yield 0, Glyph(char, box.left, box.right, y.value, box.top - box.bottom)
        else:
            yield turn, turned_glyph(char, Rect(box.left, box.bottom, box.right, box.top), x.value, y.value, turn)


def quarter(angle: float) -> int:
    """Return the quarter turns to the left of an angle in radians to the right; −1 if it is slanted."""
    turns = -math.degrees(angle) / 90
    return round(turns) % 4 if abs(turns - round(turns)) < UPRIGHT / 90 else -1


def turned_glyph(char: str, box: Rect, x: float, y: float, turn: int) -> Glyph:
    """Return a glyph as it stands when its text runs from left to right."""
    box = turned(box, max(turn, 0))
    base = {1: -x, 2: -y, 3: x}.get(turn, y)
    return Glyph(char, box.left, box.right, base, box.height)


def turned(rect: Rect, turn: int) -> Rect:
    """Turn a rectangle back by quarter turns to the left."""
    left, bottom, right, top = rect
    return {
        0: rect,
        1: Rect(bottom, -right, top, -left),
        2: Rect(-right, -top, -left, -bottom),
        3: Rect(-top, left, -bottom, right),
    }[turn]


def shapes_of(page: Any, found: Page, turn: int) -> None:
    """Add the rules, areas and pictures of a page."""
    import pypdfium2.raw as pdfium

    for kind, item, matrix in objects_of(page):
        box = bounds(item, matrix)
        if box is None:
            continue
        if kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            found.pictures.append(turned(box, turn))
            continue
        filled, stroked = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(item, filled, stroked)
        if not (filled.value or stroked.value):
            continue
        if not stroked.value and min(box.width, box.height) <= 0:
            continue  # a ground of no height is not seen
        if min(box.width, box.height) <= THIN:
            found.rules.append(turned(box, turn))
        elif rules := [turned(rule, turn) for rule in strokes(item, matrix, framed=bool(stroked.value))]:
            found.rules.extend(rules)
        else:
            found.grounds.append(turned(box, turn))
            found.n_drawn += 1


def objects_of(page: Any) -> Iterator[tuple[int, Any, Matrix]]:
    """Yield the figures and pictures of a page, those within groups too, with what places them."""
    import pypdfium2.raw as pdfium

    n_left = MOST_OBJECTS

    def within(count: int, item_at: Any, matrix: Matrix, depth: int) -> Iterator[tuple[int, Any, Matrix]]:
        nonlocal n_left
        for at in range(min(count, n_left)):
            n_left -= 1
            item = item_at(at)
            kind = pdfium.FPDFPageObj_GetType(item)
            if kind in (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_IMAGE):
                yield kind, item, matrix
            elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < DEEPEST:
                own = pdfium.FS_MATRIX()
                pdfium.FPDFPageObj_GetMatrix(item, own)
                inner = multiplied((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
                n = pdfium.FPDFFormObj_CountObjects(item)
                yield from within(n, lambda at, item=item: pdfium.FPDFFormObj_GetObject(item, at), inner, depth + 1)
            if n_left <= 0:
                return

    yield from within(
        pdfium.FPDFPage_CountObjects(page.raw), lambda at: pdfium.FPDFPage_GetObject(page.raw, at), PLAIN, 0
    )


def multiplied(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the matrix that does first what the inner one does, then the outer one."""
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def bounds(item: Any, matrix: Matrix) -> Rect | None:
    """Return the outline of an object."""
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return None
    return moved(Rect(left.value, bottom.value, right.value, top.value), matrix)


def moved(rect: Rect, matrix: Matrix) -> Rect:
    """Return the outline of a rectangle that is placed by a matrix."""
    if matrix == PLAIN:
        return rect
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (rect.left, rect.right) for y in (rect.bottom, rect.top)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return Rect(min(xs), min(ys), max(xs), max(ys))


def strokes(item: Any, matrix: Matrix, framed: bool) -> list[Rect]:
    """Return the level and upright strokes of a figure, such as the four of a frame.

    A figure that is filled has strokes if it has several parts: the ground between two frames is one.
    """
    parts = parts_of(item, matrix)
    if framed:
        return [rule for part in parts for rule in part]
    outlines = [around(part) for part in parts if part]
    if len(outlines) == 2:
        inner, (left, bottom, right, top) = sorted(outlines, key=lambda outline: outline.width * outline.height)
        sides = (
            Rect(left, bottom, inner.left, top),
            Rect(inner.right, bottom, right, top),
            Rect(left, bottom, right, inner.bottom),
            Rect(left, inner.top, right, top),
        )
        return [side for side in sides if 0.05 < min(side.width, side.height) <= THIN]
    return [rule for part in parts for rule in part] if len(outlines) > 1 else []


def around(rules: Sequence[Rect]) -> Rect:
    """Return the outline of some rules."""
    lefts, bottoms, rights, tops = zip(*rules, strict=True)
    return Rect(min(lefts), min(bottoms), max(rights), max(tops))


def parts_of(item: Any, matrix: Matrix) -> list[list[Rect]]:
    """Return the level and upright strokes of every part of a figure; nothing of a figure that is a drawing."""
    import pypdfium2.raw as pdfium

    own = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, own)
    placed = multiplied((own.a, own.b, own.c, own.d, own.e, own.f), matrix)
    n = pdfium.FPDFPath_CountSegments(item)
    x, y = ctypes.c_float(), ctypes.c_float()
    start = last = (0.0, 0.0)
    found: list[list[Rect]] = [[]]
    for at in range(n if n <= MOST_SEGMENTS else 0):
        segment = pdfium.FPDFPath_GetPathSegment(item, at)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (x.value, y.value)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            start = point
            found.append([])
        elif kind == pdfium.FPDF_SEGMENT_LINETO:
            found[-1] += rule_between(last, point, placed)
        if pdfium.FPDFPathSegment_GetClose(segment):
            found[-1] += rule_between(point, start, placed)
        last = point
    return found


def rule_between(a: tuple[float, float], b: tuple[float, float], matrix: Matrix) -> Iterator[Rect]:
    """Yield the rule between two points, if it is level or upright."""
    rule = moved(Rect(min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1])), matrix)
    if min(rule.width, rule.height) <= 0.5 and max(rule.width, rule.height) > THIN:
        yield rule
