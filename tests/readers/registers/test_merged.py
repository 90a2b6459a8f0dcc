"""Merged cells, and columns that are asked for: no row is without its unit, no column takes another's place."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from nlp.base.errors import UnreadableFile
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.formats.spreadsheet import load_sheets
from nlp.readers.registers.cells import date_text
from nlp.readers.registers.columns import called, find_columns
from nlp.readers.source import ReadOptions, SourceText

CASES = Path(__file__).parents[2] / "cases" / "reports"
LONG = (
    "您认为本单位在推动党建工作与业务工作深度融合、相互促进方面还存在哪些突出问题，其主要原因是什么，"
    "请结合本人岗位实际逐条具体说明（{}，不少于五十字）"
)
Row = list[object]


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes rows and merged ranges as a workbook, its first cell where it is told."""

    def write(rows: list[Row], merged: list[str], suffix: str = ".xlsx", down: int = 0, right: int = 0) -> Path:
        book = openpyxl.Workbook()
        page = book.worksheets[0]
        for at, row in enumerate(rows, start=1 + down):
            for column, value in enumerate(row, start=1 + right):
                page.cell(at, column, value)
        for area in merged:
            page.merge_cells(area)
        path = tmp_path / "表.xlsx"
        book.save(path)
        return path if suffix == ".xlsx" else converted(path, suffix)

    return write


