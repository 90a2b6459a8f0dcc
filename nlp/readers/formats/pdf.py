"""PDF files that have a text layer, read by what stands where on the page (see ``nlp.readers.printed``)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import score
from nlp.readers.formats.pdf_objects import page_of
from nlp.readers.limits import DAMAGED_FIX, load
from nlp.readers.printed.page import Page
from nlp.readers.printed.reading import read_pages
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file

READABLE = 0.4  # least score of a text layer that is not garbled
MIN_PAGE_CHARS = 10  # a page with fewer characters and a picture is a scan
OCR = "先做文字识别（OCR），存成带文字层的 PDF 或 .txt；或向报送单位要 Word 原件"


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a PDF."""
    raw = load(path, options)
    kind = what_it_is(raw)
    if kind != "PDF 文件":
        raise UnreadableFile(f"不是 PDF，其实是{kind or '别的文件'}", "改回原来的扩展名，或重新导出 PDF")
    pages = load_pages(raw, options)
    scanned = [page.number for page in pages if is_scan(page)]
    refuse_unreadable(pages, scanned)
    reading = read_pages(pages, options.column_hints)
    # The lines as printed: running heads and watermarks, which are no part of the text, may be the mark.
    refuse_marked([*reading.first_lines, *reading.marks], options)
    note = f"（第 {'、'.join(map(str, scanned[:20]))} 页没有文字层，未读入）" if scanned else ""
    return whole_file("\n".join(reading.paragraphs), f"pdf{note}", options)


def is_scan(page: Page) -> bool:
    """Tell a page that is only a picture."""
    return bool(page.pictures) and sum(bool(glyph.char.strip()) for glyph in page.glyphs) < MIN_PAGE_CHARS


def refuse_unreadable(pages: Sequence[Page], scanned: Sequence[int]) -> None:
    """Refuse a scan, and a text layer whose characters mean nothing."""
    text = "".join(glyph.char for page in pages for glyph in page.glyphs)
    if scanned and len(text) < MIN_PAGE_CHARS * len(scanned):
        raise UnreadableFile("没有文字层（扫描件）", OCR)
    if len(text) >= MIN_PAGE_CHARS and score(text) < READABLE:
        raise UnreadableFile("文字层是乱码（字体没有编码表）", OCR)


def load_pages(raw: bytes, options: ReadOptions) -> list[Page]:
    """Return what stands on every page."""
    import pypdfium2
    from pypdfium2 import PdfiumError

    pages: list[Page] = []
    n_chars = 0
    try:
        with pypdfium2.PdfDocument(raw) as document:
            for number in range(1, len(document) + 1):
                page = document[number - 1]
                pages.append(page_of(page, number))
                page.close()
                if (n_chars := n_chars + len(pages[-1].glyphs)) > options.max_text_chars:
                    raise UnreadableFile(f"文字太多，超过 {options.max_text_chars} 字", "拆成几个较小的文件再读")
    except PdfiumError as fault:
        if "password" in str(fault).lower():
            raise UnreadableFile("文件有密码", "去掉密码另存一份，再读") from fault
        raise UnreadableFile("PDF 已损坏或不完整", DAMAGED_FIX) from fault
    return pages
