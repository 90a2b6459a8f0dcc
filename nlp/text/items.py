"""Lists: which lines and which places inside a line open the next item, however the items are numbered and ended."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from nlp.text.numbering import DIGITS, FORMAL, WORD_DEPTH, Mark, han_number, mark_of

SHORTEST_ITEM = 10  # characters: what is shorter is a word of the sentence, not an item
LONGEST_LEAD = 40  # characters in front of the first item of a line
FEWEST_ITEMS = 3  # two may be a mere “一是…，二是…” within a sentence
MOST_UNEVEN = 3  # how much longer than the shortest an item may be where nothing ends the items
LAST = 99  # the number of 最后: it follows any other
IN_WORDS = {"首先": 1, "其次": 2, "再次": 3, "再者": 3, "最后": LAST}
_HAN = f"[{DIGITS}]{{1,4}}"
# Marks as they stand inside a line. What stands before them keeps 统一是 or 二十一、 from being one.
STYLES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<![{DIGITS}第]){_HAN}、",
        rf"(?<![{FORMAL}])[{FORMAL}]{{1,3}}[、．.，]",
        rf"[（(]\s*{_HAN}\s*[）)]|[㈠-㈩]",
        r"(?<![\d.．〔（(年])\d{1,2}[.．、](?!\d)",
        r"(?<![\d（(])\d{1,2}[)）]",
        r"[⒈-⒛]",
        r"[（(]\s*\d{1,2}\s*[）)]|[①-⑳⑴-⒇]",
        rf"第{_HAN}[，,、：:]",
        r"其[一二三四五六七八]是?[，,、：:]?",
        rf"(?<![{DIGITS}第其统之唯])(?:第|其)?{_HAN}是(?!否)",
        rf"(?<![{DIGITS}第其统])(?:第|其)?{_HAN}要",
        "首先|其次|再次|再者|最后",
    )
)
# Without one of these no line holds a second item.
SECONDS = (
    *("二、", "（二", "(二", "㈡", "2.", "2．", "２．", "2、", "２、", "2)", "2）", "２）", "2 ", "⒉", "②", "⑵"),
    *("贰", "貳", "第二", "其二", "二是", "二要", "其次"),
)
STOPS = "。；;！!？?"
LEAD_ENDS = tuple("：:，,")
BEFORE_FIRST = STOPS + "".join(LEAD_ENDS)
INNER_STOP = re.compile(r"[。！!？?](?=[”’）)]*[^”’）)\s])")
ENCLOSURES = re.compile(r"(?:附件?|附表|附录|注释?|说明|目\s*录|参考文献)\d?[：:]|.*。附件?[：:]")  # names, not items
BARE = re.compile("(?:首先|其次|再次|再者|最后|其[一二三四五六七八])(?![，,、：:是])")


def seconds_in(text: str) -> tuple[str, ...]:
    """The marks of second items that ``text`` holds: its lines need be looked through for no other."""
    return tuple(second for second in SECONDS if second in text)


def item_starts(line: str, seconds: Sequence[str] = SECONDS) -> list[int]:
    """Where the items of a list begin inside ``line``; none if it holds no list.

    >>> item_starts("主要有：（一）学习停留在读文件上（二）考核停留在看台账上（三）责任停留在签字上。")
    [4, 16, 28]
    >>> item_starts("一是抓学习，二是抓考核，三是抓队伍。")
    []
    """
    if not any(second in line for second in seconds) or ENCLOSURES.match(line):
        return []
    found = [starts for style in STYLES if (starts := sequence(line, style)) and is_list(line, starts)]
    return min(found, key=lambda starts: starts[0]) if found else []


def start_behind_lead(line: str, following: Mark) -> int:
    """Where the first item begins in a line whose list goes on with ``following`` on the next line; 0 if nowhere.

    >>> start_behind_lead("究其原因，一是认识不深；", mark_of("二是责任不实"))
    5
    """
    if number_of(following.text) != 2:
        return 0
    for style in STYLES:
        for hit in style.finditer(line[:LONGEST_LEAD]):
            at = hit.start()
            mark = opening_of(line[at:])
            if mark and follows(following, mark) and line[:at].rstrip()[-1:] in LEAD_ENDS:
                return 0 if INNER_STOP.search(line, at) else at
    return 0


def sequence(line: str, style: re.Pattern[str]) -> list[int]:
    """Where marks of one style begin that count from one upward."""
    starts: list[int] = []
    last = 0
    for hit in style.finditer(line):
        number = number_of(hit.group())
        follows = number == last + 1 or (number == LAST and last > 1)
        if follows and (opens_list(line, hit.start()) if not starts else hit.start() - starts[-1] >= SHORTEST_ITEM):
            starts.append(hit.start())
            last = number
    return starts


def opens_list(line: str, at: int) -> bool:
    """Whether a first item may begin here: at the start, or behind a lead of bearable length."""
    before = line[:at].rstrip()
    return not before or (len(before) <= LONGEST_LEAD and before[-1] in BEFORE_FIRST)


def is_list(line: str, starts: list[int]) -> bool:
    """Whether the stretches behind these marks are items: as many as a list has, each one sentence or its part."""
    if len(starts) < FEWEST_ITEMS:
        return False
    items = [line[a:b].rstrip() for a, b in pairwise([*starts, len(line)])]
    if any(len(item) < SHORTEST_ITEM or INNER_STOP.search(item) for item in items):
        return False
    ended = [item[-1] in STOPS for item in items[:-1]]
    if all(ended):
        return True
    lengths = [len(item) for item in items]
    # A list without stops: a comma in front of a number means that the sentence goes on.
    return not any(ended) and not any(item[-1] in "，,、" for item in items[:-1]) and even(lengths)


def even(lengths: list[int]) -> bool:
    """Whether stretches are about as long as each other."""
    return max(lengths) <= MOST_UNEVEN * min(lengths)


def number_of(mark: str) -> int:
    """The number that a mark gives: 第三，→ 3, ⑵ → 2, 贰、→ 2, 其次 → 2; 0 if none.

    >>> [number_of(mark) for mark in ("十二、", "（３）", "⑵", "㈠", "贰、", "其三", "再次", "第四是")]
    [12, 3, 2, 1, 2, 3, 3, 4]
    """
    if mark[:2] in IN_WORDS:
        return IN_WORDS[mark[:2]]
    if figures := "".join(char for char in mark if char.isdecimal()):
        return int(figures)
    if han := "".join(char for char in mark if char in DIGITS):
        return han_number(han)
    return sum(int(unicodedata.numeric(char, 0)) for char in mark)


def bare_mark(line: str) -> Mark | None:
    """The ordinal word that ``line`` begins with without a comma behind it: a mark only among its brothers.

    >>> bare_mark("首先学习不深").text, bare_mark("首先，学习不深"), bare_mark("其实不然")
    ('首先', None, None)
    """
    hit = BARE.match(line) if line[:1] in ("首", "其", "再", "最") else None
    return Mark(WORD_DEPTH, "首先" if hit.group() in IN_WORDS else "其一", hit.group()) if hit else None


def follows(mark: Mark | None, before: Mark | None) -> bool:
    """Whether one mark counts on from another of its style."""
    if mark is None or before is None or mark.style != before.style:
        return False
    number, last = number_of(mark.text), number_of(before.text)
    return last > 0 and (number == last + 1 or (number == LAST and last != LAST))


def opening_of(line: str) -> Mark | None:
    """The mark at the start of ``line``, an ordinal word without a comma among them."""
    return mark_of(line) or bare_mark(line)


def listed(lines: Sequence[str]) -> set[int]:
    """Which of these lines open an item: a line of their style that counts one less or more stands next to them.

    >>> sorted(listed(["首先学习不深", "其次考核不严", "最后责任不实", "首先要看到成绩"]))
    [0, 1, 2]
    """
    found: set[int] = set()
    last: dict[str, int] = {}
    openings = {i: mark for i, line in enumerate(lines) if (mark := opening_of(line))}
    for i, mark in openings.items():
        before = last.get(mark.style)
        if before is not None and follows(mark, openings[before]):
            found |= {before, i}
        last[mark.style] = i
    return found
