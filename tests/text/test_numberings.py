"""The same seven items give the same seven passages, however they are numbered, ended, led and laid out."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from made import sources_of, split_of

from nlp.corpus.lexicon import Lexicon
from nlp.readers.formats import docx
from nlp.readers.source import ReadOptions
from nlp.text.clean import clean_sources
from nlp.text.documents import build_documents
from nlp.text.items import item_starts
from nlp.text.segment import segment_documents

TITLE = "关于党建与业务融合情况的自查报告"
PROBLEMS = (
    "学习研讨停留在读文件上，交流发言照搬网上材料",
    "党建与业务各唱各的调，两项工作分开部署分开考核",
    "主题党日年年老一套，党员参与热情一年比一年低",
    "任务布置下去没有下文，责任书签完就锁进抽屉",
)
FLAT_PROBLEMS = (  # without a comma, as many titles are
    "组织生活以业务会议代替且记录靠年底突击补写",
    "党建要点与业务要点分头起草分头印发互不衔接",
    "考核只看台账资料多少不看支部实际作用发挥",
    "支部书记忙于业务一年难得过问一次党员思想",
)
REMEDIES = (
    "要把党建要点与业务要点一张表编制一体推进",
    "要建立述职评议清单，对履责不力的约谈问责",
    "要选派业务骨干到党务岗位轮训，配强专职力量",
)
WORDS = {3: ("首先", "其次", "最后"), 4: ("首先", "其次", "再次", "最后")}
STYLES = {  # what stands in front of items 1 to 4
    "一、": "一、 二、 三、 四、",
    "（一）": "（一） （二） （三） （四）",
    "(一)": "(一) (二) (三) (四)",
    "㈠": "㈠ ㈡ ㈢ ㈣",
    "1.": "1. 2. 3. 4.",
    "１．": "１． ２． ３． ４．",
    "1、": "1、 2、 3、 4、",
    "1）": "1） 2） 3） 4）",
    "（1）": "（1） （2） （3） （4）",
    "①": "① ② ③ ④",
    "⑴": "⑴ ⑵ ⑶ ⑷",
    "⒈": "⒈ ⒉ ⒊ ⒋",
    "壹、": "壹、 贰、 叁、 肆、",
    "第一，": "第一， 第二， 第三， 第四，",
    "其一": "其一 其二 其三 其四",
    "其一，": "其一， 其二， 其三， 其四，",
    "一是": "一是 二是 三是 四是",
    "一要": "一要 二要 三要 四要",
    "首先": "",
    "首先，": "",
}
LAYOUTS = {"逐条一行": "\n", "连排": ""}
ENDS = {"句号": "。", "分号": "；", "无标点": ""}
LEADS = {
    "没有引语": "",
    "究其原因，": "究其原因，",
    "主要有：": "主要有：",
    "以下几个方面：": "集中表现在以下几个方面：",
}
HEADINGS = {
    "一、作标题": ("一、主要问题", PROBLEMS, "二、对策建议"),
    "（一）作标题": ("（一）主要问题", FLAT_PROBLEMS, "（二）对策建议"),
    "标题没有编号": ("主要问题", PROBLEMS, "对策建议"),
    "没有标题": ("", FLAT_PROBLEMS, ""),
}


def marks(style: str, n: int) -> list[str]:
    """What stands in front of each of ``n`` items."""
    if style.startswith("首先"):
        return [word + style[2:] for word in WORDS[n]]
    return STYLES[style].split()[:n]


def listed(items: tuple[str, ...], style: str, between: str, end: str, lead: str) -> str:
    """Items as one style sets them; the last of a list with semicolons ends with a full stop."""
    ends = [end] * (len(items) - 1) + ["。" if end == "；" else end]
    parts = [mark + item + stop for mark, item, stop in zip(marks(style, len(items)), items, ends, strict=True)]
    return lead + ("\n" if between and lead.endswith("：") else "") + between.join(parts)


Set = list[tuple[str, tuple[str, ...]]]  # headings and the items under them


def reports(style: str, layout: str) -> dict[str, tuple[str, Set]]:
    """Every combination of headings, ends and leads: its name → the text, and what it is made of."""
    made = {}
    for headings, end, lead in product(HEADINGS, ENDS, LEADS):
        first, problems, second = HEADINGS[headings]
        parts = [(first, problems), (second, REMEDIES)]
        lines = [TITLE]
        for heading, items in parts:
            lines += [heading] if heading else []
            lines.append(listed(items, style, LAYOUTS[layout], ENDS[end], LEADS[lead]))
        made[f"{headings} {end} {lead}"] = ("\n".join(lines), parts)
    return made


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_numbering_gives_every_item(lexicon: Lexicon, style: str, layout: str) -> None:
    made = reports(style, layout)
    cleaned, _ = clean_sources(sources_of({name: text for name, (text, _) in made.items()}), lexicon)
    documents, _, _ = build_documents(cleaned, lexicon)
    passages = segment_documents(documents, lexicon)
    for name, mine in passages.groupby("document_id"):
        for heading, items in made[str(name)][1]:
            for mark, item in zip(marks(style, len(items)), items, strict=True):
                (found,) = [row for row in mine.itertuples() if item in row.text]
                assert found.text.rstrip("。；") == mark + item, name
                assert str(found.section or "").startswith(heading), name


AUTOMATIC = {
    "一、": ("chineseCounting", "%1、"),
    "（一）": ("chineseCounting", "（%1）"),
    "1.": ("decimal", "%1."),
    "1、": ("decimal", "%1、"),
    "（1）": ("decimal", "（%1）"),
    "①": ("decimalEnclosedCircle", "%1"),
    "⑴": ("decimalEnclosedParen", "%1"),
    "⒈": ("decimalEnclosedFullstop", "%1"),
    "１．": ("decimalFullWidth", "%1．"),
    "壹、": ("chineseLegalSimplified", "%1、"),
    "第一，": ("chineseCounting", "第%1，"),
    "其一，": ("chineseCounting", "其%1，"),
    "一是": ("chineseCounting", "%1是"),
}


def numbered_docx(path: Path, style: str, end: str) -> Path:
    """A report whose items Word itself numbers."""
    document = Document()
    numbering = document.part.numbering_part.element
    kind, shown = AUTOMATIC[style]
    level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{shown}"/></w:lvl>'
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{level}</w:abstractNum>'))
    document.add_paragraph(TITLE)
    for num, items in ((90, PROBLEMS), (91, REMEDIES)):
        again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        numbering.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{num}"><w:abstractNumId w:val="90"/>{again}</w:num>')
        )
        document.add_paragraph("主要问题" if num == 90 else "对策建议")
        for item in items:
            paragraph = document.add_paragraph(item + end)
            paragraph._p.get_or_add_pPr().append(
                parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{num}"/></w:numPr>')
            )
    document.save(str(path))
    return path


@pytest.mark.parametrize("style", AUTOMATIC)
@pytest.mark.parametrize("end", ENDS)
def test_automatic_numbers_give_what_typed_ones_give(lexicon: Lexicon, tmp_path: Path, style: str, end: str) -> None:
    (read,) = docx.read(numbered_docx(tmp_path / "报告.docx", style, ENDS[end]), ReadOptions())
    _, passages, _ = split_of(read.text, lexicon)
    expected = [
        (heading, mark + item)
        for heading, items in (("主要问题", PROBLEMS), ("对策建议", REMEDIES))
        for mark, item in zip(marks(style, len(items)), items, strict=True)
    ]
    found = zip(passages["section"], passages["text"].str.rstrip("。；"), strict=True)
    assert list(found) == expected


NO_LISTS = [
    pytest.param("主要有：一是认识不够。二是责任不清。三是考核不严。", id="几个字的列举不切"),
    pytest.param("一是抓学习抓得紧一点，二是抓考核抓得实一点，三是抓队伍抓得强一点。", id="逗号相连是一句话"),
    pytest.param("附件：1.调研单位名单及联系方式；2.问卷统计汇总表一套；3.座谈会发言摘要一册", id="附件的名称"),
    pytest.param("一是这样的。他们说得对。二是那样的，也有道理。三是还有别的说法。", id="项内还有句子"),
    pytest.param("会议统一是思想，专一是作风，唯二是纪律，并无三是。", id="词里的一是"),
    pytest.param("见表1.2和表2.3，数据分别为1.5、2.5和3.5个百分点，不再赘述。", id="小数"),
    pytest.param("各支部共有党员二十一、二十二、二十三名不等，都按时参加了学习活动。", id="数目里的顿号"),
]


@pytest.mark.parametrize("line", NO_LISTS)
def test_what_is_no_list(line: str) -> None:
    assert item_starts(line) == []


SHORT = (
    "（一）学习制度\n各支部把学习排进周计划，由支部委员轮流领学，会后形成清单。\n"
    "（二）考核制度\n每季度对账一次，做得好的评优，做得差的约谈。"
)


def test_short_items_above_text_stay_headings(lexicon: Lexicon) -> None:
    _, passages, _ = split_of(f"{TITLE}\n一、主要做法\n{SHORT}", lexicon)
    assert list(passages["section"]) == ["一、主要做法＞（一）学习制度", "一、主要做法＞（二）考核制度"]


OUTLINES = [
    pytest.param("一、主要问题\n二、原因分析\n三、对策建议", [], id="空题目不是段落"),
    pytest.param("一、主要问题\n（一）学习制度", [], id="四个字的题目不是段落"),
    pytest.param(
        "一、主要问题\n（一）一些支部把学习当任务，走过场\n二、对策建议\n要压实责任，逐级签字背书，做到有人管、有人问。",
        [
            ("一、主要问题", "（一）一些支部把学习当任务，走过场"),
            ("二、对策建议", "要压实责任，逐级签字背书，做到有人管、有人问。"),
        ],
        id="只有一条的列举",
    ),
    pytest.param(
        "一、主要问题\n（一）思想认识有偏差。\n二、对策建议\n（一）压实主体责任；",
        [("一、主要问题", "（一）思想认识有偏差。"), ("二、对策建议", "（一）压实主体责任；")],
        id="以句号或分号收尾的短句",
    ),
    pytest.param(
        "一、思想认识不到位\n二、责任落实不到位\n三、考核奖惩不到位",
        [("", "一、思想认识不到位"), ("", "二、责任落实不到位"), ("", "三、考核奖惩不到位")],
        id="全文只有几条",
    ),
]


@pytest.mark.parametrize(("body", "expected"), OUTLINES)
def test_a_heading_that_heads_nothing(lexicon: Lexicon, body: str, expected: list[tuple[str, str]]) -> None:
    _, passages, _ = split_of(f"{TITLE}\n{body}", lexicon)
    assert list(zip(passages["section"].fillna(""), passages["text"], strict=True)) == expected
