"""Write a number the way a Word list shows it."""

from __future__ import annotations

from collections.abc import Callable

DIGITS = "〇一二三四五六七八九"
LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
STEMS, BRANCHES = "甲乙丙丁戊己庚辛壬癸", "子丑寅卯辰巳午未申酉戌亥"
ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def chinese(number: int, digits: str = DIGITS, units: str = "千百十") -> str:
    """Write 1–9999 in words: 10 is 十, 21 is 二十一, 105 is 一百零五; larger numbers stay in figures."""
    if not 0 < number < 10_000:
        return str(number)
    written, gap = "", False
    for figure, unit in zip(f"{number:04d}", (*units, ""), strict=True):
        if figure == "0":
            gap = bool(written)
        else:
            written += ("零" if gap else "") + digits[int(figure)] + unit
            gap = False
    return written[1:] if digits == DIGITS and 10 <= number < 20 else written  # 十五, not 一十五


def legal(number: int) -> str:
    """Write 1–9999 in the figures of contracts: 21 is 贰拾壹."""
    return chinese(number, LEGAL_DIGITS, "仟佰拾")


def letters(number: int) -> str:
    """Write a number as Word's letters: z is followed by aa, bb."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 780 else str(number)


def roman(number: int) -> str:
    """Write a number in small Roman figures."""
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for value, sign in ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def circled(number: int) -> str:
    """Write 1–50 in a circle."""
    for first, last, start in ((1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱")):
        if first <= number <= last:
            return chr(ord(start) + number - first)
    return str(number)


def counted_from(start: str, last: int) -> Callable[[int], str]:
    """Return a writer of signs that follow each other in Unicode, such as ⑴ to ⒇."""
    return lambda number: chr(ord(start) + number - 1) if 0 < number <= last else str(number)


def cycled(signs: str) -> Callable[[int], str]:
    """Return a writer that goes round the ``signs``."""
    return lambda number: signs[(number - 1) % len(signs)] if number > 0 else str(number)


FORMATS: dict[str, Callable[[int], str]] = {  # Word's numFmt; whatever is not here is written in figures
    "chineseCounting": chinese,
    "chineseCountingThousand": chinese,
    "ideographDigital": chinese,  # beyond 十 the standard says 一〇; reports and our heading rules say 十
    "japaneseCounting": chinese,
    "japaneseDigitalTenThousand": chinese,
    "taiwaneseCounting": chinese,
    "taiwaneseCountingThousand": chinese,
    "taiwaneseDigital": chinese,
    "chineseLegalSimplified": legal,
    "ideographLegalTraditional": legal,
    "ideographTraditional": cycled(STEMS),
    "ideographZodiac": cycled(BRANCHES),
    "ideographEnclosedCircle": counted_from("㊀", 10),
    "decimalEnclosedCircle": circled,
    "decimalEnclosedCircleChinese": circled,
    "decimalEnclosedParen": counted_from("⑴", 20),
    "decimalEnclosedFullstop": counted_from("⒈", 20),
    "decimalZero": lambda number: f"{number:02d}",
    "decimalFullWidth": lambda number: str(number).translate({ord("0") + n: chr(ord("０") + n) for n in range(10)}),
    "upperLetter": lambda number: letters(number).upper(),
    "lowerLetter": letters,
    "upperRoman": lambda number: roman(number).upper(),
    "lowerRoman": roman,
    "none": lambda number: "",
}


def write_number(number: int, numbering_format: str) -> str:
    """Write ``number`` in one of Word's formats."""
    return FORMATS.get(numbering_format, str)(number)
