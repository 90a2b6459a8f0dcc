"""The one seam for parallel work: apply a stage to parts of a table that never split a document, here, in processes
or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pandas as pd

from nlp.engine.collector import seldom_collected
from nlp.engine.crew import Crew, Here, Lost, open_crew

__all__ = [
    "PART_ROWS",
    "Crew",
    "Here",
    "Lost",
    "Stage",
    "map_partitions",
    "open_crew",
    "partitions",
    "seldom_collected",
]

Stage = Callable[[pd.DataFrame], pd.DataFrame]
PART_ROWS = 2000  # large enough to hide the cost of sending a part, small enough to keep memory flat


def map_partitions(
    stage: Stage,
    table: pd.DataFrame,
    by: str = "document_id",
    workers: int = 1,
    part_rows: int = PART_ROWS,
    scheduler: str | None = None,
) -> pd.DataFrame:
    """Apply ``stage`` to parts of ``table`` and put the results together in the order of the parts.

    The result does not depend on ``workers``, ``part_rows`` or ``scheduler``, provided that ``stage`` treats every
    group of ``by`` on its own. A part whose worker died is done once more, and here if that worker dies too.

    Parameters
    ----------
    stage : picklable function from a table to a table (``functools.partial`` of frozen values, never file names)
    table : rows of one group of ``by`` stand together
    scheduler : ``tcp://…`` of a ``dask.distributed`` cluster, ``local`` for one on this machine; None: processes
    """
    parts = list(partitions(table, by, part_rows))
    if not parts:
        return stage(table)
    if scheduler is None and (workers <= 1 or len(parts) == 1):
        return pd.concat([stage(part) for part in parts], ignore_index=True)
    results: dict[int, pd.DataFrame] = {}
    with open_crew(_Numbered(stage), max(workers, 1), scheduler) as crew:
        waiting, again = list(enumerate(parts))[::-1], set()
        while waiting or crew.n_under_way:
            while waiting and crew.n_under_way < 2 * crew.size:
                crew.submit(waiting.pop())
            (number, part), outcome = crew.wait()
            if not isinstance(outcome, Lost):
                results[number] = outcome
            elif number in again:
                results[number] = stage(part)
            else:
                again.add(number)
                waiting.append((number, part))
    return pd.concat([results[number] for number in range(len(parts))], ignore_index=True)


class _Numbered:
    """A stage for parts that carry their number."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def __call__(self, numbered: tuple[int, pd.DataFrame]) -> pd.DataFrame:
        return self.stage(numbered[1])


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
