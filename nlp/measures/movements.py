"""Which way an item moves: slope, tests that know of ties and of many items, and the change between two periods."""

from __future__ import annotations

from functools import lru_cache
from math import comb

import numpy as np
import pandas as pd
from scipy.special import ndtr
from scipy.stats import false_discovery_control, theilslopes

from nlp.measures.counting import Indexed, Ints, Unit, indexed
from nlp.measures.forms import ALL, form_of, of_form
from nlp.measures.periods import frequency, times
from nlp.measures.trends import SOLID
from nlp.statistics.intervals import newcombe
from nlp.tables import DIRECTIONS, MOVEMENTS

APPEARS, VANISHES, RISES, FALLS, NONE, TOO_FEW = DIRECTIONS
SIGNIFICANT = 0.05  # of the p corrected for many items
FEWEST = 5  # documents with an item, and without it or not: fewer show no direction
FEWEST_PERIODS = 3
EXACT_UNITS, EXACT_PERIODS = 100, 30  # up to so many the distribution under shuffled dates is counted out
EDGE = 0.25  # share of the documents, at either end of the time, in which what appears or vanishes must be absent


def movements(
    seen: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    sources: pd.Series | None = None,
    form: str = ALL,
    later_from: str | None = None,
) -> pd.DataFrame:
    """How every item of OCCURRENCES moves, by documents and by independent sources.

    Parameters
    ----------
    seen, passages, documents, freq, sources, form : as for ``trends.trends_of``
    later_from : first period of the later half; None halves the documents as evenly as whole periods allow

    Returns
    -------
    MOVEMENTS, two rows (units of count) an item

    Notes
    -----
    ``p`` is Mann's (1945) test on the single documents: Kendall's S between their period and whether they hold the
    item, ties on both sides. Up to 100 documents its distribution under shuffled dates is counted out, beyond that it
    is normal with the variance corrected for ties (Kendall 1975). ``q`` corrects it over the items of one kind and unit
    (Benjamini and Hochberg 1995); items in fewer than five documents are not tested. ``p_periods`` is the same test on
    the shares of the solid periods, exact with ties up to thirty periods. ``slope`` is the median of the slopes between
    any two solid periods, with Sen's (1968) interval. The interval of ``change`` is Newcombe's (1998) method 10.
    """
    freq = frequency(freq)
    index = indexed(seen, passages, of_form(documents, form_of(documents, passages), form), freq, sources)
    if not len(index.keys) or not index.periods:
        return MOVEMENTS.empty()
    first_passages = index.first_passages()
    parts = [
        moves_of(index, unit, freq, later_from).assign(unit=name, first_passage=earliest(first_passages))
        for name, unit in index.units().items()
        if name != "段落"
    ]
    table = pd.concat(parts, ignore_index=True).assign(form=form, freq=freq)
    for _, rows in table.groupby(["kind", "unit"]).groups.items():
        table.loc[rows, "q"] = corrected(table.loc[rows, "p"].to_numpy(float))
    table["direction"] = directions(table)
    return MOVEMENTS.shape(table.sort_values(["kind", "item", "unit"], kind="stable"))


def moves_of(index: Indexed, unit: Unit, freq: str, later_from: str | None) -> pd.DataFrame:
    """Numbers of all items in one unit of count; ``q`` and ``direction`` are still to come."""
    n, total = index.counts(unit), index.denominators(unit)
    solid = total >= SOLID
    at = times(index.periods, freq)
    tested = tested_rows(n, total)
    s, p = units_test(n, total)
    slopes = [slope_of(row, total, at, solid) for row in n]
    by_period = [periods_test(row[solid] / total[solid]) for row in n]
    before = np.cumsum(total) - total
    after = total.sum() - total - before
    present = n > 0
    names = np.array(index.periods, dtype=object)
    return index.keys.assign(
        n=n.sum(axis=1),
        denominator=total.sum(),
        n_periods=len(total),
        n_solid=int(solid.sum()),
        first_period=np.where(present.any(axis=1), names[present.argmax(axis=1)], None),
        last_period=np.where(present.any(axis=1), names[::-1][present[:, ::-1].argmax(axis=1)], None),
        slope=[row[0] for row in slopes],
        slope_low=[row[1] for row in slopes],
        slope_high=[row[2] for row in slopes],
        tau=[row[0] for row in by_period],
        p_periods=[row[1] for row in by_period],
        p=np.where(tested, p, np.nan),
        score=s,
        absent_first=~present[:, before < EDGE * total.sum()].any(axis=1),
        absent_last=~present[:, after < EDGE * total.sum()].any(axis=1),
        **change(index, unit, total, later_from),
    )


