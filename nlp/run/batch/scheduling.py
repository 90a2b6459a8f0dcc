"""Batches of any size: inputs → parts → rows → tables, in flat memory, with a ledger that survives any stop."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from pathlib import Path

import pandas as pd

from nlp.base.cache import keep_fault
from nlp.base.collector import seldom_collected
from nlp.base.errors import DataError, UnreadableFile
from nlp.corpus.codebook import Codebook
from nlp.engine.choice import open_crew
from nlp.engine.workers import Crew, Lost
from nlp.intake.discover import Found
from nlp.intake.guard import guarded_reader
from nlp.intake.unpack import opened
from nlp.readers.limits import load
from nlp.readers.source import ReadOptions
from nlp.run.batch.joining import join, rows_of
from nlp.run.batch.ledger import (
    ACCOUNTED,
    DOCUMENTS,
    KINDS,
    NAME,
    PASSAGES,
    REMOVED,
    Ledger,
    Listed,
    Piece,
    Stamp,
    Tally,
    Written,
    damaged,
    stamp_of,
)
from nlp.run.batch.parts import (
    Broken,
    Chunk,
    Code,
    Coded,
    Counts,
    Input,
    Outcome,
    Part,
    Report,
    Text,
    Worker,
    fault_of,
)
from nlp.store.files import FORMATS, remove_unfinished, write_files, write_table
from nlp.store.rows import Names, Rows, Values, part_form
from nlp.tables import ACCOUNT, DROPPED, FAILURES
from nlp.text.account import unread_row

__all__ = [
    "Code",
    "Coded",
    "Counts",
    "Limits",
    "Names",
    "Rows",
    "Stream",
    "Tally",
    "Text",
    "Values",
    "Watch",
    "forget",
    "join_tables",
    "refuse_results",
    "stored",
    "stream",
]

PARTS = "parts"
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
CLOSED_LEDGER = ("readonly", "unable to open")
CLOSED = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
OURS = re.compile(rf"\.?\d{{4,}}-\d{{6,}}(-\d+-\d+)?\.({'|'.join(KINDS)}|texts)\.")  # files in PARTS
FEWEST = 16  # inputs of a part: fewer take longer to hand out than to code
LISTS = (f"{REMOVED}.csv", f"{ACCOUNTED}.csv", "failures.csv")  # in this form, whatever that of the others
RESULTS = (*(f"{kind}.{form}" for kind in (PASSAGES, DOCUMENTS) for form in FORMATS), *LISTS, "run.json")
OUTPUTS = ("passages.*", "documents.*", *LISTS, "run.json", NAME)
CRASHED = ("处理它的进程两次意外中止（可能是内存不足）", "单独检查这个文件；确认无误后加 --resume 再试")
REPORT = "这是程序的问题：报告时附上详细经过；这个文件可先拆开或改写，再加 --resume 重试"
Watch = Callable[[Tally], None]


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a part may become; the result does not depend on it."""

    inputs: int = 256
    size: int = 4_000_000  # bytes of its files
    texts: int = 2_000  # rows of a table that are coded at once


@dataclass(frozen=True)
class Stream:
    """One batch: who codes, with what settings, into which folder."""

    code: Code
    out: Path
    form: str
    options: ReadOptions
    settings: Mapping[str, str]
    limits: Limits = Limits()


def stream(
    inputs: Sequence[str | Path],
    batch: Stream,
    resume: bool = False,
    workers: int = 1,
    scheduler: str | None = None,
    watch: Watch | None = None,
) -> Tally:
    """Read and code all inputs; afterwards ``join_tables`` writes the tables.

    Raises
    ------
    DataError
        If the folder holds results and ``resume`` is not asked for, if it was begun with other settings, if another
        process works in it, or if the disk is full.
    """
    refuse_results(batch.out, resume)
    refuse_inputs_inside(batch.out, inputs)
    with told_if_full(batch.out), seldom_collected(), opened(inputs, batch.options, batch.out) as found:
        (batch.out / PARTS).mkdir(parents=True, exist_ok=True)
        with Ledger(batch.out) as ledger:
            ledger.agree(batch.settings)
            ledger.plan(listed(found))
            remove_unfinished(batch.out, RESULTS)
            take_back_damaged(ledger, batch.out / PARTS)
            sweep(ledger, batch.out / PARTS)
            work = Worker(batch.code, batch.options, batch.form, batch.limits.texts)
            tally = ledger.tally()
            try:
                if tally.total > tally.done + tally.failed:
                    with open_crew(work, workers, scheduler) as crew:
                        Foreman(batch, ledger, crew, watch or ignore).run()
            finally:  # a worker that was ended in the middle of a file leaves it half written
                sweep(ledger, batch.out / PARTS)
            return ledger.tally()


