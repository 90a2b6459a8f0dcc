"""Plain text and Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlp.readers.formats.plain import read, without_markdown
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()

MARKDOWN = [
    pytest.param("# 标题\n## 一、现状 ##\n#不是标题", "标题\n一、现状\n#不是标题", id="标题"),
    pytest.param("**重点**和*着重*、__粗__、~~删~~、`码`", "重点和着重、粗、删、码", id="强调"),
    pytest.param("- 甲\n* 乙\n+ 丙\n1. 丁\n- [x] 戊", "甲\n乙\n丙\n1. 丁\n戊", id="列表"),
    pytest.param("> 引文\n> > 再引", "引文\n再引", id="引用"),
    pytest.param("见[办法](http://x)，![图](y.png)", "见办法，", id="链接和图片"),
    pytest.param("| 单位 | 问题 |\n| --- | :-: |\n| 甲 | 乙 |", "单位\t问题\n甲\t乙", id="表格"),
    pytest.param("---\ntitle: 题\ndate: 2023\n---\n正文", "正文", id="文件头"),
    pytest.param("标题\n====\n正文\n\n---\n```\n码\n```", "标题\n正文\n\n码", id="横线和围栏"),
    pytest.param("某\\*局 3 * 4 * 5 a_b_c", "某*局 3 * 4 * 5 a_b_c", id="不是强调的星号"),
    pytest.param("甲<!-- 批\n注 -->乙", "甲乙", id="注释"),
]


@pytest.mark.parametrize(("text", "plain"), MARKDOWN)
def test_markdown_marks_go_and_words_stay(text: str, plain: str) -> None:
    assert without_markdown(text) == plain


def test_marks_in_plain_text_stay(tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text("# 某**局\n- 一", encoding="utf-8")
    assert read(path, OPTIONS)[0].text == "# 某**局\n- 一"


def test_a_web_page_named_txt_is_read_as_a_page(tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text(
        "<!DOCTYPE html><html><body><nav>首页</nav><p>正文在这里，不止一行。</p></body></html>", encoding="utf-8"
    )
    assert read(path, OPTIONS)[0].text == "正文在这里，不止一行。"
