"""Periods: which year, half-year, quarter or month a document belongs to, and how far apart two periods are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from nlp.base.errors import DataError

PER_YEAR = {"Y": 1, "H": 2, "Q": 4, "M": 12}
NAMES = {"年": "Y", "半年": "H", "季": "Q", "季度": "Q", "月": "M"}
LENGTHS = {"Y": 4, "H": 7, "Q": 7, "M": 7}  # how many characters of a date each needs


def frequency(given: str) -> str:
    """The frequency that ``given`` names, by letter (Y, H, Q, M) or in Chinese (年、半年、季、月). Raises DataError."""
    found = NAMES.get(given, given.upper())
    if found not in PER_YEAR:
        raise DataError.at(f"不认识的时间粒度：{given}", where="freq", fix="用 年、半年、季、月（或 Y、H、Q、M）")
    return found


def period_of(documents: pd.DataFrame, freq: str) -> pd.Series:
    """Period of every document, indexed by document id; None where the date does not go so far.

    A period is written 2021, 2021H1, 2021Q2 or 2021-05, so that periods sort as they follow each other.
    """
    freq = frequency(freq)
    date = documents["date"]
    if freq in ("H", "Q"):
        month = pd.to_numeric(date.str[5:7], errors="coerce")
        part = (month - 1) // (12 // PER_YEAR[freq]) + 1
        value = date.str[:4] + freq + part.astype("Int64").astype("str")
    else:
        value = date.str[: LENGTHS[freq]]
    long_enough = date.str.len() >= LENGTHS[freq]
    return pd.Series(value.where(long_enough).array, index=documents["document_id"])


def undated(documents: pd.DataFrame, freq: str = "Y") -> int:
    """Number of documents that a trend at ``freq`` has to leave out."""
    return int(period_of(documents, freq).isna().sum())


def times(periods: Sequence[str], freq: str) -> np.ndarray:
    """Number of every period, counted in periods: 2021Q1 and 2021Q3 are two apart, whatever lies between.

    >>> times(["2020Q4", "2021Q1", "2021Q3"], "Q") - 8083
    array([0, 1, 3])
    """
    numbers = [
        int(period[:4]) * PER_YEAR[freq] + (int(period[4:].strip("HQ-")) - 1 if len(period) > 4 else 0)
        for period in periods
    ]
    return np.array(numbers, dtype=np.int64)
