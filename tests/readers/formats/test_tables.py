"""Table files: columns are recognised, a row is a text, nothing is lost without a word."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.base.errors import UnreadableFile
from nlp.intake.inputs import read_file, read_inputs
from nlp.readers.registers.cells import one_line
from nlp.readers.source import ReadOptions, SourceText

OPTIONS = ReadOptions()
Sheets = dict[str, list[list[object]]]


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., list[SourceText]]:
    """Return a function that writes text under a name and reads it."""

    def write_and_read(content: str | bytes, name: str = "表.csv", options: ReadOptions = OPTIONS) -> list[SourceText]:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_file(path, options)

    return write_and_read


@pytest.fixture
def book(
    tmp_path: Path, make_workbook: Callable[[Sheets], bytes], table: Callable[..., list[SourceText]]
) -> Callable[..., list[SourceText]]:
    """Return a function that writes a workbook and reads it."""
    return lambda sheets, options=OPTIONS: table(make_workbook(sheets), "表.xlsx", options)


def test_all_columns_are_recognised(table: Callable[..., list[SourceText]]) -> None:
    header = "编号,标题,报送单位,单位类别,报送日期,文体,正文"
    (text,) = table(f"{header}\n07,调研,市局,机关,2023-05-01,报告,党建与业务脱节\n")
    assert text == SourceText("07", "utf-8", "党建与业务脱节", "调研", "市局", "机关", "2023-05-01", "报告")


HEADERS = [
    pytest.param("内容", id="内容"),
    pytest.param("摘　要", id="字间有空格"),
    pytest.param("正文（必填）", id="带括号说明"),
    pytest.param("TEXT", id="英文大写"),
    pytest.param("主要内容", id="以内容结尾"),
    pytest.param("*材料：", id="带星号冒号"),
]


@pytest.mark.parametrize("header", HEADERS)
def test_headers_of_texts(header: str, table: Callable[..., list[SourceText]]) -> None:
    assert [text.text for text in table(f"甲,{header}\n1,党建\n")] == ["党建"]


def test_full_text_goes_before_abstract_and_option_before_both(table: Callable[..., list[SourceText]]) -> None:
    content = "摘要,正文,备注\n短,长,注\n"
    assert table(content)[0].text == "长"
    assert table(content, options=ReadOptions(text_column="备注"))[0].text == "注"


def test_missing_column_names_what_was_seen(table: Callable[..., list[SourceText]]) -> None:
    with pytest.raises(UnreadableFile, match="没有“报告”这一列；看到的列：摘要、备注") as caught:
        table("摘要,备注\n短,注\n", options=ReadOptions(text_column="报告"))
    assert "--text-column" in caught.value.fix


CSV_CASES = [
    pytest.param("编号;正文\n1;甲,乙\n", ["甲,乙"], id="分号"),
    pytest.param("编号\t正文\n1\t甲,乙\n", ["甲,乙"], id="制表符"),
    pytest.param('编号,正文\n1,"甲\n乙，""丙"""\n2,丁\n', ['甲\n乙，"丙"', "丁"], id="引号里换行"),
    pytest.param("编号,正文\r\n1,甲\r\n\r\n2,乙", ["甲", "乙"], id="空行和没有末尾换行"),
    pytest.param("编号,正文\r1,甲\r2,乙\r", ["甲", "乙"], id="老苹果换行"),
    pytest.param("编号,正文\n1,\n2,  \n3,乙\n", ["乙"], id="空的不要"),
    pytest.param("编号,正文\n1,甲,乙,丙\n", ["甲,乙,丙"], id="末列正文里没加引号的逗号"),
    pytest.param('编号,正文\n1,他说"好"\n', ['他说"好"'], id="正文中间的引号"),
    pytest.param("sep=;\n编号;正文\n1;甲\n", ["甲"], id="Excel的sep行"),
    pytest.param("各单位报送情况\n编号,正文\n1,甲\n", ["甲"], id="表头上有标题行"),
    pytest.param("正文\n" + "长" * 200_000 + "\n", ["长" * 200_000], id="很长的单元格"),
]


