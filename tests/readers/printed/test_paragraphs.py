"""Printed lines become paragraphs; running lines, notes and tables of contents are told from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from nlp.readers.printed.columns import with_areas
from nlp.readers.printed.contents import without_contents
from nlp.readers.printed.measure import Measure
from nlp.readers.printed.notes import paragraphs_of
from nlp.readers.printed.page import Line
from nlp.readers.printed.paragraphs import joined, paragraphs, paragraphs_within
from nlp.readers.printed.running import Row, running_rows


def printed(rows: Sequence[tuple[float, str]], page: int = 1, column: int = 0) -> list[Line]:
    """Set (indent, text) in type of ten points, a line every twenty; a column is 300 points wide."""
    lines = []
    for at, (indent, text) in enumerate(rows):
        left = 50.0 + 10 * indent + 300 * column
        base = 700.0 - 20 * at
        lines.append(Line(text, page, left, left + 10 * len(text), base, 10, base / 800, column))
    return lines


def joined_lines(*pages: list[Line]) -> list[str]:
    """Join the lines of pages."""
    (placed,) = [with_areas(pages, [0] * len(pages), {}, 10.0)]
    lines = [line for page in placed for line in page]
    return list(paragraphs(lines, Measure.of(lines)))


A, B = "甲" * 18, "乙" * 20
JOIN_CASES = [
    pytest.param([(2, A), (0, B), (0, "丙。"), (2, A)], [A + B + "丙。", A], id="首行缩进分段"),
    pytest.param(
        [(2, A), (0, B[:-1] + "。"), (0, "丙。"), (2, A)], [A + B[:-1] + "。丙。", A], id="整行恰好以句号结束"
    ),
    pytest.param([(0, B), (0, "丙。"), (0, B)], [B + "丙。", B], id="不缩进：短行是段末"),
    pytest.param([(0, B[:-1] + "。"), (0, "丙")], [B[:-1] + "。", "丙"], id="不缩进：满行句号是段末"),
    pytest.param([(0, B[:-1] + "；"), (0, "丙")], [B[:-1] + "；丙"], id="不缩进：满行分号不是段末"),
    pytest.param([(0, B), (0, "一、现状"), (0, B)], [B, "一、现状", B], id="一、另起"),
    pytest.param([(0, B), (0, "⼀、现状"), (0, B)], [B, "⼀、现状", B], id="部首字的一、另起"),
    pytest.param([(0, B), (0, "（二）问题"), (0, B)], [B, "（二）问题", B], id="（二）另起"),
    pytest.param([(0, B), (0, "2.3个百分点")], [B + "2.3个百分点"], id="小数不是编号"),
    pytest.param([(6, "关于学习"), (0, B), (0, "丙")], ["关于学习", B + "丙"], id="居中的标题独立"),
    pytest.param(
        [(0, "（一）" + A[:-1]), (0, "乙乙"), (2, A), (0, B), (2, A)],
        ["（一）" + A[:-1] + "乙乙", A + B, A],
        id="折行的标题",
    ),
    pytest.param(
        [(2, "一、" + A[:6]), (2, A), (0, B[:-4] + "第（一）"), (0, "（二）项、" + B[:10]), (2, "（一）" + A[:8])],
        ["一、" + A[:6], A + B[:-4] + "第（一）（二）项、" + B[:10], "（一）" + A[:8]],
        id="编号都缩进时，顶格的（二）是上一行的后文",
    ),
]


@pytest.mark.parametrize(("rows", "expected"), JOIN_CASES)
def test_wrapped_lines_are_joined(rows: list[tuple[int, str]], expected: list[str]) -> None:
    assert joined_lines(printed(rows)) == expected


def test_paragraphs_that_stand_apart_are_told_by_their_distance() -> None:
    rows = printed(
        [(0, B), (0, B[:-1] + "。"), (0, "丙。"), (0, "丁" * 20), (0, "丁。"), (0, "戊。"), (0, "己。"), (0, B)]
    )
    drops = [0, 0, 0, 8, 8, 16, 24, 32]  # a blank of eight points behind each paragraph
    lines = [replace(line, base=line.base - drop) for line, drop in zip(rows, drops, strict=True)]
    assert joined_lines(lines) == [B + B[:-1] + "。丙。", "丁" * 20 + "丁。", "戊。", "己。", B]


def test_a_paragraph_goes_on_over_page_and_column() -> None:
    left, right = printed([(2, A), (0, B)]), printed([(0, B), (0, "完。"), (2, A)], column=1)
    following = printed([(0, B), (0, "完。"), (2, A)], page=2)
    assert joined_lines(left, right) == [A + B + B + "完。", A]
    assert joined_lines(left, following) == [A + B + B + "完。", A]


TITLE_CASES = [
    pytest.param(["甲" * 12, "乙" * 8], ["甲" * 12 + "乙" * 8], id="大字居中两行"),
    pytest.param(["甲" * 12, "（乙乙乙）"], ["甲" * 12, "（乙乙乙）"], id="括号里的副题"),
    pytest.param(["甲" * 12, "——" + "乙" * 6], ["甲" * 12, "——" + "乙" * 6], id="破折号引出的副题"),
]


@pytest.mark.parametrize(("titles", "expected"), TITLE_CASES)
def test_a_title_of_two_lines_is_one(titles: list[str], expected: list[str]) -> None:
    large = [
        Line(text, 1, 200 - 8 * len(text), 200 + 8 * len(text), 760 - 24 * at, 16, 0.9)
        for at, text in enumerate(titles)
    ]
    body = [Line("丙" * 30, 1, 50, 350, 680 - 20 * at, 10, 0.8) for at in range(5)]
    assert joined_lines([*large, *body])[: len(expected)] == expected


def test_what_stands_beside_the_text_waits_for_the_end_of_the_paragraph() -> None:
    lines = [replace(line, area=None) for line in printed([(2, A), (0, B), (0, "丙。")])]
    (placed,) = with_areas([lines], [0], {}, 10.0)
    flow = [placed[0], ["框里的字。"], *placed[1:]]
    assert list(paragraphs(flow, Measure.of(placed))) == [A + B + "丙。", "框里的字。"]


@pytest.mark.parametrize(
    ("text", "more", "expected"),
    [
        pytest.param("党建", "业务", "党建业务", id="汉字"),
        pytest.param("截至2", "024年", "截至2024年", id="断在数字里"),
        pytest.param("key", "word", "key word", id="拉丁词"),
        pytest.param("98.", "6%", "98.6%", id="断在小数点后"),
    ],
)
def test_lines_are_put_together(text: str, more: str, expected: str) -> None:
    assert joined(text, more) == expected


CELLS = [
    pytest.param(["甲甲甲甲", "甲甲乙乙", "乙。"], ["甲甲甲甲甲甲乙乙乙。"], id="折行"),
    pytest.param(["1.甲甲甲", "甲。", "2.乙乙"], ["1.甲甲甲甲。", "2.乙乙"], id="编号另起"),
    pytest.param(["甲甲甲甲", "甲。", "乙乙。"], ["甲甲甲甲甲。", "乙乙。"], id="句号后短行另起"),
]


@pytest.mark.parametrize(("texts", "expected"), CELLS)
def test_cells_hold_paragraphs(texts: list[str], expected: list[str]) -> None:
    assert paragraphs_within(printed([(0, text) for text in texts])) == expected


def pages_with(head: str, foot: str, n: int) -> list[list[Row]]:
    """Set ``n`` pages with a head and a foot."""
    return [[Row(head.format(at), at, 0.97), Row(foot.format(at), at, 0.03)] for at in range(1, n + 1)]


RUNNING = [
    pytest.param("内部资料", "— {} —", 3, 6, id="页眉和页码"),
    pytest.param("第{}期简报", "第{}页 共3页", 3, 6, id="数字会变"),
    pytest.param("内部资料", "{}", 2, 4, id="两页"),
    pytest.param("只此一页的话", "- 1 -", 1, 1, id="一页的页码"),
    pytest.param("只此一页的话", "2024", 1, 0, id="年份不是页码"),
]


@pytest.mark.parametrize(("head", "foot", "n", "n_running"), RUNNING)
def test_running_lines_are_told(head: str, foot: str, n: int, n_running: int) -> None:
    assert len(running_rows(pages_with(head, foot, n))) == n_running


def test_a_word_at_the_head_of_one_page_is_no_running_line() -> None:
    pages = [[Row("同一句话", 1, 0.97)], [Row("另一句话", 2, 0.97)], [Row("第三句话", 3, 0.97)]]
    assert running_rows(pages) == []


NOTES = [
    pytest.param([["1甲甲", "甲。", "2乙。"]], [["甲甲甲。", "乙。"]], id="编号去掉"),
    pytest.param([["①甲。", "②乙。"]], [["甲。", "乙。"]], id="圈码"),
    pytest.param([["[1] 甲", "2024年乙。"]], [["甲2024年乙。"]], id="折行后的年份不是编号"),
    pytest.param([["1甲甲"], ["甲。", "2乙。"]], [["甲甲甲。"], ["乙。"]], id="接到下一页"),
    pytest.param([["1甲。"], ["1乙。"]], [["甲。"], ["乙。"]], id="每页重新编号"),
]


@pytest.mark.parametrize(("pages", "expected"), NOTES)
def test_notes_are_told_apart(pages: list[list[str]], expected: list[list[str]]) -> None:
    assert paragraphs_of([printed([(0, text) for text in page]) for page in pages]) == expected


CONTENTS = [
    pytest.param(
        ["目　录", "一、甲 1", "（一）乙2", "一、甲", "（一）乙", "话。"], ["一、甲", "（一）乙", "话。"], id="有标题"
    ),
    pytest.param(
        ["一、甲……1", "二、乙……2", "三、丙……9", "一、甲", "二、乙", "三、丙"],
        ["一、甲", "二、乙", "三、丙"],
        id="没有标题",
    ),
    pytest.param(["目 录", "1.甲 3", "1.甲。有的乙。"], ["1.甲。有的乙。"], id="标题后面连着正文"),
    pytest.param(
        ["支部 214", "党员 418", "干部 860", "话。"], ["支部 214", "党员 418", "干部 860", "话。"], id="数据不是目录"
    ),
]


@pytest.mark.parametrize(("texts", "kept"), CONTENTS)
def test_tables_of_contents_go(texts: list[str], kept: list[str]) -> None:
    assert without_contents(texts) == kept
