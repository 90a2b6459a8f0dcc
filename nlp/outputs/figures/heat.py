"""Codes against groups: heat maps by kind of unit and by year, reports and summaries each on their own map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.measures.forms import ALL, REPORT, SUMMARY
from nlp.outputs.figures.bars import Drawing
from nlp.outputs.figures.trend import SATURATED
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, SMALL, SOFT, canvas, on
from nlp.statements.ranking import documents_by

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FEW = "#8A8A8A"  # colour of the name of a group of few documents
GROUPED = {
    "单位类别": ("prevalence_by_unit", "各类单位", "表“分单位占比”"),
    "年份": ("prevalence_by_year", "各年", "表“分年占比”"),
}


@dataclass(frozen=True)
class Counted:
    """What one map shows: rows of PREVALENCE by group, of which documents, from which table."""

    counts: pd.DataFrame
    form: str
    source: str


def heat_figure(by: str, beside: bool = False) -> Drawing:
    """A drawing of codes of all facets ``by`` 单位类别 or 年份, of the main form or (``beside``) of the other one."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        shown = counted(tables, by, beside)
        if shown is None or shown.counts["group"].nunique() < 2:
            return None
        unit = unit_shown(shown.counts, shown.form)
        title = f"{GROUPED[by][1]}提到各代码的{unit}占比（%）"
        return heat(shown, codebook, title, unit, documents_by(shown.counts))

    return draw


def unit_shown(counts: pd.DataFrame, form: str) -> str:
    """文档; 段落 where nearly every document of ``form`` names every code: then groups differ only in passages."""
    shares = counts.loc[counts["facet"].isin(CODED_FACETS) & (counts["unit"] == "文档"), "share"]
    return "段落" if form != ALL and shares.mean() > SATURATED else "文档"


def counted(tables: Mapping[str, pd.DataFrame], by: str, beside: bool) -> Counted | None:
    """The rows of one map; None where there is no other form to be drawn beside the main one."""
    within = tables.get("prevalence_within")
    form = ALL if within is None or within.empty else REPORT
    if beside:
        form = SUMMARY if form == REPORT else ""
    if not form:
        return None
    if form == ALL or within is None:
        counts, source = tables[GROUPED[by][0]], GROUPED[by][2]
    else:
        counts, source = within[(within["by"] == by) & (within["form"] == form)], "表“分长短再分组的占比”"
    counts = counts[counts["facet"].isin(CODED_FACETS)]
    return Counted(counts[counts["group"].astype("str").str.len() > 0], form, source)


def heat(shown: Counted, codebook: Codebook, title: str, unit: str, size: Mapping[str, int]) -> Figure:
    """Codes, facet under facet, against the groups; each cell says the share of documents or passages."""
    counts = shown.counts[shown.counts["unit"] == unit]
    shares = counts.pivot(index="code", columns="group", values="share").fillna(0) * 100
    codes = [code for facet in CODED_FACETS for code in codebook.of(facet) if code in shares.index]
    shares, total = shares.reindex(codes), counts.groupby("group")["denominator"].first()
    if unit == "文档":
        heads = [f"{group}\n{total[group]} 篇" for group in shares.columns]
        note = f"单位：文档；n＝{total.sum()} 篇，各列的篇数写在列名下；颜色越深占比越高。"
    else:
        heads = [f"{group}\n{size[group]} 篇\n{total[group]} 段" for group in shares.columns]
        note = (
            f"单位：段落；n＝{total.sum()} 段，各列的篇数、段数写在列名下；颜色越深占比越高。"
            f"{shown.form}几乎篇篇写到每个代码，按篇数看不出差别，所以数段落。"
        )
    if shown.form != ALL:
        title = f"{shown.form}：{title}"
        note = note.replace("；n＝", f"（只数{shown.form}）；n＝", 1)
    if any(size[group] < SMALL for group in shares.columns):
        note += f"灰色的列名不足 {SMALL} 篇，不可细读。"
    tall = 0.31 * len(shares) + 1.9 + 0.15 * (unit == "段落")
    with canvas(0.72 * len(shares.columns) + 2.7, tall, title, note, shown.source) as (figure, axes):
        grid(axes, shares, heads, [codebook.name(c) for c in codes], 0 if unit == "文档" else 1)
        mark_facets(axes, [codebook.facet_of(code) for code in codes])
        for label, group in zip(axes.get_xticklabels(), shares.columns, strict=True):
            if size[group] < SMALL:
                label.set_color(FEW)
    return figure


def grid(axes: Any, shares: pd.DataFrame, columns: list[str], rows: list[str], digits: int) -> None:
    """Coloured cells with their value, head and side labels."""
    most = max(10.0 if not digits else 0.1, float(shares.to_numpy().max()))
    picture = axes.imshow(shares, cmap="Blues", vmin=0, vmax=most, aspect="auto")
    axes.set_xticks(range(len(columns)), columns)
    axes.set_yticks(range(len(rows)), rows)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.spines[:].set_visible(False)
    for y in range(shares.shape[0]):
        for x in range(shares.shape[1]):
            value = float(shares.iat[y, x])
            colour = on(picture.cmap(picture.norm(value)))
            axes.text(x, y, f"{value:.{digits}f}", ha="center", va="center", fontsize=9, color=colour)


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
