"""OpenDocument texts (.odt .ott .fodt), as LibreOffice and WPS write them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.contents import without_contents
from nlp.readers.limits import DAMAGED_FIX, check_zip, load
from nlp.readers.opendocument.content import Body, deletions, hidden_styles
from nlp.readers.opendocument.names import DRAW, OFFICE, STYLE, TABLE, TEXT, Xml
from nlp.readers.opendocument.numbering import Lists
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file, with_unread

MAX_XML_BYTES = 80_000_000  # as a tree it takes some ten times its size in memory
PICTURE_DATA = re.compile(rb"<office:binary-data>[^<]*</office:binary-data>")
LENGTH = re.compile(r"([\d.]{1,12})(cm|mm|in|pt|pc|px)")
CENTIMETRES = {"cm": 1.0, "mm": 0.1, "in": 2.54, "pt": 2.54 / 72, "pc": 2.54 / 6, "px": 2.54 / 96}
PAGE_WIDTH, PAGE_HEIGHT = 14.0, 10.0  # centimetres from which a picture may be a page of text
OCR = "先做文字识别（OCR），存成 .txt 或 Word 文档再读；或向报送单位要有文字的原件"


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read an OpenDocument text, packed or as one XML file."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if not kind.startswith(("OpenDocument 文", "ZIP")):
        raise UnreadableFile(
            f"不是 OpenDocument 文档，其实是{kind}", "改回原来的扩展名，或用 LibreOffice、WPS 打开后另存为 .docx"
        )
    parts = parts_of(raw, options) if raw.startswith(b"PK") else [PICTURE_DATA.sub(b"", raw)]
    roots = [parsed(part) for part in parts]
    text = next((body for root in roots for body in root.iter(OFFICE + "text")), None)
    if text is None:
        raise UnreadableFile("OpenDocument 文档没有正文部分", DAMAGED_FIX)
    refuse_marked(head_lines(roots), options)
    body = Body(Lists(roots), hidden_styles(roots), options.column_hints, deleted=deletions(text))
    lines = list(body.blocks(text))
    texts = whole_file("\n".join(without_contents(lines)), path.suffix.lower()[1:], options)
    pictures = sum(map(is_page, text.iter(DRAW + "frame")))
    return with_unread(texts, f"{pictures} 张整页的图片没有读", OCR) if pictures else texts


def parts_of(raw: bytes, options: ReadOptions) -> list[bytes]:
    """Return the content and the styles of a packed document."""
    members = {member.filename: member for member in check_zip(raw, options)}
    if "content.xml" not in members:
        raise UnreadableFile("不是完整的 OpenDocument 文档，缺少正文部分", DAMAGED_FIX)
    wanted = [name for name in ("content.xml", "styles.xml") if name in members]
    if any(members[name].file_size > MAX_XML_BYTES for name in wanted):
        raise UnreadableFile("文档正文太大", "拆成几个较小的文件再读")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in members else b""
            if b"encryption-data" in manifest:
                raise UnreadableFile("文件有密码", "去掉密码另存一份，再读")
            return [archive.read(name) for name in wanted]
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, NotImplementedError, OSError) as fault:
        raise UnreadableFile("文件已损坏或不完整", DAMAGED_FIX) from fault


def parsed(xml: bytes) -> Xml:
    """Parse one part; entities are neither declared nor followed. Raises UnreadableFile."""
    from lxml import etree  # type: ignore[import-untyped]

    if len(xml) > MAX_XML_BYTES:
        raise UnreadableFile("文档正文太大", "拆成几个较小的文件再读")
    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.LxmlError, ValueError) as fault:
        raise UnreadableFile("OpenDocument 文档已损坏", DAMAGED_FIX) from fault
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableFile("文档里有实体声明（DTD），可能是恶意文件", "用 LibreOffice 或 WPS 打开、另存一份，再读")
    return root


def head_lines(roots: list[Xml]) -> Iterator[str]:
    """Yield the lines of page headers and footers, which are no part of the text but may carry a secrecy mark."""
    for root in roots:
        for page in root.iter(STYLE + "master-page"):
            for paragraph in page.iter(TEXT + "p"):
                yield "".join(paragraph.itertext())


def is_page(frame: Xml) -> bool:
    """Whether a frame holds a picture as large as a page of text, and no text box."""
    sizes = [
        centimetres(frame.get(f"{{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}}{side}"))
        for side in ("width", "height")
    ]
    has_text = next(frame.iter(DRAW + "text-box", TABLE + "table"), None) is not None
    return (
        frame.find(DRAW + "image") is not None and not has_text and sizes[0] >= PAGE_WIDTH and sizes[1] >= PAGE_HEIGHT
    )


def centimetres(length: str | None) -> float:
    """Return a length in centimetres; 0 for one that is none."""
    found = LENGTH.fullmatch(length or "")
    try:
        return float(found.group(1)) * CENTIMETRES[found.group(2)] if found else 0.0
    except ValueError:
        return 0.0
