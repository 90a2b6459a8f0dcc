"""New terms: stretches of Han that hold together inside and stand free at both ends; an expert decides."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from math import log2

import pandas as pd

from nlp.corpus.lexicon import Lexicon
from nlp.search.fold import fold
from nlp.words.tokens import tokenizer_for

LONGEST = 6  # characters
RAREST = 4  # occurrences
LEAST_COHESION = 3.0  # bits: the smallest pointwise mutual information over all ways to cut the stretch in two
LEAST_FREEDOM = 1.2  # bits: the smaller of the entropies of the neighbours on the left and on the right
CONTEXTS = 3
CONTEXT_WIDTH = 12
HAN_RUN = re.compile(r"[\u4e00-\u9fff]+")


def propose_terms(passages: pd.DataFrame, lexicon: Lexicon, most: int = 300) -> pd.DataFrame:
    """Propose terms that the tokenizer cuts.

    Returns
    -------
    DataFrame, best first: ``term``, ``n`` (occurrences), ``n_documents``, ``cohesion`` (bits), ``freedom`` (bits),
    ``cut`` (as it is segmented now), three contexts, and an empty ``status`` for the expert

    Notes
    -----
    Cohesion: pointwise mutual information, the least over all cuts; freedom: branching entropy (Jin and
    Tanaka-Ishii 2006), the smaller of both sides.
    """
    table = lexicon.fold_table
    texts = [fold(str(text), table) for text in passages["text"]]
    counts, total = ngram_counts(texts)
    known = set(lexicon.terms)
    strong = {
        gram: c
        for gram, n in counts.items()
        if len(gram) >= 2
        and n >= RAREST
        and gram not in known
        and (c := cohesion(gram, counts, total)) >= LEAST_COHESION
    }
    free = freedom(texts, strong)
    tokenizer = tokenizer_for(lexicon.terms)
    rows = []
    for gram in sorted(strong, key=lambda g: (-counts[g] * strong[g] * free.get(g, 0.0), g)):
        if free.get(gram, 0.0) < LEAST_FREEDOM or gram[0] in lexicon.stopwords or gram[-1] in lexicon.stopwords:
            continue
        cut = list(tokenizer.lcut(gram))
        if len(cut) == 1:
            continue
        rows.append(candidate_row(gram, counts[gram], strong[gram], free[gram], cut, passages, texts))
        if len(rows) >= most:
            break
    columns = [
        "term",
        "n",
        "n_documents",
        "cohesion",
        "freedom",
        "cut",
        *(f"context_{i + 1}" for i in range(CONTEXTS)),
        "status",
    ]
    return pd.DataFrame(rows, columns=columns)


def ngram_counts(texts: list[str]) -> tuple[Counter[str], int]:
    """Counts of all Han n-grams up to LONGEST, and the number of characters."""
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        for run in HAN_RUN.findall(text):
            total += len(run)
            for size in range(1, min(LONGEST, len(run)) + 1):
                counts.update(run[i : i + size] for i in range(len(run) - size + 1))
    return counts, total


def cohesion(gram: str, counts: Counter[str], total: int) -> float:
    """The least pointwise mutual information over all cuts of ``gram``, in bits."""
    return min(log2(counts[gram] * total / (counts[gram[:i]] * counts[gram[i:]])) for i in range(1, len(gram)))


def freedom(texts: list[str], grams: dict[str, float]) -> dict[str, float]:
    """The smaller of the entropies of left and right neighbours, in bits; an edge is a neighbour of its own."""
    left: dict[str, Counter[str]] = defaultdict(Counter)
    right: dict[str, Counter[str]] = defaultdict(Counter)
    for number, text in enumerate(texts):
        for run in HAN_RUN.findall(text):
            for size in range(2, min(LONGEST, len(run)) + 1):
                for i in range(len(run) - size + 1):
                    gram = run[i : i + size]
                    if gram in grams:
                        left[gram][run[i - 1] if i else f"^{number}"] += 1
                        right[gram][run[i + size] if i + size < len(run) else f"${number}"] += 1
    return {gram: min(entropy(left[gram]), entropy(right[gram])) for gram in grams}


def entropy(counts: Counter[str]) -> float:
    """Shannon entropy in bits."""
    total = sum(counts.values())
    return -sum(n / total * log2(n / total) for n in counts.values()) if total else 0.0


def candidate_row(
    gram: str, n: int, held: float, free: float, cut: list[str], passages: pd.DataFrame, texts: list[str]
) -> dict[str, object]:
    """One proposal with its contexts from different documents as far as possible."""
    where: dict[str, str] = {}
    for text, original, document in zip(texts, passages["text"], passages["document_id"], strict=True):
        at = text.find(gram)
        if at >= 0:
            end = at + len(gram)
            where.setdefault(document, original[max(0, at - CONTEXT_WIDTH) : end + CONTEXT_WIDTH].replace("\n", ""))
    contexts = [*where.values(), *[""] * CONTEXTS][:CONTEXTS]
    return {
        "term": gram,
        "n": n,
        "n_documents": len(where),
        "cohesion": round(held, 3),
        "freedom": round(free, 3),
        "cut": "/".join(cut),
        **{f"context_{i + 1}": context for i, context in enumerate(contexts)},
        "status": "",
    }
