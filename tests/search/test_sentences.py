"""Passages as strings of sentences: nothing is lost in cutting, and what was read before changes no answer."""

from __future__ import annotations

import pickle
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.coding import sentence_cache as memory
from nlp.coding.coder import code_with
from nlp.coding.evidence import spoken, stripped
from nlp.coding.learned import LearnedCoder
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.search.batch_text import flat_of, views_of
from nlp.search.sentences import CLAUSE_ENDS, CLOSING, SENTENCE_ENDS, clauses_of, strung
from nlp.training.model_store import learned_coder

MARKS = "党建业务，。！？；：”’）】\x00\n ;?"
TEXTS = st.lists(st.text(alphabet=MARKS, max_size=40), max_size=5)
SPEECHES = st.lists(
    st.lists(
        st.sampled_from(
            [
                "有的支部学习制度只是挂在墙上、流于形式。",
                "究其原因，是思想认识不到位，把党建看成虚的；",
                "要选优配强支部书记，加强党务干部培训。",
                "但党建与业务仍是“两张皮”！",
                "开会多，落实少。",
                "嗯，",
            ]
        ),
        max_size=9,
    ).map("".join),
    max_size=4,
)


@pytest.fixture(scope="module")
def coder(corpus: Corpus) -> LearnedCoder:
    return learned_coder(corpus)


CUTS = [
    pytest.param("他说：“不要。”散会，走。", ["他说：“不要。”", "散会，走。"], id="句号后的引号"),
    pytest.param("真的吗？！是的", ["真的吗？！", "是的"], id="连着的两个标点"),
    pytest.param("一；（二。）三", ["一；", "（二。）", "三"], id="分号与括号"),
    pytest.param("没有句号", ["没有句号"], id="没有标点"),
    pytest.param("", [""], id="空"),
    pytest.param("”开头的引号。", ["”开头的引号。"], id="开头就是引号"),
    pytest.param("半角?半角;完", ["半角?", "半角;", "完"], id="半角标点"),
]


@pytest.mark.parametrize(("text", "sentences"), CUTS)
def test_sentences(lexicon: Lexicon, text: str, sentences: list[str]) -> None:
    assert strung([text], lexicon).sentences == sentences


@given(texts=TEXTS)
def test_cutting_loses_nothing_and_looks_at_each_text_alone(lexicon: Lexicon, texts: list[str]) -> None:
    whole = strung(texts, lexicon)
    stops = np.cumsum(whole.size)
    for text, size, stop in zip(texts, whole.size, stops, strict=True):
        mine = whole.sentences[stop - size : stop]
        assert "".join(mine) == text
        assert mine == strung([text], lexicon).sentences
        begins = whole.begins[stop - size : stop]
        assert [text[begin : begin + len(sentence)] for begin, sentence in zip(begins, mine, strict=True)] == mine


def plain_clauses(text: str) -> list[str]:
    """Clauses cut one after the other."""
    clauses, begin = [], 0
    for at in range(1, len(text)):
        tail = text[:at].rstrip(CLOSING)
        ended = tail[-1:] and tail[-1] in CLAUSE_ENDS and at - len(tail) <= 3
        if ended and text[at] not in CLAUSE_ENDS + CLOSING and at - begin >= 6:
            clauses.append(text[begin:at])
            begin = at
    return [*clauses, text[begin:]]


@given(texts=st.lists(st.text(alphabet="党建业务，。；”）", min_size=1, max_size=40), max_size=4))
def test_clauses_are_those_cut_one_by_one(texts: list[str]) -> None:
    flat = flat_of(texts)
    found = clauses_of(flat)
    for row, text in enumerate(texts):
        mine = found.row == row
        spans = zip(found.begins[mine].tolist(), found.ends[mine].tolist(), strict=True)
        pieces = [flat.text[begin:end] for begin, end in spans]
        assert "".join(pieces) == text
        if not any(text[i : i + 4].strip(CLOSING) == "" for i in range(len(text) - 3)):  # four closing marks in a row
            assert pieces == plain_clauses(text)


def told(coder: LearnedCoder, texts: Sequence[str]) -> pd.DataFrame:
    """Labels of texts, one by one passage."""
    ids = [f"p{i}" for i in range(len(texts))]
    return code_with(
        coder, pd.DataFrame({"passage_id": ids, "document_id": "d", "section": "", "text": list(texts)}, dtype="str")
    ).labels


