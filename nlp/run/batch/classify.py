"""Batch classification: files, folders or a table with one text a row → a row a passage and a row a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from nlp.base.errors import DataError
from nlp.base.versions import fingerprint, libraries_of
from nlp.coding.coder import Coder
from nlp.coding.role_gate import Judgement, allowed_of
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import nothing_read, with_hints
from nlp.intake.manifest import manifest_of
from nlp.run.batch.scheduling import (
    Coded,
    Counts,
    Limits,
    Names,
    Rows,
    Stream,
    Tally,
    Text,
    Values,
    Watch,
    forget,
    join_tables,
    refuse_results,
    stored,
    stream,
)
from nlp.run.clock import Progress, silent
from nlp.run.how import How
from nlp.store.files import FORMATS, read_table, write_json
from nlp.tables import FAILURES, ROLES
from nlp.text.clean import clean_texts
from nlp.text.documents import Body, ManifestRows, bodies_of, manifest_rows
from nlp.text.segment import Passage, passages_of
from nlp.training.coder import make_coder

AT_ONCE = 20_000  # passages that are judged at once
GIVEN = ("id", "passage_id", "document_id", "section", "text", "reading")  # columns that passages come with
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
    how: How,
    unit: str = "document",
    form: str = "csv",
    resume: bool = False,
    tell: Progress = silent,
    watch: Watch | None = None,
    limits: Limits | None = None,
) -> Classified:
    """Classify inputs and write ``passages`` and ``documents`` (in format ``form``), ``failures.csv`` and ``run.json``
    into ``out``; the same bytes on any engine, for any size of parts, with or without a stop in between.

    Parameters
    ----------
    how : its engine's workers are processes beside this one; 0: none
    unit : "document", or "passage" where every row of a table is one passage and comes back under its id, in order
    form : csv, jsonl, xlsx or parquet
    resume : go on in a folder that was begun, instead of refusing it

    Raises
    ------
    DataError
        If nothing could be read, the format or coder is unknown, or ``out`` holds results already.
    """
    if form not in FORMATS:
        raise DataError.at(f"不认识的输出格式：{form}", where="--format", fix=f"用 {'、'.join(FORMATS)} 之一")
    refuse_results(out, resume)
    how = replace(how, reading=replace(how.reading, keep_empty=unit == "passage"))
    tell("载入编码者")
    ready = make_coder(how.coder, corpus)
    manifest = manifest_of(inputs, how.reading.redact)
    facts = settings_of(corpus, unit, how, manifest)
    code = CodeTexts(unit, ready, corpus.codebook, corpus.lexicon, manifest_rows(manifest))
    # A row that is one passage cannot hold problem, cause and remedy apart: one column is read.
    reading = how.reading if unit == "passage" else with_hints(how.reading, corpus.lexicon)
    batch = Stream(code, out, form, reading, facts, limits or Limits())
    tell("分类")
    tally = stream(inputs, batch, resume, how.engine.workers, how.engine.scheduler, watch)
    tell("写出")
    join_tables(batch, corpus.codebook)
    if not tally.passages:
        forget(out)
        failures = FAILURES.shape(read_table(out / "failures.csv"))
        raise nothing_read(inputs, failures, out / "failures.csv")
    write_json(run_facts(facts, tally, form), out / "run.json")
    return Classified(out, tally)


def settings_of(corpus: Corpus, unit: str, how: How, manifest: pd.DataFrame | None) -> dict[str, str]:
    """Everything that decides what an input's rows are, in words: a batch goes on only where all of it is the same."""
    listed = "" if manifest is None else manifest.to_csv(index=False)
    return {
        "单位": unit,
        "编码者": how.coder,
        "读取选项": "；".join(f"{field.name}={getattr(how.reading, field.name)}" for field in fields(how.reading)),
        "清单": sha256(listed.encode()).hexdigest()[:16],
        **{f"{part} 版本": value for part, value in corpus.versions.items()},
        "程序": fingerprint(__name__)[:16],
        "库": "；".join(f"{library} {number}" for library, number in libraries_of(__name__).items()),
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
                "reading": [text.text.reading or "" for text in texts],
            },
            dtype=object,
        )
        rows = classified_rows(table, self.coder, self.codebook)
        sizes = [len(each) for each in inputs]
        return Coded(public(rows, self.unit), None, counts_of(rows, sizes, [0] * len(sizes)))

    def documents(self, inputs: Sequence[Sequence[Text]]) -> Coded:
        """Texts are split into documents and passages."""
        owner: dict[str, int] = {}  # document → input
        bodies = list(self.split(inputs))
        for number, each in enumerate(bodies):
            if any(owner.setdefault(body.document_id, number) != number for body in each):
                # Two inputs that name their documents alike keep their rows apart, whatever part they come in.
                return together([self.documents([alone]) for alone in inputs])
        known = [body for each in bodies for body in each]
        pieces = pieces_of(known, passages_of([body.text for body in known], self.lexicon))
        if pieces.empty:
            return Coded(Rows({}), None, [Counts(0, 0, 0)] * len(inputs))
        passages, judged = self.coder.settle_and_judge(pieces)
        rows = judged_rows(passages, judged, self.codebook)
        table = document_rows(rows, self.codebook)
        sizes = [
            per_input([owner[name] for name in each.columns["document_id"]], len(inputs)) for each in (rows, table)
        ]
        return Coded(public(rows, self.unit), table, counts_of(rows, *sizes))

    def split(self, inputs: Sequence[Sequence[Text]]) -> Iterator[list[Body]]:
        """The documents of every input, one input after the other."""
        raw = [text.text.text for each in inputs for text in each]
        texts = clean_texts(raw, self.lexicon.noise, self.lexicon.common_characters)
        cleaned = iter([clean for clean, _ in texts])
        for each in inputs:
            yield [body for text in each for body in bodies_of(text.text, next(cleaned), text.source, self.manifest)[0]]


