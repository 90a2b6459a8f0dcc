"""Batch classification beside the script that an analyst writes: documents a second, memory, growth; in one run.

    python benchmarks/batch.py [--reports 600 2400 9600] [--summaries 100000] [--keep FOLDER] [--fresh]

A report has 3,000 characters in some 25 paragraphs, a summary 200. Both are made of sentences of the reference corpus
in random order: hardly a passage stands twice, while a sentence comes again and again, as in the reports of one house.
``--fresh`` also swaps characters, so that hardly a sentence comes twice. What a report costs as their number grows is
measured on such texts in any case: where sentences come again, the more reports, the less each costs.

Every rival is a process of its own and reads the same files. The analyst's script is timed from the first file to the
last row; ours from the start of the command to its end, and, for what a further report costs, beside what one report
alone takes; both are the middle of five runs where a run takes seconds only. Set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

REPORT, SUMMARY, PARAGRAPH = 3000, 200, 120  # characters
SENTENCE = re.compile(r"[^。！？]+[。！？]”?")
SEED = 1
TOGETHER = 2000  # texts that are segmented at once, as the product does
SWAPPED = 0.08  # share of characters that --fresh replaces
RUNS, SHORT_RUN = 5, 6.0  # runs of ours where one takes less seconds


def sentences() -> list[str]:
    """Sentences of the gold passages."""
    from nlp.corpus.folder import open_corpus

    texts = open_corpus().gold_passages()["text"]
    return [found for text in texts for found in SENTENCE.findall(text) if 8 <= len(found) <= 80]


def paragraphs(pool: list[str], size: int, length: int, chance: random.Random, fresh: bool) -> list[str]:
    """Paragraphs of about ``length`` characters, together ``size``."""
    made: list[str] = []
    total = 0
    while total < size:
        paragraph = ""
        while len(paragraph) < min(length, size - total):
            paragraph += swapped(chance.choice(pool), pool, chance) if fresh else chance.choice(pool)
        made.append(paragraph)
        total += len(paragraph)
    return made


def swapped(sentence: str, pool: list[str], chance: random.Random) -> str:
    """The sentence with some characters taken from another."""
    other = chance.choice(pool)
    return "".join(
        chance.choice(other) if chance.random() < SWAPPED and char not in "。！？”" else char for char in sentence
    )


def build_reports(folder: Path, n: int, fresh: bool) -> None:
    """``n`` reports as text files, a hundred to a folder."""
    pool, chance = sentences(), random.Random(SEED)
    for number in range(n):
        place = folder / f"{number // 100:03d}"
        place.mkdir(parents=True, exist_ok=True)
        body = [f"关于党建与业务工作融合情况的报告之{number}", *paragraphs(pool, REPORT, PARAGRAPH, chance, fresh)]
        (place / f"{number:05d}.txt").write_text("\n".join(body), encoding="utf-8")


def build_summaries(file: Path, n: int, fresh: bool) -> None:
    """A table of ``n`` summaries."""
    import pandas as pd

    pool, chance = sentences(), random.Random(SEED)
    texts = ("".join(paragraphs(pool, SUMMARY, SUMMARY, chance, fresh)) for _ in range(n))
    pd.DataFrame({"id": range(n), "text": texts}).to_csv(file, index=False)


def analyst(inputs: Path, out: Path) -> None:
    """What an analyst writes: read, jieba, TF-IDF, linear models for the role and for every code, to_csv."""
    import jieba
    import numpy as np
    import pandas as pd
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer

    from nlp.corpus.folder import open_corpus

    corpus = open_corpus()
    gold, labels = corpus.gold_passages(), corpus.gold_labels()
    jieba.initialize()
    for term in corpus.lexicon.terms:
        jieba.add_word(term)
    role = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")["code"]
    codes = labels[labels["facet"] != "role"].groupby("passage_id")["code"].agg(list)
    vectorizer = TfidfVectorizer(token_pattern=r"(?u)\b\w+\b")
    features = vectorizer.fit_transform(" ".join(jieba.lcut(text)) for text in gold["text"])
    of_role = LogisticRegression(max_iter=200).fit(features, role[gold["passage_id"]])
    binarizer = MultiLabelBinarizer()
    wanted = binarizer.fit_transform([codes.get(i, []) for i in gold["passage_id"]])
    of_code = OneVsRestClassifier(LogisticRegression(max_iter=200)).fit(features, wanted)

    begin, cpu = time.perf_counter(), time.process_time()
    rows = list(rows_of(inputs))
    matrix = vectorizer.transform(" ".join(jieba.lcut(text)) for _, text in rows)
    scores = of_code.predict_proba(matrix)
    table = pd.DataFrame({"id": [i for i, _ in rows], "text": [t for _, t in rows], "role": of_role.predict(matrix)})
    table["role_score"] = of_role.predict_proba(matrix).max(axis=1).round(4)
    given = [";".join(binarizer.classes_[row]) for row in scores >= 0.5]
    table["codes"] = given
    table[[f"score:{code}" for code in binarizer.classes_]] = np.round(scores, 4)
    table.to_csv(out, index=False)
    report(begin, cpu)


def rows_of(inputs: Path) -> Iterator[tuple[str, str]]:
    """Id and text of every paragraph of every file, or of every row of a table."""
    import pandas as pd

    if inputs.is_file():
        table = pd.read_csv(inputs)
        yield from zip(table["id"].astype(str), table["text"], strict=True)
        return
    for file in sorted(inputs.rglob("*.txt")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines()):
            if line.strip():
                yield f"{file.stem}-{number}", line


def segmenting(cut_many: Callable[[Iterable[str]], Iterable[list[str]]], inputs: Path) -> None:
    """Read and segment, nothing else."""
    begin, cpu = time.perf_counter(), time.process_time()
    rows = rows_of(inputs)
    while texts := [text for _, text in islice(rows, TOGETHER)]:
        for _ in cut_many(texts):
            pass
    report(begin, cpu)


def jieba_floor(inputs: Path, out: Path) -> None:
    """Pure jieba."""
    from nlp.corpus.folder import open_corpus
    from nlp.words.engines import own_jieba

    plain = own_jieba()
    for term in open_corpus().lexicon.terms:
        plain.add_word(term)
    segmenting(lambda texts: map(plain.lcut, texts), inputs)


def fast_floor(inputs: Path, out: Path) -> None:
    """Our segmentation alone: jieba's words, cut by rjieba where it is installed."""
    from nlp.corpus.folder import open_corpus
    from nlp.words.segmenter import segmenter_for

    fast = segmenter_for(open_corpus().lexicon.terms)
    fast.cut("预热")
    segmenting(fast.cut_many, inputs)


