"""The marks of numbered lists in web pages, as browsers show them."""

from __future__ import annotations

from collections.abc import Callable

from nlp.readers.word.numerals import chinese, letters, roman

STYLES: dict[str, Callable[[int], str]] = {  # of CSS list-style-type; disc, none and the like show no number
    "decimal": lambda number: f"{number}.",
    "decimal-leading-zero": lambda number: f"{number:02d}.",
    "lower-alpha": lambda number: f"{letters(number)}.",
    "lower-latin": lambda number: f"{letters(number)}.",
    "upper-alpha": lambda number: f"{letters(number).upper()}.",
    "upper-latin": lambda number: f"{letters(number).upper()}.",
    "lower-roman": lambda number: f"{roman(number)}.",
    "upper-roman": lambda number: f"{roman(number).upper()}.",
    "cjk-ideographic": lambda number: f"{chinese(number)}、",
    "cjk-decimal": lambda number: f"{chinese(number)}、",
    "simp-chinese-informal": lambda number: f"{chinese(number)}、",
    "trad-chinese-informal": lambda number: f"{chinese(number)}、",
}


def mark_of_item(style: str, number: int) -> str:
    """The mark that a browser shows before an item of a list; nothing for a list without numbers.

    >>> mark_of_item("decimal", 3), mark_of_item("simp-chinese-informal", 12), mark_of_item("disc", 1)
    ('3.', '十二、', '')
    """
    write = STYLES.get(style)
    return write(number) if write else ""
