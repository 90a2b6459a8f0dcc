"""The table by which texts are folded for matching: one character to one character, a few of them by their word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from nlp.base.errors import DataError
from nlp.store.files import read_table

HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000))
COMPATIBILITY = ((0xF900, 0xFB00), (0x2F800, 0x2FA20))  # ideographs that Unicode holds for the sake of older codes


class WordRule(NamedTuple):
    """In the words that ``pattern`` finds, the character ``char`` becomes ``to``, whatever it is elsewhere."""

    char: str
    to: str
    pattern: str  # of the text in which all other characters are folded


class FoldTable:
    """What every character becomes; frozen, and as quick to compare as a number.

    Parameters
    ----------
    pairs : code point to code point, of every character that changes
    words : rules for characters that become one thing in some words and another elsewhere
    """

    def __init__(self, pairs: tuple[tuple[int, int], ...], words: tuple[WordRule, ...] = ()) -> None:
        self.pairs, self.words = pairs, words
        self.digest = hash((pairs, words))

    def __hash__(self) -> int:
        return self.digest

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, FoldTable) and (self.pairs, self.words) == (other.pairs, other.words)
        )

    def __reduce__(self) -> tuple[type[FoldTable], tuple[object, ...]]:
        return FoldTable, (self.pairs, self.words)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return iter(self.pairs)

    @cached_property
    def single(self) -> dict[int, int]:
        """What every character becomes where no word says otherwise."""
        return dict(self.pairs)

    @cached_property
    def by_word(self) -> str:
        """The characters that words have a say in."""
        return "".join(dict.fromkeys(rule.char for rule in self.words))

    @cached_property
    def rules(self) -> tuple[tuple[WordRule, re.Pattern[str]], ...]:
        """The rules, compiled."""
        return tuple((rule, re.compile(rule.pattern)) for rule in self.words)

    def fold(self, text: str) -> str:
        """The folded text, as long as ``text``."""
        folded = text.translate(self.single)
        return self.with_words(text, folded) if any(char in text for char in self.by_word) else folded

    def with_words(self, text: str, folded: str) -> str:
        """``folded``, where a character that has its own words becomes what they say."""
        kept = "".join(char if char in self.by_word else other for char, other in zip(text, folded, strict=True))
        chars = list(folded)
        for rule, pattern in reversed(self.rules):  # the first has the last say
            for hit in pattern.finditer(kept):
                for at in range(*hit.span()):
                    if kept[at] == rule.char:
                        chars[at] = rule.to
        return "".join(chars)


def load_fold_table(folder: Path) -> FoldTable:
    """What ``fold.csv``, ``radicals.csv``, ``fold_words.csv`` and OpenCC say together. Raises DataError.

    Radicals and compatibility ideographs first become the ideographs they look like, then all that is traditional
    becomes simplified, then the rows of ``fold.csv`` stand above both.
    """
    from opencc import OpenCC

    own, radicals, words = all_of(
        lambda: load_pairs(folder / "fold.csv"),
        lambda: load_pairs(path) if (path := folder / "radicals.csv").is_file() else {},
        lambda: load_words(folder / "fold_words.csv"),
    )
    alike = compatibility() | radicals
    han = [chr(point) for first, end in HAN for point in range(first, end)]
    han += [to for to in dict.fromkeys(alike.values()) if to not in han]
    to_each = OpenCC("t2s").convert("\n".join(han)).split("\n")  # one call is ten times faster than one a character
    simplified = {char: to for char, to in zip(han, to_each, strict=True) if len(to) == 1 and to != char}
    looks = {char: simplified.get(to, to) for char, to in alike.items()}
    known = simplified | looks | {char: own[to] for char, to in looks.items() if to in own} | own
    pairs = tuple(sorted((ord(char), ord(to)) for char, to in known.items() if char != to))
    return FoldTable(pairs, words)


def all_of(*loaders: Callable[[], Any]) -> list[Any]:
    """What every loader gives. Raises DataError with the faults of all."""
    found, faults = [], []
    for load in loaders:
        try:
            found.append(load())
        except DataError as fault:
            faults.append(fault)
    if faults:
        raise DataError.all_of(faults)
    return found


def compatibility() -> dict[str, str]:
    """The ideograph that every compatibility ideograph stands for; Unicode never changes them."""
    chars = [chr(point) for first, end in COMPATIBILITY for point in range(first, end)]
    return {char: to for char in chars if (to := unicodedata.normalize("NFKC", char)) != char}


def load_pairs(path: Path) -> dict[str, str]:
    """Read ``from`` and ``to``, one character each."""
    table = read_table(path, required=("from", "to"))
    bad = table[(table["from"].str.len() != 1) | (table["to"].str.len() != 1)]
    if len(bad):
        raise DataError.at(
            "折叠表须一个字符对一个字符",
            where=f"{path} 第 {'、'.join(map(str, bad['line']))} 行",
            fix="每行 from 与 to 各写一个字符",
        )
    return dict(zip(table["from"], table["to"], strict=True))


def load_words(path: Path) -> tuple[WordRule, ...]:
    """Read the rules for characters that fold by their word; none where there is no file."""
    if not path.is_file():
        return ()
    table = read_table(path, required=("char", "to", "pattern", "example"))
    bad = [row for row in table.itertuples() if not is_rule(row.char, row.to, row.pattern, row.example)]
    if bad:
        raise DataError.at(
            f"按词折叠的规则有误：{'、'.join(f'{row.char}→{row.to}' for row in bad)}",
            where=f"{path} 第 {'、'.join(str(row.line) for row in bad)} 行",
            fix="char 与 to 各写一个字符；pattern 是能编译的正则；pattern 与 example 里都有 char",
        )
    return tuple(WordRule(row.char, row.to, row.pattern) for row in table.itertuples())


def is_rule(char: str, to: str, pattern: str, example: str) -> bool:
    """Whether a rule is well written, with an example of its character."""
    try:
        wanted = re.compile(pattern)
    except re.error:
        return False
    return len(char) == len(to) == 1 and char in pattern and char in example and not wanted.fullmatch("")
