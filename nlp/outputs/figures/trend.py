"""How things move: small multiples over the periods, with intervals, hollow points where there is little, bursts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.outputs.figures.bars import Drawing
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, NOTE_SIZE, PALETTE, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_PANELS = 8
SATURATED = 0.7  # where most documents name every code, their share says nothing and passages are counted
MEASURE = {"文档": "篇", "段落": "段"}
SLOGANS = ("slogan", "phrase")
MOVING = ("登场", "退场", "上升", "下降")  # of MOVEMENTS: significant after correction for many items
NO_MOVES = pd.DataFrame(columns=["kind", "item", "form", "freq", "unit", "direction", "q"])
NO_BURSTS = pd.DataFrame(columns=["item", "form", "freq", "start", "end"])


def code_trend_figure(facet: str) -> Drawing:
    """A drawing of the yearly share of documents that carry each code of ``facet``, one small panel a code."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        moves, unit = yearly(tables["trends"], "code", codebook.of(facet)), "文档"
        if moves["share"].mean() > SATURATED:
            moves, unit = yearly(tables["trends"], "code", codebook.of(facet), "段落"), "段落"
        if moves.loc[moves["solid"], "period"].nunique() < 2:
            return None
        title = f"{FACET_TITLE[facet]}：各年提到的{unit}占比（%）"
        return panels(moves, tables, codebook.name, title, FACET_COLOUR[facet])

    return draw


def term_trend_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """The yearly share of documents with the terms that move most."""
    moves = yearly(tables["trends"], "term", None)
    if moves.loc[moves["solid"], "period"].nunique() < 2:
        return None
    spread = moves.groupby("item")["share"].std().sort_values(ascending=False, kind="stable")
    moves = moves[moves["item"].isin(spread.index[:MOST_PANELS])]
    return panels(moves, tables, lambda term: term, "变动最大的词：各年出现的文档占比（%）", PALETTE[0])


def slogan_trend_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """The yearly share of documents with the slogans and wordings that come, go, grow or fade, the surest first."""
    moved = main_form(tables.get("movements", NO_MOVES))
    moved = moved[moved["kind"].isin(SLOGANS) & (moved["freq"] == "Y") & (moved["unit"] == "文档")]
    moved = moved[moved["direction"].isin(MOVING)].sort_values(["q", "item"]).head(MOST_PANELS)
    direction = dict(zip(moved["item"], moved["direction"], strict=True))
    moves = pd.concat([yearly(tables["trends"], kind, list(direction)) for kind in SLOGANS])
    if moves.loc[moves["solid"], "period"].nunique() < 2:
        return None
    title = "提法的登场与退场：各年出现的文档占比（%）"
    return panels(moves, tables, lambda item: f"{item}：{direction[item]}", title, PALETTE[0])


def yearly(trends: pd.DataFrame, kind: str, items: Sequence[str] | None, unit: str = "文档") -> pd.DataFrame:
    """Rows of one kind of item, by year, in one unit of count, of the form that trends are read of."""
    moves = main_form(trends)
    moves = moves[(moves["kind"] == kind) & (moves["freq"] == "Y") & (moves["unit"] == unit)]
    return moves if items is None else moves[moves["item"].isin(items)]


def main_form(table: pd.DataFrame) -> pd.DataFrame:
    """Rows that count whole reports where the table tells forms apart, else all documents."""
    if "form" not in table:
        return table.assign(form="全部")
    return table[table["form"] == ("报告" if (table["form"] == "报告").any() else "全部")]


def panels(
    moves: pd.DataFrame, tables: dict[str, pd.DataFrame], name: Callable[[str], str], title: str, colour: str
) -> Figure:
    """Small multiples: share with its interval per period; a period with few documents is hollow."""
    items = sorted(moves["item"].unique(), key=lambda item: -float(moves.loc[moves["item"] == item, "share"].mean()))
    n_columns = min(4, len(items))
    n_rows = -(-len(items) // n_columns)
    total, unit = moves.drop_duplicates("period")["denominator"].sum(), str(moves["unit"].iloc[0])
    note = (
        f"单位：{unit}（{moves['form'].iloc[0]}）；n＝{total} {MEASURE[unit]}有日期的{unit}；"
        f"浅色带为 95% 区间（Wilson），空心点为分母太小的年份，虚线连同存疑的"
        + ("，灰色竖带为突增（Kleinberg 两状态自动机）。" if unit == "文档" else "。")
    )
    bursts = main_form(tables.get("bursts", NO_BURSTS))
    bursts = bursts[(bursts["freq"] == "Y") & (unit == "文档")]  # they are counted in documents
    top = min(104.0, max(10.0, 115 * float(moves["high"].max())))  # one scale for all panels, as large as needed
    size = (max(2.1 * n_columns + 0.6, 4.2), 1.55 * n_rows + 1.3)
    with canvas(*size, title, note, "表“趋势”", grid=(n_rows, n_columns), sharex=True, sharey=True) as (figure, grid):
        places = list(getattr(grid, "flat", [grid]))
        for place in places[len(items) :]:
            place.set_visible(False)
        for place, item in zip(places, items, strict=False):
            one = moves[moves["item"] == item].sort_values("period")
            panel(place, one, colour)
            mark_bursts(place, list(one["period"]), bursts[bursts["item"] == item])
            place.set_title(name(item), fontsize=10.5)
            place.set_ylim(0, top)
        for place in places[max(0, len(items) - n_columns) : len(items)]:
            place.tick_params(labelbottom=True)
    return figure


def panel(place: Any, one: pd.DataFrame, colour: str) -> None:
    """One item: line, interval, solid and hollow points."""
    x = range(len(one))
    place.fill_between(x, one["low"] * 100, one["high"] * 100, color=colour, alpha=0.18, lw=0)
    place.plot(x, one["share"] * 100, color=colour, lw=1.5)
    if (one["n_with_doubtful"] > one["n"]).any():
        place.plot(x, one["share_with_doubtful"] * 100, color=colour, lw=1, ls=":", alpha=0.6)
    faces = [colour if enough else "white" for enough in one["solid"]]
    place.scatter(x, one["share"] * 100, s=20, zorder=3, edgecolors=colour, facecolors=faces)
    shown = [str(period)[2:] if len(one) > 5 else str(period) for period in one["period"]]
    place.set_xticks(list(x), shown, fontsize=NOTE_SIZE)


def mark_bursts(place: Any, periods: list[str], bursts: pd.DataFrame) -> None:
    """A grey band over the periods of every burst."""
    for burst in bursts.itertuples():
        inside = [x for x, period in enumerate(periods) if burst.start <= period <= burst.end]
        if inside:
            place.axvspan(inside[0] - 0.5, inside[-1] + 0.5, color="#DDDDDD", lw=0, zorder=0)
