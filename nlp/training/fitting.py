"""Training the learned coder from gold: grouped folds for calibration and thresholds, then one fit on everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from nlp.agreement.statistics import f1_parts
from nlp.base.errors import DataError
from nlp.coding.features import FamilyWeights, PassageFeatures
from nlp.coding.learned import WEIGHTS, CodeModel, Headings, Model, sigmoid, softmax
from nlp.coding.long_passages import LONG, lifted, windows_of
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Hint
from nlp.search.batch_text import Flat
from nlp.search.cues import finder_for
from nlp.search.sentences import Batch, prepare
from nlp.tables import ROLES

FOLDS = 5
ROLE_C, CODE_C = 4.0, 6.0  # inverse strength of the ridge penalty
SAID = 20.0  # passages that a heading hint is taken to have shown of its own role before gold is counted
HEADING_TRUST = 2.0  # gold puts other roles under problem headings on purpose; those of real reports mislead less
FEWEST = 200  # gold passages below which nothing is learned
ABSTAINED_SHARE = 0.08  # of out-of-fold passages: the least sure ones go to a person
THRESHOLD_GRID = np.linspace(0.05, 0.95, 91)


@dataclass(frozen=True)
class GoldSet:
    """Gold passages made ready."""

    batch: Batch
    flat: Flat  # their distinct sentences
    roles: np.ndarray  # indices into ROLES
    groups: np.ndarray
    headings: list[int | None]  # position of the hint that the passage's heading holds
    codes: dict[str, np.ndarray]  # facet → (n_passages, n_codes), boolean

    def take(self, rows: np.ndarray) -> GoldSet:
        """The coding of some of the passages."""
        return GoldSet(
            self.batch,
            self.flat,
            self.roles[rows],
            self.groups[rows],
            [self.headings[i] for i in rows],
            {facet: matrix[rows] for facet, matrix in self.codes.items()},
        )


@dataclass(frozen=True)
class OutOfFold:
    """What models say of passages that they were not trained on."""

    role_logits: np.ndarray
    code_decisions: dict[str, np.ndarray]


@dataclass(frozen=True)
class WindowFeatures:
    """Features of the windows of the long passages, and the passage that each belongs to."""

    features: csr_array
    owners: np.ndarray

    def lift(self, decisions: np.ndarray, rows: np.ndarray, weights: np.ndarray, constants: np.ndarray) -> np.ndarray:
        """Raise the decisions of the passages ``rows`` to those of their windows."""
        place = np.full(self.owners.max(initial=-1) + 1, -1)
        place[[row for row in rows if row < len(place)]] = [i for i, row in enumerate(rows) if row < len(place)]
        at = place[self.owners]
        mine = np.flatnonzero(at >= 0)
        return lifted(decisions, self.features[mine] @ weights.T + constants, at[mine]) if len(mine) else decisions


def train(corpus: Corpus, weights: FamilyWeights = WEIGHTS) -> Model:
    """Train from the gold of ``corpus``. Raises DataError if there is too little."""
    gold = gold_set(corpus)
    # The dense products are tiny: several BLAS threads would only wait for each other, and might round differently.
    with threadpool_limits(1):
        features = PassageFeatures(finder_for(corpus.lexicon), weights).fit(gold.batch, gold.flat)
        matrix = features.transform(gold.batch, gold.flat, gold.batch.passages)
        found = windows_of(gold.batch)
        of_windows = code_columns(features.transform(gold.batch, gold.flat, found.spans), features.n_signals)
        windows = WindowFeatures(of_windows, found.owners)
        held = out_of_fold(gold, matrix, code_columns(matrix, features.n_signals), windows)
        hints = corpus.lexicon.heading_hints
        return fit_model(gold, features, matrix, held, codes_of(corpus), hints)


def codes_of(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Codes of every coded facet."""
    return {facet: corpus.codebook.of(facet) for facet in CODED_FACETS}


