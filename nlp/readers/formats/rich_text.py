"""Rich text (.rtf), as Word, WPS and LibreOffice write it."""

from __future__ import annotations

import re
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.contents import without_contents
from nlp.readers.limits import load
from nlp.readers.rtf.reading import Reading
from nlp.readers.rtf.tokens import tokens_of
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file, with_unread

BULLET, NUMBER = re.compile(r"^[ \t]*[•–▪●○◦·][ \t]+"), re.compile(r"^[ \t]*([(（]?\w{1,3}[.)）、])\t\s*(?=\S)")
OCR = "图里如有文字，先做文字识别（OCR），或另找有文字的原件"


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a rich text."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if not kind.startswith("RTF"):
        raise UnreadableFile(f"不是 RTF 文件，其实是{kind}", "改回原来的扩展名，或用 Word、WPS 打开后另存为 .docx")
    return texts_of(raw, options)


def texts_of(raw: bytes, options: ReadOptions) -> list[SourceText]:
    """Read the bytes of a rich text."""
    reading = Reading(options.column_hints)
    try:
        lines = reading.lines(tokens_of(raw))
    except RecursionError as fault:
        raise UnreadableFile("RTF 文件嵌套过深", "用 Word 或 WPS 打开，另存为 .docx") from fault
    refuse_marked("".join(reading.heads).split("\n"), options)
    whole = [typed(line) for line in without_contents(list(map(joined, lines)))]
    text = "\n".join(whole)
    texts = whole_file(text, "rtf", options)
    return with_unread(texts, f"{reading.n_pages} 张整页的图片", OCR) if reading.n_pages else texts


def typed(line: str) -> str:
    """Take off the bullet of an item, and the tab behind its number, that a program wrote as text."""
    return NUMBER.sub(r"\1", BULLET.sub("", line))


def joined(line: str) -> str:
    """Join the halves of characters beyond the first plane, which RTF writes one by one."""
    return line.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace") if not line.isascii() else line
