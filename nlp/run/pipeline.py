"""The method, top to bottom: read, clean, segment, tokenize, code, themes, measures, outputs."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import partial
from importlib.metadata import version
from pathlib import Path

import pandas as pd

from nlp.coding.coder import Coding, code_with
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus, digest
from nlp.corpus.lexicon import load_phrases
from nlp.engine.choice import reached
from nlp.engine.partitions import map_partitions, map_parts, partitions
from nlp.intake.discover import discover
from nlp.intake.inputs import nothing_read, read_inputs, with_hints
from nlp.intake.manifest import manifest_of
from nlp.measures.additive import Counts, counts_of, seen_of
from nlp.measures.bursts import bursts
from nlp.measures.correspondence import correspondence
from nlp.measures.forms import ALL, SUMMARY, coverage, form_of, main_form, of_form
from nlp.measures.keyness import keyness_of_groups
from nlp.measures.links import chains, gaps, links, load_answers
from nlp.measures.movements import movements
from nlp.measures.network import code_network, term_network
from nlp.measures.periods import undated
from nlp.measures.prevalence import group_of, prevalence, prevalence_of, prevalence_within
from nlp.measures.trends import SOLID, code_occurrences, frequent_terms, theme_occurrences, trends_of
from nlp.measures.turnover import turnover
from nlp.readers.source import ReadOptions
from nlp.store.files import write_json, write_table
from nlp.tables import (
    ABSTAINED,
    BURSTS,
    CONFLICTS,
    CORRESPONDENCE,
    DROPPED,
    FAILURES,
    FREQUENCIES,
    MOVEMENTS,
    NETWORK_EDGES,
    NETWORK_NODES,
    TRENDS,
    TURNOVER,
)
from nlp.text.clean import clean_sources
from nlp.text.documents import build_documents
from nlp.text.reuse import independent_sources, mark_reuse, reuse_tables
from nlp.text.segment import segment_documents
from nlp.topics.themes import Themes, joined, notes_of, themes_tables
from nlp.training.coder import DEFAULT_CODER, make_coder
from nlp.words.tokens import tokenize

SEED = 7
DRAFT = "报告底稿.docx"
PART_DOCUMENTS = 100  # segmented at once
MOST_DISTINCTIVE, MOST_FREQUENT = 12, 20  # terms whose trends are shown: a facet, and over all
LIBRARIES = ("jieba", "scikit-learn", "gensim", "pandas", "numpy", "scipy", "wordcloud", "matplotlib", "pyarrow")
WRITTEN = (
    "documents",
    "passages",
    "tokens",
    "labels",
    "abstained",
    "themes",
    "theme_terms",
    "theme_passages",
    "theme_shares",
    "theme_quotations",
    "theme_spread",
    "crosswalk",
    "proposals",
    "selection",
    "decision",
    "prevalence",
    "prevalence_by_unit",
    "prevalence_by_year",
    "prevalence_by_form",
    "prevalence_within",
    "coverage",
    "trends",
    "trends_summaries",
    "movements",
    "bursts",
    "turnover",
    "links",
    "chains",
    "gaps",
    "gap_shares",
    "reuse",
    "reuse_documents",
    "keyness",
    "keyness_by_unit",
    "keyness_by_year",
    "network_nodes",
    "network_edges",
    "correspondence",
    "conflicts",
    "evidence",
    "settings",
)

Progress = Callable[[str], None]


def silent(step: str) -> None:
    """A progress that says nothing."""


@dataclass
class Clock:
    """Seconds that each step took; the only part of a run that differs when it is repeated."""

    tell: Progress
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Announce and time one step."""
        self.tell(name)
        begin = time.perf_counter()
        try:
            yield
        except Exception as fault:
            fault.add_note(f"步骤：{name}")
            raise
        self.seconds[name] = round(time.perf_counter() - begin, 3)


