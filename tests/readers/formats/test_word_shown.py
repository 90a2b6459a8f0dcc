"""A Word document is read as it looks: what is deleted, hidden or generated stays away, ticks and pictures are told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from nlp.base.errors import UnreadableFile
from nlp.readers.formats.any_word import read
from nlp.readers.source import ReadOptions, SourceText
from nlp.readers.word.symbols import looked_up, symbol

OPTIONS = ReadOptions()
Read = Callable[[Document], SourceText]
SPACES = (
    f"{nsdecls('w')} {nsdecls('wp')} {nsdecls('a')} "
    "xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' "
    "xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:office' "
    "xmlns:dgm='http://schemas.openxmlformats.org/drawingml/2006/diagram' "
    "xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'"
)
BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
DELETED = "<w:del><w:r><w:delText>{}</w:delText></w:r></w:del>"
HEADING = "<w:pPr><w:pStyle w:val='ListNumber'/></w:pPr>"
DELETED_END = "<w:pPr><w:rPr><w:del w:id='1' w:author='甲'/></w:rPr></w:pPr>"


@pytest.fixture
def read_one(tmp_path: Path) -> Read:
    """Return a function that saves a document and reads it."""

    def save_and_read(document: Document) -> SourceText:
        document.save(str(tmp_path / "报告.docx"))
        (text,) = read(tmp_path / "报告.docx", OPTIONS)
        return text

    return save_and_read


def document_of(*paragraphs: str) -> Document:
    """A document of paragraphs, each given by what stands in its element."""
    document = docx.Document()
    inner = "".join(f"<w:p>{each}</w:p>" for each in paragraphs)
    document.element.body[:0] = list(parse_xml(f"<w:body {SPACES}>{inner}</w:body>"))
    return document


def run(text: str) -> str:
    """A run of text."""
    return f"<w:r><w:t>{text}</w:t></w:r>"


TOC = BEGIN + '<w:r><w:instrText> TOC \\o "1-3" </w:instrText></w:r>' + SEPARATE
CHECK_BOX = "<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox>{}</w:checkBox></w:ffData></w:fldChar></w:r>"
SYMBOL = "<w:r><w:sym w:font='Wingdings' w:char='{}'/></w:r>"
SHOWN = [
    pytest.param(
        [DELETED_END + run("前半，"), run("后半。"), run("下一段。")], ["前半，后半。", "下一段。"], id="删去的段尾"
    ),
    pytest.param([DELETED_END + DELETED.format("整段"), run("留下。")], ["留下。"], id="删去的段"),
    pytest.param(
        [DELETED_END + run("前一段。"), HEADING + DELETED.format("删去的标题"), run("后一段。")],
        ["前一段。", "后一段。"],
        id="从前一段的段尾删起",
    ),
    pytest.param(
        [
            "</w:p><w:tbl><w:tr><w:tc><w:p>"
            + run("甲")
            + "</w:p></w:tc></w:tr><w:tr><w:tc><w:p>"
            + DELETED.format("乙")
            + "</w:p></w:tc></w:tr></w:tbl><w:p>"
            + run("表后。")
        ],
        ["甲", "表后。"],
        id="删去的行",
    ),
    pytest.param([run("前。"), DELETED.format("一句"), run("后。")], ["前。", "后。"], id="段尾还在"),
    pytest.param(
        [
            "<w:pPr><w:rPr><w:moveFrom w:id='1'/></w:rPr></w:pPr><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>",
            f"<w:moveTo>{run('移来')}</w:moveTo>",
        ],
        ["移来"],
        id="移动的段",
    ),
    pytest.param(
        ["<w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>" + run("标题"), run("接排的正文。")],
        ["标题接排的正文。"],
        id="隐藏的段尾",
    ),
    pytest.param(
        [f"{TOC}{run('一、现状')}<w:r><w:tab/></w:r>{run('1')}", run("二、问题 ……… 2") + END, run("一、现状")],
        ["一、现状"],
        id="没有样式的目录",
    ),
    pytest.param(
        [run("目　录"), run("一、现状……1"), run("二、问题……3"), run("一、现状")], ["一、现状"], id="手打的目录"
    ),
    pytest.param(
        [
            CHECK_BOX.format("<w:checked/>") + END + run("是"),
            CHECK_BOX.format("<w:default w:val='0'/>") + END + run("否"),
        ],
        ["☑是", "□否"],
        id="表单的勾选框",
    ),
    pytest.param(
        [SYMBOL.format("F0FE") + run("是") + SYMBOL.format("F0A8") + run("否")], ["☑是□否"], id="符号字体的勾选框"
    ),
    pytest.param(
        ["<w:r><w:rPr><w:rFonts w:ascii='Wingdings 2'/></w:rPr><w:t>R</w:t></w:r>" + run("合格")],
        ["☑合格"],
        id="用字体打出的勾",
    ),
    pytest.param(
        [
            f"<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>{run('单击此处输入')}</w:sdtContent></w:sdt>"
            + run("留下。")
        ],
        ["留下。"],
        id="没有填的内容控件",
    ),
]


@pytest.mark.parametrize(("paragraphs", "expected"), SHOWN)
def test_document_is_read_as_it_looks(paragraphs: list[str], expected: list[str], read_one: Read) -> None:
    assert [line for line in read_one(document_of(*paragraphs)).text.split("\n") if line.strip()] == expected


def test_text_hidden_by_its_style_is_not_read(read_one: Read) -> None:
    document = docx.Document()
    parent = document.styles.add_style("暗段", 1)
    parent.font.hidden = True
    document.styles.add_style("也暗", 1).base_style = parent
    document.styles.add_style("明", 1).base_style = parent
    document.styles["明"].font.hidden = False
    document.styles.add_style("暗字", 2).font.hidden = True
    document.add_paragraph("不读。", style="也暗")
    document.add_paragraph("读，", style="明").add_run("不读").style = document.styles["暗字"]
    document.add_paragraph(style="暗段").add_run("也读。").font.hidden = False
    assert read_one(document).text.strip().split("\n") == ["读，", "也读。"]


def test_deleted_heading_is_not_counted(read_one: Read) -> None:
    document = docx.Document()
    for text in ("甲", "乙", "丙"):
        document.add_paragraph(text, style="List Number")
    deleted = document.paragraphs[1]._p
    inner = "<w:r><w:delText>乙</w:delText></w:r>"
    deleted.replace(deleted[-1], parse_xml(f"<w:del {nsdecls('w')} w:id='1' w:author='甲'>{inner}</w:del>"))
    assert read_one(document).text.split("\n") == ["1.甲", "2.丙"]


CM = 360_000
IMAGE = (
    "<w:r><w:drawing><wp:inline><wp:extent cx='{}' cy='{}'/><a:graphic><a:blip r:embed='x'/></a:graphic></wp:inline>"
    "</w:drawing></w:r>"
)
VML = "<w:r><w:pict><v:shape style='width:{};height:{}'><v:imagedata r:id='x'/></v:shape></w:pict></w:r>"
OBJECT = "<w:r><w:object><o:OLEObject Type='{}' ProgID='{}'/></w:object></w:r>"
TEXT = run("有的支部学用脱节，两张皮现象突出。" * 40)
UNREAD = [
    pytest.param(TEXT + IMAGE.format(15 * CM, 21 * CM), "1 张整页的图片没有读", id="整页图"),
    pytest.param(TEXT + IMAGE.format(15 * CM, 8 * CM), None, id="统计图"),
    pytest.param(run("见图。") + IMAGE.format(15 * CM, 8 * CM), "1 张整页的图片没有读", id="几乎没有文字"),
    pytest.param(run("见图。") + IMAGE.format(2 * CM, 2 * CM), None, id="图章"),
    pytest.param(TEXT + VML.format("415.5pt", "588pt"), "1 张整页的图片没有读", id="旧式的图"),
    pytest.param(TEXT + VML.format("14cm", "."), None, id="没有高度的图"),
    pytest.param(TEXT + f"<w:del>{IMAGE.format(15 * CM, 21 * CM)}</w:del>", None, id="删去的图"),
    pytest.param(
        TEXT + f"<mc:AlternateContent><mc:Choice Requires='wps'>{IMAGE.format(15 * CM, 21 * CM)}</mc:Choice>"
        f"<mc:Fallback>{VML.format('415pt', '588pt')}</mc:Fallback></mc:AlternateContent>",
        "1 张整页的图片没有读",
        id="两种写法算一张",
    ),
    pytest.param(TEXT + OBJECT.format("Embed", "Excel.Sheet.12"), "1 个嵌在里面的文件没有读", id="嵌入的表格"),
    pytest.param(TEXT + OBJECT.format("Embed", "Equation.3"), None, id="公式"),
    pytest.param(TEXT + OBJECT.format("Link", "Word.Document.8"), None, id="链接的文件"),
    pytest.param(
        TEXT + "<w:r><w:drawing><dgm:relIds r:dm='x'/></w:drawing></w:r>",
        "1 个图示（SmartArt）里的文字没有读",
        id="图示",
    ),
    pytest.param(
        TEXT + IMAGE.format(15 * CM, 21 * CM) * 2 + OBJECT.format("Embed", "Word.Document.12"),
        "2 张整页的图片没有读；1 个嵌在里面的文件没有读",
        id="几样一起说",
    ),
]


@pytest.mark.parametrize(("inner", "unread"), UNREAD)
def test_what_is_not_read_is_told(inner: str, unread: str | None, read_one: Read) -> None:
    text = read_one(document_of(inner))
    assert text.unread == unread
    assert (text.way_out is None) == (unread is None)


def test_document_of_pictures_alone_is_refused_with_the_reason(read_one: Read) -> None:
    with pytest.raises(UnreadableFile, match="1 张整页的图片") as caught:
        read_one(document_of(IMAGE.format(15 * CM, 21 * CM)))
    assert "OCR" in caught.value.fix


SYMBOLS = [("Wingdings", 0xFC, "✓"), ("wingdings", 0xF0FC, "✓"), ("Wingdings", 0x20, ""), ("宋体", 0x2605, "★")]


@pytest.mark.parametrize(("font", "code", "sign"), SYMBOLS)
def test_symbols(font: str, code: int, sign: str) -> None:
    assert symbol(font, code) == sign


def test_only_characters_of_symbol_fonts_are_looked_up() -> None:
    assert looked_up("宋体", "R合格") == "R合格"
    assert looked_up("Wingdings 2", "R合格\uf0a3") == "☑合格□"
