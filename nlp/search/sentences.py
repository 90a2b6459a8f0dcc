"""Passages as strings of sentences: what a sentence says is found out once, in whatever passage it stands.

Reports of one house repeat each other sentence by sentence. All that the coder looks for (n-grams, cues, ways of
speaking, clauses) lies within a sentence, so that a passage is the sum of what its sentences say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from nlp.corpus.fold_table import FoldTable
from nlp.corpus.lexicon import Lexicon
from nlp.corpus.speech import TURNING
from nlp.search.batch_text import Flat, Views, among, flat_of, views_of
from nlp.search.cues import CueFinder, Hits
from nlp.search.polarity import PolarityFinder
from nlp.search.speech_marks import Signals, signals_of

SENTENCE_ENDS = "。！？；"
CLAUSE_ENDS = "，：" + SENTENCE_ENDS
CLOSING = "”’）】"
MOST_CLOSING = 3  # closing marks behind one end
SHORTEST = 6  # characters: a shorter clause is joined to the next
BETWEEN = "\x00"  # stands between texts

Ints = np.ndarray


@dataclass(frozen=True)
class Strung:
    """The sentences of some texts, one after the other."""

    sentences: list[str]  # as they are written
    begins: Ints  # of each in its text
    size: Ints  # sentences of every text: at least one, which may be empty


def strung(texts: Sequence[str], lexicon: Lexicon) -> Strung:
    """Cut texts into sentences: behind the marks that end one and what closes behind these; nothing is left out."""
    joined = BETWEEN.join(texts)
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    kinds = kinds_of(lexicon.fold_table)[np.minimum(points, 0xFFFF)]
    at = np.flatnonzero(kinds)
    kind, follows = kinds[at], np.append(False, np.diff(at) == 1)
    tail = kind == ENDING
    for _ in range(MOST_CLOSING):
        tail[1:] |= (kind == CLOSES)[1:] & tail[:-1] & follows[1:]
    last = tail & ~np.append(tail[1:] & follows[1:], False)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    stops = np.cumsum(lengths + 1) - 1  # where BETWEEN stands
    first = stops - lengths
    behind = at[last] + 1
    text = np.searchsorted(stops, behind)
    inside = behind < stops[np.minimum(text, len(stops) - 1)] if len(texts) else np.zeros(0, dtype=bool)
    begins = np.sort(np.concatenate([first, behind[inside]]))
    owner = np.searchsorted(stops, begins)
    size = np.bincount(owner, minlength=len(texts))
    ends = np.append(begins, 0)[1:]
    ends[np.cumsum(size) - 1] = stops
    pairs = zip(begins.tolist(), ends.tolist(), strict=True)
    return Strung([joined[begin:end] for begin, end in pairs], begins - first[owner], size)


ENDING, CLOSES = 1, 2


@lru_cache(maxsize=4)
def kinds_of(fold_table: FoldTable) -> np.ndarray:
    """What each code point of the basic plane is to a sentence once it is folded: nothing, ENDING or CLOSES."""
    kinds = np.zeros(0x10000, dtype=np.uint8)
    known = {ord(char): ENDING for char in SENTENCE_ENDS} | {ord(char): CLOSES for char in CLOSING}
    for point, kind in known.items():
        kinds[point] = kind
    for point, to in fold_table:
        if point <= 0xFFFF:
            kinds[point] = known.get(to, 0)
    return kinds


class Growing:
    """An array that rows are added to; its room doubles when it is full."""

    def __init__(self, dtype: type | np.dtype, width: int | None = None) -> None:
        self.shape = () if width is None else (width,)
        self.room = np.zeros((0, *self.shape), dtype=dtype)
        self.n = 0

    def extend(self, values: np.ndarray) -> None:
        """Add rows."""
        end = self.n + len(values)
        if end > len(self.room):
            larger = np.zeros((max(end, 2 * len(self.room)), *self.shape), dtype=self.room.dtype)
            larger[: self.n] = self.room[: self.n]
            self.room = larger
        self.room[self.n : end] = values
        self.n = end

    @property
    def rows(self) -> np.ndarray:
        """What was added."""
        return self.room[: self.n]


class Ragged:
    """Rows that hold any number of entries, an entry being one value in each of some columns."""

    def __init__(self, *dtypes: type) -> None:
        self.first, self.size = Growing(np.int64), Growing(np.int64)
        self.columns = [Growing(dtype) for dtype in dtypes]

    def extend(self, rows: Ints, n: int, *columns: np.ndarray) -> None:
        """Add ``n`` rows; ``rows``, in order: the new row that each entry belongs to."""
        size = np.bincount(rows, minlength=n)
        self.first.extend(self.columns[0].n + np.cumsum(size) - size)
        self.size.extend(size)
        for column, values in zip(self.columns, columns, strict=True):
            column.extend(values)

    def take(self, rows: Ints) -> tuple[Ints, Ints]:
        """All entries of some rows, in order: which of ``rows`` each belongs to, and its place in the columns."""
        size = self.size.rows[rows]
        which = np.repeat(np.arange(len(rows)), size)
        ends = np.cumsum(size)
        place = np.arange(ends[-1] if len(ends) else 0) + np.repeat(self.first.rows[rows] - ends + size, size)
        return which, place


@dataclass(frozen=True)
class Clauses:
    """The clauses of some sentences that are laid end to end; each belongs to one sentence."""

    begins: Ints  # characters of the laid text
    ends: Ints
    row: Ints  # the sentence


def clauses_of(flat: Flat) -> Clauses:
    """Cut sentences behind punctuation marks; what is shorter than SHORTEST is joined to what follows.

    >>> clauses_of(flat_of(["学习少，活动也少，全靠补记录。"])).begins.tolist()
    [0, 9]
    """
    points = flat.points
    ending, closing = among(points, CLAUSE_ENDS), among(points, CLOSING)
    for _ in range(MOST_CLOSING):
        ending[1:] |= closing[1:] & ending[:-1]
    last = np.flatnonzero(ending & ~np.append(ending[1:], False))
    behind = last + 1
    row = flat.row_of(last)
    inside = behind < flat.ends[row]
    behind, row = behind[inside], row[inside]
    kept = ~joined_to_next(flat.begins[row], behind, row, SHORTEST)
    begins = np.concatenate([flat.begins, behind[kept]])
    row = np.concatenate([np.arange(len(flat)), row[kept]])
    order = np.lexsort((begins, row))
    begins, row = begins[order], row[order]
    ends = np.append(begins[1:], 0)
    closes = np.append(row[1:] != row[:-1], True) if len(row) else np.zeros(0, dtype=bool)
    ends[closes] = flat.ends[row[closes]]
    return Clauses(begins, ends, row)


def joined_to_next(whole: Ints, cuts: Ints, row: Ints, shortest: int) -> np.ndarray:
    """Which cuts fall away from left to right, since the piece that they would end is too short.

    ``whole``: where that which each cut divides begins; ``row``: which it is. All are gone through side by side.

    >>> joined_to_next(np.array([0, 0, 0]), np.array([4, 9, 12]), np.array([0, 0, 0]), 6).tolist()
    [True, False, True]
    """
    dropped = np.zeros(len(cuts), dtype=bool)
    if not len(cuts):
        return dropped
    starts = np.flatnonzero(np.append(True, row[1:] != row[:-1]))
    size = np.diff(np.append(starts, len(cuts)))
    begin = whole[starts].copy()
    for number in range(int(size.max())):
        going = np.flatnonzero(size > number)
        cut = starts[going] + number
        short = cuts[cut] - begin[going] < shortest
        dropped[cut[short]] = True
        begin[going[~short]] = cuts[cut[~short]]
    return dropped


class SentenceTable:
    """What distinct sentences hold, whatever stands around them; positions count from the start of the sentence."""

    def __init__(self, lexicon: Lexicon, finder: CueFinder) -> None:
        self.lexicon, self.finder = lexicon, finder
        self.number: dict[str, int] = {}
        self.views = Views()
        self.length = Growing(np.int64)  # characters of the matchable text
        self.hits = Ragged(np.int16, np.int32, np.int32, np.bool_, np.int32)  # code, start, end, averted, clause
        self.marks = Ragged(np.int8, np.int32)  # group, start
        self.clauses = Ragged(np.int32, np.int32)  # start, end
        self.polarity = Growing(np.int8)
        self.signs = PolarityFinder(lexicon.polarity, lexicon.speech.of(TURNING))
        self.of_problem = np.array([code in lexicon.problem_codes for code in finder.codes], dtype=bool)

    def __len__(self) -> int:
        return len(self.views)

    def learn(self, sentences: Sequence[str]) -> tuple[Flat, Clauses]:
        """Add distinct sentences that are not there yet; returns them laid end to end, and their clauses."""
        self.number.update(zip(sentences, range(len(self), len(self) + len(sentences)), strict=True))
        views = views_of(sentences, self.lexicon)
        self.views.extend(views.texts, views.cut)
        flat = flat_of(views.texts)
        hits, signals, clauses = self.finder.find_all(flat), signals_of(flat, self.lexicon.speech), clauses_of(flat)
        counted = self.of_problem[hits.code] & ~hits.averted
        signs = self.signs.read(flat, hits.row, hits.start, hits.end, counted)
        averted = hits.averted | signs.denied
        self.polarity.extend(signs.kinds)
        n, begins = len(flat), flat.begins
        self.length.extend(flat.ends - begins)
        first = np.searchsorted(clauses.row, np.arange(n))
        clause = np.searchsorted(clauses.begins, hits.start, side="right") - 1 - first[hits.row]
        offset = begins[hits.row]
        self.hits.extend(hits.row, n, hits.code, hits.start - offset, hits.end - offset, averted, clause)
        row = flat.row_of(signals.start)
        self.marks.extend(row, n, signals.group, signals.start - begins[row])
        offset = begins[clauses.row]
        self.clauses.extend(clauses.row, n, clauses.begins - offset, clauses.ends - offset)
        return flat, clauses


@dataclass(frozen=True)
class Spans:
    """Stretches of whole sentences of a batch, in order; none is without a sentence."""

    first: Ints  # number of the first sentence of each
    stop: Ints  # number of the one behind the last
    begins: Ints  # characters of the batch
    ends: Ints

    def __len__(self) -> int:
        return len(self.first)


@dataclass(frozen=True)
class Batch:
    """Passages as strings of known sentences; positions count characters of the passages' matchable texts, which are
    thought end to end."""

    sentences: Ints  # number in the table, passage by passage
    begins: Ints  # of every sentence, in characters of the batch
    raw_begins: Ints  # of every sentence, in characters of its passage as it is written
    passages: Spans
    hits: Hits
    signals: Signals
    polarity: Ints  # of every sentence: PLAIN and so on
    clause_of_hit: Ints  # in its sentence
    sentence_of_hit: Ints  # position in ``sentences``

    def __len__(self) -> int:
        return len(self.passages)

    def spans(self, first: Ints, stop: Ints) -> Spans:
        """The stretches from the sentence ``first`` to before the sentence ``stop``."""
        bounds = np.append(self.begins, self.passages.ends[-1:])
        return Spans(first, stop, bounds[first], bounds[stop])


def batch_of(strung: Strung, numbers: Ints, table: SentenceTable) -> Batch:
    """Put together what the table holds of the sentences of some passages."""
    length = table.length.rows[numbers]
    ends = np.cumsum(length)
    begins = ends - length
    bounds = np.concatenate([begins, ends[-1:]])
    stop = np.cumsum(strung.size)
    first = stop - strung.size
    passages = Spans(first, stop, bounds[first], bounds[stop])
    owner = np.repeat(np.arange(len(first)), strung.size)
    sentence, place = table.hits.take(numbers)
    code, start, end, averted, clause = (column.rows[place] for column in table.hits.columns)
    at = begins[sentence]
    hits = Hits(owner[sentence], code.astype(np.int64), start + at, end + at, averted)
    speaking, place = table.marks.take(numbers)
    group, mark = (column.rows[place] for column in table.marks.columns)
    signals = Signals(group, mark + begins[speaking], len(table.lexicon.speech.families))
    polarity = table.polarity.rows[numbers].astype(np.int64)
    return Batch(numbers, begins, strung.begins, passages, hits, signals, polarity, clause, sentence)


def prepare(texts: Sequence[str], lexicon: Lexicon, finder: CueFinder) -> tuple[Batch, Flat]:
    """Fold and search texts, and their distinct sentences laid end to end in the order of their numbers."""
    table, found = SentenceTable(lexicon, finder), strung(texts, lexicon)
    flat, _ = table.learn(list(dict.fromkeys(found.sentences)))
    numbers = np.fromiter(map(table.number.__getitem__, found.sentences), dtype=np.int64, count=len(found.sentences))
    return batch_of(found, numbers, table), flat
