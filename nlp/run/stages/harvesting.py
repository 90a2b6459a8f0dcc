"""From passages and labels to what reports say of themselves: survey figures, measures and their marks, ledgers."""

from __future__ import annotations

import pandas as pd

from nlp.corpus.harvest import load_patterns
from nlp.measures import survey
from nlp.run.stage import Made, Setting, Stage
from nlp.tables import DOCUMENTS, LABELS, PASSAGES, SURVEY_FIGURES

STEP = "统计"


def figures(run: Setting, passages: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame) -> Made:
    """Harvest the survey figures of PASSAGES."""
    patterns = load_patterns(run.corpus.folder, survey.FILE, survey.VALUES)
    return (survey.survey_figures(passages, documents, labels, patterns, run.corpus.lexicon.fold_table),)


STAGES = (Stage(STEP, (SURVEY_FIGURES,), (PASSAGES, DOCUMENTS, LABELS), figures),)
