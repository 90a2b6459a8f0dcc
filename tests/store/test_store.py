"""Reading and writing tables: atomic, inert in a spreadsheet, the same bytes again, and every row has its line."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.base.errors import DataError
from nlp.store.files import (
    FORMATS,
    Replacement,
    freeze_zip,
    inert,
    read_table,
    write_files,
    write_json,
    write_table,
    write_text,
)
from nlp.tables import PASSAGES, Column, Table

TABLE = pd.DataFrame(
    {
        "text": ["党建，“两张皮”\n第二行", '逗号,引号"与\t制表', "繁體𠮷", "", "  首尾空格 "],
        "n": [1, 2, 3, 4, 5],
        "share": [0.5, 0.25, 1.0, 0.0, 0.125],
        "kept": [True, False, True, False, True],
    }
)


def read_back(path: Path) -> pd.DataFrame:
    """A written table, by means of our own."""
    readers = {
        ".csv": lambda p: pd.read_csv(p, encoding="utf-8-sig", keep_default_na=False),
        ".jsonl": lambda p: pd.read_json(p, lines=True),
        ".xlsx": lambda p: pd.read_excel(p, keep_default_na=False, engine="openpyxl"),
        ".parquet": pd.read_parquet,
    }
    return readers[path.suffix](path)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_table_comes_back_as_it_was(tmp_path: Path, suffix: str) -> None:
    path = write_table(TABLE, tmp_path / "新" / "文件夹" / f"表.{suffix}")
    back = read_back(path)
    for name in TABLE.columns:
        assert list(back[name]) == list(TABLE[name]), name


@pytest.mark.parametrize("suffix", FORMATS)
def test_writing_twice_gives_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    one, two = (write_table(TABLE, tmp_path / name / f"表.{suffix}") for name in "甲乙")
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_table_without_rows_can_be_written(tmp_path: Path, suffix: str) -> None:
    path = write_table(PASSAGES.empty(), tmp_path / f"空.{suffix}")
    assert path.is_file()
    if suffix != "jsonl":
        assert list(read_back(path).columns) == PASSAGES.names


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"不认识的表格格式：\.sav"):
        write_table(TABLE, tmp_path / "表.sav")
    assert list(tmp_path.iterdir()) == []


def test_csv_opens_in_excel(tmp_path: Path) -> None:
    raw = write_table(TABLE, tmp_path / "表.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in raw


class Boom(Exception):
    """A disk that is full."""


def fail_half_way(path: Path, before: bytes | None) -> None:
    """Begin to replace ``path`` and run out of space; until then the old file stands."""
    with Replacement(path) as temporary:
        temporary.write_bytes(b"half")
        assert (path.read_bytes() if path.exists() else None) == before
        raise Boom


@pytest.mark.parametrize("before", [None, b"old"], ids=["原来没有", "原来有一份"])
def test_a_failing_writer_leaves_nothing_behind(tmp_path: Path, before: bytes | None) -> None:
    path = tmp_path / "表.csv"
    if before is not None:
        path.write_bytes(before)
    with pytest.raises(Boom):
        fail_half_way(path, before)
    assert [p.name for p in tmp_path.iterdir()] == ([] if before is None else ["表.csv"])
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_table_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, suffix: str) -> None:
    class Bad:
        def __str__(self) -> str:
            raise Boom

        __repr__ = __str__

    with pytest.raises(Exception):  # noqa: B017, PT011  (every writer complains in its own way)
        write_table(pd.DataFrame({"x": pd.Series([Bad()], dtype=object)}), tmp_path / f"表.{suffix}")
    assert list(tmp_path.iterdir()) == []


def test_of_several_files_each_is_whole(tmp_path: Path) -> None:
    write_files({"甲": b"1", "乙": b"2"}, tmp_path)
    with pytest.raises(TypeError):
        write_files({"甲": b"3", "乙": "没有编码"}, tmp_path)  # type: ignore[dict-item]
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"甲": b"3", "乙": b"2"}


FORMULAS = [
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(A1)",
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    '=HYPERLINK("http://a","点我")',
    "=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("formula", FORMULAS, ids=[f"注入{i}" for i in range(len(FORMULAS))])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_formula_is_inert(tmp_path: Path, formula: str, suffix: str) -> None:
    path = write_table(pd.DataFrame({"text": [formula, "党建"]}), tmp_path / f"表.{suffix}")
    if suffix == "csv":
        value = pd.read_csv(path, encoding="utf-8-sig")["text"][0]
    else:
        cell = openpyxl.load_workbook(path).active["A2"]
        assert cell.data_type == "s"
        value = cell.value
    assert str(value).startswith("'")


def test_numbers_below_zero_stay_numbers(tmp_path: Path) -> None:
    path = write_table(pd.DataFrame({"log_ratio": [-1.5, 2.0]}), tmp_path / "表.csv")
    assert list(read_back(path)["log_ratio"]) == [-1.5, 2.0]


@given(text=st.text("=+-@\t\r'甲", max_size=5))
def test_the_apostrophe_can_be_taken_away_again(text: str) -> None:
    shown = str(inert(pd.DataFrame({"t": pd.Series([text], dtype="str")}))["t"][0])
    assert shown == text or (shown == "'" + text and text.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r")))
    assert (shown != text) == text.lstrip("'").startswith(("=", "+", "-", "@", "\t", "\r"))


def test_inert_leaves_the_table_itself_alone() -> None:
    table = pd.DataFrame({"text": ["=1", None]})
    assert inert(table)["text"][0] == "'=1"
    assert table["text"][0] == "=1"
    assert pd.isna(inert(table)["text"][1])


@given(text=st.text(max_size=12))
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    assert not str(inert(pd.DataFrame({"t": pd.Series([text], dtype="str")}))["t"][0]).startswith(
        ("=", "+", "-", "@", "\t", "\r")
    )


UNPRINTABLE_TEXTS = ["退\x08格", "零\x00字节", "换\x0b行", "末\uffff尾", "正常\n换行"]


@pytest.mark.parametrize("text", UNPRINTABLE_TEXTS, ids=["退格", "零字节", "竖表", "非字符", "换行"])
def test_characters_that_excel_cannot_hold(tmp_path: Path, text: str) -> None:
    path = write_table(pd.DataFrame({"text": [text]}), tmp_path / "表.xlsx")
    value = openpyxl.load_workbook(path).active["A2"].value
    assert value == "".join(c for c in text if c == "\n" or (c >= " " and c != "\uffff"))


def archive(path: Path, when: tuple[int, int, int, int, int, int], core: str) -> Path:
    """A small Office file with a clock in it."""
    with zipfile.ZipFile(path, "w") as made:
        for name, data in (("xl/workbook.xml", "<workbook/>"), ("docProps/core.xml", core)):
            made.writestr(zipfile.ZipInfo(name, when), data)
    return path


def test_freezing_takes_the_clock_out(tmp_path: Path) -> None:
    core = "<a><dcterms:created>{0}</dcterms:created><dcterms:modified x='y'>{0}</dcterms:modified></a>"
    one = archive(tmp_path / "1.xlsx", (2021, 6, 18, 8, 0, 0), core.format("2021-06-18T08:00:00Z"))
    two = archive(tmp_path / "2.xlsx", (2024, 1, 1, 9, 30, 0), core.format("2024-01-01T09:30:00Z"))
    assert one.read_bytes() != two.read_bytes()
    freeze_zip(one)
    freeze_zip(two)
    assert one.read_bytes() == two.read_bytes()
    with zipfile.ZipFile(one) as frozen:
        assert frozen.testzip() is None
        assert frozen.namelist() == ["xl/workbook.xml", "docProps/core.xml"]
        assert frozen.read("xl/workbook.xml") == b"<workbook/>"
        assert b"2021" not in frozen.read("docProps/core.xml")


LINES = Table("t", "测试表", ("id",), (Column("id", "str", "编号"), Column("note", "str", "备注", nullable=True)))


def write_csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A CSV file with these characters."""
    path.write_bytes(text.encode(encoding))
    return path


