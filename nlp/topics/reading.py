"""How a theme is read: its terms, a name that a person would say, quotations, shares, and where it is strong."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.stats import binomtest
from sklearn.preprocessing import normalize

from nlp.topics.coherence import npmi_table
from nlp.topics.matrix import COUNTED

N_TERMS = 10
CANDIDATES = 30  # distinctive terms from which the shown ones are taken
RELEVANCE = 0.6  # λ of Sievert and Shirley (2014)
QUOTATIONS = 5
COMFORTABLE = 90  # characters: a longer quotation is less welcome
PHRASE = (4, 10)  # characters of a name
INSIDE = frozenset("的与和不无未")  # one-character stop words that may stand inside a name
LOOSE_END = re.compile("^[的了着在是把被对和与]|[的了着在是把被对和与]$")
LONGEST_RUN = 4  # tokens of a phrase


def class_weights(counts: csr_array, main: np.ndarray, n_topics: int) -> np.ndarray:
    """Class-based tf-idf of every term in every topic's passages (Grootendorst 2022)."""
    totals = np.vstack([np.asarray(counts[np.flatnonzero(main == k)].sum(axis=0)).ravel() for k in range(n_topics)])
    frequency = totals / np.maximum(1, totals.sum(axis=1, keepdims=True))
    mean_size = totals.sum() / n_topics
    weights: np.ndarray = frequency * np.log1p(mean_size / np.maximum(1, totals.sum(axis=0)))
    return weights


def relevance(counts: csr_array, main: np.ndarray, n_topics: int, weight: float = RELEVANCE) -> np.ndarray:
    """λ log p(term | theme) + (1 − λ) log of its lift (Sievert and Shirley 2014), over passages, smoothed by 0.5."""
    present = csr_array((counts > 0).astype(float))
    inside = np.vstack([np.asarray(present[np.flatnonzero(main == k)].sum(axis=0)).ravel() for k in range(n_topics)])
    sizes = np.array([max(1, int((main == k).sum())) for k in range(n_topics)])[:, None]
    share = (inside + 0.5) / (sizes + 1)
    base = (np.asarray(present.sum(axis=0)).ravel() + 0.5) / (counts.shape[0] + 1)
    scores: np.ndarray = weight * np.log(share) + (1 - weight) * np.log(share / base)
    return scores


def term_scores(components: np.ndarray, counts: csr_array, main: np.ndarray) -> np.ndarray:
    """How well every term speaks for every theme, 0–1: model weight, class-based tf-idf and relevance together."""
    n_topics = len(components)
    parts = [components, class_weights(counts, main, n_topics), np.exp(relevance(counts, main, n_topics))]
    scaled = [part / np.maximum(part.max(axis=1, keepdims=True), 1e-12) for part in parts]
    scores: np.ndarray = np.cbrt(scaled[0] * scaled[1] * scaled[2])
    return scores


def shown_terms(scores: np.ndarray, counts: csr_array, n: int = N_TERMS) -> np.ndarray:
    """Terms of every theme: distinctive ones that also stand together, best first.

    From the 30 best by score, one after the other joins whose score and mean NPMI with those already chosen are
    largest together, so that the list reads as one matter.
    """
    chosen = []
    for row in scores:
        pool = np.argsort(-row.round(9), kind="stable")[: max(n, CANDIDATES)]
        present = csr_array((counts[:, pool] > 0).astype(float))
        company = npmi_table((present.T @ present).toarray(), counts.shape[0])
        score = row[pool] / max(float(row[pool[0]]), 1e-12)
        picked = [0]
        while len(picked) < min(n, len(pool)):
            together = score + company[:, picked].mean(axis=1)
            together[picked] = -np.inf
            picked.append(int(np.argmax(together.round(9))))
        chosen.append(pool[picked])
    return np.array(chosen)


