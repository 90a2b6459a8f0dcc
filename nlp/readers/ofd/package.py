"""The parts of an OFD package (GB/T 33190): which pages its documents have, and what stands on them."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from nlp.base.errors import UnreadableFile
from nlp.readers.limits import DAMAGED_FIX, check_zip
from nlp.readers.source import ReadOptions

Xml = Any
ENTRY = "OFD.xml"
MAX_PAGES = 5_000
MAX_XML_BYTES = 40_000_000  # of one part


class Package:
    """An opened package; parts are found by their names, whatever case and root programs write."""

    def __init__(self, raw: bytes, options: ReadOptions) -> None:
        self.members = {key(member.filename): member for member in check_zip(raw, options, read_all=True)}
        self.archive = zipfile.ZipFile(io.BytesIO(raw))

    def part(self, name: str) -> Xml | None:
        """Parse a part; ``None`` if the package has none of this name. Raises UnreadableFile for a broken one."""
        from lxml import etree  # type: ignore[import-untyped]

        member = self.members.get(key(name))
        if member is None:
            return None
        if member.file_size > MAX_XML_BYTES:
            raise UnreadableFile("文档的一页太大", "用阅读器打开，导出成 PDF 再读")
        try:
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            return etree.fromstring(self.archive.read(member), parser)
        except (etree.LxmlError, ValueError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as fault:
            raise UnreadableFile("OFD 文件已损坏", DAMAGED_FIX) from fault

    def pages(self) -> Iterator[list[Xml]]:
        """Yield the parts of every page in order: its templates, then its own."""
        entry = self.part(ENTRY)
        if entry is None:
            raise UnreadableFile("不是完整的 OFD 文件，缺少入口", DAMAGED_FIX)
        n_pages = 0
        for root in texts_in(entry, "DocRoot"):
            document = self.part(root)
            here = posixpath.dirname(root)
            templates = {} if document is None else self.templates(document, here)
            for page in () if document is None else named(document, "Page"):
                n_pages += 1
                if n_pages > MAX_PAGES:
                    raise UnreadableFile(f"页数太多，超过 {MAX_PAGES} 页", "拆成几个较小的文件再读")
                place = page.get("BaseLoc")
                part = self.part(posixpath.join(here, place)) if place else None
                if part is not None:
                    ids = [each.get("TemplateID") for each in named(part, "Template")]
                    yield [*(templates[each] for each in ids if each in templates), part]

    def templates(self, document: Xml, here: str) -> dict[str, Xml]:
        """Return the parts that pages share, by their ids."""
        found: dict[str, Xml] = {}
        for page in named(document, "TemplatePage"):
            part = self.part(posixpath.join(here, page.get("BaseLoc", "")))
            if part is not None and page.get("ID"):
                found[page.get("ID")] = part
        return found


def key(name: str) -> str:
    """Fold the way to a part: /Doc_0/./Pages and doc_0/pages are one."""
    return posixpath.normpath("/" + name.replace("\\\\", "/")).lstrip("/").lower()


def named(root: Xml, name: str) -> Iterator[Xml]:
    """Yield the elements of a name, whatever their namespace: programs do not agree on it."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.rsplit("}", 1)[-1] == name:
            yield element


def texts_in(root: Xml, name: str) -> list[str]:
    """Return what the elements of a name say."""
    return [said for element in named(root, name) if (said := (element.text or "").strip())]
