"""Whether a line goes on with the paragraph of the line before."""

from __future__ import annotations

import re

from nlp.readers.printed.measure import (
    APART,
    FULL,
    INDENT,
    SAME,
    Measure,
    area_of,
    begins_anew,
    ends_sentence,
    indent_of,
    rest_of,
    same_size,
    step,
    together,
)
from nlp.readers.printed.page import Line

LATIN = re.compile(r"[!-~]{1,20}")
CONTENTS = re.compile(r"目\s*[录次]")
SUBTITLE = "（(—－-"
LARGE = 1.15  # times the size of the text: type that no text is set in
TITLE = 1.08  # times the size of the text: the least size of a title
RAGGED = 0.4  # of the width: what may be free behind a line that no stop ends, where all paragraphs are indented
FARTHEST = 1.7  # times the distance of lines
EXACT = 1.2  # characters that may be free behind a line that is surely full


def continues(measure: Measure, line: Line, following: Line, interrupted: bool = False) -> bool:
    """Tell whether ``following`` goes on with the paragraph of ``line``, perhaps around a box or table between them."""
    size = line.size or following.size or measure.size
    if CONTENTS.fullmatch(following.text):
        return False
    if goes_on_with_title(measure, line, following):
        return True
    if line.size and following.size and abs(line.size - following.size) > 0.2 * size:
        return False
    if line.ends_in_number or is_centred(measure, line):
        return False
    if not close(measure, line, following) and not (interrupted and is_cut(measure, line, following)):
        return False
    if line.size > LARGE * measure.size and abs(line.size - following.size) > 2 * SAME * size:
        return False
    open_ended = not ends_sentence(line.text) or line.text.endswith("；")
    surely_full = open_ended and rest_of(line) < EXACT * size
    anew = begins_anew(following.text)
    if measure.hanging:
        set_in = indent_of(following) > INDENT * size and rest_of(line) <= slack(measure, line, following)
        return not anew and (set_in or surely_full)
    if indent_of(following) > INDENT * size:
        return surely_full and not anew and is_set_in(line, following, size, measure.indented)
    if anew and not (measure.headings_indented and surely_full):
        return False
    if rest_of(line) > slack(measure, line, following):
        return False
    return measure.indented or open_ended or (measure.spaced and together(line, following))


def close(measure: Measure, line: Line, following: Line) -> bool:
    """Tell whether a line stands as near to the one before as the lines of a paragraph, or in another column."""
    farthest = APART if measure.spaced else FARTHEST
    return not together(line, following) or 0 < step(line, following) < (farthest + 0.05) * measure.leading_at(line)


def is_cut(measure: Measure, line: Line, following: Line) -> bool:
    """Tell whether a full line is most likely cut from the next by what stands between them."""
    size = line.size or measure.size
    flush = measure.indented and indent_of(following) < INDENT * size
    return flush and not ends_sentence(line.text) and rest_of(line) < EXACT * size


def is_set_in(line: Line, following: Line, size: float, indented: bool) -> bool:
    """Tell whether a line that begins with a blank goes on with a numbered one, or is set in like the one before."""
    if begins_anew(line.text):
        return following.left > line.left + INDENT * size and (indent_of(line) > INDENT * size or not indented)
    return abs(following.left - line.left) < 0.5 * size


def is_centred(measure: Measure, line: Line) -> bool:
    """Tell a line that stands in the middle, in large type or far from both edges."""
    before, behind = indent_of(line), rest_of(line)
    size = line.size or measure.size
    return abs(before - behind) < size < before and (size > TITLE * measure.size or before > 3 * size)


def goes_on_with_title(measure: Measure, line: Line, following: Line) -> bool:
    """Tell whether both lines are one title: large type, or a full line and its rest, set around one middle."""
    if not same_size(line, following) or not together(line, following) or ends_sentence(line.text):
        return False
    size = min(line.size, following.size)
    if not all(abs(indent_of(each) - rest_of(each)) < 2 * size for each in (line, following)):
        return False
    free = min(indent_of(following), rest_of(following))
    width = line.right - line.left
    full = area_of(line).width - width < 2 * size < free + 0.5 * size and not begins_anew(line.text)
    opens = begins_anew(following.text) or following.text[:1] in SUBTITLE
    return (size > TITLE * measure.size or full) and not opens and 0 < step(line, following) < 2.2 * size


def slack(measure: Measure, line: Line, following: Line) -> float:
    """Return how far a line that is not the last of its paragraph may stay behind the right edge.

    A comma may not begin a line, and a word or number is not cut. Where every paragraph is indented, a line that
    is not, and does not follow a full stop, goes on even after a ragged line.
    """
    if measure.indented and not ends_sentence(line.text):
        return RAGGED * area_of(line).width
    word = LATIN.match(following.text)
    return (line.size or measure.size) * (FULL + 0.6 * (len(word.group()) if word else 0))
