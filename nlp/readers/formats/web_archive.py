"""Saved web pages in one file (.mht .mhtml): the page itself, without its pictures, style sheets and frames."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.formats import html
from nlp.readers.limits import DAMAGED_FIX, load
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText

PAGES = ("text/html", "application/xhtml+xml")
MAX_PARTS = 20_000


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


def parsed(raw: bytes) -> Message:
    """Take a message apart. Raises UnreadableFile for parts in parts without end."""
    try:
        return message_from_bytes(raw, policy=compat32)
    except RecursionError as fault:
        raise UnreadableFile("嵌套过深，可能是恶意文件", "确认来源可靠；用原程序打开，把正文另存为 .txt") from fault


def all_parts(message: Message) -> list[Message]:
    """Return the parts of a message that hold no others, in order, without recursion."""
    found: list[Message] = []
    waiting = [message]
    while waiting and len(found) < MAX_PARTS:
        part = waiting.pop()
        inner = part.get_payload()
        if part.is_multipart() and isinstance(inner, list):
            waiting.extend(each for each in reversed(inner) if isinstance(each, Message))
        else:
            found.append(part)
    return found


def body_of(part: Message) -> bytes:
    """Return the bytes of a part, whatever it was coded in for the way."""
    body = part.get_payload(decode=True)
    return body if isinstance(body, bytes) else b""


def charset_of(part: Message) -> str | None:
    """Return the encoding that a part says it is in."""
    named = part.get_param("charset")
    return re.sub(r"[^\w-]", "", named) if isinstance(named, str) else None
