"""What goes with what: log-odds, dispersion, collocation, networks and maps against values reached another way."""

from __future__ import annotations

import importlib
import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made import labels_of, passages_of, tokens_of
from scipy.stats import chi2_contingency

from nlp.measures.collocation import association, collocation
from nlp.measures.correspondence import correspondence
from nlp.measures.keyness import count_terms, keyness, keyness_between, spread_of
from nlp.measures.network import code_network, network, term_network
from nlp.tables import COLLOCATION, CORRESPONDENCE, KEYNESS, NETWORK_EDGES, NETWORK_NODES, check

# --- keyness ----------------------------------------------------------------------------------------------------


def monroe(y: dict[str, int], other: dict[str, int], prior: dict[str, float], term: str) -> tuple[float, float]:
    """Section 3.3 of Monroe, Colaresi and Quinn (2008), one term at a time."""
    a0, n, m = sum(prior.values()), sum(y.values()), sum(other.values())
    one, two = y.get(term, 0) + prior[term], other.get(term, 0) + prior[term]
    delta = math.log(one / (n + a0 - one)) - math.log(two / (m + a0 - two))
    return delta, delta / math.sqrt(1 / one + 1 / two)


TARGET, REFERENCE = {"融合": 12, "党建": 88, "走过场": 5}, {"融合": 8, "党建": 192, "考核": 3}
PRIORS = [
    pytest.param({"融合": 20, "党建": 280, "走过场": 5, "考核": 3}, id="两边合起来"),
    pytest.param({"融合": 0.5, "党建": 0.5, "走过场": 0.5, "考核": 0.5}, id="各半个"),
    pytest.param({"融合": 100, "党建": 1000, "走过场": 1, "考核": 50}, id="大语料"),
]


@pytest.mark.parametrize("prior", PRIORS)
def test_log_odds_by_hand(prior: dict[str, float]) -> None:
    table = keyness(pd.Series(TARGET), pd.Series(REFERENCE), pd.Series(prior))
    for term in prior:
        delta, z = monroe(TARGET, REFERENCE, prior, term)
        assert table.loc[term, "log_odds"] == pytest.approx(delta, abs=1e-9)
        assert table.loc[term, "z"] == pytest.approx(z, abs=1e-9)


def test_the_prior_of_both_sides_together_is_the_usual_one() -> None:
    both = {term: TARGET.get(term, 0) + REFERENCE.get(term, 0) for term in {*TARGET, *REFERENCE}}
    pd.testing.assert_frame_equal(
        keyness(pd.Series(TARGET), pd.Series(REFERENCE)),
        keyness(pd.Series(TARGET), pd.Series(REFERENCE), pd.Series(both)),
    )


COUNTS = st.dictionaries(st.sampled_from(["党建", "业务", "融合", "责任"]), st.integers(1, 60), min_size=2)


@given(target=COUNTS, reference=COUNTS)
@settings(max_examples=25)
def test_g2_is_that_of_the_two_sided_table_of_a_term(target: dict[str, int], reference: dict[str, int]) -> None:
    # Rayson and Garside's G² leaves out the cells of all other terms; with them it is Dunning's, which scipy has.
    table = keyness(pd.Series(target), pd.Series(reference))
    n, m = sum(target.values()), sum(reference.values())
    for term in table.index:
        a, b = target.get(term, 0), reference.get(term, 0)
        cells = [(a, n), (b, m)]
        expected = [(a + b) * size / (n + m) for _, size in cells]
        by_hand = 2 * sum(x * math.log(x / e) for (x, _), e in zip(cells, expected, strict=True) if x)
        assert table.loc[term, "log_likelihood"] == pytest.approx(by_hand, abs=1e-9)
        rest = 2 * sum(
            (size - x) * math.log((size - x) / (size - e))
            for (x, size), e in zip(cells, expected, strict=True)
            if size > x
        )
        if a + b < n + m:
            whole = chi2_contingency([[a, b], [n - a, m - b]], correction=False, lambda_="log-likelihood").statistic
            assert by_hand + rest == pytest.approx(whole, abs=1e-9)