@dataclass(frozen=True)
class Material:
    """What reading gives: documents, passages, and what did not become either."""

    documents: pd.DataFrame
    passages: pd.DataFrame
    dropped: pd.DataFrame
    conflicts: pd.DataFrame
    failures: pd.DataFrame


def read_material(
    inputs: Sequence[str | Path], corpus: Corpus, options: ReadOptions | None = None, scheduler: str | None = None
) -> Material:
    """Files → documents → passages, with copies marked; ``scheduler``: address of a cluster that segments."""
    options = with_hints(options or ReadOptions(), corpus.lexicon)
    sources, failures = read_inputs(inputs, options)
    cleaned, noise = clean_sources(sources, corpus.lexicon)
    documents, conflicts, repeats = build_documents(cleaned, corpus.lexicon, manifest_of(inputs, options.redact))
    segment = partial(segment_documents, lexicon=corpus.lexicon)
    cut = map_partitions(segment, documents, part_rows=PART_DOCUMENTS, scheduler=scheduler)
    passages = mark_reuse(cut, documents, corpus.lexicon)
    dropped = pd.concat([noise, repeats], ignore_index=True)
    return Material(documents, passages, dropped, conflicts, failures)


def code_passages(passages: pd.DataFrame, corpus: Corpus, coder: str = DEFAULT_CODER) -> pd.DataFrame:
    """Code PASSAGES: role, codes, evidence. Returns LABELS."""
    return coding_of(passages, corpus, coder).labels


def coding_of(
    passages: pd.DataFrame,
    corpus: Corpus,
    coder: str = DEFAULT_CODER,
    workers: int = 1,
    scheduler: str | None = None,
) -> Coding:
    """Code PASSAGES, the abstained listed apart; the same for any number of ``workers``, on a cluster or not.

    Raises
    ------
    DataError
        For an unknown coder.
    """
    code = partial(code_with, make_coder(coder, corpus))
    parts = list(partitions(passages)) or [passages]
    coded = map_parts(code, parts, workers, scheduler)
    return Coding(
        pd.concat([each.labels for each in coded], ignore_index=True),
        pd.concat([each.abstained for each in coded], ignore_index=True),
    )


def analyze(
    inputs: Sequence[str | Path],
    out: Path,
    corpus: Corpus,
    options: ReadOptions | None = None,
    coder: str | None = None,
    workers: int = 1,
    tell: Progress = silent,
    scheduler: str | None = None,
) -> dict[str, pd.DataFrame]:
    """The main job: from files to a folder with report, workbook, tables and figures; returns the tables.

    Parameters
    ----------
    scheduler : address of a ``dask.distributed`` cluster, or ``local``: what is done passage by passage, and what adds
        up over documents, is done there; the results are the same

    Raises
    ------
    DataError
        If no input gives a document, or the cluster cannot be reached.
    """
    with reached(scheduler, workers) as address:
        return analyze_at(address, inputs, out, corpus, options, coder, workers, tell)


