"""Terms per month: ids kept since the text was segmented, beside the pandas script that an analyst writes.

    OMP_NUM_THREADS=1 python benchmarks/trends.py [--times N] [--rounds N]

300 terms × 120 months on text that is already segmented. Every way runs in a process of its own; the clock runs while
it counts, not while its input is loaded. Memory is the peak of the process, and how far it rose above its loaded input.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

N_TERMS, N_MONTHS = 300, 120
WAYS = ("explode", "ids")
NAMES = {"explode": "pandas：split、explode、isin、groupby", "ids": "本项目：count_by_period"}


def prepare(folder: Path, times: int) -> None:
    """Write the gold passages, ``times`` over, as blank-divided text by document and as ids; months drawn by chance."""
    from nlp.corpus.folder import open_corpus
    from nlp.words.tokens import tokenize

    corpus = open_corpus()
    gold = corpus.gold_passages().assign(reuse_of=None, reuse_class=None, start=0)
    tokens = tokenize(gold.assign(end=gold["text"].str.len()), corpus.lexicon)
    texts = tokens.groupby("passage_id", sort=False)["term"].agg(" ".join)
    ids, words = pd.factorize(tokens["term"])
    document, _ = pd.factorize(tokens["passage_id"])
    n = len(texts)
    months = np.random.default_rng(7).integers(0, N_MONTHS, n * times).astype(np.int32)
    (folder / "texts.txt").write_text("\n".join(list(texts) * times), encoding="utf-8")
    np.save(folder / "months.npy", months)
    np.save(folder / "item.npy", np.tile(ids.astype(np.int32), times))
    np.save(folder / "document.npy", np.concatenate([document.astype(np.int32) + n * k for k in range(times)]))
    counts = np.bincount(ids)
    chosen = [w for w in np.argsort(-counts, kind="stable") if len(str(words[w])) > 1][:N_TERMS]
    (folder / "terms.txt").write_text("\n".join(str(words[w]) for w in chosen), encoding="utf-8")
    column = np.full(len(words), -1, dtype=np.int64)
    column[chosen] = np.arange(N_TERMS)
    np.save(folder / "column.npy", column)


def explode(folder: Path) -> tuple[np.ndarray, float, float]:
    """Counts, CPU seconds and the memory of the loaded input (MB)."""
    texts = pd.Series((folder / "texts.txt").read_text(encoding="utf-8").split("\n"), dtype="object")
    table = pd.DataFrame({"text": texts, "month": np.load(folder / "months.npy")})
    terms = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")
    loaded, begin = memory(), time.process_time()
    long = table.assign(term=table["text"].str.split(" ")).explode("term")
    counted = long[long["term"].isin(terms)].groupby(["term", "month"]).size().unstack(fill_value=0)
    counts = counted.reindex(index=terms, columns=range(N_MONTHS), fill_value=0).to_numpy()
    return counts, time.process_time() - begin, loaded


def ids(folder: Path) -> tuple[np.ndarray, float, float]:
    """Counts, CPU seconds and the memory of the loaded input (MB)."""
    from nlp.measures.counting import count_by_period

    item, document, column, months = (
        np.load(folder / f"{name}.npy") for name in ("item", "document", "column", "months")
    )
    loaded, begin = memory(), time.process_time()
    counts = count_by_period(item, document, column, months, (N_TERMS, N_MONTHS))
    return counts, time.process_time() - begin, loaded


def memory() -> float:
    """Peak memory of this process so far, in MB (Linux)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def run(way: str, folder: Path) -> dict[str, str]:
    """One way in a process of its own."""
    command = [sys.executable, __file__, "--way", way, "--folder", str(folder)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return dict(part.split("=") for part in said.split())


def main() -> None:
    """Prepare, let both ways run in turn, compare; exit status 1 where the counts differ or a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=80, help="how often the gold passages are repeated")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--way", choices=WAYS)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    if given.way:
        counts, seconds, loaded = {"explode": explode, "ids": ids}[given.way](given.folder)
        sha = hashlib.sha256(np.ascontiguousarray(counts, dtype=np.int64).tobytes()).hexdigest()[:16]
        print(f"sha={sha} total={counts.sum()} seconds={seconds:.4f} peak={memory():.0f} input={loaded:.0f}")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        prepare(folder, given.times)
        n_tokens, n_texts = len(np.load(folder / "item.npy")), len(np.load(folder / "months.npy"))
        print(f"{n_texts:,} 段、{n_tokens:,} 个词；{N_TERMS} 个词项 × {N_MONTHS} 个月；{given.rounds} 轮交替，取中位")
        runs = [(way, run(way, folder)) for _ in range(given.rounds) for way in WAYS]
    middle = {}
    for way in WAYS:
        mine = [said for name, said in runs if name == way]
        middle[way] = {
            key: float(np.median([float(said[key]) for said in mine])) for key in ("seconds", "peak", "input")
        }
        row = middle[way]
        rise = f"输入读进后 {row['input']:.0f}，计数时再升 {row['peak'] - row['input']:.0f}"
        print(f"{NAMES[way]}：{row['seconds']:.3f} CPU 秒；峰值 {row['peak']:.0f} MB（{rise}）")
    same = len({(said["sha"], said["total"]) for _, said in runs}) == 1
    faster = middle["explode"]["seconds"] / middle["ids"]["seconds"]
    smaller = middle["explode"]["peak"] / middle["ids"]["peak"]
    print(f"计数{'相同' if same else '不同'}；快 {faster:.1f} 倍（目标 25），内存是 1/{smaller:.1f}（目标 1/5）")
    sys.exit(0 if same and faster >= 25 and smaller >= 5 else 1)


if __name__ == "__main__":
    main()
