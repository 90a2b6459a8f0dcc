"""Counting: every number against a hand-computed one, in three units, and parts that add up to the whole."""

from __future__ import annotations

import math
from collections import Counter

import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made import documents_of, labels_of, passages_of, tokens_of

from nlp.base.errors import DataError
from nlp.corpus.lexicon import Lexicon
from nlp.measures.collocation import collocation
from nlp.measures.keyness import keyness, keyness_by_role
from nlp.measures.kwic import kwic
from nlp.measures.links import links
from nlp.measures.periods import period_of, undated
from nlp.measures.prevalence import prevalence
from nlp.measures.trends import code_trends, frequent_terms, trends
from nlp.tables import COLLOCATION, KEYNESS, KWIC, LINKS, PREVALENCE, TRENDS, check

# Three documents of two sources: 丙 is a copy of 乙.
DOCUMENTS = documents_of("", "", "", dates=("2020-02-01", "2021-05", None), kinds=("机关", "国企", "国企"))
SOURCES = pd.Series({"甲": "甲", "乙": "乙", "丙": "乙"})
LABELS = labels_of(
    ("甲#0001", "role", "manifestation"),
    ("甲#0001", "manifestation", "formalism"),
    ("甲#0001", "manifestation", "lip_service"),
    ("甲#0002", "role", "cause"),
    ("甲#0002", "cause", "misperception"),
    ("乙#0001", "role", "manifestation"),
    ("乙#0001", "manifestation", "formalism"),
    ("乙#0002", "role", "manifestation"),
    ("乙#0002", "manifestation", "formalism"),
    ("丙#0001", "role", "manifestation"),
    ("丙#0001", "manifestation", "formalism"),
)


def counted(table: pd.DataFrame, **where: str) -> dict[str, tuple[int, int]]:
    """Unit → (n, denominator) of the rows that hold these values."""
    for name, value in where.items():
        table = table[table[name] == value]
    return {row.unit: (row.n, row.denominator) for row in table.itertuples()}


def test_prevalence_in_three_units() -> None:
    table = check(PREVALENCE, prevalence(LABELS, DOCUMENTS, sources=SOURCES))
    assert counted(table, code="formalism") == {"段落": (4, 5), "文档": (3, 3), "独立来源": (2, 2)}
    assert counted(table, code="lip_service") == {"段落": (1, 5), "文档": (1, 3), "独立来源": (1, 2)}
    assert counted(table, facet="role", code="manifestation") == {"段落": (4, 5), "文档": (3, 3), "独立来源": (2, 2)}
    share = table.loc[(table["code"] == "lip_service") & (table["unit"] == "文档"), "share"].iloc[0]
    assert share == pytest.approx(1 / 3)


def test_prevalence_by_an_attribute_of_the_documents() -> None:
    table = prevalence(LABELS, DOCUMENTS, "kind_of_unit", SOURCES)
    assert counted(table, code="formalism", group="国企") == {"段落": (3, 3), "文档": (2, 2), "独立来源": (1, 1)}
    assert counted(table, code="formalism", group="机关") == {"段落": (1, 2), "文档": (1, 1), "独立来源": (1, 1)}


def test_prevalence_by_year_leaves_the_undated_out() -> None:
    table = prevalence(LABELS, DOCUMENTS, "year", SOURCES)
    assert set(table["group"]) == {"2020", "2021"}
    assert counted(table, code="formalism", group="2021") == {"段落": (2, 2), "文档": (1, 1), "独立来源": (1, 1)}


def test_a_document_without_labels_still_counts_in_the_denominator() -> None:
    documents = documents_of("有文字。", "也有文字。")
    labels = labels_of(
        ("甲#0001", "role", "cause"), ("乙#0001", "role", "other"), ("甲#0001", "cause", "misperception")
    )
    assert counted(prevalence(labels, documents), code="misperception")["文档"] == (1, 2)


