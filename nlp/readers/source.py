"""What a reader takes and gives: its options, the texts it returns, and the tidying every text gets."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from operator import attrgetter
from typing import overload

from nlp.base.errors import PARTLY, UnreadableFile

LABEL_START = "〖"
LABELLED = re.compile(r"〖[^〖〗\n]{1,60}〗")  # in a register: the name of its column in front of a text, or data alone
BLOCK_TEXTS = 2_000  # rows of a table that are sent, kept and coded at once
BLOCK_CHARS = 2_000_000  # and their characters
CLAUSE_ENDS = "。｡！!﹗？?﹖…⋯︙；;﹔"  # a passage begins behind one, or on a new line


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read. A column that is ``None`` is recognised by its header; the limits keep memory and time bounded."""

    text_column: str | None = None
    title_column: str | None = None
    organ_column: str | None = None
    kind_column: str | None = None
    date_column: str | None = None
    genre_column: str | None = None
    id_column: str | None = None
    keep_empty: bool = False  # rows of a table without text come back too, so that every row has its answer
    allow_marked: bool = False  # read texts with a secrecy mark too
    ocr: bool = False  # recognise pages that are pictures (requirements-ocr.txt)
    redact: bool = False  # mask identity numbers, telephone numbers, e-mail addresses and bank cards
    column_hints: Sequence[Sequence[str]] = ()  # (role, pattern) of the columns of a register; none: no table is one
    max_file_bytes: int = 200_000_000
    max_line_bytes: int = 50_000_000
    max_text_chars: int = 40_000_000  # of one file, all its texts together
    max_chars: int = 5_000_000  # of one text, which is coded at one go: up to 160 bytes a character
    max_clauses: int = 500_000  # of one text: each line and each clause may become a passage, which takes 1,500 bytes
    max_unzipped_bytes: int = 500_000_000
    max_ratio: int = 200  # unzipped : zipped
    max_seconds: float = 60.0  # for one file, in a reader process (see ``guard``)
    max_memory_bytes: int = 1_000_000_000  # address space of a reader process
    max_ocr_pages: int = 100  # of one file
    max_ocr_seconds: float = 1800.0  # for all its pages, beyond max_seconds

    @property
    def seconds_a_file(self) -> float:
        """How long a file may take in all."""
        return self.max_seconds + (self.max_ocr_seconds if self.ocr else 0.0)


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text as it was read: a whole file, or one row of a table file."""

    unit: str | None  # id or number of the row; None for a whole file
    encoding: str  # the encoding for text files, otherwise the format
    text: str
    title: str | None = None
    organ: str | None = None
    kind_of_unit: str | None = None
    date: str | None = None
    genre: str | None = None
    reading: str | None = None  # “ocr”: some of it was recognised by machine
    unread: str | None = None  # what else the file holds that was not read (see ``with_unread``)
    way_out: str | None = None  # and what to do about it
    rows: str | None = None  # of the registers in it, whole: JSON, a list of rows of [column, cell] (``whole_rows``)


def whole_rows(rows: Sequence[Sequence[tuple[str, str]]]) -> str | None:
    """Write rows of a register with all their cells, those that are no text too; None if there are none."""
    kept = [[(name, cell) for name, cell in row if name and cell] for row in rows]
    return json.dumps([row for row in kept if row], ensure_ascii=False) if any(kept) else None


FIELDS = attrgetter(*SourceText.__slots__)


def as_fields(text: SourceText) -> tuple[str | None, ...]:
    """Return the fields in order: ``SourceText(*as_fields(text)) == text``."""
    found: tuple[str | None, ...] = FIELDS(text)
    return found


def label(name: str, line: str) -> str:
    """Put the name of its column in front of a line: for the segmenter it is the heading of this line alone."""
    return f"〖{name}〗{line.lstrip()}" if name and line.strip() else line


class Packed(Sequence[SourceText]):
    """Texts as a reader process sends them: in blocks, which may be kept or sent on as they are."""

    def __init__(self, blocks: Sequence[bytes]) -> None:
        self.blocks = tuple(blocks)

    @cached_property
    def texts(self) -> tuple[SourceText, ...]:
        """The texts of all blocks."""
        return tuple(text for block in self.blocks for text in unpacked(block))

    def __len__(self) -> int:
        return len(self.texts)

    @overload
    def __getitem__(self, at: int) -> SourceText: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[SourceText]: ...

    def __getitem__(self, at: int | slice) -> SourceText | Sequence[SourceText]:
        return self.texts[at]


def packed(texts: Sequence[SourceText]) -> bytes:
    """Write texts as JSON: nothing that a hostile file made is ever unpickled."""
    return json.dumps([as_fields(text) for text in texts], ensure_ascii=False).encode("utf-8", "surrogatepass")


def unpacked(block: bytes) -> list[SourceText]:
    """The texts that were packed. Raises ValueError for what is none."""
    return [SourceText(*fields) for fields in json.loads(block.decode("utf-8", "surrogatepass"))]


def cut(texts: Sequence[SourceText], most: int = BLOCK_TEXTS) -> list[Sequence[SourceText]]:
    """Cut many texts into blocks of bounded size; one text is never cut."""
    blocks: list[Sequence[SourceText]] = []
    first, size = 0, 0
    for at, text in enumerate(texts):
        if at > first and (at - first >= most or size + len(text.text) > BLOCK_CHARS):
            blocks.append(texts[first:at])
            first, size = at, 0
        size += len(text.text)
    return [*blocks, texts[first:]]


def whole_file(text: str, encoding: str, options: ReadOptions) -> list[SourceText]:
    """Return the one text of a file that holds one text. Raises UnreadableFile if nothing is in it."""
    return checked([SourceText(unit=None, encoding=encoding, text=text)], options)


def checked(texts: Sequence[SourceText], options: ReadOptions) -> list[SourceText]:
    """Tidy every text, leave out the empty ones, and refuse a file with nothing or far too much in it."""
    if (size := sum(map(n_chars, texts))) > options.max_text_chars:
        raise UnreadableFile(f"文字太多：{size} 字，超过 {options.max_text_chars} 字", "拆成几个较小的文件再读")
    kept = [tidied for each in texts if (tidied := with_text(each, tidy(each.text))).text or options.keep_empty]
    for each in kept:
        check_text(each.text, options)
    if not any(each.text for each in kept):
        raise UnreadableFile("文件是空的", "确认文件里有文字；如果只有图片，请先做文字识别（OCR）")
    return kept


def check_text(text: str, options: ReadOptions) -> None:
    """Refuse one text that is far longer than any report: whoever codes it holds all of it at once."""
    if len(text) > options.max_chars:
        raise UnreadableFile(f"一篇太长：{len(text)} 字，超过 {options.max_chars} 字", "拆成几个较小的文件再读")
    if len(text) > options.max_clauses and (n := n_clauses(text)) > options.max_clauses:
        raise UnreadableFile(f"一篇的行和句太多：{n}，超过 {options.max_clauses}", "拆成几个较小的文件再读")


def n_clauses(text: str) -> int:
    """How many lines and clauses a text has at most."""
    within = sum(text.count(end) - text.count(f"{end}\n") for end in CLAUSE_ENDS)
    return text.count("\n") + within + 1


def with_unread(texts: Sequence[SourceText], unread: str, way_out: str) -> list[SourceText]:
    """Say of a file's texts that a part of the file was not read: pages, pictures, notes, attachments.

    Every reader says it so, once for each kind of thing: ``with_unread(texts, "第 3 页没有文字层", "…")``. It stands
    with the first text of the file, and becomes a row “部分未读” of ``failures`` and a line on the console.
    """
    first, *rest = texts
    known = first.unread, first.way_out
    told = ["；".join(dict.fromkeys(filter(None, pair))) for pair in zip(known, (unread, way_out), strict=True)]
    return [replace(first, unread=told[0], way_out=told[1]), *rest]


def by_machine(texts: Sequence[SourceText]) -> list[SourceText]:
    """Say of a file's texts that some of it was recognised by machine (``ocr``)."""
    return [replace(text, reading="ocr") for text in texts]


