"""Read in child processes that may die, hang or swallow memory without taking the batch along.

``guarded(found, options, children)`` is the one seam: it yields an ``Outcome`` an input, in the order of the inputs. A
child is a Python of its own (``nlp.readers.child``) that reads one file after the other; texts come back as JSON, so
that nothing that a hostile file made is ever unpickled. Children are plain subprocesses: they may be started from a
daemonic process, a thread, a spawned worker or a Dask worker.

The time is watched by the parent everywhere. The memory is bounded by the kernel where it knows ``RLIMIT_AS``: on
Linux; macOS accepts the limit without keeping it, and Windows has none.
"""

from __future__ import annotations

import dataclasses
import json
import os
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Timer
from types import TracebackType
from typing import IO, Any

from nlp.base.errors import UnreadableFile
from nlp.base.temporary import PrivateFolder
from nlp.intake.discover import Found
from nlp.intake.release import released
from nlp.readers.limits import load_lines
from nlp.readers.source import Packed, ReadOptions, SourceText, unread_part

Unpacked = tuple[str, Path | None, UnreadableFile | None]  # name of a member, its file, why it has none
LIGHT_BYTES = 64_000  # a plain text up to this size is read here: its time and memory grow with its size and no faster
MAX_FILES = 500  # that a child reads before a fresh one takes its place
AHEAD = 2  # inputs a child that are read before they are asked for
PROGRAM = ("-P", "-m", "nlp.intake.child")  # of a child; -P: no module comes out of the current folder
LENGTH = struct.Struct(">Q")  # stands before every answer of a child
SIMPLER = "文件可能已损坏或过于复杂：用原程序打开、另存一份，再读；仍不行就拆成几个较小的文件"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: its texts, or the fault it could not be read for."""

    found: Found
    texts: Sequence[SourceText] = ()
    fault: UnreadableFile | None = None

    @property
    def rows(self) -> list[dict[str, object]]:
        """Rows of ``tables.SOURCES``."""
        names = [field.name for field in dataclasses.fields(SourceText)]
        return [{"source": self.found.source} | {n: getattr(text, n) for n in names} for text in self.texts]

    @property
    def failures(self) -> list[tuple[str, str, str]]:
        """Rows of ``tables.FAILURES``: one or none; also one for a file that was not read to the end."""
        told = (self.fault.reason, self.fault.fix) if self.fault else unread_part(self.texts)
        return [(self.found.source, *told)] if told else []


def guarded(found: Iterable[Found], options: ReadOptions, children: int = 1) -> Iterator[Outcome]:
    """Read inputs, each within the bounds of ``options``, and yield an Outcome an input in their order.

    Nothing that a file holds raises or ends the iteration. At most ``AHEAD * children`` inputs are read ahead of the
    consumer, so memory does not grow with their number. The outcomes are the same for any number of children, and the
    same as those of ``read_file`` in this process, except where a child had to be ended. No child is started as long
    as there are only small plain texts; all children have ended when the iterator is exhausted or closed.

    Parameters
    ----------
    found : what ``discover`` returns
    children : how many files may be read at the same time
    """
    waiting: deque[Found | Future[Outcome]] = deque()
    with Pool(options, children) as pool:
        for each in found:
            waiting.append(each if is_light(each) else pool.submit(each))
            if len(waiting) > AHEAD * children:
                yield pool.settled(waiting.popleft())
        while waiting:
            yield pool.settled(waiting.popleft())


@contextmanager
def guarded_reader(options: ReadOptions) -> Iterator[Callable[[Path], Sequence[SourceText]]]:
    """Yield a function that reads one file like ``read_file``, but within the bounds of ``guarded``.

    For callers that decide file by file what to read next. It uses one child, and no thread.
    """
    with Pool(options, 1) as pool:

        def read(path: Path) -> Sequence[SourceText]:
            outcome = pool.outcome_of(Found(path, path.name))
            if outcome.fault:
                raise outcome.fault
            return outcome.texts

        yield read


def is_light(found: Found) -> bool:
    """Tell an input that needs no child: one known to be faulty, or a small plain text by its name and size."""
    if found.fault is not None:
        return True
    try:
        return found.path.suffix.lower() == ".txt" and found.path.stat().st_size <= LIGHT_BYTES
    except (OSError, ValueError):
        return True


class Pool:
    """Children that are started when they are needed and ended on exit."""

    def __init__(self, options: ReadOptions, size: int) -> None:
        self.options = options
        self.idle: SimpleQueue[Child] = SimpleQueue()
        self.started: list[Child] = []
        self.closing = False
        self.folder = PrivateFolder()
        self.threads = ThreadPoolExecutor(size, thread_name_prefix="readers")

    def __enter__(self) -> Pool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.closing = True
        self.threads.shutdown(wait=False, cancel_futures=True)
        self.end_all()  # a thread that waits for a child goes on
        self.threads.shutdown(wait=True)
        self.end_all()  # one may have been starting meanwhile
        self.folder.cleanup()  # also of what an ended child, or LibreOffice under it, left behind

    def submit(self, found: Found) -> Future[Outcome]:
        """Have a child read an input as soon as one is free."""
        return self.threads.submit(self.read, found)

    def settled(self, item: Found | Future[Outcome]) -> Outcome:
        """Return the outcome of an input: now for a light one, otherwise as soon as its child is done."""
        return item.result() if isinstance(item, Future) else self.outcome_of(item)

    def outcome_of(self, found: Found) -> Outcome:
        """Read one input now: here if it is a light one, otherwise in a child."""
        if found.fault is not None:
            return Outcome(found, fault=found.fault)
        try:
            texts = read_light(found.path, self.options) if is_light(found) else None
        except UnreadableFile as fault:
            return Outcome(found, fault=fault)
        return self.read(found) if texts is None else Outcome(found, tuple(texts))

    def read(self, found: Found) -> Outcome:
        """Read one input in a child, once more in a fresh one if a used one fell.

        What earlier files left behind in a child must not decide what becomes of this one.
        """
        with suppress(Empty):
            used = self.idle.get_nowait()
            try:
                return self.asked(found, used)
            except Fallen as fallen:
                if fallen.hung or self.closing:
                    return Outcome(found, fault=fallen.fault)
        try:
            return self.asked(found, self.fresh())
        except Fallen as fallen:
            return Outcome(found, fault=fallen.fault)

    def asked(self, found: Found, child: Child) -> Outcome:
        """Ask a child, and keep it for the next file if it can go on."""
        try:
            texts = child.read(found.path)
        except UnreadableFile as fault:
            self.keep(child)
            return Outcome(found, fault=fault)
        except Fallen:
            self.drop(child)
            raise
        self.keep(child)
        return Outcome(found, texts)

    def members(self, found: Found, folder: Path) -> tuple[list[Unpacked] | None, bool]:
        """Take the files out of an archive or a mail; raises UnreadableFile.

        Returns
        -------
        members : name, file and fault of each; None for a file that only bears the name
        has_text : whether the file says something itself, as a mail does
        """
        child = self.fresh()
        try:
            answer = child.unpack(found.path, folder)
        except Fallen as fallen:
            raise fallen.fault from fallen
        finally:
            self.drop(child)
        if answer["members"] is None:
            return None, True
        members = [
            (str(name), Path(file) if file else None, UnreadableFile(*fault) if fault else None)
            for name, file, fault in answer["members"]
        ]
        return members, bool(answer["text"])

    def fresh(self) -> Child:
        """Start a child; another if it was killed before it saw a file, which then is not to blame."""
        try:
            child = Child(self.options, self.folder.name)
        except Fallen:
            child = Child(self.options, self.folder.name)
        self.started.append(child)
        return child

    def end_all(self) -> None:
        """End all children."""
        for child in tuple(self.started):
            child.end()

    def keep(self, child: Child) -> None:
        """Give a child back; one that has read enough is ended."""
        if child.n_files < MAX_FILES:
            self.idle.put(child)
        else:
            self.drop(child)

    def drop(self, child: Child) -> None:
        """End a child for good."""
        child.end()
        with suppress(ValueError):  # the pool is being left
            self.started.remove(child)


class Fallen(Exception):
    """A child died, ran out of memory or had to be ended: ``fault`` is what the user is told."""

    def __init__(self, fault: UnreadableFile, hung: bool = False) -> None:
        super().__init__(fault)
        self.fault = fault
        self.hung = hung


class Child:
    """A Python process that reads files within limits, its temporary files in ``folder``. Raises Fallen if it is
    killed while it starts."""

    def __init__(self, options: ReadOptions, folder: str) -> None:
        self.options = options
        self.n_files = 0
        self.hung = False
        self.process = subprocess.Popen(
            [sys.executable, *PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": search_path()} | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder),
            start_new_session=True,  # a group of its own: what it starts (LibreOffice) ends with it
        )
        self.tell(dataclasses.asdict(options))
        if self.answer() is None:
            self.end()
            if self.process.returncode < 0:  # a signal: somebody, or the system for want of memory, killed it
                raise Fallen(self.epitaph())
            raise ChildProcessError(f"the reader process did not start: exit status {self.process.returncode}")

    def read(self, path: Path) -> Packed:
        """Read one file. Raises UnreadableFile for what is wrong with the file, Fallen if the child is lost."""
        _, blocks = self.ask(absolute(path))
        return Packed(blocks)

    def unpack(self, path: Path, folder: Path) -> dict[str, Any]:
        """Lay the files within a file down in a folder; raises as ``read`` does."""
        answer, _ = self.ask([absolute(path), absolute(folder)])
        return answer

    def ask(self, question: object) -> tuple[dict[str, Any], list[bytes]]:
        """Ask the child and return its answer with the blocks that follow it."""
        self.n_files += 1
        watch = Timer(self.options.seconds_a_file, self.out_of_time)
        watch.start()
        try:
            self.tell(question)
            answer = self.answer()
            blocks = [self.piece() for _ in range(answer.get("blocks", 0))] if answer else []
        finally:
            watch.cancel()
            watch.join()  # or it might end the child in the middle of the next file
        if answer is None or self.hung or None in blocks:
            raise Fallen(self.epitaph(), self.hung)
        if "blocks" in answer:
            return answer, [block for block in blocks if block is not None]
        fault = UnreadableFile(answer["reason"], answer["fix"])
        if answer["lost"]:
            raise Fallen(fault)
        raise fault

    def tell(self, message: object) -> None:
        """Send one line to the child; one that is dead is found out when it does not answer."""
        with suppress(OSError, ValueError):
            pipe_of(self.process.stdin).write(json.dumps(message).encode() + b"\n")
            pipe_of(self.process.stdin).flush()

    def answer(self) -> Any:
        """Return the next answer; ``None`` from a child that is dead or sends what is no answer."""
        piece = self.piece()
        try:
            return None if piece is None else json.loads(piece.decode("utf-8", "surrogatepass"))
        except ValueError:
            return None

    def piece(self) -> bytes | None:
        """Return the next piece of an answer; ``None`` from a child that is dead."""
        pipe = pipe_of(self.process.stdout)
        try:
            head = pipe.read(LENGTH.size)
            if len(head) < LENGTH.size:
                return None
            size = LENGTH.unpack(head)[0]
            body = pipe.read(size)
        except (OSError, ValueError):
            return None
        return body if len(body) == size else None

    def epitaph(self) -> UnreadableFile:
        """Say why there was no answer."""
        if self.hung:
            return UnreadableFile(f"读取超过 {self.options.seconds_a_file:g} 秒，已中止", SIMPLER)
        return UnreadableFile("读取这个文件的进程意外中止（可能超出内存上限，或文件触发了程序库的错误）", SIMPLER)

    def out_of_time(self) -> None:
        """End a child that takes too long."""
        self.hung = True
        self.end()

    def end(self) -> None:
        """End the child and whatever it started; it holds nothing that could be lost."""
        if hasattr(os, "killpg"):
            with suppress(OSError):
                os.killpg(self.process.pid, signal.SIGKILL)
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError, ValueError):
                pipe_of(pipe).close()


def absolute(path: Path) -> str:
    """The way to a file from the root."""
    return os.path.abspath(path)  # noqa: PTH100 - Path.absolute() would keep the “..” of a path


def pipe_of(pipe: IO[bytes] | None) -> IO[bytes]:
    """Return a pipe that was asked for when the process was started."""
    if pipe is None:
        raise ValueError("the process was started without this pipe")
    return pipe


def search_path() -> str:
    """Let the child import the very package that started it, wherever this process found it."""
    return os.pathsep.join(filter(None, [str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")]))


def read_light(path: Path, options: ReadOptions) -> list[SourceText] | None:
    """Read a small plain text in this process; ``None`` for one that turns out to be large or to be markup."""
    from nlp.readers.formats import plain
    from nlp.readers.sniff import is_markup

    needs_child = False

    def read() -> list[SourceText]:
        nonlocal needs_child
        raw = load_lines(path, options)
        needs_child = len(raw) > LIGHT_BYTES or is_markup(raw)
        return [] if needs_child else plain.texts_of(raw, path.suffix.lower(), options)

    texts = released(read, path, options)
    return None if needs_child else texts
