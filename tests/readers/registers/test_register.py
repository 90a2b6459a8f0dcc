"""Registers: problem, cause and remedy of a row are texts of their own, in every format; others are none."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from made import classify, documents_of, sources_of

from nlp.base.errors import UnreadableFile
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.source import ReadOptions
from nlp.text.documents import build_documents
from nlp.text.joining import joined
from nlp.text.layout import layout
from nlp.text.segment import segment_documents

Rows = list[list[str]]
Read = Callable[[Rows, str], list[str]]
HEADER = ["序号", "责任单位", "存在问题", "原因分析", "整改措施", "责任人", "完成时限"]
PROBLEM, CAUSE, REMEDY = "主题党日流于形式，台账靠年底突击补写", "考核重业务轻党建", "把党建与业务同部署、同考核"
REGISTER = [
    HEADER,
    ["1", "党委办公室", PROBLEM, CAUSE, REMEDY, "某处长", "2023年6月30日"],
    ["2", "组织部", "学用脱节", "", "建立联席会议制度\n每季度讲评一次", "", "长期坚持"],
]
LINES = [
    "〖" + "\t".join(HEADER) + "〗",
    "〖1\t党委办公室〗",
    f"〖存在问题〗{PROBLEM}",
    f"〖原因分析〗{CAUSE}",
    f"〖整改措施〗{REMEDY}",
    "〖某处长\t2023年6月30日〗",
    "〖2\t组织部〗",
    "〖存在问题〗学用脱节",
    "〖整改措施〗建立联席会议制度",
    "〖整改措施〗每季度讲评一次",
    "〖长期坚持〗",
]


def write_docx(rows: Rows, path: Path) -> None:
    """A Word document: a sentence, the table, a sentence."""
    document = docx.Document()
    document.add_paragraph("表前。")
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    document.add_paragraph("表后。")
    document.save(str(path))


def write_html(rows: Rows, path: Path) -> None:
    """A page: a sentence, the table, a sentence."""
    cells = [[f"<td>{html.escape(text).replace(chr(10), '<br>')}</td>" for text in row] for row in rows]
    table = "".join(f"<tr>{''.join(row)}</tr>" for row in cells)
    path.write_text(f"<meta charset='utf-8'><p>表前。</p><table>{table}</table><p>表后。</p>", encoding="utf-8")


WRITERS = {".docx": write_docx, ".html": write_html}


@pytest.fixture
def options(lexicon: Lexicon) -> ReadOptions:
    """Options that know how the columns of registers are called."""
    return with_hints(ReadOptions(), lexicon)


@pytest.fixture
def lines(tmp_path: Path, options: ReadOptions) -> Read:
    """Return a function that writes a table in a format, reads it and returns the lines of the table."""

    def write_and_read(rows: Rows, suffix: str) -> list[str]:
        path = tmp_path / f"清单{suffix}"
        WRITERS[suffix](rows, path)
        before, *found, behind = read_file(path, options)[0].text.split("\n")
        assert (before, behind) == ("表前。", "表后。")
        return found

    return write_and_read


TABLES = [
    pytest.param(REGISTER, LINES, id="台账"),
    pytest.param(
        [["问题表现", "对策建议"], [PROBLEM, REMEDY]],
        ["〖问题表现\t对策建议〗", f"〖问题表现〗{PROBLEM}", f"〖对策建议〗{REMEDY}"],
        id="只有问题和对策两列",
    ),
    pytest.param(
        [["整改清单", "", ""], ["序号", "查摆出的问题（个）", "整改措施"], ["1", PROBLEM, REMEDY]],
        [
            "整改清单",
            "〖序号\t查摆出的问题（个）\t整改措施〗",
            "〖1〗",
            f"〖查摆出的问题（个）〗{PROBLEM}",
            f"〖整改措施〗{REMEDY}",
        ],
        id="表头上有题目",
    ),
    pytest.param(
        [["序号", "问题", "措施"], ["一、政治建设", "", ""], ["1", PROBLEM, REMEDY], ["序号", "问题", "措施"]],
        [
            "〖序号\t问题\t措施〗",
            "一、政治建设",
            "〖1〗",
            f"〖问题〗{PROBLEM}",
            f"〖措施〗{REMEDY}",
            "〖序号\t问题\t措施〗",
        ],
        id="表中小标题、次页重复的表头",
    ),
    pytest.param(
        [["存在问题", "成因", "整改措施"], [PROBLEM * 9, CAUSE * 20, REMEDY * 9]],
        [
            "〖存在问题\t成因\t整改措施〗",
            f"〖存在问题〗{PROBLEM * 9}",
            f"〖成因〗{CAUSE * 20}",
            f"〖整改措施〗{REMEDY * 9}",
        ],
        id="格子里字多",
    ),
    pytest.param(
        [["问题", "备注", "措施"], [PROBLEM, "已完成，待验收。", REMEDY]],
        ["〖问题\t备注\t措施〗", f"〖问题〗{PROBLEM}", "〖备注〗已完成，待验收。", f"〖措施〗{REMEDY}"],
        id="别的列里有句子",
    ),
]
LOOK_ALIKES = [
    pytest.param([["单位", "问题数", "整改率"], ["甲局", "12", "98%"]], id="数字表"),
    pytest.param([["问题", "件数", "占比"], ["学用脱节", "12", "3%"]], id="只有一列是问题"),
    pytest.param([["名称", "释义"], ["两张皮", "党建与业务相脱节"]], id="两列的词汇表"),
    pytest.param([["重点任务", "主要措施", "责任单位", "完成时限"], ["学习", "轮训", "党校", "6月"]], id="任务分工"),
    pytest.param([["时间", "内容", "主持人"], ["9:00", "反馈问题、分析原因", "某书记"]], id="日程"),
    pytest.param([["存在问题", "整改时限", "整改责任人"], ["学用脱节", "6月底", "某处长"]], id="没有措施和原因"),
    pytest.param([["甲", "乙"], ["问题", "表现在学用脱节"], ["原因", "考核偏软"]], id="横着写的表"),
]


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize(("rows", "expected"), TABLES)
def test_every_text_of_a_row_stands_under_its_column(rows: Rows, expected: list[str], suffix: str, lines: Read) -> None:
    assert [line.rstrip() for line in lines(rows, suffix)] == expected


@pytest.mark.parametrize("suffix", WRITERS)
@pytest.mark.parametrize("rows", LOOK_ALIKES)
def test_other_tables_are_read_row_by_row(rows: Rows, suffix: str, lines: Read) -> None:
    assert lines(rows, suffix) == ["\t".join(row) for row in rows]


def test_cells_stay_in_their_columns_beside_merged_ones_in_word(tmp_path: Path, options: ReadOptions) -> None:
    document = docx.Document()
    table = document.add_table(rows=3, cols=3)
    for at, text in enumerate(["序号", "问题", "措施", "1", PROBLEM, "抓学习", "", "", "抓考核"]):
        table.cell(at // 3, at % 3).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(1, 1).merge(table.cell(2, 1))
    document.save(str(tmp_path / "表.docx"))
    first, second = read_file(tmp_path / "表.docx", options)
    assert first.text.split("\n") == ["〖1〗", f"〖问题〗{PROBLEM}", "〖措施〗抓学习"]
    assert (second.unit, second.text) == ("1（第 2 次出现）", "〖措施〗抓考核")


def test_cells_stay_in_their_columns_beside_merged_ones_in_a_page(tmp_path: Path, options: ReadOptions) -> None:
    head = "<tr><th>序号<th colspan=2>问题<th>措施"
    rows = f"<tr><td rowspan=2>1<td rowspan=2>{PROBLEM}<td rowspan=2>学用脱节<td>抓学习<tr><td>抓考核"
    (tmp_path / "表.html").write_text(f"<meta charset=utf-8><table>{head}{rows}</table>", encoding="utf-8")
    first, second = read_file(tmp_path / "表.html", options)
    assert first.text.split("\n") == ["〖1〗", f"〖问题〗{PROBLEM}", "〖问题〗学用脱节", "〖措施〗抓学习"]
    assert (second.unit, second.text) == ("1（第 2 次出现）", "〖措施〗抓考核")


CSV = f"序号,责任单位,存在问题,原因分析,整改措施\n1,党办,{PROBLEM},{CAUSE},{REMEDY}\n"
PARTS = f"〖存在问题〗{PROBLEM}\n〖原因分析〗{CAUSE}\n〖整改措施〗{REMEDY}"
ROWS = [
    pytest.param(CSV, None, ["1"], [PARTS], id="三列各成一段"),
    pytest.param(CSV, "原因分析", ["1"], [CAUSE], id="指明了正文列"),
    pytest.param("编号,正文,备注\n7,学用脱节,问题\n", None, ["7"], ["学用脱节"], id="正文列"),
    pytest.param("编号,正文,存在问题\n7,情况,脱节\n", None, ["7"], ["情况"], id="只有一列是问题"),
    pytest.param(
        "内容,原因,措施\n脱节,偏软,考核\n", None, ["1"], ["〖内容〗脱节\n〖原因〗偏软\n〖措施〗考核"], id="正文列也不丢"
    ),
    pytest.param(
        "问题内容,整改措施\n脱节,\n,考核\n", None, ["1", "2"], ["〖问题内容〗脱节", "〖整改措施〗考核"], id="有空格子"
    ),
    pytest.param(
        "问题,措施\n脱节,抓学习,抓考核\n", None, ["1"], ["〖问题〗脱节\n〖措施〗抓学习,抓考核"], id="末列有逗号"
    ),
    pytest.param(
        '问题,措施\n脱节,"抓学习\n抓考核"\n',
        None,
        ["1"],
        ["〖问题〗脱节\n〖措施〗抓学习\n〖措施〗抓考核"],
        id="格内换行",
    ),
]


@pytest.mark.parametrize(("content", "column", "units", "texts"), ROWS)
def test_a_row_of_a_table_file_consists_of_its_texts(
    content: str, column: str | None, units: list[str], texts: list[str], tmp_path: Path, lexicon: Lexicon
) -> None:
    (tmp_path / "表.csv").write_text(content, encoding="utf-8")
    found = read_file(tmp_path / "表.csv", with_hints(ReadOptions(text_column=column), lexicon))
    assert [(text.unit, text.text) for text in found] == list(zip(units, texts, strict=True))


def test_a_workbook_is_read_like_a_csv(
    tmp_path: Path, make_workbook: Callable[..., bytes], options: ReadOptions
) -> None:
    (tmp_path / "台账.xlsx").write_bytes(make_workbook({"甲": [line.split(",") for line in CSV.splitlines()]}))
    (text,) = read_file(tmp_path / "台账.xlsx", options)
    assert (text.unit, text.text) == ("1", PARTS)


def test_a_row_too_short_for_its_texts_is_a_fault(tmp_path: Path, options: ReadOptions) -> None:
    (tmp_path / "表.csv").write_text("序号,问题,措施\n1,学用脱节\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="单元格比表头少"):
        read_file(tmp_path / "表.csv", options)


def test_a_name_heads_its_own_line_alone(lexicon: Lexicon) -> None:
    parts = f"〖存在问题〗一是学习不深。二是{PROBLEM}。\n〖整改措施〗二、{REMEDY}。（一）抓学习。"
    text = f"二、问题清单\n〖1 宣传科〗\n{parts}\n〖某处长 6月底〗\n{CAUSE * 4}。"
    found = segment_documents(documents_of(text), lexicon)
    assert list(zip(found["section"], found["text"], strict=True)) == [
        ("二、问题清单＞存在问题", "一是学习不深。"),
        ("二、问题清单＞存在问题", f"二是{PROBLEM}。"),
        ("二、问题清单＞整改措施", f"二、{REMEDY}。（一）抓学习。"),
        ("二、问题清单", f"{CAUSE * 4}。"),
    ]
    assert "".join(text[block.start : block.end] for block in layout(text)) == text.replace("\n", "")


JOINED = [
    pytest.param(["〖问题〗" + PROBLEM * 4, "〖措施〗" + REMEDY], id="字多而没有句号"),
    pytest.param(["〖问题〗学习不深，", "〖措施〗" + REMEDY], id="以逗号结尾"),
    pytest.param(["〖问题〗" + PROBLEM * 4, "表后的一段。"], id="表后的段落"),
]


@pytest.mark.parametrize("given_lines", JOINED)
def test_no_cell_is_glued_to_another(given_lines: list[str]) -> None:
    assert list(joined(given_lines)) == given_lines


def test_the_last_time_limit_is_no_signature(lexicon: Lexicon) -> None:
    text = f"某局整改清单\n〖存在问题〗{PROBLEM}\n〖整改措施〗{REMEDY}\n〖机关党委\t2023年6月30日〗"
    documents, _, dropped = build_documents(sources_of({"清单.docx": text}), lexicon)
    assert documents["date"].isna().all()
    assert dropped.empty
    assert documents["text"].iloc[0].endswith("2023年6月30日〗")


def test_the_head_of_a_register_is_no_title(lexicon: Lexicon) -> None:
    text = f"〖序号\t存在问题\t整改措施〗\n〖1〗\n〖存在问题〗{PROBLEM}\n〖整改措施〗{REMEDY}"
    documents, _, _ = build_documents(sources_of({"整改清单.docx": text}), lexicon)
    assert documents["title"].tolist() == ["整改清单"]


def test_problem_cause_and_remedy_of_a_row_are_coded_apart(tmp_path: Path, corpus: Corpus) -> None:
    (tmp_path / "表.csv").write_text(CSV, encoding="utf-8")
    done = classify([tmp_path / "表.csv"], tmp_path / "出", corpus, coder="rules")
    assert list(done.passages["role"]) == ["manifestation", "cause", "remedy"]
    assert list(done.passages["section"]) == ["存在问题", "原因分析", "整改措施"]


def test_where_a_row_is_one_passage_one_column_is_read(tmp_path: Path, corpus: Corpus) -> None:
    (tmp_path / "表.csv").write_text(CSV.replace("存在问题", "问题内容"), encoding="utf-8")
    done = classify([tmp_path / "表.csv"], tmp_path / "出", corpus, unit="passage", coder="rules")
    assert list(done.passages["text"]) == [PROBLEM]
