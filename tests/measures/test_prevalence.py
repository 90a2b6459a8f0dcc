"""What is sure and what is doubtful: counted apart in every share, and the doubtful in no headline."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import documents_of, labels_of

from nlp.measures.links import links
from nlp.measures.movements import movements
from nlp.measures.network import code_network
from nlp.measures.prevalence import prevalence
from nlp.measures.trends import code_occurrences, code_trends
from nlp.tables import PREVALENCE, TRENDS, check

DOCUMENTS = documents_of("一", "二", "三", dates=("2023", "2023", "2024"))
A, B, C = DOCUMENTS["document_id"]


def coded(*rows: tuple[str, str, str, bool]) -> pd.DataFrame:
    """LABELS of passages, each told to be sure or not."""
    return labels_of(*(row[:3] for row in rows)).assign(sure=[row[3] for row in rows])


LABELS = coded(
    (f"{A}#0001", "manifestation", "formalism", True),
    (f"{A}#0002", "manifestation", "formalism", False),
    (f"{B}#0001", "manifestation", "formalism", False),
    (f"{B}#0002", "manifestation", "lip_service", False),
    (f"{C}#0001", "role", "context", True),
)


@pytest.mark.parametrize(
    ("code", "unit", "n", "n_with_doubtful", "denominator"),
    [
        pytest.param("formalism", "文档", 1, 2, 3, id="一篇确定，一篇只有存疑"),
        pytest.param("formalism", "段落", 1, 3, 5, id="段落也分开数"),
        pytest.param("lip_service", "文档", 0, 1, 3, id="只有存疑的代码也列出"),
        pytest.param("formalism", "独立来源", 1, 2, 3, id="独立来源"),
    ],
)
def test_shares_tell_the_sure_from_the_doubtful(
    code: str, unit: str, n: int, n_with_doubtful: int, denominator: int
) -> None:
    table = check(PREVALENCE, prevalence(LABELS, DOCUMENTS))
    (row,) = table[(table["code"] == code) & (table["unit"] == unit)].itertuples()
    assert (row.n, row.n_with_doubtful, row.denominator) == (n, n_with_doubtful, denominator)
    assert row.share == pytest.approx(n / denominator)
    assert row.share_with_doubtful == pytest.approx(n_with_doubtful / denominator)


def test_trends_tell_the_sure_from_the_doubtful() -> None:
    table = check(TRENDS, code_trends(LABELS, DOCUMENTS))
    rows = table[(table["unit"] == "文档") & (table["period"] == "2023")].set_index("item")
    assert rows.loc["formalism", ["n", "n_with_doubtful", "denominator", "n_occurrences"]].tolist() == [1, 2, 2, 1]
    assert rows.loc["lip_service", ["n", "n_with_doubtful"]].tolist() == [0, 1]
    assert rows.loc["formalism", "first_passage"] == f"{A}#0001"
    assert pd.isna(rows.loc["lip_service", "first_passage"]), "首见不算存疑的"


def test_what_is_doubtful_moves_nothing_and_links_nothing() -> None:
    cause = coded(*((f"{d}#0009", "cause", "misperception", True) for d in (A, B)))
    both = pd.concat([LABELS, cause], ignore_index=True)
    assert links(both).set_index(["source_code", "target_code"])["n"].to_dict() == {("misperception", "formalism"): 1}
    assert set(code_network(both)[0]["node"]) == {"formalism", "misperception"}
    moved = movements(code_occurrences(both), both, DOCUMENTS).set_index(["item", "unit"])["n"]
    assert (moved["formalism", "文档"], moved["lip_service", "文档"]) == (1, 0)


@given(st.lists(st.tuples(st.sampled_from([A, B, C]), st.integers(1, 4), st.booleans()), min_size=1, unique=True))
def test_the_sure_are_among_all(rows: list[tuple[str, int, bool]]) -> None:
    table = prevalence(coded(*((f"{d}#{i:04d}", "cause", "misperception", sure) for d, i, sure in rows)), DOCUMENTS)
    assert (table["n"] <= table["n_with_doubtful"]).all()
    assert (table["n_with_doubtful"] <= table["denominator"]).all()
