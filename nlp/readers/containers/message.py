"""The parts of an Internet message, however deep: headers in words, bodies in bytes."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.policy import compat32

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import decode

MAX_PARTS = 20_000
NAMED = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs"}


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
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
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


def words_of(header: object) -> str:
    """Write out a header: coded words decoded, also such as were cut within a character, and bare bytes of GBK."""
    try:
        pieces = decode_header(header)  # type: ignore[arg-type]
    except Exception:  # email raises whatever a broken coded word provokes; the header is then read as it is
        pieces = [(str(header), None)]
    said = "".join(text_of(piece, charset) for piece, charset in pieces)
    return " ".join(said.split())


def text_of(piece: bytes | str, charset: str | None) -> str:
    """Decode one piece of a header."""
    raw = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
    name = (charset or "").lower()
    try:
        return raw.decode(NAMED.get(name, name)) if name and name != "unknown-8bit" else raw.decode("utf-8")
    except (LookupError, UnicodeDecodeError):
        try:
            return raw.decode("gb18030")
        except UnicodeDecodeError:
            return raw.decode("latin-1")


def file_name_of(part: Message) -> str:
    """Return the name of an attachment; empty for a part that has none."""
    named = part.get_filename()
    return words_of(named) if named else ""


def plain_text(part: Message) -> str:
    """Return the text of a part of plain text."""
    raw = body_of(part)
    return decode(raw, declared=charset_of(part)).text if raw.strip() else ""