def analyze_at(
    scheduler: str | None,
    inputs: Sequence[str | Path],
    out: Path,
    corpus: Corpus,
    options: ReadOptions | None,
    coder: str | None,
    workers: int,
    tell: Progress,
) -> dict[str, pd.DataFrame]:
    """:func:`analyze`, with a cluster that stands ready at the address ``scheduler``, or none."""
    from nlp.outputs.draft import compose, write_draft

    clock, coder = Clock(tell), coder or DEFAULT_CODER
    with clock.step("读入与切分"):
        material = read_material(inputs, corpus, options, scheduler)
    if material.documents.empty:
        write_table(material.failures, out / "failures.csv")
        raise nothing_read(inputs, material.failures, out / "failures.csv")
    passages = material.passages
    with clock.step("分词"):
        tokens = tokenize(passages, corpus.lexicon, workers, scheduler)
    with clock.step("角色与代码"):
        coding = coding_of(passages, corpus, coder, workers, scheduler)
    with clock.step("主题"):
        # Our own processes are forked; beside the threads of a cluster's client that is not safe.
        themes, notes = all_themes(tokens, coding.labels, material, corpus, 1 if scheduler else workers)
    with clock.step("统计"):
        measured = measures(tokens, coding.labels, material, corpus, themes["theme_passages"], scheduler)
    tables = {
        "documents": material.documents,
        "passages": passages,
        "tokens": tokens,
        "labels": coding.labels,
        "abstained": coding.abstained,
        "conflicts": material.conflicts,
        "dropped": material.dropped,
        "failures": material.failures,
        **themes,
        **measured,
    }
    with clock.step("写出结果"):
        draft = compose(tables, corpus.codebook)
        tables |= {"evidence": draft.evidence, "settings": draft.settings}
        write_outputs(tables, notes, out, corpus, coder)
        write_draft(draft, out / "figures", out / DRAFT)
    write_json(
        run_facts(tables, inputs, corpus, coder, options or ReadOptions()) | {"timings_seconds": clock.seconds},
        out / "run.json",
    )
    return tables


