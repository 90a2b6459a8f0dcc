"""The method in a notebook: one call a step, tables in and tables out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from nlp.coding.coder import DEFAULT_CODER
from nlp.corpus import Corpus, open_corpus
from nlp.lexicon import Lexicon
from nlp.measures.prevalence import prevalence as prevalence_table
from nlp.measures.trends import code_trends
from nlp.measures.trends import trends as term_trends
from nlp.pipeline import analyze as run_analysis
from nlp.pipeline import coding_of
from nlp.readers import ReadOptions, read_inputs
from nlp.readers.manifest import manifest_of
from nlp.tables import TABLES
from nlp.text.clean import clean_sources
from nlp.text.documents import build_documents
from nlp.text.reuse import independent_sources, mark_reuse
from nlp.text.segment import segment_documents
from nlp.text.tokens import tokenize as tokenize_table
from nlp.topics.themes import Themes
from nlp.topics.themes import fit_themes as fit_themes_table

__all__ = [
    "analyze",
    "code_passages",
    "fit_themes",
    "prevalence",
    "read_documents",
    "segment",
    "show",
    "sources",
    "tokenize",
    "trends",
    "write_report",
]


def read_documents(
    *inputs: str | Path, corpus: Corpus | None = None, options: ReadOptions | None = None
) -> pd.DataFrame:
    """Read files or folders into DOCUMENTS; what could not be read is told in ``documents.attrs["failures"]``."""
    opened = corpus or open_corpus()
    sources, failures = read_inputs(inputs, options or ReadOptions())
    cleaned, noise = clean_sources(sources, opened.lexicon)
    documents, conflicts, repeats = build_documents(cleaned, opened.lexicon, manifest_of(inputs))
    documents.attrs["failures"] = failures.to_dict("records")
    documents.attrs["dropped"] = pd.concat([noise, repeats]).to_dict("records")
    documents.attrs["conflicts"] = conflicts.to_dict("records")
    return documents


def segment(documents: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Cut DOCUMENTS into PASSAGES, copies marked."""
    return mark_reuse(segment_documents(documents, lexicon), documents, lexicon)


def tokenize(passages: pd.DataFrame, lexicon: Lexicon, workers: int = 1) -> pd.DataFrame:
    """Segment PASSAGES into TOKENS."""
    return tokenize_table(passages, lexicon, workers)


def code_passages(passages: pd.DataFrame, corpus: Corpus, coder: str = DEFAULT_CODER) -> pd.DataFrame:
    """Code PASSAGES: role, codes, evidence, calibrated scores. Returns LABELS."""
    return coding_of(passages, corpus, coder).labels


def fit_themes(
    tokens: pd.DataFrame, labels: pd.DataFrame, facet: str, corpus: Corpus | None = None, seed: int = 7
) -> Themes:
    """Find the themes of one facet (manifestation, cause or remedy)."""
    return fit_themes_table(tokens, labels, facet, (corpus or open_corpus()).lexicon.stopwords, seed=seed)


def prevalence(
    labels: pd.DataFrame, documents: pd.DataFrame, by: str | None = None, sources: pd.Series | None = None
) -> pd.DataFrame:
    """Count codes and roles in passages, documents and independent sources, with intervals."""
    return prevalence_table(labels, documents, by, sources)


def trends(
    table: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    terms: Sequence[str] | None = None,
    sources: pd.Series | None = None,
    passages: pd.DataFrame | None = None,
    lexicon: Lexicon | None = None,
    form: str = "全部",
) -> pd.DataFrame:
    """Trends of terms (given TOKENS) or of codes and roles (given LABELS), per year, half-year, quarter or month.

    ``sources`` (:func:`sources`) counts copies once in the unit 独立来源; ``passages`` and ``lexicon`` count terms on
    the text, short ones inside longer ones too; ``form`` takes 报告 or 短材料 only.
    """
    if "facet" in table.columns:
        return code_trends(table, documents, freq, sources, form)
    return term_trends(table, documents, freq, terms, sources, passages, lexicon, form)


def sources(documents: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """Independent source of every document, for the arguments called ``sources``; index = document_id."""
    return independent_sources(documents, passages)


def analyze(*inputs: str | Path, out: str | Path, corpus: Corpus | None = None) -> dict[str, pd.DataFrame]:
    """Run the main job into folder ``out``; returns the tables."""
    return run_analysis(inputs, Path(out), corpus or open_corpus())


def write_report(
    path: str | Path,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    corpus: Corpus | None = None,
) -> Path:
    """Write ``report.html`` from tables that are already there."""
    from nlp.pipeline import report_from

    return report_from(documents, passages, labels, corpus or open_corpus(), Path(path))


def show(table: pd.DataFrame, names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """The same table with Chinese column names, for reading; they are those of the schema that it fits best."""
    fits = max(TABLES.values(), key=lambda schema: len(set(schema.names) & set(table.columns)) / len(schema.names))
    known = {c.name: c.meaning.split("（")[0].split("：")[0] for c in fits.columns}
    return table.rename(columns={**known, **(names or {})})
