"""The one seam for parallel work: apply a stage to parts of a table that never split a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pandas as pd

Stage = Callable[[pd.DataFrame], pd.DataFrame]
PART_ROWS = 2000  # large enough to hide the cost of sending a part, small enough to keep memory flat


def map_partitions(
    stage: Stage, table: pd.DataFrame, by: str = "document_id", workers: int = 1, part_rows: int = PART_ROWS
) -> pd.DataFrame:
    """Apply ``stage`` to parts of ``table`` and put the results together in the order of the parts.

    The result does not depend on ``workers`` or ``part_rows``, provided that ``stage`` treats every group of
    ``by`` on its own.

    Parameters
    ----------
    stage : picklable function from a table to a table (``functools.partial`` of frozen values, never file names)
    table : rows of one group of ``by`` stand together
    """
    parts = list(partitions(table, by, part_rows))
    if not parts:
        return stage(table)
    if workers <= 1 or len(parts) == 1:
        results = [stage(part) for part in parts]
    else:
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            results = list(pool.map(stage, parts))
    return pd.concat(results, ignore_index=True)


def partitions(table: pd.DataFrame, by: str, rows: int) -> Iterator[pd.DataFrame]:
    """Yield consecutive parts of about ``rows`` rows, cut only between groups of ``by``."""
    groups = table[by].to_numpy()
    start = 0
    while start < len(table):
        end = min(start + rows, len(table))
        while end < len(table) and groups[end] == groups[end - 1]:
            end += 1
        yield table.iloc[start:end]
        start = end
