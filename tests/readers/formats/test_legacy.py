"""Old Word and WPS documents, hand-made: which way reads them, and what is said where none does."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.readers.formats import office_legacy
from nlp.readers.formats.any_word import read
from nlp.readers.formats.office_legacy import by_wps2md
from nlp.readers.source import ReadOptions, SourceText

OPTIONS = ReadOptions()


def test_encrypted_document_is_named(tmp_path: Path, make_doc: Callable[..., bytes]) -> None:
    path = tmp_path / "密.doc"
    path.write_bytes(make_doc(["这份文档有密码。"], flags=0x0100))
    with pytest.raises(UnreadableFile, match="有密码"):
        read(path, OPTIONS)


@pytest.mark.parametrize("suffix", [".docx", ".html"])
def test_new_format_under_the_old_name_is_read(
    suffix: str, tmp_path: Path, build: dict[str, Callable[..., bytes]]
) -> None:
    path = tmp_path / "报告.doc"
    path.write_bytes(build[suffix](["第一段在这里。", "第二段在这里。"]))
    assert read(path, OPTIONS)[0].text == "第一段在这里。\n第二段在这里。"


@pytest.mark.parametrize(("stream", "kind"), [("Workbook", "Excel"), ("PowerPoint Document", "PowerPoint")])
def test_other_office_files_are_named(stream: str, kind: str, tmp_path: Path, make_ole: Callable[..., bytes]) -> None:
    path = tmp_path / "表.doc"
    path.write_bytes(make_ole({stream: b"x"}))
    with pytest.raises(UnreadableFile, match=kind):
        read(path, OPTIONS)


def test_without_a_converter_the_row_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_ole: Callable[..., bytes]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    path = tmp_path / "报告.wps"
    path.write_bytes(make_ole({"CONTENTS": b"a text of Works"}))
    with pytest.raises(UnreadableFile, match="没有 LibreOffice") as caught:
        read(path, OPTIONS)
    assert "旧版 Office" in caught.value.reason


OTHER_KINDS = [
    pytest.param(rb"{\rtf1\ansi\ansicpg936 one line\par another line\par}", id="RTF"),
    pytest.param(
        b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        b"<html><body><p>one line</p><p>another line</p></body></html>\n--b--\n",
        id="网页归档",
    ),
]


@pytest.mark.parametrize("content", OTHER_KINDS)
def test_other_kinds_under_the_old_name_are_read(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "报告.doc"
    path.write_bytes(content)
    assert read(path, OPTIONS)[0].text == "one line\nanother line"


@pytest.mark.skipif(not shutil.which("soffice"), reason="本机没有 LibreOffice，造不出真的 .doc")
def test_a_document_made_by_libreoffice(tmp_path: Path, write: Callable[..., Path]) -> None:
    from nlp.readers.formats.office_legacy import run

    source = write("报告.docx", ["第一段在这里。", "第二段在这里。"])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run(["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path), str(source)])
    assert read(tmp_path / "报告.doc", OPTIONS)[0].text == "第一段在这里。\n第二段在这里。"


def test_a_way_that_fails_gives_nothing() -> None:
    assert by_wps2md(b"rubbish", OPTIONS) is None


def test_words_of_a_document_that_is_too_old_come_with_a_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_ole: Callable[..., bytes]
) -> None:
    import wps2md

    class Words:
        main_text = "有的支部学用脱节。"

    monkeypatch.setattr(shutil, "which", lambda program: None)
    monkeypatch.setattr(wps2md, "parse", lambda raw: Words)
    path = tmp_path / "旧.doc"
    path.write_bytes(make_ole({"WordDocument": b"\xdc\xa5" + bytes(200)}))
    (text,) = read(path, OPTIONS)
    assert text.text == "有的支部学用脱节。"
    assert "自动编号" in (text.unread or "")


def test_a_part_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_doc: Callable[..., bytes]
) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    path = tmp_path / "报告.doc"
    path.write_bytes(make_doc(["第一段在这里。", "第二段在这里。"], missing=5))
    (text,) = read(path, OPTIONS)
    assert text.text.startswith("第一段在这里。")
    assert text.unread == "一部分文字（文件不完整）没有读"


def test_what_we_read_in_part_is_asked_of_libreoffice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make_doc: Callable[..., bytes]
) -> None:
    whole = [SourceText(None, "doc（soffice）", "第一段在这里。\n第二段在这里。")]
    monkeypatch.setattr(office_legacy, "by_soffice", lambda raw, options: whole)
    path = tmp_path / "报告.doc"
    path.write_bytes(make_doc(["第一段在这里。", "第二段在这里。"], missing=5))
    assert read(path, OPTIONS) == whole
    path.write_bytes(make_doc(["第一段在这里。", "第二段在这里。"]))
    assert read(path, OPTIONS)[0].encoding == "doc"


def test_what_is_stored_in_single_bytes_is_read_too(tmp_path: Path, make_doc: Callable[..., bytes]) -> None:
    path = tmp_path / "报告.doc"
    path.write_bytes(make_doc(["党建 5A 评级，", "ABC 1+N", "两张皮😀。"], narrow=True))
    assert read(path, OPTIONS)[0].text == "党建 5A 评级，\nABC 1+N\n两张皮😀。"