def test_prevalence_of_nothing_is_empty() -> None:
    assert len(prevalence(LABELS.head(0), DOCUMENTS)) == 0


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["甲#0001", "甲#0002", "乙#0001", "丙#0001", "丙#0002", "丙#0003"]),
        st.sampled_from([("manifestation", "formalism"), ("manifestation", "lip_service"), ("cause", "misperception")]),
    ),
    unique=True,
    min_size=1,
)


@given(rows=ROWS)
@settings(max_examples=20)
def test_counts_of_groups_add_up_to_the_whole(rows: list[tuple[str, tuple[str, str]]]) -> None:
    roles = [(pid, "role", "other") for pid in sorted({pid for pid, _ in rows})]
    labels = labels_of(*roles, *((pid, *code) for pid, code in rows))
    documents = documents_of("", "", "", kinds=("机关", "国企", "国企"))
    whole = prevalence(labels, documents)
    groups = prevalence(labels, documents, "kind_of_unit")
    for unit in ("段落", "文档"):
        total = whole[whole["unit"] == unit].set_index(["facet", "code"])["n"]
        parts = groups[groups["unit"] == unit].groupby(["facet", "code"])["n"].sum()
        pd.testing.assert_series_equal(total.sort_index(), parts.sort_index())
    assert (whole["n"] <= whole["denominator"]).all()
    assert whole["low"].between(0, whole["share"] + 1e-9).all()
    assert whole["high"].between(whole["share"] - 1e-9, 1).all()


PERIODS = [
    pytest.param("2021-05-06", "Y", "2021", id="年"),
    pytest.param("2021-05-06", "Q", "2021Q2", id="季"),
    pytest.param("2021-05-06", "M", "2021-05", id="月"),
    pytest.param("2021", "Q", None, id="只有年没有季"),
    pytest.param("2021", "Y", "2021", id="只有年"),
    pytest.param("2021-12", "Q", "2021Q4", id="十二月属四季度"),
    pytest.param("2021-01", "Q", "2021Q1", id="一月属一季度"),
    pytest.param(None, "Y", None, id="没有日期"),
]


@pytest.mark.parametrize(("date", "freq", "period"), PERIODS)
def test_periods(date: str | None, freq: str, period: str | None) -> None:
    documents = documents_of("", dates=(date,))
    found = period_of(documents, freq).iloc[0]
    assert (None if pd.isna(found) else found) == period
    assert undated(documents, freq) == (1 if period is None else 0)


def test_an_unknown_granularity_is_a_fault_of_the_user() -> None:
    with pytest.raises(DataError, match="时间粒度"):
        period_of(DOCUMENTS, "W")


TOKENS = tokens_of({"甲#0001": "融合 党建 融合", "甲#0002": "党建", "乙#0001": "党建", "丙#0001": "融合"})


def test_trends_count_with_denominators_and_zeros() -> None:
    table = check(TRENDS, trends(TOKENS, DOCUMENTS, "Y", ["融合", "党建"], SOURCES))
    assert counted(table, item="融合", period="2020") == {"段落": (1, 2), "文档": (1, 1), "独立来源": (1, 1)}
    assert counted(table, item="融合", period="2021") == {"段落": (0, 1), "文档": (0, 1), "独立来源": (0, 1)}
    assert counted(table, item="党建", period="2020") == {"段落": (2, 2), "文档": (1, 1), "独立来源": (1, 1)}
    assert set(table["period"]) == {"2020", "2021"}, "没有日期的文档不在内"
    row = table[(table["item"] == "融合") & (table["period"] == "2020") & (table["unit"] == "段落")].iloc[0]
    assert row["first_passage"] == "甲#0001"


def test_trends_by_quarter_need_a_month() -> None:
    documents = documents_of("", "", "", dates=("2020-02-01", "2021", "2020-03"))
    table = trends(TOKENS, documents, "Q", ["党建", "融合"])
    assert set(table["period"]) == {"2020Q1"}
    assert counted(table, item="融合", period="2020Q1")["文档"] == (2, 2)
    assert undated(documents, "Q") == 1


def test_trends_without_any_date_are_empty() -> None:
    documents = documents_of("", "", "")
    assert len(trends(TOKENS, documents, "Y", ["党建"])) == 0
    assert len(code_trends(LABELS, documents, "M")) == 0


