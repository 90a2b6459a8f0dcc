"""Dates of documents: from the manifest, the file name or the signature, in that order; never from inside the text."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nlp.text.numbering import han_number

EARLIEST, LATEST = 1949, 2099
FILE_NAME = "文件名"
ZEROS = "〇零○◯OoＯｏ0０"  # what is typed for the zero of a Chinese year
_DIGIT, _NUMBER = rf"[{ZEROS}一二三四五六七八九]", "[一二三四五六七八九十廿]{1,3}"
DATE = re.compile(
    rf"(?<![\d{ZEROS}])(?P<y>(?:19|20)\d{{2}}|[一二]{_DIGIT}{{3}})\s*年"
    rf"\s*(?:(?P<m>\d{{1,2}}|元|正|{_NUMBER})\s*月(?:份)?\s*(?:(?P<d>\d{{1,2}}|{_NUMBER})\s*[日号])?)?"
    r"|(?<!\d)(?P<y2>(?:19|20)\d{2})(?:[-./](?P<m2>\d{1,2})(?:[-./](?P<d2>\d{1,2}))?"
    r"|\s?[-./]\s?(?P<m3>\d{1,2})\s?[-./]\s?(?P<d3>\d{1,2}))(?!\d)"
)
# Every date begins so; the search for one character class is much faster than that for DATE itself.
DATE_START = re.compile(rf"[12一二](?=[09]\d\d\s*[年\-./]|{_DIGIT}{{3}}\s*年)")
NARROW = {0xFF01 + i: 0x21 + i for i in range(94)} | {0x3000: 0x20}  # full-width signs to ASCII, one to one
COMPACT = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})?(?!\d)")
REMARK = re.compile(r"（单元格里的数 ([\d.]+)，(.+)）")
BARE_YEAR = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Finding:
    """A date and where it was found."""

    date: str
    origin: str


@dataclass(frozen=True, slots=True)
class Settled:
    """The date that is taken, its origin, and those that are not."""

    date: str | None
    origin: str | None
    conflicts: list[dict[str, Any]]


def settle_date(findings: list[Finding], inside: list[str]) -> Settled:
    """Take the first plausible finding; report the others that disagree, and later dates inside the text."""
    conflicts: list[dict[str, Any]] = []
    taken: Finding | None = None
    for finding in findings:
        date = normal_date(finding.date)
        if date is None:
            conflicts.append({"found": finding.date, "found_in": finding.origin, "reason": "不是可信的日期"})
        elif taken is None:
            taken = Finding(date, finding.origin)
            if remark := REMARK.search(finding.date):  # see ``registers/cells.py``
                conflicts.append({"found": remark[1], "found_in": finding.origin, "reason": remark[2]})
        elif agree(taken.date, date):
            if taken.origin == FILE_NAME and len(date) > len(taken.date):
                taken = Finding(date, finding.origin)  # a year in a file's name does not coarsen a day
        else:
            conflicts.append({"found": date, "found_in": finding.origin, "reason": f"与{taken.origin}的日期不一致"})
    later = [date for date in inside if taken is None or (date > taken.date and not agree(date, taken.date))]
    if later:
        reason = "正文提到的日期不作文档日期" if taken is None else "正文提到更晚的日期"
        conflicts.append({"found": max(later), "found_in": "正文", "reason": reason})
    kept = taken.date if taken else None
    unique = {(c["found"], c["reason"]): c | {"kept": kept} for c in conflicts}
    return Settled(kept, taken.origin if taken else None, list(unique.values()))


def agree(one: str, other: str) -> bool:
    """Whether two dates agree as far as both go."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


def dates_in(text: str) -> list[str]:
    """Every plausible full date (year and month at least) in ``text``, in order.

    >>> dates_in("二O二一年六月十八日印发，2022年报，2023. 5. 8，２０２４年元月8日")
    ['2021-06-18', '2023-05-08', '2024-01-08']
    """
    return [date for hit in date_matches(text) if (date := date_of_match(hit)) and len(date) > 4]


def date_matches(text: str) -> Iterator[re.Match[str]]:
    """What ``DATE.finditer`` yields, of the text in half width."""
    text, end = text.translate(NARROW), 0
    for start in DATE_START.finditer(text):
        if start.start() >= end and (hit := DATE.match(text, start.start())):
            end = hit.end()
            yield hit


def normal_date(text: str) -> str | None:
    """A date as YYYY, YYYY-MM or YYYY-MM-DD, or None if it is none or not plausible.

    >>> normal_date("2022年6月"), normal_date("20220618"), normal_date("2022-13-01"), normal_date("2022/6/8 00:00:00")
    ('2022-06', '2022-06-18', None, '2022-06-08')
    """
    text = text.translate(NARROW).strip()
    for pattern in (DATE, COMPACT, BARE_YEAR):
        if hit := pattern.search(text):
            return date_of_match(hit)
    return None


def date_of_match(hit: re.Match[str]) -> str | None:
    """Date of a match of one of the patterns, or None if it cannot be."""
    groups = {key[0]: value for key, value in hit.groupdict().items() if value}
    year = number_of(re.sub(f"[{ZEROS}]", "〇", groups["y"])) if groups["y"][0] in "一二" else int(groups["y"])
    month, day = number_of(groups.get("m", "")), number_of(groups.get("d", ""))
    has_month, has_day = "m" in groups, "d" in groups
    if not EARLIEST <= year <= LATEST or (has_month and not 1 <= month <= 12):
        return None
    if has_day and not 1 <= day <= monthrange(year, month)[1]:
        return None
    return f"{year}" + (f"-{month:02d}" if has_month else "") + (f"-{day:02d}" if has_day else "")


def number_of(text: str) -> int:
    """Value of a number in figures or in Chinese, 元 and 正 being the first; 0 if there is none.

    >>> number_of("12"), number_of("十二"), number_of("元"), number_of("廿三")
    (12, 12, 1, 23)
    """
    if text.isdecimal():
        return int(text)
    return 1 if text in ("元", "正") else han_number(text.replace("廿", "二十"))


def without_dates(text: str) -> str:
    """``text`` without its dates, in half width."""
    return DATE.sub("", text.translate(NARROW))


def date_of_file_name(source: str) -> list[Finding]:
    """The date in a file's name, if there is one (folders do not count)."""
    name = source.rsplit("/", 1)[-1]
    date = normal_date(name)
    return [Finding(date, FILE_NAME)] if date else []


def date_of_signature(lines: list[str]) -> list[Finding]:
    """The date among the signature lines."""
    return [Finding(date, "落款") for line in lines for date in dates_in(line)[:1]]
