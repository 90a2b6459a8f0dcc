"""Word documents (.docx .docm .dotx .dotm, strict or not, zipped or flat): what they consist of becomes one tree."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nlp.base.errors import UnreadableFile
from nlp.readers.limits import check_zip, load
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText

if TYPE_CHECKING:
    from nlp.readers.word.package import Package
    from nlp.readers.word.tree import WordTree, Xml

MAX_XML_BYTES = 80_000_000  # one part as a tree takes some ten times its size in memory
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a Word document; an old .doc under the new name is read as what it is."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if kind == "旧版 Word 文档（.doc）" or kind.startswith("Word 2003"):
        from nlp.readers.formats import office_legacy

        return office_legacy.read(path, options)
    return texts_of(raw, kind, options)