def per_input(owners: Sequence[int], n_inputs: int) -> list[int]:
    """Rows of every input."""
    counts: list[int] = np.bincount(np.array(owners, dtype=np.int64), minlength=n_inputs).tolist()
    return counts


def counts_of(rows: Rows, passages: Sequence[int], documents: Sequence[int]) -> list[Counts]:
    """Passages, documents and abstained passages of every input, whose rows stand behind each other."""
    unsure = np.concatenate([[0], np.cumsum(np.asarray(rows.columns["abstained"], dtype=np.int64))])
    ends = np.cumsum(passages)
    return [
        Counts(n, m, int(unsure[end] - unsure[end - n])) for n, m, end in zip(passages, documents, ends, strict=True)
    ]


def together(parts: Sequence[Coded]) -> Coded:
    """The rows of inputs that were coded one by one."""
    return Coded(
        Rows.joined([each.passages for each in parts if len(each.passages)]),
        Rows.joined([each.documents for each in parts if each.documents is not None]),
        [counts for each in parts for counts in each.counts],
    )


def score_names(codebook: Codebook) -> tuple[str, ...]:
    """Columns of the scores, one a code."""
    return tuple(f"score:{code}" for facet in CODED_FACETS for code in codebook.of(facet))


def pieces_of(bodies: Sequence[Body], cut: Iterable[Sequence[Passage]]) -> pd.DataFrame:
    """What segmentation proposes for some documents, a row a piece."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("passage_id", "document_id", "section", "start", "end", "text", "reading")
    }
    for body, pieces in zip(bodies, cut, strict=True):
        columns["passage_id"] += [f"{body.document_id}#{k:04d}" for k in range(1, len(pieces) + 1)]
        columns["document_id"] += [body.document_id] * len(pieces)
        columns["reading"] += [body.reading or ""] * len(pieces)
        for name, values in zip(("section", "start", "end", "text"), zip(*pieces, strict=True), strict=False):
            columns[name] += values
    return pd.DataFrame(columns, dtype=object).astype({"start": "int64", "end": "int64"})


def classified_rows(passages: pd.DataFrame, coder: Coder, codebook: Codebook) -> Rows:
    """Judge passages that stand alone, so many at a time that what the coder needs does not grow with their number."""
    starts = range(0, len(passages), AT_ONCE) or (0,)
    parts = [passages.iloc[start : start + AT_ONCE] for start in starts]
    return Rows.joined([judged_rows(part, coder.judge(part), codebook) for part in parts])


def judged_rows(passages: pd.DataFrame, judged: Judgement, codebook: Codebook) -> Rows:
    """A judgement of passages as columns."""
    columns: dict[Names, Values] = {name: passages[name].tolist() for name in GIVEN if name in passages.columns}
    likeliest = judged.roles.argmax(axis=1)
    columns["role"] = roles = [ROLES[role] for role in likeliest.tolist()]
    columns["role_score"] = judged.roles[np.arange(len(passages)), likeliest].round(4)
    texts, decided = passages["text"].tolist(), (~judged.unsure).tolist()
    codes, sure, evidence = ([""] * len(passages) for _ in range(3))
    for row, candidates in enumerate(judged.candidates):
        if len(candidates) == 1 and (only := candidates[0]).facet == roles[row]:  # most that have any
            codes[row], evidence[row] = only.code, f"{only.code}：{texts[row][only.start : only.end]}"
            sure[row] = only.code if decided[row] and only.score >= judged.sure else ""
        elif candidates and (given := allowed_of(candidates, roles[row])):
            text = texts[row]
            codes[row] = ";".join(dict.fromkeys([c.code for c in given]))
            evidence[row] = "；".join([f"{c.code}：{text[c.start : c.end]}" for c in given])
            if decided[row]:
                sure[row] = ";".join(dict.fromkeys([c.code for c in given if c.score >= judged.sure]))
    columns["codes"], columns["sure"] = codes, sure
    names = score_names(codebook)
    column = {f"score:{code}": k for k, code in enumerate(judged.codes)}
    padded = np.hstack([judged.scores.round(4), np.zeros((len(passages), 1))])
    columns[names] = padded[:, [column.get(name, -1) for name in names]]
    return Rows(columns | {"evidence": evidence, "abstained": judged.unsure})


def public(rows: Rows, unit: str) -> Rows:
    """Columns as promised: the table's own ids where rows are passages, our ids otherwise."""
    left_out = "passage_id" if unit == "passage" else "id"
    return Rows({names: values for names, values in rows.columns.items() if names != left_out})


