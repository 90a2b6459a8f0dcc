"""Numbers as reports write them."""

from __future__ import annotations

DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2}
TENS = {"十": 10, "百": 100, "千": 1000}


def number_of(written: str) -> float | None:
    """The number that is written in digits or in Han numerals; None for one that was taken out (xx).

    >>> [number_of(each) for each in ("15.4", "六十四", "三百八十七", "十一", "三点五", "xx", "二十一")]
    [15.4, 64.0, 387.0, 11.0, 3.5, None, 21.0]
    """
    plain = written.replace("．", ".")
    try:
        return float(plain)
    except ValueError:
        pass
    head, _, tail = plain.partition("点")
    if not head or any(char not in DIGITS and char not in TENS for char in head + tail):
        return None
    value = 0.0
    digit: int | None = None
    for char in head:
        if char in TENS:
            value += (1 if digit is None else digit) * TENS[char]
            digit = None
        else:
            digit = (digit or 0) * 10 + DIGITS[char]
    digits = "".join(str(DIGITS.get(char, 0)) for char in tail)
    return float(value + (digit or 0)) + (float(f"0.{digits}") if digits else 0.0)
