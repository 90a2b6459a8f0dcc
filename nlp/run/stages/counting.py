"""From labels, tokens and themes to counts, shares, movements and links."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS
from nlp.measures.additive import counts_of, seen_of
from nlp.measures.bursts import bursts
from nlp.measures.correspondence import correspondence
from nlp.measures.forms import ALL, SUMMARY, coverage, form_of, main_form, of_form
from nlp.measures.keyness import keyness_of_groups
from nlp.measures.links import chains, gaps, links
from nlp.measures.movements import movements
from nlp.measures.network import code_network, term_network
from nlp.measures.prevalence import group_of, prevalence, prevalence_of, prevalence_within
from nlp.measures.trends import SOLID, code_occurrences, frequent_terms, theme_occurrences, trends_of
from nlp.measures.turnover import turnover
from nlp.measures.units import documents_of_units, unit_codes, unit_shares, units
from nlp.run.stage import Made, Setting, Stage
from nlp.run.stages.coding import source_series
from nlp.tables import (
    BURSTS,
    CHAINS,
    CODE_COUNTS,
    CORRESPONDENCE,
    COVERAGE,
    DOCUMENTS,
    FREQUENCIES,
    GAP_SHARES,
    GAPS,
    GROUPINGS,
    KEYNESS,
    KEYNESS_BY_UNIT,
    KEYNESS_BY_YEAR,
    LABELS,
    LINKS,
    MOVEMENTS,
    NETWORK_EDGES,
    NETWORK_NODES,
    OCCURRENCE_COUNTS,
    OCCURRENCES,
    PASSAGES,
    PREVALENCE,
    PREVALENCE_BY_FORM,
    PREVALENCE_BY_UNIT,
    PREVALENCE_BY_YEAR,
    PREVALENCE_WITHIN,
    REUSE,
    REUSE_DOCUMENTS,
    SOURCE_GROUPS,
    TERM_COUNTS,
    THEME_PASSAGES,
    TOKENS,
    TRENDS,
    TRENDS_SUMMARIES,
    TURNOVER,
    UNIT_CODES,
    UNIT_SHARES,
    UNITS,
    Table,
)
from nlp.text.reuse import reuse_tables

STEP = "统计"
MOST_DISTINCTIVE, MOST_FREQUENT = 12, 20  # terms whose trends are shown: a facet, and over all


def counts(run: Setting, passages: pd.DataFrame, tokens: pd.DataFrame, labels: pd.DataFrame) -> Made:
    """Count terms and codes in every document."""
    found = counts_of(passages, tokens, labels, run.corpus.lexicon.stopwords, run.how.engine.scheduler)
    return found.terms, found.codes


def occurrences(
    run: Setting,
    passages: pd.DataFrame,
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    theme_passages: pd.DataFrame,
    terms: pd.DataFrame,
    distinct: pd.DataFrame,
) -> Made:
    """Find where followed terms, slogans, codes and themes stand, and count them in every document."""
    known = [code_occurrences(labels), theme_occurrences(theme_passages)]
    seen = seen_of(
        passages,
        tokens,
        followed_terms(distinct, terms),
        run.corpus.slogans(),
        run.corpus.lexicon,
        known,
        run.how.engine.scheduler,
    )
    return seen.places, seen.counts


def followed_terms(distinct: pd.DataFrame, terms: pd.DataFrame) -> list[str]:
    """Terms whose trends are followed: those that tell problems, causes and remedies apart, then the most frequent."""
    rows = distinct[distinct["target"].isin(CODED_FACETS) & (distinct["n_documents"] >= 2)]
    rows = rows.sort_values(["log_likelihood", "term"], ascending=[False, True])
    telling = rows.groupby("target", sort=True).head(MOST_DISTINCTIVE)["term"].unique()
    return list(dict.fromkeys([*telling, *frequent_terms(terms, MOST_FREQUENT)]))


def shares(
    run: Setting, codes: pd.DataFrame, documents: pd.DataFrame, passages: pd.DataFrame, groups: pd.DataFrame
) -> Made:
    """Share of passages, documents and independent sources that carry each code, over all and by group."""
    sources = source_series(groups)
    return (
        coverage(documents, passages, sources),
        prevalence_of(codes, documents, sources=sources),
        *(prevalence_of(codes, documents, by, sources) for by in ("kind_of_unit", "year", "form")),
        prevalence_within(codes, documents, sources),
    )


def moves(
    run: Setting, seen: pd.DataFrame, documents: pd.DataFrame, passages: pd.DataFrame, groups: pd.DataFrame
) -> Made:
    """Trends, movements and bursts at every frequency: of the reports, where one-passage summaries stand among them."""
    sources, form = source_series(groups), main_form(form_of(documents, passages))
    shown = [trends_of(seen, passages, documents, freq, sources, form) for freq in FREQUENCIES]
    moved = [movements(seen, passages, documents, freq, sources, form) for freq in FREQUENCIES]
    burst = [bursts(seen, passages, documents, freq, sources, form) for freq in FREQUENCIES]
    changed = [turnover(table, run.corpus.codebook.of("manifestation")) for table in shown]
    apart = form != ALL
    return (
        together(TRENDS, shown),
        trends_of(seen, passages, documents, "Y", sources, SUMMARY) if apart else TRENDS_SUMMARIES.empty(),
        together(MOVEMENTS, moved),
        together(BURSTS, burst),
        together(TURNOVER, changed),
    )


def relations(
    run: Setting, labels: pd.DataFrame, documents: pd.DataFrame, passages: pd.DataFrame, groups: pd.DataFrame
) -> Made:
    """Pairs and chains of codes, and what is diagnosed without being treated."""
    sources = source_series(groups)
    return (
        links(labels, sources, passages),
        chains(labels, sources, passages, run.how.seed),
        *gaps(labels, documents, run.corpus.answers(), sources),
    )


def of_units(
    run: Setting, labels: pd.DataFrame, documents: pd.DataFrame, passages: pd.DataFrame, open_ones: pd.DataFrame
) -> Made:
    """What each unit writes, year by year; how many units write of a code."""
    placed = documents_of_units(documents, passages)
    codes = unit_codes(labels, placed)
    return units(codes, placed, passages, open_ones), codes, unit_shares(codes, placed)


def copies(run: Setting, documents: pd.DataFrame, passages: pd.DataFrame) -> Made:
    """Copied passages beside their originals, and pairs of documents."""
    found = reuse_tables(passages, documents, run.corpus.lexicon)
    return found[REUSE.name], found[REUSE_DOCUMENTS.name]


def role_words(run: Setting, terms: pd.DataFrame, groups: pd.DataFrame) -> Made:
    """Terms that set the passages of one role apart."""
    return (keyness_of_groups(terms, "role", source_series(groups)),)


def group_words(run: Setting, terms: pd.DataFrame, documents: pd.DataFrame, groups: pd.DataFrame) -> Made:
    """Terms that set a kind of unit and a year apart."""
    sources = source_series(groups)

    def by(name: str) -> pd.DataFrame:
        grouped = terms.assign(group=terms["document_id"].map(group_of(documents, name)))
        return keyness_of_groups(grouped, name, sources)

    return by("kind_of_unit"), by("year")


def networks(
    run: Setting,
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    terms: pd.DataFrame,
    distinct: pd.DataFrame,
    groups: pd.DataFrame,
) -> Made:
    """What stands together: networks of terms and of codes."""
    sources = source_series(groups)
    found = [term_network(tokens, followed_terms(distinct, terms), sources), code_network(labels, sources)]
    return (
        together(NETWORK_NODES, [nodes for nodes, _ in found]),
        together(NETWORK_EDGES, [edges for _, edges in found]),
    )


def maps(run: Setting, labels: pd.DataFrame, documents: pd.DataFrame, passages: pd.DataFrame) -> Made:
    """Correspondence of codes with kinds of unit and with years, in whole reports."""
    forms = form_of(documents, passages)
    whole = of_form(documents, forms, main_form(forms))
    mine = labels[labels["document_id"].isin(whole["document_id"])]
    by = zip(("kind_of_unit", "year"), GROUPINGS, strict=True)
    return (together(CORRESPONDENCE, [correspondence(counts_by(mine, whole, name), title) for name, title in by]),)


def counts_by(labels: pd.DataFrame, documents: pd.DataFrame, by: str) -> pd.DataFrame:
    """Passages with each code of a problem, a column a group of five documents or more.

    Passages, since nearly every whole report has every problem: counted in documents, all groups would be alike.
    """
    table = prevalence(labels, documents, by)
    large = set(table.loc[(table["unit"] == "文档") & (table["denominator"] >= SOLID), "group"])
    table = table[(table["facet"] == "manifestation") & (table["unit"] == "段落") & table["group"].isin(large)]
    return table.pivot(index="code", columns="group", values="n").fillna(0)


def together(schema: Table, parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Parts of one table as one."""
    return schema.shape(pd.concat(parts, ignore_index=True))


