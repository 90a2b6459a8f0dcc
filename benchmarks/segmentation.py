"""Is our segmenter's every word jieba's, how much faster is it, and how soon does it give the first word?

    python benchmarks/segmentation.py [--strings 100000] [--rounds 5] [--seed 1]

Exit status 1 if any string is cut otherwise than by jieba.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import pandas as pd  # noqa: E402

from nlp.corpus.lexicon import load_terms  # noqa: E402
from nlp.words.engines import own_jieba  # noqa: E402
from nlp.words.segmenter import Segmenter  # noqa: E402

BLOCK = ("._-", "+#&%", "0123456789", "0123456789.%-", "abcXYZ", "AaTtCc&+#._-")
TRAPS = (
    "C++",
    "c#",
    "AT&T",
    "AT.T",
    "T恤",
    "卡拉OK",
    "AA制",
    "1.3nm",
    "917.02914.06",
    "15.4%",
    "0xxx-66",
    "R.D部",
    "\r\n",
)
ODD_TERMS = (
    "App",
    "VR",
    "R&D",
    "R&D部",
    "A-1",
    "党委(组)",
    "5.0版",
    "C++",
    "㐀国",
    "x_y",
    "互联网+",
    "100%",
    "T恤衫",
    "中国",
)
FIRST = """
import sys, time
from pathlib import Path
from nlp.corpus.lexicon import load_terms
terms = load_terms(Path("corpus/lexicon/terms.txt"))
from nlp.words import segmenter
if sys.argv[1] == "jieba":
    segmenter.load_rjieba = lambda: None
begin = time.perf_counter()
segmenter.segmenter_for(terms).cut("落实三会一课，占15.4%。")
print(time.perf_counter() - begin)
"""


def scripts() -> list[list[str]]:
    """All assigned characters, lone surrogates too, by the first word of their name: HAN apart, 200 and more groups."""
    groups: dict[str, list[str]] = defaultdict(list)
    for char in map(chr, range(sys.maxunicode + 1)):
        category = unicodedata.category(char)
        if category != "Cn":
            groups[unicodedata.name(char, category).split()[0].split("-")[0]].append(char)
    return list(groups.values())


def ties(frequency: dict[str, int]) -> list[str]:
    """Three characters that are as likely cut behind the first as behind the second: 压紧/压, 压/紧压."""
    pairs = [word for word, count in frequency.items() if count and len(word) == 2 and word[0] != word[1]]
    return [word + word[0] for word in pairs if frequency.get(word[::-1]) == frequency[word]]


def strings(n: int, chance: random.Random, frequency: dict[str, int], terms: tuple[str, ...]) -> Iterator[str]:
    """Strings of every script among Han, dictionary words, terms, ties, numbers and traps."""
    groups, even = scripts(), ties(frequency)
    words = [word for word, count in frequency.items() if count]
    rare = [word for word in words if len(word) > 1][::7]
    pieces: tuple[Callable[[], str], ...] = (
        lambda: "".join(chance.choices(group, k=chance.randrange(1, 5))),
        lambda: "".join(chance.choices(BLOCK[chance.randrange(len(BLOCK))], k=chance.randrange(1, 6))),
        lambda: chr(chance.randrange(0x4E00, 0x9FD6)),
        lambda: chr(chance.choice([chance.randrange(0x3400, 0xA000), chance.randrange(0x20000, 0x323B0)])),
        lambda: chance.choice(TRAPS + ODD_TERMS),
        lambda: chance.choice("，。；：“”！？（）、 \n"),
        lambda: chance.choice(terms),
        lambda: chance.choice(terms)[:-1],
        lambda: chance.choice(even),
        lambda: chance.choice(words),
        lambda: chance.choice(rare)[:-1],  # words cut short make segmentations that compete
        lambda: chance.choice(rare)[1:],
    )
    for i in range(n):
        group = groups[i % len(groups)]
        yield "".join(chance.choice(pieces)() for _ in range(chance.randrange(1, 25)))


def reference(terms: tuple[str, ...]) -> Any:
    """jieba itself with ``terms``, its dictionary loaded."""
    tokenizer = own_jieba()
    for term in terms:
        tokenizer.add_word(term)
    return tokenizer


def differing(texts: list[str], terms: tuple[str, ...]) -> list[str]:
    """The texts that ours and jieba cut differently."""
    jieba = reference(terms)
    cut = Segmenter(terms).cut_many(texts)
    return [text for text, words in zip(texts, cut, strict=True) if words != jieba.lcut(text)]


def ratios(texts: list[str], terms: tuple[str, ...], rounds: int) -> tuple[float, ...]:
    """jieba's CPU time divided by that of cut_many, cut, and cut_many on texts not cut before; million characters/s.

    Medians over rounds. For the third, every round has texts of its own, so that no memory can flatter.
    """
    jieba, ours = reference(terms), Segmenter(terms)
    rivals: tuple[Callable[[list[str]], object], ...] = (
        lambda texts: [jieba.lcut(text) for text in texts],
        ours.cut_many,
        lambda texts: [ours.cut(text) for text in texts],
    )
    folds = [texts[i :: rounds + 1] for i in range(rounds + 1)]
    for rival in rivals:
        rival(folds[0])  # what is loaded on first use is no part of the rate
    unseen = [taken(rivals[0], fold, folds[0]) / taken(rivals[1], fold, folds[0]) for fold in folds[1:]]
    seconds = [[taken(rival, texts, folds[0]) for rival in rivals] for _ in range(rounds)]
    many, single = (statistics.median(row[0] / row[i] for row in seconds) for i in (1, 2))
    rate = sum(map(len, texts)) / statistics.median(row[1] for row in seconds) / 1e6
    return many, statistics.median(unseen), single, rate


def taken(work: Callable[[list[str]], object], texts: list[str], other: list[str]) -> float:
    """CPU seconds of one call, with its dictionary in the processor's cache as in a long run: the rival emptied it."""
    work(other)
    begin = time.process_time()
    work(texts)
    return time.process_time() - begin


