"""Bursts: stretches of time in which an item stands in many more documents than usual."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import gammaln, xlog1py, xlogy

from nlp.measures.counting import Ints, indexed
from nlp.measures.forms import ALL, form_of, of_form
from nlp.measures.periods import frequency
from nlp.tables import BURSTS

SCALE = 2.0  # how many times the usual share a burst has
COST = 1.0  # of entering a burst, times the logarithm of the number of periods


def bursts(
    seen: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    sources: pd.Series | None = None,
    form: str = ALL,
    scale: float = SCALE,
    cost: float = COST,
) -> pd.DataFrame:
    """BURSTS of every item of OCCURRENCES, counted in documents; the strongest first.

    Parameters
    ----------
    seen, passages, documents, freq, sources, form : as for ``trends.trends_of``
    scale : share in a burst over the share of all periods, above 1
    cost : of entering the burst, times the logarithm of the number of periods

    Notes
    -----
    The two-state automaton of Kleinberg (2002), “Bursty and hierarchical structure in streams”, section 4, for
    documents that arrive in batches: with r of d documents in a batch, a state of share p costs
    -ln(C(d, r) p^r (1-p)^(d-r)); going up costs ``cost`` times the logarithm of the number of batches, going down
    nothing; the cheapest sequence of states is found by dynamic programming. ``weight`` is what the burst saves against
    the usual state. Where the usual share is above a half it cannot be doubled: the share in a burst then lies half-way
    between it and one.
    """
    freq = frequency(freq)
    index = indexed(seen, passages, of_form(documents, form_of(documents, passages), form), freq, sources)
    if len(index.periods) < 2:
        return BURSTS.empty()
    unit = index.units()["文档"]
    n, total = index.counts(unit), index.denominators(unit)
    first = index.first_passages()
    rows = []
    for i, key in enumerate(index.keys.itertuples()):
        for start, end, weight in stretches(n[i], total, scale, cost):
            held, size = int(n[i, start : end + 1].sum()), int(total[start : end + 1].sum())
            rows.append(
                {
                    "kind": key.kind,
                    "item": key.item,
                    "form": form,
                    "freq": freq,
                    "start": index.periods[start],
                    "end": index.periods[end],
                    "n": held,
                    "denominator": size,
                    "share": held / size,
                    "base_share": n[i].sum() / total.sum(),
                    "weight": weight,
                    "first_passage": next((name for name in first[i, start : end + 1] if name is not None), None),
                }
            )
    table = BURSTS.frame(rows)
    return table.sort_values(
        ["weight", "kind", "item", "start"], ascending=[False, True, True, True], ignore_index=True
    )


def stretches(n: Ints, total: Ints, scale: float = SCALE, cost: float = COST) -> list[tuple[int, int, float]]:
    """Bursts of one item as (first period, last period, weight).

    >>> [(a, b, round(w, 3)) for a, b, w in stretches(np.array([0, 0, 8, 9, 0, 0]), np.full(6, 10))]
    [(2, 3, 10.274)]
    """
    held, size = n.sum(), total.sum()
    if not held or held == size:
        return []
    usual = held / size
    high = min(scale * usual, (1 + usual) / 2)
    costs = np.stack([emission(n, total, usual), emission(n, total, high)])
    up = cost * np.log(len(n))
    best, came_from = costs[:, 0] + np.array([0.0, up]), []
    for column in costs[:, 1:].T:
        climb = best[0] + up
        # A tie stays below: a burst must pay.
        came_from.append((int(best[1] < best[0]), int(best[1] <= climb)))
        best = np.array([min(best[0], best[1]), min(climb, best[1])]) + column
    state = int(best[1] < best[0])
    states = [state]
    for origin in reversed(came_from):
        state = origin[state]
        states.append(state)
    path = np.array([0, *reversed(states), 0])
    starts, ends = np.flatnonzero(np.diff(path) == 1), np.flatnonzero(np.diff(path) == -1) - 1
    saved = costs[0] - costs[1]
    return [(int(a), int(b), float(saved[a : b + 1].sum())) for a, b in zip(starts, ends, strict=True)]


def emission(n: Ints, total: Ints, share: float) -> np.ndarray:
    """Cost of seeing ``n`` of ``total`` documents in every period where the share is ``share``."""
    choose = gammaln(total + 1) - gammaln(n + 1) - gammaln(total - n + 1)
    cost: np.ndarray = -(choose + xlogy(n, share) + xlog1py(total - n, -share))
    return cost
