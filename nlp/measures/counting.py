"""Counting by integer ids: where each item occurs, how often per period, in how many distinct units."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from nlp.measures.periods import period_of

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


@dataclass(frozen=True, slots=True, eq=False)
class Unit:
    """What is counted: its id and its period for every passage id."""

    of_passage: Ints
    period: Ints  # -1 where there is none


def distinct(cell: Ints, held: Ints) -> Ints:
    """The cells of the distinct pairs of ``cell`` and ``held``, both non-negative."""
    size = int(held.max(initial=0)) + 1
    found: Ints = np.unique(cell * size + held) // size
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Indexed:
    """Occurrences as ids. Only dated documents have a period; a passage's id is its rank in time."""

    keys: pd.DataFrame  # kind, item and counting of every item id
    item: Ints  # item id of every occurrence
    passage: Ints  # passage id of every occurrence
    passages: np.ndarray  # name of every passage id
    document_of: Ints  # document id of every passage id
    source_of: Ints  # source id of every document id
    period_of: Ints  # period number of every document id, -1 where it has none
    periods: tuple[str, ...]

    def units(self) -> dict[str, Unit]:
        """The three units of count."""
        document, source = self.document_of, self.source_of[self.document_of]
        period = self.period_of_passage()
        # A copy is no news: a source counts once, when its first document is dated.
        first = np.full(int(source.max(initial=0)) + 1, len(self.periods), dtype=np.int64)
        np.minimum.at(first, source[period >= 0], period[period >= 0])
        return {
            "段落": Unit(np.arange(len(document)), period),
            "文档": Unit(document, period),
            "独立来源": Unit(source, np.where(period >= 0, first[source], -1)),
        }

    def period_of_passage(self) -> Ints:
        """Period number of every passage id."""
        found: Ints = self.period_of[self.document_of]
        return found

    def counts(self, unit: Unit, period: Ints | None = None, n_periods: int = 0) -> Ints:
        """Distinct units that hold an item, shape (n_items, n_periods).

        ``period`` (of every passage id, below ``n_periods``) replaces the unit's own.
        """
        width = n_periods or len(self.periods)
        at = (unit.period if period is None else period)[self.passage]
        cell = (self.item * width + at)[at >= 0]
        pairs = distinct(cell, unit.of_passage[self.passage][at >= 0])
        return np.bincount(pairs, minlength=len(self.keys) * width).reshape(len(self.keys), width)

    def occurrences(self) -> Ints:
        """Occurrences, shape (n_items, n_periods)."""
        shape = (len(self.keys), len(self.periods))
        return count_by_period(self.item, self.passage, np.arange(shape[0]), self.period_of_passage(), shape)

    def denominators(self, unit: Unit, period: Ints | None = None, n_periods: int = 0) -> Ints:
        """Distinct units of every period, shape (n_periods,)."""
        at = unit.period if period is None else period
        pairs = distinct(at[at >= 0], unit.of_passage[at >= 0])
        return np.bincount(pairs, minlength=n_periods or len(self.periods))

    def first_passages(self) -> np.ndarray:
        """Name of the earliest passage with an item in a period, None where there is none; (n_items, n_periods)."""
        at = self.period_of_passage()[self.passage]
        cell = (self.item * len(self.periods) + at)[at >= 0]
        first = np.full(len(self.keys) * len(self.periods), len(self.passages), dtype=np.int64)
        np.minimum.at(first, cell, self.passage[at >= 0])
        names: np.ndarray = np.array([*self.passages, None], dtype=object)[first]
        return names.reshape(len(self.keys), len(self.periods))


def indexed(
    seen: pd.DataFrame, passages: pd.DataFrame, documents: pd.DataFrame, freq: str, sources: pd.Series | None = None
) -> Indexed:
    """OCCURRENCES as ids.

    Parameters
    ----------
    seen : OCCURRENCES
    passages : all passages that are counted against (``passage_id``, ``document_id``)
    documents : DOCUMENTS; passages of others are left out
    sources : independent source of every document; None takes every document for one
    """
    places = passages[["passage_id", "document_id"]].drop_duplicates("passage_id")
    date = places["document_id"].map(documents.set_index("document_id")["date"])
    held = places["document_id"].isin(documents["document_id"])
    places = places.assign(date=date)[held].sort_values(["date", "document_id", "passage_id"], kind="stable")
    document_of, names = pd.factorize(places["document_id"])
    source = names.to_series() if sources is None else pd.Series(sources.reindex(names).array, index=names)
    period = period_of(documents, freq).reindex(names)
    numbers, periods = pd.factorize(period, sort=True)
    known = seen[seen["passage_id"].isin(places["passage_id"])]
    columns = ["kind", "item", "counting"]
    keys = known[columns].drop_duplicates().sort_values(columns, ignore_index=True)
    ids = pd.MultiIndex.from_frame(keys)
    return Indexed(
        keys=keys,
        item=ids.get_indexer(pd.MultiIndex.from_frame(known[columns])).astype(np.int64),
        passage=pd.Index(places["passage_id"]).get_indexer(known["passage_id"]).astype(np.int64),
        passages=places["passage_id"].to_numpy(dtype=object),
        document_of=document_of.astype(np.int64),
        source_of=pd.factorize(source)[0].astype(np.int64),
        period_of=numbers.astype(np.int64),
        periods=tuple(str(name) for name in periods),
    )
