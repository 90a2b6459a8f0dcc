"""E-mails (.eml): the files that are attached to them."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import Message

from nlp.base.errors import UnreadableFile
from nlp.readers.containers.member import MAX_MEMBERS, Member, way
from nlp.readers.containers.message import all_parts, body_of, file_name_of, parsed
from nlp.readers.source import ReadOptions

TYPES = {"message/rfc822": ".eml", "text/html": ".html", "text/plain": ".txt", "application/pdf": ".pdf"}


def unpack(raw: bytes, options: ReadOptions) -> Iterator[Member]:
    """Yield the attachments of a mail."""
    attached = [part for part in all_parts(parsed(raw.lstrip())) if is_attached(part)]
    if len(attached) > MAX_MEMBERS:
        raise UnreadableFile(f"邮件的附件太多：{len(attached)} 个", "把附件另存到文件夹里再读")
    for number, part in enumerate(attached, start=1):
        name = file_name_of(part) or f"附件{number}{TYPES.get(part.get_content_type(), '')}"
        yield Member(way(name.replace("/", "_")), whole(part))


def whole(part: Message) -> bytes:
    """Return the bytes of an attachment; of a mail within the mail, as it was sent."""
    inner = part.get_payload()
    if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner:
        return inner[0].as_bytes() if isinstance(inner[0], Message) else b""
    return body_of(part)


def is_attached(part: Message) -> bool:
    """Whether a part is a file of its own: named, or sent as one; a picture within the text is none."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        return True
    is_picture = part.get_content_maintype() == "image"
    disposition = (part.get_content_disposition() or "").lower()
    if is_picture and (disposition == "inline" or part.get("Content-ID")):
        return False
    return disposition == "attachment" or bool(part.get_filename())
