"""Non-negative factors of a matrix seen through its leading singular vectors: hundreds of fits on one matrix.

Passages are short, so that few directions hold what topics can show; every fit on the whole or on a resample works on
these directions alone, by hierarchical alternating least squares (Cichocki and Phan 2009) on the compressed matrix
(Tepper and Sapiro 2016). A resample is a weight a row of the same matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import csr_array
from sklearn.utils.extmath import randomized_svd

DIRECTIONS = 64  # four times the largest number of topics
SWEEPS = 15  # updates of both factors at most
SETTLED = 0.02  # relative change of the topics in one sweep below which a fit ends
TINY = 1e-12


@dataclass(frozen=True)
class Sketch:
    """A matrix of passages × terms as ``left`` @ ``right``: its leading singular directions."""

    left: np.ndarray  # (n_rows, r), orthonormal columns
    right: np.ndarray  # (r, n_columns), scaled by the singular values
    mean: float  # of all entries of the matrix

    @classmethod
    def of(cls, matrix: csr_array) -> Self:
        """Compress ``matrix``; the same matrix gives the same sketch."""
        size = max(1, min(DIRECTIONS, *(n - 1 for n in matrix.shape)))
        left, strength, right = randomized_svd(matrix, size, n_iter=4, random_state=0)
        right = (strength[:, None] * right).astype(np.float32)
        return cls(left.astype(np.float32), right, float(matrix.sum() / max(1, np.prod(matrix.shape))))

    def start(self, n_topics: int, weights: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Non-negative double singular vectors, gaps filled by the mean (Boutsidis and Gallopoulos 2008).

        Parameters
        ----------
        weights : how often every one of ``rows`` counts

        Returns
        -------
        (n_topics, n_rows) weights of the topics, (n_topics, n_columns) topics
        """
        root = np.sqrt(weights).astype(np.float32)
        scaled = self.left[rows] * root[:, None]
        strength = np.linalg.norm(self.right, axis=1)
        values, vectors = np.linalg.eigh((scaled.T @ scaled) * np.outer(strength, strength))
        order = np.argsort(-values, kind="stable")[:n_topics]
        sigma, vectors = np.sqrt(np.maximum(values[order], TINY)), vectors[:, order]
        right = vectors.T @ (self.right / np.maximum(strength, TINY)[:, None])
        left = ((scaled * strength) @ vectors / sigma / root[:, None]).T
        return self.split(left, right, sigma, n_topics)

    def split(
        self, left: np.ndarray, right: np.ndarray, sigma: np.ndarray, n_topics: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """The stronger signed half of every pair of singular vectors; the mean wherever that is nothing."""
        weights = np.full((n_topics, left.shape[1]), self.mean, np.float32)
        topics = np.full((n_topics, right.shape[1]), self.mean, np.float32)
        for k, (x, y) in enumerate(zip(left, right, strict=True)):
            halves = [(np.maximum(sign * x, 0), np.maximum(sign * y, 0)) for sign in (1, -1)]
            sizes = [float(np.linalg.norm(a) * np.linalg.norm(b)) for a, b in halves]
            best = 0 if k == 0 and sizes[0] > 0 and sizes[0] >= sizes[1] else int(sizes[1] > sizes[0])
            a, b = halves[best]
            scale = np.sqrt(sigma[k] * sizes[best])
            weights[k] = np.maximum(weights[k], scale * a / max(float(np.linalg.norm(a)), TINY))
            topics[k] = np.maximum(topics[k], scale * b / max(float(np.linalg.norm(b)), TINY))
        return weights, topics

    def factors(
        self,
        n_topics: int,
        rows: np.ndarray | None = None,
        weights: np.ndarray | None = None,
        topics: np.ndarray | None = None,
    ) -> tuple[np.ndarray, np.ndarray]:
        """Non-negative factors of some rows (all by default): (n_topics, n_rows) and (n_topics, n_columns).

        Parameters
        ----------
        weights : how often every row counts (once by default)
        topics : topics to begin from; None begins from singular vectors
        """
        rows = np.arange(len(self.left)) if rows is None else rows
        weights = (np.ones(len(rows)) if weights is None else weights).astype(np.float32)
        left = self.left[rows]
        if topics is None:
            held, topics = self.start(n_topics, weights, rows)
        else:
            topics = np.maximum(topics, TINY).astype(np.float32)
            held = np.maximum((topics @ self.right.T) @ left.T, TINY)
        for _ in range(SWEEPS):
            before = topics.copy()
            update(held, topics @ topics.T, (topics @ self.right.T) @ left.T)
            counted = held * weights
            update(topics, counted @ held.T, (counted @ left) @ self.right)
            if np.linalg.norm(topics - before) <= SETTLED * np.linalg.norm(before):
                break
        return held, topics


def update(factor: np.ndarray, gram: np.ndarray, target: np.ndarray) -> None:
    """One sweep over the rows of ``factor`` in place: each the best non-negative one while the others stand.

    Parameters
    ----------
    factor : (k, n); gram : (k, k) products of the other factor; target : (k, n) its products with the matrix
    """
    for k in range(len(factor)):
        step = (target[k] - gram[k] @ factor) / max(float(gram[k, k]), TINY)
        np.maximum(factor[k] + step, 0, out=factor[k])
