"""What the page lists of the reports' own words: survey figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.outputs.page import number

SHOWN_FIGURES = 60  # survey figures on the page; all stand in the workbook


def answers(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, Any]:
    """Values of ``answers.html.j2``."""
    return {"survey": survey_view(tables["survey_figures"], codebook)}


def survey_view(figures: pd.DataFrame, codebook: Codebook) -> dict[str, Any]:
    """Survey figures with their question, denominator and quotation, those that can be read first."""
    order = figures.assign(told=~figures["hidden"]).sort_values("told", ascending=False, kind="stable")
    hidden, several = int(figures["hidden"].sum()), int(figures["several"].notna().sum())
    return {
        "n": len(figures),
        "passages": number(figures["passage_id"].nunique(), "段落", set="调查数据"),
        "hidden": hidden,
        "several": several,
        "left": max(0, len(figures) - SHOWN_FIGURES),
        "heads": ["单位", "年份", "数", "谁", "说的是什么", "题目", "分母", "所在段落", "注意", "原句"],
        "rows": [
            [
                row.organ or row.document_id,
                row.year or "—",
                row.figure,
                row.observed or "—",
                row.statement,
                row.question or "—",
                "—" if pd.isna(row.denominator) else f"{row.denominator}（{row.denominator_from}）",
                codebook.role_name(row.role) if row.role else "—",
                "；".join(filter(None, ["数字隐去" if row.hidden else "", row.several or ""])) or "—",
                row.quotation,
            ]
            for row in blank(order.head(SHOWN_FIGURES)).itertuples()
        ],
    }


def blank(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose missing texts are None, as templates want them."""
    texts = table.select_dtypes(include=["object", "string"]).columns
    return table.assign(**{name: table[name].astype(object).where(table[name].notna(), None) for name in texts})
