"""``review.sqlite``: every decision a row, nothing overwritten; several windows and coders may write at once."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

import pandas as pd

from nlp.base.errors import DataError
from nlp.tables import DECISIONS, QUEUED

NAME = "review.sqlite"
APPLICATION, VERSION = 0x4C5A5052, 1  # written into the file's head: whose it is, and of which form
ANOTHER = "换一个结果文件夹，或把这个文件改名另存"
Mark = tuple[str, int, int]  # code, start and end of its evidence in the passage
SCHEMA = """
CREATE TABLE decisions (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, passage_id TEXT NOT NULL, digest TEXT NOT NULL,
    coder TEXT NOT NULL, time TEXT NOT NULL, role TEXT, codes TEXT NOT NULL, note TEXT, doubtful INTEGER NOT NULL,
    blind INTEGER NOT NULL, queue INTEGER, seconds REAL, undone INTEGER, sent TEXT UNIQUE);
CREATE INDEX of_coder ON decisions (coder, passage_id);
CREATE TABLE queued (
    queue INTEGER NOT NULL, kind TEXT NOT NULL, seed INTEGER NOT NULL, position INTEGER NOT NULL,
    passage_id TEXT NOT NULL, digest TEXT NOT NULL, stratum TEXT, n_stratum INTEGER, probability REAL,
    PRIMARY KEY (queue, position));
CREATE TRIGGER decisions_stay BEFORE UPDATE ON decisions BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER decisions_are_kept BEFORE DELETE ON decisions BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER queues_stay BEFORE UPDATE ON queued BEGIN SELECT RAISE(ABORT, 'append only'); END;
CREATE TRIGGER queues_are_kept BEFORE DELETE ON queued BEGIN SELECT RAISE(ABORT, 'append only'); END;
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """What one coder said of one passage."""

    passage_id: str
    digest: str  # of the text that was read
    coder: str
    role: str | None = None
    codes: tuple[Mark, ...] = ()
    note: str = ""
    doubtful: bool = False
    blind: bool = False
    queue: int | None = None
    seconds: float | None = None
    kind: str = "decide"
    undone: int | None = None
    time: str = ""  # "": now
    sent: str | None = None  # names the sending: what is sent twice counts once


def digest_of(text: str) -> str:
    """Fingerprint of a passage's text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Store:
    """Decisions and queues of one result. Raises DataError where the file is not ours or cannot be written."""

    def __init__(self, path: Path, only_read: bool = False) -> None:
        if only_read and not path.is_file():
            raise DataError.at("找不到核对记录", where=path, fix="先用 review 核对，或检查路径")
        self.path, self.lock = path, Lock()
        with self.told():
            self.database = sqlite3.connect(path, isolation_level=None, timeout=5.0, check_same_thread=False)
            try:
                self.prepare()
            except BaseException:
                self.database.close()
                raise

    def prepare(self) -> None:
        """Make the tables in a new file; refuse one that is not ours."""
        execute = self.database.execute
        if execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            execute("PRAGMA journal_mode=WAL")
            new = f"{SCHEMA}; PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION};"
            try:
                self.database.executescript(f"BEGIN IMMEDIATE; {new} COMMIT;")
            except sqlite3.OperationalError:
                execute("ROLLBACK")
                if execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:  # no other process made them
                    raise
        if execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
            raise DataError.at("这不是核对记录，没有动它", where=self.path, fix=ANOTHER)
        if (version := execute("PRAGMA user_version").fetchone()[0]) != VERSION:
            fix = "用写它的那一版程序打开" if version < VERSION else "升级本程序"
            raise DataError.at(f"核对记录是第 {version} 版的，这里只认第 {VERSION} 版", where=self.path, fix=fix)
        execute("PRAGMA synchronous=FULL")  # what was answered for is on the disk

    @contextmanager
    def told(self) -> Iterator[None]:
        """Faults of the database, in Chinese."""
        try:
            yield
        except sqlite3.DatabaseError as fault:
            if "full" in str(fault) or "disk I/O" in str(fault):
                raise DataError.at("磁盘已满，这一条没有存下", where=self.path, fix="腾出空间，再点一次") from fault
            if "locked" in str(fault):
                raise DataError.at(
                    "核对记录正被别的程序占用，这一条没有存下", where=self.path, fix="稍后再点一次"
                ) from fault
            if isinstance(fault, sqlite3.OperationalError):
                fix = "检查文件夹能不能写、磁盘是否正常"
                raise DataError.at(f"核对记录打不开或写不进（{fault}）", where=self.path, fix=fix) from fault
            raise DataError.at(f"这不是核对记录，或已损坏（{fault}）", where=self.path, fix=ANOTHER) from fault

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    def append(self, decisions: Sequence[Decision]) -> None:
        """Write decisions, all or none; on the disk when this returns. What was sent before is not written again."""
        rows = [
            (
                *(each.kind, each.passage_id, each.digest, each.coder, each.time or now(), each.role),
                *(json.dumps(each.codes, ensure_ascii=False), each.note or None, each.doubtful, each.blind),
                *(each.queue, each.seconds, each.undone, each.sent),
            )
            for each in decisions
        ]
        with self.lock, self.told(), self.whole():
            self.database.executemany(
                "INSERT INTO decisions (kind, passage_id, digest, coder, time, role, codes, note, doubtful, blind,"
                f" queue, seconds, undone, sent) VALUES ({', '.join('?' * 14)}) ON CONFLICT (sent) DO NOTHING",
                rows,
            )

    def add_queue(self, rows: pd.DataFrame) -> int:
        """Write a queue (QUEUED, its number not yet given); returns its number."""
        with self.lock, self.told(), self.whole():
            number = self.database.execute("SELECT coalesce(max(queue), 0) + 1 FROM queued").fetchone()[0]
            plain = rows.assign(queue=number).astype(object).where(rows.assign(queue=number).notna(), None)
            self.database.executemany(
                f"INSERT INTO queued ({', '.join(QUEUED.names)}) VALUES ({', '.join('?' * len(QUEUED.names))})",
                plain[QUEUED.names].to_numpy().tolist(),
            )
            return int(number)

    @contextmanager
    def whole(self) -> Iterator[None]:
        """One transaction."""
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
            self.database.execute("COMMIT")
        except BaseException:
            if self.database.in_transaction:
                self.database.execute("ROLLBACK")
            raise

    def decisions(self) -> pd.DataFrame:
        """All DECISIONS."""
        table = self.read(f"SELECT {', '.join(DECISIONS.names)} FROM decisions ORDER BY number")
        return DECISIONS.frame([dict(zip(DECISIONS.names, row, strict=True)) for row in table])

    def queued(self) -> pd.DataFrame:
        """All QUEUED."""
        table = self.read(f"SELECT {', '.join(QUEUED.names)} FROM queued ORDER BY queue, position")
        return QUEUED.frame([dict(zip(QUEUED.names, row, strict=True)) for row in table])

    def read(self, query: str, given: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Rows of a query."""
        with self.lock, self.told():
            return list(self.database.execute(query, tuple(given)))


def now() -> str:
    """The time of a decision, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def marks_of(codes: str) -> list[Mark]:
    """Codes and evidence of a row of DECISIONS."""
    return [(str(code), int(start), int(end)) for code, start, end in json.loads(codes)]
