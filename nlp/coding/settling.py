"""Settling: a piece of a document ends where the role of its sentences turns; what is left is a passage."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from nlp.search.sentences import Batch

Ints = np.ndarray
SAYS_NOTHING = 2  # characters: so short a rest of a sentence (a bracket, a dash) belongs to what stands before it


@dataclass(frozen=True)
class Runs:
    """Neighbouring sentences of one piece and of one role, in order."""

    first: Ints  # their first sentence
    stop: Ints  # behind the last
    piece: Ints  # that they are part of
    owner: Ints  # run of every sentence

    def __len__(self) -> int:
        return len(self.first)

    def regrouped(self, batch: Batch) -> Batch:
        """The batch with runs for passages; what its sentences hold stays, positions count from each run's start."""
        offset = batch.raw_begins[self.first]
        return replace(
            batch, raw_begins=batch.raw_begins - offset[self.owner], passages=batch.spans(self.first, self.stop)
        )


def runs_of(roles: Ints, owner: Ints, batch: Batch) -> Runs:
    """Runs of sentences; ``roles``: role of each, ``owner``: its piece."""
    n = len(roles)
    length = np.diff(np.append(batch.begins, batch.passages.ends[-1:]))
    new_piece = np.append(True, owner[1:] != owner[:-1])[:n]
    carried = (length <= SAYS_NOTHING) & ~new_piece  # these take the role of the one before
    source = np.maximum.accumulate(np.where(carried, 0, np.arange(n)))
    told = roles[source]
    turned = np.append(True, told[1:] != told[:-1])[:n]
    first = np.flatnonzero(new_piece | turned)
    stop = np.append(first, n)[1:]
    return Runs(first, stop, owner[first], np.repeat(np.arange(len(first)), stop - first))


def settled(pieces: pd.DataFrame, runs: Runs, begins: Ints) -> pd.DataFrame:
    """The runs as passages: columns of the pieces, ids and positions counted anew in every document.

    ``begins``: of every sentence, in characters of its piece.
    """
    begin = begins[runs.first]
    lengths = np.fromiter(map(len, pieces["text"]), dtype=np.int64, count=len(pieces))
    last = np.append(runs.piece[1:] != runs.piece[:-1], True)[: len(runs)]
    end = np.where(last, lengths[runs.piece], np.append(begin[1:], 0)[: len(runs)])
    rows = pieces.iloc[runs.piece].reset_index(drop=True)
    texts = pieces["text"].tolist()
    spans = zip(runs.piece.tolist(), begin.tolist(), end.tolist(), strict=True)
    documents = rows["document_id"].tolist()
    position = positions(documents)
    offset = pieces["start"].to_numpy()[runs.piece]
    changed = {
        "passage_id": [f"{document}#{k:04d}" for document, k in zip(documents, position, strict=True)],
        "position": position,
        "start": offset + begin,
        "end": offset + end,
        "text": [texts[piece][a:b] for piece, a, b in spans],
    }
    for name, values in changed.items():
        if name in rows.columns:
            rows[name] = pd.Series(values, dtype=pieces[name].dtype)
    return rows


def positions(documents: list[str]) -> list[int]:
    """Place of every passage in its document, from 1.

    >>> positions(["甲", "甲", "乙"])
    [1, 2, 1]
    """
    found, last = [], None
    for document in documents:
        found.append(found[-1] + 1 if document == last else 1)
        last = document
    return found
