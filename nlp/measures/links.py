"""Links between codes: which causes, manifestations and remedies are named together, which without the other."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from nlp.measures.prevalence import sure_of
from nlp.statistics.intervals import expected_count, lift, resampled, wilson
from nlp.tables import CHAINS, GAP_KINDS, GAP_SHARES, GAPS, LINKS, SCOPES

PAIRS = (("cause", "manifestation"), ("manifestation", "remedy"), ("cause", "remedy"))
DRAWS = 200  # resamples for the interval of a chain
WHOLE = 5  # passages: a shorter text cannot be expected to diagnose and to prescribe
Answers = Mapping[str, frozenset[str]]  # code of a manifestation or cause → codes of the remedies that answer it


def links(labels: pd.DataFrame, sources: pd.Series | None = None, passages: pd.DataFrame | None = None) -> pd.DataFrame:
    """LINKS: co-occurrence of codes of two facets in documents (and, with ``passages``, under one heading).

    Lift = P(target | source) / P(target); its interval: ``intervals.lift``.
    """
    rows = []
    for scope, places in scopes(labels, passages, sources):
        coded = places[places["facet"] != "role"]
        total = places["place"].nunique()
        present = {
            (str(facet), str(code)): frozenset(group["place"])
            for (facet, code), group in coded.groupby(["facet", "code"])
        }
        source_of = sources_of_places(places, sources)
        for left, right in PAIRS:
            for (facet, one), having_one in sorted(present.items()):
                if facet != left:
                    continue
                for (other_facet, other), having_other in sorted(present.items()):
                    if other_facet == right:
                        pair = {"scope": scope, "pair": f"{left}→{right}", "source_code": one, "target_code": other}
                        rows.append(pair | link(having_one, having_other, total, source_of))
    return LINKS.frame(rows)


def scopes(
    labels: pd.DataFrame, passages: pd.DataFrame | None, sources: pd.Series | None
) -> list[tuple[str, pd.DataFrame]]:
    """LABELS with the ``place`` in which codes meet: document, heading, independent source, as far as they are known.

    Doubtful codes are left out.
    A place of one passage is left out: a passage has one role, so that codes of two facets cannot meet there, and
    thousands of summaries of one row beside a few reports would make every pair look far likelier than chance.
    """
    labels = sure_of(labels)
    found = [(SCOPES[0], labels.assign(place=labels["document_id"]))]
    if sources is not None:
        original = labels if passages is None else labels[~labels["passage_id"].isin(copied_passages(passages))]
        found.append((SCOPES[2], original.assign(place=original["document_id"].map(sources).astype("str"))))
    if passages is not None:
        section = labels["passage_id"].map(passages.set_index("passage_id")["section"]).fillna("").astype("str")
        under = labels.assign(place=labels["document_id"] + "＞" + section)
        found.append((SCOPES[1], under[section != ""]))
    return [(scope, of_several_passages(places)) for scope, places in found]


def copied_passages(passages: pd.DataFrame) -> frozenset[str]:
    """Passages that repeat one of another document: what their source has said is counted there."""
    return frozenset(passages.loc[passages["reuse_of"].notna(), "passage_id"])


def of_several_passages(places: pd.DataFrame) -> pd.DataFrame:
    """The labels in places of two passages at least."""
    size = places.groupby("place")["passage_id"].nunique()
    return places[places["place"].isin(size[size >= 2].index)]


def sources_of_places(places: pd.DataFrame, sources: pd.Series | None) -> dict[str, str]:
    """Independent source of every place."""
    document_of = dict(zip(places["place"], places["document_id"], strict=True))
    return {place: document if sources is None else str(sources[document]) for place, document in document_of.items()}


def link(
    one: frozenset[str], other: frozenset[str], total: int, source_of: Mapping[str, str]
) -> dict[str, float | int]:
    """Observed and expected co-occurrence of two sets of places out of ``total``."""
    both = one & other
    return {
        "n": len(both),
        "expected": float(expected_count(len(one), len(other), total)),
        **lift(len(both), len(one), len(other), total).columns("lift"),
        "n_sources": len({source_of[place] for place in both}),
    }


def chains(
    labels: pd.DataFrame,
    sources: pd.Series | None = None,
    passages: pd.DataFrame | None = None,
    seed: int = 7,
) -> pd.DataFrame:
    """CHAINS: cause, manifestation and remedy named in one document, or under one heading, against independence.

    Only chains that occur are listed, the most frequent first. The interval of the lift is that of resampled
    independent sources (percentile bootstrap, Efron 1979), so that copies do not narrow it.
    """
    rows = []
    for scope, places in scopes(labels, passages, sources):
        rows += chain_rows(scope, places, sources_of_places(places, sources), seed)
    table = CHAINS.frame(rows)
    order = ["scope", "n", "lift", "cause", "manifestation", "remedy"]
    return table.sort_values(order, ascending=[True, False, False, True, True, True]).reset_index(drop=True)


def chain_rows(scope: str, places: pd.DataFrame, source_of: Mapping[str, str], seed: int) -> list[dict[str, object]]:
    """Rows of CHAINS for one scope."""
    coded = places[places["facet"] != "role"]
    names = sorted(places["place"].unique())
    parts = {facet: indicator(coded[coded["facet"] == facet], names) for facet in ("cause", "manifestation", "remedy")}
    if any(part.empty for part in parts.values()):
        return []
    c, m, r = (part.to_numpy(np.float32) for part in parts.values())
    triples = np.einsum("nc,nm,nr->ncmr", c, m, r).reshape(len(names), -1)
    seen = np.flatnonzero(triples.sum(axis=0) > 0)
    at = np.array(np.unravel_index(seen, (c.shape[1], m.shape[1], r.shape[1])))
    groups = pd.factorize(np.array([source_of[name] for name in names]), sort=True)[0]
    lifts = lift_of(np.ones((1, len(names))), triples[:, seen], c, m, r, at)[0]
    n_groups = int(groups.max()) + 1
    draws = np.random.default_rng(seed).multinomial(n_groups, np.full(n_groups, 1 / n_groups), DRAWS)
    found = resampled(lifts, lift_of(draws[:, groups].astype(float), triples[:, seen], c, m, r, at))
    n = triples[:, seen].sum(axis=0)
    columns = [list(part.columns) for part in parts.values()]
    return [
        {
            "scope": scope,
            "cause": columns[0][at[0, i]],
            "manifestation": columns[1][at[1, i]],
            "remedy": columns[2][at[2, i]],
            "n": int(n[i]),
            "expected": float(n[i] / lifts[i]),
            "lift": float(lifts[i]),
            "low": float(found.low[i]),
            "high": float(found.high[i]),
            "n_sources": len(set(groups[triples[:, column] > 0])),
        }
        for i, column in enumerate(seen)
    ]


def lift_of(
    weights: np.ndarray, triples: np.ndarray, c: np.ndarray, m: np.ndarray, r: np.ndarray, at: np.ndarray
) -> np.ndarray:
    """Lift of every chain under every weighting of the places, (n_weightings, n_chains)."""
    total = weights.sum(axis=1, keepdims=True)
    alone = (weights @ c)[:, at[0]] * (weights @ m)[:, at[1]] * (weights @ r)[:, at[2]]
    expected = alone / total**2
    lifts: np.ndarray = np.divide(weights @ triples, expected, out=np.zeros_like(expected), where=expected > 0)
    return lifts


def indicator(coded: pd.DataFrame, places: list[str]) -> pd.DataFrame:
    """Which place names which code, zeros and ones."""
    return pd.crosstab(coded["place"], coded["code"]).clip(upper=1).reindex(places, fill_value=0)


def gaps(
    labels: pd.DataFrame, documents: pd.DataFrame, answers: Answers, sources: pd.Series | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What units diagnose without prescribing, and prescribe without having diagnosed.

    A unit is an organ with all its documents, or a document whose organ is unknown; units with fewer than five
    passages are left out. A gap is named where the code is sure and what answers it is not even doubtful. GAP_SHARES
    counts organs only: a document whose organ is unknown is no unit.

    Parameters
    ----------
    answers : code of a manifestation or cause → remedies that answer it (``load_answers``); empty: any remedy does

    Returns
    -------
    GAPS, a row a unit and code; GAP_SHARES, over the corpus, out of the units that name the code
    """
    organ = documents.set_index("document_id")["organ"]
    placed = labels.assign(unit=labels["document_id"].map(organ).fillna(labels["document_id"]).astype("str"))
    size = placed.groupby("unit")["passage_id"].nunique()
    placed = placed[placed["unit"].isin(size[size >= WHOLE].index) & (placed["facet"] != "role")]
    placed = placed.sort_values(
        ["unit", "facet", "code", "sure", "passage_id"], ascending=[True, True, True, False, True]
    )
    firsts = placed.drop_duplicates(["unit", "facet", "code"])
    remedies = placed[placed["facet"] == "remedy"].groupby("unit")["code"].agg(frozenset).to_dict()
    problems = placed[placed["facet"] != "remedy"].groupby("unit")["code"].agg(frozenset).to_dict()
    answered_by = dict(answers)
    asks: dict[str, frozenset[str]] = {}
    for code, named in answered_by.items():
        for remedy in named:
            asks[remedy] = asks.get(remedy, frozenset()) | {code}
    rows = []
    for row in firsts.itertuples():
        diagnosing = row.facet != "remedy"
        wanted = (answered_by if diagnosing else asks).get(str(row.code), frozenset())
        there = (remedies if diagnosing else problems).get(row.unit, frozenset())
        missing = not (there & wanted) if wanted else not there
        kind, named_codes = GAP_KINDS[0 if diagnosing else 1], "、".join(sorted(wanted)) or "任一"
        where = (row.document_id, row.passage_id)
        rows.append((row.unit, kind, row.facet, row.code, named_codes, *where, missing, row.sure))
    named = pd.DataFrame(rows, columns=[*GAPS.names, "missing", "sure"])
    named["organ"] = named["document_id"].map(organ)
    if named.empty:
        return GAPS.empty(), GAP_SHARES.empty()
    return GAPS.shape(named[named["missing"] & named["sure"]]), gap_shares(named, sources)


