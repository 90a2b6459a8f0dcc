"""Links between codes: which causes, manifestations and remedies are named in the same documents."""

from __future__ import annotations

import numpy as np
import pandas as pd

from nlp.measures.prevalence import Z
from nlp.tables import LINKS

PAIRS = (("cause", "manifestation"), ("manifestation", "remedy"), ("cause", "remedy"))


def links(labels: pd.DataFrame, sources: pd.Series | None = None) -> pd.DataFrame:
    """LINKS: co-occurrence of codes of two facets in documents, against independence.

    Notes
    -----
    Lift = P(target | source) / P(target); its interval is exp(ln lift ± 1.96 s) with the delta-method error of a ratio
    of two proportions, s² = 1/n - 1/n_source + 1/n_target - 1/N (Katz et al. 1978), which takes the two for
    independent and is therefore rough where documents are few.
    """
    coded = labels[labels["facet"] != "role"]
    total = labels["document_id"].nunique()
    present = {
        (str(facet), str(code)): frozenset(group["document_id"])
        for (facet, code), group in coded.groupby(["facet", "code"])
    }
    rows = []
    for left, right in PAIRS:
        for (facet, one), having_one in sorted(present.items()):
            if facet != left:
                continue
            for (other_facet, other), having_other in sorted(present.items()):
                if other_facet == right:
                    pair = {"pair": f"{left}→{right}", "source_code": one, "target_code": other}
                    rows.append(pair | link(having_one, having_other, total, sources))
    return LINKS.frame(rows)


def link(one: frozenset[str], other: frozenset[str], total: int, sources: pd.Series | None) -> dict[str, float | int]:
    """Observed and expected co-occurrence of two sets of documents out of ``total``."""
    both = one & other
    expected = len(one) * len(other) / total
    groups = {sources[document] for document in both} if sources is not None else both
    n = max(len(both), 0.5)  # a pair never seen gets a finite interval
    lift = n / expected
    error = np.sqrt(max(0.0, 1 / n - 1 / len(one) + 1 / len(other) - 1 / total))
    return {
        "n": len(both),
        "expected": expected,
        "lift": len(both) / expected,
        "low": lift * np.exp(-Z * error),
        "high": lift * np.exp(Z * error),
        "n_sources": len(groups),
    }
