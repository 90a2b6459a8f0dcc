"""What may leave a reader: no text with a secrecy mark, no odd exception, and no personal number if asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.base.redaction import redacted
from nlp.readers.registers.ledger import with_ledger_rows
from nlp.readers.registers.rows import unique_units
from nlp.readers.secrecy import HEAD_LINES, in_name, refuse, refuse_marked
from nlp.readers.source import ReadOptions, SourceText


def released(read: Callable[[], list[SourceText]], path: Path, options: ReadOptions) -> list[SourceText]:
    """Read by ``read`` and let out what may be shown. Raises UnreadableFile, and nothing else, whatever goes wrong."""
    with nothing_else(options):
        texts = with_ledger_rows(read(), options)
        refuse_marked_texts(texts, path, options)
    return redacted_texts(texts) if options.redact else texts


@contextmanager
def nothing_else(options: ReadOptions) -> Iterator[None]:
    """Let UnreadableFile out, and nothing else, whatever goes wrong with a file."""
    try:
        yield
    except UnreadableFile as fault:
        raise (redacted_fault(fault) if options.redact else fault) from fault.__cause__
    except MemoryError as fault:
        limit = f"{options.max_memory_bytes / 1e6:.0f} MB"
        raise UnreadableFile(f"读取所需的内存超过上限（{limit}）", "拆成几个较小的文件再读") from fault
    except Exception as fault:  # one bad file must not end a batch; the row names what happened
        name = type(fault).__name__
        raise UnreadableFile(f"读取时出错（{name}）", "用原程序打开、另存一份再读；仍不行请把文件发给开发者") from fault


def refuse_marked_texts(texts: list[SourceText], path: Path, options: ReadOptions) -> None:
    """Refuse a file whose name, or one of whose texts, has a secrecy mark."""
    refuse(in_name(path.stem), options)
    for text in texts:
        if "密" in text.text:
            is_cell = text.unit is not None and "\n" not in text.text
            refuse_marked(text.text.split("\n"), options, n_head=0 if is_cell else HEAD_LINES)


def redacted_fault(fault: UnreadableFile) -> UnreadableFile:
    """Mask what a fault quotes from the file, such as the names of its columns."""
    return UnreadableFile(redacted(fault.reason), redacted(fault.fix))


def redacted_texts(texts: list[SourceText]) -> list[SourceText]:
    """Mask every field; ids of rows that become equal are told apart again."""
    names = [field.name for field in fields(SourceText) if field.name != "encoding"]
    masked = [
        replace(text, **{name: redacted(value) for name in names if (value := getattr(text, name)) is not None})
        for text in texts
    ]
    return unique_units(masked) if masked and masked[0].unit is not None else masked
