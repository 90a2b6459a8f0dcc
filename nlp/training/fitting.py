"""Training the learned coder from gold: grouped folds for calibration and thresholds, then one fit on everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from nlp.agreement.statistics import f1_parts
from nlp.coding.features import FamilyWeights, PassageFeatures
from nlp.coding.learned import WEIGHTS, CodeModel, Model, sigmoid
from nlp.coding.places import places_of, rows_of
from nlp.coding.sequence import SequenceModel
from nlp.corpus.folder import Corpus
from nlp.search.cues import finder_for
from nlp.tables import ROLES
from nlp.training.chain_fitting import ChainData, alone, calibrated, fit_chain, read_by, together
from nlp.training.gold import GoldSet, codes_of, gold_set

FOLDS = 5
ROLE_C, CODE_C = 4.0, 6.0  # inverse strength of the ridge penalty
SENTENCE_WEIGHT = 2.0  # of a sentence of a whole document beside a passage: it is what the coder will meet
ABSTAINED_SHARE = 0.08  # of out-of-fold sentences: those with the least sure roles go to a person
SURE_PRECISION = 0.92  # of the codes that count as sure, out of document; measured, it should stay above 0.9
THRESHOLD_GRID = np.linspace(0.05, 0.95, 91)


@dataclass(frozen=True)
class OutOfFold:
    """What models say of rows that they were not trained on."""

    role_logits: np.ndarray  # of every row
    code_decisions: dict[str, np.ndarray]
    alone_logits: np.ndarray  # of the sentences of passages that are no part of a document


@dataclass(frozen=True)
class Alone:
    """The sentences of the gold passages, each passage standing by itself."""

    features: csr_array
    owner: np.ndarray  # passage of each
    data: ChainData  # without logits


def train(corpus: Corpus, weights: FamilyWeights = WEIGHTS) -> Model:
    """Train from the gold of ``corpus``. Raises DataError if there is too little."""
    gold = gold_set(corpus)
    # The dense products are tiny: several BLAS threads would only wait for each other, and might round differently.
    with threadpool_limits(1):
        features = PassageFeatures(finder_for(corpus.lexicon), weights).fit(gold.batch, gold.flat)
        matrix = features.transform(gold.batch, gold.flat, gold.batch.passages)
        by_itself = standing_alone(gold, features)
        held = out_of_fold(gold, matrix, by_itself, features.n_signals)
        return fit_model(gold, features, matrix, by_itself, held, codes_of(corpus))


def standing_alone(gold: GoldSet, features: PassageFeatures) -> Alone:
    """Sentences of gold passages as short texts of their own, whatever their headings said: gold puts other roles
    under problem headings on purpose."""
    n = gold.n_passages
    sizes = (gold.batch.passages.stop - gold.batch.passages.first)[:n]
    at = np.arange(sizes.sum())
    spans = gold.batch.spans(at, at + 1)
    lengths = spans.ends - spans.begins
    untold = np.tile([len(ROLES), 0], (n, 1))
    nowhere = np.zeros(n, dtype=np.int64)
    places = places_of(rows_of(None, nowhere, nowhere, [""] * n, untold), sizes, lengths)
    matrix = features.transform(gold.batch, gold.flat, spans)
    owner = np.repeat(np.arange(n), sizes)
    signals = signals_of(matrix, features.n_signals)
    nothing = np.zeros((len(at), len(ROLES)))
    return Alone(matrix, owner, alone(nothing, signals, places.categories, places.first, gold.roles[owner]))


def signals_of(matrix: csr_array, n_signals: int) -> csr_array:
    """The signals, which stand last among the features."""
    return csr_array(matrix[:, matrix.shape[1] - n_signals :])


def code_columns(features: csr_array, n_signals: int) -> csr_array:
    """The features that the code models see: all but the signals, which tell roles, not codes."""
    return features[:, : features.shape[1] - n_signals]


def weights_of(gold: GoldSet) -> np.ndarray:
    """How much every row counts."""
    weights = np.ones(len(gold.roles))
    weights[gold.n_passages :] = SENTENCE_WEIGHT
    return weights


def out_of_fold(gold: GoldSet, features: csr_array, by_itself: Alone, n_signals: int) -> OutOfFold:
    """Fit on four fifths of the groups and decide on the fifth, five times.

    The vocabulary and its weights come from all rows: they know no label, and fitting them once instead of five times
    is most of the time saved.
    """
    logits, weights = np.zeros((len(gold.roles), len(ROLES))), weights_of(gold)
    of_alone = np.zeros((len(by_itself.owner), len(ROLES)))
    decisions = {facet: np.zeros(matrix.shape) for facet, matrix in gold.codes.items()}
    of_codes = code_columns(features, n_signals)
    groups = np.unique(gold.groups.astype(str), return_inverse=True)[1]
    for inside, outside in GroupKFold(min(FOLDS, len(np.unique(groups)))).split(groups, groups=groups):
        coefficients, intercepts = fit_roles(features[inside], gold.roles[inside], weights[inside])
        logits[outside] = features[outside] @ coefficients.T + intercepts
        mine = np.flatnonzero(np.isin(by_itself.owner, outside))
        of_alone[mine] = by_itself.features[mine] @ coefficients.T + intercepts
        for facet in gold.codes:
            slopes, constants = fit_codes(of_codes, gold, facet, inside, weights)
            decisions[facet][outside] = of_codes[outside] @ slopes.T + constants
    return OutOfFold(logits, decisions, of_alone)


def fit_roles(features: csr_array, roles: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multinomial logistic regression over ROLES; a role that gold lacks gets a very low intercept."""
    fitted = LogisticRegression(C=ROLE_C, max_iter=1000, tol=1e-3, class_weight="balanced")
    fitted.fit(features, roles, sample_weight=weights)
    coefficients, intercepts = np.zeros((len(ROLES), features.shape[1])), np.full(len(ROLES), -20.0)
    coefficients[fitted.classes_], intercepts[fitted.classes_] = fitted.coef_, fitted.intercept_
    return coefficients, intercepts


