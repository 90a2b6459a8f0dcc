"""What a sentence denies: reach, two denials that cancel out, something good that lacks, answers that say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.corpus.polarity import load_polarity
from nlp.search.cues import finder_for
from nlp.search.polarity import ASSERTS, CLEARS, DENIES, EMPTY, LACKS, PLAIN
from nlp.search.sentences import prepare

PAIRS = pd.read_csv(Path(__file__).parents[1] / "cases" / "polarity.csv", keep_default_na=False)
RIGHT = 0.95


def kinds(texts: Sequence[str], lexicon: Lexicon) -> list[int]:
    """What each text does, all of them single sentences."""
    batch, _ = prepare(texts, lexicon, finder_for(lexicon))
    return [int(kind) for kind in batch.polarity]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param("未发现流于形式的情况。", CLEARS, id="查找之后没有"),
        pytest.param("走过场、补记录等情况均未出现。", CLEARS, id="否认在后，管前面"),
        pytest.param("未能避免流于形式。", ASSERTS, id="两次否定等于承认"),
        pytest.param("这难道不是走过场？", ASSERTS, id="反问加否定"),
        pytest.param("哪里还有走过场？", CLEARS, id="反问"),
        pytest.param("八个支部无一不走过场。", ASSERTS, id="无一不"),
        pytest.param("没有一个支部不参加。", CLEARS, id="没有一个不：好事"),
        pytest.param("支部活动没有抓手。", LACKS, id="缺好的东西"),
        pytest.param("两个部门谈不上融合。", LACKS, id="谈不上"),
        pytest.param("活动没有出现好转的迹象。", LACKS, id="没出现的是好事"),
        pytest.param("未发现应开未开、没有人管的情况。", CLEARS, id="所否认的事里面有否定"),
        pytest.param("走过场的现象没有得到纠正。", ASSERTS, id="没有除去"),
        pytest.param("走过场的现象已经得到纠正。", CLEARS, id="除去了"),
        pytest.param("要防止走过场，不得流于形式。", PLAIN, id="要防的事不是否认"),
        pytest.param("支部会并非走过场，而是议大事。", CLEARS, id="并非"),
        pytest.param("虽未发现造假，但签到流于形式。", PLAIN, id="但字后面为准：有问题"),
        pytest.param("虽人手偏紧，但没有出现顾此失彼。", CLEARS, id="但字后面为准：没问题"),
        pytest.param("要做到党建不走过场。", DENIES, id="要做的事"),
        pytest.param("科研项目是硬任务，支部工作成了可做可不做的软任务。", ASSERTS, id="可做可不做"),
        pytest.param("转发之后往往再无下文。", LACKS, id="再无下文"),
        pytest.param("无", EMPTY, id="无"),
        pytest.param("/", EMPTY, id="斜线"),
        pytest.param("———", EMPTY, id="横线"),
        pytest.param("无明显问题。", EMPTY, id="无明显问题"),
        pytest.param("同上", EMPTY, id="同上"),
        pytest.param("1", EMPTY, id="数字"),
        pytest.param("没有抓手", LACKS, id="没有抓手不是空回答"),
    ],
)
def test_kinds(text: str, kind: int, lexicon: Lexicon) -> None:
    assert kinds([text], lexicon) == [kind]


def test_pairs_of_a_denied_problem_and_an_asserted_one(lexicon: Lexicon) -> None:
    denied, asserted = kinds(PAIRS["denied"].tolist(), lexicon), kinds(PAIRS["asserted"].tolist(), lexicon)
    wrong = [text for text, kind in zip(PAIRS["denied"], denied, strict=True) if kind not in (DENIES, CLEARS)]
    wrong += [text for text, kind in zip(PAIRS["asserted"], asserted, strict=True) if kind in (DENIES, CLEARS, EMPTY)]
    assert len(wrong) <= (1 - RIGHT) * 2 * len(PAIRS), wrong


def test_a_denied_cue_counts_as_averted(corpus: Corpus) -> None:
    batch, _ = prepare(
        ["未发现以会议落实会议的情况。", "普遍以会议落实会议。"], corpus.lexicon, finder_for(corpus.lexicon)
    )
    code = finder_for(corpus.lexicon).index["formalism"]
    averted = [set(batch.hits.averted[(batch.hits.row == row) & (batch.hits.code == code)]) for row in (0, 1)]
    assert averted == [{True}, {False}]


@given(
    words=st.lists(
        st.sampled_from(["未发现", "没有", "走过场", "抓手", "但", "，", "不", "得到纠正", "情况", "的"]), max_size=9
    )
)
def test_a_sentence_is_read_alike_whatever_stands_beside_it(words: list[str], lexicon: Lexicon) -> None:
    text = "".join(words) + "。"
    alone = kinds([text], lexicon)
    assert kinds(["支部活动走过场。", text, "未发现造假。"], lexicon)[1:-1] == alone


def test_faults_of_the_table_are_all_told(tmp_path: Path) -> None:
    head = "family,wording,before,after,status,note\n"
    rows = "negates,没有,,,active,理由\nnegates,没有,,,active,理由\nelse,未,,,active,理由\nasks,难道,,,maybe,\n"
    (tmp_path / "polarity.csv").write_text(head + rows, encoding="utf-8")
    with pytest.raises(DataError) as fault:
        load_polarity(tmp_path / "polarity.csv")
    assert all(said in str(fault.value) for said in ("说法重复", "没有这一类", "不认识的状态", "没有写理由"))
    assert load_polarity(tmp_path / "none.csv") == ()
