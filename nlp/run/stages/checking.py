"""What people decided takes the place of what the machine read."""

from __future__ import annotations

import pandas as pd

from nlp.review.corrections import corrected
from nlp.review.guarantee import corrected_shares, notes, reliability, verdicts
from nlp.review.queues import checked
from nlp.review.store import Store
from nlp.run.stage import Made, Setting, Stage
from nlp.tables import (
    ABSTAINED,
    CHECKED,
    CORRECTED_SHARES,
    CORRECTIONS,
    DECIDED,
    DECISIONS,
    DOCUMENTS,
    LABELS,
    MACHINE_ABSTAINED,
    MACHINE_LABELS,
    OVERRULED,
    PASSAGES,
    QUEUED,
    RELIABILITY,
    REVIEW_NOTES,
    VERDICTS,
)

STEP = "人工核对"


def decisions(run: Setting) -> Made:
    """Read what was decided at the review desk; nothing where no record is given."""
    if run.how.corrections is None:
        return DECISIONS.empty(), QUEUED.empty()
    store = Store(run.how.corrections, only_read=True)
    try:
        return store.decisions(), store.queued()
    finally:
        store.close()


def corrections(
    run: Setting, passages: pd.DataFrame, machine: pd.DataFrame, doubtful: pd.DataFrame, decided: pd.DataFrame
) -> Made:
    """Let the decisions that stand replace labels; the CORRECTIONS tell what became of each."""
    return corrected(passages, machine, doubtful, decided, run.corpus.codebook)


def samples(run: Setting, passages: pd.DataFrame, decided: pd.DataFrame, queued: pd.DataFrame) -> Made:
    """What people read blind in a random sample: the ground of every guarantee."""
    return (checked(passages, decided, queued),)


def guarantees(
    run: Setting,
    checked: pd.DataFrame,
    machine: pd.DataFrame,
    doubtful: pd.DataFrame,
    passages: pd.DataFrame,
    documents: pd.DataFrame,
) -> Made:
    """How far the machine can be trusted, and the shares corrected for its errors."""
    codebook = run.corpus.codebook
    judged, curve = verdicts(checked, machine, codebook), reliability(checked, machine, doubtful, codebook)
    shares = corrected_shares(checked, machine, passages, documents, codebook)
    return judged, shares, curve, notes(checked, judged, curve, codebook)


STAGES = (
    Stage(STEP, (DECISIONS, QUEUED), (), decisions),
    Stage(
        STEP,
        (LABELS, ABSTAINED, OVERRULED, DECIDED, CORRECTIONS),
        (PASSAGES, MACHINE_LABELS, MACHINE_ABSTAINED, DECISIONS),
        corrections,
    ),
    Stage(STEP, (CHECKED,), (PASSAGES, DECISIONS, QUEUED), samples),
    Stage(
        STEP,
        (VERDICTS, CORRECTED_SHARES, RELIABILITY, REVIEW_NOTES),
        (CHECKED, MACHINE_LABELS, MACHINE_ABSTAINED, PASSAGES, DOCUMENTS),
        guarantees,
    ),
)
