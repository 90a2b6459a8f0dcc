"""Word files as offices send them, written by LibreOffice and python-docx (``tests/cases``), and their right reading.

Every file is read twice: as on a machine without LibreOffice, and as on this one.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import with_hints
from nlp.readers.formats import office_legacy
from nlp.readers.registers.register import ROW_MARK
from nlp.readers.registry import reader_for
from nlp.readers.source import ReadOptions, SourceText

CASES = Path(__file__).parents[2] / "cases"
REPORT = CASES / "formats" / "01_自动编号_目录_修订_脚注_文本框_表.doc"
WHOLE_REPORT = CASES / "formats" / "18_红头_落款_后附清单.txt"
TITLE = "关于机关党建与业务工作融合情况的调研报告"
SENTENCES = (
    "从调研情况看，一些支部主题党日照本宣科，学习记录靠年底集中补写，组织生活同业务工作没有交集。",
    "有的处室把党建当作党务干部一家的事，业务会上从不研究党建，两项工作各走各的道。",
    "究其原因，一些负责人存在重业务轻党建的思想，认为业务是硬任务、党建是软指标。",
    "下一步，要把党建任务同业务任务一起部署、一起检查、一起考核，推动支部建在项目上。",
)
SHORT_REPORT = [TITLE, "一、主要问题", *SENTENCES[:2], "二、原因分析", SENTENCES[2], "三、对策建议", SENTENCES[3]]


@pytest.fixture
def options(lexicon: Lexicon) -> ReadOptions:
    """Options as the product reads with: it knows the columns of registers."""
    return with_hints(ReadOptions(), lexicon)


@pytest.fixture(params=["没有 LibreOffice", "如本机"])
def _machine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide all converters in the first round."""
    if request.param == "没有 LibreOffice":
        monkeypatch.setattr(shutil, "which", lambda program: None)


def one(path: Path, options: ReadOptions) -> SourceText:
    """The one text of a file."""
    (text,) = reader_for(path)(path, options)
    return replace(text, text=text.text.replace(ROW_MARK, ""))


def lines(path: Path, options: ReadOptions) -> list[str]:
    """The lines of a file that have words."""
    return [line for line in one(path, options).text.split("\n") if line.strip()]


READ_AS = [
    pytest.param("altchunk_html.docx", SHORT_REPORT, id="插入的网页（altChunk）"),
    pytest.param("strict.docx", SHORT_REPORT, id="严格的 Open XML"),
    pytest.param("word2003.doc", SHORT_REPORT, id="Word 2003 XML"),
    pytest.param(
        "tracked_deletion.doc",
        [TITLE, "一、主要问题", SENTENCES[0], "本单位组织生活制度健全，运行总体规范。", "二、对策建议", SENTENCES[3]],
        id="修订里删去的话不读",
    ),
    pytest.param(
        "auto_number.doc",
        [
            *(TITLE, "一、主要问题", "（一）组织生活流于形式", SENTENCES[0], "（二）党建业务各行其道", SENTENCES[1]),
            *("二、原因分析", SENTENCES[2], "三、对策建议", SENTENCES[3]),
        ],
        id="自动编号",
    ),
    pytest.param(
        "register_table.doc",
        [
            *(TITLE, "〖序号\t存在问题\t原因分析\t整改措施〗", "〖1〗", f"〖存在问题〗{SENTENCES[0]}"),
            *(f"〖原因分析〗{SENTENCES[2]}", f"〖整改措施〗{SENTENCES[3]}", "〖2〗", f"〖存在问题〗{SENTENCES[1]}"),
            *("〖原因分析〗党建考核与业务考核两本账，结果互不运用。", "〖整改措施〗把党建考核结果同年度评优挂钩。"),
        ],
        id="台账按单元格的标记分列",
    ),
]


@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize(("name", "expected"), READ_AS)
def test_case_is_read_right(name: str, expected: list[str], options: ReadOptions) -> None:
    text = one(CASES / "reports" / name, options)
    assert text.text.split("\n") == expected
    assert text.unread is None


@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize("suffix", [".doc", ".wps", ".dot", ".docx", ".txt"])
def test_word_2003_xml_is_no_text_with_tags(suffix: str, tmp_path: Path, options: ReadOptions) -> None:
    path = tmp_path / f"报告{suffix}"
    path.write_bytes((CASES / "reports" / "word2003.doc").read_bytes())
    assert lines(path, options) == SHORT_REPORT


@pytest.mark.usefixtures("_machine")
def test_binary_report_is_read_as_its_reference(options: ReadOptions) -> None:
    """Numbers, notes, boxes and the register are there; the contents list, the deletion and comments are not."""
    found = lines(REPORT, options)
    reference = [line.strip() for line in WHOLE_REPORT.read_text(encoding="utf-8").split("\n") if line.strip()]
    body = reference[: next(at for at, line in enumerate(reference) if line.startswith("附件"))]
    without_numbers = {line.lstrip("0123456789.").strip() for line in found}
    assert [line for line in body if line.lstrip("0123456789.").strip() not in without_numbers] == []
    assert sum(line.startswith(("〖存在问题〗", "〖原因分析〗", "〖整改措施〗")) for line in found) == 9
    assert [line for line in found if line.startswith(("抽样办法见附件二", "编者提示"))] == [
        "抽样办法见附件二，问卷由各部门机关党委匿名组织填写，回收率为百分之九十三点四。",
        "编者提示：本期数据截至2024年9月底，覆盖32个市直部门、214个党支部。",
    ]
    unwanted = re.compile("原稿|此处比例|^目录|调研专刊|^— |\t[0-9]$")
    assert [line for line in found if unwanted.search(line.replace("　", ""))] == []
    assert any("其中两个部门连续三年由党务专干代拟述职报告，" in line for line in found)


