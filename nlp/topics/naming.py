"""How a theme is read: its terms, a name that a person would say, quotations, shares, and where it is strong."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from sklearn.preprocessing import normalize

from nlp.topics.coherence import npmi_table
from nlp.topics.occurrences import COUNTED

N_TERMS = 10
CANDIDATES = 30  # distinctive terms from which the shown ones are taken
RELEVANCE = 0.6  # λ of Sievert and Shirley (2014)
QUOTATIONS = 5
COMFORTABLE = 90  # characters: a longer quotation is less welcome
PHRASE = (4, 10)  # characters of a name
INSIDE = frozenset("的与和不无未")  # one-character stop words that may stand inside a name
LOOSE_END = re.compile("^[的了着在是把被对和与]|[的了着在是把被对和与]$")
LONGEST_RUN = 4  # tokens of a phrase
# Words that part phrases: what stands before one of them is whole, and so is what begins behind it.
FUNCTION_WORDS = frozenset("的和与及或等是为在有无不没未也都却就而但仍还只多被由以将把对从按")
SET_OFF = 0.6  # share of the passages with a phrase in which it must be set off, on either side
SEVERAL = 6  # passages: from here on two independent sources must say the name of a theme
SIDE_BY_SIDE = 0.22  # worth of two terms that keep company as a name, beside a phrase that people say
WHO = re.compile("(?:书记|成员|委员|干部|党委|党组|支部|单位)$")  # who it is about says less than what it is about
NOMINAL = ("n", "vn", "an", "l", "i", "j", "t")  # parts of speech that may end a noun phrase


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
    """Terms of every theme: distinctive ones that also stand together, best first, each in one theme only.

    A term is listed where it scores highest, as far as that leaves every theme its ten. From the 30 best by score, one
    after the other joins whose score and mean NPMI with those already chosen are largest together, so that the list
    reads as one matter.
    """
    owner = scores.round(9).argmax(axis=0)
    chosen = []
    for topic, row in enumerate(scores):
        order = np.argsort(-row.round(9), kind="stable")
        own = order[owner[order] == topic][: max(n, CANDIDATES)]
        lent = order[owner[order] != topic][: max(0, n - len(own))]
        pool = np.concatenate([own, lent])
        present = csr_array((counts[:, pool] > 0).astype(float))
        company = npmi_table((present.T @ present).toarray(), counts.shape[0])
        score = row[pool] / max(float(row.max()), 1e-12)
        picked = [0]
        while len(picked) < min(n, len(pool)):
            together = score + company[:, picked].mean(axis=1)
            together[picked] = -np.inf
            picked.append(int(np.argmax(together.round(9))))
        chosen.append(pool[picked])
    return np.array(chosen)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A run of neighbouring tokens in one passage, and whether the sentence sets it off on either side."""

    terms: tuple[str, ...]
    opens: bool  # it begins here: nothing before it belongs to it
    closes: bool  # it ends here


def phrases_of(
    tokens: pd.DataFrame, stopwords: frozenset[str], tags: Mapping[str, str]
) -> dict[str, dict[str, Phrase]]:
    """Phrases of every passage: runs of neighbouring tokens, no stop word or number at either end.

    A word is whole by itself. A noun phrase is set off by a mark, a function word, or a word that is no noun (its
    verb); a phrase that ends in a verb by a mark or a function word only, because what follows may be the object that
    it lacks.

    Parameters
    ----------
    tags : term → part of speech, where the dictionary knows it

    Returns
    -------
    passage id → phrase → its terms and borders
    """
    ordered = tokens.sort_values(["passage_id", "position"], kind="stable")
    ids, terms = ordered["passage_id"].to_numpy(), ordered["term"].to_numpy()
    starts, ends = ordered["start"].to_numpy(), ordered["end"].to_numpy()
    sound = np.array(
        [len(t) >= 2 and t not in stopwords and not COUNTED.fullmatch(t) and not LOOSE_END.search(t) for t in terms],
        dtype=bool,
    )
    joined = np.zeros(len(ids) + 1, dtype=bool)  # whether a token touches the one before it
    joined[1:-1] = (ids[1:] == ids[:-1]) & (starts[1:] == ends[:-1])
    noun = np.array([is_nominal(t, tags) for t in terms], dtype=bool)
    function = np.array([t in FUNCTION_WORDS for t in terms], dtype=bool)
    found: dict[str, dict[str, Phrase]] = defaultdict(dict)
    for i in np.flatnonzero(sound):
        run: list[str] = []
        for j in range(int(i), min(int(i) + LONGEST_RUN, len(ids))):
            if j > i and not joined[j]:
                break
            if j > i and len(terms[j]) == 1 and not sound[j] and terms[j] not in INSIDE:
                break  # 把、对、被 …: no name of a thing holds them
            run.append(terms[j])
            text = "".join(run)
            if len(text) > PHRASE[1]:
                break
            if sound[j] and len(text) >= PHRASE[0]:
                opens = i == j or not joined[i] or function[i - 1] or noun[i - 1] != noun[i]
                closes = i == j or not joined[j + 1] or function[j + 1] or (noun[j] and not noun[j + 1])
                known = found[ids[i]].get(text, Phrase((), False, False))
                found[ids[i]][text] = Phrase(tuple(run), bool(opens) or known.opens, bool(closes) or known.closes)
    return found


def is_nominal(term: str, tags: Mapping[str, str]) -> bool:
    """Whether a term can end a noun phrase; one that only our lexicon has is a name of something."""
    return tags.get(term, "n").startswith(NOMINAL)


