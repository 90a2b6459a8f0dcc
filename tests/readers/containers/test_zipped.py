"""Zip archives: names in every encoding, members within bounds, each bad one named."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from nlp.base.errors import UnreadableFile
from nlp.readers.containers.zipped import unpack
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
NAME = "材料/甲局的报告.txt"


class Packed(zipfile.ZipInfo):
    """A member whose name is written in an encoding of one's own."""

    encoding = "gbk"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile asks for it so
        return self.filename.encode(self.encoding), self.flag_bits & ~0x800


class PackedUTF8(Packed):
    """A member in UTF-8 without the flag, as old Macs write it."""

    encoding = "utf-8"


def packed(*members: tuple[zipfile.ZipInfo | str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=method)
    return buffer.getvalue()


def repeated_name() -> zipfile.ZipInfo:
    """A member with a mangled name that the extra field repeats in UTF-8."""
    member = Packed("????.txt")
    body = b"\x01\0\0\0\0" + NAME.encode()
    member.extra = struct.pack("<HH", 0x7075, len(body)) + body
    return member


NAMES = [
    pytest.param(NAME, NAME, id="有UTF8标志"),
    pytest.param(Packed(NAME), NAME, id="国标码"),
    pytest.param(PackedUTF8(NAME), NAME, id="没有标志的UTF8"),
    pytest.param(repeated_name(), NAME, id="附加字段里的名字"),
    pytest.param(Packed("材料\\甲局.txt"), "材料/甲局.txt", id="反斜线"),
    pytest.param("../../外/甲.txt", "外/甲.txt", id="想到外面去"),
    pytest.param("/etc/甲.txt", "etc/甲.txt", id="绝对路径"),
]


@pytest.mark.parametrize(("packed_as", "name"), NAMES)
def test_names(packed_as: zipfile.ZipInfo | str, name: str) -> None:
    (member,) = unpack(packed((packed_as, b"x")), OPTIONS)
    assert (member.name, member.data, member.fault) == (name, b"x", None)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods(method: int) -> None:
    (member,) = unpack(packed(("甲.txt", b"x" * 1000), method=method), OPTIONS)
    assert member.data == b"x" * 1000


def encrypted(raw: bytes) -> bytes:
    """Set the flag of encryption in the directory of an archive."""
    at = raw.rindex(b"PK\x01\x02")
    return raw[: at + 8] + b"\x01" + raw[at + 9 :]


def damaged(raw: bytes) -> bytes:
    """Change bytes of the first member."""
    return raw[:45] + b"\xff\xff" + raw[47:]


def unknown_method(raw: bytes) -> bytes:
    """Say that the first member was packed by a method that nobody knows."""
    at = raw.rindex(b"PK\x01\x02")
    return raw[:8] + b"\x63" + raw[9 : at + 10] + b"\x63" + raw[at + 11 :]


MEMBERS = [
    pytest.param(encrypted, "有密码", id="加密"),
    pytest.param(damaged, "已损坏", id="损坏"),
    pytest.param(unknown_method, "压缩的方法不认识", id="压缩方法"),
]


@pytest.mark.parametrize(("change", "reason"), MEMBERS)
def test_a_bad_member_is_named(change: Callable[[bytes], bytes], reason: str) -> None:
    (member,) = unpack(change(packed(("a.txt", b"0123456789" * 30))), OPTIONS)
    assert member.name == "a.txt"
    assert member.fault is not None
    assert reason in member.fault.reason


def test_a_link_has_no_content() -> None:
    link = zipfile.ZipInfo("链接.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (member,) = unpack(packed((link, b"/etc/passwd")), OPTIONS)
    assert member.fault is not None
    assert member.data == b""


def test_a_bomb_is_refused_before_it_swells() -> None:
    with pytest.raises(UnreadableFile, match="炸弹"):
        list(unpack(packed(("a.txt", b"\0" * 50_000_000)), OPTIONS))


def test_a_member_that_is_larger_than_it_says_is_refused() -> None:
    raw = packed(("a.txt", b"\0" * 5_000_000), method=zipfile.ZIP_STORED)
    with pytest.raises(UnreadableFile, match=r"炸弹"):
        list(unpack(raw, replace(OPTIONS, max_unzipped_bytes=1_000_000)))


@pytest.mark.parametrize("raw", [b"PK\x03\x04", b"PK\x05\x06", packed(("a", b"x"))[:40]], ids=["头", "尾", "截断"])
def test_a_broken_archive_is_named(raw: bytes) -> None:
    with pytest.raises(UnreadableFile, match="损坏"):
        list(unpack(raw, OPTIONS))
