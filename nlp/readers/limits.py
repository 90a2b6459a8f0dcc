"""Load a file within bounds: a regular file, not too large, no line without end, no zip bomb."""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.source import ReadOptions

SMALL = 10_000_000  # unzipped bytes: below this any ratio is harmless
PIECE = 16_000_000  # bytes read at once
DAMAGED_FIX = "文件可能没有下载或复制完整：用原程序打开、另存一份，再读"


def load(path: Path, options: ReadOptions) -> bytes:
    """Return the bytes of a regular, non-empty file of bearable size that nobody is writing. Raises UnreadableFile.

    Everything is asked of the open file, not of its name, which may come to mean another file at any moment.
    """
    try:
        with io.FileIO(os.fspath(path), opener=open_at_once) as file:
            before = os.fstat(file.fileno())
            check_file(before, options)
            raw = read_at_most(file, options.max_file_bytes + 1)
            after = os.fstat(file.fileno())
    except OSError as fault:
        raise UnreadableFile(os_reason(fault), "检查路径和读取权限") from fault
    except ValueError as fault:  # a zero byte in its name
        raise UnreadableFile("文件名不合法", "改名再读") from fault
    if len(raw) != before.st_size or (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise UnreadableFile("文件在读取时变了，可能正在写入", "等写完、复制完再读")
    return raw


def open_at_once(path: str, flags: int) -> int:
    """Open a file without waiting: a FIFO without a writer would make us wait for ever."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def check_file(status: os.stat_result, options: ReadOptions) -> None:
    """Refuse what is no regular file, is empty or too large."""
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFile("不是普通文件", "只给普通文件或文件夹")
    if status.st_size == 0:
        raise UnreadableFile("文件是空的", "换成有内容的文件")
    if status.st_size > options.max_file_bytes:
        size, limit = status.st_size / 1e6, options.max_file_bytes / 1e6
        raise UnreadableFile(f"文件太大：{size:.0f} MB，超过 {limit:.0f} MB", "拆成几个较小的文件再读")


def read_at_most(file: io.FileIO, n_bytes: int) -> bytes:
    """Read to the end of a file, but no more than a number of bytes."""
    pieces, size = [], 0
    while size < n_bytes and (piece := file.read(min(PIECE, n_bytes - size))):
        pieces.append(piece)
        size += len(piece)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces)


def load_lines(path: Path, options: ReadOptions) -> bytes:
    """Load a text file and refuse one that holds a line without end."""
    raw, start = load(path, options), 0
    if len(raw) <= options.max_line_bytes:
        return raw
    while (end := raw.find(b"\n", start)) >= 0:
        check_line(end - start, options)
        start = end + 1
    check_line(len(raw) - start, options)
    return raw


def check_line(n_bytes: int, options: ReadOptions) -> None:
    """Refuse one line that is too long."""
    if n_bytes > options.max_line_bytes:
        size, limit = n_bytes / 1e6, options.max_line_bytes / 1e6
        raise UnreadableFile(f"有一行太长：{size:.0f} MB，超过 {limit:.0f} MB", "确认是文本文件；如果是，请断开成行")


def os_reason(fault: OSError) -> str:
    """Say in Chinese what the operating system refused."""
    if isinstance(fault, FileNotFoundError):
        return "文件不存在"
    if isinstance(fault, PermissionError):
        return "没有读取权限"
    if isinstance(fault, IsADirectoryError):
        return "不是普通文件，是文件夹"
    return f"系统不让读（{fault.strerror or type(fault).__name__}）"


def check_zip(raw: bytes, options: ReadOptions, read_all: bool = False) -> list[zipfile.ZipInfo]:
    """Return the members of an Office zip; refuse broken ones and decompression bombs before anything is unpacked.

    ``read_all`` unpacks every member once, in small pieces, for libraries that trust the sizes the zip declares.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
            if any(member.flag_bits & 1 for member in members):
                raise UnreadableFile("文件有密码", "去掉密码另存一份，再读")
            check_size(sum(member.file_size for member in members), len(raw), options)
            if read_all and (broken := archive.testzip()):
                raise UnreadableFile(f"文件已损坏（{broken}）", DAMAGED_FIX)
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError) as fault:
        raise UnreadableFile("文件已损坏或不完整", DAMAGED_FIX) from fault
    return members


def check_size(unzipped: int, zipped: int, options: ReadOptions) -> None:
    """Refuse what would swell too much."""
    if unzipped > options.max_unzipped_bytes or (unzipped > SMALL and unzipped > zipped * options.max_ratio):
        raise UnreadableFile(
            f"解压后有 {unzipped / 1e6:.0f} MB，是原来的 {unzipped // max(zipped, 1)} 倍，疑似压缩炸弹",
            "确认来源可靠；用原程序打开、删去多余内容、另存一份，再读",
        )
