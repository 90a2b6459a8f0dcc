"""What the analyst takes away: figures with all their glyphs, a page that needs nothing else, links that hold."""

from __future__ import annotations

import base64
import io
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import openpyxl
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from made_run import Result
from selectolax.lexbor import LexborHTMLParser

from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus
from nlp.measures.forms import form_of
from nlp.outputs import workbook
from nlp.outputs.facets import facet_view, role_view, wordless
from nlp.outputs.fonts import font_face, font_path
from nlp.outputs.groups import group_views, lift_text
from nlp.outputs.kept import kept_texts
from nlp.outputs.page import ReportInput
from nlp.outputs.quotations import marked, spread
from nlp.outputs.report import notes_of
from nlp.outputs.workbook import column_width, sheet_title, write_workbook
from nlp.statements.briefing import points_of
from nlp.statements.draft import compose
from nlp.tables.heads import heads as heads_of
from nlp.tables.registry import all_tables, sheets

SHEETS = [table.name for table in sheets()]
OWN = {"单位", "日期", "标题", "出处", "段落原文"}  # heads that the sheet of labels has beside its own columns


def head(table: str, column: str) -> str:
    """The Chinese head of a column."""
    return heads_of(all_tables()[table])[column]


@pytest.fixture(scope="module")
def html(result: Result) -> str:
    """The report as text."""
    return (result.out / "report.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html: str) -> LexborHTMLParser:
    """The report as a browser sees it."""
    return LexborHTMLParser(html)


# --- the page --------------------------------------------------------------------------------------------------------


def attributes(page: LexborHTMLParser) -> Iterator[tuple[str, str, str]]:
    """Tag, attribute and value of everything on the page."""
    for node in page.css("*"):
        for name, value in node.attributes.items():
            yield str(node.tag), name, value or ""


def test_the_page_asks_for_nothing_from_outside(page: LexborHTMLParser, html: str) -> None:
    wrong = [
        (tag, name, value[:60])
        for tag, name, value in attributes(page)
        if name in ("src", "href", "xlink:href", "srcset", "data", "action", "poster")
        and not value.startswith(("#", "data:"))
    ]
    assert wrong == []
    assert page.css("link, iframe, object, embed, base, meta[http-equiv]") == []
    for style in page.css("style"):
        assert not re.search(r"@import|url\((?!data:|#|[\"']?#)", style.text())


def test_addresses_are_only_names_of_namespaces(html: str) -> None:
    quoted = {"http://a.example"}  # stands in a report, shown as text
    found = set(re.findall(r"https?://[\w.]+", html))
    assert {
        address for address in found - quoted if not address.endswith(("www.w3.org", "purl.org", "creativecommons.org"))
    } == set()


def test_hostile_text_is_inert(page: LexborHTMLParser) -> None:
    kinds = [node.attributes.get("type") for node in page.css("script")]
    assert kinds == ["application/json", None]
    assert [node for node in page.css("script") if node.attributes.get("src")] == []
    assert "<" not in page.css("script")[0].text(), "引文里的标签结束不了脚本元素"
    assert [(tag, name) for tag, name, _ in attributes(page) if name.startswith("on")] == []
    assert page.css("img") == []
    texts = [row[3] for row in data_of(page)["texts"]]
    assert any("<script>alert('文')</script>" in text for text in texts), "原文照样看得见"
    assert any("“活动”&走过场" in text for text in texts)
    assert data_of(page)["documents"][0][1] == "<b onclick=alert(2)>标题</b><script src=//a.example/x.js></script>"


def data_of(page: LexborHTMLParser) -> dict[str, Any]:
    """What the page's script reads."""
    return dict(json.loads(page.css_first("script#data").text()))


def test_the_embedded_font_has_every_character_of_the_page(page: LexborHTMLParser, html: str) -> None:
    face = re.search(r"@font-face\{[^}]*base64,([A-Za-z0-9+/=]+)", html)
    assert face
    with TTFont(io.BytesIO(base64.b64decode(face.group(1)))) as embedded, TTFont(str(font_path())) as whole:
        has, could = set(embedded.getBestCmap()), set(whole.getBestCmap())
    shown = {ord(char) for char in (page.body.text() if page.body else "") if char > " "}
    assert shown & could <= has
    han = {point for point in shown if 0x4E00 <= point < 0xA000}
    assert len(han) > 100
    assert han <= has
    assert len(has) < len(could) / 4, "只嵌入用到的字"


def test_the_font_rule_is_the_same_again() -> None:
    assert font_face("党建业务") == font_face("务业建党")


def test_every_link_inside_the_page_leads_somewhere(page: LexborHTMLParser) -> None:
    ids = [node.attributes["id"] for node in page.css("[id]") if not in_drawing(node)]
    assert len(set(ids)) == len(ids)
    links = [str(node.attributes["href"]) for node in page.css("a[href]")]
    assert len(links) > 15
    assert [link for link in links if link[1:] not in ids and not link.startswith("#q?")] == []


COUNTED = {"p": "passage_id", "d": "document_id", "s": "source_group", "o": "organ"}
CODES = ("code", "with", "third")


def counted(result: Result, data: dict[str, Any], query: dict[str, str]) -> int:
    """What a number should be, counted from the tables and not as the page does it."""
    tables = result.tables
    documents = tables["documents"].merge(tables["sources_of_documents"], on="document_id")
    documents["holder"] = documents["organ"].where(documents["organ"].fillna("") != "", documents["document_id"])
    documents["form"] = documents["document_id"].map(form_of(documents, tables["passages"]))
    rows = tables["passages"].merge(documents.drop(columns="text"), on="document_id")
    if "set" in query:
        rows = rows[
            rows["passage_id"].isin(tables["passages"]["passage_id"].iloc[places_in(data["sets"][query["set"]])])
        ]
    if "role" in query:
        rows = rows[rows["passage_id"].isin(carriers(tables["labels"], "role", query["role"]))]
    for name, column in (("kind", "kind_of_unit"), ("organ", "organ"), ("form", "form"), ("doc", "document_id")):
        if name in query:
            rows = rows[rows[column] == query[name]]
    if "year" in query:
        rows = rows[rows["date"].str[:4] == query["year"]]
    if "from" in query:
        rows = rows[rows["date"].str[:4].between(query["from"], query["to"])]
    if "copied" in query:
        rows = rows[rows["reuse_of"].notna()]
    if "whole" in query:
        rows = rows[rows.groupby("holder")["passage_id"].transform("nunique") >= 5]
    for code in (query[name] for name in CODES if name in query):
        held = rows["passage_id"].isin(carriers(tables["labels"], None, code))
        several = sum(name in query for name in CODES) > 1
        rows = rows[rows["document_id"].isin(rows.loc[held, "document_id"])] if several else rows[held]
    return int(rows[COUNTED[query["u"]]].nunique())


def places_in(steps: str) -> list[int]:
    """Places of passages, written as steps in 36 digits."""
    return list(accumulate(int(step, 36) for step in steps.split(","))) if steps else []


def carriers(labels: pd.DataFrame, facet: str | None, code: str) -> pd.Series:
    """Passages with a role, or with a code of any other facet."""
    mine = labels["code"].eq(code) & labels["facet"].eq("role").eq(facet == "role") & labels["sure"]
    return labels.loc[mine, "passage_id"]


def test_every_number_is_what_it_opens(result: Result, page: LexborHTMLParser) -> None:
    data = data_of(page)
    numbers = [(node.text(), str(node.attributes["href"])) for node in page.css("a.n")]
    assert len(numbers) > 200
    queries = {link: dict(parse_qsl(link.removeprefix("#q?"))) for _, link in numbers}
    known = {
        *CODES,
        "u",
        "set",
        "role",
        "kind",
        "organ",
        "form",
        "doc",
        "year",
        "from",
        "to",
        "copied",
        "whole",
        "doubtful",
    }
    assert {name for query in queries.values() for name in query} <= known
    truth = {link: counted(result, data, query) for link, query in queries.items()}
    assert [(said, link, truth[link]) for said, link in numbers if said != str(truth[link])] == []


TOLD_APART = [
    pytest.param(
        "section#manifestation table",
        ["代码", "段落", "报告", "占报告（95% 区间）", "短材料", "占短材料（95% 区间）", "独立来源"],
        id="代码",
    ),
    pytest.param(
        "section#roles table",
        [
            "角色",
            "报告的段落",
            "占报告的段落（95% 区间）",
            "短材料的段落",
            "占短材料的段落（95% 区间）",
            "文档",
            "独立来源",
        ],
        id="角色",
    ),
]


@pytest.mark.parametrize(("where", "heads"), TOLD_APART)
def test_shares_on_the_page_are_of_one_form(
    result: Result, page: LexborHTMLParser, where: str, heads: list[str]
) -> None:
    table = page.css_first(where)
    assert [cell.text() for cell in table.css("thead th")] == heads
    n_reports = int((form_of(result.tables["documents"], result.tables["passages"]) == "报告").sum())
    assert n_reports == 6
    column = next(i for i, head in enumerate(heads) if head.startswith("报告"))
    for row in table.css("tbody tr"):
        cell = row.css("th, td")[column]
        assert {dict(parse_qsl(str(a.attributes["href"])))["form"] for a in cell.css("a.n")} == {"报告"}
        if heads[0] == "代码":
            assert cell.text().endswith(f"/ {n_reports}")


def test_years_and_kinds_are_counted_form_by_form(result: Result, corpus: Corpus) -> None:
    for by, name in (("year", "年份"), ("kind", "单位类别")):
        views = group_views(result.tables, corpus.codebook, by)
        within = result.tables["prevalence_within"]
        mine = within[(within["by"] == name) & (within["form"] == "报告") & (within["unit"] == "文档")]
        assert views[0]["title"].endswith("文档数（只数报告）")
        assert all("form=%E6%8A%A5%E5%91%8A" in cell for view in views for row in view["rows"] for cell in row[1:])
        said = [int(re.sub("<.*?>", "", cell)) for cell in views[0]["rows"][-1][1:]]
        assert said == list(mine.groupby("group")["denominator"].first())


def test_of_one_form_the_page_counts_all_documents(result: Result, corpus: Corpus) -> None:
    by_form, within = (result.tables[name] for name in ("prevalence_by_form", "prevalence_within"))
    alone = result.tables | {"prevalence_by_form": by_form[by_form["group"] == "报告"], "prevalence_within": within[:0]}
    input_of = ReportInput(alone, corpus.codebook, {}, {}, {})
    quoted = {str(row.passage_id): row for row in alone["passages"].itertuples()}
    titles = dict.fromkeys(alone["documents"]["document_id"], "")
    heads = ["代码", "段落", "文档", "文档占比（95% 区间）", "独立来源"]
    view = facet_view(input_of, "cause", quoted, titles)
    assert view["heads"] == heads
    assert {len(row) for row in view["rows"]} == {len(heads)}
    assert role_view(alone, corpus.codebook)["heads"] == ["角色", "段落", "占比（95% 区间）", "文档", "独立来源"]
    (years,) = group_views(alone, corpus.codebook, "year")
    assert years["title"] == "各代码逐年的文档数"
    assert not any("form=" in cell for row in years["rows"] for cell in row[1:])


LIFTS = [
    pytest.param(1.09, 1.023, 1.16, "1.09 倍（1.02–1.16）", id="近于一给两位"),
    pytest.param(3.94, 2.11, 7.36, "3.9 倍（2.1–7.4）", id="远于一给一位"),
    pytest.param(float("nan"), 0.0, 0.0, "—", id="没有"),
]


@pytest.mark.parametrize(("lift", "low", "high", "said"), LIFTS)
def test_a_lift_is_told_so_that_its_interval_can_be_read(lift: float, low: float, high: float, said: str) -> None:
    assert lift_text(pd.Series({"lift": lift, "low": low, "high": high})) == said


def test_five_findings_open_the_page(page: LexborHTMLParser) -> None:
    sentences = page.css("section#overview ol.findings li")
    assert 2 <= len(sentences) <= 5, "篇篇都写的不算判断"
    for sentence in sentences:
        assert sentence.text().endswith("。")
        assert sentence.css("a.n"), sentence.text()


QUOTED = [
    pytest.param({"甲#2"}, ["甲#1", "乙#1"], id="抄件不引"),
    pytest.param(set(), ["甲#1", "乙#1", "甲#2"], id="各篇先各引一段"),
    pytest.param({"甲#1", "甲#2", "乙#1"}, ["甲#1", "乙#1", "甲#2"], id="只有抄件就引抄件"),
]


@pytest.mark.parametrize(("copied", "order"), QUOTED)
def test_a_copy_is_not_quoted_beside_its_original(copied: set[str], order: list[str]) -> None:
    labels = pd.DataFrame({"passage_id": ["甲#1", "甲#2", "乙#1"], "document_id": ["甲", "甲", "乙"]})
    assert [label.passage_id for label in spread(labels, frozenset(copied))] == order


def test_where_no_word_is_telling_the_page_and_the_workbook_say_so(
    result: Result, corpus: Corpus, tmp_path: Path
) -> None:
    none = result.tables | {"keyness": result.tables["keyness"].head(0)}
    assert wordless(none).startswith("问题表现、成因、对策段里没有一个词比其余段落明显多用")
    few = result.tables["keyness"].head(0).reindex(range(2)).assign(target=["cause", "remedy"])
    assert wordless(none | {"keyness": few}).startswith("问题表现段里没有一个词")
    assert wordless(none | {"keyness": few.reindex(range(3)).assign(target=[*CODED_FACETS])}) == ""
    book = openpyxl.load_workbook(write_workbook(none, corpus.codebook, tmp_path / "无.xlsx"))
    rows = {row[0]: row for row in book["读我"].iter_rows(values_only=True)}
    assert sheet_title("keyness") not in book.sheetnames
    assert "没有一个词够格" in rows[sheet_title("keyness")][4]


def test_the_page_says_why_numbers_of_documents_differ(result: Result, page: LexborHTMLParser) -> None:
    told = page.css_first("section#corpus").text()
    documents = result.tables["documents"]
    empty = ~documents["document_id"].isin(result.tables["passages"]["document_id"])
    assert empty.sum() == 1
    assert f"读成 {len(documents)} 篇文档" in told
    assert "1 篇清洗后没有文字，不进任何分母" in told
    assert "短材料（只有一段，或不足 400 字）" in told, "短材料不都是表格里的一行"
    assert "开通会员即可" in told, "去掉了什么，看得见"


def test_headings_follow_each_other_and_figures_speak(page: LexborHTMLParser) -> None:
    levels = [int(str(node.tag)[1]) for node in page.css("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in pairwise(levels)), "标题不跳级"
    figures = page.css("figure [role=img]")
    assert len(figures) > 3
    for figure in figures:
        said = str(figure.attributes["aria-label"])
        assert "n＝" in said
        assert "资料来源" in said
    assert [node for node in page.css("select, input") if node.parent is None or node.parent.tag != "label"] == []
    assert [node for node in page.css("table") if not node.css("thead th[scope=col]")] == []


def in_drawing(node: object) -> bool:
    """Whether a node stands inside an SVG, where ids are the drawing's own."""
    while node is not None:
        if getattr(node, "tag", None) == "svg":
            return True
        node = getattr(node, "parent", None)
    return False


def test_ids_inside_drawings_do_not_clash(html: str) -> None:
    """Two drawings on one page with the same id for different clip paths cut each other."""
    drawings = re.findall(r"<svg.*?</svg>", html, re.S)
    assert len(drawings) > 3
    defined = [
        dict(re.findall(r'<clipPath id="([^"]+)">\s*(.*?)\s*</clipPath>', drawing, re.S)) for drawing in drawings
    ]
    for i, one in enumerate(defined):
        for other in defined[i + 1 :]:
            assert all(one[name] == other[name] for name in one.keys() & other.keys())


SECTIONS = [
    "overview",
    "units",
    "roles",
    "manifestation",
    "cause",
    "remedy",
    "links",
    "trends",
    "clouds",
    "passages",
    "corpus",
    "method",
]


def test_a_page_without_room_keeps_the_surest_and_random_ones_of_every_group(result: Result) -> None:
    tables, texts = result.tables, result.tables["passages"].set_index("passage_id")["text"]
    kept = kept_texts(tables, most=1500)
    assert kept == kept_texts(tables, most=1500)
    assert 500 < texts[list(kept)].str.len().sum() <= 1500
    assert kept_texts(tables) == frozenset(texts.index)
    labels = tables["labels"][tables["labels"]["facet"] != "role"]
    assert set(labels.loc[labels["passage_id"].isin(kept), "code"]) == set(labels["code"]), "每个代码都有引文"


@pytest.mark.parametrize("section", SECTIONS)
def test_the_page_has_every_section(page: LexborHTMLParser, section: str) -> None:
    node = page.css_first(f"section#{section}")
    assert node is not None
    assert node.css_first("h2") is not None


def test_every_code_shows_its_quotations_with_the_evidence_marked(result: Result, page: LexborHTMLParser) -> None:
    labels = result.tables["labels"]
    for code in labels.loc[labels["facet"] != "role", "code"].unique():
        assert page.css_first(f"#code-{code}") is not None
    evidence = set(labels.loc[labels["facet"] != "role", "evidence"])
    marks = [node.text() for node in page.css("section#manifestation mark")]
    assert len(marks) > 3
    assert set(marks) <= evidence


def test_every_passage_stands_on_the_page_once(result: Result, page: LexborHTMLParser) -> None:
    rows = data_of(page)["texts"]
    assert [row[3] for row in rows] == list(result.tables["passages"]["text"])


def test_the_page_tells_what_was_dropped_and_what_failed(result: Result, page: LexborHTMLParser) -> None:
    told = page.css_first("section#corpus").text()
    assert f"未能读入 {len(result.tables['failures'])} 个" in told
    assert f"清洗掉的内容 {len(result.tables['dropped'])} 处" in told


def test_what_a_reader_noted_is_told() -> None:
    documents = pd.DataFrame(
        {
            "source": ["扫描.pdf", "扫描.pdf", "坏.txt", "好.txt", "标.txt"],
            "encoding": ["pdf（第 3 页没有文字层，未读入）"] * 2 + ["gb18030（2 处坏字节）", "utf-8", "utf-8（BOM）"],
        }
    )
    assert notes_of(documents) == [
        ["扫描.pdf", "pdf（第 3 页没有文字层，未读入）"],
        ["坏.txt", "gb18030（2 处坏字节）"],
    ]


MARKED = [
    pytest.param("党建业务", [(0, 2)], "<mark>党建</mark>业务", id="开头"),
    pytest.param("党建业务", [(2, 4), (0, 1)], "<mark>党</mark>建<mark>业务</mark>", id="两处乱序"),
    pytest.param("党建业务", [(0, 3), (2, 4)], "<mark>党建业</mark>务", id="重叠只标前者"),
    pytest.param("<b>&", [(0, 3)], "<mark>&lt;b&gt;</mark>&amp;", id="转义"),
    pytest.param("党建", [], "党建", id="没有证据"),
    pytest.param("", [], "", id="空"),
]


@pytest.mark.parametrize(("text", "spans", "html_text"), MARKED)
def test_marking_evidence(text: str, spans: list[tuple[int, int]], html_text: str) -> None:
    assert marked(text, spans) == html_text


@pytest.mark.parametrize("at", [0, 200, 600, 1200, 1490])
def test_evidence_in_a_long_passage_is_always_shown(at: int) -> None:
    text = "党建与业务" * 300
    assert f"<mark>{text[at : at + 8]}</mark>" in marked(text, [(at, at + 8)])


def test_evidence_far_apart_shows_at_least_the_first() -> None:
    text = "党建与业务" * 300
    assert "<mark>" in marked(text, [(900, 905), (1450, 1455)])


# --- the workbook ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(result: Result) -> openpyxl.Workbook:
    """The workbook as a spreadsheet opens it."""
    return openpyxl.load_workbook(result.out / "workbook.xlsx")


def test_a_sheet_for_every_table_with_rows(result: Result, book: openpyxl.Workbook) -> None:
    expected = [sheet_title(name) for name in SHEETS if len(result.tables.get(name, ()))]
    assert sorted(book.sheetnames) == sorted(["先看这里", "读我", *expected])
    front = book.sheetnames[: book.sheetnames.index("读我")]
    assert front[0] == "先看这里"
    assert {"占比", "单位", "标注", "证据"} <= set(front)
    assert len(front) <= 12


def test_what_to_see_first_is_the_briefing(result: Result, corpus: Corpus, book: openpyxl.Workbook) -> None:
    told = [row[1] for row in book["先看这里"].iter_rows(min_row=2, values_only=True)]
    points = points_of(compose(result.tables, corpus.codebook))
    assert told[: len(points)] == points


def test_labels_stand_with_unit_date_title_and_text(result: Result, book: openpyxl.Workbook) -> None:
    sheet = book["标注"]
    names = [cell.value for cell in sheet[1]]
    documents = result.tables["documents"].set_index("document_id")
    for row in sheet.iter_rows(min_row=2, max_row=20, values_only=True):
        told = dict(zip(names, row, strict=True))
        document = documents.loc[told["文档编号"]]
        known = [value if isinstance(value, str) else None for value in (document["date"], document["organ"])]
        assert [told["日期"], str(told["单位"]).lstrip("'") if told["单位"] else None] == known
        assert told["证据"].lstrip("'") in told["段落原文"]


def test_every_head_is_chinese(book: openpyxl.Workbook) -> None:
    for sheet in book:
        heads = [str(cell.value) for cell in sheet[1]]
        assert [head for head in heads if not re.search("[一-鿿]", head)] == []
        assert len(set(heads)) == len(heads), sheet.title


def test_sheets_have_frozen_heads_filters_and_widths(book: openpyxl.Workbook) -> None:
    for sheet in (each for each in book if each.title not in ("先看这里", "读我")):
        assert sheet.freeze_panes == "B2", sheet.title
        assert sheet.auto_filter.ref == sheet.dimensions, sheet.title
        widths = [dimension.width for dimension in sheet.column_dimensions.values()]
        assert widths
        assert all(4 <= width <= 80 for width in widths), sheet.title


def test_sheets_hold_all_rows(result: Result, book: openpyxl.Workbook) -> None:
    for name in SHEETS:
        if len(result.tables.get(name, ())):
            assert book[sheet_title(name)].max_row == len(result.tables[name]) + 1


def test_labels_link_to_their_passage(result: Result, book: openpyxl.Workbook) -> None:
    texts = result.tables["passages"].set_index("passage_id")["text"]
    sheet, target = book[sheet_title("labels")], book[sheet_title("passages")]
    heads = [cell.value for cell in sheet[1]]
    text_column = [cell.value for cell in target[1]].index(head("passages", "text")) + 1
    column = heads.index(head("labels", "passage_id")) + 1
    for row in range(2, sheet.max_row + 1):
        cell = sheet.cell(row, column)
        assert cell.hyperlink is not None
        place = cell.hyperlink.location or str(cell.hyperlink.target).lstrip("#")
        title, at = re.fullmatch(r"'(.+)'!A(\d+)", place).groups()  # type: ignore[union-attr]
        assert title == target.title
        assert target.cell(int(at), 1).value == cell.value
        assert str(target.cell(int(at), text_column).value).lstrip("'") == texts[cell.value]
        assert str(sheet.cell(row, heads.index(head("labels", "evidence")) + 1).value).lstrip("'") in texts[cell.value]


def test_links_stay_inside_the_workbook(book: openpyxl.Workbook) -> None:
    """A link to a place is a location; as an external target Excel asks for trust before it follows."""
    links = [cell.hyperlink for sheet in book for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert len(links) > 20
    assert [link.target for link in links if link.target] == []


def test_the_first_sheet_explains_the_others(result: Result, book: openpyxl.Workbook) -> None:
    rows = list(book["读我"].iter_rows(values_only=True))
    assert rows[0] == ("工作表", "行数", "列", "类型", "含义")
    told = {row[0]: row[1] for row in rows[1:] if row[1]}
    assert told == {sheet_title(name): len(result.tables[name]) for name in SHEETS if len(result.tables.get(name, ()))}


def test_codes_stand_beside_their_chinese_names(corpus: Corpus, book: openpyxl.Workbook) -> None:
    sheet = book[sheet_title("labels")]
    heads = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2, values_only=True):
        code, name, facet = (row[heads.index(head("labels", name))] for name in ("code", "code_name", "facet"))
        assert name == (corpus.codebook.role_name(code) if facet == "role" else corpus.codebook.name(code))


def test_links_and_chains_name_their_codes(corpus: Corpus, book: openpyxl.Workbook) -> None:
    for name, columns in (("links", ("source_code", "target_code")), ("chains", ("cause", "manifestation", "remedy"))):
        sheet = book[sheet_title(name)]
        heads = [cell.value for cell in sheet[1]]
        for row in sheet.iter_rows(min_row=2, values_only=True):
            for column in columns:
                assert row[heads.index(head(name, f"{column}_name"))] == corpus.codebook.name(
                    row[heads.index(head(name, column))]
                )


def test_no_cell_is_a_formula(book: openpyxl.Workbook) -> None:
    assert [
        cell.coordinate for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ] == []


def test_the_workbook_is_the_same_again(result: Result, corpus: Corpus, tmp_path: Path) -> None:
    points = points_of(compose(result.tables, corpus.codebook))
    path = write_workbook(result.tables, corpus.codebook, tmp_path / "又一次.xlsx", points)
    assert path.read_bytes() == (result.out / "workbook.xlsx").read_bytes()


def test_a_workbook_without_rows_still_opens(result: Result, corpus: Corpus, tmp_path: Path) -> None:
    empty = {name: table.head(0) for name, table in result.tables.items()}
    path = write_workbook(empty, corpus.codebook, tmp_path / "空.xlsx")
    assert openpyxl.load_workbook(path).sheetnames == ["先看这里", "读我"]


def test_a_cell_longer_than_excel_allows_is_cut(result: Result, corpus: Corpus, tmp_path: Path) -> None:
    long = result.tables["passages"].head(2).assign(text="党" * 40_000)
    path = write_workbook({"passages": long}, corpus.codebook, tmp_path / "长.xlsx")
    sheet = openpyxl.load_workbook(path)[sheet_title("passages")]
    lengths = [len(str(cell.value)) for cell in next(sheet.iter_rows(min_row=2, max_row=2))]
    assert 30_000 < max(lengths) <= 32_767


def test_widths_count_chinese_double() -> None:
    assert column_width(pd.Series(["党建党建"] * 20), "x") > column_width(pd.Series(["abcd"] * 20), "x")
    assert column_width(pd.Series([], dtype="str"), "code") >= 4


def test_every_column_is_in_the_data_dictionary(book: openpyxl.Workbook) -> None:
    rows = list(book["读我"].iter_rows(min_row=3, values_only=True))
    told: dict[str, dict[str, str]] = {}
    for title, _, column, kind, meaning in rows:
        if title:
            current = told.setdefault(title, {})
        else:
            current[column] = meaning
            assert kind.split("，")[0] in ("文字", "整数", "小数", "是否")
    for sheet in book.worksheets:
        if sheet.title in ("先看这里", "读我"):
            continue
        table = next(each for each in sheets() if each.title == sheet.title)
        beside = {head(table.name, f"{c.name}_name") for c in table.columns if c.codes == "one"}
        beside |= OWN if table.name == "labels" else set()
        heads = {cell.value for cell in sheet[1]} - beside
        assert heads == told[sheet.title].keys(), sheet.title
        prompts = {str(rule.sqref): rule.prompt for rule in sheet.data_validations.dataValidation}
        assert len(prompts) == len(heads), sheet.title


def test_codes_lead_to_their_labels(result: Result, book: openpyxl.Workbook) -> None:
    sheet, labels = book[sheet_title("prevalence")], book[sheet_title("labels")]
    heads, columns = ([cell.value for cell in one[1]] for one in (sheet, labels))
    for row in range(2, sheet.max_row + 1):
        facet, code, unit, n = (
            sheet.cell(row, heads.index(head("prevalence", name)) + 1).value for name in ("facet", "code", "unit", "n")
        )
        link = sheet.cell(row, heads.index(head("prevalence", "code_name")) + 1).hyperlink
        title, first, last = re.fullmatch(r"'(.+)'!A(\d+):H(\d+)", link.location).groups()  # type: ignore[union-attr]
        assert title == labels.title
        block = [
            {
                name: labels.cell(at, columns.index(head("labels", name)) + 1).value
                for name in ("facet", "code", "passage_id")
            }
            for at in range(int(first), int(last) + 1)
        ]
        assert {(entry["facet"], entry["code"]) for entry in block} == {(facet, code)}
        assert unit != "段落" or len({entry["passage_id"] for entry in block}) == n


def test_shares_are_shown_as_percent_and_lifts_are_not(book: openpyxl.Workbook) -> None:
    for name, column, shape in (
        ("prevalence", "share", "0.0%"),
        ("prevalence", "low", "0.0%"),
        ("links", "low", "0.00"),
    ):
        sheet = book[sheet_title(name)]
        number = [cell.value for cell in sheet[1]].index(head(name, column)) + 1
        assert sheet.cell(2, number).number_format == shape


def test_a_large_table_is_cut_and_says_so(result: Result, corpus: Corpus, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 5)
    monkeypatch.setattr(workbook, "MOST_LINKS", 3)
    passages, labels = result.tables["passages"], result.tables["labels"]
    chosen = {"passages": passages, "labels": labels[labels["passage_id"].isin(passages["passage_id"].head(5))]}
    book = openpyxl.load_workbook(write_workbook(chosen, corpus.codebook, tmp_path / "大.xlsx"))
    sheet = book[sheet_title("labels")]
    assert sheet.max_row == 6
    assert sum(cell.hyperlink is not None for row in sheet.iter_rows() for cell in row) == 3
    said = [row[4] for row in book["读我"].iter_rows(values_only=True) if row[0] == sheet_title("labels")]
    assert said[0].endswith("；只列出前 5 行，全部见 tables/labels.csv")


def test_libreoffice_opens_the_workbook(result: Result, corpus: Corpus, tmp_path: Path) -> None:
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("没有 LibreOffice：装上之后才测")
    chosen = {name: result.tables[name].head(20) for name in ("prevalence", "labels", "passages", "documents")}
    path = write_workbook(chosen, corpus.codebook, tmp_path / "小.xlsx")
    plain = tmp_path / "表.csv"
    plain.write_text("a,b\n1,2\n")
    profile = f"-env:UserInstallation={(tmp_path / '用户').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "ods", "--outdir", str(tmp_path / "出")]
    done = subprocess.run([*command, str(plain), str(path)], capture_output=True, text=True, timeout=120, check=False)
    if not (tmp_path / "出" / "表.ods").is_file():
        pytest.skip("这份 LibreOffice 没有 Calc，打不开任何表格：装上之后才测")
    assert (tmp_path / "出" / "小.ods").is_file(), done.stderr
    read = pd.read_excel(tmp_path / "出" / "小.ods", sheet_name=None, engine="calamine")
    assert list(read) == ["先看这里", "占比", "标注", "段落", "读我", "文档"]
    assert [text.lstrip("'") for text in read["段落"]["段落原文"]] == [
        text.lstrip("'") for text in chosen["passages"]["text"]
    ]
    assert list(read["占比"]["占比"].round(6)) == list(chosen["prevalence"]["share"].round(6))
