"""How much of what: roles and codes as bars with their intervals."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from nlp.codebook import Codebook
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, ROLE_COLOUR, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Drawing = Callable[[dict[str, pd.DataFrame], Codebook], "Figure | None"]


def roles_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Passages by role."""
    counts = chosen(tables["prevalence"], "role", "段落")
    if counts.empty:
        return None
    counts = counts.sort_values("n", kind="stable")
    note = f"单位：段落，每段恰有一个角色；n＝{counts['denominator'].iloc[0]} 段。"
    with canvas(7.6, 0.42 * len(counts) + 1.7, "段落的角色：各占百分之几", note, "表“占比”") as (figure, axes):
        bars = axes.barh(
            [codebook.role_name(c) for c in counts["code"]],
            counts["share"] * 100,
            color=[ROLE_COLOUR.get(c, "#BBBBBB") for c in counts["code"]],
        )
        axes.bar_label(bars, [f"{row.n} 段，{row.share:.0%}" for row in counts.itertuples()], padding=4)
        axes.set_xlim(0, counts["share"].max() * 125)
        axes.set_xlabel("占全部段落的百分比")
    return figure


def codes_figure(facet: str) -> Drawing:
    """A drawing of the share of documents that carry each code of ``facet``."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        counts = chosen(tables["prevalence"], facet, "文档").sort_values("n", kind="stable")
        if counts.empty:
            return None
        total = counts["denominator"].iloc[0]
        note = f"单位：文档，一篇可有几个代码；n＝{total} 篇；横线为 95% 区间（Wilson）。"
        title = f"{FACET_TITLE[facet]}：百分之几的文档提到"
        with canvas(7.6, 0.42 * len(counts) + 1.7, title, note, "表“占比”") as (figure, axes):
            share, names = counts["share"] * 100, [codebook.name(c) for c in counts["code"]]
            axes.barh(names, share, color=FACET_COLOUR[facet], alpha=0.85)
            error = [share - counts["low"] * 100, counts["high"] * 100 - share]
            axes.errorbar(share, names, xerr=error, fmt="none", ecolor="#333333", capsize=3, lw=1)
            most = float(counts["high"].max()) * 100
            for y, row in enumerate(counts.itertuples()):
                axes.text(row.high * 100 + most * 0.02, y, f"{row.n} 篇，{row.share:.0%}", va="center")
            axes.set_xlim(0, most * 1.25)
            axes.set_xlabel("占全部文档的百分比")
        return figure

    return draw


def chosen(prevalence: pd.DataFrame, facet: str, unit: str) -> pd.DataFrame:
    """Rows of one facet in one unit of count."""
    return prevalence[(prevalence["facet"] == facet) & (prevalence["unit"] == unit)].reset_index(drop=True)
