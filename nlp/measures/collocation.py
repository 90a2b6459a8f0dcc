"""Collocation: which terms stand beside a node term more often than chance, within one sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import xlogy

from nlp.measures.counting import Ints
from nlp.tables import COLLOCATION
from nlp.text.segment import SENTENCE_END

WINDOW = 5  # tokens on either side


def collocation(
    tokens: pd.DataFrame,
    node: str,
    window: int = WINDOW,
    least: int = 2,
    passages: pd.DataFrame | None = None,
    sources: pd.Series | None = None,
) -> pd.DataFrame:
    """COLLOCATION of ``node`` within ``window`` tokens, the closest partner first.

    Parameters
    ----------
    tokens : TOKENS
    least : partners that stand beside the node less often are left out
    passages : PASSAGES; given, the window stays inside a sentence, otherwise inside a passage
    sources : independent source of every document; None takes every document for one

    Notes
    -----
    A place is counted once, however many nodes are near. With W places near a node, N tokens and f(y) of the partner,
    the expectation is W f(y) / N; G² is that of the two-by-two table of places (near or not) and terms (partner or
    not; Dunning 1993), given the sign of observed - expected. Mutual information after Church and Hanks (1990), the
    t-score (observed - expected) / sqrt(observed), logDice 14 + log2(2 f(x,y) / (f(x) + f(y))) after Rychlý (2008).
    """
    sentence = sentences_of(tokens, passages)
    is_node = (tokens["term"] == node).to_numpy()
    near = beside(is_node, sentence, window)
    total, n_near = len(tokens), int(near.sum())
    frequency = tokens["term"].value_counts()
    partners = tokens[near]
    source = partners["document_id"] if sources is None else partners["document_id"].map(sources)
    grouped = partners.assign(source=source).groupby("term")
    table = pd.DataFrame(
        {"n": grouped.size(), "n_documents": grouped["document_id"].nunique(), "n_sources": grouped["source"].nunique()}
    )
    table = table[table["n"] >= least].rename_axis("term").reset_index()
    if table.empty:
        return COLLOCATION.empty()
    n, f = table["n"].to_numpy(float), table["term"].map(frequency).to_numpy(float)
    expected = n_near * f / total
    table = table.assign(
        node=node,
        expected=expected,
        log_dice=14 + np.log2(2 * n / (is_node.sum() + f)),
        mutual_information=np.log2(n / expected),
        t_score=(n - expected) / np.sqrt(n),
        log_likelihood=np.sign(n - expected) * association(n, n_near, f, total),
    )
    return COLLOCATION.shape(table.sort_values(["log_dice", "term"], ascending=[False, True]))


def association(both: np.ndarray, one: np.ndarray | float, other: np.ndarray | float, total: float) -> np.ndarray:
    """G² of the two-by-two tables with ``both`` in the corner and the margins ``one`` and ``other`` (Dunning 1993)."""
    cells = ((both, one, other), (one - both, one, total - other), (other - both, total - one, other))
    last = (total - one - other + both, total - one, total - other)
    g2: np.ndarray = np.zeros(np.broadcast(both, one, other).shape)
    for n, row, column in (*cells, last):
        expected = row * column / total  # zero only where nothing can be, and nothing is
        g2 += 2 * xlogy(n, np.divide(n, expected, out=np.ones_like(g2), where=np.broadcast_to(n > 0, g2.shape)))
    return g2


def sentences_of(tokens: pd.DataFrame, passages: pd.DataFrame | None) -> Ints:
    """Number of the sentence (without ``passages``: of the passage) of every token."""
    passage: Ints = pd.factorize(tokens["passage_id"])[0]
    if passages is None:
        return passage
    ends = {
        str(row.passage_id): [hit.end() for hit in SENTENCE_END.finditer(str(row.text))]
        for row in passages.itertuples()
    }
    stops = [ends.get(str(name), []) for name in tokens["passage_id"].unique()]
    longest = int(tokens["end"].max()) + 1 if len(tokens) else 1
    edges = np.array(
        [number * longest + stop for number, found in enumerate(stops) for stop in found if stop < longest]
    )
    at = passage * longest + tokens["start"].to_numpy()
    found: Ints = passage + np.searchsorted(edges, at, side="right")
    return found


def beside(is_node: np.ndarray, sentence: np.ndarray, window: int) -> np.ndarray:
    """Which tokens stand within ``window`` tokens of a node of the same sentence and are none themselves."""
    near = np.zeros(len(is_node), dtype=bool)
    for step in range(1, window + 1):
        together = sentence[step:] == sentence[:-step]
        near[step:] |= is_node[:-step] & together
        near[:-step] |= is_node[step:] & together
    found: np.ndarray = near & ~is_node
    return found
