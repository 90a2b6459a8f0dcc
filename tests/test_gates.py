"""Gates: a rule that matches in a line has its gate open there; what they let through is what the rules would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.lexicon import Lexicon
from nlp.text.dates import DATE, date_matches
from nlp.text.fold import fold, folder_for
from nlp.text.gates import Gate, Gates, gate_of
from nlp.text.numbering import MARKS, mark_of

CASES = [
    pytest.param("^.{0,9}(下载|转载).{0,9}$", Gate("载", ""), id="各支都有的罕见字"),
    pytest.param("^(标签|热门)[:：]", Gate("热签", "标热"), id="行首与必有的字"),
    pytest.param(r"^\s*\d{1,3}\s*$", Gate("", r"\d"), id="只有行首可说"),
    pytest.param("^.*$", Gate(), id="什么都可以"),
    pytest.param("(?i)^QQ", Gate(), id="不分大小写的不设"),
    pytest.param("党?建*", Gate(), id="都可以没有"),
    pytest.param("(?!广告)文秘", Gate("秘", ""), id="否定的前瞻不算"),
    pytest.param("(?=.*旳)灬", Gate("旳", ""), id="肯定的前瞻算"),
    pytest.param("[^甲]乙", Gate("乙", ""), id="排除的字类不算"),
    pytest.param("[😀-😎]{2}", Gate("😀😁😂😃😄😅😆😇😈😉😊😋😌😍😎", ""), id="基本面以外的字"),
    pytest.param("(", Gate(), id="写错的规则由别处去说"),
]


@pytest.mark.parametrize(("pattern", "gate"), CASES)
def test_what_is_read_off_a_pattern(pattern: str, gate: Gate) -> None:
    assert gate_of(pattern) == gate


@pytest.fixture(scope="module")
def gates(lexicon: Lexicon) -> Gates:
    """The gates of the shipped noise rules."""
    return Gates([rule.pattern for rule in lexicon.noise])


def test_every_shipped_rule_has_a_gate(lexicon: Lexicon) -> None:
    bare = [rule.id for rule in lexicon.noise if gate_of(rule.pattern) == Gate()]
    assert bare == [], "这些规则没有门，每一行都要试"


ALPHABET = "党下载页第共客服微信Q:：/.。·…123旳╮◇😊😀�？?（）()【】一二篇范文 -—免费位置返回"


@given(st.data())
def test_no_gate_is_shut_before_a_match(lexicon: Lexicon, gates: Gates, data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(lexicon.noise))
    matching = data.draw(st.from_regex(rule.pattern)) if data.draw(st.booleans()) else ""
    line = (matching.replace("\n", "") or data.draw(st.text(ALPHABET, max_size=40))).strip()
    shut = set(range(len(lexicon.noise))) - set(gates.opened(line)) if line else set()
    assert not [lexicon.noise[i].id for i in shut if re.search(lexicon.noise[i].pattern, line)]


@given(st.text("12〇零○二一九年月日 0123456789-./号\n党", max_size=60))
def test_dates_are_those_of_the_whole_pattern(text: str) -> None:
    assert [hit.span() for hit in date_matches(text)] == [hit.span() for hit in DATE.finditer(text)]


@given(st.text("第一二十章部分节（）()12.．、，首先其次是要①〇", max_size=8))
def test_marks_are_those_of_every_pattern(line: str) -> None:
    found = next((pattern.match(line) for _, _, pattern in MARKS if pattern.match(line)), None)
    mark = mark_of(line)
    assert (mark.text if mark else None) == (found.group() if found else None)


@given(st.text(max_size=60) | st.text("黨建,業務(兩)張皮", max_size=30))
def test_the_fast_fold_is_the_fold(lexicon: Lexicon, text: str) -> None:
    assert folder_for(lexicon.fold_table)(text) == fold(text, dict(lexicon.fold_table))
