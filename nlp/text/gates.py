"""What a line must hold for a regular expression to match in it: a test of one character class instead of the search.

Most lines of a report match no noise rule, and to find that out rule by rule takes longer than all other cleaning. The
gate of a rule is read off the rule itself, so that an expert may write any rule; one that gives no gate is searched for
as before. Which of several necessary characters is taken matters for speed only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

# The commonest characters of the shipped reports, the commonest first: a gate made of others opens seldom.
COMMON = (
    "，的。一党、部不“”支有个人了在年上是建会员务到三分学没工两组成业作来里记与；书十为中1时题同委次出我任下2得问事以要位合把动关过对子：开度后项说,名议二也看办行月就本自四机这头点着织由活去主大发全生"
    "评教单之责班长件实多理和于进各用先面从改管干起0条查家科间前讲职文院现能方么重室报天只课都法日目专写案区研处数公当再定第习五结心回表张手期场制谈系少设提3那经局们所层程做通每其师老门谁入半领还话见而政"
    "级融小口4样接份打意排好调完六道计清可者明等导体走台地村校推岗什内6标情检认收展规力转照指线市无量想抓底整他总考解哪最并字论9新七产难因几立8联群此7高未原交相带给统往账百外至已代核治九基平加今签听."
    "集共换求反料被化录己让划比知算落究常医流5民访皮连向效队参直八占安跟均社水补别正（）应请例育缺电边路又材周步企性念户式按站形审服才号县怎编验便节放批种况片负绩传余差复述何决真季督志板示些根质空挂察选据"
    "轻观互病牌配商率如众%更律坐将列然却停句思答逐保镇钟归信找则果车置资套修续身承x言讨司满留担双图压轮类白优使读告费容深近变取段足章训投环靠持抽兼？遍准块临术卷备强价引格存序协副及越该夜施省齐执值印退它"
    "营约培属稿楼住显红防网翻构离识减偏末堂—散署态受巡象团另晚监黨觉笔风拿限倒坚必源跑国儿范既功仍视花热低懂页影纸万较须断街即初供派证布护客座紧乡围骨诉称确贴诊消包声纪青替凡随够首席升篇技具税墙响送居零运"
)
RANK = {char: rank for rank, char in enumerate(COMMON)}
LARGEST = 4000  # characters of a class that is still worth writing out
ASTRAL = "\U00010000"  # stands for every character from here on
NOTHING: frozenset[int] = frozenset()
SPACE, DIGIT = r"\s", r"\d"


@dataclass(frozen=True, slots=True)
class Gate:
    """Character classes (the inside of the brackets): one the line must hold, one it must begin with; empty: any."""

    holds: str = ""
    begins: str = ""


@lru_cache(maxsize=512)
def gate_of(pattern: str) -> Gate:
    """The gate of a pattern that is searched for in lines stripped of blanks.

    >>> gate_of("^.{0,9}(下载|转载).{0,9}$"), gate_of("^(标签|热门)[:：]")
    (Gate(holds='载', begins=''), Gate(holds='热签', begins='标热'))
    """
    try:
        parsed = _parser.parse(pattern)
        tree = [] if parsed.state.flags & re.IGNORECASE else list(parsed)
    except (re.error, RecursionError):
        return Gate()
    held = needed(tree)
    return Gate(escaped(held) if held is not None else "", beginning(tree))


def needed(tree: Sequence[Any]) -> frozenset[str] | None:
    """Characters of which every match holds at least one; None if nothing can be said."""
    found = [chars for node in tree if (chars := needed_by(node)) is not None]
    return min(found, key=lambda chars: (cost(chars), len(chars), sorted(chars)), default=None)


def needed_by(node: Any) -> frozenset[str] | None:
    """Characters of which one node of the pattern needs one."""
    kind, value = node
    if kind is sre.LITERAL:
        return frozenset(chr(value))
    if kind is sre.IN:
        return members(value)
    if kind is sre.SUBPATTERN:
        return None if value[1] or value[2] else needed(list(value[3]))  # a change of flags: say nothing
    if kind is sre.ASSERT:
        return needed(list(value[1])) if value[0] > 0 else None
    if kind in (sre.MAX_REPEAT, sre.MIN_REPEAT, sre.POSSESSIVE_REPEAT):
        return needed(list(value[2])) if value[0] >= 1 else None
    if kind is sre.ATOMIC_GROUP:
        return needed(list(value))
    if kind is sre.BRANCH:
        parts = [needed(list(branch)) for branch in value[1]]
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


def cost(chars: frozenset[str]) -> float:
    """About how often one of the characters stands in a hundred, by Zipf's law; what is no Han hardly ever."""
    unlisted = 2 * len(COMMON)
    return sum(
        20 / (RANK.get(char, unlisted) + 10) if char in RANK or "\u4e00" <= char <= "\u9fff" else 1e-5
        for char in sorted(chars)
    )


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


def escaped(chars: frozenset[str]) -> str:
    """Characters as the inside of a class."""
    return "".join(re.escape(char) for char in sorted(chars))


class Gates:
    """The gates of several rules at once: which of them a line opens."""

    def __init__(self, patterns: Sequence[str]) -> None:
        gates = [gate_of(pattern) for pattern in patterns]
        self.begins = {i: re.compile(f"[{gate.begins}]") for i, gate in enumerate(gates) if gate.begins}
        self.by_char: dict[str, set[int]] = {}
        for i, gate in enumerate(gates):
            for char in re.sub(r"\\(.)", r"\1", gate.holds):
                self.by_char.setdefault(min(char, ASTRAL), set()).add(i)
        # re looks a class up in a table, but only below U+10000; what lies above is one range to it.
        held = "".join(map(re.escape, self.by_char)) + f"{ASTRAL}-\U0010ffff"
        self.held = re.compile(f"[{held}]")
        # Without a character to look for: by their beginning, or always.
        others = [i for i, gate in enumerate(gates) if not gate.holds]
        self.always = frozenset(i for i in others if i not in self.begins)
        self.only_begins = [i for i in others if i in self.begins]
        self.may_begin = re.compile("|".join(self.begins[i].pattern for i in self.only_begins) or "(?!)")

    def opened(self, line: str) -> list[int]:
        """Rules that may match in a stripped line, in their order."""
        found = set(self.always)
        for char in set(self.held.findall(line)):
            found |= self.by_char.get(min(char, ASTRAL), NOTHING)
        if self.may_begin.match(line):
            found.update(self.only_begins)
        return sorted(i for i in found if i not in self.begins or self.begins[i].match(line)) if found else []


@lru_cache(maxsize=8)
def gates_of(patterns: tuple[str, ...]) -> Gates:
    """The gates of these rules, once per process."""
    return Gates(patterns)
