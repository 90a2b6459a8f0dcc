"""Batch classification: files, folders or a table with one text a row → a row a passage and a row a document."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nlp.codebook import CODED_FACETS, Codebook
from nlp.coding.coder import DEFAULT_CODER, Coder, make_coder
from nlp.coding.gate import allowed_of
from nlp.corpus import Corpus, digest
from nlp.errors import DataError
from nlp.lexicon import Lexicon
from nlp.readers import ReadOptions, nothing_read
from nlp.readers.manifest import manifest_of
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


def silent(step: str) -> None:
    """A progress that says nothing."""


def classify(
    inputs: Sequence[str | Path],
    out: Path,
    corpus: Corpus,
    unit: str = "document",
    form: str = "csv",
    options: ReadOptions | None = None,
    coder: str | None = None,
    workers: int = 0,
    tell: Callable[[str], None] = silent,
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
        failures = FAILURES.shape(read_table(out / "failures.csv"))
        raise nothing_read(inputs, failures, out / "failures.csv")
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


def classified_rows(passages: pd.DataFrame, coder: Coder, codebook: Codebook) -> pd.DataFrame:
    """Judge some passages and lay the judgement out as columns."""
    judged = coder.judge(passages)
    columns = ["id", "passage_id", "document_id", "section", "text", "_part"]
    table = passages[[name for name in columns if name in passages.columns]].reset_index(drop=True)
    likeliest = judged.roles.argmax(axis=1)
    table["role"] = pd.Series(pd.Categorical.from_codes(likeliest, list(ROLES))).astype("str")
    table["role_score"] = judged.roles[np.arange(len(table)), likeliest].round(4)
    codes, evidence, texts = [""] * len(table), [""] * len(table), table["text"].tolist()
    for row, candidates in enumerate(judged.candidates):
        if given := allowed_of(candidates, ROLES[likeliest[row]]) if candidates else []:
            text = texts[row]
            codes[row] = ";".join(dict.fromkeys(c.code for c in given))
            evidence[row] = "；".join(f"{c.code}：{text[c.start : c.end]}" for c in given)
    table["codes"] = codes
    known = {code: k for k, code in enumerate(judged.codes)}
    named = [code for facet in CODED_FACETS for code in codebook.of(facet)]
    padded = np.hstack([judged.scores.round(4), np.zeros((len(table), 1))])
    scores = pd.DataFrame(padded[:, [known.get(code, -1) for code in named]], columns=[f"score:{c}" for c in named])
    table = pd.concat([table, scores], axis="columns")
    table["evidence"] = evidence
    table["abstained"] = judged.unsure
    return table


def public(rows: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Columns as promised: the table's own ids where rows are passages, our ids otherwise."""
    if unit == "passage":
        return rows.drop(columns=["passage_id"])
    return rows.drop(columns=["id"], errors="ignore")


def document_rows(rows: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """A row a document: union of codes, the manifestation with the strongest evidence, counts of passages by role."""
    codes = [code for facet in CODED_FACETS for code in codebook.of(facet)]
    number, ids = pd.factorize(rows["document_id"])
    order = np.argsort(number, kind="stable")  # the passages of a document stand together
    rows, number = rows.iloc[order], number[order]
    first = np.searchsorted(number, np.arange(len(ids)))
    given = [row.split(";") if row else [] for row in rows["codes"]]
    column = {code: k for k, code in enumerate(codes)}
    has = np.zeros((len(rows), len(codes)), dtype=bool)
    for row, here in enumerate(given):
        has[row, [column[code] for code in here]] = True
    scores = rows[[f"score:{code}" for code in codes]].to_numpy(dtype=float)
    # The score of a code counts where the code was given, if it was given anywhere.
    strongest = per_document(np.maximum, np.where(has, scores, -1.0), first)
    best = np.where(strongest >= 0, strongest, per_document(np.maximum, scores, first))
    table = pd.DataFrame({"document_id": np.asarray(ids)})
    table["codes"] = [";".join(code for code, held in zip(codes, row, strict=True) if held) for row in strongest >= 0]
    problems = strongest[:, [column[code] for code in codebook.of("manifestation")]]
    names = [*codebook.of("manifestation"), ""]
    table["primary"] = [names[k] for k in np.where(problems.max(axis=1) >= 0, problems.argmax(axis=1), -1)]
    table[[f"score:{code}" for code in codes]] = best.round(4)
    role_counts = per_document(np.add, (rows["role"].to_numpy()[:, None] == np.array(ROLES)).astype(int), first)
    table[[f"n_{role}" for role in ROLES]] = role_counts
    with_codes = [pid if here else "" for pid, here in zip(rows["passage_id"], given, strict=True)]
    bounds = [*first.tolist(), len(rows)]
    table["evidence"] = [";".join(filter(None, with_codes[a:b])) for a, b in itertools.pairwise(bounds)]
    table["abstained"] = per_document(np.add, rows["abstained"].to_numpy(dtype=int)[:, None], first)[:, 0]
    return table


def per_document(reduce: np.ufunc, values: np.ndarray, first: np.ndarray) -> np.ndarray:
    """``reduce`` over the rows of each document; ``first``: where each begins."""
    if not len(first):
        return values[:0]
    reduced: np.ndarray = reduce.reduceat(values, first, axis=0)
    return reduced
