"""Word documents: automatic numbers come back as text; tables, boxes and tracked changes are read as they look."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from nlp.base.errors import UnreadableFile
from nlp.readers.formats.any_word import read
from nlp.readers.source import ReadOptions
from nlp.readers.word.numerals import write_number

OPTIONS = ReadOptions()
Save = Callable[[Document], list[str]]


@pytest.fixture
def lines(tmp_path: Path) -> Save:
    """Return a function that saves a document, reads it and returns its lines."""

    def save_and_read(document: Document) -> list[str]:
        document.save(str(tmp_path / "报告.docx"))
        return read(tmp_path / "报告.docx", OPTIONS)[0].text.split("\n")

    return save_and_read


def add_list(document: Document, list_id: int, levels: list[tuple[str, str]], num: str = "", extra: str = "") -> None:
    """Define a list: levels of (numFmt, lvlText), changes of the num, and more elements for every level."""
    root = document.part.numbering_part.element
    body = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(levels)
    )
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}">{body}</w:abstractNum>'))
    add_num(document, list_id, list_id, num)


def add_num(document: Document, num_id: int, list_id: int, change: str = "") -> None:
    """Define a num of a list."""
    document.part.numbering_part.element.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{num_id}"><w:abstractNumId w:val="{list_id}"/>{change}</w:num>')
    )


def number(element: object, num_id: int | None, level: int | None) -> None:
    """Give a paragraph or a style a number."""
    inner = "" if level is None else f'<w:ilvl w:val="{level}"/>'
    inner += "" if num_id is None else f'<w:numId w:val="{num_id}"/>'
    element.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{inner}</w:numPr>"))  # type: ignore[attr-defined]


def numbered(document: Document, items: list[tuple[str, int | None, int | None]]) -> None:
    """Add paragraphs of (text, num, level)."""
    for text, num_id, level in items:
        number(document.add_paragraph(text)._p, num_id, level)


OFFICIAL = [
    ("chineseCountingThousand", "%1、"),
    ("chineseCounting", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "%3.%4"),
]

LIST_CASES = [
    pytest.param(OFFICIAL, [("现状", 0), ("问题", 0)], ["一、现状", "二、问题"], id="公文第一层"),
    pytest.param(
        OFFICIAL,
        [("甲", 0), ("乙", 1), ("丙", 1), ("丁", 2), ("戊", 3), ("己", 0), ("庚", 1), ("辛", 2)],
        ["一、甲", "（一）乙", "（二）丙", "1.丁", "1.1 戊", "二、己", "（一）庚", "1.辛"],
        id="下层在上层之后重新开始",
    ),
    pytest.param(OFFICIAL, [("乙", 1), ("丁", 2), ("乙", 1)], ["（一）乙", "1.丁", "（二）乙"], id="没有第一层"),
    pytest.param([("bullet", "")], [("甲", 0), ("乙", 0)], ["甲", "乙"], id="项目符号不写出"),
    pytest.param([("decimalEnclosedCircle", "%1")], [("甲", 0), ("乙", 0)], ["①甲", "②乙"], id="带圈数字"),
    pytest.param([("decimal", "第%1条 ")], [("甲", 0)], ["第1条甲"], id="数字在文字中间"),
    pytest.param([("none", "注：")], [("甲", 0)], ["注：甲"], id="只有文字没有数字"),
]


@pytest.mark.parametrize(("levels", "items", "expected"), LIST_CASES)
def test_automatic_numbers_become_text(
    levels: list[tuple[str, str]], items: list[tuple[str, int]], expected: list[str], lines: Save
) -> None:
    document = docx.Document()
    add_list(document, 90, levels)
    numbered(document, [(text, 90, level) for text, level in items])
    assert lines(document) == expected


def test_two_nums_of_one_list_go_on_counting_unless_one_starts_anew(lines: Save) -> None:
    document = docx.Document()
    add_list(document, 90, OFFICIAL)
    add_num(document, 91, 90)
    add_num(document, 92, 90, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>')
    numbered(document, [("甲", 90, 0), ("乙", 91, 0), ("丙", 92, 0), ("丁", 92, 0)])
    assert lines(document) == ["一、甲", "二、乙", "五、丙", "六、丁"]


def test_numbers_by_style_and_by_the_style_it_is_based_on(lines: Save) -> None:
    document = docx.Document()
    add_list(document, 90, OFFICIAL)
    parent = document.styles.add_style("公文标题", 1)
    number(parent.element, 90, 0)
    child = document.styles.add_style("公文标题二", 1)
    child.base_style = parent
    document.add_paragraph("现状", style="公文标题")
    document.add_paragraph("正文不编号")
    document.add_paragraph("问题", style="公文标题二")
    number(document.add_paragraph("不要编号", style="公文标题")._p, 0, 0)
    assert lines(document) == ["一、现状", "正文不编号", "二、问题", "不要编号"]


def test_level_bound_to_a_style(lines: Save) -> None:
    document = docx.Document()
    style = document.styles.add_style("二级", 1)
    add_list(document, 90, [("chineseCounting", "%1、"), ("chineseCounting", "（%2）")])
    second_level = document.part.numbering_part.element[0][1]
    second_level.insert(2, parse_xml(f'<w:pStyle {nsdecls("w")} w:val="{style.style_id}"/>'))
    number(style.element, 90, None)
    document.add_paragraph("做法", style="二级")
    assert lines(document) == ["（一）做法"]


def test_legal_numbers_are_figures_and_restart_can_be_switched_off(lines: Save) -> None:
    document = docx.Document()
    add_list(
        document, 90, [("chineseCounting", "%1、"), ("decimal", "%1.%2")], extra='<w:lvlRestart w:val="0"/><w:isLgl/>'
    )
    numbered(document, [("甲", 90, 0), ("乙", 90, 1), ("丙", 90, 0), ("丁", 90, 1)])
    assert lines(document) == ["1、甲", "1.1 乙", "2、丙", "2.2 丁"]


NUMERALS = [
    *((n, "chineseCounting", text) for n, text in ((1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"))),
    *((n, "chineseCountingThousand", text) for n, text in ((101, "一百零一"), (110, "一百一十"), (1005, "一千零五"))),
    *((n, "ideographDigital", text) for n, text in ((9, "九"), (10, "十"), (12, "十二"))),
    *((n, "japaneseCounting", text) for n, text in ((3, "三"), (15, "十五"))),
    *((n, "decimalEnclosedCircle", text) for n, text in ((1, "①"), (20, "⑳"), (21, "㉑"), (50, "㊿"), (51, "51"))),
    *((n, "upperLetter", text) for n, text in ((1, "A"), (26, "Z"), (27, "AA"))),
    *((n, "lowerRoman", text) for n, text in ((4, "iv"), (9, "ix"), (14, "xiv"))),
    (3, "upperRoman", "III"),
    (2, "lowerLetter", "b"),
    (12, "chineseLegalSimplified", "壹拾贰"),
    (2, "ideographTraditional", "乙"),
    (7, "unknownFormat", "7"),
    (0, "chineseCounting", "0"),
    (7, "decimalZero", "07"),
]


@pytest.mark.parametrize(("n", "kind", "text"), NUMERALS)
def test_numerals(n: int, kind: str, text: str) -> None:
    assert write_number(n, kind) == text


def test_tables_stand_where_they_stand_and_merged_cells_once(lines: Save) -> None:
    document = docx.Document()
    document.add_paragraph("表前")
    table = document.add_table(rows=3, cols=3)
    for at, text in enumerate(["单位", "问题", "人数", "甲局", "学用脱节", "3", "乙局", "", "4"]):
        table.cell(at // 3, at % 3).text = text
    table.cell(1, 1).merge(table.cell(2, 1))
    document.add_paragraph("表后")
    assert lines(document) == ["表前", "单位\t问题\t人数", "甲局\t学用脱节\t3", "乙局\t4", "表后"]


def test_a_form_that_carries_text_keeps_its_paragraphs(lines: Save) -> None:
    document = docx.Document()
    cell = document.add_table(rows=1, cols=2).rows[0].cells
    cell[0].text = "主要做法"
    cell[1].text = "一是抓学习。" * 30
    cell[1].add_paragraph("二是抓考核。")
    assert lines(document) == ["主要做法", "一是抓学习。" * 30, "二是抓考核。"]


W14 = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
BOX = "<w:txbxContent><w:p><w:r><w:t>框里的话</w:t></w:r></w:p></w:txbxContent>"
BEGIN, SEPARATE, END = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
MERGED = f"{BEGIN}<w:r><w:instrText>MERGEFIELD 单位</w:instrText></w:r>{SEPARATE}<w:r><w:t>某局</w:t></w:r>{END}"
RUN_CASES = [
    pytest.param(
        "<w:ins><w:r><w:t>插入</w:t></w:r></w:ins><w:del><w:r><w:delText>删去</w:delText></w:r></w:del>",
        ["甲插入乙"],
        id="修订",
    ),
    pytest.param("<w:sdt><w:sdtContent><w:r><w:t>控件</w:t></w:r></w:sdtContent></w:sdt>", ["甲控件乙"], id="内容控件"),
    pytest.param("<w:r><w:rPr><w:vanish/></w:rPr><w:t>隐藏</w:t></w:r>", ["甲乙"], id="隐藏文字"),
    pytest.param('<w:r><w:instrText>HYPERLINK "http://x"</w:instrText></w:r>', ["甲乙"], id="域代码"),
    pytest.param(
        f"{BEGIN}<w:r><w:instrText>IF </w:instrText></w:r>{MERGED}<w:r><w:instrText> = 1</w:instrText></w:r>"
        f"{SEPARATE}<w:r><w:t>某局</w:t></w:r>{END}",
        ["甲某局乙"],
        id="域里套域，结果只读一次",
    ),
    pytest.param(f"{BEGIN}<w:r><w:t>丙</w:t></w:r>", ["甲丙乙"], id="域没有结束"),
    pytest.param("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>", ["甲链接乙"], id="超链接"),
    pytest.param("<w:r><w:br/></w:r>", ["甲", "乙"], id="手动换行"),
    pytest.param(
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'>"
        f"<w:drawing><wps:txbx>{BOX}</wps:txbx></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        ["甲乙", "框里的话"],
        id="文本框只读一次",
    ),
    pytest.param(
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing/></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{BOX}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        ["甲乙", "框里的话"],
        id="文字只在备用的一份里",
    ),
    pytest.param(
        "<w:r><w:ruby><w:rt><w:r><w:t>dǎng</w:t></w:r></w:rt>"
        "<w:rubyBase><w:r><w:t>党</w:t></w:r></w:rubyBase></w:ruby></w:r>",
        ["甲党乙"],
        id="注了拼音的字",
    ),
    pytest.param("<m:oMath><m:r><m:t>占比=3/5</m:t></m:r></m:oMath>", ["甲占比=3/5乙"], id="公式"),
]


@pytest.mark.parametrize(("inner", "expected"), RUN_CASES)
def test_a_paragraph_is_read_as_it_looks(inner: str, expected: list[str], lines: Save) -> None:
    document = docx.Document()
    paragraph = parse_xml(f"<w:p {nsdecls('w')} {W14}><w:r><w:t>甲</w:t></w:r>{inner}<w:r><w:t>乙</w:t></w:r></w:p>")
    document.element.body.insert(0, paragraph)
    assert lines(document) == expected


def with_notes(document: Document, kind: str, content: bytes) -> None:
    """Give a document a part with footnotes or endnotes."""
    name = PackURI(f"/word/{kind}s.xml")
    kind_of_part = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}s+xml"
    part = Part(name, kind_of_part, content, document.part.package)
    document.part.relate_to(part, f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}s")


@pytest.mark.parametrize("kind", [pytest.param("footnote", id="脚注"), pytest.param("endnote", id="尾注")])
def test_a_note_stands_once_behind_the_paragraph_that_refers_to_it(kind: str, lines: Save) -> None:
    document = docx.Document()
    mark = f"<w:r><w:{kind}Reference w:id='2'/></w:r>"
    for text in ("甲", "乙"):
        document.element.body.append(parse_xml(f"<w:p {nsdecls('w')}><w:r><w:t>{text}</w:t></w:r>{mark}</w:p>"))
    separator = f"<w:{kind} w:id='0'><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>"
    note = f"<w:{kind} w:id='2'><w:p><w:r><w:{kind}Ref/></w:r><w:r><w:t>据问卷统计</w:t></w:r></w:p></w:{kind}>"
    with_notes(document, kind, f"<w:{kind}s {nsdecls('w')}>{separator}{note}</w:{kind}s>".encode())
    assert lines(document) == ["甲", "据问卷统计", "乙"]


def test_damaged_notes_are_said_to_be_damaged(lines: Save) -> None:
    document = docx.Document()
    document.add_paragraph("甲")
    with_notes(document, "footnote", b"<w:footnotes")
    with pytest.raises(UnreadableFile, match="损坏"):
        lines(document)


def test_a_cell_deleted_with_tracked_changes_is_not_read(lines: Save) -> None:
    document = docx.Document()
    cells = document.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "留下", "删去"
    cells[1]._tc.get_or_add_tcPr().append(parse_xml(f"<w:cellDel {nsdecls('w')} w:id='1' w:author='甲'/>"))
    assert lines(document) == ["留下"]


def test_content_controls_round_paragraphs_and_contents_lists(lines: Save) -> None:
    document = docx.Document()
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("一、现状\t1", style="toc 1")
    inner = "<w:p><w:r><w:t>控件里的段落</w:t></w:r></w:p>"
    document.element.body.insert(1, parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent>{inner}</w:sdtContent></w:sdt>"))
    assert lines(document) == ["控件里的段落"]


def repacked(raw: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return a package with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            data = old.read(member)
            new.writestr(member.filename, change(data) if member.filename == name else data)
    return buffer.getvalue()


def test_external_entities_are_refused(tmp_path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    (tmp_path / "secret.txt").write_text("不可外泄", encoding="utf-8")
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'

    def with_entity(xml: bytes) -> bytes:
        head, rest = xml.split(b"?>", 1)
        return head + b"?>" + entity.encode() + rest.replace("正文".encode(), "正文&x;".encode())

    path = tmp_path / "报告.docx"
    path.write_bytes(repacked(build[".docx"](["正文在此"]), "word/document.xml", with_entity))
    with pytest.raises(UnreadableFile, match="实体声明"):
        read(path, OPTIONS)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(repacked(build[".docx"](["正文"]), "word/styles.xml", lambda data: data + b" " * 60_000_000))
    with pytest.raises(UnreadableFile, match="压缩炸弹"):
        read(path, OPTIONS)


def test_an_old_document_under_the_new_name_is_read(tmp_path: Path, make_doc: Callable[..., bytes]) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(make_doc(["旧文档的第一段在这里。", "第二段也在。"]))
    assert read(path, OPTIONS)[0].text == "旧文档的第一段在这里。\n第二段也在。"
