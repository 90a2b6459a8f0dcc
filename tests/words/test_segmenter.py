"""Our segmenter gives jieba's words, whatever the text, the terms, and whether rjieba is installed."""

from __future__ import annotations

import gc
import json
import random
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.base.cache import cache_folder
from nlp.corpus.lexicon import Lexicon
from nlp.search.fold import matchable
from nlp.words import engines, segmenter
from nlp.words.engines import PROVEN, own_jieba
from nlp.words.frequencies import FILLER, WORD, sealed
from nlp.words.segmenter import UNLIKE, Segmenter, segmenter_for

PROJECT = Path(segmenter.__file__).parent.parent.parent

ODD_TERMS = (
    *("App", "VR", "C++", "R&D", "R&D部", "A-1", "5.0版", "x_y", "互联网+", "100%"),
    *("党委(组)", "㐀国", "é党", "三会一课", "三会一课", "中国", "T恤衫", "龘龘"),
)

Jieba = Callable[[str], list[str]]


def installed() -> str:
    """The version of rjieba, or nothing."""
    try:
        return version("rjieba")
    except PackageNotFoundError:
        return ""


with_rjieba = pytest.mark.skipif(
    installed() != PROVEN["rjieba"],
    reason=f"没有装 rjieba {PROVEN['rjieba']}：pip install -r requirements-fast.txt 之后才测它与 jieba 是否一致",
)


def reference(terms: tuple[str, ...]) -> Any:
    """jieba itself, with the terms."""
    tokenizer = own_jieba()
    for term in terms:
        tokenizer.add_word(term)
    return tokenizer


