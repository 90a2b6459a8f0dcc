"""A file with a secrecy mark stays outside unless it is allowed in; personal numbers leave no reader when masked."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.corpus.folder import Corpus
from nlp.intake.discover import discover
from nlp.intake.inputs import read_file, read_inputs
from nlp.readers.registry import READERS
from nlp.readers.secrecy import mark_of
from nlp.readers.source import ReadOptions
from nlp.run import notebook
from nlp.run.how import How
from nlp.run.run import Run

MARKS = [
    pytest.param("机密★3年", "机密★3年", id="规范写法"),
    pytest.param("机 密 ★ ３ 年", "机密★3年", id="拉开的全角写法"),
    pytest.param("绝密★", "绝密★", id="没有期限"),
    pytest.param("绝密★启用前", "绝密★启用前", id="启用前"),
    pytest.param("秘密★6个月", "秘密★6个月", id="几个月"),
    pytest.param("秘密★长期", "秘密★长期", id="长期"),
    pytest.param("000123　机密★1年　特急", "000123机密★1年特急", id="有份号和紧急程度"),
    pytest.param("机密★3年\t某某部内部资料", "机密★3年", id="同一行还有别的"),
    pytest.param("密级：机密", "密级:机密", id="密级栏"),
    pytest.param("秘密 1年", "秘密1年", id="没有星号"),
    pytest.param("【秘密】", "【秘密】", id="括号里"),
    pytest.param("机密", "机密", id="单独一行"),
    pytest.param("核心商密★3年", "核心商密★3年", id="商业秘密的标志"),
    pytest.param("絕密★长期", "絕密★长期", id="繁体"),
    pytest.param("★机密", "★机密", id="星号在前"),
    pytest.param("★秘密★", "★秘密★", id="前后都有星号"),
    pytest.param("机密﹡10年", "机密﹡10年", id="小星号"),
    pytest.param("机密\u200b★10年", "机密★10年", id="夹着看不见的字符"),
    pytest.param("密级：机密　保密期限：10年", "密级:机密保密期限:10年", id="密级栏和保密期限栏"),
    pytest.param("秘密等级：秘密", "秘密等级:秘密", id="秘密等级栏"),
]
NO_MARKS = [
    pytest.param("严格保守国家秘密，落实保密责任。", id="正文说秘密"),
    pytest.param("机密文件管理不规范", id="标题说机密"),
    pytest.param("一、保密工作责任制落实不到位", id="保密"),
    pytest.param("关于机密级载体管理情况的自查报告", id="机密级载体"),
    pytest.param("凡标有“机密★3年”的材料，一律登记造册。", id="正文引用标志"),
    pytest.param("机密★文件丢失，责任不清。", id="句子里的星号"),
    pytest.param("商业秘密", id="商业秘密作小标题"),
    pytest.param("没有什么秘密可言", id="成语式的用法"),
    pytest.param("★机房管理★", id="只有星号"),
]


@pytest.mark.parametrize(("line", "mark"), MARKS)
def test_a_mark_in_its_place_is_recognised(line: str, mark: str) -> None:
    assert mark_of(["", line, "关于开展自查的报告", "正文。"]) == mark


@pytest.mark.parametrize("line", NO_MARKS)
def test_mere_words_are_no_mark(line: str) -> None:
    assert mark_of([line, "正文。"]) is None


def test_deep_in_a_text_only_the_star_makes_a_mark() -> None:
    body = ["正文一句。"] * 50
    assert mark_of([*body, "机密★3年", *body]) == "机密★3年"
    assert mark_of([*body, "机密★至2033年1月1日", *body]) == "机密★至2033年1月1日"
    assert mark_of([*body, "秘密 1年", *body]) is None


OPTIONS, ALLOWED = ReadOptions(), ReadOptions(allow_marked=True)
BODY = ["正文一行一行写下去，学归学、干归干。"] * 40
LAID_OUT = [
    pytest.param([*"机密★5年", *BODY], "机密★5年", id="竖排"),
    pytest.param([*"秘密", *BODY], "秘密", id="竖排而没有星号"),
    pytest.param([*"秘密工作制度", *BODY], None, id="竖排的标题"),
    pytest.param(["机密·10年", *BODY], "机密·10年", id="间隔点"),
    pytest.param(["---", "title: 报告", "密级: 机密", "---", *BODY], "密级:机密", id="文件头"),
    pytest.param(["---", '密级: "机密"', "---", *BODY], '密级:"机密"', id="文件头里的引号"),
    pytest.param(["内部★5年", *BODY], None, id="内部不是密级"),
    pytest.param(["第一篇：甲", *BODY, "第二篇：乙", "机密", *BODY], "机密", id="汇编的第二篇"),
    pytest.param(["第一篇：甲", *BODY, "第二篇：乙", *"秘密★三年", *BODY], "秘密★三年", id="汇编的第二篇竖排"),
    pytest.param([*BODY, "机密", *BODY], None, id="正文里单独一行"),
]


@pytest.mark.parametrize(("lines", "mark"), LAID_OUT)
def test_a_mark_is_recognised_by_where_it_stands(lines: list[str], mark: str | None) -> None:
    assert mark_of(lines) == mark


MARKED = ["机密★3年", "关于开展自查的报告", "有的支部把学习当成念文件，学归学、干归干。"]


@pytest.mark.parametrize("suffix", READERS)
def test_contract_a_marked_file_of_every_format_is_stopped(
    suffix: str, write: Callable[..., Path], tmp_path: Path
) -> None:
    write(f"报告{suffix}", MARKED)
    write("好.txt", MARKED[1:])
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert list(sources["source"]) == ["好.txt"]
    assert failures["reason"].tolist() == ["带有密级标志“机密★3年”"]
    assert "--allow-marked" in failures["fix"][0]
    assert len(read_inputs([tmp_path], ALLOWED)[1]) == 0


def docx_with_header(tmp_path: Path) -> Path:
    import docx

    document, buffer = docx.Document(), io.BytesIO()
    document.sections[0].header.paragraphs[0].text = "秘密★1年"
    document.add_paragraph("关于开展自查的报告")
    document.save(buffer)
    path = tmp_path / "页眉.docx"
    path.write_bytes(buffer.getvalue())
    return path


def test_a_mark_in_the_header_of_a_page_is_seen(tmp_path: Path, make_pdf: Callable[..., bytes]) -> None:
    printed = tmp_path / "页眉.pdf"
    printed.write_bytes(make_pdf(["有的支部把学习当成念文件，学归学、干归干。" * 9] * 9, per_page=8, head="秘密★1年"))
    for path in (docx_with_header(tmp_path), printed):
        with pytest.raises(UnreadableFile, match="秘密★1年"):
            read_file(path, OPTIONS)
        assert "秘密" not in read_file(path, ALLOWED)[0].text


def test_a_mark_above_a_table_is_seen_but_a_column_of_grades_is_none(
    tmp_path: Path, make_workbook: Callable[..., bytes]
) -> None:
    (tmp_path / "有.xlsx").write_bytes(make_workbook({"表": [["机密★1年"], ["编号", "正文"], [1, "学归学。"]]}))
    (tmp_path / "无.xlsx").write_bytes(make_workbook({"表": [["密级", "正文"], ["机密", "学归学。"], ["秘密", "无"]]}))
    (tmp_path / "有.csv").write_text("机密★1年,\n编号,正文\n1,学归学。\n", encoding="utf-8")
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert set(sources["source"]) == {"无.xlsx"}
    assert set(failures["source"]) == {"有.xlsx", "有.csv"}


def test_a_mark_in_any_cell_is_seen(tmp_path: Path, make_workbook: Callable[..., bytes]) -> None:
    table = [["密级", "正文"], ["机密★10年", "学归学。"]]
    (tmp_path / "列.csv").write_text("\n".join(map(",".join, table)), encoding="utf-8")
    (tmp_path / "列.xlsx").write_bytes(make_workbook({"表": table}))
    (tmp_path / "封面.xlsx").write_bytes(make_workbook({"封面": [["机密★10年"]], "表": [["正文"], ["学归学。"]]}))
    (tmp_path / "列.jsonl").write_text(json.dumps(dict(zip(*table, strict=True))), encoding="utf-8")
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert (len(sources), set(failures["reason"])) == (0, {"带有密级标志“机密★10年”"})
    assert len(read_inputs([tmp_path], ALLOWED)[0]) == 4


FURNITURE = [
    pytest.param("<header>机密★10年</header>", id="页眉"),
    pytest.param('<div class="header">机密★<b>10</b>年</div>', id="样式名是页眉"),
    pytest.param("<title>机密★10年 自查报告</title>", id="网页标题"),
]


@pytest.mark.parametrize("mark", FURNITURE)
def test_a_mark_outside_the_article_of_a_page_is_seen(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "页.html"
    path.write_text(f"<html>{mark}<p>有的支部把学习当成念文件，学归学、干归干。</p></html>", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="机密★10年"):
        read_file(path, OPTIONS)
    assert read_file(path, ALLOWED)


NAMED = [
    pytest.param("机密★3年", True, id="只有标志"),
    pytest.param("某某局机密★3年报告", True, id="夹着标志"),
    pytest.param("【秘密】自查报告", True, id="括号里"),
    pytest.param("自查报告（机密）", True, id="括号在后"),
    pytest.param("机密文件管理情况", False, id="说机密文件"),
    pytest.param("（商业秘密）保护", False, id="商业秘密"),
]


@pytest.mark.parametrize(("name", "marked"), NAMED)
def test_a_mark_in_the_name_of_a_file_is_seen(tmp_path: Path, name: str, marked: bool) -> None:
    (tmp_path / f"{name}.txt").write_text("学归学。", encoding="utf-8")
    assert len(read_inputs([tmp_path], OPTIONS)[1]) == marked


PERSONAL = "联系人手机13800138000，邮箱zhang@mof.gov.cn。"


@pytest.mark.parametrize("suffix", READERS)
def test_contract_masked_texts_of_every_format_keep_their_length(suffix: str, write: Callable[..., Path]) -> None:
    path = write(f"报告{suffix}", ["有的支部把学习当成念文件，学归学、干归干。", PERSONAL])
    plain, masked = read_file(path, OPTIONS), read_file(path, ReadOptions(redact=True))
    assert [len(text.text) for text in masked] == [len(text.text) for text in plain]
    assert any("13800138000" in text.text for text in plain)
    assert not any("13800138000" in text.text or "zhang@" in text.text for text in masked)


def test_names_ids_and_faults_are_masked_too(tmp_path: Path) -> None:
    (tmp_path / "一").mkdir()
    (tmp_path / "二").mkdir()
    rows = "编号,标题,单位,正文\n13800138000,a@b.cn的信,13900139000,学归学。\n13800138001,乙,丙,干归干。\n"
    (tmp_path / "一" / "13800138000.csv").write_text(rows, encoding="utf-8")
    (tmp_path / "二" / "13800138001.csv").write_text("13800138000,b\n1,2\n", encoding="utf-8")
    sources, failures = read_inputs([tmp_path], ReadOptions(redact=True))
    shown = sources.to_csv() + failures.to_csv()
    assert "1380013800" not in shown
    assert "1390013900" not in shown
    assert "a@b.cn" not in shown
    assert sources["unit"].tolist() == ["***********", "***********（第 2 次出现）"]
    assert sources["source"].unique().tolist() == ["一/***********.csv"]


def test_names_that_become_equal_are_told_apart(tmp_path: Path) -> None:
    for name in ("张13800138000.txt", "张13800138001.txt"):
        (tmp_path / name).write_text("学归学。", encoding="utf-8")
    assert len({found.source for found in discover([tmp_path], redact=True)}) == 2


def test_redaction_holds_over_the_manifest_at_every_entrance(tmp_path: Path, corpus: Corpus) -> None:
    """A telephone number in ``documents.csv`` leaves neither through the notebook nor through a run."""
    (tmp_path / "报告.txt").write_text(
        "关于融合情况的报告\n党建与业务脱节，电话1 3 8 1 2 3 4 5 6 7 8。\n", encoding="utf-8"
    )
    (tmp_path / "documents.csv").write_text("source,title,organ\n报告.txt,联系13800138000,甲局\n", encoding="utf-8")
    options = ReadOptions(redact=True)
    documents = notebook.read_documents(tmp_path, corpus=corpus, options=options)
    run = Run(corpus, How(options, coder="rules"), [tmp_path])
    for table in (documents, run["documents"]):
        shown = table.to_csv()
        assert "13800138000" not in shown
        assert "联系***********" in shown
        assert "1 3 8 1" not in shown


def test_the_shipped_numbers_set_apart_are_masked() -> None:
    path = Path(__file__).parents[1] / "cases" / "reports" / "redact_spaced.txt"
    (text,) = read_file(path, ReadOptions(redact=True))
    assert not re.search(r"\d ?[\d.] ?\d ?\d", text.text)
