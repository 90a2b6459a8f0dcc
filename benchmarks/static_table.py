"""Derive corpus/vectors/words.npz: one vector a word from the encoder, centred, reduced, in eight bits.

    pip install -r requirements-encoder.txt
    python benchmarks/static_table.py [--width 64] [--out corpus/vectors/words.npz] [--kept FILE.npz]

``--kept`` names a file of vectors made before (arrays w: words, x: vectors); what it lacks is encoded and added, so
that a second run with another width takes seconds. Words: jieba's dictionary by frequency without names, the words of
the gold passages, and our terms.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib.resources import files
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import numpy as np  # noqa: E402

from nlp.coding.encoder import encode  # noqa: E402
from nlp.coding.flat import views_of  # noqa: E402
from nlp.coding.vectors import TABLE  # noqa: E402
from nlp.corpus import DEFAULT, Corpus, open_corpus  # noqa: E402
from nlp.store import Replacement  # noqa: E402
from nlp.text.tokens import tokenizer_for  # noqa: E402

HAN = re.compile(r"[\u4e00-\u9fff]+")
NAMES = ("nr", "ns", "nt", "nz")  # tags of people, places, organisations and other proper names in jieba's dictionary
RAREST, LONGEST = 60, 5  # of a dictionary word: occurrences in jieba's material, characters


def jieba_frequencies() -> dict[str, tuple[int, str]]:
    """Occurrences and tag of every word of jieba's dictionary."""
    lines = (files("jieba") / "dict.txt").read_text(encoding="utf-8").splitlines()
    return {word: (int(count), tag) for word, count, tag in (line.split(" ") for line in lines)}


def vocabulary(corpus: Corpus, known: dict[str, tuple[int, str]]) -> list[str]:
    """Words that get a vector, sorted."""
    common = {
        word
        for word, (count, tag) in known.items()
        if HAN.fullmatch(word) and len(word) <= LONGEST and count >= RAREST and not tag.startswith(NAMES)
    }
    texts = views_of(list(corpus.gold_passages()["text"]), corpus.lexicon).texts
    gold = tokenizer_for(corpus.lexicon.terms).cut_many(texts)
    met = {word for words in gold for word in words if HAN.fullmatch(word)}
    return sorted(common | met | set(corpus.lexicon.terms))


def encoded(words: list[str], kept: Path | None) -> np.ndarray:
    """Vectors of all words; those that ``kept`` lacks are encoded and added to it."""
    have: dict[str, np.ndarray] = {}
    if kept is not None and kept.is_file():
        with np.load(kept, allow_pickle=False) as old:
            have = dict(zip(old["w"].tolist(), old["x"], strict=True))
    missing = [word for word in words if word not in have]
    for start in range(0, len(missing), 500):
        part = missing[start : start + 500]
        have.update(zip(part, encode(part), strict=True))
        print(f"\r{start + len(part)}/{len(missing)}", end="", file=sys.stderr)
    if kept is not None and missing:
        np.savez(kept, w=np.array(list(have)), x=np.vstack(list(have.values())))
    return np.vstack([have[word] for word in words])


def reduced(vectors: np.ndarray, width: int) -> np.ndarray:
    """Centred vectors in their ``width`` strongest directions; each direction's largest part is positive."""
    centred = vectors - vectors.mean(axis=0, dtype=np.float64)
    _, directions = np.linalg.eigh(centred.T @ centred)
    strongest = directions[:, ::-1][:, :width]
    signs = np.sign(strongest[np.abs(strongest).argmax(axis=0), np.arange(width)])
    result: np.ndarray = centred @ (strongest * signs)
    return result


def write(words: list[str], vectors: np.ndarray, frequency: np.ndarray, path: Path) -> None:
    """Store the table without pickles and without the clock; one scale a direction, whole numbers of eight bits."""
    scale = (np.abs(vectors).max(axis=0) / 127).astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary:
        np.savez_compressed(
            temporary,
            words=np.frombuffer("\n".join(words).encode(), dtype=np.uint8),
            vectors=np.round(vectors / scale).astype(np.int8),
            scale=scale,
            frequency=frequency.astype(np.float32),
        )


def main() -> None:
    """Parse, derive, report one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--out", type=Path, default=DEFAULT / TABLE)
    parser.add_argument("--kept", type=Path)
    asked = parser.parse_args()
    known = jieba_frequencies()
    words = vocabulary(open_corpus(), known)
    total = sum(count for count, _ in known.values())
    frequency = np.array([known.get(word, (1, ""))[0] / total for word in words])
    write(words, reduced(encoded(words, asked.kept), asked.width), frequency, asked.out)
    print(f"{len(words)} 词 × {asked.width} 维 → {asked.out}（{asked.out.stat().st_size / 1e6:.1f} MB）")


if __name__ == "__main__":
    main()
