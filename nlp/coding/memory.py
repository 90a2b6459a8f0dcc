"""What the coder has read so far, sentence by sentence: each is looked through once, not once a report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import numpy as np

from nlp.coding.cues import CueFinder
from nlp.coding.evidence import best_clauses, spoken
from nlp.coding.flat import Flat
from nlp.coding.sentences import Batch, Growing, SentenceTable, batch_of, strung
from nlp.lexicon import Lexicon

MOST = 2_000_000  # characters of sentences that are kept; then memory begins anew
Weigh = Callable[[Flat, np.ndarray], np.ndarray]  # from laid sentences and where their clauses begin to (n, width)
Ints = np.ndarray


class Memory:
    """Sentences met so far and what their clauses add to every output of a model.

    What it gives for a text never depends on what it met before. It is not safe for threads: see ``lock``.
    """

    def __init__(self, lexicon: Lexicon, finder: CueFinder, weigh: Weigh, codes: tuple[str, ...], width: int) -> None:
        """``width``: outputs of ``weigh``, of which the ``codes`` stand last but one."""
        self.made_of = (lexicon, finder, weigh, codes, width)
        self.lexicon, self.finder, self.weigh, self.codes, self.width = self.made_of
        column = {code: k for k, code in enumerate(codes)}
        self.column_of = [column.get(code, -1) for code in finder.codes]  # of each code of the finder
        self.lock = Lock()
        self.forget()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process begins with an empty memory."""
        return Memory, self.made_of

    def forget(self) -> None:
        """Begin anew."""
        self.table = SentenceTable(self.lexicon, self.finder)
        self.sums = Growing(np.float64, self.width)  # of every sentence
        self.weights = Growing(np.float32, len(self.codes))  # of every clause
        self.evidence: dict[tuple[int, int, bool], tuple[int, int, str]] = {}
        self.n_characters = 0

    def read(self, texts: Sequence[str]) -> Batch:
        """The passages made ready; sentences that were never met are learned."""
        found = strung(texts, self.lexicon)
        numbers = self.numbers(found.sentences)
        if (numbers < 0).any():
            new = list(dict.fromkeys(found.sentences[i] for i in np.flatnonzero(numbers < 0).tolist()))
            if self.n_characters and self.n_characters + sum(map(len, new)) > MOST:
                self.forget()
                new = list(dict.fromkeys(found.sentences))
            self.learn(new)
            numbers = self.numbers(found.sentences)
        return batch_of(found, numbers, self.table)

    def numbers(self, sentences: Sequence[str]) -> Ints:
        """Number of each sentence in the table; -1 for those that it lacks."""
        known = self.table.number.get
        return np.array([known(sentence, -1) for sentence in sentences], dtype=np.int64)

    def learn(self, sentences: Sequence[str]) -> None:
        """Look through new sentences."""
        self.n_characters += sum(map(len, sentences))
        flat, clauses = self.table.learn(sentences)
        added = self.weigh(flat, clauses.begins)
        self.sums.extend(np.add.reduceat(added.astype(np.float64), np.searchsorted(clauses.row, np.arange(len(flat)))))
        self.weights.extend(added[:, -1 - len(self.codes) : -1])

    def spoken(self, batch: Batch, rows: Ints, columns: Ints) -> list[tuple[int, int, str]]:
        """Start and end in the passage as it is written, and reason, of the evidence for codes of passages."""
        chosen = best_clauses(batch, self.table, self.weights.rows, np.array(self.column_of), rows, columns)
        offset = batch.raw_begins[chosen.sentence].tolist()
        keys = zip(chosen.clause.tolist(), columns.tolist(), chosen.clear.tolist(), strict=True)
        found = []
        for key, sentence, begin in zip(keys, batch.sentences[chosen.sentence].tolist(), offset, strict=True):
            told = self.evidence.get(key)
            if told is None:
                told = self.evidence[key] = self.spoken_in(sentence, *key)
            found.append((begin + told[0], begin + told[1], told[2]))
        return found

    def spoken_in(self, sentence: int, clause: int, column: int, clear: bool) -> tuple[int, int, str]:
        """The evidence for a code in one clause of a sentence, in characters of the sentence as it is written."""
        begin, stop = (int(values.room[clause]) for values in self.table.clauses.columns)
        return spoken(self.table.views[sentence], begin, stop, self.cues_in(sentence, column, clear))

    def cues_in(self, sentence: int, column: int, clear: bool) -> list[tuple[int, int]]:
        """Start and end of the hits of a code in a sentence; ``clear``: but for those that something averts."""
        hits = self.table.hits
        first, n = int(hits.first.room[sentence]), int(hits.size.room[sentence])
        if not n:
            return []
        code, start, end, away = (values.room[first : first + n].tolist() for values in hits.columns[:4])
        return [(start[i], end[i]) for i in range(n) if self.column_of[code[i]] == column and not (away[i] and clear)]
