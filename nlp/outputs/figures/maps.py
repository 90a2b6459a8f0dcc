"""Maps: the network of what occurs together, and codes among kinds of unit or years by correspondence analysis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.outputs.figures.bars import Drawing
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, FAINT, PALETTE, SOFT, canvas, place_labels

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEED = 7
FEWEST_NODES = 5  # a network of fewer shows nothing
STRONGEST = 3  # edges drawn from every node; more hide each other
CHANCE = 0.05  # p above which a map shows what chance does
SIZES = (24.0, 420.0)  # area of the smallest and the largest node (square points)


def network_figure(network: str) -> Drawing:
    """A drawing of the strongest edges of the network of terms or of codes."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        edges = tables.get("network_edges")
        if edges is None or edges.empty:
            return None
        edges = edges[(edges["network"] == network) & (edges["npmi"] > 0)]
        if edges.empty:
            return None
        edges = strongest(edges.sort_values(["npmi", "one", "other"], ascending=[False, True, True]))
        nodes = tables["network_nodes"]
        nodes = nodes[(nodes["network"] == network) & nodes["node"].isin({*edges["one"], *edges["other"]})]
        if len(nodes) < FEWEST_NODES:
            return None
        note = (
            f"单位：段落；n＝{passages_of(tables)} 段；"
            f"点的面积是出现的段落数（{nodes['n'].min()}–{nodes['n'].max()}），"
            f"线的粗细是归一化互信息 NPMI，只画每点最强的 {STRONGEST} 条；位置只示意远近。"
        )
        title = f"{network}的共现网络：哪些{network}常在同一段里"
        with canvas(8.6, 7.4, title, note, "表“共现网络的边”") as (figure, axes):
            axes.set_axis_off()
            axes.margins(0.08)
            draw_network(axes, nodes.sort_values(["n", "node"], ascending=[False, True]), edges, codebook)
        return figure

    return draw


def strongest(edges: pd.DataFrame) -> pd.DataFrame:
    """Of ``edges``, strongest first, those among the first of either of their ends."""
    seen: dict[str, int] = {}
    keep = []
    for edge in edges.itertuples():
        keep.append(min(seen.get(str(edge.one), 0), seen.get(str(edge.other), 0)) < STRONGEST)
        for end in (str(edge.one), str(edge.other)):
            seen[end] = seen.get(end, 0) + 1
    return edges.loc[keep]  # an empty list in plain brackets would select no columns


def draw_network(axes: Any, nodes: pd.DataFrame, edges: pd.DataFrame, codebook: Codebook) -> None:
    """Nodes and edges where the springs come to rest; the same every time."""
    import networkx

    graph = networkx.Graph()
    graph.add_nodes_from(nodes["node"])
    for edge in edges.itertuples():
        graph.add_edge(edge.one, edge.other, weight=float(edge.npmi))
    at = networkx.forceatlas2_layout(
        graph, seed=SEED, weight="weight", max_iter=400, strong_gravity=True, scaling_ratio=6.0
    )
    most = float(edges["npmi"].max())
    for edge in edges.itertuples():
        (x0, y0), (x1, y1) = at[edge.one], at[edge.other]
        axes.plot([x0, x1], [y0, y1], color="#9AA5B1", lw=0.4 + 2.6 * edge.npmi / most, alpha=0.6, zorder=1)
    areas = [SIZES[0] + (SIZES[1] - SIZES[0]) * n / nodes["n"].max() for n in nodes["n"]]
    colours = [FACET_COLOUR.get(str(facet), PALETTE[0]) for facet in nodes["facet"]]
    places = [(float(at[node][0]), float(at[node][1])) for node in nodes["node"]]
    axes.scatter(*zip(*places, strict=True), s=areas, c=colours, zorder=3, edgecolors="white", linewidths=0.8)
    axes.figure.draw_without_rendering()
    place_labels(
        axes, places, [codebook.name(str(node)) for node in nodes["node"]], 9, [area**0.5 / 2 for area in areas]
    )


def correspondence_figure(by: str) -> Drawing:
    """A drawing of the first two dimensions of codes × ``by``."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        points = tables.get("correspondence")
        if points is None or points.empty:
            return None
        points = points[points["by"] == by]
        if len(points) < 4 or not points["y"].abs().sum():
            return None
        first = points.iloc[0]
        n = int(points.loc[points["side"] == "分组", "n"].sum())
        chance = float(first["p"]) > CHANCE
        note = (
            f"单位：段落（一段有几个代码就计几次）；n＝{n} 段次；方块是{by}，圆点是代码，"
            f"同向且离原点远的相互偏多；淡色的点两维合计不足一半（cos²＜0.5），位置不可细读。"
            f"总惯量 {first['inertia']:.3f}，χ² 检验 p＝{first['p']:.2g}"
            + ("：各组之间的差别不超过偶然，远近不可当真。" if chance else "。")
        )
        title = f"代码与{by}的对应分析" + ("：看不出差别" if chance else "")
        with canvas(8.6, 7.0, title, note, "表“对应分析”") as (figure, axes):
            axes.axhline(0, color=FAINT, lw=0.8, zorder=0)
            axes.axvline(0, color=FAINT, lw=0.8, zorder=0)
            axes.set_xlabel(f"第一维（占惯量 {first['inertia_x']:.0%}）")
            axes.set_ylabel(f"第二维（占惯量 {first['inertia_y']:.0%}）")
            axes.set_aspect("equal", adjustable="datalim")
            axes.margins(0.12)
            draw_points(axes, points.sort_values(["side", "n", "item"], ascending=[True, False, True]), codebook)
        return figure

    return draw


def draw_points(axes: Any, points: pd.DataFrame, codebook: Codebook) -> None:
    """Groups as squares, codes as dots in the colour of their facet."""
    for point in points.itertuples():
        group = point.side == "分组"
        colour = "#111111" if group else FACET_COLOUR[codebook.facet_of(str(point.item))]
        faint = 1.0 if point.quality >= 0.5 else 0.35
        axes.scatter(
            [point.x],
            [point.y],
            s=60 if group else 34,
            marker="s" if group else "o",
            color=colour,
            alpha=faint,
            zorder=3,
        )
    for facet in dict.fromkeys(codebook.facet_of(str(item)) for item in points.loc[points["side"] == "代码", "item"]):
        axes.scatter([], [], s=34, color=FACET_COLOUR[facet], label=FACET_TITLE[facet])
    axes.legend(frameon=False, fontsize=9, loc="best", labelcolor=SOFT)
    axes.figure.draw_without_rendering()
    names = [codebook.name(str(p.item)) if p.side == "代码" else str(p.item) for p in points.itertuples()]
    place_labels(
        axes,
        list(zip(points["x"].astype(float), points["y"].astype(float), strict=True)),
        names,
        9,
        [5.0] * len(points),
    )


def passages_of(tables: dict[str, pd.DataFrame]) -> int:
    """Number of all passages."""
    counts = tables["prevalence"]
    mine = counts[counts["unit"] == "段落"]
    return int(mine["denominator"].max()) if len(mine) else 0
