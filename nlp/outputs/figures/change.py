"""From one stretch of time to the next: the slope chart of two periods, and slogans against problem content."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.outputs.figures.trend import main_form
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, FAINT, PALETTE, SOFT, canvas

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINE = 1.25  # height of a label in its own size


def slope_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Share of documents with each code, earlier and later; a change whose interval leaves out zero is coloured."""
    moves = tables.get("movements")
    if moves is None or moves.empty:
        return None
    moves = main_form(moves)
    moves = moves[(moves["kind"] == "code") & (moves["freq"] == "Y") & (moves["unit"] == "文档")]
    moves = moves.dropna(subset=["share_earlier", "share_later"])
    facets = [facet for facet in CODED_FACETS if moves["item"].isin(codebook.of(facet)).any()]
    if not facets:
        return None
    first = moves.iloc[0]
    note = (
        f"单位：文档（{first['form']}）；n＝前段 {moves['denominator_earlier'].max()} 篇、"
        f"后段 {moves['denominator_later'].max()} 篇；"
        "名字后是变化的百分点；有色的线 95% 区间（Newcombe）不含零，灰色的分不出方向。"
    )
    title = f"两段时期提到各代码的文档占比（%）：{first['earlier']} 与 {first['later']}"
    size = (3.2 * len(facets) + 0.4, 4.8)
    with canvas(*size, title, note, "表“走势”", grid=(1, len(facets)), sharey=True) as (figure, places):
        drawn = list(getattr(places, "flat", [places]))
        ends = moves[["share_earlier", "share_later"]].to_numpy() * 100
        for place, facet in zip(drawn, facets, strict=True):
            place.set_title(FACET_TITLE[facet], fontsize=11)
            place.set_ylim(float(ends.min()) * 0.85, max(2.0, float(ends.max()) * 1.08))
            place.set_xlim(-0.35, 2.1)
            place.set_xticks([0, 1], [str(first["earlier"]), str(first["later"])])
            place.spines["bottom"].set_visible(False)
        figure.draw_without_rendering()
        for place, facet in zip(drawn, facets, strict=True):
            slopes(place, moves[moves["item"].isin(codebook.of(facet))], codebook, FACET_COLOUR[facet])
    return figure


def slopes(place: Any, moves: pd.DataFrame, codebook: Codebook, colour: str) -> None:
    """One facet's lines, their names on the right, moved apart where they would collide."""
    height = place.get_window_extent().height / place.figure.dpi * 72  # points
    step = 9.0 * LINE / height * (place.get_ylim()[1] - place.get_ylim()[0])
    ordered = moves.sort_values(["share_later", "item"], kind="stable")
    levels = apart([float(share) * 100 for share in ordered["share_later"]], step, place.get_ylim()[1] - step / 2)
    for row, level in zip(ordered.itertuples(), levels, strict=True):
        sure = row.change_low > 0 or row.change_high < 0
        shade = colour if sure else FAINT
        ends = [row.share_earlier * 100, row.share_later * 100]
        place.plot([0, 1], ends, color=shade, marker="o", ms=4, lw=2 if sure else 1.2, zorder=3 if sure else 2)
        place.plot([1.03, 1.1], [ends[1], level], color=FAINT, lw=0.6)
        name = f"{codebook.name(str(row.item))} {row.change * 100:+.0f}"
        place.text(1.12, level, name, va="center", fontsize=9, color="#222222" if sure else SOFT)


def apart(values: list[float], step: float, top: float) -> list[float]:
    """Rising ``values`` moved up, or down from ``top``, until each is ``step`` above the one before."""
    placed: list[float] = []
    for value in values:
        placed.append(max(value, placed[-1] + step) if placed else value)
    for i in range(len(placed) - 1, -1, -1):
        limit = placed[i + 1] - step if i + 1 < len(placed) else top
        placed[i] = min(placed[i], limit)
    return placed


def turnover_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """How much the slogans change from year to year, and how much the problems do."""
    turns = tables.get("turnover")
    if turns is None or turns.empty:
        return None
    turns = main_form(turns)
    turns = turns[turns["freq"] == "Y"].sort_values("period")
    if turns["slogan_change"].notna().sum() < 2:
        return None
    note = (
        f"单位：文档（{turns['form'].iloc[0]}）；n＝{turns['denominator'].sum()} 篇有日期的文档；"
        "更替：与上一期占比结构的距离，0 为不变，1 为全换，两条线同一算法。"
    )
    with canvas(7.6, 3.6, "提法换得快，问题换得慢？逐年的更替", note, "表“提法更替与问题内容”") as (figure, axes):
        x = range(len(turns))
        for column, name, colour, style in (
            ("slogan_change", "提法", PALETTE[0], "-"),
            ("problem_change", "问题表现", PALETTE[1], "--"),
        ):
            axes.plot(x, turns[column], color=colour, marker="o", ms=4, lw=1.8, ls=style, label=name)
        axes.set_xticks(list(x), list(turns["period"]))
        axes.set_ylim(0, max(0.2, 1.15 * float(turns[["slogan_change", "problem_change"]].max().max())))
        axes.legend(frameon=False, fontsize=10, ncols=2, loc="upper right")
    return figure
