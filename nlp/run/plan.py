"""The whole method, as the list of its stages; whoever reads the stages can say it aloud."""

from __future__ import annotations

from nlp.run.stage import Stage
from nlp.run.stages import coding, counting, harvesting, reading, statements

STAGES: tuple[Stage, ...] = (
    *reading.STAGES,
    *coding.STAGES,
    *counting.STAGES,
    *harvesting.STAGES,
    *statements.STAGES,
)
