"""Queues: drawn by the seed, stratified, nested; numbers of the page; the sample that people read blind."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_review import labels_of, passages_of, said

from nlp.base.errors import DataError
from nlp.review.queues import (
    allocation,
    checked,
    disputed_queue,
    doubtful_queue,
    number_queue,
    random_queue,
    second_queue,
)
from nlp.review.store import Store
from nlp.tables import ABSTAINED, DOCUMENTS

MANY = passages_of([f"第{i}段写的是支部工作的情况。" for i in range(200)])
READ = labels_of(
    MANY,
    [
        ("manifestation", ["stale_methods"]) if i < 6 else ("cause", ["misperception"]) if i < 60 else ("context", [])
        for i in range(200)
    ],
)


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.integers(10, 120))
def test_the_sample_is_drawn_by_the_seed_and_a_larger_one_holds_it(seed: int, size: int) -> None:
    one, again, larger = (random_queue(MANY, READ, seed, n) for n in (size, size, size + 60))
    assert one.equals(again)
    assert len(one) == size
    assert set(one["passage_id"]) <= set(larger["passage_id"])


def test_seldom_codes_are_drawn_and_probabilities_are_those_of_their_strata() -> None:
    queue = random_queue(MANY, READ, 7, 60)
    n = queue.groupby("stratum").agg(n=("passage_id", "size"), of=("n_stratum", "first"), p=("probability", "first"))
    assert n.loc["stale_methods", "n"] >= 2
    assert (n["n"] / n["of"] - n["p"]).abs().max() < 1e-12
    assert n["of"].to_dict() == {"stale_methods": 6, "misperception": 54, "role:context": 140}


def test_every_passage_is_drawn_as_often_as_its_probability_says() -> None:
    draws = pd.concat([random_queue(MANY, READ, seed, 40) for seed in range(120)])
    share = draws["passage_id"].value_counts().reindex(MANY["passage_id"], fill_value=0) / 120
    expected = dict(zip(draws["stratum"], draws["probability"], strict=True))
    assert share.iloc[:6].mean() == pytest.approx(expected["stale_methods"], abs=0.05)
    assert share.iloc[60:].mean() == pytest.approx(expected["role:context"], abs=0.02)
    assert share.iloc[60:].std() < 0.06


@given(st.lists(st.integers(1, 500), min_size=1, max_size=30), st.integers(1, 300))
def test_an_allocation_takes_no_more_than_there_is_and_something_of_everything(sizes: list[int], size: int) -> None:
    given_sizes = pd.Series(sizes)
    drawn = allocation(given_sizes, size)
    assert ((drawn >= given_sizes.clip(upper=2)) & (drawn <= given_sizes)).all()
    assert drawn.sum() == min(max(size, given_sizes.clip(upper=2).sum()), given_sizes.sum())


def test_the_hardest_comes_last() -> None:
    rows = [("甲#0001", 0.4, 0.39), ("甲#0002", 0.6, 0.2), ("甲#0003", 0.5, 0.3)]
    told = ABSTAINED.frame([(name, "甲", "cause", a, "remedy", b, None, "文") for name, a, b in rows])
    assert list(doubtful_queue(MANY, told)["passage_id"]) == ["甲#0002", "甲#0003", "甲#0001"]


def test_a_second_coder_gets_what_the_first_decided_and_the_adjudicator_what_they_read_differently(
    tmp_path: Path,
) -> None:
    store = Store(tmp_path / "r.sqlite")
    store.append([said(MANY, n, "王", "context") for n in range(1, 9)])
    store.append([said(MANY, n, "李", "context" if n < 3 else "other") for n in range(1, 5)])
    queue = second_queue(MANY, store.decisions(), "李", 7, 5)
    assert len(queue) == 5
    assert set(queue["passage_id"]) <= set(MANY["passage_id"][:8])
    assert set(disputed_queue(MANY, store.decisions())["passage_id"]) == {"甲#0003", "甲#0004"}


DOCUMENTS_OF = DOCUMENTS.frame(
    {"document_id": name, "source": f"{name}.txt", "kind_of_unit": kind, "date": date, "text": "", "n_chars": 90}
    for name, kind, date in (("甲", "机关", "2020-03"), ("乙", "国企", "2021"), ("丙", "国企", None))
)
NUMBERED = pd.concat(
    [passages_of(["一句。", "二句。"]).assign(document_id=d, passage_id=[f"{d}#1", f"{d}#2"]) for d in "甲乙丙"],
    ignore_index=True,
)
CODED = labels_of(
    NUMBERED,
    [
        *(("manifestation", ["formalism"]), ("cause", ["misperception"])),
        *(("manifestation", ["formalism"]), ("remedy", [])),
        *(("cause", []), ("manifestation", ["lip_service"])),
    ],
)
NUMBERS = [
    pytest.param("u=p&code=formalism", {"甲#1", "乙#1"}, id="一个代码的段落"),
    pytest.param("report.html#q?u=d&role=cause&year=2020", {"甲#2"}, id="抄来的整个地址"),
    pytest.param("u=p&kind=%E5%9B%BD%E4%BC%81&role=manifestation", {"乙#1", "丙#2"}, id="单位类别"),
    pytest.param("u=d&code=formalism&with=misperception", {"甲#1", "甲#2"}, id="同一篇里的两个代码"),
    pytest.param("u=p&from=2021&to=2022", {"乙#1", "乙#2"}, id="几年"),
    pytest.param("u=p&year=%E6%97%A0", {"丙#1", "丙#2"}, id="没有日期"),
    pytest.param("u=p&set=%E6%8B%BF%E4%B8%8D%E5%87%86", {"乙#2"}, id="拿不准的"),
]
UNSURE = ABSTAINED.frame([("乙#2", "乙", "remedy", 0.5, "cause", 0.4, None, "二句。")])


@pytest.mark.parametrize(("query", "wanted"), NUMBERS)
def test_a_number_leads_to_the_passages_behind_it(query: str, wanted: set[str]) -> None:
    assert set(number_queue(query, NUMBERED, CODED, DOCUMENTS_OF, UNSURE)["passage_id"]) == wanted


@pytest.mark.parametrize("query", ["u=p&set=主题·1", "", "u=p&wrong=1", "u=p&code=formalism&year=1999"])
def test_an_address_that_leads_nowhere_is_told(query: str) -> None:
    with pytest.raises(DataError, match="这个数字"):
        number_queue(query, NUMBERED, CODED, DOCUMENTS_OF, UNSURE)


def test_the_checked_sample_holds_blind_readings_only_each_with_its_weight(tmp_path: Path) -> None:
    store = Store(tmp_path / "r.sqlite")
    queue = random_queue(MANY, READ, 7, 60)
    store.add_queue(queue)
    place = {name: i for i, name in enumerate(MANY["passage_id"], 1)}
    store.append([said(MANY, place[name], "王", "context", blind=i < 40) for i, name in enumerate(queue["passage_id"])])
    sample = checked(MANY, store.decisions(), store.queued())
    assert set(sample["passage_id"]) == set(queue["passage_id"][:40])
    strata = queue.drop_duplicates("stratum").set_index("stratum")["n_stratum"]
    assert sample.groupby("stratum")["weight"].sum().round(6).to_dict() == strata.astype(float).to_dict()
