"""Evidence: the clause that carries a code, by its cues and by what the linear model makes of its characters."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from nlp.coding.cues import Hit
from nlp.text.fold import Matchable

SENTENCE_ENDS = "。！？；"
SHORTEST = 6  # characters: a shorter clause is joined to the next
LONGEST = 60
CUE_BONUS = 1.0  # in units of the best clause's contribution: a cue of the code outweighs characters alone


def best_clause(
    view: Matchable, hits: Sequence[Hit], bounds: Sequence[int], contributions: Sequence[float]
) -> tuple[int, int, str]:
    """Start, end (in the passage as quoted) and reason of the stretch that speaks most for a code.

    Parameters
    ----------
    hits : the hits of the code's cues
    bounds : where each piece of the passage begins, and where the last one ends
    contributions : what each piece adds to the code's decision value
    """
    clauses = clauses_of(view.text, bounds)
    weight = [sum(contributions[first:last]) for first, last in clauses]
    spans = [(bounds[first], bounds[last]) for first, last in clauses]
    cues = [hit for hit in hits if not hit.averted] or list(hits)
    scale = max(1e-9, *map(abs, weight))
    for hit in cues:
        weight[bisect_right(spans, (hit.start, len(view.text) + 1)) - 1] += CUE_BONUS * scale
    start, end = stripped(view.text, *spans[weight.index(max(weight))])
    inside = [hit for hit in cues if start <= hit.start < end]
    reason = f"线索词“{view.text[inside[0].start : inside[0].end]}”" if inside else "模型：此处用词最像"
    if end - start > LONGEST and inside:
        start, end = inside[0].start, inside[0].end
    return (*view.span(start, end), reason)


def clauses_of(text: str, bounds: Sequence[int]) -> list[tuple[int, int]]:
    """Clauses of a text: numbers of the first piece and of the one behind the last; short pieces join the next.

    >>> clauses_of("学习少，活动也少，全靠补记录。", [0, 4, 9, 15])
    [(0, 2), (2, 3)]
    """
    clauses: list[tuple[int, int]] = []
    begin = 0
    for number, _end in enumerate(bounds[1:]):
        if clauses and bounds[number] - begin < SHORTEST and text[bounds[number] - 1] not in SENTENCE_ENDS:
            clauses[-1] = (clauses[-1][0], number + 1)
        else:
            clauses.append((number, number + 1))
            begin = bounds[number]
    return clauses


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause without the punctuation at its ends and without half a pair of quotation marks."""
    while end - start > 1 and text[end - 1] in "，。；！？：、 ":
        end -= 1
    while end - start > 1 and text[start] in "，。；！？：、 ”’）":
        start += 1
    piece = text[start:end]
    if piece.endswith("”") and piece.count("”") > piece.count("“"):
        end -= 1
    if piece.startswith("“") and piece.count("“") > piece.count("”"):
        start += 1
    return (start, end) if end > start else (start, start + 1)
