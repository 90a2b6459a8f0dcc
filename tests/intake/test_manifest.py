"""What ``documents.csv`` says counts for every row of a workbook; what is of no use is named."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from nlp.corpus.folder import Corpus
from nlp.intake.manifest import unused, unused_of
from nlp.run.how import How
from nlp.run.run import Run

ROWS: list[list[object]] = [
    ["编号", "单位", "内容", "日期"],
    ["a", "甲局机关党委", "学用脱节。", 2024.10],
    ["b", None, "考核偏软。", None],
    ["c", None, "会议太多。", 2023.11],
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a workbook."""
    book = openpyxl.Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.save(tmp_path / "意见.xlsx")
    return tmp_path


def read(folder: Path, corpus: Corpus, manifest: str) -> Run:
    (folder / "documents.csv").write_text(manifest, encoding="utf-8")
    return Run(corpus, How(coder="rules"), [folder])


def test_the_row_of_a_workbook_counts_for_all_its_rows(folder: Path, corpus: Corpus) -> None:
    manifest = "source,document_id,organ,kind_of_unit,date\n意见.xlsx,问卷,某市委,国企,2022-05\n"
    documents = read(folder, corpus, manifest)["documents"].set_index("document_id")
    assert list(documents.index) == ["意见.xlsx·a", "意见.xlsx·b", "意见.xlsx·c"], "文件的编号不是各行的编号"
    assert list(documents["organ"]) == ["甲局机关党委", "某市委", "某市委"], "行自己的单位先算"
    assert list(documents["kind_of_unit"]) == ["国企"] * 3
    assert list(documents["date"]) == ["2024", "2022-05", "2023-11"]
    assert list(documents["date_source"]) == ["表格", "清单", "表格"]


def test_one_row_may_have_its_own_line(folder: Path, corpus: Corpus) -> None:
    manifest = "source,piece,document_id,organ,date\n意见.xlsx,,,某市委,\n意见.xlsx,b,第二条,乙局,2020-01-02\n"
    documents = read(folder, corpus, manifest)["documents"]
    assert list(documents["document_id"]) == ["意见.xlsx·a", "第二条", "意见.xlsx·c"]
    assert list(documents["organ"]) == ["甲局机关党委", "乙局", "某市委"]
    assert list(documents["date"].fillna("")) == ["2024", "2020-01-02", "2023-11"]


def test_a_number_that_hides_its_month_is_a_conflict(folder: Path, corpus: Corpus) -> None:
    conflicts = read(folder, corpus, "source\n意见.xlsx\n")["conflicts"]
    (row,) = conflicts.itertuples()
    assert (row.document_id, row.kept, row.found) == ("意见.xlsx·a", "2024", "2024.1")
    assert row.reason == "分不清 1 月还是 10 月"


def test_what_is_of_no_use_is_named(folder: Path) -> None:
    (folder / "documents.csv").write_text(
        "source,organ,orgn,空列\n意见.xlsx,甲,乙,\n没有.docx,甲,,\n", encoding="utf-8"
    )
    rows, columns = unused_of([folder])
    assert rows == "清单里有 1 行没有用上，没有读到这些文件：没有.docx"
    assert columns.startswith("清单里这些列没有用上：orgn；")
    assert unused(None, ()) == []
    assert unused(pd.DataFrame({"source": ["甲"], "organ": ["乙"]}), {"甲"}) == []
