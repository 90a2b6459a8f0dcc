"""Figures: one visual language, Chinese glyphs from the font package, unit and n on every figure."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from nlp.codebook import Codebook
from nlp.outputs.fonts import register_font
from nlp.store import Replacement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

# Okabe and Ito's palette, safe for colour-blind readers.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#000000")
FACET_COLOUR = {"manifestation": PALETTE[1], "cause": PALETTE[3], "remedy": PALETTE[2]}
FACET_TITLE = {"manifestation": "问题表现", "cause": "成因", "remedy": "对策"}
ROLE_COLOUR = {"context": PALETTE[6], "achievement": PALETTE[0], "other": "#BBBBBB"} | FACET_COLOUR
SMALL = 5  # documents: a period with fewer is drawn hollow
LINES = 7

Drawing = Callable[[dict[str, pd.DataFrame], Codebook], "Figure | None"]


@contextmanager
def canvas(width: float, height: float) -> Iterator[tuple[Figure, Any]]:
    """A figure and its axes in the house style; closed by the caller's ``save``."""
    import matplotlib

    settings: Any = {
        "font.family": register_font(),  # labels take the font when they are created
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.edgecolor": "#888888",
        "axes.titlesize": 13,
        "axes.titlelocation": "left",
        "svg.fonttype": "none",  # text stays text: small files that the page's own font draws
        "svg.hashsalt": "liangzhangpi",
        "figure.dpi": 100,
    }
    with matplotlib.rc_context(settings):
        from matplotlib.figure import Figure

        figure = Figure(figsize=(width, height), layout="constrained")
        yield figure, figure.add_subplot()


def roles_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Passages by role."""
    counts = chosen(tables["prevalence"], "role", "段落")
    if counts.empty:
        return None
    counts = counts.sort_values("n")
    with canvas(7.2, 0.5 * len(counts) + 1.2) as (figure, axes):
        bars = axes.barh(
            [codebook.role_name(c) for c in counts["code"]],
            counts["share"] * 100,
            color=[ROLE_COLOUR[c] for c in counts["code"]],
        )
        axes.bar_label(bars, [f"{row.n} 段，{row.share:.0%}" for row in counts.itertuples()], padding=4)
        axes.set_xlim(0, counts["share"].max() * 125)
        axes.set_xlabel(f"占全部段落的百分比（共 {counts['denominator'].iloc[0]} 段）")
        axes.set_title("段落的角色")
    return figure


def codes_figure(facet: str) -> Drawing:
    """A drawing of the share of documents that carry each code of ``facet``."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        counts = chosen(tables["prevalence"], facet, "文档").sort_values("n")
        if counts.empty:
            return None
        with canvas(7.6, 0.5 * len(counts) + 1.3) as (figure, axes):
            share, names = counts["share"] * 100, [codebook.name(c) for c in counts["code"]]
            axes.barh(names, share, color=FACET_COLOUR[facet], alpha=0.85)
            error = [share - counts["low"] * 100, counts["high"] * 100 - share]
            axes.errorbar(share, names, xerr=error, fmt="none", ecolor="#333333", capsize=3, lw=1)
            for y, row in enumerate(counts.itertuples()):
                axes.text(row.high * 100 + 1.5, y, f"{row.n} 篇，{row.share:.0%}", va="center")
            axes.set_xlim(0, min(130, counts["high"].max() * 100 + 22))
            axes.set_xlabel(f"占全部文档的百分比，横线为 95% 区间（共 {counts['denominator'].iloc[0]} 篇）")
            axes.set_title(f"{FACET_TITLE[facet]}：多少文档提到")
        return figure

    return draw


