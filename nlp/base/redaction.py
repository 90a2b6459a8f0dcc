"""Mask what identifies a person: identity numbers, telephone numbers, e-mail addresses, bank cards.

Every letter and digit of a find becomes ``*``; separators stay and so does the length, so that offsets remain valid.
What only looks alike stays: document numbers, dates, amounts, serial numbers, the credit codes of organisations.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from itertools import cycle

MASK = "*"
D = "[0-9０-９]"
ALONE = rf"(?<![0-9０-９A-Za-zＡ-Ｚａ-ｚ])(?<!{D}[.．])"  # no part of a longer number, nor the decimals of one
ENDS = rf"(?![0-9０-９A-Za-zＡ-Ｚａ-ｚ])(?![.．]{D})"
DASH = r"\-－‐‑–—"
BLANK = r" \u3000\u00a0"
G = rf"[{BLANK}{DASH}]{{1,2}}"  # between the groups of a number
S = rf"[{BLANK}{DASH}\n]{{1,2}}"  # a line may also end in the middle of one, but only once
# The lookahead finds overlapping candidates, so that a row of short numbers before a find does not hide it.
IDENTITY = re.compile(
    rf"{ALONE}(?=((?:{D}(?:\n?{D}){{16}}\n?|(?:{D}[{BLANK}]){{17}}"
    rf"|{D}{{3}}(?:{S})?{D}{{3}}{S}{D}{{4}}(?:{S})?{D}{{4}}{S}{D}{{3}}"
    rf"|(?:{D}{{4}}{S}){{4}}{D})[0-9０-９XxＸｘ]){ENDS})"
)
OLD_IDENTITY = re.compile(rf"{ALONE}(?=({D}(?:\n?{D}){{14}}|{D}{{6}}{S}{D}{{6}}{S}{D}{{3}}){ENDS})")
CARD = re.compile(
    rf"{ALONE}(?=({D}(?:\n?{D}){{15,18}}|{D}{{4}}(?:{G}{D}{{4}}){{3}}(?:(?:{G})?{D}{{1,3}})?|{D}{{6}}{G}{D}{{10,13}}"
    rf"|{D}{{6}}{G}{D}{{8}}{G}{D}{{2,5}}){ENDS})"
)
COUNTRY = "[8８][6６]"
BEFORE_MOBILE = (  # nothing, a word (see ``is_mobile``), or the country's prefix
    rf"(?:(?<!{D})|(?<=[+＋]{COUNTRY})|(?<=(?<!{D}){COUNTRY})|(?<=[0０][0０]{COUNTRY}))(?<!{D}[.．])"
)
MOBILE = re.compile(
    rf"{BEFORE_MOBILE}(?=([1１][3-9３-９](?:\n?{D}){{9}}|[1１][3-9３-９]{D}(?:{G})?{D}{{4}}(?:{G})?{D}{{4}}"
    rf"|[1１][3-9３-９]{D}[.．]{D}{{4}}[.．]{D}{{4}}){ENDS})"
)
ZONE = rf"[0０](?:[1１][0０]|[2２]{D}|[3-9３-９]{D}{{2}})"
AREA = rf"(?:[(（]{ZONE}[)）] ?|{ZONE}(?:{G}|[/／]))"
SHORT = rf"{D}{{3,4}}[{BLANK}{DASH}]?{D}{{4}}"  # a landline within its area
MORE = rf"(?:[、/／,，;；]{SHORT}){{1,5}}"  # and others of the same office
EXTENSION = rf"(?:[{BLANK}{DASH}转]{{1,2}}{D}{{1,6}})?"
LANDLINE = re.compile(
    rf"{ALONE}(?<!{D}[ \-－/／])(?=({AREA}{SHORT}(?:{MORE}|{EXTENSION})"
    rf"|{ZONE}{D}{{7,8}}"
    rf"|[48４８][0０]{{2}}{G}{D}{{3}}[ \-－]?{D}{{4}}|[48４８][0０]{{2}}{G}{D}{{4}}{G}{D}{{3}}){ENDS})"
)
FROM_ABROAD = re.compile(  # the country's prefix takes the place of the area's zero
    rf"{ALONE}(?:[+＋]{COUNTRY}(?:{G})?|[0０]{{2}}{COUNTRY}(?:{G})?|{COUNTRY}{G})"
    rf"(?=([(（]?[0０]?[)）]?(?:[1１][0０]|[2２]{D}|[3-9３-９]{D}{{2}})(?:{G}|[)）])?{SHORT}{EXTENSION}){ENDS})"
)
LABELLED = re.compile(
    rf"(?:电[{BLANK}]{{0,4}}话|座机|固话|传[{BLANK}]{{0,4}}真|热线|客服|手机|联系方式|拨打|致电|Tel|TEL|Fax|FAX)"
    rf"(?:号码|号)?[^0-9０-９\n]{{0,6}}"
    rf"(?=([48４８][0０]{{2}}{D}{{7}}|[2-8２-８]{D}{{2,3}}[{BLANK}{DASH}]?{D}{{4}}(?:{MORE})?){ENDS})"
)
WORD = r"A-Za-z0-9Ａ-Ｚａ-ｚ０-９"
MAIL = re.compile(
    rf"(?<![{WORD}._%+\-．＿])(?=([{WORD}._%+\-．＿]++[@＠](?:[{WORD}\-]{{1,63}}[.．]){{1,8}}[A-Za-zＡ-Ｚａ-ｚ]{{2,24}})"
    r"(?![A-Za-zＡ-Ｚａ-ｚ]))"
)
APART = rf"[{BLANK}{DASH}.．·]{{1,3}}"  # between figures that someone has set apart, one by one or in groups
ONE_BY_ONE = re.compile(rf"{ALONE}(?=({D}(?:{APART}{D}){{6,18}}(?:{APART}[XxＸｘ])?){ENDS})")
IN_GROUPS = re.compile(rf"{ALONE}(?=({D}{{1,12}}(?:{APART}{D}{{1,12}}){{1,8}}(?:{APART})?[XxＸｘ]?){ENDS})")
GROUPINGS = frozenset(((3, 4, 4), (4, 4, 3), (3, 3, 5), (4, 3, 4), (5, 6), (3, 8), (2, 3, 3, 3)))  # of a mobile number
OF_SOMEONE = re.compile(
    r"(?:电\s*话|手\s*机|座机|固话|传\s*真|热线|联系方式|微信|号码)(?:号码|号)?[^0-9０-９\n]{0,8}\Z"
)
SERIAL = re.compile(  # what stands before a number that is no one's
    r"(?:编号|编码|单号|案号|文号|批号|票号|票号码|发票号码|合同号|流水号|序号|凭证号|条码|代码|金额|№|第|[￥¥＄$]"
    r"|ICP备|网安备)[为是：:\s]{0,3}\Z"
)
LONGEST_WORD = 40
WORD_BEFORE = re.compile(r"[A-Za-zＡ-Ｚａ-ｚ]+\Z")
CODE_BEFORE = re.compile(r"[0-9０-９/／_.\-%&?=#@+\\]\Z")  # the word goes on in front: a path, a hash, a type
TELEPHONE = re.compile(r"(?i:tel|phone|mobile)\Z")
QUANTITY = re.compile(  # what stands behind a number that counts something
    r"(?:[十百千万亿]|元|余(?!额)|多|个|人次|人|件|次|条|台|套|户|吨|公斤|平方|立方|米|公里|字|[%％])"
)
PROVINCES = frozenset(
    map(
        str,
        (*range(11, 16), *range(21, 24), *range(31, 38), *range(41, 47), *range(50, 55), *range(61, 66), 71, 81, 82),
    )
) | {"83", "91"}
WEIGHTS, CHECKS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"  # GB 11643
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100
CARD_STARTS = (
    *map(str, (*range(2221, 2230), *range(223, 230), *range(23, 27), 270, 271, 2720)),  # not the years 2019 2020 2021
    *map(str, (3, 4, *range(50, 59), 60, 62, 65, 68, 69, 95)),
)
WIDTHS = str.maketrans("０１２３４５６７８９ｘＸ", "0123456789XX")


def redacted(text: str) -> str:
    """Return ``text``, of the same length, with every personal number and address masked.

    >>> redacted("联系人手机13800138000，发文〔2023〕13号，经费13800138000元")
    '联系人手机***********，发文〔2023〕13号，经费13800138000元'
    """
    for pattern, is_meant in FINDERS:
        if spans := [hit.span(1) for hit in pattern.finditer(text) if hit[1].count("\n") <= 1 and is_meant(hit)]:
            text = masked(text, spans)
    return text


def masked(text: str, spans: list[tuple[int, int]]) -> str:
    """Put the mask over the letters and digits of ``spans``."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = [MASK if char.isalnum() and char != "转" else char for char in chars[start:end]]
    return "".join(chars)


