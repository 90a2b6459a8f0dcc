"""Batch classification: files, folders or a table with one text a row → a row a passage and a row a document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nlp.codebook import CODED_FACETS, Codebook
from nlp.coding.coder import DEFAULT_CODER, make_coder
from nlp.coding.gate import Reading, allowed
from nlp.corpus import Corpus, digest
from nlp.errors import DataError
from nlp.lexicon import Lexicon
from nlp.pipeline import Progress, manifest_of, silent
from nlp.readers import ReadOptions
from nlp.store import FORMATS, read_table, write_json
from nlp.streaming import (
    Coded,
    Counts,
    Limits,
    Stream,
    Tally,
    Text,
    Watch,
    forget,
    join_tables,
    refuse_results,
    stored,
    stream,
)
from nlp.tables import FAILURES, ROLES
from nlp.text.clean import clean_text
from nlp.text.documents import ManifestRows, drafts_of, manifest_rows
from nlp.text.fold import folder_for
from nlp.text.segment import passages_of

PROGRAM = ("readers", "text", "coding", "batch.py", "streaming", "lexicon.py", "tables.py", "store.py", "redaction.py")
LIBRARIES = ("jieba", "scikit-learn", "pandas", "numpy", "scipy", "pypdfium2", "python-docx", "python-calamine")
SLOW = Limits(inputs=8, size=200_000, texts=200)  # an encoder takes a second for a dozen passages
REPEATED = re.compile(r"（第 \d+ 次出现）$")


@dataclass(frozen=True)
class Classified:
    """Results of a batch, which stand in ``folder``; the tables are read when they are asked for."""

    folder: Path
    tally: Tally

    @property
    def passages(self) -> pd.DataFrame:
        """A row a passage."""
        rows = stored(self.folder, "passages")
        return pd.DataFrame() if rows is None else rows

    @property
    def documents(self) -> pd.DataFrame | None:
        """A row a document; None where rows are passages."""
        return stored(self.folder, "documents")

    @property
    def failures(self) -> pd.DataFrame:
        """FAILURES."""
        return FAILURES.shape(read_table(self.folder / "failures.csv"))


def classify(
    inputs: Sequence[str | Path],
    out: Path,
    corpus: Corpus,
    unit: str = "document",
    form: str = "csv",
    options: ReadOptions | None = None,
    coder: str | None = None,
    workers: int = 0,
    tell: Progress = silent,
    encoder: str | None = None,
    resume: bool = False,
    scheduler: str | None = None,
    watch: Watch | None = None,
    limits: Limits | None = None,
) -> Classified:
    """Classify inputs and write ``passages`` and ``documents`` (in format ``form``), ``failures.csv`` and ``run.json``
    into ``out``; the same bytes for any number of workers, any size of parts, with or without a stop in between.

    Parameters
    ----------
    unit : "document", or "passage" where every row of a table is one passage and comes back under its id, in order
    form : csv, jsonl, xlsx or parquet
    workers : processes beside this one; 0: none
    resume : go on in a folder that was begun, instead of refusing it
    scheduler : address of a ``dask.distributed`` cluster, or ``local``

    Raises
    ------
    DataError
        If nothing could be read, the format or coder is unknown, or ``out`` holds results already.
    """
    if form not in FORMATS:
        raise DataError.at(f"不认识的输出格式：{form}", where="--format", fix=f"用 {'、'.join(FORMATS)} 之一")
    refuse_results(out, resume)
    name, options = coder or DEFAULT_CODER, options or ReadOptions()
    options = replace(options, keep_empty=unit == "passage")
    tell("载入编码者")
    ready = make_coder(name, corpus, encoder)
    manifest = manifest_of(inputs, options.redact)
    facts = settings_of(corpus, unit, name, encoder, options, manifest)
    code = CodeTexts(unit, ready, corpus.codebook, corpus.lexicon, manifest_rows(manifest))
    batch = Stream(code, out, form, options, facts, limits or (SLOW if encoder else Limits()))
    tell("分类")
    tally = stream(inputs, batch, resume, workers, scheduler, watch)
    tell("写出")
    join_tables(batch)
    if not tally.passages:
        forget(out)
        raise DataError.at(
            "没有读到任何文字", where="、".join(map(str, inputs)), fix=f"看 {out / 'failures.csv'} 里的原因"
        )
    write_json(run_facts(facts, tally, form), out / "run.json")
    return Classified(out, tally)


def settings_of(
    corpus: Corpus, unit: str, coder: str, encoder: str | None, options: ReadOptions, manifest: pd.DataFrame | None
) -> dict[str, str]:
    """Everything that decides what an input's rows are, in words: a batch goes on only where all of it is the same."""
    here = Path(__file__).parent
    program = sorted(file for file in here.rglob("*.py") if file.relative_to(here).parts[0] in PROGRAM)
    listed = "" if manifest is None else manifest.to_csv(index=False)
    return {
        "单位": unit,
        "编码者": coder if encoder is None else f"{coder}（{encoder}）",
        "读取选项": "；".join(f"{field.name}={getattr(options, field.name)}" for field in fields(options)),
        "清单": sha256(listed.encode()).hexdigest()[:16],
        **{f"{part} 版本": value for part, value in corpus.versions.items()},
        "程序": digest(program),
        "库": "；".join(f"{library} {version(library)}" for library in LIBRARIES),
    }


