"""Roles over the document: the chain against all readings written out, places that cutting leaves alone, settling."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import documents_of

from nlp.coding.learned import LearnedCoder
from nlp.coding.places import ALONE, GROUPS, NEW_LINE, NEW_SECTION, OFFSETS, SAME_LINE, Places, places_of, rows_of
from nlp.coding.roles import UNTOLD
from nlp.coding.sequence import marginals
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.search.sentences import strung
from nlp.tables import PASSAGES, ROLES, check
from nlp.text.segment import segment_documents
from nlp.training.chain_fitting import chains_of, expectations
from nlp.training.model_store import learned_coder

N = len(ROLES)
KINDS = 2
SEEDS = st.integers(0, 2**32 - 1)


def made(sizes: list[int], seed: int) -> tuple[np.ndarray, Places, np.ndarray]:
    """Potentials, places and steps of documents of so many sentences."""
    chance = np.random.default_rng(seed)
    n = sum(sizes)
    first = np.cumsum([0, *sizes])[:-1]
    places = Places(np.zeros((n, 1), dtype=np.int64), chance.integers(0, KINDS, n), first)
    return chance.normal(0, 2, (n, N)), places, chance.normal(0, 1, (KINDS, N, N))


def all_readings(potentials: np.ndarray, kinds: np.ndarray, steps: np.ndarray) -> tuple[np.ndarray, float]:
    """Marginals and log of the sum of a document, every reading written out."""
    share, total = np.zeros_like(potentials), 0.0
    for roles in product(range(N), repeat=len(potentials)):
        told = sum(potentials[i, role] for i, role in enumerate(roles))
        told += sum(steps[kinds[i], roles[i - 1], roles[i]] for i in range(1, len(roles)))
        total += np.exp(told)
        share[range(len(roles)), roles] += np.exp(told)
    return share / total, float(np.log(total))


@given(sizes=st.lists(st.integers(1, 3), min_size=1, max_size=4), seed=SEEDS)
def test_marginals_are_those_of_all_readings(sizes: list[int], seed: int) -> None:
    potentials, places, steps = made(sizes, seed)
    found = marginals(potentials, places, steps)
    logs = 0.0
    for first, size in zip(places.first.tolist(), sizes, strict=True):
        rows = slice(first, first + size)
        share, log = all_readings(potentials[rows], places.steps[rows], steps)
        np.testing.assert_allclose(found[rows], share, atol=1e-9)
        logs += log
    likelihood, nodes, edges = expectations(potentials, steps, places, chains_of(places.first, len(potentials)))
    assert likelihood == pytest.approx(logs)
    np.testing.assert_allclose(nodes, found, atol=1e-9)
    assert edges.sum() == pytest.approx(sum(size - 1 for size in sizes))


@given(sizes=st.lists(st.integers(1, 9), min_size=2, max_size=6), seed=SEEDS)
def test_a_document_is_read_alike_in_any_company(sizes: list[int], seed: int) -> None:
    potentials, places, steps = made(sizes, seed)
    whole = marginals(potentials, places, steps)
    parts = [
        marginals(
            potentials[at : at + size],
            Places(places.categories[at : at + size], places.steps[at : at + size], np.array([0])),
            steps,
        )
        for at, size in zip(places.first.tolist(), sizes, strict=True)
    ]
    np.testing.assert_array_equal(whole, np.vstack(parts))


def test_what_lies_between_sentences() -> None:
    told = np.tile([UNTOLD, 0], (4, 1))
    starts, ends = np.array([0, 10, 21, 31]), np.array([10, 20, 30, 40])
    rows = rows_of(["甲"] * 4, starts, ends, ["", "", "", "二、问题"], told)
    places = places_of(rows, np.array([1, 2, 1, 1]), np.full(5, 20))
    assert places.steps.tolist() == [NEW_SECTION, SAME_LINE, SAME_LINE, NEW_LINE, NEW_SECTION]
    line = places.categories[:, list(GROUPS).index("line")] - OFFSETS[list(GROUPS).index("line")]
    assert line.tolist() == [1, 2, 4, 0, 0], "首句、次句、末句、独句、独句"


def test_without_documents_each_text_stands_alone() -> None:
    told = np.tile([UNTOLD, 0], (2, 1))
    places = places_of(rows_of(None, np.zeros(0), np.zeros(0), ["", ""], told), np.array([2, 1]), np.full(3, 20))
    assert set(places.steps.tolist()) == {ALONE}
    assert places.first.tolist() == [0, 2]


# --- settling ---------------------------------------------------------------------------------------------------------

REPORT = """一、工作情况
近年来，局党组坚持把党建与业务同谋划、同部署，建立了季度会商制度，解决问题18个，群众满意度提高到96%。然而，也要看到，有的支部学习制度只是挂在墙上，活动走过场，补记录的现象还比较普遍。
二、原因分析
究其原因，主要是一些同志认为党建是虚的、业务是实的，思想认识有偏差。
三、下一步打算
一是把党建工作与业务工作一同部署、一同考核。二是选优配强支部书记，加强党务干部培训。"""
TEXTS = st.lists(
    st.sampled_from(
        [
            "近年来，我局建立了季度会商制度，解决问题18个。",
            "但是，有的支部学习制度只是挂在墙上。",
            "究其原因，是认识有偏差。",
            "下一步，要把党建与业务一同考核。",
            "\n",
            "二、存在的问题\n",
            "三、对策建议\n",
            "一是加强学习。",
            "二是压实责任。",
            "经查，未发现流于形式的现象。",
            "”",
            " ",
        ]
    ),
    min_size=1,
    max_size=14,
).map("".join)


@pytest.fixture(scope="module")
def coder(corpus: Corpus) -> LearnedCoder:
    return learned_coder(corpus)


def pieces_in(texts: list[str], lexicon: Lexicon) -> pd.DataFrame:
    return segment_documents(documents_of(*texts), lexicon)


def test_a_passage_ends_where_the_role_turns(coder: LearnedCoder, lexicon: Lexicon) -> None:
    pieces = pieces_in([REPORT], lexicon)
    passages, judged = coder.settle_and_judge(pieces)
    roles = [ROLES[role] for role in judged.roles.argmax(axis=1)]
    assert roles == ["achievement", "manifestation", "cause", "remedy", "remedy"]
    assert passages["text"].iloc[1].startswith("然而")
    assert passages["section"].tolist()[:2] == [pieces["section"].iloc[0]] * 2
    assert passages["passage_id"].tolist() == [f"{passages['document_id'].iloc[0]}#{k:04d}" for k in range(1, 6)]


def test_an_item_is_a_passage_even_where_the_role_goes_on(coder: LearnedCoder, lexicon: Lexicon) -> None:
    passages = coder.settle(pieces_in([REPORT], lexicon))
    assert [text[:2] for text in passages["text"].tail(2)] == ["一是", "二是"]


def test_nothing_settles_to_nothing(coder: LearnedCoder, lexicon: Lexicon) -> None:
    pieces = pieces_in([REPORT], lexicon).head(0)
    pd.testing.assert_frame_equal(coder.settle(pieces), pieces)


@given(texts=st.lists(TEXTS, min_size=1, max_size=3))
def test_settled_passages_keep_the_text_and_are_judged_alike(
    coder: LearnedCoder, lexicon: Lexicon, texts: list[str]
) -> None:
    documents = documents_of(*texts)
    pieces = segment_documents(documents, lexicon)
    if pieces.empty:
        return
    passages, judged = coder.settle_and_judge(pieces)
    check(PASSAGES, passages)
    text = documents.set_index("document_id")["text"]
    for row in passages.itertuples():
        assert row.text == text[row.document_id][row.start : row.end]
    joined = passages.groupby("document_id", sort=False)["text"].agg("".join)
    assert joined.tolist() == pieces.groupby("document_id", sort=False)["text"].agg("".join).tolist()
    pd.testing.assert_frame_equal(coder.settle(passages), passages)
    again = coder.judge(passages)
    np.testing.assert_array_equal(again.roles, judged.roles)
    np.testing.assert_array_equal(again.scores, judged.scores)
    assert again.candidates == judged.candidates


@given(texts=st.lists(TEXTS, min_size=2, max_size=4))
def test_a_document_is_settled_alike_in_any_company(coder: LearnedCoder, lexicon: Lexicon, texts: list[str]) -> None:
    pieces = pieces_in(texts, lexicon)
    if pieces.empty:
        return
    alone = [coder.settle_and_judge(rows) for _, rows in pieces.groupby("document_id", sort=False)]
    passages, judged = coder.settle_and_judge(pieces)
    pd.testing.assert_frame_equal(passages, pd.concat([each for each, _ in alone], ignore_index=True))
    np.testing.assert_array_equal(judged.roles, np.vstack([each.roles for _, each in alone]))
    assert judged.candidates == [row for _, each in alone for row in each.candidates]


@given(texts=st.lists(TEXTS, min_size=1, max_size=2))
def test_every_code_is_quoted_from_one_sentence(coder: LearnedCoder, lexicon: Lexicon, texts: list[str]) -> None:
    pieces = pieces_in(texts, lexicon)
    if pieces.empty:
        return
    passages, judged = coder.settle_and_judge(pieces)
    for text, candidates in zip(passages["text"], judged.candidates, strict=True):
        cuts = [*strung([text], lexicon).begins.tolist(), len(text)]
        for found in candidates:
            assert sum(begin <= found.start < found.end <= end for begin, end in pairwise(cuts)) == 1
