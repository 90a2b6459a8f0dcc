"""What is printed over or under a text and is no part of it: watermarks, and the stroke through what is deleted."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from nlp.readers.printed.lines import Run
from nlp.readers.printed.page import Rect

LARGE = 1.4  # times the size of the text: the least size of a single watermark
TILES = 4  # times that a small one stands on a page
MOST_CANDIDATES = 200  # that are looked at on a page
STROKE = 0.15, 0.55  # of the type above the baseline: where a stroke through it runs
MOST_STRUCK = 0.5  # of all characters; if more are, the lines are ruled paper


def without_watermarks(pages: Sequence[Sequence[Run]]) -> tuple[list[list[Run]], list[str]]:
    """Leave out level text that is printed over other text, large or again and again, and return what it says."""
    size = body_size(pages)
    marks: set[str] = set()
    for page in pages:
        n = Counter(run.text for run in page)
        candidates = [run for run in page if len(run) > 1 and (run.em > LARGE * size or n[run.text] >= TILES)]
        for run in candidates[:MOST_CANDIDATES]:
            if run.text not in marks and any(overprinted(run, other) for other in page if other.text != run.text):
                marks.add(run.text)
    if not marks:
        return [list(page) for page in pages], []
    return [[run for run in page if run.text not in marks] for page in pages], sorted(marks)


def body_size(pages: Iterable[Iterable[Run]]) -> float:
    """Return the size of most of the type."""
    sizes = [run.em for page in pages for run in page for _ in run.glyphs[::4]]
    return median(sizes) if sizes else 12.0


def overprinted(mark: Run, other: Run) -> bool:
    """Tell whether ink stands on ink: more than a third of the lower one's height, and some of its width."""
    low = min(mark.em, other.em)
    high = min(mark.level + 0.75 * mark.em, other.level + 0.75 * other.em) - max(mark.level, other.level)
    wide = min(mark.right, other.right) - max(mark.left, other.left)
    return high > 0.25 * low and wide > 0.4 * low


def strike_out(runs: list[Run], rules: Sequence[Rect]) -> list[Run]:
    """Blank what has a stroke through it; its place stays, so that the lines keep their width."""
    by_height = sorted(rules, key=middle)
    heights = [middle(rule) for rule in by_height]
    struck: list[Run] = []
    n_struck = n_all = 0
    for run in runs:
        first = bisect_right(heights, run.level + STROKE[0] * run.em)
        last = bisect_left(heights, run.level + STROKE[1] * run.em)
        through = [rule for rule in by_height[first:last] if rule.left < run.right and rule.right > run.left]
        if through:
            run = without_struck(run, through)
            n_struck += sum(not glyph.char for glyph in run.glyphs)
        n_all += len(run)
        struck.append(run)
    return struck if n_struck <= MOST_STRUCK * n_all else runs


def without_struck(run: Run, rules: Sequence[Rect]) -> Run:
    """Blank the glyphs whose middle is struck through."""
    thin = [rule for rule in rules if rule.height < 0.2 * run.em]
    middles = [(glyph.left + glyph.right) / 2 for glyph in run.glyphs]
    return Run(
        [
            glyph._replace(char="") if any(rule.left <= at <= rule.right for rule in thin) else glyph
            for glyph, at in zip(run.glyphs, middles, strict=True)
        ]
    )


def middle(rule: Rect) -> float:
    """Return the height of a level rule."""
    return (rule.bottom + rule.top) / 2
