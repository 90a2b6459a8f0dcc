"""Word clouds as figures: what a facet's passages say more than the others, what most, two groups side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.outputs.figures.bars import Drawing
from nlp.outputs.style import FACET_TITLE, canvas
from nlp.outputs.wordcloud import COLOURS, HEIGHT, MOST_WORDS, WIDTH, draw_words, ellipse, packed

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SEED = 7
LEAST = 2  # occurrences of a word that is drawn
FEW_WORDS = 18  # in a small cloud
FEWEST_WORDS = 8  # a cloud of fewer shows nothing that a sentence does not


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


def one_cloud(
    terms: dict[str, float], title: str, note: str, masked: bool = False, fewest: int = FEWEST_WORDS
) -> Figure | None:
    """A cloud with title, unit, n and source; None for fewer words than ``fewest``."""
    mask = ellipse() if masked else None
    words = packed(terms, SEED, mask)
    if len(words) < fewest:
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
    if any(len(words) < FEWEST_WORDS for words in clouds):
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


def units_cloud(tables: dict[str, pd.DataFrame], codebook: Codebook) -> Figure | None:
    """Words that set the documents of each kind of unit apart from those of all others, side by side."""
    keyness = tables.get("keyness_by_unit")
    if keyness is None or keyness.empty:
        return None
    counts = tables["prevalence_by_unit"]
    n = counts[counts["unit"] == "文档"].groupby("group")["denominator"].max()
    clouds = {kind: packed(weights(keyness, kind, "log_likelihood", FEW_WORDS), SEED) for kind in n.index}
    kinds = [kind for kind, words in clouds.items() if len(words) >= FEWEST_WORDS]
    if len(kinds) < 2:
        return None
    n_columns = min(3, len(kinds))
    n_rows = -(-len(kinds) // n_columns)
    note = f"单位：词；n＝{n[kinds].sum()} 篇；各与其余单位的文档相比，字的面积与对数似然 G² 成正比。"
    size = (3.4 * n_columns, 2.0 * n_rows + 1.1)
    with canvas(*size, "各类单位的材料各自偏多的词", note, "表“分单位关键性”", grid=(n_rows, n_columns)) as (
        figure,
        places,
    ):
        drawn = list(places.flat)
        for place, kind in zip(drawn, [*kinds, *[""] * (len(drawn) - len(kinds))], strict=True):
            place.set_axis_off()
            place.set_title(f"{kind}（{n[kind]} 篇）" if kind else "", fontsize=10.5)
        figure.draw_without_rendering()
        for i, (place, kind) in enumerate(zip(drawn, kinds, strict=False)):
            draw_words(place, clouds[kind], (HEIGHT, WIDTH), (COLOURS[i % len(COLOURS)],))
    return figure


def weights(keyness: pd.DataFrame, target: str, column: str, most: int = MOST_WORDS) -> dict[str, float]:
    """Words of one group with their weight; those that the group uses less are left out."""
    rows = keyness[(keyness["target"] == target) & (keyness["n_target"] >= LEAST) & (keyness["log_ratio"] > 0)]
    rows = rows.sort_values([column, "term"], ascending=[False, True]).head(most)
    return {str(term): float(value) for term, value in zip(rows["term"], rows[column], strict=True) if value > 0}


def passages_of(tables: dict[str, pd.DataFrame], role: str) -> int:
    """Number of passages of one role."""
    counts = tables["prevalence"]
    mine = counts[(counts["facet"] == "role") & (counts["code"] == role) & (counts["unit"] == "段落")]
    return int(mine["n"].sum())
