"""How many topics: the decision sheet, every number judged by coherence, diversity, stability and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from threadpoolctl import threadpool_limits

from nlp.tables import DECISION, SELECTION
from nlp.topics.coherence import c_v, coherence_of, diversity, top_terms
from nlp.topics.consensus import RECURS, RUNS, Fitted, Merged, merged_of
from nlp.topics.matrix import Matrix
from nlp.topics.models import maker_of

STABLE = 0.7  # share of resamples in which a theme must recur to be shown
FEWEST, MOST = 2, 16  # topics
PASSAGES_A_TOPIC = 8
UNSTABLE_COSTS = 6  # stable themes that one unstable theme outweighs
GLANCE = 3  # resamples of a number of topics that cannot win
COVERS = 0.25  # share of a code's passages that one theme must hold to cover it


def most_topics(n_passages: int) -> int:
    """The largest number of topics worth trying: at least eight passages a topic, at most sixteen topics."""
    return max(FEWEST, min(MOST, n_passages // PASSAGES_A_TOPIC))


def sizes_for(n_passages: int) -> list[int]:
    """Numbers of topics worth trying: twelve up to the largest."""
    most = most_topics(n_passages)
    return list(range(max(FEWEST, most - 11), most + 1))


def sweep(
    matrix: Matrix, facet: str, model: str, sizes: Sequence[int], seed: int, n_runs: int = RUNS
) -> tuple[pd.DataFrame, pd.DataFrame, Merged]:
    """SELECTION (a row a number of topics and resample), DECISION (a row a number of topics), and the topics chosen.

    Numbers are tried from the largest down. Merit never exceeds the number of topics, so that below the best merit
    found no number can win: those are fitted on a few resamples only, for the sheet.
    """
    rows: list[dict[str, object]] = []
    tried: dict[int, Merged] = {}
    best = -np.inf
    with threadpool_limits(1):  # so that every machine adds in the same order
        make = maker_of(model, matrix)
        for n_topics in sorted(sizes, reverse=True):
            hopeless = n_topics < best
            merged = merged_of(make, matrix, n_topics, seed, min(n_runs, GLANCE) if hopeless else n_runs)
            n_stable = int((merged.consensus.stability >= STABLE).sum())
            if not hopeless:
                tried[n_topics] = merged
                best = max(best, merit_of(n_topics, n_stable))
            rows += [trial(n_topics, n_stable, hopeless, run, matrix) for run in merged.runs]
    table = pd.DataFrame(rows).sort_values("n_topics", kind="stable").reset_index(drop=True)
    models = list(table.pop("tops"))
    npmi = [float(values.mean()) for values in coherence_of(matrix.counts, models)]
    windows = [float(values.mean()) for values in c_v(matrix.sequences, models)]
    table = table.assign(
        facet=facet, coherence=npmi, c_v=windows, diversity=[diversity(tops) for tops in models], chosen=False
    )
    decision = decide(table, facet, model)
    chosen = int(decision.loc[decision["chosen"], "n_topics"].iloc[0])
    return SELECTION.shape(table.assign(chosen=table["n_topics"] == chosen)), decision, tried[chosen]


def trial(
    n_topics: int, n_stable: int, hopeless: bool, run: tuple[int, Fitted, np.ndarray], matrix: Matrix
) -> dict[str, object]:
    """A row of SELECTION, with the top terms of its topics."""
    seed, fitted, similarity = run
    return {
        "n_topics": n_topics,
        "seed": seed,
        "stability": float((similarity >= RECURS).mean()),
        "coverage": coverage(fitted, matrix),
        "n_stable": n_stable,
        "hopeless": hopeless,
        "tops": top_terms(fitted.whole[:, : len(matrix.terms)]),
    }


def merit_of(n_topics: Any, n_stable: Any) -> Any:
    """Themes that a reader would be shown, less six times those that would be hidden."""
    return n_stable - UNSTABLE_COSTS * (n_topics - n_stable)


def coverage(fitted: Fitted, matrix: Matrix) -> float | None:
    """Share of the codes in use of which one topic holds a quarter of the passages and twice its own share."""
    if matrix.coded is None or not len(fitted.rows):
        return None
    coded = csr_array(matrix.coded[fitted.rows])
    main = np.zeros(fitted.weights.shape)
    main[np.arange(len(main)), fitted.weights.argmax(axis=1)] = fitted.times
    n_coded = coded.T @ fitted.times
    used = n_coded > 0
    if not used.any():
        return None
    held = (coded.T @ main)[used] / n_coded[used, None]
    size = main.sum(axis=0) / fitted.times.sum()
    return float(((held >= COVERS) & (held >= 2 * size)).any(axis=1).mean())


def decide(trials: pd.DataFrame, facet: str, model: str) -> pd.DataFrame:
    """DECISION: means and spreads of every number of topics, the recommended one with its reason and its neighbours'.

    A further topic pays only if nearly all still come back in resamples (``merit_of``). A milder price lets the number,
    and with it the themes, change with the seed (docs/measurements.md).
    """
    groups = trials.groupby("n_topics")
    measured = ["coherence", "c_v", "diversity", "stability", "coverage"]
    mean, spread = groups[measured].mean(), groups[measured].std(ddof=0)
    spread.columns = pd.Index([f"{name}_spread" for name in measured])
    table = pd.concat([mean, spread], axis="columns").assign(n_stable=groups["n_stable"].first())
    merit = merit_of(table.index.to_numpy(), table["n_stable"])
    hopeless = groups["hopeless"].first()
    best = int(merit[~hopeless].idxmax())
    table = table.assign(facet=facet, model=model, merit=merit, chosen=table.index == best, reason="")
    table["reason"] = table["reason"].astype("str")
    table.loc[hopeless, "reason"] = f"少于 {int(merit[best])} 个主题不可能更好，只重抽样 {GLANCE} 次"
    table.loc[best, "reason"] = (
        f"{best} 个主题中有 {int(table.loc[best, 'n_stable'])} 个在重抽样中稳定再现，稳定数减六倍不稳定数最大"
        f"（{int(merit[best])}）；平均连贯性 NPMI {table.loc[best, 'coherence']:.2f}"
    )
    for other in (best - 1, best + 1):
        if other in table.index:
            table.loc[other, "reason"] = price(table.loc[other], table.loc[best], other - best)
    return DECISION.shape(table.reset_index())


def price(other: pd.Series, best: pd.Series, step: int) -> str:
    """What one topic more or less would cost."""
    return (
        f"比推荐数{'多' if step > 0 else '少'} 1：稳定主题 {int(other['n_stable']) - int(best['n_stable']):+d} 个，"
        f"NPMI {other['coherence'] - best['coherence']:+.3f}，多样性 {other['diversity'] - best['diversity']:+.3f}，"
        f"稳定性 {other['stability'] - best['stability']:+.2f}"
    )
