"""Recognise a secrecy mark where an official document carries one (GB/T 9704: top left of the first page).

“机密★3年” on a line of its own is a mark anywhere; without the star only in the head of a text. The mere words, in a
sentence about secrets and how to keep them, are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from nlp.base.errors import UnreadableFile
from nlp.readers.source import ReadOptions

HEAD_LINES = 12  # lines with something on them that count as the head of a text
UPRIGHT = 2  # characters of a line of a mark that is set upright: 机, 密, ★, 10, 年
LONGEST = 60  # characters of a line that may be a mark and what stands beside it
GRADE = r"(?:绝密|絕密|机密|機密|秘密|核心商密|普通商密|商业秘密|商業秘密|工作秘密|工作密码)"
STATE = r"(?:绝密|絕密|机密|機密|秘密)"  # may stand alone; 商业秘密 alone is a heading
NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十]{1,3})"
DAY = r"至?\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?"
TERM = rf"(?:{DAY}|{NUMBER}(?:年|个月|個月|月|天|日)?|长期|長期|启用前|啟用前|解密前|永久)"
STAR = r"[★☆✩✪✭✮✯✶⭐🌟*﹡∗]"
COPY = (
    r"(?:(?:份号|編號|编号|No|№)?[:.]?\d{1,8}号?|特急|加急|平急|特提|急件|内部|内部资料|注意保存|阅后收回"
    rf"|保密期限:?{TERM})"
)
FIELD = r"(?:密级|定密|(?:保密|秘密|涉密)等级):?"
STARRED = re.compile(
    rf"{COPY}?(?:{FIELD})?[\[【(〔]?(?:{GRADE}(?:级)?{STAR}{{1,2}}{TERM}?|[★☆]{STATE}{STAR}?{TERM}?)[\]】)〕]?(?:{COPY})*"
)
BARE = re.compile(
    rf"{COPY}?(?:{FIELD}[\"'“]?{GRADE}(?:级)?{TERM}?[\"'”]?|[\[【(〔]{GRADE}(?:级)?{TERM}?[\]】)〕]|{GRADE}[·•・]?{TERM}|{STATE}(?:级)?)(?:{COPY})*"
)
BESIDE = re.compile(rf"(?:^|[\t|]| {{2}}){GRADE}{STAR}{TERM}?")  # the mark runs into what follows it on the page
IN_NAME = re.compile(rf"{GRADE}(?:级)?{STAR}|[\[【(〔]{STATE}(?:级)?(?:{STAR})?{TERM}?[\]】)〕]")
BEGINS_AGAIN = re.compile(r"\s*第(?:\d{1,3}|[一二三四五六七八九十]{1,3})篇")  # a document of a compilation
SENTENCE = re.compile("[。，；！？、]")
FOLDED = str.maketrans("０１２３４５６７８９：（）．＊　\u00a0", "0123456789:().*  ")
FIX = "涉密文件不得在非涉密计算机上处理；确认已解密或标志有误，再用 --allow-marked 读入"


def refuse_marked(lines: Iterable[str], options: ReadOptions, n_head: int = HEAD_LINES) -> None:
    """Refuse a text with a secrecy mark, unless the user allows it. Raises UnreadableFile."""
    if not options.allow_marked:
        refuse(mark_of(lines, n_head), options)


def refuse(mark: str | None, options: ReadOptions) -> None:
    """Refuse what has a mark, unless the user allows it. Raises UnreadableFile."""
    if mark and not options.allow_marked:
        raise UnreadableFile(f"带有密级标志“{mark}”", FIX)


def mark_of(lines: Iterable[str], n_head: int = HEAD_LINES) -> str | None:
    """Return the secrecy mark of a text, given its lines; ``None`` if it has none.

    ``n_head`` is the number of lines that count as its head; 0 for a text that has none, such as a cell of a table.

    >>> mark_of(["机 密★３年", "关于开展自查的报告"]), mark_of(["保守国家秘密，人人有责。"])
    ('机密★3年', None)
    """
    left, pile = n_head, ""
    for line in lines:
        if not line or line.isspace():
            continue
        if n_head and BEGINS_AGAIN.match(line):
            left = n_head
        if left and len(line) <= UPRIGHT:
            pile += line
        else:
            if "密" in pile and (mark := in_head(pile) or starred(pile)):
                return mark
            pile = ""
        if "密" in line and (mark := starred(line) or (in_head(line) if left else None)):
            return mark
        left = max(0, left - 1)
    return in_head(pile) or starred(pile) if "密" in pile else None


def refuse_marked_cells(cells: Iterable[object], options: ReadOptions) -> None:
    """Refuse a table with a starred mark in any cell, whatever its column: bare words there are a column of grades."""
    marked = (cell for cell in cells if isinstance(cell, str) and "密" in cell)
    refuse_marked((line for cell in marked for line in cell.split("\n")), options, n_head=0)


def in_name(name: str) -> str | None:
    """Return the mark that the name of a file holds, with a star or in brackets."""
    hit = IN_NAME.search(close(name[:LONGEST])) or IN_NAME.search(close(name[-LONGEST:])) if "密" in name else None
    return hit.group() if hit else None


def starred(line: str) -> str | None:
    """Return the mark with a star that fills a line."""
    if len(line) > LONGEST:
        return None
    folded = close(line)
    return folded if STARRED.fullmatch(folded) else None


def in_head(line: str) -> str | None:
    """Return the mark that a line of the head holds: one without a star alone, one with a star beside other things."""
    if len(line) <= LONGEST and BARE.fullmatch(folded := close(line)):
        return folded
    if SENTENCE.search(line):
        return None
    hit = BESIDE.search(line.translate(FOLDED).strip()) or BESIDE.match(close(line))
    return hit.group().strip("\t| ") if hit else None


def close(line: str) -> str:
    """Return a line without blanks, in one width: “机 密 ★ ３ 年” is 机密★3年."""
    return re.sub(r"[\s\u200b-\u200d\u2060\ufeff]", "", line[: LONGEST + 1].translate(FOLDED))
