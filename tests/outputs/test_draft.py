"""The draft of the written report: every number, name and quotation is found again in the workbook, by program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pandas as pd
import pytest
from docx.oxml.ns import qn
from PIL import Image

from nlp.corpus.folder import Corpus
from nlp.outputs.draft import FEWEST, LONGEST, SHORTEST, Draft, compose, write_draft
from nlp.outputs.word_gb9704 import Heading, Paragraph
from nlp.outputs.workbook import write_workbook
from nlp.run.how import How
from nlp.run.run import Run
from nlp.run.stages import counting, reading
from nlp.tables import (
    ABSTAINED,
    DOCUMENTS,
    DROPPED,
    EVIDENCE,
    FAILURES,
    LABELS,
    PASSAGES,
    THEME_PASSAGES,
    THEMES,
    TOKENS,
    check,
)

MARK = re.compile(r"〔证据 (\d+)〕")
DIGITS = re.compile(r"[0-9０-９]+|[〇零一二三四五六七八九十百千万两]+(?=[份段篇条个家成倍项种类年月天次])")
NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
CAPTION = re.compile(r"^([图表]) (\d+)　")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Pair:
    """A draft and its workbook, as files."""

    draft: Path
    workbook: Path


def sheets_of(path: Path) -> dict[str, Rows]:
    """The workbook as anybody reads it: sheet → rows."""
    book = openpyxl.load_workbook(path, read_only=True)
    read = {}
    for sheet in book.worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        read[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return read


def texts_of(path: Path) -> list[tuple[str, str]]:
    """(style, text) of every paragraph, and (“row”, cells joined by tabs) of every row of a table but its head."""
    document = docx.Document(str(path))
    texts = [(str(p.style.name), p.text) for p in document.paragraphs]
    rows = [row for table in document.tables for row in table.rows[1:]]
    return texts + [("row", "\t".join(cell.text for cell in row.cells)) for row in rows]


def recomputed(entry: dict[str, Any], sheets: dict[str, Rows]) -> float | str:
    """What the workbook says where ``entry`` of the evidence sheet points."""
    wanted = [line.partition(" = ")[::2] for line in (entry["filter"] or "").split("\n") if line]
    rows = [
        row
        for row in sheets[entry["sheet"]]
        if all(("" if row[column] is None else str(row[column])) == value for column, value in wanted)
    ]
    cells = [row[entry["column"]] for row in rows] if entry["column"] else []
    if entry["how"] == "行数":
        return float(len(rows))
    if entry["how"] == "非空行数":
        return float(sum(cell is not None for cell in cells))
    if entry["how"] in ("最早年份", "最晚年份"):
        years = [float(str(cell)[:4]) for cell in cells if cell is not None]
        return min(years) if entry["how"] == "最早年份" else max(years)
    (cell,) = cells
    if isinstance(cell, int | float):
        number = abs(cell) if entry["how"] == "绝对值" else float(cell)
        return number * 100 if entry["unit"] in ("%", "百分点") else number
    text = str(cell)
    if entry["how"] == "片段":
        text = text[entry["slice_start"] : entry["slice_end"]]
    return text.translate(str.maketrans("“”\n\t", "‘’  "))


def agrees(shown: str, found: float | str) -> bool:
    """Whether what is written is what was found: text to the character, a number to half its last digit."""
    if isinstance(found, str):
        return shown == found
    decimals = len(shown.partition(".")[2])
    return abs(float(shown) - found) <= 0.5 * 10**-decimals + 1e-9


def faults_of(pair: Pair) -> list[str]:
    """Everything in the draft that the workbook does not bear out."""
    sheets = sheets_of(pair.workbook)
    statements: dict[int, Rows] = {}
    for row in sheets["证据"]:
        statements.setdefault(int(row["number"]), []).append(row)
    faults, told, captions = [], [], []
    for style, text in texts_of(pair.draft):
        covered = [hit.span() for hit in MARK.finditer(text)]
        for number in (int(n) for n in MARK.findall(text)):
            told.append(number)
            at = text.find(statements[number][0]["statement"])
            if at < 0:
                faults.append(f"句子与证据表不同：{number} {text}")
                continue
            for entry in statements[number]:
                shown = text[at + entry["start"] : at + entry["end"]]
                covered.append((at + entry["start"], at + entry["end"]))
                if not agrees(shown, found := recomputed(entry, sheets)):
                    faults.append(f"证据 {number}：写的是 {shown}，算得 {found}")
        if style == "Caption":
            captions.append(CAPTION.match(text).groups())
            covered.append(CAPTION.match(text).span())
        if style.startswith("Heading") and (hit := NUMBERING.match(text)):
            covered.append(hit.span())
        faults += [
            f"没有证据的数字：{hit.group()} {text}"
            for hit in DIGITS.finditer(text)
            if not any(begin <= hit.start() and hit.end() <= end for begin, end in covered)
        ]
    if sorted(told) != sorted(statements):
        faults.append("证据编号与证据表不是一一对应")
    for kind in "图表":
        numbers = [int(number) for of, number in captions if of == kind]
        if numbers != list(range(1, len(numbers) + 1)):
            faults.append(f"{kind}的编号不连续：{numbers}")
    return faults


# What a passage says, its role and code. Numbers, quotation marks and the beginnings of formulas are there on purpose.
SAID = (
    ("2023年全局共有党员1256名，设12个支部。“三会一课”记录齐全。", "context", ""),
    ("个别支部“三会一课”流于形式，12次主题党日有9次是补的记录。台账靠年底突击。", "manifestation", "formalism"),
    ("=1+1 是表格里的样子，业务谋划与党建谋划各走各的。", "manifestation", "disconnection"),
    ("党建工作占年度考核的比重只有5%，考核导向偏了。", "cause", "assessment_bias"),
    ("一些同志认为党建是“虚功”，抓不抓一个样。", "cause", "misperception"),
    ("把党建考核权重由5%提高到30%；结果与评优挂钩。", "remedy", "assessment_reform"),
)
REPORTS, SHORT = 9, 14
SIZES = {"mixed": (REPORTS, SHORT), "reports": (REPORTS, 0), "few": (2, 0), "bare": (6, 0), "moving": (40, 5)}
# What reports of a kind “moving” say as well, in which years: a slogan that goes, one that comes, a problem that grows.
IN_YEARS = (
    ("推进“两学一做”学习教育常态化制度化。", "context", "", (2019, 2020)),
    ("落实“第一议题”制度，跟进学习最新精神。", "context", "", (2021, 2022)),
    ("活动年年是参观加观影，青年党员私下叫它老三样。", "manifestation", "stale_methods", (2021, 2022)),
)


def sayings(kind: str, number: int, short: bool) -> list[tuple[str, str, str]]:
    """Passages of one document: text, role, code."""
    if kind == "bare":
        return list(SAID[:1])
    if short:
        return [SAID[number % len(SAID)]]
    moving = [said[:3] for said in IN_YEARS if kind == "moving" and 2019 + number % 4 in said[3]]
    return [*SAID[: len(SAID) - number % 2], *moving]


def made_tables(corpus: Corpus, kind: str) -> dict[str, pd.DataFrame]:
    """The tables of an analysis: reports that say all of SAID, short pieces that say one thing each."""
    n_reports, n_short = SIZES[kind]
    documents, passages, labels = [], [], []
    for number in range(n_reports + n_short):
        short = number >= n_reports
        document = f"报送.csv·甲 = {number}" if short else f"报告{number}"
        said = sayings(kind, number, short)
        documents.append(
            {
                "document_id": document,
                "source": "报送.csv" if short else f"{document}.txt",
                "title": "报送" if short else f"关于2023年第{number}次自查“两张皮”的报告",
                "organ": f"单位{number}",
                "kind_of_unit": ("机关", "国企")[number % 2],
                "date": None if number % 5 == 4 else f"{2019 + number % 4}-0{1 + number % 9}",
                "text": "",
                "n_chars": 60 if short else 3000,
            }
        )
        for position, (text, role, code) in enumerate(said, 1):
            passage = f"{document}#{position:04d}"
            copied = number == 3 and position == 2
            passages.append(
                {
                    "passage_id": passage,
                    "document_id": document,
                    "position": position,
                    "section": f"二、问题＞（{position}）第{position}方面",
                    "start": 0,
                    "end": len(text),
                    "text": text,
                    "reuse_of": "报告0#0002" if copied else None,
                    "reuse_class": "套话" if copied else None,
                }
            )
            for facet, value in (("role", role), (role, code)):
                if value:
                    labels.append((passage, document, "rules", facet, value, 2, 8, 0.9, text[2:8], "测试", True))
    theme = ("m-01", "manifestation", "12次、补记录", 9, 8, 7, 0.41, 0.3, 0.917, True, "formalism 53%", None, None)
    given = {
        "documents": DOCUMENTS.frame(documents),
        "passages": PASSAGES.frame(passages),
        "labels": LABELS.frame(labels),
        "abstained": ABSTAINED.empty(),
        "dropped": DROPPED.frame([("甲.txt", None, 1, 0, "广告", "购买请致电")]),
        "failures": FAILURES.empty(),
        "themes": THEMES.frame([theme]),
        "theme_passages": THEME_PASSAGES.empty(),
    }
    if kind != "moving":
        given["tokens"] = TOKENS.empty()
    run = Run(corpus, How(coder="rules"), tables=given)
    stages = (reading.STAGES[-1], *counting.STAGES)  # who copied whom, and every count
    return given | {table.name: run[table.name] for stage in stages for table in stage.makes}


def written(tables: dict[str, pd.DataFrame], corpus: Corpus, folder: Path) -> Pair:
    """Draft and workbook of some tables."""
    draft = compose(tables, corpus.codebook)
    check(EVIDENCE, draft.evidence)
    (folder / "figures").mkdir()
    Image.new("RGB", (320, 200), "white").save(folder / "figures" / "roles.png")
    full = tables | {"evidence": draft.evidence, "settings": draft.settings}
    write_workbook(full, corpus.codebook, folder / "workbook.xlsx")
    return Pair(write_draft(draft, folder / "figures", folder / "报告底稿.docx"), folder / "workbook.xlsx")


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
    sheet = book["占比"]
    column = [cell.value for cell in sheet[1]].index("n") + 1
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, column).value += 1
    book.save(tmp_path / "改过.xlsx")
    assert len(faults_of(Pair(mixed.draft, tmp_path / "改过.xlsx"))) > 10


def test_the_chapters_stand_in_the_expected_order(pair: Pair) -> None:
    heads = [text for style, text in texts_of(pair.draft) if style == "Heading 1"]
    assert heads == ["一、基本情况", "二、主要表现", "三、成因剖析", "四、对策建议", "附：方法说明"]


def test_reports_and_short_pieces_are_told_apart(mixed: Pair) -> None:
    text = "".join(text for _, text in texts_of(mixed.draft))
    assert re.search(r"\d+份报告中有\d+份写到", text)
    assert re.search(r"\d+条短材料中(?:有\d+条写到|没有)|短材料中没有写到的", text)


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


def quoted_of(draft: Draft, title: str) -> list[str]:
    """The quotations of one section."""
    texts = [
        (block.text, isinstance(block, Heading)) for block in draft.blocks if isinstance(block, Heading | Paragraph)
    ]
    at = next(i for i, (text, head) in enumerate(texts) if head and text.endswith(title))
    section = takewhile(lambda each: not each[1], texts[at + 1 :])
    return [hit for text, _ in section for hit in re.findall("写道：“([^”]*)”", text)]


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
    found = quoted_of(compose(tables | {"passages": passages, "labels": labels}, corpus.codebook), "制度空转走形式")
    assert [quoted for quoted in found if quoted in text] == expected
    assert all(SHORTEST <= len(quoted) <= LONGEST for quoted in found)


@pytest.mark.parametrize(
    ("sources", "expected"), [pytest.param("same", 1, id="同一来源只引一处"), pytest.param("own", 2, id="不同来源各引")]
)
def test_quotations_come_from_different_sources(corpus: Corpus, sources: str, expected: int) -> None:
    tables = made_tables(corpus, "reports")
    if sources == "same":
        tables["sources_of_documents"] = tables["sources_of_documents"].assign(source_group="报告0")
    assert len(quoted_of(compose(tables, corpus.codebook), "制度空转走形式")) == expected


def test_no_sentence_is_quoted_twice(corpus: Corpus) -> None:
    tables = made_tables(corpus, "reports")
    labels = tables["labels"]
    same = labels[labels["code"] == "formalism"].assign(code="disconnection")
    labels = pd.concat([labels[labels["code"] != "disconnection"], same], ignore_index=True)
    draft = compose(tables | {"labels": labels}, corpus.codebook)
    evidence = draft.evidence[draft.evidence["how"] == "片段"]
    evidence = evidence[evidence["column"] == "text"]
    said = draft.evidence["statement"][draft.evidence["column"] == "text"]
    assert len([text for text in said if "流于形式" in text]) == 4
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


def test_the_figure_is_embedded_and_described(mixed: Pair) -> None:
    document = docx.Document(str(mixed.draft))
    assert [shape._inline.docPr.get("descr") for shape in document.inline_shapes] == ["段落的角色"]


def test_the_same_tables_give_the_same_bytes(mixed: Pair, corpus: Corpus, tmp_path: Path) -> None:
    again = written(made_tables(corpus, "mixed"), corpus, tmp_path)
    assert again.draft.read_bytes() == mixed.draft.read_bytes()
