"""Ways of speaking: wordings by which language demands, denies, explains or claims, and what each way speaks for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.store.files import read_table
from nlp.tables import ROLES

# Families that the method itself asks for; the others are counted, and listed in speech_families.csv.
TURNING = "turning"  # what follows decides
AVERTING = "averting"  # what follows is opposed: 防止以会议落实会议
BYGONE = "bygone"  # what follows is told as past
ASKED_FOR = (TURNING, AVERTING, BYGONE)
STATES = ("active", "rejected")
# Kinds of characters that a side may name instead of listing them.
CLAUSE_START, HAN, DIGIT = "[句首]", "[汉字]", "[数字]"
SIDES = (CLAUSE_START, HAN, DIGIT)
NUMBERED = "[一是]"  # in front of a wording: 一是 … 十是, or nothing
NUMERALS = "一二三四五六七八九十"
CHOICE = re.compile(r"(\([^()]*\))")


@dataclass(frozen=True, slots=True)
class SpeechMark:
    """A wording of one family, and the characters that must (``^``: must not) stand right before and right behind it.

    An empty side allows anything; one of SIDES stands for the characters of its kind.
    """

    family: str
    wording: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class SpeechFamily:
    """One way of speaking that is counted, and its Chinese name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class RoleWeight:
    """How much one occurrence of a way of speaking speaks for a role."""

    role: str
    family: str
    weight: float


@dataclass(frozen=True, slots=True)
class Speech:
    """Families in the order of their file, the marks of all families, and what they speak for."""

    families: tuple[SpeechFamily, ...] = ()
    marks: tuple[SpeechMark, ...] = ()
    weights: tuple[RoleWeight, ...] = ()

    def of(self, family: str) -> tuple[SpeechMark, ...]:
        """Marks of one family."""
        return tuple(mark for mark in self.marks if mark.family == family)


def load_speech(folder: Path) -> Speech:
    """Read ``speech_families.csv``, ``speech.csv`` and ``role_weights.csv`` of a lexicon; every row is checked before
    any is returned. Raises DataError with all faults of the three files."""
    families_path, marks_path, weights_path = (
        folder / name for name in ("speech_families.csv", "speech.csv", "role_weights.csv")
    )
    families = read_table(families_path, required=("family", "name", "note"))
    marks = read_table(marks_path, required=("family", "wording", "before", "after", "status", "note"))
    weights = read_table(weights_path, required=("role", "family", "weight", "note"))
    known = tuple(families["family"])
    faults = [
        *family_faults(families, families_path),
        *mark_faults(marks, known, marks_path),
        *weight_faults(weights, known, weights_path),
    ]
    if faults:
        raise DataError.all_of(faults)
    active = marks[marks["status"] == "active"]
    return Speech(
        tuple(SpeechFamily(row.family, row.name) for row in families[["family", "name"]].itertuples(index=False)),
        tuple(
            SpeechMark(row.family, wording, row.before, row.after)
            for row in active.itertuples()
            for wording in wordings_of(row.wording)
        ),
        tuple(RoleWeight(row.role, row.family, float(row.weight)) for row in weights.itertuples()),
    )


def wordings_of(wording: str) -> tuple[str, ...]:
    """Every literal that a wording stands for.

    >>> wordings_of("可(以|)从"), wordings_of("[一是]加强")[:3]
    (('可以从', '可从'), ('加强', '一是加强', '二是加强'))
    """
    bare = wording.removeprefix(NUMBERED)
    before = ("", *(f"{numeral}是" for numeral in NUMERALS)) if bare != wording else ("",)
    return tuple(one + other for one in before for other in choices_of(bare))


def choices_of(part: str) -> tuple[str, ...]:
    """Every literal that the choices ``(甲|乙)`` of a wording allow.

    >>> choices_of("(做|干)起来(次要|靠边)")
    ('做起来次要', '做起来靠边', '干起来次要', '干起来靠边')
    """
    options = [piece[1:-1].split("|") if piece.startswith("(") else [piece] for piece in CHOICE.split(part) if piece]
    return tuple("".join(chosen) for chosen in product(*options))


