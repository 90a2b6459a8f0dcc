"""Word clouds: words packed by their boxes, so that none stands in another; the same seed gives the same picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.outputs.fonts import font_path, register_font
from nlp.outputs.style import PALETTE, STYLE
from nlp.store.files import Replacement

WIDTH, HEIGHT = 600, 300  # grid on which the words are packed
MOST_WORDS = 80
LARGEST, SMALLEST = 0.5, 0.09  # of the height, before all are made smaller
TRIES, SHRINK = 60, 0.94
SPACE = 3
# Dark enough to be read on white, in turn.
COLOURS = (PALETTE[0], PALETTE[1], "#00724F", "#9B4F7C", "#8A5B00", "#31688E")

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Word:
    """A word in its place: ``x`` of its origin and ``y`` of its base line from the top, in units of the grid."""

    term: str
    size: int
    x: float
    y: float
    rank: int


def ellipse(width: int = WIDTH, height: int = HEIGHT) -> Mask:
    """A mask: True where words may stand."""
    y, x = np.ogrid[:height, :width]
    inside = ((x - width / 2) / (width / 2)) ** 2 + ((y - height / 2) / (height / 2)) ** 2 <= 1
    return np.asarray(inside, dtype=bool)


def mask_from(picture: Path, width: int = WIDTH) -> Mask:
    """A mask from a picture: words stand where it is dark and not transparent; its proportions are kept."""
    from PIL import Image

    with Image.open(picture) as opened:
        drawn = opened.convert("RGBA")
        ground = Image.new("RGBA", drawn.size, "white")
        ground.alpha_composite(drawn)
        grey = ground.convert("L").resize((width, max(1, round(width * drawn.height / drawn.width))))
    return np.asarray(np.asarray(grey) < 128, dtype=bool)


def packed(frequencies: Mapping[str, float], seed: int, mask: Mask | None = None) -> list[Word]:
    """Places for the words, the heaviest first and largest; all are made smaller until they find room.

    Parameters
    ----------
    frequencies : term → weight; the area of a word grows with its weight
    mask : True where words may stand; None takes the whole of WIDTH × HEIGHT
    """
    ordered = sorted(frequencies.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]
    room = np.ones((HEIGHT, WIDTH), dtype=bool) if mask is None else mask
    scale, words = 1.0, list[Word]()
    for _ in range(TRIES if ordered else 0):
        words = attempt(ordered, seed, room, scale)
        if len(words) == len(ordered):
            break
        scale *= SHRINK
    return words


def attempt(ordered: Sequence[tuple[str, float]], seed: int, room: Mask, scale: float) -> list[Word]:
    """One packing; it ends at the first word that finds no place."""
    from PIL import ImageFont
    from wordcloud.wordcloud import IntegralOccupancyMap

    chance, height = Random(seed), room.shape[0]
    taken = np.where(room, 0, 255).astype(np.int32)
    free = IntegralOccupancyMap(height, room.shape[1], taken)
    words = []
    for rank, (term, weight) in enumerate(ordered):
        share = max(SMALLEST, LARGEST * (weight / ordered[0][1]) ** 0.5)
        size = max(4, round(height * share * scale))
        left, top, right, bottom = ImageFont.truetype(str(font_path()), size).getbbox(term, anchor="ls")
        rows, columns = int(bottom - top) + SPACE, int(right - left) + SPACE
        place = free.sample_position(rows, columns, chance)
        if place is None:
            break
        y, x = place
        taken[y : y + rows, x : x + columns] = 255
        free.update(taken, y, x)
        words.append(Word(term, size, float(x - left + SPACE / 2), float(y - top + SPACE / 2), rank))
    return words


def draw_words(axes: Any, words: Sequence[Word], shape: tuple[int, int], colours: Sequence[str] = COLOURS) -> None:
    """Write packed words on ``axes``; ``shape`` is (height, width) of the grid. The layout must be final."""
    axes.set_axis_off()
    axes.set_xlim(0, shape[1])
    axes.set_ylim(shape[0], 0)
    axes.set_aspect("equal")
    axes.apply_aspect()
    points = axes.get_window_extent().width / axes.figure.dpi * 72 / shape[1]
    for word in words:
        axes.text(
            word.x,
            word.y,
            word.term,
            va="baseline",
            ha="left",
            fontsize=word.size * points,
            color=colours[word.rank % len(colours)],
        )


def draw_cloud(frequencies: Mapping[str, float], path: Path, seed: int = 7, mask: Mask | None = None) -> Path | None:
    """Draw ``frequencies`` (term → weight) alone, without title, to a PNG; None if there is nothing to draw."""
    import matplotlib
    from matplotlib.figure import Figure

    words = packed(frequencies, seed, mask)
    if not words:
        return None
    shape = (HEIGHT, WIDTH) if mask is None else (mask.shape[0], mask.shape[1])
    style: Any = {**STYLE, "font.family": register_font()}
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(10, 10 * shape[0] / shape[1]))
        draw_words(figure.add_axes((0.0, 0.0, 1.0, 1.0)), words, shape)
        path.parent.mkdir(parents=True, exist_ok=True)
        with Replacement(path) as temporary:
            figure.savefig(temporary, dpi=120, metadata={"Software": None})
    return path
