"""Old Word and WPS documents, hand-made; files of a real Word 97 or WPS are not at hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.readers.formats.any_word import read
from nlp.readers.formats.office_legacy import by_wps2md, unmarked
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()

MARKS = [
    pytest.param("一\r二\x0b三\x0c四", "一\n二\n三\n四", id="段落和换行"),
    pytest.param('见\x13 HYPERLINK "http://x" \x14此处\x15。', "见此处。", id="域只留结果"),
    pytest.param("\x13 A \x13 B \x14乙\x15 \x14甲\x15", "甲", id="嵌套的域"),
    pytest.param("单位\x07人数\x07\x07甲局\x073\x07\x07", "单位\t人数\n甲局\t3\n", id="表格"),
    pytest.param("图\x01注\x05释", "图注释", id="图片和批注的占位"),
]


@pytest.mark.parametrize(("stored", "text"), MARKS)
def test_marks_become_text(stored: str, text: str) -> None:
    assert unmarked(stored) == text


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


def test_without_a_converter_the_row_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda program: None)
    path = tmp_path / "报告.doc"
    path.write_bytes(rb"{\rtf1\ansi\ansicpg936 text}")
    with pytest.raises(UnreadableFile, match="没有 LibreOffice") as caught:
        read(path, OPTIONS)
    assert "RTF" in caught.value.reason


@pytest.mark.skipif(not shutil.which("soffice"), reason="本机没有 LibreOffice，造不出真的 .doc")
def test_a_document_made_by_libreoffice(tmp_path: Path, write: Callable[..., Path]) -> None:
    from nlp.readers.formats.office_legacy import run

    source = write("报告.docx", ["第一段在这里。", "第二段在这里。"])
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    run(["soffice", profile, "--headless", "--convert-to", "doc", "--outdir", str(tmp_path), str(source)])
    assert read(tmp_path / "报告.doc", OPTIONS)[0].text == "第一段在这里。\n第二段在这里。"


def test_a_way_that_fails_gives_nothing(tmp_path: Path) -> None:
    assert by_wps2md(tmp_path / "坏.doc", b"rubbish") is None
