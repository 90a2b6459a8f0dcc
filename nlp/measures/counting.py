"""Counting: what adds up over parts of a corpus, and how often each item occurs per period, in how many units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nlp.measures.periods import period_of
from nlp.tables import OCCURRENCE_COUNTS, Table

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
CHUNK = 1 << 20  # occurrences counted at a time: what is in between stays small however long the text is


def count_by_period(
    item: np.ndarray,
    document: np.ndarray,
    column_of_item: np.ndarray,
    period_of_document: np.ndarray,
    shape: tuple[int, int],
) -> Ints:
    """Occurrences of chosen items per period, from ids kept since the text was segmented.

    Parameters
    ----------
    item, document : id of item and document of every occurrence, in any order
    column_of_item : row of the result for every item id; -1 for items that are not asked for
    period_of_document : period number of every document id; -1 for documents without one
    shape : (n_chosen, n_periods)

    Returns
    -------
    counts, shape (n_chosen, n_periods)
    """
    n_chosen, n_periods = shape
    # One column and one row more catch what is not asked for, so that nothing has to be filtered out.
    row = np.where(column_of_item < 0, n_chosen, column_of_item).astype(np.int32) * np.int32(n_periods + 1)
    column = np.where(period_of_document < 0, n_periods, period_of_document).astype(np.int32)
    total = np.zeros((n_chosen + 1) * (n_periods + 1), dtype=np.int64)
    for part in chunks(len(item)):
        cell = row[item[part]]
        cell += column[document[part]]
        total += np.bincount(cell, minlength=len(total))
    return total.reshape(n_chosen + 1, n_periods + 1)[:n_chosen, :n_periods]


def chunks(length: int) -> Iterator[slice]:
    """Slices that cover ``length``."""
    return (slice(start, start + CHUNK) for start in range(0, length, CHUNK))


def count_occurrences(seen: pd.DataFrame) -> pd.DataFrame:
    """OCCURRENCES → OCCURRENCE_COUNTS: a row an item and document; those of parts with whole documents add up."""
    columns = [*OCCURRENCE_COUNTS.key]
    every = seen.groupby(columns, sort=True)["passage_id"].nunique().rename("n_passages_with_doubtful")
    sure = (
        seen[seen["sure"]]
        .groupby(columns)
        .agg(n=("passage_id", "size"), n_passages=("passage_id", "nunique"), first_passage=("passage_id", "min"))
        .reindex(every.index)
    )
    counts = sure.fillna({"n": 0, "n_passages": 0}).join(every).reset_index()
    return OCCURRENCE_COUNTS.shape(counts)


def added(schema: Table, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The counts of all parts: rows of one key become one, numbers summed, the first of names kept; sorted by key.

    Documents stand in one part each, and so do their passages: numbers of distinct passages add up. Independent sources
    spread over parts; they are counted from the documents, when all parts are there.
    """
    how = {c.name: "sum" if c.kind == "int" else "min" for c in schema.columns if c.name not in schema.key}
    rows = pd.concat([part for part in parts if len(part)] or [schema.empty()], ignore_index=True)
    return schema.shape(rows.groupby(list(schema.key), sort=True, as_index=False, dropna=False).agg(how))


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What is counted: the id and the period of what holds a document."""

    holder: Ints | None  # of every document id; None: its passages, which no other document holds
    period: Ints  # of every document id; -1 where there is none


def distinct(cell: Ints, held: Ints) -> Ints:
    """The cells of the distinct pairs of ``cell`` and ``held``, both non-negative."""
    size = int(held.max(initial=0)) + 1
    found: Ints = np.unique(cell * size + held) // size
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """Counts of items in documents, as ids. Only dated documents have a period; a document's id is its rank in time."""

    keys: pd.DataFrame  # kind, item and counting of every item id
    item: Ints  # item id of every row of the counts
    document: Ints  # document id of every row
    n: Ints  # occurrences of every row
    n_passages: Ints  # passages of every row in which the item is sure
    n_with_doubtful: Ints  # passages of every row
    first_passage: np.ndarray  # name of the first passage of every row
    size: Ints  # passages of every document id
    source_of: Ints  # source id of every document id
    period_of: Ints  # period number of every document id, -1 where it has none
    periods: tuple[str, ...]

    def units(self) -> dict[str, Unit]:
        """The three units of count."""
        source, period = self.source_of, self.period_of
        # A copy is no news: a source counts once, when its first document is dated.
        first = np.full(int(source.max(initial=0)) + 1, len(self.periods), dtype=np.int64)
        np.minimum.at(first, source[period >= 0], period[period >= 0])
        return {
            "段落": Unit(None, period),
            "文档": Unit(np.arange(len(period)), period),
            "独立来源": Unit(source, np.where(period >= 0, first[source], -1)),
        }

    def counts(self, unit: Unit, period: Ints | None = None, n_periods: int = 0, with_doubtful: bool = False) -> Ints:
        """Distinct units that hold an item, shape (n_items, n_periods).

        ``period`` (of every document id, below ``n_periods``) replaces the unit's own.
        """
        width = n_periods or len(self.periods)
        held = self.n_with_doubtful if with_doubtful else self.n_passages
        at = (unit.period if period is None else period)[self.document]
        counted = (at >= 0) & (held > 0)
        cell = (self.item * width + at)[counted]
        if unit.holder is None:
            return total(cell, held[counted], (len(self.keys), width))
        pairs = distinct(cell, unit.holder[self.document][counted])
        return np.bincount(pairs, minlength=len(self.keys) * width).reshape(len(self.keys), width)

    def occurrences(self) -> Ints:
        """Occurrences, shape (n_items, n_periods)."""
        at = self.period_of[self.document]
        shape = (len(self.keys), len(self.periods))
        return total((self.item * shape[1] + at)[at >= 0], self.n[at >= 0], shape)

    def denominators(self, unit: Unit, period: Ints | None = None, n_periods: int = 0) -> Ints:
        """Distinct units of every period, shape (n_periods,)."""
        at = unit.period if period is None else period
        width = n_periods or len(self.periods)
        if unit.holder is None:
            return total(at[at >= 0], self.size[at >= 0], (width,))
        pairs = distinct(at[at >= 0], unit.holder[at >= 0])
        return np.bincount(pairs, minlength=width)

    def first_passages(self) -> np.ndarray:
        """Name of the earliest passage with an item in a period, None where there is none; (n_items, n_periods)."""
        at = self.period_of[self.document]
        latest_first = np.argsort(-self.document, kind="stable")
        latest_first = latest_first[(at[latest_first] >= 0) & (self.n_passages[latest_first] > 0)]
        names = np.full(len(self.keys) * len(self.periods), None, dtype=object)
        names[(self.item * len(self.periods) + at)[latest_first]] = self.first_passage[latest_first]
        return names.reshape(len(self.keys), len(self.periods))