DISPERSION = [  # Gries (2008): half the sum of |share of the occurrences − share of the tokens|
    pytest.param({"甲#0001": "词 他", "乙#0001": "词 他"}, 0.0, id="均匀"),
    pytest.param({"甲#0001": "词 词", "乙#0001": "他 他"}, 0.5, id="只在一半里"),
    pytest.param({"甲#0001": "词", "乙#0001": "他 他 他 他 他 他 他 他 他"}, 0.9, id="只在十分之一里"),
    pytest.param(
        {"甲#0001": "词 词 他 他", "乙#0001": "词 他 他 他 他 他"},
        0.5 * (abs(2 / 3 - 0.4) + abs(1 / 3 - 0.6)),
        id="两篇不等长",
    ),
]


@pytest.mark.parametrize(("texts", "dp"), DISPERSION)
def test_dispersion_by_hand(texts: dict[str, str], dp: float) -> None:
    assert spread_of(count_terms(tokens_of(texts))).loc["词", "dispersion"] == pytest.approx(dp, abs=1e-12)


@given(
    rows=st.lists(st.tuples(st.sampled_from("甲乙丙"), st.sampled_from(["词", "他", "别"])), min_size=1, max_size=30)
)
@settings(max_examples=25)
def test_dispersion_is_half_the_sum_over_all_documents(rows: list[tuple[str, str]]) -> None:
    texts: dict[str, str] = {}
    for document, term in rows:
        texts[f"{document}#0001"] = f"{texts.get(f'{document}#0001', '')} {term}"
    spread = spread_of(count_terms(tokens_of(texts)))
    for term in spread.index:
        total = sum(text.split().count(term) for text in texts.values())
        gaps = [abs(t.split().count(term) / total - len(t.split()) / len(rows)) for t in texts.values()]
        assert spread.loc[term, "dispersion"] == pytest.approx(sum(gaps) / 2, abs=1e-12)
        assert spread.loc[term, "n_documents"] == sum(term in t.split() for t in texts.values())


def test_keyness_of_two_groups_keeps_all_terms_when_asked() -> None:
    tokens = tokens_of(
        {"甲#0001": "融合 " * 9 + "党建", "乙#0001": "融合 " * 9 + "党建", "丙#0001": "考核 " * 9 + "党建"}
    )
    here = tokens["document_id"].isin(["甲", "乙"])
    one, other = count_terms(tokens[here]), count_terms(tokens[~here])
    copies = pd.Series({"甲": "甲", "乙": "甲", "丙": "丙"})
    names = ("year", "2020", "2021")
    table = check(KEYNESS, keyness_between(one, other, names))
    assert list(table["term"]) == ["融合"]
    assert (table["log_likelihood"] > 10.83).all()
    assert list(keyness_between(one, other, names, copies)["term"]) == [], "抄件不算第二个来源"
    whole = keyness_between(one, other, names, copies, everything=True)
    assert list(whole["term"]) == ["融合", "党建", "考核"], "先看差得多不多"
    assert list(whole["n_sources"]) == [1, 1, 0]


# --- collocation ------------------------------------------------------------------------------------------------

PAIR = {"甲#0001": "党建 业务 融合", "甲#0002": "业务 党建", "乙#0001": "融合 考核 责任 落实 党建 业务"}


