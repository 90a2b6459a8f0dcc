"""Keyness: the terms that set one group of passages apart from another."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import xlogy

from nlp.base.errors import DataError
from nlp.tables import KEYNESS, TERM_COUNTS

NOTEWORTHY = 10.83  # G² from which p < 0.001
OTHERS = "其余"
MOST = 200  # terms kept of every group
FEWEST_SOURCES = 2  # a word of one report, however often it repeats it, is not the group's


def keyness(target: pd.Series, reference: pd.Series, prior: pd.Series | None = None) -> pd.DataFrame:
    """Rank terms by how much more often they occur in ``target`` than in ``reference``.

    Parameters
    ----------
    target, reference : Series, index = term, values = occurrences (tokens)
    prior : Series, index = term, pseudo-occurrences of the Dirichlet prior; None takes both sides together

    Returns
    -------
    DataFrame, index = term (the union of both sides), strongest evidence of a difference first
        ``n_target``, ``n_reference`` (tokens); ``log_ratio`` (binary: +1 means twice as frequent);
        ``log_odds`` (natural, shrunk by the prior) and ``z``, the same over its standard error;
        ``log_likelihood`` (G²: 10.83 corresponds to p = 0.001).

    Raises
    ------
    DataError
        If one side has no tokens.

    Notes
    -----
    G² after Rayson and Garside (2000); log ratio after Hardie (2014), an absent term counting 0.5; log-odds with an
    informative Dirichlet prior after Monroe, Colaresi and Quinn (2008), section 3.3. Its variance is their short form
    1/(y + a) + 1/(y' + a), good for terms that are a small part of a text; scattertext also adds the two terms of all
    other words, so that its z is smaller for a term that is most of a text.
    """
    if not (target.sum() and reference.sum()):
        raise DataError.at("对比的一方没有词", where="keyness", fix="放宽筛选条件，使两组段落都不为空")
    n = pd.concat({"n_target": target, "n_reference": reference}, axis="columns").fillna(0)
    size = n.sum()  # tokens on each side
    expected = np.outer(n.sum(axis="columns"), size / size.sum())
    relative = n.clip(lower=0.5) / size
    weight = n.sum(axis="columns") if prior is None else prior.reindex(n.index).fillna(0)
    seen = n.add(weight, axis="index")
    rest = (size + weight.sum()) - seen
    # With an empty prior an absent term has no odds: the style of numpy (inf, nan) would hide it, so it counts 0.5.
    odds = np.log(seen.clip(lower=0.5) / rest.clip(lower=0.5))
    log_odds = odds["n_target"] - odds["n_reference"]
    return n.assign(
        log_ratio=np.log2(relative["n_target"] / relative["n_reference"]),
        log_odds=log_odds,
        z=log_odds / np.sqrt((1 / seen.clip(lower=0.5)).sum(axis="columns")),
        log_likelihood=2 * xlogy(n, n / expected).sum(axis="columns"),
    ).sort_values(["log_likelihood", "log_ratio"], ascending=False, kind="stable")


def count_terms(tokens: pd.DataFrame, group: pd.Series | None = None) -> pd.DataFrame:
    """TOKENS → TERM_COUNTS, document by document; those of parts with whole documents add up.

    Parameters
    ----------
    group : group of every token (as ``tokens``), empty where it has none; None: no groups
    """
    grouped = tokens.assign(group=None if group is None else group)
    cells = grouped.groupby(["group", "document_id", "term"], sort=True, dropna=False).size()
    return TERM_COUNTS.shape(cells.rename("n").reset_index())


def keyness_between(
    one: pd.DataFrame,
    other: pd.DataFrame,
    names: tuple[str, str, str],
    sources: pd.Series | None = None,
    everything: bool = False,
) -> pd.DataFrame:
    """KEYNESS of one group of tokens against another, the largest effect first.

    Parameters
    ----------
    one, other : TERM_COUNTS of the target and of the reference
    names : what they are grouped by, the target's name, the reference's name
    sources : independent source of every document; None takes every document for one
    everything : keep every term; otherwise only those that the target uses more (log ratio above 0) with a G² above
        10.83 in two independent sources at least, the 200 of the strongest evidence at most

    Notes
    -----
    Dispersion is Gries's (2008) deviation of proportions over the documents of the target: half the sum of
    |share of the term's occurrences - share of the tokens|.
    """
    ranked = keyness(*(side.groupby("term", sort=True)["n"].sum() for side in (one, other)))
    spread = spread_of(one, sources).reindex(ranked.index)
    if not everything:
        matters = (ranked["log_ratio"] > 0) & (ranked["log_likelihood"] > NOTEWORTHY)
        ranked = ranked[matters & (spread["n_sources"] >= FEWEST_SOURCES)].head(MOST)
    ranked = ranked.rename_axis("term").reset_index()
    spread = spread.reindex(ranked["term"])
    by, target, reference = names
    return KEYNESS.shape(
        ranked.assign(
            by=by,
            target=target,
            reference=reference,
            n_documents=spread["n_documents"].fillna(0).to_numpy(),
            n_sources=spread["n_sources"].fillna(0).to_numpy(),
            dispersion=spread["dispersion"].to_numpy(),
        ).sort_values(["log_ratio", "log_likelihood", "term"], ascending=[False, False, True])
    )


def spread_of(counts: pd.DataFrame, sources: pd.Series | None = None) -> pd.DataFrame:
    """``n_documents``, ``n_sources`` and ``dispersion`` (Gries's DP) of every term of TERM_COUNTS, indexed by term."""
    cells = counts.groupby(["term", "document_id"], sort=True)["n"].sum().reset_index()
    source = cells["document_id"] if sources is None else cells["document_id"].map(sources)
    size = counts.groupby("document_id")["n"].sum() / counts["n"].sum()
    part = cells["document_id"].map(size).to_numpy(dtype=float)
    share = (cells["n"] / cells.groupby("term")["n"].transform("sum")).to_numpy(dtype=float)
    # A document without the term adds its share of the tokens; all of them together add what the others leave of 1.
    cells = cells.assign(source=source, gap=np.abs(share - part) - part)
    grouped = cells.groupby("term")
    return pd.DataFrame(
        {
            "n_documents": grouped.size(),
            "n_sources": grouped["source"].nunique(),
            "dispersion": (grouped["gap"].sum() + 1) / 2,
        }
    )


def telling_tokens(tokens: pd.DataFrame, stopwords: frozenset[str]) -> pd.DataFrame:
    """TOKENS of two or more characters that are no stop words."""
    return tokens[(tokens["term"].str.len() >= 2) & ~tokens["term"].isin(stopwords)]


def roles_of(tokens: pd.DataFrame, labels: pd.DataFrame) -> pd.Series:
    """Role of the passage of every token, as ``tokens``."""
    role = labels[labels["facet"] == "role"].set_index("passage_id")["code"]
    return tokens["passage_id"].map(role)


def keyness_by_role(
    tokens: pd.DataFrame, labels: pd.DataFrame, stopwords: frozenset[str], sources: pd.Series | None = None
) -> pd.DataFrame:
    """KEYNESS of every role against all other passages."""
    usable = telling_tokens(tokens, stopwords)
    return keyness_of_groups(count_terms(usable, roles_of(usable, labels)), "role", sources)


def keyness_of_groups(counts: pd.DataFrame, by: str, sources: pd.Series | None = None) -> pd.DataFrame:
    """KEYNESS of every group of TERM_COUNTS against all others that have one."""
    usable = counts[counts["group"].notna()]
    parts = []
    for name in sorted(usable["group"].unique()):
        here = usable["group"] == name
        if here.all():
            continue
        parts.append(keyness_between(usable[here], usable[~here], (by, str(name), OTHERS), sources))
    return KEYNESS.shape(pd.concat(parts, ignore_index=True)) if parts else KEYNESS.empty()
