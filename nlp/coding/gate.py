"""The gate: role first, then codes. What a passage's role does not allow is no label, however well it scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from nlp.tables import ABSTAINED, LABELS, ROLES


@dataclass(frozen=True, slots=True)
class RoleReading:
    """What a coder makes of a passage's role: the score of every role (they add up to one) and the reason."""

    scores: tuple[float, ...]  # in the order of ROLES
    reason: str

    @property
    def ranked(self) -> list[tuple[str, float]]:
        """Roles from the likeliest to the least likely."""
        return sorted(zip(ROLES, self.scores, strict=True), key=lambda pair: (-pair[1], ROLES.index(pair[0])))

    @property
    def role(self) -> str:
        """The likeliest role."""
        return self.ranked[0][0]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A code that a coder would give if the role allows it, with its span in the passage."""

    facet: str
    code: str
    start: int
    end: int
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a coder makes of one passage; ``unsure`` asks a person to decide."""

    role: RoleReading
    candidates: tuple[Candidate, ...]
    unsure: tuple[tuple[str, float], tuple[str, float]] | None = None  # the two closest readings
    scores: tuple[tuple[str, float], ...] = ()  # every code of every facet, given or not


def allowed(reading: Reading) -> list[Candidate]:
    """Candidates of the facet that the role opens; a span names a code once."""
    role = reading.role.role
    best: dict[tuple[str, int], Candidate] = {}
    for candidate in reading.candidates:
        key = (candidate.code, candidate.start)
        if candidate.facet == role and (key not in best or best[key].score < candidate.score):
            best[key] = candidate
    return sorted(best.values(), key=lambda c: (c.code, c.start))


def labels_of(passages: pd.DataFrame, readings: Sequence[Reading], coder: str) -> pd.DataFrame:
    """Turn readings into LABELS: one role row a passage, then its codes with their evidence."""
    rows = []
    for row, reading in zip(passages.itertuples(), readings, strict=True):
        text = str(row.text)
        base = {"passage_id": row.passage_id, "document_id": row.document_id, "coder": coder}
        role, score = reading.role.ranked[0]
        rows.append(base | role_row(role, score, text, reading.role.reason))
        rows += [
            base
            | {
                "facet": c.facet,
                "code": c.code,
                "start": c.start,
                "end": c.end,
                "score": round(c.score, 4),
                "evidence": text[c.start : c.end],
                "reason": c.reason,
            }
            for c in allowed(reading)
        ]
    return LABELS.frame(rows)


def role_row(role: str, score: float, text: str, reason: str) -> dict[str, object]:
    """The label of the role: its evidence is the passage itself."""
    return {
        "facet": "role",
        "code": role,
        "start": 0,
        "end": len(text),
        "score": round(score, 4),
        "evidence": text,
        "reason": reason,
    }


def abstained_of(passages: pd.DataFrame, readings: Sequence[Reading]) -> pd.DataFrame:
    """Passages that a person should decide, with both readings."""
    rows = [
        (row.passage_id, row.document_id, *reading.unsure[0], *reading.unsure[1], row.text)
        for row, reading in zip(passages.itertuples(), readings, strict=True)
        if reading.unsure
    ]
    return ABSTAINED.frame(rows)
