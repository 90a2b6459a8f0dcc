"""Evidence: the clause that carries a code, by its cues and by what the linear model makes of its characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.search.sentences import CLAUSE_ENDS, Batch, SentenceTable

LONGEST = 60
# A cue of the code counts for half the best clause's contribution. What is said goes on over several clauses, so that
# one is the more likely to be part of it, the more its neighbours say for the code: the next ones, and those behind.
# Chosen on held-out writers against the spans that coders marked (benchmarks/classifier.py folds).
CUE_BONUS = 0.5
NEIGHBOURS = (0.7, 0.4)
BY_WORDS = "模型：此处用词最像"

Ints = np.ndarray


@dataclass(frozen=True)
class Chosen:
    """For every code given to a sentence: the clause that speaks most for it."""

    clause: Ints  # place in the table of clauses
    clear: np.ndarray  # whether some cue of the code stands in the sentence that nothing averts: then only these count


def best_clauses(
    batch: Batch, table: SentenceTable, weights: np.ndarray, column_of: Ints, rows: Ints, columns: Ints
) -> Chosen:
    """Choose a clause for every pair of a sentence and a code.

    Parameters
    ----------
    weights : what each clause of the table adds to each code's decision value, (n_clauses, n_codes)
    column_of : column of ``weights`` of every code of the cue finder, -1 for those that have none
    rows, columns : places in ``batch.sentences`` and the codes given there, in columns of ``weights``
    """
    numbers = batch.sentences[rows]
    owner, place = table.clauses.take(numbers)
    n = table.clauses.size.rows[numbers]
    offset = np.cumsum(n) - n
    weight = weights[place, columns[owner]].astype(np.float64)
    scale = np.maximum(np.maximum.reduceat(np.abs(weight), offset), 1e-9) if len(rows) else weight
    asked = np.full((len(batch.sentences), weights.shape[1] + 1), -1)
    asked[rows, columns] = np.arange(len(rows))
    pair = asked[batch.sentence_of_hit, column_of[batch.hits.code]]
    mine = np.flatnonzero(pair >= 0)
    pair, away = pair[mine], batch.hits.averted[mine]
    clear = np.zeros(len(rows), dtype=bool)
    clear[pair[~away]] = True
    counted = ~away | ~clear[pair]
    clause = batch.clause_of_hit[mine] + offset[pair]
    np.add.at(weight, clause[counted], CUE_BONUS * scale[pair[counted]])
    weight = with_neighbours(weight, owner)
    best = np.maximum.reduceat(weight, offset) if len(rows) else weight
    among = np.flatnonzero(weight == np.repeat(best, n))
    winner = among[np.searchsorted(among, offset)]
    return Chosen(place[winner], clear)


def with_neighbours(weight: np.ndarray, owner: Ints) -> np.ndarray:
    """The weights of clauses, raised by those of the clauses beside them that have the same owner.

    >>> with_neighbours(np.array([1.0, 0.0, 0.0, 1.0]), np.array([0, 0, 0, 1])).tolist()
    [1.0, 0.7, 0.4, 1.0]
    """
    raised = weight.copy()
    for distance, share in enumerate(NEIGHBOURS, 1):
        beside = owner[distance:] == owner[:-distance]
        raised[distance:] += share * weight[:-distance] * beside
        raised[:-distance] += share * weight[distance:] * beside
    return raised


def spoken(text: str, start: int, end: int, cues: Sequence[tuple[int, int]]) -> tuple[int, int, str]:
    """Start, end and reason of the evidence in a clause of a sentence.

    ``cues``: start and end of the hits of the code's cues in the sentence.
    """
    start, end = stripped(text, start, end)
    inside = [cue for cue in cues if start <= cue[0] < end]
    if not inside:
        return start, end, BY_WORDS
    if inside[0][1] > end:  # a cue with a gap reaches into the next clause, which is then quoted to its end
        end = next((at for at in range(inside[0][1] - 1, len(text)) if text[at] in CLAUSE_ENDS), len(text))
    if end - start > LONGEST:
        start, end = inside[0]
    return start, end, f"线索词“{text[slice(*inside[0])]}”"


def stripped(text: str, start: int, end: int) -> tuple[int, int]:
    """The clause without the punctuation at its ends and without half a pair of quotation marks.

    >>> stripped("他说：“跟我没关系。”", 4, 11)
    (4, 9)
    """
    while end - start > 1:
        piece = text[start:end]
        if piece[-1] in "，。；！？：、 " or (piece[-1] == "”" and piece.count("”") > piece.count("“")):
            end -= 1
        elif piece[0] in "，。；！？：、 ”’）" or (piece[0] == "“" and piece.count("“") > piece.count("”")):
            start += 1
        else:
            break
    return start, end
