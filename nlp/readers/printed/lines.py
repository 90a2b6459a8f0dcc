"""From glyphs to lines: what stands side by side on one baseline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import groupby
from statistics import median_low

from nlp.readers.printed.page import GAP, Glyph, Line, Page, is_han

APART = 0.6  # of the type: a wider gap ends a run; it may be the gap between two cells
WIDE = 0.8  # of the type: a wider gap is a blank
BACK = 1.1  # of the type: how far a glyph may reach back over the one before it, as an opening mark does over a comma
LEVEL = 0.2  # of the type: what is farther from the baseline is raised or lowered
RAISED_BY = 0.15  # of the type: what is raised at least
RAISED = 0.65  # of the type: what is farther is another line
NUMBERS = frozenset("0123456789①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳*†‡")  # of notes
NOTE_MARKS = NUMBERS | set("[]〔〕,，-–")


class Run:
    """Glyphs that the file prints one after the other, side by side, none of them blank at either end."""

    def __init__(self, glyphs: Sequence[Glyph]) -> None:
        han = [glyph for glyph in glyphs if is_han(glyph.char)]
        widths = sorted([glyph.right - glyph.left for glyph in han])  # of some fonts that of the ink: 日 is narrow
        self.glyphs = glyphs
        self.left, self.right = glyphs[0].left, glyphs[-1].right
        # Letters and signs would belittle the size of the type, and raised ones stand on another baseline.
        self.size = widths[-1 - len(widths) // 4] if widths else 0.0  # 0: no Chinese type
        self.em = self.size or max(glyph.em for glyph in glyphs)
        self.level = median_low([glyph.base for glyph in han or glyphs])

    def __len__(self) -> int:
        return len(self.glyphs)

    @cached_property
    def text(self) -> str:
        """What it says; a narrow gap is none where a program only set 2024 off from 年."""
        return text_of(self.glyphs, self.em)

    @property
    def center(self) -> float:
        """The middle between its ends."""
        return (self.left + self.right) / 2


def runs_of(glyphs: Sequence[Glyph]) -> Iterator[Run]:
    """Yield the glyphs run by run, in the order of the file."""
    run: list[Glyph] = []
    em = base = right = left = 0.0
    for glyph in glyphs:
        size = max(em, glyph.em)
        if run:
            off, gap = abs(glyph.base - base), glyph.left - right
            # A ligature of two dashes is two glyphs on one place.
            near = off < LEVEL * size and gap < APART * size and (gap > -BACK * size or glyph.left == left)
            if not near and not (off < RAISED * size and -LEVEL * size < gap < 0.5 * size):
                yield from stripped(run)
                run = []
        if not run or is_han(glyph.char):
            em, base = glyph.em, glyph.base
        left, right = glyph.left, glyph.right
        run.append(glyph)
    yield from stripped(run)


def stripped(glyphs: Sequence[Glyph]) -> Iterator[Run]:
    """Yield the run that glyphs make without the blanks at their ends, if anything is left."""
    first, end = 0, len(glyphs)
    while first < end and not glyphs[first].char.strip():
        first += 1
    while end > first and not glyphs[end - 1].char.strip():
        end -= 1
    if first < end:
        yield Run(glyphs[first:end])


def text_of(glyphs: Sequence[Glyph], em: float) -> str:
    """Return what glyphs say."""
    chars = [glyph.char for glyph in glyphs]
    if GAP in chars:
        chars = [gap_text(glyphs, at, em) if char == GAP else char for at, char in enumerate(chars)]
    return "".join(chars)


def gap_text(glyphs: Sequence[Glyph], at: int, em: float) -> str:
    """Return what a gap between two glyphs means: a blank, or nothing beside a Chinese character."""
    before, after = glyphs[at - 1], glyphs[at + 1]
    return blank(before.char, after.char, (after.left - before.right) / em)


def blank(before: str, after: str, width: float) -> str:
    """Return what stands between two characters that are ``width`` of the type apart."""
    beside_han = before > "\u2e7f" or after > "\u2e7f"
    return "" if width < WIDE and beside_han else " "


def line_of(runs: Sequence[Run], page: Page, column: int = 0, above: Line | None = None) -> Line:
    """Put runs on one baseline together to a line; ``above`` is the line printed before it."""
    longest = max(runs, key=lambda run: (run.size > 0, len(run)))
    size, base, em = longest.size, longest.level, longest.em
    goes_on = above is not None and 0.8 * em < above.base - base < 2.5 * em and abs(above.size - size) < 0.1 * em
    before = above.text[-1:] if above is not None and goes_on else ""
    text = ""
    end = 0.0
    for run in runs:
        more = without_marks(run, base, em, (text or before)[-1:])
        gap = blank(text[-1], more[0], (run.left - end) / em) if text and more else ""
        text, end = text + gap + more, run.right
    return Line(
        text=text.strip(),
        page=page.number,
        left=runs[0].left,
        right=max(run.right for run in runs),
        base=base,
        size=size,
        height=page.height_of(base),
        column=column,
        ends_in_number=len(runs) > 1 and runs[-1].text.isdigit() and runs[-1].left - runs[-2].right > WIDE * em,
        raised=runs[0].glyphs[0].base - base >= RAISED_BY * em,
    )


def without_marks(run: Run, base: float, em: float, before: str) -> str:
    """Return what a run says without the marks of notes, raised signs behind a Chinese character; m² keeps its 2."""
    if all(glyph.base - base < RAISED_BY * em for glyph in run.glyphs):
        return run.text
    kept: list[Glyph] = []
    for raised, group in groupby(run.glyphs, lambda glyph: glyph.base - base >= RAISED_BY * em):
        glyphs = list(group)
        chars = [glyph.char for glyph in glyphs if glyph.char != GAP]
        is_mark = raised and NOTE_MARKS.issuperset(chars) and not NUMBERS.isdisjoint(chars) and before > "\u2e7f"
        kept += [glyph._replace(char="") for glyph in glyphs] if is_mark else glyphs
        before = before if is_mark else "".join(chars)[-1:] or before
    return text_of(kept, em)
