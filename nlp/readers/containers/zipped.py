"""Zip archives: names in whatever encoding they were packed, members within the bounds of a decompression bomb."""

from __future__ import annotations

import io
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from nlp.base.errors import UnreadableFile
from nlp.readers.containers.member import MAX_MEMBERS, Member, way
from nlp.readers.limits import DAMAGED_FIX, PIECE, check_size
from nlp.readers.source import ReadOptions

IS_UTF8, IS_ENCRYPTED = 0x800, 0x1  # flags of a member
UNICODE_PATH = 0x7075  # the extra field that repeats the name in UTF-8
UNPACK_FIX = "用解压软件解压，再读解压出来的文件夹"
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, IndexError, struct.error)


def unpack(raw: bytes, options: ReadOptions) -> Iterator[Member]:
    """Yield the files of an archive. Raises UnreadableFile where it is broken or would swell too much."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(raw))
    except (*BROKEN, NotImplementedError) as fault:
        raise UnreadableFile("压缩包已损坏或不完整", "重新下载或复制，再读；分卷的压缩包先合并解压") from fault
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) > MAX_MEMBERS:
            raise UnreadableFile(f"压缩包里的文件太多：{len(members)} 个，超过 {MAX_MEMBERS} 个", UNPACK_FIX)
        check_size(sum(member.file_size for member in members), len(raw), options)
        left = options.max_unzipped_bytes
        for member in members:
            found = taken_out(archive, member, min(left, options.max_file_bytes), options)
            left -= len(found.data)
            yield found


def taken_out(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int, options: ReadOptions) -> Member:
    """Take one file out of an archive, or say why it cannot be had."""
    name = way(name_of(member))
    if member.flag_bits & IS_ENCRYPTED:
        return Member(name, fault=UnreadableFile("压缩包里的文件有密码", "用密码解压，再读解压出来的文件夹"))
    if stat.S_ISLNK(member.external_attr >> 16):
        return Member(name, fault=UnreadableFile("压缩包里的链接，没有内容", "把文件本身放进压缩包"))
    if member.file_size > options.max_file_bytes:
        size, limit = member.file_size / 1e6, options.max_file_bytes / 1e6
        return Member(name, fault=UnreadableFile(f"文件太大：{size:.0f} MB，超过 {limit:.0f} MB", "拆成几个较小的文件"))
    try:
        with archive.open(member) as file:
            return Member(name, read_at_most(file, most))
    except NotImplementedError:
        return Member(name, fault=UnreadableFile("压缩的方法不认识", UNPACK_FIX))
    except RuntimeError as fault:  # zipfile on encrypted members whose flag does not say so
        return Member(name, fault=UnreadableFile(f"压缩包里的文件取不出来（{type(fault).__name__}）", UNPACK_FIX))
    except BROKEN:
        return Member(name, fault=UnreadableFile("压缩包里的这个文件已损坏", DAMAGED_FIX))


def read_at_most(file: IO[bytes], most: int) -> bytes:
    """Read a member to its end. Raises UnreadableFile where it goes on further than it may."""
    pieces: list[bytes] = []
    size = 0
    while piece := file.read(PIECE):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise UnreadableFile("解压出来的比压缩包说的多，疑似压缩炸弹", "确认来源可靠；" + UNPACK_FIX)
    return b"".join(pieces)


def name_of(member: zipfile.ZipInfo) -> str:
    """Return the name of a member: in UTF-8 where its flag or its extra field says so, else most likely in GB18030."""
    if member.flag_bits & IS_UTF8:
        return member.orig_filename
    if (repeated := unicode_path(member.extra)) is not None:
        return repeated
    try:
        packed = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.orig_filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return packed.decode(encoding)
        except UnicodeDecodeError:
            continue
    return member.orig_filename


def unicode_path(extra: bytes) -> str | None:
    """Return the name that the extra field of a member repeats in UTF-8; ``None`` if it has no such field."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + size]
        if kind == UNICODE_PATH and len(body) > 5:
            try:
                return body[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
        at += 4 + size
    return None