def earliest(first_passages: np.ndarray) -> list[str | None]:
    """The first passage over all periods of every item."""
    return [next((name for name in row if name is not None), None) for row in first_passages]


def tested_rows(n: Ints, total: Ints) -> np.ndarray:
    """Which items stand in enough documents of enough periods to show a direction."""
    found: np.ndarray = (n.sum(axis=1) >= FEWEST) & (len(total) >= FEWEST_PERIODS) & (total.sum() >= 2 * FEWEST)
    return found


def directions(table: pd.DataFrame) -> np.ndarray:
    """The direction of every row: what is significant after correction, else none; too few are not judged."""
    up, significant = table["score"] > 0, table["q"] < SIGNIFICANT
    found: np.ndarray = np.select(
        [
            table["p"].isna(),
            ~significant,
            up & table["absent_first"],
            ~up & table["absent_last"],
            up,
        ],
        [TOO_FEW, NONE, APPEARS, VANISHES, RISES],
        FALLS,
    )
    return found


def units_test(n: Ints, total: Ints) -> tuple[Ints, np.ndarray]:
    """Kendall's S between the period of a unit and whether it holds the item, and its two-sided p.

    Parameters
    ----------
    n : units with the item, shape (n_items, n_periods)
    total : all units of every period

    Notes
    -----
    S adds, over the units with the item, those of earlier periods minus those of later ones: the sum of fixed scores
    over a sample without replacement, whose distribution is that of the dates shuffled.
    """
    before = np.cumsum(total) - total
    scores = 2 * before + total - total.sum()  # earlier units minus later ones
    s = n @ scores
    size, held = int(total.sum()), n.sum(axis=1)
    if size <= EXACT_UNITS:
        ways = sums_of_scores(tuple(int(t) for t in total))
        p = np.array([exact_p(int(abs(value)), int(k), size, ways) for value, k in zip(s, held, strict=True)])
        return s, p
    variance = held * (size - held) / (size - 1) * (total * scores.astype(float) ** 2).sum() / size
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.maximum(np.abs(s) - 1, 0) / np.sqrt(variance)
    return s, np.where(variance > 0, 2 * ndtr(-z), 1.0)


@lru_cache(maxsize=16)
def sums_of_scores(total: tuple[int, ...]) -> np.ndarray:
    """Number of ways to choose k units whose shifted scores add up to a sum; shape (units // 2 + 1, sums).

    The score of a unit is shifted by the number of all units, so that none is negative.
    """
    size, most = sum(total), sum(total) // 2
    ways = np.zeros((most + 1, 2 * size * most + 1))
    ways[0, 0] = 1
    before = 0
    for count in total:
        score = 2 * before + count
        for _ in range(count):
            ways[1:, score:] += ways[:-1, : ways.shape[1] - score]
        before += count
    return ways


def exact_p(s: int, held: int, size: int, ways: np.ndarray) -> float:
    """Share of the ways to choose ``held`` of ``size`` units whose scores add up to ``s`` or more, ``-s`` or less."""
    k = min(held, size - held)  # the scores of all units add up to zero: those without the item mirror those with it
    sums = np.arange(ways.shape[1]) - k * size
    return float(ways[k, np.abs(sums) >= s].sum() / comb(size, k))


def periods_test(shares: np.ndarray) -> tuple[float, float]:
    """Kendall's τ-b of shares in time order, and the two-sided p of Mann's test; no numbers for under three periods."""
    n = len(shares)
    if n < FEWEST_PERIODS:
        return np.nan, np.nan
    later, earlier = np.triu_indices(n, 1)[::-1]
    s = int(np.sign(shares[later] - shares[earlier]).sum())
    ties = tuple(sorted(int(count) for count in np.unique(shares, return_counts=True)[1]))
    pairs = n * (n - 1) / 2
    untied = pairs - sum(t * (t - 1) / 2 for t in ties)
    tau = s / np.sqrt(pairs * untied) if untied else np.nan
    if n <= EXACT_PERIODS:
        return tau, exact_kendall(abs(s), ties)
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    return tau, float(2 * ndtr(-max(abs(s) - 1, 0) / np.sqrt(variance))) if variance else 1.0


