"""Whole reports and one-passage summaries apart: a share of documents that mixes the two says nothing of either."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from nlp.base.errors import DataError
from nlp.tables import COVERAGE, FORMS

ALL, REPORT, SUMMARY, EMPTY = FORMS
KNOWN = (ALL, REPORT, SUMMARY)  # what can be counted; documents without a passage have nothing in them
SHORT = 400  # characters: what one passage can hold
ENOUGH_REPORTS = 5  # fewer reports among summaries make no trend of their own


def form_of(documents: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """报告, 短材料 (one passage, or shorter than a long one), 空 (no passage: cleaning left nothing), by document id.

    Parameters
    ----------
    documents : DOCUMENTS
    passages : PASSAGES, or any table with a row at least for every passage (``passage_id``, ``document_id``)
    """
    return forms_by_size(documents, passages.groupby("document_id")["passage_id"].nunique())


def forms_by_size(documents: pd.DataFrame, n_passages: pd.Series) -> pd.Series:
    """:func:`form_of` from the number of passages by document id; documents that are not named have none."""
    n = n_passages.reindex(documents["document_id"], fill_value=0)
    short = (n == 1) | (documents["n_chars"].to_numpy() < SHORT)
    return pd.Series(REPORT, index=n.index, dtype="str").mask(short, SUMMARY).mask(n == 0, EMPTY)


def main_form(forms: pd.Series) -> str:
    """The form that trends are drawn of: reports where both kinds are there, else all documents."""
    return main_of(forms.value_counts())


def main_of(counts: Mapping[str, int] | pd.Series) -> str:
    """:func:`main_form` from the number of documents by form."""
    return REPORT if counts.get(REPORT, 0) >= ENOUGH_REPORTS and counts.get(SUMMARY, 0) else ALL


def of_form(documents: pd.DataFrame, forms: pd.Series, form: str) -> pd.DataFrame:
    """DOCUMENTS of one form; 全部 takes all. Raises DataError for a word that names no form."""
    if form not in KNOWN:
        raise DataError.at(f"没有这种篇幅：{form}", where="form", fix=f"用 {'、'.join(KNOWN)} 之一")
    return documents if form == ALL else documents[documents["document_id"].map(forms) == form]


def coverage(documents: pd.DataFrame, passages: pd.DataFrame, sources: pd.Series | None = None) -> pd.DataFrame:
    """COVERAGE: how many documents, passages and sources stand in each group, and which are left out of what.

    Parameters
    ----------
    sources : independent source of every document; None takes every document for one
    """
    forms = form_of(documents, passages)
    source = documents["document_id"] if sources is None else documents["document_id"].map(sources)
    facts = documents.assign(
        form=documents["document_id"].map(forms).array,
        year=documents["date"].str[:4],
        n_passages=documents["document_id"].map(passages.groupby("document_id")["passage_id"].nunique()).fillna(0),
        source_group=source.array,
    )
    parts = []
    for by, groups in (
        ("全部", pd.Series(ALL, index=facts.index)),
        ("篇幅", facts["form"]),
        ("单位类别", facts["kind_of_unit"]),
        ("年份", facts["year"]),
    ):
        grouped = facts.assign(by=by, group=groups).groupby(["by", "group"])
        parts.append(
            grouped.agg(
                n_documents=("document_id", "size"),
                n_empty=("form", lambda values: (values == EMPTY).sum()),
                n_undated=("date", lambda values: values.isna().sum()),
                n_passages=("n_passages", "sum"),
                n_sources=("source_group", "nunique"),
            ).reset_index()
        )
    return COVERAGE.shape(pd.concat(parts, ignore_index=True))