def test_code_trends_hold_codes_and_roles() -> None:
    table = check(TRENDS, code_trends(LABELS, DOCUMENTS, "Y", SOURCES))
    assert counted(table, kind="code", item="formalism", period="2020") == {
        "段落": (1, 2),
        "文档": (1, 1),
        "独立来源": (1, 1),
    }
    assert counted(table, kind="role", item="cause", period="2021")["段落"] == (0, 2)


def test_a_slogan_renamed_leaves_the_problem_trend_flat() -> None:
    renamed = LABELS.assign(evidence=LABELS["evidence"] + "新提法")
    pd.testing.assert_frame_equal(code_trends(LABELS, DOCUMENTS, "Y"), code_trends(renamed, DOCUMENTS, "Y"))


@settings(max_examples=20)
@given(dates=st.lists(st.sampled_from([None, "2019", "2020-01", "2020-04-30", "2021-12"]), min_size=3, max_size=3))
def test_periods_add_up_to_the_dated(dates: list[str | None]) -> None:
    documents = documents_of("", "", "", dates=dates)
    table = trends(TOKENS, documents, "Y", ["党建", "融合"])
    dated = {d for d, date in zip("甲乙丙", dates, strict=True) if date}
    for item in ("党建", "融合"):
        holding = {row.document_id for row in TOKENS.itertuples() if row.term == item and row.document_id in dated}
        rows = table[(table["item"] == item) & (table["unit"] == "文档")]
        assert rows["n"].sum() == len(holding)
    assert undated(documents) == 3 - len(dated)


def test_frequent_terms_leave_stop_words_and_single_characters_out() -> None:
    tokens = tokens_of({"甲#0001": "党建 两张皮 抓 融合", "乙#0001": "党建 两张皮 抓"})
    assert frequent_terms(tokens, stopwords=frozenset(["两张皮"])) == ["党建", "融合"]


def test_keyness_by_hand() -> None:
    # Rayson and Garside: E = N·(a+b)/(c+d) on either side, G² = 2(a ln(a/E1) + b ln(b/E2)).
    table = keyness(pd.Series({"融合": 12, "党建": 88}), pd.Series({"融合": 8, "党建": 192}))
    e1, e2 = 100 * 20 / 300, 200 * 20 / 300
    row = table.loc["融合"]
    assert row["log_likelihood"] == pytest.approx(2 * (12 * math.log(12 / e1) + 8 * math.log(8 / e2)))
    assert row["log_ratio"] == pytest.approx(math.log2((12 / 100) / (8 / 200)))
    assert (row["n_target"], row["n_reference"]) == (12, 8)


def test_an_absent_term_counts_one_half() -> None:
    table = keyness(pd.Series({"甲词": 10, "乙词": 10}), pd.Series({"乙词": 40}))
    assert table.loc["甲词", "log_ratio"] == pytest.approx(math.log2((10 / 20) / (0.5 / 40)))
    assert table.loc["甲词", "log_likelihood"] == pytest.approx(2 * 10 * math.log(10 / (20 * 10 / 60)))


def test_one_empty_side_is_a_fault_of_the_user() -> None:
    with pytest.raises(DataError, match="对比的一方没有词"):
        keyness(pd.Series({"甲": 1}), pd.Series({"甲": 0}))


COUNTS = st.dictionaries(st.sampled_from(["党建", "业务", "融合", "责任", "考核"]), st.integers(0, 50), min_size=1)


@given(target=COUNTS, reference=COUNTS)
def test_keyness_turned_round_changes_only_the_sign(target: dict[str, int], reference: dict[str, int]) -> None:
    assume(sum(target.values()) and sum(reference.values()))
    one = keyness(pd.Series(target), pd.Series(reference)).sort_index()
    other = keyness(pd.Series(reference), pd.Series(target)).sort_index()
    assert list(one["log_likelihood"]) == pytest.approx(list(other["log_likelihood"]), abs=1e-9)
    assert list(one["log_ratio"]) == pytest.approx(list(-other["log_ratio"]), abs=1e-9)
    assert (one["log_likelihood"] >= -1e-9).all()


