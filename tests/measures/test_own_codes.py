"""A user's own codes and words: counted by the phrases as written, beside the codebook; faults of all rows at once."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made import documents_of, labels_of, passages_of, tokens_of

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.corpus.own_codes import load_own_codes
from nlp.measures.kwic import in_order, kwic
from nlp.measures.own_codes import own_codes, own_places
from nlp.measures.words import words

TEXTS = [
    "支部把考勤当成党建，打卡打得很勤，谈心谈得很少。",
    "要建立谈心谈话台账，每季度谈一次。",
    "填表、报表占去半天，年轻人怕填表。",
]
ROLES = ("manifestation", "remedy", "manifestation")


def file_of(tmp_path: Path, *lines: str) -> Path:
    """A file of own codes."""
    path = tmp_path / "我的代码.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def counted(tmp_path: Path, corpus: Corpus, *lines: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts and places of own codes in TEXTS."""
    codes = load_own_codes(file_of(tmp_path, *lines), corpus.codebook)
    documents = documents_of("".join(TEXTS), dates=["2023-05"]).assign(organ="云江市某局")
    roles = [(f"甲#{i:04d}", "role", role) for i, role in enumerate(ROLES, 1)]
    labels = labels_of(*roles, ("甲#0001", "manifestation", "formalism"))
    places = own_places(codes, passages_of(TEXTS), documents, labels, corpus.lexicon.fold_table)
    return own_codes(codes, places, documents, labels, corpus.codebook), places


@pytest.mark.parametrize(
    ("line", "hits"),
    [
        pytest.param("谈心,谈心谈话", ["谈心谈话"], id="原样"),
        pytest.param("填表,填表；报表", ["填表", "报表", "填表"], id="几种说法"),
        pytest.param("打卡,打卡…勤", ["打卡打得很勤"], id="中间隔着字"),
        pytest.param("表格,(填|报)表", ["填表", "报表", "填表"], id="替换"),
        pytest.param("表格,（填｜报）表", ["填表", "报表", "填表"], id="全角的括号"),
        pytest.param("没有,从来没有", [], id="一处也没有"),
    ],
)
def test_phrases_are_found_as_written(line: str, hits: list[str], tmp_path: Path, corpus: Corpus) -> None:
    counts, places = counted(tmp_path, corpus, "名称,说法", line)
    assert places["hit"].tolist() == hits
    assert all(row.text[row.start : row.end] == row.hit for row in places.itertuples())
    assert counts.loc[0, ["n_places", "denominator", "n_documents"]].tolist() == [len(hits), 1, int(bool(hits))]


def test_an_own_code_counts_in_its_role_and_stands_beside_the_codebook(tmp_path: Path, corpus: Corpus) -> None:
    counts, places = counted(tmp_path, corpus, "名称,说法,角色", "谈心,谈心,表现", "考勤,考勤,")
    assert places[["name", "role", "organ", "date"]].to_numpy().tolist() == [
        ["谈心", "manifestation", "云江市某局", "2023-05"],
        ["考勤", "manifestation", "云江市某局", "2023-05"],
    ]
    assert counts[["origin", "name"]].to_numpy().tolist() == [
        ["自定", "谈心"],
        ["自定", "考勤"],
        ["编码表", corpus.codebook.name("formalism")],
    ]
    assert counts.loc[0, "with_codes"] == corpus.codebook.name("formalism")


def test_the_faults_of_all_rows_are_told_at_once(tmp_path: Path, corpus: Corpus) -> None:
    known = corpus.codebook.name("formalism")
    lines = ["名称,说法,角色", "甲,走)过场,", "乙,,", "丙,走过场,领导", f"{known},走过场,", ",走过场,"]
    with pytest.raises(DataError) as caught:
        load_own_codes(file_of(tmp_path, *lines), corpus.codebook)
    told = str(caught.value)
    for words_, line in (("说法写得有误", 2), ("没有说法", 3), ("没有这种角色", 4), ("重名", 5), ("没有名称", 6)):
        assert words_ in told
        assert f"第 {line} 行" in told
    with pytest.raises(DataError, match="缺少列：说法"):
        load_own_codes(file_of(tmp_path, "名称,角色", "甲,"), corpus.codebook)


def test_words_are_counted_by_role_with_their_first_year() -> None:
    tokens = tokens_of({"甲#0001": "台账 考核 的", "甲#0002": "台账", "乙#0001": "台账 台账"})
    documents = documents_of("一", "二", dates=["2023-05", "2021"])
    labels = labels_of(("甲#0001", "role", "cause"), ("甲#0002", "role", "remedy"), ("乙#0001", "role", "cause"))
    table = words(tokens, labels, documents, frozenset(["的"]))
    assert table["term"].tolist() == ["台账", "考核"]
    columns = ["n", "n_passages", "n_documents", "n_cause", "n_remedy", "n_context", "first_year", "first_document"]
    assert table.loc[0, columns].tolist() == [4, 3, 2, 3, 1, 0, "2021", "乙"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        pytest.param("right", ["丙台账半年", "甲，台账补了", "乙的台账造假"], id="按右边"),
        pytest.param("text", ["甲，台账补了", "乙的台账造假", "丙台账半年"], id="按原文"),
        pytest.param("left", ["丙台账半年", "乙的台账造假", "甲，台账补了"], id="按左边"),
    ],
)
def test_places_are_sorted_by_what_stands_beside_the_word(sort: str, expected: list[str]) -> None:
    found = in_order(kwic(passages_of(["甲，台账补了", "乙的台账造假", "丙台账半年"]), "台账"), sort)
    order = found["left"] + found["hit"] + found["right"]
    key = {"right": "半补造", "text": None, "left": "丙甲的"}[sort]
    if key:
        beside = [(row.right if sort == "right" else row.left[::-1].strip("，"))[0] for row in found.itertuples()]
        assert beside == sorted(beside) == sorted(key)
    else:
        assert order.tolist() == expected


def test_an_unknown_order_is_told() -> None:
    with pytest.raises(DataError, match="--sort"):
        in_order(kwic(passages_of(["台账"]), "台账"), "up")