def test_all_four_measures_by_hand() -> None:
    # 11 tokens, 3 nodes; beside a node: 业务 (3 of its 3 places) and 落实: 4 places in all
    row = check(COLLOCATION, collocation(tokens_of(PAIR), "党建", window=1, least=1)).set_index("term").loc["业务"]
    expected = 4 * 3 / 11
    assert (row["n"], row["n_documents"]) == (3, 2)
    assert row["expected"] == pytest.approx(expected, abs=1e-9)
    assert row["log_dice"] == pytest.approx(14 + math.log2(2 * 3 / (3 + 3)), abs=1e-9)
    assert row["mutual_information"] == pytest.approx(math.log2(3 / expected), abs=1e-9)
    assert row["t_score"] == pytest.approx((3 - expected) / math.sqrt(3), abs=1e-9)
    # near: 3 of 业务, 1 of others; not near: 0 of 业务, 7 of others
    g2 = 2 * (3 * math.log(3 / (4 * 3 / 11)) + 1 * math.log(1 / (4 * 8 / 11)) + 7 * math.log(7 / (7 * 8 / 11)))
    assert row["log_likelihood"] == pytest.approx(g2, abs=1e-9)


@given(total=st.integers(4, 400), data=st.data())
@settings(max_examples=40)
def test_association_is_the_g_test_of_scipy(total: int, data: st.DataObject) -> None:
    one, other = data.draw(st.integers(1, total - 1)), data.draw(st.integers(1, total - 1))
    both = data.draw(st.integers(max(0, one + other - total), min(one, other)))
    cells = [[both, one - both], [other - both, total - one - other + both]]
    theirs = chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic
    mine = association(np.array([float(both)]), float(one), np.array([float(other)]), float(total))
    assert mine[0] == pytest.approx(theirs, abs=1e-9)


@given(total=st.integers(4, 2000), data=st.data())
@settings(max_examples=40)
def test_nltk_agrees_on_the_same_counts(total: int, data: st.DataObject) -> None:
    """Given the same three counts, G², MI and t are those of nltk; the counts themselves are defined otherwise.

    nltk counts pairs, so that a word between two nodes counts twice and the first margin is f(node); here a place
    beside a node counts once, and the first margin is the number of such places.
    """
    measures = importlib.import_module("nltk.metrics").BigramAssocMeasures
    near, f = data.draw(st.integers(1, total - 1)), data.draw(st.integers(1, total - 1))
    n = data.draw(st.integers(max(1, near + f - total), min(near, f))) if near + f - total <= min(near, f) else 1
    margins, expected = (near, f), near * f / total
    mine = association(np.array([float(n)]), float(near), np.array([float(f)]), float(total))[0]
    assert mine == pytest.approx(measures.likelihood_ratio(n, margins, total), rel=1e-9, abs=1e-9)
    assert math.log2(n / expected) == pytest.approx(measures.pmi(n, margins, total), abs=1e-9)
    assert (n - expected) / math.sqrt(n) == pytest.approx(measures.student_t(n, margins, total), abs=1e-9)


def test_nltk_agrees_on_a_table_of_neighbours() -> None:
    """Where every node has one place beside it both definitions are the same, and so are all rows."""
    measures = importlib.import_module("nltk.metrics").BigramAssocMeasures
    pairs = ["业务", "业务", "业务", "落实", "考核", "考核"]  # a passage each: 党建 and what follows it
    filler = ["业务 考核 责任 落实 融合"] * 4
    texts = {f"甲#{i:04d}": text for i, text in enumerate([*(f"党建 {word}" for word in pairs), *filler], 1)}
    tokens = tokens_of(texts)
    table = collocation(tokens, "党建", window=1, least=1).set_index("term")
    for term in ("业务", "落实", "考核"):
        counts = (pairs.count(term), (len(pairs), int((tokens["term"] == term).sum())), len(tokens))
        row = table.loc[term]
        assert abs(row["log_likelihood"]) == pytest.approx(measures.likelihood_ratio(*counts), abs=1e-9)
        assert row["mutual_information"] == pytest.approx(measures.pmi(*counts), abs=1e-9)
        assert row["t_score"] == pytest.approx(measures.student_t(*counts), abs=1e-9)
        # logDice is 14 + log2 of nltk's Dice coefficient, which takes f(node) for the first margin too
        assert row["log_dice"] == pytest.approx(14 + math.log2(measures.dice(*counts)), abs=1e-9)


