"""Themes beside the codebook: which code a theme carries, which codes have no theme, which themes have no code."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.corpus.codebook import Codebook
from nlp.statistics.intervals import expected_count, lift
from nlp.tables import CROSSWALK, PROPOSALS
from nlp.topics.matrix import Matrix

HALF = 0.5  # share of a theme's passages that carry a code, from which the code covers the theme
CORNER = 0.25  # share of a code's passages: a theme that holds less of its code is a matter of its own within it
HOLDS = 0.25  # share of a code's passages that one theme must hold so that the code has a theme
NEW, PART, BARE = "新代码", "由代码分出", "没有主题的代码"


def crosswalk(matrix: Matrix, main: np.ndarray, theme_of: Mapping[int, str]) -> pd.DataFrame:
    """CROSSWALK: passages of every theme with every code, against independence.

    Parameters
    ----------
    main : (n_passages,) topic of every passage
    theme_of : topic → theme id
    """
    if matrix.coded is None or not matrix.codes:
        return CROSSWALK.empty()
    coded = csr_array(matrix.coded).toarray() > 0
    rows = []
    for topic, theme_id in theme_of.items():
        inside = main == topic
        for column, code in enumerate(matrix.codes):
            carrying = coded[:, column]
            if not carrying.any() or not inside.any():
                continue
            both = int((inside & carrying).sum())
            sizes = int(inside.sum()), int(carrying.sum()), len(main)
            rows.append(
                {
                    "theme_id": theme_id,
                    "code": code,
                    "n": both,
                    "expected": float(expected_count(*sizes)),
                    **lift(both, *sizes).columns("lift"),
                    "share_of_theme": both / sizes[0],
                    "share_of_code": both / sizes[1],
                }
            )
    return CROSSWALK.frame(rows)


def proposals(themes: pd.DataFrame, walk: pd.DataFrame, facet: str, quoted: Mapping[str, str]) -> pd.DataFrame:
    """PROPOSALS of one facet: shown themes that no code covers, shown themes that are a corner of their code, and codes
    that no shown theme holds.

    Parameters
    ----------
    themes : THEMES; walk : its CROSSWALK
    quoted : theme id → passage ids of its quotations, joined by ；
    """
    if walk.empty:
        return PROPOSALS.empty()
    shown = themes[themes["shown"]]
    rows = []
    for theme in shown.itertuples():
        mine = walk[walk["theme_id"] == theme.theme_id].sort_values(["share_of_theme", "code"], ascending=[False, True])
        best = mine.iloc[0]
        basis = None
        if best["share_of_theme"] < HALF:
            basis = NEW, f"最常见的代码只见于其 {best['share_of_theme']:.0%} 的段落，没有代码能覆盖这个主题"
        elif best["share_of_code"] < CORNER:
            part, corner = best["share_of_theme"], best["share_of_code"]
            basis = PART, f"{part:.0%} 的段落属于该代码，却只占该代码段落的 {corner:.0%}，自成一类"
        if basis is not None:
            rows.append(
                {
                    "facet": facet,
                    "kind": basis[0],
                    "item": theme.theme_id,
                    "label": theme.label,
                    "code": best["code"] if best["n"] else None,
                    "n_passages": theme.n_passages,
                    "stability": theme.stability,
                    "reason": basis[1],
                    "quotations": quoted.get(str(theme.theme_id)),
                }
            )
    for code, mine in walk[walk["theme_id"].isin(set(shown["theme_id"]))].groupby("code"):
        if not ((mine["share_of_code"] >= HOLDS) & (mine["lift"] >= 2)).any():
            first = mine.sort_values(["share_of_code", "theme_id"], ascending=[False, True]).iloc[0]
            most = f"最多的 {first['theme_id']} 只有 {first['share_of_code']:.0%}"
            rows.append(
                {
                    "facet": facet,
                    "kind": BARE,
                    "item": code,
                    "label": code,
                    "code": code,
                    "n_passages": round(first["n"] / first["share_of_code"]) if first["n"] else 0,
                    "reason": f"没有一个稳定主题集中了它的段落，{most}",
                }
            )
    return PROPOSALS.frame(rows)


def common_codes(walk: pd.DataFrame, theme_id: str, n: int = 3) -> str | None:
    """The codes that most of a theme's passages carry, with their share: ``formalism 83%、lip_service 10%``."""
    mine = walk[(walk["theme_id"] == theme_id) & (walk["n"] > 0)] if len(walk) else walk
    if mine.empty:
        return None
    ranked = mine.sort_values(["n", "code"], ascending=[False, True]).head(n)
    return "、".join(f"{row.code} {row.share_of_theme:.0%}" for row in ranked.itertuples())


def in_words(proposed: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """PROPOSALS with the Chinese names of the codes as labels."""
    bare = proposed["kind"] == BARE
    return proposed.assign(label=proposed["label"].where(~bare, proposed["label"].map(codebook.name)))
