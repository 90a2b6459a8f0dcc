"""What travels to a worker and back: parts of bounded size, and the files that come of them."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Self

from nlp.base.errors import DataError, UnreadableFile
from nlp.base.redaction import redacted
from nlp.base.temporary import PrivateFolder
from nlp.intake.guard import guarded_reader
from nlp.readers.source import BLOCK_TEXTS, Packed, ReadOptions, SourceText, cut, packed, unpacked, unread_part
from nlp.run.batch.ledger import PASSAGES, Stamp, stamp_of
from nlp.store.files import write_files
from nlp.store.rows import Rows, part_form

Reader = Callable[[Path], Sequence[SourceText]]
HELD_BYTES = 8_000_000  # of texts that are coded at once: a small file may hold a large one


@dataclass(frozen=True, slots=True)
class Text:
    """One text with the source it comes from."""

    source: str
    text: SourceText


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows that one input (or chunk) gave."""

    sizes: dict[str, int]  # by kind
    n_abstained: int = 0
    nothing: tuple[str, str] | None = None  # why there is no passage, and what to do

    @property
    def n_passages(self) -> int:
        """How many of them are passages."""
        return self.sizes.get(PASSAGES, 0)


@dataclass(frozen=True)
class Coded:
    """Rows of a part, in the order of its inputs, and how many each input gave."""

    rows: dict[str, Rows]  # by kind
    counts: list[Counts]


Code = Callable[[Sequence[Sequence[Text]]], Coded]  # texts of every input → rows; an input's rows hang on it alone


