"""Which way things move: every test against a second way to reach it, and what was planted in the reference corpus."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made import documents_of, tokens_of
from scipy.stats import binom, false_discovery_control, kendalltau, mannwhitneyu

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import load_phrases
from nlp.measures.bursts import bursts, stretches
from nlp.measures.counting import count_by_period, indexed
from nlp.measures.movements import (
    SIGNIFICANT,
    corrected,
    movements,
    periods_test,
    slope_of,
    units_test,
)
from nlp.measures.periods import frequency, period_of, times
from nlp.measures.trends import code_occurrences, phrase_occurrences, term_occurrences, trends_of
from nlp.measures.turnover import distances, turnover
from nlp.tables import BURSTS, DOCUMENTS, MOVEMENTS, PASSAGES, TRENDS, TURNOVER, check
from nlp.words.tokens import tokenize

# --- bursts -----------------------------------------------------------------------------------------------------


def cost_of(states: tuple[int, ...], n: list[int], total: list[int], scale: float, cost: float) -> float:
    """Cost of a sequence of states as Kleinberg (2002) gives it, from scipy's binomial distribution."""
    usual = sum(n) / sum(total)
    shares = (usual, min(scale * usual, (1 + usual) / 2))
    seen = -sum(binom.logpmf(r, d, shares[state]) for state, r, d in zip(states, n, total, strict=True))
    climbs = sum(b > a for a, b in zip((0, *states[:-1]), states, strict=True))
    return float(seen + climbs * cost * math.log(len(n)))


BATCHES = st.lists(
    st.integers(1, 9).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))), min_size=2, max_size=7
)


@given(batches=BATCHES, scale=st.sampled_from([1.5, 2.0, 3.0]), cost=st.sampled_from([0.5, 1.0, 2.0]))
@settings(max_examples=40)
def test_no_sequence_of_states_is_cheaper(batches: list[tuple[int, int]], scale: float, cost: float) -> None:
    n, total = [list(side) for side in zip(*batches, strict=True)]
    assume(0 < sum(n) < sum(total))
    states = [0] * len(n)
    for start, end, _ in stretches(np.array(n), np.array(total), scale, cost):
        states[start : end + 1] = [1] * (end + 1 - start)
    cheapest = min(cost_of(path, n, total, scale, cost) for path in product((0, 1), repeat=len(n)))
    assert cost_of(tuple(states), n, total, scale, cost) == pytest.approx(cheapest, abs=1e-9)


BURST_CASES = [
    pytest.param([0, 0, 8, 9, 0, 0], [10] * 6, [(2, 3)], id="中间两期"),
    pytest.param([8, 0, 0, 0, 0], [10] * 5, [(0, 0)], id="开头"),
    pytest.param([0, 0, 0, 0, 9], [10] * 5, [(4, 4)], id="末尾"),
    pytest.param([9, 9, 0, 0, 0, 9, 9, 0], [10] * 8, [(0, 1), (5, 6)], id="两次"),
    pytest.param([3, 3, 3, 3], [10] * 4, [], id="一直如此"),
    pytest.param([10, 10, 10], [10] * 3, [], id="篇篇都有"),
    pytest.param([0, 0, 0], [10] * 3, [], id="从来没有"),
    pytest.param([0, 1, 0, 0], [10] * 4, [], id="孤零零一篇"),
]


@pytest.mark.parametrize(("n", "total", "expected"), BURST_CASES)
def test_bursts_stand_where_they_are(n: list[int], total: list[int], expected: list[tuple[int, int]]) -> None:
    found = stretches(np.array(n), np.array(total))
    assert [(start, end) for start, end, _ in found] == expected
    assert all(weight > 0 for _, _, weight in found)


def test_the_weight_of_a_burst_by_hand() -> None:
    # usual 17/60, doubled 34/60: each document with the item saves ln 2, each without loses ln(43/60 : 26/60)
    ((_, _, weight),) = stretches(np.array([0, 0, 8, 9, 0, 0]), np.full(6, 10))
    assert weight == pytest.approx(17 * math.log(2) - 3 * math.log(43 / 26), abs=1e-9)


# --- tests of direction -----------------------------------------------------------------------------------------