@pytest.mark.parametrize(("content", "texts"), CSV_CASES)
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_csv(content: str, texts: list[str], encoding: str, table: Callable[..., list[SourceText]]) -> None:
    assert [text.text for text in table(content.encode(encoding))] == texts


def test_csv_faults_are_named_not_swallowed(table: Callable[..., list[SourceText]]) -> None:
    with pytest.raises(UnreadableFile, match="引号没有配对"):
        table('编号,正文\n1,"甲\n2,乙\n3,丙\n')
    with pytest.raises(UnreadableFile, match="第 1、3 行"):
        table("正文,日期\n甲,2023,多\n乙,2024\n丙,2023,多\n")
    with pytest.raises(UnreadableFile, match="第 2 行"):
        table("编号,正文\n1,没有引号的\n换行\n")


def test_a_data_row_is_not_taken_for_the_header(table: Callable[..., list[SourceText]]) -> None:
    with pytest.raises(UnreadableFile, match="看到的列：详情、标题"):
        table("详情,标题\n甲,乙\n学习内容,丙\n")


MERGED: Sheets = {
    "台账": [
        ["2024年自查问题台账"],
        ["序号", "单位", "自查情况", "", "整改情况", "", "责任人"],
        ["", "", "存在的问题", "原因分析", "整改措施", "完成时限", ""],
        ["甲", "规划处", "两拨人各写各的", "没有会商", "每月会商", "九月底", "处长"],
    ]
}


def test_a_header_of_two_rows_with_merged_cells(book: Callable[..., list[SourceText]]) -> None:
    with pytest.raises(UnreadableFile, match="看到的列：序号、单位、存在的问题、原因分析、整改措施、完成时限、责任人"):
        book(MERGED)
    (text,) = book(MERGED, ReadOptions(text_column="存在的问题"))
    assert (text.unit, text.organ, text.text) == ("甲", "规划处", "两拨人各写各的")


UNITS = [
    pytest.param("编号,正文\na,甲\nb,乙\n", ["a", "b"], id="有编号"),
    pytest.param("正文\n甲\n\n乙\n", ["1", "3"], id="没有编号用行号"),
    pytest.param("编号,正文\na,甲\n,乙\n", ["a", "2"], id="编号空着用行号"),
    pytest.param("编号,正文\na,甲\na,乙\na,丙\n", ["a", "a（第 2 次出现）", "a（第 3 次出现）"], id="编号重复"),
    pytest.param("编号,正文\n2,甲\n,乙\n", ["2", "2（第 2 次出现）"], id="编号与行号相同"),
]


@pytest.mark.parametrize(("content", "units"), UNITS)
def test_units_are_unique(content: str, units: list[str], table: Callable[..., list[SourceText]]) -> None:
    assert [text.unit for text in table(content)] == units


def test_workbook_cells_are_written_as_seen(book: Callable[..., list[SourceText]]) -> None:
    rows: list[list[object]] = [["编号", "日期", "年份", "内容"], [1, datetime.date(2023, 5, 1), 2023, "党建"]]
    (text,) = book({"甲": rows})
    assert (text.unit, text.date, text.encoding) == ("1", "2023-05-01", "xlsx")
    (by_year,) = book({"甲": rows}, ReadOptions(date_column="年份"))
    assert by_year.date == "2023"


def test_several_sheets_put_their_name_before_the_unit(book: Callable[..., list[SourceText]]) -> None:
    rows: list[list[object]] = [["内容"], ["党建"]]
    assert [text.unit for text in book({"甲": rows, "乙": rows, "说明": [["填表须知"]]})] == ["甲!1", "乙!1"]
    assert [text.unit for text in book({"甲": rows, "说明": [["填表须知"]]})] == ["1"]


UNCALCULATED = [
    pytest.param([["内容"], ['="学用"&"脱节"']], id="全是公式"),
    pytest.param([["内容"], ["党建"], ["=A2"]], id="有的是公式"),
]