@lru_cache(maxsize=4096)
def exact_kendall(s: int, ties: tuple[int, ...]) -> float:
    """P(|S| ≥ s) of Kendall's S when one side has no ties and the other ties of these sizes (1 = untied).

    The discordant pairs are the inversions of an arrangement with repeated values; how many arrangements have how many
    is given by the q-multinomial coefficient (MacMahon 1916).
    """
    n = sum(ties)
    ways = [1]
    for size in range(1, n + 1):
        ways = multiplied(ways, size)
    for tie in ties:
        for size in range(1, tie + 1):
            ways = divided(ways, size)
    untied = len(ways) - 1
    tail = sum(count for inversions, count in enumerate(ways) if abs(untied - 2 * inversions) >= s)
    return tail / sum(ways)


def multiplied(ways: list[int], size: int) -> list[int]:
    """The polynomial times 1 + q + … + q^(size - 1)."""
    padded = [*ways, *[0] * (size - 1)]
    found, running = [], 0
    for i, value in enumerate(padded):
        running += value - (padded[i - size] if i >= size else 0)
        found.append(running)
    return found


def divided(ways: list[int], size: int) -> list[int]:
    """The polynomial divided by 1 + q + … + q^(size - 1), which must go."""
    found: list[int] = []
    for i in range(len(ways) - size + 1):
        found.append(ways[i] - (ways[i - 1] if i else 0) + (found[i - size] if i >= size else 0))
    return found


def slope_of(n: Ints, total: Ints, at: Ints, solid: np.ndarray) -> tuple[float, float, float]:
    """Theil–Sen slope of the share per period, with Sen's interval; only solid periods count."""
    if solid.sum() < FEWEST_PERIODS:
        return np.nan, np.nan, np.nan
    fit = theilslopes(n[solid] / total[solid], at[solid], alpha=0.95)
    return float(fit.slope), float(fit.low_slope), float(fit.high_slope)


def corrected(p: np.ndarray) -> np.ndarray:
    """Benjamini and Hochberg's (1995) adjusted p; what was not tested (nan) is no member of the family.

    >>> corrected(np.array([0.01, np.nan, 0.02, 0.9]))
    array([0.03,  nan, 0.03, 0.9 ])
    """
    tested, q = ~np.isnan(p), np.full(len(p), np.nan)
    if tested.any():
        q[tested] = false_discovery_control(p[tested])
    return q


def change(index: Indexed, unit: Unit, total: Ints, later_from: str | None) -> dict[str, object]:
    """Shares before and after, their difference and its interval; columns of MOVEMENTS."""
    cut = split_at(index.periods, total, later_from)
    half = np.where(unit.period >= 0, unit.period >= cut, -1).astype(np.int64)
    n_one, n_other = index.counts(unit, half, 2).T
    sizes = index.denominators(unit, half, 2)
    moved = newcombe(n_one, sizes[0], n_other, sizes[1])
    with np.errstate(invalid="ignore"):
        shares = (n_one / np.float64(sizes[0]), n_other / np.float64(sizes[1]))
    return {
        "earlier": stretch(index.periods[:cut]),
        "n_earlier": n_one,
        "denominator_earlier": sizes[0],
        "share_earlier": shares[0],
        "later": stretch(index.periods[cut:]),
        "n_later": n_other,
        "denominator_later": sizes[1],
        "share_later": shares[1],
        **moved.columns("change", before="change_"),
    }


def split_at(periods: tuple[str, ...], total: Ints, later_from: str | None) -> int:
    """Number of the first period of the later half."""
    if later_from is not None:
        return int(np.searchsorted(np.array(periods), later_from))
    reached = np.cumsum(total)
    return int(np.abs(reached - total.sum() / 2).argmin()) + 1


def stretch(periods: tuple[str, ...]) -> str:
    """A run of periods in words."""
    if not periods:
        return "（无）"
    return periods[0] if len(periods) == 1 else f"{periods[0]}—{periods[-1]}"
