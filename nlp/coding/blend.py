"""How far dense vectors may sway the learned coder, and the linear models that read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from sklearn.linear_model import LogisticRegression

Head = tuple[np.ndarray, np.ndarray]  # coefficients (n_outputs, width), intercepts


@dataclass(frozen=True)
class Blend:
    """The share of the vectors in every decision (what has none is left out), and how freely their models fit."""

    shares: Mapping[str, float]  # role or facet → factor of the vectors' decision values
    role_c: float  # inverse strength of the ridge penalty
    code_c: float

    def times(self, factor: float) -> Blend:
        """All shares times ``factor``; none of them for 0."""
        shares = {name: share * factor for name, share in self.shares.items() if factor}
        return Blend(MappingProxyType(shares), self.role_c, self.code_c)


# Chosen on folds that leave out one writer or a whole series of writers, and on foreign passages, together. The table
# of words gains on the folds for every decision, but on foreign passages only for causes: elsewhere it is left out.
# The encoder gains for roles and causes; for problems and remedies the folds gain a little and foreign passages lose.
BLENDS: dict[str, Blend] = {
    "none": Blend(MappingProxyType({}), role_c=1.0, code_c=1.0),
    "words": Blend(MappingProxyType({"cause": 0.1}), role_c=10.0, code_c=3.0),
    "e5": Blend(MappingProxyType({"role": 0.4, "cause": 0.3}), role_c=40.0, code_c=1.0),
}


def role_head(vectors: np.ndarray, roles: np.ndarray, n_roles: int, blend: Blend) -> Head:
    """Multinomial logistic regression of the role on the vectors, times its share."""
    fitted = regression(blend.role_c).fit(vectors, roles)
    coefficients, intercepts = np.zeros((n_roles, vectors.shape[1])), np.zeros(n_roles)
    coefficients[fitted.classes_], intercepts[fitted.classes_] = fitted.coef_, fitted.intercept_
    return coefficients * blend.shares["role"], intercepts * blend.shares["role"]


def code_head(vectors: np.ndarray, wanted: np.ndarray, share: float, blend: Blend) -> Head:
    """One logistic regression a code, times the share of its facet; a code never or always given learns nothing."""
    coefficients, intercepts = np.zeros((wanted.shape[1], vectors.shape[1])), np.zeros(wanted.shape[1])
    for k in range(wanted.shape[1]):
        if 0 < wanted[:, k].sum() < len(wanted):
            fitted = regression(blend.code_c).fit(vectors, wanted[:, k])
            coefficients[k], intercepts[k] = fitted.coef_[0], fitted.intercept_[0]
    return coefficients * share, intercepts * share


def regression(inverse_penalty: float) -> LogisticRegression:
    """Logistic regression with classes of equal weight."""
    return LogisticRegression(C=inverse_penalty, max_iter=500, class_weight="balanced", tol=1e-3)
