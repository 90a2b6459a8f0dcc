"""The gate: role first, then codes. What a passage's role does not allow is no label, however well it scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
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
    sure: float = 0.0  # the score below which a code given is doubtful

    @property
    def doubtful(self) -> list[Candidate]:
        """Codes given that do not count as sure: their score is low, or the role itself is in doubt."""
        return [each for each in allowed(self) if not is_sure(each.score, self)]


@dataclass(frozen=True)
class Judgement:
    """Readings of many passages as arrays: cheap to make, to keep and to put into a table."""

    roles: np.ndarray  # (n_passages, n_roles): probability of each of ROLES
    candidates: list[tuple[Candidate, ...]]
    unsure: np.ndarray  # (n_passages,): whether a person should decide
    codes: tuple[str, ...]
    scores: np.ndarray  # (n_passages, n_codes): probability of each of ``codes``, given or not
    sure: float = 0.0  # the score below which a code given is doubtful

    @classmethod
    def joined(cls, parts: Sequence[Judgement]) -> Judgement:
        """The judgements of consecutive parts as one."""
        if len(parts) == 1:
            return parts[0]
        return cls(
            np.vstack([part.roles for part in parts]),
            [row for part in parts for row in part.candidates],
            np.concatenate([part.unsure for part in parts]),
            parts[0].codes,
            np.vstack([part.scores for part in parts]),
            parts[0].sure,
        )

    @classmethod
    def of(cls, readings: Sequence[Reading], codes: tuple[str, ...]) -> Judgement:
        """Readings as arrays."""
        scores = [dict(reading.scores) for reading in readings]
        return cls(
            np.array([reading.role.scores for reading in readings]).reshape(-1, len(ROLES)),
            [reading.candidates for reading in readings],
            np.array([reading.unsure is not None for reading in readings], dtype=bool),
            codes,
            np.array([[row.get(code, 0.0) for code in codes] for row in scores]).reshape(-1, len(codes)),
        )

    def readings(self, reasons: Sequence[str]) -> list[Reading]:
        """One reading a passage; ``reasons``: why each passage has its role."""
        rows = zip(
            self.roles.tolist(), self.candidates, self.unsure.tolist(), self.scores.tolist(), reasons, strict=True
        )
        return [
            Reading(
                role := RoleReading(tuple(roles), reason),
                candidates,
                (rounded(role.ranked[0]), rounded(role.ranked[1])) if unsure else None,
                tuple(zip(self.codes, scores, strict=True)),
                self.sure,
            )
            for roles, candidates, unsure, scores, reason in rows
        ]


def rounded(pair: tuple[str, float]) -> tuple[str, float]:
    """A role and its score as they are shown."""
    return pair[0], round(pair[1], 4)


def is_sure(score: float, reading: Reading) -> bool:
    """Whether a code of this score counts in the headline numbers."""
    return score >= reading.sure and reading.unsure is None


def allowed(reading: Reading) -> list[Candidate]:
    """Candidates of the facet that the role opens; a span names a code once."""
    return allowed_of(reading.candidates, reading.role.role)


def allowed_of(candidates: Sequence[Candidate], role: str) -> list[Candidate]:
    """Candidates of the facet that ``role`` opens; a span names a code once."""
    best: dict[tuple[str, int], Candidate] = {}
    for candidate in candidates:
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
        rows.append(base | role_row(role, score, text, reading.role.reason) | {"sure": reading.unsure is None})
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
                "sure": is_sure(c.score, reading),
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
    """Passages that a person should decide: both readings of the role, and the codes that are in doubt."""
    rows = [
        (
            row.passage_id,
            row.document_id,
            *chain.from_iterable(reading.unsure or map(rounded, reading.role.ranked[:2])),
            "；".join(dict.fromkeys(each.code for each in doubtful)) or None,
            row.text,
        )
        for row, reading in zip(passages.itertuples(), readings, strict=True)
        if (doubtful := reading.doubtful) or reading.unsure
    ]
    return ABSTAINED.frame(rows)
