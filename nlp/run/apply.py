"""Take what people decided into a result: everything is counted and written again, nothing is read or coded again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus
from nlp.engine.choice import Engine
from nlp.review.corrections import SAME, TAKEN, uncorrected
from nlp.review.store import NAME
from nlp.run.clock import Clock, Progress, silent
from nlp.run.results import facts_of, write_results
from nlp.run.run import Run, beside, stored
from nlp.run.stages import reading
from nlp.run.stages.coding import THEME_TABLES
from nlp.run.verify import how_of
from nlp.store.files import write_json
from nlp.tables import (
    ABSTAINED,
    DECIDED,
    LABELS,
    MACHINE_ABSTAINED,
    MACHINE_LABELS,
    OVERRULED,
    PASSAGES,
    THEME_NOTES,
    TOKENS,
)

KEPT = (*(table for stage in reading.STAGES[:2] for table in stage.makes), TOKENS)  # what no decision changes


def apply(
    folder: Path,
    corpus: Corpus,
    engine: Engine,
    corrections: Path | None = None,
    tell: Progress = silent,
    keep_themes: bool = False,
) -> Run:
    """Count and write the result in ``folder`` again, with the decisions of ``corrections`` (default: its own).

    ``keep_themes`` leaves the themes as they were: finding them again takes minutes where reports are thousands.

    Raises
    ------
    DataError
        If the folder is no result of ``analyze``, or holds no decisions.
    """
    facts = facts_in(folder)
    how = replace(how_of(facts), engine=engine, corrections=corrections or folder / NAME)
    if facts["versions"].get("codebook") != corpus.versions["codebook"]:
        raise DataError.at(
            "编码表与当时不同，不能只重新计数", where=folder, fix="用当时的 --corpus，或重新运行 analyze"
        )
    tell("读入")
    tables = machine_tables(folder) | (themes_in(folder) if keep_themes else {})
    run = Run(corpus, how, (), tables, clock=Clock(tell))
    run["decisions"]  # before anything is written
    write_results(run, folder)
    same = {name: facts[name] for name in ("inputs", "reading") if name in facts}
    write_json(facts_of(run) | same | {"timings_seconds": run.clock.seconds}, folder / "run.json")
    return run


def facts_in(folder: Path) -> dict[str, Any]:
    """What ``run.json`` says. Raises DataError where there is none, or none of ``analyze``."""
    path = folder / "run.json"
    if not path.is_file():
        raise DataError.at("不是结果文件夹", where=folder, fix="给出 analyze 写出的文件夹")
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if "inputs" not in facts:
        raise DataError.at("这不是 analyze 的结果", where=path, fix="先对材料运行 analyze")
    return facts


def machine_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of a result that no decision changes, the machine's own labels among them."""
    made = {
        table.name: stored(folder, table.name) if table.in_tables else beside(folder, table)
        for table in KEPT
        if table.in_tables or table.beside
    }
    labels, doubtful, overruled, decided = (stored(folder, t.name) for t in (LABELS, ABSTAINED, OVERRULED, DECIDED))
    machine, doubtful = uncorrected(labels, doubtful, overruled, decided, made[PASSAGES.name])
    return made | {MACHINE_LABELS.name: machine, MACHINE_ABSTAINED.name: doubtful}


def themes_in(folder: Path) -> dict[str, pd.DataFrame]:
    """The themes of a result, with a note that they are from before."""
    notes = THEME_NOTES.frame((facet, "主题沿用核对以前的。") for facet in CODED_FACETS)
    return {table.name: stored(folder, table.name) for table in THEME_TABLES} | {THEME_NOTES.name: notes}


def counted(corrections: pd.DataFrame) -> tuple[int, int]:
    """How many passages the people read otherwise than the machine, and how many alike."""
    n = corrections["outcome"].value_counts()
    return int(n.get(TAKEN, 0)), int(n.get(SAME, 0))


def notices(corrections: pd.DataFrame, out: Path, given: Path | None) -> Iterator[str]:
    """What a person should know of the decisions: those not taken, and a record that was not given."""
    if given is None and (out / NAME).is_file():
        yield f"{out / NAME} 里的核对记录没有用上：运行 apply {out}，或加 --corrections {out / NAME}"
    for outcome, rows in corrections[~corrections["outcome"].isin((TAKEN, SAME))].groupby("outcome", sort=True):
        yield f"人工核对：{len(rows)} 段{outcome}（{'、'.join(rows['passage_id'][:5])}{'……' if len(rows) > 5 else ''}）"
