"""E-mails: what they say is read, their subject is the title, their attachments come out under their names."""

from __future__ import annotations

import base64
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_files import directory_entry, eml, msg

from nlp.base.errors import UnreadableFile
from nlp.readers.containers import mail, outlook
from nlp.readers.containers.packed_rtf import KNOWN, inflated
from nlp.readers.formats.mail import read
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
SAID = "有的支部学用脱节，两张皮现象突出。"
HEAD = "MIME-Version: 1.0\r\nMessage-ID: <1>\r\nTo: b@example.org\r\n"


def coded(text: str, charset: str, cut: int | None = None) -> str:
    """Words of a header as mail programs code them; ``cut``: in two, within a character if need be."""
    raw = text.encode(charset)
    pieces = [raw] if cut is None else [raw[:cut], raw[cut:]]
    return "\r\n ".join(f"=?{charset}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


SUBJECTS = [
    pytest.param(coded("转发：两张皮调研报告", "utf-8"), id="UTF8"),
    pytest.param(coded("回复: 两张皮调研报告", "gb2312"), id="国标码"),
    pytest.param(coded("Fwd: Re: 两张皮调研报告", "gbk", cut=12), id="切在字中间"),
    pytest.param("两张皮调研报告".encode("gbk").decode("latin-1"), id="没有编码的国标码"),
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_subject_is_the_title(subject: str, tmp_path: Path) -> None:
    path = tmp_path / "信.eml"
    raw = f"{HEAD}Subject: {subject}\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n".encode("latin-1")
    path.write_bytes(raw + SAID.encode("gbk"))
    (text,) = read(path, OPTIONS)
    assert (text.title, text.text) == ("两张皮调研报告", SAID)


def alternative(plain: str, page: str) -> str:
    """A mail in two forms."""
    parts = "".join(
        f"--x\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{body}\r\n"
        for kind, body in (("plain", plain), ("html", page))
    )
    return f'{HEAD}Content-Type: multipart/alternative; boundary="x"\r\n\r\n{parts}--x--'


BODIES = [
    pytest.param(alternative(SAID, "<p>网页</p>"), id="有纯文本用纯文本"),
    pytest.param(alternative("", f"<html><p>{SAID}</p></html>"), id="只有网页"),
    pytest.param(f"{HEAD}Content-Type: text/html; charset=utf-8\r\n\r\n<html><p>{SAID}</p></html>", id="就是网页"),
    pytest.param(f"{HEAD}\r\n{SAID}", id="没说是什么"),
    pytest.param(f"Received: from x\r\n{HEAD}\r\n{SAID}", id="收到的原样"),
]


@pytest.mark.parametrize("mail_text", BODIES)
def test_body(mail_text: str, tmp_path: Path) -> None:
    path = tmp_path / "信.eml"
    path.write_bytes(mail_text.encode())
    assert read(path, OPTIONS)[0].text == SAID


def test_attachments_come_out_and_pictures_in_the_text_do_not() -> None:
    picture = '--x\r\nContent-Type: image/png; name="logo.png"\r\nContent-ID: <a>\r\n\r\n1\r\n'
    scan = '--x\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename="scan.png"\r\n\r\n2\r\n'
    named = f'--x\r\nContent-Type: application/octet-stream; name="{coded("清单/一.xlsx", "gb2312")}"\r\n\r\n3\r\n'
    passed_on = f"--x\r\nContent-Type: message/rfc822\r\n\r\n{HEAD}\r\n4\r\n"
    raw = f'{HEAD}Content-Type: multipart/mixed; boundary="x"\r\n\r\n{picture}{scan}{named}{passed_on}--x--'
    members = list(mail.unpack(raw.encode(), OPTIONS))
    assert [member.name for member in members] == ["scan.png", "清单_一.xlsx", "附件3.eml"]
    assert [member.data.strip()[-1:] for member in members] == [b"2", b"3", b"4"]
    assert [member.name for member in mail.unpack(eml([SAID], {"报告（甲局）.docx": b"x"}), OPTIONS)] == [
        "报告（甲局）.docx"
    ]


def with_attachment() -> bytes:
    """A mail of Outlook with one attachment: the container has a folder, which ``made_files.ole`` cannot write."""
    streams = {
        "__properties_version1.0": b"x",
        "__substg1.0_0037001F": "答复: 情况报告".encode("utf-16-le"),
        "__substg1.0_1000001F": SAID.encode("utf-16-le"),
    }
    inner = {"__substg1.0_3707001F": "清单.txt".encode("utf-16-le"), "__substg1.0_37010102": b"in the file"}
    sizes = [-(-4096 // 512)] * 5
    table, at, starts, body = [0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, 0xFFFFFFFE], 4, [], b""
    for n, data in zip(sizes, [*streams.values(), *inner.values()], strict=True):
        starts.append(at)
        table += [*range(at + 1, at + n), 0xFFFFFFFE]
        body += data.ljust(512 * n, b"\0")
        at += n
    table[1], table[2] = 2, 0xFFFFFFFE
    none = 0xFFFFFFFF
    entries = [directory_entry("Root Entry", 5, none, none, 1, 0xFFFFFFFE, 0)]
    for n, name in enumerate(streams):
        entries.append(directory_entry(name, 2, none, n + 2, none, starts[n], 4096))
    entries.append(directory_entry("__attach_version1.0_#00000000", 1, none, none, 5, 0, 0))
    entries.append(directory_entry("__substg1.0_3707001F", 2, none, 6, none, starts[3], 4096))
    entries.append(directory_entry("__substg1.0_37010102", 2, none, none, none, starts[4], 4096))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(24, b"\0") + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0, 0) + b"\xff" * 4 * 108
    allocation = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    directory = b"".join(entries).ljust(1024, b"\0").ljust(1536, b"\0")
    return header + allocation + directory + body


def test_a_mail_of_outlook_is_read_and_its_attachment_comes_out(tmp_path: Path) -> None:
    path = tmp_path / "信.msg"
    path.write_bytes(with_attachment())
    (text,) = read(path, OPTIONS)
    assert (text.title, text.text, text.encoding) == ("情况报告", SAID, "msg")
    (member,) = outlook.unpack(with_attachment(), OPTIONS)
    assert (member.name, member.data.rstrip(b"\0")) == ("清单.txt", b"in the file")


@given(st.binary(max_size=300), st.integers(0, 5000))
def test_packed_rich_text_never_grows_beyond_what_it_says(data: bytes, size: int) -> None:
    assert len(inflated(data, size)) <= size


def test_packed_rich_text_refers_to_what_is_known() -> None:
    place = (0 << 4) | (6 - 2)  # the first six characters: {\rtf1
    end = ((len(KNOWN) + 7) % 4096) << 4
    data = bytes([0b00000101]) + place.to_bytes(2, "big") + b"x" + end.to_bytes(2, "big")
    assert inflated(data, 100) == rb"{\rtf1x"


BAD = [
    pytest.param("信.eml", b"MIME-Version: 1.0\r\nTo: b\r\n\r\n ", "没有正文", id="没有正文"),
    pytest.param("信.eml", "今天天气好。".encode(), "不是电子邮件", id="不是邮件"),
    pytest.param("信.msg", msg([""]), "没有正文", id="Outlook没有正文"),
]


@pytest.mark.parametrize(("name", "raw", "reason"), BAD)
def test_bad_mails_are_named(name: str, raw: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(raw)
    with pytest.raises(UnreadableFile, match=reason):
        read(tmp_path / name, OPTIONS)
