"""How often a coder may be wrong at most: learn-then-test on a checked sample, exact for any distribution."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.stats import beta, binom

ERROR, DOUBT = 0.2, 0.1  # α: share of wrong labels that is tolerated; δ: chance that the guarantee fails
FIRST = 20  # labels above the strictest threshold that is tested: with fewer one fault would end the test
MOST = 2000  # checks beyond which more are of no use


class Guarantee(NamedTuple):
    """From which score on a coder's labels are right often enough."""

    threshold: float | None  # None: from none
    bound: float  # of the error above the threshold (or of all, where there is none), at confidence 1 - δ


def guaranteed(scores: np.ndarray, wrong: np.ndarray, weights: np.ndarray | None = None) -> Guarantee:
    """The lowest score above which at most α of the labels are wrong, with probability 1 - δ over the sample.

    Parameters
    ----------
    scores, wrong : of the labels that the coder gave in the checked sample
    weights : how many labels each stands for; None counts all alike

    Notes
    -----
    Learn then test (Angelopoulos et al. 2021) with fixed-sequence testing: thresholds on a grid that is fixed before
    faults are seen, from the strictest with enough labels down, each tested by the exact binomial tail, until the
    first that is not rejected. So the guarantee holds for the chosen threshold, whatever the scores mean. With unequal
    weights the effective size of the sample (Kish), rounded against us, takes the place of its size.
    """
    weighed = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=float)
    chosen, bound = None, upper(*effective(wrong, weighed))
    least = max(1, min(FIRST, effective(wrong, weighed)[0]))
    for threshold in np.linspace(0.95, 0.0, 20):
        kept = scores >= threshold
        n, errors = effective(wrong[kept], weighed[kept])
        if n < least:
            continue
        if binom.cdf(errors, n, ERROR) > DOUBT:
            break
        chosen, bound = float(round(threshold, 2)), upper(n, errors)
    return Guarantee(chosen, bound)


def effective(wrong: np.ndarray, weights: np.ndarray) -> tuple[int, int]:
    """Effective number of labels and of wrong ones among them."""
    if not len(wrong):
        return 0, 0
    n = int(weights.sum() ** 2 / (weights**2).sum() + 1e-9)
    return n, min(n, math.ceil(float(np.average(wrong, weights=weights)) * n - 1e-9))


def upper(n: int, errors: int) -> float:
    """Upper bound of an error rate at confidence 1 - δ (Clopper and Pearson 1934)."""
    return 1.0 if errors >= n else float(beta.ppf(1 - DOUBT, errors + 1, n - errors))


def more_needed(n: int, errors: int) -> int | None:
    """How many labels more must be checked, at the error rate seen so far, until a guarantee is possible; None if
    none are enough."""
    rate = errors / n if n else 0.0
    sizes = np.arange(n, MOST)
    enough = binom.cdf(np.ceil(rate * sizes), sizes, ERROR) <= DOUBT
    return int(sizes[enough][0] - n) if enough.any() else None
