"""Bylines: when and by whom a text was sent out, as the lines under its title say; the organ that a title names."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from nlp.text.dates import DATE, NARROW, dates_in, without_dates

HEAD_LINES, HEAD_CHARS = 8, 200  # of the top of a text: bylines stand there, or, in a page on one line, near its start
SENT = re.compile(r"(?:发布|发表|更新|发稿|录入|成文|印发|报送)(?:时间|日期)\s*[:：]?\s*")
AT_START = re.compile(r"^[\s【\[（(]*(?:(?:时间|日期)\s*[:：]\s*)?")
BY = re.compile(
    r"(?:来源|稿源|供稿(?:单位)?|发布(?:单位|机构|机关)|报送单位|撰写单位|单位|作者)\s*[:：]\s*"
    r"(?P<organ>[^\s:：，。；|｜【】\[\]（）()]{4,30})"
)
CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?")
LABELS = "来源|稿源|作者|供稿|编辑|责编|浏览|阅读|点击|字号|字体|分享|发布|单位"
REST = re.compile(rf"^(?:$|(?:{LABELS}))")
BYLINE = re.compile(r"^(?:[（(].{2,40}[）)]|(?:作者|来源|单位|时间|日期|发布时间)[：:].*)$")
AROUND = " \t\u3000【】[]（）()|｜"
# What the name of a unit ends with, the party body within it aside.
UNIT_END = (
    r"(?:局|厅|委|部|办|院|处|科|所|站|队|馆|社|厂|行|校|镇|乡|村|区|矿|党校|中心|公司|集团|协会|商会|学会|联合会|"
    r"办公室|委员会|管委会|总工会|妇联|大学|学院|中学|小学|幼儿园|街道|农场|银行|法院|检察院|医院|政府|人大|政协)"
)
PARTY = "(?:机关)?(?:党委|党组|党工委|工委|党总支|总支|第?[一二三四五六七八九十]?(?:党支部|支部)|团委|工会)"
UNIT = re.compile(rf"^[\u4e00-\u9fff“”·]{{2,30}}?(?:{UNIT_END}{PARTY}?|{PARTY})$")
BEFORE_SUBJECT = re.compile(
    r"^(?P<organ>[^，。；：:《》“”\d]{4,30}?)(?=关于|(?:19|20)\d\d年|二[〇○零OoＯ0]|落实|开展|推进)"
)
NO_ORGAN = re.compile(r"(?:网|报|日报|晚报|公众号|频道|杂志|电视台|百度|微信|新闻中心|头条)$")
PARTS = re.compile(r"[-_—－·\s()（）【】+]+")


class Byline(NamedTuple):
    """What the lines under a title say."""

    date: str | None
    organ: str | None


def byline_of(lines: Iterable[str]) -> Byline:
    """Date and organ in the lines at the top of a text, as they were read.

    >>> byline_of(["关于甲的报告", "发布时间：2024-03-08 09:00 来源：某局机关党委"])
    Byline(date='2024-03-08', organ='某局机关党委')
    """
    date = organ = None
    for line in top_of(lines):
        text = line.translate(NARROW)
        for hit in (*SENT.finditer(text), *filter(None, [AT_START.match(text)])):
            found = DATE.match(text, hit.end())
            if date is None and found and (hit.re is SENT or is_byline(line)):
                date = next(iter(dates_in(found.group())), None)
        by = BY.search(line)
        organ = organ or (by and organ_name(by["organ"])) or None
    return Byline(date, organ)


def top_of(lines: Iterable[str]) -> list[str]:
    """The first lines that hold something."""
    return [line.strip()[:HEAD_CHARS] for line in lines if line.strip()][:HEAD_LINES]


def is_byline(line: str) -> bool:
    """Whether a line under a title says who wrote when, and nothing else.

    >>> [is_byline(line) for line in ("2024-03-08 09:00 来源：某局", "（2024年3月8日）", "2024年3月，我局学习。")]
    [True, True, False]
    """
    text = line.strip()
    if BYLINE.match(text):
        return True
    rest = CLOCK.sub("", without_dates(text)).strip(AROUND)
    dated = AT_START.sub("", text.translate(NARROW))
    return bool(DATE.match(dated)) and REST.match(AT_START.sub("", rest)) is not None


def organ_name(name: str) -> str | None:
    """``name`` if it is that of a unit that can have written a report.

    >>> organ_name("某局机关党委"), organ_name("新华网"), organ_name("张某某")
    ('某局机关党委', None, None)
    """
    name = name.strip(AROUND)
    return name if UNIT.match(name) and not NO_ORGAN.search(name) else None


def organ_in_title(title: str) -> str | None:
    """The organ that a title begins with.

    >>> organ_in_title("中共某市水利局党组关于党建工作的报告"), organ_in_title("关于党建工作的报告")
    ('中共某市水利局党组', None)
    """
    hit = BEFORE_SUBJECT.match(title)
    return organ_name(hit["organ"]) if hit else None


def organ_of_file(stem: str) -> str | None:
    """The organ in the name of a file.

    >>> organ_of_file("某市水利局-2024年自查报告"), organ_of_file("调研报告"), organ_of_file("A01-调研报告")
    ('某市水利局', None, None)
    """
    return organ_in_title(stem) or next((part for part in PARTS.split(stem) if organ_name(part)), None)
