"""Correspondence analysis: which codes and which groups attract each other, on a map of two dimensions."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chi2

from nlp.tables import CORRESPONDENCE


def correspondence(counts: pd.DataFrame, by: str) -> pd.DataFrame:
    """CORRESPONDENCE of a table of counts; empty where there are not two dimensions.

    Parameters
    ----------
    counts : rows = codes, columns = groups, values = counts (passages); empty rows and columns are left out
    by : what the groups are: 单位类别 or 年份

    Notes
    -----
    Simple correspondence analysis after Greenacre (2007), appendix A: the singular values of the standardized
    residuals, principal coordinates on both sides, so that distances within codes and within groups are χ² distances.
    ``p`` is Pearson's χ² test of the whole table, whose statistic is the inertia times the number of counts: a map of
    a table that chance explains shows nothing. Passages of one document hang together, so p is rather too small.
    Signs are fixed: the code that contributes most to a dimension lies on its positive side.
    """
    counts = counts.loc[counts.sum(axis="columns") > 0, counts.sum(axis="index") > 0]
    if min(counts.shape) < 3:
        return CORRESPONDENCE.empty()
    table = counts.to_numpy(dtype=float)
    shares = table / table.sum()
    row, column = shares.sum(axis=1), shares.sum(axis=0)
    residuals = (shares - np.outer(row, column)) / np.sqrt(np.outer(row, column))
    left, singular, right = np.linalg.svd(residuals, full_matrices=False)
    inertia = singular**2
    if inertia[1] < 1e-12:  # all groups alike, or all along one line: there is no map
        return CORRESPONDENCE.empty()
    signs = np.sign(left[np.abs(left).argmax(axis=0), np.arange(left.shape[1])])
    freedom = (len(counts) - 1) * (len(counts.columns) - 1)
    p = float(chi2.sf(inertia.sum() * table.sum(), freedom))
    parts = []
    for side, names, vectors, mass, n in (
        ("代码", counts.index, left * signs, row, table.sum(axis=1)),
        ("分组", counts.columns, right.T * signs, column, table.sum(axis=0)),
    ):
        coordinates = vectors * singular / np.sqrt(mass)[:, None]
        distance = (coordinates**2).sum(axis=1)
        quality = np.divide(
            (coordinates[:, :2] ** 2).sum(axis=1), distance, out=np.ones_like(distance), where=distance > 1e-15
        )
        parts.append(
            pd.DataFrame(
                {
                    "by": by,
                    "side": side,
                    "item": [str(name) for name in names],
                    "n": n,
                    "mass": mass,
                    "x": coordinates[:, 0],
                    "y": coordinates[:, 1],
                    "contribution_x": vectors[:, 0] ** 2,
                    "contribution_y": vectors[:, 1] ** 2,
                    "quality": quality,
                    "inertia_x": inertia[0] / inertia.sum(),
                    "inertia_y": inertia[1] / inertia.sum(),
                    "inertia": inertia.sum(),
                    "p": p,
                }
            )
        )
    return CORRESPONDENCE.shape(pd.concat(parts, ignore_index=True))
