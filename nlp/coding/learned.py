"""The learned coder: what each sentence says by itself, its role over the whole document, then its codes; and it says
when it is not sure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from nlp.coding.features import FamilyWeights, PassageFeatures
from nlp.coding.places import places_of, rows_of
from nlp.coding.role_gate import Candidate, Judgement, Reading
from nlp.coding.roles import UNTOLD, Told, telling_heading
from nlp.coding.sentence_cache import Memory
from nlp.coding.sequence import SequenceModel, normalised
from nlp.coding.settling import runs_of, settled
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.lexicon import Lexicon
from nlp.search.batch_text import Flat
from nlp.search.polarity import ASSERTS, CLEARS, DENIES, EMPTY, LACKS
from nlp.search.sentences import Batch, Spans
from nlp.tables import ROLES

WEIGHTS = FamilyWeights(chars=1.4, cues=0.03, signals=0.08)
BATCH = 2000  # passages at a time, and more only to keep a document whole, so that memory stays flat
NEVER, HARDLY = -12.0, -4.0


def by_polarity() -> np.ndarray:
    """What polarity adds to the potentials of a sentence's roles (rule 20 of the codebook), (n_kinds, n_roles)."""
    told = {
        DENIES: {"manifestation": NEVER, "cause": NEVER},
        CLEARS: {"manifestation": NEVER, "cause": NEVER, "remedy": HARDLY, "other": HARDLY},
        ASSERTS: {"achievement": HARDLY, "context": HARDLY, "other": HARDLY},
        LACKS: {"achievement": HARDLY / 2, "context": HARDLY / 2},
        EMPTY: {role: NEVER for role in ROLES if role != "other"},
    }
    return np.array([[told.get(kind, {}).get(role, 0.0) for role in ROLES] for kind in range(EMPTY + 1)])


BY_POLARITY = by_polarity()


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
        """Probability of every code in a sentence that has this facet's role."""
        return sigmoid(decisions * self.slopes + self.offsets)


@dataclass(frozen=True)
class Decided:
    """Linear decision values of the roles and of the codes of all facets, and the signals of the same stretches."""

    roles: np.ndarray
    codes: np.ndarray
    signals: csr_array


@dataclass
class Model:
    """Everything that training learned; plain arrays only."""

    features: PassageFeatures
    role_coefficients: np.ndarray  # (n_roles, n_features), roles in the order of ROLES
    role_intercepts: np.ndarray
    sequence: SequenceModel
    margin: float  # the difference between the two likeliest roles below which a person should decide
    sure: float  # the score below which a code is doubtful
    code_models: dict[str, CodeModel] = field(default_factory=dict)

    @cached_property
    def coefficients(self) -> np.ndarray:
        """Of all outputs, (n_features, n_outputs): roles, then the codes of every facet, which see no signals."""
        codes = np.vstack([self.code_models[facet].coefficients for facet in CODED_FACETS])
        blind = np.hstack([codes, np.zeros((len(codes), self.features.n_signals))])
        return np.ascontiguousarray(np.vstack([self.role_coefficients, blind]).T)

    @cached_property
    def intercepts(self) -> np.ndarray:
        """Of all outputs."""
        return np.concatenate([self.role_intercepts, *(self.code_models[facet].intercepts for facet in CODED_FACETS)])

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

    @property
    def n_said(self) -> int:
        """Values that ``say`` gives of a sentence."""
        return len(ROLES) + len(self.codes)

    def decide(self, batch: Batch, added: np.ndarray, spans: Spans) -> Decided:
        """Decision values of stretches of a batch; ``added``: what each of its sentences adds (``weigh``)."""
        total = sums(added, spans.first, spans.stop)
        values = total[:, :-1] / self.features.chars_.lengths(total[:, -1:])
        cues, dense = self.features.rest(batch, spans)
        signals = csr_array(dense)
        n_cues, n_signals = self.features.n_cues, self.features.n_signals
        values += cues @ self.coefficients[-n_cues - n_signals : -n_signals]
        values[:, : len(ROLES)] += signals @ self.coefficients[-n_signals:, : len(ROLES)]
        values += self.intercepts
        return Decided(values[:, : len(ROLES)], values[:, len(ROLES) :], signals)

    def say(self, batch: Batch, added: np.ndarray) -> np.ndarray:
        """Potentials of the roles and decision values of the codes of sentences, each a passage of ``batch``."""
        decided = self.decide(batch, added, batch.passages)
        own = decided.signals @ self.sequence.signals
        for role in range(len(ROLES)):  # one after the other: a sum has one order in any batch
            own += decided.roles[:, role, None] * self.sequence.logits[role]
        own += BY_POLARITY[batch.polarity]
        return np.hstack([own, decided.codes])

    @cached_property
    def facet_of(self) -> tuple[str, ...]:
        """Facet of every code."""
        return tuple(facet for facet in CODED_FACETS for _ in self.code_models[facet].codes)

    @cached_property
    def role_of_code(self) -> np.ndarray:
        """Index into ROLES of the role that opens the facet of every code."""
        return np.array([ROLES.index(facet) for facet in self.facet_of])

    @cached_property
    def thresholds(self) -> np.ndarray:
        """Of every code."""
        return np.concatenate([self.code_models[facet].thresholds for facet in CODED_FACETS])

    def code_scores(self, decisions: np.ndarray) -> np.ndarray:
        """Probability of every code in sentences that have the role of its facet."""
        slopes, offsets = (
            np.concatenate([getattr(self.code_models[facet], name) for facet in CODED_FACETS])
            for name in ("slopes", "offsets")
        )
        return sigmoid(decisions * slopes + offsets)


