"""Repeat a run and compare every byte."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.readers.source import ReadOptions
from nlp.run.analyze import analyze
from nlp.run.clock import Progress, silent
from nlp.run.how import How
from nlp.run.results import BRIEFING, DRAFT
from nlp.run.run import stored
from nlp.tables import DECISIONS, QUEUED
from nlp.tables.registry import all_tables

WHOLE = ("report.html", "workbook.xlsx", DRAFT, BRIEFING)  # files beside the folders tables/ and figures/


def verify(folder: Path, inputs: Sequence[str | Path], corpus: Corpus, tell: Progress = silent) -> list[str]:
    """Repeat a run from its inputs and name what differs; an empty list means that every byte is the same.

    Raises
    ------
    DataError
        If inputs, corpus or coder are not those of the run.
    """
    path = folder / "run.json"
    if not path.is_file():
        raise DataError.at("不是结果文件夹", where=folder, fix="给出 analyze 写出的文件夹")
    facts = json.loads(path.read_text(encoding="utf-8"))
    if "inputs" not in facts:
        raise DataError.at(
            "这不是 analyze 的结果，不能这样复核",
            where=path,
            fix="classify 的结果：换一个 --out 再做一遍，比较两边的 passages 与 documents",
        )
    if changed := [name for name, value in corpus.versions.items() if facts["versions"].get(name) != value]:
        raise DataError.at(f"语料的 {'、'.join(changed)} 与当时不同", where=path, fix="用当时的语料文件夹（--corpus）")
    with tempfile.TemporaryDirectory() as again:
        analyze(inputs, Path(again), corpus, how_of(facts), tell, decided_in(folder))
        new = json.loads((Path(again) / "run.json").read_text(encoding="utf-8"))
        if new["inputs"] != facts["inputs"]:
            raise DataError.at("输入文件与当时不同", where=path, fix="给出当时的输入文件")
        return differences(folder, Path(again))


def decided_in(folder: Path) -> dict[str, pd.DataFrame]:
    """What people had decided when the result was made; it is no input that could be given again."""
    return {table.name: stored(folder, table.name) for table in (DECISIONS, QUEUED)}


def how_of(facts: dict[str, Any]) -> How:
    """How the run was made, as its ``run.json`` says."""
    usual = How()
    reading = ReadOptions(**facts.get("reading", {}))
    return How(
        reading,
        facts["coder"],
        facts.get("model", usual.model),
        seed=facts.get("seed", usual.seed),
        as_of=facts.get("as_of"),
        where=facts.get("where", ""),
    )


def differences(one: Path, other: Path) -> list[str]:
    """Files of a result folder that differ in any byte, or stand on one side only."""
    names = {p.relative_to(side).as_posix() for side in (one, other) for p in side.rglob("*") if p.is_file()}
    beside = {*WHOLE, *(f"{table.name}.csv" for table in all_tables().values() if table.beside)}
    compared = sorted(n for n in names if n.startswith(("tables/", "figures/")) or n in beside)
    return [name for name in compared if hash_of(one / name) != hash_of(other / name)]


def hash_of(path: Path) -> str:
    """Hash of a file's bytes, empty for a file that is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
