"""The one seam for parallel work: apply a stage to parts of a table that never split a document, here, in processes
or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from nlp.base.errors import DataError
from nlp.engine.choice import open_crew
from nlp.engine.workers import Lost

T = TypeVar("T")
R = TypeVar("R")
Stage = Callable[[pd.DataFrame], pd.DataFrame]
PART_ROWS = 2000  # large enough to hide the cost of sending a part, small enough to keep memory flat


def map_partitions(
    stage: Stage,
    table: pd.DataFrame,
    by: str = "document_id",
    workers: int = 1,
    part_rows: int | None = None,
    scheduler: str | None = None,
) -> pd.DataFrame:
    """Apply ``stage`` to parts of ``table`` and put the results together in the order of the parts.

    The result does not depend on ``workers``, ``part_rows`` or ``scheduler``, provided that ``stage`` treats every
    group of ``by`` on its own.

    Parameters
    ----------
    stage : picklable function from a table to a table (``functools.partial`` of frozen values, never file names)
    table : rows of one group of ``by`` stand together
    scheduler : ``tcp://…`` of a ``dask.distributed`` cluster, ``local`` for one on this machine; None: processes
    """
    parts = list(partitions(table, by, part_rows))
    if not parts:
        return stage(table)
    return pd.concat(map_parts(stage, parts, workers, scheduler), ignore_index=True)


def map_parts(stage: Callable[[T], R], parts: Sequence[T], workers: int = 1, scheduler: str | None = None) -> list[R]:
    """The results of ``stage`` for all ``parts``, in their order.

    A part whose worker died is done once more, and here if that worker dies too. One part, or one worker without a
    cluster, is done in this process.
    """
    if scheduler is None and (workers <= 1 or len(parts) <= 1):
        return [_Named(stage)(part) for part in parts]
    results: dict[int, Any] = {}
    with open_crew(_Numbered(_Named(stage)), max(workers, 1), scheduler) as crew:
        waiting, again = list(enumerate(parts))[::-1], set()
        while waiting or crew.n_under_way:
            while waiting and crew.n_under_way < 2 * crew.size:
                crew.submit(waiting.pop())
            (number, part), outcome = crew.wait()
            if not isinstance(outcome, Lost):
                results[number] = outcome
            elif number in again:
                results[number] = _Named(stage)(part)
            else:
                again.add(number)
                waiting.append((number, part))
    return [results[number] for number in range(len(parts))]


class _Named:
    """A stage whose faults name the document over which it failed, where the part is a table of documents."""

    def __init__(self, stage: Callable[[Any], Any]) -> None:
        self.stage = stage

    def __call__(self, part: Any) -> Any:
        try:
            return self.stage(part)
        except DataError:
            raise
        except Exception as fault:
            if document := self.culprit(part):
                fault.add_note(f"文档：{document}")
            raise

    def culprit(self, part: Any) -> str | None:
        """The first document over which the stage fails alone."""
        if not (isinstance(part, pd.DataFrame) and "document_id" in part):
            return None
        for document, rows in part.groupby("document_id", sort=False):
            try:
                self.stage(rows)
            except Exception:  # the one we look for; raised by the caller
                return str(document)
        return None


class _Numbered:
    """A stage for parts that carry their number."""

    def __init__(self, stage: Callable[[Any], Any]) -> None:
        self.stage = stage

    def __call__(self, numbered: tuple[int, Any]) -> Any:
        return self.stage(numbered[1])


def partitions(table: pd.DataFrame, by: str = "document_id", rows: int | None = None) -> Iterator[pd.DataFrame]:
    """Yield consecutive parts of about ``rows`` (None: PART_ROWS) rows, cut only between groups of ``by``."""
    rows = rows or PART_ROWS
    groups = table[by].to_numpy()
    start = 0
    while start < len(table):
        end = min(start + rows, len(table))
        while end < len(table) and groups[end] == groups[end - 1]:
            end += 1
        yield table.iloc[start:end]
        start = end


def together(
    tables: Sequence[pd.DataFrame], by: str = "document_id", rows: int | None = None
) -> list[tuple[pd.DataFrame, ...]]:
    """Cut several tables into parts of about ``rows`` (None: PART_ROWS) rows of the first; all rows of a group of
    ``by``, of every table, stand in one part, in the order in which they stood. At least one part, which may be empty.
    """
    groups = [table[by].array for table in tables]
    codes, names = pd.factorize(pd.concat([pd.Series(each, dtype=object) for each in groups], ignore_index=True))
    cuts = np.cumsum([0, *map(len, tables)])
    of_row = [codes[start:end] for start, end in pairwise(cuts)]
    before = np.cumsum(np.bincount(of_row[0], minlength=len(names))) if len(names) else np.zeros(0, dtype=np.int64)
    # A group goes where its last row of the first table would go if that table were cut every ``rows`` rows.
    _, part = np.unique(np.maximum(before - 1, 0) // (rows or PART_ROWS), return_inverse=True)
    return [
        tuple(table[part[mine] == number] for table, mine in zip(tables, of_row, strict=True))
        for number in range(max(1, int(part.max(initial=-1)) + 1))
    ]
