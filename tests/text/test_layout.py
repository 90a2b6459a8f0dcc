"""Layout: which stretches of a document are headings and which are text, in every way that reports set them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.lexicon import Lexicon
from nlp.search.fold import fold
from nlp.text.layout import layout
from nlp.text.numbering import PIECE, han_number, mark_of
from nlp.text.openers import Openers, openers_of

LONG = "党员们围坐一圈，对照清单逐条查找差距，会后由支部委员分头认领整改事项，月底再碰头核对进度，没有办结的说明原因。"

MARKS = [
    pytest.param("一、基本情况", (1, "一、"), id="一、"),
    pytest.param("十二、附则", (1, "一、"), id="十二、"),
    pytest.param("一．基本情况", (1, "一、"), id="全角点"),
    pytest.param("第一部分 基本情况", (1, "部分"), id="第一部分"),
    pytest.param("第二章 存在问题", (1, "部分"), id="第二章"),
    pytest.param("第一节 概述", (2, "节"), id="第一节"),
    pytest.param("（一）认识不足", (2, "（一）"), id="全角括号"),
    pytest.param("(十一)认识不足", (2, "（一）"), id="半角括号"),
    pytest.param("（ 三 ）认识不足", (2, "（一）"), id="括号里有空格"),
    pytest.param("1.认识不足", (3, "1."), id="1."),
    pytest.param("2、认识不足", (3, "1."), id="2、"),
    pytest.param("3．认识不足", (3, "1."), id="全角数字点"),
    pytest.param("4）认识不足", (3, "1."), id="半边括号"),
    pytest.param("（1）认识不足", (4, "（1）"), id="（1）"),
    pytest.param("②认识不足", (4, "（1）"), id="圈码"),
    pytest.param("第一，认识不足", (5, "第一，"), id="第一，"),
    pytest.param("首先，认识不足", (5, "第一，"), id="首先，"),
    pytest.param("其二，认识不足", (5, "第一，"), id="其二，"),
    pytest.param("一是认识不足", (5, "一是"), id="一是"),
    pytest.param("四要抓考核", (5, "一是"), id="四要"),
    pytest.param("2022年以来", None, id="年份不是编号"),
    pytest.param("3.5万元", None, id="小数不是编号"),
    pytest.param("15.4%的干部", None, id="百分数不是编号"),
    pytest.param("第一季度", None, id="第一季度不是编号"),
    pytest.param("二十三名党员", None, id="数量不是编号"),
    pytest.param("一些单位", None, id="一些不是编号"),
    pytest.param("一方面，", None, id="一方面不是编号"),
    pytest.param("一体推进", None, id="一体不是编号"),
    pytest.param("首先要抓认识", None, id="首先后没有逗号"),
]


@pytest.mark.parametrize(("line", "mark"), MARKS)
def test_numbering_marks(line: str, mark: tuple[int, str] | None) -> None:
    found = mark_of(line)
    assert (None if found is None else (found.depth, found.style)) == mark


@given(value=st.integers(1, 99))
def test_chinese_numbers(value: int) -> None:
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    text = ("" if tens == 0 else "十" if tens == 1 else digits[tens] + "十") + (digits[ones] if ones else "")
    assert han_number(text) == value


PIECES = [
    pytest.param("第一篇：甲", True, id="第一篇："),
    pytest.param("第 2 篇 乙", True, id="第2篇"),
    pytest.param("【篇一】丙", True, id="【篇一】"),
    pytest.param("篇三：丁", True, id="篇三："),
    pytest.param("范文1：戊", True, id="范文1："),
    pytest.param("范文 十二、己", True, id="范文十二、"),
    pytest.param("[范文2] 庚", True, id="[范文2]"),
    pytest.param("（第三篇）辛", True, id="（第三篇）"),
    pytest.param("第一篇章已经翻过", False, id="第一篇章"),
    pytest.param("一篇文章说", False, id="一篇文章"),
    pytest.param("范文可以参考", False, id="范文二字"),
    pytest.param("第一部分：甲", False, id="第一部分"),
]


@pytest.mark.parametrize(("line", "opens"), PIECES)
def test_lines_that_open_one_of_several_reports(line: str, opens: bool) -> None:
    assert bool(PIECE.match(line)) is opens


LAYOUTS = [
    pytest.param(
        f"一、主要表现\n（一）摆位不够\n{LONG}",
        ["#一、主要表现", "#（一）摆位不够", LONG],
        id="标题独占一行",
    ),
    pytest.param(
        f"（一）在思想认识上，抓一阵松一阵。{LONG}",
        ["#（一）在思想认识上，抓一阵松一阵。", LONG],
        id="标题以句号接正文",
    ),
    pytest.param(f"(二)学用两层皮.{LONG}\n", None, id="半角括号与英文句点不崩溃"),
    pytest.param(
        f"一、提高站位，抓好学习\n{LONG}\n二、压实责任，严格考核\n{LONG}\n三、创新载体，用好阵地在活动组织上，{LONG}",
        [
            "#一、提高站位，抓好学习",
            LONG,
            "#二、压实责任，严格考核",
            LONG,
            "#三、创新载体，用好阵地",
            f"在活动组织上，{LONG}",
        ],
        id="标题与正文之间没有停顿",
    ),
    pytest.param(f"一、基本情况 {LONG}", ["#一、基本情况 ", LONG], id="标题与正文之间只有空格"),
    pytest.param(
        f"1.学习不深。{LONG}\n2.考核不严。{LONG}",
        ["#1.学习不深。", LONG, "#2.考核不严。", LONG],
        id="阿拉伯数字标题接正文",
    ),
    pytest.param(
        f"一是学习抓而不紧。{LONG}\n二是考核宽而不严。{LONG}",
        [f"一是学习抓而不紧。{LONG}", f"二是考核宽而不严。{LONG}"],
        id="一是二是属于正文",
    ),
    pytest.param(
        f"一是切实增强融合的“动力源”。\n{LONG}\n二是切实增强融合的“凝聚力”。\n{LONG}",
        ["#一是切实增强融合的“动力源”。", LONG, "#二是切实增强融合的“凝聚力”。", LONG],
        id="一是独占一行且后有正文便是标题",
    ),
    pytest.param(
        "主要措施有：\n1.每月召开一次支部委员会议，研究党建。\n2.每季讲一次党课，由书记主讲。\n3.每年述一次职，当面测评。",
        [
            "主要措施有：",
            "1.每月召开一次支部委员会议，研究党建。",
            "2.每季讲一次党课，由书记主讲。",
            "3.每年述一次职，当面测评。",
        ],
        id="清单各项不是标题",
    ),
    pytest.param(
        f"一、为什么会出现“两张皮”？\n{LONG}\n二、怎么破解？\n{LONG}",
        ["#一、为什么会出现“两张皮”？", LONG, "#二、怎么破解？", LONG],
        id="标题是一个问句",
    ),
    pytest.param(
        f"（一）认识层面：有的同志把支部当俱乐部，高兴了才去。{LONG}\n（二）机制层面：两本台账，互不相认。{LONG}",
        [
            "#（一）认识层面：",
            f"有的同志把支部当俱乐部，高兴了才去。{LONG}",
            "#（二）机制层面：",
            f"两本台账，互不相认。{LONG}",
        ],
        id="标题以冒号接正文、首句很短",
    ),
    pytest.param(f"（1）学习走过场。{LONG}", ["#（1）学习走过场。", LONG], id="四级标题接正文"),
    pytest.param(f"存在的问题\n{LONG}", ["#存在的问题", LONG], id="没有编号的短标题"),
    pytest.param(f"{LONG}\n{LONG}", [LONG, LONG], id="没有标题"),
    pytest.param("一、", ["#一、"], id="只有编号"),
    pytest.param("", [], id="空文档"),
    pytest.param(" \n\n\u3000\n", [], id="只有空白"),
    pytest.param(
        f"{LONG}一、主要做法。{LONG}二、存在问题。{LONG}",
        [LONG, "#一、主要做法。", LONG, "#二、存在问题。", LONG],
        id="全文一行、标题在行内",
    ),
    pytest.param(
        f"{LONG}（一）认识不足。{LONG}（二）责任不清。{LONG}",
        [LONG, "#（一）认识不足。", LONG, "#（二）责任不清。", LONG],
        id="全文一行、二级标题在行内",
    ),
    pytest.param(
        f"目录\n一、基本情况\n二、存在问题\n一、基本情况\n{LONG}\n二、存在问题\n{LONG}",
        None,
        id="提纲把标题全部重复一遍",
    ),
    pytest.param(
        "（一）党员参与不足，（二）责任没有落到人头，（三）考核看材料多、看实绩少，以上三条各支部都有不同程度的反映。",
        None,
        id="句子里的编号",
    ),
]


@pytest.fixture(scope="session")
def openers(lexicon: Lexicon) -> Openers:
    """The openers that ship with the project."""
    return openers_of(lexicon)


@pytest.mark.parametrize(("text", "blocks"), LAYOUTS)
def test_headings_and_text(openers: Openers, text: str, blocks: list[str] | None) -> None:
    found = [("#" if block.is_heading else "") + text[block.start : block.end] for block in layout(text, openers)]
    if blocks is not None:
        assert found == blocks
    assert_tiles(text, openers)


def test_an_outline_that_repeats_every_heading_gives_no_text() -> None:
    text = f"一、基本情况\n二、存在问题\n三、对策建议\n一、基本情况\n{LONG}\n二、存在问题\n{LONG}\n三、对策建议\n{LONG}"
    assert [text[b.start : b.end] for b in layout(text) if not b.is_heading] == [LONG] * 3


DEPTHS = f"第一部分 总体情况\n一、问题\n（一）认识不足\n1.学习不深\n{LONG}\n（1）学得浅\n{LONG}"


def test_depths_nest() -> None:
    depths = {DEPTHS[b.start : b.end]: b.depth for b in layout(DEPTHS) if b.is_heading}
    assert depths["（一）认识不足"] > depths["一、问题"]
    assert depths["1.学习不深"] > depths["（一）认识不足"]


PIECES_OF_LAYOUT = st.sampled_from(
    [
        "一、主要表现",
        "二、原因分析。",
        "（一）认识不足",
        "(二)责任不清.",
        "1.学习不深。",
        "一是抓学习。",
        "首先，要重视。",
        LONG,
        "党建与业务，两张皮；",
        "短句。",
        " ",
        "\u3000",
        "\t",
        "\n",
        "\n\n",
        "“引号”",
        "：",
        "①",
        "附件",
        "2021年",
        "...",
    ]
)


def assert_tiles(text: str, openers: Openers) -> None:
    """Blocks are in order, do not overlap, and hold every character that is not blank."""
    blocks = layout(text, openers)
    at = 0
    for block in blocks:
        assert at <= block.start < block.end <= len(text)
        assert text[at : block.start].strip() == ""
        at = block.end
    assert text[at:].strip() == ""


@given(parts=st.lists(PIECES_OF_LAYOUT, max_size=30))
def test_blocks_tile_the_text(openers: Openers, parts: list[str]) -> None:
    assert_tiles("".join(parts), openers)


@given(text=st.text(alphabet="一二（）()、.。：；， \n\t　是第首先其次1２①要党建“”", max_size=80))
def test_blocks_tile_any_text(lexicon: Lexicon, openers: Openers, text: str) -> None:
    assert_tiles(text, openers)
    assert_tiles(fold(text, lexicon.fold_table), openers)


@given(parts=st.lists(PIECES_OF_LAYOUT, max_size=20))
def test_layout_is_the_same_again(openers: Openers, parts: list[str]) -> None:
    assert layout("".join(parts), openers) == layout("".join(parts), openers)