@pytest.fixture(scope="module")
def terms_of(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """The sets of terms with which everything is compared."""
    return {"无词表": (), "本项目词表": lexicon.terms, "带怪词的词表": lexicon.terms + ODD_TERMS}


@pytest.fixture(scope="module", params=["无词表", "本项目词表", "带怪词的词表"])
def pair(request: pytest.FixtureRequest, terms_of: dict[str, tuple[str, ...]]) -> tuple[Segmenter, Jieba]:
    """Ours, which cuts with rjieba where it is installed, and jieba's ``lcut``."""
    terms = terms_of[request.param]
    return Segmenter(terms), reference(terms).lcut


ODD = [
    pytest.param("", id="空串"),
    pytest.param("中国A股", id="字母挨着汉字"),
    pytest.param("占15.4%，约3.5万人", id="小数与百分号"),
    pytest.param("1.3nm和917.02914.06", id="数字里多个点"),
    pytest.param("15.4.3%%.5.", id="点在首尾"),
    pytest.param("0xxx-6623xxxx、C-07、a_b_c", id="连字符与下划线"),
    pytest.param("见附件...困境.txt有谁", id="英文省略号与文件名"),
    pytest.param("C++.NET和C#-1、c#_x、AT&T.com", id="词典里的拉丁词挨着点"),
    pytest.param("AT.T与AT-T、AT_T不是AT&T", id="点的替身凑成词典里的词"),
    pytest.param("R.D部、R&D部、R-D", id="点的替身凑成词表里的词"),
    pytest.param("A-1与5.0版、x_y、App.1、VR-2", id="词表里的词带点或挨着点"),
    pytest.param("15&4、R&D&1、100%+5#话题#", id="其余四种块内符号"),
    pytest.param("㐀国与鿖、鿿，𠀀𠮷野家，金立", id="扩展区与兼容区汉字"),
    pytest.param("〇〇八年々、⺀⼀", id="像汉字而不是"),
    pytest.param("龘龘靐齉爩鱻麤灪", id="生僻字"),
    pytest.param("建設戰鬥堡壘，黨建引領", id="繁体"),
    pytest.param("5G２０２１年ＡＢＣ％．－", id="全角字母数字"),
    pytest.param("٣٤人、①②、Ⅷ、½", id="别种数字"),
    pytest.param("カタカナとひらがな、한국어、ไทย、Ωя", id="别种文字"),
    pytest.param("党建👨‍👩‍👧👍🏽业务é\u0301", id="表情与组合字符"),
    pytest.param("甲\r\n乙\r\r\n\n丙 \u3000\t丁\u2028戊\x85己\x1c", id="各种空白"),
    pytest.param("甲\x00乙\x07丙\ufeff丁\u200b戊\u202e己", id="控制字符"),
    pytest.param(f"甲{FILLER}乙\uf8ff丙\uffff丁", id="私用区与填充字符"),
    pytest.param("甲\ud800乙\udfff1.5", id="孤立代理"),
    pytest.param("落实三会一课、党委(组)与㐀国、é党", id="词表里的怪词"),
    pytest.param("研究生命起源，南京市长江大桥，乒乓球拍卖完了", id="歧义"),
    pytest.param("⊻⊻升涨升务虚大中华电话弱化虚兰薰桂馥Xaabc兴路建设队伍令人震浸淫殖、⊻⊻⊻", id="两种切法一样可能"),
    pytest.param("贴布贴国家税务15.4%羁勒接插接乘风扬土积分超型模拟主业主责", id="两种切法一样可能，又有小数"),
    pytest.param("两" * 300 + "皮" * 300, id="长块"),
    pytest.param("大山常在青，常在青", id="未登录词两种切法几乎一样可能"),
    pytest.param("建建建建要捅破。悒国国国国T台", id="未登录词里叠字，两种切法一样可能"),
    pytest.param("党党党建建建1.5建建建建建建A建建建", id="叠字里夹着数字"),
    pytest.param("xAppy1的App是VRa", id="词表里的拉丁词夹在零散字母里"),
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_are_cut_as_jieba_cuts_them(pair: tuple[Segmenter, Jieba], text: str) -> None:
    ours, jieba = pair
    assert ours.cut(text) == jieba(text)


HAN = st.one_of(
    st.sampled_from("的一是在不了有和人这中大为上个国我以要党建业务两张皮会课研究生命"),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5),
)
RARE = st.one_of(
    *(st.characters(min_codepoint=a, max_codepoint=b) for a, b in [(0x3400, 0x4DBF), (0x9FD0, 0x9FFF)]),
    *(st.characters(min_codepoint=a, max_codepoint=b) for a, b in [(0xF900, 0xFAFF), (0x20000, 0x323AF)]),
)
PIECE = st.one_of(
    st.text(HAN, max_size=8),
    RARE,
    st.text("abcXYZ0123456789", max_size=4),
    st.text("0123456789.%-_&#+", max_size=5),
    st.sampled_from([*ODD_TERMS, "AT&T", "AT.T", "c#", "T恤", "卡拉OK", "1.3nm", "15.4%", "R.D部", "挂在墙上"]),
    st.sampled_from("，。；：“”！？（）…—、()[]<>'\"/|~@$^* \t\n\r\u3000"),
    st.characters(min_codepoint=0x3041, max_codepoint=0x30FF),
    st.sampled_from(["🙂", "👨‍👩‍👧", "\u0301", "\x00", "\u200b", "\r\n", "5", "A", "한", "٣", "İ", FILLER]),
    st.characters(exclude_categories=("Cs",)),
)
TEXT = st.lists(PIECE, max_size=14).map("".join)


@given(text=st.text("建国常在青的A1.", min_size=3, max_size=14))
def test_runs_of_few_characters_are_cut_as_jieba_cuts_them(pair: tuple[Segmenter, Jieba], text: str) -> None:
    """Where the same few characters come again, many ways to cut are equally likely."""
    ours, jieba = pair
    assert ours.cut(text) == jieba(text)


@given(texts=st.lists(st.text("建国常在青的A1.%", min_size=3, max_size=30), min_size=20, max_size=60))
def test_runs_side_by_side_are_cut_as_jieba_cuts_them(pair: tuple[Segmenter, Jieba], texts: list[str]) -> None:
    """So many that the model takes them together, of every length."""
    ours, jieba = pair
    assert ours.cut_many(texts) == [jieba(text) for text in texts]


def test_batches_end_between_texts(monkeypatch: pytest.MonkeyPatch, pair: tuple[Segmenter, Jieba]) -> None:
    ours, jieba = pair
    monkeypatch.setattr(segmenter, "BATCH", 20)
    texts = [str(case.values[0]) for case in ODD] * 2
    assert ours.cut_many(texts) == [jieba(text) for text in texts]
    assert ours.cut_many([]) == []
    assert ours.cut_many(["", "", "党", ""]) == [[], [], ["党"], []]


@pytest.mark.parametrize("engine", ["rjieba", "jieba"])
def test_a_long_run_of_single_characters_ends(monkeypatch: pytest.MonkeyPatch, engine: str) -> None:
    """jieba's own model copies the whole path at every character: these would take hours and all memory."""
    if engine == "jieba":
        monkeypatch.setattr(segmenter, "load_rjieba", lambda: None)
    text = "龘" * 300_000
    assert "".join(Segmenter(()).cut(text)) == text


@given(text=TEXT)
def test_any_text_is_cut_as_jieba_cuts_it(pair: tuple[Segmenter, Jieba], text: str) -> None:
    ours, jieba = pair
    assert ours.cut(text) == jieba(text)


@given(texts=st.lists(TEXT, max_size=5))
def test_many_texts_are_cut_as_each_of_them(pair: tuple[Segmenter, Jieba], texts: list[str]) -> None:
    ours, _ = pair
    assert ours.cut_many(texts) == [ours.cut(text) for text in texts]


@given(text=TEXT)
def test_words_follow_each_other(pair: tuple[Segmenter, Jieba], text: str) -> None:
    ours, _ = pair
    found = list(ours.tokenize(text))
    assert "".join(word for word, _, _ in found) == text
    assert [text[start:end] for _, start, end in found] == ours.cut(text)


def test_every_gold_passage_is_cut_as_jieba_cuts_it(pair: tuple[Segmenter, Jieba], lexicon: Lexicon) -> None:
    path = PROJECT / "corpus" / "gold" / "passages.csv"
    if not path.is_file():
        pytest.skip("没有 corpus/gold/passages.csv：有了人工标注的段落才测")
    ours, jieba = pair
    texts = list(pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")["text"])
    texts += [matchable(text, lexicon.fold_table).text for text in texts]
    assert [text for text, words in zip(texts, ours.cut_many(texts), strict=True) if words != jieba(text)] == []


def test_the_compilation_is_cut_as_jieba_cuts_it(pair: tuple[Segmenter, Jieba], compilation: Path) -> None:
    ours, jieba = pair
    text = compilation.read_text(encoding="utf-8")
    assert ours.cut(text) == jieba(text)


@with_rjieba
def test_every_character_that_no_block_holds_stands_alone(lexicon: Lexicon) -> None:
    ours = Segmenter(lexicon.terms)
    outside = [c for c in map(chr, range(0x110000)) if not segmenter.BLOCK.fullmatch(c)]
    assert [c for c in outside if ours.cut(f"党建{c}业务a{c}{c}1") != ["党建", c, "业务", "a", c, c, "1"]] == []


@with_rjieba
def test_terms_count_as_in_jieba(terms_of: dict[str, tuple[str, ...]]) -> None:
    for terms in terms_of.values():
        jieba = reference(terms)
        found = {term: count for term, count in Segmenter(terms).figures["frequencies"].items() if term != FILLER}
        assert found == {term: jieba.FREQ[term] for term in terms if WORD.fullmatch(term)}


LEXICONS = [
    pytest.param((), id="没有词"),
    pytest.param(("党委会议机制",), id="一个新词"),
    pytest.param(("中国", "中国"), id="词典里已有的词加两次"),
    pytest.param(("B超",), id="词典里重复的词"),
    pytest.param(("é党",), id="切不出来的词"),
    pytest.param(("5.0版", "R&D部"), id="带符号的词"),
]


@with_rjieba
@pytest.mark.parametrize("terms", [*LEXICONS, pytest.param(None, id="本项目词表")])
def test_ties_are_broken_as_jieba_breaks_them(lexicon: Lexicon, terms: tuple[str, ...] | None) -> None:
    """压紧/压 and 压/紧压 are equally likely; which wins hangs on the last bit of a sum, so on the exact total."""
    chosen = lexicon.terms if terms is None else terms
    ours, jieba = Segmenter(chosen), reference(chosen)
    jieba.check_initialized()
    pairs = [word for word, count in jieba.FREQ.items() if count and len(word) == 2 and word[0] != word[1]]
    ties = [word + word[0] for word in pairs if jieba.FREQ.get(word[::-1]) == jieba.FREQ[word]]
    assert len(ties) > 900
    chance, words = random.Random(1), list(jieba.FREQ)
    texts = [tie + "".join(chance.choices(words, k=n)) for tie in ties for n in (0, 2, 4, 6)]
    assert [text for text in texts if ours.cut(text) != jieba.lcut(text)] == []


@with_rjieba
def test_ordinary_texts_need_no_dictionary_of_jieba(lexicon: Lexicon) -> None:
    Segmenter(lexicon.terms).cut("先把频率记入缓存")
    code = (
        "import json, sys; from nlp.words.segmenter import segmenter_for\n"
        "words = segmenter_for(tuple(json.load(sys.stdin))).cut('落实三会一课，占15.4%，𠮷野家C-07')\n"
        "print(json.dumps([words, 'jieba' in sys.modules]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps(lexicon.terms),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    words, loaded = json.loads(done.stdout)
    assert words == reference(lexicon.terms).lcut("落实三会一课，占15.4%，𠮷野家C-07")
    assert not loaded
    assert done.stderr == ""


def test_without_rjieba_jieba_cuts(
    monkeypatch: pytest.MonkeyPatch, terms_of: dict[str, tuple[str, ...]], capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(segmenter, "load_rjieba", lambda: None)
    texts = [str(case.values[0]) for case in ODD]
    for terms in terms_of.values():
        ours, jieba = Segmenter(terms), reference(terms)
        assert ours.cut_many(texts) == [jieba.lcut(text) for text in texts]
        assert [list(ours.tokenize(text)) for text in texts] == [list(jieba.tokenize(text)) for text in texts]
        assert ours.fast is None
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("name", [pytest.param(name, id=name) for name in PROVEN])
def test_another_version_is_not_trusted(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(engines, "PROVEN", PROVEN | {name: "9.9.9"})
    assert segmenter.load_rjieba() is None


WRONG = [
    pytest.param("[]", id="不是表"),
    pytest.param("[" * 100_000, id="嵌套过深"),
    pytest.param('{"sha256": "", "frequencies": {"机关党建": -1}, "apart": []}', id="数被改过"),
    pytest.param('{"sha256": "", "frequencies": null}', id="没有数"),
]


@with_rjieba
@pytest.mark.parametrize(
    "content", [pytest.param("{", id="半个文件"), pytest.param('{"甲": "多"}', id="不是数"), *WRONG]
)
def test_a_broken_cache_is_made_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str) -> None:
    monkeypatch.setenv("LIANGZHANGPI_CACHE", str(tmp_path))
    made = Segmenter(("机关党建",)).figures
    (path,) = tmp_path.glob("frequency-*.json")
    path.write_text(content, encoding="utf-8")
    assert Segmenter(("机关党建",)).figures == made
    assert json.loads(path.read_text(encoding="utf-8")) == sealed(made)


def other_words() -> bytes:
    return json.dumps([{"机关": 9, "机": 0}, 9]).encode()


CACHES = [
    pytest.param(b"", id="空文件"),
    pytest.param(other_words(), id="别的词"),
    pytest.param(sha256(b"").digest() + other_words(), id="摘要不符"),
    pytest.param(sha256(b"x").digest() + b"x", id="摘要相符而读不出"),
]


@pytest.mark.parametrize("content", CACHES)
def test_a_dictionary_that_is_not_jiebas_is_made_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    """jieba takes whatever marshal can read: one frequency changed would cut words otherwise, unnoticed."""
    monkeypatch.setenv("LIANGZHANGPI_CACHE", str(tmp_path))
    path = tmp_path / f"jieba-{version('jieba')}.cache"
    path.write_bytes(content)
    assert own_jieba().lcut("研究生命起源") == ["研究", "生命", "起源"]
    made = path.read_bytes()
    assert len(made) > 1_000_000
    assert own_jieba().lcut("研究生命起源") == ["研究", "生命", "起源"]
    assert path.read_bytes() == made


def test_one_segmenter_per_process_and_its_dictionary_in_our_folder(lexicon: Lexicon) -> None:
    assert segmenter_for(lexicon.terms) is segmenter_for(tuple(lexicon.terms))
    reference(("机关党建",))
    assert (cache_folder() / f"jieba-{version('jieba')}.cache").is_file()


def test_the_collector_is_left_as_it_was(lexicon: Lexicon) -> None:
    before = gc.get_threshold()
    with pytest.raises(TypeError):
        segmenter.segmenter_for(lexicon.terms).cut_many(["三会一课", None])  # type: ignore[list-item]
    assert gc.get_threshold() == before


def test_what_rjieba_must_not_see_is_one_character_for_one() -> None:
    assert all(len(stand_in) == 1 and not UNLIKE.search(stand_in) for stand_in in [*segmenter.STAND_INS.values(), "。"])