def gold_set(corpus: Corpus) -> GoldSet:
    """Read and prepare the gold passages."""
    passages, labels = corpus.gold_passages(), corpus.gold_labels()
    roles = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")["code"]
    passages = passages[passages["passage_id"].isin(roles.index)].reset_index(drop=True)
    if len(passages) < FEWEST:
        raise DataError.at(
            f"标准编码只有 {len(passages)} 段，不足以训练",
            where=corpus.folder / "gold",
            fix=f"至少 {FEWEST} 段，或用 --coder rules",
        )
    ids = list(passages["passage_id"])
    known = Headings(corpus.lexicon)
    told = [known[section] for section in passages["section"]]
    texts = list(passages["text"])
    batch, flat = prepare(texts, corpus.lexicon, finder_for(corpus.lexicon))
    return GoldSet(
        batch,
        flat,
        np.array([ROLES.index(roles[pid]) for pid in ids]),
        passages["group"].to_numpy(),
        [pair[0] if pair else None for pair in told],
        {facet: code_matrix(labels, ids, facet, codes) for facet, codes in codes_of(corpus).items()},
    )


def code_matrix(labels: pd.DataFrame, ids: list[str], facet: str, codes: tuple[str, ...]) -> np.ndarray:
    """Boolean matrix: which passage carries which code."""
    at_row, at_column = {pid: i for i, pid in enumerate(ids)}, {code: k for k, code in enumerate(codes)}
    matrix = np.zeros((len(ids), len(codes)), dtype=bool)
    rows = labels[(labels["facet"] == facet) & labels["passage_id"].isin(at_row) & labels["code"].isin(at_column)]
    matrix[rows["passage_id"].map(at_row), rows["code"].map(at_column)] = True
    return matrix


def out_of_fold(gold: GoldSet, features: csr_array, of_codes: csr_array, windows: WindowFeatures) -> OutOfFold:
    """Fit on four fifths of the groups and decide on the fifth, five times; ``of_codes``: what code models see.

    The vocabulary and its weights come from all passages: they know no label, and fitting
    them once instead of five times is most of the time saved.
    """
    logits = np.zeros((len(gold.roles), len(ROLES)))
    decisions = {facet: np.zeros(matrix.shape) for facet, matrix in gold.codes.items()}
    for inside, outside in GroupKFold(min(FOLDS, len(np.unique(gold.groups)))).split(gold.roles, groups=gold.groups):
        coefficients, intercepts = fit_roles(features[inside], gold.roles[inside])
        logits[outside] = features[outside] @ coefficients.T + intercepts
        for facet in gold.codes:
            weights, constants = fit_codes(of_codes[inside], gold.take(inside), facet)
            whole = of_codes[outside] @ weights.T + constants
            decisions[facet][outside] = windows.lift(whole, outside, weights, constants)
    return OutOfFold(logits, decisions)


def code_columns(features: csr_array, n_signals: int) -> csr_array:
    """The features that the code models see: all but the signals, which stand last and tell roles, not codes."""
    return features[:, : features.shape[1] - n_signals]


