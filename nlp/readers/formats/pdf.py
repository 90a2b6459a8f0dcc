"""PDF files that have a text layer, read by what stands where on the page (see ``nlp.readers.printed``)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import score
from nlp.readers.formats.pdf_objects import page_of
from nlp.readers.limits import DAMAGED_FIX, load
from nlp.readers.printed.page import Page
from nlp.readers.printed.reading import MIN_PAGE_CHARS, Reading, read_pages
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, by_machine, whole_file, with_unread

READABLE = 0.4  # least score of a text layer that is not garbled
MOST_NAMED = 20  # pages
OCR = "加 --ocr 由本机识别，或先做文字识别（OCR）存成带文字层的 PDF；或向报送单位要 Word 原件"
DOTS = 200  # per inch, at which a page is drawn to be recognised
LONGEST_SIDE = 3000  # pixels


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a PDF."""
    raw = load(path, options)
    kind = what_it_is(raw)
    if kind != "PDF 文件":
        raise UnreadableFile(f"不是 PDF，其实是{kind or '别的文件'}", "改回原来的扩展名，或重新导出 PDF")
    pages = load_pages(raw, options)
    reading = read_pages(pages, options.column_hints)
    scanned = scanned_of(pages, reading)
    n_recognised = recognise(raw, pages, scanned, options) if options.ocr and scanned else 0
    if n_recognised:
        reading = read_pages(pages, options.column_hints)
        scanned = scanned_of(pages, reading)
    refuse_unreadable("".join(reading.paragraphs), scanned)
    # The lines as printed: running heads and watermarks, which are no part of the text, may be the mark.
    refuse_marked([*reading.printed, *reading.marks], options)
    texts = whole_file("\n".join(reading.paragraphs), "pdf", options)
    texts = by_machine(texts) if n_recognised else texts
    return with_unread(texts, f"{named(scanned)}没有文字层", OCR) if scanned else texts


def scanned_of(pages: Sequence[Page], reading: Reading) -> list[int]:
    """Return the numbers of the pages that show something and say nothing."""
    return [page.number for page in pages if page.number in reading.blank and page.shows_more]


def recognise(raw: bytes, pages: list[Page], scanned: Sequence[int], options: ReadOptions) -> int:
    """Put what can be recognised of scanned pages in their place; return how many of them were."""
    import pypdfium2

    from nlp.readers.recognition.placing import page_of as placed
    from nlp.readers.recognition.recognizer import Recognizer

    n_recognised = 0
    with pypdfium2.PdfDocument(raw) as document, Recognizer(options) as recognizer:
        for number in scanned:
            seen = recognizer.read(picture_of(document[number - 1]))
            if seen is not None and seen.lines:
                pages[number - 1] = placed(seen, number, pages[number - 1].edge.height)
                n_recognised += 1
    return n_recognised


def picture_of(page: Any) -> bytes:
    """Draw a page."""
    scale = min(DOTS / 72, LONGEST_SIDE / max(*page.get_size(), 1.0))
    drawn = io.BytesIO()
    page.render(scale=scale).to_pil().save(drawn, "PNG", compress_level=1)
    page.close()
    return drawn.getvalue()


def named(pages: Sequence[int]) -> str:
    """Name pages, the first of many, and say how many they are.

    >>> named([3]), named([2, 3, 7])
    ('第 3 页', '第 2、3、7 页（共 3 页）')
    """
    first = "、".join(map(str, pages[:MOST_NAMED])) + (" 等" if len(pages) > MOST_NAMED else "")
    return f"第 {first} 页" + (f"（共 {len(pages)} 页）" if len(pages) > 1 else "")


def refuse_unreadable(text: str, scanned: Sequence[int]) -> None:
    """Refuse a scan, and a text layer whose characters mean nothing."""
    if scanned and len(text) < MIN_PAGE_CHARS * len(scanned):
        raise UnreadableFile(f"{named(scanned)}没有文字层（扫描件）", OCR)
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