def fit_codes(
    features: csr_array, gold: GoldSet, facet: str, among: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """One logistic regression a code, on those of the rows ``among`` whose role opens the facet."""
    rows = among[gold.roles[among] == ROLES.index(facet)]
    wanted, own = gold.codes[facet][rows], features[rows]
    coefficients, intercepts = np.zeros((wanted.shape[1], features.shape[1])), np.full(wanted.shape[1], -20.0)
    for k in range(wanted.shape[1]):
        if 0 < wanted[:, k].sum() < len(rows):
            fitted = LogisticRegression(C=CODE_C, max_iter=500, class_weight="balanced", solver="liblinear")
            fitted.fit(own, wanted[:, k], sample_weight=weights[rows])
            coefficients[k], intercepts[k] = fitted.coef_[0], fitted.intercept_[0]
    return coefficients, intercepts


def fit_model(
    gold: GoldSet,
    features: PassageFeatures,
    matrix: csr_array,
    by_itself: Alone,
    held: OutOfFold,
    codes: dict[str, tuple[str, ...]],
) -> Model:
    """Fit on everything; calibration, thresholds and margins come from what was not trained on."""
    weights = weights_of(gold)
    coefficients, intercepts = fit_roles(matrix, gold.roles, weights)
    sequence, marginals = fit_sequence(gold, matrix, by_itself, held, features.n_signals)
    model = Model(features, coefficients, intercepts, sequence, margin_for(marginals), 0.0)
    of_codes, everything = code_columns(matrix, features.n_signals), np.arange(len(gold.roles))
    single = gold.batch.passages.stop - gold.batch.passages.first == 1  # codes are judged sentence by sentence
    for facet, ids in codes.items():
        slopes, constants = fit_codes(of_codes, gold, facet, everything, weights)
        rows = single & (gold.roles == ROLES.index(facet))
        steep, offsets = platt(held.code_decisions[facet][rows], gold.codes[facet][rows])
        probabilities = sigmoid(held.code_decisions[facet][rows] * steep + offsets)
        thresholds = best_thresholds(probabilities, gold.codes[facet][rows])
        model.code_models[facet] = CodeModel(ids, slopes, constants, steep, offsets, thresholds)
    model.sure = sure_from(gold, model, marginals, held)
    return model


def fit_sequence(
    gold: GoldSet, matrix: csr_array, by_itself: Alone, held: OutOfFold, n_signals: int
) -> tuple[SequenceModel, np.ndarray]:
    """The chain of roles, and the calibrated marginals of the sentences of documents, each out of its writer's."""
    short = ChainData(held.alone_logits, by_itself.data.signals, by_itself.data.places, by_itself.data.roles)
    rows = gold.of_documents
    if not len(rows):
        model = fit_chain(short)
        return model, read_by(model, short)
    documents = ChainData(held.role_logits[rows], signals_of(matrix[rows], n_signals), gold.places, gold.roles[rows])
    writer = gold.groups[rows[gold.places.first]]
    size = np.diff(np.append(gold.places.first, len(rows)))
    marginals = np.zeros((len(rows), len(ROLES)))
    for name in np.unique(writer.astype(str)):
        own = writer == name
        others = documents.documents(~own)
        marginals[np.repeat(own, size)] = read_by(
            fit_chain(together(others, short) if len(others.roles) else short), documents.documents(own)
        )
    model = calibrated(fit_chain(together(documents, short)), marginals, documents.roles)
    return model, model.sharpen(marginals)


def margin_for(scores: np.ndarray) -> float:
    """Margin between the two likeliest roles that leaves ABSTAINED_SHARE of the sentences to a person."""
    ordered = np.sort(scores, axis=1)
    return float(np.quantile(ordered[:, -1] - ordered[:, -2], ABSTAINED_SHARE))


def sure_from(gold: GoldSet, model: Model, marginals: np.ndarray, held: OutOfFold) -> float:
    """Score from which on the codes given to sentences of documents are right in SURE_PRECISION of the cases."""
    rows = gold.of_documents if len(gold.of_documents) else np.arange(0)
    if not len(rows):
        return 0.0
    likeliest = marginals.argmax(axis=1)
    ordered = np.sort(marginals, axis=1)
    decided = ordered[:, -1] - ordered[:, -2] >= model.margin
    scores, right = [], []
    for facet, part in model.code_models.items():
        role = ROLES.index(facet)
        probability = part.scores(held.code_decisions[facet][rows])
        given = (probability >= part.thresholds) & ((likeliest == role) & decided)[:, None]
        scores.append((probability * marginals[:, [role]])[given])
        right.append(gold.codes[facet][rows][given])
    return lowest_with(np.concatenate(scores), np.concatenate(right), SURE_PRECISION)


def lowest_with(scores: np.ndarray, right: np.ndarray, precision: float) -> float:
    """The lowest score from which on so many are right; 1 if there is none.

    >>> lowest_with(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, False]), 0.66)
    0.7
    """
    order = np.argsort(-scores, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.flatnonzero(share >= precision)
    return float(scores[order][good[-1]]) if len(good) else 1.0


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
