"""Decisions take the machine's place, and can be taken back."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_review import labels_of, passages_of, said

from nlp.corpus.folder import Corpus
from nlp.review.corrections import ADJUDICATOR, Corrected, corrected, uncorrected
from nlp.review.store import Decision, Store
from nlp.tables import ABSTAINED, LABELS, ROLES, check

TEXTS = ["制度挂在墙上。", "思想认识有偏差。", "要压实责任。"]
PASSAGES = passages_of(TEXTS)
MACHINE = labels_of(PASSAGES, [("manifestation", ["formalism"]), ("cause", ["misperception"]), ("remedy", [])])
DOUBTFUL = ABSTAINED.frame([("甲#0002", "甲", "cause", 0.5, "remedy", 0.4, None, TEXTS[1])])


def after(folder: Path, corpus: Corpus, *decisions: Decision, passages: pd.DataFrame = PASSAGES) -> Corrected:
    """What these decisions make of the machine's labels."""
    store = Store(folder / "r.sqlite")
    store.append(decisions)
    return corrected(passages, MACHINE, DOUBTFUL, store.decisions(), corpus.codebook)


def codes_at(labels: pd.DataFrame, n: int) -> list[tuple[str, str]]:
    """Coder and code of the n-th passage."""
    mine = labels[labels["passage_id"] == f"甲#{n:04d}"]
    return list(mine[["coder", "code"]].itertuples(index=False, name=None))


def test_a_decision_replaces_role_and_codes_and_says_who_and_when(tmp_path: Path, corpus: Corpus) -> None:
    done = after(tmp_path, corpus, said(PASSAGES, 2, "王", "manifestation", "lip_service", time="2026-12-01T08:00:00Z"))
    assert codes_at(done.labels, 2) == [("王", "manifestation"), ("王", "lip_service")]
    mine = done.labels[done.labels["coder"] == "王"]
    assert set(mine["reason"]) == {"人工核对：王，2026-12-01T08:00:00Z"}
    assert list(mine["evidence"]) == [TEXTS[1], "思想"]
    assert codes_at(done.labels, 1) == [("rules", "manifestation"), ("rules", "formalism")]
    assert done.abstained.empty
    (row,) = done.corrections.itertuples()
    assert (row.was_role, row.was_codes, row.is_role, row.is_codes, row.outcome) == (
        *("cause", "misperception", "manifestation", "lip_service", "已采用"),
    )


OUTCOMES = [
    pytest.param([(1, "王", "manifestation", "formalism")], "与机器相同", "王", id="与机器相同"),
    pytest.param([(1, "王", "other"), (1, "李", "context")], "几人判得不同，待裁定", "rules", id="两人不同"),
    pytest.param([(1, "王", "other"), (1, "李", "other")], "已采用", "王", id="两人相同"),
    pytest.param(
        [(1, "王", "other"), (1, "李", "context"), (1, ADJUDICATOR, "context")], "已采用", ADJUDICATOR, id="裁定"
    ),
    pytest.param([(1, "王", "other"), (1, "王", "context")], "已采用", "王", id="改主意"),
]


@pytest.mark.parametrize(("decisions", "outcome", "coder"), OUTCOMES)
def test_what_holds_is_what_people_agree_upon(
    decisions: list[tuple[int, str, str]], outcome: str, coder: str, tmp_path: Path, corpus: Corpus
) -> None:
    done = after(tmp_path, corpus, *(said(PASSAGES, *each) for each in decisions))
    assert list(done.corrections["outcome"]) == [outcome]
    assert {name for name, _ in codes_at(done.labels, 1)} == {coder}


def test_an_undone_decision_no_longer_holds_and_the_one_before_does(tmp_path: Path, corpus: Corpus) -> None:
    first, second = said(PASSAGES, 1, "王", "other"), said(PASSAGES, 1, "王", "context")
    undo = said(PASSAGES, 1, "王", "other", kind="undo", undone=2)
    assert codes_at(after(tmp_path, corpus, first, second, undo).labels, 1) == [("王", "other")]


CHANGES = [
    pytest.param(["制度改了。", *TEXTS[1:]], "文字已改，没有采用", id="文字改了"),
    pytest.param([], "段落已不存在，没有采用", id="段落没有了"),
]


@pytest.mark.parametrize(("texts", "outcome"), CHANGES)
def test_a_decision_on_another_text_is_dropped_and_told(
    texts: list[str], outcome: str, tmp_path: Path, corpus: Corpus
) -> None:
    done = after(tmp_path, corpus, said(PASSAGES, 1, "王", "other"), passages=passages_of(texts))
    assert list(done.corrections["outcome"]) == [outcome]
    assert "王" not in set(done.labels["coder"])


def test_a_code_that_the_codebook_lost_is_left_out(tmp_path: Path, corpus: Corpus) -> None:
    done = after(tmp_path, corpus, said(PASSAGES, 1, "王", "cause", "没有了的代码", "misperception"))
    assert codes_at(done.labels, 1) == [("王", "cause"), ("王", "misperception")]


@settings(max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["王", "李", ADJUDICATOR]), st.sampled_from(ROLES))))
def test_the_machine_s_reading_comes_back_whatever_was_decided(
    tmp_path_factory: pytest.TempPathFactory, corpus: Corpus, rows: list[tuple[int, str, str]]
) -> None:
    done = after(tmp_path_factory.mktemp("甲"), corpus, *(said(PASSAGES, *row) for row in rows))
    check(LABELS, done.labels)
    machine, doubtful = uncorrected(done.labels, done.abstained, done.overruled, done.decided, PASSAGES)
    pd.testing.assert_frame_equal(machine, MACHINE)
    pd.testing.assert_frame_equal(doubtful, DOUBTFUL)
