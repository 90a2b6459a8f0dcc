"""A reader process: reads the files it is told to, within limits that the kernel keeps (see ``guard``).

Standard input carries JSON lines: first the options, then a path a line, or a path and a folder where the files within
that file are to be laid down. Standard output carries answers: the length as
eight bytes, then JSON: either how many ``blocks`` of texts follow, each with its length, or ``reason``, ``fix`` and
``lost`` (whether this process is of no more use).
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
from pathlib import Path
from typing import IO

from nlp.base.errors import UnreadableFile
from nlp.intake.guard import LENGTH
from nlp.intake.inputs import read_file
from nlp.intake.release import nothing_else
from nlp.readers.containers.member import Member, file_name
from nlp.readers.registry import is_archive, unpack
from nlp.readers.secrecy import in_name, refuse
from nlp.readers.source import ReadOptions, cut, packed

SELDOM = 100_000  # new containers between two looks of the collector, which takes half the time of reading a table
SPARE = 5  # seconds after which an orphan, whose parent can no longer end it, ends itself


def main() -> None:
    """Answer until the input ends."""
    answers = private_output()
    options = ReadOptions(**json.loads(sys.stdin.buffer.readline()))
    bound(options)
    gc.set_threshold(SELDOM, 10, 10)
    send(answers, b"{}")
    for line in sys.stdin.buffer:
        set_alarm(options.seconds_a_file + SPARE)
        asked = json.loads(line)
        if isinstance(asked, str):
            answer, blocks = answer_to(Path(asked), options)
        else:
            answer, blocks = members_of(Path(asked[0]), Path(asked[1]), options), []
        set_alarm(0)
        send(answers, json.dumps(answer, ensure_ascii=False).encode("utf-8", "surrogatepass"), *blocks)
        if answer.get("lost"):
            return


def private_output() -> IO[bytes]:
    """Keep standard output for the answers; whatever a library prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def bound(options: ReadOptions) -> None:
    """Bound the memory of this process; what it writes is for the user alone, and no core file shows a report."""
    os.umask(0o077)
    try:
        import resource
    except ImportError:  # Windows: the parent watches the time, nobody the memory
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]  # it stays, so that LibreOffice may be given more
    wanted = options.max_memory_bytes
    resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


def set_alarm(seconds: float) -> None:
    """Have the kernel end this process after a time, even in the middle of a library; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def answer_to(path: Path, options: ReadOptions) -> tuple[dict[str, object], list[bytes]]:
    """Read one file and put what comes of it as an answer and the blocks that follow it."""
    try:
        texts = read_file(path, options)
    except UnreadableFile as fault:
        lost = isinstance(fault.__cause__, MemoryError)
        return {"reason": fault.reason, "fix": fault.fix, "lost": lost}, []
    try:
        blocks = [packed(each) for each in cut(texts)]
    except MemoryError:  # the texts fit in, but not once more
        sys.exit(1)
    return {"blocks": len(blocks)}, blocks


def members_of(path: Path, folder: Path, options: ReadOptions) -> dict[str, object]:
    """Lay the files within an archive or a mail down in a folder; answer with their names and files, or faults."""
    try:
        with nothing_else(options):
            refuse(in_name(path.stem), options)
            members = unpack(path, options)
            laid = None if members is None else [laid_down(member, folder, n) for n, member in enumerate(members)]
        says_something = laid is None or (not is_archive(path) and has_text(path, options))
    except UnreadableFile as fault:
        return {"reason": fault.reason, "fix": fault.fix, "lost": isinstance(fault.__cause__, MemoryError)}
    return {"blocks": 0, "members": laid, "text": says_something}


def laid_down(member: Member, folder: Path, number: int) -> tuple[str, str | None, tuple[str, str] | None]:
    """Lay one file down under a name of its own kind; return its name, its place, and why it has none."""
    if member.fault is not None:
        return member.name, None, (member.fault.reason, member.fault.fix)
    place = folder / f"{number:05d}" / file_name(member.name)
    try:
        place.parent.mkdir()
        place.write_bytes(member.data)
    except OSError as fault:
        reason = f"解压时写不进临时文件夹（{fault.strerror}）"
        raise UnreadableFile(reason, "腾出磁盘空间，或解压后再读") from fault
    return member.name, str(place), None


def has_text(path: Path, options: ReadOptions) -> bool:
    """Whether a mail says something itself, or has a fault of its own that is to be told."""
    from nlp.readers.formats.mail import EMPTY

    try:
        read_file(path, options)
    except UnreadableFile as fault:
        return fault.reason != EMPTY.reason
    return True


def send(answers: IO[bytes], *parts: bytes) -> None:
    """Write parts of an answer, each behind its length."""
    for part in parts:
        answers.write(LENGTH.pack(len(part)))
        answers.write(part)
    answers.flush()


if __name__ == "__main__":
    main()
