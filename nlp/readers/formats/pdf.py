"""PDF files that have a text layer: lines by their place on the page, joined into paragraphs (``pdf_layout``)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import score
from nlp.readers.formats.pdf_layout import Line, paragraphs, without_running_lines
from nlp.readers.limits import DAMAGED_FIX, load
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file

READABLE = 0.4  # least score of a text layer that is not garbled
GAP, MAX_GAP = "\x1f", 0.8  # a space pdfium saw in the layout; up to this share of the type it is no space
OPENING = "“‘（《〈【〔「『"
MIN_HAN = 3  # characters that tell the size of a line's type
MIN_PAGE_CHARS = 10  # a page with fewer characters and a picture is a scan
OCR = "先做文字识别（OCR），存成带文字层的 PDF 或 .txt；或向报送单位要 Word 原件"


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a PDF."""
    raw = load(path, options)
    kind = what_it_is(raw)
    if kind != "PDF 文件":
        raise UnreadableFile(f"不是 PDF，其实是{kind or '别的文件'}", "改回原来的扩展名，或重新导出 PDF")
    pages, scanned = load_pages(raw, options)
    lines = [line for page in pages for line in page]
    refuse_unreadable(lines, scanned)
    refuse_marked((line.text for line in lines), options)  # before running heads, which may be the mark, are left out
    text = "\n".join(paragraphs(without_running_lines(pages)))
    note = f"（第 {'、'.join(map(str, scanned[:20]))} 页没有文字层，未读入）" if scanned else ""
    return whole_file(text, f"pdf{note}", options)


def refuse_unreadable(lines: list[Line], scanned: list[int]) -> None:
    """Refuse a scan, and a text layer whose characters mean nothing."""
    text = "".join(line.text for line in lines)
    if scanned and len(text) < MIN_PAGE_CHARS * len(scanned):
        raise UnreadableFile("没有文字层（扫描件）", OCR)
    if len(text) >= MIN_PAGE_CHARS and score(text) < READABLE:
        raise UnreadableFile("文字层是乱码（字体没有编码表）", OCR)


def load_pages(raw: bytes, options: ReadOptions) -> tuple[list[list[Line]], list[int]]:
    """Return the lines of every page, and the numbers of the pages that are only pictures."""
    import pypdfium2
    from pypdfium2 import PdfiumError

    pages: list[list[Line]] = []
    scanned: list[int] = []
    n_chars = 0
    try:
        with pypdfium2.PdfDocument(raw) as document:
            for number in range(1, len(document) + 1):
                page = document[number - 1]
                lines = page_lines(page, number)
                length = sum(len(line.text) for line in lines)
                if length < MIN_PAGE_CHARS and has_picture(page):
                    scanned.append(number)
                page.close()
                pages.append(lines)
                if (n_chars := n_chars + length) > options.max_text_chars:
                    raise UnreadableFile(f"文字太多，超过 {options.max_text_chars} 字", "拆成几个较小的文件再读")
    except PdfiumError as fault:
        if "password" in str(fault).lower():
            raise UnreadableFile("文件有密码", "去掉密码另存一份，再读") from fault
        raise UnreadableFile("PDF 已损坏或不完整", DAMAGED_FIX) from fault
    return pages, scanned


def has_picture(page: Any) -> bool:
    """Tell whether a page shows a picture."""
    import pypdfium2.raw as pdfium

    return any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3))


def page_lines(page: Any, number: int) -> list[Line]:
    """Return the lines of a page, in the order pdfium reads them, with their places in points."""
    textpage = page.get_textpage()
    try:
        height, bottom = page.get_height(), page.get_bbox()[1]
        return [line_of(chars, number, height, bottom) for chars in split_lines(textpage)]
    finally:
        textpage.close()


Char = tuple[str, float, float, float, float]  # the character; left, right, bottom, top


def split_lines(textpage: Any) -> Iterator[list[Char]]:
    """Yield the printed characters line by line; spaces stay only between characters."""
    line: list[Char] = []
    for char in characters(textpage):
        if char[0] not in "\r\n":
            line.append(char)
        elif any(each[0].strip() for each in line):
            yield stripped(line)
            line = []
        else:
            line = []
    if any(each[0].strip() for each in line):
        yield stripped(line)


def stripped(line: list[Char]) -> list[Char]:
    """Take the blanks off both ends of a line."""
    printed = [at for at, char in enumerate(line) if char[0].strip()]
    return line[printed[0] : printed[-1] + 1]


def characters(textpage: Any) -> Iterator[Char]:
    """Yield every character with its box; pdfium marks the end of a line by characters of its own."""
    import pypdfium2.raw as pdfium

    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for at in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(textpage, at)
        if 0xD800 <= code < 0xE000 or code > 0x10FFFF or code in (0, 0xFFFE):
            continue  # half of a pair, or a character that is not one
        sign = "-" if code == 2 else chr(code)  # 2 is pdfium's hyphen at the end of a line
        if sign == " " and pdfium.FPDFText_IsGenerated(textpage, at) == 1:
            sign = GAP
        pdfium.FPDFText_GetCharBox(textpage, at, left, right, bottom, top)
        yield sign.translate(radicals()), left.value, right.value, bottom.value, top.value


def line_of(chars: list[Char], page: int, height: float, page_bottom: float) -> Line:
    """Put characters together to a line."""
    boxes = [char for char in chars if char[0].strip()]
    bottom, size = min(char[3] for char in boxes), type_size(boxes)
    text = "".join(
        each for at, char in enumerate(chars) if (each := printed(chars, at, size) if char[0] == GAP else char[0])
    )
    blank = size / 2 if text[0] in OPENING else 0.0  # these signs fill the right half of their square
    return Line(
        text=text,
        page=page,
        left=boxes[0][1] - blank,
        right=max(char[2] for char in boxes),
        bottom=bottom,
        size=size,
        height=(bottom - page_bottom) / height if height else 0.5,
    )


def printed(chars: list[Char], at: int, size: float) -> str:
    """Return what a gap without a space in the file means: nothing where a program only set 2024 off from 年."""
    before, after = chars[at - 1], chars[at + 1]
    narrow = after[1] - before[2] < size * MAX_GAP
    return "" if narrow and (before[0] > "\u2e7f" or after[0] > "\u2e7f") else " "


def type_size(boxes: list[Char]) -> float:
    """Return the size of the Chinese type in a line, which letters and signs would belittle; 0 where there is none."""
    sizes = [max(right - left, top - bottom) for char, left, right, bottom, top in boxes if "一" <= char <= "龥"]
    return median(sizes) if len(sizes) >= MIN_HAN else 0.0


@lru_cache(maxsize=1)
def radicals() -> dict[int, str]:
    """Map the radicals that many PDF writers put for characters (⼀ for 一) to the characters."""
    import unicodedata

    blocks = (*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6))
    return {code: folded for code in blocks if (folded := unicodedata.normalize("NFKC", chr(code))) != chr(code)}
