"""Word and WPS documents by what they are: a .docx that is an old .doc, a .doc that is a .docx, a web page, RTF."""

from __future__ import annotations

from pathlib import Path

from nlp.readers.formats import docx, html, office_legacy, open_document, rich_text, web_archive
from nlp.readers.limits import load
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText

NEW_NAMES = (".docx", ".docm", ".dotx", ".dotm")
OLD = "旧版 Word 文档（.doc）"
OTHERS = (  # what offices name .doc, too → its reader
    ("网页", html.read),
    ("MHT", web_archive.read),
    ("RTF", rich_text.read),
    ("OpenDocument 文", open_document.read),
)


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a document under any of Word's names; what it is not is told in the words of its name."""
    kind = what_it_is(load(path, options)) or "纯文本"
    is_old = kind.startswith((OLD, "Word 2003"))
    if not is_old and (kind.startswith("Word") or path.suffix.lower() in NEW_NAMES):
        return docx.read(path, options)
    reader = next((reader for start, reader in OTHERS if kind.startswith(start)), office_legacy.read)
    return reader(path, options)
