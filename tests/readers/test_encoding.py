"""The encoding ladder: laws as properties, and a table of named traps."""

from __future__ import annotations

import codecs
import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import decode
from nlp.readers.source import invisible, tidy

SIMPLIFIED = (
    "有的支部学习停在念文件上，业务骨干很少参加；考核只看指标，党建做多做少一个样。"
    "下一步要把责任落到人头，年底一并述职、一并评议，形成一张清单。"
)
TRADITIONAL = (
    "有的支部學習停在念文件上，業務骨幹很少參加；考核只看指標，黨建做多做少一個樣。"
    "下一步要把責任落到人頭，年底一併述職、一併評議，形成一張清單。"
)
BOTH = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be")


def stretches(text: str) -> st.SearchStrategy[str]:
    """Draw stretches of at least twelve characters of running text: what is asked of a file without a BOM."""
    return st.builds(
        lambda start, length: (text * 2)[start : start + length],
        st.integers(0, len(text) - 1),
        st.integers(12, len(text)),
    )


@pytest.mark.parametrize("encoding", BOTH)
@settings(deadline=None)  # a busy machine is no fault
@given(text=stretches(SIMPLIFIED))
def test_law_simplified_text_round_trips(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", [*BOTH, "big5"])
@settings(deadline=None)
@given(text=stretches(TRADITIONAL))
def test_law_traditional_text_round_trips(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@settings(deadline=None)
@given(text=st.sampled_from(["党建", "两张皮", "业务", "一、", "考核指标"]))
def test_law_two_characters_are_enough_with_a_bom_or_in_utf8_or_gb18030(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)).text == text


@settings(deadline=None)
@given(raw=st.binary(max_size=300))
def test_law_any_bytes_give_a_text_or_a_named_fault(raw: bytes) -> None:
    with contextlib.suppress(UnreadableFile):
        assert isinstance(decode(raw).text, str)


@settings(deadline=None)
@given(text=st.text(max_size=60))
def test_law_tidy_text_is_safe_and_stays_as_it_is(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert not set(once) & set("\r\x00\ufeff\u200b")
    once.encode("utf-8")


@given(
    st.lists(st.sampled_from("党建 　x\n\r\t") | st.sampled_from(sorted(invisible())).map(chr), max_size=8).map("".join)
)
def test_law_what_is_not_looked_at_need_not_be_mended(text: str) -> None:
    mended = text.replace("\r\n", "\n").translate(invisible())
    assert tidy(text) == "\n".join(line.rstrip() for line in mended.split("\n")).strip("\n")


CASES = [
    pytest.param(SIMPLIFIED.encode("utf-8"), "utf-8", id="UTF-8"),
    pytest.param(codecs.BOM_UTF8 + SIMPLIFIED.encode(), "utf-8（BOM）", id="UTF-8带BOM"),
    pytest.param(SIMPLIFIED.encode("gbk"), "gb18030", id="GBK"),
    pytest.param(TRADITIONAL.encode("big5"), "big5hkscs", id="Big5"),
    pytest.param(TRADITIONAL.encode("gb18030"), "gb18030", id="GB18030里的繁体"),
    pytest.param(("\n".join(SIMPLIFIED) + "\nabc 123").encode("utf-16-le"), "utf-16-le", id="UTF-16LE有零字节"),
    pytest.param(SIMPLIFIED.encode("utf-16-be"), "utf-16-be", id="UTF-16BE没有零字节"),
    pytest.param(codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), "utf-16-be（BOM）", id="UTF-16BE带BOM"),
    pytest.param(SIMPLIFIED.encode("utf-32"), "utf-32-le（BOM）", id="UTF-32带BOM"),
    pytest.param(b"<p>" * 9000 + SIMPLIFIED.encode("gbk"), "gb18030", id="汉字之前有很长的英文"),
    pytest.param(b"plain English only", "utf-8", id="纯英文"),
    pytest.param("MZ世代的党员怎么管".encode("gbk"), "gb18030", id="以MZ开头的正文"),
]


@pytest.mark.parametrize(("raw", "encoding"), CASES)
def test_encoding_is_recorded(raw: bytes, encoding: str) -> None:
    assert decode(raw).encoding == encoding


BROKEN = [
    pytest.param("utf-8", b"\xff", "utf-8（1 处坏字节）", id="UTF-8"),
    pytest.param("gb18030", b"\xff", "gb18030（1 处坏字节）", id="GB18030"),
]


@pytest.mark.parametrize(("encoding", "bad", "recorded"), BROKEN)
def test_a_broken_byte_costs_a_character_not_the_file(encoding: str, bad: bytes, recorded: str) -> None:
    lines = [SIMPLIFIED] * 40
    raw = b"\n".join(line.encode(encoding) for line in lines[:20]) + bad + b"\n"
    decoded = decode(raw + b"\n".join(line.encode(encoding) for line in lines[20:]))
    assert decoded.encoding == recorded
    assert decoded.text.split("\n").count(SIMPLIFIED) >= 39


def test_a_file_cut_in_the_middle_of_a_character_is_read() -> None:
    decoded = decode(SIMPLIFIED.encode("utf-8")[:-1])
    assert decoded.text[:-1] == SIMPLIFIED[:-1]


def test_files_of_two_encodings_put_together_are_read() -> None:
    lines = [SIMPLIFIED.encode("utf-8")] * 3 + [SIMPLIFIED.encode("gbk")] * 2
    for order in (lines, lines[::-1], lines[1:] * 3):
        assert decode(b"\n".join(order)).text == "\n".join([SIMPLIFIED] * len(order))
    assert decode(b"\n".join(lines)).encoding == "utf-8（另有 2 行是别的编码）"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le"])
def test_zero_bytes_after_a_crash_are_padding(encoding: str) -> None:
    text = SIMPLIFIED + "\n"
    assert decode(text.encode(encoding) + bytes(4096)).text.rstrip("\x00") == text


def test_a_stray_zero_byte_does_not_make_utf16() -> None:
    assert decode(SIMPLIFIED.encode() + b"\x00").encoding == "utf-8"


def test_a_declared_encoding_does_not_overrule_the_text() -> None:
    assert decode(TRADITIONAL.encode("big5"), declared="gb2312").text == TRADITIONAL


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        pytest.param("一\r\n二\r三\n四", "一\n二\n三\n四", id="三种换行"),
        pytest.param("\ufeff一\u200b二\x00三\ud800", "一二三", id="看不见的字符"),
        pytest.param("\n\n　　一  \n\n二\t\n", "　　一\n\n二", id="缩进和空行留下"),
        pytest.param("一\u2028二\x0c三\xa0四", "一\n二\n三 四", id="别的换行和空格"),
    ],
)
def test_tidy(text: str, tidied: str) -> None:
    assert tidy(text) == tidied
