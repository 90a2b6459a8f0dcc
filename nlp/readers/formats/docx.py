"""Word documents (.docx .docm .dotx .dotm, strict or not, zipped or in one XML file)."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.base.errors import UnreadableFile
from nlp.readers.limits import DAMAGED_FIX, check_zip, load
from nlp.readers.registry import reader_for
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText

if TYPE_CHECKING:
    from nlp.readers.word.package import Package
    from nlp.readers.word.tree import WordTree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MAX_XML_BYTES = 80_000_000  # one part as a tree takes some ten times its size in memory
INSERTED = "aFChunk"  # a whole file that is to be shown at a place of the text
SHARE = 8  # an inserted file may unpack no more than this part of what the file around it may
SUFFIXES = {  # what an inserted file really is → the suffix of its reader
    "网页": ".html",
    "MHT": ".mht",
    "电子邮件": ".mht",
    "Word": ".docx",
    "RTF": ".rtf",
    "旧版 Word": ".doc",
    "OpenDocument": ".odt",
}
OPEN = "用 Word 或 WPS 打开，另存为 .docx，再读"

Xml = Any  # an lxml element


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a Word document."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if "有密码" in kind:
        raise UnreadableFile("文件有密码", "去掉密码另存一份，再读")
    if not kind.startswith("Word") and kind != "ZIP 压缩包":
        raise UnreadableFile(f"不是 Word 文档，其实是{kind}", "用 Word 或 WPS 打开，另存为 .docx；或改回原来的扩展名")
    from nlp.readers.word.texts import texts_of

    return texts_of(tree_of(package_of(raw, options), options), "docx", options)


def package_of(raw: bytes, options: ReadOptions) -> Package:
    """Open the package: a zip, or one XML file."""
    from nlp.readers.word.package import flat, parsed, zipped

    if raw.startswith(b"PK"):
        check_parts(raw, options)
        return zipped(raw)
    check_xml(len(raw))
    return flat(parsed(raw))


def check_parts(raw: bytes, options: ReadOptions) -> None:
    """Refuse bombs, and XML too large to be held as a tree."""
    members = check_zip(raw, options)
    check_xml(max((member.file_size for member in members if member.filename.endswith(".xml")), default=0))


def check_xml(n_bytes: int) -> None:
    """Refuse XML too large to be held as a tree."""
    if n_bytes > MAX_XML_BYTES:
        raise UnreadableFile(f"文档正文太大：{n_bytes / 1e6:.0f} MB", "拆成几个较小的文件再读")


def tree_of(package: Package, options: ReadOptions) -> WordTree:
    """Put the parts of a package together."""
    from nlp.readers.word.prepare import NOTES
    from nlp.readers.word.tree import WordTree

    body = package.tree(package.main).find(f"{W}body")
    if body is None:
        raise UnreadableFile("Word 文档没有正文部分", DAMAGED_FIX)
    inserted, unread = inserted_files(package, options)
    return WordTree(
        body=body,
        by_machine=options.ocr and recognised(body, package, options) > 0,
        numbering=part(package, "numbering"),
        styles=part(package, "styles"),
        notes={kind: part(package, f"{kind}s") for kind in NOTES},
        heads=[
            package.tree(each.part) for each in package.relations(package.main) if each.kind in ("header", "footer")
        ],
        inserted=inserted,
        unread=unread,
    )


def recognised(body: Xml, package: Package, options: ReadOptions) -> int:
    """Put the words of page-wide pictures into the body; return how many pictures were read."""
    from nlp.readers.recognition.recognizer import Recognizer
    from nlp.readers.word.pictures import recognise

    parts = {each.mark: each.part for each in package.relations(package.main) if each.kind == "image"}
    with Recognizer(options) as recognizer:
        return recognise(
            body, lambda mark: package.raw(parts[mark]) if mark in parts else None, recognizer, options.column_hints
        )


def part(package: Package, kind: str) -> Xml | None:
    """Return the XML of a part that the main part refers to, such as its numbering; ``None`` if it has none."""
    found = next((each.part for each in package.relations(package.main) if each.kind == kind), None)
    return None if found is None else package.tree(found)


def inserted_files(package: Package, options: ReadOptions) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """Read the files that are shown within the text (altChunk): their lines by their marks, and what was not read."""
    lines: dict[str, list[str]] = {}
    unread = []
    for relation in package.relations(package.main):
        if relation.kind == INSERTED:
            try:
                texts = read_inserted(package.raw(relation.part), options)
            except UnreadableFile as fault:
                unread.append((f"插在正文里的文件（{fault.reason}）", OPEN))
                continue
            lines[relation.mark] = [line for text in texts for line in text.text.split("\n")]
            unread += [(text.unread, text.way_out or OPEN) for text in texts if text.unread]
    return lines, unread


def read_inserted(raw: bytes, options: ReadOptions) -> list[SourceText]:
    """Read an inserted file by the reader of what it is; a secrecy mark in it is found with those of all the text."""
    kind = what_it_is(raw) or ("网页" if raw.lstrip().startswith(b"<") else "纯文本")
    suffix = next((suffix for start, suffix in SUFFIXES.items() if kind.startswith(start)), ".txt")
    within = replace(options, allow_marked=True, max_unzipped_bytes=options.max_unzipped_bytes // SHARE)
    with tempfile.TemporaryDirectory(prefix="liangzhangpi-") as folder:
        path = Path(folder, f"inserted{suffix}")
        path.write_bytes(raw)
        return reader_for(path)(path, within)