@settings(max_examples=25, deadline=None)
@given(before=SPEECHES, texts=SPEECHES)
def test_what_was_read_before_changes_no_answer(coder: LearnedCoder, before: list[str], texts: list[str]) -> None:
    coder.memory.forget()
    fresh = told(coder, texts)
    told(coder, before)
    pd.testing.assert_frame_equal(told(coder, texts), fresh, check_exact=True)
    coder.memory.forget()
    alone = [told(coder, [text]).drop(columns="passage_id") for text in texts]
    rows = fresh.drop(columns="passage_id")
    if alone:
        pd.testing.assert_frame_equal(pd.concat(alone, ignore_index=True), rows, check_exact=True)


def test_a_full_memory_begins_anew_and_answers_the_same(
    coder: LearnedCoder, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = list(corpus.gold_passages()["text"].iloc[::40])
    coder.memory.forget()
    wanted = told(coder, texts)
    coder.memory.forget()
    monkeypatch.setattr(memory, "MOST", 3000)
    found = [told(coder, texts[i : i + 10]).drop(columns="passage_id") for i in range(0, len(texts), 10)]
    assert coder.memory.n_characters <= 3000
    pd.testing.assert_frame_equal(
        pd.concat(found, ignore_index=True), wanted.drop(columns="passage_id"), check_exact=True
    )


def test_a_coder_sent_elsewhere_takes_its_model_along_and_no_memory(coder: LearnedCoder) -> None:
    texts = ["制度只是挂在墙上、流于形式。"]
    wanted = told(coder, texts)
    other: LearnedCoder = pickle.loads(pickle.dumps(coder))
    assert len(coder.memory.table)
    assert not len(other.memory.table)
    pd.testing.assert_frame_equal(told(other, texts), wanted, check_exact=True)


def test_evidence_lies_in_its_passage_and_is_what_the_row_quotes(coder: LearnedCoder, corpus: Corpus) -> None:
    texts = [text.replace("，", "，\n", 1) for text in corpus.gold_passages()["text"].iloc[::25]]
    rows = told(coder, texts)
    codes = rows[rows["facet"] != "role"]
    assert len(codes) > 50
    for row in codes.itertuples():
        text = texts[int(str(row.passage_id)[1:])]
        assert row.evidence == text[row.start : row.end]
        assert row.evidence.strip("，。；！？：、 \n") == row.evidence
        assert not set(row.evidence[:-1]) & set(SENTENCE_ENDS), "一句之内"


def test_a_cue_of_the_evidence_is_found_in_it(coder: LearnedCoder, corpus: Corpus, lexicon: Lexicon) -> None:
    texts = list(corpus.gold_passages()["text"].iloc[::25])
    rows = told(coder, texts)
    named = rows[rows["reason"].str.startswith("线索词") & (rows["facet"] != "role")]
    assert len(named) > 20
    for row in named.itertuples():
        folded = views_of([str(row.evidence)], lexicon)[0].text
        assert str(row.reason).removeprefix("线索词“").removesuffix("”") in folded


@given(text=st.text(alphabet="党建，。“”（） ", min_size=1, max_size=12))
def test_a_stripped_clause_is_a_part_of_it_and_never_empty(text: str) -> None:
    start, end = stripped(text, 0, len(text))
    assert 0 <= start < end <= len(text)


SPOKEN = [
    pytest.param(
        "展板还是老图，年轻人嫌土，老年人嫌吵。", (0, 7), (2, 13), "展板还是老图，年轻人嫌土", id="线索词伸进下一分句"
    ),
    pytest.param("展板还是老图，年轻人嫌土", (0, 7), (2, 11), "展板还是老图，年轻人嫌土", id="伸进的分句没有标点"),
    pytest.param("展板还是老图，年轻人嫌土。", (0, 7), (2, 6), "展板还是老图", id="线索词在分句里"),
]


@pytest.mark.parametrize(("text", "clause", "cue", "evidence"), SPOKEN)
def test_evidence_does_not_end_within_a_clause(
    text: str, clause: tuple[int, int], cue: tuple[int, int], evidence: str
) -> None:
    start, end, _ = spoken(text, *clause, [cue])
    assert text[start:end] == evidence