def code_trend_figure(facet: str) -> Drawing:
    """A drawing of the yearly share of documents that carry each code of ``facet``, one small panel a code."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        moves = tables["trends"]
        moves = moves[(moves["kind"] == "code") & (moves["freq"] == "Y") & (moves["unit"] == "文档")]
        moves = moves[moves["item"].isin(codebook.of(facet))]
        if moves["period"].nunique() < 2:
            return None
        return panels(moves, codebook.name, f"{FACET_TITLE[facet]}：各年提到的文档占比", FACET_COLOUR[facet])

    return draw


def term_trend_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """The yearly share of documents with the terms that move most."""
    moves = tables["trends"]
    moves = moves[(moves["kind"] == "term") & (moves["freq"] == "Y") & (moves["unit"] == "文档")]
    if moves["period"].nunique() < 2:
        return None
    spread = moves.groupby("item")["share"].std().sort_values(ascending=False, kind="stable")
    moves = moves[moves["item"].isin(spread.index[:8])]
    return panels(moves, lambda term: term, "变动最大的词：各年出现的文档占比", PALETTE[0])


def panels(moves: pd.DataFrame, name: Callable[[str], str], title: str, colour: str) -> Figure:
    """Small multiples: share with its interval per period; a period with few documents is hollow."""
    items = sorted(moves["item"].unique(), key=lambda item: -float(moves.loc[moves["item"] == item, "share"].mean()))
    n_columns = 4 if len(items) > 3 else len(items)
    n_rows = -(-len(items) // n_columns)
    with canvas(2.6 * n_columns + 0.6, 2.0 * n_rows + 0.9) as (figure, axes):
        axes.remove()
        grid = figure.subplots(n_rows, n_columns, sharex=True, sharey=True, squeeze=False)
        for place in grid.flat[len(items) :]:
            place.set_visible(False)
        top = min(100.0, max(10.0, 115 * float(moves["high"].max())))  # one scale for all panels, as large as needed
        for place, item in zip(grid.flat, items, strict=False):
            one = moves[moves["item"] == item].sort_values("period")
            x = range(len(one))
            place.fill_between(x, one["low"] * 100, one["high"] * 100, color=colour, alpha=0.15, lw=0)
            place.plot(x, one["share"] * 100, color=colour, lw=1.5)
            solid = one["denominator"] >= SMALL
            place.scatter(
                x,
                one["share"] * 100,
                s=22,
                zorder=3,
                edgecolors=colour,
                facecolors=[colour if s else "white" for s in solid],
            )
            place.set_title(name(item), fontsize=11)
            place.set_ylim(0, top)
            place.set_xticks(list(x), [p[2:] if len(one) > 5 else p for p in one["period"]], fontsize=8)
            place.spines[["top", "right"]].set_visible(False)
        figure.suptitle(title, x=0.01, ha="left", fontsize=13)
        total = moves.drop_duplicates("period")["denominator"].sum()
        figure.supxlabel(
            f"年份；纵轴为百分比，色带为 95% 区间，空心点为文档少于 {SMALL} 篇的年份（有日期的文档共 {total} 篇）",
            fontsize=9,
        )
    return figure


def heat_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Codes of manifestation by kind of unit: share of documents."""
    counts = tables["prevalence_by_unit"]
    counts = counts[(counts["facet"] == "manifestation") & (counts["unit"] == "文档")]
    if counts["group"].nunique() < 2:
        return None
    shares = counts.pivot(index="code", columns="group", values="share").fillna(0) * 100
    shares = shares.reindex([code for code in codebook.of("manifestation") if code in shares.index])
    total = counts.groupby("group")["denominator"].first()
    with canvas(1.0 * len(shares.columns) + 2.6, 0.48 * len(shares) + 1.6) as (figure, axes):
        most = max(20.0, float(shares.to_numpy().max()))
        axes.imshow(shares, cmap="Blues", vmin=0, vmax=most, aspect="auto")
        axes.set_xticks(range(len(shares.columns)), [f"{c}\n{total[c]} 篇" for c in shares.columns])
        axes.set_yticks(range(len(shares)), [codebook.name(c) for c in shares.index])
        for (y, x), value in (
            (at, shares.iat[at]) for at in ((i, j) for i in range(shares.shape[0]) for j in range(shares.shape[1]))
        ):
            axes.text(
                x, y, f"{value:.0f}", ha="center", va="center", color="white" if value > 0.6 * most else "#222222"
            )
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
        axes.set_title("各类单位的问题表现：提到的文档占比（%）")
    return figure


def chosen(prevalence: pd.DataFrame, facet: str, unit: str) -> pd.DataFrame:
    """Rows of one facet in one unit of count."""
    return prevalence[(prevalence["facet"] == facet) & (prevalence["unit"] == unit)].reset_index(drop=True)


FIGURES: dict[str, Drawing] = {
    "roles": roles_figure,
    "codes_manifestation": codes_figure("manifestation"),
    "codes_cause": codes_figure("cause"),
    "codes_remedy": codes_figure("remedy"),
    "trend_manifestation": code_trend_figure("manifestation"),
    "trend_cause": code_trend_figure("cause"),
    "trend_terms": term_trend_figure,
    "heat_units": heat_figure,
}


def draw_figures(tables: dict[str, pd.DataFrame], codebook: Codebook, folder: Path) -> dict[str, str]:
    """Draw every figure that the tables can fill, as PNG and SVG; return the SVG texts by name."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {}
    for name, draw in FIGURES.items():
        figure = draw(tables, codebook)
        if figure is not None:
            drawn[name] = save(figure, folder / name)
    return drawn


def save(figure: Figure, path: Path) -> str:
    """Write PNG and SVG without date or version; return the SVG."""
    with Replacement(path.with_suffix(".png")) as temporary:
        figure.savefig(temporary, dpi=160, metadata={"Software": None})
    buffer = io.StringIO()
    import matplotlib

    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": path.name}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    with Replacement(path.with_suffix(".svg")) as temporary:
        temporary.write_text(svg, encoding="utf-8", newline="\n")
    return svg[svg.index("<svg") :]
