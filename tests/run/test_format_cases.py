"""One report as real programs wrote it (``tests/cases/formats``), from file to passages: whole, in order, in place."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from nlp.corpus.folder import Corpus
from nlp.run.notebook import read_documents, segment

CASES = Path(__file__).parents[1] / "cases"
SOURCE = CASES / "formats" / "18_红头_落款_后附清单.txt"
TITLE, ORGAN, DATE = "关于破解机关党建与业务工作“两张皮”问题的调研报告", "××市直属机关工作委员会", "2024-10-18"
NUMBER = re.compile(r"[一二三四五]、|（[一二三四五]）|\d\.")
COLUMNS = ("存在问题", "原因分析", "整改措施")
NOTE, BOX = "抽样办法见附件二", "编者提示"


def bare(text: str) -> str:
    """A text without blanks."""
    return re.sub(r"\s+", "", text)


def parts_of(report: str) -> tuple[list[tuple[str, list[str]]], list[tuple[str, str]]]:
    """Sentences with the headings above them, and cells with their columns, as the typed report has them."""
    lines = [bare(line) if "\t" not in line else line for line in report.split("\n") if line.strip()]
    sentences, above = [], {}
    for line in lines[3:]:
        if line.startswith("附件") or "\t" in line:
            break
        if (number := NUMBER.match(line)) and not line.endswith("。"):
            level = 2 if line[0] == "（" else 1
            above = {depth: name for depth, name in above.items() if depth < level} | {level: line}
        elif line.endswith(("。", "：")):
            body = line[number.end() :] if number else line
            sentences += [(each, list(above.values())) for each in re.split(r"(?<=[。！？；])", body) if each]
    rows = [line.split("\t") for line in lines if "\t" in line][1:]
    return sentences, [(cell, name) for row in rows for cell, name in zip(row[1:4], COLUMNS, strict=True)]


def passages_of(path: Path, corpus: Corpus) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The documents and passages of a file, blanks left out."""
    documents = read_documents(path, corpus=corpus)
    passages = segment(documents, corpus.lexicon)
    return documents, passages.assign(text=passages["text"].map(bare), section=passages["section"].map(bare))


REPORTS = [  # file, sentences that may be lost, whether it has the table, what stands beside the text, date is told
    pytest.param("01_自动编号_目录_修订_脚注_文本框_表.doc", 0, True, (NOTE, BOX), id="旧 Word"),
    pytest.param("03_两栏_LibreOffice.pdf", 0, False, (), id="两栏的 PDF"),
    pytest.param("05_单栏_表格_脚注_文本框.pdf", 0, True, (NOTE, BOX), id="单栏的 PDF"),
    pytest.param("08_表头行class为header.html", 0, True, (NOTE,), id="pandoc 的网页"),
    pytest.param("14_浏览器另存.mhtml", 0, True, (), id="另存的网页"),
    pytest.param("16_同一报告.ofd", 1, True, (), id="OFD"),
    pytest.param("18_红头_落款_后附清单.txt", 0, True, (), id="文本"),
]


@pytest.mark.parametrize(("name", "lost", "has_table", "beside"), REPORTS)
def test_report(name: str, lost: int, has_table: bool, beside: tuple[str, ...], corpus: Corpus) -> None:
    documents, passages = passages_of(CASES / "formats" / name, corpus)
    sentences, cells = parts_of(SOURCE.read_text(encoding="utf-8"))
    assert len(sentences) == 29
    pairs = list(zip(passages["section"], passages["text"], strict=True))
    missing = [
        sentence
        for sentence, above in sentences
        if not any(
            all(each in section for each in above) and (sentence in text or sentence.rstrip("。") in section)
            for section, text in pairs
        )
    ]
    assert len(missing) <= lost, missing
    if has_table:
        assert [
            (cell, column) for cell, column in cells if not any(t == cell and s.endswith(column) for s, t in pairs)
        ] == []
    assert [sum(text.startswith(each) for _, text in pairs) for each in beside] == [1] * len(beside)
    whole = "".join(text + section for section, text in pairs)
    assert not re.search("原稿：|此处比例|调研专刊|版权所有|目录", whole)
    assert documents["title"].tolist() == [TITLE]
    if name != "14_浏览器另存.mhtml":  # there a note stands between signature and enclosure
        assert documents[["organ", "date"]].to_numpy().tolist() == [[ORGAN, DATE]]


@pytest.mark.parametrize("name", ["12_台账.ods", "13_台账.et"])
def test_ledger_gives_thirteen_texts(name: str, corpus: Corpus) -> None:
    _, passages = passages_of(CASES / "formats" / name, corpus)
    assert [section.rpartition("＞")[2] in COLUMNS for section in passages["section"]] == [True] * 13


def test_hidden_article_of_a_saved_page_is_read_without_its_buttons(corpus: Corpus) -> None:
    _, passages = passages_of(CASES / "reports" / "wechat_hidden.html", corpus)
    texts = passages["text"].tolist()
    assert [text[:6] for text in texts if len(text) > 20] == ["从调研情况看", "有的处室把党"]
    assert not any("微信" in text or "轻触" in text for text in texts)
