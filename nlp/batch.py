"""Batch classification: files, folders or a table with one text a row → a row a passage and a row a document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pandas as pd

from nlp.codebook import CODED_FACETS, Codebook
from nlp.coding.coder import DEFAULT_CODER, make_coder
from nlp.coding.gate import Reading, allowed
from nlp.corpus import Corpus
from nlp.engine import map_partitions
from nlp.errors import DataError
from nlp.pipeline import Progress, read_material, silent
from nlp.readers import ReadOptions, read_inputs
from nlp.store import FORMATS, write_table
from nlp.tables import ROLES

REPEATED = re.compile(r"（第 \d+ 次出现）$")


@dataclass(frozen=True)
class Classified:
    """Results of a batch: a row a passage, a row a document (none where rows are passages), and what failed."""

    passages: pd.DataFrame
    documents: pd.DataFrame | None
    failures: pd.DataFrame


def classify(
    inputs: Sequence[str | Path],
    out: Path,
    corpus: Corpus,
    unit: str = "document",
    form: str = "csv",
    options: ReadOptions | None = None,
    coder: str | None = None,
    workers: int = 1,
    tell: Progress = silent,
    encoder: str | None = None,
) -> Classified:
    """Classify inputs and write ``passages`` and ``documents`` (in format ``form``) and ``failures.csv`` into ``out``.

    Parameters
    ----------
    unit : "document", or "passage" where every row of a table is one passage and comes back under its id, in order
    form : csv, jsonl, xlsx or parquet

    Raises
    ------
    DataError
        If nothing could be read, or the format or coder is unknown.
    """
    if form not in FORMATS:
        raise DataError.at(f"不认识的输出格式：{form}", where="--format", fix=f"用 {'、'.join(FORMATS)} 之一")
    tell("读入")
    if unit == "passage":
        passages, failures = table_passages(inputs, options or ReadOptions())
    else:
        material = read_material(inputs, corpus, options)
        passages, failures = material.passages, material.failures
    write_table(failures, out / "failures.csv")
    if passages.empty:
        raise DataError.at(
            "没有读到任何文字", where="、".join(map(str, inputs)), fix=f"看 {out / 'failures.csv'} 里的原因"
        )
    tell(f"分类 {len(passages)} 个段落")
    rows = classify_passages(passages, corpus, coder or DEFAULT_CODER, workers, encoder)
    documents = None if unit == "passage" else document_rows(rows, corpus.codebook)
    tell("写出")
    write_table(public(rows, unit), out / f"passages.{form}")
    if documents is not None:
        write_table(documents, out / f"documents.{form}")
    return Classified(public(rows, unit), documents, failures)


def table_passages(inputs: Sequence[str | Path], options: ReadOptions) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Rows of table files as passages, empty ones too, in the order of the file."""
    sources, failures = read_inputs(inputs, replace(options, keep_empty=True))
    unit = sources["unit"].fillna(sources["source"])
    passages = pd.DataFrame(
        {
            "id": unit.str.replace(REPEATED, "", regex=True),
            "passage_id": unit,
            "document_id": sources["source"],
            "section": "",
            "text": sources["text"].fillna(""),
        }
    )
    return passages, failures


def classify_passages(
    passages: pd.DataFrame, corpus: Corpus, coder: str, workers: int = 1, encoder: str | None = None
) -> pd.DataFrame:
    """One row a passage: role, codes, a score a code, evidence; the same for any number of workers."""
    ready = make_coder(coder, corpus, encoder)
    # Rows are independent of each other, so parts may be cut anywhere.
    parts = passages.assign(_part=range(len(passages)))
    rows = map_partitions(partial(classified_rows, coder=ready, codebook=corpus.codebook), parts, "_part", workers)
    return rows.drop(columns="_part")


def classified_rows(passages: pd.DataFrame, coder: object, codebook: Codebook) -> pd.DataFrame:
    """Read some passages and lay the readings out as columns."""
    readings: list[Reading] = coder.read(passages)  # type: ignore[attr-defined]
    columns = ["id", "passage_id", "document_id", "section", "text", "_part"]
    table = passages[[name for name in columns if name in passages.columns]].reset_index(drop=True)
    given = [allowed(reading) for reading in readings]
    table["role"] = [reading.role.role for reading in readings]
    table["role_score"] = [round(reading.role.ranked[0][1], 4) for reading in readings]
    table["codes"] = [";".join(dict.fromkeys(c.code for c in codes)) for codes in given]
    scores = pd.DataFrame([dict(reading.scores) for reading in readings], index=table.index)
    for code in [code for facet in CODED_FACETS for code in codebook.of(facet)]:
        table[f"score:{code}"] = scores[code].round(4) if code in scores.columns else 0.0
    table["evidence"] = [
        "；".join(f"{c.code}：{text[c.start : c.end]}" for c in codes)
        for codes, text in zip(given, table["text"], strict=True)
    ]
    table["abstained"] = [reading.unsure is not None for reading in readings]
    return table


def public(rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Columns as promised: the table's own ids where rows are passages, our ids otherwise."""
    if unit == "passage":
        return rows.drop(columns=["passage_id"])
    return rows.drop(columns=["id"], errors="ignore")


def document_rows(rows: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """A row a document: union of codes, the manifestation with the strongest evidence, counts of passages by role."""
    codes = [code for facet in CODED_FACETS for code in codebook.of(facet)]
    given = rows["codes"].str.split(";")
    table = pd.DataFrame({"document_id": list(dict.fromkeys(rows["document_id"]))})
    by_document = rows.groupby("document_id", sort=False)
    has = pd.DataFrame({code: [code in codes_here for codes_here in given] for code in codes}, index=rows.index)
    carried = has.groupby(rows["document_id"], sort=False).any()
    table["codes"] = [";".join(code for code in codes if carried.at[d, code]) for d in table["document_id"]]
    # The score of a code counts where the code was given, if it was given anywhere.
    scores = rows[[f"score:{code}" for code in codes]].set_axis(codes, axis="columns")
    strongest = scores.where(has).groupby(rows["document_id"], sort=False).max()
    best = strongest.fillna(scores.groupby(rows["document_id"], sort=False).max())
    problems = strongest[list(codebook.of("manifestation"))].reindex(table["document_id"])
    table["primary"] = ["" if row.isna().all() else str(row.fillna(-1.0).idxmax()) for _, row in problems.iterrows()]
    for code in codes:
        table[f"score:{code}"] = best[code].reindex(table["document_id"]).round(4).to_numpy()
    for role in ROLES:
        count = (rows["role"] == role).groupby(rows["document_id"], sort=False).sum()
        table[f"n_{role}"] = count.reindex(table["document_id"]).astype(int).to_numpy()
    with_codes = rows[rows["codes"] != ""].groupby("document_id")["passage_id"].agg(";".join)
    table["evidence"] = with_codes.reindex(table["document_id"]).fillna("").to_numpy()
    table["abstained"] = by_document["abstained"].sum().reindex(table["document_id"]).astype(int).to_numpy()
    return table
