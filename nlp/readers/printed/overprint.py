"""What is printed over or under a text and is no part of it: watermarks, and the stroke through what is deleted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from nlp.readers.printed.lines import Run, em_of, level_of, text_of
from nlp.readers.printed.page import Rect

LARGE = 1.4  # times the size of the text: the least size of a single watermark
TILES = 4  # times that a small one stands on a page
STROKE = 0.15, 0.55  # of the type above the baseline: where a stroke through it runs
MOST_STRUCK = 0.5  # of all characters; if more are, the lines are ruled paper


def without_watermarks(pages: Sequence[Sequence[Run]]) -> tuple[list[list[Run]], list[str]]:
    """Leave out level text that is printed over other text, large or again and again, and return what it says."""
    size = body_size(pages)
    marks: set[str] = set()
    for page in pages:
        keys = [(text_of(run), em_of(run), box_of(run)) for run in page]
        n = Counter(text for text, *_ in keys)
        for at, (text, em, box) in enumerate(keys):
            if text not in marks and len(text) > 1 and (em > LARGE * size or n[text] >= TILES):
                others = (other for to, (*_, other) in enumerate(keys) if to != at and keys[to][0] != text)
                if any(overprinted(box, other) for other in others):
                    marks.add(text)
    if not marks:
        return [list(page) for page in pages], []
    kept = [[run for run in page if text_of(run) not in marks] for page in pages]
    return kept, sorted(marks)


def body_size(pages: Iterable[Iterable[Run]]) -> float:
    """Return the size of most of the type."""
    sizes = [em_of(run) for page in pages for run in page for _ in run[::4]]
    return median(sizes) if sizes else 12.0


def box_of(run: Run) -> Rect:
    """Return what a run covers with ink."""
    base, em = level_of(run), em_of(run)
    return Rect(run[0].left, base, run[-1].right, base + 0.75 * em)


def overprinted(mark: Rect, other: Rect) -> bool:
    """Tell whether ink stands on ink: more than a third of the lower one's height, and some of its width."""
    high = min(mark.top, other.top) - max(mark.bottom, other.bottom)
    wide = min(mark.right, other.right) - max(mark.left, other.left)
    return high > 0.34 * min(mark.height, other.height) and wide > 0.5 * min(mark.height, other.height)


def strike_out(runs: list[Run], rules: Sequence[Rect]) -> list[Run]:
    """Blank what has a stroke through it; its place stays, so that the lines keep their width."""
    struck: list[Run] = []
    n_struck = n_all = 0
    for run in runs:
        base, em = level_of(run), em_of(run)
        low, high = base + STROKE[0] * em, base + STROKE[1] * em
        through = [rule for rule in rules if low < (rule.bottom + rule.top) / 2 < high and rule.height < 0.2 * em]
        through = [rule for rule in through if rule.left < run[-1].right and rule.right > run[0].left]
        if through:
            run = [
                glyph._replace(char="")
                if any(rule.left <= (glyph.left + glyph.right) / 2 <= rule.right for rule in through)
                else glyph
                for glyph in run
            ]
            n_struck += sum(not glyph.char for glyph in run)
        n_all += len(run)
        struck.append(run)
    return struck if n_struck <= MOST_STRUCK * n_all else runs
