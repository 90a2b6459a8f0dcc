"""Registers typed or pasted into plain text are read as those of a Word document."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.registers.register import ROW_MARK, register_lines
from nlp.readers.registers.typed import with_registers
from nlp.readers.source import ReadOptions

Rows = list[list[str]]
HEADER = ["序号", "存在问题", "原因分析", "整改措施", "责任单位"]
ROWS = [
    ["1", "支部学习以读文件代替研讨。", "缺乏有效督导。", "每季度抽查一次。", "机关党委"],
    ["2", "党建要点与业务要点互不衔接。", "缺少统一的部署机制。", "联席会议统一审定。", "办公室"],
    ["3", "考核只看资料多少。", "结果运用不充分。", "调整指标权重。", "人事处"],
]
BEFORE, AFTER = "附件：问题清单", "以上报告，请审阅。"


def tabbed(rows: Rows) -> str:
    """Pasted from a table of Word or WPS."""
    return "\n".join("\t".join(row) for row in rows)


def quoted(rows: Rows) -> str:
    """Pasted from Excel, which sets cells of several lines in quotation marks."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue().rstrip("\n")


def barred(rows: Rows) -> str:
    """As Markdown writes a table."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * len(rows[0]), *lines[1:]])


def framed(rows: Rows) -> str:
    """In a grid, a cell over two lines."""
    border = "+" + "----+" * len(rows[0])
    body: list[str] = []
    for row in rows[1:]:
        upper, lower = [cell[: len(cell) // 2] for cell in row], [cell[len(cell) // 2 :] for cell in row]
        body += ["|" + "|".join(upper) + "|", "|" + "|".join(lower) + "|", border]
    return "\n".join([border, "|" + "|".join(rows[0]) + "|", border, *body])


def spaced(rows: Rows) -> str:
    """Set in columns with blanks, as pandoc writes it."""
    lines = ["  " + "   ".join(row) for row in rows]
    return "\n\n".join(["  -----  ----", *lines]) + "\n  -----  ----"


def stacked(rows: Rows) -> str:
    """A cell a line, as LibreOffice writes it."""
    return "\n".join(cell for row in rows for cell in row)


WAYS = [tabbed, quoted, barred, spaced, stacked]


@pytest.fixture
def options(lexicon: Lexicon) -> ReadOptions:
    """Options that know the columns of registers."""
    return with_hints(ReadOptions(), lexicon)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_register_in_plain_text(way: Callable[[Rows], str], options: ReadOptions, tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text(f"{BEFORE}\n{way([HEADER, *ROWS])}\n{AFTER}", encoding="utf-8")
    lines = read_file(path, options)[0].text.split("\n")
    cells = [dict(enumerate([cell] for cell in row)) for row in [HEADER, *ROWS]]
    of_rows = register_lines(cells, options.column_hints)
    wanted = [line.replace(ROW_MARK, "") for row in of_rows for line in row or ()]
    assert [line for line in lines if line.strip("- ")] == [BEFORE, *wanted, AFTER]


def test_cells_over_two_lines_of_a_grid_are_whole(options: ReadOptions) -> None:
    lines = [
        line.replace(ROW_MARK, "") for line in with_registers(framed([HEADER, *ROWS]).split("\n"), options.column_hints)
    ]
    assert "〖存在问题〗支部学习以读" in lines
    assert lines.count("〖3〗") == 1


BROKEN = [
    pytest.param(
        ["1\t第一段。", "第二段。\t缺乏督导。\t抽查。\t党委", "2\t脱节。\t无机制。\t审定。\t办公室"],
        ["第一段。", "第二段。"],
        id="单元格里分段",
    ),
    pytest.param(['1\t"第一段。', '第二段。"\t缺乏督导。\t抽查。\t党委'], ["第一段。", "第二段。"], id="引号里分段"),
    pytest.param(["1\t第一段。\t缺乏督导。\t抽查。"], ["第一段。"], id="行尾的空格子没有了"),
    pytest.param(['1\t说“两张"皮”。\t缺乏督导。\t抽查。\t党委'], ['说“两张"皮”。'], id="正文里的引号"),
]


@pytest.mark.parametrize(("rows", "problems"), BROKEN)
def test_rows_that_line_ends_have_broken(rows: list[str], problems: list[str], options: ReadOptions) -> None:
    lines = [line.replace(ROW_MARK, "") for line in with_registers(["\t".join(HEADER), *rows], options.column_hints)]
    of_first = lines[: lines.index("〖2〗")] if "〖2〗" in lines else lines
    assert [line.removeprefix("〖存在问题〗") for line in of_first if line.startswith("〖存在问题〗")] == problems
    assert "〖原因分析〗缺乏督导。" in of_first


NONE = [
    pytest.param(["单位\t电话", "甲局\t1234"], id="不是台账的表"),
    pytest.param(["存在问题\t原因分析\t整改措施"], id="只有表头"),
    pytest.param(["存在问题：一是学用脱节；二是流于形式。", "原因分析\t整改措施\t之后还有话。"], id="正文"),
    pytest.param(["序号", "存在问题", "整改措施", "要把党建抓实。"], id="竖排没有数据"),
]


@pytest.mark.parametrize("lines", NONE)
def test_other_lines_stay(lines: list[str], options: ReadOptions) -> None:
    assert with_registers(lines, options.column_hints) == lines


@given(st.lists(st.text(alphabet='序号存在问题整改措施1\t |"-+。 ', max_size=20), max_size=12))
def test_no_word_is_lost(lexicon: Lexicon, lines: list[str]) -> None:
    told = with_registers(lines, with_hints(ReadOptions(), lexicon).column_hints)
    letters = [char for char in "".join(lines) if "\u4e00" <= char <= "\u9fff" or char == "1"]
    kept = "".join(told)
    assert all(kept.count(char) >= letters.count(char) for char in set(letters))
