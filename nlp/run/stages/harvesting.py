"""From passages and labels to what reports say of themselves: survey figures, measures and their marks, ledgers."""

from __future__ import annotations

import pandas as pd

from nlp.corpus.folder import Corpus
from nlp.corpus.harvest import load_patterns
from nlp.measures import commitments, survey
from nlp.measures.ledgers import FILE, VALUES, ledger
from nlp.run.stage import Made, Setting, Stage
from nlp.tables import (
    COMMITMENTS,
    COMMITMENTS_BY_UNIT,
    DOCUMENTS,
    LABELS,
    LEDGER,
    PASSAGES,
    REGISTER_CELLS,
    SURVEY_FIGURES,
)

STEP = "统计"
LedgerTables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]


def figures(run: Setting, passages: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame) -> Made:
    """Harvest the survey figures of PASSAGES."""
    patterns = load_patterns(run.corpus.folder, survey.FILE, survey.VALUES)
    return (survey.survey_figures(passages, documents, labels, patterns, run.corpus.lexicon.fold_table),)


def ledgers(
    run: Setting, cells: pd.DataFrame, documents: pd.DataFrame, passages: pd.DataFrame, labels: pd.DataFrame
) -> Made:
    """Put every row of a register together again, with the codes of its cells."""
    return (ledger_as_of(run.corpus, (cells, documents, passages, labels), run.how.as_of),)


def ledger_as_of(corpus: Corpus, tables: LedgerTables, as_of: str | None) -> pd.DataFrame:
    """LEDGER from REGISTER_CELLS, DOCUMENTS, PASSAGES and LABELS."""
    patterns = load_patterns(corpus.folder, FILE, VALUES)
    return ledger(*tables, corpus.codebook, corpus.answers(), corpus.lexicon.column_hints, patterns, as_of)


def measures(run: Setting, passages: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame) -> Made:
    """Mark who, what, by when and how measured in the wording of every measure."""
    patterns = load_patterns(run.corpus.folder, commitments.FILE, commitments.VALUES)
    rows = commitments.commitments(passages, documents, labels, patterns, run.corpus.lexicon.fold_table)
    return rows, commitments.commitments_by_unit(rows)


STAGES = (
    Stage(STEP, (SURVEY_FIGURES,), (PASSAGES, DOCUMENTS, LABELS), figures),
    Stage(STEP, (COMMITMENTS, COMMITMENTS_BY_UNIT), (PASSAGES, DOCUMENTS, LABELS), measures),
    Stage(STEP, (LEDGER,), (REGISTER_CELLS, DOCUMENTS, PASSAGES, LABELS), ledgers),
)
