"""The decision sheet: what every number of themes costs and gives, with the choice marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, INK, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CRITERIA = (
    ("coherence", "连贯性（NPMI）"),
    ("c_v", "连贯性（c_v）"),
    ("diversity", "多样性"),
    ("stability", "稳定性"),
    ("coverage", "代码覆盖"),
)


def decision_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """One row a facet, one column a criterion; the chosen number of themes is a vertical line."""
    sheet = tables["decision"]
    facets = [facet for facet in CODED_FACETS if sheet.loc[sheet["facet"] == facet, "n_topics"].nunique() > 1]
    if not facets:
        return None
    n = "；".join(f"{FACET_TITLE[facet]} n＝{passages_of(tables, facet)} 段" for facet in facets)
    note = (
        f"单位：主题数（横轴）；{n}；点为各次按文档重抽样的平均，竖线为一个标准差；"
        "灰色竖带为推荐的主题数：稳定的主题数减六倍不稳定的主题数，取最大。"
    )
    columns = [*CRITERIA, ("n_stable", "稳定的主题数")]
    size = (1.75 * len(columns) + 0.8, 1.5 * len(facets) + 1.5)
    grid = (len(facets), len(columns))
    with canvas(*size, "主题数的决策表：每个选择给什么、失什么", note, "表“主题数的决策表”", grid=grid) as (
        figure,
        places,
    ):
        rows = places if len(facets) > 1 else [places]
        for row, facet in zip(rows, facets, strict=True):
            draw_row(
                list(getattr(row, "flat", row)), sheet[sheet["facet"] == facet].sort_values("n_topics"), facet, columns
            )
        for place, (_, title) in zip(getattr(rows[0], "flat", rows[0]), columns, strict=True):
            place.set_title(title, fontsize=10)
    return figure


def draw_row(places: list[Any], one: pd.DataFrame, facet: str, columns: list[tuple[str, str]]) -> None:
    """The criteria of one facet."""
    picked = one.loc[one["chosen"].astype("bool"), "n_topics"]
    for place, (column, _) in zip(places, columns, strict=True):
        spread = one.get(f"{column}_spread")
        for n_topics in picked:
            place.axvspan(n_topics - 0.4, n_topics + 0.4, color="#DDDDDD", lw=0)
        place.errorbar(
            one["n_topics"],
            one[column],
            yerr=spread,
            color=FACET_COLOUR[facet],
            marker="o",
            ms=3.5,
            lw=1.2,
            elinewidth=0.8,
        )
        place.tick_params(labelsize=8)
        place.set_xticks([int(x) for x in one["n_topics"]][:: max(1, len(one) // 5)])
        if column == "n_stable":
            place.plot(one["n_topics"], one["n_topics"], color="#999999", lw=0.8, ls=":")
            place.yaxis.get_major_locator().set_params(integer=True)
    places[0].set_ylabel(FACET_TITLE[facet], color=INK, fontsize=11)


def passages_of(tables: dict[str, pd.DataFrame], facet: str) -> int:
    """Passages from which the themes of ``facet`` were found."""
    shares = tables["theme_shares"]
    mine = shares[shares["theme_id"].str.startswith(facet) & (shares["unit"] == "段落")]
    return int(mine["denominator"].max()) if len(mine) else 0
