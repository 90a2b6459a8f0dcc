"""Codes against groups: heat maps by kind of unit and by year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nlp.codebook import CODED_FACETS, Codebook
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, SOFT, canvas, on

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def heat_units_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Codes of all facets by kind of unit: share of documents."""
    return heat(tables["prevalence_by_unit"], codebook, "各类单位提到各代码的文档占比（%）", "表“分单位占比”")


def heat_years_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Codes of all facets by year: share of documents."""
    return heat(tables["prevalence_by_year"], codebook, "各年提到各代码的文档占比（%）", "表“分年占比”")


def heat(prevalence: pd.DataFrame, codebook: Codebook, title: str, source: str) -> Figure | None:
    """Codes, facet under facet, against the groups of ``prevalence``; each cell says the share of documents."""
    counts = prevalence[prevalence["facet"].isin(CODED_FACETS) & (prevalence["unit"] == "文档")]
    counts = counts[counts["group"].astype("str").str.len() > 0]
    if counts["group"].nunique() < 2:
        return None
    shares = counts.pivot(index="code", columns="group", values="share").fillna(0) * 100
    codes = [code for facet in CODED_FACETS for code in codebook.of(facet) if code in shares.index]
    shares, total = shares.reindex(codes), counts.groupby("group")["denominator"].first()
    note = f"单位：文档；n＝{total.sum()} 篇，各列的篇数写在列名下；颜色越深占比越高。"
    with canvas(0.72 * len(shares.columns) + 2.7, 0.31 * len(shares) + 1.9, title, note, source) as (figure, axes):
        grid(
            axes, shares, [f"{group}\n{total[group]} 篇" for group in shares.columns], [codebook.name(c) for c in codes]
        )
        mark_facets(axes, [codebook.facet_of(code) for code in codes])
    return figure


def grid(axes: Any, shares: pd.DataFrame, columns: list[str], rows: list[str]) -> None:
    """Coloured cells with their value, head and side labels."""
    most = max(10.0, float(shares.to_numpy().max()))
    picture = axes.imshow(shares, cmap="Blues", vmin=0, vmax=most, aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.spines[:].set_visible(False)
    for y in range(shares.shape[0]):
        for x in range(shares.shape[1]):
            value = float(shares.iat[y, x])
            colour = on(picture.cmap(picture.norm(value)))
            axes.text(x, y, f"{value:.0f}", ha="center", va="center", fontsize=9, color=colour)


def mark_facets(axes: Any, facets: list[str]) -> None:
    """Colour the names by facet and draw a line where the facet changes."""
    for label, facet in zip(axes.get_yticklabels(), facets, strict=True):
        label.set_color(FACET_COLOUR[facet] if facet != "cause" else "#9B4F7C")  # dark enough to be read
    for y in range(1, len(facets)):
        if facets[y] != facets[y - 1]:
            axes.axhline(y - 0.5, color="white", lw=4)
    for facet in dict.fromkeys(facets):
        middle = sum(y for y, one in enumerate(facets) if one == facet) / facets.count(facet)
        axes.text(
            1.01,
            middle,
            FACET_TITLE[facet],
            transform=axes.get_yaxis_transform(),
            rotation=270,
            va="center",
            color=SOFT,
        )
