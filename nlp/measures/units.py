"""What each unit writes of, year by year, and how many units write of it; a unit is an organ that documents name."""

from __future__ import annotations

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS
from nlp.measures.forms import ALL
from nlp.measures.prevalence import with_interval
from nlp.tables import GAP_KINDS, UNIT_CODES, UNIT_SHARES, UNITS

PLURAL = {"manifestation": "n_manifestations", "cause": "n_causes", "remedy": "n_remedies"}


def documents_of_units(documents: pd.DataFrame, passages: pd.DataFrame) -> pd.DataFrame:
    """Documents that gave passages and name their organ: unit, its commonest ``kind_of_unit``, ``year``, ``genre``."""
    filled = documents["document_id"].isin(passages["document_id"]) & (documents["organ"].fillna("") != "")
    mine = documents[filled].assign(unit=documents["organ"], year=documents["date"].str[:4])
    kinds = mine.groupby(["unit", "kind_of_unit"]).size().reset_index(name="n")
    kinds = kinds.sort_values(["unit", "n", "kind_of_unit"], ascending=[True, False, True]).drop_duplicates("unit")
    mine["kind_of_unit"] = mine["unit"].map(kinds.set_index("unit")["kind_of_unit"])
    return mine[["document_id", "unit", "kind_of_unit", "year", "genre"]]


def unit_codes(labels: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """UNIT_CODES of LABELS and :func:`documents_of_units`: a row a unit, period and code."""
    coded = labels[labels["facet"].isin(CODED_FACETS)].merge(placed.drop(columns="genre"), on="document_id")
    # From its own rows: an empty table would take on all rows of another table's column.
    by_year = coded[coded["year"].notna()].assign(period=lambda rows: rows["year"])
    seen = pd.concat([coded.assign(period=ALL), by_year], ignore_index=True)
    if seen.empty:
        return UNIT_CODES.empty()
    keys = ["unit", "period", "facet", "code"]
    sure = seen[seen["sure"]].groupby(keys)
    best = seen.sort_values([*keys, "sure", "score", "passage_id"], ascending=[*[True] * 4, False, False, True])
    table = best.drop_duplicates(keys).set_index(keys)[["kind_of_unit", "document_id", "passage_id"]]
    counts = {
        "n": sure["document_id"].nunique(),
        "n_passages": sure["passage_id"].nunique(),
        "n_with_doubtful": seen.groupby(keys)["document_id"].nunique(),
        "n_passages_with_doubtful": seen.groupby(keys)["passage_id"].nunique(),
    }
    table = table.assign(**{name: part.reindex(table.index, fill_value=0) for name, part in counts.items()})
    table = table.reset_index()
    whole, yearly = placed.groupby("unit").size(), placed.groupby(["unit", "year"]).size()
    sizes = {(str(unit), ALL): n for unit, n in whole.items()} | yearly.to_dict()
    table["denominator"] = [sizes[unit, period] for unit, period in zip(table["unit"], table["period"], strict=True)]
    return UNIT_CODES.shape(table)


def unit_shares(codes: pd.DataFrame, placed: pd.DataFrame) -> pd.DataFrame:
    """UNIT_SHARES of UNIT_CODES: units with a code out of all, and out of those of a kind."""
    units = placed.drop_duplicates("unit")
    whole = codes[codes["period"] == ALL]
    parts = []
    for by in (None, "kind_of_unit"):
        group = whole["kind_of_unit"] if by else pd.Series(ALL, index=whole.index)
        totals = units[by].value_counts() if by else pd.Series({ALL: len(units)})
        counted = whole.assign(group=group, sure=whole["n"] > 0).dropna(subset=["group"])
        part = counted.groupby(["facet", "code", "group"])["sure"].agg(["sum", "size"]).reset_index()
        part.columns = pd.Index(["facet", "code", "group", "n", "n_with_doubtful"])
        parts.append(part.assign(denominator=part["group"].map(totals)))
    table = pd.concat(parts, ignore_index=True)
    return UNIT_SHARES.shape(with_interval(table)) if len(table) else UNIT_SHARES.empty()


def units(codes: pd.DataFrame, placed: pd.DataFrame, passages: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    """UNITS: what each unit handed in, how much it names, and its place among the units of its kind."""
    if placed.empty:
        return UNITS.empty()
    grouped = placed.groupby("unit", sort=True)
    size = passages.groupby("document_id").size()
    table = pd.DataFrame(
        {
            "kind_of_unit": grouped["kind_of_unit"].first(),
            "n_documents": grouped.size(),
            "n_passages": placed.assign(n=placed["document_id"].map(size)).groupby("unit")["n"].sum(),
            "years": grouped["year"].agg(joined),
            "genres": grouped["genre"].agg(joined),
        }
    )
    sure = codes[(codes["period"] == ALL) & (codes["n"] > 0)]
    for facet, column in PLURAL.items():
        table[column] = sure[sure["facet"] == facet].groupby("unit").size().reindex(table.index, fill_value=0)
    opened = gaps[gaps["kind"] == GAP_KINDS[0]].groupby("unit").size()
    table["n_open"] = opened.reindex(table.index, fill_value=0)
    kind = table["kind_of_unit"].fillna("")
    table["place"] = table.groupby(kind)["n_manifestations"].rank(method="min", ascending=False).astype(int)
    table["n_of_kind"] = kind.map(kind.value_counts())
    return UNITS.shape(table.reset_index())


def joined(values: pd.Series) -> str | None:
    """Distinct values in order, joined; None where there is none."""
    return "、".join(sorted(values.dropna().astype(str).unique())) or None
