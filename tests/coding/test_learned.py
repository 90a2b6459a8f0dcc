"""What the learned coder makes of denials and of answers that say nothing (rule 20 of the codebook)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from nlp.coding.learned import LearnedCoder
from nlp.coding.role_gate import Reading, allowed
from nlp.corpus.folder import Corpus
from nlp.training.model_store import learned_coder

PAIRS = pd.read_csv(Path(__file__).parents[1] / "cases" / "polarity.csv", keep_default_na=False)
PROBLEM = {"manifestation", "cause"}


@pytest.fixture(scope="module")
def coder(corpus: Corpus) -> LearnedCoder:
    """The shipped coder."""
    return learned_coder(corpus)


def readings(coder: LearnedCoder, texts: list[str]) -> list[Reading]:
    """One reading a text, each by itself."""
    return coder.read(pd.DataFrame({"text": texts, "section": [""] * len(texts)}))


def test_a_denied_problem_is_none(coder: LearnedCoder) -> None:
    read = readings(coder, PAIRS["denied"].tolist())
    right = [reading.role.role in ("achievement", "context") for reading in read]
    assert sum(right) >= 0.95 * len(right), [
        text for text, fine in zip(PAIRS["denied"], right, strict=True) if not fine
    ]


def test_an_asserted_problem_is_one(coder: LearnedCoder) -> None:
    read = readings(coder, PAIRS["asserted"].tolist())
    right = [reading.role.role in PROBLEM for reading in read]
    assert sum(right) >= 0.9 * len(right), [
        text for text, fine in zip(PAIRS["asserted"], right, strict=True) if not fine
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(text, id=text)
        for text in (
            "无",
            "没有。",
            "暂无",
            "同上",
            "—",
            "/",
            "无明显问题",
            "暂无意见",
            "？？？",
            "1",
            "目前没有问题。",
        )
    ],
)
def test_an_answer_that_says_nothing_is_other(text: str, coder: LearnedCoder) -> None:
    (reading,) = readings(coder, [text])
    assert (reading.role.role, allowed(reading)) == ("other", [])


def test_a_self_check_that_finds_nothing_accuses_nobody(coder: LearnedCoder) -> None:
    lines = [
        "经逐项自查，各支部没有以会代训的情况。",
        "本单位不存在重经营轻党建的问题。",
        "谈话中没有职工反映学习走过场。",
        "全年无一起因党务兼职过多而延误审批的情况。",
        "各科室党建活动与业务结合紧密，未见照本宣科。",
    ]
    given = [candidate for reading in readings(coder, lines) for candidate in allowed(reading)]
    assert not [each.code for each in given if each.facet in PROBLEM]