def ignore(tally: Tally) -> None:
    """A watch that looks away."""


def refuse_results(out: Path, resume: bool) -> None:
    """Raise DataError if ``out`` holds results that would be overwritten."""
    found = sorted(path.name for pattern in OUTPUTS for path in out.glob(pattern))
    if found and all(is_list_of_ours(out / name) for name in found):  # of a run that could read nothing
        return
    if resume and found and NAME not in found:
        raise DataError.at("这里没有可以接着做的账本", where=out, fix="不加 --resume，并换一个 --out")
    if found and not resume:
        raise DataError.at(
            f"结果文件夹里已有结果（{'、'.join(found)}），没有覆盖",
            where=out,
            fix="加 --resume 接着做（做完的不重做），或换一个 --out，或先删去这个文件夹",
        )


def is_list_of_ours(path: Path) -> bool:
    """Whether a file is one of our LISTS, by name and columns; another of that name is the user's."""
    tables = dict(zip(LISTS, (DROPPED, ACCOUNT, FAILURES), strict=True))
    try:
        with path.open(encoding="utf-8-sig") as file:
            return path.name in tables and file.readline() == ",".join(tables[path.name].names) + "\n"
    except (OSError, UnicodeDecodeError):
        return False


def refuse_inputs_inside(out: Path, inputs: Sequence[str | Path]) -> None:
    """Raise DataError for inputs that lie among our results, where none is looked for; ``out`` itself may be named
    beside others, as a shell's ``*`` does."""
    ours = os.path.realpath(out)
    places = [os.path.realpath(given) for given in inputs]
    if any(place.startswith(ours + os.sep) for place in places) or set(places) == {ours}:
        raise DataError.at(
            "输入在结果文件夹里，那里的文件不当作输入",
            where=out,
            fix="换一个 --out；输入文件夹下的一个新文件夹也可以",
        )


@contextmanager
def told_if_full(out: Path) -> Iterator[None]:
    """Turn the fault of a full disk, of a folder that cannot be written, or of a damaged ledger, into one that says
    what to do."""
    try:
        yield
    except (OSError, sqlite3.DatabaseError) as fault:
        number = getattr(fault, "errno", None)
        if number in FULL or "full" in str(fault):
            raise DataError.at(
                "磁盘写满了；做完的部分都已存好",
                where=f"{out}（或临时文件夹所在的磁盘）",
                fix="腾出空间，再用同样的命令加 --resume 接着做",
            ) from fault
        if number in CLOSED or any(words in str(fault) for words in CLOSED_LEDGER):
            raise DataError.at("写不进结果文件夹", where=out, fix="检查它的写入权限，或换一个 --out") from fault
        if isinstance(fault, sqlite3.DatabaseError) and not isinstance(fault, sqlite3.OperationalError):
            raise damaged(out / NAME, fault) from fault
        raise


def listed(found: Iterable[Found]) -> Iterator[Listed]:
    """The inputs as the ledger knows them."""
    for each in found:
        yield Listed(each.source, each.path, (each.fault.reason, each.fault.fix) if each.fault else None)


def take_back_damaged(ledger: Ledger, parts: Path) -> None:
    """Have the inputs done again whose rows stand in files that are gone or do not hold what was written."""
    ledger.take_back([owner for file, owner, known in ledger.kept() if hash_of(parts / file) != known])


def hash_of(path: Path) -> str:
    """Hash of a file; empty for one that cannot be read."""
    try:
        return stamp_of(path).sha256
    except OSError:
        return ""


def sweep(ledger: Ledger, parts: Path) -> None:
    """Remove files of ours that no row of the ledger names: what was written when the last run stopped, or is
    outdated. What else lies there is the user's."""
    needed = ledger.needed()
    for path in parts.iterdir():
        if OURS.match(path.name) and path.name not in needed and path.name.split(".")[0] not in needed:
            path.unlink(missing_ok=True)


