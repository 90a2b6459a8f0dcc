"""Corrected shares: worked by hand, equal to regression and to the published interval where samples are large."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.statistics.intervals import Z
from nlp.statistics.prediction_powered import corrected_share, hand_share

DRAWS = 200


def test_without_checks_it_is_the_machine_s_share() -> None:
    share = corrected_share(np.array([True, False, False, False]), *(np.array([], dtype=int) for _ in range(3)))
    assert share.value == 0.25
    assert np.isnan(share.low)


def test_worked_by_hand() -> None:
    """The machine names 40 of 200; of 10 named that were checked 8 are right, of 20 others 1 is missed."""
    machine = np.arange(200) < 40
    at = np.r_[np.arange(10), 40 + np.arange(20)]
    truth = np.r_[np.arange(10) < 8, np.arange(20) < 1]
    share = corrected_share(machine, at, truth, np.r_[np.full(10, 4.0), np.full(20, 8.0)])
    assert share.value == pytest.approx(0.2 * 0.8 + 0.8 * 0.05)
    assert share.low < share.value < share.high


def test_all_checked_leaves_no_doubt() -> None:
    truth = np.array([True, False, True, False])
    share = corrected_share(np.array([True, True, False, False]), np.arange(4), truth, np.ones(4))
    assert (share.low, share.value, share.high) == (0.5, 0.5, 0.5)


def made(rng: np.random.Generator, n: int, prevalence: float) -> tuple[np.ndarray, np.ndarray]:
    """Truth, and a machine that finds 85 of 100 and adds one in fifty."""
    truth = rng.random(n) < prevalence
    return truth, np.where(truth, rng.random(n) < 0.85, rng.random(n) < 0.02)


def test_the_same_as_ppi_plus_plus_where_the_sample_is_large() -> None:
    """θ = mean(y) + λ (mean of the machine over all - over the sample), λ = cov / var, with its normal interval."""
    truth, machine = made(np.random.default_rng(3), 400_000, 0.2)
    at = np.arange(4000)
    y, f = truth[at].astype(float), machine[at].astype(float)
    tuned = np.cov(y, f)[0, 1] / np.var(f, ddof=1)
    value = y.mean() + tuned * (machine.mean() - f.mean())
    half = Z * np.sqrt(np.var(y - tuned * f, ddof=1) / len(at))
    share = corrected_share(machine, at, truth[at], np.ones(len(at)))
    assert share.value == pytest.approx(value, abs=1e-9)
    assert share.low == pytest.approx(value - half, abs=3e-4)
    assert share.high == pytest.approx(value + half, abs=3e-4)


def test_the_same_as_the_published_library() -> None:
    ppi = pytest.importorskip("ppi_py", reason="没有 ppi-python：只在装了它的机器上对照")
    truth, machine = made(np.random.default_rng(5), 100_000, 0.1)
    at, rest = np.arange(2000), np.arange(2000, 100_000)
    low, high = ppi.ppi_mean_ci(*(v.astype(float) for v in (truth[at], machine[at], machine[rest])), alpha=0.05)
    share = corrected_share(machine, at, truth[at], np.ones(2000))
    assert share.low == pytest.approx(float(low[0]), abs=1e-3)
    assert share.high == pytest.approx(float(high[0]), abs=1e-3)


@pytest.mark.parametrize("prevalence", [0.02, 0.1, 0.4])
def test_intervals_cover_and_are_narrower_than_those_of_the_hand_sample(prevalence: float) -> None:
    """Strata by the machine's word, of which the seldom one is drawn more often, as the desk does."""
    rng = np.random.default_rng(7)
    covered, widths, by_hand = [], [], []
    for _ in range(DRAWS):
        truth, machine = made(rng, 4000, prevalence)
        named, others = np.flatnonzero(machine), np.flatnonzero(~machine)
        drawn = [rng.choice(named, 50, replace=False), rng.choice(others, 100, replace=False)]
        at = np.concatenate(drawn)
        weights = np.r_[np.full(50, len(named) / 50), np.full(100, len(others) / 100)]
        share, hand = corrected_share(machine, at, truth[at], weights), hand_share(truth[at], weights, 4000)
        covered.append(share.low <= truth.mean() <= share.high)
        widths.append(share.high - share.low)
        by_hand.append(hand.high - hand.low)
    assert np.mean(covered) >= 0.93
    assert np.mean(widths) < np.mean(by_hand)
