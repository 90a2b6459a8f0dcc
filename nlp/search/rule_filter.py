"""What a line must hold for a regular expression to match in it: all lines are looked at together, without a search.

Most lines of a report match no noise rule, and to find that out rule by rule takes longer than all other cleaning. The
gate of a rule is read off the rule itself, so that an expert may write any rule; one that gives no gate is searched for
as before. Which of several necessary characters or pairs of them is taken matters for speed only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np

from nlp.search.code_points import N_POINTS, Laid

LARGEST = 4000  # characters of a class that is still worth writing out
MOST_PAIRS = 400
BLOCK = 1000  # lines that are looked at together: enough for numpy, and little memory
ASSOCIATION = 30  # how much more often than by chance the characters of a word stand side by side
REPEATS = (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT)
SPACE, DIGIT = r"\s", r"\d"
SINGLE, FIRST, SECOND = 1, 2, 4  # what a character may be: needed alone, the first of a pair, its second


@dataclass(frozen=True, slots=True)
class Gate:
    """Characters or pairs of neighbours of which a line must hold one; a class (the inside of its brackets) that it
    must begin with; empty: anything will do."""

    holds: frozenset[str] = frozenset()
    begins: str = ""


@lru_cache(maxsize=512)
def gate_of(pattern: str, common: str = "") -> Gate:
    """The gate of a pattern that is searched for in lines stripped of blanks.

    ``common``: the commonest characters, the commonest first; a gate made of others opens seldom.

    >>> gate = gate_of("^(标签|热门)[:：]", "，的：:")
    >>> sorted(gate.holds), gate.begins
    (['标签', '热门'], '标热')
    """
    try:
        parsed = _parser.parse(pattern)
        tree = [] if parsed.state.flags & re.IGNORECASE else list(parsed)
    except (re.error, RecursionError):
        return Gate()
    rank = {char: number for number, char in enumerate(common)}
    return Gate(needed(tree, rank) or frozenset(), beginning(tree))


def needed(tree: Sequence[Any], rank: Mapping[str, int]) -> frozenset[str] | None:
    """Characters or pairs of which every match holds at least one; None if nothing can be said."""
    found = [held for node in tree if (held := needed_by(node, rank)) is not None]
    found += [held for at in range(1, len(tree)) if (held := across(tree[:at], tree[at:])) is not None]
    if len(found) < 2:
        return found[0] if found else None
    costs = [cost(held, rank) for held in found]
    least = min(costs)
    # Equals are told apart, so that the same one is always taken.
    return min((held for held, each in zip(found, costs, strict=True) if each == least), key=sorted)


def across(before: Sequence[Any], behind: Sequence[Any]) -> frozenset[str] | None:
    """Pairs of the last character of one half of a pattern and the first one of the other; None if there are many."""
    last, none_before = edge(before, last=True)
    if last is None or none_before:
        return None
    first, none_behind = edge(behind, last=False)
    if first is None or none_behind or len(last) * len(first) > MOST_PAIRS:
        return None
    return frozenset(one + other for one in last for other in first)


def edge(tree: Sequence[Any], last: bool) -> tuple[frozenset[str] | None, bool]:
    """Characters that a match begins with (or ends with), None if unknown; and whether it may be empty."""
    chars: frozenset[str] = frozenset()
    for node in reversed(tree) if last else tree:
        found, optional = edge_of_node(node, last)
        if found is None:
            return None, True
        chars |= found
        if not optional:
            return chars, False
    return chars, True


def edge_of_node(node: Any, last: bool) -> tuple[frozenset[str] | None, bool]:
    """The same for one node of the pattern."""
    kind, value = node
    if kind is sre.LITERAL:
        return frozenset(chr(value)), False
    if kind is sre.IN:
        return members(value), False
    if kind is sre.SUBPATTERN and not (value[1] or value[2]):
        return edge(list(value[3]), last)
    if kind in REPEATS:
        found, optional = edge(list(value[2]), last)
        return found, optional or value[0] == 0
    if kind is sre.BRANCH:
        branches = [edge(list(branch), last) for branch in value[1]]
        if any(found is None for found, _ in branches):
            return None, True
        return frozenset().union(*(found or frozenset() for found, _ in branches)), any(empty for _, empty in branches)
    if kind in (sre.ASSERT, sre.ASSERT_NOT, sre.AT):
        return frozenset(), True
    return None, True


def needed_by(node: Any, rank: Mapping[str, int]) -> frozenset[str] | None:
    """Characters or pairs of which one node of the pattern needs one."""
    kind, value = node
    if kind is sre.LITERAL:
        return frozenset(chr(value))
    if kind is sre.IN:
        return members(value)
    if kind is sre.SUBPATTERN:
        return None if value[1] or value[2] else needed(list(value[3]), rank)  # a change of flags: say nothing
    if kind is sre.ASSERT:
        return needed(list(value[1]), rank) if value[0] > 0 else None
    if kind in REPEATS:
        twice = list(value[2]) * min(value[0], 2)  # what comes twice has a seam where it meets itself
        return needed(twice, rank) if twice else None
    if kind is sre.ATOMIC_GROUP:
        return needed(list(value), rank)
    if kind is sre.BRANCH:
        parts = [needed(list(branch), rank) for branch in value[1]]
        return None if None in parts else frozenset().union(*(part for part in parts if part is not None))
    return None


def members(items: Sequence[Any]) -> frozenset[str] | None:
    """Characters of a class; None for one that is negated, or large, or has categories."""
    chars: set[str] = set()
    for kind, value in items:
        if kind is sre.LITERAL:
            chars.add(chr(value))
        elif kind is sre.RANGE and value[1] - value[0] < LARGEST:
            chars.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    return frozenset(chars) if len(chars) <= LARGEST else None


def cost(held: frozenset[str], rank: Mapping[str, int]) -> float:
    """About how often one of these stands in a hundred characters."""
    return fsum(
        frequency(one, rank) if len(one) == 1 else frequency(one[0], rank) * frequency(one[1], rank) * ASSOCIATION / 100
        for one in held
    )


def frequency(char: str, rank: Mapping[str, int]) -> float:
    """About how often a character stands in a hundred, by Zipf's law; what is no Han hardly ever."""
    unlisted = 2 * len(rank)
    return 20 / (rank.get(char, unlisted) + 10) if char in rank or "\u4e00" <= char <= "\u9fff" else 1e-5


