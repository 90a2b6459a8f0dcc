"""From files to texts: a registry of readers, one file format per module.

A new format is one module with ``read(path, options) -> list[SourceText]`` and one line of ``READERS``.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from nlp.base.errors import UnreadableFile
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
    ".csv": "nlp.readers.formats.spreadsheet",
    ".tsv": "nlp.readers.formats.spreadsheet",
    ".jsonl": "nlp.readers.formats.jsonl",
}

ARCHIVES = (".zip", ".rar", ".7z", ".tar", ".gz")


def reader_for(path: Path) -> Reader:
    """Return the reader of a file by its suffix. Raises UnreadableFile for an unknown one."""
    module = READERS.get(path.suffix.lower())
    if module is None and path.suffix.lower() in ARCHIVES:
        raise UnreadableFile("压缩包不能直接读", "先解压，再读解压出来的文件夹")
    if module is None:
        raise UnreadableFile("不认识的文件类型", f"转成能读的类型：{' '.join(READERS)}")
    reader: Reader = import_module(module).read
    return reader