def brute_units(n: list[int], total: list[int]) -> float:
    """Share of all ways to hand the item to as many units whose Kendall's S is as far from zero."""
    period = [k for k, count in enumerate(total) for _ in range(count)]
    held = [i for k, count in enumerate(n) for i in range(sum(total[:k]), sum(total[:k]) + count)]

    def s(chosen: tuple[int, ...]) -> int:
        rest = [period[i] for i in range(len(period)) if i not in chosen]
        return sum(int(np.sign(period[i] - other)) for i in chosen for other in rest)

    ways = [abs(s(chosen)) for chosen in combinations(range(len(period)), len(held))]
    return sum(way >= abs(s(tuple(held))) for way in ways) / len(ways)


UNIT_CASES = [
    pytest.param([0, 1, 3], [3, 3, 3], id="上升"),
    pytest.param([2, 1, 0, 0], [2, 3, 2, 2], id="下降"),
    pytest.param([1, 0, 1], [2, 4, 3], id="两头"),
    pytest.param([3, 3], [3, 3], id="都有"),
    pytest.param([0, 0, 4], [5, 1, 4], id="只在末期"),
]


@pytest.mark.parametrize(("n", "total"), UNIT_CASES)
def test_the_exact_test_counts_all_ways(n: list[int], total: list[int]) -> None:
    _, p = units_test(np.array([n]), np.array(total))
    assert p[0] == pytest.approx(brute_units(n, total), abs=1e-12)


LARGE = st.lists(
    st.integers(15, 40).flatmap(lambda d: st.tuples(st.integers(0, d), st.just(d))), min_size=8, max_size=9
)


@given(batches=LARGE)
@settings(max_examples=15)
def test_of_many_units_it_is_the_rank_sum_test(batches: list[tuple[int, int]]) -> None:
    # Kendall's S of a yes or no against the period is 2U - n₁n₂ of Mann and Whitney (1947).
    n, total = (np.array(side) for side in zip(*batches, strict=True))
    assume(sum(total) > 100 and 0 < sum(n) < sum(total))
    s, p = units_test(n[None, :], total)
    at = np.arange(len(n))
    with_item, without = np.repeat(at, n), np.repeat(at, total - n)
    assert s[0] == 2 * mannwhitneyu(with_item, without).statistic - len(with_item) * len(without)
    assert p[0] == pytest.approx(min(1, mannwhitneyu(with_item, without, method="asymptotic").pvalue), abs=1e-9)


def kendall_s(shares: list[float]) -> int:
    """Later above earlier minus later below earlier."""
    return sum(int(np.sign(b - a)) for a, b in combinations(shares, 2))


SHARES = st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.7]), min_size=3, max_size=6)


@given(shares=SHARES)
@settings(max_examples=30)
def test_the_test_of_periods_counts_all_orders(shares: list[float]) -> None:
    tau, p = periods_test(np.array(shares))
    orders = [abs(kendall_s(list(order))) for order in permutations(shares)]
    assert p == pytest.approx(sum(s >= abs(kendall_s(shares)) for s in orders) / len(orders), abs=1e-12)
    if len(set(shares)) > 1:
        assert tau == pytest.approx(kendalltau(range(len(shares)), shares).statistic, abs=1e-12)
    else:
        assert math.isnan(tau)


@given(shares=st.permutations([i / 20 for i in range(12)]))
@settings(max_examples=15)
def test_without_ties_it_is_the_exact_test_of_kendall(shares: list[float]) -> None:
    theirs = kendalltau(range(len(shares)), shares, method="exact")
    assert periods_test(np.array(shares)) == (
        pytest.approx(theirs.statistic, abs=1e-12),
        pytest.approx(theirs.pvalue, abs=1e-12),
    )


P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(p=P_VALUES, holes=st.integers(0, 5))
def test_correction_is_that_of_benjamini_and_hochberg(p: list[float], holes: int) -> None:
    given_p = np.array([*p, *[np.nan] * holes])
    q = corrected(given_p)
    assert q[: len(p)] == pytest.approx(false_discovery_control(p, method="bh"), abs=1e-12)
    assert np.isnan(q[len(p) :]).all(), "没有检验的不算在内"


