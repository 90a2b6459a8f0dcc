"""The roles of the sentences of a document as a chain: a linear-chain conditional random field (Lafferty et al. 2001).

What a sentence says, where it stands and what its neighbours are decide together. All documents of a batch are gone
through side by side, sentence by sentence, in products of probabilities, so that a step is a handful of array
operations whatever the number of documents; every row is summed in the same order in any batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlp.coding.places import Places
from nlp.tables import ROLES

Ints = np.ndarray


@dataclass(frozen=True)
class SequenceModel:
    """Potentials of roles, learned from documents coded by sentence."""

    logits: np.ndarray  # (n_roles, n_roles): what the linear model says of a sentence
    signals: np.ndarray  # (n_signals, n_roles): how it speaks
    places: np.ndarray  # (N_PLACES, n_roles): where it stands
    steps: np.ndarray  # (N_STEPS, n_roles, n_roles): from the role of the sentence before to its own
    temperature: float = 1.0  # divides the log probabilities, so that they are calibrated

    def marginals(self, own: np.ndarray, places: Places) -> np.ndarray:
        """Probability of every role of every sentence, (n_sentences, n_roles), given all that its document says.

        ``own``: potentials of each sentence by itself.
        """
        potentials = own + self.places[places.categories].sum(axis=1)
        return self.sharpen(marginals(potentials, places, self.steps))

    def sharpen(self, probabilities: np.ndarray) -> np.ndarray:
        """Calibrated probabilities."""
        return sharpened(probabilities, 1 / self.temperature)


@dataclass(frozen=True)
class Chains:
    """The sentences of some documents in step: those at each place of every document that is so long."""

    at: list[Ints]  # rows of the first sentences, of the second ones, …; longer documents first

    @property
    def later(self) -> Ints:
        """Rows that have one before them in their document."""
        return np.concatenate(self.at[1:]) if len(self.at) > 1 else np.zeros(0, dtype=np.int64)


def chains_of(first: Ints, n: int) -> Chains:
    """The chains of ``n`` sentences whose documents begin at ``first``."""
    size = np.diff(np.append(first, n))
    order = np.argsort(-size, kind="stable")
    first, size = first[order], size[order]
    longest = int(size[0]) if len(size) else 0
    reach = np.searchsorted(-size, -np.arange(longest), side="left")  # documents longer than each place
    return Chains([first[:count] + place for place, count in enumerate(reach.tolist())])


def marginals(potentials: np.ndarray, places: Places, steps: np.ndarray) -> np.ndarray:
    """Marginal probabilities of a chain (forward and backward recursion, scaled at every step)."""
    chains = chains_of(places.first, len(potentials))
    likely, passing = scaled(potentials), np.exp(steps)
    forward, backward = both_ways(chains, likely, passing, places.steps)
    return normalised(forward * backward)


def both_ways(chains: Chains, likely: np.ndarray, passing: np.ndarray, kinds: Ints) -> tuple[np.ndarray, np.ndarray]:
    """What comes from before and behind every sentence, each row scaled to add up to one."""
    forward, backward = likely.copy(), np.ones_like(likely)
    for rows in chains.at[:1]:
        forward[rows] = normalised(likely[rows])
    for rows in chains.at[1:]:
        forward[rows] = normalised(likely[rows] * onward(forward[rows - 1], passing, kinds[rows]))
    for rows in chains.at[:0:-1]:
        backward[rows - 1] = normalised(back(likely[rows] * backward[rows], passing, kinds[rows]))
    return forward, backward


def onward(weights: np.ndarray, passing: np.ndarray, kinds: Ints) -> np.ndarray:
    """Sum over the roles before: (n, n_roles) times the step of each row."""
    total = np.zeros_like(weights)
    for role in range(len(ROLES)):
        total += weights[:, role, None] * passing[kinds, role]
    return total


def back(weights: np.ndarray, passing: np.ndarray, kinds: Ints) -> np.ndarray:
    """Sum over the roles behind."""
    total = np.zeros_like(weights)
    for role in range(len(ROLES)):
        total += weights[:, role, None] * passing[kinds, :, role]
    return total


def scaled(potentials: np.ndarray) -> np.ndarray:
    """Exponentials of potentials, the largest of each row being one."""
    odds: np.ndarray = np.exp(potentials - potentials.max(axis=1, keepdims=True))
    return odds


def normalised(weights: np.ndarray) -> np.ndarray:
    """Rows divided by their sums."""
    shares: np.ndarray = weights / weights.sum(axis=1, keepdims=True)
    return shares


def sharpened(probabilities: np.ndarray, power: float) -> np.ndarray:
    """Probabilities to a power, normalised again."""
    return normalised(np.maximum(probabilities, 1e-12) ** power)
