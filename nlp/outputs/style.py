"""The one visual language: palette, canvas, title, the line of unit, n and source, labels that do not collide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nlp.outputs.fonts import register_font

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's palette, safe for colour-blind readers.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#000000")
FACET_COLOUR = {"manifestation": PALETTE[1], "cause": PALETTE[3], "remedy": PALETTE[2]}
FACET_TITLE = {"manifestation": "问题表现", "cause": "成因", "remedy": "对策"}
ROLE_COLOUR = {"context": PALETTE[6], "achievement": PALETTE[0], "other": "#BBBBBB"} | FACET_COLOUR
INK, SOFT, FAINT = "#222222", "#5A5A5A", "#BDBDBD"
TITLE_SIZE, NOTE_SIZE = 13.0, 8.5
MARGIN = 0.12  # inches between the text and the edge of the canvas
SMALL = 5  # documents: a period with fewer is drawn hollow

STYLE: dict[str, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": INK,
    "axes.labelsize": 9.5,
    "axes.titlesize": 11,
    "axes.unicode_minus": False,
    "xtick.labelsize": 9,
    "ytick.labelsize": 10,
    "text.color": INK,
    "svg.fonttype": "none",  # text stays text: small files that the page's own font draws
    "figure.dpi": 100,
}


@contextmanager
def canvas(
    width: float, height: float, title: str, note: str, source: str, grid: tuple[int, int] = (1, 1), **shared: Any
) -> Iterator[tuple[Figure, Any]]:
    """A figure of ``width`` × ``height`` inches and its axes (an array of axes when ``grid`` has more than one).

    ``note`` states unit and n, ``source`` the table that was drawn; both stand under the drawing, broken to its width.
    """
    import matplotlib

    style: Any = {**STYLE, "font.family": register_font()}
    with matplotlib.rc_context(style):  # labels take the font when they are created
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width, height), layout="constrained")
        layout: Any = figure.get_layout_engine()
        layout.set(w_pad=MARGIN, h_pad=0.06)
        axes = figure.subplots(*grid, squeeze=grid == (1, 1), **shared)
        side, em = MARGIN / width, width - 2 * MARGIN
        figure.suptitle(broken(title, em, TITLE_SIZE), x=side, ha="left", fontsize=TITLE_SIZE)
        below = broken(f"{note}\n资料来源：{source}", em, NOTE_SIZE)
        figure.supxlabel(below, x=side, ha="left", fontsize=NOTE_SIZE, color=SOFT, linespacing=1.4)
        yield figure, axes


def broken(text: str, inches: float, size: float) -> str:
    """``text`` with line breaks so that no line is wider than ``inches`` at ``size`` points."""
    room = inches * 72 / size
    return "\n".join(piece for line in text.split("\n") for piece in pieces(line, room))


def pieces(line: str, room: float) -> list[str]:
    """One line cut to ``room`` em; never before a mark that may not begin a line."""
    found, current = [], ""
    for char in line:
        inside = char in "，。；：、）”％%" or (char in ".0123456789" and current[-1:] in ".0123456789＜")
        if ems(current + char) > room and not inside:
            found.append(current)
            current = ""
        current += char
    return [*found, current]


def ems(text: str) -> float:
    """Width of ``text`` in em: a wide character counts one, any other a little over a half."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.56 for char in text)


def on(colour: Any) -> str:
    """Black or white, whichever can be read on ``colour`` (relative luminance after WCAG 2)."""
    from matplotlib.colors import to_rgb

    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if luminance > 0.22 else "white"


def place_labels(
    axes: Any,
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    size: float = 9,
    radius: Iterable[float] = (),
) -> None:
    """Write ``names`` beside ``points`` where they hide neither each other nor a point, most important first.

    ``radius`` is the size of each point's mark in points; call it when limits and positions of ``axes`` are final.
    """
    figure = axes.figure
    scale = figure.dpi / 72
    marks = list(radius) or [3.0] * len(points)
    at = axes.transData.transform(points)
    frame = axes.get_window_extent()
    taken = [(x - r * scale, y - r * scale, x + r * scale, y + r * scale) for (x, y), r in zip(at, marks, strict=True)]
    for (x, y), name, r in zip(at, names, marks, strict=True):
        width, height = ems(name) * size * scale, 1.25 * size * scale
        boxes = list(candidates(x, y, width, height, r * scale))
        inside = [b for b in boxes if b[0] >= frame.x0 and b[2] <= frame.x1 and b[1] >= frame.y0 and b[3] <= frame.y1]
        best = min(inside or boxes, key=lambda box: sum(overlap(box, other) for other in taken))
        taken.append(best)
        centre = ((best[0] + best[2]) / 2, (best[1] + best[3]) / 2)
        label_x, label_y = axes.transData.inverted().transform(centre)
        axes.text(label_x, label_y, name, ha="center", va="center", fontsize=size, zorder=5)
        if distance(centre, (x, y)) > width / 2 + r * scale + 14 * scale:
            axes.plot(
                [in_data(axes, x, y)[0], label_x], [in_data(axes, x, y)[1], label_y], color=FAINT, lw=0.6, zorder=1
            )


def candidates(
    x: float, y: float, width: float, height: float, r: float
) -> Iterator[tuple[float, float, float, float]]:
    """Boxes around a point, the nearest first: right, left, above, below, then farther out."""
    for far in (2.0, 9.0, 18.0, 30.0):
        gap = r + far
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)):
            cx = x + dx * (gap + width / 2) if dy == 0 else x + dx * (gap * 0.7 + width / 2)
            cy = y + dy * (gap + height / 2)
            yield cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Area that two boxes share."""
    return max(0.0, min(one[2], other[2]) - max(one[0], other[0])) * max(
        0.0, min(one[3], other[3]) - max(one[1], other[1])
    )


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance of two places."""
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)


def in_data(axes: Any, x: float, y: float) -> tuple[float, float]:
    """A place on the canvas in the data's coordinates."""
    found = axes.transData.inverted().transform((x, y))
    return float(found[0]), float(found[1])
