"""The learned coder: a role model, then a code model a facet, then the gate; and it says when it is not sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.codebook import CODED_FACETS, Codebook
from nlp.coding.cues import finder_for
from nlp.coding.evidence import best_clause
from nlp.coding.features import N_SIGNALS, FamilyWeights, PassageFeatures, Prepared
from nlp.coding.gate import Candidate, Reading, RoleReading
from nlp.coding.roles import heading_hint
from nlp.coding.vectors import VectorModel
from nlp.coding.windows import lifted, pooled, windows_of
from nlp.lexicon import Hint, Lexicon
from nlp.tables import ROLES
from nlp.text.fold import Matchable, matchable
from nlp.text.tokens import tokenizer_for

WEIGHTS = FamilyWeights(words=1.0, chars=1.0, cues=0.03, signals=0.08)
BATCH = 2000  # passages at a time, so that memory stays flat


@dataclass
class CodeModel:
    """One facet: a linear model a code, its calibration and its threshold."""

    codes: tuple[str, ...]
    coefficients: np.ndarray  # (n_codes, n_features)
    intercepts: np.ndarray
    slopes: np.ndarray  # Platt's calibration: probability = 1 / (1 + exp(-(slope * decision + offset)))
    offsets: np.ndarray
    thresholds: np.ndarray

    def decisions(self, features: csr_array) -> np.ndarray:
        """Linear decision values, (n_passages, n_codes)."""
        values: np.ndarray = features @ self.coefficients.T + self.intercepts
        return values

    def scores(self, decisions: np.ndarray) -> np.ndarray:
        """Probability of every code in a passage that has this facet's role."""
        return sigmoid(decisions * self.slopes + self.offsets)


@dataclass
class Model:
    """Everything that training learned; plain arrays only."""

    features: PassageFeatures
    vectors: VectorModel
    role_coefficients: np.ndarray  # (n_roles, n_features), roles in the order of ROLES
    role_intercepts: np.ndarray
    temperature: float  # divides the role decisions, so that their softmax is calibrated (Guo et al. 2017)
    heading_odds: np.ndarray  # (n_hints + 1, n_roles): log P(hint in heading | role); last row: no hint
    margin: float  # the difference between the two likeliest roles below which a person should decide
    code_models: dict[str, CodeModel] = field(default_factory=dict)

    def role_logits(self, features: csr_array, said: np.ndarray | float = 0.0) -> np.ndarray:
        """Calibrated log odds of every role, (n_passages, n_roles); ``said``: decisions of the vectors."""
        logits: np.ndarray = (features @ self.role_coefficients.T + self.role_intercepts + said) / self.temperature
        return logits

    def with_headings(self, logits: np.ndarray, headings: Sequence[int | None]) -> np.ndarray:
        """Probability of every role; a telling heading counts as independent evidence.

        ``headings``: position of the hint that each passage's heading holds.
        """
        rows = [len(self.heading_odds) - 1 if hint is None else hint for hint in headings]
        return softmax(logits + self.heading_odds[rows])


