"""Links, gaps, and counts by kind of unit and year, as tables whose numbers open what they count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.measures.forms import ALL
from nlp.outputs.figures.heat import unit_shown
from nlp.outputs.page import number
from nlp.outputs.telling import share_text
from nlp.statements.ranking import forms_apart

PAIRS, CHAINS, TERMS = 12, 10, 20  # rows shown of each
GROUPED = {
    "year": ("年份", "prevalence_by_year", "各代码逐年的"),
    "kind": ("单位类别", "prevalence_by_unit", "各类单位提到各代码的"),
}


def lift_text(row: Any) -> str:
    """Lift with its interval; two decimals near 1, where one hides on which side the interval ends."""
    if pd.isna(row.lift):
        return "—"
    digits = 2 if row.lift < 2 else 1
    return f"{row.lift:.{digits}f} 倍（{row.low:.{digits}f}–{row.high:.{digits}f}）"


def pair_rows(links: pd.DataFrame, codebook: Codebook) -> list[list[object]]:
    """The pairs of codes whose lift is surely the highest."""
    mine = links[(links["scope"] == "文档") & (links["low"] > 1)]
    mine = mine.sort_values(["low", "source_code", "target_code"], ascending=[False, True, True]).head(PAIRS)
    return [
        [
            f"{codebook.name(str(row.source_code))} → {codebook.name(str(row.target_code))}",
            number(row.n, "文档", code=row.source_code, with_=row.target_code),
            lift_text(row),
        ]
        for row in mine.itertuples()
    ]


def chain_rows(chains: pd.DataFrame, codebook: Codebook) -> list[list[object]]:
    """The most frequent chains."""
    return [
        [
            " → ".join(codebook.name(str(code)) for code in (row.cause, row.manifestation, row.remedy)),
            number(row.n, "文档", code=row.cause, with_=row.manifestation, third=row.remedy),
            lift_text(row),
        ]
        for row in chains[chains["scope"] == "文档"].head(CHAINS).itertuples()
    ]


def gap_rows(shares: pd.DataFrame, codebook: Codebook) -> list[list[object]]:
    """Codes that units name without the answer, or the answer without the code, the most units first."""
    mine = shares[(shares["unit"] == "单位") & (shares["n"] > 0)]
    mine = mine.sort_values(["n", "code"], ascending=[False, True])
    return [
        [
            f"{row.kind}：{codebook.name(str(row.code))}",
            number(row.n, "单位", set=f"{row.kind}·{row.code}"),
            share_text(row),
            number(row.denominator, "单位", code=row.code, whole=1),
        ]
        for row in mine.itertuples()
    ]


def group_views(tables: Mapping[str, pd.DataFrame], codebook: Codebook, by: str) -> list[dict[str, Any]]:
    """What the heat maps by ``by`` (year or kind) show, as tables of numbers, a table a form and unit of count."""
    name, sheet, title = GROUPED[by]
    within = tables.get("prevalence_within")
    if within is None or within.empty:
        views = [group_view(tables[sheet], codebook, by, "文档", ALL, title)]
    else:
        views = []
        for form in forms_apart(tables):
            counts = within[(within["by"] == name) & (within["form"] == form)]
            units = dict.fromkeys(("文档", unit_shown(counts, form)))
            views += [group_view(counts, codebook, by, unit, form, title) for unit in units]
    return [view for view in views if view["rows"]]


def group_view(counts: pd.DataFrame, codebook: Codebook, by: str, unit: str, form: str, title: str) -> dict[str, Any]:
    """Documents or passages with each code in each group, of one form, as a table of numbers."""
    mine = counts[counts["facet"].isin(CODED_FACETS) & (counts["unit"] == unit)]
    groups = sorted(mine["group"].dropna().astype("str").unique()) if mine["group"].nunique() > 1 else []
    n = {(row.code, row.group): row.n for row in mine.itertuples()}
    total = mine.drop_duplicates("group").set_index("group")["denominator"] if groups else None
    around = {} if form == ALL else {"form": form}
    rows = [
        [codebook.name(code), *(number(n.get((code, g), 0), unit, code=code, **{by: g}, **around) for g in groups)]
        for facet in CODED_FACETS
        for code in codebook.of(facet)
        if groups and any((code, g) in n for g in groups)
    ]
    if rows and total is not None:
        rows.append([f"全部{unit}", *(number(total[g], unit, **{by: g}, **around) for g in groups)])
    title = title + unit + "数" + ("" if form == ALL else f"（只数{form}）")
    return {"title": title, "heads": ["代码", *groups], "rows": rows}


def term_rows(trends: pd.DataFrame) -> dict[str, list[Any]]:
    """Yearly document counts of the terms in most documents."""
    yearly = trends[(trends["kind"] == "term") & (trends["freq"] == "Y") & (trends["unit"] == "文档")]
    if yearly.empty:
        return {"heads": [], "rows": []}
    counts = yearly.pivot(index="item", columns="period", values="n").fillna(0).astype(int)
    form = str(yearly["form"].iloc[0]) if "form" in yearly else ALL  # which documents the trends count
    around = {} if form == ALL else {"form": form}
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index[:TERMS]
    rows = [
        [
            term,
            *(number(counts.at[term, year], "文档", set=f"词·{term}", year=year, **around) for year in counts.columns),
        ]
        for term in order
    ]
    return {"heads": ["词", *counts.columns], "rows": rows}
