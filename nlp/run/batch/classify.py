"""Batch classification: files, folders or a table with one text a row → a row a passage and a row a document."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from nlp.base.errors import DataError
from nlp.base.versions import fingerprint, libraries_of
from nlp.corpus.codebook import Codebook
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import nothing_read, with_hints
from nlp.intake.manifest import manifest_of
from nlp.run.batch.judged import classified_rows, document_rows, judged_rows, pieces_of, public
from nlp.run.batch.ledger import ACCOUNTED, DOCUMENTS, KINDS, PASSAGES, REMOVED
from nlp.run.batch.scheduling import (
    Coded,
    Counts,
    Limits,
    Rows,
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
from nlp.run.clock import Progress, silent
from nlp.run.how import How
from nlp.store.files import FORMATS, read_table, write_json
from nlp.tables import ACCOUNT, DROPPED, FAILURES
from nlp.text.account import Entry, Noise, account_row, entries_in, n_signs, nothing_left
from nlp.text.clean import Drop, clean_texts
from nlp.text.documents import Body, ManifestRows, bodies_of, manifest_rows, repeats_of
from nlp.text.segment import cuts_of
from nlp.training.coder import make_coder

NONE = Rows({})
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
    def account(self) -> pd.DataFrame:
        """ACCOUNT."""
        return pd.read_csv(self.folder / "account.csv", keep_default_na=False, encoding="utf-8-sig")

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
        units = list(map(unit_name, texts))
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
        account = [
            [
                account_row(Entry(text.source, unit_name(text), n, 0, 0, ""), n, 0, text.text.unread or "")
                for text in each
                for n in [n_signs(text.text.text)]
            ]
            for each in inputs
        ]
        return coded({PASSAGES: public(rows, self.unit)}, [()] * len(sizes), account, sizes)

    def documents(self, inputs: Sequence[Sequence[Text]]) -> Coded:
        """Texts are split into documents and passages."""
        owner: dict[str, int] = {}  # document → input
        every = list(self.split(inputs))
        for number, each in enumerate(every):
            if any(owner.setdefault(body.document_id, number) != number for one in each for body in one.bodies):
                # Two inputs that name their documents alike keep their rows apart, whatever part they come in.
                return together([self.documents([alone]) for alone in inputs])
        known = [body for each in every for one in each for body in one.bodies]
        cuts = list(cuts_of([body.text for body in known], self.lexicon))
        pieces = pieces_of(known, [cut.passages for cut in cuts])
        headings = {body.document_id: cut.n_in_headings for body, cut in zip(known, cuts, strict=True)}
        removed = [[row for one in each for row in one.removed] for each in every]
        if pieces.empty:
            return coded({}, removed, account_of(every, {}, headings), [0] * len(inputs))
        passages, judged = self.coder.settle_and_judge(pieces)
        rows = judged_rows(passages, judged, self.codebook)
        held: Counter[str] = Counter()
        for name, text in zip(rows.columns["document_id"], rows.columns["text"], strict=True):
            held[name] += n_signs(text)
        made = {PASSAGES: rows, DOCUMENTS: document_rows(rows, self.codebook)}
        sizes = per_input([owner[name] for name in rows.columns["document_id"]], len(inputs))
        n_documents = per_input([owner[name] for name in made[DOCUMENTS].columns["document_id"]], len(inputs))
        made[PASSAGES] = public(rows, self.unit)
        return coded(made, removed, account_of(every, held, headings), sizes, n_documents)

    def split(self, inputs: Sequence[Sequence[Text]]) -> Iterator[list[SplitText]]:
        """The documents of every input, one input after the other."""
        raw = [text.text.text for each in inputs for text in each]
        cleaned = iter(clean_texts(raw, self.lexicon.noise, self.lexicon.common_characters))
        for each in inputs:
            yield [self.split_text(text, *next(cleaned)) for text in each]

    def split_text(self, text: Text, cleaned: str, noise: list[Drop]) -> SplitText:
        """The documents of one text, and its rows of DROPPED."""
        bodies, leftovers = bodies_of(text.text, cleaned, text.source, self.manifest, text.text.text)
        gone = [(drop.line, drop.start, drop.reason, drop.text) for drop in noise]
        removed: list[object] = [
            (text.source, text.text.unit or "", *drop) for drop in (*gone, *repeats_of(bodies, leftovers))
        ]
        taken = (Noise(drop.line, drop.reason, drop.text) for drop in noise)
        entries = list(entries_in(text.source, text.text.text, taken, bodies, leftovers))
        return SplitText(bodies, removed, entries, text.text.unread or "")


def unit_name(text: Text) -> str:
    """The row of a table, or the file that a text is."""
    return text.text.unit or text.source


class SplitText(NamedTuple):
    """One text: its documents, its rows of DROPPED, its entries in the account, what was not read beside it."""

    bodies: list[Body]
    removed: list[object]
    entries: list[Entry]
    unread: str


def account_of(
    inputs: Sequence[Sequence[SplitText]], held: Mapping[str, int], headings: Mapping[str, int]
) -> list[list[dict[str, object]]]:
    """Rows of ACCOUNT of every input.

    Parameters
    ----------
    held, headings : characters in passages and in headings, by document
    """
    return [
        [
            account_row(entry, held.get(name, 0), headings.get(name, 0), one.unread if number == 0 else "")
            for one in each
            for number, entry in enumerate(one.entries)
            for name in [entry.document_id or ""]
        ]
        for each in inputs
    ]


def coded(
    made: dict[str, Rows],
    removed: Sequence[Sequence[object]],
    account: Sequence[Sequence[dict[str, object]]],
    n_passages: Sequence[int],
    n_documents: Sequence[int] | None = None,
) -> Coded:
    """Rows of some inputs: those of passages and documents as they are, and those that every input has by itself."""
    rows = made | {
        REMOVED: Rows.of(DROPPED.frame(row for each in removed for row in each).fillna("")),
        ACCOUNTED: Rows.of(ACCOUNT.frame(row for each in account for row in each).fillna("")),
    }
    unsure = [0] * len(n_passages)
    if PASSAGES in made:
        doubts = np.concatenate([[0], np.cumsum(np.asarray(made[PASSAGES].columns["abstained"], dtype=np.int64))])
        ends = np.cumsum(n_passages)
        unsure = [int(doubts[end] - doubts[end - n]) for n, end in zip(n_passages, ends, strict=True)]
    sizes = zip(n_passages, n_documents or [0] * len(n_passages), map(len, removed), map(len, account), strict=True)
    counts = [
        Counts(dict(zip(KINDS, each, strict=True)), n, None if each[0] else nothing_left(ACCOUNT.frame(mine)))
        for each, n, mine in zip(sizes, unsure, account, strict=True)
    ]
    return Coded(rows, counts)


def per_input(owners: Sequence[int], n_inputs: int) -> list[int]:
    """Rows of every input."""
    counts: list[int] = np.bincount(np.array(owners, dtype=np.int64), minlength=n_inputs).tolist()
    return counts


def together(parts: Sequence[Coded]) -> Coded:
    """The rows of inputs that were coded one by one."""
    return Coded(
        {kind: Rows.joined([rows for each in parts if len(rows := each.rows.get(kind, NONE))]) for kind in KINDS},
        [counts for each in parts for counts in each.counts],
    )
