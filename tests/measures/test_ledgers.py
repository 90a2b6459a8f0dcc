"""Ledgers: one row stays one row in every kind of file, and tells what it lacks."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from made_files import workbook, xls_of

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.corpus.harvest import Patterns, load_patterns
from nlp.measures.ledgers import FILE, VALUES, checked_day, due_date, state_of
from nlp.run.how import How
from nlp.run.queries import ledger_of
from nlp.run.run import Run

HEAD = ["序号", "责任单位", "存在问题", "原因分析", "整改措施", "责任人", "整改时限", "完成情况"]
ROWS = [
    [
        *("1", "云江市财政局", "有的支部制度只是挂在墙上、流于形式，以会议落实会议。", "由于考核看痕迹多、看实效少。"),
        *("要提高党建在考核中的权重，强化结果运用，奖优罚劣。", "机关党委书记", "2024年6月底前", "已完成"),
    ],
    [
        *(
            "2",
            "云江市水务局",
            "党建与业务各唱各的调，没有同部署，找不到结合点。",
            "究其原因，是思想认识有偏差，把党建看成虚的。",
        ),
        *("要压实“一岗双责”，完善述职评议。", "党委办公室", "2024年3月31日", "正在推进"),
    ],
    ["3", "云江市交通局", "党课内容单一、形式呆板，读文件念报纸。", "", "", "宣传科", "2024年12月底", "未完成"],
    [
        *("4", "云江市教育局", "支部书记身兼数职，常常顾此失彼。", "因为专职党务干部配备不足，兼职的多。"),
        *("要坚持同谋划、同部署、同落实、同检查。", "", "长期坚持", ""),
    ],
]
NOTICE = "今年以来，我局按照反馈意见逐条对照检查，建立台账。各支部坚持把党建摆在突出位置，但也存在不少短板。"


def docx_of(rows: list[list[str]], *above: str) -> bytes:
    """A Word document with lines and one table."""
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    for line in above:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(HEAD))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(buffer)
    return buffer.getvalue()


FILES: dict[str, Callable[[], bytes]] = {
    "台账.xlsx": lambda: workbook({"台账": [["整改台账"], HEAD, *ROWS]}),
    "台账.et": lambda: xls_of([HEAD, *ROWS]),
    "台账.docx": lambda: docx_of([HEAD, *ROWS], "整改台账"),
    "报告.docx": lambda: docx_of([HEAD, *ROWS], "关于整改情况的报告", NOTICE, "一、整改情况"),
}


@pytest.fixture(scope="module")
def patterns(corpus: Corpus) -> Patterns:
    """The shipped patterns."""
    return load_patterns(corpus.folder, FILE, VALUES)


@pytest.mark.parametrize("name", FILES)
def test_one_row_stays_one_row(name: str, corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(FILES[name]())
    found = ledger_of(Run(corpus, How(coder="rules"), [tmp_path / name]), "2024-07-01")
    filled = [[cell or None for cell in row] for row in ROWS]
    columns = ["organ", "problem", "cause", "measure", "person", "deadline", "status"]
    shown = found[columns].astype(object).where(found[columns].notna(), None)
    assert shown.to_numpy().tolist() == [row[1:] for row in filled]
    assert found["state"].tolist() == ["完成", "未完成", "未完成", "不明"]
    assert found["overdue"].tolist() == [False, True, False, False]
    assert found["missing"].fillna("").tolist() == ["", "", "原因、措施", "责任人"]
    assert found["unanswered"].astype(object).where(found["unanswered"].notna(), None).tolist() == [
        *(False, True, None, False)
    ]
    assert found["problem_codes"].str.contains("制度空转走形式").tolist() == [True, False, False, False]
    assert found["cause_codes"].iloc[0] == corpus.codebook.name("assessment_bias")
    assert found["measure_codes"].iloc[0] == corpus.codebook.name("assessment_reform")


def test_without_a_day_nothing_is_overdue(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "台账.xlsx").write_bytes(FILES["台账.xlsx"]())
    run = Run(corpus, How(coder="rules"), [tmp_path / "台账.xlsx"])
    assert run["ledger"]["overdue"].isna().all()
    assert isinstance(run["ledger"], pd.DataFrame)


@pytest.mark.parametrize(
    ("deadline", "written", "day"),
    [
        pytest.param("2024年6月底前", None, "2024-06-30", id="月底"),
        pytest.param("2024.3.15", None, "2024-03-15", id="点号"),
        pytest.param("2024年上半年", None, "2024-06-30", id="上半年"),
        pytest.param("9月15日前", "2023-05-04", "2023-09-15", id="随文档的年份"),
        pytest.param("十月底前", "2023", "2023-10-31", id="汉字的月份"),
        pytest.param("年底前", "2023-05", "2023-12-31", id="年底"),
        pytest.param("年底前", None, None, id="不知道哪一年"),
        pytest.param("立行立改", "2023-05", None, id="没有日子"),
    ],
)
def test_a_deadline_has_a_day(deadline: str, written: str | None, day: str | None) -> None:
    assert due_date(deadline, written) == day


@pytest.mark.parametrize(
    ("status", "state"),
    [
        *[("已完成", "完成"), ("完成整改并销号", "完成"), ("是", "完成"), ("100%", "完成"), ("已整改到位", "完成")],
        *[("未完成", "未完成"), ("基本完成", "未完成"), ("80%", "未完成"), ("正在推进", "未完成"), ("否", "未完成")],
        *[("", "不明"), ("见附件", "不明")],
    ],
)
def test_a_status_tells_the_state(status: str, state: str, patterns: Patterns) -> None:
    assert state_of(status, patterns) == state


@pytest.mark.parametrize("given", ["6月", "2024-06", "昨天"])
def test_a_day_is_a_day(given: str) -> None:
    with pytest.raises(DataError, match="--as-of"):
        checked_day(given)
