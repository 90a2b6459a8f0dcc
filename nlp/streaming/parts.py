"""What travels to a worker and back: parts of bounded size, and the files that come of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

import pandas as pd

from nlp.errors import UnreadableFile
from nlp.readers import ReadOptions, SourceText, guarded_reader
from nlp.store import fragment, from_parquet, to_parquet, write_bytes
from nlp.streaming.ledger import Stamp, stamp_of

Reader = Callable[[Path], list[SourceText]]
PASSAGES, DOCUMENTS = "passages", "documents"
CHUNK_TEXTS = 2_000  # rows of a table that are coded at once
CHUNK_CHARS = 2_000_000  # and their characters


@dataclass(frozen=True, slots=True)
class Text:
    """One text with the source it comes from."""

    source: str
    text: SourceText


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows that one input (or chunk) gave."""

    n_passages: int
    n_documents: int
    n_abstained: int


@dataclass(frozen=True)
class Coded:
    """Rows of a part, in the order of its inputs, and how many each input gave."""

    passages: pd.DataFrame
    documents: pd.DataFrame | None
    counts: list[Counts]


Code = Callable[[Sequence[Sequence[Text]]], Coded]  # texts of every input → rows; an input's rows hang on it alone


@dataclass(frozen=True, slots=True)
class Input:
    """A file to be read: where it lies, or (for a worker elsewhere) what it holds."""

    source: str
    path: Path
    raw: bytes | None = None
    stamp: Stamp | None = None  # of ``raw``


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows of a table that was read before, as Parquet: a file, or its bytes."""

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


@dataclass(frozen=True, slots=True)
class Report:
    """What a worker gives back; ``files`` only where it could not write them itself."""

    outcomes: tuple[Outcome, ...]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Worker:
    """Reads, codes and writes parts; everything it knows is in it, so that it can work anywhere."""

    code: Code
    options: ReadOptions
    form: str  # of the final tables; text formats are written beside the Parquet parts, ready to be put together
    chunk_texts: int = CHUNK_TEXTS

    def __call__(self, part: Part) -> Report:
        """Do one part."""
        files: dict[str, bytes] = {}
        outcomes = [self.chunk(part, files)] if part.chunk else self.inputs(part, files)
        if part.folder is not None:
            for name, data in files.items():
                write_bytes(data, part.folder / name)
            files = {}
        return Report(tuple(outcomes), files)

    def chunk(self, part: Part, files: dict[str, bytes]) -> Outcome:
        """Code one chunk."""
        assert part.chunk is not None
        data = part.chunk.raw
        if data is None:
            assert part.folder is not None
            data = (part.folder / part.chunk.file).read_bytes()
        (counts,) = self.coded([staged_texts(part.chunk.source, data)], part.name, files)
        return Outcome(part.chunk.source, None, counts)

    def inputs(self, part: Part, files: dict[str, bytes]) -> list[Outcome]:
        """Read and code whole inputs; a large table is only cut into chunks, which others may code."""
        outcomes: list[Outcome] = []
        texts: list[list[Text]] = []
        at: list[int] = []
        with guarded_reader(self.options) as reader:
            for number, each in enumerate(part.inputs):
                stamp = each.stamp
                try:
                    stamp = stamp or stamp_of(each.path)
                    read = read_input(each, reader)
                except UnreadableFile as fault:
                    outcomes.append(Outcome(each.source, stamp, fault=(fault.reason, fault.fix)))
                    continue
                except OSError:  # gone or closed between being found and being read: the reader says it best
                    outcomes.append(Outcome(each.source, stamp, fault=fault_of(each, reader)))
                    continue
                cuts = chunks_of(read, self.chunk_texts)
                if len(cuts) > 1:
                    names = tuple(f"{part.name}-{number}-{chunk}.texts.parquet" for chunk in range(len(cuts)))
                    files |= {name: staged(piece) for name, piece in zip(names, cuts, strict=True)}
                    outcomes.append(Outcome(each.source, stamp, chunks=names))
                else:
                    at.append(len(outcomes))
                    outcomes.append(Outcome(each.source, stamp))
                    texts.append([Text(each.source, text) for text in read])
        counted = self.coded(texts, part.name, files) if texts else []
        for where, counts in zip(at, counted, strict=True):
            outcomes[where] = Outcome(outcomes[where].source, outcomes[where].stamp, counts)
        return outcomes

    def coded(self, texts: list[list[Text]], name: str, files: dict[str, bytes]) -> list[Counts]:
        """Code texts and add the files of their rows."""
        rows = self.code(texts)
        for kind, table in ((PASSAGES, rows.passages), (DOCUMENTS, rows.documents)):
            if table is not None and len(table):
                files[file_name(name, kind)] = to_parquet(table)
                if (ready := fragment(table, self.form)) is not None:
                    files[file_name(name, kind, self.form)] = ready
        return rows.counts


def file_name(part: str, kind: str, form: str = "parquet") -> str:
    """File of one kind of rows of a part."""
    return f"{part}.{kind}.{form}"


def read_input(each: Input, reader: Reader) -> list[SourceText]:
    """Read one input, from its path or from the bytes that came with it. Raises UnreadableFile."""
    if each.raw is None:
        return reader(each.path)
    with tempfile.TemporaryDirectory(prefix="liangzhangpi-") as private:  # mode 0700; the name tells the reader
        copy = Path(private) / f"input{each.path.suffix}"
        copy.write_bytes(each.raw)
        return reader(copy)


def fault_of(each: Input, reader: Reader) -> tuple[str, str]:
    """Why an input that could not be opened cannot be read."""
    try:
        reader(each.path)
    except UnreadableFile as fault:
        return fault.reason, fault.fix
    return "读取时文件变了", "等文件写完，再用 --resume 接着做"


def chunks_of(texts: list[SourceText], most: int = CHUNK_TEXTS) -> list[list[SourceText]]:
    """Cut the rows of a table into chunks that are coded one at a time; one text is never cut."""
    chunks: list[list[SourceText]] = [[]]
    size = 0
    for text in texts:
        if chunks[-1] and (len(chunks[-1]) >= most or size + len(text.text) > CHUNK_CHARS):
            chunks.append([])
            size = 0
        chunks[-1].append(text)
        size += len(text.text)
    return chunks


def staged(texts: list[SourceText]) -> bytes:
    """Texts as Parquet."""
    names = [each.name for each in fields(SourceText)]
    return to_parquet(pd.DataFrame([astuple(text) for text in texts], columns=names, dtype="str"))


def staged_texts(source: str, data: bytes) -> list[Text]:
    """The texts that were staged."""
    rows = from_parquet(data).astype(object)
    rows = rows.where(rows.notna(), None)
    return [Text(source, SourceText(*row)) for row in rows.itertuples(index=False, name=None)]
