"""Whatever a folder of submitted files holds ends as a text, or as a row that says why not and what to do."""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from nlp.intake.discover import Found, discover
from nlp.intake.guard import Outcome, guarded
from nlp.intake.inputs import read_inputs
from nlp.readers import limits
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
SAID = "党建与业务两张皮，学归学、干归干。"
SECRET = "别处的机密内容"
Made = Callable[[Path, dict[str, Callable[..., bytes]]], object]


@dataclass(frozen=True)
class Read:
    """The file is read, and its text holds this."""

    part: str = SAID


@dataclass(frozen=True)
class Refused:
    """The file is a row of failures, and its reason holds this."""

    part: str


def raw(content: bytes) -> Made:
    """A file of these bytes."""
    return lambda path, build: path.write_bytes(content)


def text(content: str, encoding: str = "utf-8") -> Made:
    """A text file."""
    return raw(content.encode(encoding))


def cut(suffix: str, share: float = 0.6) -> Made:
    """A file that lost its end."""

    def make(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
        whole = build[suffix]([SAID] * 5)
        path.write_bytes(whole[: int(len(whole) * share)])

    return make


def of(suffix: str) -> Made:
    """A good file of another format than its name says."""
    return lambda path, build: path.write_bytes(build[suffix]([SAID]))


def remade(suffix: str, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None) -> Made:
    """An Office file with changed members."""

    def make(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
        with zipfile.ZipFile(io.BytesIO(build[suffix]([SAID]))) as old, zipfile.ZipFile(path, "w", 8) as new:
            for name in old.namelist():
                new.writestr(name, change(name, old.read(name)))
            for name, content in (extra or {}).items():
                new.writestr(name, content)

    return make


def same(name: str, content: bytes) -> bytes:
    return content


def swollen(name: str) -> Callable[[str, bytes], bytes]:
    """Sixty megabytes of blanks in one member, a thousand times the size they are packed in."""
    return lambda member, content: content + b" " * 60_000_000 if member == name else content


def declared(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """A Word file whose directory announces 600 MB."""
    content = build[".docx"]([SAID] * 50)
    at = content.rindex(b"PK\x01\x02")
    path.write_bytes(content[: at + 24] + struct.pack("<I", 600_000_000) + content[at + 28 :])


def lying(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """A workbook whose largest member says that it is small."""
    remade(".xlsx", swollen("xl/worksheets/sheet1.xml"))(path, build)
    content = path.read_bytes()
    size = next(i.file_size for i in zipfile.ZipFile(path).infolist() if i.filename == "xl/worksheets/sheet1.xml")
    path.write_bytes(content.replace(struct.pack("<I", size), struct.pack("<I", 900)))


def overlapping(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """A Word file with thousands of members that all lie on the same packed bytes."""
    remade(".docx", same, {"word/media/x.bin": bytes(9_000_000)})(path, build)
    content = path.read_bytes()
    start = content.index(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry = content[content.rindex(b"PK\x01\x02") : end]
    directory = content[start:end] + entry * 60
    n = content[start:end].count(b"PK\x01\x02") + 60
    ending = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, n, n, len(directory), start, 0)
    path.write_bytes(content[:start] + directory + ending)


def nested_zip(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """Zips in zips in a zip that is named .docx."""
    content = zlib.compress(bytes(1_000_000))
    for level in range(5):
        outer = io.BytesIO()
        with zipfile.ZipFile(outer, "w", 8) as archive:
            for n in range(9):
                archive.writestr(f"{level}-{n}.zip", content)
        content = outer.getvalue()
    path.write_bytes(content)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))


def with_entity(doctype: str) -> Made:
    """A Word file whose text is an entity."""

    def change(name: str, content: bytes) -> bytes:
        if name != "word/document.xml":
            return content
        body = re.sub(rb"<\?xml.*?\?>", b"", content).replace(SAID.encode(), b"&x;" + SAID.encode())
        return f'<?xml version="1.0"?><!DOCTYPE a [{doctype}]>'.encode() + body

    return lambda path, build: remade(".docx", change)(path, build)


def external(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """An entity that stands for a file outside."""
    (path.parent.parent / "别处.txt").write_text(SECRET, encoding="utf-8")
    with_entity(f'<!ENTITY x SYSTEM "{(path.parent.parent / "别处.txt").as_uri()}">')(path, build)


def deep_docx(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """Content controls in content controls."""

    def change(name: str, content: bytes) -> bytes:
        if name != "word/document.xml":
            return content
        opening, closing = b"<w:sdt><w:sdtContent>" * 50_000, b"</w:sdtContent></w:sdt>" * 50_000
        return content.replace(b"<w:p>", opening + b"<w:p>", 1).replace(b"</w:p>", b"</w:p>" + closing, 1)

    remade(".docx", change)(path, build)


def many_objects(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """A PDF of a million objects and without a table of their places, so that a reader must look for them."""
    objects = b"".join(b"%d 0 obj<</A %d 0 R>>endobj\n" % (n, n + 1) for n in range(10, 1_000_010))
    page = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page += b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R"
    page += b"/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    stream = b"BT /F 12 Tf 10 100 Td (" + b"learning stays learning and doing stays doing" + b") Tj ET"
    page += b"4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n" % (len(stream), stream)
    page += b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    path.write_bytes(b"%PDF-1.4\n" + page + objects + b"trailer<</Root 1 0 R/Size 1000010>>\n%%EOF")


def circular_pdf(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """A page tree that bites its tail."""
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>endobj\n"
        b"trailer<</Root 1 0 R/Size 3>>\n%%EOF"
    )


def sparse(n_bytes: int) -> Made:
    """A file that says it is large and takes no room on the disk."""

    def make(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
        with path.open("wb") as file:
            file.truncate(n_bytes)

    return make


def stray_cell(name: str, content: bytes) -> bytes:
    """A cell in the last row and column of a sheet."""
    if name != "xl/worksheets/sheet1.xml":
        return content
    cell = b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    return content.replace(b"</sheetData>", cell)


def far_cell(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """An old workbook whose second row is its last, and further right than Excel goes."""
    content, label = build[".xls"]([SAID]), struct.pack("<HHHH", 0x0204, 9 + 2 * len(SAID), 1, 0)
    path.write_bytes(content.replace(label, label[:4] + b"\xff\xff\xff\xff"))


def circle_of_sectors(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    """An old workbook whose allocation table leads from the first sector to itself."""
    content = build[".xls"]([SAID])
    path.write_bytes(content[:48] + bytes(464) + bytes(512) + content[1024:])


def link_to(target: str, hard: bool = False) -> Made:
    """A link to a file outside of the folder."""

    def make(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
        outside = path.parent.parent / target
        outside.write_text(SAID, encoding="utf-8")
        os.link(outside, path) if hard else path.symlink_to(outside)

    return make


def fifo(path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    os.mkfifo(path)


HTML_DEEP = "<div>" * 100_000 + SAID + "</div>" * 100_000
CASES = {
    "空文件.txt": (raw(b""), Refused("空的")),
    "空文件.docx": (raw(b""), Refused("空的")),
    "只有空白.txt": (text(" \n\u3000\n\t"), Refused("空的")),
    "截断.docx": (cut(".docx"), Refused("损坏")),
    "截断.xlsx": (cut(".xlsx"), Refused("损坏")),
    "截断.pdf": (cut(".pdf", 0.02), Refused("损坏")),
    "截断.doc": (cut(".doc", 0.2), Refused("读不出")),
    "截断.jsonl": (cut(".jsonl", 0.9), Refused("第 5 行")),
    "加密.docx": (lambda path, build: path.write_bytes(build["ole"]({"EncryptedPackage": b"x"})), Refused("有密码")),
    "加密.xlsx": (lambda path, build: path.write_bytes(build["ole"]({"EncryptedPackage": b"x"})), Refused("有密码")),
    "加密.doc": (lambda path, build: path.write_bytes(build["doc"]([SAID], 0x0100)), Refused("有密码")),
    "加密.pdf": (lambda path, build: path.write_bytes(build["加密"]()), Refused("有密码")),
    "扫描.pdf": (lambda path, build: path.write_bytes(build["扫描"]()), Refused("没有文字层")),
    "其实是文本.docx": (text(SAID), Refused("其实是纯文本")),
    "其实是表格.docx": (of(".xlsx"), Refused("其实是Excel")),
    "其实是网页.pdf": (of(".html"), Refused("其实是网页")),
    "其实是网页.txt": (of(".html"), Read()),
    "其实是旧文档.docx": (of(".doc"), Read()),
    "程序.txt": (raw(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 40), Refused("可执行程序")),
    "图片.html": (raw(b"\x89PNG\r\n\x1a\n" + bytes(range(256))), Refused("PNG")),
    "乱字节.csv": (raw(bytes((i * 7919 + i // 251) % 256 for i in range(20_000))), Refused("")),
    "未知类型.xyz": (text(SAID), Refused("不认识的文件类型")),
    "打包.zip": (nested_zip, Refused("压缩包不能直接读")),
    "炸弹.docx": (remade(".docx", swollen("word/document.xml")), Refused("疑似压缩炸弹")),
    "炸弹.xlsx": (remade(".xlsx", swollen("xl/worksheets/sheet1.xml")), Refused("疑似压缩炸弹")),
    "自报六百兆.docx": (declared, Refused("疑似压缩炸弹")),
    "谎报大小.xlsx": (lying, Refused("损坏")),
    "重叠.docx": (overlapping, Refused("疑似压缩炸弹")),
    "套娃.docx": (nested_zip, Refused("")),
    "外部实体.docx": (external, Refused("实体声明")),
    "十亿笑.docx": (with_entity(f'<!ENTITY l0 "哈">{LAUGHS}<!ENTITY x "&l11;">'), Refused("损坏")),
    "实体.html": (text(f'<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;{SAID}</p>'), Read()),
    "深.docx": (deep_docx, Refused("损坏")),
    "深.html": (text(HTML_DEEP), Refused("嵌套过深")),
    "深.jsonl": (text('{"text": ' + "[" * 100_000 + "]" * 100_000 + "}"), Refused("不是 JSON 对象")),
    "百万对象.pdf": (many_objects, Read("doing")),
    "环形.pdf": (circular_pdf, Refused("")),
    "一个远处的单元格.xlsx": (remade(".xlsx", stray_cell), Refused("表格范围太大")),
    "一个远处的单元格.xls": (far_cell, Refused("表格范围太大")),
    "绕圈的扇区.xls": (circle_of_sectors, Refused("损坏")),
    "五百兆一行.txt": (sparse(500_000_000), Refused("文件太大：500 MB")),
    "五百兆.docx": (sparse(500_000_000), Refused("文件太大：500 MB")),
    "六十兆一行.txt": (sparse(60_000_000), Refused("有一行太长：60 MB")),
    "六百万字一篇.md": (text("党" * 6_000_000), Refused("一篇太长")),
    "六十万行.txt": (text("甲\n" * 600_000), Refused("行和句太多")),
    "一行里六十万条.md": (text("一是乱；二是散；" * 300_000), Refused("行和句太多")),
    "坏字节.txt": (raw(SAID.encode() * 50 + b"\xff\xfe\xff" + SAID.encode() * 50), Read()),
    "坏编码.txt": (raw(bytes(range(128, 256)) * 50), Refused("")),
    "两种编码.txt": (raw((SAID + "\n").encode() * 9 + (SAID + "\n").encode("gb18030") * 9), Read()),
    "零字节.txt": (text(SAID * 9 + "\x00" * 30 + SAID), Read()),
    "孤代理.txt": (raw(SAID.encode() * 9 + b"\xed\xa0\x80" + SAID.encode()), Read()),
    "孤代理.jsonl": (text('{"text": "\\ud800' + SAID + '"}'), Read()),
    "从右到左.txt": (text("党建\u202e与业\u2066务\u2069" + SAID), Read("党建与业务" + SAID)),
    "从右到左\u202egpj.txt": (text(SAID), Read()),
    "链接到外面.txt": (link_to("外面的.txt"), Refused("链接指向输入文件夹之外")),
    "硬链接到外面.txt": (link_to("外面的硬.txt", hard=True), Read()),
    "管道.txt": (fifo, Refused("不是普通文件")),
    "名字里有\n换行.txt": (text(SAID), Read()),
    "名字里有😀表情.txt": (text(SAID), Read()),
    "甲/同名.txt": (text(SAID + "甲"), Read(SAID + "甲")),
    "乙/同名.txt": (text(SAID + "乙"), Read(SAID + "乙")),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory, builders: dict[str, Callable[..., bytes]]) -> dict[str, Outcome]:
    """Everything at once in one folder, read as one batch; by its name as it was written."""
    folder = tmp_path_factory.mktemp("输入") / "报送"
    for name, (make, _) in CASES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        make(folder / name, builders)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")  # no converter, which would take long
        return {each.found.path.relative_to(folder).as_posix(): each for each in guarded(discover([folder]), OPTIONS)}


@pytest.mark.parametrize(("name", "expected"), [pytest.param(n, e, id=ascii(n)) for n, (_, e) in CASES.items()])
def test_a_bad_input_ends_as_a_text_or_as_a_row(
    name: str, expected: Read | Refused, outcomes: dict[str, Outcome]
) -> None:
    outcome = outcomes[name]
    if isinstance(expected, Read):
        assert outcome.fault is None, outcome.fault
        whole = "".join(each.text for each in outcome.texts)
        assert expected.part in whole
        assert SECRET not in whole
        assert not re.search("[\x00-\x08\ud800-\udfff\u202a-\u202e]", whole)
        return
    assert outcome.fault is not None
    assert expected.part in outcome.fault.reason
    for said in (outcome.fault.reason, outcome.fault.fix):
        assert re.search("[一-龥]{2}", said)
        assert "读取时出错" not in said
        assert "意外中止" not in said


def test_every_name_is_its_own_and_printable(outcomes: dict[str, Outcome]) -> None:
    shown = [each.found.source for each in outcomes.values()]
    assert len(set(shown)) == len(CASES)
    assert {"甲/同名.txt", "乙/同名.txt"} <= set(shown)
    assert not any(re.search("[\x00-\x1f\ud800-\udfff]", source) for source in shown)


def test_a_file_that_vanishes_is_a_row(tmp_path: Path) -> None:
    for name in ("甲.txt", "乙.docx"):
        (tmp_path / name).write_text(SAID, encoding="utf-8")
    found = discover([tmp_path])
    for each in found:
        each.path.unlink()
    assert [each.fault.reason for each in guarded(found, OPTIONS) if each.fault] == ["文件不存在"] * 2


def test_a_file_that_becomes_a_pipe_is_a_row(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    os.mkfifo(path)
    (outcome,) = guarded([Found(path, "甲.txt")], OPTIONS)  # found while it was a file
    assert outcome.failures[0][1] == "不是普通文件"


def test_a_file_that_may_not_be_read_is_a_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(SAID, encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser may read everything: the system's answer is put in its place

        def refused(*arguments: object, **more: object) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(limits, "open_at_once", refused)
    _, failures = read_inputs([path], OPTIONS)
    assert failures["reason"].tolist() == ["没有读取权限"]


@pytest.mark.parametrize("change", [pytest.param("a", id="变长"), pytest.param("w", id="重写")])
def test_a_file_that_changes_while_it_is_read_is_a_row(
    change: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(SAID, encoding="utf-8")
    read = limits.read_at_most

    def slowly(file: io.FileIO, n_bytes: int) -> bytes:
        content = read(file, n_bytes)
        with path.open(change, encoding="utf-8") as other:
            other.write("又写了一句。")
        return content

    monkeypatch.setattr(limits, "read_at_most", slowly)
    _, failures = read_inputs([path], OPTIONS)
    assert failures["reason"].tolist() == ["文件在读取时变了，可能正在写入"]


def test_a_text_of_allowed_size_is_read_within_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "长.txt"
    lines = OPTIONS.max_chars // (len(SAID) + 1)
    path.write_text((SAID + "\n") * lines, encoding="utf-8")
    (outcome,) = guarded(discover([path]), OPTIONS)
    assert len(outcome.texts[0].text) == (len(SAID) + 1) * lines - 1
