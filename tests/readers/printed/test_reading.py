"""What is set in columns, tables and boxes is read as it was written; no printed character is lost."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.readers.printed.grids import grids_of
from nlp.readers.printed.page import Glyph, Page, Rect
from nlp.readers.printed.reading import read_pages
from nlp.readers.registers.register import ROW_MARK

EDGE = Rect(0, 0, 600, 840)
SIZE, LEADING = 10, 18
HINTS = (("manifestation", "存在问题"), ("cause", "原因分析"), ("remedy", "整改措施"))


def glyphs(text: str, left: float, base: float, size: float = SIZE) -> list[Glyph]:
    """Set a text from a place on, every character as wide as it is high."""
    return [Glyph(char, left + size * at, left + size * (at + 1), base, 1.2 * size) for at, char in enumerate(text)]


def page(*parts: list[Glyph], number: int = 1, rules: list[Rect] | None = None) -> Page:
    """Return a page of glyphs in the order of the parts."""
    return Page(number, EDGE, [glyph for part in parts for glyph in part], rules=rules or [])


def read(*pages: Page) -> list[str]:
    """Return the paragraphs of pages, without the marks that tell the rows of a register."""
    return [text.replace(ROW_MARK, "") for text in read_pages(pages, HINTS).paragraphs]


def set_in_columns(paragraphs: list[str], n_columns: int, width: int, height: int = 30) -> list[Page]:
    """Set indented paragraphs in columns of ``width`` characters and ``height`` lines, page after page."""
    lines: list[tuple[int, str]] = []
    for text in paragraphs:
        lines.append((2, text[: width - 2]))
        lines += [(0, text[at : at + width]) for at in range(width - 2, len(text), width)]
    pages: dict[int, list[Glyph]] = {}
    for at, (indent, text) in enumerate(lines):
        column, row = divmod(at, height)
        number, column = divmod(column, n_columns)
        left = 40 + column * (width + 2) * SIZE + indent * SIZE
        pages.setdefault(number, []).extend(glyphs(text, left, 700 - LEADING * row))
    return [page(found, number=number + 1) for number, found in pages.items()]


WORDS = "党建业务融合工作支部学习考核" * 20


# Running text: most lines of a column are full.
@given(lengths=st.lists(st.integers(45, 160), min_size=30, max_size=40), n_columns=st.integers(1, 3))
def test_what_is_set_in_columns_is_read_as_it_was_written(lengths: list[int], n_columns: int) -> None:
    texts = [WORDS[at % 11 : at % 11 + length] + "。" for at, length in enumerate(lengths)]
    pages = set_in_columns(texts, n_columns, width={1: 40, 2: 22, 3: 14}[n_columns])
    assert read_pages(pages).paragraphs == texts


places = st.tuples(
    st.sampled_from("党建业务融合，。"), st.floats(0, 590), st.floats(120, 720), st.sampled_from([9, 10, 12])
)


@given(st.lists(places, max_size=80))
def test_no_printed_character_is_lost(found: list[tuple[str, float, float, int]]) -> None:
    printed = page(*(glyphs(char, left, base, size) for char, left, base, size in found))
    read = "".join(read_pages([printed], HINTS).paragraphs)
    assert Counter(read.replace(" ", "")) == Counter(char for char, *_ in found)


def ruled(xs: list[float], ys: list[float]) -> list[Rect]:
    """Return the rules of a full grid."""
    level = [Rect(xs[0], y, xs[-1], y + 0.5) for y in ys]
    return level + [Rect(x, ys[0], x + 0.5, ys[-1]) for x in xs]


CELLS = [
    glyphs("序号", 42, 590) + glyphs("存在问题", 92, 590) + glyphs("整改措施", 242, 590),
    glyphs("1", 42, 560) + glyphs("记录靠年底突击补写，", 92, 560) + glyphs("学用脱节。", 92, 545),
    glyphs("每季度抽查一次，", 242, 560) + glyphs("通报结果。", 242, 545),
]
REGISTER = [
    "〖序号\t存在问题\t整改措施〗",
    "〖1〗",
    "〖存在问题〗记录靠年底突击补写，学用脱节。",
    "〖整改措施〗每季度抽查一次，通报结果。",
]
LEVEL = [Rect(40, y, 400, y + 0.5) for y in (530, 580, 605)]
RULES = [
    pytest.param(ruled([40, 90, 240, 400], [530, 580, 605]), id="格线齐全"),
    pytest.param(ruled([90, 240], [530, 580, 605]) + LEVEL, id="两边开口"),
    pytest.param(LEVEL, id="三线表"),
    pytest.param([], id="没有线"),
]


@pytest.mark.parametrize("rules", RULES)
def test_cells_are_texts_under_their_columns(rules: list[Rect]) -> None:
    assert read(page(*CELLS, rules=rules)) == REGISTER


def test_a_row_that_is_cut_by_the_page_is_one() -> None:
    rules = ruled([40, 90, 240, 400], [100, 130, 160])
    above = page(
        glyphs("序号", 42, 140) + glyphs("存在问题", 92, 140) + glyphs("整改措施", 242, 140),
        glyphs("1", 42, 115) + glyphs("记录靠年底突击补写，", 92, 115) + glyphs("每季度抽查一次，", 242, 115),
        rules=rules,
    )
    below = page(
        glyphs("学用脱节。", 92, 715) + glyphs("通报结果。", 242, 715),
        number=2,
        rules=ruled([40, 90, 240, 400], [700, 730]),
    )
    assert read(above, below) == REGISTER


def test_a_merged_square_is_one_cell() -> None:
    level = [Rect(0, y, 100, y + 0.5) for y in (0, 20, 40)]
    (grid,), loose = grids_of([*level, Rect(0, 0, 0.5, 40), Rect(100, 0, 100.5, 40), Rect(50, 0, 50.5, 20)])
    assert grid.cells == (((0, 0), (0, 0)), ((1, 0), (1, 1)))
    assert loose == []


def test_a_frame_around_words_of_a_line_is_no_box() -> None:
    line = glyphs("要把党建和业务融合起来，同抓共管。", 40, 600)
    frame = ruled([60, 100], [596, 612])
    assert read_pages([page(line, rules=frame)]).paragraphs == ["要把党建和业务融合起来，同抓共管。"]


MARKS = [
    pytest.param("情况", "1", "，对支部", "情况，对支部", id="脚注号"),
    pytest.param("面积3200m", "2", "，办理", "面积3200m2，办理", id="平方米"),
]


@pytest.mark.parametrize(("before", "mark", "after", "expected"), MARKS)
def test_raised_signs_behind_chinese_are_marks(before: str, mark: str, after: str, expected: str) -> None:
    first = glyphs(before, 40, 600)
    raised = glyphs(mark, first[-1].right, 604, 6)
    assert read_pages([page(first, raised, glyphs(after, raised[-1].right, 600))]).paragraphs == [expected]


def test_what_is_struck_through_is_left_out() -> None:
    text = "学用脱节，删去的话，记录补写。"
    stroke = Rect(40 + 50, 602.8, 40 + 100, 603.4)
    assert read_pages([page(glyphs(text, 40, 600), rules=[stroke])]).paragraphs == ["学用脱节，记录补写。"]


def test_an_underline_takes_nothing_away() -> None:
    line = Rect(40, 597, 190, 597.6)
    assert read_pages([page(glyphs("学用脱节，记录补写。", 40, 600), rules=[line])]).paragraphs == [
        "学用脱节，记录补写。"
    ]


def test_glyphs_of_no_size_are_read() -> None:
    flat = [Glyph(char, 40, 40, 600, 0) for char in "学用脱节"]
    assert read_pages([page(flat, glyphs("记录补写。", 40, 500))], HINTS).paragraphs == ["学用脱节", "记录补写。"]