def total(cell: Ints, n: Ints, shape: tuple[int, ...]) -> Ints:
    """Sum of ``n`` in every cell."""
    found = np.zeros(int(np.prod(shape)), dtype=np.int64)
    np.add.at(found, cell, n)
    return found.reshape(shape)


def indexed(
    seen: pd.DataFrame, passages: pd.DataFrame, documents: pd.DataFrame, freq: str, sources: pd.Series | None = None
) -> Indexed:
    """Counts as ids.

    Parameters
    ----------
    seen : OCCURRENCES, or the OCCURRENCE_COUNTS that they give
    passages : all passages that are counted against (``passage_id``, ``document_id``)
    documents : DOCUMENTS; passages of others are left out
    sources : independent source of every document; None takes every document for one
    """
    places = passages[["passage_id", "document_id"]].drop_duplicates("passage_id")
    if "first_passage" not in seen.columns:
        seen = count_occurrences(seen[seen["passage_id"].isin(places["passage_id"])])
    size = places.groupby("document_id").size()
    held = documents[documents["document_id"].isin(size.index)].sort_values(["date", "document_id"], kind="stable")
    names = pd.Index(held["document_id"])
    source = names.to_series() if sources is None else sources.reindex(names)
    numbers, periods = pd.factorize(period_of(held, freq), sort=True)
    known = seen[seen["document_id"].isin(names)]
    columns = ["kind", "item", "counting"]
    keys = known[columns].drop_duplicates().sort_values(columns, ignore_index=True)
    ids = pd.MultiIndex.from_frame(keys)
    return Indexed(
        keys=keys,
        item=ids.get_indexer(pd.MultiIndex.from_frame(known[columns])).astype(np.int64),
        document=names.get_indexer(known["document_id"]).astype(np.int64),
        n=known["n"].to_numpy(dtype=np.int64),
        n_passages=known["n_passages"].to_numpy(dtype=np.int64),
        n_with_doubtful=known["n_passages_with_doubtful"].to_numpy(dtype=np.int64),
        first_passage=known["first_passage"].to_numpy(dtype=object),
        size=size.reindex(names).to_numpy(dtype=np.int64),
        source_of=pd.factorize(source)[0].astype(np.int64),
        period_of=numbers.astype(np.int64),
        periods=tuple(str(name) for name in periods),
    )