def test_the_window_ends_with_the_sentence() -> None:
    text = "党建要抓实。业务要抓实"
    tokens = tokens_of({"甲#0001": "党建 要 抓实 业务 要 抓实"}).assign(
        start=[0, 2, 3, 6, 8, 9], end=[2, 3, 5, 8, 9, 11]
    )
    with_sentences = collocation(tokens, "党建", window=5, least=1, passages=passages_of([text]))
    assert set(with_sentences["term"]) == {"要", "抓实"}
    assert with_sentences["n"].max() == 1
    assert "业务" in set(collocation(tokens, "党建", window=5, least=1)["term"])


# --- networks ---------------------------------------------------------------------------------------------------


def test_a_network_by_hand() -> None:
    together = {f"甲#{i:04d}": "融合 考核" for i in range(1, 9)}
    apart = {f"乙#{i:04d}": "责任" for i in range(1, 13)}
    nodes, edges = term_network(tokens_of(together | apart), ["融合", "考核", "责任"])
    check(NETWORK_NODES, nodes)
    ((_, row),) = check(NETWORK_EDGES, edges).iterrows()
    assert {row["one"], row["other"]} == {"融合", "考核"}
    assert (row["n"], row["expected"], row["n_sources"]) == (8, pytest.approx(8 * 8 / 20), 1)
    assert row["npmi"] == pytest.approx(1.0), "总在一起，NPMI 为一"
    g2 = 2 * (8 * math.log(8 / 3.2) + 12 * math.log(12 / (12 * 12 / 20)))
    assert row["log_likelihood"] == pytest.approx(g2, abs=1e-9)
    assert nodes.set_index("node")["degree"].to_dict() == {"融合": 1, "考核": 1, "责任": 0}


PLACES = st.lists(st.tuples(st.integers(0, 11), st.sampled_from("abcd")), min_size=1, max_size=40, unique=True)


@given(places=PLACES)
@settings(max_examples=30)
def test_edges_are_what_a_loop_finds(places: list[tuple[int, str]]) -> None:
    seen = pd.DataFrame([{"node": node, "place": f"{at}", "document_id": f"{at % 3}"} for at, node in places])
    nodes, edges = network(seen, "词项", 12)
    held = {node: {at for at, other in places if other == node} for _, node in places}
    assert nodes.set_index("node")["n"].to_dict() == {node: len(at) for node, at in held.items()}
    expected = {}
    for one, other in combinations(sorted(held), 2):
        n = len(held[one] & held[other])
        share = n * 12 / (len(held[one]) * len(held[other]))
        cells = [[n, len(held[one]) - n], [len(held[other]) - n, 12 - len(held[one] | held[other])]]
        if n < 3 or share <= 1 or min(sum(map(sum, cells)) - len(h) for h in (held[one], held[other])) == 0:
            continue
        if chi2_contingency(cells, correction=False, lambda_="log-likelihood").statistic > 10.83:
            expected[one, other] = (n, len({at % 3 for at in held[one] & held[other]}))
    assert {(r.one, r.other): (r.n, r.n_sources) for r in edges.itertuples()} == expected


def test_codes_are_held_against_the_passages_of_their_facet() -> None:
    rows = []
    for i in range(30):
        rows.append((f"甲#{i:04d}", "role", "manifestation" if i < 20 else "cause"))
        if i < 8:
            rows += [(f"甲#{i:04d}", "manifestation", c) for c in ("formalism", "weak_effect")]
        elif i < 20:
            rows.append((f"甲#{i:04d}", "manifestation", "lip_service"))
        else:
            rows.append((f"甲#{i:04d}", "cause", "misperception"))
    nodes, edges = code_network(labels_of(*rows))
    ((_, row),) = check(NETWORK_EDGES, edges).iterrows()
    assert (row["one"], row["other"], row["n"]) == ("formalism", "weak_effect", 8)
    assert row["expected"] == pytest.approx(8 * 8 / 20), "只与有表现代码的段落比，成因段落不在内"
    assert set(check(NETWORK_NODES, nodes)["facet"]) == {"manifestation", "cause"}


