"""Kinds of Word files that are a .docx in other clothes, and files that stand within one."""

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
from nlp.readers.source import ReadOptions, SourceText

OPTIONS = ReadOptions()
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PAGE = "<html><body><p>网页里的第一段。</p><p>网页里的第二段。</p></body></html>".encode()
SAVED_PAGE = b"MIME-Version: 1.0\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + PAGE


def saved(document: Document) -> bytes:
    """The bytes of a document."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read_bytes(raw: bytes, folder: Path, name: str = "报告.docx") -> SourceText:
    """Read a file of these bytes."""
    (folder / name).write_bytes(raw)
    (text,) = read(folder / name, OPTIONS)
    return text


def with_inserted(content: bytes, name: str, kind: str) -> bytes:
    """A document of two paragraphs with a file inserted between them."""
    document = docx.Document()
    document.add_paragraph("前面的一段。")
    part = Part(PackURI(f"/word/{name}"), kind, content, document.part.package)
    mark = document.part.relate_to(part, f"{R}/aFChunk")
    document.element.body.insert(1, parse_xml(f'<w:altChunk {nsdecls("w")} xmlns:r="{R}" r:id="{mark}"/>'))
    document.add_paragraph("后面的一段。")
    return saved(document)


INSERTED = [
    pytest.param(PAGE, "网页里的第一段。\n网页里的第二段。", id="网页"),
    pytest.param(SAVED_PAGE, "网页里的第一段。\n网页里的第二段。", id="网页归档（MHT）"),
    pytest.param("<p>片段。</p>".encode(), "片段。", id="没有 html 标签的片段"),
    pytest.param("纯文本一段。".encode(), "纯文本一段。", id="纯文本"),
    pytest.param(rb"{\rtf1\ansi plain words\par}", "plain words", id="RTF"),
]


@pytest.mark.parametrize(("content", "expected"), INSERTED)
def test_inserted_file_stands_in_its_place(content: bytes, expected: str, tmp_path: Path) -> None:
    text = read_bytes(with_inserted(content, "chunk.bin", "text/html"), tmp_path)
    assert text.text == f"前面的一段。\n{expected}\n后面的一段。"
    assert text.unread is None


def test_inserted_word_document_is_read_with_its_numbers_and_warnings(
    tmp_path: Path, build: dict[str, Callable[..., bytes]]
) -> None:
    inner = with_inserted(b"\x89PNG\r\n\x1a\n" + bytes(99), "chunk.png", "image/png")
    text = read_bytes(with_inserted(inner, "chunk.docx", "application/x"), tmp_path)
    assert text.text == "前面的一段。\n前面的一段。\n后面的一段。\n后面的一段。"
    assert "插在正文里的文件" in (text.unread or "")
    assert "PNG" in (text.unread or "")


def test_secrecy_mark_of_an_inserted_file_is_found(tmp_path: Path) -> None:
    from nlp.intake.inputs import read_file

    path = tmp_path / "报告.docx"
    path.write_bytes(with_inserted("<p>机密★3年</p><p>内容。</p>".encode(), "chunk.html", "text/html"))
    with pytest.raises(UnreadableFile, match="密级标志"):
        read_file(path, OPTIONS)


def test_document_of_inserted_files_in_itself_comes_to_an_end(tmp_path: Path) -> None:
    raw = with_inserted(PAGE, "chunk.html", "text/html")
    for _ in range(12):
        raw = with_inserted(raw, "chunk.docx", "application/x")
    text = read_bytes(raw, tmp_path)
    assert text.text.startswith("前面的一段。\n前面的一段。")
    assert "插在正文里的文件" in (text.unread or "")


def members(raw: bytes) -> dict[str, bytes]:
    """The parts of a package by their names."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def in_one_file(raw: bytes) -> bytes:
    """The same package as one XML file (“flat OPC”)."""
    parts = b"".join(
        f'<pkg:part pkg:name="/{name}"><pkg:xmlData>'.encode()
        + data[data.index(b"?>") + 2 :]
        + b"</pkg:xmlData></pkg:part>"
        for name, data in members(raw).items()
        if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml"
    )
    return (
        b'<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?>'
        b'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">' + parts + b"</pkg:package>"
    )


@pytest.fixture
def numbered() -> bytes:
    """A document with an automatic number and a table."""
    document = docx.Document()
    document.add_paragraph("条目", style="List Number")
    document.add_table(rows=1, cols=2).rows[0].cells[0].text = "格"
    return saved(document)


@pytest.mark.parametrize("name", ["报告.doc", "报告.docx", "报告.txt"])
def test_package_in_one_file_is_read_like_the_zip(name: str, numbered: bytes, tmp_path: Path) -> None:
    from nlp.readers.registry import reader_for

    path = tmp_path / name
    path.write_bytes(in_one_file(numbered))
    assert reader_for(path)(path, OPTIONS)[0].text == read_bytes(numbered, tmp_path).text == "1.条目\n格\t"[:-1]


