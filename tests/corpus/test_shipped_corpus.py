"""The reference corpus: it holds what the issue asks for, no report repeats another, its files give back its passages,
and ``check`` finds whatever is planted in a copy, with file and line."""

from __future__ import annotations

import csv
import importlib.util
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from nlp.corpus.check import check_corpus
from nlp.corpus.folder import SENTENCE_FILES, Corpus
from nlp.run.run import Run

PROJECT = Path(__file__).parents[2]
FIRST = 40  # passages that the small copy keeps


def load_benchmark() -> ModuleType:
    """``benchmarks/corpus.py``, which is a script and no part of a package."""
    spec = importlib.util.spec_from_file_location("corpus_benchmark", PROJECT / "benchmarks" / "corpus.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bench = load_benchmark()


@pytest.fixture(scope="module")
def gold(corpus: Corpus) -> pd.DataFrame:
    return bench.gold_of(corpus)


@pytest.fixture(scope="module")
def material(corpus: Corpus) -> Run:
    return Run(corpus, inputs=[corpus.folder / "reports"])


# --- what is there ----------------------------------------------------------------------------------------------------


def test_counts_of_the_issue_hold(corpus: Corpus, gold: pd.DataFrame) -> None:
    assert bench.shortfalls(bench.counts(corpus, gold), bench.summaries(gold)) == []


def test_every_report_and_table_is_read(corpus: Corpus, material: Run) -> None:
    assert material["failures"].empty
    assert set(corpus.manifest()["document_id"]) <= set(material["documents"]["document_id"])
    assert material["documents"]["date"].notna().all()


def test_no_year_and_no_kind_of_unit_is_empty(corpus: Corpus, material: Run) -> None:
    years = bench.spread(corpus, material, "year")
    assert set(years.index) == {str(year) for year in range(2018, 2026)}
    assert (years["报告"] >= 5).all()
    assert len(bench.spread(corpus, material, "kind_of_unit")) == 8


def test_no_report_repeats_another(corpus: Corpus, gold: pd.DataFrame) -> None:
    free = bench.independent(corpus, gold)
    pairs = bench.alike(free)
    assert len({pid for one, other, _ in pairs for pid in (one, other)}) / len(free) < bench.MOST_ALIKE
    assert bench.recurring(free, bench.set_phrases(corpus.folder)) == []


def test_the_measure_of_sameness_sees_a_copy(gold: pd.DataFrame) -> None:
    first = gold.iloc[:1]
    changed = first["text"].str.replace("调研组", "督导组")
    copies = [first.assign(document_id=name, passage_id=f"{name}#0001", text=changed) for name in "甲乙丙"]
    both = pd.concat([gold.iloc[:50], *copies], ignore_index=True)
    assert {pair[:2] for pair in bench.alike(both)} >= {
        ("甲#0001", "乙#0001"),
        (first["passage_id"].iloc[0], "甲#0001"),
    }
    assert len(bench.recurring(both, [])) > 10


def test_a_set_phrase_counts_as_one_character() -> None:
    phrases = re.compile("深入贯彻中央八项规定精神学习教育")
    assert bench.strings_of("深入贯彻中央八项规定精神学习教育", phrases) == set()
    assert len(bench.strings_of("要把深入贯彻中央八项规定精神学习教育同业务工作一起抓紧抓好", phrases)) == 1


def test_two_coders_agree(corpus: Corpus) -> None:
    table = bench.agreement(corpus, resamples=5)
    assert int(table["n"].max()) >= bench.DOUBLED
    assert bench.too_low(bench.facet_means(table)) == []
    assert bench.role_agreement(corpus, resamples=5)["kappa"] >= bench.TARGET_KAPPA
    assert (table["n_gold"] > 0).all()


# --- whole documents, coded by sentence -------------------------------------------------------------------------------


def test_whole_documents_are_as_many_as_the_data_card_says(corpus: Corpus) -> None:
    documents, sentences = corpus.gold_documents(), corpus.gold_sentences()
    assert (len(documents), documents["group"].nunique()) == (44, 4)
    assert set(sentences["document_id"]) == set(documents["document_id"])
    assert not set(documents["document_id"]) & set(corpus.reported_passages()["document_id"])
    for coder in ("writer", "second", "gold"):
        labels = corpus.sentence_labels(coder)
        assert (labels["facet"] == "role").sum() == (sentences["kind"] == "sentence").sum() == 1762


def test_a_second_coding_that_agreed_in_everything_would_not_be_believed(corpus: Corpus) -> None:
    card = (PROJECT / "corpus" / "README.md").read_text(encoding="utf-8")
    codings = {
        coder: corpus.sentence_labels(coder).groupby(["document_id", "position"])["code"].agg(frozenset)
        for coder in ("writer", "second", "gold")
    }
    differing = int((codings["writer"] != codings["second"]).sum())
    changed = int((codings["writer"] != codings["gold"]).sum())
    assert 0 < changed < differing
    assert f"**有 {differing} 句不同**" in card
    assert f"**{changed} 句（" in card


def test_a_whole_document_that_tells_everything_is_the_exception(corpus: Corpus) -> None:
    labels = corpus.sentence_labels()
    told = labels[labels["facet"] == "manifestation"].groupby("document_id")["code"].nunique()
    assert told.median() <= 5


# --- the files give the passages back ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def read_back(corpus: Corpus, material: Run, gold: pd.DataFrame) -> pd.DataFrame:
    return bench.read_shares(bench.read_back(corpus, material, gold), gold)


@pytest.mark.parametrize("name", bench.READ_BACK)
def test_passages_come_back_word_for_word(read_back: pd.DataFrame, name: str) -> None:
    assert read_back.loc[name, "mean"] >= bench.READ_BACK[name]


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_is_silent_on_the_corpus(corpus: Corpus) -> None:
    assert check_corpus(corpus.folder) == []


@pytest.fixture(scope="module")
def small(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus without faults that is checked fast: all names, the first passages, and one of every code."""
    folder = tmp_path_factory.mktemp("small") / "corpus"
    shutil.copytree(corpus.folder / "codebook", folder / "codebook")
    shutil.copytree(corpus.folder / "lexicon", folder / "lexicon")
    shutil.copy(corpus.folder / "documents.csv", folder)
    for name in ("gold", "reports"):
        (folder / name).mkdir()
    for report in (corpus.folder / "reports").iterdir():
        (folder / "reports" / report.name).touch()
    passages, labels = (rows_of(corpus.folder / "gold" / f"{name}.csv") for name in ("passages", "labels"))
    of_each = corpus.gold_labels().drop_duplicates("code")["passage_id"]
    ids = {row[0] for row in passages[: FIRST + 1]} | set(of_each)
    passages = [row for row in passages if row[0] in ids]
    write_rows(folder / "gold" / "passages.csv", passages)
    write_rows(folder / "gold" / "labels.csv", [row for row in labels if row[0] in ids])
    for name in SENTENCE_FILES:
        rows = rows_of(corpus.folder / "gold" / name)
        write_rows(folder / "gold" / name, [rows[0], *(row for row in rows[1:] if row[0] == rows[1][0])])
    return folder


def rows_of(path: Path) -> list[list[str]]:
    """All rows of a CSV, the header first."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def change(path: Path, column: str, value: str | Callable[[str], str], **where: str) -> int:
    """Set ``column`` in the first row that ``where`` selects; return its line (no cell of the copy breaks a line)."""
    rows = rows_of(path)
    header = rows[0]
    at = next(i for i, row in enumerate(rows[1:], 1) if all(row[header.index(k)] == v for k, v in where.items()))
    cell = header.index(column)
    rows[at][cell] = value(rows[at][cell]) if callable(value) else value
    write_rows(path, rows)
    return at + 1


def append(path: Path, line: str) -> int:
    """Add a line at the end; return its number."""
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.rstrip("\n") + "\n" + line + "\n", encoding="utf-8")
    return len(text.rstrip("\n").splitlines()) + 1


def without_manifest_row(folder: Path) -> int:
    rows = rows_of(folder / "documents.csv")
    write_rows(folder / "documents.csv", [row for row in rows if row[0] != "A01"])
    return 2  # its first passage


def missing_file(folder: Path) -> int:
    (folder / "reports" / rows_of(folder / "documents.csv")[1][1]).unlink()
    return 2


def repeated_passage(folder: Path) -> int:
    path = folder / "gold" / "passages.csv"
    rows = rows_of(path)
    write_rows(path, [*rows, [*rows[1][:4], "换了文字，编号没有换。", rows[1][5]]])
    return len(rows) + 1


def two_roles(folder: Path) -> int:
    path = folder / "gold" / "labels.csv"
    rows = rows_of(path)
    write_rows(path, [*rows, [*rows[1][:3], "other", *rows[1][4:]]])
    return len(rows) + 1


def wrong_facet(folder: Path) -> int:
    path = folder / "gold" / "labels.csv"
    change(path, "code", "education", coder="gold", facet="manifestation")
    return change(path, "facet", "remedy", coder="gold", code="education", facet="manifestation")


def no_gold_role(folder: Path) -> int:
    path = folder / "gold" / "labels.csv"
    change(path, "coder", "third", coder="gold", facet="role", passage_id="A01#0003")
    return 4


GOLD_LABELS, GOLD_PASSAGES, MANIFEST = "gold/labels.csv", "gold/passages.csv", "documents.csv"
SENTENCES, SENTENCE_LABELS = "gold/sentences.csv", "gold/sentence_labels.csv"
NOISE, CUES, UNITS = "lexicon/noise.csv", "lexicon/cues.csv", "lexicon/unit_kinds.csv"


def labels_with(column: str, value: str | Callable[[str], str], **where: str) -> Callable[[Path], int]:
    return lambda folder: change(folder / GOLD_LABELS, column, value, **where)


def sentence_label_with(column: str, value: str | Callable[[str], str], **where: str) -> Callable[[Path], int]:
    return lambda folder: change(folder / SENTENCE_LABELS, column, value, **where)


def a_sentence_without_role(folder: Path) -> int:
    change(folder / SENTENCE_LABELS, "coder", "second", coder="gold", position="3", facet="role")
    return 4  # the header, then the sentences from 1


def a_sentence_left_out(folder: Path) -> int:
    rows = rows_of(folder / SENTENCES)
    write_rows(folder / SENTENCES, [row for row in rows if row[1] != "5"])
    return 6


def manifest_with(column: str, value: str) -> Callable[[Path], int]:
    return lambda folder: change(folder / MANIFEST, column, value, document_id="B02")


FAULTS = [
    pytest.param(
        labels_with("start", lambda n: str(int(n) + 1), coder="gold", facet="manifestation"),
        "证据与原文不符",
        GOLD_LABELS,
        id="证据与片段差一个字",
    ),
    pytest.param(labels_with("end", "99999", facet="role"), "证据与原文不符", GOLD_LABELS, id="片段超出段落"),
    pytest.param(wrong_facet, "代码不属于该段角色的维度", GOLD_LABELS, id="表现段带了对策代码"),
    pytest.param(labels_with("code", "problem", facet="role"), "编码表里没有这个代码", GOLD_LABELS, id="不认识的角色"),
    pytest.param(two_roles, "一个编码者给了一段两个角色", GOLD_LABELS, id="一人给了两个角色"),
    pytest.param(labels_with("passage_id", "Z99#0001", facet="role"), "没有这个段落", GOLD_LABELS, id="标注没有段落"),
    pytest.param(no_gold_role, "段落没有标准角色", GOLD_PASSAGES, id="漏了标准角色"),
    pytest.param(repeated_passage, "段落编号重复", GOLD_PASSAGES, id="段落编号重复"),
    pytest.param(without_manifest_row, "段落的文档不在清单里", GOLD_PASSAGES, id="文档没有清单行"),
    pytest.param(missing_file, "清单里的文件不在 reports/", MANIFEST, id="清单里的文件不见了"),
    pytest.param(manifest_with("date", "2022-13-40"), "日期写法不对", MANIFEST, id="不存在的日期"),
    pytest.param(manifest_with("kind_of_unit", "机構"), "不认识的单位类别", MANIFEST, id="单位类别写错"),
    pytest.param(
        sentence_label_with("start", lambda n: str(int(n) + 1), coder="gold", facet="manifestation"),
        "证据与原文不符",
        SENTENCE_LABELS,
        id="句子的证据与片段差一个字",
    ),
    pytest.param(
        sentence_label_with("facet", "remedy", coder="gold", facet="manifestation"),
        "编码表里没有这个代码",
        SENTENCE_LABELS,
        id="句子的代码写在别的维度",
    ),
    pytest.param(
        lambda folder: (
            change(folder / SENTENCE_LABELS, "code", "context", coder="gold", facet="role", position="15") + 1
        ),
        "代码不属于该句角色的维度",
        SENTENCE_LABELS,
        id="背景句带了表现代码",
    ),
    pytest.param(
        sentence_label_with("position", "1", coder="gold", position="2"),
        "没有这个句子（标题不编码）",
        SENTENCE_LABELS,
        id="给标题编了码",
    ),
    pytest.param(
        sentence_label_with("coder", "gold", coder="second"),
        "一个编码者给了一句两个角色",
        SENTENCE_LABELS,
        id="一句两个角色",
    ),
    pytest.param(a_sentence_without_role, "句子没有标准角色", SENTENCES, id="漏了一句的角色"),
    pytest.param(a_sentence_left_out, "句子的次序不连续", SENTENCES, id="少了一句"),
    pytest.param(
        lambda folder: append(folder / CUES, "formalizm,挂在墙上,active,试,"),
        "编码表里没有这些代码",
        CUES,
        id="线索词没有代码",
    ),
    pytest.param(
        lambda folder: append(folder / NOISE, "坏规则,(未闭合,drop_line,试,未闭合"),
        "清洗规则有误",
        NOISE,
        id="清洗规则写坏",
    ),
    pytest.param(
        lambda folder: change(folder / UNITS, "value", "机構"), "取值或写法有误", UNITS, id="词表里的单位类别写错"
    ),
]


@pytest.fixture(autouse=True)
def _fold_table_of_the_session(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    """OpenCC takes half a second for each copy, and no fault is planted in what it makes."""
    monkeypatch.setattr("nlp.corpus.lexicon.load_fold_table", lambda path: corpus.lexicon.fold_table)


def test_the_small_copy_has_no_fault(small: Path) -> None:
    assert check_corpus(small) == []


@pytest.mark.parametrize(("plant", "what", "file"), FAULTS)
def test_check_finds_a_planted_fault(
    small: Path, tmp_path: Path, plant: Callable[[Path], int], what: str, file: str
) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    line = plant(folder)
    (message,) = [fault for fault in check_corpus(folder) if fault.startswith(what)]
    _, where, fix = message.splitlines()
    assert str(folder / file) in where
    assert str(line) in re.findall(r"\d+", where.rsplit(file, 1)[1])
    assert fix.strip().startswith("处理：")


def test_check_finds_all_faults_at_once(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    labels_with("end", "99999", facet="role")(folder)
    manifest_with("date", "2022-13-40")(folder)
    missing_file(folder)
    append(folder / CUES, "formalizm,挂在墙上,active,试,")
    assert len(check_corpus(folder)) == 4


SLOW = [
    pytest.param("(a+)+$", "aa", id="重复里套重复"),
    pytest.param("^(.*,)*x$", "a,x", id="套着任意字"),
    pytest.param(r"^(\w|\s|.)*!$", "a!", id="几种写法配同一个字"),
]


@pytest.mark.parametrize(("pattern", "hit"), SLOW)
def test_a_rule_that_would_take_for_ever_is_named(small: Path, tmp_path: Path, pattern: str, hit: str) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    line = append(folder / "lexicon" / "noise.csv", f'slow,"{pattern}",drop_line,慢,"{hit}"')
    (message,) = check_corpus(folder)
    assert message.startswith(f"写法会使匹配极慢：{pattern}")
    assert f"noise.csv 第 {line} 行" in message


def test_a_cue_that_would_take_for_ever_is_named(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    line = append(folder / "lexicon" / "cues.csv", f"formalism,{'的…' * 9}完,active,,")
    (message,) = check_corpus(folder)
    assert f"cues.csv 第 {line} 行" in message


# --- codes that are not complete --------------------------------------------------------------------------------------

LACKING = [
    pytest.param("lexicon/cues.csv", "没有线索词", id="没有线索词"),
    pytest.param("gold/labels.csv", "没有标准编码", id="没有标准编码"),
    pytest.param("codebook/rules.md", "没有编码规则提到", id="没有规则"),
    pytest.param("codebook/answers.csv", "没有对应关系", id="没有对应关系"),
]


def without_code(path: Path, code: str) -> None:
    """Take away every line that names ``code``; in prose, only the name."""
    text = path.read_text(encoding="utf-8-sig")
    if path.suffix == ".csv":
        write_rows(path, [row for row in rows_of(path) if code not in row])
    else:
        path.write_text(text.replace(code, ""), encoding="utf-8")


@pytest.mark.parametrize(("file", "said"), LACKING)
def test_a_code_that_lacks_something_is_named(small: Path, tmp_path: Path, file: str, said: str) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    without_code(folder / file, "team_building")
    (fault,) = check_corpus(folder)
    assert f"{said}" in fault
    assert "team_building" in fault
    assert file.split("/")[1] in fault


def test_a_rejected_cue_is_none(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    path = folder / "lexicon" / "cues.csv"
    rows = rows_of(path)
    write_rows(path, [[*row[:2], "rejected", *row[3:]] if row[0] == "team_building" else row for row in rows])
    (fault,) = check_corpus(folder)
    assert "没有线索词：team_building" in fault


def test_a_file_that_a_corpus_does_without_is_no_fault(small: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(small, folder)
    (folder / "codebook" / "answers.csv").unlink()
    (folder / "codebook" / "rules.md").unlink()
    assert check_corpus(folder) == []
