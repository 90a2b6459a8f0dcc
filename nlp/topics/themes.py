"""Themes of one facet: fitted on the passages of its role, copies left out, read through terms and quotations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.tables import SELECTION, THEME_PASSAGES, THEME_TERMS, THEMES
from nlp.topics.models import MODELS
from nlp.topics.selection import co_occurrence, coherence, compare, top_terms

SMALLEST = 12  # passages: with fewer there are no themes to speak of
SEEDS = (7, 11, 23)
LARGEST_NUMBER = 10
QUOTATIONS = 3
N_TERMS = 15
LABEL_TERMS = 3


@dataclass(frozen=True)
class Themes:
    """What a topic model found in one facet, or why there is nothing."""

    themes: pd.DataFrame
    terms: pd.DataFrame
    passages: pd.DataFrame
    selection: pd.DataFrame
    note: str


def no_themes(note: str) -> Themes:
    """The empty result, with its reason."""
    return Themes(THEMES.empty(), THEME_TERMS.empty(), THEME_PASSAGES.empty(), SELECTION.empty(), note)


def fit_themes(
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    facet: str,
    stopwords: frozenset[str] = frozenset(),
    copies: frozenset[str] = frozenset(),
    seed: int = 7,
    model: str = "nmf",
) -> Themes:
    """Find the themes of one facet.

    Parameters
    ----------
    tokens, labels : TOKENS and LABELS of one coder
    facet : manifestation, cause or remedy; its passages are those of this role
    stopwords : terms that separate nothing
    copies : passages that repeat others; they carry no weight
    seed : the same seed gives the same themes
    """
    wanted = labels.loc[(labels["facet"] == "role") & (labels["code"] == facet), "passage_id"]
    usable = tokens[tokens["passage_id"].isin(set(wanted) - copies) & (tokens["term"].str.len() >= 2)]
    usable = usable[~usable["term"].isin(stopwords)]
    counts, ids, terms = count_matrix(usable)
    if len(ids) < SMALLEST or len(terms) < 20:
        return no_themes(f"可用的段落只有 {len(ids)} 段（少于 {SMALLEST} 段），不做主题，只给占比与引文")
    sizes = range(2, 1 + min(LARGEST_NUMBER, max(2, len(ids) // 6)))
    selection = compare(counts, facet, sizes, [seed + s for s in SEEDS], model)
    n_topics = int(selection.loc[selection["chosen"], "n_topics"].iloc[0])
    fitted = MODELS[model](n_topics=n_topics, seed=seed).fit(counts)
    return described(fitted.components_, fitted.transform(counts), counts, ids, terms, usable, labels, facet, selection)


def count_matrix(tokens: pd.DataFrame) -> tuple[csr_array, list[str], list[str]]:
    """Passages × terms: terms in two passages at least and in half of them at most."""
    spread = tokens.groupby("term")["passage_id"].nunique()
    ids = sorted(tokens["passage_id"].unique())
    terms = sorted(spread[(spread >= 2) & (spread <= max(2, len(ids) // 2))].index)
    at_row, at_column = {pid: i for i, pid in enumerate(ids)}, {term: i for i, term in enumerate(terms)}
    kept = tokens[tokens["term"].isin(at_column)]
    rows, columns = kept["passage_id"].map(at_row).to_numpy(), kept["term"].map(at_column).to_numpy()
    counts = csr_array((np.ones(len(kept)), (rows, columns)), shape=(len(ids), len(terms)))
    counts.sum_duplicates()
    filled = np.flatnonzero(np.diff(counts.indptr))
    return counts[filled], [ids[i] for i in filled], terms


def described(
    components: np.ndarray,
    weights: np.ndarray,
    counts: csr_array,
    ids: list[str],
    terms: list[str],
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    facet: str,
    selection: pd.DataFrame,
) -> Themes:
    """Put a fitted model into tables, the most common theme first."""
    main = weights.argmax(axis=1)
    document_of = dict(zip(tokens["passage_id"], tokens["document_id"], strict=True))
    distinctive = class_weights(counts, main, len(components))
    npmi = coherence(top_terms(components), co_occurrence(counts), counts.shape[0])
    order = sorted(range(len(components)), key=lambda k: (-int((main == k).sum()), k))
    themes, theme_terms, theme_passages = [], [], []
    for number, topic in enumerate(order, 1):
        theme_id = f"{facet}-{number:02d}"
        members = sorted(np.flatnonzero(main == topic), key=lambda i: (-weights[i, topic], ids[i]))
        blend = components[topic] / (components[topic].max() or 1) + distinctive[topic] / (
            distinctive[topic].max() or 1
        )
        top = np.argsort(-blend, kind="stable")[:N_TERMS]
        quoted = quotations([ids[i] for i in members], document_of)
        themes.append(
            {
                "theme_id": theme_id,
                "facet": facet,
                "label": "、".join(terms[i] for i in top[:LABEL_TERMS]),
                "n_passages": len(members),
                "n_documents": len({document_of[ids[i]] for i in members}),
                "share": len(members) / len(ids),
                "coherence": round(float(npmi[topic]), 6),
                "codes": common_codes(labels, facet, [ids[i] for i in members]),
            }
        )
        theme_terms += [(theme_id, rank, terms[i], round(float(blend[i] / 2), 6)) for rank, i in enumerate(top, 1)]
        theme_passages += [
            (theme_id, ids[i], document_of[ids[i]], round(float(weights[i, topic]), 6), ids[i] in quoted)
            for i in members
        ]
    note = f"{len(ids)} 段，{len(components)} 个主题"
    return Themes(
        THEMES.frame(themes), THEME_TERMS.frame(theme_terms), THEME_PASSAGES.frame(theme_passages), selection, note
    )


def class_weights(counts: csr_array, main: np.ndarray, n_topics: int) -> np.ndarray:
    """Class-based tf-idf of every term in every topic's passages (Grootendorst 2022)."""
    totals = np.vstack([np.asarray(counts[np.flatnonzero(main == k)].sum(axis=0)).ravel() for k in range(n_topics)])
    frequency = totals / np.maximum(1, totals.sum(axis=1, keepdims=True))
    mean_size = totals.sum() / n_topics
    weights: np.ndarray = frequency * np.log1p(mean_size / np.maximum(1, totals.sum(axis=0)))
    return weights


def quotations(members: Sequence[str], document_of: dict[str, str], n: int = QUOTATIONS) -> set[str]:
    """The ``n`` most typical passages, each from another document as far as possible."""
    chosen: dict[str, str] = {}
    for passage_id in members:
        chosen.setdefault(document_of[passage_id], passage_id)
    return set(list(chosen.values())[:n])


def common_codes(labels: pd.DataFrame, facet: str, members: Sequence[str], n: int = 3) -> str:
    """The codes that most of a theme's passages carry, with their share."""
    coded = labels[(labels["facet"] == facet) & labels["passage_id"].isin(set(members))]
    counts = Counter(dict(coded.groupby("code")["passage_id"].nunique()))
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:n]
    return "、".join(f"{code} {n / len(members):.0%}" for code, n in ranked if members)
