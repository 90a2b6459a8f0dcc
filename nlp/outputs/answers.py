"""What the page lists of the reports' own words: survey figures, measures and their marks, the rows of ledgers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.measures.ledgers import NAMES
from nlp.outputs.page import number
from nlp.outputs.quotations import shortened
from nlp.tables import MARKS

LONGEST = 120  # characters of a quotation in a table
SHOWN_ROWS = 60  # rows of ledgers on the page
SHOWN_FIGURES = 60  # survey figures on the page; all stand in the workbook


def answers(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, Any]:
    """Values of ``answers.html.j2``."""
    return {
        "survey": survey_view(tables["survey_figures"], codebook),
        "commitments": commitments_view(tables["commitments"], tables["commitments_by_unit"]),
        "ledger": ledger_view(tables["ledger"]),
    }


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


def ledger_view(ledger: pd.DataFrame) -> dict[str, Any]:
    """What stands open, late or without a measure, first."""
    with_problem = ledger[ledger["problem"].notna()]
    lacking = {name: int(with_problem["missing"].fillna("").str.contains(name).sum()) for name in NAMES.values()}
    n_open = int((ledger["state"] == "未完成").sum())
    overdue, unanswered = ledger["overdue"].fillna(False), ledger["unanswered"].fillna(False)
    urgency = overdue * 4 + ledger["missing"].notna() * 2 + unanswered * 2 + (ledger["state"] == "未完成")
    order = ledger.assign(urgency=urgency.astype(int)).sort_values("urgency", ascending=False, kind="stable")
    return {
        "n": len(ledger),
        "done": int((ledger["state"] == "完成").sum()),
        "open": n_open,
        "unknown": int((ledger["state"] == "不明").sum()),
        "dated": bool(ledger["overdue"].notna().any()),
        "overdue": int(overdue.sum()),
        "unanswered": int(unanswered.sum()),
        "lacking": [(name, n) for name, n in lacking.items() if n],
        "left": max(0, len(ledger) - SHOWN_ROWS),
        "heads": ["单位", "问题", "原因", "措施", "责任人", "时限", "状态", "要留意"],
        "rows": [
            [
                row.organ or row.document_id,
                with_codes(row.problem, row.problem_codes),
                with_codes(row.cause, row.cause_codes),
                with_codes(row.measure, row.measure_codes),
                row.person or "—",
                row.deadline or "—",
                row.status or "—",
                "；".join(notes_of(row)) or "—",
            ]
            for row in blank(order.head(SHOWN_ROWS)).itertuples()
        ],
    }


def with_codes(text: str | None, codes: str | None) -> str:
    """A cell with the names of its codes."""
    return f"{text or '—'}（{codes}）" if codes else text or "—"


def notes_of(row: Any) -> list[str]:
    """What a row lacks."""
    notes = ["逾期"] if row.overdue is True else []
    notes += [f"缺{row.missing}"] if row.missing else []
    return notes + (["措施不对应问题和原因"] if row.unanswered is True else [])


def commitments_view(rows: pd.DataFrame, units: pd.DataFrame) -> dict[str, Any]:
    """Share of measures that name who, what, when, how measured; units with their best and emptiest wording."""
    return {
        "n": number(len(rows), "段落", set="实招与虚话"),
        "any": len(rows),
        "shares": [(name, f"{rows[mark].mean():.0%}") for mark, name in MARKS.items()] if len(rows) else [],
        "four": int((rows["n_marks"] == len(MARKS)).sum()),
        "none": int((rows["n_marks"] == 0).sum()),
        "heads": ["单位", "对策段落", "平均几样", *MARKS.values(), "写得最实的", "写得最虚的"],
        "left": max(0, len(units) - SHOWN_ROWS),
        "rows": [
            [
                *(row.organ, row.n, f"{row.mean_marks:.1f}"),
                *(f"{getattr(row, mark):.0%}" for mark in MARKS),
                *(shortened(row.best, LONGEST), shortened(row.emptiest, LONGEST) if row.n > 1 else "—"),
            ]
            for row in units.head(SHOWN_ROWS).itertuples()
        ],
    }


def blank(table: pd.DataFrame) -> pd.DataFrame:
    """A table whose missing texts are None, as templates want them."""
    texts = [name for name in table.columns if table[name].isna().any() and table[name].dtype.kind != "f"]
    return table.assign(**{name: table[name].astype(object).where(table[name].notna(), None) for name in texts})
