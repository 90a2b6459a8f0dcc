"""PDF: wrapped lines become paragraphs, running lines go, what is not read is said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from nlp.readers.formats.pdf import GAP, line_of, radicals, read
from nlp.readers.formats.pdf_layout import Line, paragraphs, without_running_lines
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
LONG = "一些支部的学习停留在念文件、记笔记上，业务骨干很少参加，学完之后各干各的，和手头的审批、执法、服务对不上号。"


def printed(rows: Sequence[tuple[int, str]], width: int = 20, page: int = 1, top: float = 700) -> list[Line]:
    """Set (indent, text) in type of ten points, a line every twenty."""
    lines = []
    for at, (indent, text) in enumerate(rows):
        left = 50.0 + 10 * indent
        bottom = top - 20 * at
        lines.append(Line(text, page, left, left + 10 * len(text), bottom, 10, bottom / 800))
    assert all(line.right <= 50 + 10 * width for line in lines)
    return lines


A, B = "甲" * 18, "乙" * 20
JOIN_CASES = [
    pytest.param([(2, A), (0, B), (0, "丙。"), (2, A)], [A + B + "丙。", A], id="首行缩进分段"),
    pytest.param(
        [(2, A), (0, B[:-1] + "。"), (0, "丙。"), (2, A)], [A + B[:-1] + "。丙。", A], id="整行恰好以句号结束"
    ),
    pytest.param([(0, B), (0, "丙。"), (0, B)], [B + "丙。", B], id="不缩进：短行是段末"),
    pytest.param([(0, B[:-1] + "。"), (0, "丙")], [B[:-1] + "。", "丙"], id="不缩进：满行句号是段末"),
    pytest.param([(0, B), (0, "一、现状"), (0, B)], [B, "一、现状", B], id="一、另起"),
    pytest.param([(0, B), (0, "（二）问题"), (0, B)], [B, "（二）问题", B], id="（二）另起"),
    pytest.param([(0, B), (0, "2.3个百分点")], [B + "2.3个百分点"], id="小数不是编号"),
    pytest.param([(6, "关于学习"), (0, B), (0, "丙")], ["关于学习", B + "丙"], id="居中的标题独立"),
]


@pytest.mark.parametrize(("rows", "expected"), JOIN_CASES)
def test_wrapped_lines_are_joined(rows: list[tuple[int, str]], expected: list[str]) -> None:
    assert list(paragraphs(printed(rows))) == expected


def test_a_paragraph_goes_on_over_the_page() -> None:
    lines = printed([(2, A), (0, B)]) + printed([(0, B), (0, "完。"), (2, A)], page=2)
    assert list(paragraphs(lines)) == [A + B + B + "完。", A]


def test_latin_words_keep_their_space() -> None:
    lines = printed([(0, "ABCDEFGHIJKLMNOPQRST"), (0, "next")])
    assert list(paragraphs(lines)) == ["ABCDEFGHIJKLMNOPQRST next"]


def pages_with(head: str, foot: str, n: int) -> list[list[Line]]:
    """Set ``n`` pages with a head, a different line of text, and a foot."""
    texts = ["甲", "乙", "丙", "丁", "戊", "己"]
    return [
        [
            Line(head.format(at + 1), at + 1, 50, 150, 780, 10, 0.97),
            Line(texts[at], at + 1, 50, 60, 400, 10, 0.5),
            Line(foot.format(at + 1), at + 1, 50, 150, 20, 10, 0.03),
        ]
        for at in range(n)
    ]


RUNNING = [
    pytest.param("内部资料", "— {} —", 3, "甲乙丙", id="页眉和页码"),
    pytest.param("第{}期简报", "第{}页 共3页", 3, "甲乙丙", id="数字会变"),
    pytest.param("内部资料", "{}", 2, "甲乙", id="两页"),
    pytest.param("只此一页的话", "- 1 -", 1, "只此一页的话甲", id="一页的页码"),
]


@pytest.mark.parametrize(("head", "foot", "n", "kept"), RUNNING)
def test_running_lines_go(head: str, foot: str, n: int, kept: str) -> None:
    assert "".join(line.text for line in without_running_lines(pages_with(head, foot, n))) == kept


def test_lines_that_repeat_in_the_body_stay() -> None:
    pages = [[Line("同一句话", n, 50, 90, 400, 10, 0.5)] for n in range(1, 6)]
    assert len(without_running_lines(pages)) == 5


def test_printed_file(tmp_path: Path, make_pdf: Callable[..., bytes]) -> None:
    texts = ["一、存在问题", LONG, "（一）学用脱节。" + LONG, LONG * 4]
    path = tmp_path / "报告.pdf"
    path.write_bytes(make_pdf(texts, columns=28, per_page=5, head="某机关调研简报 第{}版", foot="- {} -"))
    assert read(path, OPTIONS)[0].text.split("\n") == texts


def test_pages_without_text_layer_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from nlp.readers.formats import pdf

    text = [Line(LONG, 1, 50, 500, 400, 10, 0.5)]
    monkeypatch.setattr(pdf, "load_pages", lambda raw, options: ([text, []], [2]))
    path = tmp_path / "报告.pdf"
    path.write_bytes(b"%PDF-1.4")
    assert read(path, OPTIONS)[0].encoding == "pdf（第 2 页没有文字层，未读入）"


def test_radicals_become_characters() -> None:
    assert "⼀、⼯作⽅法".translate(radicals()) == "一、工作方法"


@pytest.mark.parametrize(
    ("width", "text"),
    [pytest.param(2.5, "于2024年底", id="排版加的空隙"), pytest.param(30.0, "于 2024 年底", id="分栏的空隙")],
)
def test_gaps_between_figures_and_characters(width: float, text: str) -> None:
    chars, left = [], 0.0
    for char in f"于{GAP}2024{GAP}年底共":
        step = width if char == GAP else 10.0
        chars.append((char, left, left + step, 0.0, 10.0))
        left += step
    assert line_of(chars, page=1, height=800, page_bottom=0).text == text + "共"
