"""What a checked sample says: verdicts, corrected shares, the curve, the paragraph."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from made_review import labels_of, passages_of

from nlp.corpus.folder import Corpus
from nlp.review.guarantee import corrected_shares, notes, reliability, verdicts
from nlp.tables import ABSTAINED, CHECKED, DOCUMENTS

N = 300
PASSAGES = passages_of([f"第{i}段。" for i in range(N)]).assign(document_id=[f"文{i % 30}" for i in range(N)])
DOCUMENTS_OF = DOCUMENTS.frame(
    {"document_id": f"文{i}", "source": "x", "kind_of_unit": "机关" if i % 2 else "国企", "date": "2021", "n_chars": 1}
    for i in range(30)
)
# The machine: formalism on the first 60, of which 50 are right; lip_service on 40 more, of which 10 are right.
MACHINE = labels_of(
    PASSAGES,
    [("manifestation", ["formalism"] if i < 60 else ["lip_service"]) if i < 100 else ("context", []) for i in range(N)],
)
NONE = ABSTAINED.empty()


def checked_of(rows: range) -> pd.DataFrame:
    """CHECKED passages, each for as many as are left out between them."""
    code = {i: "formalism" if i < 50 else "lip_service" if 60 <= i < 70 else None for i in rows}
    return CHECKED.frame(
        {
            "passage_id": PASSAGES["passage_id"][i],
            "document_id": PASSAGES["document_id"][i],
            "stratum": "甲",
            "weight": N / len(rows),
            "coder": "王",
            "role": "manifestation" if code[i] else "context",
            "codes": code[i],
        }
        for i in rows
    )


def test_a_verdict_tells_good_codes_from_bad_and_from_those_too_seldom_checked(corpus: Corpus) -> None:
    table = verdicts(checked_of(range(0, N, 2)), MACHINE, corpus.codebook).set_index("code")
    assert table.loc["formalism", "verdict"] == "可自动"
    assert table.loc["lip_service", "verdict"] == "须人工"
    assert table.loc["weak_effect", "verdict"] == "样本不足"
    good, bad, absent = (table.loc[code] for code in ("formalism", "lip_service", "weak_effect"))
    assert (good["n_named"], good["n_true"]) == (30, 25)
    assert good["precision"] == pytest.approx(25 / 30)
    assert bad["error_bound"] > 0.6
    assert pd.isna(bad["threshold"])
    assert pd.isna(bad["n_more"])
    assert absent["n_more"] == 11
    assert "制度空转走形式：可自动" in good["sentence"]


def test_shares_are_corrected_over_all_and_by_group_with_differences(corpus: Corpus) -> None:
    table = corrected_shares(checked_of(range(0, N, 2)), MACHINE, PASSAGES, DOCUMENTS_OF, corpus.codebook)
    mine = table[table["code"] == "lip_service"].set_index(["by", "group"])
    all_of = mine.loc[("全部", "全部")]
    assert all_of["machine"] == pytest.approx(40 / N)
    assert all_of["share"] == pytest.approx(10 / N)
    assert all_of["low"] <= 10 / N <= all_of["high"]
    assert all_of["high"] < all_of["machine"]
    assert all_of["status"] == "已校正"
    one, other = mine.loc[("单位类别", "国企")], mine.loc[("单位类别", "机关")]
    assert one["difference"] == pytest.approx(-other["difference"])
    assert one["difference_low"] <= one["difference"] <= one["difference_high"]
    assert other["n_checked"] == 0
    assert (other["low"], other["high"]) == (0.0, 1.0), "一段也没有核对的组，什么也保证不了"


def test_without_checks_shares_are_the_machine_s_and_say_so(corpus: Corpus) -> None:
    table = corrected_shares(CHECKED.empty(), MACHINE, PASSAGES, DOCUMENTS_OF, corpus.codebook)
    assert set(table["status"]) == {"未校正"}
    assert table["share"].equals(table["machine"])
    assert table["low"].isna().all()
    assert verdicts(CHECKED.empty(), MACHINE, corpus.codebook).empty
    assert "未经人工校正" in notes(CHECKED.empty(), *(pd.DataFrame(),) * 2, corpus.codebook)["text"].iloc[0]


def test_reading_more_makes_the_data_better_and_by_doubt_faster(corpus: Corpus) -> None:
    unsure = [(name, "甲", "a", 0.5, "b", 0.4, None, "文") for name in PASSAGES["passage_id"][50:100]]
    curve = reliability(checked_of(range(N)), MACHINE, ABSTAINED.frame(unsure), corpus.codebook)
    doubt, random = (curve[curve["order"] == order].set_index("read")["right"] for order in ("先看拿不准的", "随机看"))
    assert doubt.loc[0.0] == random.loc[0.0] == pytest.approx(1 - 40 / N)
    assert doubt.loc[1.0] == random.loc[1.0] == pytest.approx(1.0)
    assert (np.diff(doubt) >= 0).all()
    assert doubt.loc[0.2] > random.loc[0.2]


def test_the_paragraph_has_its_numbers(corpus: Corpus) -> None:
    sample = checked_of(range(0, N, 2))
    judged, curve = verdicts(sample, MACHINE, corpus.codebook), reliability(sample, MACHINE, NONE, corpus.codebook)
    (text,) = notes(sample, judged, curve, corpus.codebook)["text"]
    assert "随机抽取 150 段" in text
    assert "可自动 1 个（制度空转走形式）" in text
    assert "nan" not in text