def converted(path: Path, suffix: str) -> Path:
    """The same workbook as LibreOffice writes it in another format."""
    if (office := shutil.which("soffice")) is None:
        pytest.skip("没有 LibreOffice，造不出这种文件")
    profile = path.parent / "profile"
    command = [office, "--headless", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", suffix[1:]]
    subprocess.run([*command, "--outdir", str(path.parent), str(path)], check=True, capture_output=True, timeout=120)
    return path.with_suffix(suffix)


LIST: list[Row] = [
    ["编号", "单位", "内容", "日期"],
    [1, "甲局机关党委", "学用脱节。", "2021-03-08"],
    [None, None, "考核偏软。", None],
    [2, "乙市税务局", "会议太多。", "2023-05-04"],
    [None, None, "台账太多。", None],
]
LIST_MERGED = ["B2:B3", "B4:B5", "D2:D3", "D4:D5"]
LIST_READ = [
    ("1", "甲局机关党委", "2021-03-08", "学用脱节。"),
    ("1（第 2 次出现）", "甲局机关党委", "2021-03-08", "考核偏软。"),
    ("2", "乙市税务局", "2023-05-04", "会议太多。"),
    ("2（第 2 次出现）", "乙市税务局", "2023-05-04", "台账太多。"),
]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_a_merged_cell_counts_for_every_row_of_a_list(suffix: str, sheet: Callable[..., Path]) -> None:
    texts = read_file(sheet(LIST, LIST_MERGED, suffix), ReadOptions())
    assert [(text.unit, text.organ, text.date, text.text) for text in texts] == LIST_READ


@pytest.mark.parametrize("down", [0, 4], ids=["在左上角", "离左上角远"])
def test_a_merged_cell_counts_for_every_row_of_an_ods(down: int, sheet: Callable[..., Path]) -> None:
    merged = [f"{area[0]}{int(area[1]) + down}:{area[3]}{int(area[4]) + down}" for area in LIST_MERGED]
    page = load_sheets(sheet(LIST, merged, ".ods", down).read_bytes())["Sheet"]
    assert page.merges == [(1, 2, 1), (1, 2, 3), (3, 4, 1), (3, 4, 3)]
    assert [row[1] for row in page.rows[1:]] == ["甲局机关党委"] * 2 + ["乙市税务局"] * 2


def test_the_shipped_merged_list() -> None:
    texts = read_file(CASES / "merged_unit.xlsx", ReadOptions())
    organs = [(text.organ, text.date) for text in texts]
    assert organs == [("甲局机关党委", "2021-03-08")] * 2 + [("乙市税务局", "2023-05-04")] * 2


def test_merges_are_found_in_a_sheet_that_begins_far_from_its_corner(sheet: Callable[..., Path]) -> None:
    path = sheet(LIST, ["D6:D7", "D8:D9", "F6:F7", "F8:F9"], down=4, right=2)
    assert [(text.unit, text.organ, text.date, text.text) for text in read_file(path, ReadOptions())] == LIST_READ


LEDGER: list[Row] = [
    ["序号", "责任单位", "问题情况", None, "整改情况", None],
    [None, None, "存在问题", "原因分析", "整改措施", "完成时限"],
    [1, "甲局机关党委", "学用脱节。", "考核偏软。", "每月会商。", "6月底"],
    [None, None, None, "认识不足。", "纳入考核。", "9月底"],
    [2, "乙局机关党委", "会议太多。", "习惯使然。", "精简会议。", "6月底"],
]
LEDGER_MERGED = ["A1:A2", "B1:B2", "C1:D1", "E1:F1", "A3:A4", "B3:B4", "C3:C4"]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls"])
def test_a_merged_cell_counts_for_every_row_of_a_ledger(
    suffix: str, sheet: Callable[..., Path], lexicon: Lexicon
) -> None:
    texts = read_file(sheet(LEDGER, LEDGER_MERGED, suffix), with_hints(ReadOptions(), lexicon))
    assert [(text.unit, text.organ) for text in texts] == [
        ("1", "甲局机关党委"),
        ("1（第 2 次出现）", "甲局机关党委"),
        ("2", "乙局机关党委"),
    ]
    assert texts[1].text == "〖存在问题〗学用脱节。\n〖原因分析〗认识不足。\n〖整改措施〗纳入考核。"


def test_a_header_merged_downwards_is_no_row(sheet: Callable[..., Path], lexicon: Lexicon) -> None:
    rows = [
        ["序号", "存在问题", "整改措施", None],
        [None, None, "措施", "时限"],
        [1, "学用脱节。", "每月会商。", "6月"],
    ]
    path = sheet(rows, ["A1:A2", "B1:B2", "C1:D1"])
    (text,) = read_file(path, with_hints(ReadOptions(), lexicon))
    assert (text.unit, text.text) == ("1", "〖存在问题〗学用脱节。\n〖措施〗每月会商。")


NAMED = [
    pytest.param(["存在问题（可多选）", "存在问题（请说明）"], "存在问题（请说明）", [1], id="括号里不同"),
    pytest.param(["存在问题（可多选）", "存在问题(请说明)"], "存在问题（请说明）", [1], id="括号宽窄不同"),
    pytest.param(["存在问题（可多选）", "存在问题（请说明）"], "存在问题", [0, 1], id="对得上两列"),
    pytest.param(["存在问题（可多选）", "存在问题"], "存在问题", [1], id="一字不差的在后"),
    pytest.param(["存在问题（可多选）", "原因"], "存在问题", [0], id="省去括号"),
    pytest.param(["存在问题", "原因"], "存在问题（请说明）", [], id="括号是多出来的"),
    pytest.param(["存在 问题\n（请说明）", "原因"], "存在问题（请说明）", [0], id="表头里有换行"),
    pytest.param(["＊Ｔｅｘｔ：", "原因"], "text", [0], id="全角星号冒号"),
    pytest.param(["", "原因"], "", [], id="空列名"),
    pytest.param(["", "原因"], "　", [], id="空白列名"),
    pytest.param([LONG.format("甲"), LONG.format("乙")], LONG.format("乙"), [1], id="很长的题目"),
    pytest.param([LONG.format("甲"), LONG.format("乙")], LONG.format("丙"), [], id="没有这道题"),
    pytest.param([LONG.format("甲"), ""], "（" + LONG.format("甲") + "）", [], id="全在括号里"),
    pytest.param(["甲", "甲"], "甲", [0], id="重名取前一个"),
]


@pytest.mark.parametrize(("header", "wanted", "columns"), NAMED)
def test_a_column_is_found_as_written_then_folded(header: list[str], wanted: str, columns: list[int]) -> None:
    assert called(header, wanted) == columns


REFUSED = [
    pytest.param(
        ReadOptions(text_column=""), "没有“”这一列；看到的列：编号、存在问题（可多选）、存在问题（请说明）", id="空"
    ),
    pytest.param(
        ReadOptions(text_column="存在问题"), "“存在问题”对得上 2 列；看到的列：存在问题（可多选）、", id="两列"
    ),
    pytest.param(ReadOptions(text_column=LONG), "这一列；看到的列：编号、存在问题（可多选）", id="没有的长题目"),
    pytest.param(
        ReadOptions("存在问题（请说明）", id_column="工号"), "没有“工号”这一列；看到的列：编号、", id="没有的编号列"
    ),
]
SURVEY: list[Row] = [["编号", "存在问题（可多选）", "存在问题（请说明）", None], [7, "A┋C", "学用脱节", "x"]]


@pytest.mark.parametrize(("options", "message"), REFUSED)
@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".jsonl"])
def test_a_column_that_is_missing_is_refused_with_those_seen(
    options: ReadOptions, message: str, suffix: str, sheet: Callable[..., Path]
) -> None:
    path = sheet(SURVEY, [])
    if suffix == ".csv":
        path = path.with_suffix(suffix)
        path.write_text("编号,存在问题（可多选）,存在问题（请说明）,\n7,A┋C,学用脱节,x\n", encoding="utf-8")
    if suffix == ".jsonl":
        path = path.with_suffix(suffix)
        path.write_text(
            '{"编号": 7, "存在问题（可多选）": "A", "存在问题（请说明）": "学用脱节", "": "x"}\n', encoding="utf-8"
        )
    with pytest.raises(UnreadableFile) as caught:
        read_file(path, options)
    assert message in caught.value.reason
    assert "-column" in caught.value.fix


