"""Two reports printed by real programs in many layouts: every paragraph is one line, every cell a text of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.corpus.folder import Corpus
from nlp.readers.formats.pdf import read
from nlp.readers.registers.register import ROW_MARK
from nlp.readers.source import ReadOptions

CASES = Path(__file__).parents[2] / "cases"
FIRST = CASES / "formats" / "18_红头_落款_后附清单.txt"
SECOND = CASES / "pdf" / "报告乙.txt"
NOTE = "抽样办法见附件二，问卷由各部门机关党委匿名组织填写，回收率为百分之九十三点四。"
BOX = "编者提示：本期数据截至2024年9月底，覆盖32个市直部门、214个党支部。"

LAYOUTS = [
    pytest.param("两栏_Chromium", FIRST, (), True, id="两栏 Chromium"),
    pytest.param("两栏_typst", FIRST, (), True, id="两栏 typst"),
    pytest.param("两栏_reportlab", FIRST, (), True, id="两栏 reportlab"),
    pytest.param("两栏_脚注_不缩进_WeasyPrint", SECOND, (NOTE,), True, id="两栏、脚注、不缩进 WeasyPrint"),
    pytest.param("两栏_三线表_reportlab", SECOND, (), True, id="两栏、三线表 reportlab"),
    pytest.param("三栏_Chromium", FIRST, (), True, id="三栏 Chromium"),
    pytest.param("三栏_WeasyPrint", FIRST, (), True, id="三栏 WeasyPrint"),
    pytest.param("目录_两栏_typst", FIRST, (), True, id="目录、两栏 typst"),
    pytest.param("目录_表分在两栏_Chromium", FIRST, (), True, id="目录、表分在两栏 Chromium"),
    pytest.param("表分在两栏两页_WeasyPrint", FIRST, (), True, id="表分在两栏两页 WeasyPrint"),
    pytest.param("页眉下的线_表跨页_WeasyPrint", FIRST, (), True, id="页眉下的线、表跨页 WeasyPrint"),
    pytest.param("三线表_typst", SECOND, (), True, id="三线表 typst"),
    pytest.param("无线的表_Chromium", FIRST, (), True, id="无线的表 Chromium"),
    pytest.param("隔行底色的表_Chromium", SECOND, (), True, id="隔行底色的表 Chromium"),
    pytest.param("转了向的表_typst", SECOND, (), True, id="转了向的表 typst"),
    pytest.param("脚注_文本框_划去的字_typst", FIRST, (NOTE, BOX), True, id="脚注、文本框、划去的字 typst"),
    pytest.param("脚注_文本框_划去的字_WeasyPrint", FIRST, (NOTE, BOX), True, id="脚注、文本框、划去的字 WeasyPrint"),
    pytest.param("文本框无框_Chromium", FIRST, (BOX,), True, id="文本框无框 Chromium"),
    pytest.param("划去的字_Chromium", FIRST, (), True, id="划去几行和整段 Chromium"),
    pytest.param("悬挂缩进_Chromium", SECOND, (), True, id="悬挂缩进 Chromium"),
    pytest.param("平水印_WeasyPrint", FIRST, (), True, id="平水印 WeasyPrint"),
    pytest.param("平水印_reportlab", FIRST, (), True, id="平水印 reportlab"),
    pytest.param("平水印铺满_typst", FIRST, (), True, id="平水印铺满、也在表上 typst"),
    pytest.param("逐字放置_reportlab", FIRST, (), False, id="逐字放置，没有表 reportlab"),
    pytest.param("图上的文字层_reportlab", SECOND, (), False, id="图上的文字层，没有表 reportlab"),
]


@pytest.fixture(scope="module")
def options(corpus: Corpus) -> ReadOptions:
    """Options with the names of the columns of a register."""
    return ReadOptions(column_hints=tuple((hint.value, hint.pattern) for hint in corpus.lexicon.column_hints))


def right_reading(report: Path, with_table: bool) -> list[str]:
    """Return the lines of a report, and of its register as they are read: names, number, texts, other data."""
    lines = [line.strip() for line in report.read_text(encoding="utf-8").split("\n") if line.strip()]
    names, *rows = [line.split("\t") for line in lines if "\t" in line]
    register = ["〖" + "\t".join(names) + "〗"]
    for row in rows:
        register += [f"〖{row[0]}〗", *(f"〖{name}〗{text}" for name, text in zip(names[1:4], row[1:4], strict=True))]
        register.append("〖" + "\t".join(row[4:]) + "〗")
    return [line for line in lines if "\t" not in line] + (register if with_table else [])


def lines_of(name: str, options: ReadOptions) -> list[str]:
    """Return what a case gives, blanks in Chinese text left out: some programs print them, some do not."""
    (text,) = read(CASES / "pdf" / f"{name}.pdf", options)
    return [line.replace("　", "").replace(" ", "") for line in text.text.replace(ROW_MARK, "").split("\n")]


@pytest.mark.parametrize(("name", "report", "beside", "with_table"), LAYOUTS)
def test_layouts(name: str, report: Path, beside: tuple[str, ...], with_table: bool, options: ReadOptions) -> None:
    found = lines_of(name, options)
    expected = [line.replace("　", "").replace(" ", "") for line in right_reading(report, with_table)]
    assert [line for line in found if line not in beside] == expected
    assert [found.count(text) for text in beside] == [1] * len(beside)


def test_a_header_of_two_rows_names_every_column(options: ReadOptions) -> None:
    found = lines_of("表头两层_Chromium", options)
    expected = [line.replace(" ", "") for line in right_reading(SECOND, True)]
    assert [line for line in found if line != "问题及整改"] == expected
