"""Fitting the chain of roles: the conditional likelihood of whole documents, and of short texts that stand alone."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize, minimize_scalar
from scipy.sparse import csr_array, hstack, vstack

from nlp.coding.places import ALONE, N_PLACES, N_STEPS, Places
from nlp.coding.sequence import Chains, SequenceModel, both_ways, chains_of, marginals, normalised, scaled, sharpened
from nlp.tables import ROLES

RIDGE, STEP_RIDGE = 3.0, 0.3  # of the potentials of sentences, of those of steps
MOST_STEPS = 60  # of the optimiser: the likelihood hardly rises after
N = len(ROLES)
Ints = np.ndarray


@dataclass(frozen=True)
class ChainData:
    """Sentences in documents, one document behind the other."""

    logits: np.ndarray  # of a linear model that was not trained on them
    signals: csr_array
    places: Places
    roles: Ints

    @property
    def matrix(self) -> csr_array:
        """All that speaks for a role by itself, (n_sentences, n_columns)."""
        n, width = self.places.categories.shape
        held = (np.ones(n * width), self.places.categories.ravel(), np.arange(0, n * width + 1, width))
        return csr_array(
            hstack([csr_array(self.logits), self.signals, csr_array(held, shape=(n, N_PLACES))], format="csr")
        )

    def documents(self, chosen: np.ndarray) -> ChainData:
        """Some of the documents; ``chosen``: whether each is."""
        size = np.diff(np.append(self.places.first, len(self.roles)))
        rows = np.flatnonzero(np.repeat(chosen, size))
        first = np.cumsum(size[chosen]) - size[chosen]
        places = Places(self.places.categories[rows], self.places.steps[rows], first)
        return ChainData(self.logits[rows], self.signals[rows], places, self.roles[rows])


def together(one: ChainData, other: ChainData) -> ChainData:
    """The documents of both."""
    n = len(one.roles)
    places = Places(
        np.vstack([one.places.categories, other.places.categories]),
        np.concatenate([one.places.steps, other.places.steps]),
        np.concatenate([one.places.first, other.places.first + n]),
    )
    return ChainData(
        np.vstack([one.logits, other.logits]),
        csr_array(vstack([one.signals, other.signals], format="csr")),
        places,
        np.concatenate([one.roles, other.roles]),
    )


def fit_chain(data: ChainData) -> SequenceModel:
    """Potentials with the greatest likelihood, held by a ridge; not yet calibrated."""
    matrix, chains = data.matrix, chains_of(data.places.first, len(data.roles))
    turned, width = csr_array(matrix.T), matrix.shape[1]
    wanted, seen = one_hot(data.roles), steps_seen(data, chains)

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        weights, steps = parameters[: width * N].reshape(width, N), parameters[width * N :].reshape(N_STEPS, N, N)
        potentials = matrix @ weights
        likelihood, nodes, edges = expectations(potentials, steps, data.places, chains)
        told = (potentials * wanted).sum() + (steps * seen).sum()
        ridge = 0.5 * RIDGE * (weights**2).sum() + 0.5 * STEP_RIDGE * (steps**2).sum()
        slope = np.concatenate(
            [
                (turned @ (nodes - wanted) + RIDGE * weights).ravel(),
                (edges - seen + STEP_RIDGE * steps).ravel(),
            ]
        )
        return (likelihood - told + ridge) / len(data.roles), slope / len(data.roles)

    start = np.zeros(width * N + N_STEPS * N * N)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}).x
    weights = found[: width * N].reshape(width, N)
    n_signals = data.signals.shape[1]
    return SequenceModel(
        weights[:N], weights[N : N + n_signals], weights[N + n_signals :], found[width * N :].reshape(N_STEPS, N, N)
    )


def expectations(
    potentials: np.ndarray, steps: np.ndarray, places: Places, chains: Chains
) -> tuple[float, np.ndarray, np.ndarray]:
    """Log of the sum over all readings, probabilities of the roles, and how often each step is expected."""
    likely, passing, later = scaled(potentials), np.exp(steps), chains.later
    forward, backward = both_ways(chains, likely, passing, places.steps)
    nodes = normalised(forward * backward)
    # The sum over all readings is what every row was divided by, one after the other.
    total = potentials.max(axis=1).sum() + np.log(likely[places.first].sum(axis=1)).sum()
    before, behind, kinds = forward[later - 1], likely[later] * backward[later], places.steps[later]
    total += np.log(np.einsum("ni,nij,nj->n", before, passing[kinds], likely[later])).sum()
    pairs = before[:, :, None] * passing[kinds] * behind[:, None, :]
    pairs /= pairs.sum(axis=(1, 2), keepdims=True)
    edges = np.zeros_like(steps)
    np.add.at(edges, kinds, pairs)
    return float(total), nodes, edges


def steps_seen(data: ChainData, chains: Chains) -> np.ndarray:
    """How often each role follows each, by step."""
    later, seen = chains.later, np.zeros((N_STEPS, N, N))
    np.add.at(seen, (data.places.steps[later], data.roles[later - 1], data.roles[later]), 1)
    return seen


def one_hot(roles: Ints) -> np.ndarray:
    """Roles as rows of zeros and a one."""
    rows: np.ndarray = np.eye(N)[roles]
    return rows


def read_by(model: SequenceModel, data: ChainData) -> np.ndarray:
    """Uncalibrated marginals of the sentences."""
    own = data.logits @ model.logits + data.signals @ model.signals
    potentials = own + model.places[data.places.categories].sum(axis=1)
    return marginals(potentials, data.places, model.steps)


def calibrated(model: SequenceModel, held: np.ndarray, roles: Ints) -> SequenceModel:
    """The model with the temperature that makes ``held``, marginals out of document, least surprised."""

    def loss(log_temperature: float) -> float:
        shares = sharpened(held, float(np.exp(-log_temperature)))
        return -float(np.mean(np.log(shares[np.arange(len(roles)), roles] + 1e-12)))

    best = minimize_scalar(loss, bounds=(-1.5, 1.5), method="bounded").x
    return replace(model, temperature=float(np.exp(best)))


def alone(logits: np.ndarray, signals: csr_array, categories: Ints, first: Ints, roles: Ints) -> ChainData:
    """Texts that stand alone."""
    return ChainData(logits, signals, Places(categories, np.full(len(roles), ALONE), first), roles)
