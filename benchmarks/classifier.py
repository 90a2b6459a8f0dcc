"""The learned coder: how fast, how much more coding would help, which features carry it, how well it knows itself.

    python benchmarks/classifier.py speed [--passages 10000] [--rounds 3]
    python benchmarks/classifier.py folds
    python benchmarks/classifier.py curve DEV.jsonl [--seed 1] [--csv outputs/learning_curve.csv]
    python benchmarks/classifier.py ablation DEV.jsonl [--csv outputs/ablation.csv]

DEV.jsonl (id, text, role, codes) is only read and scored on, never trained on. Set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from sklearn.model_selection import GroupKFold  # noqa: E402

from nlp.agreement.evaluation import SUREST, GoldFile, read_gold, sureness  # noqa: E402
from nlp.agreement.statistics import calibration_error, coverage_risk, macro_f1, micro_f1  # noqa: E402
from nlp.coding import learned, sentence_cache  # noqa: E402
from nlp.coding.features import CharGrams, FamilyWeights  # noqa: E402
from nlp.coding.learned import WEIGHTS, LearnedCoder  # noqa: E402
from nlp.coding.role_gate import Reading  # noqa: E402
from nlp.corpus.codebook import CODED_FACETS  # noqa: E402
from nlp.corpus.folder import Corpus, open_corpus  # noqa: E402
from nlp.run.batch.judged import classified_rows  # noqa: E402
from nlp.search import sentences  # noqa: E402
from nlp.search.cues import CueFinder  # noqa: E402
from nlp.training.fitting import train  # noqa: E402
from nlp.training.model_store import learned_coder  # noqa: E402
from nlp.words.engines import own_jieba  # noqa: E402
from nlp.words.segmenter import segmenter_for  # noqa: E402

SIZES = (250, 500, 1000, 2000)
HELD_OUT = ("写作者C", "写作者b", "写作者j")  # one writer of each series
FOLDS = 5
NOTHING = 1e-9  # weight of a family that is left out: its columns stay where they are and say nothing


@dataclass(frozen=True)
class PartOfGold(Corpus):
    """A corpus of whose gold only some passages may be learned from."""

    kept: frozenset[str] = frozenset()

    def gold_passages(self) -> pd.DataFrame:
        """The kept passages."""
        passages = super().gold_passages()
        return passages[passages["passage_id"].isin(self.kept)].reset_index(drop=True)


def coder_from(corpus: Corpus, passages: pd.DataFrame, weights: FamilyWeights = WEIGHTS) -> LearnedCoder:
    """A coder trained on some gold passages only; nothing is cached."""
    part = PartOfGold(
        corpus.folder, corpus.codebook, corpus.lexicon, corpus.versions, frozenset(passages["passage_id"])
    )
    return LearnedCoder(corpus.codebook, corpus.lexicon, train(part, weights=weights))


def gold_file(corpus: Corpus, passages: pd.DataFrame) -> GoldFile:
    """Gold passages with their coding."""
    labels = corpus.gold_labels()
    role = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")["code"]
    codes = labels[labels["facet"] != "role"].groupby("passage_id")["code"].agg(list)
    ids = passages["passage_id"]
    return GoldFile(passages, [str(role[i]) for i in ids], [list(codes.get(i, [])) for i in ids])


def given_and_wanted(gold: GoldFile, readings: list[Reading], codes: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """What gold says and what the coder gives, (n_passages, n_codes), boolean."""
    found = [{c.code for c in r.candidates if c.facet == r.role.role} for r in readings]
    wanted = np.array([[code in row for code in codes] for row in gold.codes])
    return wanted, np.array([[code in row for code in codes] for row in found])


def figures(gold: GoldFile, readings: list[Reading], corpus: Corpus) -> dict[str, float]:
    """Role accuracy, macro-F1 of problems, micro-F1 of causes and remedies."""
    result = {"role_accuracy": float(np.mean([r.role.role == g for r, g in zip(readings, gold.roles, strict=True)]))}
    for facet in CODED_FACETS:
        name, measure = ("macro", macro_f1) if facet == "manifestation" else ("micro", micro_f1)
        result[f"{facet}_{name}_f1"] = measure(*given_and_wanted(gold, readings, corpus.codebook.of(facet)))
    return result


class Stopwatch:
    """Time spent in some functions, without the time of those among them that they call."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.inner = [0.0]

    def around(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, with its time put down to ``step``."""

        def timed(*arguments: Any, **named: Any) -> Any:
            self.inner.append(0.0)
            begin = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                took = time.perf_counter() - begin
                self.seconds[step] += took - self.inner.pop()
                self.inner[-1] += took

        return timed

    @contextmanager
    def watching(self, places: list[tuple[str, Any, str]]) -> Iterator[None]:
        """Time the attributes named in ``places`` (step, owner, name) while the block runs."""
        with ExitStack() as stack:
            for step, owner, name in places:
                stack.enter_context(patch.object(owner, name, self.around(step, getattr(owner, name))))
            yield


STEPS: list[tuple[str, Any, str]] = [
    ("分句", sentence_cache, "strung"),
    ("折叠", sentences, "views_of"),
    ("并成一篇", sentences, "flat_of"),
    ("线索", CueFinder, "find_all"),
    ("语气", sentences, "signals_of"),
    ("分小句", sentences, "clauses_of"),
    ("字", CharGrams, "counts"),
    ("字", learned.Model, "weigh"),
    ("拼成段落", sentence_cache, "batch_of"),
    ("决策", learned.Model, "decide"),
    ("依据", LearnedCoder, "candidates"),
]


def seconds_of(work: Callable[[], object]) -> float:
    """Wall-clock time of ``work``."""
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def repeated(passages: pd.DataFrame, n: int) -> pd.DataFrame:
    """The first ``n`` rows of the passages repeated."""
    rows = passages.iloc[np.arange(n) % len(passages)].reset_index(drop=True)
    return rows.assign(passage_id=[f"p{i}" for i in range(n)])


def speed(corpus: Corpus, options: argparse.Namespace) -> None:
    """Time of classifying as a multiple of segmentation alone, and where it goes."""
    coder, passages = learned_coder(corpus), repeated(corpus.gold_passages(), options.passages)
    texts = [str(text) for text in passages["text"]]
    plain, fast = own_jieba(), segmenter_for(corpus.lexicon.terms)
    for term in corpus.lexicon.terms:
        plain.add_word(term)
    works: dict[str, Callable[[], object]] = {
        "jieba": lambda: [plain.lcut(text) for text in texts],
        "本项目分词": lambda: fast.cut_many(texts),
        "归类": lambda: (coder.memory.forget(), classified_rows(passages, coder, corpus.codebook)),
        "归类，句子都见过": lambda: classified_rows(passages, coder, corpus.codebook),
    }
    coder.read(passages.head(50))
    fast.cut_many(texts[:50]), plain.lcut(texts[0])
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(options.rounds):
        for name, work in works.items():
            times[name].append(seconds_of(work))
    print_speed(times, len(texts), sum(map(len, texts)))
    watch = Stopwatch()
    with watch.watching(STEPS):
        total = seconds_of(works["归类"])
    watch.seconds["其余"] = total - sum(watch.seconds.values())
    for step, took in sorted(watch.seconds.items(), key=lambda pair: -pair[1]):
        print(f"  {step} {took:.2f} 秒 {took / total:.1%}")


def print_speed(times: dict[str, list[float]], n_passages: int, n_characters: int) -> None:
    """Medians, and the multiples within each round."""
    print(f"{n_passages} 段，{n_characters} 字，{len(times['jieba'])} 轮")
    for name, took in times.items():
        print(f"{name}：中位 {statistics.median(took):.2f} 秒（{min(took):.2f}–{max(took):.2f}）")
    for work, floor in product(("归类", "归类，句子都见过"), ("jieba", "本项目分词")):
        ratios = [a / b for a, b in zip(times[work], times[floor], strict=True)]
        print(f"{work} / {floor}：中位 {statistics.median(ratios):.2f}（{min(ratios):.2f}–{max(ratios):.2f}）")


def folds(corpus: Corpus, options: argparse.Namespace) -> None:
    """Calibration and coverage on passages of writers that the coder was not trained on."""
    passages = corpus.gold_passages()
    readings: list[Reading | None] = [None] * len(passages)
    for number, (inside, outside) in enumerate(GroupKFold(options.folds).split(passages, groups=passages["group"]), 1):
        coder = coder_from(corpus, passages.iloc[inside])
        for row, reading in zip(outside, coder.read(passages.iloc[outside]), strict=True):
            readings[row] = reading
        print(f"第 {number} 折 {len(outside)} 段", file=sys.stderr, flush=True)
    done = [reading for reading in readings if reading is not None]
    gold = gold_file(corpus, passages)
    print_figures("折外", figures(gold, done, corpus))
    print_calibration(gold, done, corpus)
    print_evidence(passages, done, corpus)


def print_evidence(passages: pd.DataFrame, readings: list[Reading], corpus: Corpus) -> None:
    """How often the evidence for a code given rightly lies, by more than half, in what coders marked for it."""
    marked: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for label in corpus.gold_labels().itertuples():
        marked[label.passage_id, label.code].append((label.start, label.end))
    inside = [
        max(min(c.end, end) - max(c.start, start) for start, end in spans) > (c.end - c.start) / 2
        for passage_id, reading in zip(passages["passage_id"], readings, strict=True)
        for c in reading.candidates
        if (spans := marked.get((passage_id, c.code)))
    ]
    print(f"依据落在编码者所标之处：{np.mean(inside):.3f}（{len(inside)} 个给对的代码）")


def print_calibration(gold: GoldFile, readings: list[Reading], corpus: Corpus) -> None:
    """Calibration errors, and the micro-F1 of problems by coverage."""
    right = np.array([r.role.role == role for r, role in zip(readings, gold.roles, strict=True)])
    top = np.array([r.role.ranked[0][1] for r in readings])
    flat = [(s, code in codes) for r, codes in zip(readings, gold.codes, strict=True) for code, s in r.scores]
    code_ece = calibration_error(np.array([s for s, _ in flat]), np.array([t for _, t in flat]))
    print(f"ECE：角色 {calibration_error(top, right):.4f}，代码 {code_ece:.4f}")
    wanted, given = given_and_wanted(gold, readings, corpus.codebook.of("manifestation"))
    sure = np.array([sureness(reading) for reading in readings])
    curve = dict(coverage_risk(sure, lambda rows: micro_f1(wanted[rows], given[rows])))
    print("表现微平均 F1：" + "，".join(f"{share:.0%} {value:.3f}" for share, value in curve.items()))
    counts = dict(coverage_risk(sure, lambda rows: float(wanted[rows].sum())))
    print("其中标准编码的表现代码：" + "，".join(f"{share:.0%} {n:.0f} 个" for share, n in counts.items()))
    print(f"最有把握的 {SUREST:.0%} 比全部高 {curve[SUREST] - curve[1.0]:+.3f}")


def some_documents(passages: pd.DataFrame, size: int, seed: int) -> pd.DataFrame:
    """Whole documents in random order until there are ``size`` passages."""
    names = passages["document_id"].unique()
    order = {name: i for i, name in enumerate(np.random.default_rng(seed).permutation(names))}
    shuffled = passages.assign(order=passages["document_id"].map(order)).sort_values("order", kind="stable")
    reached = shuffled["order"].iloc[min(size, len(shuffled)) - 1]
    return shuffled[shuffled["order"] <= reached].drop(columns="order").sort_index()


def scored(coder: LearnedCoder, tests: dict[str, GoldFile], corpus: Corpus, **about: object) -> list[dict[str, object]]:
    """One row of figures a test set."""
    rows: list[dict[str, object]] = []
    for name, gold in tests.items():
        found = figures(gold, coder.read(gold.passages), corpus)
        print_figures(" ".join(map(str, [*about.values(), name])), found)
        rows.append({**about, "test": name, "n_test": len(gold.roles), **found})
    return rows


def tests_of(corpus: Corpus, dev: Path) -> tuple[pd.DataFrame, dict[str, GoldFile]]:
    """The passages to train on, and the two test sets: foreign passages, and writers held out."""
    passages = corpus.gold_passages()
    held = passages["group"].isin(HELD_OUT)
    others = gold_file(corpus, passages[held].reset_index(drop=True))
    return passages[~held].reset_index(drop=True), {"dev": read_gold(dev, corpus.codebook), "writers": others}


def curve(corpus: Corpus, options: argparse.Namespace) -> None:
    """Figures by number of passages to learn from; none of them by the writers held out but in the last row."""
    inside, tests = tests_of(corpus, options.dev)
    rows: list[dict[str, object]] = []
    for size in (*SIZES, len(inside)):
        part = some_documents(inside, size, options.seed)
        rows += scored(coder_from(corpus, part), tests, corpus, n_train=len(part), seed=options.seed)
        write(rows, options.csv)
    everything = corpus.gold_passages()
    only_dev = {"dev": tests["dev"]}
    rows += scored(coder_from(corpus, everything), only_dev, corpus, n_train=len(everything), seed=options.seed)
    write(rows, options.csv)


def ablation(corpus: Corpus, options: argparse.Namespace) -> None:
    """Figures without each family of features."""
    inside, tests = tests_of(corpus, options.dev)
    rows: list[dict[str, object]] = []
    for family in ("", "cues", "chars", "signals"):
        left = {family: NOTHING} if family else {}
        coder = coder_from(corpus, inside, replace(WEIGHTS, **left))
        rows += scored(coder, tests, corpus, without=family or "(all families)")
        write(rows, options.csv)


def write(rows: list[dict[str, object]], path: Path) -> None:
    """Store what is known so far."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(path, index=False, float_format="%.4f")


def print_figures(title: str, found: dict[str, float]) -> None:
    """One line of figures."""
    print(f"{title}：" + "，".join(f"{name} {value:.3f}" for name, value in found.items()), flush=True)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    one = commands.add_parser("speed")
    one.add_argument("--passages", type=int, default=10_000)
    one.add_argument("--rounds", type=int, default=3)
    one.set_defaults(run=speed)
    two = commands.add_parser("folds")
    two.add_argument("--folds", type=int, default=FOLDS)
    two.set_defaults(run=folds)
    for run, file in ((curve, "learning_curve.csv"), (ablation, "ablation.csv")):
        more = commands.add_parser(run.__name__)
        more.add_argument("dev", type=Path, help="foreign passages to score on, JSON Lines")
        more.add_argument("--seed", type=int, default=1)
        more.add_argument("--csv", type=Path, default=ROOT / "outputs" / file)
        more.set_defaults(run=run)
    options = parser.parse_args()
    options.run(open_corpus(), options)


if __name__ == "__main__":
    main()
