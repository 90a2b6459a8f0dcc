"""The public names: one list, importing is free, the design's own example, Chinese columns, faults in Chinese."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import docx
import openpyxl
import pandas as pd
import pytest
from made_run import Result

import nlp
from nlp.base import progress
from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.outputs.figures import FIGURES
from nlp.outputs.showing import chinese, figure, figures, word_cloud
from nlp.run.notebook import gaps, keyness_between, movements, turnover
from nlp.topics.themes import no_themes

HAN = re.compile("[\u4e00-\u9fff]{2}")


def test_importing_the_package_loads_nothing_and_all_names_are_there() -> None:
    code = "import sys, nlp; before = 'pandas' in sys.modules; from nlp import *; print(before, callable(kwic))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


@pytest.mark.parametrize("name", nlp.__all__)
def test_a_public_name_says_what_it_does(name: str) -> None:
    assert inspect.getdoc(getattr(nlp, name))
    assert name in dir(nlp)


def test_an_unknown_name_lists_those_that_are_there() -> None:
    with pytest.raises(AttributeError, match=r"没有这个名字：trend；.*trends"):
        nlp.trend  # noqa: B018


def test_a_room_is_no_public_name() -> None:
    code = "import nlp; print(hasattr(nlp, 'run'), 'nlp.run.notebook' in __import__('sys').modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_the_example_of_the_design_runs(result: Result, tmp_path: Path) -> None:
    """design.md, “In a notebook”: the calls as written there, on tables that are made already."""
    documents, passages, tokens, labels = (result.tables[n] for n in ("documents", "passages", "tokens", "labels"))
    themes = nlp.fit_themes(tokens, labels, facet="cause", seed=7)
    assert len(nlp.prevalence(labels, documents, by="year"))
    assert len(nlp.trends(tokens, documents, freq="Q"))
    assert len(nlp.kwic(passages, "挂在墙上", width=15))
    path = nlp.write_report(tmp_path / "report.html", documents, passages, labels, themes)
    assert "制度空转走形式" in path.read_text(encoding="utf-8")


def test_workbook_and_draft_are_written_from_tables(result: Result, tmp_path: Path) -> None:
    given = (*(result.tables[name] for name in ("documents", "passages", "labels")), no_themes(""))
    sheets = openpyxl.load_workbook(nlp.write_workbook(tmp_path / "甲" / "w.xlsx", *given), read_only=True).sheetnames
    assert {"读我", "证据", "占比"} <= set(sheets)
    draft = docx.Document(str(nlp.write_draft(tmp_path / "乙" / "底稿.docx", *given)))
    assert any("主要表现" in paragraph.text for paragraph in draft.paragraphs)


def test_measures_take_the_tables_of_the_steps_before(result: Result, corpus: Corpus) -> None:
    documents, passages, tokens, labels = (result.tables[n] for n in ("documents", "passages", "tokens", "labels"))
    assert set(movements(labels, documents)["kind"]) == {"code", "role"}
    word = str(tokens["term"].iloc[0])
    assert set(movements(tokens, documents, terms=[word])["item"]) == {word}
    assert set(nlp.bursts(tokens, documents, terms=[word])["item"]) <= {word}
    assert len(turnover(tokens, labels, passages, documents, corpus)) == documents["date"].str[:4].nunique()
    by_name = keyness_between(tokens, labels, passages, documents, "问题表现")
    assert by_name.equals(keyness_between(tokens, labels, passages, documents, "manifestation"))
    listed, shares = gaps(labels, documents, corpus)
    assert set(listed.columns) & set(shares.columns) >= {"unit", "kind", "code"}


def test_classify_writes_and_gives_back(corpus: Corpus, tmp_path: Path) -> None:
    table = pd.DataFrame({"id": ["甲"], "text": ["有的支部制度只是挂在墙上、流于形式。"]})
    table.to_csv(tmp_path / "报送.csv", index=False)
    done = nlp.classify(tmp_path / "报送.csv", out=tmp_path / "出", corpus=corpus, unit="passage", coder="rules")
    assert list(done.passages["role"]) == ["manifestation"]
    assert done.failures.empty


def test_figures_are_listed_with_their_titles() -> None:
    assert list(figures().index) == list(FIGURES)
    assert figures().str.contains(HAN).all()


def test_a_figure_takes_tables_by_name(result: Result, corpus: Corpus) -> None:
    assert figure("roles", corpus, prevalence=result.tables["prevalence"]) is not None
    assert figure("roles", corpus, **result.tables) is not None


WRONG_FIGURES = [
    pytest.param("rolls", "没有这张图：rolls", id="没有这张图"),
    pytest.param("roles", "还要一张表：prevalence", id="没有给表"),
]


@pytest.mark.parametrize(("name", "words"), WRONG_FIGURES)
def test_a_figure_says_what_it_lacks(name: str, words: str, corpus: Corpus) -> None:
    with pytest.raises(DataError, match=words):
        figure(name, corpus)


def test_a_cloud_takes_a_series_and_leaves_out_what_has_no_weight() -> None:
    drawn = word_cloud(pd.Series({"台账": 3, "痕迹": 2, "零": 0}), "用词")
    written = {text.get_text() for axes in drawn.axes for text in axes.texts}
    assert {"台账", "痕迹"} <= written
    assert "零" not in written
    assert word_cloud({}) is None


TABLES_SHOWN = ["documents", "passages", "labels", "prevalence", "trends", "links", "gaps", "keyness"]


@pytest.mark.parametrize("name", TABLES_SHOWN)
def test_columns_are_shown_in_chinese_and_codes_by_name(name: str, result: Result, corpus: Corpus) -> None:
    table = result.tables[name]
    shown = chinese(table, corpus=corpus)
    assert all(HAN.search(head) or head in ("数",) for head in shown.columns)
    assert shown.columns.is_unique
    assert len(shown) == len(table)
    assert "formalism" not in set(shown.astype("str").to_numpy().ravel())


def test_other_names_may_be_asked_for(corpus: Corpus) -> None:
    table = pd.DataFrame({"codes": ["formalism;lip_service", ""], "mine": [1, 2]})
    shown = chinese(table, {"mine": "我的"}, corpus)
    assert "我的" in shown.columns
    assert list(shown.iloc[:, 0]) == ["制度空转走形式、调门高落实少", ""]
    assert list(table["codes"]) == ["formalism;lip_service", ""], "原表不动"


def test_a_fault_shows_in_a_notebook_without_its_traceback() -> None:
    assert DataError("坏了\n  处理：修好")._render_traceback_() == ["错误：坏了\n  处理：修好"]


class Handle:
    """What a notebook's display gives back."""

    def __init__(self) -> None:
        self.shown: list[str] = []

    def update(self, html: str) -> None:
        self.shown.append(html)


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Handle:
    """A notebook's kernel, as far as progress asks for it."""
    handle = Handle()
    display = SimpleNamespace(HTML=str, display=lambda html, display_id: handle)
    shell = SimpleNamespace(get_ipython=lambda: SimpleNamespace(kernel=object()))
    monkeypatch.setitem(sys.modules, "IPython", shell)
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    return handle


def test_steps_show_in_a_notebook_and_leave_nothing(handle: Handle) -> None:
    with progress.steps() as tell:
        tell("分词<")
    assert handle.shown == ["<progress></progress> 分词&lt;……", ""]


def test_a_batch_shows_a_bar_in_a_notebook(handle: Handle) -> None:
    with progress.metered() as meter:
        meter.watch(SimpleNamespace(total=4, done=1, failed=1, passages=9))
    assert handle.shown[0].startswith('<progress value="2" max="4"></progress> 2/4 个')
    assert handle.shown[-1] == ""
