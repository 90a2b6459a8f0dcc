"""From passages to tokens, labels and themes."""

from __future__ import annotations

from functools import partial

import pandas as pd

from nlp.coding.coder import Coding, code_with
from nlp.corpus.folder import Corpus
from nlp.engine.choice import Engine
from nlp.engine.partitions import map_parts, partitions
from nlp.run.stage import Made, Setting, Stage
from nlp.run.stages import checking
from nlp.tables import (
    DOCUMENTS,
    LABELS,
    MACHINE_ABSTAINED,
    MACHINE_LABELS,
    PASSAGES,
    SOURCE_GROUPS,
    THEME_NOTES,
    TOKENS,
)
from nlp.topics.themes import SCHEMAS, themes_tables
from nlp.training.coder import make_coder
from nlp.words.tokens import tokenize

THEME_TABLES = tuple(schema for _, schema in SCHEMAS.values())


def tokens(run: Setting, passages: pd.DataFrame) -> Made:
    """Cut PASSAGES into TOKENS."""
    engine = run.how.engine
    return (tokenize(passages, run.corpus.lexicon, engine.workers, engine.scheduler),)


def labels(run: Setting, passages: pd.DataFrame) -> Made:
    """Code PASSAGES: the machine's LABELS, and the ABSTAINED that a person should read."""
    coding = coding_of(passages, run.corpus, run.how.coder, run.how.engine)
    return coding.labels, coding.abstained


def coding_of(passages: pd.DataFrame, corpus: Corpus, coder: str, engine: Engine) -> Coding:
    """Code PASSAGES in parts; the same for any engine. Raises DataError for an unknown coder."""
    code = partial(code_with, make_coder(coder, corpus))
    coded = map_parts(code, list(partitions(passages)) or [passages], engine.workers, engine.scheduler)
    return Coding(
        pd.concat([each.labels for each in coded], ignore_index=True),
        pd.concat([each.abstained for each in coded], ignore_index=True),
    )


def themes(
    run: Setting,
    tokens: pd.DataFrame,
    labels: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
    groups: pd.DataFrame,
) -> Made:
    """Find the themes of every facet, copies left out."""
    how = run.how
    engine = how.engine
    tables, notes = themes_tables(
        tokens, labels, passages, documents, run.corpus, source_series(groups), how.seed, how.model,
        engine.workers, engine.scheduler,
    )  # fmt: skip
    return (*(tables[schema.name] for schema in THEME_TABLES), THEME_NOTES.frame(notes.items()))


def source_series(groups: pd.DataFrame) -> pd.Series:
    """Independent source of every document, index = document_id."""
    return groups.set_index("document_id")["source_group"]


STAGES = (
    Stage("分词", (TOKENS,), (PASSAGES,), tokens),
    Stage("角色与代码", (MACHINE_LABELS, MACHINE_ABSTAINED), (PASSAGES,), labels),
    *checking.STAGES,
    Stage("主题", (*THEME_TABLES, THEME_NOTES), (TOKENS, LABELS, PASSAGES, DOCUMENTS, SOURCE_GROUPS), themes),
)