@dataclass(frozen=True)
class Sentences:
    """The sentences of some passages, read over their documents."""

    batch: Batch
    owner: np.ndarray  # passage of each
    roles: np.ndarray  # (n_sentences, n_roles): probability of each of ROLES
    codes: np.ndarray  # (n_sentences, n_codes): probability of each code if the role allows it


@dataclass(frozen=True)
class LearnedCoder:
    """Codes passages with a trained model."""

    codebook: Codebook
    lexicon: Lexicon
    model: Model
    name: str = "learned"

    def read(self, passages: pd.DataFrame) -> list[Reading]:
        """Read every passage (columns text and section; document_id, start and end if they are of documents)."""
        headings = Headings(self.lexicon)
        judgement = self.judge(passages)
        told = [headings[section] for section in sections_of(passages)]
        return judgement.readings([role_reason(row, one) for row, one in zip(judgement.roles, told, strict=True)])

    def judge(self, passages: pd.DataFrame) -> Judgement:
        """What the model makes of every passage, as arrays."""
        return Judgement.joined([self.judged(self.sentences(part), len(part)) for part in parts_of(passages)])

    def settle(self, pieces: pd.DataFrame) -> pd.DataFrame:
        """Passages of one role each: PIECES cut where the role of their sentences turns."""
        return self.settle_and_judge(pieces)[0]

    def settle_and_judge(self, pieces: pd.DataFrame) -> tuple[pd.DataFrame, Judgement]:
        """Cut pieces where the role turns, and judge what comes of it; as if the passages were judged by themselves."""
        done = [self.settled_part(part) for part in parts_of(pieces)]
        return pd.concat([passages for passages, _ in done], ignore_index=True), Judgement.joined([j for _, j in done])

    def settled_part(self, pieces: pd.DataFrame) -> tuple[pd.DataFrame, Judgement]:
        """Settle some whole documents."""
        read = self.sentences(pieces)
        runs = runs_of(read.roles.argmax(axis=1), read.owner, read.batch)
        passages = settled(pieces, runs, read.batch.raw_begins)
        return passages, self.judged(
            Sentences(runs.regrouped(read.batch), runs.owner, read.roles, read.codes), len(runs)
        )

    def sentences(self, passages: pd.DataFrame) -> Sentences:
        """Read passages sentence by sentence; those of one document stand together, in order."""
        sections = sections_of(passages)
        headings = Headings(self.lexicon)
        told = np.array([headings[section].place for section in sections], dtype=np.int64).reshape(-1, 2)
        in_documents = {"document_id", "start", "end"} <= set(passages.columns)
        documents = passages["document_id"].tolist() if in_documents else None
        starts, ends = (passages[name].to_numpy() if in_documents else np.zeros(0) for name in ("start", "end"))
        with self.memory.lock:
            batch = self.memory.read(list(map(str, passages["text"].tolist())))
            said = self.memory.said.rows[batch.sentences]
        sizes = batch.passages.stop - batch.passages.first
        lengths = np.diff(np.append(batch.begins, batch.passages.ends[-1:]))
        places = places_of(rows_of(documents, starts, ends, sections, told), sizes, lengths)
        roles = self.model.sequence.marginals(said[:, : len(ROLES)], places)
        owner = np.repeat(np.arange(len(sizes)), sizes)
        return Sentences(batch, owner, roles, self.model.code_scores(said[:, len(ROLES) :]))

    @cached_property
    def memory(self) -> Memory:
        """The sentences that this process has read."""
        return Memory(self.lexicon, self.model.features.finder, self.model)

    def judged(self, read: Sentences, n: int) -> Judgement:
        """The judgement of ``n`` passages from that of their sentences: the mean of the roles, the surest code."""
        first = read.batch.passages.first
        if not n:
            return Judgement(
                np.zeros((0, len(ROLES))),
                [],
                np.zeros(0, dtype=bool),
                self.model.codes,
                np.zeros((0, len(self.model.codes))),
            )
        roles = normalised(np.add.reduceat(read.roles, first))
        joint = read.codes * roles[read.owner][:, self.model.role_of_code]
        scores = np.maximum.reduceat(joint, first)
        return Judgement(
            roles, self.candidates(read, roles, joint), self.unsure(roles), self.model.codes, scores, self.model.sure
        )

    def unsure(self, roles: np.ndarray) -> np.ndarray:
        """Whether the two likeliest roles of each passage are too close to call."""
        ordered = np.sort(roles, axis=1)
        close: np.ndarray = ordered[:, -1] - ordered[:, -2] < self.model.margin
        return close

    def candidates(self, read: Sentences, roles: np.ndarray, joint: np.ndarray) -> list[tuple[Candidate, ...]]:
        """Codes over their threshold, of the facet of each passage's role, at the sentences that carry them."""
        model = self.model
        opened = roles.argmax(axis=1)[read.owner][:, None] == model.role_of_code
        rows, columns = np.nonzero((read.codes >= model.thresholds) & opened)
        with self.memory.lock:
            spoken = self.memory.spoken(read.batch, rows, columns)
        found: list[list[Candidate]] = [[] for _ in range(len(roles))]
        given = zip(read.owner[rows].tolist(), columns.tolist(), joint[rows, columns].tolist(), spoken, strict=True)
        for row, column, score, (start, end, reason) in given:
            found[row].append(Candidate(model.facet_of[column], model.codes[column], start, end, score, reason))
        return [tuple(row) for row in found]


