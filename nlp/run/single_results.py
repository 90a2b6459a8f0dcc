"""One result at a time, from files or from an earlier run's folder; and the repetition of a run."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import load_phrases
from nlp.intake.inputs import nothing_read
from nlp.measures.additive import Counts, counts_of, seen_of, terms_of
from nlp.measures.forms import form_of, main_form, of_form
from nlp.measures.keyness import OTHERS, keyness_between
from nlp.measures.kwic import kwic
from nlp.measures.periods import undated
from nlp.measures.prevalence import group_of, prevalence_of
from nlp.measures.trends import code_occurrences, frequent_terms, trends_of
from nlp.readers.source import ReadOptions
from nlp.run.pipeline import Progress, analyze, coding_of, read_material, silent
from nlp.text.reuse import independent_sources, reuse_tables
from nlp.topics.themes import themes_tables
from nlp.training.coder import DEFAULT_CODER
from nlp.words.tokens import tokenize

STORED = ("documents", "passages", "tokens", "labels", "conflicts")
REPEATED = ("report.html", "workbook.xlsx", "报告底稿.docx", "dropped.csv", "failures.csv")


@dataclass
class Run:
    """The tables that a command needs; those not yet there are made when they are asked for."""

    corpus: Corpus
    documents: pd.DataFrame
    passages: pd.DataFrame
    failures: pd.DataFrame
    coder: str
    made_tokens: pd.DataFrame | None = None
    made_labels: pd.DataFrame | None = None
    workers: int = 1
    scheduler: str | None = None  # address of the cluster that segments, codes and counts

    @property
    def tokens(self) -> pd.DataFrame:
        """TOKENS of all passages."""
        if self.made_tokens is None:
            self.made_tokens = tokenize(self.passages, self.corpus.lexicon, self.workers, self.scheduler)
        return self.made_tokens

    @property
    def labels(self) -> pd.DataFrame:
        """LABELS of all passages."""
        if self.made_labels is None:
            coding = coding_of(self.passages, self.corpus, self.coder, self.workers, self.scheduler)
            self.made_labels = coding.labels
        return self.made_labels

    @cached_property
    def counts(self) -> Counts:
        """How often terms and codes stand in every document."""
        stopwords = self.corpus.lexicon.stopwords
        return counts_of(self.passages, self.tokens, self.labels, stopwords, self.scheduler)

    @property
    def sources(self) -> pd.Series:
        """Independent source of every document."""
        return independent_sources(self.documents, self.passages)


def open_run(
    inputs: Sequence[str | Path],
    corpus: Corpus,
    options: ReadOptions | None = None,
    coder: str | None = None,
    workers: int = 1,
    scheduler: str | None = None,
) -> Run:
    """Open an earlier run's folder, or read files. Raises DataError if there is nothing in them."""
    if len(inputs) == 1 and (Path(inputs[0]) / "run.json").is_file():
        return replace(stored_run(Path(inputs[0]), corpus), workers=workers, scheduler=scheduler)
    read = read_material(inputs, corpus, options, scheduler)
    if read.passages.empty:
        raise nothing_read(inputs, read.failures)
    made = (None, None, workers, scheduler)
    return Run(corpus, read.documents, read.passages, read.failures, coder or DEFAULT_CODER, *made)


def stored_run(folder: Path, corpus: Corpus) -> Run:
    """The tables of an earlier ``analyze``."""
    try:
        tables = {name: pd.read_parquet(folder / "tables" / f"{name}.parquet") for name in STORED}
    except (OSError, ValueError) as error:
        raise DataError.at(f"结果文件夹不完整（{error}）", where=folder, fix="重新运行 analyze") from error
    failures = pd.DataFrame(columns=["source", "reason", "fix"])
    coder = str(json.loads((folder / "run.json").read_text(encoding="utf-8"))["coder"])
    return Run(corpus, tables["documents"], tables["passages"], failures, coder, tables["tokens"], tables["labels"])


