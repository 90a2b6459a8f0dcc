"""The draft of the written report: every number, name and quotation is found again in the workbook, by program."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml.ns import qn
from made_draft import made_tables
from recount import Pair, faults_of, texts_of

from nlp.corpus.folder import Corpus
from nlp.outputs.word_gb9704 import write_official
from nlp.outputs.workbook import write_workbook
from nlp.statements.blocks import Paragraph
from nlp.statements.citing import LONGEST, SHORTEST
from nlp.statements.draft import Draft, compose
from nlp.statements.findings import FEWEST
from nlp.tables import EVIDENCE, check


def written(tables: dict[str, pd.DataFrame], corpus: Corpus, folder: Path) -> Pair:
    """Draft and workbook of some tables."""
    draft = compose(tables, corpus.codebook)
    check(EVIDENCE, draft.evidence)
    full = tables | {"evidence": draft.evidence, "settings": draft.settings}
    write_workbook(full, corpus.codebook, folder / "workbook.xlsx")
    return Pair(write_official(draft.blocks, folder / "报告底稿.docx"), folder / "workbook.xlsx")


KINDS = {
    "报告与短材料混合": "mixed",
    "只有报告": "reports",
    "两篇报告": "few",
    "没有问题段": "bare",
    "逐年有变化": "moving",
}


@pytest.fixture(scope="module", params=[pytest.param(kind, id=name) for name, kind in KINDS.items()])
def pair(request: pytest.FixtureRequest, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return written(made_tables(corpus, request.param), corpus, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def mixed(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return written(made_tables(corpus, "mixed"), corpus, tmp_path_factory.mktemp("混合"))


def test_every_number_is_recomputed_from_the_workbook(pair: Pair) -> None:
    assert faults_of(pair) == []


def test_the_recomputation_notices_a_changed_number(mixed: Pair, tmp_path: Path) -> None:
    document = docx.Document(str(mixed.draft))
    line = next(p for p in document.paragraphs if "份报告中有" in p.text)
    line.runs[0].text = re.sub(r"\d+(?=份写到)", lambda hit: str(int(hit.group()) + 1), line.text)
    document.save(str(tmp_path / "改过.docx"))
    assert faults_of(Pair(tmp_path / "改过.docx", mixed.workbook))


def test_the_recomputation_notices_a_changed_workbook(mixed: Pair, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(mixed.workbook)
    sheet = book["分长短占比"]
    column = [cell.value for cell in sheet[1]].index("数") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column).value += 1
    book.save(tmp_path / "改过.xlsx")
    assert len(faults_of(Pair(mixed.draft, tmp_path / "改过.xlsx"))) > 10


CHAPTERS = ("要点", "材料", "成效", "主要表现", "成因剖析", "对策建议", "逐年的变化", "附：方法说明")


def test_the_chapters_stand_in_the_expected_order_without_an_empty_one(pair: Pair) -> None:
    texts = texts_of(pair.draft)
    heads = [re.sub("^.、", "", text) for style, text in texts if style == "Heading 1"]
    assert heads == [title for title in CHAPTERS if title in heads]
    assert {"材料", "主要表现", "成因剖析", "对策建议", "附：方法说明"} <= set(heads)
    styles = [style for style, _ in texts if style != "row"]
    assert ("Heading 1", "Heading 1") not in pairwise(styles)


def test_reports_and_short_pieces_are_told_apart(mixed: Pair) -> None:
    text = "".join(text for _, text in texts_of(mixed.draft))
    assert re.search(r"\d+份报告中有\d+份写到", text)
    assert re.search(r"另有短材料\d+条，其中\d+条写到", text)


def test_what_moves_reliably_is_told_with_years_numbers_and_interval(corpus: Corpus) -> None:
    statements = list(dict.fromkeys(compose(made_tables(corpus, "moving"), corpus.codebook).evidence["statement"]))
    lead = next(text for text in statements if "前段（" in text)
    assert re.match(r"有日期的报告（短材料不计入）32份，前段（2019—2020年）16份，后段（2021—2022年）16份。", lead)
    moved = [re.sub(r"（区间.*", "", text) for text in statements if "个百分点" in text]
    assert moved == [
        "“两学一做”退场：前段16份（100%），后段0份（0%），后段低100个百分点",
        "“第一议题”登场：前段0份（0%），后段16份（100%），后段高100个百分点",
        "“载体陈旧单一”上升：前段0份（0%），后段16份（100%），后段高100个百分点",
    ]


UNMOVED = [
    pytest.param({"direction": "看不出方向"}, True, id="检验不显著"),
    pytest.param({"change_low": -0.01, "change_high": 0.9}, True, id="两段之差含零"),
    pytest.param({"p": float("nan"), "q": float("nan"), "direction": "太少"}, False, id="材料太少不判断"),
]


@pytest.mark.parametrize(("values", "told"), UNMOVED)
def test_what_does_not_move_reliably_is_said_not_to(corpus: Corpus, values: dict[str, object], told: bool) -> None:
    tables = made_tables(corpus, "moving")
    draft = compose(tables | {"movements": tables["movements"].assign(**values)}, corpus.codebook)
    text = "".join(block.text for block in draft.blocks if isinstance(block, Paragraph))
    assert "个百分点" not in text
    assert ("各种提法都没有可靠的升降。各种问题表现都没有可靠的升降。" in text) == told


def quoted_of(draft: Draft) -> list[str]:
    """The quotations of passages of SAID's one problem, wherever they stand."""
    evidence = draft.evidence
    words = evidence[(evidence["sheet"] == "段落") & (evidence["column"] == "段落原文")]
    return list(words.loc[words["passage_id"].str.endswith("#0002"), "shown"])


