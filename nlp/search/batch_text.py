"""A batch of texts as one long text: code points side by side, so that numpy looks at all passages at once.

No Python loop runs over the characters or the features of a passage: what a passage costs decides how many a day can
be read. A result never depends on which other texts share the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from nlp.corpus.fold_table import FoldTable
from nlp.corpus.lexicon import Lexicon
from nlp.search.code_points import N_POINTS
from nlp.search.fold import Matchable, folded_points, matchable

END = "\x00"  # stands behind every text; no literal and no n-gram holds it
UNKNOWN = 0xFFFD  # stands for characters beyond the basic plane, so that a code point fits 16 bits
HASH_BASE = np.uint64(0x9E3779B97F4A7C15 | 1)
LONGEST_GRAM = 4  # four code points fill 64 bits
# What an interruption begins with (nlp/text/fold.py): a blank, or a bracket before pinyin.
BLANKS = "".join(chr(point) for point in range(0x3001) if chr(point).isspace())
BRACKETS = "（("
PINYIN = "abcdefghijklmnopqrstuvwxyzü" + "".join(map(chr, range(0xE0, 0x1DD)))

Ints = np.ndarray


@dataclass(frozen=True)
class Flat:
    """Texts laid end to end; positions count characters of ``text``."""

    text: str  # every text and END behind it
    points: np.ndarray  # uint16, one a character of ``text``
    begins: Ints  # of every text
    ends: Ints  # exclusive, without END

    def __len__(self) -> int:
        return len(self.begins)

    @cached_property
    def keys(self) -> tuple[np.ndarray, ...]:
        """Key of the n-gram that begins at each position, for n = 1 to 4: the code points themselves, so exact.

        The length stands above the code points of the shorter ones; n-grams that hold END are in no vocabulary.
        """
        n = len(self.points)
        key, found = np.zeros(n, dtype=np.uint64), []
        for size in range(1, LONGEST_GRAM + 1):
            key = (key << np.uint64(16)) | self.wide[size - 1 : size - 1 + n]
            found.append(key if size == LONGEST_GRAM else key | (np.uint64(size) << np.uint64(48)))
        return tuple(found)

    @cached_property
    def wide(self) -> np.ndarray:
        """Code points in 64 bits, with zeros behind them."""
        return np.append(self.points, np.zeros(LONGEST_GRAM, dtype=np.uint16)).astype(np.uint64)

    @cached_property
    def pairs(self) -> np.ndarray:
        """The two code points that begin at each position, and at the two behind the last, side by side."""
        pairs: np.ndarray = (self.wide[:-2] << np.uint64(16)) | self.wide[1:-1]
        return pairs

    @cached_property
    def hashes(self) -> tuple[np.ndarray, np.ndarray]:
        """Prefix hashes and powers: ``text[a:b]`` hashes to ``(prefix[b] - prefix[a]) = hash_of(...) * power[a]``."""
        power = powers(len(self.points) + 1)
        prefix = np.zeros(len(self.points) + 1, dtype=np.uint64)
        np.cumsum(self.points.astype(np.uint64) * power[:-1], out=prefix[1:])
        return prefix, power

    def row_of(self, positions: Ints) -> Ints:
        """The text that each position lies in."""
        rows: Ints = np.searchsorted(self.begins, positions, side="right") - 1
        return rows


def flat_of(texts: Sequence[str]) -> Flat:
    """Lay matchable texts end to end."""
    text = "".join(part + END for part in texts)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    begins = np.cumsum(lengths + 1) - lengths - 1
    return Flat(text, points_of(text), begins, begins + lengths)


def points_of(text: str) -> np.ndarray:
    """Code points in 16 bits."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return np.minimum(points, np.where(points > 0xFFFF, UNKNOWN, 0xFFFF)).astype(np.uint16)


class Views(Sequence[Matchable]):
    """:func:`nlp.text.fold.matchable` of some texts; only of those with interruptions more than the text is kept."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.cut: dict[int, Matchable] = {}

    def __len__(self) -> int:
        return len(self.texts)

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return [self[i] for i in range(len(self))[number]]
        found = self.cut.get(number)
        return Matchable(self.texts[number], (), ()) if found is None else found

    def extend(self, texts: Sequence[str], cut: Mapping[int, Matchable]) -> None:
        """Add texts as they are matched; ``cut``: those of them with interruptions."""
        self.cut |= {len(self) + number: view for number, view in cut.items()}
        self.texts += texts


def views_of(texts: Sequence[str], lexicon: Lexicon) -> Views:
    """Every text as it is matched; they are folded all at once."""
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    points = np.append(points, 0)
    kinds = interrupting(lexicon.fold_table).take(points, mode="clip")
    doubtful = (kinds[:-1] == BLANK) | (kinds[:-1] == IN_WORD)
    suspicious = np.flatnonzero(doubtful | ((kinds[:-1] == BRACKET) & (kinds[1:] == LETTER)))
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    ends = np.cumsum(lengths)
    slow = np.unique(np.searchsorted(ends, suspicious, side="right")).tolist()
    folded = folded_points(lexicon.fold_table).take(points[:-1]).tobytes().decode("utf-32-le", "surrogatepass")
    plain = [folded[begin:end] for begin, end in zip((ends - lengths).tolist(), ends.tolist(), strict=True)]
    cut = {number: matchable(texts[number], lexicon.fold_table) for number in slow}
    for number, view in cut.items():
        plain[number] = view.text
    views = Views()
    views.extend(plain, cut)
    return views


BLANK, BRACKET, LETTER, IN_WORD = 1, 2, 3, 4


@lru_cache(maxsize=4)
def interrupting(fold_table: FoldTable) -> np.ndarray:
    """What each code point, once folded, can be in an interruption: nothing, BLANK, BRACKET or LETTER (of pinyin); or
    IN_WORD, if it folds by its word."""
    kinds = np.zeros(N_POINTS, dtype=np.uint8)
    for characters, kind in ((BLANKS, BLANK), (BRACKETS, BRACKET), (PINYIN, LETTER)):
        kinds[[ord(character) for character in characters]] = kind
    of_folded: np.ndarray = kinds[folded_points(fold_table)]
    of_folded[[ord(char) for char in fold_table.by_word]] = IN_WORD
    return of_folded


def among(points: np.ndarray, characters: str) -> np.ndarray:
    """Whether each code point of the basic plane is one of ``characters``."""
    found: np.ndarray = members(characters)[points]
    return found


@lru_cache(maxsize=64)
def members(characters: str) -> np.ndarray:
    """``characters`` as a boolean array over the basic plane."""
    held = np.zeros(0x10000, dtype=bool)
    held[[ord(character) for character in characters]] = True
    return held


def powers(n: int) -> np.ndarray:
    """The first ``n`` powers of the hash base, modulo 2**64."""
    size = 1 << max(n - 1, 1).bit_length()
    return known_powers(size)[:n]


@lru_cache(maxsize=2)
def known_powers(n: int) -> np.ndarray:
    """Powers of the hash base, kept for the next batch."""
    base = np.full(n, HASH_BASE, dtype=np.uint64)
    base[0] = 1
    found: np.ndarray = np.multiply.accumulate(base)
    return found
