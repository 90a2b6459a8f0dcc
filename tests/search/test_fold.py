"""Folding keeps length; the matchable copy leaves interruptions out and knows where everything came from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.lexicon import Lexicon
from nlp.search.fold import INTERRUPTION, fold, matchable

FOLDED = [
    pytest.param("黨建與業務兩張皮", "党建与业务两张皮", id="繁体变简体"),
    pytest.param("認識不夠,重視不夠;", "认识不够，重视不够；", id="半角逗号分号变全角"),
    pytest.param("是不是走過場?是!", "是不是走过场？是！", id="半角问号叹号变全角"),
    pytest.param("(一)思想認識:", "（一）思想认识：", id="半角括号冒号变全角"),
    pytest.param("２０２１年６月,占３５％", "2021年6月，占35%", id="全角数字与百分号变半角"),
    pytest.param("ＡＢｃ", "ABc", id="全角字母变半角"),
    pytest.param("党建引领业务，业务促进党建。", "党建引领业务，业务促进党建。", id="规范文字不变"),
    pytest.param("", "", id="空串"),
    pytest.param("𠮷野家🙂", "𠮷野家🙂", id="扩展区汉字与表情一字对一字"),
]


@pytest.mark.parametrize(("text", "folded"), FOLDED)
def test_folding(lexicon: Lexicon, text: str, folded: str) -> None:
    assert fold(text, dict(lexicon.fold_table)) == folded


@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=120))
def test_folding_keeps_length(lexicon: Lexicon, text: str) -> None:
    assert len(fold(text, dict(lexicon.fold_table))) == len(text)


@given(text=st.text(alphabet="黨建業務兩張皮党业务,;:?!（）()。 \n１２ab％", max_size=60))
def test_folding_twice_changes_nothing_more(lexicon: Lexicon, text: str) -> None:
    table = dict(lexicon.fold_table)
    assert fold(fold(text, table), table) == fold(text, table)


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
    assert matchable(text, dict(lexicon.fold_table)).text == seen


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
    table = dict(lexicon.fold_table)
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
    view = matchable(text, dict(lexicon.fold_table))
    places = [view.origin(i) for i in range(len(view.text))]
    assert places == sorted(set(places))