def workbook_of(*sheets: list[list[object]]) -> openpyxl.Workbook:
    """A workbook as a program writes it: formulas without results."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for rows in sheets:
        sheet = workbook.create_sheet()
        for row in rows:
            sheet.append(row)
    return workbook


def saved(workbook: openpyxl.Workbook) -> bytes:
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("rows", UNCALCULATED)
def test_formulas_that_nothing_has_worked_out_are_told(
    rows: list[list[object]], table: Callable[..., list[SourceText]]
) -> None:
    with pytest.raises(UnreadableFile, match="公式没有存下计算结果"):
        table(saved(workbook_of(rows)), "表.xlsx")


def test_a_formula_beside_the_texts_is_no_obstacle(table: Callable[..., list[SourceText]]) -> None:
    content = saved(workbook_of([["内容", "字数"], ["党建", "=LEN(A2)"]]))
    assert [text.text for text in table(content, "表.xlsx")] == ["党建"]


def test_hidden_rows_and_sheets_are_read(table: Callable[..., list[SourceText]]) -> None:
    """A filter that somebody forgot must not make summaries disappear."""
    workbook = workbook_of(*[[["内容"], ["党建"], ["业务"]]] * 2)
    first, second = workbook.worksheets
    first.row_dimensions[3].hidden = True
    second.sheet_state = "hidden"
    assert [text.text for text in table(saved(workbook), "表.xlsx")] == ["党建", "业务", "党建", "业务"]


def test_a_stray_cell_far_away_is_refused(book: Callable[..., list[SourceText]], tmp_path: Path) -> None:
    book({"甲": [["内容"], ["党建"]]})
    path, buffer = tmp_path / "表.xlsx", io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b'r="A2"', b'r="XFD1048576"') if "sheet1" in name else data)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(UnreadableFile, match="表格范围太大"):
        read_file(path, OPTIONS)


def test_wrong_excel_suffix_is_no_obstacle(
    table: Callable[..., list[SourceText]], build: dict[str, Callable[..., bytes]]
) -> None:
    assert table(build[".xlsx"](["党建"]), "表.xls")[0].text == "党建"
    assert table(build[".xls"](["党建"]), "表.xlsx")[0].text == "党建"


JSON_ROWS = [
    pytest.param({"id": 7, "text": "甲", "organ": "市局"}, ("7", "甲", "市局"), id="英文键"),
    pytest.param({"编号": "七", "正文": "甲", "单位": "市局"}, ("七", "甲", "市局"), id="中文键"),
    pytest.param({"content": ["甲", "乙"]}, ("1", "甲\n乙", None), id="多段的正文"),
    pytest.param({"text": "甲\ud800\u0000乙"}, ("1", "甲乙", None), id="孤立代理项"),
    pytest.param({"text": "甲\u2028乙"}, ("1", "甲\n乙", None), id="行分隔符不断行"),
]


@pytest.mark.parametrize(("row", "expected"), JSON_ROWS)
def test_jsonl(
    row: dict[str, object], expected: tuple[str, str, str | None], table: Callable[..., list[SourceText]]
) -> None:
    for ascii_only in (True, "\ud800" not in str(row)):
        (text,) = table(json.dumps(row, ensure_ascii=bool(ascii_only)), "数.jsonl")
        assert (text.unit, text.text, text.organ) == expected


def test_jsonl_faults_name_the_lines(table: Callable[..., list[SourceText]]) -> None:
    deep = "[" * 100_000
    with pytest.raises(UnreadableFile, match="第 2、4、5 行"):
        table(f'{{"text": "甲"}}\n{{坏\n\n[1]\n{deep}\n', "数.jsonl")
    with pytest.raises(UnreadableFile, match="看到的列：a、b"):
        table('{"a": 1, "b": 2}\n', "数.jsonl")


def test_the_tables_fit_their_schema(table: Callable[..., list[SourceText]], tmp_path: Path) -> None:
    table("编号,正文,日期\na,甲,\nb,乙,2023\n")
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert sources["unit"].tolist() == ["a", "b"]
    assert sources["date"].isna().tolist() == [True, False]
    assert failures.empty


@given(value=st.text("甲a1-, \t\n\x00\x85\u200b", max_size=8))
def test_a_narrow_cell_is_one_line(value: str) -> None:
    blank = dict.fromkeys(map(ord, "\x00\x85\u200b"), " ")
    assert one_line(value) == (" ".join(value.translate(blank).split()) or None)
