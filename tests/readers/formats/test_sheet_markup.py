"""Workbooks that are something else: web pages, the XML of Excel 2003, text; and how an .ods may swell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_files import ods_cell, open_document

from nlp.base.errors import UnreadableFile
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
HEADER = "<tr><th>序号</th><th>单位</th><th>存在问题</th><th>整改措施</th></tr>"
ROW_1 = "<tr><td>1</td><td rowspan=2>甲局</td><td>学用脱节。<br>流于形式。</td><td>同部署。</td></tr>"
ROW_2 = "<tr><td>2</td><td>台账造假。</td><td>抽查。</td></tr>"
XML = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="甲"><Table>'
    "<Row><Cell><Data>序号</Data></Cell><Cell><Data>单位</Data></Cell><Cell><Data>存在问题</Data></Cell>"
    "<Cell><Data>整改措施</Data></Cell></Row>"
    '<Row><Cell><Data>1</Data></Cell><Cell ss:MergeDown="1"><Data>甲局</Data></Cell>'
    "<Cell><Data>学用脱节。\n流于形式。</Data></Cell><Cell><Data>同部署。</Data></Cell></Row>"
    '<Row ss:Index="3"><Cell><Data>2</Data></Cell><Cell ss:Index="3"><Data>台账造假。</Data></Cell>'
    "<Cell><Data>抽查。</Data></Cell></Row></Table></Worksheet></Workbook>"
)
BOOKS = [
    pytest.param(f"<html><body><table>{HEADER}{ROW_1}{ROW_2}</table></body></html>", id="网页"),
    pytest.param(f"<table border=1><tr><td colspan=4>问题台账</td></tr>{HEADER}{ROW_1}{ROW_2}</table>", id="只有表格"),
    pytest.param(XML, id="Excel2003XML"),
    pytest.param(
        '序号\t单位\t存在问题\t整改措施\n1\t甲局\t"学用脱节。\n流于形式。"\t同部署。\n2\t甲局\t台账造假。\t抽查。\n',
        id="带制表符的文本",
    ),
]


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("coding", ["utf-8", "gb18030"])
def test_what_calls_itself_a_workbook_is_read(book: str, coding: str, lexicon: Lexicon, tmp_path: Path) -> None:
    path = tmp_path / "台账.xls"
    path.write_bytes(
        book.replace("<body>", f"<meta charset={coding}><body>").encode("utf-8" if book is XML else coding)
    )
    texts = read_file(path, with_hints(OPTIONS, lexicon))
    assert [(text.unit, text.organ, text.text) for text in texts] == [
        ("1", "甲局", "〖存在问题〗学用脱节。\n〖存在问题〗流于形式。\n〖整改措施〗同部署。"),
        ("2", "甲局", "〖存在问题〗台账造假。\n〖整改措施〗抽查。"),
    ]


BAD = [
    pytest.param(b"<html><p>1</p></html>", "网页（HTML），里面没有表格", id="没有表格的网页"),
    pytest.param(b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "损坏", id="残缺的XML"),
    pytest.param("今天天气好。".encode(), "认不出哪一列是正文", id="不是表格的文本"),
]


@pytest.mark.parametrize(("raw", "reason"), BAD)
def test_what_is_none_is_named(raw: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "台账.xls"
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match=reason):
        read_file(path, OPTIONS)


def sheet(*rows: str) -> bytes:
    """An OpenDocument sheet of some rows."""
    body = "".join(rows)
    return open_document(
        "spreadsheet", f'<office:spreadsheet><table:table table:name="甲">{body}</table:table></office:spreadsheet>'
    )


HEAD = f"<table:table-row>{ods_cell('正文')}</table:table-row>"
SWOLLEN = [
    pytest.param('<table:table-row table:number-rows-repeated="1000000">{}</table:table-row>', id="行"),
    pytest.param("<table:table-row>{}</table:table-row>", id="列"),
]


@pytest.mark.parametrize("row", SWOLLEN)
def test_a_cell_that_stands_a_million_times_is_refused(row: str, tmp_path: Path) -> None:
    path = tmp_path / "表.ods"
    many = ods_cell("学用脱节。").replace(
        "<table:table-cell", '<table:table-cell table:number-columns-repeated="20000000"'
    )
    path.write_bytes(sheet(HEAD, row.format(many)))
    with pytest.raises(UnreadableFile, match="范围太大"):
        read_file(path, OPTIONS)


def test_empty_cells_to_the_end_of_the_sheet_are_none(tmp_path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    path = tmp_path / "表.ods"
    empty = '<table:table-cell table:number-columns-repeated="16384"/>'
    empty = f'<table:table-row table:number-rows-repeated="1048573">{empty}</table:table-row>'
    path.write_bytes(sheet(HEAD, f"<table:table-row>{ods_cell('学用脱节。')}</table:table-row>", empty))
    assert [text.text for text in read_file(path, OPTIONS)] == ["学用脱节。"]