def beginning(tree: Sequence[Any]) -> str:
    """The class that a match from the start of a line begins with; empty if nothing can be said."""
    if not tree or tree[0] != (sre.AT, sre.AT_BEGINNING):
        return ""
    parts, may_be_empty = first_of(list(tree[1:]))
    return "" if may_be_empty or parts is None else "".join(sorted(parts))


def first_of(tree: Sequence[Any]) -> tuple[frozenset[str] | None, bool]:
    """Pieces of a class for the first character, and whether the whole may match nothing."""
    parts: frozenset[str] = frozenset()
    for node in tree:
        found, optional = first_of_node(node)
        if found is None:
            return None, False
        parts |= found
        if not optional:
            return parts, False
    return parts, True


def first_of_node(node: Any) -> tuple[frozenset[str] | None, bool]:
    """Pieces of a class for the first character of one node, and whether it may match nothing."""
    kind, value = node
    if kind is sre.LITERAL:
        return frozenset([re.escape(chr(value))]), False
    if kind is sre.IN:
        return pieces(value), False
    if kind is sre.SUBPATTERN and not (value[1] or value[2]):
        return first_of(list(value[3]))
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT):
        found, optional = first_of(list(value[2]))
        return found, optional or value[0] == 0
    if kind is sre.BRANCH:
        branches = [first_of(list(branch)) for branch in value[1]]
        if any(found is None for found, _ in branches):
            return None, False
        return frozenset().union(*(found or frozenset() for found, _ in branches)), any(empty for _, empty in branches)
    if kind in (sre.ASSERT, sre.ASSERT_NOT):
        return frozenset(), True
    return None, False


