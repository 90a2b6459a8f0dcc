"""Every registered format gives back what was written; every bad input becomes one row that says what to do."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.intake.inputs import read_file, read_inputs
from nlp.readers.registry import READERS
from nlp.readers.source import ReadOptions
from nlp.tables import FAILURES, SOURCES

PARAGRAPHS = [
    "有的支部把学习当成念文件，台上念、台下听，散会之后该怎么干还怎么干，学归学、干归干的现象没有改观。",
    "究其原因，主要是考核的指挥棒偏向业务指标，党建工作干多干少差别不大，负责同志自然把精力投向别处。",
    "下一步，要把党建任务与年度业务重点同部署、同检查、同考核，让两项工作在同一张清单上见分晓。",
]
OPTIONS = ReadOptions()


@pytest.mark.parametrize("suffix", READERS)
def test_contract_paragraphs_come_back_in_order(suffix: str, write: Callable[..., Path]) -> None:
    texts = read_file(write(f"报告{suffix}", PARAGRAPHS), OPTIONS)
    assert "\n".join(text.text for text in texts).split("\n") == PARAGRAPHS


@pytest.fixture(autouse=True)
def _without_converters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hide LibreOffice and antiword: the contract is the same on every machine, and three seconds a file faster."""
    monkeypatch.setattr(shutil, "which", lambda program: None)


def reason_of(path: Path) -> str:
    """Return why a file cannot be read; nothing if it can."""
    try:
        read_file(path, OPTIONS)
    except UnreadableFile as fault:
        return fault.reason
    return ""


@pytest.mark.parametrize("suffix", READERS)
def test_contract_truncated_or_empty_file_never_raises_anything_else(suffix: str, write: Callable[..., Path]) -> None:
    path = write(f"报告{suffix}", PARAGRAPHS)
    whole = path.read_bytes()
    for size in sorted({0, 1, 7, *(len(whole) * n // 11 for n in range(1, 11))}):
        path.write_bytes(whole[:size])
        assert "读取时出错" not in reason_of(path)


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00" + bytes(range(256)) * 40, id="程序"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, id="图片"),
        pytest.param(b"Rar!\x1a\x07\x00" + bytes(range(256)) * 40, id="压缩包"),
        pytest.param(bytes((i * 7919 + i // 251) % 256 for i in range(20_000)), id="乱字节"),
        pytest.param(b" \r\n\t\n" * 5, id="只有空白"),
    ],
)
def test_contract_foreign_content_is_named(suffix: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"报告{suffix}"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as caught:
        read_file(path, OPTIONS)
    assert "读取时出错" not in caught.value.reason


FAILURE_CASES = [
    pytest.param("空.txt", b"", "空", id="空文件"),
    pytest.param("空白.txt", b"\xef\xbb\xbf \r\n\r\n", "空", id="只有空白"),
    pytest.param("程序.txt", b"MZ\x90\x00\x03" + bytes(range(256)) * 9, "不是文本文件", id="程序改名为txt"),
    pytest.param("图.txt", b"\x89PNG\r\n\x1a\n" + bytes(99), "PNG", id="图片改名为txt"),
    pytest.param("包.txt", b"PK\x03\x04" + bytes(99), "ZIP", id="压缩包改名为txt"),
    pytest.param("假.docx", "其实是文本".encode(), "纯文本", id="文本改名为docx"),
    pytest.param("假.docx", b"<html><body>1</body></html>", "网页", id="网页改名为docx"),
    pytest.param("假.docx", rb"{\rtf1\ansi hello}", "RTF", id="RTF改名为docx"),
    pytest.param("坏.docx", b"PK\x03\x04" + bytes(999), "损坏", id="残缺的docx"),
    pytest.param("坏.pdf", b"%PDF-1.4\n%garbage", "损坏", id="残缺的pdf"),
    pytest.param("假.pdf", b"hello, this is not a pdf", "不是 PDF", id="文本改名为pdf"),
    pytest.param("假.xlsx", b"<html><table></table></html>", "网页", id="网页改名为xlsx"),
    pytest.param("表.csv", "甲,乙\n1,2\n".encode(), "甲、乙", id="没有正文列"),
    pytest.param("数.jsonl", b'{"text": "a"}\n{bad\n[1]\n', "第 2、3 行", id="坏的JSON行"),
    pytest.param("报告.pptx", b"PK\x03\x04", "不认识的文件类型", id="不认识的类型"),
    pytest.param("没有扩展名", b"x", "不认识的文件类型", id="没有扩展名"),
    pytest.param("旧.doc", "不是旧文档".encode(), "纯文本", id="文本改名为doc"),
]


@pytest.mark.parametrize(("name", "content", "reason"), FAILURE_CASES)
def test_bad_file_is_one_row_and_the_rest_goes_on(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    (tmp_path / "好.txt").write_text("党建与业务两张皮。", encoding="utf-8")
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert list(sources["source"]) == ["好.txt"]
    assert list(failures["source"]) == [name]
    assert reason in failures["reason"][0]
    assert failures["fix"][0]


@pytest.mark.parametrize(("kind", "reason"), [("扫描", "没有文字层"), ("加密", "有密码")])
def test_bad_pdf_is_named(kind: str, reason: str, bad_pdfs: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(bad_pdfs[kind])
    with pytest.raises(UnreadableFile, match=reason):
        read_file(path, OPTIONS)


@pytest.mark.parametrize("suffix", [".docx", ".doc", ".xlsx", ".xls"])
def test_encrypted_office_is_named(suffix: str, make_ole: Callable[..., bytes], tmp_path: Path) -> None:
    path = tmp_path / f"密{suffix}"
    path.write_bytes(make_ole({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}))
    with pytest.raises(UnreadableFile, match="有密码"):
        read_file(path, OPTIONS)


LIMITS = [
    pytest.param(ReadOptions(max_file_bytes=10), "文件太大", id="文件太大"),
    pytest.param(ReadOptions(max_line_bytes=10), "有一行太长", id="一行太长"),
    pytest.param(ReadOptions(max_text_chars=10), "文字太多", id="文字太多"),
]


@pytest.mark.parametrize(("options", "reason"), LIMITS)
def test_limits_are_kept(options: ReadOptions, reason: str, write: Callable[..., Path]) -> None:
    with pytest.raises(UnreadableFile, match=reason):
        read_file(write("报告.txt", PARAGRAPHS), options)


def test_no_input_gives_empty_tables_of_the_schema() -> None:
    sources, failures = read_inputs([], OPTIONS)
    assert (list(sources.columns), len(sources)) == (SOURCES.names, 0)
    assert (list(failures.columns), len(failures)) == (FAILURES.names, 0)


def test_reading_twice_gives_the_same(tmp_path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    for suffix in READERS:
        (tmp_path / f"报告{suffix}").write_bytes(build[suffix](PARAGRAPHS))
    first, second = read_inputs([tmp_path], OPTIONS), read_inputs([tmp_path], OPTIONS)
    assert first[0].equals(second[0])
    assert first[1].equals(second[1])
    assert first[1].empty
    assert list(first[0]["source"]) == sorted(first[0]["source"])


def test_import_loads_no_format_library() -> None:
    heavy = "{'docx', 'lxml', 'pypdfium2', 'selectolax', 'python_calamine', 'olefile', 'wps2md'}"
    code = f"import sys, nlp.readers; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