def bare(hit: re.Match[str]) -> str:
    """Return the digits of a find, of one width and without separators."""
    return re.sub(r"[^0-9X]", "", hit.group(1).upper().translate(WIDTHS))


def is_identity(hit: re.Match[str]) -> bool:
    """Tell a resident identity number by its province, its date of birth and its check digit (GB 11643)."""
    number = bare(hit)
    total = sum(weight * int(digit) for weight, digit in zip(WEIGHTS, number[:17], strict=True))
    return number[:2] in PROVINCES and is_birthday(number[6:14]) and CHECKS[total % 11] == number[17]


def is_old_identity(hit: re.Match[str]) -> bool:
    """Tell an identity number of the first generation (15 digits) by its province and its date of birth."""
    number = bare(hit)
    return number[:2] in PROVINCES and is_birthday(f"19{number[6:12]}") and not is_nobodys(hit)


def is_birthday(digits: str) -> bool:
    """Tell whether eight digits are a date on which someone alive may have been born."""
    try:
        return 1900 <= date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year <= 2099
    except ValueError:
        return False


def is_card(hit: re.Match[str]) -> bool:
    """Tell a bank card by its first digits and its check digit (Luhn); not the credit code of an organisation."""
    number = bare(hit)
    return (
        16 <= len(number) <= 19
        and number.startswith(CARD_STARTS)
        and luhn(number) == 0
        and not is_credit_code(number)
        and not is_nobodys(hit)
    )


