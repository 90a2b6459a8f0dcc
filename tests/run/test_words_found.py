"""One way to find words: kwic, trends and keyness of one run find the same, and say why where they find nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from made import passages_of
from typer.testing import CliRunner

from nlp.cli.app import app
from nlp.corpus.folder import Corpus
from nlp.run.how import How
from nlp.run.queries import kwic_of, open_run, trends_table, why_absent, why_no_keyness, why_no_places
from nlp.run.run import Run

CASES = Path(__file__).parents[1] / "cases" / "reports"
RULES = How(coder="rules")
EVERYWHERE: dict[str, str | None] = {}


@pytest.fixture(scope="module")
def terms_run(corpus: Corpus) -> Run:
    return open_run([CASES / "trend_terms.txt"], corpus, RULES)


@pytest.fixture(scope="module")
def variants_run(corpus: Corpus) -> Run:
    return open_run([CASES / "kwic_variants.txt"], corpus, RULES)


ONCE = [
    "1+N",
    "12345热线",
    "“三会一课”",
    "B类支部",
    "5A评级",
    "70%",
    "“放管服”",
    "数字化+党建",
    "AB岗",
    "１＋Ｎ",
    "三会一课",
]


@pytest.mark.parametrize("term", ONCE)
def test_a_term_with_figures_or_signs_is_counted_as_written(term: str, terms_run: Run) -> None:
    table = trends_table(terms_run, "Y", [term])
    assert list(table["n_occurrences"]) == [1, 1, 1], "三种单位各一行"
    assert set(table["period"]) == {"2024"}
    assert len(kwic_of(terms_run, term, 5, EVERYWHERE)) == 1
    assert why_absent(terms_run, table, "Y", [term]) == []


@pytest.mark.parametrize("term", ["两张皮", "党建工作", "业务会上", "党建＋业务"])
def test_kwic_lists_what_trends_count(term: str, variants_run: Run) -> None:
    table = trends_table(variants_run, "Y", [term])
    assert list(table["n_occurrences"]) == [1, 1, 1]
    (row,) = kwic_of(variants_run, term, 10, EVERYWHERE).itertuples()
    text = variants_run["passages"].set_index("passage_id").loc[row.passage_id, "text"]
    assert text[row.start : row.end] == row.hit


def run_of(corpus: Corpus, texts: dict[str, str], dates: dict[str, str | None], forms: dict[str, str]) -> Run:
    """A run of documents of one passage each."""
    passages = pd.concat([passages_of([text], document_id=name) for name, text in texts.items()], ignore_index=True)
    documents = pd.DataFrame({"document_id": list(texts)}).assign(
        date=[dates.get(name, "2021") for name in texts],
        form=[forms.get(name, "报告") for name in texts],
        n_chars=1000,
        source=list(texts),
        kind_of_unit="机关",
        organ=None,
        title="",
    )
    return Run(corpus, RULES, tables={"documents": documents, "passages": passages})


def test_each_term_that_is_not_counted_is_named_with_its_reason(corpus: Corpus) -> None:
    texts = {"甲": "党务工作者不够。", "乙": "天天打卡。", "丙": "第一议题流于形式。"}
    run = run_of(corpus, texts, {"乙": None}, {})
    terms = ["党务", "打卡", "工作", "没有的词", "第一议题"]
    table = trends_table(run, "Y", terms)
    absent = why_absent(run, table, "Y", terms)
    assert absent == [
        "“打卡”未计入：出现在 1 篇文档里，其中 1 篇的日期没有写到年",
        "“工作”未计入：有 1 处写到这几个字，都在别的词里面，如“党务工作者不”",
        "“没有的词”没有出现：找遍了 3 篇文档",
    ]
    assert set(table.loc[table["n_occurrences"] > 0, "item"]) == {"党务", "第一议题"}


def test_an_empty_table_says_why(corpus: Corpus) -> None:
    run = run_of(corpus, {"甲": "天天打卡。"}, {"甲": None}, {})
    table = trends_table(run, "Y", None)
    assert table.empty
    (said,) = why_absent(run, table, "Y", None)
    assert "1 篇文档里，日期写到年的有 0 篇" in said
    (said,) = why_no_places(run, kwic_of(run, "接龙", 5, EVERYWHERE), "接龙", {"unit": None})
    assert said == "“接龙”没有出现：找遍了 1 段"


def test_keyness_without_a_term_names_its_threshold(corpus: Corpus) -> None:
    run = run_of(corpus, {"甲": "天天打卡。", "乙": "年年总结。"}, {"乙": "2022"}, {})
    (said,) = why_no_keyness(run, pd.DataFrame(), "year", "2022", False)
    assert "G² 大于 10.83" in said
    assert re.search(r"目标组 \d+ 个词次，参照组 \d+ 个词次", said)


def test_the_command_says_what_it_did_not_find(tmp_path: Path) -> None:
    out = tmp_path / "趋势.csv"
    given = ["trends", str(CASES / "trend_terms.txt"), "--term", "1+N", "--term", "没有的词", "--coder", "rules"]
    done = CliRunner().invoke(app, [*given, "-o", str(out)])
    assert done.exit_code == 0
    assert "“没有的词”没有出现：找遍了 1 篇文档" in done.output
    assert list(pd.read_csv(out)["item"].unique()) == ["1+N"]
