"""The numbering of Chinese reports: 一、（一）1.（1）①壹、第一，首先，一是……, and what depth each mark stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass

DIGITS = "〇零一二三四五六七八九十百两"
FORMAL = "壹贰貳叁叄參肆伍陆陸柒捌玖拾"  # as amounts of money are written
_HAN = f"[{DIGITS}]{{1,4}}"

# Depths in the order in which Chinese official style nests them; words (第一，一是) may stand at any depth.
MARKS: tuple[tuple[int, str, re.Pattern[str]], ...] = (
    (1, "部分", re.compile(rf"第{_HAN}(?:部分|章|编)[：:、 ]?")),
    (1, "一、", re.compile(rf"{_HAN}(?: ?、|\.(?!\d)|．|，(?=[“‘\u4e00-\u9fff]))")),
    (1, "壹、", re.compile(rf"[{FORMAL}]{{1,3}}[、．.，]")),
    (2, "节", re.compile(rf"第{_HAN}节[：:、 ]?")),
    (2, "（一）", re.compile(rf"(?:[（(]\s*{_HAN}\s*[）)]|[㈠-㈩])[、，.]?")),
    (3, "1.", re.compile(r"\d{1,2}(?:[.．](?!\d)|、|\)|）)|[⒈-⒛]")),
    (4, "（1）", re.compile(r"[（(]\s*\d{1,2}\s*[）)][、.]?|[①-⑳⑴-⒇]、?")),
    (5, "第一，", re.compile(rf"(?:第{_HAN}|首先|其次|再次|再者|最后|其[一二三四五六七八])[，,、：:]")),
    (5, "一是", re.compile(rf"(?:{_HAN}(?:是|要|看|抓|靠|在)|其[一二三四五六七八]是|第{_HAN}是)")),
)
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
ONE_CHAR = "".join(map(chr, (*range(0x2474, 0x249C), *range(0x3220, 0x322A))))  # ⑴…⒇ ⒈…⒛ ㈠…㈩
MARK_START = frozenset(f"{DIGITS}{FORMAL}第（({CIRCLED}{ONE_CHAR}首其再最")  # every mark begins so, or with a digit
WORD_DEPTH = 5
ITEM_NUMBER = (  # words that open an item, too, stand in corpus/lexicon/openers.csv
    rf"(?:{_HAN}是(?!否)|第{_HAN}[，,、]|首先[，,、]|其次[，,、]|再次[，,、]|再者[，,]|其[一二三四五六七八][，,]|"
    r"[（(]\d{1,2}[）)]|[①-⑳]|\d{1,2}[.．、](?!\d))"
)
NUMBERED_ITEM = re.compile(rf"(?:{_HAN}是(?!否)|第{_HAN}[，,、]|首先[，,、]|其次[，,、]|再次[，,、]|最后[，,、])")
ORDINAL = re.compile(rf"(?:({_HAN})是|第({_HAN})[，,、])")
ORDINAL_START = frozenset(f"{DIGITS}第")

_ANY = rf"[{DIGITS}\d]{{1,4}}"
# The line that opens one of several reports in a file: “第一篇：…”, “【篇二】…”, “范文3：…”.
PIECE = re.compile(
    rf"^\s*(?:第\s*({_ANY})\s*篇|[【\[（(]\s*(?:第\s*({_ANY})\s*篇|篇\s*({_ANY})|范文\s*({_ANY}))\s*[】\]）)]|"
    rf"篇\s*({_ANY})|范文\s*(?:第\s*)?({_ANY})\s*篇?)(?:\s*[：:、.]|\s+|(?<=[】\]）)])|$)"
)
PIECE_WORDS = ("篇", "范文")  # every such line holds one of them


@dataclass(frozen=True, slots=True)
class Mark:
    """A number or ordinal word at the start of a line."""

    depth: int
    style: str
    text: str


def mark_of(line: str) -> Mark | None:
    """The numbering mark that ``line`` begins with, or None.

    >>> mark_of("（一）组织生活").style, mark_of("2022年以来"), mark_of("一是认识不足").depth
    ('（一）', None, 5)
    """
    first = line[:1]
    if first not in MARK_START and not first.isdecimal():
        return None
    for depth, style, pattern in MARKS:
        if hit := pattern.match(line):
            return Mark(depth, style, hit.group())
    return None


def han_number(text: str) -> int:
    """Value of a Chinese number up to 99, 0 if there is none.

    >>> han_number("十二"), han_number("二十"), han_number("七")
    (12, 20, 7)
    """
    digits = {"〇": 0, "零": 0, "两": 2} | {char: value for value, char in enumerate("一二三四五六七八九", 1)}
    if "十" in text:
        tens, _, ones = text.partition("十")
        return digits.get(tens, 1 if not tens else 0) * 10 + digits.get(ones, 0)
    value = 0
    for char in text:
        value = value * 10 + digits.get(char, 0)
    return value
