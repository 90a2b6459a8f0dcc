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
    pytest.param("有的支部~~（原稿：全年未开会）~~学用脱节<del>，旧话</del>。", "有的支部学用脱节。", id="划去的话"),
    pytest.param("面积3m^2^，H~2~O，5~10人、20~30岁", "面积3m2，H2O，5~10人、20~30岁", id="上下标"),
    pytest.param("情况[^1]良好。\n\n[^1]: 抽样办法。", "情况良好。\n\n抽样办法。", id="脚注"),
    pytest.param(
        '一、问题 {#问题 .unnumbered}\n[新]{.insertion author="甲"}[旧]{.deletion author="甲"}话[]{#a .anchor}',
        "一、问题\n新话",
        id="pandoc的属性和修订",
    ),
    pytest.param("- [一、问题](#一问题)\n- [二、对策](#二对策)\n\n[TOC]\n# 一、问题", "\n一、问题", id="链接做的目录"),
]


@pytest.mark.parametrize(("text", "plain"), MARKDOWN)
def test_markdown_marks_go_and_words_stay(text: str, plain: str) -> None:
    assert without_markdown(text) == plain


LISTED = "××文件\n目　录\n一、问题\t1\n（一）学用脱节\t1\n二、对策\t2\n"
BODY = "一、 问题\n（一） 学用脱节\n有的支部学用脱节。\n二、 对策\n同部署、同考核。"
CONTENTS = [
    pytest.param(f"{LISTED}{BODY}", f"××文件\n{BODY}", id="LibreOffice"),
    pytest.param(f"-   问题\n    -   学用脱节\n-   对策\n\n××文件\n\n{BODY}", f"××文件\n\n{BODY}", id="没有标题"),
    pytest.param(f"目录\n一、问题……1\n二、对策……12\n{BODY}", BODY, id="省略号"),
    pytest.param(f"目录\n问题 ..... 1\n对策 ..... 2\n{BODY}", BODY, id="点线"),
    pytest.param(f"标题\n（一）学用脱节\n{BODY}", f"标题\n（一）学用脱节\n{BODY}", id="一行重复不是目录"),
    pytest.param("一、问题\n二、对策\n三、建议\n同部署。", "一、问题\n二、对策\n三、建议\n同部署。", id="下文没有"),
]


@pytest.mark.parametrize(("text", "read_as"), CONTENTS)
def test_lists_of_contents_go(text: str, read_as: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text(text, encoding="utf-8")
    assert read(path, OPTIONS)[0].text == read_as


def test_marks_of_notes_go_where_the_notes_stand_below(tmp_path: Path) -> None:
    path = tmp_path / "报告.txt"
    path.write_text("情况[1]良好，见[2]。\n其他。\n[1] 抽样办法。", encoding="utf-8")
    assert read(path, OPTIONS)[0].text == "情况良好，见[2]。\n其他。\n抽样办法。"


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