def test_the_slope_counts_the_time_between_periods() -> None:
    # 2020 is missing: 2019 and 2021 are two apart. Shares 0.2, 0.4, 0.8: all three slopes are 0.2 a year.
    at = times(["2018", "2019", "2021"], "Y")
    slope, low, high = slope_of(np.array([2, 4, 8]), np.full(3, 10), at, np.full(3, True))
    assert (slope, low, high) == (pytest.approx(0.2), pytest.approx(0.2), pytest.approx(0.2))


def test_the_slope_is_the_median_of_all_slopes() -> None:
    # between 0.1, 0.3, 0.2, 0.9: 0.2, 0.05, 0.8/3, -0.1, 0.3, 0.7; the median lies between 0.2 and 0.8/3
    slope, low, high = slope_of(np.array([1, 3, 2, 9]), np.full(4, 10), np.arange(4), np.full(4, True))
    assert slope == pytest.approx((0.2 + 0.8 / 3) / 2)
    assert low <= slope <= high


def test_periods_too_small_stay_out_of_the_slope() -> None:
    solid = np.array([True, True, False, True, True])
    slope, _, _ = slope_of(np.array([1, 2, 1, 4, 5]), np.array([10, 10, 1, 10, 10]), np.arange(5), solid)
    assert slope == pytest.approx(0.1)
    assert math.isnan(slope_of(np.array([1, 2]), np.array([9, 9]), np.arange(2), np.array([True, True]))[0])


# --- counting by ids --------------------------------------------------------------------------------------------