def test_networks_of_nothing_are_empty() -> None:
    for nodes, edges in (term_network(tokens_of({"甲#0001": "党建"}), []), code_network(labels_of())):
        assert len(check(NETWORK_NODES, nodes)) == len(check(NETWORK_EDGES, edges)) == 0


# --- correspondence analysis ------------------------------------------------------------------------------------

# Greenacre (1984), p. 55: smoking in five groups of staff; his principal coordinates and inertias.
SMOKING = pd.DataFrame(
    {"不吸": [4, 4, 25, 18, 10], "轻": [2, 3, 10, 24, 6], "中": [3, 7, 12, 33, 7], "重": [2, 4, 4, 13, 2]},
    index=["高管", "低管", "高员", "低员", "秘书"],
)


def test_correspondence_against_the_published_map() -> None:
    table = check(CORRESPONDENCE, correspondence(SMOKING, "年份")).set_index("item")
    assert table["inertia"].iloc[0] == pytest.approx(0.0852, abs=5e-5)
    assert table["inertia_x"].iloc[0] == pytest.approx(0.0748 / 0.0852, abs=1e-3)
    assert table["inertia_y"].iloc[0] == pytest.approx(0.0100 / 0.0852, abs=1e-3)
    x = np.array([-0.066, 0.259, -0.381, 0.233, -0.201, -0.393, 0.099, 0.196, 0.294])
    y = np.array([-0.194, -0.243, -0.011, 0.058, 0.079, -0.030, 0.141, 0.007, -0.198])
    for mine, theirs in ((table["x"].to_numpy(), x), (table["y"].to_numpy(), y)):
        turned = mine * np.sign(mine @ theirs)
        assert turned == pytest.approx(theirs, abs=6e-4)


TABLES = st.lists(st.lists(st.integers(0, 30), min_size=4, max_size=4), min_size=3, max_size=6)


@given(rows=TABLES)
@settings(max_examples=30)
def test_inertia_is_chi_square_and_coordinates_are_centred(rows: list[list[int]]) -> None:
    counts = pd.DataFrame(rows, columns=list("甲乙丙丁"), index=[f"c{i}" for i in range(len(rows))])
    table = correspondence(counts, "单位类别")
    counts = counts.loc[counts.sum(axis=1) > 0, counts.sum() > 0]
    assume(len(table) > 0)
    theirs = chi2_contingency(counts.to_numpy())
    assert table["inertia"].iloc[0] == pytest.approx(theirs.statistic / counts.to_numpy().sum(), abs=1e-9)
    assert table["p"].iloc[0] == pytest.approx(theirs.pvalue, abs=1e-9)
    for _, side in table.groupby("side"):
        assert side["mass"].sum() == pytest.approx(1)
        assert side["contribution_x"].sum() == pytest.approx(1)
        for axis in ("x", "y"):
            assert (side["mass"] * side[axis]).sum() == pytest.approx(0, abs=1e-9), "重心在原点"
            share = (side["mass"] * side[axis] ** 2).sum() / side["inertia"].iloc[0]
            assert share == pytest.approx(side[f"inertia_{axis}"].iloc[0], abs=1e-9)
        assert side["quality"].between(0, 1 + 1e-9).all()


NO_MAP = [
    pytest.param([[1, 2], [2, 1], [3, 3]], id="两列"),
    pytest.param([[1, 2, 3], [2, 4, 6], [3, 6, 9]], id="各组一样"),
    pytest.param([[0, 0, 0], [0, 0, 0], [1, 2, 3]], id="几乎是空的"),
]


@pytest.mark.parametrize("rows", NO_MAP)
def test_no_map_where_there_are_not_two_dimensions(rows: list[list[int]]) -> None:
    assert len(check(CORRESPONDENCE, correspondence(pd.DataFrame(rows), "年份"))) == 0
