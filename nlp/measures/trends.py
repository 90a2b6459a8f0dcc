"""How terms, codes and roles move over time: counts with denominators per year, quarter or month."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nlp.errors import DataError
from nlp.measures.prevalence import with_interval
from nlp.tables import TRENDS, UNITS_OF_COUNT

FREQUENCIES = {"Y": 4, "M": 7, "Q": 7}  # how many characters of a date each needs


def trends(
    tokens: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    terms: Sequence[str] | None = None,
    sources: pd.Series | None = None,
) -> pd.DataFrame:
    """Count terms per period, in passages, documents and independent sources that hold them.

    Parameters
    ----------
    tokens : TOKENS
    documents : DOCUMENTS; those without a date that goes to ``freq`` are left out (see ``undated``)
    freq : "Y", "Q" or "M"
    terms : which terms; None takes the forty in most documents
    """
    chosen = list(terms) if terms is not None else frequent_terms(tokens)
    items = tokens.loc[tokens["term"].isin(chosen), ["passage_id", "document_id", "term"]].rename(
        columns={"term": "item"}
    )
    all_passages = tokens[["passage_id", "document_id"]].drop_duplicates()
    return moves(items, all_passages, documents, freq, "term", sources)


def code_trends(
    labels: pd.DataFrame, documents: pd.DataFrame, freq: str = "Y", sources: pd.Series | None = None
) -> pd.DataFrame:
    """Count codes and roles per period."""
    all_passages = labels[["passage_id", "document_id"]].drop_duplicates()
    codes = labels[labels["facet"] != "role"].rename(columns={"code": "item"})
    roles = labels[labels["facet"] == "role"].rename(columns={"code": "item"})
    parts = [
        moves(codes, all_passages, documents, freq, "code", sources),
        moves(roles, all_passages, documents, freq, "role", sources),
    ]
    return TRENDS.shape(pd.concat(parts, ignore_index=True))


def moves(
    items: pd.DataFrame,
    all_passages: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str,
    kind: str,
    sources: pd.Series | None,
) -> pd.DataFrame:
    """Count ``item`` per period; a period in which an item is absent is a row with n = 0."""
    period = period_of(documents, freq)
    source = (
        sources if sources is not None else pd.Series(documents["document_id"].array, index=documents["document_id"])
    )
    units = dict(zip(UNITS_OF_COUNT, ("passage_id", "document_id", "source"), strict=True))

    def placed(table: pd.DataFrame) -> pd.DataFrame:
        at = table.assign(period=table["document_id"].map(period), source=table["document_id"].map(source))
        return at.dropna(subset=["period"])

    here, everywhere = placed(items), placed(all_passages)
    periods = sorted(everywhere["period"].unique())
    if here.empty or not periods:
        return TRENDS.empty()
    first = here.groupby(["item", "period"])["passage_id"].min()
    grid = pd.MultiIndex.from_product([sorted(here["item"].unique()), periods], names=["item", "period"])
    parts = []
    for unit, column in units.items():
        n = here.groupby(["item", "period"])[column].nunique().reindex(grid, fill_value=0)
        part = n.rename("n").reset_index()
        part["denominator"] = part["period"].map(everywhere.groupby("period")[column].nunique())
        part["first_passage"] = first.reindex(grid).array
        parts.append(part.assign(unit=unit))
    table = with_interval(pd.concat(parts, ignore_index=True)).assign(kind=kind, freq=freq)
    return TRENDS.shape(table.sort_values(["item", "period", "unit"]))


def period_of(documents: pd.DataFrame, freq: str) -> pd.Series:
    """Period of every document, indexed by document id; None where the date does not go so far."""
    if freq not in FREQUENCIES:
        raise DataError.at(f"不认识的时间粒度：{freq}", where="freq", fix="用 Y（年）、Q（季）或 M（月）")
    date = documents["date"]
    long_enough = date.str.len() >= FREQUENCIES[freq]
    if freq == "Q":
        month = pd.to_numeric(date.str[5:7], errors="coerce")
        value = date.str[:4] + "Q" + ((month - 1) // 3 + 1).astype("Int64").astype("str")
    else:
        value = date.str[: FREQUENCIES[freq]]
    return pd.Series(value.where(long_enough).array, index=documents["document_id"])


def undated(documents: pd.DataFrame, freq: str = "Y") -> int:
    """Number of documents that a trend at ``freq`` has to leave out."""
    return int(period_of(documents, freq).isna().sum())


def frequent_terms(tokens: pd.DataFrame, n: int = 40, stopwords: frozenset[str] = frozenset()) -> list[str]:
    """The terms of two or more characters that stand in most documents, stop words left out."""
    usable = tokens[(tokens["term"].str.len() >= 2) & ~tokens["term"].isin(stopwords)]
    counts = usable.groupby("term")["document_id"].nunique()
    ranked = counts.reset_index().sort_values(["document_id", "term"], ascending=[False, True])
    return [str(term) for term in ranked["term"].head(n)]
