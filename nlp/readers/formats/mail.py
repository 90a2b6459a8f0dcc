"""E-mails (.eml .msg): what they say; the files attached to them are inputs of their own (see ``containers``)."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.containers import outlook
from nlp.readers.containers.mail import is_attached
from nlp.readers.containers.message import all_parts, body_of, charset_of, parsed, plain_text, words_of
from nlp.readers.containers.packed_rtf import unpacked
from nlp.readers.formats import html, rich_text, web_archive
from nlp.readers.limits import load
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file

ANSWERED = re.compile(r"^\s*(?:(?:re|fw|fwd|答复|回复|转发|转)\s*[:：]\s*)+", re.IGNORECASE)
EMPTY = UnreadableFile("邮件里没有正文", "确认邮件里有文字；附件已另行读入")


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read the text of a mail, its subject as the title; a saved web page under this name is read as what it is."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if kind.startswith("MHT"):
        return web_archive.texts_of(raw, options)
    if kind.startswith("Outlook"):
        return of_outlook(raw, options)
    if not kind.startswith("电子邮件"):
        raise UnreadableFile(f"不是电子邮件，其实是{kind}", "改回原来的扩展名，再读")
    return of_message(raw, options)


def of_message(raw: bytes, options: ReadOptions) -> list[SourceText]:
    """Read an Internet message: its plain text, or where it has none its web page."""
    message = parsed(raw.lstrip())
    parts = [part for part in all_parts(message) if not is_attached(part)]
    plain = "\n\n".join(filter(str.strip, (plain_text(part) for part in parts if is_of(part, "text/plain"))))
    pages = [part for part in parts if is_of(part, "text/html")]
    if plain.strip() or not pages:
        return titled(text_only(plain, options), words_of(message.get("Subject", "")), options)
    texts = html.texts_of(body_of(pages[0]), options, charset_of(pages[0]))
    return titled([replace(texts[0], encoding="eml")], words_of(message.get("Subject", "")), options)


def is_of(part: Message, kind: str) -> bool:
    """Whether a part is of a kind of content."""
    return part.get_content_type() == kind


def of_outlook(raw: bytes, options: ReadOptions) -> list[SourceText]:
    """Read a mail of Outlook: its plain text, or its web page, or its rich text."""
    with outlook.opened(raw) as ole:
        subject, plain = outlook.said(ole, outlook.SUBJECT), outlook.said(ole, outlook.BODY)
        page = outlook.stream(ole, outlook.HTML + outlook.BINARY) or outlook.said(ole, outlook.HTML).encode()
        rich = unpacked(outlook.stream(ole, outlook.RICH_TEXT + outlook.BINARY) or b"")
    if plain.strip():
        texts = text_only(plain, options)
    elif page.strip():
        texts = html.texts_of(page, options)
    elif rich:
        texts = rich_text.texts_of(rich, options)
    else:
        raise EMPTY
    return titled([replace(texts[0], encoding="msg")], subject, options)


def text_only(plain: str, options: ReadOptions) -> list[SourceText]:
    """The text of a mail. Raises UnreadableFile where it says nothing."""
    if not plain.strip():
        raise EMPTY
    return whole_file(plain.replace("\r\n", "\n").replace("\r", "\n"), "eml", options)


def titled(texts: list[SourceText], subject: str, options: ReadOptions) -> list[SourceText]:
    """Give a mail its subject as title, without what answering and passing on put before it."""
    refuse_marked([subject], options)
    title = ANSWERED.sub("", subject).strip()
    return [replace(texts[0], title=title or None)]
