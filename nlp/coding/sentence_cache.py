"""What the coder has read so far, sentence by sentence: each is looked through once, not once a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, Protocol

import numpy as np

from nlp.coding.evidence import Chosen, best_clauses, spoken
from nlp.corpus.lexicon import Lexicon
from nlp.search.batch_text import Flat
from nlp.search.cues import CueFinder
from nlp.search.sentences import Batch, Growing, SentenceTable, Strung, batch_of, strung

MOST = 2_000_000  # characters of sentences that are kept; then memory begins anew
Ints = np.ndarray


class Weigher(Protocol):
    """What memory asks of a model."""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all facets."""
        ...

    @property
    def n_said(self) -> int:
        """Values that ``say`` gives of a sentence."""
        ...

    def weigh(self, flat: Flat, begins: Ints) -> np.ndarray:
        """What the characters of every clause add to every output; those of the codes stand last but one."""
        ...

    def say(self, batch: Batch, added: np.ndarray) -> np.ndarray:
        """What the model makes of every sentence by itself, given what its characters add."""
        ...


class Memory:
    """Sentences met so far, what the model makes of each, and what their clauses add to every code.

    What it gives for a text never depends on what it met before. It is not safe for threads: see ``lock``.
    """

    def __init__(self, lexicon: Lexicon, finder: CueFinder, model: Weigher) -> None:
        self.made_of = (lexicon, finder, model)
        self.lexicon, self.finder, self.model = self.made_of
        column = {code: k for k, code in enumerate(model.codes)}
        self.column_of = np.array([column.get(code, -1) for code in finder.codes])  # of each code of the finder
        self.lock = Lock()
        self.forget()

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process begins with an empty memory."""
        return Memory, self.made_of

    def forget(self) -> None:
        """Begin anew."""
        self.table = SentenceTable(self.lexicon, self.finder)
        self.said = Growing(np.float64, self.model.n_said)  # of every sentence
        self.weights = Growing(np.float32, len(self.model.codes))  # of every clause
        self.evidence: dict[tuple[int, int, bool], tuple[int, int, str]] = {}
        self.n_characters = 0

    def read(self, texts: Sequence[str]) -> Batch:
        """The passages made ready; sentences that were never met are learned."""
        found = strung(texts, self.lexicon)
        numbers = self.numbers(found.sentences)
        missing = np.flatnonzero(numbers < 0).tolist()
        if missing:
            new = list(dict.fromkeys([found.sentences[i] for i in missing]))
            if self.n_characters and self.n_characters + sum(map(len, new)) > MOST:
                self.forget()
                missing, new = list(range(len(numbers))), list(dict.fromkeys(found.sentences))
            self.learn(new)
            numbers[missing] = self.numbers([found.sentences[i] for i in missing])
        return batch_of(found, numbers, self.table)

    def numbers(self, sentences: Sequence[str]) -> Ints:
        """Number of each sentence in the table; -1 for those that it lacks."""
        known = self.table.number.get
        return np.array([known(sentence, -1) for sentence in sentences], dtype=np.int64)

    def learn(self, sentences: Sequence[str]) -> None:
        """Look through new sentences."""
        self.n_characters += sum(map(len, sentences))
        known, n = len(self.table), len(sentences)
        flat, clauses = self.table.learn(sentences)
        added = self.model.weigh(flat, clauses.begins)
        self.weights.extend(added[:, -1 - len(self.model.codes) : -1])
        sums = np.add.reduceat(added.astype(np.float64), np.searchsorted(clauses.row, np.arange(n)))
        each = Strung(list(sentences), np.zeros(n, dtype=np.int64), np.ones(n, dtype=np.int64))
        self.said.extend(self.model.say(batch_of(each, np.arange(known, known + n), self.table), sums))

    def spoken(self, batch: Batch, rows: Ints, columns: Ints) -> list[tuple[int, int, str]]:
        """Start and end in the passage as it is written, and reason, of the evidence for codes of sentences."""
        chosen = best_clauses(batch, self.table, self.weights.rows, self.column_of, rows, columns)
        sentences = batch.sentences[rows]
        keys = list(zip(chosen.clause.tolist(), columns.tolist(), chosen.clear.tolist(), strict=True))
        new = {key: i for i, key in enumerate(keys) if key not in self.evidence}
        self.evidence.update(zip(new, self.spoken_anew(sentences, chosen, columns, list(new.values())), strict=True))
        told = [self.evidence[key] for key in keys]
        begins = batch.raw_begins[rows].tolist()
        return [(begin + start, begin + end, why) for begin, (start, end, why) in zip(begins, told, strict=True)]

    def spoken_anew(
        self, sentences: Ints, chosen: Chosen, columns: Ints, which: list[int]
    ) -> Iterator[tuple[int, int, str]]:
        """The evidence in some of the chosen clauses, in characters of the sentence as it is written."""
        sentences, clauses = sentences[which], chosen.clause[which]
        hit, place = self.table.hits.take(sentences)
        code, start, end, away = (column.rows[place] for column in self.table.hits.columns[:4])
        mine = (self.column_of[code] == columns[which][hit]) & ~(away & chosen.clear[which][hit])
        upto = np.append(np.searchsorted(hit[mine], np.arange(len(which))), mine.sum()).tolist()
        cues = list(zip(start[mine].tolist(), end[mine].tolist(), strict=True))
        bounds = (column.rows[clauses].tolist() for column in self.table.clauses.columns)
        views = self.table.views
        for i, (sentence, begin, stop) in enumerate(zip(sentences.tolist(), *bounds, strict=True)):
            at, behind, why = spoken(views.texts[sentence], begin, stop, cues[upto[i] : upto[i + 1]])
            yield (*(views.cut[sentence].span(at, behind) if sentence in views.cut else (at, behind)), why)