def document_rows(rows: Rows, codebook: Codebook) -> Rows:
    """A row a document: union of codes, the manifestation with the strongest evidence, counts of passages by role."""
    document_ids, names = rows.columns["document_id"], score_names(codebook)
    number = {document: k for k, document in enumerate(dict.fromkeys(document_ids))}
    owners = np.array([number[document] for document in document_ids], dtype=np.int64)
    order = np.argsort(owners, kind="stable")  # the passages of a document stand together
    first = np.searchsorted(owners[order], np.arange(len(number)))
    codes = [name.removeprefix("score:") for name in names]
    column = {code: k for k, code in enumerate(codes)}
    given = [(row, text) for row, text in enumerate(rows.columns["codes"]) if text]
    at = [(row, column[code]) for row, text in given for code in text.split(";")]
    scores = np.asarray(rows.columns[names])
    held = np.full(scores.shape, -1.0)
    where = tuple(np.array(at, dtype=np.int64).reshape(-1, 2).T)
    held[where] = scores[where]
    # The score of a code counts where the code was given, if it was given anywhere.
    strongest = np.maximum.reduceat(held[order], first, axis=0)
    best = np.where(strongest >= 0, strongest, np.maximum.reduceat(scores[order], first, axis=0))
    problems = strongest[:, [column[code] for code in codebook.of("manifestation")]]
    problem_names = [*codebook.of("manifestation"), ""]
    primary = np.where(problems.max(axis=1) >= 0, problems.argmax(axis=1), -1)
    role_of = {role: k for k, role in enumerate(ROLES)}
    roles = owners * len(ROLES) + np.array([role_of[role] for role in rows.columns["role"]])
    sure: list[set[str]] = [set() for _ in number]
    for row, text in enumerate(rows.columns["sure"]):
        sure[owners[row]].update(text.split(";") if text else ())
    evidence: list[list[str]] = [[] for _ in number]
    for row, _ in given:
        evidence[owners[row]].append(rows.columns["passage_id"][row])
    return Rows(
        {
            "document_id": list(number),
            "codes": [";".join([codes[k] for k in np.flatnonzero(row)]) for row in strongest >= 0],
            "sure": [";".join([code for code in codes if code in each]) for each in sure],
            "primary": [problem_names[k] for k in primary],
            names: best,
            tuple(f"n_{role}" for role in ROLES): np.bincount(roles, minlength=len(number) * len(ROLES)).reshape(
                -1, len(ROLES)
            ),
            "evidence": [";".join(each) for each in evidence],
            "abstained": np.bincount(owners, np.asarray(rows.columns["abstained"]), len(number)).astype(np.int64),
        }
    )