WHOLE = "党建与业务各记各的账，年底再由专人把两本账抄到一起，党员自己也说不清。"
# What one report says, and the clause that the coder marked with full certainty; whether its sentence is quoted.
QUOTABLE = [
    pytest.param(WHOLE, "各记各的账", [WHOLE], id="有线索词的整句"),
    pytest.param(f"{WHOLE}年年如此。", "年年如此", [], id="尾句太短"),
    pytest.param("一" * 100 + "。", "一" * 8, [], id="句子太长"),
    pytest.param("一" * 80 + "；" + WHOLE, "各记各的账", [WHOLE], id="长句取分号之间的一段"),
    pytest.param(f"{WHOLE[:-1]}；{'一' * 70}。", "各记各的账", [WHOLE[:-1]], id="分号不留在引文末尾"),
]


@pytest.mark.parametrize(("text", "marked", "expected"), QUOTABLE)
def test_a_quotation_is_a_whole_sentence_of_readable_length(
    corpus: Corpus, text: str, marked: str, expected: list[str]
) -> None:
    tables = made_tables(corpus, "reports")
    passages, labels = tables["passages"].copy(), tables["labels"].copy()
    passages.loc[passages["passage_id"] == "报告1#0002", "text"] = text
    mine = (labels["passage_id"] == "报告1#0002") & (labels["code"] == "formalism")
    start = text.index(marked)
    labels.loc[mine, ["start", "end"]] = [start, start + len(marked)]
    labels.loc[mine, ["evidence", "reason"]] = [marked, f"线索词“{marked}”"]
    found = quoted_of(compose(tables | {"passages": passages, "labels": labels}, corpus.codebook))
    assert [quoted for quoted in found if quoted in text] == expected
    assert all(SHORTEST <= len(quoted) <= LONGEST for quoted in found)


@pytest.mark.parametrize(
    ("sources", "expected"), [pytest.param("same", 1, id="同一来源只引一处"), pytest.param("own", 2, id="不同来源各引")]
)
def test_quotations_come_from_different_sources(corpus: Corpus, sources: str, expected: int) -> None:
    tables = made_tables(corpus, "reports")
    if sources == "same":
        tables["sources_of_documents"] = tables["sources_of_documents"].assign(source_group="报告0")
    assert len(quoted_of(compose(tables, corpus.codebook))) == expected


def test_no_sentence_is_quoted_twice(corpus: Corpus) -> None:
    tables = made_tables(corpus, "reports")
    labels = tables["labels"]
    same = labels[labels["code"] == "formalism"].assign(code="disconnection")
    labels = pd.concat([labels[labels["code"] != "disconnection"], same], ignore_index=True)
    draft = compose(tables | {"labels": labels}, corpus.codebook)
    evidence = draft.evidence[draft.evidence["how"] == "片段"]
    evidence = evidence[evidence["column"] == "段落原文"]
    said = draft.evidence["statement"][draft.evidence["column"] == "段落原文"]
    assert len([text for text in said if "流于形式" in text]) == 6
    assert not evidence.duplicated(["passage_id", "slice_start"]).any()


def test_a_few_documents_give_no_share(corpus: Corpus, tmp_path: Path) -> None:
    few = written(made_tables(corpus, "few"), corpus, tmp_path)
    about_codes = [text for _, text in texts_of(few.draft) if "写到" in text and "独立来源" in text]
    assert not [text for text in about_codes if "%" in text]
    assert f"都不足{FEWEST}份，数量太少，不作判断" in "".join(text for _, text in texts_of(few.draft))


def test_the_typography_is_that_of_official_papers(mixed: Pair) -> None:
    document = docx.Document(str(mixed.draft))
    normal, title = document.styles["Normal"], document.styles["Title"]
    assert (normal.font.size.pt, normal.paragraph_format.line_spacing.pt) == (16, 28)
    assert normal.element.rPr.rFonts.get(qn("w:eastAsia")) == "仿宋_GB2312"
    assert normal.element.pPr.ind.get(qn("w:firstLineChars")) == "200"
    assert (title.font.size.pt, title.element.rPr.rFonts.get(qn("w:eastAsia"))) == (22, "方正小标宋简体")
    heads = [document.styles[f"Heading {n}"].element.rPr.rFonts.get(qn("w:eastAsia")) for n in (1, 2)]
    assert heads == ["黑体", "楷体_GB2312"]
    section = document.sections[0]
    assert [round(m.mm) for m in (section.top_margin, section.bottom_margin, section.left_margin)] == [37, 35, 28]
    assert "PAGE" in section.footer._element.xml


def test_the_same_tables_give_the_same_bytes(mixed: Pair, corpus: Corpus, tmp_path: Path) -> None:
    again = written(made_tables(corpus, "mixed"), corpus, tmp_path)
    assert again.draft.read_bytes() == mixed.draft.read_bytes()
