"""The method in a notebook: one call a step, tables in and tables out. ``__all__`` is what ``nlp`` offers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.base.errors import DataError
from nlp.base.progress import metered, steps
from nlp.corpus.folder import Corpus, open_corpus
from nlp.corpus.lexicon import Lexicon, load_phrases
from nlp.intake.inputs import read_inputs, with_hints
from nlp.intake.manifest import manifest_of
from nlp.measures import bursts as bursts_room
from nlp.measures import links as links_room
from nlp.measures import movements as movements_room
from nlp.measures import prevalence as prevalence_room
from nlp.measures import trends as trends_room
from nlp.measures import turnover as turnover_room
from nlp.measures.collocation import collocation
from nlp.measures.keyness import keyness
from nlp.measures.kwic import kwic
from nlp.measures.links import chains, links
from nlp.readers.source import ReadOptions
from nlp.run import pipeline
from nlp.run.batch import classify as batch
from nlp.run.single_results import Run, keyness_of
from nlp.tables import FAILURES, FORMS, ROLES, TABLES
from nlp.text.clean import clean_sources
from nlp.text.documents import build_documents
from nlp.text.reuse import independent_sources, mark_reuse
from nlp.text.segment import segment_documents
from nlp.topics import themes as themes_room
from nlp.topics.themes import Themes
from nlp.training.coder import DEFAULT_CODER
from nlp.words.tokens import tokenize as tokenize_table

__all__ = [
    "Corpus",
    "analyze",
    "bursts",
    "chains",
    "chinese",
    "classify",
    "code_passages",
    "collocation",
    "figure",
    "figures",
    "fit_themes",
    "gaps",
    "keyness",
    "keyness_between",
    "kwic",
    "links",
    "movements",
    "open_corpus",
    "prevalence",
    "read_documents",
    "segment",
    "sources",
    "tokenize",
    "trends",
    "turnover",
    "use_chinese_font",
    "word_cloud",
    "write_draft",
    "write_report",
    "write_workbook",
]

ALL = FORMS[0]
CODES_IN = [  # columns whose values are codes or roles
    *("code", "codes", "primary", "role", "item", "target", "reference", "source_code", "target_code", "cause"),
    *("manifestation", "remedy", "wanted", "facet"),
]


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
    opened = corpus or open_corpus()
    with steps() as tell:
        tell("读入")
        texts, failures = read_inputs(inputs, with_hints(options or ReadOptions(), opened.lexicon))
        cleaned, noise = clean_sources(texts, opened.lexicon)
        documents, conflicts, repeats = build_documents(cleaned, opened.lexicon, manifest_of(inputs))
    documents.attrs["failures"] = failures.to_dict("records")
    documents.attrs["dropped"] = pd.concat([noise, repeats]).to_dict("records")
    documents.attrs["conflicts"] = conflicts.to_dict("records")
    return documents


def segment(documents: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """把文档切成段落，标出雷同的段落。

    Cut DOCUMENTS into PASSAGES; ``reuse_of`` names the earlier passage that one was copied from.
    """
    with steps() as tell:
        tell("切段")
        return mark_reuse(segment_documents(documents, lexicon), documents, lexicon)


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
        return tokenize_table(passages, lexicon, workers)


def code_passages(passages: pd.DataFrame, corpus: Corpus, coder: str = DEFAULT_CODER) -> pd.DataFrame:
    """判定每段的角色与代码。

    Code PASSAGES: role, codes, evidence, calibrated scores. Returns LABELS; ``coder`` is learned or rules.
    """
    with steps() as tell:
        tell("角色与代码")
        return pipeline.coding_of(passages, corpus, coder).labels


def fit_themes(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    facet: str,
    corpus: Corpus | None = None,
    seed: int = 7,
    passages: pd.DataFrame | None = None,
    documents: pd.DataFrame | None = None,
    sources: pd.Series | None = None,
    bigrams: bool = False,
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
            passages=passages,
            documents=documents,
            sources=sources,
            codebook=opened.codebook,
            lexicon=opened.lexicon,
            bigrams=bigrams,
        )


# Counting -------------------------------------------------------------------------------------------------------------


def prevalence(
    labels: pd.DataFrame, documents: pd.DataFrame, by: str | None = None, sources: pd.Series | None = None
) -> pd.DataFrame:
    """各代码、角色的占比与区间；``by`` 可为 year、form、kind_of_unit、organ、genre。

    Count codes and roles in passages, documents and independent sources, with Wilson intervals. Returns PREVALENCE.
    """
    return prevalence_room.prevalence(labels, documents, by, sources)


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
    phrases = load_phrases(opened.folder / "lexicon" / "slogans.csv")
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
    run = Run(corpus or open_corpus(), documents, passages, FAILURES.empty(), DEFAULT_CODER, tokens, labels)
    return keyness_of(run, by, target, reference, everything)


def gaps(
    labels: pd.DataFrame, documents: pd.DataFrame, corpus: Corpus | None = None, sources: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """诊断与开方的缺口：逐单位的名单，和全部语料的占比。

    What units diagnose without prescribing, and the other way round. Returns GAPS and GAP_SHARES.
    """
    return links_room.gaps(labels, documents, links_room.load_answers(corpus or open_corpus()), sources)


# Whole jobs -----------------------------------------------------------------------------------------------------------


def analyze(
    *inputs: str | Path, out: str | Path, corpus: Corpus | None = None, coder: str | None = None
) -> dict[str, pd.DataFrame]:
    """主要任务，同命令 ``analyze``：写出结果文件夹，交回全部表。

    Run the main job into folder ``out``; returns the tables by name. Raises DataError if nothing could be read.
    """
    with steps() as tell:
        return pipeline.analyze(inputs, Path(out), corpus or open_corpus(), coder=coder, tell=tell)


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
        return batch.classify(
            inputs,
            Path(out),
            corpus or open_corpus(),
            unit,
            form,
            options,
            coder,
            workers,
            meter.step,
            resume=resume,
            watch=meter.watch,
        )


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
    opened = corpus or open_corpus()
    return pipeline.report_from(*tables_for(documents, passages, labels, themes, opened), opened, Path(path))


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
    opened = corpus or open_corpus()
    tables, _ = tables_for(documents, passages, labels, themes, opened)
    return pipeline.workbook_from(tables, opened, Path(path))


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
    opened = corpus or open_corpus()
    tables, _ = tables_for(documents, passages, labels, themes, opened)
    return pipeline.draft_from(tables, opened, Path(path))


def tables_for(
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    themes: Themes | Sequence[Themes] | None,
    corpus: Corpus,
) -> tuple[dict[str, pd.DataFrame], dict[str, str]]:
    """All tables that the outputs are made of, and notes on the themes."""
    given = [themes] if isinstance(themes, Themes) else themes
    with steps() as tell:
        tell("统计")
        return pipeline.tables_from(documents, passages, labels, corpus, given)


# Showing --------------------------------------------------------------------------------------------------------------


def figures() -> pd.Series:
    """能画哪些图：索引是图名，值是标题。

    Titles of all figures by the name that :func:`figure` takes.
    """
    from nlp.outputs.figures import FIGURE_TITLES

    return pd.Series(FIGURE_TITLES, name="标题").rename_axis("图名")


def figure(name: str, corpus: Corpus | None = None, **tables: pd.DataFrame) -> Any:
    """画一张图；表按名字给出，如 ``nlp.figure("roles", prevalence=表)``，或 ``nlp.figure("roles", **tables)``。

    Draw a figure (:func:`figures` lists them). Returns None where the tables hold too little for it.

    Raises
    ------
    DataError
        For an unknown name, or a table that the figure needs and that was not given.
    """
    from nlp.outputs.figures import FIGURES

    if name not in FIGURES:
        raise DataError.at(f"没有这张图：{name}", where="nlp.figure", fix=f"用 {'、'.join(FIGURES)} 之一")
    try:
        return FIGURES[name](tables, (corpus or open_corpus()).codebook)
    except KeyError as fault:
        if fault.args[0] not in TABLES and not str(fault.args[0]).startswith(("prevalence", "keyness")):
            raise
        raise DataError.at(
            f"这张图还要一张表：{fault.args[0]}", where=f"nlp.figure({name!r})", fix=f"加上 {fault.args[0]}=…"
        ) from fault


def word_cloud(
    weights: Mapping[str, float] | pd.Series, title: str = "", note: str = "字的面积与给出的数成正比"
) -> Any:
    """词云：词 → 权重。

    A word cloud of ``weights`` (term → weight above 0); the same picture for the same weights. None without words.
    """
    from nlp.outputs.figures.clouds import one_cloud

    given = {str(term): float(weight) for term, weight in weights.items() if weight > 0}
    return one_cloud(given, title, note)


def use_chinese_font() -> str:
    """让 matplotlib 自己的图也能写汉字；交回字体名。

    Make the packaged font the default of matplotlib in this session. The figures of :func:`figure` do not need it.
    """
    from nlp.outputs.fonts import make_default

    return make_default()


def chinese(table: pd.DataFrame, names: Mapping[str, str] | None = None, corpus: Corpus | None = None) -> pd.DataFrame:
    """同一张表，换上中文列名，便于阅读；代码和角色的编号换成名称。

    Parameters
    ----------
    table : any table of this package, or some of its columns; column names come from the schema that it fits best
    names : column → Chinese name, where another is wanted
    corpus : whose codebook names the codes; None takes the one that ships with the project
    """
    codebook = (corpus or open_corpus()).codebook
    fits = max(TABLES.values(), key=lambda schema: len(set(schema.names) & set(table.columns)) / len(schema.names))
    known = {c.name: c.meaning for schema in (*TABLES.values(), fits) for c in schema.columns}
    heads = {name: re.split("[（：，；]| = ", meaning)[0] for name, meaning in known.items()}
    heads |= {
        "n": "数",
        "denominator": "分母",
        "share": "占比",
        "low": "区间下限",
        "high": "区间上限",
        "item": "词或代码",
        "q": "校正后的 p",
    }
    heads |= names or {}
    named = {code.id: code.name for code in codebook.codes} | {role: codebook.role_name(role) for role in ROLES}
    shown = table.copy()
    for column in shown.columns.intersection(CODES_IN):
        shown[column] = shown[column].map(lambda value: in_words(value, named))
    return shown.rename(columns={name: heads[name] for name in table.columns if name in heads})


def in_words(value: object, named: Mapping[str, str]) -> object:
    """A code, or several joined by ``;`` or ``、``, by name; anything else as it is."""
    if not isinstance(value, str):
        return value
    for mark in (";", "、"):
        if mark in value and all(part in named for part in value.split(mark)):
            return "、".join(named[part] for part in value.split(mark))
    return named.get(value, value)