@dataclass(frozen=True)
class LearnedCoder:
    """Codes passages with a trained model."""

    codebook: Codebook
    lexicon: Lexicon
    model: Model
    name: str = "learned"

    def read(self, passages: pd.DataFrame) -> list[Reading]:
        """Read every passage (columns text and section)."""
        readings: list[Reading] = []
        for start in range(0, len(passages), BATCH):
            readings += self.read_batch(passages.iloc[start : start + BATCH])
        return readings

    def read_batch(self, passages: pd.DataFrame) -> list[Reading]:
        """Read some passages at once."""
        batch = prepare([str(text) for text in passages["text"]], self.lexicon)
        hints = self.lexicon.heading_hints
        told = [heading_hint(str(section), hints) for section in passages["section"].fillna("")]
        features = self.model.features.transform(batch)
        said = self.model.vectors.decisions(batch.texts, batch.terms)
        views, owners = windows_of(batch)
        parts = self.model.features.transform(prepare_views(views, self.lexicon)) if views else None
        logits = self.model.role_logits(features, said.get("role", 0.0))
        if parts is not None:
            logits = pooled(logits, self.model.role_logits(parts), owners)
        roles = self.model.with_headings(logits, [pair[0] if pair else None for pair in told])
        scores = self.code_scores(features, parts, owners, said)
        candidates = self.candidates(batch, scores, roles)
        codes = [code for facet in CODED_FACETS for code in self.model.code_models[facet].codes]
        joint = np.hstack([scores[facet] * roles[:, [ROLES.index(facet)]] for facet in CODED_FACETS])
        return [
            Reading(
                RoleReading(tuple(float(p) for p in row), role_reason(row, heading, hints)),
                tuple(candidates[i]),
                self.unsure(row),
                tuple(zip(codes, map(float, joint[i]), strict=True)),
            )
            for i, (row, heading) in enumerate(zip(roles, told, strict=True))
        ]

    def code_scores(
        self, features: csr_array, parts: csr_array | None, owners: np.ndarray, said: Mapping[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Probability of every code given its facet's role; a long passage is as sure as its most telling window."""
        scores = {}
        for facet in CODED_FACETS:
            model = self.model.code_models[facet]
            decisions = model.decisions(code_columns(features))
            if parts is not None:
                decisions = lifted(decisions, model.decisions(code_columns(parts)), owners)
            scores[facet] = model.scores(decisions + said.get(facet, 0.0))
        return scores

    def unsure(self, roles: np.ndarray) -> tuple[tuple[str, float], tuple[str, float]] | None:
        """The two likeliest roles, if they are too close to call."""
        first, second = np.argsort(-roles, kind="stable")[:2]
        if roles[first] - roles[second] >= self.model.margin:
            return None
        return (ROLES[first], round(float(roles[first]), 4)), (ROLES[second], round(float(roles[second]), 4))

    def candidates(self, batch: Prepared, scores: dict[str, np.ndarray], roles: np.ndarray) -> list[list[Candidate]]:
        """Codes over their threshold, of the facet of each passage's likeliest role, with their evidence."""
        found: list[list[Candidate]] = [[] for _ in range(len(batch))]
        likeliest = roles.argmax(axis=1)
        for facet in CODED_FACETS:
            model, column = self.model.code_models[facet], ROLES.index(facet)
            over = (scores[facet] >= model.thresholds) & (likeliest == column)[:, None]
            for row, k in zip(*np.nonzero(over), strict=True):
                start, end, reason = best_clause(
                    batch.views[row], batch.hits[row], model.codes[k], self.model.features, model.coefficients[k]
                )
                score = float(scores[facet][row, k] * roles[row, column])
                found[row].append(Candidate(facet, model.codes[k], start, end, score, reason))
        return found


def code_columns(features: csr_array) -> csr_array:
    """The features that the code models see: all but the signals, which stand last and tell roles, not codes."""
    return features[:, : features.shape[1] - N_SIGNALS]


def prepare(texts: Sequence[str], lexicon: Lexicon) -> Prepared:
    """Fold, segment and search every text once, for all features."""
    table = dict(lexicon.fold_table)
    return prepare_views([matchable(text, table) for text in texts], lexicon)


def prepare_views(views: Sequence[Matchable], lexicon: Lexicon) -> Prepared:
    """Segment and search matchable texts."""
    finder, tokenizer = finder_for(lexicon.cues), tokenizer_for(lexicon.terms)
    terms = [[word for word in tokenizer.lcut(view.text) if not word.isspace()] for view in views]
    return Prepared(views, terms, [finder.find(view.text) for view in views])


def role_reason(scores: np.ndarray, heading: tuple[int, str] | None, hints: Sequence[Hint]) -> str:
    """Why a passage has its role, in words."""
    first, second = np.argsort(-scores, kind="stable")[:2]
    words = f"模型：{ROLES[first]} {scores[first]:.2f}，其次 {ROLES[second]} {scores[second]:.2f}"
    if heading is None:
        return words
    meant = hints[heading[0]].value
    relation = "一致" if meant == ROLES[first] else f"指向 {meant}，但行文不像"
    return f"{words}；标题“{heading[1]}”{relation}"


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)), safe for large values."""
    result: np.ndarray = 0.5 * (1 + np.tanh(0.5 * values))
    return result


def softmax(values: np.ndarray) -> np.ndarray:
    """Rows turned into probabilities."""
    odds = np.exp(values - values.max(axis=1, keepdims=True))
    result: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return result
