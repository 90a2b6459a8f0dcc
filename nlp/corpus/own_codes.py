"""Codes that a user brings along: a table of names and phrases, counted beside the codebook without training."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import Codebook
from nlp.corpus.faults import refuse_rows
from nlp.corpus.lexicon import cue_pattern, speaks
from nlp.store.files import read_table
from nlp.tables import ROLE_NAMES, ROLES

HEADS = {"名称": "name", "代码": "name", "说法": "phrases", "写法": "phrases", "词": "phrases", "角色": "role"}
APART = re.compile(r"[；;\n]+")
COLUMNS = "列：名称、说法（几种用“；”隔开，可写“…”和“(甲|乙)”）、角色（可不写）"


@dataclass(frozen=True, slots=True)
class OwnCode:
    """A name, the wordings that speak for it, and the role of the passages in which they count (None: any)."""

    name: str
    wordings: tuple[str, ...]
    role: str | None

    def pattern(self, folded: tuple[str, ...]) -> re.Pattern[str]:
        """What finds it in a folded text, from its folded wordings; the longest first."""
        return re.compile("|".join(cue_pattern(each) for each in sorted(folded, key=len, reverse=True)))


def load_own_codes(path: Path, codebook: Codebook) -> tuple[OwnCode, ...]:
    """Read own codes; rows of one name are one code. Raises DataError with the faults of all rows."""
    table = read_table(path).rename(columns=lambda name: HEADS.get(str(name).strip(), str(name).strip()))
    if missing := [name for name in ("name", "phrases") if name not in table.columns]:
        named = "、".join({"name": "名称", "phrases": "说法"}[name] for name in missing)
        raise DataError.at(f"缺少列：{named}", where=f"{path} 第 1 行", fix=COLUMNS)
    table = table.assign(role=table.get("role", pd.Series("", index=table.index)).fillna("").str.strip())
    names: dict[str, str | None] = {name: role for role, name in ROLE_NAMES.items()}
    names |= {codebook.role_name(role): role for role in ROLES} | {role: role for role in ROLES} | {"": None}
    phrases = table["phrases"].map(lambda cell: [each.strip() for each in APART.split(str(cell)) if each.strip()])
    checks = (
        (table["name"].str.strip() == "", "没有名称", "填写名称"),
        (phrases.map(len) == 0, "没有说法", "填写说法，几种用“；”隔开"),
        (
            ~phrases.map(lambda every: all(map(speaks, map(half_width, every)))),
            "说法写得有误",
            "间隔写“…”，替换写“(甲|乙)”，括号要成对，不能什么都配得上",
        ),
        (~table["role"].isin(list(names)), "没有这种角色", f"用 {'、'.join(ROLE_NAMES.values())} 之一，或不写"),
        (table["name"].isin([code.name for code in codebook.codes]), "与编码表的代码重名", "换一个名称"),
        (table.groupby("name")["role"].transform("nunique") > 1, "同一名称写了几种角色", "一个名称只用一种角色"),
    )
    refuse_rows(table, checks, path)
    if table.empty:
        raise DataError.at("一个代码也没有", where=path, fix=COLUMNS)
    return tuple(
        OwnCode(
            str(name),
            tuple(dict.fromkeys(map(half_width, (each for row in rows.index for each in phrases[row])))),
            names[str(rows["role"].iloc[0])],
        )
        for name, rows in table.groupby("name", sort=False)
    )


def half_width(wording: str) -> str:
    """A wording with the brackets and bars that cues are written with, whatever width they were typed in."""
    return wording.translate(str.maketrans("（）｜", "()|")).replace("...", "…")