def family_faults(table: pd.DataFrame, path: Path) -> list[DataError]:
    """Faults of speech_families.csv."""
    return [
        *faults_in(table, table["family"].isin(ASKED_FOR), "family", "这个名称另有用处", path, "换一个名称"),
        *faults_in(table, table.duplicated("family", keep=False), "family", "说法的种类重复", path, "每种只留一行"),
        *faults_in(table, blank(table, ["family", "name"]), "family", "种类没有名称", path, "填写 family 和 name"),
    ]


def mark_faults(table: pd.DataFrame, families: Sequence[str], path: Path) -> list[DataError]:
    """Faults of speech.csv; a family without any active wording is one of them."""
    key = ["family", "wording", "before", "after"]
    odd = pd.Series(
        [not (sound(side(row.before)) and sound(side(row.after))) for row in table.itertuples()], table.index, bool
    )
    faults = [
        *faults_in(
            table,
            ~table["family"].isin([*families, *ASKED_FOR]),
            "family",
            "没有这种说法",
            path,
            f"先在 speech_families.csv 增加；{'、'.join(ASKED_FOR)} 不必列出",
        ),
        *faults_in(table, ~table["wording"].map(speaks_plainly), "wording", "写法有误", path, "替换写“(甲|乙)”"),
        *faults_in(table, odd, "wording", "前后字的写法有误", path, f"写字，或 ^ 加字，或 {'、'.join(SIDES)}"),
        *faults_in(
            table, ~table["status"].isin(STATES), "status", "不认识的状态", path, f"只能用 {' 或 '.join(STATES)}"
        ),
        *faults_in(table, table.duplicated(key, keep=False), "wording", "说法重复", path, "只留一行"),
        *faults_in(table, blank(table, ["note"]), "wording", "没有写理由", path, "填写 note"),
    ]
    active = set(table.loc[table["status"] == "active", "family"])
    if silent := [family for family in (*families, *ASKED_FOR) if family not in active]:
        faults.append(
            DataError.at(f"这些种类没有一个说法：{'、'.join(silent)}", where=path, fix="补上，或删去这个种类")
        )
    return faults


def weight_faults(table: pd.DataFrame, families: Sequence[str], path: Path) -> list[DataError]:
    """Faults of role_weights.csv."""
    number = table["weight"].str.fullmatch(r"-?\d+(?:\.\d+)?")
    return [
        *faults_in(table, ~table["role"].isin(ROLES), "role", "没有这样的角色", path, f"只能用：{'、'.join(ROLES)}"),
        *faults_in(
            table, ~table["family"].isin(families), "family", "没有这种说法", path, "先在 speech_families.csv 增加"
        ),
        *faults_in(table, ~number, "weight", "权重不是数", path, "写成 0.7 这样的数"),
        *faults_in(table, table.duplicated(["role", "family"], keep=False), "family", "权重重复", path, "只留一行"),
        *faults_in(table, blank(table, ["note"]), "family", "没有写理由", path, "填写 note"),
    ]


def faults_in(table: pd.DataFrame, bad: pd.Series, column: str, what: str, path: Path, fix: str) -> Iterable[DataError]:
    """One fault for all rows that ``bad`` marks, with their lines; none if it marks none."""
    if bad.any():
        named = "、".join(dict.fromkeys(str(value) for value in table.loc[bad, column]))
        lines = "、".join(map(str, table.loc[bad, "line"]))
        yield DataError.at(f"{what}：{named}", where=f"{path} 第 {lines} 行", fix=fix)


def blank(table: pd.DataFrame, columns: list[str]) -> pd.Series:
    """Rows in which one of ``columns`` is empty."""
    return (table[columns] == "").any(axis="columns")


def side(written: str) -> str:
    """A side without what turns it round."""
    return written.removeprefix("^")


def sound(characters: str) -> bool:
    """Whether a side lists characters, or names one kind of them."""
    return characters in SIDES or not set(characters) & set("[]()|^")


def speaks_plainly(wording: str) -> bool:
    """Whether a wording of speech.csv is well written: literals and choices, none of them empty as a whole.

    >>> [speaks_plainly(wording) for wording in ("可(以|)从", "[一是]加强", "(甲|)", "甲)乙", "甲…乙", "")]
    [True, True, False, False, False, False]
    """
    literals = wordings_of(wording)
    return all(literal and not set(literal) & set("()|[]…") for literal in literals) and bool(literals)
