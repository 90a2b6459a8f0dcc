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
    pytest.param(
        f"<table><tr class='header'><th class='nav'>问题</th></tr><tr><td class='footer'>{BODY}</td></tr></table>",
        "问题\n" + TEXT.replace("\n", " "),
        id="表的行和格不是装饰",
    ),
    pytest.param("<p>甲<del>坏</del>乙<s>丙</s><s datetime='2024'>坏</s></p>", "甲乙丙", id="修订删去的不要"),
    pytest.param(
        "<p>甲<span class='deletion'>坏</span><span class='msoDel'>坏</span><span class='insertion'>乙</span></p>",
        "甲乙",
        id="按类名的修订",
    ),
    pytest.param(f"<div title='header'>专刊</div>{BODY}<div title='footer'>1</div>", TEXT, id="打印的页眉页脚"),
    pytest.param(
        f"<p>目录</p><div id='Table of Contents1'><p>一、问题 1</p></div>{BODY}", TEXT, id="字处理软件生成的目录"
    ),
    pytest.param(
        f"<p>目 录</p><p>一、问题 1</p><p>二、原因 2</p><p>一、问题</p>{BODY}<p>二、原因</p>",
        f"一、问题\n{TEXT}\n二、原因",
        id="当正文写的目录",
    ),
    pytest.param(
        "<p>情况<sup><a href='#fn1'>1</a></sup>良好<sup>[2]</sup>，面积3m<sup>2</sup>。</p>"
        "<div><a href='#r1'>1</a>抽样办法。</div>",
        "情况良好，面积3m2。\n抽样办法。",
        id="注码不要，平方留下",
    ),
    pytest.param(
        "<ol start=3><li>甲</li><li><p>乙</p></li><li value=9>10.丙</li></ol><ol type=a><li>丁</li></ol>"
        "<ul><li>戊</li></ul><ol style='list-style-type: simp-chinese-informal'><li>己</li></ol>",
        "3.甲\n4.乙\n10.丙\na.丁\n戊\n一、己",
        id="编号列表",
    ),
    pytest.param(
        f"<div style='visibility:hidden'>{BODY}</div><p>{'按钮' * 50}</p>",
        f"{TEXT}\n{'按钮' * 50}",
        id="等脚本显示",
    ),
    pytest.param(
        f"<div style='display:none'>{BODY}</div><p>{'按钮' * 50}</p>", f"{TEXT}\n{'按钮' * 50}", id="别无正文"
    ),
    pytest.param(
        f"<div class='popup' style='visibility:hidden'>本站使用小饼干。</div>{BODY}", TEXT, id="没弹出的提示不要"
    ),
    pytest.param(
        f"<div><a href=/a>首页</a> <a href=/b>要闻</a> <a href=/c>党建</a></div>{BODY}"
        "<ul><li><a href=/1>某局召开党建会议</a><li><a href=/2>某区部署专项整治</a><li><a href=/3>某县学习</a></ul>",
        TEXT,
        id="没有类名的导航和相关文章",
    ),
    pytest.param(
        f"<div><a href=/a>附件1</a>{BODY}<a href=/b>附件2</a></div>", f"附件1\n{TEXT}\n附件2", id="正文里的链接留下"
    ),
    pytest.param("<p>调<img>\n研组查阅</p><p>Party\n<b>work</b></p>", "调研组查阅\nParty work", id="元素间的换行"),
    pytest.param(
        "<div>报告　　" + "　　".join(["有的支部学用脱节，存在两张皮现象。"] * 15) + "</div>",
        "报告\n" + "\n".join(["　　有的支部学用脱节，存在两张皮现象。"] * 15),
        id="一行到底，缩进分段",
    ),
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


TITLES = [
    pytest.param("<title>两张皮问题调研报告_某某机关党建网</title>", BODY, "两张皮问题调研报告", id="正文没有标题"),
    pytest.param("<title>两张皮问题调研报告-某区政府网</title>", BODY, "两张皮问题调研报告", id="站名用短横隔开"),
    pytest.param("<title>某网</title>", f"<h1>两张皮问题调研报告</h1>{BODY}", None, id="正文有标题"),
    pytest.param("<title>index</title>", BODY, None, id="什么也没说的"),
    pytest.param("", BODY, None, id="没有"),
]


@pytest.mark.parametrize(("head", "body", "title"), TITLES)
def test_title_of_the_page_counts_where_the_text_has_none(
    head: str, body: str, title: str | None, tmp_path: Path
) -> None:
    path = tmp_path / "页.html"
    path.write_text(f"<html><head><meta charset=utf-8>{head}</head><body>{body}</body></html>", encoding="utf-8")
    assert read(path, OPTIONS)[0].title == title


def test_article_of_a_public_account_is_all_that_is_read() -> None:
    page = (
        "<p>顶栏</p><div id='js_article'><h1>调研报告</h1><div id='js_content' style='visibility: hidden'>"
        f"{BODY}</div></div><p>微信扫一扫关注该公众号</p><p>轻触阅读原文</p>{'<p>在看分享留言收藏</p>' * 30}"
    )
    assert page_text(page, OPTIONS) == f"调研报告\n{TEXT}"


def test_a_page_says_its_encoding_behind_a_long_style_sheet(tmp_path: Path) -> None:
    path = tmp_path / "页.html"
    style = "<style>" + "p { color: red }\n" * 1000 + "</style>"
    path.write_bytes(f"<html><head>{style}<meta charset=gb2312></head><body>{BODY}</body></html>".encode("gbk"))
    assert read(path, OPTIONS)[0].text == TEXT


def test_a_page_without_text_is_empty(tmp_path: Path) -> None:
    path = tmp_path / "空.html"
    path.write_text("<html><body><script>1</script></body></html>", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="空"):
        read(path, OPTIONS)
