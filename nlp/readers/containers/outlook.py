"""Mails of Outlook (.msg): subject, text and attachments by the property streams of the container ([MS-OXMSG])."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from nlp.base.errors import UnreadableFile
from nlp.readers.containers.member import MAX_MEMBERS, Member, way
from nlp.readers.encoding import decode
from nlp.readers.limits import DAMAGED_FIX
from nlp.readers.source import ReadOptions

SUBJECT, BODY, HTML, RICH_TEXT = "0037", "1000", "1013", "1009"  # properties of a mail
LONG_NAME, SHORT_NAME, DATA = "3707", "3704", "3701"  # of an attachment
UNICODE, BYTES, BINARY = "001F", "001E", "0102"  # how a property is held
ATTACHMENT = "__attach_version1.0_#"


@contextmanager
def opened(raw: bytes) -> Iterator[Any]:
    """Open the container. Raises UnreadableFile for a broken one."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            yield ole
    except (MemoryError, UnreadableFile):
        raise
    except Exception as fault:  # olefile raises whatever a broken container provokes
        raise UnreadableFile("邮件已损坏或不完整", DAMAGED_FIX) from fault


def unpack(raw: bytes, options: ReadOptions) -> Iterator[Member]:
    """Yield the attachments of a mail."""
    with opened(raw) as ole:
        folders = sorted({entry[0] for entry in ole.listdir() if entry[0].lower().startswith(ATTACHMENT)})
        members = [attachment(ole, folder, number) for number, folder in enumerate(folders[:MAX_MEMBERS], start=1)]
    yield from members


def attachment(ole: Any, folder: str, number: int) -> Member:
    """Return one attachment."""
    name = way((said(ole, LONG_NAME, folder) or said(ole, SHORT_NAME, folder) or f"附件{number}").replace("/", "_"))
    data = stream(ole, DATA + BINARY, folder)
    if data is None:  # another mail, or an object of another program
        return Member(name, fault=UnreadableFile("附件是另一封邮件或对象，没有读", "在 Outlook 里把它另存为文件，再读"))
    return Member(name, data)


def said(ole: Any, code: str, folder: str = "") -> str:
    """Return a property that is text; empty if it is not there."""
    if raw := stream(ole, code + UNICODE, folder):
        return raw.decode("utf-16-le", "replace").strip("\x00")
    raw = stream(ole, code + BYTES, folder)
    return decode(raw).text.strip("\x00") if raw and raw.strip(b"\x00 \r\n") else ""


def stream(ole: Any, code: str, folder: str = "") -> bytes | None:
    """Return the stream of a property; ``None`` if it is not there."""
    path = [folder, f"__substg1.0_{code}"] if folder else [f"__substg1.0_{code}"]
    return bytes(ole.openstream(path).read()) if ole.exists("/".join(path)) else None