def test_the_shipped_surveys() -> None:
    bracket = ReadOptions(text_column="存在问题（请具体说明）")
    texts = read_file(CASES / "survey_bracket_header.xlsx", bracket)
    assert [len(text.text) > 10 for text in texts] == [True, True]
    header = [str(cell) for cell in first_row(CASES / "survey_long_header.xlsx")]
    wanted = header[3]
    assert len(wanted) == 79
    read = read_file(CASES / "survey_long_header.xlsx", ReadOptions(text_column=wanted))
    expected = [row[3] for row in rows_of(CASES / "survey_long_header.xlsx")[1:]]
    assert [text.text for text in read] == expected
    with pytest.raises(UnreadableFile, match="看到的列"):
        read_file(CASES / "survey_long_header.xlsx", ReadOptions(text_column=wanted + "？"))


def rows_of(path: Path) -> list[tuple[object, ...]]:
    """The rows of the first sheet, as openpyxl reads them."""
    return list(openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True))


def first_row(path: Path) -> tuple[object, ...]:
    return rows_of(path)[0]


ORGANS = [
    *("责任单位", "整改单位", "牵头单位", "责任部门", "填报单位", "党组织", "单位", "整改责任单位", "责任单位（部门）"),
    *("所在党支部", "被巡察单位", "牵头部门", "责任处室"),
]


@pytest.mark.parametrize("name", ORGANS)
def test_the_unit_in_charge_is_the_organ_of_a_ledger(name: str, lexicon: Lexicon) -> None:
    options = with_hints(ReadOptions(), lexicon)
    columns = find_columns(["序号", "存在问题", "整改措施", name, "时限"], options)
    assert columns is not None
    assert columns.organ == 3


@pytest.mark.parametrize("name", ["配合单位", "责任人", "单位人数", "责任单位意见"])
def test_who_helps_is_not_the_organ(name: str, lexicon: Lexicon) -> None:
    columns = find_columns(["序号", "存在问题", "整改措施", name], with_hints(ReadOptions(), lexicon))
    assert columns is not None
    assert columns.organ is None


DATES = [
    pytest.param(2024.10, "2024年（单元格里的数 2024.1，分不清 1 月还是 10 月）", id="2024点10"),
    pytest.param(2024.01, "2024.01", id="2024点01"),
    pytest.param(2024.11, "2024.11", id="2024点11"),
    pytest.param(2024.0, "2024", id="年"),
    pytest.param("2024.1", "2024.1", id="写成文字的"),
    pytest.param(45383.0, "2024-04-01", id="没有设成日期的日期"),
    pytest.param(202410, "202410", id="年月连写"),
    pytest.param(None, "", id="空"),
]


@pytest.mark.parametrize(("cell", "shown"), DATES)
def test_a_number_that_is_a_date(cell: object, shown: str) -> None:
    assert date_text(cell) == shown


def test_a_text_keeps_the_number_of_its_row(sheet: Callable[..., Path]) -> None:
    rows: list[Row] = [
        ["序号", "单位", "内容"],
        [1, "甲", "一"],
        [None, None, "二"],
        [3, None, "三"],
        [None, None, "四"],
    ]
    texts = read_file(sheet(rows, ["B2:B5"]), ReadOptions())
    assert [text.unit for text in texts] == ["1", "1（第 2 次出现）", "3", "3（第 2 次出现）"]


def test_nothing_is_filled_that_is_not_merged(sheet: Callable[..., Path]) -> None:
    texts: list[SourceText] = read_file(sheet(LIST, []), ReadOptions())
    assert [text.organ for text in texts] == ["甲局机关党委", None, "乙市税务局", None]
