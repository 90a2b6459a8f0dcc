"""What is counted part by part, on a cluster or here, and added up: terms, codes, and where items occur.

A part holds whole documents with their passages, tokens and labels. Its counts keep the document, so that whatever is
distinct across documents (independent sources, periods, kinds of unit) is counted once all parts are added.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from nlp.corpus.lexicon import Lexicon, Phrase
from nlp.engine.partitions import map_parts, together
from nlp.measures.counting import added, count_occurrences
from nlp.measures.keyness import count_terms, roles_of, telling_tokens
from nlp.measures.prevalence import count_codes
from nlp.measures.trends import phrase_occurrences, term_occurrences
from nlp.tables import CODE_COUNTS, OCCURRENCE_COUNTS, OCCURRENCES, TERM_COUNTS

PART_TOKENS = 100_000
Part = tuple[pd.DataFrame, ...]  # tables of the same documents


@dataclass(frozen=True)
class Counts:
    """How often terms and codes stand in every document."""

    terms: pd.DataFrame  # TERM_COUNTS, by role
    codes: pd.DataFrame  # CODE_COUNTS


def count_part(part: Part, stopwords: frozenset[str]) -> Counts:
    """Counts of one part: TOKENS and LABELS of the same documents."""
    tokens, labels = part
    usable = telling_tokens(tokens, stopwords)
    return Counts(count_terms(usable, roles_of(usable, labels)), count_codes(labels))


def counts_of(
    passages: pd.DataFrame,
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    stopwords: frozenset[str],
    scheduler: str | None = None,
) -> Counts:
    """Count terms and codes; ``scheduler``: address of a cluster that counts the parts."""
    parts = [part[1:] for part in together([passages[["document_id"]], tokens, labels])]
    counted = map_parts(partial(count_part, stopwords=stopwords), parts, scheduler=scheduler)
    return Counts(
        added(TERM_COUNTS, [each.terms for each in counted]), added(CODE_COUNTS, [each.codes for each in counted])
    )


def terms_of(tokens: pd.DataFrame, stopwords: frozenset[str], scheduler: str | None = None) -> pd.DataFrame:
    """TERM_COUNTS of the telling TOKENS without groups, counted part by part."""
    parts = [part for (part,) in together([telling_tokens(tokens, stopwords)], rows=PART_TOKENS)]
    return added(TERM_COUNTS, map_parts(count_terms, parts, scheduler=scheduler))


@dataclass(frozen=True)
class Wanted:
    """The items whose occurrences are looked for in the text."""

    terms: tuple[str, ...]
    phrases: tuple[Phrase, ...]
    lexicon: Lexicon


@dataclass(frozen=True)
class Seen:
    """Where items occur, and how often in every document."""

    places: pd.DataFrame  # OCCURRENCES
    counts: pd.DataFrame  # OCCURRENCE_COUNTS


def seen_part(part: Part, wanted: Wanted) -> Seen:
    """Occurrences of one part: PASSAGES and TOKENS of the same documents."""
    passages, tokens = part
    found = [term_occurrences(tokens, wanted.terms, passages, wanted.lexicon)]
    if wanted.phrases:
        found.append(phrase_occurrences(passages, tokens, wanted.phrases, wanted.lexicon))
    places = OCCURRENCES.shape(pd.concat(found, ignore_index=True))
    return Seen(places, count_occurrences(places))


def seen_of(
    passages: pd.DataFrame,
    tokens: pd.DataFrame,
    terms: Sequence[str],
    phrases: Sequence[Phrase],
    lexicon: Lexicon,
    others: Sequence[pd.DataFrame] = (),
    scheduler: str | None = None,
) -> Seen:
    """Find terms and phrases in the text; ``others``: OCCURRENCES that are known already (of codes, of themes)."""
    wanted = Wanted(tuple(terms), tuple(phrases), lexicon)
    found = map_parts(partial(seen_part, wanted=wanted), together([passages, tokens]), scheduler=scheduler)
    return Seen(
        OCCURRENCES.shape(pd.concat([*others, *(each.places for each in found)], ignore_index=True)),
        added(OCCURRENCE_COUNTS, [*map(count_occurrences, others), *(each.counts for each in found)]),
    )
