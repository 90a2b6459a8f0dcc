"""The parts of a Word package and how they refer to each other: ``.docx`` in all its kinds.

What the kinds differ in does not matter for reading: documents and templates, with macros or without, have other types
of content; strict Open XML has other names of the same elements; “flat OPC” keeps all parts in one XML file.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]

from nlp.base.errors import UnreadableFile
from nlp.readers.limits import DAMAGED_FIX

Xml = Any  # an lxml element
PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
USUAL = "word/document.xml"
STRICT = b"http://purl.oclc.org/ooxml/"
NAMES = (  # of strict Open XML → of the usual one
    (STRICT + b"wordprocessingml/main", b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"),
    (STRICT + b"officeDocument/relationships", b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
    (STRICT + b"officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
    (STRICT + b"drawingml/main", b"http://schemas.openxmlformats.org/drawingml/2006/main"),
    (
        STRICT + b"drawingml/wordprocessingDrawing",
        b"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    ),
    (STRICT + b"drawingml/picture", b"http://schemas.openxmlformats.org/drawingml/2006/picture"),
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A reference from one part to another: its mark, its kind (“numbering”), and the part."""

    mark: str
    kind: str
    part: str


@dataclass(frozen=True)
class Package:
    """Parts by their names, each read when it is asked for."""

    parts: Mapping[str, Callable[[], bytes]]
    trees: dict[str, Xml] = field(default_factory=dict)

    def raw(self, part: str) -> bytes:
        """Return the bytes of a part. Raises UnreadableFile where the package is broken."""
        try:
            return self.parts[part]()
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as fault:
            raise damaged() from fault

    def tree(self, part: str) -> Xml:
        """Return the XML of a part. Raises UnreadableFile where it is broken, or could hold hidden entities."""
        if part not in self.trees:
            self.trees[part] = parsed(self.raw(part))
        return self.trees[part]

    def relations(self, part: str) -> list[Relation]:
        """Return what a part refers to inside the package; the package itself has the name “”."""
        folder, name = posixpath.split(part)
        listed = self.known.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
        return [] if listed is None else list(self.listed(listed, folder))

    def listed(self, part: str, folder: str) -> Iterator[Relation]:
        """Read a list of references."""
        for each in self.tree(part):
            target, mode = each.get("Target") if isinstance(each.tag, str) else None, each.get("TargetMode")
            if target and mode != "External":
                path = posixpath.normpath(posixpath.join("/", folder, unquote(target))).lstrip("/")
                if (known := self.known.get(path.lower())) is not None:
                    yield Relation(each.get("Id", ""), each.get("Type", "").rpartition("/")[2], known)

    @cached_property
    def known(self) -> dict[str, str]:
        """Names of parts by the same in lower case: case does not count."""
        return {name.lower(): name for name in self.parts}

    @property
    def main(self) -> str:
        """The part with the text. Raises UnreadableFile if there is none."""
        for relation in self.relations(""):
            if relation.kind == "officeDocument":
                return relation.part
        if USUAL not in self.parts:
            raise UnreadableFile("不是完整的 Word 文档，缺少必要的部分", DAMAGED_FIX)
        return USUAL


def zipped(raw: bytes) -> Package:
    """Open a package that is a zip."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
        names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as fault:
        raise damaged() from fault
    return Package({n.replace("\\", "/").lstrip("/"): lambda n=n: archive.read(n) for n in names})  # type: ignore[misc]


def flat(root: Xml) -> Package:
    """Open a package that is one XML file; what it has in other forms than XML, such as pictures, is left out."""
    parts: dict[str, Callable[[], bytes]] = {}
    for part in root.findall(f"{PKG}part"):
        data = part.find(f"{PKG}xmlData")
        if data is not None and len(data):
            parts[part.get(f"{PKG}name", "").lstrip("/")] = lambda inner=data[0]: etree.tostring(inner)  # type: ignore[misc]
    return Package(parts)


def parsed(raw: bytes) -> Xml:
    """Parse XML that may be hostile: no entities, no network; strict names become the usual ones."""
    if STRICT in raw:
        for strict, usual in NAMES:
            raw = raw.replace(strict, usual)
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.LxmlError, ValueError) as fault:
        raise damaged() from fault
    if root.getroottree().docinfo.internalDTD is not None:  # Word writes none; entities could hide in it
        raise UnreadableFile("Word 文档里有实体声明（DTD），可能是恶意文件", "用 Word 或 WPS 打开、另存一份，再读")
    return root


def damaged() -> UnreadableFile:
    """Compose the fault of a file that is broken."""
    return UnreadableFile("Word 文档已损坏", DAMAGED_FIX)
