"""Saved pages in one file: the page is read, its frames and style sheets are not; a wrong name does no harm."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.readers.formats.web_archive import read
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
SAID = "有的支部学用脱节，两张皮现象突出。"
HEAD = 'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"{}\r\n\r\n'


def archive(*parts: tuple[str, str], start: str = "") -> bytes:
    """An archive of web pages: (Content-ID, body), in GB18030 as old programs save them."""
    body = "".join(
        f"--x\r\nContent-Type: text/html; charset=gb2312\r\nContent-ID: {name}\r\n"
        f"Content-Transfer-Encoding: 8bit\r\n\r\n{page}\r\n"
        for name, page in parts
    )
    return (HEAD.format(f'; start="{start}"' if start else "") + body + "--x--\r\n").encode("gb18030")


PAGE, FRAME = f"<html><p>{SAID}</p></html>", "<html><p>广告。</p></html>"
ARCHIVES = [
    pytest.param(archive(("<1>", PAGE), ("<2>", FRAME)), id="第一页是正文"),
    pytest.param(archive(("<1>", FRAME), ("<2>", PAGE), start="<2>"), id="点名的一页是正文"),
    pytest.param(archive(("<1>", "<html><frameset></frameset></html>"), ("<2>", PAGE)), id="框架里才有文字"),
    pytest.param(b"From: <Saved by WPS>\r\n" + archive(("<1>", PAGE)), id="别的程序存的"),
    pytest.param(b"\r\n" + archive(("<1>", PAGE)), id="前面有空行"),
]


@pytest.mark.parametrize("raw", ARCHIVES)
def test_the_page_is_read(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "网页.mht"
    path.write_bytes(raw)
    assert read(path, OPTIONS)[0].text == SAID


def test_a_web_page_under_this_name_is_read(tmp_path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    path = tmp_path / "网页.mhtml"
    path.write_bytes(build[".html"]([SAID]))
    assert read(path, OPTIONS)[0].text == SAID


def test_an_archive_without_a_page_is_named(tmp_path: Path) -> None:
    path = tmp_path / "网页.mht"
    path.write_bytes(b"MIME-Version: 1.0\r\nContent-Type: text/css\r\n\r\np{}")
    with pytest.raises(UnreadableFile, match="没有网页"):
        read(path, OPTIONS)


def test_nesting_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "深.mht"
    deep = "".join(f'Content-Type: multipart/related; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3000))
    path.write_bytes(f"MIME-Version: 1.0\r\n{deep}Content-Type: text/html\r\n\r\n{PAGE}".encode())
    with pytest.raises(UnreadableFile, match="嵌套过深"):
        read(path, OPTIONS)