def test_keyness_by_role_lists_what_a_role_uses_more() -> None:
    tokens = tokens_of(
        {
            "甲#0001": "走过场 " * 10 + "孤例 " * 20 + "党建 两张皮",
            "乙#0001": "走过场 " * 10 + "党建 走",
            "甲#0002": "清单 " * 15 + "党建 两张皮",
            "乙#0002": "清单 " * 15 + "党建 偶见",
        }
    )
    labels = labels_of(
        ("甲#0001", "role", "manifestation"),
        ("乙#0001", "role", "manifestation"),
        ("甲#0002", "role", "remedy"),
        ("乙#0002", "role", "remedy"),
    )
    table = check(KEYNESS, keyness_by_role(tokens, labels, frozenset(["两张皮"])))
    assert table[["target", "term", "n_target", "n_reference", "n_documents"]].to_numpy().tolist() == [
        ["manifestation", "走过场", 20, 0, 2],
        ["remedy", "清单", 30, 0, 2],
    ], "孤例只有一个来源，偶见的 G² 不到 10.83，党建两边都有"


def test_links_by_hand() -> None:
    labels = labels_of(
        *[(f"{d}#0001", "cause", "misperception") for d in "甲乙丙丁"],
        *[(f"{d}#0002", "manifestation", "formalism") for d in "甲乙丙戊己"],
        *[(f"{d}#000{i}", "role", "other") for d in "甲乙丙丁戊己庚辛壬癸" for i in (3, 4)],
    )
    sources = pd.Series({d: "甲" if d in "甲乙" else d for d in "甲乙丙丁戊己庚辛壬癸"})
    table = check(LINKS, links(labels, sources))
    row = table.iloc[0]
    assert (row["pair"], row["source_code"], row["target_code"]) == (
        "cause→manifestation",
        "misperception",
        "formalism",
    )
    assert (row["n"], row["n_sources"]) == (3, 2)
    assert (row["expected"], row["lift"]) == (pytest.approx(4 * 5 / 10), pytest.approx(1.5))
    error = math.sqrt(1 / 3 - 1 / 4 + 1 / 5 - 1 / 10)
    assert row["low"] == pytest.approx(1.5 * math.exp(-1.959964 * error), rel=1e-5)
    assert row["high"] == pytest.approx(1.5 * math.exp(1.959964 * error), rel=1e-5)


def test_a_pair_never_seen_has_lift_zero_inside_a_finite_interval() -> None:
    more = [(f"{d}#0002", "role", "other") for d in "甲乙"]
    labels = labels_of(("甲#0001", "cause", "misperception"), ("乙#0001", "manifestation", "formalism"), *more)
    row = links(labels).iloc[0]
    assert (row["n"], row["lift"]) == (0, 0)
    assert row["low"] <= row["lift"] <= row["high"] < math.inf


def test_links_of_nothing_are_empty() -> None:
    assert len(check(LINKS, links(LABELS.head(0)))) == 0


def test_collocation_by_hand() -> None:
    tokens = tokens_of({"甲#0001": "党建 业务 融合", "甲#0002": "业务 党建", "乙#0001": "融合 考核 责任 落实"})
    table = check(COLLOCATION, collocation(tokens, "党建", window=1, least=1)).set_index("term")
    assert list(table.index) == ["业务"]
    row = table.loc["业务"]
    expected = 2 * 2 / 9  # two places beside a node, 业务 twice among nine tokens
    assert row["n"] == 2
    assert row["log_dice"] == pytest.approx(14 + math.log2(2 * 2 / (2 + 2)))
    assert row["mutual_information"] == pytest.approx(math.log2(2 / expected))
    assert row["t_score"] == pytest.approx((2 - expected) / math.sqrt(2))


def test_collocation_stays_inside_a_passage_and_its_window() -> None:
    tokens = tokens_of({"甲#0001": "甲词 节点", "甲#0002": "乙词 丙词 丁词 节点 戊词"})
    found = set(collocation(tokens, "节点", window=2, least=1)["term"])
    assert found == {"甲词", "丙词", "丁词", "戊词"}


