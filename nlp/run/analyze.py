"""The main job: from files to a folder with page, workbook, tables, figures and draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.run.clock import Clock, Progress, silent
from nlp.run.how import How
from nlp.run.results import write_results
from nlp.run.run import Run


def unoccupied(out: Path, overwrite: bool = False) -> None:
    """Raise DataError where ``out`` holds a result already, unless it may be written over."""
    if not overwrite and (out / "run.json").is_file():
        raise DataError.at(
            "这个文件夹里已有一次结果，不覆盖",
            where=out,
            fix="换一个 --out，或加 --overwrite 重写（原来的结果不再保留）",
        )


def analyze(
    inputs: Sequence[str | Path],
    out: Path,
    corpus: Corpus,
    how: How | None = None,
    tell: Progress = silent,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> Run:
    """Analyse inputs and write the results into ``out``; returns the run, whose tables are got by name.

    ``tables`` that are known already (what people decided, in a repetition) are not made again.

    Raises
    ------
    DataError
        If no input gives a passage, or the cluster cannot be reached.
    """
    chosen = how or How()
    with chosen.engine.reached() as engine:
        run = Run(corpus, replace(chosen, engine=engine), inputs, tables, clock=Clock(tell))
        write_results(run, out)
        return run
