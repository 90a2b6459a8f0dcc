"""Schemas: every table is declared once, empty tables keep dtypes, and a check lists all faults at once."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from nlp.base.errors import DataError, UnreadableFile
from nlp.run.dictionary import data_dictionary
from nlp.run.plan import STAGES
from nlp.tables import LABELS, PASSAGES, ROLES, Column, Table, check
from nlp.tables.registry import all_tables

SMALL = Table(
    "small",
    "小表",
    ("id",),
    (
        Column("id", "str", "编号"),
        Column("n", "int", "次数"),
        Column("role", "str", "角色", nullable=True, allowed=ROLES),
        Column("score", "float", "分数", nullable=True),
    ),
)
# Whose rows may belong to no unit, passage or document.
WITHOUT_OWNER = ("sources", "dropped", "term_counts", "code_counts", "entries", "account")


@pytest.mark.parametrize("schema", all_tables().values(), ids=list(all_tables()))
def test_every_schema_is_sound(schema: Table) -> None:
    assert len(set(schema.names)) == len(schema.names)
    assert set(schema.key) <= set(schema.names)
    assert schema.title
    assert all(column.meaning for column in schema.columns)
    assert not any(
        column.nullable for column in schema.columns if column.name in schema.key and schema.name not in WITHOUT_OWNER
    )


@pytest.mark.parametrize("schema", all_tables().values(), ids=list(all_tables()))
def test_an_empty_table_keeps_its_columns_and_dtypes(schema: Table) -> None:
    empty = schema.empty()
    assert list(empty.columns) == schema.names
    assert len(check(schema, empty)) == 0
    assert list(schema.frame([]).dtypes) == list(empty.dtypes)
    assert list(schema.shape(empty).dtypes) == list(empty.dtypes)


@pytest.mark.parametrize("schema", all_tables().values(), ids=list(all_tables()))
def test_the_data_dictionary_names_every_column(schema: Table) -> None:
    text = data_dictionary()
    assert f"**{schema.name}** {schema.title}" in text
    for column in schema.columns:
        assert f"| `{column.name}` |" in text
        assert column.meaning in text


def test_every_table_is_made_by_one_stage_and_shown_somewhere() -> None:
    made = [table.name for stage in STAGES for table in stage.makes]
    assert len(set(made)) == len(made)
    for table in all_tables().values():
        assert (table.sheet > 0) != bool(table.no_sheet), f"{table.name}：要么有工作表，要么说明为什么没有"
        if table.in_tables or table.beside or table.sheet:
            assert table.name in made, f"没有哪一步做 {table.name}"


def test_a_stage_takes_only_what_an_earlier_stage_made() -> None:
    ready: set[str] = set()
    for stage in STAGES:
        if not all(table.name in ready for table in stage.takes):
            late = [table.name for table in stage.takes if table.name not in ready]
            assert not late, f"“{stage.step}”要用的 {late} 排在它后面"
        ready |= {table.name for table in stage.makes}


def test_rows_may_be_mappings_or_tuples_and_missing_columns_are_null() -> None:
    mapped = SMALL.frame([{"n": 2, "id": "甲"}])
    listed = SMALL.frame([("甲", 2, None, None)])
    pd.testing.assert_frame_equal(mapped, listed)
    assert mapped["role"].isna().all()
    assert list(mapped.columns) == SMALL.names


def test_a_column_that_nobody_declared_does_not_pass() -> None:
    assert "extra" not in SMALL.frame([{"id": "甲", "n": 1, "extra": 3}]).columns


def test_a_good_table_passes_unchanged() -> None:
    table = SMALL.frame([("甲", 1, "cause", 0.5), ("乙", 2, None, None)])
    assert check(SMALL, table) is table


def faults_of(table: pd.DataFrame, where: str = "小表.csv") -> str:
    """The message that a faulty table gives."""
    with pytest.raises(DataError) as caught:
        check(SMALL, table, where)
    return str(caught.value)


def test_all_faults_are_listed_at_once_with_their_lines() -> None:
    rows = [("甲", 1, "cause", None), ("", 1, "context", None), ("甲", 1, "原因", None), ("乙", 1, "对策", None)]
    table = SMALL.frame(rows).assign(line=[2, 3, 4, 5])
    message = faults_of(table)
    assert "列 id 有空值" in message
    assert "第 3 行" in message
    assert "不认识的值：原因、对策" in message
    assert "第 4、5 行" in message
    assert "id 重复：甲" in message
    assert "第 2、4 行" in message
    assert message.count("位置：小表.csv") == 3
    assert message.count("处理：") == 3


def test_missing_columns_are_all_named() -> None:
    message = faults_of(pd.DataFrame({"id": ["甲"]}))
    assert all(name in message for name in ("n", "role", "score"))
    assert "缺少列" in message


def test_without_lines_rows_are_named_by_position() -> None:
    assert "第 2 行" in faults_of(SMALL.frame([("甲", 1, None, None), ("", 1, None, None)]))


def test_many_wrong_values_are_summed_up() -> None:
    message = faults_of(SMALL.frame([(str(i), 1, f"坏值{i}", None) for i in range(20)]))
    assert "等 20 个" in message
    assert "坏值19" not in message


@pytest.mark.parametrize(
    "fault",
    [
        DataError.at("缺少列", where="a.csv 第 1 行", fix="补上"),
        DataError.all_of([DataError("甲"), DataError("乙")]),
        UnreadableFile("文件是空的", "换一个"),
    ],
    ids=["一处", "多处", "读不出的文件"],
)
def test_faults_survive_the_way_back_from_a_worker(fault: Exception) -> None:
    back = pickle.loads(pickle.dumps(fault))
    assert str(back) == str(fault)
    assert back.__dict__ == fault.__dict__


def test_a_fault_says_what_where_and_what_to_do() -> None:
    assert (
        str(DataError.at("缺少列：code", where="cues.csv 第 1 行", fix="补上"))
        == "缺少列：code\n  位置：cues.csv 第 1 行\n  处理：补上"
    )


def test_keys_of_the_design() -> None:
    assert PASSAGES.key == ("passage_id",)
    assert LABELS.key == ("passage_id", "coder", "facet", "code", "start")
    assert set(all_tables()) >= {
        "documents",
        "passages",
        "tokens",
        "labels",
        "themes",
        "theme_terms",
        "theme_passages",
        "prevalence",
        "trends",
        "links",
        "keyness",
        "collocation",
        "kwic",
        "agreement",
    }