def test_collocation_of_an_unknown_node_is_empty() -> None:
    assert len(check(COLLOCATION, collocation(TOKENS, "没有的词"))) == 0


@given(times=st.integers(1, 12))
def test_a_word_between_two_nodes_counts_once(times: int) -> None:
    tokens = tokens_of({f"甲#{i:04d}": "节点 邻词 节点 邻词 节点" for i in range(times)})
    table = collocation(tokens, "节点", window=5, least=1)
    assert list(table["n"]) == [2 * times]
    assert (table["log_dice"] <= 14).all(), "logDice 的上限是 14"


def test_kwic_shows_both_sides_and_every_place() -> None:
    text = "解决“两张皮”，先看两张皮从哪里来"
    table = check(KWIC, kwic(passages_of([text, "无关"]), "两张皮", width=3))
    assert list(zip(table["start"], table["end"], table["hit"], strict=True)) == [(3, 6, "两张皮"), (10, 13, "两张皮")]
    assert list(table["left"]) == ["解决“", "，先看"]
    assert list(table["right"]) == ["”，先", "从哪里"]


@given(text=st.text(alphabet="两张皮党建，", min_size=1, max_size=30), width=st.integers(0, 5))
def test_kwic_quotes_the_passage(text: str, width: int) -> None:
    for row in kwic(passages_of([text]), "两张皮", width).itertuples():
        left = row.left if isinstance(row.left, str) else ""
        right = row.right if isinstance(row.right, str) else ""
        assert text[row.start : row.end] == row.hit == "两张皮"
        assert left + row.hit + right in text
        assert len(left) <= width
        assert len(right) <= width
    assert len(kwic(passages_of([text]), "两张皮", width)) == text.count("两张皮")


@given(
    lines=st.lists(st.lists(st.sampled_from(["节点", "甲词", "乙词"]), min_size=1, max_size=8), max_size=4),
    window=st.integers(1, 4),
)
def test_partners_are_those_that_a_loop_finds(lines: list[list[str]], window: int) -> None:
    tokens = tokens_of({f"甲#{i:04d}": " ".join(line) for i, line in enumerate(lines)})
    near = [
        term
        for line in lines
        for at, term in enumerate(line)
        if term != "节点" and "节点" in line[max(0, at - window) : at + window + 1]
    ]
    table = collocation(tokens, "节点", window=window, least=1)
    assert dict(zip(table["term"], table["n"], strict=True)) == dict(Counter(near))


def test_kwic_of_an_empty_wording_is_empty() -> None:
    assert len(kwic(passages_of(["党建"]), "")) == 0
    assert len(kwic(passages_of(["党建"]), " |")) == 0


VARIANTS = [
    pytest.param("業務會上從不研究黨建。", "业务会上", ["業務會上"], id="繁体"),
    pytest.param("黨 建 工\n作脱节", "党建工作", ["黨 建 工\n作"], id="空格与断行"),
    pytest.param("推行“党建+业务”", "党建＋业务", ["党建+业务"], id="宽窄"),
    pytest.param("APP与app", "ａｐｐ", ["APP", "app"], id="大小写"),
    pytest.param("⺠主⽣活", "民主", ["⺠主"], id="部首"),
    pytest.param("打卡、接龙、打卡接龙", "打卡接龙|打卡|接龙", ["打卡", "接龙", "打卡接龙"], id="几种写法，长的先"),
    pytest.param("完成率（70%）", "（70%）", ["（70%）"], id="有正则的符号"),
]


@pytest.mark.parametrize(("text", "wording", "hits"), VARIANTS)
def test_kwic_finds_every_way_of_writing_and_quotes_it(
    text: str, wording: str, hits: list[str], lexicon: Lexicon
) -> None:
    table = kwic(passages_of([text]), wording, 3, lexicon.fold_table)
    assert list(table["hit"]) == hits
    assert [text[row.start : row.end] for row in table.itertuples()] == hits
