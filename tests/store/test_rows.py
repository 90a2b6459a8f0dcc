"""Rows of a part: the very text that pandas writes, and the very rows back."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.store.files import csv_text, jsonl_text
from nlp.store.rows import TYPES, Rows, read_rows

CELLS = st.text("甲乙,\"\n \t\0=-'a0", max_size=6)
SHARES = st.integers(0, 10_000).map(lambda n: n / 10_000)
ODD = st.sampled_from([1e-5, 1e-7, 2.5, -0.0, -1.0, 123456.789, 1e308, float("nan"), float("inf"), -float("inf")])
LINES = st.tuples(CELLS, CELLS, SHARES, st.integers(-9, 9), st.booleans(), SHARES)


def rows_of(lines: list[tuple[str, str, float, int, bool, float]]) -> Rows:
    """A table of all kinds of columns."""
    one, two, share, n, kept, other = zip(*lines, strict=True) if lines else ((),) * 6
    return Rows(
        {
            "文": list(one),
            ("甲分", "乙分"): np.array([share, other], dtype=float).reshape(2, -1).T,
            "注": list(two),
            ("甲数", "乙数"): np.array([n, n], dtype=int).reshape(2, -1).T,
            "数": np.array(n, dtype=int),
            "存": np.array(kept, dtype=bool),
            "分": np.array(share, dtype=float),
        }
    )


@given(lines=st.lists(LINES, max_size=6))
def test_the_text_is_that_of_pandas(lines: list[tuple[str, str, float, int, bool, float]]) -> None:
    rows = rows_of(lines)
    assert rows.csv() == csv_text(rows.frame(), header=False).encode()
    assert rows.jsonl() == (jsonl_text(rows.frame()).encode() if lines else b"")


@given(text=st.text(st.characters(codec="utf-8"), max_size=9))
def test_any_text_is_written_in_json_as_pandas_does(text: str) -> None:
    rows = Rows({"a/%": [text], ("甲%s",): np.array([[0.5]])})
    assert rows.jsonl() == jsonl_text(rows.frame()).encode()


@given(lines=st.lists(st.tuples(CELLS, ODD | st.floats() | SHARES), max_size=6))
def test_any_number_is_written_as_pandas_does(lines: list[tuple[str, float]]) -> None:
    rows = Rows({"文": [text for text, _ in lines], "数": np.array([number for _, number in lines], dtype=float)})
    assert rows.csv() == csv_text(rows.frame(), header=False).encode()
    assert rows.written("jsonl") == (jsonl_text(rows.frame()).encode() if lines else b"")


def test_every_share_is_written_as_pandas_does() -> None:
    rows = Rows({"文": [""] * 10_001, ("甲",): (np.arange(10_001) / 10_000).reshape(-1, 1)})
    assert rows.csv() == csv_text(rows.frame(), header=False).encode()
    assert rows.jsonl() == jsonl_text(rows.frame()).encode()


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_what_was_written_comes_back(tmp_path_factory: pytest.TempPathFactory, form: str) -> None:
    path = tmp_path_factory.mktemp("行") / f"份.{form}"

    @given(
        lines=st.lists(LINES, min_size=1, max_size=6), odd=st.sampled_from(["", "\r", "'\r", "甲\r乙", "\r\n", "''=1"])
    )
    def comes_back(lines: list[tuple[str, str, float, int, bool, float]], odd: str) -> None:
        rows = rows_of([*lines, (odd, odd, 0.5, 1, True, 0.5)])
        path.write_bytes(rows.written(form))
        pd.testing.assert_frame_equal(read_rows(path, rows.kinds), rows.frame())
        assert Rows.of(rows.frame()).written(form) == path.read_bytes()

    comes_back()


@given(lines=st.lists(LINES, min_size=2, max_size=6), cut=st.integers(1, 5))
def test_two_parts_are_one(lines: list[tuple[str, str, float, int, bool, float]], cut: int) -> None:
    parts = [rows_of(some) for some in (lines[:cut], lines[cut:]) if some]
    assert Rows.joined(parts).csv() == rows_of(lines).csv() == b"".join(part.csv() for part in parts)


def test_the_kinds_name_all_columns_in_order() -> None:
    rows = rows_of([("甲", "乙", 0.5, 1, True, 0.25)])
    assert [name for name, _ in rows.kinds] == list(rows.frame().columns)
    assert {kind for _, kind in rows.kinds} == set(TYPES)
