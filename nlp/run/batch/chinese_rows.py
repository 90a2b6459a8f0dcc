"""Rows of a batch as an office reads them in Excel: Chinese heads, codes and roles by their names."""

from __future__ import annotations

import re

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.tables import ROLES

HEADS = {
    "id": "编号",
    "passage_id": "段落编号",
    "document_id": "文档编号",
    "section": "标题路径",
    "text": "原文",
    "reading": "怎样读出",
    "role": "角色",
    "role_score": "角色的把握",
    "codes": "代码",
    "sure": "确定的代码",
    "evidence": "证据",
    "abstained": "拿不准",
    "primary": "主要的问题表现",
}
NAMED = ("role", "codes", "sure", "primary", "evidence")  # columns in whose cells codes or roles stand
ID = re.compile(r"[a-z_]+(?=：|;|$)")


def chinese_head(column: str, codebook: Codebook) -> str:
    """The Chinese head of a column of ``passages`` or ``documents``."""
    kind, _, code = column.partition(":")
    if code:
        return f"把握：{codebook.name(code)}"
    if column.startswith("n_") and column[2:] in ROLES:
        return f"{codebook.role_name(column[2:])}（段）"
    return HEADS.get(kind, column)


def chinese_rows(table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """The rows with codes and roles by their names; ``evidence`` names its codes before each quotation."""
    names = {code.id: code.name for code in codebook.codes} | {role: codebook.role_name(role) for role in ROLES}
    shown = table.copy()
    for column in shown.columns.intersection(NAMED):
        if column == "evidence" and "text" not in shown.columns:
            continue  # ids of passages
        shown[column] = [
            ID.sub(lambda hit: names.get(hit.group(), hit.group()), cell) if isinstance(cell, str) else cell
            for cell in shown[column]
        ]
    return shown.rename(columns={name: chinese_head(str(name), codebook) for name in shown.columns})
