"""OpenDocument texts: what a reader sees is read, numbers included; what was deleted, hidden or generated is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_files import office_xml, open_document

from nlp.base.errors import UnreadableFile
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
NUMBER = (
    '<text:list-level-style-number text:level="{}" style:num-format="{}" style:num-prefix="{}" style:num-suffix="{}"/>'
)
STYLES = (
    '<text:outline-style><text:outline-level-style text:level="1" style:num-format="一, 二, 三, ..." '
    'style:num-suffix="、"/><text:outline-level-style text:level="2" style:num-format="一, 二, 三, ..." '
    'style:num-prefix="（" style:num-suffix="）"/></text:outline-style>'
    f'<text:list-style style:name="L">{NUMBER.format(1, "1", "", ".")}{NUMBER.format(2, "①, ②, ③, ...", "", "")}'
    "</text:list-style>"
    '<text:list-style style:name="Dot"><text:list-level-style-bullet text:level="1"/></text:list-style>'
    '<style:style style:name="Gone"><style:text-properties text:display="none"/></style:style>'
)
ITEM = "<text:list-item><text:p>{}</text:p>{}</text:list-item>"


def items(*texts: str) -> str:
    """Items of a list."""
    return "".join(ITEM.format(text, "") for text in texts)


def numbered(inner: str, attributes: str = "") -> str:
    """A list of the style L."""
    return f'<text:list text:style-name="L" {attributes}>{inner}</text:list>'


def heading(text: str, level: int = 1) -> str:
    """A heading."""
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


TABLE = (
    "<table:table><table:table-header-rows><table:table-row>{}</table:table-row></table:table-header-rows>"
    "<table:table-row>{}</table:table-row></table:table>"
)
CELL = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
CHANGE = (
    '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion>{}</text:deletion></text:changed-region>'
    '<text:changed-region text:id="c2"><text:insertion/></text:changed-region></text:tracked-changes>'
)
TEXTS = [
    pytest.param(
        heading("问题") + heading("学用脱节", 2) + heading("台账造假", 2) + heading("对策") + heading("考核", 2),
        ["一、问题", "（一）学用脱节", "（二）台账造假", "二、对策", "（一）考核"],
        id="标题的编号",
    ),
    pytest.param(numbered(items("甲", "乙")) + numbered(items("丙")), ["1.甲", "2.乙", "1.丙"], id="新列表从头数"),
    pytest.param(
        numbered(items("甲"), 'xml:id="x"') + "<text:p>间</text:p>" + numbered(items("乙"), 'text:continue-list="x"'),
        ["1.甲", "间", "2.乙"],
        id="接着别的列表数",
    ),
    pytest.param(
        numbered(items("甲")) + numbered(items("乙"), 'text:continue-numbering="true"'), ["1.甲", "2.乙"], id="接着数"
    ),
    pytest.param(
        numbered(ITEM.format("甲", f"<text:list>{items('子', '丑')}</text:list>") + items("乙")),
        ["1.甲", "①子", "②丑", "2.乙"],
        id="列表里的列表",
    ),
    pytest.param(
        numbered('<text:list-item text:start-value="5"><text:p>甲</text:p><text:p>续</text:p></text:list-item>')
        + '<text:list text:style-name="Dot"><text:list-item><text:p>点</text:p></text:list-item></text:list>',
        ["5.甲", "续", "点"],
        id="指定的数、第二段和圆点",
    ),
    pytest.param(
        CHANGE.format("<text:p>旧话</text:p>") + '<text:p>甲<text:change text:change-id="c1"/>乙</text:p>',
        ["甲乙"],
        id="修订删去的放在一边",
    ),
    pytest.param(
        CHANGE.format("") + '<text:p>甲<text:change-start text:change-id="c1"/>旧<text:span>话</text:span>'
        '<text:change-end text:change-id="c1"/><text:change-start text:change-id="c2"/>新<text:change-end '
        'text:change-id="c2"/>乙</text:p>',
        ["甲新乙"],
        id="修订删去的留在原处",
    ),
    pytest.param(
        "<text:p>情况<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>抽样办法。</text:p>"
        "</text:note-body></text:note>良好。<office:annotation><text:p>批注</text:p></office:annotation></text:p>",
        ["情况良好。", "抽样办法。"],
        id="脚注在段后，批注不要",
    ),
    pytest.param(
        "<text:p>甲<draw:frame><draw:text-box><text:p>提示一。</text:p></draw:text-box></draw:frame>乙。</text:p>",
        ["甲乙。", "提示一。"],
        id="文本框",
    ),
    pytest.param(
        '<text:p>甲<text:s text:c="2"/>乙<text:tab/>丙<text:line-break/>丁'
        '<text:span text:style-name="Gone">隐</text:span>'
        "<text:ruby><text:ruby-base>党</text:ruby-base><text:ruby-text>dǎng</text:ruby-text></text:ruby></text:p>"
        '<text:p text:style-name="Gone">隐藏的一段</text:p>',
        ["甲  乙\t丙", "丁党"],
        id="空格、换行、隐藏、注音",
    ),
    pytest.param(
        "<text:p>目 录</text:p><text:table-of-content><text:index-body><text:p>一、问题 1</text:p></text:index-body>"
        "</text:table-of-content>"
        + heading("问题")
        + '<text:section text:display="none"><text:p>隐</text:p></text:section>',
        ["一、问题"],
        id="目录和隐藏的节",
    ),
    pytest.param(
        TABLE.format("".join(map(CELL.format, ("序号", "单位"))), "".join(map(CELL.format, ("1", "甲局")))),
        ["序号\t单位", "1\t甲局"],
        id="表格",
    ),
    pytest.param(
        TABLE.format(
            "".join(map(CELL.format, ("序号", "存在问题", "整改措施"))),
            "".join(map(CELL.format, ("1", "学用脱节。", "同部署。"))),
        ),
        ["〖1〗", "〖存在问题〗学用脱节。", "〖整改措施〗同部署。"],
        id="台账",
    ),
]


@pytest.mark.parametrize(("body", "lines"), TEXTS)
def test_text(body: str, lines: list[str], lexicon: Lexicon, tmp_path: Path) -> None:
    path = tmp_path / "报告.odt"
    path.write_bytes(open_document("text", f"<office:text>{body}</office:text>", STYLES))
    (text,) = read_file(path, with_hints(OPTIONS, lexicon))
    assert text.text.split("\n") == lines


def test_pictures_of_pages_are_told(tmp_path: Path) -> None:
    picture = (
        '<draw:frame xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" svg:width="{}cm" '
        'svg:height="{}cm"><draw:image/></draw:frame>'
    )
    body = f"<text:p>见下图。{picture.format(17, 24)}{picture.format(3, 2)}</text:p>"
    path = tmp_path / "报告.odt"
    path.write_bytes(open_document("text", f"<office:text>{body}</office:text>"))
    assert read_file(path, OPTIONS)[0].unread == "1 张整页的图片没有读"


BAD = [
    pytest.param(
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + office_xml("document", "&e;")[38:].encode(),
        "实体声明",
        id="外部实体",
    ),
    pytest.param(office_xml("document", "").encode(), "没有正文", id="没有正文"),
    pytest.param(office_xml("document", "<office:body>").encode()[:-30], "损坏", id="残缺"),
    pytest.param(
        office_xml("document", "<office:body><office:text>" + "<text:section>" * 400).encode(), "损坏", id="套得太深"
    ),
    pytest.param(open_document("spreadsheet", ""), "表格", id="其实是表格"),
]


@pytest.mark.parametrize(("raw", "reason"), BAD)
def test_bad_documents_are_named(raw: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.fodt"
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match=reason):
        read_file(path, OPTIONS)
