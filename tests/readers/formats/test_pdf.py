"""PDF: what real writers print comes back as it was written; what is not read is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.corpus.folder import Corpus
from nlp.readers.formats.pdf import read
from nlp.readers.registers.register import ROW_MARK
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
CASES = Path(__file__).parents[2] / "cases"
REPORT = CASES / "formats" / "18_红头_落款_后附清单.txt"
LONG = "一些支部的学习停留在念文件、记笔记上，业务骨干很少参加，学完之后各干各的，和手头的审批、执法、服务对不上号。"
NOTE = "抽样办法见附件二，问卷由各部门机关党委匿名组织填写，回收率为百分之九十三点四。"
BOX = "编者提示：本期数据截至2024年9月底，覆盖32个市直部门、214个党支部。"
CONSULTED = "调研组还同步查阅了近三年的述职评议材料和巡察反馈意见。"


@pytest.fixture(scope="module")
def options(corpus: Corpus) -> ReadOptions:
    """Options with the names of the columns of a register."""
    return ReadOptions(column_hints=tuple((hint.value, hint.pattern) for hint in corpus.lexicon.column_hints))


def lines_of(path: Path, options: ReadOptions) -> list[str]:
    """Return the lines that a PDF gives."""
    (text,) = read(path, options)
    return text.text.replace(ROW_MARK, "").split("\n")


def report() -> tuple[list[str], list[str]]:
    """Return the lines of the report that most cases are, and those of its register as they are read."""
    lines = [line.strip() for line in REPORT.read_text(encoding="utf-8").split("\n") if line.strip()]
    names, *rows = [line.split("\t") for line in lines if "\t" in line]
    register = ["〖" + "\t".join(names) + "〗"]
    for number, *texts, organ, term in rows:
        register += [f"〖{number}〗", *(f"〖{name}〗{text}" for name, text in zip(names[1:4], texts, strict=True))]
        register.append(f"〖{organ}\t{term}〗")
    return [line for line in lines if "\t" not in line], register


def test_two_columns_give_whole_sentences_in_order(options: ReadOptions) -> None:
    lines, _ = report()
    assert lines_of(CASES / "formats" / "03_两栏_LibreOffice.pdf", options) == lines[:-1]


def test_register_note_box_and_title(options: ReadOptions) -> None:
    lines, register = report()
    found = lines_of(CASES / "formats" / "05_单栏_表格_脚注_文本框.pdf", options)
    assert [line for line in found if line not in (NOTE, BOX, CONSULTED)] == lines + register
    assert [found.count(line) for line in (NOTE, BOX, CONSULTED)] == [1, 1, 1]


DIALOGUE = (
    "从调研情况看，一些支部主题党日照本宣科，学习记录靠年底集中补写，组织生活同业务工作没有交集。",
    "有的处室把党建当作党务干部一家的事，业务会上从不研究党建，两项工作各走各的道。",
    "究其原因，一些负责人存在重业务轻党建的思想，认为业务是硬任务、党建是软指标。",
    "下一步，要把党建任务同业务任务一起部署、一起检查、一起考核，推动支部建在项目上。",
    "同时，建立党建与业务联席会议制度，每季度由党组书记主持研究一次融合工作，形成清单、定期销号。",
)
SHORT_REPORT = ["一、主要问题", *DIALOGUE[:2], "二、原因分析", DIALOGUE[2], "三、对策建议", *DIALOGUE[3:]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param(
            "watermark_tiled", ["关于机关党建与业务工作融合情况的调研报告", *SHORT_REPORT], id="斜水印铺满一页"
        ),
        pytest.param("watermark_single", SHORT_REPORT * 4, id="每页一个斜水印"),
    ],
)
def test_watermarks_are_no_text(name: str, expected: list[str], options: ReadOptions) -> None:
    assert lines_of(CASES / "reports" / f"{name}.pdf", options) == expected


def test_cells_without_rules_are_texts_under_their_columns(options: ReadOptions) -> None:
    assert lines_of(CASES / "reports" / "register_table.pdf", options) == [
        "关于机关党建与业务工作融合情况的调研报告",
        "〖序号\t存在问题\t原因分析\t整改措施〗",
        "〖1〗",
        "〖存在问题〗" + DIALOGUE[0],
        "〖原因分析〗" + DIALOGUE[2],
        "〖整改措施〗" + DIALOGUE[3],
        "〖2〗",
        "〖存在问题〗" + DIALOGUE[1],
        "〖原因分析〗党建考核与业务考核两本账，结果互不运用。",
        "〖整改措施〗把党建考核结果同年度评优挂钩。",
    ]


def test_printed_file(tmp_path: Path, make_pdf: Callable[..., bytes]) -> None:
    texts = ["一、存在问题", LONG, "（一）学用脱节。" + LONG, LONG * 4]
    path = tmp_path / "报告.pdf"
    path.write_bytes(make_pdf(texts, columns=28, per_page=5, head="某机关调研简报 第{}版", foot="- {} -"))
    assert lines_of(path, OPTIONS) == texts


def test_pages_without_text_layer_are_told(tmp_path: Path, mixed_pdf: Callable[..., bytes]) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(mixed_pdf([LONG, None, DIALOGUE[0], None], foot="- {} -"))
    (text,) = read(path, OPTIONS)
    assert text.text.split("\n") == [LONG, DIALOGUE[0]]
    assert (text.encoding, text.unread) == ("pdf", "第 2、4 页（共 2 页）没有文字层")
    assert re.search("文字识别", text.way_out or "")