def themes_of(run: Run) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Themes of every facet, and a note a facet."""
    workers = 1 if run.scheduler else run.workers  # no fork beside the threads of a cluster's client
    return themes_tables(run.tokens, run.labels, run.passages, run.documents, run.corpus, run.sources, workers=workers)


def codes_of(run: Run) -> dict[str, pd.DataFrame]:
    """What the codebook finds, be there themes or not: PREVALENCE, and LABELS with the words quoted."""
    return {
        "prevalence": prevalence_of(run.counts.codes, run.documents, sources=run.sources),
        "labels": run.labels[run.labels["facet"].isin(CODED_FACETS)].reset_index(drop=True),
    }


def trends_table(run: Run, freq: str, terms: Sequence[str] | None, form: str | None = None) -> pd.DataFrame:
    """Trends of codes, roles, slogans and frequent terms, or of ``terms``; of reports where there are summaries too."""
    form = form or main_form(form_of(run.documents, run.passages))
    chosen = terms or frequent_terms(run.counts.terms)
    phrases = () if terms else load_phrases(run.corpus.folder / "lexicon" / "slogans.csv")
    known = () if terms else (code_occurrences(run.labels),)
    seen = seen_of(run.passages, run.tokens, chosen, phrases, run.corpus.lexicon, known, run.scheduler)
    return trends_of(seen.counts, run.passages, run.documents, freq, run.sources, form)


def undated_of(run: Run, freq: str, form: str | None = None) -> int:
    """Documents that :func:`trends_table` leaves out because their date is not fine enough."""
    forms = form_of(run.documents, run.passages)
    return undated(of_form(run.documents, forms, form or main_form(forms)), freq)


def keyness_of(run: Run, by: str, target: str, reference: str | None, everything: bool = False) -> pd.DataFrame:
    """Terms that set the passages of one group apart: ``by`` is role, code, year, or a column of the documents."""
    named_target = known_code(run.corpus, target, by) if by in ("role", "code") else target
    named_reference = known_code(run.corpus, reference, by) if reference and by in ("role", "code") else reference
    group = groups_of(run, by)
    tokens, stopwords = run.tokens, run.corpus.lexicon.stopwords
    here = belongs(tokens, group, named_target, by)
    there = belongs(tokens, group, named_reference, by) if named_reference else ~here
    one, other = (terms_of(tokens[side], stopwords, run.scheduler) for side in (here, there))
    return keyness_between(one, other, (by, named_target, named_reference or OTHERS), run.sources, everything)


def belongs(rows: pd.DataFrame, group: pd.Series, name: str, by: str) -> pd.Series:
    """Which rows (tokens, passages) stand in passages of the group ``name``. Raises DataError if none does."""
    members = {passage for passage, values in group.items() if name in values}
    found = rows["passage_id"].isin(members)
    if not found.any():
        known = sorted({value for values in group for value in values})
        raise DataError.at(f"没有这一组：{name}", where=by, fix=f"可用：{'、'.join(known[:40])}")
    return found


def groups_of(run: Run, by: str) -> pd.Series:
    """Groups that every passage belongs to, indexed by passage id."""
    if by in ("role", "code"):
        rows = run.labels[(run.labels["facet"] == "role") == (by == "role")]
        return rows.groupby("passage_id")["code"].agg(frozenset)
    value = run.passages["document_id"].map(group_of(run.documents, by, run.passages))
    groups = [frozenset([v]) if isinstance(v, str) and v else frozenset() for v in value]
    return pd.Series(groups, index=run.passages["passage_id"])


def kwic_of(run: Run, wording: str, width: int, where: Mapping[str, str | None]) -> pd.DataFrame:
    """Key word in context, of the passages that stand ``where`` (role, code, kind_of_unit, year → the one wanted).

    Raises
    ------
    DataError
        If no passage at all stands there.
    """
    passages = run.passages
    for by, given in where.items():
        if given:
            wanted = known_code(run.corpus, given, by) if by in ("role", "code") else given
            members = belongs(run.passages, groups_of(run, by), wanted, by)
            passages = passages[members.reindex(passages.index)]
    return kwic(passages, wording, width)


def known_code(corpus: Corpus, given: str, by: str) -> str:
    """Id of a role or code given by id or by its Chinese name. Raises DataError for an unknown one."""
    codes = {c.id: c.id for c in corpus.codebook.codes if (c.facet == "role") == (by == "role")}
    codes |= {c.name: c.id for c in corpus.codebook.codes if (c.facet == "role") == (by == "role")}
    if given not in codes:
        raise DataError.at(f"编码表里没有：{given}", where=f"--{by}", fix=f"用 {'、'.join(codes)} 之一")
    return codes[given]


def reuse_of(run: Run) -> dict[str, pd.DataFrame]:
    """Copied passages side by side with their originals, and pairs of documents."""
    return reuse_tables(run.passages, run.documents, run.corpus.lexicon)


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
        analyze(inputs, Path(again), corpus, ReadOptions(**facts.get("reading", {})), facts["coder"], tell=tell)
        new = json.loads((Path(again) / "run.json").read_text(encoding="utf-8"))
        if new["inputs"] != facts["inputs"]:
            raise DataError.at("输入文件与当时不同", where=path, fix="给出当时的输入文件")
        return differences(folder, Path(again))


def differences(one: Path, other: Path) -> list[str]:
    """Files of a result folder that differ in any byte, or stand on one side only."""
    names = {p.relative_to(side).as_posix() for side in (one, other) for p in side.rglob("*") if p.is_file()}
    compared = sorted(n for n in names if n.startswith(("tables/", "figures/")) or n in REPEATED)
    return [name for name in compared if hash_of(one / name) != hash_of(other / name)]


def hash_of(path: Path) -> str:
    """Hash of a file's bytes, empty for a file that is not there."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
