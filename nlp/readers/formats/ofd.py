"""OFD files (GB/T 33190), the fixed layout of official documents: read by what stands where, as PDF files are."""

from __future__ import annotations

import re
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.formats.pdf import OCR, named, refuse_unreadable
from nlp.readers.limits import load
from nlp.readers.ofd.glyphs import cropped, page_of
from nlp.readers.ofd.package import Package
from nlp.readers.printed.reading import read_pages
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file, with_unread

SET_OFF = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])")  # 2024 年: only set so


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read an OFD file."""
    raw = load(path, options)
    kind = what_it_is(raw) or "别的文件"
    if not kind.startswith(("OFD", "ZIP")):
        raise UnreadableFile(f"不是 OFD 文件，其实是{kind}", "改回原来的扩展名，或用阅读器导出成 PDF")
    pages = [page_of(parts, number) for number, parts in enumerate(Package(raw, options).pages(), start=1)]
    cropped(pages)
    reading = read_pages(pages, options.column_hints)
    scanned = [page.number for page in pages if page.number in reading.blank and page.shows_more]
    refuse_unreadable("".join(reading.paragraphs), scanned)
    refuse_marked([*reading.printed, *reading.marks], options)
    texts = whole_file("\n".join(SET_OFF.sub("", each) for each in reading.paragraphs), "ofd", options)
    return with_unread(texts, f"{named(scanned)}没有文字层", OCR) if scanned else texts