@given(
    pairs=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), max_size=60),
    columns=st.lists(st.integers(-1, 2), min_size=5, max_size=5),
    periods=st.lists(st.integers(-1, 3), min_size=6, max_size=6),
)
def test_counting_by_ids_is_counting(pairs: list[tuple[int, int]], columns: list[int], periods: list[int]) -> None:
    expected = np.zeros((3, 4), dtype=int)
    for item, document in pairs:
        if columns[item] >= 0 and periods[document] >= 0:
            expected[columns[item], periods[document]] += 1
    item, document = (
        (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
        if pairs
        else (
            np.zeros(0, dtype=np.int64),
            np.zeros(0, dtype=np.int64),
        )
    )
    found = count_by_period(item, document, np.array(columns), np.array(periods), (3, 4))
    assert found.tolist() == expected.tolist()


PLACES = st.lists(
    st.tuples(st.sampled_from("甲乙丙丁"), st.integers(1, 3), st.sampled_from(["党建", "融合", "考核"])), max_size=25
)


@given(places=PLACES, dates=st.lists(st.sampled_from([None, "2019", "2020-04", "2021-12-01"]), min_size=4, max_size=4))
@settings(max_examples=30)
def test_trends_count_what_a_loop_counts(places: list[tuple[str, int, str]], dates: list[str | None]) -> None:
    texts: dict[str, str] = {f"{d}#000{i}": "其他" for d in "甲乙丙丁" for i in (1, 2, 3)}
    for document, i, term in places:
        texts[f"{document}#000{i}"] += f" {term}"
    tokens, documents = tokens_of(texts), documents_of("", "", "", "", dates=dates)
    sources = pd.Series({"甲": "甲", "乙": "甲", "丙": "丙", "丁": "丁"})
    year = {d: date[:4] for d, date in zip("甲乙丙丁", dates, strict=True) if date}
    # a copy is no news: a source stands in the year of its first dated document
    first = {s: min(year[d] for d in year if sources[d] == s) for s in {sources[d] for d in year}}
    table = trends_of(term_occurrences(tokens, ["党建", "融合"]), tokens, documents, "Y", sources)
    for row in table.itertuples():
        holding = [pid for pid, text in texts.items() if row.item in text.split() and pid[0] in year]
        units = {
            "段落": {pid for pid in holding if year[pid[0]] == row.period},
            "文档": {pid[0] for pid in holding if year[pid[0]] == row.period},
            "独立来源": {sources[pid[0]] for pid in holding if first[sources[pid[0]]] == row.period},
        }
        wholes = {
            "段落": [pid for pid in texts if year.get(pid[0]) == row.period],
            "文档": [d for d in year if year[d] == row.period],
            "独立来源": [s for s in first if first[s] == row.period],
        }
        assert (row.n, row.denominator) == (len(units[row.unit]), len(wholes[row.unit]))
        occurrences = sum(texts[pid].split().count(row.item) for pid in units["段落"])
        assert row.n_occurrences == occurrences


FREQUENCY_NAMES = [
    pytest.param("年", "2021-08-06", "2021", id="年"),
    pytest.param("半年", "2021-08-06", "2021H2", id="半年"),
    pytest.param("季", "2021-08-06", "2021Q3", id="季"),
    pytest.param("季度", "2021-08-06", "2021Q3", id="季度"),
    pytest.param("月", "2021-08-06", "2021-08", id="月"),
    pytest.param("h", "2021-06", "2021H1", id="小写字母"),
]


@pytest.mark.parametrize(("name", "date", "period"), FREQUENCY_NAMES)
def test_periods_are_named_in_chinese_too(name: str, date: str, period: str) -> None:
    assert list(period_of(documents_of("", dates=(date,)), name)) == [period]


@given(year=st.integers(1990, 2030), month=st.integers(1, 12), later=st.integers(0, 40), freq=st.sampled_from("YHQM"))
def test_periods_are_as_far_apart_as_their_dates(year: int, month: int, later: int, freq: str) -> None:
    months = {"Y": 12, "H": 6, "Q": 3, "M": 1}[freq]
    moment = year * 12 + month - 1 + later * months
    dates = (f"{year}-{month:02d}", f"{moment // 12}-{moment % 12 + 1:02d}")
    one, other = period_of(documents_of("", "", dates=dates), freq)
    assert list(np.diff(times([one, other], freq))) == [later]
    assert (one < other) == (later > 0), "时期按文字排序就是按时间排序"


def test_an_unknown_frequency_is_told_with_what_is_known() -> None:
    with pytest.raises(DataError, match="年、半年、季、月"):
        frequency("周")


# --- movements of made documents --------------------------------------------------------------------------------

NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"
DIRECTION_CASES = [
    pytest.param("..........xxxxxxxxxx", "登场", id="后半才有"),
    pytest.param("xxxxxxxxxx..........", "退场", id="前半才有"),
    pytest.param("x.........xxxxxxxxxx", "上升", id="少到多"),
    pytest.param("xxxxxxxxxx.........x", "下降", id="多到少"),
    pytest.param("xxxxxxxxxxxxxxxxxxxx", "看不出方向", id="一直都有"),
    pytest.param("x.x.x.x.x.x.x.x.x.x.", "看不出方向", id="时有时无"),
    pytest.param("................xxxx", "太少", id="不到五篇"),
]


@pytest.mark.parametrize(("marks", "direction"), DIRECTION_CASES)
def test_directions(marks: str, direction: str) -> None:
    documents = documents_of(*[""] * 20, dates=[f"{2016 + i // 4}-0{i % 4 + 1}" for i in range(20)])
    tokens = tokens_of(
        {f"{name}#0001": "提法" if mark == "x" else "其他" for name, mark in zip(NAMES, marks, strict=True)}
    )
    table = check(MOVEMENTS, movements(term_occurrences(tokens, ["提法"]), tokens, documents))
    assert set(table["direction"]) == {direction}
    row = table[table["unit"] == "文档"].iloc[0]
    assert (row["n"], row["denominator"], row["n_periods"]) == (marks.count("x"), 20, 5)
    assert row["first_period"] == str(2016 + marks.index("x") // 4)
    assert row["last_period"] == str(2016 + marks.rindex("x") // 4)


def test_change_between_two_chosen_periods() -> None:
    documents = documents_of(*[""] * 20, dates=[str(2016 + i // 4) for i in range(20)])
    tokens = tokens_of({f"{name}#0001": "提法" if i % 4 < i // 4 else "其他" for i, name in enumerate(NAMES)})
    table = movements(term_occurrences(tokens, ["提法"]), tokens, documents, later_from="2019")
    row = table[table["unit"] == "文档"].iloc[0]
    assert (row["earlier"], row["n_earlier"], row["denominator_earlier"]) == ("2016—2018", 0 + 1 + 2, 12)
    assert (row["later"], row["n_later"], row["denominator_later"]) == ("2019—2020", 3 + 4, 8)
    assert row["change"] == pytest.approx(7 / 8 - 3 / 12)
    assert row["change_low"] < row["change"] < row["change_high"]


def test_a_slogan_copied_ten_times_is_one_source() -> None:
    documents = documents_of(*[""] * 20, dates=[str(2016 + i // 4) for i in range(20)])
    tokens = tokens_of({f"{name}#0001": "提法" if i >= 10 else "其他" for i, name in enumerate(NAMES)})
    sources = pd.Series({name: name if i < 10 else "子" for i, name in enumerate(NAMES)})
    table = movements(term_occurrences(tokens, ["提法"]), tokens, documents, sources=sources).set_index("unit")
    assert table.loc["文档", "direction"] == "登场"
    assert (table.loc["独立来源", "n"], table.loc["独立来源", "direction"]) == (1, "太少")


def test_nothing_dated_moves_nowhere() -> None:
    tokens = tokens_of({"甲#0001": "提法"})
    seen = term_occurrences(tokens, ["提法"])
    assert len(check(MOVEMENTS, movements(seen, tokens, documents_of("")))) == 0
    assert len(check(BURSTS, bursts(seen, tokens, documents_of("")))) == 0
    assert len(indexed(seen, tokens, documents_of(""), "Y").periods) == 0


# --- turnover ---------------------------------------------------------------------------------------------------


def test_distances_by_hand() -> None:
    shares = np.array([[0.5, 0.5], [0.5, 0.5], [1.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    assert distances(shares)[1:4].tolist() == [0.0, pytest.approx(1.0 / 2.0), 1.0]
    assert np.isnan(distances(shares)[[0, 4]]).all(), "第一期没有上一期；两期都空时没有距离"


# --- the reference corpus ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reference:
    """The reports of the reference corpus as they were coded by hand, with what moves in them."""

    documents: pd.DataFrame
    passages: pd.DataFrame
    tokens: pd.DataFrame
    seen: pd.DataFrame


@pytest.fixture(scope="module")
def reference(corpus: Corpus) -> Reference:
    """Built from ``gold/`` and the manifest: no file is read, no model trained."""
    manifest = pd.read_csv(corpus.folder / "documents.csv", dtype=str)
    gold = corpus.gold_passages()
    gold = gold[gold["document_id"].isin(manifest["document_id"])]
    passages = PASSAGES.shape(
        gold.assign(
            position=gold["position"].astype(int),
            start=0,
            end=gold["text"].str.len(),
            reuse_of=None,
            reuse_class=None,
        )
    )
    length = passages["text"].str.len().groupby(passages["document_id"]).sum()
    known = manifest[manifest["document_id"].isin(length.index)]
    documents = DOCUMENTS.shape(known.assign(date_source="清单", text="", n_chars=known["document_id"].map(length)))
    labels = corpus.gold_labels()
    labels = labels.assign(document_id=labels["passage_id"].str.split("#").str[0])
    tokens = tokenize(passages, corpus.lexicon)
    phrases = load_phrases(corpus.folder / "lexicon" / "slogans.csv")
    seen = pd.concat(
        [
            code_occurrences(labels[labels["passage_id"].isin(passages["passage_id"])]),
            phrase_occurrences(passages, tokens, phrases, corpus.lexicon),
        ],
        ignore_index=True,
    )
    return Reference(documents, passages, tokens, seen)


PLANTED = [  # corpus/README.md, section 四: reports with it, year by year from 2018
    pytest.param("slogan", "两学一做", "退场", [11, 3, 0, 0, 0, 0, 0, 0], id="口号退场"),
    pytest.param("slogan", "第一议题", "登场", None, id="口号登场"),
    pytest.param("phrase", "指尖上的形式主义", "上升", None, id="新形态增多"),
    pytest.param("code", "priority_imbalance", "看不出方向", [12, 5, 11, 8, 7, 7, 5, 5], id="老问题不走"),
]


@pytest.mark.parametrize(("kind", "item", "direction", "by_year"), PLANTED)
@pytest.mark.parametrize("freq", ["Y", "Q"])
def test_what_was_planted_comes_out(
    reference: Reference, kind: str, item: str, direction: str, by_year: list[int] | None, freq: str
) -> None:
    table = movements(reference.seen, reference.passages, reference.documents, freq)
    rows = table[(table["kind"] == kind) & (table["item"] == item)]
    assert set(rows["direction"]) == {direction}
    row = rows[rows["unit"] == "文档"].iloc[0]
    if direction in ("登场", "上升"):
        assert row["change_low"] > 0
    elif direction == "退场":
        assert row["change_high"] < 0
        assert row["last_period"].startswith("2019")
    else:
        assert row["change_low"] < 0 < row["change_high"]
    counts = trends_of(reference.seen, reference.passages, reference.documents, "Y")
    shown = counts[(counts["kind"] == kind) & (counts["item"] == item) & (counts["unit"] == "文档")]
    assert list(shown["denominator"]) == [12, 9, 11, 10, 10, 8, 6, 6]
    assert by_year is None or list(shown["n"]) == by_year


def test_the_planted_slogans_burst_in_their_years(reference: Reference) -> None:
    table = check(BURSTS, bursts(reference.seen, reference.passages, reference.documents, "Y"))
    years = {row.item: (row.start, row.end) for row in table.itertuples() if row.kind == "slogan"}
    assert years["两学一做"] == ("2018", "2019")
    assert years["第一议题"] == ("2021", "2024")
    assert "priority_imbalance" not in set(table["item"])


def test_with_dates_shuffled_no_more_than_the_nominal_share_is_significant(reference: Reference) -> None:
    n_raw = n_corrected = n_tested = n_families = n_false = 0
    for seed in range(25):
        order = np.random.default_rng(seed).permutation(len(reference.documents))
        shuffled = reference.documents.assign(date=reference.documents["date"].to_numpy()[order])
        table = movements(reference.seen, reference.passages, shuffled, "Y")
        tested = table[(table["unit"] == "文档") & table["p"].notna()]  # every report here is a source of its own
        n_tested += len(tested)
        n_raw += int((tested["p"] < SIGNIFICANT).sum())
        n_corrected += int((~tested["direction"].isin(["看不出方向", "太少"])).sum())
        families = tested.groupby("kind")["q"].min()
        n_families += len(families)
        n_false += int((families < SIGNIFICANT).sum())
    assert n_tested > 900
    assert n_raw / n_tested <= SIGNIFICANT
    assert n_corrected / n_tested <= SIGNIFICANT / 5, "校正后几乎不剩"
    # Where nothing moves, one table in twenty has a finding; of so few tables a few more may, by chance.
    assert binom.sf(n_false - 1, n_families, SIGNIFICANT) > 0.01


def test_renaming_a_slogan_moves_the_slogans_and_leaves_the_problems(reference: Reference, corpus: Corpus) -> None:
    """The texts themselves are rewritten from 2021 on: the new name is another slogan of the list, as long."""
    late = set(reference.documents.loc[reference.documents["date"] >= "2021", "document_id"])
    renamed = reference.passages["text"].where(
        ~reference.passages["document_id"].isin(late), reference.passages["text"].str.replace("第一议题", "四下基层")
    )
    passages = reference.passages.assign(text=renamed)
    tokens = tokenize(passages, corpus.lexicon)
    phrases = load_phrases(corpus.folder / "lexicon" / "slogans.csv")
    codes = reference.seen[reference.seen["kind"] == "code"]
    seen = pd.concat([codes, phrase_occurrences(passages, tokens, phrases, corpus.lexicon)], ignore_index=True)
    problems = corpus.codebook.of("manifestation")
    before, after = (
        check(TRENDS, trends_of(each, passages, reference.documents, "Y")) for each in (reference.seen, seen)
    )
    pd.testing.assert_frame_equal(*(table[table["kind"] == "code"].reset_index(drop=True) for table in (before, after)))
    n = {
        name: table[(table["kind"] == "slogan") & (table["item"] == "四下基层") & (table["unit"] == "文档")]["n"].sum()
        for name, table in (("前", before), ("后", after))
    }
    assert n["后"] > n["前"] + 20
    one, other = (check(TURNOVER, turnover(table, problems)).set_index("period") for table in (before, after))
    pd.testing.assert_series_equal(one["problem_change"], other["problem_change"])
    assert other.loc["2021", "slogan_change"] > one.loc["2021", "slogan_change"] + 0.1