def all_themes(
    tokens: pd.DataFrame, labels: pd.DataFrame, material: Material, corpus: Corpus, workers: int = 1
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """Themes of every facet, copies left out, and a note a facet."""
    sources = independent_sources(material.documents, material.passages)
    return themes_tables(tokens, labels, material.passages, material.documents, corpus, sources, SEED, workers=workers)


def measures(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    material: Material,
    corpus: Corpus,
    theme_passages: pd.DataFrame,
    scheduler: str | None = None,
) -> dict[str, pd.DataFrame]:
    """Prevalence, movements in time, links, keyness and what stands together.

    What adds up over documents is counted in parts, on the cluster at ``scheduler`` if there is one: terms and codes of
    every document first, then where the terms that these counts single out occur in the text.
    """
    documents, passages = material.documents, material.passages
    sources = independent_sources(documents, passages)
    stopwords = corpus.lexicon.stopwords
    counts = counts_of(passages, tokens, labels, stopwords, scheduler)
    distinct = keyness_of_groups(counts.terms, "role", sources)
    terms = list(dict.fromkeys(telling_terms(distinct) + frequent_terms(counts.terms, MOST_FREQUENT)))
    known = [code_occurrences(labels), theme_occurrences(theme_passages)]
    phrases = load_phrases(corpus.folder / "lexicon" / "slogans.csv")
    seen = seen_of(passages, tokens, terms, phrases, corpus.lexicon, known, scheduler)
    missing, missing_shares = gaps(labels, documents, load_answers(corpus), sources)
    return {
        "sources_of_documents": sources.reset_index(),
        "occurrences": seen.places,
        "coverage": coverage(documents, passages, sources),
        "prevalence": prevalence_of(counts.codes, documents, sources=sources),
        "prevalence_by_unit": prevalence_of(counts.codes, documents, "kind_of_unit", sources),
        "prevalence_by_year": prevalence_of(counts.codes, documents, "year", sources),
        "prevalence_by_form": prevalence_of(counts.codes, documents, "form", sources),
        "prevalence_within": prevalence_within(counts.codes, documents, sources),
        **moves(seen.counts, material, sources, corpus.codebook.of("manifestation")),
        "links": links(labels, sources, passages),
        "chains": chains(labels, sources, passages, SEED),
        "gaps": missing,
        "gap_shares": missing_shares,
        **reuse_tables(passages, documents, corpus.lexicon),
        "keyness": distinct,
        "keyness_by_unit": keyness_by(counts, documents, "kind_of_unit", sources),
        "keyness_by_year": keyness_by(counts, documents, "year", sources),
        **neighbours(tokens, labels, terms, material, sources),
    }


def keyness_by(counts: Counts, documents: pd.DataFrame, by: str, sources: pd.Series) -> pd.DataFrame:
    """KEYNESS of every group of documents against the others."""
    group = counts.terms["document_id"].map(group_of(documents, by))
    return keyness_of_groups(counts.terms.assign(group=group), by, sources)


def neighbours(
    tokens: pd.DataFrame, labels: pd.DataFrame, terms: Sequence[str], material: Material, sources: pd.Series
) -> dict[str, pd.DataFrame]:
    """What stands together: networks of terms and codes; codes against kinds of unit and years, of whole reports."""
    forms = form_of(material.documents, material.passages)
    documents = of_form(material.documents, forms, main_form(forms))
    whole = labels[labels["document_id"].isin(documents["document_id"])]
    networks = [term_network(tokens, terms, sources), code_network(labels, sources)]
    maps = [
        correspondence(counts_by(whole, documents, by), name)
        for by, name in (("kind_of_unit", "单位类别"), ("year", "年份"))
    ]
    return {
        "network_nodes": NETWORK_NODES.shape(pd.concat([nodes for nodes, _ in networks], ignore_index=True)),
        "network_edges": NETWORK_EDGES.shape(pd.concat([edges for _, edges in networks], ignore_index=True)),
        "correspondence": CORRESPONDENCE.shape(pd.concat(maps, ignore_index=True)),
    }


def counts_by(labels: pd.DataFrame, documents: pd.DataFrame, by: str) -> pd.DataFrame:
    """Passages with each code of a problem, a column a group of five documents or more.

    Passages, since nearly every whole report has every problem: counted in documents, all groups would be alike.
    """
    table = prevalence(labels, documents, by)
    large = set(table.loc[(table["unit"] == "文档") & (table["denominator"] >= SOLID), "group"])
    table = table[(table["facet"] == "manifestation") & (table["unit"] == "段落") & table["group"].isin(large)]
    return table.pivot(index="code", columns="group", values="n").fillna(0)


def moves(
    seen: pd.DataFrame, material: Material, sources: pd.Series, problems: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Trends, movements and bursts at every frequency: of the reports, where one-passage summaries stand among them."""
    documents, passages = material.documents, material.passages
    form = main_form(form_of(documents, passages))
    shown = {freq: trends_of(seen, passages, documents, freq, sources, form) for freq in FREQUENCIES}
    moved = [movements(seen, passages, documents, freq, sources, form) for freq in FREQUENCIES]
    burst = [bursts(seen, passages, documents, freq, sources, form) for freq in FREQUENCIES]
    changed = [turnover(table, problems) for table in shown.values()]
    return {
        "trends": TRENDS.shape(pd.concat(shown.values(), ignore_index=True)),
        "trends_summaries": TRENDS.empty()
        if form == ALL
        else trends_of(seen, passages, documents, "Y", sources, SUMMARY),
        "movements": MOVEMENTS.shape(pd.concat(moved, ignore_index=True)),
        "bursts": BURSTS.shape(pd.concat(burst, ignore_index=True)),
        "turnover": TURNOVER.shape(pd.concat(changed, ignore_index=True)),
    }


def telling_terms(distinct: pd.DataFrame) -> list[str]:
    """The most distinctive terms of problems, causes and remedies that stand in two documents at least."""
    rows = distinct[distinct["target"].isin(CODED_FACETS) & (distinct["n_documents"] >= 2)]
    rows = rows.sort_values(["log_likelihood", "term"], ascending=[False, True])
    return list(rows.groupby("target", sort=True).head(MOST_DISTINCTIVE)["term"].unique())


def write_outputs(
    tables: dict[str, pd.DataFrame],
    notes: dict[str, str],
    out: Path,
    corpus: Corpus,
    coder: str,
) -> None:
    """Write everything that ``analyze`` promises into ``out``, but for ``run.json``."""
    from nlp.outputs.figures import draw_figures
    from nlp.outputs.report import ReportInput, write_report
    from nlp.outputs.workbook import write_workbook

    for name in WRITTEN:
        write_table(tables[name], out / "tables" / f"{name}.csv")
        write_table(tables[name], out / "tables" / f"{name}.parquet")
    write_table(tables["failures"], out / "failures.csv")
    write_table(tables["dropped"], out / "dropped.csv")
    figures = draw_figures(tables, corpus.codebook, out / "figures")
    write_workbook(tables, corpus.codebook, out / "workbook.xlsx")
    shown = {"编码者": coder, "随机种子": SEED, **{f"{k} 版本": v for k, v in corpus.versions.items()}}
    write_report(ReportInput(tables, corpus.codebook, figures, notes, shown), out / "report.html")


def run_facts(
    tables: dict[str, pd.DataFrame],
    inputs: Sequence[str | Path],
    corpus: Corpus,
    coder: str,
    options: ReadOptions,
) -> dict[str, object]:
    """What is needed to repeat a run: inputs with hashes, how they were read, versions, seed, row counts."""
    found = [each for each in discover(inputs, options.redact) if each.fault is None]
    usual = asdict(ReadOptions())
    return {
        "inputs": [{"source": each.source, "sha256": digest([each.path])} for each in found],
        "reading": {name: value for name, value in asdict(options).items() if value != usual[name]},
        "coder": coder,
        "seed": SEED,
        "versions": corpus.versions,
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
        "rows": {name: len(table) for name, table in sorted(tables.items())},
        "undated_documents": undated(tables["documents"]),
    }


def tables_from(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    corpus: Corpus,
    themes: Sequence[Themes] | None = None,
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """The tables of ``analyze`` from those of its first steps, and notes on the themes (found here if not given)."""
    from nlp.outputs.draft import compose

    nothing = {schema.name: schema.empty() for schema in (DROPPED, CONFLICTS, FAILURES, ABSTAINED)}
    material = Material(documents, passages, nothing["dropped"], nothing["conflicts"], nothing["failures"])
    tokens = tokenize(passages, corpus.lexicon)
    if themes is None:
        found, notes = all_themes(tokens, labels, material, corpus)
    else:
        found, notes = joined(themes), notes_of(themes)
    tables = {
        "documents": documents,
        "passages": passages,
        "tokens": tokens,
        "labels": labels,
        **nothing,
        **found,
        **measures(tokens, labels, material, corpus, found["theme_passages"]),
    }
    draft = compose(tables, corpus.codebook)
    return tables | {"evidence": draft.evidence, "settings": draft.settings}, notes


def report_from(tables: dict[str, pd.DataFrame], notes: dict[str, str], corpus: Corpus, path: Path) -> Path:
    """Write the page, its figures beside it."""
    from nlp.outputs.figures import draw_figures
    from nlp.outputs.report import ReportInput, write_report

    figures = draw_figures(tables, corpus.codebook, path.parent / "figures")
    facts = {"随机种子": SEED, **{f"{name} 版本": value for name, value in corpus.versions.items()}}
    return write_report(ReportInput(tables, corpus.codebook, figures, notes, facts), path)


def workbook_from(tables: dict[str, pd.DataFrame], corpus: Corpus, path: Path) -> Path:
    """Write the workbook."""
    from nlp.outputs.workbook import write_workbook

    path.parent.mkdir(parents=True, exist_ok=True)
    return write_workbook(tables, corpus.codebook, path)


def draft_from(tables: dict[str, pd.DataFrame], corpus: Corpus, path: Path) -> Path:
    """Write the draft, the figures that it holds beside it."""
    from nlp.outputs.draft import compose, write_draft
    from nlp.outputs.figures import draw_figures
    from nlp.outputs.word_gb9704 import Picture

    draft = compose(tables, corpus.codebook)
    wanted = [block.name for block in draft.blocks if isinstance(block, Picture)]
    draw_figures(tables, corpus.codebook, path.parent / "figures", wanted)
    return write_draft(draft, path.parent / "figures", path)
