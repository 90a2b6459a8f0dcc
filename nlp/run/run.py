"""A run: named tables, each made when it is first asked for, by the one stage that makes it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.engine.choice import Engine
from nlp.measures.where import documents_where
from nlp.run.clock import Clock
from nlp.run.how import How
from nlp.run.plan import STAGES
from nlp.run.stages import checking, coding, reading
from nlp.statements.draft import Draft, compose
from nlp.tables import DOCUMENTS, FAILURES, PASSAGES, Table
from nlp.tables.registry import all_tables
from nlp.text.reuse import mark_reuse

BEFORE_COUNTING = (*reading.STAGES[:2], *coding.STAGES[:2], *checking.STAGES)  # what was read, coded and checked
STAGE_OF = {table.name: stage for stage in STAGES for table in stage.makes}


class Run(Mapping[str, pd.DataFrame]):
    """The tables of one analysis by name.

    A table that was given is taken as it is; one that stands in ``folder`` (the result of an earlier run) is read;
    any other is made by its stage, from tables that are got in the same way.
    """

    def __init__(
        self,
        corpus: Corpus,
        how: How | None = None,
        inputs: Sequence[str | Path] = (),
        tables: Mapping[str, pd.DataFrame] | None = None,
        folder: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.corpus, self.how, self.inputs, self.folder = corpus, how or How(), tuple(inputs), folder
        self.clock = clock or Clock()
        self.made: dict[str, pd.DataFrame] = dict(tables or {})

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.made:
            self.get_ready(name)
        return self.made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys([*self.made, *STAGE_OF]))

    def __len__(self) -> int:
        return len(set(self.made) | set(STAGE_OF))

    def __contains__(self, name: object) -> bool:
        return name in self.made or name in STAGE_OF

    @cached_property
    def draft(self) -> Draft:
        """What the tables say, in sentences."""
        return compose(self, self.corpus.codebook)

    def get_ready(self, name: str) -> None:
        """Read a table from the folder of an earlier run, or let its stage make it and those made with it."""
        if self.folder is not None and all_tables()[name].in_tables:
            self.made[name] = stored(self.folder, name)
            return
        if self.folder is not None and all_tables()[name].beside:
            self.made[name] = beside(self.folder, all_tables()[name])
            return
        stage = STAGE_OF[name]
        taken = [self[table.name] for table in stage.takes]
        with self.clock.step(stage.step):
            made = stage(self, *taken)
        # What was given stays, even where its stage has to work for another of its tables.
        self.made = {table.name: rows for table, rows in zip(stage.makes, made, strict=True)} | self.made

    def on(self, engine: Engine) -> Run:
        """The same run, on another engine."""
        return Run(self.corpus, replace(self.how, engine=engine), self.inputs, self.made, self.folder, self.clock)


def stored(folder: Path, name: str) -> pd.DataFrame:
    """A table of an earlier run. Raises DataError if it cannot be read."""
    try:
        return pd.read_parquet(folder / "tables" / f"{name}.parquet")
    except (OSError, ValueError) as error:
        raise DataError.at(f"结果文件夹不完整（{error}）", where=folder, fix="重新运行 analyze") from error


def beside(folder: Path, schema: Table) -> pd.DataFrame:
    """A table that stands only as CSV, its cells as they were before they were made inert."""
    path = folder / f"{schema.name}.csv"
    try:
        table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise DataError.at(f"结果文件夹不完整（{error}）", where=path, fix="重新运行 analyze") from error
    for column in schema.columns:
        if column.kind == "str":
            table[column.name] = table[column.name].str.replace(r"^'(?='*[=+\-@\t\r＝＋－＠])", "", regex=True)
            table[column.name] = table[column.name].where(table[column.name] != "", None if column.nullable else "")
    return schema.shape(table)


def is_run(inputs: Sequence[str | Path]) -> bool:
    """Whether the one input is the folder of an earlier run."""
    return len(inputs) == 1 and (Path(inputs[0]) / "run.json").is_file()


def earlier_run(folder: Path, corpus: Corpus, how: How) -> Run:
    """The tables of an earlier ``analyze``; what failed then is no failure now."""
    facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    made = {FAILURES.name: FAILURES.empty()}
    run = Run(corpus, replace(how, coder=str(facts["coder"])), (), made, folder)
    return subset(run) if how.where else run


def subset(run: Run) -> Run:
    """A run of those documents of an earlier one that its ``where`` names: everything is counted anew."""
    documents = documents_where(run[DOCUMENTS.name], run.how.where)
    chosen = {DOCUMENTS.name: documents}
    for table in (each for stage in BEFORE_COUNTING for each in stage.makes if each is not DOCUMENTS):
        if not (table.in_tables or table.name in run.made):
            chosen[table.name] = table.empty()  # told when the files were read
            continue
        rows = run[table.name]
        mine = rows["document_id"].isin(documents["document_id"]) if "document_id" in rows else slice(None)
        chosen[table.name] = rows[mine].reset_index(drop=True)
    bare = chosen[PASSAGES.name].drop(columns=["reuse_of", "reuse_class"])
    chosen[PASSAGES.name] = mark_reuse(bare, documents, run.corpus.lexicon)  # an original may be left out
    return Run(run.corpus, run.how, (), chosen, clock=run.clock)