def fit_roles(features: csr_array, roles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression over ROLES; a role that gold lacks gets a very low intercept."""
    fitted = LogisticRegression(C=ROLE_C, max_iter=1000, class_weight="balanced").fit(features, roles)
    coefficients, intercepts = np.zeros((len(ROLES), features.shape[1])), np.full(len(ROLES), -20.0)
    coefficients[fitted.classes_], intercepts[fitted.classes_] = fitted.coef_, fitted.intercept_
    return coefficients, intercepts


def fit_codes(features: csr_array, gold: GoldSet, facet: str) -> tuple[np.ndarray, np.ndarray]:
    """One logistic regression a code, on the passages whose role opens the facet."""
    rows = np.flatnonzero(gold.roles == ROLES.index(facet))
    wanted = gold.codes[facet][rows]
    coefficients, intercepts = np.zeros((wanted.shape[1], features.shape[1])), np.full(wanted.shape[1], -20.0)
    for k in range(wanted.shape[1]):
        if 0 < wanted[:, k].sum() < len(rows):
            fitted = LogisticRegression(C=CODE_C, max_iter=500, class_weight="balanced", solver="liblinear")
            fitted.fit(features[rows], wanted[:, k])
            coefficients[k], intercepts[k] = fitted.coef_[0], fitted.intercept_[0]
    return coefficients, intercepts


def fit_model(
    gold: GoldSet,
    features: PassageFeatures,
    matrix: csr_array,
    held: OutOfFold,
    codes: dict[str, tuple[str, ...]],
    hints: Sequence[Hint],
) -> Model:
    """Fit on everything; calibration, thresholds and margin come from the out-of-fold decisions."""
    coefficients, intercepts = fit_roles(matrix, gold.roles)
    short = gold.batch.passages.ends - gold.batch.passages.begins < LONG  # long passages are read by windows
    temperature = best_temperature(held.role_logits[short], gold.roles[short])
    heading_odds = heading_evidence(gold, hints)
    scores = softmax(held.role_logits[short] / temperature)
    model = Model(features, coefficients, intercepts, temperature, heading_odds, margin_for(scores))
    of_codes = code_columns(matrix, features.n_signals)
    for facet, ids in codes.items():
        weights, constants = fit_codes(of_codes, gold, facet)
        rows = gold.roles == ROLES.index(facet)
        slopes, offsets = platt(held.code_decisions[facet][rows], gold.codes[facet][rows])
        probabilities = sigmoid(held.code_decisions[facet][rows] * slopes + offsets)
        thresholds = best_thresholds(probabilities, gold.codes[facet][rows])
        model.code_models[facet] = CodeModel(ids, weights, constants, slopes, offsets, thresholds)
    return model


def best_temperature(logits: np.ndarray, roles: np.ndarray) -> float:
    """Temperature with the least log loss on out-of-fold decisions."""

    def loss(log_temperature: float) -> float:
        scores = softmax(logits / np.exp(log_temperature))
        return -float(np.mean(np.log(scores[np.arange(len(roles)), roles] + 1e-12)))

    return float(np.exp(minimize_scalar(loss, bounds=(-2.0, 2.0), method="bounded").x))


def heading_evidence(gold: GoldSet, hints: Sequence[Hint]) -> np.ndarray:
    """Log P(the heading holds the hint | role) for every hint and role, relative to holding it at all.

    Every hint starts with SAID imagined passages of the role that it names and a few of the others, so that a hint
    that gold seldom shows still counts. The last row, for no telling heading, is zero: nothing follows from silence,
    so that a passage without headings is read as it stands.
    """
    counts = np.full((len(hints), len(ROLES)), SAID / 10)
    counts[np.arange(len(hints)), [ROLES.index(hint.value) for hint in hints]] = SAID
    for hint, role in zip(gold.headings, gold.roles, strict=True):
        if hint is not None:
            counts[hint, role] += 1
    likelihood = counts / counts.sum(axis=0)
    odds = np.log(likelihood) - np.log(likelihood).mean(axis=1, keepdims=True)
    return np.vstack([HEADING_TRUST * odds, np.zeros(len(ROLES))])


def margin_for(scores: np.ndarray) -> float:
    """Margin between the two likeliest roles that leaves ABSTAINED_SHARE of the passages to a person."""
    ordered = np.sort(scores, axis=1)
    return float(np.quantile(ordered[:, -1] - ordered[:, -2], ABSTAINED_SHARE))


def platt(decisions: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Slope and offset of Platt's sigmoid for every code (Platt 1999), on out-of-fold decisions."""
    fits = [
        minimize(platt_loss, x0=np.array([1.0, 0.0]), args=(decisions[:, k], wanted[:, k]), method="L-BFGS-B").x
        for k in range(decisions.shape[1])
    ]
    return np.array([fit[0] for fit in fits]), np.array([fit[1] for fit in fits])


def platt_loss(parameters: np.ndarray, decisions: np.ndarray, wanted: np.ndarray) -> float:
    """Log loss with Platt's smoothed targets."""
    positives = wanted.sum()
    target = np.where(wanted, (positives + 1) / (positives + 2), 1 / (len(wanted) - positives + 2))
    p = np.clip(sigmoid(parameters[0] * decisions + parameters[1]), 1e-9, 1 - 1e-9)
    return float(-np.mean(target * np.log(p) + (1 - target) * np.log(1 - p)))


def best_thresholds(scores: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Threshold a code with the best F1, drawn half-way to the one that is best for all: few positives mislead."""
    curves = np.array(
        [[f1_parts(wanted[:, k], scores[:, k] >= t)[2] for t in THRESHOLD_GRID] for k in range(scores.shape[1])]
    )
    shared = THRESHOLD_GRID[int(curves.mean(axis=0).argmax())]
    thresholds: np.ndarray = 0.5 * THRESHOLD_GRID[curves.argmax(axis=1)] + 0.5 * shared
    return thresholds