def test_every_row_has_its_line_in_the_file(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", 'id,note\n甲,"第一行\n第二行"\n乙,\n丙,"x\n\ny"\n丁,z\n')
    assert list(read_table(path)["line"]) == [2, 4, 5, 8]


def test_lines_are_right_behind_blank_lines_too(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", "id,note\n甲,1\n\n乙,2\n")
    assert list(read_table(path)["line"]) == [2, 4]


def test_cells_are_strings_and_empty_is_empty(tmp_path: Path) -> None:
    table = read_table(write_csv(tmp_path / "a.csv", "id,note\n001,NA\n1.50,\n"))
    assert table[["id", "note"]].to_numpy().tolist() == [["001", "NA"], ["1.50", ""]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"], ids=["无BOM", "有BOM"])
def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path: Path, encoding: str) -> None:
    assert "id" in read_table(write_csv(tmp_path / "a.csv", "id,note\n甲,1\n", encoding), LINES).columns


FAULTY = [
    pytest.param(None, (), "找不到文件", id="没有文件"),
    pytest.param("id,note\n甲,1".encode("gb18030"), (), "UTF-8", id="不是UTF-8"),
    pytest.param(b"", (), "读不出表格", id="空文件"),
    pytest.param("id,note\n甲,1,2,3\n乙,1\n".encode(), (), "第 2 行", id="第一行多出列"),
    pytest.param("id,note\n甲,1\n乙,1,2\n丙,1\n丁,1,2\n".encode(), (), "第 3、5 行", id="后面几行多出列"),
    pytest.param("id,note\n甲,1\n乙\n".encode(), (), "第 3 行", id="有一行缺列"),
    pytest.param("id,note\n甲,1\n".encode(), ("id", "code", "wording"), "缺少列：code、wording", id="缺列"),
    pytest.param("id,note,id,,\n甲,1,2,,\n".encode(), (), "列名重复：id、（空）", id="列名重复"),
]


@pytest.mark.parametrize(("raw", "required", "said"), FAULTY)
def test_files_that_are_no_table_are_named(
    tmp_path: Path, raw: bytes | None, required: tuple[str, ...], said: str
) -> None:
    path = tmp_path / "坏表.csv"
    if raw is not None:
        path.write_bytes(raw)
    with pytest.raises(DataError) as caught:
        read_table(path, required=required)
    message = str(caught.value)
    assert said in message
    assert "坏表.csv" in message
    assert "处理：" in message


def test_text_and_json_are_written_as_readable_utf8(tmp_path: Path) -> None:
    assert write_text("甲\n乙", tmp_path / "a.txt").read_bytes() == "甲\n乙".encode()
    raw = write_json({"标题": "两张皮", "n": 1}, tmp_path / "a.json").read_text(encoding="utf-8")
    assert "两张皮" in raw
    assert json.loads(raw) == {"标题": "两张皮", "n": 1}


def test_jsonl_has_one_object_a_line(tmp_path: Path) -> None:
    path = write_table(TABLE, tmp_path / "a.jsonl")
    rows = [json.loads(line) for line in io.StringIO(path.read_text(encoding="utf-8"))]
    assert [row["text"] for row in rows] == list(TABLE["text"])
