"""The same ledger is the same documents, whatever file holds it; a report that holds one stays one text."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.registers.above import Above, told_above
from nlp.readers.source import ReadOptions, SourceText

Rows = list[list[str]]
HEADER = ["序号", "责任单位", "存在问题", "原因分析", "整改措施", "完成时限"]
LEDGER: Rows = [
    HEADER,
    ["1", "甲局机关党委", "学用脱节。\n记录靠补。", "考核偏软。", "每月会商。", "6月底"],
    ["2", "乙局机关党委", "会议太多。", "习惯使然。", "精简会议。", ""],
    ["3", "", "台账太多。", "", "合并台账。", "9月底"],
]
UNNUMBERED: Rows = [["存在问题", "整改措施"], ["学用脱节。", "每月会商。"], ["会议太多。", "精简会议。"]]
LAST: Rows = [
    ["存在问题", "整改措施", "责任部门"],
    ["学用脱节。", "每月会商。", "办公室"],
    ["会议太多。", "精简会议。", "人事处"],
]
TITLE = ["主题教育问题整改台账", "填报单位：某局机关党委", "填报日期：2024年10月"]


def write_docx(path: Path, before: list[str], rows: Rows, behind: list[str]) -> None:
    document = docx.Document()
    for line in before:
        document.add_paragraph(line)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for line in behind:
        document.add_paragraph(line)
    document.save(str(path))


def write_html(path: Path, before: list[str], rows: Rows, behind: list[str]) -> None:
    def lines(texts: list[str]) -> str:
        return "".join(f"<p>{text}</p>" for text in texts)

    cells = ["".join(f"<td>{html.escape(cell).replace(chr(10), '<br>')}</td>" for cell in row) for row in rows]
    table = f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"
    path.write_text(f"<meta charset='utf-8'>{lines(before)}{table}{lines(behind)}", encoding="utf-8")


def write_xlsx(path: Path, before: list[str], rows: Rows, behind: list[str]) -> None:
    book = openpyxl.Workbook()
    for row in [*([line] for line in before), *rows, *([line] for line in behind)]:
        book.worksheets[0].append(row)
    book.save(path)


WRITERS = {".docx": write_docx, ".html": write_html, ".xlsx": write_xlsx}
Read = Callable[..., list[SourceText]]


@pytest.fixture
def read(tmp_path: Path, lexicon: Lexicon) -> Read:
    """Return a function that writes a ledger in a format and reads it."""

    def write_and_read(suffix: str, rows: Rows, before: list[str], behind: list[str]) -> list[SourceText]:
        path = tmp_path / f"台账{suffix}"
        WRITERS[suffix](path, before, rows, behind)
        return read_file(path, with_hints(ReadOptions(), lexicon))

    return write_and_read


BESIDE = [
    pytest.param([], [], id="只有表"),
    pytest.param(TITLE, [], id="有表头行"),
    pytest.param(TITLE, ["注：完成时限以通知为准。"], id="有注"),
]


@pytest.mark.parametrize(("before", "behind"), BESIDE)
@pytest.mark.parametrize("suffix", WRITERS)
def test_the_same_ledger_is_the_same_documents(suffix: str, before: list[str], behind: list[str], read: Read) -> None:
    texts = read(suffix, LEDGER, before, behind)
    default = "某局机关党委" if before else None
    assert [(text.unit, text.organ) for text in texts] == [
        ("1", "甲局机关党委"),
        ("2", "乙局机关党委"),
        ("3", default),
    ]
    assert {text.date for text in texts} == {"2024年10月" if before else None}
    assert {text.title for text in texts} == {TITLE[0] if before else None}
    parts = [[line for line in text.text.split("\n") if not line.endswith("〗")] for text in texts]
    assert parts[0] == [
        "〖存在问题〗学用脱节。",
        "〖存在问题〗记录靠补。",
        "〖原因分析〗考核偏软。",
        "〖整改措施〗每月会商。",
    ]
    assert parts[2] == ["〖存在问题〗台账太多。", "〖整改措施〗合并台账。"]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(("rows", "organs"), [(UNNUMBERED, [None, None]), (LAST, ["办公室", "人事处"])])
def test_a_ledger_without_numbers(suffix: str, rows: Rows, organs: list[str | None], read: Read) -> None:
    texts = read(suffix, rows, [], [])
    assert [text.unit for text in texts] == ["1", "2"]
    assert [text.organ for text in texts] == organs


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_what_stands_beside_a_ledger_is_kept(suffix: str, read: Read) -> None:
    first, *others = read(suffix, LEDGER, TITLE, ["注：完成时限以通知为准。"])
    assert "〖注：完成时限以通知为准。〗" in first.text
    assert all("以通知为准" not in text.text for text in others)


REPORTS = [
    pytest.param(["关于整改情况的报告", "一、总体情况", "已全部整改。"], [], id="前面有一段"),
    pytest.param(["整改台账", "一、问题清单"], [], id="有编号的标题"),
    pytest.param(["整改台账"], ["以上问题均已明确责任，下一步将逐项销号。"], id="后面有一段"),
    pytest.param(["整改台账"], ["注：" + "时限以通知为准，" * 12], id="注很长"),
]


@pytest.mark.parametrize(("before", "behind"), REPORTS)
@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_a_report_that_holds_a_ledger_stays_one(suffix: str, before: list[str], behind: list[str], read: Read) -> None:
    (text,) = read(suffix, LEDGER, before, behind)
    assert text.unit is None
    assert all(line in text.text for line in [*before, *behind])


def test_merged_cells_of_a_word_table_keep_number_and_unit(tmp_path: Path, lexicon: Lexicon) -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=4)
    rows = [[*HEADER[:2], "存在问题", "整改措施"], ["1", "甲局", "学用脱节。", "每月会商。"]]
    rows += [["", "", "", "纳入考核。"], ["2", "乙局", "会议太多。", "精简会议。"]]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for column in (0, 1, 2):
        table.cell(1, column).merge(table.cell(2, column))
    document.save(str(tmp_path / "台账.docx"))
    texts = read_file(tmp_path / "台账.docx", with_hints(ReadOptions(), lexicon))
    assert [(text.unit, text.organ) for text in texts] == [("1", "甲局"), ("1（第 2 次出现）", "甲局"), ("2", "乙局")]


ABOVE = [
    pytest.param(
        ["填报单位（盖章）：甲局党委　　填报时间：2024.10.8"], Above(None, "甲局党委", "2024.10.8"), id="在一行"
    ),
    pytest.param(["整改台账", "截至2024年9月底"], Above("整改台账", None, "2024年9月"), id="截至"),
    pytest.param(["整改台账（某局）"], Above("整改台账（某局）", None, None), id="只有标题"),
    pytest.param([], Above(), id="什么也没有"),
]


@pytest.mark.parametrize(("lines", "told"), ABOVE)
def test_what_stands_above_a_table(lines: list[str], told: Above) -> None:
    assert told_above(lines) == told
