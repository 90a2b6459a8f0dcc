"""Keyness: the terms that set one group of passages apart from the rest."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import xlogy

from nlp.errors import DataError
from nlp.tables import KEYNESS


def keyness(target: pd.Series, reference: pd.Series) -> pd.DataFrame:
    """Rank terms by how much more often they occur in ``target`` than in ``reference``.

    Parameters
    ----------
    target, reference : Series, index = term, values = occurrences (tokens)

    Returns
    -------
    DataFrame, index = term (the union of both sides), strongest evidence of a difference first
        ``n_target``, ``n_reference`` (tokens); ``log_ratio`` (binary: +1 means twice as frequent);
        ``log_likelihood`` (G²: 10.83 corresponds to p = 0.001).

    Raises
    ------
    DataError
        If one side has no tokens.

    Notes
    -----
    G² after Rayson and Garside (2000); log ratio after Hardie (2014), an absent term counting 0.5.
    """
    if not (target.sum() and reference.sum()):
        raise DataError.at("对比的一方没有词", where="keyness", fix="放宽筛选条件，使两组段落都不为空")
    n = pd.concat({"n_target": target, "n_reference": reference}, axis="columns").fillna(0)
    size = n.sum()  # tokens on each side
    expected = np.outer(n.sum(axis="columns"), size / size.sum())
    relative = n.clip(lower=0.5) / size
    return n.assign(
        log_ratio=np.log2(relative["n_target"] / relative["n_reference"]),
        log_likelihood=2 * xlogy(n, n / expected).sum(axis="columns"),
    ).sort_values(["log_likelihood", "log_ratio"], ascending=False, kind="stable")


def keyness_by_role(
    tokens: pd.DataFrame, labels: pd.DataFrame, stopwords: frozenset[str], n_terms: int = 40
) -> pd.DataFrame:
    """KEYNESS of every role against all other passages: the strongest over-used terms of each."""
    role = labels[labels["facet"] == "role"].set_index("passage_id")["code"]
    usable = tokens[(tokens["term"].str.len() >= 2) & ~tokens["term"].isin(stopwords)]
    usable = usable.assign(role=usable["passage_id"].map(role))
    parts = []
    for name in sorted(usable["role"].dropna().unique()):
        here = usable["role"] == name
        target, reference = usable.loc[here, "term"].value_counts(), usable.loc[~here, "term"].value_counts()
        if not (len(target) and len(reference)):
            continue
        ranked = keyness(target.sort_index(), reference.sort_index())
        ranked = ranked[ranked["log_ratio"] > 0].head(n_terms).rename_axis("term").reset_index()
        spread = usable[here].groupby("term")["document_id"].nunique()
        parts.append(ranked.assign(target=name, n_documents=ranked["term"].map(spread).fillna(0)))
    return KEYNESS.shape(pd.concat(parts, ignore_index=True)) if parts else KEYNESS.empty()
