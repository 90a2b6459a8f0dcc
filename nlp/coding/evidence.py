"""Evidence: the clause that carries a code, by its cues and by what the linear model makes of its characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from nlp.coding.cues import Hit
from nlp.coding.features import PassageFeatures, char_grams
from nlp.text.fold import Matchable

CLAUSE = re.compile(r"[^，。；！？：]+[，。；！？：]?[”’）】]*")
SHORTEST = 6  # characters: a shorter clause is joined to the next
LONGEST = 60
CUE_BONUS = 1.0  # in units of the best clause's contribution: a cue of the code outweighs characters alone


def best_clause(
    view: Matchable, hits: Sequence[Hit], code: str, features: PassageFeatures, coefficients: np.ndarray
) -> tuple[int, int, str]:
    """Start, end (in the passage as quoted) and reason of the stretch that speaks most for ``code``.

    Parameters
    ----------
    coefficients : the code's coefficients over the features of ``features``
    """
    clauses = clauses_of(view.text)
    weight = clause_weights(view.text, clauses, features, coefficients)
    cues = [hit for hit in hits if hit.code == code and not hit.averted] or [hit for hit in hits if hit.code == code]
    scale = max(float(np.abs(weight).max()), 1e-9)
    for hit in cues:
        for k, (start, end) in enumerate(clauses):
            if start <= hit.start < end:
                weight[k] += CUE_BONUS * scale
    k = int(np.argmax(weight))
    start, end = stripped(view.text, *clauses[k])
    inside = [view.text[hit.start : hit.end] for hit in cues if start <= hit.start < end]
    reason = f"线索词“{inside[0]}”" if inside else "模型：此处用词最像"
    if end - start > LONGEST and inside:
        hit = next(hit for hit in cues if start <= hit.start < end)
        start, end = hit.start, hit.end
    return (*view.span(start, end), reason)


def clauses_of(text: str) -> list[tuple[int, int]]:
    """Clauses of a text, short ones joined to what follows.

    >>> [("学习少，活动也少，全靠补记录。")[a:b] for a, b in clauses_of("学习少，活动也少，全靠补记录。")]
    ['学习少，活动也少，', '全靠补记录。']
    """
    spans: list[tuple[int, int]] = []
    for hit in CLAUSE.finditer(text):
        if spans and spans[-1][1] - spans[-1][0] < SHORTEST and text[spans[-1][1] - 1] not in "。！？；":
            spans[-1] = (spans[-1][0], hit.end())
        else:
            spans.append(hit.span())
    return spans or [(0, len(text))]


def clause_weights(
    text: str, clauses: Sequence[tuple[int, int]], features: PassageFeatures, coefficients: np.ndarray
) -> np.ndarray:
    """Summed contribution of the character n-grams that begin in each clause."""
    grams = char_grams([text])
    columns = features.chars_.columns(grams)
    known = columns >= 0
    first = len(features.words_.keys_)
    value = np.zeros(len(columns))
    value[known] = coefficients[first + columns[known]] * features.chars_.idf_[columns[known]]
    at_character = np.bincount(grams.starts, value, len(text) + 1)
    total = np.concatenate([[0.0], np.cumsum(at_character)])
    return np.array([total[end] - total[start] for start, end in clauses])


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
