"""Gates: a rule that matches in a line has its gate open there; what they let through is what the rules would find."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.lexicon import Lexicon
from nlp.search.code_points import Laid, in_blocks
from nlp.search.fold import fold, fold_texts
from nlp.search.rule_filter import BLOCK, Gate, Gates, gate_of
from nlp.text.dates import DATE, date_matches
from nlp.text.layout import INLINE_HEADING, inline_headings
from nlp.text.numbering import MARKS, mark_of

FACES = "😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎"
CASES = [
    pytest.param("^.{0,9}(下载|转载).{0,9}$", {"下载", "转载"}, "", id="各支都有的两个字"),
    pytest.param("^(标签|热门)[:：]", {"标签", "热门"}, "标热", id="行首与必有的字"),
    pytest.param(r"^\s*\d{1,3}\s*$", set(), r"\d", id="只有行首可说"),
    pytest.param("^.*$", set(), "", id="什么都可以"),
    pytest.param("(?i)^QQ", set(), "", id="不分大小写的不设"),
    pytest.param("党?建*", set(), "", id="都可以没有"),
    pytest.param("(?!广告)文秘", {"文秘"}, "", id="否定的前瞻不算"),
    pytest.param("(?=.*旳)灬", {"旳"}, "", id="肯定的前瞻算"),
    pytest.param("[^甲]乙", {"乙"}, "", id="排除的字类不算"),
    pytest.param("加(入)?(QQ)?群", {"加入", "加Q", "加群"}, "", id="可有可无的字隔不开"),
    pytest.param("群(主|)(?=码)二", {"群主", "群二"}, "", id="断言不占位置"),
    pytest.param("[?？]{4,}", {"??", "?？", "？?", "？？"}, "", id="重复的字与自己相邻"),
    pytest.param("的{1,}是", {"的是"}, "", id="重复的字与后面的字相邻"),
    pytest.param("[一-鿿]的", {"的"}, "", id="太多的两个字不写出来"),
    pytest.param("[😀-😎]{2}", {a + b for a in FACES for b in FACES}, "", id="基本面以外的字"),
    pytest.param("(", set(), "", id="写错的规则由别处去说"),
]


@pytest.mark.parametrize(("pattern", "holds", "begins"), CASES)
def test_what_is_read_off_a_pattern(lexicon: Lexicon, pattern: str, holds: set[str], begins: str) -> None:
    assert gate_of(pattern, lexicon.common_characters) == Gate(frozenset(holds), begins)


@pytest.fixture(scope="module")
def gates(lexicon: Lexicon) -> Gates:
    """The gates of the shipped noise rules."""
    return Gates([rule.pattern for rule in lexicon.noise], lexicon.common_characters)


def test_every_shipped_rule_has_a_gate(lexicon: Lexicon) -> None:
    bare = [rule.id for rule in lexicon.noise if gate_of(rule.pattern) == Gate()]
    assert bare == [], "这些规则没有门，每一行都要试"


ALPHABET = "党下载页第共客服微信Q:：/.。·…123旳╮◇😊😀�？?（）()【】一二篇范文 -—免费位置返回"


@given(st.data())
def test_no_gate_is_shut_before_a_match(lexicon: Lexicon, gates: Gates, data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.text(ALPHABET, max_size=40).map(str.strip), max_size=4))
    rule = data.draw(st.sampled_from(lexicon.noise))
    matching = data.draw(st.from_regex(rule.pattern)) if data.draw(st.booleans()) else ""
    lines.insert(data.draw(st.integers(0, len(lines))), matching.replace("\n", "").strip())
    opened = gates.opened(lines)
    shut = [
        (i, line) for row, line in enumerate(lines) for i in range(len(lexicon.noise)) if i not in opened.get(row, [])
    ]
    assert not [(lexicon.noise[i].id, line) for i, line in shut if line and re.search(lexicon.noise[i].pattern, line)]


PARTS = [
    "甲",
    "乙",
    "[甲丙]",
    "(甲|乙丙)",
    "(甲|)",
    "乙?",
    "丙{2,3}",
    "(甲乙){2}",
    "[^甲]",
    ".",
    "(?=丙)",
    "(?!乙)",
    r"\b",
    "(?<=甲)",
]


@given(st.lists(st.sampled_from(PARTS), max_size=5).map("".join), st.lists(st.text("甲乙丙丁", max_size=8), max_size=5))
def test_any_rule_has_a_gate_that_is_open_at_its_matches(pattern: str, lines: list[str]) -> None:
    opened = Gates([pattern]).opened(lines)
    assert not [line for row, line in enumerate(lines) if line and row not in opened and re.search(pattern, line)]


def test_many_lines_are_looked_at_block_by_block() -> None:
    lines = ["免费下载", "一切正常", "下", "载"] * BLOCK
    assert Gates(["下载"]).opened(lines) == {row: [0] for row in range(0, len(lines), 4)}


@given(st.text("12〇零○二一九年月日 0123456789-./号\n党", max_size=60))
def test_dates_are_those_of_the_whole_pattern(text: str) -> None:
    assert [hit.span() for hit in date_matches(text)] == [hit.span() for hit in DATE.finditer(text)]


@given(st.text("第一二十章部分节（）()12.．、，首先其次是要①⑳㉑〇٣²", max_size=8))
def test_marks_are_those_of_every_pattern(line: str) -> None:
    found = next((pattern.match(line) for _, _, pattern in MARKS if pattern.match(line)), None)
    mark = mark_of(line)
    assert (mark.text if mark else None) == (found.group() if found else None)


TEXTS = st.lists(st.text(max_size=60) | st.text("黨建,業務(兩)張皮\n", max_size=30), max_size=4)


@given(TEXTS)
def test_texts_together_are_folded_as_each_alone(lexicon: Lexicon, texts: list[str]) -> None:
    assert fold_texts(texts, lexicon.fold_table) == [fold(text, lexicon.fold_table) for text in texts]


PROSE = "。！？；”“一二、（(）)甲乙，： \n\u3000"


@given(st.lists(st.text(PROSE, max_size=40), max_size=4))
def test_inline_headings_are_those_of_the_whole_pattern(texts: list[str]) -> None:
    found = []
    for text in texts:
        lines = text.split("\n")
        starts = [sum(map(len, lines[:i])) + i for i in range(len(lines))]
        hits = [
            (start, hit) for start, line in zip(starts, lines, strict=True) for hit in INLINE_HEADING.finditer(line)
        ]
        found.append([start + hit.end() for start, hit in hits])
    assert inline_headings(texts) == found


@given(st.lists(st.text(st.characters(), max_size=9), min_size=1, max_size=6), st.integers(0, 2**16))
def test_a_place_in_laid_texts_is_a_character_of_its_line(lines: list[str], seed: int) -> None:
    laid = Laid(lines)
    place = seed % len(laid.text)
    (row,) = laid.rows_of(np.array([place]))
    within = place - int(laid.starts[row])
    assert (lines[row] + "\n")[within] == laid.text[place] == chr(laid.points[place])


@given(st.lists(st.text("党", max_size=3).map(lambda text: text * 20_000), max_size=8))
def test_blocks_hold_every_text_once_in_order(texts: list[str]) -> None:
    assert [text for block in in_blocks(texts) for text in block] == texts
