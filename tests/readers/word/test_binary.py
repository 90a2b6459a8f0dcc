"""Binary Word documents piece by piece: properties, rows, shapes; and whatever is wrong, nothing else goes wrong."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.base.errors import UnreadableFile
from nlp.readers.source import ReadOptions
from nlp.readers.word.binary.characters import changes_of
from nlp.readers.word.binary.container import WordFile, opened
from nlp.readers.word.binary.document import tree_of
from nlp.readers.word.binary.drawings import picture_size
from nlp.readers.word.binary.forms import box_of_form
from nlp.readers.word.binary.lists import LOOKS, look_of
from nlp.readers.word.binary.properties import Paragraph, Row, Run, paragraph_of, row_of, run_of, single
from nlp.readers.word.numerals import FORMATS
from nlp.readers.word.texts import texts_of

CASES = Path(__file__).parents[2] / "cases"
REPORT = CASES / "formats" / "01_自动编号_目录_修订_脚注_文本框_表.doc"
OPTIONS = ReadOptions()


def prop(kind: int, value: int, size: int = 1) -> bytes:
    """One property as it is stored."""
    return struct.pack("<H", kind) + value.to_bytes(size, "little")


PARAGRAPHS = [
    pytest.param(prop(0x460B, 7, 2) + prop(0x260A, 2), Paragraph(5, list=7, level=2), id="列表和层"),
    pytest.param(prop(0x460B, 0, 2), Paragraph(5, list=0), id="样式有编号而这一段没有"),
    pytest.param(prop(0x460B, 0xF802, 2), Paragraph(5, list=0), id="去掉了的编号"),
    pytest.param(prop(0x460B, 0x07FF, 2), Paragraph(5, list=0, numbered_as_before=True), id="Word 6 的编号"),
    pytest.param(prop(0x260A, 1) + prop(0x4600, 9, 2), Paragraph(9), id="换了样式就从头算"),
    pytest.param(prop(0x2416, 1), Paragraph(5, depth=1), id="在表里"),
    pytest.param(
        prop(0x2416, 1) + prop(0x6649, 2, 4) + prop(0x244B, 1), Paragraph(5, depth=2, ends_inner_cell=True), id="内表"
    ),
    pytest.param(prop(0x2416, 1) + prop(0x2417, 1), Paragraph(5, depth=1, ends_row=True), id="行尾"),
    pytest.param(prop(0x6649, 3, 4), Paragraph(5), id="不在表里就没有层次"),
    pytest.param(b"\x15\xc6\xff" + bytes(9), Paragraph(5), id="长得记不下的制表位"),
    pytest.param(prop(0x460B, 7, 2)[:3], Paragraph(5, list=7), id="没有写完"),
]


@pytest.mark.parametrize(("group", "expected"), PARAGRAPHS)
def test_properties_of_paragraphs(group: bytes, expected: Paragraph) -> None:
    assert paragraph_of(5, [group], b"") == expected


def test_properties_that_stand_with_the_pictures_are_read() -> None:
    data = bytes(8) + struct.pack("<H", 4) + prop(0x460B, 3, 2)
    assert paragraph_of(0, [prop(0x6646, 8, 4)], data) == Paragraph(0, list=3)
    assert paragraph_of(0, [prop(0x6646, 0xFFFFFFF0, 4)], data) == Paragraph(0)


def test_changes_of_a_quick_save_come_last() -> None:
    assert paragraph_of(0, [prop(0x460B, 3, 2), prop(0x460B, 4, 2)], b"").list == 4


RUNS = [
    pytest.param(prop(0x0800, 1), Run(deleted=True), id="删去"),
    pytest.param(prop(0x083C, 1), Run(hidden=1), id="隐藏"),
    pytest.param(prop(0x083C, 0), Run(hidden=0), id="不隐藏"),
    pytest.param(prop(0x083C, 0x80), Run(), id="随样式"),
    pytest.param(prop(0x083C, 0x81), Run(hidden=-1), id="同样式相反"),
    pytest.param(prop(0x6A09, 0xF0FE0002, 4), Run(symbol=(2, 0xF0FE)), id="符号"),
    pytest.param(prop(0x4A30, 12, 2), Run(style=12), id="字符样式"),
    pytest.param(prop(0x6A03, 99, 4) + prop(0x080A, 1), Run(picture=99, is_ole=True), id="对象"),
]


@pytest.mark.parametrize(("group", "expected"), RUNS)
def test_properties_of_runs(group: bytes, expected: Run) -> None:
    assert run_of([group]) == expected


SHORT_CHANGES = [
    pytest.param(0x0100 | 0x41 << 1, prop(0x0800, 1), id="删去"),
    pytest.param(0x0200 | 0x0C << 1, prop(0x260A, 2), id="层"),
    pytest.param(0x0100 | 0x7F << 1, b"", id="不认识的"),
    pytest.param(1 << 1 | 1, b"second", id="第二组"),
    pytest.param(9 << 1 | 1, b"", id="没有这一组"),
]


@pytest.mark.parametrize(("change", "expected"), SHORT_CHANGES)
def test_changes_of_a_piece(change: int, expected: bytes) -> None:
    assert changes_of(change, [b"first", b"second"]) == expected


def row(edges: list[int], flags: list[int]) -> bytes:
    """The description of a row as it is stored."""
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    return bytes([len(edges) - 1]) + struct.pack(f"<{len(edges)}h", *edges) + cells


def test_rows_tell_edges_and_merged_cells() -> None:
    assert row_of(row([0, 100, 300], [0x60, 0x20])) == Row((0, 100, 300), (3, 1), (0, 0))
    assert row_of(row([-5, 100, 300], [])) == Row((-5, 100, 300), (0, 0), (0, 0))
    assert row_of(b"\x40\x00") == row_of(b"") == Row()
    described = struct.pack("<HH", 0xD608, len(row([0, 9], [0])) + 1) + row([0, 9], [0]) + prop(0xD62B, 3 << 16 | 2, 3)
    assert paragraph_of(0, [described], b"").row == Row((0, 9), (3,), (0,))


def test_size_of_a_picture() -> None:
    stored = struct.pack("<iH22xhhHH", 100, 68, 6000, 8000, 500, 0) + bytes(60)
    assert picture_size(b"xx" + stored, 2) == (3000, 8000)
    assert picture_size(stored, 99) is None


BOXES = [
    pytest.param(0b00000_01, 0, "□", id="没有勾"),
    pytest.param(0b00001_01, 0, "☑", id="勾了"),
    pytest.param(25 << 2 | 1, 1, "☑", id="没有动过，原来勾着"),
    pytest.param(25 << 2 | 1, 0, "□", id="没有动过，原来空着"),
    pytest.param(0, 0, "", id="填字的栏"),
]


@pytest.mark.parametrize(("bits", "at_first", "sign"), BOXES)
def test_boxes_of_forms(bits: int, at_first: int, sign: str) -> None:
    field = struct.pack("<IHHHH2s2xH", 0xFFFFFFFF, bits, 0, 0, 1, "名".encode("utf-16-le"), at_first)
    assert box_of_form(b"xx" + struct.pack("<IH", 99, 8) + b"xx" + field, 2) == sign
    assert box_of_form(b"xx", 1) == ""


def test_every_look_of_a_number_that_we_write_has_its_place() -> None:
    assert len(LOOKS) == 40
    assert set(FORMATS) - {"none"} <= set(LOOKS)
    assert [look_of(n) for n in ("0", "11", "18", "23", "37", "38", "39", "255", "-1")] == [
        *("decimal", "japaneseCounting", "decimalEnclosedCircle", "bullet", "chineseCounting"),
        *("chineseLegalSimplified", "chineseCountingThousand", "none", "decimal"),
    ]


@given(st.binary(max_size=40))
def test_any_group_is_read_to_its_end(group: bytes) -> None:
    assert sum(2 + len(value) for _, value in single(group)) <= len(group)
    paragraph_of(0, [group], group)
    run_of([group])


@given(st.data())
def test_whatever_is_wrong_with_a_document_is_a_fault_or_a_text(data: st.DataObject) -> None:
    file = opened(REPORT.read_bytes())
    assert file is not None
    streams = [bytearray(file.word), bytearray(file.table)]
    for _ in range(data.draw(st.integers(1, 20))):
        stream = data.draw(st.sampled_from(streams))
        at = data.draw(st.integers(0x1A, len(stream) - 5))
        stream[at : at + 4] = data.draw(st.sampled_from([b"\xff" * 4, bytes(4), b"\xff\xff\xff\x7f", b"\1\0\0\0"]))
    spoilt = WordFile(bytes(streams[0]), bytes(streams[1]), file.data)
    try:
        if spoilt.lengths["boxes of heads"][1] < OPTIONS.max_text_chars:
            assert texts_of(tree_of(spoilt), "doc", OPTIONS)[0].text
    except (struct.error, UnreadableFile):
        pass