def run_facts(facts: dict[str, str], tally: Tally, form: str) -> dict[str, object]:
    """What ``run.json`` says of a batch; no time and no machine, so that it is the same when the batch is repeated."""
    return {"job": "classify", "format": form, "settings": facts, "counts": asdict(tally)}


@dataclass(frozen=True)
class CodeTexts:
    """From the texts of some inputs to rows of passages and documents, each input by itself."""

    unit: str
    coder: Any
    codebook: Codebook
    lexicon: Lexicon
    manifest: ManifestRows

    def __call__(self, inputs: Sequence[Sequence[Text]]) -> Coded:
        """Code some inputs."""
        return self.rows_as_passages(inputs) if self.unit == "passage" else self.documents(inputs)

    def rows_as_passages(self, inputs: Sequence[Sequence[Text]]) -> Coded:
        """Every text is a passage; empty ones too, in the order of the file."""
        texts = [text for each in inputs for text in each]
        units = [text.text.unit or text.source for text in texts]
        table = pd.DataFrame(
            {
                "id": [REPEATED.sub("", unit) for unit in units],
                "passage_id": units,
                "document_id": [text.source for text in texts],
                "section": "",
                "text": [text.text.text for text in texts],
            }
        )
        rows = classified_rows(table, self.coder, self.codebook)
        sizes = [len(each) for each in inputs]
        return Coded(public(rows, self.unit), None, counts_of(rows, sizes, [0] * len(sizes)))

    def documents(self, inputs: Sequence[Sequence[Text]]) -> Coded:
        """Texts are split into documents and passages."""
        fold = folder_for(self.lexicon.fold_table)
        owner: dict[str, int] = {}  # document → input
        columns: dict[str, list[str]] = {name: [] for name in ("passage_id", "document_id", "section", "text")}
        for number, each in enumerate(inputs):
            for document_id, text in self.split(each):
                if owner.setdefault(document_id, number) != number:
                    # Two inputs that name their documents alike keep their rows apart, whatever part they come in.
                    return together([self.documents([alone]) for alone in inputs])
                for position, passage in enumerate(passages_of(text, fold), 1):
                    columns["passage_id"].append(f"{document_id}#{position:04d}")
                    columns["document_id"].append(document_id)
                    columns["section"].append(passage["section"])
                    columns["text"].append(passage["text"])
        if not columns["text"]:
            return Coded(pd.DataFrame(), None, [Counts(0, 0, 0)] * len(inputs))
        rows = classified_rows(pd.DataFrame(columns, dtype="str"), self.coder, self.codebook)
        table = document_rows(rows, self.codebook)
        sizes = [per_input([owner[name] for name in each["document_id"]], len(inputs)) for each in (rows, table)]
        return Coded(public(rows, self.unit), table, counts_of(rows, *sizes))

    def split(self, texts: Sequence[Text]) -> Iterator[tuple[str, str]]:
        """Id and text of the documents of one input."""
        for each in texts:
            cleaned, _ = clean_text(each.text.text, self.lexicon.noise)
            drafts, _ = drafts_of(replace(each.text, text=cleaned), each.source, self.lexicon, self.manifest)
            for draft in drafts:
                yield draft.values["document_id"], draft.values["text"]


def per_input(owners: Sequence[int], n_inputs: int) -> list[int]:
    """Rows of every input."""
    counts: list[int] = np.bincount(np.array(owners, dtype=np.int64), minlength=n_inputs).tolist()
    return counts


def counts_of(rows: pd.DataFrame, passages: Sequence[int], documents: Sequence[int]) -> list[Counts]:
    """Passages, documents and abstained passages of every input, whose rows stand behind each other."""
    unsure = np.concatenate([[0], np.cumsum(rows["abstained"].to_numpy(dtype=np.int64))])
    ends = np.cumsum(passages)
    return [
        Counts(n, m, int(unsure[end] - unsure[end - n])) for n, m, end in zip(passages, documents, ends, strict=True)
    ]


def together(parts: Sequence[Coded]) -> Coded:
    """The rows of inputs that were coded one by one."""
    documents = [each.documents for each in parts if each.documents is not None]
    return Coded(
        pd.concat([each.passages for each in parts if len(each.passages)], ignore_index=True),
        pd.concat(documents, ignore_index=True),
        [counts for each in parts for counts in each.counts],
    )


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
