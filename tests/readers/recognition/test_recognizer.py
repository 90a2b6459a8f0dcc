"""Pictures of text: what is recognised, what is marked, and that limits name what was not read."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.printed.reading import read_pages
from nlp.readers.recognition import recognizer
from nlp.readers.recognition.answers import Found, Recognised
from nlp.readers.recognition.placing import page_of
from nlp.readers.source import ReadOptions, SourceText

CASES = Path(__file__).parents[2] / "cases" / "formats"
OCR = ReadOptions(ocr=True)
needs_models = pytest.mark.skipif(not recognizer.is_installed(), reason=f"没有装文字识别：{recognizer.INSTALL}")
TEXT = ["一、存在问题", "有的支部把学习当成念文件，台上念、台下听，散会之后该怎么干还怎么干。"]


def picture_of(pdf: Path, number: int, part: tuple[float, float, float, float]) -> bytes:
    """Draw a part of a page (shares of its width and height) at 200 dpi."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        drawn = document[number].render(scale=200 / 72, grayscale=True).to_pil()
    left, top, right, bottom = part
    picture = drawn.crop(
        (int(left * drawn.width), int(top * drawn.height), int(right * drawn.width), int(bottom * drawn.height))
    )
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def scan_of(picture: bytes, path: Path) -> Path:
    """Lay a picture on a page of a PDF."""
    from PIL import Image

    Image.open(io.BytesIO(picture)).save(path, "PDF", resolution=200)
    return path


@needs_models
def test_scan_is_read_by_machine_and_marked(tmp_path: Path, lexicon: Lexicon) -> None:
    """A ruled table of a report of ours, printed to a picture at 200 dpi: every cell is a text under its column."""
    picture = picture_of(CASES.parent / "reports" / "register_table.pdf", 0, (0.0, 0.0, 1.0, 0.5))
    scan = scan_of(picture, tmp_path / "扫描.pdf")
    rows = read_file(scan, with_hints(OCR, lexicon))
    names = ("〖存在问题〗", "〖原因分析〗", "〖整改措施〗")
    cells = [line for row in rows for line in row.text.split("\n") if line.startswith(names)]
    assert (len(cells), {row.reading for row in rows}, rows[0].unread) == (6, {"ocr"}, None)
    assert "〖整改措施〗把党建考核结果同年度评优挂钩。" in cells
    with pytest.raises(UnreadableFile, match="没有文字层") as refused:
        read_file(scan, ReadOptions())
    assert "--ocr" in refused.value.fix


class Stub:
    """Recognises what it is told to, and nothing after that."""

    def __init__(self, *seen: Recognised | None) -> None:
        self.seen = iter(seen)

    def __call__(self, options: ReadOptions) -> Stub:
        return self

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, picture: bytes) -> Recognised | None:
        assert picture.startswith((b"\x89PNG", b"\xff\xd8"))
        return next(self.seen, None)


def lines_at(*lines: tuple[str, int]) -> Recognised:
    """Lines of 40 pixels below each other, each from a left edge."""
    found = [
        Found(
            left,
            200 + 70 * n,
            left + 40 * len(text),
            242 + 70 * n,
            text,
            tuple(left + 40.0 * k for k in range(len(text))),
        )
        for n, (text, left) in enumerate(lines)
    ]
    return Recognised(1654, 2339, tuple(found))


SEEN = lines_at((TEXT[0], 200), (TEXT[1][:26], 280), (TEXT[1][26:], 200))


def one_with(stub: Stub, path: Path, monkeypatch: pytest.MonkeyPatch) -> SourceText:
    """Read a file whose pictures the stub recognises."""
    monkeypatch.setattr(recognizer, "Recognizer", stub)
    (text,) = read_file(path, OCR)
    return text


def test_page_pictures_of_word_stand_where_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    text = one_with(Stub(SEEN), CASES / "07_一句话加两页扫描图.docx", monkeypatch)
    head = ["关于“两张皮”问题的自查报告", "现将我局自查情况报告如下，正文见扫描件，请审阅。"]
    assert [line for line in text.text.split("\n") if line] == head + TEXT
    assert (text.reading, text.unread) == ("ocr", "1 张整页的图片没有读")  # the second was not recognised


def test_pages_that_are_not_recognised_are_named(
    mixed_pdf: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "报告.pdf"
    path.write_bytes(mixed_pdf(["第一页的话说完了，下面是扫描的两页。" * 3, None, None]))  # type: ignore[operator]
    text = one_with(Stub(SEEN), path, monkeypatch)
    assert text.reading == "ocr"
    assert TEXT[1] in text.text.split("\n")
    assert text.unread == "第 3 页没有文字层"


def test_lines_of_a_picture_are_read_as_a_page() -> None:
    assert read_pages([page_of(SEEN, 1)]).paragraphs == TEXT


def test_rules_within_a_large_character_are_no_table() -> None:
    seen = replace(lines_at(("一二三四五六", 200)), rules=((205, 220, 235, 223), (250, 205, 253, 238)))
    assert page_of(seen, 1).rules == []


def test_without_time_nothing_is_started() -> None:
    with recognizer.Recognizer(replace(OCR, max_ocr_seconds=0.0)) as reader:
        assert reader.read(b"\x89PNG") is None
        assert reader.process is None


@needs_models
def test_a_picture_that_is_none_ends_the_process_and_no_more() -> None:
    with recognizer.Recognizer(OCR) as reader:
        assert reader.read(b"rubbish") is None
        assert reader.process is None
