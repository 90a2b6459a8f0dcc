"""Intervals: published values, values worked by hand, and the law that no value lies outside its own interval."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_run import Result

from nlp.agreement.statistics import compare_codings
from nlp.corpus.folder import Corpus
from nlp.measures.own_codes import own_codes
from nlp.statistics.intervals import Interval, expected_count, lift, newcombe, resampled, wilson
from nlp.tables import AGREEMENT, COMPARISON, OWN_CODES, OWN_PLACES, Table
from nlp.tables.registry import all_tables

OUTSIDE = [
    pytest.param(0.0, 0.4686, 3.0, id="在下限之下"),
    pytest.param(4.0, 0.5, 3.0, id="在上限之上"),
    pytest.param(np.array([1.0, 0.1]), np.array([0.5, 0.2]), np.array([2.0, 2.0]), id="数组里有一个"),
]


@pytest.mark.parametrize(("value", "low", "high"), OUTSIDE)
def test_a_value_outside_its_interval_cannot_be_built(value: float, low: float, high: float) -> None:
    with pytest.raises(ValueError, match="outside its interval"):
        Interval(value, low, high)


def test_what_is_unknown_is_no_fault() -> None:
    nothing = Interval(np.array([0.5, np.nan]), np.array([np.nan, np.nan]), np.array([np.nan, np.nan]))
    assert list(nothing.columns("share", before="share_")) == ["share", "share_low", "share_high"]


WILSON = [  # the classic values of Wilson (1927) as in Newcombe (1998), method 3
    pytest.param(81, 263, 0.2553, 0.3662, id="81/263"),
    pytest.param(15, 148, 0.0624, 0.1605, id="15/148"),
    pytest.param(0, 20, 0.0, 0.1611, id="0/20"),
    pytest.param(1, 29, 0.0061, 0.1718, id="1/29"),
    pytest.param(29, 29, 0.8830, 1.0, id="29/29"),
]


@pytest.mark.parametrize(("n", "total", "low", "high"), WILSON)
def test_wilson_against_published_values(n: int, total: int, low: float, high: float) -> None:
    share = wilson(n, total)
    assert (share.low, share.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(total=st.integers(1, 10_000), data=st.data())
def test_wilson_is_symmetric(total: int, data: st.DataObject) -> None:
    n = data.draw(st.integers(0, total))
    one, other = wilson(n, total), wilson(total - n, total)
    assert 0 <= one.low <= one.value <= one.high <= 1
    assert (one.low, one.high) == (pytest.approx(1 - other.high), pytest.approx(1 - other.low))


def test_wilson_of_nothing_is_no_number() -> None:
    share = wilson(np.array([0.0, 1.0]), np.array([0.0, 2.0]))
    assert np.isnan([share.value[0], share.low[0], share.high[0]]).all()
    assert share.value[1] == 0.5


NEWCOMBE = [  # Newcombe (1998), Statistics in Medicine 17, table II, method 10
    pytest.param(56, 70, 48, 80, 0.0524, 0.3339, id="56/70−48/80"),
    pytest.param(9, 10, 3, 10, 0.1705, 0.8090, id="9/10−3/10"),
    pytest.param(6, 7, 2, 7, 0.0582, 0.8062, id="6/7−2/7"),
    pytest.param(5, 56, 0, 29, -0.0381, 0.1926, id="5/56−0/29"),
    pytest.param(0, 10, 0, 20, -0.1611, 0.2775, id="0/10−0/20"),
    pytest.param(10, 10, 0, 10, 0.6075, 1.0, id="10/10−0/10"),
]


@pytest.mark.parametrize(("later", "of_later", "earlier", "of_earlier", "low", "high"), NEWCOMBE)
def test_newcombe_against_published_values(
    later: int, of_later: int, earlier: int, of_earlier: int, low: float, high: float
) -> None:
    found = newcombe(earlier, of_earlier, later, of_later)
    assert (found.low, found.high) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))
    assert found.value == pytest.approx(later / of_later - earlier / of_earlier)


@given(totals=st.tuples(st.integers(1, 200), st.integers(1, 200)), data=st.data())
def test_newcombe_turns_round(totals: tuple[int, int], data: st.DataObject) -> None:
    one, other = (data.draw(st.integers(0, total)) for total in totals)
    there, back = newcombe(one, totals[0], other, totals[1]), newcombe(other, totals[1], one, totals[0])
    assert -1 - 1e-9 <= there.low <= there.value <= there.high <= 1 + 1e-9
    assert (back.value, back.low, back.high) == tuple(
        pytest.approx(-each) for each in (there.value, there.high, there.low)
    )


LIFTS = [  # n, one, other, total → expected, lift, low, high; s worked out by hand
    pytest.param(3, 4, 5, 10, 2.0, 1.5, 0.6481, 3.4718, id="常见"),  # s² = 1/3 − 1/4 + 1/5 − 1/10
    pytest.param(0, 4, 5, 10, 2.0, 0.0, 0.0, 3.5950, id="从未同时出现"),  # s² = 1/0.5 − 1/4 + 1/5 − 1/10, 0.25 e^(Z s)
    pytest.param(4, 4, 10, 10, 4.0, 1.0, 1.0, 1.0, id="处处都有"),  # s² = 0
]


@pytest.mark.parametrize(("n", "one", "other", "total", "expected", "value", "low", "high"), LIFTS)
def test_lifts_worked_by_hand(
    n: int, one: int, other: int, total: int, expected: float, value: float, low: float, high: float
) -> None:
    found = lift(n, one, other, total)
    assert expected_count(one, other, total) == expected
    assert [found.value, found.low, found.high] == [pytest.approx(each, abs=5e-5) for each in (value, low, high)]


def test_a_lift_of_what_cannot_be_expected_is_no_number() -> None:
    assert np.isnan(lift(0, 0, 5, 10).value)
    assert expected_count(0, 0, 0) == 0


@given(total=st.integers(1, 500), data=st.data())
def test_a_lift_lies_within_its_interval(total: int, data: st.DataObject) -> None:
    one, other = (data.draw(st.integers(1, total)) for _ in range(2))
    n = data.draw(st.integers(max(0, one + other - total), min(one, other)))
    found = lift(n, one, other, total)
    assert 0 <= found.low <= found.value <= found.high


def test_an_interval_of_resamples_reaches_out_to_its_value() -> None:
    draws = np.linspace(0, 1, 41)[:, None] * np.array([1.0, 1.0])
    found = resampled(np.array([0.5, 1.2]), draws)
    assert found.low == pytest.approx([0.025, 0.025])
    assert found.high == pytest.approx([0.975, 1.2])


# --- every table ------------------------------------------------------------------------------------------------------

VALUE_OF = {"agreement": {"low": "kappa"}}  # elsewhere the value stands right in front of its lower bound


def bounded(table: Table) -> list[tuple[str, str, str]]:
    """Value, lower and upper bound: the names of the columns of every interval of a table."""
    names = list(table.names)
    return [
        (VALUE_OF.get(table.name, {}).get(low, names[at - 1]), low, f"{low[: -len('low')]}high")
        for at, low in enumerate(names)
        if low.endswith("low")
    ]


BOUNDED = [
    pytest.param(table, id=table.name)
    for table in all_tables().values()
    if bounded(table) and table is not COMPARISON  # of two runs: tests/measures/test_comparison.py
]


@pytest.mark.parametrize("table", BOUNDED)
def test_no_value_of_a_table_lies_outside_its_interval(table: Table, tables: dict[str, pd.DataFrame]) -> None:
    found = tables[table.name]
    for value, low, high in bounded(table):
        outside = found[(found[value] < found[low]) | (found[high] < found[value])]
        assert outside.empty, outside.to_string()


@pytest.fixture(scope="module")
def tables(result: Result, corpus: Corpus) -> dict[str, pd.DataFrame]:
    """The tables of a small run, the agreement of its coder with itself but for every third passage, and its codes as
    own codes are counted."""
    labels = result.tables["labels"]
    roles = labels[labels["facet"] == "role"]
    other = roles.assign(code=roles["code"].where(np.arange(len(roles)) % 3 > 0, "other"))
    made = {
        AGREEMENT.name: compare_codings(roles, other, {"role": sorted(roles["code"].unique())}, resamples=20),
        OWN_CODES.name: own_codes([], OWN_PLACES.empty(), result.tables["documents"], labels, corpus.codebook),
    }
    return {**result.tables, **made}
