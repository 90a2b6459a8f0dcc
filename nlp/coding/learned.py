"""The learned coder: a role model, then a code model a facet, then the gate; and it says when it is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from nlp.coding.features import FamilyWeights, PassageFeatures
from nlp.coding.long_passages import Windows, lifted, pooled, windows_of
from nlp.coding.role_gate import Candidate, Judgement, Reading
from nlp.coding.roles import heading_hint
from nlp.coding.sentence_cache import Memory
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.lexicon import Hint, Lexicon
from nlp.search.batch_text import Flat
from nlp.search.sentences import Batch, Spans
from nlp.tables import ROLES

WEIGHTS = FamilyWeights(chars=1.4, cues=0.03, signals=0.08)
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

    def scores(self, decisions: np.ndarray) -> np.ndarray:
        """Probability of every code in a passage that has this facet's role."""
        return sigmoid(decisions * self.slopes + self.offsets)


@dataclass(frozen=True)
class Decided:
    """Linear decision values of the roles and, by facet, of the codes."""

    roles: np.ndarray
    codes: dict[str, np.ndarray]


@dataclass
class Model:
    """Everything that training learned; plain arrays only."""

    features: PassageFeatures
    role_coefficients: np.ndarray  # (n_roles, n_features), roles in the order of ROLES
    role_intercepts: np.ndarray
    temperature: float  # divides the role decisions, so that their softmax is calibrated (Guo et al. 2017)
    heading_odds: np.ndarray  # (n_hints + 1, n_roles): log P(hint in heading | role); last row: no hint
    margin: float  # the difference between the two likeliest roles below which a person should decide
    code_models: dict[str, CodeModel] = field(default_factory=dict)

    @cached_property
    def coefficients(self) -> np.ndarray:
        """Of all outputs, (n_features, n_outputs): roles, then the codes of every facet, which see no signals."""
        codes = np.vstack([self.code_models[facet].coefficients for facet in CODED_FACETS])
        blind = np.hstack([codes, np.zeros((len(codes), self.features.n_signals))])
        return np.ascontiguousarray(np.vstack([self.role_coefficients, blind]).T)

    @cached_property
    def char_weights(self) -> np.ndarray:
        """What one occurrence of each n-gram adds to every output, and to the squared length of its row."""
        idf = self.features.chars_.idf_[:, None]
        weights = self.coefficients[: len(idf)] * idf * self.features.weights.chars
        return np.ascontiguousarray(np.hstack([weights, idf**2]).astype(np.float32))

    def weigh(self, flat: Flat, begins: np.ndarray) -> np.ndarray:
        """What the characters of every stretch add to every output and to the squared length."""
        added: np.ndarray = self.features.chars_.counts(flat, begins) @ self.char_weights
        return added

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """The codes of all facets, in the order of the outputs behind those of the roles."""
        return tuple(code for facet in CODED_FACETS for code in self.code_models[facet].codes)

    def decide(self, batch: Batch, added: np.ndarray, spans: Spans) -> Decided:
        """Decision values of stretches of a batch; ``added``: what each of its sentences adds (``weigh``)."""
        total = sums(added, spans.first, spans.stop)
        values = total[:, :-1] / self.features.chars_.lengths(total[:, -1:])
        cues, signals = self.features.rest(batch, spans)
        n_cues, n_signals = self.features.n_cues, self.features.n_signals
        values += cues @ self.coefficients[-n_cues - n_signals : -n_signals]
        values[:, : len(ROLES)] += signals @ self.coefficients[-n_signals:, : len(ROLES)]
        at = np.cumsum([len(ROLES), *(len(self.code_models[facet].codes) for facet in CODED_FACETS)])
        codes = {
            facet: values[:, first:last] + self.code_models[facet].intercepts
            for facet, first, last in zip(CODED_FACETS, at, at[1:], strict=False)
        }
        return Decided(values[:, : len(ROLES)] + self.role_intercepts, codes)

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
        hints, known = self.lexicon.heading_hints, Headings(self.lexicon)
        judgement = self.judge(passages)
        told = [known[section] for section in sections_of(passages)]
        return judgement.readings(
            [role_reason(row, pair, hints) for row, pair in zip(judgement.roles, told, strict=True)]
        )

    def judge(self, passages: pd.DataFrame) -> Judgement:
        """What the model makes of every passage, as arrays; passages that are the same are judged once."""
        each = list(zip(map(str, passages["text"].tolist()), sections_of(passages), strict=True))
        number = {pair: i for i, pair in enumerate(dict.fromkeys(each))}
        texts, sections = [text for text, _ in number], [section for _, section in number]
        starts = range(0, max(1, len(texts)), BATCH)
        judged = [self.judge_batch(texts[i : i + BATCH], sections[i : i + BATCH]) for i in starts]
        return Judgement.joined(judged).take([number[pair] for pair in each])

    def judge_batch(self, texts: Sequence[str], sections: Sequence[str]) -> Judgement:
        """Judge some passages at once."""
        headings = Headings(self.lexicon)
        told = [headings[section] for section in sections]
        with self.memory.lock:
            batch = self.memory.read(texts)
            added = self.memory.sums.rows[batch.sentences]
            whole = self.model.decide(batch, added, batch.passages)
            windows = windows_of(batch)
            parts = self.model.decide(batch, added, windows.spans)
            logits = whole.roles / self.model.temperature
            logits = pooled(logits, parts.roles / self.model.temperature, windows.owners)
            roles = self.model.with_headings(logits, [pair[0] if pair else None for pair in told])
            scores = self.code_scores(whole, parts, windows)
            candidates = self.candidates(batch, scores, roles)
        joint = np.hstack([scores[facet] * roles[:, [ROLES.index(facet)]] for facet in CODED_FACETS])
        return Judgement(roles, candidates, self.unsure(roles), self.model.codes, joint)

    @cached_property
    def memory(self) -> Memory:
        """The sentences that this process has read."""
        model = self.model
        return Memory(self.lexicon, model.features.finder, model.weigh, model.codes, model.char_weights.shape[1])

    def code_scores(self, whole: Decided, parts: Decided, windows: Windows) -> dict[str, np.ndarray]:
        """Probability of every code given its facet's role; a long passage is as sure as its most telling window."""
        return {
            facet: self.model.code_models[facet].scores(lifted(whole.codes[facet], parts.codes[facet], windows.owners))
            for facet in CODED_FACETS
        }

    def unsure(self, roles: np.ndarray) -> np.ndarray:
        """Whether the two likeliest roles of each passage are too close to call."""
        ordered = np.sort(roles, axis=1)
        close: np.ndarray = ordered[:, -1] - ordered[:, -2] < self.model.margin
        return close

    def candidates(self, batch: Batch, scores: dict[str, np.ndarray], roles: np.ndarray) -> list[tuple[Candidate, ...]]:
        """Codes over their threshold, of the facet of each passage's likeliest role, with their evidence."""
        likeliest, opened = roles.argmax(axis=1), {facet: ROLES.index(facet) for facet in CODED_FACETS}
        over = [
            (scores[facet] >= self.model.code_models[facet].thresholds) & (likeliest == opened[facet])[:, None]
            for facet in CODED_FACETS
        ]
        joint = np.hstack([scores[facet] * roles[:, [opened[facet]]] for facet in CODED_FACETS])
        rows, columns = np.nonzero(np.hstack(over))
        spoken = self.memory.spoken(batch, rows, columns)
        facet_of = [facet for facet in CODED_FACETS for _ in self.model.code_models[facet].codes]
        found: list[list[Candidate]] = [[] for _ in range(len(batch))]
        given = zip(rows.tolist(), columns.tolist(), joint[rows, columns].tolist(), spoken, strict=True)
        for row, column, score, (start, end, reason) in given:
            found[row].append(Candidate(facet_of[column], self.model.codes[column], start, end, score, reason))
        return [tuple(row) for row in found]


def sections_of(passages: pd.DataFrame) -> list[str]:
    """The heading trail of every passage, which may be empty."""
    return [section if isinstance(section, str) else "" for section in passages["section"].tolist()]


class Headings(dict[str, tuple[int, str] | None]):
    """What each heading trail says of the role of what stands under it; many passages share one."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self.hints, self.table = lexicon.heading_hints, lexicon.fold_table

    def __missing__(self, section: str) -> tuple[int, str] | None:
        self[section] = told = heading_hint(section, self.hints, self.table)
        return told


def sums(rows: np.ndarray, first: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Sums of the rows ``first`` to ``stop`` (exclusive, not empty); each as if it stood alone."""
    if not len(first):
        return np.zeros((0, rows.shape[1]))
    padded = np.vstack([rows, np.zeros((1, rows.shape[1]))])
    total: np.ndarray = np.add.reduceat(padded, np.stack([first, stop], axis=1).ravel())[::2]
    return total


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
