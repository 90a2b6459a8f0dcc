"""Agreement between codings: κ, α, precision, recall, F1 with intervals; calibration and abstention of a coder."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from nlp.statistics.intervals import Interval, resampled
from nlp.tables import AGREEMENT

RESAMPLES = 1000


def cohen_kappa(one: np.ndarray, other: np.ndarray) -> float:
    """Cohen's κ of two codings of the same passages (Cohen 1960); 1 if both give the same single value throughout.

    >>> cohen_kappa(np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0]))
    0.5
    """
    values = np.union1d(one, other)
    observed = float(np.mean(one == other))
    expected = float(sum(np.mean(one == v) * np.mean(other == v) for v in values))
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)


def krippendorff_alpha(one: np.ndarray, other: np.ndarray) -> float:
    """Krippendorff's α for two coders, nominal values, nothing missing (Krippendorff 2004).

    >>> round(krippendorff_alpha(np.array([1, 1, 0, 0]), np.array([1, 0, 0, 0])), 4)
    0.5333
    """
    pooled = np.concatenate([one, other])
    n = len(pooled)
    shares = np.unique(pooled, return_counts=True)[1]
    expected = 1 - float((shares * (shares - 1)).sum()) / (n * (n - 1))
    return 1.0 if expected == 0 else 1 - float(np.mean(one != other)) / expected


def f1_parts(gold: np.ndarray, given: np.ndarray) -> tuple[float, float, float]:
    """Precision, recall and F1 of one code over all passages; a ratio without denominator counts 0."""
    hit = float(np.sum(gold & given))
    precision = hit / given.sum() if given.sum() else 0.0
    recall = hit / gold.sum() if gold.sum() else 0.0
    total = gold.sum() + given.sum()
    return precision, recall, (2 * hit / total if total else 0.0)


def macro_f1(gold: np.ndarray, given: np.ndarray) -> float:
    """Mean F1 of the columns (codes) of two boolean matrices, (n_passages, n_codes)."""
    return float(np.mean([f1_parts(gold[:, k], given[:, k])[2] for k in range(gold.shape[1])]))


def micro_f1(gold: np.ndarray, given: np.ndarray) -> float:
    """F1 over all cells of two boolean matrices."""
    total = gold.sum() + given.sum()
    return float(2 * np.sum(gold & given) / total) if total else 0.0


def role_macro_f1(gold: np.ndarray, given: np.ndarray) -> float:
    """Mean F1 of the roles that occur on either side."""
    return float(np.mean([f1_parts(gold == role, given == role)[2] for role in np.union1d(gold, given)]))


def bootstrap(
    measure: Callable[[np.ndarray], float], groups: np.ndarray, resamples: int = RESAMPLES, seed: int = 7
) -> Interval:
    """``measure(rows)`` of all rows (indices), with its percentile interval over resampled groups (documents).

    Passages of one document resemble each other, so documents are drawn, not passages (Efron and Tibshirani 1993).
    """
    rng = np.random.default_rng(seed)
    names, inverse = np.unique(groups, return_inverse=True)
    members = [np.flatnonzero(inverse == i) for i in range(len(names))]
    values = [
        measure(np.concatenate([members[i] for i in rng.integers(0, len(names), len(names))])) for _ in range(resamples)
    ]
    return resampled(measure(np.arange(len(groups))), np.array(values))


def compare_codings(
    gold: pd.DataFrame, given: pd.DataFrame, facets: dict[str, Sequence[str]], resamples: int = RESAMPLES
) -> pd.DataFrame:
    """AGREEMENT of two LABELS tables on the passages that both cover: one row a role and a code.

    Parameters
    ----------
    gold, given : columns passage_id, document_id, facet, code; every passage has a role row
    facets : codes of every facet, ``role`` included
    """
    ids, document = shared_passages(gold, given)
    rows = []
    for facet, codes in facets.items():
        one, other = presence(gold, ids, facet, codes), presence(given, ids, facet, codes)
        for k, code in enumerate(codes):
            rows.append(agreement_row(facet, code, one[:, k], other[:, k], document, resamples))
    return AGREEMENT.frame(rows)


def agreement_row(
    facet: str, code: str, gold: np.ndarray, given: np.ndarray, groups: np.ndarray, resamples: int
) -> dict[str, object]:
    """Counts, precision, recall, F1 and κ of one code; the interval is that of κ."""
    precision, recall, f1 = f1_parts(gold, given)
    kappa = bootstrap(lambda rows: cohen_kappa(gold[rows], given[rows]), groups, resamples)
    return {
        "facet": facet,
        "code": code,
        "n": len(gold),
        "n_gold": int(gold.sum()),
        "n_coder": int(given.sum()),
        "precision": precision,
        "recall": recall,
        "f1": f1,
        **kappa.columns("kappa"),
        "alpha": krippendorff_alpha(gold, given),
    }


def shared_passages(gold: pd.DataFrame, given: pd.DataFrame) -> tuple[list[str], np.ndarray]:
    """Passages that both codings cover, and the document of each."""
    both = set(gold["passage_id"]) & set(given["passage_id"])
    rows = gold[gold["passage_id"].isin(both)].drop_duplicates("passage_id")
    return list(rows["passage_id"]), rows["document_id"].to_numpy()


def presence(labels: pd.DataFrame, ids: Sequence[str], facet: str, codes: Sequence[str]) -> np.ndarray:
    """Boolean matrix (n_passages, n_codes): which passage carries which code of ``facet``."""
    at_row = {pid: i for i, pid in enumerate(ids)}
    at_column = {code: k for k, code in enumerate(codes)}
    matrix = np.zeros((len(ids), len(codes)), dtype=bool)
    rows = labels[(labels["facet"] == facet) & labels["passage_id"].isin(at_row) & labels["code"].isin(at_column)]
    matrix[rows["passage_id"].map(at_row), rows["code"].map(at_column)] = True
    return matrix


def confused_pairs(gold: Sequence[str], given: Sequence[str], n: int = 8) -> list[tuple[str, str, int]]:
    """The most frequent (gold, given) pairs of different roles."""
    counts = pd.Series([pair for pair in zip(gold, given, strict=True) if pair[0] != pair[1]]).value_counts()
    ranked = sorted(counts.items(), key=lambda item: (-int(item[1]), item[0]))
    return [(str(one), str(other), int(count)) for (one, other), count in ranked[:n]]


def confused_codes(gold: np.ndarray, given: np.ndarray, codes: Sequence[str], n: int = 8) -> list[tuple[str, str, int]]:
    """The most frequent pairs (code missed, code given instead) within passages."""
    pairs = []
    for i, k in combinations(range(len(codes)), 2):
        for missed, instead in ((i, k), (k, i)):
            wrong = gold[:, missed] & ~given[:, missed] & given[:, instead] & ~gold[:, instead]
            pairs.append((codes[missed], codes[instead], int(wrong.sum())))
    return sorted((pair for pair in pairs if pair[2]), key=lambda pair: (-pair[2], pair[0], pair[1]))[:n]


def reliability(scores: np.ndarray, right: np.ndarray, n_bins: int = 10) -> pd.DataFrame:
    """Reliability table: mean score against share of right decisions, in bins of equal width."""
    bins = np.minimum((scores * n_bins).astype(int), n_bins - 1)
    rows = [
        (b / n_bins, int((bins == b).sum()), float(scores[bins == b].mean()), float(right[bins == b].mean()))
        for b in range(n_bins)
        if (bins == b).any()
    ]
    return pd.DataFrame(rows, columns=["from", "n", "score", "right"])


def calibration_error(scores: np.ndarray, right: np.ndarray) -> float:
    """Expected calibration error: mean gap between score and share right, weighted by bin (Naeini et al. 2015)."""
    table = reliability(scores, right)
    return float((table["n"] * (table["score"] - table["right"]).abs()).sum() / max(1, table["n"].sum()))


def coverage_risk(sureness: np.ndarray, measure: Callable[[np.ndarray], float]) -> list[tuple[float, float]]:
    """``measure`` over the surest share of passages, for shares 0.1, 0.2 … 1.0."""
    order = np.argsort(-sureness, kind="stable")
    shares = [round(0.1 * step, 1) for step in range(1, 11)]
    return [(share, measure(order[: max(1, round(share * len(order)))])) for share in shares]