def phrases_of(tokens: pd.DataFrame, stopwords: frozenset[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Phrases of every passage: runs of neighbouring tokens, no stop word or number at either end.

    Returns
    -------
    passage id → phrase → its terms
    """
    ordered = tokens.sort_values(["passage_id", "position"], kind="stable")
    ids, terms = ordered["passage_id"].to_numpy(), ordered["term"].to_numpy()
    starts, ends = ordered["start"].to_numpy(), ordered["end"].to_numpy()
    sound = np.array(
        [len(t) >= 2 and t not in stopwords and not COUNTED.fullmatch(t) and not LOOSE_END.search(t) for t in terms],
        dtype=bool,
    )
    adjoining = np.zeros(len(ids), dtype=bool)
    adjoining[1:] = (ids[1:] == ids[:-1]) & (starts[1:] == ends[:-1])
    found: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for i in np.flatnonzero(sound):
        run: list[str] = []
        for j in range(int(i), min(int(i) + LONGEST_RUN, len(ids))):
            if j > i and not adjoining[j]:
                break
            if j > i and len(terms[j]) == 1 and not sound[j] and terms[j] not in INSIDE:
                break  # 把、对、被 …: no name of a thing holds them
            run.append(terms[j])
            text = "".join(run)
            if len(text) > PHRASE[1]:
                break
            if sound[j] and len(text) >= PHRASE[0]:
                found[ids[i]][text] = tuple(run)
    return found


def name_of(
    members: Sequence[str],
    rest: Mapping[str, int],
    phrases: Mapping[str, Mapping[str, tuple[str, ...]]],
    document_of: Mapping[str, str],
    scores: Mapping[str, float],
    top: Sequence[str],
    n_others: int,
) -> str:
    """A name for a theme: the phrase of its passages that is most its own, with a second one where one says too little.

    Parameters
    ----------
    members : passage ids, the most typical first
    rest : phrase → number of passages of the facet that hold it
    scores : term → how well it speaks for the theme (0–1)
    top : the theme's terms, best first
    n_others : passages of the facet outside the theme
    """
    holders: dict[str, set[str]] = defaultdict(set)
    n_in: Counter[str] = Counter()
    parts: dict[str, tuple[str, ...]] = {}
    for pid in members:
        for phrase, terms in phrases.get(pid, {}).items():
            holders[phrase].add(document_of[pid])
            n_in[phrase] += 1
            parts[phrase] = terms
    least = 2 if len(members) >= 6 else 1
    ranked = []
    for phrase, who in holders.items():
        if len(who) >= least:
            times = n_in[phrase], rest[phrase], len(members), n_others
            ranked.append((phrase_score(len(who), times, parts[phrase], scores), phrase))
    ranked.sort(key=lambda pair: (-round(pair[0], 9), pair[1]))
    if not ranked or ranked[0][0] <= 0:
        return "与".join(top[:2])
    first = ranked[0][1]
    wanted = [term for term in top[:5] if not set(term) & set(first)]
    second = next((p for s, p in ranked[1:60] if not set(p) & set(first) and any(t in p for t in wanted)), None)
    return f"{first}、{second}" if second else first


def phrase_score(
    n_documents: int, times: tuple[int, int, int, int], terms: Sequence[str], scores: Mapping[str, float]
) -> float:
    """How well a phrase names a theme: frequent in it, rare elsewhere, made of its terms.

    ``times``: passages of the theme with the phrase, all passages with it, passages of the theme, other passages.
    """
    n_in, n_all, n_members, n_others = times
    inside = (n_in + 0.5) / (n_members + 1)
    outside = (n_all - n_in + 0.5) / (n_others + 1)
    own = sum(scores.get(term, 0.0) for term in terms) / np.sqrt(len(terms))
    return float(own * np.log1p(n_documents) * np.log(inside / outside))


def quotations(
    members: np.ndarray,
    weights: np.ndarray,
    counts: csr_array,
    lengths: np.ndarray,
    sources: np.ndarray,
    n: int = QUOTATIONS,
) -> list[int]:
    """Rows of the best quotations, each from another independent source: typical, central and short.

    Parameters
    ----------
    members : rows of the theme's passages
    weights : (n_passages,) weight of the theme
    lengths : (n_passages,) characters
    sources : (n_passages,) independent sources
    """
    if not len(members):
        return []
    at = members
    seen = normalize(csr_array(counts[at]))
    centre = normalize(np.asarray(seen.mean(axis=0)).reshape(1, -1)).ravel()
    central = seen @ centre
    long, short = np.maximum(0, lengths[at] - COMFORTABLE) / COMFORTABLE, lengths[at] < 20
    score = weights[at] * (0.2 + central) * np.exp(-long) * np.where(short, 0.3, 1.0)
    chosen: dict[str, int] = {}
    for i in np.argsort(-score.round(9), kind="stable"):
        chosen.setdefault(str(sources[at[i]]), int(at[i]))
    return list(chosen.values())[:n]


def share_row(n: int, denominator: int) -> dict[str, float | int]:
    """Count, denominator, share and its Wilson interval at 95 % (Wilson 1927)."""
    if denominator == 0:
        return {"n": n, "denominator": 0}
    interval = binomtest(n, denominator).proportion_ci(method="wilson")
    return {
        "n": n,
        "denominator": denominator,
        "share": n / denominator,
        "low": float(interval.low),
        "high": float(interval.high),
    }


def lift_row(n: int, n_one: int, n_other: int, total: int) -> dict[str, float | int]:
    """Joint count, expected count, lift and its interval at 95 % (log method, Katz et al. 1978)."""
    expected = n_one * n_other / total if total else 0.0
    if not expected:
        return {"n": n, "expected": expected}
    seen = max(n, 0.5)
    error = np.sqrt(max(0.0, 1 / seen - 1 / n_one + 1 / n_other - 1 / total))
    lift = seen / expected
    return {
        "n": n,
        "expected": expected,
        "lift": n / expected,
        "low": float(lift * np.exp(-1.959964 * error)),
        "high": float(lift * np.exp(1.959964 * error)),
    }
