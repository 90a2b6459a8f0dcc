"""Tokens lie inside their passage, in order, and say what the passage says; parts give what the whole gives."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import documents_of, passages_of

from nlp.corpus.lexicon import Lexicon
from nlp.engine.partitions import map_partitions, partitions
from nlp.search.fold import fold
from nlp.tables import TOKENS, check
from nlp.text.segment import segment_documents
from nlp.words.parts_of_speech import parts_of_speech
from nlp.words.tokens import tokenize, tokenize_part, tokenizer_for


def terms(text: str, lexicon: Lexicon) -> list[str]:
    """The terms of one passage."""
    return list(tokenize(passages_of([text]), lexicon)["term"])


TERMS = [
    pytest.param("切实解决两张皮问题", "两张皮", id="两张皮"),
    pytest.param("落实一岗双责", "一岗双责", id="一岗双责"),
    pytest.param("坚持三会一课制度", "三会一课", id="三会一课"),
    pytest.param("建成戰鬥堡壘，", "战斗堡垒", id="繁体也认"),
    pytest.param("每月主题\n党日，人人到场", "主题党日", id="断行里的词"),
    pytest.param("業(yè)務(wù)", "业务", id="夹着拼音的词"),
    pytest.param("使用App学习", "app", id="英文变小写"),
]


@pytest.mark.parametrize(("text", "term"), TERMS)
def test_terms_are_whole(lexicon: Lexicon, text: str, term: str) -> None:
    assert term in terms(text, lexicon)


NO_TOKENS = [
    pytest.param("xx月xx日，占xx.x%，共XXX人", {"xx", "xxx", "x"}, id="英文占位符"),
    pytest.param("××局、＊＊处、○○科", {"××", "＊＊", "○○", "〇〇"}, id="符号占位符"),
    pytest.param("2021年占15.4%，共30人", {"2021", "15.4", "15.4%", "30"}, id="数字"),
    pytest.param("党建，业务；“两张皮”。——", {"，", "；", "“", "”", "。", "——"}, id="标点"),
]


@pytest.mark.parametrize(("text", "never"), NO_TOKENS)
def test_placeholders_numbers_and_marks_are_no_tokens(lexicon: Lexicon, text: str, never: set[str]) -> None:
    found = set(terms(text, lexicon))
    assert not found & never
    assert found, "其余的词还在"


def test_adopted_terms_are_never_cut(lexicon: Lexicon) -> None:
    found = tokenize(passages_of(lexicon.terms), lexicon).groupby("passage_id")["term"].agg(list)
    table = lexicon.fold_table
    whole = [[fold(term, table).lower()] for term in lexicon.terms]
    assert [(w, f) for w, f in zip(whole, found, strict=True) if w != f] == []


def test_a_position_is_a_place_in_the_passage(lexicon: Lexicon) -> None:
    text = "機關黨建，\n要与业务(yèwù)融合。"
    table = tokenize(passages_of([text]), lexicon)
    assert list(table["position"]) == list(range(len(table)))
    assert text[table["start"].iloc[0] : table["end"].iloc[0]] in ("機關", "機關黨建")


PIECES = st.lists(
    st.sampled_from(
        [
            "党建与业务",
            "兩張皮",
            "三会一课",
            "xx",
            "○○",
            "15.4％",
            "，",
            "。",
            "\n",
            " ",
            "“",
            "”",
            "業(yè)務(wù)",
            "App",
            "VR",
            "一岗双责",
            "🙂",
            "…",
            "A",
        ]
    ),
    max_size=20,
).map("".join)


@given(texts=st.lists(PIECES.filter(str.strip), min_size=1, max_size=4))
def test_the_laws_of_tokens(lexicon: Lexicon, texts: list[str]) -> None:
    passages = passages_of(texts)
    tokens = tokenize(passages, lexicon)
    check(TOKENS, tokens)
    table = lexicon.fold_table
    for passage, text in zip(passages["passage_id"], texts, strict=True):
        mine = tokens[tokens["passage_id"] == passage]
        at = 0
        for term, start, end in zip(mine["term"], mine["start"], mine["end"], strict=True):
            assert at <= start < end <= len(text)
            letters = "".join(c for c in fold(text[start:end], table).lower() if c.isalnum())
            assert [c for c in term if c not in letters] == []
            at = end


@given(texts=st.lists(PIECES.filter(str.strip), min_size=1, max_size=9), rows=st.integers(1, 5))
def test_two_parts_give_what_one_gives(lexicon: Lexicon, texts: list[str], rows: int) -> None:
    passages = segment_documents(documents_of(*texts), lexicon)
    if passages.empty:
        return
    whole = tokenize_part(passages, lexicon)
    parts = map_partitions(lambda part: tokenize_part(part, lexicon), passages, part_rows=rows)
    pd.testing.assert_frame_equal(whole, TOKENS.shape(parts))


def test_any_number_of_workers_gives_the_same(lexicon: Lexicon) -> None:
    from functools import partial

    passages = segment_documents(
        documents_of(*[f"第{i}个支部落实三会一课。\n党建与业务两张皮。" for i in range(8)]), lexicon
    )
    stage = partial(tokenize_part, lexicon=lexicon)
    one = map_partitions(stage, passages, workers=1)
    two = map_partitions(stage, passages, workers=2, part_rows=5)
    pd.testing.assert_frame_equal(one, two)


def test_no_passages_give_an_empty_table(lexicon: Lexicon) -> None:
    empty = tokenize(passages_of([]), lexicon)
    check(TOKENS, empty)
    assert len(empty) == 0


@given(groups=st.lists(st.integers(1, 5), max_size=12), rows=st.integers(1, 6))
def test_parts_cover_the_table_and_never_cut_a_document(groups: list[int], rows: int) -> None:
    table = pd.DataFrame({"document_id": [f"d{i}" for i, n in enumerate(groups) for _ in range(n)]})
    parts = list(partitions(table, "document_id", rows))
    assert sum(map(len, parts)) == len(table)
    seen: set[str] = set()
    for part in parts:
        here = set(part["document_id"])
        assert not here & seen
        seen |= here


def test_the_global_tokenizer_stays_untouched(lexicon: Lexicon) -> None:
    import jieba

    ours = tokenizer_for(lexicon.terms)
    assert ours is not jieba.dt
    assert ours is tokenizer_for(lexicon.terms), "每个进程只建一次"
    assert not jieba.dt.initialized


@given(words=st.lists(st.sampled_from(["党课", "搬进", "查无此词"]) | st.text(max_size=4), max_size=8))
def test_a_word_has_its_tag_whatever_it_is_asked_with(words: list[str]) -> None:
    alone = [parts_of_speech([word]) for word in words]
    assert parts_of_speech(words) == {word: tag for tags in alone for word, tag in tags.items()}
    assert all(tag for tags in alone for tag in tags.values())
