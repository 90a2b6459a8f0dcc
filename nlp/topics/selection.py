"""How many topics: the decision sheet, every number judged by coherence, diversity, stability and coverage."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.engine.partitions import map_partitions
from nlp.tables import DECISION, SELECTION
from nlp.topics.coherence import c_v, coherence_of, diversity, top_terms
from nlp.topics.consensus import RECURS, RUNS, merged_of
from nlp.topics.matrix import Matrix

STABLE = 0.7  # share of resamples in which a theme must recur to be shown
FEWEST, MOST = 2, 16  # topics
PASSAGES_A_TOPIC = 8
UNSTABLE_COSTS = 3  # stable themes that one unstable theme outweighs
COVERS = 0.25  # share of a code's passages that one theme must hold to cover it


def sizes_for(n_passages: int) -> list[int]:
    """Numbers of topics worth trying: at least eight passages a topic, at most sixteen topics, twelve numbers."""
    most = max(FEWEST, min(MOST, n_passages // PASSAGES_A_TOPIC))
    return list(range(max(FEWEST, most - 11), most + 1))


def sweep(
    matrix: Matrix,
    facet: str,
    model: str,
    sizes: Sequence[int],
    seed: int,
    n_runs: int = RUNS,
    workers: int = 1,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """SELECTION (a row a number of topics and resample) and DECISION (a row a number of topics), the choice marked."""
    asked = pd.DataFrame({"n_topics": list(sizes)})
    stage = partial(tried, matrix=matrix, model=model, seed=seed, n_runs=n_runs)
    trials = map_partitions(stage, asked, by="n_topics", workers=workers, part_rows=1 if workers > 1 else len(asked))
    models = [np.array(tops_of(tops)) for tops in trials["tops"]]
    npmi = [float(values.mean()) for values in coherence_of(matrix.counts, models)]
    windows = [float(values.mean()) for values in c_v(matrix.sequences, models)]
    table = trials.assign(
        facet=facet, coherence=npmi, c_v=windows, diversity=[diversity(tops) for tops in models], chosen=False
    )
    decision = decide(table, facet, model)
    best = int(decision.loc[decision["chosen"], "n_topics"].iloc[0])
    return SELECTION.shape(table.assign(chosen=table["n_topics"] == best)), decision


def tried(asked: pd.DataFrame, matrix: Matrix, model: str, seed: int, n_runs: int) -> pd.DataFrame:
    """Fit every asked number of topics on all passages and on resamples; a row a resample."""
    rows = []
    for n_topics in asked["n_topics"]:
        merged, runs, _ = merged_of(matrix, model, int(n_topics), seed, n_runs)
        n_stable = int((merged.stability >= STABLE).sum())
        for run_seed, fitted, similarity in runs:
            tops = top_terms(fitted.whole[:, : len(matrix.terms)])
            rows.append(
                {
                    "n_topics": int(n_topics),
                    "seed": run_seed,
                    "stability": float((similarity >= RECURS).mean()),
                    "coverage": coverage(fitted.weights, fitted.rows, matrix),
                    "n_stable": n_stable,
                    "tops": ";".join(" ".join(map(str, top)) for top in tops),
                }
            )
    return pd.DataFrame(rows)


def tops_of(written: str) -> list[list[int]]:
    """Top terms as they travel in a table."""
    return [[int(i) for i in topic.split(" ")] for topic in written.split(";")]


def coverage(weights: np.ndarray, rows: np.ndarray, matrix: Matrix) -> float | None:
    """Share of the codes in use of which one topic holds a quarter of the passages and twice its own share."""
    if matrix.coded is None or not len(rows):
        return None
    coded = csr_array(matrix.coded[rows])
    main = np.zeros((len(rows), weights.shape[1]))
    main[np.arange(len(rows)), weights.argmax(axis=1)] = 1.0
    n_coded = np.asarray(coded.sum(axis=0)).ravel()
    used = n_coded > 0
    if not used.any():
        return None
    held = (coded.T @ main)[used] / n_coded[used, None]
    size = main.sum(axis=0) / len(rows)
    return float(((held >= COVERS) & (held >= 2 * size)).any(axis=1).mean())


def decide(trials: pd.DataFrame, facet: str, model: str) -> pd.DataFrame:
    """DECISION: means and spreads of every number of topics, the recommended one with its reason and its neighbours'.

    The merit of a number is the themes that a reader would be shown less three times those that would be hidden: a
    further topic pays only if nearly all still come back in resamples. A milder price lets the number, and with it
    the themes, change with the seed (docs/measurements.md).
    """
    groups = trials.groupby("n_topics")
    measured = ["coherence", "c_v", "diversity", "stability", "coverage"]
    mean, spread = groups[measured].mean(), groups[measured].std(ddof=0)
    spread.columns = pd.Index([f"{name}_spread" for name in measured])
    table = pd.concat([mean, spread], axis="columns").assign(n_stable=groups["n_stable"].first())
    merit = table["n_stable"] - UNSTABLE_COSTS * (table.index.to_numpy() - table["n_stable"])
    best = int(merit.idxmax())
    table = table.assign(facet=facet, model=model, merit=merit, chosen=table.index == best, reason="")
    table["reason"] = table["reason"].astype("str")
    table.loc[best, "reason"] = (
        f"{best} 个主题中有 {int(table.loc[best, 'n_stable'])} 个在重抽样中稳定再现，稳定数减三倍不稳定数最大"
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
