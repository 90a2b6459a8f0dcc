"""Cleaning: noise goes and is recorded with its place; lines that a page width broke are joined, others not."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import sources_of

from nlp.corpus.lexicon import Lexicon, NoiseRule
from nlp.tables import DROPPED, SOURCES, check
from nlp.text.clean import (
    LONGEST_NOISE,
    Cleaner,
    clean_sources,
    clean_text,
    clean_texts,
    cleaner_for,
    tidy,
    without_noise,
)
from nlp.text.joining import ends_sentence, joined

ADVERTISEMENT = NoiseRule("广告", "欢迎下载|扫码", True, "广告")
ADDRESS = NoiseRule("网址", r"https?://[^\s，。]+", False, "网址")
RULES = (ADVERTISEMENT, ADDRESS)

CLEANED = [
    pytest.param(
        "正文一。\n本文欢迎下载收藏\n正文二。",
        "正文一。\n\n正文二。",
        [(2, 0, "广告", "本文欢迎下载收藏")],
        id="整行广告",
    ),
    pytest.param(
        "见https://a.example/b?c=1，下同。", "见，下同。", [(1, 1, "网址", "https://a.example/b?c=1")], id="行内网址"
    ),
    pytest.param("甲http://a乙", "甲", [(1, 1, "网址", "http://a乙")], id="网址吃到没有空格处"),
    pytest.param(
        "http://a http://b",
        "",
        [(1, 0, "网址", "http://a"), (1, 9, "网址", "http://b")],
        id="一行两处",
    ),
    pytest.param("没有噪声。", "没有噪声。", [], id="干净的行"),
    pytest.param("", "", [], id="空文本"),
    pytest.param("\u3000\u3000首行缩进。\t", "\u3000首行缩进。", [], id="行首尾的各种空白，缩进留一格"),
]


@pytest.mark.parametrize(("text", "clean", "drops"), CLEANED)
def test_noise_goes_and_is_recorded(text: str, clean: str, drops: list[tuple[int, int, str, str]]) -> None:
    result, dropped = clean_text(text, RULES)
    assert result == clean
    assert [(d.line, d.start, d.reason, d.text) for d in dropped] == drops


@given(
    lines=st.lists(
        st.sampled_from(["党建工作。", "", "扫码关注", "见http://x ，再说。", "　缩进", "一、标题"]), max_size=12
    )
)
def test_lines_keep_their_numbers(lines: list[str]) -> None:
    text, drops = clean_text("\n".join(lines), RULES)
    kept = text.split("\n")
    assert len(kept) == max(1, len(lines))
    for drop in drops:
        assert drop.text in tidy(lines[drop.line - 1])


class Ungated(Cleaner):
    """The same rules, every one of them tried on every line."""

    def opened(self, lines: Sequence[str]) -> dict[int, list[int]]:
        return {row: list(range(len(self.rules))) for row, line in enumerate(lines) if line}


def cleaned_rule_by_rule(text: str, rules: tuple[NoiseRule, ...]) -> tuple[str, list[str]]:
    """What cleaning says of a text, without gates: every line is searched for every rule."""
    gated = cleaner_for(rules)
    ungated = Ungated(gated.rules, gated.gates, gated.in_prose, gated.piecewise)
    kept, drops = [], []
    for raw in text.split("\n"):
        tidied = tidy(raw)
        line = tidied.strip()
        left, gone = without_noise(line, ungated, list(range(len(rules))))
        drops += [line[each.start : each.end] for each in sorted(gone) if line[each.start : each.end].strip()]
        kept.append("\u3000" + left if left and tidied.startswith("\u3000") else left)
    return "\n".join(kept), drops


NOISY = [
    "第3页 共10页",
    "文库\u3000首页 > 党建",
    "图片",
    "关于甲的报告.doc关于",
    "😊😊",
    "（更多请关注公众号）",
    "www.a.cn/b",
    "12",
]
BLANKS = ["", " ", "  ", "\u3000\u3000", "\t", "\u00a0", "\u2003", "\u202f", "\n", "\n\n", "\x1c"]


@given(
    st.lists(
        st.lists(st.sampled_from([*NOISY, *BLANKS, "党建工作。", "，", "(", ")", "页"]), max_size=12).map("".join),
        max_size=4,
    )
)
def test_texts_together_are_cleaned_as_each_rule_by_rule(lexicon: Lexicon, texts: list[str]) -> None:
    found = [(text, [bare(d.text) for d in drops]) for text, drops in clean_texts(texts, lexicon.noise)]
    expected = [cleaned_rule_by_rule(text, lexicon.noise) for text in texts]
    assert found == [(text, list(map(bare, drops))) for text, drops in expected]


def bare(text: str) -> str:
    """A text without its blanks."""
    return "".join(text.split())


@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [*NOISY, *BLANKS, "党建工作。", "开通会员即可下载。", "支部开会念文件、年底补台账，", "来源：某局"]
            ),
            max_size=14,
        ).map("".join),
        max_size=3,
    )
)
def test_what_is_left_and_what_went_are_the_text_that_was_read(lexicon: Lexicon, texts: list[str]) -> None:
    for text, (left, drops) in zip(texts, clean_texts(texts, lexicon.noise), strict=True):
        raws = [list(line) for line in text.split("\n")]
        for drop in drops:
            place = slice(drop.start, drop.start + len(drop.text))
            assert "".join(raws[drop.line - 1][place]) == drop.text
            raws[drop.line - 1][place] = " " * len(drop.text)  # each character once
        assert [bare("".join(raw)) for raw in raws] == list(map(bare, left.split("\n")))


SAID = (
    "一些支部把学习当任务，会上念文件、会后补笔记，党员各忙各的，组织生活同业务工作没有交集，年底对账时什么也说不清楚。"
)
PAGE = (
    "首页 > 机关党建 > 正文 关于党建与业务融合的调研报告 发布时间：2024-03-08 09:00 来源：某局机关党委 浏览次数：128 "
    f"{SAID}"
)
IN_PROSE = [
    pytest.param(f"{SAID}点击下载本文完整版（Word格式）", SAID, id="正文后的下载按钮"),
    pytest.param(f"{SAID}开通会员即可免费下载全站文档。{SAID}", SAID + SAID, id="正文中间的会员推销"),
    pytest.param(f"{SAID} 来源：某某党建网 责任编辑：张某某", SAID, id="正文后的来源和责编"),
    pytest.param(f"{SAID}【打印本页】【关闭窗口】", SAID, id="正文后的按钮"),
    pytest.param(f"{SAID} 上一篇：机关作风建设总结 下一篇：党课讲稿", SAID, id="上一篇下一篇"),
    pytest.param(f"{SAID} 版权所有：某某网 京ICP备12345678号-1", SAID, id="版权和备案号"),
    pytest.param(f"{SAID}扫描下方二维码关注公众号领取资料。", SAID, id="二维码"),
    pytest.param(PAGE, f"关于党建与业务融合的调研报告 {SAID}", id="整篇网页一行"),
    pytest.param(
        "首页 > 机关党建 > 正文 关于党建与业务融合的调研报告", "关于党建与业务融合的调研报告", id="导航与标题一行"
    ),
    pytest.param(
        "您现在的位置：首页>党建>正文 一些支部组织生活走过场。", "一些支部组织生活走过场。", id="位置与短句一行"
    ),
    pytest.param(f"更多精彩内容请点击下一页。{SAID}", SAID, id="正文前的引导"),
    pytest.param(
        "责任编辑：张某某。党员们说，这样的学习只剩下一张签到表。",
        "党员们说，这样的学习只剩下一张签到表。",
        id="短行里的一句",
    ),
]


@pytest.mark.parametrize(("line", "kept"), IN_PROSE)
def test_noise_in_a_line_of_prose_is_cut_out_of_it(lexicon: Lexicon, line: str, kept: str) -> None:
    left, drops = clean_text(line, lexicon.noise)
    assert " ".join(left.split()) == kept
    assert all(line[drop.start :].startswith(drop.text) for drop in drops)


def test_no_rule_takes_a_long_line_whole(lexicon: Lexicon) -> None:
    for rule in lexicon.noise:
        line = f"党{'建' * LONGEST_NOISE}"
        assert clean_text(line, (NoiseRule(rule.id, ".*", rule.whole_line, rule.reason),))[0] == (
            line if rule.whole_line else ""
        )


def test_shipped_rules_match_their_examples_and_spare_sober_prose(lexicon: Lexicon) -> None:
    sober = (
        "各支部要把学习安排到每周五下午，防止以会议代替学习。\n"
        "我局党员二十三名，设三个支部，去年开展主题党日活动十二次。\n"
        "一是责任不清。二是考核不严。\n"
        "有的同志说，党建是“软任务”，业务才是“硬指标”。\n"
        "办公室负责下载并打印学习材料，发到各支部。\n"
        "单位网站开设了党建专栏，干部可以在手机上点击学习。"
    )
    text, drops = clean_text(sober, lexicon.noise)
    assert (text, drops) == (sober, [])


def test_dropped_rows_keep_the_schema(lexicon: Lexicon) -> None:
    text = "甲支部认真学习。\n更多精彩范文请访问某某文库 www.abc.example.com 欢迎下载\n乙支部认真学习。"
    sources, dropped = clean_sources(sources_of({"a.txt": text, "b.txt": "丙支部认真学习。"}), lexicon)
    check(SOURCES, sources)
    check(DROPPED, dropped)
    assert list(dropped["source"].unique()) == ["a.txt"], "广告应当去掉并记录"
    assert set(dropped["line"]) == {2}
    assert "甲支部认真学习。" in sources["text"][0]
    assert sources["text"][1] == "丙支部认真学习。"


def test_no_rows_give_empty_tables_of_the_schema(lexicon: Lexicon) -> None:
    sources, dropped = clean_sources(SOURCES.empty(), lexicon)
    assert (len(sources), len(dropped)) == (0, 0)
    assert list(dropped.columns) == DROPPED.names


def wrapped(text: str, width: int) -> list[str]:
    """``text`` as a page of ``width`` characters prints it."""
    return [text[i : i + width] for i in range(0, len(text), width)]


PROSE = (
    "区属各单位每月安排一次支部集中学习活动并由各支部委员轮流主持讨论分享心得体会然而到了年中各处室忙着赶项目进度"
    "学习时间一推再推最后只好在年底集中补课补签到补笔记同志们私下里都说这样的学习只剩下一张签到表而业务会上从来没有人"
    "提起支部学过什么支部会上也没有人关心项目走到了哪一步两条线各走各的路彼此看不见对方在忙什么也就谈不上互相帮衬。"
)


@pytest.mark.parametrize("width", [18, 22, 28, 35, 40, 52, 58], ids=lambda n: f"每行{n}字")
def test_a_page_width_is_undone(width: int) -> None:
    lines = [
        "一、存在的问题",
        *wrapped(PROSE, width),
        "二、下一步打算",
        *wrapped(PROSE[::-1].lstrip("。") + "。", width),
    ]
    assert list(joined(lines)) == ["一、存在的问题", PROSE, "二、下一步打算", PROSE[::-1].lstrip("。") + "。"]


JOINED = [
    pytest.param(["围绕中心，", "抓好党建。"], ["围绕中心，抓好党建。"], id="逗号后断行"),
    pytest.param(["谋划、部署、", "检查一起抓。"], ["谋划、部署、检查一起抓。"], id="顿号后断行"),
    pytest.param(["开展学习。", "组织讨论。"], ["开展学习。", "组织讨论。"], id="句号后是新段"),
    pytest.param(
        ["他说：", "“要抓实。”", "会后落实。"], ["他说：", "“要抓实。”", "会后落实。"], id="冒号与引号后的句号"
    ),
    pytest.param(["一、基本情况", "我局有党员四十人。"], ["一、基本情况", "我局有党员四十人。"], id="标题不与正文粘连"),
    pytest.param(["某某局支部委员会", "2021年6月8日"], ["某某局支部委员会", "2021年6月8日"], id="落款两行"),
    pytest.param(["一是抓学习", "二是抓考核"], ["一是抓学习", "二是抓考核"], id="没有标点的列表"),
    pytest.param(["开展 Party", "Day 活动，", "效果好。"], ["开展 Party", "Day 活动，效果好。"], id="英文短行不硬接"),
    pytest.param([], [], id="没有行"),
    pytest.param(["", "", ""], [], id="只有空行"),
]


@pytest.mark.parametrize(("lines", "paragraphs"), JOINED)
def test_which_lines_belong_together(lines: list[str], paragraphs: list[str]) -> None:
    assert list(joined(lines)) == paragraphs


@pytest.mark.parametrize("width", [22, 30, 40], ids=lambda n: f"每行{n}字")
@pytest.mark.parametrize("blank", ["\u3000\u3000", "    "], ids=["全角缩进", "半角缩进"])
def test_an_indent_tells_where_a_paragraph_begins(lexicon: Lexicon, width: int, blank: str) -> None:
    """Paragraphs that end where a line ends: only the indent of the next one tells them apart."""
    paragraphs = [PROSE[: width * 3], PROSE[width * 3 : width * 5], PROSE[width * 2 : width * 4]]
    lines = [
        line.replace("\u3000\u3000", blank) for text in paragraphs for line in wrapped("\u3000\u3000" + text, width)
    ]
    text, _ = clean_text("\n".join(lines), ())
    assert list(joined(text.split("\n"))) == paragraphs


def test_a_stop_that_slipped_to_the_next_line_goes_back() -> None:
    line = PROSE[:30]
    assert next(joined([line, "。" + PROSE[:29], PROSE[30:60], PROSE[60:80]])).startswith(f"{line}。")


def test_a_long_line_cut_once_is_joined() -> None:
    head = "近年来，我委坚持把支部建在项目上，先后组织青年党员突击队进驻五个重点工程，打造了三处学习阵地，带动职工"
    tail = "群众开展岗位练兵，形成了比学赶超的氛围。"
    assert len(head) < 60  # shorter than LONG_LINE: pad it, as real lines of this kind are
    head = head.replace("五个重点工程", "城东、城西、城南、城北和开发区五个重点工程")
    assert list(joined(["甲段落到此为止。", head, tail])) == ["甲段落到此为止。", head + tail]


@given(lines=st.lists(st.text(alphabet="党建业务，。：一、（）是 a1", max_size=30).map(str.strip), max_size=15))
def test_joining_loses_no_character(lines: list[str]) -> None:
    together = "".join(joined(lines))
    assert together.replace(" ", "") == "".join(lines).replace(" ", "")


ENDS = [
    pytest.param("到此为止。", True, id="句号"),
    pytest.param("他说“到此为止。”", True, id="引号里的句号"),
    pytest.param("原因如下：", True, id="冒号"),
    pytest.param("未完......", True, id="六个点"),
    pytest.param("（到此为止。）", True, id="括号里的句号"),
    pytest.param("讲“两张皮”", False, id="只有引号"),
    pytest.param("组织党员", False, id="没有标点"),
    pytest.param("", False, id="空行"),
]


@pytest.mark.parametrize(("line", "ends"), ENDS)
def test_where_sentences_end(line: str, ends: bool) -> None:
    assert ends_sentence(line) is ends


@pytest.mark.parametrize("head", ["第1页", "客服微信", "责任编辑", "[图片", "QQ群"])
def test_a_long_run_of_blanks_ends(lexicon: Lexicon, head: str) -> None:
    text, _ = clean_text(f"{head}{' ' * 300_000}完。", lexicon.noise)  # quadratic rules would take minutes
    assert len(text) <= len(head) + 102


def test_cleaning_is_the_same_on_parts(lexicon: Lexicon) -> None:
    sources = sources_of({f"{i}.txt": f"第{i}份材料。\n扫码关注领取资料，欢迎下载\n结束。" for i in range(6)})
    whole = clean_sources(sources, lexicon)
    parts = [clean_sources(sources.iloc[i : i + 2], lexicon) for i in range(0, 6, 2)]
    for side in (0, 1):
        together = pd.concat([part[side] for part in parts], ignore_index=True)
        pd.testing.assert_frame_equal(whole[side], together)


MAILS = [
    pytest.param("发件人: 党办 <db@example.com>", "", id="发件人"),
    pytest.param("收件人：机关工委", "", id="收件人"),
    pytest.param("From: Office <db@example.com>", "", id="英文的发件人"),
    pytest.param("抄送: 组织科 <zz@example.com>", "", id="抄送邮箱"),
    pytest.param("发送时间: 2023年5月6日 9:30", "", id="发送时间"),
    pytest.param("主题: 转发: 关于融合情况的报告", "关于融合情况的报告", id="主题留题目"),
    pytest.param("Subject: Re: FW: 党建自查情况", "党建自查情况", id="英文的主题"),
    pytest.param("发件人: 党办 主题: 关于党建工作的自查报告", "关于党建工作的自查报告", id="信头在一行上"),
    pytest.param("主题：以高质量党建引领高质量发展", "主题：以高质量党建引领高质量发展", id="会议记录的主题"),
    pytest.param("抄送：各党支部", "抄送：各党支部", id="公文的抄送"),
    pytest.param("收件人：不明。来信反映支部作风", "收件人：不明。来信反映支部作风", id="正文里的收件人"),
]


@pytest.mark.parametrize(("line", "kept"), MAILS)
def test_the_head_of_a_mail_is_noise_and_its_subject_is_not(lexicon: Lexicon, line: str, kept: str) -> None:
    assert clean_text(line, lexicon.noise)[0] == kept
