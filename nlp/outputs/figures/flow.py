"""From cause to manifestation to remedy: the matrix of all pairs, and a Sankey diagram of the strongest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.measures.links import of_several_passages
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, FAINT, INK, canvas, on

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SCOPE = "文档"
STAGES = ("cause", "manifestation", "remedy")
STRONGEST = 2  # flows drawn to a problem, and from it: more cannot be followed with the eye
BAR, GAP = 0.035, 0.028  # width of a node, space between two nodes (shares of the canvas)


def matrix_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Lift of every pair: cause × manifestation and manifestation × remedy."""
    links = tables["links"]
    links = links[links["scope"] == SCOPE]
    pairs = [(a, b) for a, b in pairwise(STAGES) if (links["pair"] == f"{a}→{b}").any()]
    if not pairs:
        return None
    total = documents_of(tables)
    note = (
        f"单位：文档；n＝{total} 篇（两段以上的）；格中的数字是两者同现的文档数，"
        "颜色是提升度（实际÷相互独立时的期望，对数刻度），“·”表示 95% 区间含 1，分不出与偶然有别。"
    )
    n_rows = max(len(codebook.of(a)) for a, _ in pairs)
    size = (4.9 * len(pairs) + 1.0, 0.36 * n_rows + 3.2)
    with canvas(*size, "哪些代码常写在同一篇里：同现的文档数与提升度", note, "表“关联”", grid=(1, len(pairs))) as (
        figure,
        places,
    ):
        scale = scale_of(links["lift"])
        for place, (left, right) in zip(np.atleast_1d(places).flat, pairs, strict=True):
            picture = matrix(place, links[links["pair"] == f"{left}→{right}"], codebook, left, right, scale)
        bar = figure.colorbar(picture, ax=np.atleast_1d(places).ravel().tolist(), shrink=0.7, pad=0.01, aspect=30)
        ticks = np.linspace(picture.norm.vmin, picture.norm.vmax, 5)
        coarse = [f"{2.0**t:.2g} 倍" for t in ticks]
        near = [f"{2.0**t:.2f} 倍" for t in ticks]  # where all lifts are close to each other
        bar.set_ticks(list(ticks), labels=coarse if len(set(coarse)) == len(ticks) else near, fontsize=8)
        bar.outline.set_visible(False)
    return figure


def scale_of(lift: pd.Series) -> dict[str, Any]:
    """Colours of the lift: from less to more around 1, or, where all are more than chance, from least to most."""
    logs = np.log2(lift.clip(0.125, 64))
    if float(logs.min()) > 0:
        return {"cmap": "Oranges", "vmin": float(logs.min()) * 0.9, "vmax": float(logs.max()) * 1.02}
    limit = max(1.0, float(logs.abs().max()))
    return {"cmap": "PuOr_r", "vmin": -limit, "vmax": limit}


def matrix(place: Any, links: pd.DataFrame, codebook: Codebook, left: str, right: str, scale: dict[str, Any]) -> Any:
    """One pair of facets as coloured cells."""
    rows = [c for c in codebook.of(left) if c in set(links["source_code"])]
    columns = [c for c in codebook.of(right) if c in set(links["target_code"])]
    at = links.set_index(["source_code", "target_code"])
    lift = np.array([[max(float(at.at[(r, c), "lift"]), 0.125) for c in columns] for r in rows])
    picture = place.imshow(np.log2(lift), aspect="auto", **scale)
    for y, r in enumerate(rows):
        for x, c in enumerate(columns):
            one = at.loc[(r, c)]
            doubt = "·" if one["low"] <= 1 <= one["high"] else ""
            colour = on(picture.cmap(picture.norm(np.log2(lift[y, x]))))
            place.text(x, y, f"{int(one['n'])}{doubt}", ha="center", va="center", fontsize=9, color=colour)
    place.set_yticks(range(len(rows)), [codebook.name(r) for r in rows])
    place.set_xticks(
        range(len(columns)), [codebook.name(c) for c in columns], rotation=40, ha="left", rotation_mode="anchor"
    )
    place.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    place.spines[:].set_visible(False)
    place.set_xlabel(f"行：{FACET_TITLE[left]}；列：{FACET_TITLE[right]}")
    return picture


@dataclass(frozen=True)
class Flow:
    """One ribbon: from, to, documents, lift, and whether its interval leaves out 1."""

    source: str
    target: str
    n: int
    lift: float
    sure: bool


