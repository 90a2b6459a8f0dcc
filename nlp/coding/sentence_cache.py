"""What the coder has read so far, sentence by sentence: each is looked through once, not once a report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any

import numpy as np

from nlp.coding.evidence import Chosen, best_clauses, spoken
from nlp.corpus.lexicon import Lexicon
from nlp.search.batch_text import Flat
from nlp.search.cues import CueFinder
from nlp.search.sentences import Batch, Growing, SentenceTable, batch_of, strung

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
        self.column_of = np.array([column.get(code, -1) for code in finder.codes])  # of each code of the finder
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
        flat, clauses = self.table.learn(sentences)
        added = self.weigh(flat, clauses.begins)
        self.sums.extend(np.add.reduceat(added.astype(np.float64), np.searchsorted(clauses.row, np.arange(len(flat)))))
        self.weights.extend(added[:, -1 - len(self.codes) : -1])

    def spoken(self, batch: Batch, rows: Ints, columns: Ints) -> list[tuple[int, int, str]]:
        """Start and end in the passage as it is written, and reason, of the evidence for codes of passages."""
        chosen = best_clauses(batch, self.table, self.weights.rows, self.column_of, rows, columns)
        sentences = batch.sentences[chosen.sentence]
        keys = list(zip(chosen.clause.tolist(), columns.tolist(), chosen.clear.tolist(), strict=True))
        new = {key: i for i, key in enumerate(keys) if key not in self.evidence}
        self.evidence.update(zip(new, self.spoken_anew(sentences, chosen, columns, list(new.values())), strict=True))
        told = [self.evidence[key] for key in keys]
        begins = batch.raw_begins[chosen.sentence].tolist()
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