class Foreman:
    """Hands out parts and books what comes back."""

    def __init__(self, batch: Stream, ledger: Ledger, crew: Crew, watch: Watch) -> None:
        self.batch, self.ledger, self.crew, self.watch = batch, ledger, crew, watch
        self.folder = batch.out / PARTS
        self.tally = ledger.tally()
        # A worker that outlived a killed run may still write: names of parts never come twice.
        self.names = (f"{ledger.run:04d}-{number:06d}" for number in count(1))
        self.again: list[Part] = []
        self.died: set[tuple[str, int]] = set()
        self.described: set[str] = set()  # kinds of rows whose columns the ledger knows

    def run(self) -> None:
        """Do everything that waits."""
        self.watch(self.tally)
        self.again = [self.part(chunk=Chunk(*each)) for each in self.ledger.chunks_waiting()][::-1]
        new = self.parts(self.tally.total - self.tally.done - self.tally.failed)
        while True:
            while self.crew.n_under_way < 2 * self.crew.size:
                part = self.again.pop() if self.again else next(new, None)
                if part is None:
                    break
                self.crew.submit(self.loaded(part))
            if not self.crew.n_under_way:
                return
            part, outcome = self.crew.wait()
            if isinstance(outcome, Lost):
                self.lost(part, *CRASHED)
            elif isinstance(outcome, Broken):
                self.lost(part, *told(outcome))
            else:
                self.book(part, outcome)
            self.watch(self.tally)

    def part(self, inputs: tuple[Input, ...] = (), chunk: Chunk | None = None) -> Part:
        """A part with a name that was never used."""
        return Part(next(self.names), inputs, chunk, None if self.crew.remote else self.folder)

    def parts(self, n_waiting: int) -> Iterator[Part]:
        """Parts of the inputs that wait: small ones first, so that results come soon, and small ones last, so that
        all workers end together."""
        limits, left = self.batch.limits, n_waiting
        most = min(limits.inputs, FEWEST)
        held: list[Input] = []
        size = 0
        for source, path in self.ledger.waiting():
            bytes_here = size_of(path)
            if held and (len(held) >= most or size + bytes_here > limits.size):
                yield self.part(tuple(held))
                left -= len(held)
                fair = max(FEWEST, left // (3 * self.crew.size))
                most = min(limits.inputs, 2 * most, fair)
                held, size = [], 0
            held.append(Input(source, path))
            size += bytes_here
        if held:
            yield self.part(tuple(held))

    def loaded(self, part: Part) -> Part:
        """The part with what its files hold, if the worker may stand elsewhere."""
        if not self.crew.remote:
            return part
        if part.chunk is not None:
            return replace(part, chunk=replace(part.chunk, raw=(self.folder / part.chunk.file).read_bytes()))
        return replace(part, inputs=tuple(self.with_bytes(each) for each in part.inputs))

    def with_bytes(self, each: Input) -> Input:
        """An input with its bytes, or with what the reader says of it: the worker could only find it missing."""
        try:
            status = each.path.stat()
            raw = load(each.path, self.batch.options)
        except (OSError, UnreadableFile):
            with guarded_reader(self.batch.options) as reader:
                return replace(each, fault=fault_of(each, reader))
        return replace(each, raw=raw, stamp=Stamp.of(status, sha256(raw).hexdigest()))

    def lost(self, part: Part, reason: str, fix: str) -> None:
        """A worker died, or failed, over a part: its inputs are tried once more, each alone; who does it twice has
        failed."""
        keys = [(part.chunk.source, part.chunk.number)] if part.chunk else [(source, -1) for source in part.sources]
        if len(keys) == 1 and keys[0] in self.died:
            if not self.outdated(part):
                with self.ledger.transaction():
                    self.ledger.fail(part.sources[0], reason, fix)
                self.tally = replace(self.tally, failed=self.tally.failed + 1)
            return
        self.died.update(keys)
        alone = [((), part.chunk)] if part.chunk else [((each,), None) for each in part.inputs]
        self.again += [self.part(inputs, chunk) for inputs, chunk in reversed(alone)]

    def outdated(self, part: Part) -> bool:
        """Whether a part is a chunk of an input that has failed meanwhile."""
        return part.chunk is not None and self.ledger.state(part.chunk.source) != "staged"

    def book(self, part: Part, report: Report) -> None:
        """Note what a part gave; then it counts."""
        if self.outdated(part):
            return
        write_files(report.files, self.folder)
        settled: list[str] | None = None
        with self.ledger.transaction():
            self.note_rows(part, report)
            self.ledger.keep(self.owned(part, report))
            for outcome in report.outcomes:
                if outcome.fault:
                    self.ledger.fail(outcome.source, *outcome.fault)
                elif outcome.chunks:
                    self.ledger.stage(outcome.source, outcome.chunks)
            if not part.chunk:
                self.ledger.read(
                    (each.source, known(each.stamp), "staged" if each.chunks else "done", each.unread)
                    for each in report.outcomes
                    if not each.fault
                )
            else:
                settled = self.ledger.settle(part.chunk.source)
            empty = self.fail_empty(report, settled is not None)
        staged = [(each.source, *chunk) for each in report.outcomes for chunk in enumerate(each.chunks)]
        self.again += [self.part(chunk=Chunk(*each)) for each in reversed(staged)]
        for file in settled or ():
            (self.folder / file).unlink(missing_ok=True)
        self.count(report, settled is not None, empty)

    def fail_empty(self, report: Report, settled: bool) -> int:
        """Call the inputs failed that are whole and gave no passage; returns how many."""
        n_failed = 0
        for each in report.outcomes:
            told = each.counts.nothing if each.counts and (each.stamp or settled) else None
            if told and not self.ledger.n_passages(each.source):
                reason = "；".join(filter(None, (told[0], *(each.unread or ())[:1])))
                self.ledger.fail(each.source, reason, told[1], forget=False)
                n_failed += 1
        return n_failed

    def count(self, report: Report, settled: bool, empty: int) -> None:
        """Keep the tally; ``empty``: inputs that gave no passage."""
        counts = [each.counts for each in report.outcomes if each.counts]
        n_whole = sum(each.counts is not None and each.stamp is not None for each in report.outcomes) + settled
        self.tally = Tally(
            self.tally.total,
            self.tally.done + n_whole - empty,
            self.tally.failed + sum(each.fault is not None for each in report.outcomes) + empty,
            self.tally.passages + sum(each.n_passages for each in counts),
            self.tally.documents + sum(each.sizes.get(DOCUMENTS, 0) for each in counts),
            self.tally.abstained + sum(each.n_abstained for each in counts),
        )

    def note_rows(self, part: Part, report: Report) -> None:
        """Note where the rows of a part stand."""
        pieces = list(self.pieces(part, report.outcomes))
        if pieces:
            sizes = {kind: sum(each.spans[kind][1] for each in pieces) for kind in KINDS}
            self.ledger.add(Written(part.name, part_form(self.batch.form), sizes), pieces)
        for kind, columns in report.columns.items():
            if kind not in self.described:
                self.ledger.describe(kind, columns)
                self.described.add(kind)

    def owned(self, part: Part, report: Report) -> Iterator[tuple[str, str, str]]:
        """The files of a report with their owners and hashes."""
        staged = {file for outcome in report.outcomes for file in outcome.chunks}
        for file, known in report.hashes.items():
            yield file, file if file in staged else part.name, known

    def pieces(self, part: Part, outcomes: Sequence[Outcome]) -> Iterator[Piece]:
        """Where the rows of every input stand in the files of the part."""
        at = dict.fromkeys(KINDS, 0)
        for outcome in outcomes:
            if outcome.counts is None:
                continue
            sizes = {kind: outcome.counts.sizes.get(kind, 0) for kind in KINDS}
            spans = {kind: (at[kind], n) for kind, n in sizes.items()}
            chunk = part.chunk.number if part.chunk else 0
            yield Piece(outcome.source, chunk, part.name, outcome.counts.n_abstained, spans)
            at = {kind: at[kind] + n for kind, n in sizes.items()}


def told(broken: Broken) -> tuple[str, str]:
    """Reason and remedy of an input that the program cannot deal with; the traceback goes to the cache folder, the same
    fault into one file, however many inputs it costs."""
    name = f"{broken.kind}-{broken.mark}.txt"
    try:
        keep_fault(broken.trace, name)
    except OSError:
        return f"程序处理它时出错：{broken.kind}（经过写不进缓存文件夹）", REPORT
    return f"程序处理它时出错：{broken.kind}；详细经过见缓存文件夹的 faults/{name}", REPORT


def known(stamp: Stamp | None) -> Stamp:
    """The stamp that every input that was read has."""
    assert stamp is not None
    return stamp


def size_of(path: Path) -> int:
    """Bytes of a file, 0 if it is gone."""
    try:
        return os.stat(path).st_size  # noqa: PTH116 - asked of every input
    except OSError:
        return 0


def join_tables(batch: Stream, codebook: Codebook) -> None:
    """Write the tables of all inputs, in their order, and the lists of what was removed and not read."""
    with told_if_full(batch.out), Ledger(batch.out) as ledger:
        write_table(FAILURES.frame(ledger.failures()), batch.out / "failures.csv")
        unread = ACCOUNT.frame(unread_row(*each) for each in ledger.unread())
        for kind, more in ((PASSAGES, None), (DOCUMENTS, None), (REMOVED, DROPPED.empty()), (ACCOUNTED, unread)):
            form = "csv" if more is not None else batch.form
            join(ledger, batch.out / PARTS, kind, batch.out / f"{kind}.{form}", codebook, more)


def forget(out: Path) -> None:
    """Take away the ledger and the parts of a batch that came to nothing."""
    shutil.rmtree(out / PARTS)
    for path in out.glob(f"{NAME}*"):
        path.unlink()


def stored(out: Path, kind: str) -> pd.DataFrame | None:
    """All rows of one kind (passages or documents) in memory; None if there are none."""
    with Ledger(out) as ledger:
        return rows_of(ledger, out / PARTS, kind)
