"""Headings: which lines, and which beginnings of lines, head the text behind them instead of saying something."""

from __future__ import annotations

import re
from typing import NamedTuple

from nlp.readers.source import LABELLED
from nlp.text.clean import ends_sentence
from nlp.text.numbering import WORD_DEPTH, Mark

STANDING_HEADING = 60  # characters: the longest heading alone on its line
RUN_IN_HEADING = 45  # the longest heading in front of text on one line
UNNUMBERED_HEADING = 28
MOST_TERSE = 6  # characters: with a full stop, what has as many is a sentence
TITLE = 14  # characters: what is longer and heads nothing says something
STOP = re.compile(r"[。！？!?]|(?<=[\u4e00-\u9fff”])[;；]")
# Words that open a sentence and so betray where a heading without a stop ends and the text begins.
OPENING = (
    r"在[^，。]{2,12}(?:上|中|方面)，|近年来|近几年|当前|目前|今年以来|去年以来|长期以来|一直以来|从[^，。]{2,14}(?:看|来看)，|"
    r"要|一些|有的|部分|个别|少数|不少|许多|各级|我们|我(?:局|院|校|委|公司|部|县|市|区)|通过|坚持|为|由于|因为|按照|根据|"
    r"调研|座谈|问卷|问题|虽然|尽管|首先|一是|具体|所谓|切实"
)


# What a title ends with, and what makes a sentence of a few words.
TITLE_END = re.compile(
    r"(?:问题|情况|现状|表现|原因|成因|分析|剖析|对策|建议|措施|举措|做法|成效|经验|打算|思考|启示|体会|方面|要求|目标|任务|概况|概述|"
    r"意义|背景|结语|结论|引言|附件|目录|清单|方向|思路|路径|说明|总结|工作|建设|计划|安排|方法|范围|对象|基础|根源|短板|不足|差距)[：:]?$"
)
LEAD_IN = re.compile(r"以下|如下|下列|下述|[几两三四五六七]个?方面|有[：:]?$")
SAYS = re.compile(
    r"[不没未无缺弱差欠难]|停留|流于|走过场|存在|有待|仍|还|要|应|须|必|把|被|让|使|是|脱节|割裂|淡化|虚化|空转|滞后|松散|偏离|错位|单一|"
    r"陈旧|失衡|加强|强化|健全|完善|建立|压实|提升|提高|推动|推进|落实|优化|创新|严格|深化|抓|筑牢|夯实|坚持|确保|引导|突出"
)


class Row(NamedTuple):
    """One line of a document and where it stands."""

    start: int
    text: str
    mark: Mark | None
    cut: bool = False  # its line goes on in the next one


def stands_alone(row: Row, previous: Row | None, following: Row | None) -> bool:
    """Whether the whole line is a heading."""
    text, mark = row.text, row.mark
    if len(text) > STANDING_HEADING:
        return False
    if STOP.search(text.rstrip("。；;：:？?" if mark and mark.depth <= 2 else "。；;：:")):
        return False  # more than one sentence
    if mark is None:
        return unnumbered_heading(row, previous, following)
    if mark.depth <= 2:
        # A plain list under （一） also looks so; a list item says something, with a comma and a full stop.
        is_item = text.endswith(("。", "；", ";")) and "，" in text and len(text) > RUN_IN_HEADING
        return not is_item
    if following is None or (
        following.mark and following.mark.depth <= mark.depth and following.mark.style == mark.style
    ):
        return False
    longer = len(following.text) > len(text)
    return longer and len(text) <= RUN_IN_HEADING and (not ends_sentence(text) or "，" not in text)


def says_something(row: Row) -> bool:
    """Whether a line that heads nothing is a sentence or an item rather than an empty title.

    >>> [says_something(Row(0, text, None)) for text in ("存在问题", "思想认识有偏差。", "学习制度", "学用脱节")]
    [False, True, False, True]
    """
    body = row.text[len(row.mark.text) :].strip() if row.mark else row.text
    said = body.rstrip("。；;：:！!？?")
    if re.search(r"[，。；！？]", said):
        return True
    if LEAD_IN.search(said) or len(said) > TITLE or (len(said) >= MOST_TERSE and body[-1:] in "。；;！!"):
        return True
    return bool(SAYS.search(said)) and not TITLE_END.search(said)


def short_item(row: Row) -> bool:
    """Whether a line is as short as an item of a plain list."""
    return len(row.text) <= STANDING_HEADING


def unnumbered_heading(row: Row, previous: Row | None, following: Row | None) -> bool:
    """Whether a line without number is a heading: short, no sentence, and longer text behind it."""
    if following is None or ends_sentence(row.text) or len(row.text) > UNNUMBERED_HEADING:
        return False
    if LABELLED.match(following.text):  # the head of a table
        return False
    if re.search(r"[。；！？]|^(?:附件|注|来源)|\t| {2}", row.text) or not re.search(r"[\u4e00-\u9fff]{2}", row.text):
        return False
    leads = following.text.endswith(("：", ":")) and LEAD_IN.search(following.text)
    followed_by_text = len(following.text) >= 2 * len(row.text) or following.mark is not None or leads or following.cut
    return bool(followed_by_text) and (
        previous is None or len(previous.text) > UNNUMBERED_HEADING or previous.mark is not None
    )


def run_in_end(row: Row, rows: list[Row]) -> int | None:
    """Length of the heading in front of the text of a numbered line, or None if there is none."""
    if row.mark is None or row.mark.depth >= WORD_DEPTH:
        return None
    limit = RUN_IN_HEADING if row.mark.depth <= 2 else RUN_IN_HEADING * 2 // 3
    colon = re.search(r"[：:]", row.text[: limit + 1])
    if stop := STOP.search(row.text):
        if colon and colon.end() < stop.start() and "，" in row.text[colon.end() : stop.start()]:
            return colon.end()  # what stands behind the colon already says something
        if stop.end() <= limit and stop.group() not in "；;" and row.text[stop.end() :].strip():
            return stop.end()
        if colon and colon.end() < stop.start() and row.text[colon.end() :].strip() and row.mark.depth <= 3:
            return None
        blank = re.search(r"(?<=[\u4e00-\u9fff”])\s+(?=\S)", row.text[:limit])
        if blank and "，" not in row.text[: blank.start()][-1:]:
            return blank.end()
        if row.mark.depth <= 2:
            return unstopped_end(row, rows)
    return None


def unstopped_end(row: Row, rows: list[Row]) -> int | None:
    """Where a heading that runs into the text without a stop ends, judged by its brothers that stand alone.

    The brothers (lines of the same style that are headings by themselves) give the likely length and number of
    clauses; the cut falls before a word that opens sentences.
    """
    style = row.mark.style if row.mark else ""
    brothers = [
        r.text for r in rows if r is not row and r.mark and r.mark.style == style and len(r.text) <= STANDING_HEADING
    ]
    if not brothers:
        return None
    longest = max(map(len, brothers)) + 6
    shortest = max(6, min(map(len, brothers)) - 6)
    openings = [
        hit.start() for hit in re.finditer(OPENING, row.text[: longest + 1]) if shortest <= hit.start() <= longest
    ]
    typical = sum(map(len, brothers)) / len(brothers)
    clauses = round(sum(text.count("，") for text in brothers) / len(brothers))
    fitting = [at for at in openings if row.text[:at].count("，") == clauses and row.text[at - 1] not in "，、"]
    return min(fitting, key=lambda at: abs(at - typical)) if fitting else None
