"""Twelve invented reports, counted by hand: what is said of them is right, and said alike everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import docx
import openpyxl
import pytest
from made_twelve import REPORTS, SAID, UNITS, truth, write_twelve
from recount import Pair, faults_of
from selectolax.lexbor import LexborHTMLParser

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.outputs.telling import finding_rows
from nlp.outputs.word_gb9704 import write_official
from nlp.outputs.workbook import write_workbook
from nlp.run.how import How
from nlp.run.results import write_briefing
from nlp.run.run import Run
from nlp.statements.briefing import UnitBriefing, plain
from nlp.statements.ranking import ranked_codes

# Counted by hand from the table REPORTS in made_twelve.py: heading, and what bears it out.
SAID_OF_TWELVE = (
    ("问题最集中在“制度空转走形式”", "12份材料中有9份写到（75%）。涉及5个单位（共6个）：国企2个、机关2个、高校1个。"),
    ("成因说得最多的是“思想认识偏差”", "12份材料中有8份写到（67%）。涉及5个单位（共6个）：国企2个、机关2个、高校1个。"),
    ("开出的方子以“统筹融合”为最多", "12份材料中有8份写到（67%）。涉及5个单位（共6个）：国企2个、机关2个、高校1个。"),
    ("写了“思想认识偏差”而没有开方的单位最多", "5个写到它的单位中有5个没有写到相应的对策（要找的是“教育引领”）。"),
    ("问题其次在“党建业务脱节”", "12份材料中有4份写到（33%）。涉及4个单位（共6个）：国企2个、机关1个、高校1个。"),
)
# The units that write of each problem: a unit counts once, the twelfth report names none.
UNITS_OF_PROBLEMS = {
    "formalism": 5,
    "disconnection": 4,
    "priority_imbalance": 3,
    "stale_methods": 3,
    "resource_conflict": 1,
}
CITATION = re.compile(r"“([^“”]+)”（([^（）]+)）")


@pytest.fixture(scope="module")
def run(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The tables of the twelve reports, each made when it is asked for."""
    return Run(corpus, How(coder="rules"), [write_twelve(tmp_path_factory.mktemp("十二篇"))])


def test_the_coder_finds_what_a_person_finds(run: Run) -> None:
    labels = run["labels"][run["labels"]["facet"] != "role"]
    numbers = labels["document_id"].str[:2].astype(int)
    found = {
        facet: {str(code): sorted(set(numbers[rows.index])) for code, rows in of_facet.groupby("code")}
        for facet, of_facet in labels.groupby("facet")
    }
    assert found == truth()


def test_the_briefing_says_what_a_person_counts(run: Run) -> None:
    assert tuple((plain(f.head), plain(f.body)) for f in run.draft.findings) == SAID_OF_TWELVE


def test_every_finding_has_its_unit_and_a_quotation_from_it(run: Run) -> None:
    texts = dict(zip(run["documents"]["document_id"], run["documents"]["text"], strict=True))
    for finding in run.draft.findings:
        ((words, cited),) = CITATION.findall(plain(finding.quotation))
        unit, date, genre, *_ = REPORTS[int(finding.passage_id[:2]) - 1]
        assert cited == f"{unit}，{date[:4]}年{genre}"
        assert unit in UNITS
        assert words.translate(str.maketrans("‘’", "“”")) in texts[finding.passage_id.split("#")[0]]


def test_units_are_units_and_not_documents_without_one(run: Run) -> None:
    shares = run["unit_shares"]
    mine = shares[(shares["facet"] == "manifestation") & (shares["group"] == "全部")].set_index("code")
    assert mine["n"].to_dict() == UNITS_OF_PROBLEMS
    assert set(mine["denominator"]) == {len(UNITS)}
    assert list(run["units"]["unit"]) == sorted(UNITS)
    gaps = run["gap_shares"]
    assert gaps.loc[gaps["unit"] == "单位", "denominator"].max() <= len(UNITS)


def test_units_tell_their_codes_year_by_year(run: Run) -> None:
    codes = run["unit_codes"]
    mine = codes[(codes["unit"] == "云江市财政局") & (codes["facet"] == "manifestation")]
    told = {(row.period, row.code): (row.n, row.denominator) for row in mine.itertuples()}
    assert told == {
        ("全部", "formalism"): (2, 2),
        ("全部", "disconnection"): (1, 2),
        ("2021", "formalism"): (1, 1),
        ("2021", "disconnection"): (1, 1),
        ("2023", "formalism"): (1, 1),
    }


def test_page_draft_briefing_and_workbook_agree(run: Run, corpus: Corpus, tmp_path: Path) -> None:
    findings = run.draft.findings
    paper = [p.text for p in docx.Document(str(write_briefing(run, tmp_path))).paragraphs]
    draft = [p.text for p in docx.Document(str(write_official(run.draft.blocks, tmp_path / "底稿.docx"))).paragraphs]
    page = [LexborHTMLParser(f"{row['head']}。{row['body']}").text() for row in finding_rows(findings, run)]
    for finding, shown in zip(findings, page, strict=True):
        said = f"{plain(finding.head)}。{plain(finding.body)}"
        assert shown == said
        assert len([text for text in paper if text[2:].startswith(said)]) == 1
        assert len([text for text in draft if text.startswith(said)]) == 1
    book = write_workbook(dict(run), corpus.codebook, tmp_path / "workbook.xlsx")
    assert faults_of(Pair(tmp_path / "底稿.docx", book)) == []
    first = openpyxl.load_workbook(book, read_only=True)["证据"]
    statements = {row[2] for row in first.iter_rows(min_row=2, values_only=True)}
    assert all(any(text.startswith(plain(f.head)) for text in statements) for f in findings)


def test_ties_are_broken_alike_in_figure_and_ranking(run: Run, corpus: Corpus) -> None:
    from nlp.outputs.figures.by_form import panels_of

    for facet in truth():
        ranked = ranked_codes(run, facet)
        assert list(panels_of(run, facet, "文档")[0].counts["code"]) == ranked
    tied = ranked_codes(run, "manifestation")[2:]
    assert tied == sorted(tied), "一样多的以编号为序"


def test_the_page_of_a_unit_shows_both_sides_of_a_gap(run: Run, corpus: Corpus) -> None:
    blocks = UnitBriefing.of("云江市财政局", run, corpus.codebook).blocks()
    said = {block.lead: block.text for block in blocks if hasattr(block, "lead")}
    assert said["材料。"] == "2份材料、15个段落，2021、2023年，整改报告、自查报告。"
    assert said["在同类中的位置。"].startswith("确定写到问题表现2种，在机关类2个单位中由多到少排第2。")
    assert "“制度空转走形式”2段（2021、2023年）、“党建业务脱节”1段（2021年）" in said["问题表现。"]
    gap = said["有病无方。"]
    assert "要找的对策“教育引领”一段也没有" in gap
    assert any(sentence in gap for sentence in SAID["misperception"]), "问题的原话也在"


def test_an_unknown_unit_is_named_with_those_that_are_known(run: Run, corpus: Corpus) -> None:
    with pytest.raises(DataError, match=r"没有这个单位：财政局[\s\S]*云江市财政局"):
        UnitBriefing.of("财政局", run, corpus.codebook)