def unread_part(texts: Sequence[SourceText]) -> tuple[str, str] | None:
    """Reason and remedy of what was not read of a file, for its row of ``failures``; None if all of it was."""
    told = next((text for text in texts if text.unread), None)
    return (f"{PARTLY}：{told.unread}", told.way_out or "用原程序打开查看") if told else None


def with_text(each: SourceText, text: str) -> SourceText:
    """Return ``each`` with another text; most have the right one."""
    return each if text == each.text else replace(each, text=text)


def n_chars(text: SourceText) -> int:
    """Return the length of all fields together."""
    return sum(map(len, filter(None, as_fields(text))))


def tidy(text: str) -> str:
    """Return ``text`` with one kind of line end and without characters that nobody can see.

    Indentation and blank lines stay: they tell the segmenter where a paragraph begins.
    """
    lines = text.split("\n")
    # Most texts have nothing to mend, and looking is ten times faster than mending.
    if not all(map(str.isprintable, lines)) and unseen().search(text):
        lines = text.replace("\r\n", "\n").translate(invisible()).split("\n")
    return "\n".join([line.rstrip() for line in lines]).strip("\n")


@lru_cache(maxsize=1)
def invisible() -> dict[int, str | None]:
    """Map line ends to ``\\n``, no-break spaces to spaces, and everything invisible or unsafe to nothing."""
    dropped = [range(0x20), range(0x7F, 0xA0), [0xAD], range(0x200B, 0x2010), range(0x202A, 0x202F)]
    dropped += [
        range(0x2060, 0x2063),
        range(0x2064, 0x2070),
    ]  # U+2063 goes when the text is released
    dropped += [[0xFEFF, 0xFFFE, 0xFFFF], range(0xD800, 0xE000)]  # the last: lone surrogates
    table: dict[int, str | None] = {code: None for codes in dropped for code in codes}
    table.update({ord(end): "\n" for end in "\n\r\v\f\x85\u2028\u2029"})
    return table | {ord("\t"): "\t", 0xA0: " ", 0x202F: " "}


@lru_cache(maxsize=1)
def unseen() -> re.Pattern[str]:
    """Match a character that ``invisible`` changes."""
    changed = (chr(code) for code, kept in invisible().items() if chr(code) != kept)
    return re.compile(f"[{re.escape(''.join(changed))}]")
