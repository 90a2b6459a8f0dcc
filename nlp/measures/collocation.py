"""Collocation: which terms stand beside a node term more often than chance."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from nlp.tables import COLLOCATION

WINDOW = 5  # tokens on either side


def collocation(tokens: pd.DataFrame, node: str, window: int = WINDOW, least: int = 2) -> pd.DataFrame:
    """COLLOCATION of ``node`` within ``window`` tokens of the same passage.

    Notes
    -----
    logDice after Rychlý (2008): 14 + log2(2 f(x,y) / (f(x) + f(y))); mutual information after Church and Hanks
    (1990); t-score (observed - expected) / sqrt(observed), the expectation over a window of ``2 × window`` tokens.
    """
    total = len(tokens)
    frequency = tokens["term"].value_counts()
    joint: Counter[str] = Counter()
    for terms in tokens.groupby("passage_id", sort=False)["term"].agg(list):
        joint.update(terms[i] for i in beside(terms, node, window))
    rows = []
    n_node = int(frequency.get(node, 0))
    for term, n in joint.items():
        if n < least:
            continue
        expected = n_node * int(frequency[term]) * 2 * window / total
        rows.append(
            {
                "node": node,
                "term": term,
                "n": n,
                "log_dice": 14 + np.log2(2 * n / (n_node + int(frequency[term]))),
                "mutual_information": np.log2(n / expected),
                "t_score": (n - expected) / np.sqrt(n),
            }
        )
    table = COLLOCATION.frame(rows)
    return table.sort_values(["log_dice", "term"], ascending=[False, True]).reset_index(drop=True)


def beside(terms: list[str], node: str, window: int) -> list[int]:
    """Positions within ``window`` of any ``node``, each once however many nodes are near."""
    at = [i for i, term in enumerate(terms) if term == node]
    near = {k for i in at for k in range(max(0, i - window), min(len(terms), i + window + 1))}
    return sorted(near - set(at))
