"""How terms, codes, roles, themes and slogans move over time: counts with denominators per period."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nlp.corpus.lexicon import PHRASE_KINDS, Lexicon, Phrase
from nlp.measures.counting import indexed
from nlp.measures.forms import ALL, form_of, of_form
from nlp.measures.overlay import overlay
from nlp.measures.periods import frequency
from nlp.measures.prevalence import with_interval
from nlp.tables import OCCURRENCES, TRENDS

SOLID = 5  # documents (for sources: sources) from which a period may be drawn as solid


def trends(
    tokens: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    terms: Sequence[str] | None = None,
    sources: pd.Series | None = None,
    passages: pd.DataFrame | None = None,
    lexicon: Lexicon | None = None,
    form: str = ALL,
) -> pd.DataFrame:
    """Count terms per period, in passages, documents and independent sources that hold them.

    Parameters
    ----------
    tokens : TOKENS
    documents : DOCUMENTS; those without a date that goes to ``freq`` are left out (see ``periods.undated``)
    freq : "Y", "H", "Q" or "M" (年、半年、季、月)
    terms : which terms, ``甲|乙`` counting either as one; None takes the forty in most documents
    sources : independent source of every document; None takes every document for one
    passages, lexicon : PASSAGES and the lexicon they were segmented with: given both, terms are counted on the text,
        short ones inside longer terms too (``counting`` = overlay); otherwise as they were segmented (tokens)
    form : 全部, 报告 or 短材料

    Returns
    -------
    TRENDS, three rows (units of count) a term and period; a period in which a term is absent has n = 0
    """
    chosen = list(terms) if terms is not None else frequent_terms(tokens)
    seen = term_occurrences(tokens, chosen, passages, lexicon)
    return trends_of(seen, tokens if passages is None else passages, documents, freq, sources, form)


def code_trends(
    labels: pd.DataFrame, documents: pd.DataFrame, freq: str = "Y", sources: pd.Series | None = None, form: str = ALL
) -> pd.DataFrame:
    """Count codes and roles per period. Returns TRENDS."""
    return trends_of(code_occurrences(labels), labels, documents, freq, sources, form)


def theme_trends(
    theme_passages: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    sources: pd.Series | None = None,
    form: str = ALL,
) -> pd.DataFrame:
    """Count themes per period. Returns TRENDS; items are theme ids."""
    return trends_of(theme_occurrences(theme_passages), passages, documents, freq, sources, form)


def term_occurrences(
    tokens: pd.DataFrame,
    terms: Sequence[str],
    passages: pd.DataFrame | None = None,
    lexicon: Lexicon | None = None,
    kind: str = "term",
) -> pd.DataFrame:
    """OCCURRENCES of terms: on the text if ``passages`` and ``lexicon`` are given, else as they were segmented."""
    if passages is not None and lexicon is not None:
        return overlay(passages, tokens, terms, lexicon, kind)
    wordings = pd.DataFrame(
        [(item, wording) for item in dict.fromkeys(terms) for wording in dict.fromkeys(item.split("|"))],
        columns=["item", "term"],
        dtype="str",
    )
    found = tokens[tokens["term"].isin(wordings["term"])].merge(wordings, on="term")
    return OCCURRENCES.shape(found.assign(kind=kind, counting="tokens", sure=True))


def phrase_occurrences(
    passages: pd.DataFrame, tokens: pd.DataFrame, phrases: Sequence[Phrase], lexicon: Lexicon
) -> pd.DataFrame:
    """OCCURRENCES of the slogans and wordings that an expert follows (``lexicon/slogans.csv``)."""
    parts = [
        overlay(passages, tokens, {p.name: p.wording for p in phrases if p.kind == kind}, lexicon, kind)
        for kind in PHRASE_KINDS
    ]
    return OCCURRENCES.shape(pd.concat(parts, ignore_index=True))


def code_occurrences(labels: pd.DataFrame) -> pd.DataFrame:
    """OCCURRENCES of codes and roles: one a label."""
    kind = np.where(labels["facet"] == "role", "role", "code")
    return OCCURRENCES.shape(labels.assign(kind=kind, item=labels["code"], counting="labels"))


def theme_occurrences(theme_passages: pd.DataFrame) -> pd.DataFrame:
    """OCCURRENCES of themes: one a passage that belongs to one."""
    themes = theme_passages.assign(
        kind="theme", item=theme_passages["theme_id"], counting="themes", start=0, end=0, sure=True
    )
    return OCCURRENCES.shape(themes)


def trends_of(
    seen: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    freq: str = "Y",
    sources: pd.Series | None = None,
    form: str = ALL,
) -> pd.DataFrame:
    """Count items per period. Returns TRENDS, sorted by item, period and unit.

    Parameters
    ----------
    seen : OCCURRENCES of any kinds, or their OCCURRENCE_COUNTS (``counting.added``)
    passages : all passages that are counted against (``passage_id``, ``document_id``)
    """
    freq = frequency(freq)
    index = indexed(seen, passages, of_form(documents, form_of(documents, passages), form), freq, sources)
    if not len(index.keys) or not index.periods:
        return TRENDS.empty()
    n_items, n_periods = len(index.keys), len(index.periods)
    grid = index.keys.loc[index.keys.index.repeat(n_periods)].reset_index(drop=True)
    grid = grid.assign(
        form=form,
        freq=freq,
        period=np.tile(np.array(index.periods, dtype=object), n_items),
        n_occurrences=index.occurrences().ravel(),
        first_passage=index.first_passages().ravel(),
    )
    units = index.units()
    totals = {name: index.denominators(unit) for name, unit in units.items()}
    parts = []
    for name, unit in units.items():
        # Many passages of few documents are few: they hang together.
        solid = np.minimum(totals[name], totals["文档"]) >= SOLID
        part = grid.assign(
            unit=name,
            n=index.counts(unit).ravel(),
            n_with_doubtful=index.counts(unit, with_doubtful=True).ravel(),
            denominator=np.tile(totals[name], n_items),
        )
        parts.append(part.assign(solid=np.tile(solid, n_items)))
    table = with_interval(pd.concat(parts, ignore_index=True))
    return TRENDS.shape(table.sort_values(["kind", "item", "period", "unit"], kind="stable"))


def frequent_terms(tokens: pd.DataFrame, n: int = 40, stopwords: frozenset[str] = frozenset()) -> list[str]:
    """The terms of TOKENS or TERM_COUNTS, of two or more characters, that stand in most documents; no stop words."""
    usable = tokens[(tokens["term"].str.len() >= 2) & ~tokens["term"].isin(stopwords)]
    counts = usable.groupby("term")["document_id"].nunique()
    ranked = counts.reset_index().sort_values(["document_id", "term"], ascending=[False, True])
    return [str(term) for term in ranked["term"].head(n)]
