"""Shares corrected by a checked sample: what people read there corrects what the machine says of everything."""

from __future__ import annotations

import numpy as np

from nlp.statistics.intervals import Interval, wilson


def corrected_share(machine: np.ndarray, at: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> Interval:
    """Share of all units that truly have something, from a machine's word on all and people's on a sample.

    Parameters
    ----------
    machine : boolean, a row a unit: what the machine says of all
    at : rows of ``machine`` that people checked
    truth : boolean, of those rows: what people say
    weights : of those rows: how many units each stands for (1 / probability of being drawn)

    Returns
    -------
    Interval; without checks the machine's share with nan bounds

    Notes
    -----
    Prediction-powered inference (Angelopoulos et al. 2023) with the power tuning of PPI++ (2024): for a machine that
    says yes or no, its best multiple of the correction is that of regression, and the estimate is the share of true
    ones among those it names and among those it does not, each taken by its part of all units. Wilson's intervals of
    these two rates, at the effective size of the sample (Kish; less where most is checked), are joined by the squares
    of their arms (MOVER, Zou and Donner 2008): they hold where one of the rates is 0 in the sample, as it mostly is
    for a seldom code, where the normal interval of the original has no width.
    """
    value, low, high = 0.0, 0.0, 0.0
    if not len(at):
        return Interval(float(np.mean(machine)), np.nan, np.nan)
    overall = float(np.average(truth, weights=weights))
    for named in (True, False):
        part, here = machine == named, machine[at] == named
        rate = checked_rate(truth[here], weights[here], int(part.sum()), overall)
        share = float(part.mean())
        value += share * rate.value
        low, high = low + (share * (rate.value - rate.low)) ** 2, high + (share * (rate.high - rate.value)) ** 2
    return Interval(value, max(0.0, value - np.sqrt(low)), min(1.0, value + np.sqrt(high)))


def checked_rate(truth: np.ndarray, weights: np.ndarray, n: int, otherwise: float) -> Interval:
    """Rate among ``n`` units from those checked; where none is checked, ``otherwise`` and anything from 0 to 1."""
    if not n:
        return Interval(0.0, 0.0, 0.0)
    if not len(truth):
        return Interval(otherwise, 0.0, 1.0)
    rate, size = float(np.average(truth, weights=weights)), float(weights.sum() ** 2 / (weights**2).sum())
    if len(truth) >= n:
        return Interval(rate, rate, rate)
    size /= 1 - len(truth) / n
    return wilson(rate * size, size)


def hand_share(truth: np.ndarray, weights: np.ndarray, n: int) -> Interval:
    """The share by the checked sample alone."""
    return checked_rate(truth, weights, n, np.nan)
