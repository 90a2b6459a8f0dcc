"""From glyphs to lines: what stands side by side on one baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from nlp.readers.printed.page import GAP, Glyph, Line, Page, is_han

Run = list[Glyph]  # glyphs that the file prints one after the other, side by side

APART = 0.6  # of the type: a wider gap ends a run; it may be the gap between two cells
WIDE = 0.8  # of the type: a wider gap is a blank
BACK = 1.1  # of the type: how far a glyph may reach back over the one before it, as an opening mark does over a comma
LEVEL = 0.2  # of the type: what is farther from the baseline is raised or lowered
RAISED_BY = 0.15  # of the type: what is raised at least
RAISED = 0.65  # of the type: what is farther is another line
NOTE_MARKS = frozenset("0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳*†‡[]〔〕,，")


def runs_of(glyphs: Sequence[Glyph]) -> Iterator[Run]:
    """Yield the glyphs run by run, in the order of the file, without blanks at either end."""
    run: Run = []
    em, base = 0.0, 0.0
    for glyph in glyphs:
        if run:
            last = run[-1]
            off, gap = abs(glyph.base - base), glyph.left - last.right
            size = max(em, glyph.em)
            # A ligature of two dashes is two glyphs on one place.
            near = off < LEVEL * size and gap < APART * size and (gap > -BACK * size or glyph.left == last.left)
            if not near and not (off < RAISED * size and -LEVEL * size < gap < 0.5 * size):
                yield from stripped(run)
                run = []
        if not run or is_han(glyph.char):
            em, base = glyph.em, glyph.base
        run.append(glyph)
    yield from stripped(run)


def stripped(run: Run) -> Iterator[Run]:
    """Yield a run without the blanks at its ends, if anything is left."""
    printed = [at for at, glyph in enumerate(run) if glyph.char.strip()]
    if printed:
        yield run[printed[0] : printed[-1] + 1]


def level_of(run: Run) -> float:
    """Return the baseline of a run: that of its Chinese characters, else the most common one."""
    bases = [glyph.base for glyph in run if is_han(glyph.char)] or [glyph.base for glyph in run]
    return median(bases)


def size_of(run: Run) -> float:
    """Return the size of the Chinese type in a run, which letters and signs would belittle; 0 where there is none."""
    sizes = [glyph.right - glyph.left for glyph in run if is_han(glyph.char)]
    return median(sizes) if sizes else 0.0


def em_of(run: Run) -> float:
    """Return the size of the type of a run, as well as it can be told."""
    return size_of(run) or max(glyph.em for glyph in run)


def text_of(run: Run) -> str:
    """Return the text of a run; a narrow gap is none where a program only set 2024 off from 年."""
    if all(glyph.char != GAP for glyph in run):
        return "".join([glyph.char for glyph in run])
    em = em_of(run)
    return "".join([gap_text(run, at, em) if glyph.char == GAP else glyph.char for at, glyph in enumerate(run)])


def gap_text(run: Run, at: int, em: float) -> str:
    """Return what a gap between two glyphs means: a blank, or nothing beside a Chinese character."""
    before, after = run[at - 1], run[at + 1]
    return blank(before.char, after.char, (after.left - before.right) / em)


def blank(before: str, after: str, width: float) -> str:
    """Return what stands between two characters that are ``width`` of the type apart."""
    beside_han = before > "\u2e7f" or after > "\u2e7f"
    return "" if width < WIDE and beside_han else " "


def line_of(runs: Sequence[Run], page: Page, column: int = 0, above: Line | None = None) -> Line:
    """Put runs on one baseline together to a line; ``above`` is the line printed before it."""
    glyphs = [glyph for run in runs for glyph in run]
    size, base = size_of(glyphs), level_of(glyphs)
    em = size or em_of(glyphs)
    text = ""
    end = 0.0
    next_line = above is not None and 0.8 * em < above.base - base < 2.5 * em and abs(above.size - size) < 0.1 * em
    before = above.text[-1:] if above is not None and next_line else ""
    for run in runs:
        more = text_of(without_marks(run, base, em, (text or before)[-1:]))
        gap = blank(text[-1], more[0], (run[0].left - end) / em) if text and more else ""
        text, end = text + gap + more, run[-1].right
    return Line(
        text=text.strip(),
        page=page.number,
        left=glyphs[0].left,
        right=max(glyph.right for glyph in glyphs),
        base=base,
        size=size,
        height=page.height_of(base),
        column=column,
        raised=glyphs[0].base - base >= RAISED_BY * em,
    )


def without_marks(run: Run, base: float, em: float, before: str) -> Run:
    """Leave out the marks of notes, raised signs behind a Chinese character; the 2 of m² stays."""
    if all(glyph.base - base < RAISED_BY * em or glyph.char not in NOTE_MARKS for glyph in run):
        return run
    kept: Run = []
    for glyph in run:
        raised = glyph.base - base >= RAISED_BY * em and glyph.char in NOTE_MARKS
        if raised and before > "\u2e7f":
            kept.append(glyph._replace(char=""))
        else:
            kept.append(glyph)
            before = glyph.char.strip(GAP) or before
    return kept
