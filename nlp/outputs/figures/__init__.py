"""Figures: one visual language, Chinese glyphs from the font package, unit, n and source on every figure."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.outputs.figures.bars import Drawing, codes_figure, roles_figure
from nlp.outputs.figures.change import slope_figure, turnover_figure
from nlp.outputs.figures.clouds import contrast_cloud, frequency_cloud, keyness_cloud, units_cloud
from nlp.outputs.figures.decision import decision_figure
from nlp.outputs.figures.flow import matrix_figure, sankey_figure
from nlp.outputs.figures.heat import heat_figure
from nlp.outputs.figures.maps import correspondence_figure, network_figure
from nlp.outputs.figures.trend import code_trend_figure, slogan_trend_figure, term_trend_figure
from nlp.outputs.style import FACET_COLOUR, FACET_TITLE, PALETTE, ROLE_COLOUR
from nlp.store.files import Replacement

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "FACET_COLOUR",
    "FACET_TITLE",
    "FIGURES",
    "FIGURE_TITLES",
    "PALETTE",
    "ROLE_COLOUR",
    "Drawing",
    "draw_figures",
    "save",
]

FIGURES: dict[str, Drawing] = {
    "roles": roles_figure,
    "codes_manifestation": codes_figure("manifestation"),
    "codes_cause": codes_figure("cause"),
    "codes_remedy": codes_figure("remedy"),
    "trend_manifestation": code_trend_figure("manifestation"),
    "trend_cause": code_trend_figure("cause"),
    "trend_remedy": code_trend_figure("remedy"),
    "trend_terms": term_trend_figure,
    "trend_slogans": slogan_trend_figure,
    "slope_codes": slope_figure,
    "turnover": turnover_figure,
    "heat_years": heat_figure("年份"),
    "heat_years_summaries": heat_figure("年份", beside=True),
    "heat_units": heat_figure("单位类别"),
    "heat_units_summaries": heat_figure("单位类别", beside=True),
    "links_matrix": matrix_figure,
    "links_sankey": sankey_figure,
    "network_codes": network_figure("代码"),
    "network_terms": network_figure("词项"),
    "map_units": correspondence_figure("单位类别"),
    "map_years": correspondence_figure("年份"),
    "cloud_manifestation": keyness_cloud("manifestation"),
    "cloud_cause": keyness_cloud("cause"),
    "cloud_remedy": keyness_cloud("remedy"),
    "cloud_frequency": frequency_cloud,
    "cloud_contrast": contrast_cloud,
    "cloud_units": units_cloud,
    "decision": decision_figure,
}
FIGURE_TITLES = {
    "roles": "段落的角色",
    "codes_manifestation": "各种问题表现的文档占比",
    "codes_cause": "各种成因的文档占比",
    "codes_remedy": "各种对策的文档占比",
    "trend_manifestation": "问题表现逐年的占比",
    "trend_cause": "成因逐年的占比",
    "trend_remedy": "对策逐年的占比",
    "trend_terms": "变动最大的词逐年的文档占比",
    "trend_slogans": "登场与退场的提法逐年的文档占比",
    "slope_codes": "两段时期提到各代码的文档占比",
    "turnover": "提法与问题表现逐年的更替",
    "heat_years": "各代码逐年的占比",
    "heat_years_summaries": "各代码逐年的占比：短材料",
    "heat_units": "各类单位提到各代码的占比",
    "heat_units_summaries": "各类单位提到各代码的占比：短材料",
    "links_matrix": "代码两两同现的文档数与提升度",
    "links_sankey": "成因、问题表现、对策之间最强的关联",
    "network_codes": "代码的共现网络",
    "network_terms": "词项的共现网络",
    "map_units": "代码与单位类别的对应分析",
    "map_years": "代码与年份的对应分析",
    "cloud_manifestation": "问题表现段的关键词",
    "cloud_cause": "成因段的关键词",
    "cloud_remedy": "对策段的关键词",
    "cloud_frequency": "问题表现段偏多的词，按词次",
    "cloud_contrast": "问题表现段与做法成效段各自偏多的词",
    "cloud_units": "各类单位的材料各自偏多的词",
    "decision": "主题数的决策表",
}

LEFT_OUT = {  # beginning of a figure's name → why it is not there
    "cloud_": "偏多的词不足八个",
    "map_": "与偶然无异（p > 0.05），或五篇以上的组不足三个",
    "trend_slogans": "没有可靠升降的提法，或五篇以上的时期不足两个",
    "trend_": "有五篇以上文档的时期不足两个",
    "slope_": "前后两段各不足五篇",
    "turnover": "有五篇以上文档的时期不足两个",
    "heat_": "分出的组不足两个，或没有短材料",
    "network_": "常在一起的不足五个",
    "links_": "没有明显的关联",
    "decision": "段落太少，没有归主题",
}


def why_left_out(name: str) -> str:
    """Why a figure was not drawn, in a line."""
    reason = next(reason for beginning, reason in LEFT_OUT.items() if name.startswith(beginning))
    return f"没有画“{FIGURE_TITLES[name]}”：{reason}。"


def draw_figures(
    tables: dict[str, pd.DataFrame], codebook: Codebook, folder: Path, names: Iterable[str] = tuple(FIGURES)
) -> dict[str, str]:
    """Draw the figures (all, if not named) that the tables can fill, as PNG and SVG; return the SVG texts by name."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = {}
    for name in names:
        figure = FIGURES[name](tables, codebook)
        if figure is not None:
            drawn[name] = save(figure, folder / name)
    return drawn


def save(figure: Figure, path: Path) -> str:
    """Write PNG and SVG without date or version; return the SVG."""
    import matplotlib

    figure.draw_without_rendering()
    figure.set_layout_engine(None)  # the layout stands; saving need not find it anew
    with Replacement(path.with_suffix(".png")) as temporary:
        figure.savefig(temporary, dpi=160, metadata={"Software": None})
    buffer = io.StringIO()
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": path.name}):
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    with Replacement(path.with_suffix(".svg")) as temporary:
        temporary.write_text(svg, encoding="utf-8", newline="\n")
    return svg[svg.index("<svg") :]
