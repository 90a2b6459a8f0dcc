"""How common a code is: in passages, in documents and in independent sources, with intervals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nlp.base.errors import DataError
from nlp.measures.forms import ALL, REPORT, SUMMARY, form_of, forms_by_size, main_form, of_form
from nlp.statistics.intervals import wilson
from nlp.tables import CODE_COUNTS, GROUPINGS, PREVALENCE, PREVALENCE_WITHIN, UNITS_OF_COUNT


def prevalence(
    labels: pd.DataFrame, documents: pd.DataFrame, by: str | None = None, sources: pd.Series | None = None
) -> pd.DataFrame:
    """Count every code and role, overall or by an attribute of the documents.

    Parameters
    ----------
    labels : LABELS of one coder
    documents : DOCUMENTS
    by : ``year``, ``form`` (reports and one-passage summaries apart), or a column of DOCUMENTS (organ, kind_of_unit,
        genre…); None counts over all
    sources : independent source of every document (``reuse.independent_sources``); None takes every document for one

    Returns
    -------
    PREVALENCE, three rows a code and group: passages out of the group's passages, documents out of its documents,
    independent sources out of its sources; share with the Wilson interval, and with the doubtful. Documents of which
    cleaning left no passage are in no denominator; ``n_empty`` tells how many there are in the group
    """
    return prevalence_of(count_codes(labels), documents, by, sources)


def count_codes(labels: pd.DataFrame) -> pd.DataFrame:
    """LABELS → CODE_COUNTS: passages with a code, and passages with any label, document by document."""
    keys = ["facet", "code", "document_id"]
    every = labels.groupby(keys, sort=True)["passage_id"].nunique()
    sure = labels[labels["sure"]].groupby(keys)["passage_id"].nunique().reindex(every.index, fill_value=0)
    all_of = labels.groupby("document_id", sort=True)["passage_id"].nunique()
    by_code = pd.DataFrame({"n": sure, "n_with_doubtful": every}).reset_index()
    whole = pd.DataFrame({"n": all_of, "n_with_doubtful": all_of}).reset_index()
    return CODE_COUNTS.shape(pd.concat([by_code, whole], ignore_index=True))


def prevalence_of(
    counts: pd.DataFrame, documents: pd.DataFrame, by: str | None = None, sources: pd.Series | None = None
) -> pd.DataFrame:
    """:func:`prevalence` from CODE_COUNTS; sources, which may spread over parts, are counted here."""
    size = counts[counts["code"].isna()].set_index("document_id")["n"]
    group = forms_by_size(documents, size) if by == "form" else group_of(documents, by)
    source = (
        sources if sources is not None else pd.Series(documents["document_id"].array, index=documents["document_id"])
    )
    rows = counts.assign(group=counts["document_id"].map(group), source_group=counts["document_id"].map(source)).dropna(
        subset=["group"]
    )
    coded, whole = rows[rows["code"].notna()], rows[rows["code"].isna()]
    how = {"段落": ("n", "sum"), "文档": ("document_id", "nunique"), "独立来源": ("source_group", "nunique")}
    parts = []
    for unit in UNITS_OF_COUNT:
        column, reduce = how[unit]
        keys = ["facet", "code", "group"]
        every = coded.groupby(keys)["n_with_doubtful" if column == "n" else column].agg(reduce)
        sure = coded[coded["n"] > 0].groupby(keys)[column].agg(reduce).reindex(every.index, fill_value=0)
        part = pd.DataFrame({"n": sure, "n_with_doubtful": every}).reset_index()
        denominator = whole.groupby("group")[column].agg(reduce)
        parts.append(part.assign(unit=unit, denominator=part["group"].map(denominator)))
    empty = group[~group.index.isin(size.index)].value_counts()
    table = pd.concat(parts, ignore_index=True)
    table["n_empty"] = table["group"].map(empty).fillna(0)
    return PREVALENCE.shape(with_interval(table).sort_values(["facet", "code", "group", "unit"]))


def prevalence_within(counts: pd.DataFrame, documents: pd.DataFrame, sources: pd.Series | None = None) -> pd.DataFrame:
    """PREVALENCE_WITHIN from CODE_COUNTS: by kind of unit and by year, reports and one-passage summaries apart.

    Empty where there are not both, or too few reports to be told apart (``main_form``): then PREVALENCE says it.
    """
    forms = forms_by_size(documents, counts[counts["code"].isna()].set_index("document_id")["n"])
    if main_form(forms) == ALL:
        return PREVALENCE_WITHIN.empty()
    parts = [
        prevalence_of(counts, of_form(documents, forms, form), column, sources).assign(form=form, by=by)
        for form in (REPORT, SUMMARY)
        for column, by in zip(("kind_of_unit", "year"), GROUPINGS, strict=True)
    ]
    return PREVALENCE_WITHIN.shape(pd.concat(parts, ignore_index=True))


def group_of(documents: pd.DataFrame, by: str | None, passages: pd.DataFrame | None = None) -> pd.Series:
    """Group of every document, indexed by document id; documents without the attribute have none.

    Raises
    ------
    DataError
        For an attribute that documents do not have.
    """
    index = documents["document_id"]
    if by is None:
        return pd.Series(ALL, index=index)
    if by == "form" and passages is not None:
        return form_of(documents, passages)
    if by != "year" and by not in documents.columns:
        raise DataError.at(f"文档没有这一列：{by}", where="by", fix="用 year、form、kind_of_unit、organ 或 genre")
    values = documents["date"].str[:4] if by == "year" else documents[by]
    return pd.Series(values.array, index=index)


def with_interval(table: pd.DataFrame) -> pd.DataFrame:
    """Add shares and the Wilson interval to the columns ``n``, ``n_with_doubtful`` and ``denominator``."""
    share = wilson(table["n"].to_numpy(float), table["denominator"].to_numpy(float))
    with_doubtful = table["n_with_doubtful"].to_numpy(float) / table["denominator"].replace(0, np.nan).to_numpy(float)
    return table.assign(**share.columns("share"), share_with_doubtful=with_doubtful)


def sure_of(labels: pd.DataFrame) -> pd.DataFrame:
    """LABELS without the doubtful codes; every passage keeps its role, and so stays in the denominators."""
    return labels[labels["sure"] | (labels["facet"] == "role")]
