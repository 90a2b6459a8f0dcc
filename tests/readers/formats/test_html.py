"""Web pages: the article stays, the furniture goes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.readers.formats.html import page_text, read
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
BODY = "<p>党建与业务脱节的问题依然存在，一些支部满足于念文件、记笔记。</p><p>原因在于考核偏软，责任没有落到人头。</p>"
TEXT = "党建与业务脱节的问题依然存在，一些支部满足于念文件、记笔记。\n原因在于考核偏软，责任没有落到人头。"

PAGES = [
    pytest.param(
        f"{BODY}<script>var x='坏'</script><style>p{{}}</style><noscript>坏</noscript>", TEXT, id="脚本和样式"
    ),
    pytest.param(f"<nav>首页</nav>{BODY}<footer>版权</footer><aside>热点</aside>", TEXT, id="按标签"),
    pytest.param(f"<div class='top-nav'>首页</div>{BODY}<div id='mainFooter'>主办</div>", TEXT, id="按类名里的词"),
    pytest.param(f"<div class='shadow loading'>导语</div>{BODY}", f"导语\n{TEXT}", id="类名只按整词"),
    pytest.param(f"<div class='header-content'>{BODY}</div>", TEXT, id="占大半的容器不删"),
    pytest.param(f"<form id='aspnetForm'><div>{BODY}</div></form>", TEXT, id="整页套在表单里"),
    pytest.param(
        f"<p hidden>坏</p><p style='display: none'>坏</p><i aria-hidden='true'>坏</i>{BODY}", TEXT, id="隐藏的元素"
    ),
    pytest.param(f"<header><h1>调研报告</h1>某某网</header>{BODY}", f"调研报告\n{TEXT}", id="页眉里唯一的标题留下"),
    pytest.param(
        f"<header><h1>某某网</h1></header><article><header><h1>调研报告</h1></header>{BODY}</article>",
        f"调研报告\n{TEXT}",
        id="站名的标题不要",
    ),
    pytest.param(
        f"<article><header><h2>调研报告</h2><p>某某网</p><h3>一、问题</h3></header>{BODY}</article>",
        f"调研报告\n一、问题\n{TEXT}",
        id="文章页眉里的各级标题留下",
    ),
    pytest.param(
        f"<article><header><nav><h3>导航</h3></nav><h2>报告</h2></header>{BODY}<aside><h3>相关</h3></aside></article>",
        f"报告\n{TEXT}",
        id="导航和边栏里的标题不要",
    ),
    pytest.param(
        "<p>占比<math><semantics><mrow><mn>3</mn><mo>/</mo><mn>5</mn></mrow>"
        "<annotation encoding='application/x-tex'>\\frac</annotation></semantics></math>。</p>",
        "占比3/5。",
        id="公式里的字",
    ),
    pytest.param("甲<br>乙<br/>丙", "甲\n乙\n丙", id="换行标记"),
    pytest.param("<p>党建\n  工作</p><p>Party\n building</p>", "党建工作\nParty building", id="源码里的换行"),
    pytest.param("<pre>甲\n  乙</pre>", "甲\n乙", id="预排文字"),
    pytest.param("<p>a&lt;b&nbsp;&amp;&#x515A;</p>", "a<b\xa0&党", id="字符实体"),
    pytest.param(
        "<table><tr><th>单位</th><th>问题</th></tr><tr><td><p>甲局</p></td><td>学用<br>脱节</td></tr></table>",
        "单位\t问题\n甲局\t学用 脱节",
        id="数据表一行一行",
    ),
    pytest.param(
        f"<table><tr><td>导语</td><td>{BODY * 4}</td></tr></table>", "导语\n" + "\n".join([TEXT] * 4), id="排版用的表"
    ),
    pytest.param("<p>甲<p>乙<div>丙<b>丁</div>戊", "甲\n乙\n丙丁\n戊", id="没有闭合的标签"),
    pytest.param("<svg><title>图</title></svg><template>坏</template>甲<!-- 注 -->", "甲", id="图形模板注释"),
    pytest.param("", "", id="空页"),
]


@pytest.mark.parametrize(("page", "text"), PAGES)
def test_page(page: str, text: str) -> None:
    assert page_text(page, OPTIONS) == text


CHARSETS = [
    pytest.param("gb2312", "gbk", id="声明属实"),
    pytest.param("utf-8", "gbk", id="声明不实"),
    pytest.param("gb2312", "utf-8", id="声明GB实为UTF8"),
    pytest.param("iso-8859-1", "gbk", id="声明西文"),
    pytest.param("big5", "gbk", id="声明大五码实为国标"),
]


@pytest.mark.parametrize(("declared", "real"), CHARSETS)
def test_the_text_decides_not_the_declared_charset(declared: str, real: str, tmp_path: Path) -> None:
    path = tmp_path / "页.html"
    path.write_bytes(f"<html><head><meta charset={declared}></head><body>{BODY}</body></html>".encode(real))
    assert read(path, OPTIONS)[0].text == TEXT


def test_deep_nesting_is_read_or_refused_in_bounded_time(tmp_path: Path) -> None:
    started = time.monotonic()
    assert page_text("<div>" * 3000 + "底" + "</div>" * 3000, OPTIONS) == "底"
    path = tmp_path / "深.html"
    path.write_text("<html>" + "<div>" * 200_000 + "底", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="嵌套过深"):
        read(path, OPTIONS)
    assert time.monotonic() - started < 20


def test_a_page_without_text_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "空.html"
    path.write_text("<html><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="空"):
        read(path, OPTIONS)
