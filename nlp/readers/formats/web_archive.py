"""Saved web pages in one file (.mht .mhtml): the page itself, without its pictures, style sheets and frames."""

from __future__ import annotations

from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.containers.message import all_parts, body_of, charset_of, parsed
from nlp.readers.formats import html
from nlp.readers.limits import DAMAGED_FIX, load
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText

PAGES = ("text/html", "application/xhtml+xml")


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a saved page; a plain web page under this name is read as what it is."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if kind.startswith("网页"):
        return html.texts_of(raw, options)
    if not kind.startswith(("MHT", "电子邮件")):
        raise UnreadableFile(f"不是网页归档，其实是{kind}", "改回原来的扩展名，或在浏览器中另存为“仅 HTML”")
    return texts_of(raw, options)


def texts_of(raw: bytes, options: ReadOptions) -> list[SourceText]:
    """Read the page of an archive: of several pages, the first one that has any text."""
    fault: UnreadableFile | None = None
    for page, charset in pages_of(raw.lstrip()):
        try:
            return html.texts_of(page, options, charset)
        except UnreadableFile as empty:
            if "空的" not in empty.reason:
                raise
            fault = fault or empty
    raise fault or UnreadableFile("网页归档里没有网页，或已损坏", DAMAGED_FIX)


def pages_of(raw: bytes) -> list[tuple[bytes, str | None]]:
    """Return the web pages of an archive with the encodings it says they are in; first the one that it names."""
    message = parsed(raw)
    parts = [part for part in all_parts(message) if part.get_content_type() in PAGES]
    root = message.get_param("start")
    named = [part for part in parts if root and part.get("Content-ID", "").strip() == root]
    ordered = [*named, *(part for part in parts if part not in named)]
    return [(body_of(part), charset_of(part)) for part in ordered]
