"""The guarantee: it fails in no more samples than it says, and it is given where it can be."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom

from nlp.statistics.risk import DOUBT, ERROR, guaranteed, more_needed, upper

DRAWS = 1000
PREVALENCES = [0.02, 0.1, 0.3, 0.6]


def labels_of(rng: np.random.Generator, n: int, prevalence: float) -> tuple[np.ndarray, np.ndarray]:
    """Scores and faults of the labels that a machine gives among ``n`` passages: the surer, the seldomer wrong."""
    score = rng.random(int(rng.binomial(n, prevalence)))
    return score, rng.random(len(score)) > 0.45 + 0.5 * score


@pytest.mark.parametrize("prevalence", PREVALENCES)
def test_the_error_exceeds_what_is_tolerated_in_at_most_delta_of_the_samples(prevalence: float) -> None:
    rng = np.random.default_rng(11)
    chosen = [guaranteed(*labels_of(rng, 600, prevalence)).threshold for _ in range(DRAWS)]
    # Above a threshold t the score is uniform from t to 1, so that (1 + t) / 2 is its mean.
    failed = [t is not None and 0.55 - 0.5 * (1 + t) / 2 > ERROR + 1e-9 for t in chosen]
    assert sum(failed) <= binom.ppf(0.999, DRAWS, DOUBT)
    assert np.mean(failed) <= DOUBT
    if prevalence >= 0.3:
        assert sum(t is not None for t in chosen) > DRAWS / 2, "能保证时不该总说不能"


BOUNDS = [
    pytest.param(10, 0, 1 - 0.1 ** (1 / 10), id="没有错"),
    pytest.param(5, 5, 1.0, id="全错"),
    pytest.param(0, 0, 1.0, id="没有核对"),
]


@pytest.mark.parametrize(("n", "errors", "bound"), BOUNDS)
def test_the_bound_of_an_error_rate(n: int, errors: int, bound: float) -> None:
    assert upper(n, errors) == pytest.approx(bound)


NEEDED = [
    pytest.param(0, 0, 11, id="一段未核"),  # 0.8 ** 11 < 0.1
    pytest.param(5, 0, 6, id="五段全对"),
    pytest.param(11, 0, 0, id="够了"),
    pytest.param(10, 5, None, id="错得太多"),
]


@pytest.mark.parametrize(("n", "errors", "more"), NEEDED)
def test_how_many_more_are_needed(n: int, errors: int, more: int | None) -> None:
    assert more_needed(n, errors) == more


def test_unequal_weights_count_for_less() -> None:
    scores, wrong = np.full(14, 0.99), np.zeros(14, dtype=bool)
    assert guaranteed(scores, wrong).threshold == 0.0
    assert guaranteed(scores, wrong, np.r_[np.full(13, 0.01), 10]).threshold is None