def gap_shares(named: pd.DataFrame, sources: pd.Series | None) -> pd.DataFrame:
    """GAP_SHARES: units with a gap out of the units that name the code; the same by independent sources."""
    group = named["document_id"] if sources is None else named["document_id"].map(sources)
    parts = []
    for unit, column in (("单位", named["organ"]), ("独立来源", group)):
        counted = named.assign(counted=column)
        sure, missing = counted[counted["sure"]], counted[counted["missing"]]
        table = pd.DataFrame(
            {
                "n": holders(missing[missing["sure"]]),
                "denominator": holders(sure),
                "n_with_doubtful": holders(missing),
                "denominator_with_doubtful": holders(counted),
            }
        ).fillna(0)
        share = wilson(table["n"].to_numpy(float), table["denominator"].to_numpy(float)).columns("share")
        with_doubtful = table["n_with_doubtful"] / table["denominator_with_doubtful"]
        parts.append(table.assign(unit=unit, **share, share_with_doubtful=with_doubtful).reset_index())
    table = pd.concat(parts, ignore_index=True)
    table = table[table["denominator_with_doubtful"] > 0]
    return GAP_SHARES.shape(table.sort_values(["kind", "facet", "code", "unit"]))


def holders(counted: pd.DataFrame) -> pd.Series:
    """How many units hold each code."""
    return counted.groupby(["kind", "facet", "code"])["counted"].nunique()