def luhn(number: str) -> int:
    """Return the remainder of the Luhn sum, 0 for a valid number (ISO/IEC 7812-1)."""
    doubled = (int(digit) * times for digit, times in zip(reversed(number), cycle((1, 2)), strict=False))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


def is_credit_code(number: str) -> bool:
    """Tell the unified social credit code of an organisation by its check digit (GB 32100)."""
    if len(number) != 18 or any(sign not in CREDIT_SIGNS for sign in number):
        return False
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(number[:17]))
    return CREDIT_SIGNS[-total % 31] == number[17]


def is_nobodys(hit: re.Match[str]) -> bool:
    """Tell a serial number or an amount by the words around it."""
    start, end = hit.span(1)
    return bool(SERIAL.search(hit.string[max(0, start - 12) : start]) or QUANTITY.match(hit.string, end))


def is_telephone(hit: re.Match[str]) -> bool:
    """Tell a telephone number from a serial number or an amount."""
    return not is_nobodys(hit)


def is_mobile(hit: re.Match[str]) -> bool:
    """Tell a mobile number from a serial number or an amount; right behind a word it is one, too, unless word and
    number are a stretch of a longer code, such as a path or a hash."""
    before = hit.string[max(0, hit.start(1) - LONGEST_WORD) : hit.start(1)]
    front = WORD_BEFORE.sub("", before)
    is_code = front != before and not TELEPHONE.search(before) and (CODE_BEFORE.search(front) or SERIAL.search(front))
    return not is_code and is_telephone(hit)


def is_set_apart(hit: re.Match[str]) -> bool:
    """Tell a number whose figures stand one by one: of a person, a telephone or a bank card."""
    number, n = bare(hit), len(bare(hit))
    if n in (7, 8) or is_nobodys(hit):
        return bool(before(hit, OF_SOMEONE)) and not is_nobodys(hit)
    area = re.fullmatch(r"0(?:10|2\d|[3-9]\d\d)\d{7,8}", number)
    mobile = re.fullmatch(r"(?:0?86)?1[3-9]\d{9}", number)
    return bool(mobile or area) or is_personal(hit) or is_card(hit)


def is_in_groups(hit: re.Match[str]) -> bool:
    """Tell a number that is cut into groups: by its check digit, or, of a mobile, by its groups or the word before."""
    number = bare(hit)
    if is_personal(hit):
        return True
    groups = tuple(map(len, re.findall(rf"{D}+", hit.group(1))))
    marks = {mark.strip() or " " for mark in re.findall(r"[^0-9０-９XxＸｘ]+", hit.group(1))}
    if len(marks) > 1 or is_nobodys(hit):
        return False
    if re.fullmatch(r"1[3-9]\d{9}", number):
        is_decimal = len(groups) == 2 and marks <= {".", "．"}
        return (groups in GROUPINGS and not is_decimal) or bool(before(hit, OF_SOMEONE))
    return set(groups[:-1]) == {4} and is_card(hit)


def is_personal(hit: re.Match[str]) -> bool:
    """Tell an identity number of either generation."""
    n = len(bare(hit))
    return is_identity(hit) if n == 18 else n == 15 and is_old_identity(hit)


def before(hit: re.Match[str], pattern: re.Pattern[str]) -> re.Match[str] | None:
    """What a pattern finds right before a find."""
    return pattern.search(hit.string[max(0, hit.start(1) - 20) : hit.start(1)])


def always(hit: re.Match[str]) -> bool:
    """Take every find."""
    return True


FINDERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], bool]], ...] = (
    (MAIL, always),  # first: digits in an address are part of it, and what follows it stands alone then
    (IDENTITY, is_identity),
    (CARD, is_card),
    (OLD_IDENTITY, is_old_identity),
    (MOBILE, is_mobile),
    (LANDLINE, is_telephone),
    (FROM_ABROAD, is_telephone),
    (LABELLED, always),
    (ONE_BY_ONE, is_set_apart),
    (IN_GROUPS, is_in_groups),
)
