"""How much of what: roles and codes as bars with their intervals, reports and summaries side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.measures.forms import ALL
from nlp.outputs.figures.by_form import Panel, panels_of
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, ROLE_COLOUR, canvas
from nlp.statements.ranking import forms_apart

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Drawing = Callable[[dict[str, pd.DataFrame], Codebook], "Figure | None"]
WIDTH, BESIDE = 7.6, 1.6  # inches of a drawing of one panel, and what a second one adds
MEASURE = {"文档": "篇", "段落": "段"}
DOUBTFUL = 0.3  # how strongly the part of a bar is drawn that is doubtful
SHADES = "深色为确定的，浅色连同存疑的"


def roles_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Passages by role."""
    panels = panels_of(tables, "role", "段落")
    if not panels:
        return None
    note = f"单位：段落，每段恰有一个角色；n＝{sizes(panels, '段落')}；{SHADES}。{left_out(tables, panels)}"
    with rows_of(panels, "段落的角色：各占百分之几", note, "段落") as (figure, places, order):
        places[0].set_yticks(range(len(order)), [codebook.role_name(c) for c in order])
        for place, panel in zip(places, panels, strict=True):
            counts = panel.counts
            colours = [ROLE_COLOUR.get(c, "#BBBBBB") for c in counts["code"]]
            at = [order.index(c) for c in counts["code"]]
            place.barh(at, counts["share_with_doubtful"] * 100, color=colours, alpha=DOUBTFUL)
            place.barh(at, counts["share"] * 100, color=colours)
            for y, row in zip(at, counts.itertuples(), strict=True):
                place.text(row.share_with_doubtful * 100, y, f" {counted(row)} 段，{row.share:.0%}", va="center")
            place.set_xlim(0, counts["share_with_doubtful"].max() * (140 if panel.form == ALL else 180))
    return figure


def codes_figure(facet: str) -> Drawing:
    """A drawing of the share of documents that carry each code of ``facet``."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        panels = panels_of(tables, facet, "文档")
        if not panels:
            return None
        note = f"单位：文档，一篇可有几个代码；n＝{sizes(panels, '文档')}；横线为 95% 区间（Wilson）；{SHADES}。"
        note += left_out(tables, panels)
        title = f"{FACET_TITLE[facet]}：百分之几的文档提到"
        with rows_of(panels, title, note, "文档") as (figure, places, order):
            places[0].set_yticks(range(len(order)), [codebook.name(c) for c in order])
            for place, panel in zip(places, panels, strict=True):
                bars_with_intervals(place, panel, order, FACET_COLOUR[facet])
        return figure

    return draw


@contextmanager
def rows_of(panels: list[Panel], title: str, note: str, unit: str) -> Iterator[tuple[Figure, list[Any], list[str]]]:
    """A canvas with an axes a panel, and the codes from below to the top: the most common in the first panel."""
    counts = panels[0].counts[::-1]
    others = [code for panel in panels[1:] for code in panel.counts["code"] if code not in set(counts["code"])]
    order = [*dict.fromkeys(others), *counts["code"]]
    source = "表“占比”" if panels[0].form == ALL else "表“分长短占比”"
    many: dict[str, Any] = {"gridspec_kw": {"width_ratios": [5, 4]}, "sharey": True} if len(panels) > 1 else {}
    size = (WIDTH + BESIDE * (len(panels) - 1), 0.42 * len(order) + 1.7)
    with canvas(*size, title, note, source, grid=(1, len(panels)), **many) as (figure, axes):
        places = list(np.atleast_1d(axes).flat)
        for place, panel in zip(places, panels, strict=True):
            place.set_xlabel(f"占{'全部' if panel.form == ALL else panel.form + '的'}{unit}的百分比")
            if place is not places[0]:
                place.tick_params(axis="y", length=0)
            if panel.form != ALL:
                place.set_title(f"{panel.form}（{panel.total} {MEASURE[unit]}）")
        yield figure, places, order


def sizes(panels: list[Panel], unit: str) -> str:
    """How much each panel counts, and that panels beside each other have scales of their own."""
    told = "、".join(
        f"{'' if panel.form == ALL else panel.form + ' '}{panel.total} {MEASURE[unit]}" for panel in panels
    )
    return told + ("，分开数，两栏刻度不同" if len(panels) > 1 else "")


def left_out(tables: dict[str, pd.DataFrame], panels: list[Panel]) -> str:
    """The forms of which there is too little to be drawn."""
    few = {form: n for form, n in forms_apart(tables).items() if form not in {panel.form for panel in panels}}
    return "".join(f"{form}只有 {n} 篇，不画。" for form, n in few.items())


def counted(row: Any) -> str:
    """The sure number of a row of PREVALENCE, and the one with what is doubtful where there is more."""
    return f"{row.n}" if row.n == row.n_with_doubtful else f"{row.n}（连同存疑 {row.n_with_doubtful}）"


def bars_with_intervals(place: Any, panel: Panel, order: list[str], colour: str) -> None:
    """One form: bars, intervals, and what they stand for in numbers."""
    counts = panel.counts
    share, at = counts["share"] * 100, [order.index(code) for code in counts["code"]]
    with_doubtful = counts["share_with_doubtful"] * 100
    place.barh(at, with_doubtful, color=colour, alpha=DOUBTFUL)
    place.barh(at, share, color=colour)
    error = [share - counts["low"] * 100, counts["high"] * 100 - share]
    place.errorbar(share, at, xerr=error, fmt="none", ecolor="#333333", capsize=3, lw=1)
    most = max(float(counts["high"].max()) * 100, float(with_doubtful.max()))
    for y, row in zip(at, counts.itertuples(), strict=True):
        said = f"{row.share:.0%}" if panel.form == ALL or row.share >= 0.0995 else f"{row.share:.1%}"
        reach = max(row.high, row.share_with_doubtful) * 100
        place.text(reach + most * 0.02, y, f"{counted(row)} 篇，{said}", va="center")
    place.set_xlim(0, most * (1.4 if panel.form == ALL else 1.7))
    place.set_xticks([tick for tick in place.get_xticks() if 0 <= tick <= min(100, place.get_xlim()[1])])
