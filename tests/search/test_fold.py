"""Folding keeps length; the matchable copy leaves interruptions out and knows where everything came from."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.search.batch_text import views_of
from nlp.search.fold import INTERRUPTION, fold, fold_texts, matchable
from nlp.store.files import read_table

FOLDED = [
    pytest.param("黨建與業務兩張皮", "党建与业务两张皮", id="繁体变简体"),
    pytest.param("認識不夠,重視不夠;", "认识不够，重视不够；", id="半角逗号分号变全角"),
    pytest.param("是不是走過場?是!", "是不是走过场？是！", id="半角问号叹号变全角"),
    pytest.param("(一)思想認識:", "（一）思想认识：", id="半角括号冒号变全角"),
    pytest.param("２０２１年６月,占３５％", "2021年6月，占35%", id="全角数字与百分号变半角"),
    pytest.param("ＡＢｃ", "ABc", id="全角字母变半角"),
    pytest.param("党建引领业务，业务促进党建。", "党建引领业务，业务促进党建。", id="规范文字不变"),
    pytest.param("⼈⺠⻅⻓⻔⻘⼀⼯", "人民见长门青一工", id="PDF 里的部首"),
    pytest.param("⾺⻢⾔⻝", "马马言食", id="繁体的部首变简体"),
    pytest.param("⼆〇⼆四年⽉", "二〇二四年月", id="兼容汉字"),
    pytest.param("㇐", "一", id="笔画"),
    pytest.param("", "", id="空串"),
    pytest.param("𠮷野家🙂", "𠮷野家🙂", id="扩展区汉字与表情一字对一字"),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_folding(lexicon: Lexicon, text: str, folded: str) -> None:
    assert fold(text, lexicon.fold_table) == folded


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
def test_folding_keeps_length(lexicon: Lexicon, text: str) -> None:
    assert len(fold(text, lexicon.fold_table)) == len(text)


@given(text=st.text(alphabet="黨建業務兩張皮党业务,;:?!（）()。 \n１２ab％著作顯答覆⺠\uf98e", max_size=60))
def test_folding_twice_changes_nothing_more(lexicon: Lexicon, text: str) -> None:
    table = lexicon.fold_table
    assert fold(fold(text, table), table) == fold(text, table)


BY_WORD = [
    pytest.param("黨建工作著力點不準，找不著結合點。", "党建工作着力点不准，找不着结合点。", id="着力、找不着"),
    pytest.param("圍繞著中心、意味著脫節，著眼長遠", "围绕着中心、意味着脱节，着眼长远", id="助词"),
    pytest.param("學習原著、專著和著名論著", "学习原著、专著和著名论著", id="写成的书"),
    pytest.param("成效顯著，業績卓著，著有《論文》", "成效显著，业绩卓著，著有《论文》", id="显著"),
    pytest.param("發揮著作用，本著作風建設的要求，沿著名單", "发挥着作用，本着作风建设的要求，沿着名单", id="著作用"),
    pytest.param("成效显著，学原著悟原理，著作权", "成效显著，学原著悟原理，著作权", id="简体里的不动"),
    pytest.param("配合著支部，討論著方案", "配合着支部，讨论着方案", id="配合着"),
    pytest.param("已答覆，覆蓋面不足，反覆覆核", "已答复，覆盖面不足，反复复核", id="覆"),
    pytest.param("瞭解情況，憑藉制度，瞭望慰藉", "了解情况，凭借制度，瞭望慰藉", id="瞭与藉"),
    pytest.param("扭轉乾坤，乾部不幹", "扭转乾坤，干部不干", id="乾坤"),
]


@pytest.mark.parametrize(("text", "folded"), BY_WORD)
def test_some_characters_fold_by_their_word(lexicon: Lexicon, text: str, folded: str) -> None:
    assert fold(text, lexicon.fold_table) == folded
    assert fold(folded, lexicon.fold_table) == folded
    assert fold_texts(["甲", text, "著", text], lexicon.fold_table)[1::2] == [folded] * 2
    assert [view.text for view in views_of(["著", text], lexicon)] == ["着", folded]


RADICALS = [*range(0x2E80, 0x2FE0)]
WITHOUT_EQUIVALENT = {0x2E80}  # CJK RADICAL REPEAT


def test_every_radical_folds_to_its_ideograph(lexicon: Lexicon, corpus: Corpus) -> None:
    assigned = {point for point in RADICALS if unicodedata.category(chr(point)) != "Cn"}
    assert len(assigned) == 115 + 214
    table = lexicon.fold_table.single
    assert {point for point in assigned if point not in table} == WITHOUT_EQUIVALENT
    rows = read_table(corpus.folder / "lexicon" / "radicals.csv", required=("from", "to", "version"))
    assert set(rows["version"]) == {"EquivalentUnifiedIdeograph-14.0.0"}
    simplified = {ord(a): fold(b, lexicon.fold_table) for a, b in zip(rows["from"], rows["to"], strict=True)}
    assert {point: chr(table[point]) for point in simplified} == simplified
    assert set(simplified) >= assigned - WITHOUT_EQUIVALENT
    assert not [point for point in simplified if ord(simplified[point]) in RADICALS]


def test_every_compatibility_ideograph_folds_to_what_it_stands_for(lexicon: Lexicon) -> None:
    for point in (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20)):
        plain = unicodedata.normalize("NFKC", chr(point))
        assert fold(chr(point), lexicon.fold_table) == fold(plain, lexicon.fold_table)


MATCHABLE = [
    pytest.param("组织党员\n干部进行学习", "组织党员干部进行学习", id="断行"),
    pytest.param("组织党员 干部", "组织党员干部", id="汉字间的空格"),
    pytest.param("组织党员\u3000\u3000干部，\n进行", "组织党员干部，进行", id="全角空格与逗号后的断行"),
    pytest.param("業(yè)務(wù)與黨(dǎng)建脫節(jié)", "业务与党建脱节", id="繁体字后的拼音"),
    pytest.param("業（ye）务", "业务", id="全角括号里的拼音"),
    pytest.param("使用 new media 手段", "使用new media手段", id="两个英文词之间的空格留着"),
    pytest.param("占20 30名", "占20 30名", id="数字之间的空格留着"),
    pytest.param("（甲）方案", "（甲）方案", id="括号里是汉字不动"),
    pytest.param("\n\n", "\n\n", id="没有汉字就不动"),
]


@pytest.mark.parametrize(("text", "seen"), MATCHABLE)
def test_interruptions_are_left_out(lexicon: Lexicon, text: str, seen: str) -> None:
    assert matchable(text, lexicon.fold_table).text == seen


MESSY = st.lists(
    st.sampled_from(
        [
            "党建",
            "黨建",
            "業(yè)",
            "務(wù)",
            "两张皮",
            "\n",
            "  ",
            "\u3000",
            "，",
            ",",
            "。",
            "(yi)",
            "ab cd",
            "12",
            "“",
            "”",
            "（一）",
        ]
    ),
    max_size=25,
).map("".join)


@given(text=MESSY, data=st.data())
def test_every_span_leads_back_to_what_it_was_made_from(lexicon: Lexicon, text: str, data: st.DataObject) -> None:
    table = lexicon.fold_table
    view = matchable(text, table)
    folded = fold(text, table)
    assert [view.text[i] for i in range(len(view.text))] == [folded[view.origin(i)] for i in range(len(view.text))]
    if view.text:
        start = data.draw(st.integers(0, len(view.text) - 1))
        end = data.draw(st.integers(start + 1, len(view.text)))
        a, b = view.span(start, end)
        assert 0 <= a < b <= len(text)
        kept = folded[a:b]
        # What the span holds is the matched text and interruptions inside it, nothing else.
        assert without(folded, a, b) == view.text[start:end], kept


def without(folded: str, start: int, end: int) -> str:
    """Characters of ``folded[start:end]`` that no interruption of the whole holds."""
    gone = {i for hit in INTERRUPTION.finditer(folded) for i in range(hit.start(), hit.end())}
    return "".join(folded[i] for i in range(start, end) if i not in gone)


@given(text=MESSY)
def test_origins_only_grow(lexicon: Lexicon, text: str) -> None:
    view = matchable(text, lexicon.fold_table)
    places = [view.origin(i) for i in range(len(view.text))]
    assert places == sorted(set(places))