OCCURRENCES_TAKE = (PASSAGES, TOKENS, LABELS, THEME_PASSAGES, TERM_COUNTS, KEYNESS)
SHARES_MAKE = (COVERAGE, PREVALENCE, PREVALENCE_BY_UNIT, PREVALENCE_BY_YEAR, PREVALENCE_BY_FORM, PREVALENCE_WITHIN)
MOVES_MAKE = (TRENDS, TRENDS_SUMMARIES, MOVEMENTS, BURSTS, TURNOVER)
STAGES = (
    Stage(STEP, (TERM_COUNTS, CODE_COUNTS), (PASSAGES, TOKENS, LABELS), counts),
    Stage(STEP, (KEYNESS,), (TERM_COUNTS, SOURCE_GROUPS), role_words),
    Stage(STEP, (OCCURRENCES, OCCURRENCE_COUNTS), OCCURRENCES_TAKE, occurrences),
    Stage(STEP, SHARES_MAKE, (CODE_COUNTS, DOCUMENTS, PASSAGES, SOURCE_GROUPS), shares),
    Stage(STEP, MOVES_MAKE, (OCCURRENCE_COUNTS, DOCUMENTS, PASSAGES, SOURCE_GROUPS), moves),
    Stage(STEP, (LINKS, CHAINS, GAPS, GAP_SHARES), (LABELS, DOCUMENTS, PASSAGES, SOURCE_GROUPS), relations),
    Stage(STEP, (UNITS, UNIT_CODES, UNIT_SHARES), (LABELS, DOCUMENTS, PASSAGES, GAPS), of_units),
    Stage(STEP, (REUSE, REUSE_DOCUMENTS), (DOCUMENTS, PASSAGES), copies),
    Stage(STEP, (KEYNESS_BY_UNIT, KEYNESS_BY_YEAR), (TERM_COUNTS, DOCUMENTS, SOURCE_GROUPS), group_words),
    Stage(STEP, (NETWORK_NODES, NETWORK_EDGES), (TOKENS, LABELS, TERM_COUNTS, KEYNESS, SOURCE_GROUPS), networks),
    Stage(STEP, (CORRESPONDENCE,), (LABELS, DOCUMENTS, PASSAGES), maps),
)