def sankey_figure(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """The strongest causes and remedies of every problem."""
    links = tables["links"]
    links = links[links["scope"] == SCOPE]
    rows = [links[links["pair"] == f"{a}→{b}"] for a, b in pairwise(STAGES)]
    sides = [strongest(one, end) for one, end in zip(rows, ("target_code", "source_code"), strict=True)]
    if not all(sides):
        return None
    title = "成因 → 问题表现 → 对策：最强的关联"
    columns = nodes_of(sides)
    with canvas(9.6, 0.62 * max(map(len, columns)) + 1.9, title, told(tables, rows, sides, codebook), "表“关联”") as (
        figure,
        axes,
    ):
        axes.set_axis_off()
        axes.set_xlim(-0.25, 1.25)
        axes.set_ylim(-0.01, 1.06)
        draw_flows(axes, sides, codebook)
    return figure


def strongest(links: pd.DataFrame, problem: str) -> list[Flow]:
    """The flows of the highest lift of every problem, whose code is in the column ``problem``; surely above 1 first.

    Of every problem, and by the lift: over all, or by the lower bound, a code that everybody writes of, and that
    therefore has the narrowest intervals, would take all the flows.
    """
    ranked = links[(links["n"] > 0) & (links["lift"] > 1)].assign(sure=links["low"] > 1)
    order = ["sure", "lift", "source_code", "target_code"]
    ranked = ranked.sort_values(order, ascending=[False, False, True, True])
    keep = ranked[ranked.groupby(problem).cumcount() < STRONGEST]
    return [
        Flow(str(r.source_code), str(r.target_code), int(r.n), float(r.lift), bool(r.sure)) for r in keep.itertuples()
    ]


def nodes_of(sides: list[list[Flow]]) -> list[set[str]]:
    """Codes in each of the three columns."""
    come, go = sides
    return [{f.source for f in come}, {f.target for f in come} | {f.source for f in go}, {f.target for f in go}]


def told(tables: dict[str, pd.DataFrame], rows: list[pd.DataFrame], sides: list[list[Flow]], codebook: Codebook) -> str:
    """The note: what a ribbon is, which are drawn, which are not."""
    drawn, pairs = sum(map(len, sides)), sum(map(len, rows))
    held = [set(rows[0]["source_code"]), set(rows[0]["target_code"]) | set(rows[1]["source_code"])]
    held.append(set(rows[1]["target_code"]))
    lacking = [
        codebook.name(code)
        for facet, all_of, there in zip(STAGES, held, nodes_of(sides), strict=True)
        for code in codebook.of(facet)
        if code in all_of - there
    ]
    doubt = any(not flow.sure for side in sides for flow in side)
    return (
        f"单位：文档；n＝{documents_of(tables)} 篇（两段以上的）；带的粗细和数字是同现的文档数，括号里是提升度。"
        f"每种问题表现只画提升度最高的 {STRONGEST} 个成因和 {STRONGEST} 个对策（先取 95% 区间高于 1 的），"
        f"共 {drawn} 对，"
        f"其余 {pairs - drawn} 对{'（含' + '、'.join(lacking) + '的全部）' if lacking else ''}不画，见矩阵图；"
        + ("灰色的带 95% 区间含 1，分不出与偶然有别；" if doubt else "")
        + "同现不等于因果。"
    )


def draw_flows(axes: Any, sides: list[list[Flow]], codebook: Codebook) -> None:
    """Nodes in three columns, ribbons between them."""
    from matplotlib.patches import Rectangle

    columns: list[dict[str, tuple[int, int]]] = [{}, {}, {}]  # code → documents that come in, that go out
    for side, flows in enumerate(sides):
        for flow in flows:
            come, go = columns[side].get(flow.source, (0, 0))
            columns[side][flow.source] = (come, go + flow.n)
            come, go = columns[side + 1].get(flow.target, (0, 0))
            columns[side + 1][flow.target] = (come + flow.n, go)
    room = min((1 - GAP * (len(c) - 1)) / sum(max(v) for v in c.values()) for c in columns)
    orders = ordered(columns, sides)
    places = [stacked(column, order, room) for column, order in zip(columns, orders, strict=True)]
    xs = (0.0, 0.5, 1.0)
    for i, (facet, place) in enumerate(zip(STAGES, places, strict=True)):
        axes.text(xs[i], 1.035, FACET_TITLE[facet], ha="center", fontsize=11, color=INK)
        for code, (low, high) in place.items():
            axes.add_patch(
                Rectangle((xs[i] - BAR / 2, low), BAR, high - low, color=FACET_COLOUR[facet], zorder=3, lw=0)
            )
            if i == 1:
                axes.text(
                    xs[i],
                    (low + high) / 2,
                    codebook.name(code),
                    ha="center",
                    va="center",
                    zorder=4,
                    fontsize=9.5,
                    bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.85, "pad": 1.5},
                )
            else:
                side = -1 if i == 0 else 1
                axes.text(
                    xs[i] + side * BAR * 0.8,
                    (low + high) / 2,
                    codebook.name(code),
                    ha="right" if i == 0 else "left",
                    va="center",
                    fontsize=10,
                )
    for side, flows in enumerate(sides):
        ribbons(
            axes,
            flows,
            places[side],
            places[side + 1],
            (xs[side] + BAR / 2, xs[side + 1] - BAR / 2),
            room,
            STAGES[side],
        )


