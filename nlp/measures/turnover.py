"""Slogans come and go; do the problems change with them? The two side by side, period by period."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from nlp.tables import TRENDS, TURNOVER

SHOWN = 5  # slogans named for a period


def turnover(trends: pd.DataFrame, problems: Collection[str]) -> pd.DataFrame:
    """TURNOVER: how far the slogans of a period, and its problems, differ from those of the period before.

    Parameters
    ----------
    trends : TRENDS with slogans (kind ``slogan``) and codes (kind ``code``), of one form and frequency
    problems : the codes that name problems (facet manifestation)

    Notes
    -----
    Both changes are the distance of Bray and Curtis (1957) between the shares of documents of two following periods:
    the sum of the differences over the sum of the shares; 0 nothing changed, 1 nothing stayed. Renaming a slogan moves
    the one and leaves the other as it is.
    """
    documents = trends[trends["unit"] == "文档"]
    slogans = by_period(documents[documents["kind"] == "slogan"])
    codes = by_period(documents[(documents["kind"] == "code") & documents["item"].isin(list(problems))])
    if slogans.empty and codes.empty:
        return TURNOVER.empty()
    facts = documents.drop_duplicates("period").set_index("period").sort_index()
    slogans, codes = slogans.reindex(facts.index, fill_value=0.0), codes.reindex(facts.index, fill_value=0.0)
    used = slogans.to_numpy() > 0
    before = np.logical_or.accumulate(used, axis=0)
    earlier = np.vstack([np.zeros((1, used.shape[1]), dtype=bool), before[:-1]])
    previous = np.vstack([np.zeros((1, used.shape[1]), dtype=bool), used[:-1]])
    table = facts[["form", "freq", "denominator", "solid"]].assign(
        n_slogans=used.sum(axis=1),
        n_new=(used & ~earlier).sum(axis=1),
        n_gone=(previous & ~used).sum(axis=1),
        slogan_change=distances(slogans.to_numpy()),
        problem_change=distances(codes.to_numpy()),
        slogans=[
            commonest(row, total) for (_, row), total in zip(slogans.iterrows(), facts["denominator"], strict=True)
        ],
    )
    return TURNOVER.shape(table.rename_axis("period").reset_index())


def by_period(rows: pd.DataFrame) -> pd.DataFrame:
    """Shares, a row a period and a column an item."""
    if rows.empty:
        return pd.DataFrame(index=pd.Index([], dtype="str"))
    return TRENDS.shape(rows).pivot(index="period", columns="item", values="share").fillna(0.0)


def distances(shares: np.ndarray) -> np.ndarray:
    """Bray–Curtis distance of every row to the one before; no number for the first, or where both are empty.

    >>> distances(np.array([[0.5, 0.0], [0.0, 0.5], [0.25, 0.5]])).round(3)
    array([nan, 1. , 0.2])
    """
    found = np.full(len(shares), np.nan)
    both = shares[1:].sum(axis=1) + shares[:-1].sum(axis=1)
    np.divide(np.abs(np.diff(shares, axis=0)).sum(axis=1), both, out=found[1:], where=both > 0)
    return found


def commonest(shares: pd.Series, total: int) -> str:
    """The commonest slogans of a period with their number of documents."""
    ranked = shares[shares > 0].sort_index().sort_values(ascending=False, kind="stable").head(SHOWN)
    return "、".join(f"{name}（{round(share * total)}）" for name, share in ranked.items())
