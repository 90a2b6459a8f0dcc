"""What the guarantees of the review desk are worth: simulations, and the shipped corpus with its gold as the person.

    python benchmarks/guarantee.py risk      # the error of certified labels, 1,000 draws a prevalence
    python benchmarks/guarantee.py shares    # coverage and width of corrected shares, 1,000 draws a prevalence
    python benchmarks/guarantee.py corpus [--coder held-out|rules] [--checks 150] [--seeds 20]

held-out: the learned coder, each third of the writers read by one trained on the others. Set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.model_selection import GroupKFold  # noqa: E402

from nlp.agreement.statistics import presence  # noqa: E402
from nlp.coding.coder import Coder, code_with  # noqa: E402
from nlp.coding.learned import LearnedCoder  # noqa: E402
from nlp.corpus.codebook import CODED_FACETS  # noqa: E402
from nlp.corpus.folder import Corpus, open_corpus  # noqa: E402
from nlp.review.queues import random_queue  # noqa: E402
from nlp.statistics.prediction_powered import corrected_share, hand_share  # noqa: E402
from nlp.statistics.risk import DOUBT, ERROR, guaranteed  # noqa: E402
from nlp.training.coder import make_coder  # noqa: E402
from nlp.training.fitting import train  # noqa: E402

DRAWS, FOLDS = 1000, 3
PREVALENCES = (0.02, 0.05, 0.1, 0.3, 0.5)


@dataclass(frozen=True)
class PartOfGold(Corpus):
    """A corpus of whose gold only some passages may be learned from."""

    kept: frozenset[str] = frozenset()

    def gold_passages(self) -> pd.DataFrame:
        """The kept passages."""
        passages = super().gold_passages()
        return passages[passages["passage_id"].isin(self.kept)].reset_index(drop=True)


def risk() -> None:
    """Share of samples in which the error of the certified labels exceeds what is tolerated."""
    print(f"容许误标 {ERROR:.0%}，失误的机会不超过 {DOUBT:.0%}；每种占比 {DRAWS} 次")
    for prevalence in PREVALENCES:
        rng, failed, given = np.random.default_rng(1), 0, 0
        for _ in range(DRAWS):
            score = rng.random(int(rng.binomial(600, prevalence)))
            found = guaranteed(score, rng.random(len(score)) > 0.45 + 0.5 * score).threshold
            given += found is not None
            failed += found is not None and 0.55 - 0.5 * (1 + found) / 2 > ERROR + 1e-9
        print(f"占比 {prevalence:.0%}：能保证 {given / DRAWS:.1%}，超出容许 {failed / DRAWS:.1%}")


def shares() -> None:
    """Coverage of nominal 95 % intervals, and their width beside the hand sample's."""
    for prevalence in PREVALENCES:
        rng = np.random.default_rng(2)
        rows = []
        for _ in range(DRAWS):
            truth = rng.random(4000) < prevalence
            machine = np.where(truth, rng.random(4000) < 0.85, rng.random(4000) < 0.02)
            named, others = np.flatnonzero(machine), np.flatnonzero(~machine)
            n = min(50, len(named))
            at = np.r_[rng.choice(named, n, replace=False), rng.choice(others, 150 - n, replace=False)]
            weights = np.r_[np.full(n, len(named) / n), np.full(150 - n, len(others) / (150 - n))]
            share, hand = corrected_share(machine, at, truth[at], weights), hand_share(truth[at], weights, 4000)
            inside = share.low <= truth.mean() <= share.high
            rows.append((inside, share.high - share.low, hand.high - hand.low))
        covered, width, by_hand = np.mean(rows, axis=0)
        widths = f"宽 {width:.4f}，只用样本 {by_hand:.4f}，比 {width / by_hand:.2f}"
        print(f"占比 {prevalence:.0%}：覆盖 {covered:.1%}，{widths}")


def read_by(corpus: Corpus, name: str, passages: pd.DataFrame) -> pd.DataFrame:
    """LABELS of the shipped passages by a coder that did not learn from them."""
    if name == "rules":
        return code_with(make_coder("rules", corpus), passages).labels
    gold = corpus.gold_passages()
    parts = []
    for learn, hold in GroupKFold(FOLDS).split(gold, groups=gold["group"]):
        kept = frozenset(gold["passage_id"].iloc[learn])
        part = PartOfGold(corpus.folder, corpus.codebook, corpus.lexicon, corpus.versions, kept)
        coder: Coder = LearnedCoder(corpus.codebook, corpus.lexicon, train(part))
        mine = passages[passages["passage_id"].isin(gold["passage_id"].iloc[hold])].reset_index(drop=True)
        parts.append(code_with(coder, mine).labels)
    return pd.concat(parts, ignore_index=True)


def shipped(name: str, checks: int, seeds: int) -> None:
    """Gold as the person: how many of the codes are covered at so many checks, and how wide the intervals are."""
    corpus = open_corpus()
    passages = corpus.reported_passages()[["passage_id", "document_id", "section", "text"]]
    machine, gold, ids = read_by(corpus, name, passages), corpus.gold_labels(), list(passages["passage_id"])
    facets = {facet: corpus.codebook.of(facet) for facet in CODED_FACETS}
    truth = np.hstack([presence(gold, ids, facet, codes) for facet, codes in facets.items()])
    given = np.hstack([presence(machine, ids, facet, codes) for facet, codes in facets.items()])
    place = {passage: i for i, passage in enumerate(ids)}
    covered, ratios = [], []
    for seed in range(seeds):
        queue = random_queue(passages, machine, seed, checks)
        at, weights = np.array([place[each] for each in queue["passage_id"]]), 1 / queue["probability"].to_numpy()
        inside = 0
        for k in range(truth.shape[1]):
            share = corrected_share(given[:, k], at, truth[at, k], weights)
            hand = hand_share(truth[at, k], weights, len(ids))
            inside += share.low <= truth[:, k].mean() <= share.high
            ratios.append((share.high - share.low) / (hand.high - hand.low))
        covered.append(inside)
    f1 = 2 * (truth & given).sum() / (truth.sum() + given.sum())
    print(f"{name}：{len(ids)} 段，核对 {checks} 段，{seeds} 个种子；代码的微平均 F1 {f1:.3f}")
    print(f"{truth.shape[1]} 个代码里盖住标准占比的：平均 {np.mean(covered):.2f}，各种子 {covered}")
    print(f"区间宽与只用样本之比：平均 {np.mean(ratios):.3f}")


def main() -> None:
    """Run one of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("risk", "shares", "corpus"))
    parser.add_argument("--coder", choices=("held-out", "rules"), default="held-out")
    parser.add_argument("--checks", type=int, default=150)
    parser.add_argument("--seeds", type=int, default=20)
    given = parser.parse_args()
    if given.what == "corpus":
        shipped(given.coder, given.checks, given.seeds)
    else:
        {"risk": risk, "shares": shares}[given.what]()


if __name__ == "__main__":
    main()