def ordered(columns: list[dict[str, tuple[int, int]]], sides: list[list[Flow]]) -> list[list[str]]:
    """Codes of each column so ordered that ribbons cross little (barycentre of the neighbours, three sweeps)."""
    orders = [[code for _, code in sorted((-max(n), code) for code, n in column.items())] for column in columns]
    for _ in range(3):
        for i, j, flows in ((1, 0, sides[0]), (2, 1, sides[1]), (1, 2, sides[1]), (0, 1, sides[0])):
            rank = {code: place for place, code in enumerate(orders[j])}
            forward = j < i
            pull: dict[str, list[tuple[int, int]]] = {}
            for flow in flows:
                mine, other = (flow.target, flow.source) if forward else (flow.source, flow.target)
                pull.setdefault(mine, []).append((rank[other], flow.n))
            centre = {code: sum(r * n for r, n in near) / sum(n for _, n in near) for code, near in pull.items()}
            orders[i] = [code for _, code in sorted((centre.get(code, 99.0), code) for code in orders[i])]
    return orders


def stacked(column: dict[str, tuple[int, int]], order: list[str], room: float) -> dict[str, tuple[float, float]]:
    """Lower and upper edge of every node, the first on top, the stack in the middle."""
    heights = [max(column[code]) * room for code in order]
    top = 0.5 + (sum(heights) + GAP * (len(order) - 1)) / 2
    places = {}
    for code, height in zip(order, heights, strict=True):
        places[code] = (top - height, top)
        top -= height + GAP
    return places


def ribbons(
    axes: Any,
    flows: list[Flow],
    left: dict[str, tuple[float, float]],
    right: dict[str, tuple[float, float]],
    xs: tuple[float, float],
    room: float,
    facet: str,
) -> None:
    """Curved bands, each with its number of documents at its outer end."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    (x0, x1), middle = xs, sum(xs) / 2
    leave, arrive = {c: high for c, (_, high) in left.items()}, {c: high for c, (_, high) in right.items()}
    places: dict[tuple[str, str], list[float]] = {}
    for flow in sorted(flows, key=lambda f: (-right[f.target][1], f.source)):
        places[flow.source, flow.target] = [leave[flow.source], 0.0]
        leave[flow.source] -= flow.n * room
    for flow in sorted(flows, key=lambda f: (-left[f.source][1], f.target)):
        places[flow.source, flow.target][1] = arrive[flow.target]
        arrive[flow.target] -= flow.n * room
    for flow in flows:
        (a, b), h = places[flow.source, flow.target], flow.n * room
        path = Path(
            [
                (x0, a),
                (middle, a),
                (middle, b),
                (x1, b),
                (x1, b - h),
                (middle, b - h),
                (middle, a - h),
                (x0, a - h),
                (x0, a),
            ],
            [1, 4, 4, 4, 2, 4, 4, 4, 79],
        )
        colour = FACET_COLOUR[facet] if flow.sure else FAINT
        axes.add_patch(PathPatch(path, facecolor=colour, alpha=0.32, lw=0, zorder=2))
        at_end = facet == STAGES[1]  # the names in the middle stand on the bars; the numbers stand at the outer ends
        x, y = (x1 - 0.008, b - h / 2) if at_end else (x0 + 0.008, a - h / 2)
        said = f"{flow.n}（{flow.lift:.2f}）"
        axes.text(x, y, said, ha="right" if at_end else "left", va="center", fontsize=7.5, color=INK, zorder=4)


def documents_of(tables: dict[str, pd.DataFrame]) -> int:
    """Documents in which two codes can meet."""
    labels = tables["labels"]
    return int(of_several_passages(labels.assign(place=labels["document_id"]))["place"].nunique())