def parts_of(passages: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Passages in parts of whole documents, at least BATCH in each but the last."""
    n = len(passages)
    if n <= BATCH:
        yield passages
        return
    opens = np.ones(n, dtype=bool)
    if "document_id" in passages.columns and "start" in passages.columns:
        documents = np.array(passages["document_id"].tolist(), dtype=object)
        opens[1:] = documents[1:] != documents[:-1]
    begin = 0
    while begin < n:
        later = np.flatnonzero(opens[begin + BATCH :])
        end = begin + BATCH + int(later[0]) if len(later) else n
        yield passages.iloc[begin:end]
        begin = end


def sections_of(passages: pd.DataFrame) -> list[str]:
    """The heading trail of every passage, which may be empty."""
    return [section if isinstance(section, str) else "" for section in passages["section"].tolist()]


class Headings(dict[str, Told]):
    """What each heading trail says of the role of what stands under it; many passages share one."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self.hints, self.table = lexicon.heading_hints, lexicon.fold_table

    def __missing__(self, section: str) -> Told:
        self[section] = told = telling_heading(section, self.hints, self.table)
        return told


def sums(rows: np.ndarray, first: np.ndarray, stop: np.ndarray) -> np.ndarray:
    """Sums of the rows ``first`` to ``stop`` (exclusive, not empty); each as if it stood alone."""
    if not len(first):
        return np.zeros((0, rows.shape[1]))
    padded = np.vstack([rows, np.zeros((1, rows.shape[1]))])
    total: np.ndarray = np.add.reduceat(padded, np.stack([first, stop], axis=1).ravel())[::2]
    return total


def role_reason(scores: np.ndarray, told: Told) -> str:
    """Why a passage has its role, in words."""
    first, second = np.argsort(-scores, kind="stable")[:2]
    words = f"模型：{ROLES[first]} {scores[first]:.2f}，其次 {ROLES[second]} {scores[second]:.2f}"
    if told.role == UNTOLD:
        return words
    meant = ROLES[told.role]
    relation = "一致" if meant == ROLES[first] else f"指向 {meant}，但行文不像"
    return f"{words}；标题“{told.heading}”{relation}"


def sigmoid(values: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(-values)), safe for large values."""
    result: np.ndarray = 0.5 * (1 + np.tanh(0.5 * values))
    return result


def softmax(values: np.ndarray) -> np.ndarray:
    """Rows turned into probabilities."""
    odds = np.exp(values - values.max(axis=1, keepdims=True))
    result: np.ndarray = odds / odds.sum(axis=1, keepdims=True)
    return result