CHANGED = [
    pytest.param(lambda parts: {n.replace("/", "\\"): d for n, d in parts.items()}, id="反斜杠的部件名"),
    pytest.param(
        lambda parts: {n.replace("word/document.xml", "word/Document.XML"): d for n, d in parts.items()}, id="大小写"
    ),
    pytest.param(lambda parts: {n: d for n, d in parts.items() if n != "[Content_Types].xml"}, id="没有内容类型"),
    pytest.param(lambda parts: {n: d for n, d in parts.items() if n != "_rels/.rels"}, id="没有总的关系表"),
    pytest.param(
        lambda parts: {n: d.replace(b"document.main+xml", b"template.main+xml") for n, d in parts.items()}, id="模板"
    ),
]


@pytest.mark.parametrize("change", CHANGED)
def test_package_is_read_though_a_program_wrote_it_otherwise(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], numbered: bytes, tmp_path: Path
) -> None:
    assert read_bytes(packed(change(members(numbered))), tmp_path).text == "1.条目\n格"


MISSING = [
    pytest.param({"word/document.xml": b"<broken"}, "损坏", id="正文残缺"),
    pytest.param({"word/numbering.xml": b"<broken"}, "损坏", id="编号残缺"),
    pytest.param({"word/document.xml": b"<w:document xmlns:w='http://x'/>"}, "没有正文", id="没有正文"),
]


@pytest.mark.parametrize(("parts", "reason"), MISSING)
def test_broken_package_is_named(parts: dict[str, bytes], reason: str, numbered: bytes, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_bytes(packed(members(numbered) | parts), tmp_path)


def test_package_without_text_part_is_named(numbered: bytes, tmp_path: Path) -> None:
    parts = {name: data for name, data in members(numbered).items() if name != "word/document.xml"}
    with pytest.raises(UnreadableFile, match="缺少必要的部分"):
        read_bytes(packed(parts), tmp_path)


OLD = "http://schemas.microsoft.com/office/word/2003/wordml"
XML_2003 = f"""<?xml version="1.0"?><?mso-application progid="Word.Document"?>
<w:wordDocument xmlns:w="{OLD}" xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"
 xmlns:aml="http://schemas.microsoft.com/aml/2001/core">
<w:lists><w:listDef w:listDefId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:nfc w:val="37"/>
<w:lvlText w:val="%1、"/>
</w:lvl></w:listDef><w:list w:ilfo="1"><w:ilst w:val="0"/></w:list></w:lists>
<w:styles><w:style w:type="paragraph" w:styleId="T"><w:name w:val="toc 1"/></w:style></w:styles>
<w:body><wx:sect><wx:sub-section>
<w:p><w:pPr><w:pStyle w:val="T"/></w:pPr><w:r><w:t>目录行 1</w:t></w:r></w:p>
<w:p><w:pPr><w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/></w:listPr></w:pPr><w:r><w:t>现状</w:t></w:r></w:p>
<w:p><w:r><w:t>正文</w:t></w:r><aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>删</w:delText>
</w:r>
</aml:content></aml:annotation><aml:annotation w:type="Word.Insertion"><aml:content><w:r><w:t>插入</w:t></w:r>
</aml:content>
</aml:annotation><aml:annotation w:type="Word.Comment"><aml:content><w:p><w:r><w:t>批注</w:t></w:r></w:p></aml:content>
</aml:annotation><w:r><w:rPr><w:vanish/></w:rPr><w:t>暗</w:t></w:r>
<w:r><w:footnote><w:p><w:r><w:t>脚注</w:t></w:r></w:p>
</w:footnote></w:r><w:hlink w:dest="http://x"><w:r><w:t>链接。</w:t></w:r>
</w:hlink></w:p>
<w:tbl><w:tr><w:tc><w:tcPr><w:vmerge w:val="restart"/></w:tcPr><w:p><w:r><w:t>甲</w:t></w:r></w:p>
</w:tc><w:tc><w:p><w:r><w:t>乙</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:tcPr><w:vmerge/></w:tcPr><w:p/></w:tc>
<w:tc><w:p><w:r><w:t>丙</w:t></w:r></w:p></w:tc></w:tr></w:tbl>
</wx:sub-section>
<w:sectPr><w:hdr w:type="odd"><w:p><w:r><w:t>页眉</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body>
</w:wordDocument>"""


def test_word_2003_xml_with_numbers_changes_notes_and_tables(tmp_path: Path) -> None:
    text = read_bytes(XML_2003.encode(), tmp_path, "报告.doc")
    assert text.text.split("\n") == ["一、现状", "正文插入链接。", "脚注", "甲\t乙", "丙"]
    assert text.encoding == "doc（xml）"
