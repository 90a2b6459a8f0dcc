"""实招与虚话: marks agree with hand-marked passages; a unit's share, best and emptiest wording are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made import documents_of, labels_of, passages_of

from nlp.agreement.statistics import cohen_kappa
from nlp.corpus.folder import Corpus
from nlp.corpus.harvest import Patterns, load_patterns
from nlp.measures.commitments import FILE, VALUES, commitments, commitments_by_unit, marks_of
from nlp.tables import MARKS

MARKED = pd.read_csv(Path(__file__).parents[1] / "cases" / "commitments.csv", dtype="str")
ENOUGH = 0.85  # agreement with the passages that the word lists were made with; unseen ones: docs/measurements.md


@pytest.fixture(scope="module")
def patterns(corpus: Corpus) -> Patterns:
    """The shipped patterns."""
    return load_patterns(corpus.folder, FILE, VALUES)


@pytest.mark.parametrize(("at", "mark"), list(enumerate(MARKS, 1)), ids=list(MARKS))
def test_the_marks_agree_with_a_hundred_and_fifty_passages(
    at: int, mark: str, corpus: Corpus, patterns: Patterns
) -> None:
    hand = MARKED[MARKED["set"] == "150"]
    assert len(hand) == 150
    ruled = np.array([bool(marks_of(text, patterns, corpus.lexicon.fold_table)[mark]) for text in hand["text"]])
    one, other = (hand[name].str[at].eq("1").to_numpy() for name in ("first", "second"))
    assert cohen_kappa(one, ruled) >= ENOUGH
    assert cohen_kappa(one, other) >= ENOUGH


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(
            "由机关党委在6月底前修订考核办法，把权重提到20%。",
            {"who": "由机关党委", "what": "修订考核办法", "when": "6月底前", "measured": "20%"},
            id="四样都有",
        ),
        pytest.param("要进一步提高政治站位，深刻认识重要意义。", dict.fromkeys(MARKS, ""), id="一样也没有"),
        pytest.param("各级党组织要切实担负起主体责任。", {"who": ""}, id="泛称不算"),
    ],
)
def test_the_words_are_told(text: str, words: dict[str, str], corpus: Corpus, patterns: Patterns) -> None:
    found = marks_of(text, patterns, corpus.lexicon.fold_table)
    for mark, expected in words.items():
        assert expected in "；".join(found[mark]) if expected else not found[mark], (mark, found)


def test_a_unit_has_its_share_best_and_emptiest(corpus: Corpus, patterns: Patterns) -> None:
    texts = ["由机关党委每季度通报一次，结果列入考核。", "要切实提高思想认识，增强责任感。", "这是一段背景情况的话。"]
    labels = labels_of(*[(f"甲#{i:04d}", "role", role) for i, role in enumerate(("remedy", "remedy", "context"), 1)])
    documents = documents_of("".join(texts), dates=["2023-05"]).assign(organ="云江市某局")
    rows = commitments(passages_of(texts), documents, labels, patterns, corpus.lexicon.fold_table)
    assert rows[["n_marks", "organ", "year"]].to_numpy().tolist() == [
        [4, "云江市某局", "2023"],
        [0, "云江市某局", "2023"],
    ]
    (unit,) = commitments_by_unit(rows).itertuples()
    assert (unit.n, unit.who, unit.four, unit.none, unit.mean_marks) == (2, 0.5, 0.5, 0.5, 2.0)
    assert (unit.best, unit.emptiest) == (texts[0], texts[1])
