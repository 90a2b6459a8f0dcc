"""A label changed at the desk changes the share, the chart, the page, the draft and the workbook."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import docx
import openpyxl
import pandas as pd
import pytest
from made_run import Result

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.engine.choice import Engine
from nlp.outputs.page import LETTERS
from nlp.review.store import NAME, Decision, Store, digest_of
from nlp.run.apply import apply, machine_tables, notices, themes_in

CODE = "formalism"


def read(out: Path, name: str) -> pd.DataFrame:
    """A table of a result."""
    return pd.read_parquet(out / "tables" / f"{name}.parquet")


def count(out: Path) -> int:
    """Passages with the code, as the share says."""
    rows = read(out, "prevalence")
    return int(rows.loc[(rows["code"] == CODE) & (rows["unit"] == "段落"), "n"].iloc[0])


def quoted(out: Path) -> set[str]:
    """Passages that surely have the code in the data of the page."""
    page = (out / "report.html").read_text(encoding="utf-8")
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    at = [row[0] for row in data["codes"]].index(CODE)
    words = [word for _, run in data["passages"] for word in run.split(",")]
    ids = read(out, "passages")["passage_id"]
    return {name for name, word in zip(ids, words, strict=True) if LETTERS[at] in word.replace(f"~{LETTERS[at]}", "")}


def written(out: Path) -> str:
    """All sentences of the draft."""
    return "\n".join(paragraph.text for paragraph in docx.Document(str(out / "报告底稿.docx")).paragraphs)


@pytest.fixture(scope="module")
def before(result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small run, to be corrected."""
    return Path(shutil.copytree(result.out, tmp_path_factory.mktemp("核对") / "结果"))


@pytest.fixture(scope="module")
def after(before: Path, corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with one passage corrected: no problem any more."""
    out = Path(shutil.copytree(before, tmp_path_factory.mktemp("改后") / "结果"))
    store = Store(out / NAME)
    row = read(out, "passages").set_index("passage_id").loc[sorted(quoted(out))[0]]
    store.append([Decision(row.name, digest_of(row["text"]), "王", "remedy", (("education", 0, 4),))])
    store.append([Decision("没有了#0001", "0" * 16, "王", "remedy")])
    store.close()
    apply(out, corpus, Engine(1))
    return out


def test_share_chart_page_draft_and_workbook_follow(before: Path, after: Path) -> None:
    changed = sorted(quoted(before))[0]
    assert count(after) == count(before) - 1
    assert quoted(before) - quoted(after) == {changed}
    chart = "figures/codes_manifestation.svg"
    assert (after / chart).read_bytes() != (before / chart).read_bytes()
    assert written(after) != written(before)
    sheet = openpyxl.load_workbook(after / "workbook.xlsx", read_only=True)["人工核对"]
    rows = list(sheet.iter_rows(values_only=True))
    assert any(changed in row and "王" in row for row in rows)
    assert "人工核对：王" in (after / "tables" / "labels.csv").read_text(encoding="utf-8")


def test_what_no_decision_touches_stays(before: Path, after: Path) -> None:
    for name in ("passages", "documents", "tokens"):
        assert read(after, name).equals(read(before, name))
    assert (after / "dropped.csv").read_bytes() == (before / "dropped.csv").read_bytes()
    one, other = (json.loads((out / "run.json").read_text(encoding="utf-8")) for out in (before, after))
    assert one["inputs"] == other["inputs"]


def test_the_machine_s_labels_can_be_had_back(before: Path, after: Path) -> None:
    pd.testing.assert_frame_equal(machine_tables(after)["machine_labels"], read(before, "labels"))


def test_what_was_not_taken_is_told(after: Path) -> None:
    told = list(notices(read(after, "corrections"), after, after / NAME))
    assert told == ["人工核对：1 段段落已不存在，没有采用（没有了#0001）"]
    assert "apply" in next(notices(read(after, "corrections"), after, None))


@pytest.mark.parametrize(("lost", "words"), [(NAME, "找不到核对记录"), ("run.json", "不是结果文件夹")])
def test_a_result_that_cannot_be_counted_again_is_told_and_left(
    before: Path, corpus: Corpus, tmp_path: Path, lost: str, words: str
) -> None:
    out = Path(shutil.copytree(before, tmp_path / "结果"))
    (out / lost).unlink(missing_ok=True)
    page = (out / "report.html").read_bytes()
    with pytest.raises(DataError, match=words):
        apply(out, corpus, Engine(1))
    assert (out / "report.html").read_bytes() == page


def test_themes_may_be_kept(before: Path) -> None:
    kept = themes_in(before)
    assert {"themes", "theme_passages", "theme_notes"} <= set(kept)
    assert set(kept["theme_notes"]["note"]) == {"主题沿用核对以前的。"}