def first_word(engine: str, rounds: int) -> float:
    """Median seconds from asking for a segmenter to its first words, each time in a new process."""
    command = [sys.executable, "-c", FIRST, engine]
    times = [subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True) for _ in range(rounds)]
    return statistics.median(float(done.stdout) for done in times)


def main() -> int:
    """Compare, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--strings", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    terms = load_terms(ROOT / "corpus" / "lexicon" / "terms.txt")
    if Segmenter(terms).fast is None:
        print("没有装 rjieba（pip install -r requirements-fast.txt）：下面是 jieba 与它自己相比")
    gold = pd.read_csv(ROOT / "corpus" / "gold" / "passages.csv", dtype=str, keep_default_na=False)
    corpus = {"标注段落": list(gold["text"])}
    compilation = ROOT.parent / "shared" / "reports" / "compilation.txt"
    if compilation.is_file():
        corpus["真实汇编"] = compilation.read_text(encoding="utf-8").splitlines()
    made = list(strings(options.strings, random.Random(options.seed), reference(()).FREQ, terms))

    failed = False
    print(f"{'文本':<10}{'词表':<10}{'条数':>10}{'字符':>12}{'不同':>8}")
    for name, texts in {"生成的串": made, **corpus}.items():
        for label, chosen in {"无": (), "本项目": terms, "另加怪词": terms + ODD_TERMS}.items():
            odd = differing(texts, chosen)
            failed |= bool(odd)
            print(
                f"{name:<10}{label:<10}{len(texts):>10,}{sum(map(len, texts)):>12,}{len(odd):>8}", *map(repr, odd[:3])
            )
    print("\n倍数：jieba.lcut 的 CPU 时间除以我们的，同一进程里交替测量，本项目词表")
    print(f"{'文本':<10}{'cut_many':>12}{'没切过的文本':>12}{'cut':>12}{'百万字符/秒':>12}")
    for name, texts in corpus.items():
        many, unseen, single, rate = ratios(texts, terms, options.rounds)
        print(f"{name:<10}{many:>12.1f}{unseen:>12.1f}{single:>12.1f}{rate:>12.2f}")
    print("\n新进程里第一批词（秒，缓存已有）：", end="")
    print("，".join(f"{engine} {first_word(engine, options.rounds):.3f}" for engine in ("rjieba", "jieba")))
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
