"""From all tables to what is said of them in the draft, each number with its place in the workbook."""

from __future__ import annotations

from nlp.run.stage import Made, Setting, Stage
from nlp.statements.draft import READS
from nlp.tables import EVIDENCE, SETTINGS


def draft(run: Setting, *read: object) -> Made:
    """Compose the draft: EVIDENCE of its every number, and the SETTINGS behind them."""
    return run.draft.evidence, run.draft.settings


STAGES = (Stage("写出结果", (EVIDENCE, SETTINGS), READS, draft),)
