"""From files to texts: a registry of readers, one file format per module.

A new format is one module with ``read(path, options) -> list[SourceText]`` and one line of ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from nlp.readers.containers.member import Member
from nlp.readers.limits import load
from nlp.readers.other_kinds import unreadable_kind
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText

Reader = Callable[[Path, ReadOptions], list[SourceText]]

READERS: dict[str, str] = {  # suffix → module; it is imported when the first file of the format turns up
    ".txt": "nlp.readers.formats.plain",
    ".md": "nlp.readers.formats.plain",
    ".markdown": "nlp.readers.formats.plain",
    ".docx": "nlp.readers.formats.any_word",
    ".docm": "nlp.readers.formats.any_word",
    ".dotx": "nlp.readers.formats.any_word",
    ".dotm": "nlp.readers.formats.any_word",
    ".doc": "nlp.readers.formats.any_word",
    ".wps": "nlp.readers.formats.any_word",
    ".dot": "nlp.readers.formats.any_word",
    ".wpt": "nlp.readers.formats.any_word",
    ".pdf": "nlp.readers.formats.pdf",
    ".html": "nlp.readers.formats.html",
    ".htm": "nlp.readers.formats.html",
    ".xhtml": "nlp.readers.formats.html",
    ".mht": "nlp.readers.formats.web_archive",
    ".mhtml": "nlp.readers.formats.web_archive",
    ".xlsx": "nlp.readers.formats.spreadsheet",
    ".xlsm": "nlp.readers.formats.spreadsheet",
    ".xls": "nlp.readers.formats.spreadsheet",
    ".et": "nlp.readers.formats.spreadsheet",
    ".ett": "nlp.readers.formats.spreadsheet",
    ".ods": "nlp.readers.formats.spreadsheet",
    ".rtf": "nlp.readers.formats.rich_text",
    ".odt": "nlp.readers.formats.open_document",
    ".ott": "nlp.readers.formats.open_document",
    ".fodt": "nlp.readers.formats.open_document",
    ".ofd": "nlp.readers.formats.ofd",
    ".eml": "nlp.readers.formats.mail",
    ".msg": "nlp.readers.formats.mail",
    ".csv": "nlp.readers.formats.spreadsheet",
    ".tsv": "nlp.readers.formats.spreadsheet",
    ".jsonl": "nlp.readers.formats.jsonl",
}


class Container(NamedTuple):
    """A format that holds files: the module that takes them out, and whether it is nothing else."""

    module: str
    is_archive: bool


CONTAINERS: dict[str, Container] = {  # suffix → its members become inputs of their own (see ``intake.unpack``)
    ".zip": Container("nlp.readers.containers.zipped", True),
    ".eml": Container("nlp.readers.containers.mail", False),
    ".msg": Container("nlp.readers.containers.outlook", False),
}
KINDS_OF_CONTAINERS = {".zip": "ZIP", ".eml": "电子邮件", ".msg": "Outlook"}


def reader_for(path: Path) -> Reader:
    """Return the reader of a file by its suffix. Raises UnreadableFile for an unknown one."""
    module = READERS.get(path.suffix.lower())
    if module is None:
        raise unreadable_kind(path)
    reader: Reader = import_module(module).read
    return reader


def is_archive(path: Path) -> bool:
    """Whether a file, by its name, is nothing but the files in it."""
    return CONTAINERS[path.suffix.lower()].is_archive


def unpack(path: Path, options: ReadOptions) -> Iterator[Member] | None:
    """Return the files in an archive or a mail; ``None`` for what only bears the name. Raises UnreadableFile."""
    raw = load(path, options)
    suffix = path.suffix.lower()
    if not (what_it_is(raw) or "").startswith(KINDS_OF_CONTAINERS[suffix]):
        return None
    members: Iterator[Member] = import_module(CONTAINERS[suffix].module).unpack(raw, options)
    return members
