"""Word clouds as figures: what a facet's passages say more than the others, what most, two groups side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nlp.codebook import Codebook
from nlp.outputs.figures.bars import Drawing
from nlp.outputs.figures.style import FACET_TITLE, canvas
from nlp.outputs.wordcloud import COLOURS, HEIGHT, WIDTH, draw_words, ellipse, packed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEED = 7
LEAST = 2  # occurrences of a word that is drawn


def keyness_cloud(facet: str) -> Drawing:
    """A drawing of the words that set the passages of ``facet`` apart from all others."""

    def draw(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
        title = f"{FACET_TITLE[facet]}段比其余段落多用的词"
        note = f"单位：词；n＝{passages_of(tables, facet)} 段{FACET_TITLE[facet]}；字的面积与对数似然 G² 成正比。"
        return one_cloud(weights(tables["keyness"], facet, "log_likelihood"), title, note)

    return draw


def frequency_cloud(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """The distinctive words of problem passages by how often they occur, in an ellipse."""
    facet = "manifestation"
    note = f"单位：词次；n＝{passages_of(tables, facet)} 段{FACET_TITLE[facet]}；字的面积与词次成正比，只画偏多的词。"
    return one_cloud(weights(tables["keyness"], facet, "n_target"), "问题表现段里偏多的词：按词次", note, masked=True)


def one_cloud(terms: dict[str, float], title: str, note: str, masked: bool = False) -> Figure | None:
    """A cloud with title, unit, n and source."""
    mask = ellipse() if masked else None
    words = packed(terms, SEED, mask)
    if not words:
        return None
    with canvas(8.0, 5.0, title, note, "表“关键性”") as (figure, axes):
        axes.set_axis_off()
        figure.draw_without_rendering()
        draw_words(axes, words, (HEIGHT, WIDTH))
    return figure


def contrast_cloud(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Words that set problems apart beside words that set achievements apart."""
    groups = ("manifestation", "achievement")
    clouds = [packed(weights(tables["keyness"], group, "log_likelihood"), SEED) for group in groups]
    if not all(clouds):
        return None
    n = "，".join(f"{codebook.role_name(group)} n＝{passages_of(tables, group)} 段" for group in groups)
    note = f"单位：词；{n}；各与其余段落相比，字的面积与对数似然 G² 成正比。"
    title = "说问题的话与说成效的话：各自偏多的词"
    with canvas(9.6, 3.9, title, note, "表“关键性”", grid=(1, 2)) as (figure, places):
        for place, group in zip(places.flat, groups, strict=True):
            place.set_axis_off()
            place.set_title(codebook.role_name(group), fontsize=11)
        figure.draw_without_rendering()
        for place, words, colour in zip(places.flat, clouds, (COLOURS[1], COLOURS[0]), strict=True):
            draw_words(place, words, (HEIGHT, WIDTH), (colour,))
    return figure


def weights(keyness: pd.DataFrame, target: str, column: str) -> dict[str, float]:
    """Words of one group with their weight; those that the group uses less are left out."""
    rows = keyness[(keyness["target"] == target) & (keyness["n_target"] >= LEAST) & (keyness["log_ratio"] > 0)]
    return {str(term): float(value) for term, value in zip(rows["term"], rows[column], strict=True) if value > 0}


def passages_of(tables: dict[str, pd.DataFrame], role: str) -> int:
    """Number of passages of one role."""
    counts = tables["prevalence"]
    mine = counts[(counts["facet"] == "role") & (counts["code"] == role) & (counts["unit"] == "段落")]
    return int(mine["n"].sum())