def pieces(items: Sequence[Any]) -> frozenset[str] | None:
    """A class written out piece by piece; None for a negated one."""
    written = {sre.CATEGORY_DIGIT: DIGIT, sre.CATEGORY_SPACE: SPACE, sre.CATEGORY_WORD: r"\w"}
    result = set()
    for kind, value in items:
        if kind is sre.LITERAL:
            result.add(re.escape(chr(value)))
        elif kind is sre.RANGE:
            result.add(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        elif kind is sre.CATEGORY and value in written:
            if value != sre.CATEGORY_SPACE:  # a stripped line does not begin with a blank
                result.add(written[value])
        else:
            return None
    return frozenset(result)


class Gates:
    """The gates of several rules at once: which of them each line opens."""

    def __init__(self, patterns: Sequence[str], common: str = "") -> None:
        """``common``: the commonest characters (:func:`gate_of`)."""
        gates = [gate_of(pattern, common) for pattern in patterns]
        self.begins = {i: re.compile(f"[{gate.begins}]") for i, gate in enumerate(gates) if gate.begins}
        self.rules: dict[str, list[int]] = {}  # by the character or the pair that opens them
        for i, gate in enumerate(gates):
            for held in gate.holds:
                self.rules.setdefault(held, []).append(i)
        # Without anything to look for: by their beginning, or always.
        others = [i for i, gate in enumerate(gates) if not gate.holds]
        self.always = [i for i in others if i not in self.begins]
        self.only_begins = [i for i in others if i in self.begins]
        self.may_begin = re.compile("|".join(self.begins[i].pattern for i in self.only_begins) or "(?!)")
        pairs = [held for held in self.rules if len(held) == 2]
        self.pairs = np.sort(np.array([pair_key(ord(pair[0]), ord(pair[1])) for pair in pairs], dtype=np.int64))
        self.kinds = np.zeros(N_POINTS, dtype=np.uint8)
        self.kinds[[ord(held) for held in self.rules if len(held) == 1]] |= SINGLE
        self.kinds[[ord(pair[0]) for pair in pairs]] |= FIRST
        self.kinds[[ord(pair[1]) for pair in pairs]] |= SECOND

    def opened(self, lines: Sequence[str]) -> dict[int, list[int]]:
        """Rules that may match in each line, in their order.

        Parameters
        ----------
        lines : stripped of blanks, without line breaks

        Returns
        -------
        Number of the line (from 0, in order) → numbers of the rules; lines that open no gate are left out.
        """
        found: dict[int, set[int]] = {row: set(self.always) for row in range(len(lines))} if self.always else {}
        for row, line in enumerate(lines):
            if self.may_begin.match(line):
                found.setdefault(row, set()).update(self.only_begins)
        for begin in range(0, len(lines), BLOCK):
            for row, held in self.hits(Laid(lines[begin : begin + BLOCK])):
                found.setdefault(begin + row, set()).update(self.rules[held])
        kept = {row: [i for i in sorted(found[row]) if self.may_open(i, lines[row])] for row in sorted(found)}
        return {row: rules for row, rules in kept.items() if rules and lines[row]}

    def may_open(self, rule: int, line: str) -> bool:
        """Whether ``line`` begins as ``rule`` asks."""
        return rule not in self.begins or self.begins[rule].match(line) is not None

    def hits(self, laid: Laid) -> Iterator[tuple[int, str]]:
        """Line, and the character or the pair, of every place where one stands that some rule needs."""
        kinds = laid.kinds(self.kinds)
        singles = np.flatnonzero((kinds & SINGLE) != 0)
        pairs = np.flatnonzero(((kinds[:-1] << 1) & kinds[1:] & SECOND) != 0)
        if len(pairs):
            keys = pair_key(laid.points[pairs].astype(np.int64), laid.points[pairs + 1].astype(np.int64))
            at = np.searchsorted(self.pairs, keys)
            pairs = pairs[self.pairs[np.minimum(at, len(self.pairs) - 1)] == keys]
        for places, size in ((singles, 1), (pairs, 2)):
            for row, place in zip(laid.rows_of(places).tolist(), places.tolist(), strict=True):
                yield row, laid.text[place : place + size]


def pair_key(first: Any, second: Any) -> Any:
    """Key of two code points side by side."""
    return first * N_POINTS + second


@lru_cache(maxsize=8)
def gates_of(patterns: tuple[str, ...], common: str) -> Gates:
    """The gates of these rules, once per process."""
    return Gates(patterns, common)
