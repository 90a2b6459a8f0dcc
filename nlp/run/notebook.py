"""The method in a notebook: one call a step, tables in and tables out. ``nlp.PUBLIC`` lists what ``nlp`` offers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from nlp.base.progress import metered, steps
from nlp.corpus.folder import Corpus, open_corpus
from nlp.corpus.lexicon import Lexicon
from nlp.engine.choice import Engine
from nlp.measures import bursts as bursts_room
from nlp.measures import links as links_room
from nlp.measures import movements as movements_room
from nlp.measures import trends as trends_room
from nlp.measures import turnover as turnover_room
from nlp.outputs.word_gb9704 import write_official
from nlp.outputs.workbook import write_workbook as write_sheets
from nlp.readers.source import ReadOptions
from nlp.run.analyze import analyze as main_job
from nlp.run.batch import classify as batch
from nlp.run.clock import Clock
from nlp.run.how import SEED, How
from nlp.run.queries import keyness_of
from nlp.run.results import write_page_alone
from nlp.run.run import Run
from nlp.run.stages.coding import coding_of
from nlp.run.stages.reading import settled
from nlp.statements.briefing import points_of
from nlp.tables import ABSTAINED, CONFLICTS, DROPPED, FAILURES, FORMS, MACHINE_ABSTAINED, MACHINE_LABELS, THEME_NOTES
from nlp.text.reuse import independent_sources, mark_reuse
from nlp.text.segment import segment_documents
from nlp.topics import themes as themes_room
from nlp.topics.models import DEFAULT_MODEL
from nlp.topics.themes import Themes, joined, notes_of
from nlp.training.coder import DEFAULT_CODER
from nlp.words import tokens as tokens_room

ALL = FORMS[0]


# From files to coded passages -----------------------------------------------------------------------------------------


def read_documents(
    *inputs: str | Path, corpus: Corpus | None = None, options: ReadOptions | None = None
) -> pd.DataFrame:
    """读入文件或文件夹，去噪、分篇。

    Read files or folders into DOCUMENTS, a row a document; what could not be read is told in
    ``documents.attrs["failures"]``, what cleaning removed in ``attrs["dropped"]``, doubtful dates in
    ``attrs["conflicts"]`` (lists of rows).

    >>> nlp.read_documents("../corpus/reports/A*.docx")                            # doctest: +SKIP
    """
    with steps() as tell:
        run = Run(corpus or open_corpus(), How(options or ReadOptions()), inputs, clock=Clock(tell))
        documents = run["documents"]
    for table in (FAILURES, DROPPED, CONFLICTS):
        documents.attrs[table.name] = run[table.name].to_dict("records")
    return documents


def segment(
    documents: pd.DataFrame, lexicon: Lexicon, corpus: Corpus | None = None, coder: str = DEFAULT_CODER
) -> pd.DataFrame:
    """把文档切成段落（角色变了就另起一段，与命令切得一样），标出雷同的段落。

    Cut DOCUMENTS into PASSAGES of one role each; ``reuse_of`` names the earlier passage that one was copied from.
    """
    with steps() as tell:
        tell("切段")
        pieces = segment_documents(documents, lexicon)
        passages = settled(pieces, corpus or open_corpus(), coder, Engine(1)) if len(pieces) else pieces
        return mark_reuse(passages, documents, lexicon)


def sources(documents: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """每篇文档的独立来源：互相抄来的算一个。

    Independent source of every document, for the arguments called ``sources``; index = document_id.
    """
    return independent_sources(documents, passages)


def tokenize(passages: pd.DataFrame, lexicon: Lexicon, workers: int = 1) -> pd.DataFrame:
    """分词。

    Segment PASSAGES into TOKENS, a row a token with its place in the passage.
    """
    with steps() as tell:
        tell("分词")
        return tokens_room.tokenize(passages, lexicon, workers)


def code_passages(passages: pd.DataFrame, corpus: Corpus, coder: str = DEFAULT_CODER) -> pd.DataFrame:
    """判定每段的角色与代码。

    Code PASSAGES: role, codes, evidence, calibrated scores. Returns LABELS; ``coder`` is learned or rules.
    """
    with steps() as tell:
        tell("角色与代码")
        return coding_of(passages, corpus, coder, Engine()).labels


def fit_themes(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    facet: str,
    corpus: Corpus | None = None,
    seed: int = SEED,
    passages: pd.DataFrame | None = None,
    documents: pd.DataFrame | None = None,
    sources: pd.Series | None = None,
    bigrams: bool = False,
    model: str = DEFAULT_MODEL,
) -> Themes:
    """归出一个维度（manifestation、cause、remedy）的主题。

    Find the themes of one facet. With PASSAGES, DOCUMENTS and sources, copies are left out and shares, quotations and
    spread are filled; with ``bigrams`` two terms side by side are terms too. The result holds tables (``themes``,
    ``terms``, ``passages``, ``decision``, …) and a ``note``.
    """
    opened = corpus or open_corpus()
    copies: frozenset[str] = frozenset()
    if passages is not None:
        copies = frozenset(passages.loc[passages["reuse_of"].notna(), "passage_id"])
    with steps() as tell:
        tell("主题")
        return themes_room.fit_themes(
            tokens,
            labels,
            facet,
            opened.lexicon.stopwords,
            copies,
            seed,
            model,
            passages=passages,
            documents=documents,
            sources=sources,
            codebook=opened.codebook,
            lexicon=opened.lexicon,
            bigrams=bigrams,
        )


# Counting -------------------------------------------------------------------------------------------------------------


def trends(
    table: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    terms: Sequence[str] | None = None,
    sources: pd.Series | None = None,
    passages: pd.DataFrame | None = None,
    lexicon: Lexicon | None = None,
    form: str = ALL,
) -> pd.DataFrame:
    """词（给 tokens）或代码与角色（给 labels）逐年、半年、季、月的次数与占比。

    Trends of terms (given TOKENS) or of codes and roles (given LABELS). Returns TRENDS.

    ``freq`` is Y, H, Q or M; ``sources`` (:func:`sources`) counts copies once in the unit 独立来源; ``passages`` and
    ``lexicon`` count terms on the text, short ones inside longer terms too; ``form`` takes 报告 or 短材料 only.
    """
    if "facet" in table.columns:
        return trends_room.code_trends(table, documents, freq, sources, form)
    return trends_room.trends(table, documents, freq, terms, sources, passages, lexicon, form)


def movements(
    table: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    terms: Sequence[str] | None = None,
    sources: pd.Series | None = None,
    form: str = ALL,
) -> pd.DataFrame:
    """每个词或代码的走势：登场、退场、上升、下降，附检验与前后两段之差。

    How every term (given TOKENS) or code (given LABELS) moves, corrected for many comparisons. Returns MOVEMENTS.
    """
    return movements_room.movements(occurrences(table, terms), table, documents, freq, sources, form)


def bursts(
    table: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    terms: Sequence[str] | None = None,
    sources: pd.Series | None = None,
    form: str = ALL,
) -> pd.DataFrame:
    """每个词或代码的突增时期（Kleinberg 2002）。

    Bursts of terms (given TOKENS) or codes (given LABELS), the strongest first. Returns BURSTS.
    """
    return bursts_room.bursts(occurrences(table, terms), table, documents, freq, sources, form)


def turnover(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    corpus: Corpus | None = None,
    freq: str = "Y",
    sources: pd.Series | None = None,
    form: str = ALL,
) -> pd.DataFrame:
    """提法换了多少，问题换了多少：与上一期相比的距离，0 不变，1 全换。

    How far slogans (``lexicon/slogans.csv``) and problems of a period differ from the one before. Returns TURNOVER.
    """
    opened = corpus or open_corpus()
    phrases = opened.slogans()
    said = trends_room.phrase_occurrences(passages, tokens, phrases, opened.lexicon)
    seen = pd.concat([said, trends_room.code_occurrences(labels)], ignore_index=True)
    counted = trends_room.trends_of(seen, passages, documents, freq, sources, form)
    return turnover_room.turnover(counted, opened.codebook.of("manifestation"))


def occurrences(table: pd.DataFrame, terms: Sequence[str] | None) -> pd.DataFrame:
    """OCCURRENCES of the codes of LABELS, or of ``terms`` (None: the forty in most documents) in TOKENS."""
    if "facet" in table.columns:
        return trends_room.code_occurrences(table)
    return trends_room.term_occurrences(table, list(terms) if terms else trends_room.frequent_terms(table))


def keyness_between(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    target: str,
    reference: str | None = None,
    by: str = "role",
    corpus: Corpus | None = None,
    everything: bool = False,
) -> pd.DataFrame:
    """一组材料比另一组多用哪些词；``by`` 可为 role、code、year、form、kind_of_unit、organ、genre。

    KEYNESS of group ``target`` against ``reference`` (None: all others), the largest effect first. Roles and codes are
    given by id or by Chinese name.
    """
    given = {"tokens": tokens, "labels": labels, "passages": passages, "documents": documents}
    run = Run(corpus or open_corpus(), tables=given)
    return keyness_of(run, by, target, reference, everything)


def gaps(
    labels: pd.DataFrame, documents: pd.DataFrame, corpus: Corpus | None = None, sources: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """诊断与开方的缺口：逐单位的名单，和全部语料的占比。

    What units diagnose without prescribing, and the other way round. Returns GAPS and GAP_SHARES.
    """
    return links_room.gaps(labels, documents, (corpus or open_corpus()).answers(), sources)


# Whole jobs -----------------------------------------------------------------------------------------------------------


def analyze(
    *inputs: str | Path,
    out: str | Path,
    corpus: Corpus | None = None,
    coder: str | None = None,
    options: ReadOptions | None = None,
) -> Run:
    """主要任务，同命令 ``analyze``：写出结果文件夹，交回全部表（按名字取）。

    Run the main job into folder ``out``; returns the run, a mapping from names to tables. Raises DataError if nothing
    could be read.
    """
    with steps() as tell:
        chosen = How(options or ReadOptions(), coder or DEFAULT_CODER)
        return main_job(inputs, Path(out), corpus or open_corpus(), chosen, tell)


def classify(
    *inputs: str | Path,
    out: str | Path,
    corpus: Corpus | None = None,
    unit: str = "document",
    form: str = "csv",
    coder: str | None = None,
    workers: int = 0,
    resume: bool = False,
    options: ReadOptions | None = None,
) -> batch.Classified:
    """批量分类，同命令 ``classify``；``unit="passage"`` 时表格一行就是一段。

    Classify inputs into folder ``out``; the result's ``passages``, ``documents`` and ``failures`` are tables. Raises
    DataError if ``out`` holds results already and ``resume`` is not given.
    """
    with metered() as meter:
        chosen = How(options or ReadOptions(), coder or DEFAULT_CODER, engine=Engine(workers))
        opened = corpus or open_corpus()
        return batch.classify(inputs, Path(out), opened, chosen, unit, form, resume, meter.step, meter.watch)


def write_report(
    path: str | Path,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    themes: Themes | Sequence[Themes] | None = None,
    corpus: Corpus | None = None,
) -> Path:
    """从已有的表写出 ``report.html``；不给主题就当场去找。

    Write the page; what it needs besides is made on the way, themes too where none are given.
    """
    with steps() as tell:
        return write_page_alone(run_of(documents, passages, labels, themes, corpus, Clock(tell)), Path(path))


def write_workbook(
    path: str | Path,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    themes: Themes | Sequence[Themes] | None = None,
    corpus: Corpus | None = None,
) -> Path:
    """从已有的表写出 ``workbook.xlsx``。

    Write the workbook; arguments as for :func:`write_report`.
    """
    with steps() as tell:
        run = run_of(documents, passages, labels, themes, corpus, Clock(tell))
        return write_sheets(dict(run), run.corpus.codebook, Path(path), points_of(run.draft))


def write_draft(
    path: str | Path,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    themes: Themes | Sequence[Themes] | None = None,
    corpus: Corpus | None = None,
) -> Path:
    """从已有的表写出 ``报告底稿.docx``；证据编号对着 :func:`write_workbook` 的“证据”表。

    Write the draft as a Word document; arguments as for :func:`write_report`.
    """
    with steps() as tell:
        run = run_of(documents, passages, labels, themes, corpus, Clock(tell))
        return write_official(run.draft.blocks, Path(path))


def run_of(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    themes: Themes | Sequence[Themes] | None,
    corpus: Corpus | None,
    clock: Clock,
) -> Run:
    """A run of tables that are made already; the rest is made when it is asked for."""
    given = {"documents": documents, "passages": passages, "labels": labels}
    given |= {table.name: table.empty() for table in (DROPPED, CONFLICTS, FAILURES, ABSTAINED)}
    given |= {MACHINE_LABELS.name: labels, MACHINE_ABSTAINED.name: ABSTAINED.empty()}
    if themes is not None:
        found = [themes] if isinstance(themes, Themes) else list(themes)
        given |= joined(found) | {THEME_NOTES.name: THEME_NOTES.frame(notes_of(found).items())}
    return Run(corpus or open_corpus(), tables=given, clock=clock)