def peak_mb() -> float:
    """Peak of memory of this process; what ``getrusage`` gives would include that of the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())[0]) / 1024


def report(begin: float, cpu: float) -> None:
    """Print seconds and the peak of memory of this process."""
    peak = peak_mb()
    found = {"seconds": time.perf_counter() - begin, "cpu": time.process_time() - cpu, "peak_mb": peak}
    print(json.dumps(found), file=sys.stderr)


RIVALS = {"analyst": analyst, "jieba": jieba_floor, "fast": fast_floor}


def ours(inputs: Path, out: Path, workers: int, unit: str) -> dict[str, float]:
    """Our command, from start to end; peak memory of its main process."""
    watch = (
        "import runpy, sys; sys.argv = ['nlp', *sys.argv[1:]]\n"
        "try:\n    runpy.run_module('nlp', run_name='__main__')\n"
        "except SystemExit as end:\n    assert not end.code, end.code\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from batch import peak_mb\n"
        "print('peak', peak_mb(), file=sys.stderr)"
    )
    command = ["classify", str(inputs), "--out", str(out), "--workers", str(workers), "--unit", unit]
    begin, cpu = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([sys.executable, "-c", watch, *command], cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, now = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = now.ru_utime + now.ru_stime - cpu.ru_utime - cpu.ru_stime
    peak = float(re.findall(r"peak ([\d.]+)", done.stderr)[-1])
    return {"seconds": seconds, "cpu": spent, "peak_mb": peak}


def typical(run: Callable[[Path], dict[str, float]], out: Path) -> dict[str, float]:
    """The middle of some runs by seconds if they are short: a tenth of a second is much of one with few reports."""
    runs = [run(out.with_name(f"{out.name}-0"))]
    while len(runs) < RUNS and runs[0]["seconds"] < SHORT_RUN:
        runs.append(run(out.with_name(f"{out.name}-{len(runs)}")))
    return sorted(runs, key=lambda found: found["seconds"])[len(runs) // 2]


def rival(name: str, inputs: Path, out: Path) -> dict[str, float]:
    """One of RIVALS in a process of its own."""
    command = [sys.executable, __file__, "--run", name, str(inputs), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stderr.strip().splitlines()[-1])
    return found


def compare(title: str, inputs: Path, n: int, unit: str, scratch: Path, one: Path) -> None:
    """All rivals on the same input; multiples of the analyst's script. ``one``: an input of one text."""
    times = {name: rival(name, inputs, scratch / f"{name}.csv") for name in RIVALS}
    start = dict.fromkeys(times, 0.0)
    for workers in (1, 2):
        name = f"本项目，{workers} 个进程"
        times[name] = typical(partial(ours, inputs, workers=workers, unit=unit), scratch / f"{title}-{workers}")
        begun = typical(partial(ours, one, workers=workers, unit=unit), scratch / f"{title}-{workers}-start")
        start[name] = begun["seconds"]
    print(f"\n{title}")
    for name, found in times.items():
        print(
            f"  {name:<12} {found['seconds']:8.1f} 秒，每秒 {n / found['seconds']:8.1f}，"
            f"起步 {start[name]:4.1f} 秒，此外每份 {1000 * (found['seconds'] - start[name]) / n:6.3f} 毫秒，"
            f"CPU {found['cpu']:7.1f} 秒，内存峰值 {found['peak_mb']:6.0f} MB，"
            f"为分析员脚本的 {times['analyst']['seconds'] / found['seconds']:.2f} 倍",
            flush=True,
        )