@dataclass(frozen=True, slots=True)
class Input:
    """A file to be read: where it lies, or (for a worker elsewhere) what it holds."""

    source: str
    path: Path
    raw: bytes | None = None
    stamp: Stamp | None = None  # of ``raw``
    fault: tuple[str, str] | None = None  # why it holds nothing that could be sent


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a table that was read before, as JSON: a file, or its bytes."""

    source: str
    number: int
    file: str
    raw: bytes | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What a worker gets: inputs to be read and coded, or one chunk to be coded."""

    name: str
    inputs: tuple[Input, ...] = ()
    chunk: Chunk | None = None
    folder: Path | None = None  # where the worker writes; None: the files come back as bytes

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources it deals with."""
        return (self.chunk.source,) if self.chunk else tuple(each.source for each in self.inputs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: its rows, the chunks it was cut into, or why it cannot be read."""

    source: str
    stamp: Stamp | None
    counts: Counts | None = None
    chunks: tuple[str, ...] = ()
    fault: tuple[str, str] | None = None
    unread: tuple[str, str] | None = None  # what else it holds that was not read, and what to do about it


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker gives back; ``files`` only where it could not write them itself."""

    outcomes: tuple[Outcome, ...]
    files: dict[str, bytes] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)  # of all files, wherever they were written
    columns: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # kind of rows → names and kinds


@dataclass(frozen=True, slots=True)
class Broken:
    """What a worker gives back where the program itself failed over a part."""

    kind: str  # of the fault
    mark: str  # where it happened: the same for any worker, machine and text
    trace: str

    @classmethod
    def of(cls, fault: Exception) -> Self:
        """What is told of a fault; the fault itself may not survive the way back."""
        innermost = traceback.extract_tb(fault.__traceback__)[-1]
        mark = f"{Path(innermost.filename).stem}-{innermost.lineno}"
        return cls(type(fault).__name__, mark, "".join(traceback.format_exception(fault)))


@dataclass(frozen=True)
class Worker:
    """Reads, codes and writes parts; everything it knows is in it, so that it can work anywhere."""

    code: Code
    options: ReadOptions
    form: str  # of the final tables; parts in a text format are ready to be put together
    chunk_texts: int = BLOCK_TEXTS

    def __call__(self, part: Part) -> Report | Broken:
        """Do one part. Raises only what ends the batch: what the user must repair, and what the machine refuses."""
        try:
            return self.done(part)
        except (DataError, OSError):
            raise
        except Exception as fault:  # of the program; it costs the inputs that it cannot deal with, not the batch
            broken = Broken.of(fault)
            return replace(broken, trace=redacted(broken.trace)) if self.options.redact else broken

    def done(self, part: Part) -> Report:
        """Do one part."""
        report = Report(())
        outcomes = [self.chunk(part, report)] if part.chunk else self.inputs(part, report)
        files = report.files
        hashes = {name: sha256(data).hexdigest() for name, data in files.items()}
        if part.folder is not None:
            write_files(files, part.folder)
            files = {}
        return Report(tuple(outcomes), files, hashes, report.columns)

    def chunk(self, part: Part, report: Report) -> Outcome:
        """Code one chunk."""
        assert part.chunk is not None
        data = part.chunk.raw
        if data is None:
            assert part.folder is not None
            data = (part.folder / part.chunk.file).read_bytes()
        (counts,) = self.coded([[Text(part.chunk.source, text) for text in unpacked(data)]], part.name, report)
        return Outcome(part.chunk.source, None, counts)

    def inputs(self, part: Part, report: Report) -> list[Outcome]:
        """Read and code whole inputs; a large table is only cut into chunks, which others may code."""
        outcomes: list[Outcome] = []
        texts: list[list[Text]] = []
        at: list[int] = []
        held = 0
        with guarded_reader(self.options) as reader:
            for number, each in enumerate(part.inputs):
                stamp = each.stamp
                if each.fault is not None:
                    outcomes.append(Outcome(each.source, stamp, fault=each.fault))
                    continue
                try:
                    stamp = stamp or stamp_of(each.path)
                    read = read_input(each, reader)
                except UnreadableFile as fault:
                    outcomes.append(Outcome(each.source, stamp, fault=(fault.reason, fault.fix)))
                    continue
                except OSError:  # gone or closed between being found and being read: the reader says it best
                    outcomes.append(Outcome(each.source, stamp, fault=fault_of(each, reader)))
                    continue
                unread = unread_part(read)
                blocks = blocks_of(read, self.chunk_texts)
                held += size_of(read)
                if not blocks and held > HELD_BYTES and texts:
                    blocks = [packed(read)]  # too much beside the others: to be coded by itself
                if blocks:
                    names = tuple(f"{part.name}-{number}-{chunk}.texts.json" for chunk in range(len(blocks)))
                    report.files.update(zip(names, blocks, strict=True))
                    outcomes.append(Outcome(each.source, stamp, chunks=names, unread=unread))
                else:
                    at.append(len(outcomes))
                    outcomes.append(Outcome(each.source, stamp, unread=unread))
                    texts.append([Text(each.source, text) for text in read])
        counted = self.coded(texts, part.name, report) if texts else []
        for where, counts in zip(at, counted, strict=True):
            outcomes[where] = replace(outcomes[where], counts=counts)
        return outcomes

    def coded(self, texts: list[list[Text]], name: str, report: Report) -> list[Counts]:
        """Code texts and add the files of their rows to the report."""
        coded, form = self.code(texts), part_form(self.form)
        for kind, rows in coded.rows.items():
            if len(rows):
                report.files[file_name(name, kind, form)] = rows.written(form)
                report.columns[kind] = rows.kinds
        return coded.counts


def file_name(part: str, kind: str, form: str) -> str:
    """File of one kind of rows of a part."""
    return f"{part}.{kind}.{form}"


def read_input(each: Input, reader: Reader) -> Sequence[SourceText]:
    """Read one input, from its path or from the bytes that came with it. Raises UnreadableFile."""
    if each.raw is None:
        return reader(each.path)
    with PrivateFolder() as private:
        copy = Path(private) / f"input{each.path.suffix}"  # the name tells the reader
        copy.touch(mode=0o600)
        copy.write_bytes(each.raw)
        return reader(copy)


def fault_of(each: Input, reader: Reader) -> tuple[str, str]:
    """Why an input that could not be opened cannot be read."""
    try:
        reader(each.path)
    except UnreadableFile as fault:
        return fault.reason, fault.fix
    return "读取时文件变了", "等文件写完，再用 --resume 接着做"


def size_of(texts: Sequence[SourceText]) -> int:
    """Bytes of texts that came from a reader process; those read here are small."""
    return sum(map(len, texts.blocks)) if isinstance(texts, Packed) else 0


def blocks_of(texts: Sequence[SourceText], most: int = BLOCK_TEXTS) -> Sequence[bytes]:
    """The texts of a large table in blocks that are coded one at a time; not even one for what is coded at once."""
    if isinstance(texts, Packed) and most == BLOCK_TEXTS:
        return texts.blocks if len(texts.blocks) > 1 else ()
    cuts = cut(texts, most)
    return [packed(each) for each in cuts] if len(cuts) > 1 else ()
