"""The ledger of a batch: which inputs are finished, with what content, where their rows stand. SQLite in WAL mode."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Self

from nlp.base.errors import DataError
from nlp.readers.limits import open_at_once

NAME = "ledger.sqlite"
PASSAGES, DOCUMENTS, REMOVED, ACCOUNTED = KINDS = ("passages", "documents", "dropped", "account")  # of rows
SPANS = ", ".join(f"first_{kind} INTEGER NOT NULL, n_{kind} INTEGER NOT NULL" for kind in KINDS)
SIZES = ", ".join(f"n_{kind} INTEGER NOT NULL" for kind in KINDS)
TABLES = f"""
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS inputs (
    source TEXT PRIMARY KEY, position INTEGER NOT NULL, run INTEGER NOT NULL,
    size INTEGER, mtime INTEGER, ctime INTEGER, sha256 TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'staged', 'done', 'failed')), reason TEXT, fix TEXT
);
CREATE INDEX IF NOT EXISTS in_order ON inputs (position);
CREATE TABLE IF NOT EXISTS pieces (
    source TEXT NOT NULL, chunk INTEGER NOT NULL, part TEXT NOT NULL, n_abstained INTEGER NOT NULL, {SPANS},
    PRIMARY KEY (source, chunk)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS parts (
    part TEXT PRIMARY KEY, form TEXT NOT NULL, {SIZES}
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS columns (
    holder TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL,
    PRIMARY KEY (holder, position)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS staged (
    source TEXT NOT NULL, chunk INTEGER NOT NULL, file TEXT NOT NULL, PRIMARY KEY (source, chunk)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS files (
    file TEXT PRIMARY KEY, owner TEXT NOT NULL, sha256 TEXT NOT NULL
) WITHOUT ROWID;
"""
TAKE_IN = "INSERT OR REPLACE INTO inputs (source, position, run, state, reason, fix) VALUES (?, ?, ?, ?, ?, ?)"
# Where the files lie is no business of the result folder: a name may hold what --redact masks. Every run finds them.
PATHS = "CREATE TEMPORARY TABLE paths (source TEXT PRIMARY KEY, path BLOB NOT NULL) WITHOUT ROWID"
UNKNOWN = "未知"
PIECE = 1_000_000  # bytes that are hashed at once
AT_ONCE = 1000  # rows read at a time, so that no query stays open while others write


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an input held when it was read: bytes, times of its last change (nanoseconds), hash.

    Whoever copies a file with its time sets ``mtime``; ``ctime`` nobody can set (on Windows it is that of creation).
    """

    size: int
    mtime: int
    ctime: int
    sha256: str

    @classmethod
    def of(cls, status: os.stat_result, sha256: str) -> Self:
        """The stamp of a file of this status and hash."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ctime_ns, sha256)

    def agrees(self, status: os.stat_result) -> bool:
        """Whether a file of this status can hold nothing else."""
        return (self.size, self.mtime, self.ctime) == (status.st_size, status.st_mtime_ns, status.st_ctime_ns)


@dataclass(frozen=True, slots=True)
class Piece:
    """The rows of an input, or of one chunk of it, in a part."""

    source: str
    chunk: int
    part: str
    n_abstained: int
    spans: dict[str, tuple[int, int]]  # kind of rows → the first one, and how many


@dataclass(frozen=True, slots=True)
class Written:
    """A part: the form of its files and all rows in them, also those of inputs that have changed since."""

    part: str
    form: str
    sizes: dict[str, int]  # kind of rows → how many


@dataclass(frozen=True, slots=True)
class Listed:
    """An input as it was found: its name, its file, and why it cannot be read (reason, remedy), if so."""

    source: str
    path: Path
    fault: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a batch is: inputs, passages, passages that a person should decide."""

    total: int
    done: int
    failed: int
    passages: int = 0
    documents: int = 0
    abstained: int = 0


class Ledger:
    """The ledger of one result folder; nobody else can open it meanwhile."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        self.database = sqlite3.connect(self.path, isolation_level=None, timeout=1.0)
        try:
            self.hold()
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault):
                raise
            raise DataError.at(
                "另一个进程正在写这个结果文件夹", where=folder, fix="等它做完，或换一个 --out"
            ) from fault
        except sqlite3.DatabaseError as fault:
            raise damaged(self.path, fault) from fault

    def hold(self) -> None:
        """Take the database for ourselves and lay out its tables; whatever stops us, it is closed."""
        try:
            # Held until we end, by whatever death: a second run in the same folder is refused.
            self.database.execute("PRAGMA locking_mode = EXCLUSIVE")
            self.database.execute("PRAGMA journal_mode = WAL")
            self.database.execute("PRAGMA synchronous = FULL")
            self.database.executescript(TABLES)
            self.database.execute(PATHS)
            self.database.execute("BEGIN EXCLUSIVE")
            self.database.execute("COMMIT")
        except BaseException:  # Ctrl-C too: nobody else can close it yet
            self.database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *fault: object) -> None:
        self.database.close()

    def agree(self, settings: Mapping[str, str]) -> None:
        """Note the settings of the batch, or compare them with those noted. Raises DataError naming what differs."""
        known = dict(self.database.execute("SELECT name, value FROM settings"))
        if not known:
            with self.transaction():
                self.database.executemany("INSERT INTO settings VALUES (?, ?)", settings.items())
            return
        different = [
            f"{name}：当时 {known.get(name, UNKNOWN)}，现在 {value}"
            for name, value in settings.items()
            if known.get(name) != value
        ]
        if different:
            raise DataError.at(
                f"不能接着做：设置或模型与当时不同（{'；'.join(different)}）",
                where=self.path.parent,
                fix="用当时的选项、语料和程序版本，或换一个 --out 重做",
            )

    @property
    def run(self) -> int:
        """How many times inputs were taken in."""
        return self.number("SELECT coalesce(max(run), 0) FROM inputs")

    def transaction(self) -> Transaction:
        """All or nothing."""
        return Transaction(self.database)

    def plan(self, listed: Iterable[Listed]) -> None:
        """Take in the inputs found now, in order: new and changed ones wait, finished ones stay, vanished ones go.

        An input is unchanged if size and times are, or else if its hash is. What failed is tried again.
        """
        with self.transaction():
            run, listed = self.run + 1, self.located(listed)
            if run == 1:
                self.database.executemany(TAKE_IN, (fresh(each, position, run) for position, each in enumerate(listed)))
                return
            for position, each in enumerate(listed):
                self.take_in(each, position, run)
            self.database.execute("DELETE FROM inputs WHERE run < ?", (run,))
            for table in ("pieces", "staged"):
                self.database.execute(f"DELETE FROM {table} WHERE source NOT IN (SELECT source FROM inputs)")
            self.database.execute("DELETE FROM parts WHERE part NOT IN (SELECT part FROM pieces)")
            self.database.execute(
                "DELETE FROM files WHERE owner NOT IN (SELECT part FROM pieces UNION SELECT file FROM staged)"
            )

    def located(self, listed: Iterable[Listed]) -> Iterator[Listed]:
        """The inputs as they come; where their files lie is noted for this run."""
        every = iter(listed)
        while block := list(islice(every, AT_ONCE)):
            paths = [(each.source, os.fsencode(each.path)) for each in block]
            self.database.executemany("INSERT OR REPLACE INTO paths VALUES (?, ?)", paths)
            yield from block

    def take_in(self, each: Listed, position: int, run: int) -> None:
        """Take in one input."""
        known = self.database.execute(
            "SELECT state, size, mtime, ctime, sha256 FROM inputs WHERE source = ?", (each.source,)
        ).fetchone()
        if each.fault is None and known and known[0] in ("done", "staged"):
            stamp = stamp_if_same(each.path, Stamp(*known[1:]))
            if stamp is not None:
                self.database.execute(
                    "UPDATE inputs SET position = ?, run = ?, size = ?, mtime = ?, ctime = ? WHERE source = ?",
                    (position, run, stamp.size, stamp.mtime, stamp.ctime, each.source),
                )
                return
        self.forget(each.source)
        self.database.execute(TAKE_IN, fresh(each, position, run))

    def forget(self, source: str) -> None:
        """Take back all rows of an input."""
        self.database.execute("DELETE FROM pieces WHERE source = ?", (source,))
        self.database.execute("DELETE FROM staged WHERE source = ?", (source,))

    def waiting(self) -> Iterator[tuple[str, Path]]:
        """Source and path of the inputs that have yet to be read, in order."""
        query = (
            "SELECT position, source, path FROM inputs JOIN paths USING (source) "
            "WHERE state = 'waiting' AND position > ? ORDER BY position"
        )
        last = -1
        while rows := self.database.execute(f"{query} LIMIT {AT_ONCE}", (last,)).fetchall():
            for last, source, path in rows:  # noqa: B007 - where the next rows begin
                yield source, Path(os.fsdecode(path))

    def chunks_waiting(self) -> list[tuple[str, int, str]]:
        """Source, chunk and file of the staged chunks that are not coded yet."""
        return self.database.execute(
            "SELECT source, chunk, file FROM staged JOIN inputs USING (source) WHERE state = 'staged' AND NOT EXISTS "
            "(SELECT 1 FROM pieces WHERE pieces.source = staged.source AND pieces.chunk = staged.chunk) "
            "ORDER BY position, chunk"
        ).fetchall()

    def read(self, inputs: Iterable[tuple[str, Stamp, str, tuple[str, str] | None]]) -> None:
        """Note inputs that were read, with their stamps, their states (done, or staged) and what was not read of
        them."""
        self.database.executemany(
            "UPDATE inputs SET state = ?, size = ?, mtime = ?, ctime = ?, sha256 = ?, reason = ?, fix = ? "
            "WHERE source = ?",
            (
                (state, *attrgetter(*Stamp.__slots__)(stamp), *(unread or (None, None)), source)
                for source, stamp, state, unread in inputs
            ),
        )

    def stage(self, source: str, files: Iterable[str]) -> None:
        """Note the files that hold the chunks of an input."""
        self.database.executemany(
            "INSERT INTO staged VALUES (?, ?, ?)", [(source, chunk, file) for chunk, file in enumerate(files)]
        )

    def add(self, written: Written, pieces: Iterable[Piece]) -> None:
        """Note a part and where rows stand in it."""
        marks = ", ".join("?" * (2 + len(KINDS)))
        sizes = (written.sizes.get(kind, 0) for kind in KINDS)
        self.database.execute(f"INSERT INTO parts VALUES ({marks})", (written.part, written.form, *sizes))
        marks = ", ".join("?" * (4 + 2 * len(KINDS)))
        self.database.executemany(f"INSERT OR REPLACE INTO pieces VALUES ({marks})", map(row_of_piece, pieces))

    def written(self, part: str) -> Written:
        """What is known of a part."""
        row = self.database.execute("SELECT * FROM parts WHERE part = ?", (part,)).fetchone()
        return Written(row[0], row[1], dict(zip(KINDS, row[2:], strict=True)))

    def describe(self, holder: str, columns: Iterable[tuple[str, str]]) -> None:
        """Note names and kinds of the columns of one kind of rows; all parts have the same."""
        self.database.executemany(
            "INSERT OR IGNORE INTO columns VALUES (?, ?, ?, ?)",
            [(holder, position, name, kind) for position, (name, kind) in enumerate(columns)],
        )

    def columns(self, holder: str) -> list[tuple[str, str]]:
        """Names and kinds of the columns of one kind of rows, in order."""
        query = "SELECT name, kind FROM columns WHERE holder = ? ORDER BY position"
        return self.database.execute(query, (holder,)).fetchall()

    def settle(self, source: str) -> list[str] | None:
        """Call a staged input done if all its chunks are; returns the files that are not needed any more, or None."""
        lacking = self.number(
            "SELECT count(*) FROM staged WHERE source = ?1 AND chunk NOT IN "
            "(SELECT chunk FROM pieces WHERE source = ?1)",
            source,
        )
        if lacking:
            return None
        files = [file for (file,) in self.database.execute("SELECT file FROM staged WHERE source = ?", (source,))]
        self.database.execute("DELETE FROM staged WHERE source = ?", (source,))
        self.database.execute("UPDATE inputs SET state = 'done' WHERE source = ?", (source,))
        return files

    def fail(self, source: str, reason: str, fix: str, forget: bool = True) -> None:
        """Note that an input cannot be read, or (then its rows are not forgotten) that it gave no passage."""
        if forget:
            self.forget(source)
        self.database.execute(
            "UPDATE inputs SET state = 'failed', reason = ?, fix = ? WHERE source = ?", (reason, fix, source)
        )

    def state(self, source: str) -> str:
        """State of one input."""
        return str(self.database.execute("SELECT state FROM inputs WHERE source = ?", (source,)).fetchone()[0])

    def pieces(self) -> Iterator[Piece]:
        """Where the rows of all inputs stand, in the order of the inputs; one that gave no passage is among them."""
        query = (
            "SELECT pieces.* FROM inputs JOIN pieces USING (source) WHERE state IN ('done', 'failed') "
            "ORDER BY position, chunk"
        )
        for source, chunk, part, n_abstained, *spans in self.database.cursor().execute(query):
            pairs = zip(spans[::2], spans[1::2], strict=True)
            yield Piece(source, chunk, part, n_abstained, dict(zip(KINDS, pairs, strict=True)))

    def failures(self) -> list[tuple[str, str, str]]:
        """Source, reason and remedy of what could not be read, or not all of it, in order."""
        return self.database.execute(
            "SELECT source, reason, fix FROM inputs WHERE reason IS NOT NULL ORDER BY position"
        ).fetchall()

    def unread(self) -> list[tuple[str, str]]:
        """Source and reason of the inputs that have no rows, in order."""
        return self.database.execute(
            "SELECT source, reason FROM inputs WHERE reason IS NOT NULL AND source NOT IN (SELECT source FROM pieces) "
            "ORDER BY position"
        ).fetchall()

    def n_passages(self, source: str) -> int:
        """How many passages an input gave."""
        return self.number("SELECT coalesce(sum(n_passages), 0) FROM pieces WHERE source = ?", source)

    def hashes(self) -> Iterator[tuple[str, str]]:
        """Source and hash of all inputs that were read, in order."""
        yield from self.database.cursor().execute(
            "SELECT source, sha256 FROM inputs WHERE state = 'done' ORDER BY position"
        )

    def keep(self, files: Iterable[tuple[str, str, str]]) -> None:
        """Note files with their owners (the part they are of; a staged one is its own) and hashes."""
        self.database.executemany("INSERT INTO files VALUES (?, ?, ?)", files)

    def kept(self) -> Iterator[tuple[str, str, str]]:
        """Files, owners and hashes as noted."""
        yield from self.database.execute("SELECT file, owner, sha256 FROM files").fetchall()

    def take_back(self, owners: Sequence[str]) -> None:
        """Let the inputs wait again whose rows, or texts, stand in files that are lost."""
        with self.transaction():
            for owner in owners:
                query = "SELECT source FROM pieces WHERE part = ?1 UNION SELECT source FROM staged WHERE file = ?1"
                for (source,) in self.database.execute(query, (owner,)).fetchall():
                    self.forget(source)
                    self.database.execute("UPDATE inputs SET state = 'waiting' WHERE source = ?", (source,))

    def needed(self) -> set[str]:
        """Names of the parts and staged files that are needed."""
        rows = self.database.execute("SELECT DISTINCT part FROM pieces UNION SELECT file FROM staged")
        return {name for (name,) in rows}

    def tally(self) -> Tally:
        """How far the batch is."""
        states = dict(self.database.execute("SELECT state, count(*) FROM inputs GROUP BY state"))
        rows = self.database.execute(
            "SELECT coalesce(sum(n_passages), 0), coalesce(sum(n_documents), 0), coalesce(sum(n_abstained), 0) "
            "FROM pieces"
        ).fetchone()
        return Tally(sum(states.values()), states.get("done", 0), states.get("failed", 0), *rows)

    def number(self, query: str, *values: object) -> int:
        """The one number that a query gives."""
        return int(self.database.execute(query, values).fetchone()[0])


def row_of_piece(piece: Piece) -> tuple[object, ...]:
    """A piece as the ledger holds it."""
    spans = (number for kind in KINDS for number in piece.spans.get(kind, (0, 0)))
    return piece.source, piece.chunk, piece.part, piece.n_abstained, *spans


def damaged(path: Path, fault: sqlite3.DatabaseError) -> DataError:
    """What is said of a ledger that cannot be read."""
    return DataError.at(f"账本损坏（{fault}）", where=path, fix="换一个 --out 重做；或删去这个结果文件夹再做")


class Transaction:
    """Everything inside is noted together, or nothing of it; it is on the disk when it ends."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self.database = database

    def __enter__(self) -> None:
        self.database.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind is None:
            self.database.execute("COMMIT")
        elif self.database.in_transaction:
            self.database.execute("ROLLBACK")


def fresh(each: Listed, position: int, run: int) -> tuple[object, ...]:
    """The row of an input of which nothing is known yet."""
    reason, fix = each.fault or (None, None)
    return each.source, position, run, "failed" if each.fault else "waiting", reason, fix


def stamp_of(path: Path) -> Stamp:
    """Stamp of a file; without hash where it changed while it was hashed. Raises OSError."""
    number = open_at_once(os.fspath(path), os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        before, digest = os.fstat(number), sha256()
        if not stat.S_ISREG(before.st_mode):  # it became a FIFO since it was found: reading it would never end
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        while piece := os.read(number, min(before.st_size + 1, PIECE)):
            digest.update(piece)
        after = os.fstat(number)
    finally:
        os.close(number)
    stamp = Stamp.of(before, digest.hexdigest())
    return stamp if stamp.agrees(after) else replace(stamp, sha256="")


def stamp_if_same(path: Path, known: Stamp) -> Stamp | None:
    """The stamp that a file has now if it holds what it held: by size and times, or else by its hash."""
    try:
        if known.sha256 and known.agrees(path.stat()):
            return known
        return found if (found := stamp_of(path)).sha256 and found.sha256 == known.sha256 else None
    except OSError:
        return None