def whole_phrases(phrases: Mapping[str, Mapping[str, Phrase]]) -> dict[str, int]:
    """Phrases that the sentences mostly set off on both sides, with the passages that hold them."""
    held: dict[str, list[Phrase]] = defaultdict(list)
    for said in phrases.values():
        for text, phrase in said.items():
            held[text].append(phrase)
    return {
        text: len(uses)
        for text, uses in held.items()
        if min(sum(use.opens for use in uses), sum(use.closes for use in uses)) >= SET_OFF * len(uses)
    }


def name_of(
    members: Sequence[str],
    whole: Mapping[str, int],
    phrases: Mapping[str, Mapping[str, Phrase]],
    source_of: Mapping[str, str],
    scores: Mapping[str, float],
    top: Sequence[str],
    n_others: int,
    pairs: Mapping[str, float],
) -> str:
    """A name for a theme: the phrase of its passages that is most its own, with a second one where one says too little.

    Where no phrase comes near what two of the listed terms say side by side, these two and a third are the name; a
    phrase that holds one of the two says it better.

    Parameters
    ----------
    members : passage ids, the most typical first
    whole : phrases that may be a name → number of passages of the facet that hold them (``whole_phrases``)
    source_of : passage id → independent source; a name must be said by several
    scores : term → how well it speaks for the theme (0–1)
    top : the theme's terms, best first
    n_others : passages of the facet outside the theme
    pairs : two listed terms, joined → how well they name the theme (``pair_scores``)
    """
    n_in: Counter[str] = Counter()
    held: dict[str, set[str]] = defaultdict(set)
    parts: dict[str, tuple[str, ...]] = {}
    for pid in members:
        for text, phrase in phrases.get(pid, {}).items():
            if text in whole:
                n_in[text] += 1
                held[text].add(source_of[pid])
                parts[text] = phrase.terms
    least = 2 if len(members) >= SEVERAL else 1
    ranked = [
        (phrase_score(len(held[text]), (n, whole[text], len(members), n_others), parts[text], scores), text)
        for text, n in n_in.items()
        if len(held[text]) >= least
    ]
    ranked.sort(key=lambda pair: (-round(pair[0], 9), pair[1]))
    phrase_first = ranked[0] if ranked else (0.0, "")
    pair_first = min(pairs, key=lambda text: (-round(pairs[text], 9), text), default="")
    unsaid = not any(term in phrase_first[1] for term in pair_first.split("、"))
    if pair_first and unsaid and pairs[pair_first] > max(0.0, phrase_first[0]):
        return third_joined(pair_first, pairs)
    if phrase_first[0] <= 0:
        return "、".join(top[:2])
    first = phrase_first[1]
    wanted = [term for term in top if not set(term) & set(first)]
    second = next((p for _, p in ranked[1:60] if not set(p) & set(first) and any(t in p for t in wanted)), None)
    return f"{first}、{second}" if second else first


def phrase_score(
    n_sources: int, times: tuple[int, int, int, int], terms: Sequence[str], scores: Mapping[str, float]
) -> float:
    """How well a phrase names a theme: frequent in it, rare elsewhere, made of its terms.

    ``times``: passages of the theme with the phrase, all passages with it, passages of the theme, other passages.
    """
    n_in, n_all, n_members, n_others = times
    inside = (n_in + 0.5) / (n_members + 1)
    outside = (n_all - n_in + 0.5) / (n_others + 1)
    own = sum(scores.get(term, 0.0) for term in terms) / np.sqrt(len(terms))
    if WHO.search(terms[-1]):
        own /= 2 * (1 + (len(terms) == 1))
    return float(own * np.log1p(n_sources) * np.log(inside / outside))


def third_joined(first: str, pairs: Mapping[str, float]) -> str:
    """The pair ``first`` with the listed term that keeps best company with both of its terms, if any does."""
    one, other = first.split("、")
    company: dict[str, list[float]] = defaultdict(list)
    for text, score in pairs.items():
        ends = text.split("、")
        if text != first and {one, other} & set(ends):
            company[next(end for end in ends if end not in (one, other))].append(score)
    both = {term: sum(values) for term, values in company.items() if len(values) == 2 and min(values) > 0}
    if not both:
        return first
    return f"{first}、{min(both, key=lambda term: (-round(both[term], 9), term))}"


def pair_scores(
    present: np.ndarray, inside: np.ndarray, sources: np.ndarray, top: Sequence[str], scores: Mapping[str, float]
) -> dict[str, float]:
    """Two listed terms side by side as a name, scored like a phrase by the passages that hold both, at a discount.

    Parameters
    ----------
    present : (n_passages, n_listed) which passage holds which listed term
    inside : (n_passages,) whether the passage is of the theme
    sources : (n_passages,) independent sources
    """
    n_members, found = int(inside.sum()), {}
    for one, other in combinations(range(len(top)), 2):
        both = present[:, one] & present[:, other]
        here = both & inside
        times = (int(here.sum()), int(both.sum()), n_members, len(inside) - n_members)
        if set(top[one]) & set(top[other]) or not times[0]:
            continue
        terms = sorted((top[one], top[other]), key=lambda term: bool(WHO.search(term)))
        score = phrase_score(len(set(sources[here])), times, terms, scores)
        found[f"{top[one]}、{top[other]}"] = SIDE_BY_SIDE * score
    return found


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
