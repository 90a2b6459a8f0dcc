"""Shares, differences and lifts with their 95 % intervals: each formula stands here, and only here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Z = 1.959963984540054  # two-sided 95 %
PERCENTILES = (2.5, 97.5)
Numbers = Any  # a number, or an array of numbers


@dataclass(frozen=True, slots=True)
class Interval:
    """A value (or an array of values) and the bounds of its 95 % interval; nan where nothing can be said.

    Raises ValueError if a value lies outside its bounds: such a row must not reach a table.
    """

    value: Numbers
    low: Numbers
    high: Numbers

    def __post_init__(self) -> None:
        value, low, high = (np.asarray(each, dtype=float) for each in (self.value, self.low, self.high))
        outside = (value < low) | (high < value)  # false where one of them is nan
        if np.any(outside):
            at = np.unravel_index(int(np.argmax(outside)), outside.shape)
            raise ValueError(f"{value[at]} lies outside its interval {low[at]} to {high[at]}")

    def columns(self, name: str, before: str = "") -> dict[str, Numbers]:
        """The columns ``name``, ``low`` and ``high`` of a table; ``before`` stands in front of the bounds' names."""
        return {name: self.value, f"{before}low": self.low, f"{before}high": self.high}


def wilson(n: Numbers, total: Numbers) -> Interval:
    """Share ``n / total`` with Wilson's (1927) score interval; nan where ``total`` is 0.

    >>> share = wilson(5, 10)
    >>> [round(float(each), 4) for each in (share.value, share.low, share.high)]
    [0.5, 0.2366, 0.7634]
    """
    n, total = np.asarray(n, dtype=float), np.asarray(total, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        p = n / total
        centre = (p + Z**2 / (2 * total)) / (1 + Z**2 / total)
        half = Z * np.sqrt(p * (1 - p) / total + Z**2 / (4 * total**2)) / (1 + Z**2 / total)
    # Rounding may put a bound a hair on the wrong side of a share of 0 or 1.
    return Interval(p, np.minimum(np.clip(centre - half, 0, 1), p), np.maximum(np.clip(centre + half, 0, 1), p))


def newcombe(n_one: Numbers, total_one: Numbers, n_other: Numbers, total_other: Numbers) -> Interval:
    """Difference of two independent shares (other - one) with Newcombe's (1998) hybrid score interval, method 10.

    >>> change = newcombe(48, 80, 56, 70)
    >>> [round(float(each), 4) for each in (change.value, change.low, change.high)]
    [0.2, 0.0524, 0.3339]
    """
    one, other = wilson(n_one, total_one), wilson(n_other, total_other)
    difference = other.value - one.value
    low = difference - np.sqrt((other.value - other.low) ** 2 + (one.high - one.value) ** 2)
    high = difference + np.sqrt((other.high - other.value) ** 2 + (one.value - one.low) ** 2)
    return Interval(difference, low, high)


def expected_count(n_one: Numbers, n_other: Numbers, total: Numbers) -> Numbers:
    """Places out of ``total`` in which both would stand if they were independent."""
    n_one, n_other, total = (np.asarray(each, dtype=float) for each in (n_one, n_other, total))
    return np.divide(n_one * n_other, total, out=np.zeros(np.broadcast(n_one, n_other, total).shape), where=total > 0)


def lift(n: Numbers, n_one: Numbers, n_other: Numbers, total: Numbers) -> Interval:
    """How many times more often two things stand together than if they were independent.

    Parameters
    ----------
    n, n_one, n_other, total : places with both, with the one, with the other, and all places

    Returns
    -------
    Interval of ``n`` / expected count; nan where nothing is expected

    Notes
    -----
    The interval is exp(ln lift ± 1.96 s) with the delta-method error of a ratio of two proportions,
    s² = 1/n - 1/n_one + 1/n_other - 1/total (Katz et al. 1978), which takes the two for independent and is therefore
    rough where places are few. A pair never seen counts as half a place for the upper bound; its lower bound is 0.

    >>> pair = lift(3, 4, 5, 10)
    >>> float(pair.value), round(float(pair.low), 3), round(float(pair.high), 3)
    (1.5, 0.648, 3.472)
    """
    n, n_one, n_other, total = (np.asarray(each, dtype=float) for each in (n, n_one, n_other, total))
    expected = expected_count(n_one, n_other, total)
    seen = np.maximum(n, 0.5)
    with np.errstate(invalid="ignore", divide="ignore"):
        value, centre = (np.where(expected > 0, each / expected, np.nan) for each in (n, seen))
        error = np.sqrt(np.maximum(0.0, 1 / seen - 1 / n_one + 1 / n_other - 1 / total))
        low, high = np.where(n > 0, centre * np.exp(-Z * error), 0 * centre), centre * np.exp(Z * error)
    return Interval(value, low, high)


def resampled(value: Numbers, draws: np.ndarray) -> Interval:
    """Percentile interval (Efron 1979) of ``value`` from resamples, shape (n_draws, …); nan among them is left out.

    Where the resamples are skewed so far that they miss the value, the interval reaches out to it.
    """
    if not draws.size:
        return Interval(value, value, value)
    low, high = np.nanpercentile(draws, PERCENTILES, axis=0)
    return Interval(value, np.fmin(low, value), np.fmax(high, value))