def growth(reports: list[int], scratch: Path) -> None:
    """What a report costs us, beside the start, as their number grows; no sentence comes twice."""
    build_reports(one := scratch / "fresh-report", 1, True)
    folders = {n: scratch / f"fresh-{n}" for n in reports}
    for n, folder in folders.items():
        build_reports(folder, n, True)
    print("\n每份用时随份数的变化（句句都新，起步以外，毫秒）")
    for workers in (1, 2):
        spent = {}
        for n, inputs in {1: one, **folders}.items():
            out = scratch / f"growth-{n}-{workers}"
            spent[n] = typical(partial(ours, inputs, workers=workers, unit="document"), out)["seconds"]
        each = {n: 1000 * (spent[n] - spent[1]) / (n - 1) for n in reports}
        told = "，".join(f"{n} 份 {cost:.3f}" for n, cost in each.items())
        print(f"  {workers} 个进程：{told}；最多的是最少的 {each[max(each)] / each[min(each)]:.2f} 倍", flush=True)


def main() -> None:
    """Build the inputs and let all rivals read them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", nargs=3, metavar=("RIVAL", "INPUT", "OUT"), help=argparse.SUPPRESS)
    parser.add_argument("--reports", type=int, nargs="*", default=[600, 2400, 9600])
    parser.add_argument("--summaries", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="folder for inputs and results")
    parser.add_argument("--fresh", action="store_true", help="no sentence twice")
    options = parser.parse_args()
    if options.run:
        RIVALS[options.run[0]](Path(options.run[1]), Path(options.run[2]))
        return
    with tempfile.TemporaryDirectory() as temporary:
        scratch = options.keep or Path(temporary)
        build_reports(one := scratch / "report", 1, options.fresh)
        ours(one, scratch / "first", 1, "document")  # a machine without a trained model trains one
        for n in options.reports:
            build_reports(folder := scratch / f"reports-{n}", n, options.fresh)
            compare(f"{n} 份报告", folder, n, "document", scratch, one)
        if len(options.reports) > 1:
            growth(options.reports, scratch)
        if options.summaries:
            build_summaries(one := scratch / "summary.csv", 1, options.fresh)
            build_summaries(table := scratch / "summaries.csv", options.summaries, options.fresh)
            compare(f"{options.summaries} 条短材料", table, options.summaries, "passage", scratch, one)


if __name__ == "__main__":
    main()