def test_page_pictures_are_named(options: ReadOptions) -> None:
    text = one(CASES / "formats" / "07_一句话加两页扫描图.docx", options)
    assert text.text.split("\n") == ["关于“两张皮”问题的自查报告", "现将我局自查情况报告如下，正文见扫描件，请审阅。"]
    assert text.unread == "2 张整页的图片没有读"


MADE = [
    pytest.param(
        "lists.doc",
        [
            *(
                "一、甲层",
                "（一）乙层",
                "1.丙层",
                "2.丙层二",
                "（1）丁层",
                "①圈一",
                "②圈二",
                "（二）乙层二",
                "1.丙层新",
            ),
            *("二、甲层二", "（一）乙层新", "普通的一段，没有编号。", "1.重起的丙", "1.重起的丙二", "七、第七层"),
            *("一、第八层", "第1条总则", "I.罗马", "a)字母", "b)字母二", "第2条附则", "项目甲", "项目乙", "壹、大写"),
            *("甲．天干", "１．全角", "1 括号"),  # where a list starts anew LibreOffice starts it at every paragraph
        ],
        id="编号的样子、各层重起、项目符号",
    ),
    pytest.param(
        "styled.doc",
        [
            *("一、现状", "正文在此。", "（一）做法", "正文在此。", "1.细节", "正文在此。", "二、问题", "正文在此。"),
            *("（一）表现", "正文在此。", "不编号的标题", "三、建议"),
        ],
        id="样式带的编号",
    ),
    pytest.param(
        "tables.doc",
        [
            *("表前的一段。", "〖序号\t存在问题\t原因分析\t整改措施〗", "〖1〗", "〖存在问题〗甲问题一。"),
            *(
                "〖存在问题〗甲问题二。",
                "〖原因分析〗甲原因。",
                "〖原因分析〗乙原因。",
                "〖整改措施〗甲措施。",
                "〖2〗",
            ),
            *("〖存在问题〗乙问题。", "〖整改措施〗乙措施。", "〖3〗", "〖存在问题〗丙问题。", "〖整改措施〗丙措施。"),
            *("两表之间。", "跨三列的表题", "单位\t人数\t备注", "甲局\t3", "嵌套表之前。", "外一\t外二"),
            *("外三\t内表前 内一 内二 内三 内四 内表后", "表后的一段。", "主要做法", "一是抓学习抓落实。" * 20),
            "二是抓考核。",
        ],
        id="合并的单元格、嵌套的表、长单元格",
    ),
    pytest.param(
        "hidden.doc",
        [
            *("可见一可见二可见三。", "只有这半句可见。", "接到下一段的", "后半段。", "删去段尾的合并的段。"),
            *("一、第一", "二、第二", "插入前插入的话插入后。"),
        ],
        id="隐藏文字、删去的段尾和标题",
    ),
    pytest.param(
        "fields.doc",
        [
            *("详见附件链接。", "日期：2026年。", "勾选☑是 □否☑", "一行"),
            "软回车后\t制表后-连字-号（半角(括号)）😀𠮷野家。",
            *("分页之后。", "第二节。", "第三节。"),
        ],
        id="目录、域、勾选框、几节、页眉和批注",
    ),
    pytest.param("cells.doc", ["格0\t格1", "格4\t格5 1.一条 2.二条", "3.后一条", "项目"], id="删去的行、格里的编号"),
    pytest.param("check.doc", ["☑是", "□否"], id="表单的勾选框"),
    pytest.param(
        "notes.doc",
        [
            *("第一段有脚注，还有尾注。", "脚注一的话。", "脚注一第二段。", "尾注一的话。"),
            *("第二段也有脚注和批注。", "自定标记的脚注。", "第三段有文本框。", "框里第一段。", "框里第二段。"),
            *("第四段有组合。", "组里左框。", "组里右框。", "第五段，改过的话。", "两栏里的一段。"),
            *("两栏里的第二段。", "最后一段框。", "文字框的话。"),
        ],
        id="脚注、尾注、文本框、组合里的框、分栏",
    ),
]


@pytest.mark.usefixtures("_machine")
@pytest.mark.parametrize(("name", "expected"), MADE)
@pytest.mark.parametrize("suffix", [".doc", ".wps"])
def test_neighbour_is_read_right(
    name: str, expected: list[str], suffix: str, tmp_path: Path, options: ReadOptions
) -> None:
    path = tmp_path / f"报告{suffix}"
    path.write_bytes((CASES / "word" / name).read_bytes())
    assert lines(path, options) == expected
    assert one(path, options).unread is None


@pytest.mark.usefixtures("_machine")
def test_empty_document_says_that_it_is_empty(options: ReadOptions) -> None:
    with pytest.raises(UnreadableFile, match="空的"):
        one(CASES / "word" / "empty.doc", options)


@pytest.mark.usefixtures("_machine")
def test_pictures_of_a_binary_document_are_named(options: ReadOptions) -> None:
    assert one(CASES / "word" / "pics.doc", options).unread == "2 张整页的图片没有读"
    with pytest.raises(UnreadableFile, match="没有读到文字；没有读的有：1 张整页的图片"):
        one(CASES / "word" / "onlypics.doc", options)


@pytest.mark.skipif(not office_legacy.converter(), reason="本机没有 LibreOffice")
@pytest.mark.parametrize("name", ["auto_number.doc", "tracked_deletion.doc"])
def test_converted_by_libreoffice_it_is_the_same(name: str, options: ReadOptions) -> None:
    raw = (CASES / "reports" / name).read_bytes()
    converted = office_legacy.by_soffice(raw, options)
    assert converted is not None
    assert converted[0].text == one(CASES / "reports" / name, options).text
    assert converted[0].encoding == "doc（soffice）"
