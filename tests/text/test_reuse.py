"""Reuse: near-copies are found, point back to the earliest, and count once where sources are counted."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import documents_of, labels_of

from nlp.corpus.lexicon import Lexicon
from nlp.measures.prevalence import prevalence
from nlp.tables import PASSAGES, REUSE, REUSE_DOCUMENTS, check
from nlp.text.reuse import (
    SHORTEST,
    align,
    core_of,
    independent_sources,
    jaccard,
    mark_reuse,
    reuse_tables,
    shared_share,
    shingles_of,
)
from nlp.text.segment import segment_documents

A = "区直单位的支部每月过一次组织生活，念完材料就散会，业务上的难处没有一个人拿到会上来说。"
B = "镇里的网格员白天跑企业、晚上整台账，支部活动一推再推，推到年底只好一并补签到、补笔记。"
C = "医院的党员查房在前、值班在先，支部把质控例会与主题党日合在一处，开成了解决问题的会。"
D = "高校教师支部建在课题组上，开题、评审、送审都有支部的声音，学生也愿意来听听他们怎么争。"


def marked(lexicon: Lexicon, *texts: str, dates: tuple[str | None, ...] = ()) -> tuple[pd.DataFrame, pd.DataFrame]:
    """DOCUMENTS and PASSAGES with reuse marked."""
    documents = documents_of(*texts, dates=dates)
    passages = mark_reuse(segment_documents(documents, lexicon), documents, lexicon)
    check(PASSAGES, passages)
    return documents, passages


def originals(passages: pd.DataFrame) -> dict[str, str]:
    """Copied passage → the passage it was copied from."""
    copied = passages[passages["reuse_of"].notna()]
    return dict(zip(copied["passage_id"], copied["reuse_of"], strict=True))


COPIES = [
    pytest.param(A, True, id="一字不差"),
    pytest.param(A.replace("区直", "市直"), True, id="换了单位"),
    pytest.param(A.replace("，", ","), True, id="换了标点"),
    pytest.param(
        "區直單位的支部每月過一次組織生活，念完材料就散會，業務上的難處沒有一個人拿到會上來說。", True, id="换成繁体"
    ),
    pytest.param(B, False, id="另一件事"),
    pytest.param("组织生活每月一次，读材料，散会；业务难处不上会。", False, id="用自己的话说"),
]


@pytest.mark.parametrize(("text", "copied"), COPIES)
def test_near_copies(lexicon: Lexicon, text: str, copied: bool) -> None:
    _, passages = marked(lexicon, f"{A}\n{C}", f"{text}\n{D}")
    assert originals(passages) == ({"乙#0001": "甲#0001"} if copied else {})


def test_the_earlier_by_date_is_the_original(lexicon: Lexicon) -> None:
    _, passages = marked(lexicon, f"{A}\n{C}", f"{A}\n{D}", dates=("2021-05", "2019-01"))
    assert originals(passages) == {"甲#0001": "乙#0001"}


def test_the_undated_come_last(lexicon: Lexicon) -> None:
    _, passages = marked(lexicon, f"{A}\n{C}", f"{A}\n{D}", dates=(None, "2022"))
    assert originals(passages) == {"甲#0001": "乙#0001"}


def test_all_copies_point_to_the_first(lexicon: Lexicon) -> None:
    texts = [f"{A}\n{other}" for other in (B, C, D)]
    _, passages = marked(lexicon, *texts)
    assert originals(passages) == {"乙#0001": "甲#0001", "丙#0001": "甲#0001"}


def test_a_document_does_not_copy_itself(lexicon: Lexicon) -> None:
    _, passages = marked(lexicon, f"{A}\n{B}\n{A}")
    assert originals(passages) == {}


def test_short_passages_are_alike_by_chance(lexicon: Lexicon) -> None:
    short = "现将有关情况报告如下。"
    assert len(short) < SHORTEST
    _, passages = marked(lexicon, f"{short}\n{A}", f"{short}\n{B}")
    assert originals(passages) == {}


def test_classes_are_neutral_words(lexicon: Lexicon) -> None:
    quote = "会议强调，“要把每一个支部都建成群众信得过、靠得住、离不开的坚强集体，把难事一件一件办好”。"
    _, passages = marked(lexicon, f"{A}\n{quote}\n{B * 3}", f"{C * 3}\n{quote}", f"{A}\n短段落到此结束。")
    classes = dict(zip(passages["passage_id"], passages["reuse_class"], strict=True))
    assert classes["乙#0002"] == "引述"
    assert classes["丙#0001"] == "整篇相近"
    _, passages = marked(lexicon, f"{A}\n{B}", f"{A}\n{C * 3}")
    assert passages.set_index("passage_id")["reuse_class"]["乙#0001"] == "段落相近"


def test_nothing_gives_nothing(lexicon: Lexicon) -> None:
    documents, passages = marked(lexicon, "")
    assert len(passages) == 0
    assert list(independent_sources(documents, passages)) == ["甲"]


def test_a_copy_of_a_copy_goes_back_to_the_first_source(lexicon: Lexicon) -> None:
    documents, passages = marked(lexicon, f"{A}\n{B}", f"{A}\n{B}\n{C}", f"{A}\n{B}\n{C}")
    assert set(independent_sources(documents, passages)) == {"甲"}


def test_ten_near_copies_do_not_move_a_share_by_independent_sources(lexicon: Lexicon) -> None:
    def share_by(unit: str, *texts: str) -> float:
        documents, passages = marked(lexicon, *texts)
        rows = [
            (pid, "role", "manifestation" if "过一次组织生活" in text else "context")
            for pid, text in zip(passages["passage_id"], passages["text"], strict=True)
        ]
        counts = prevalence(labels_of(*rows), documents, sources=independent_sources(documents, passages))
        chosen = counts[(counts["code"] == "manifestation") & (counts["unit"] == unit)]
        return float(chosen["share"].iloc[0])

    report, others = f"{A}\n{B}", (C, D)
    copies = [report.replace("区直", f"{name}直") for name in "市县省州府郡路道旗盟"]
    alone, flooded = (report, *others), (report, *others, *copies)
    assert share_by("独立来源", *alone) == share_by("独立来源", *flooded) == pytest.approx(1 / 3)
    assert share_by("文档", *flooded) > share_by("文档", *alone)


def test_similarity_by_hand() -> None:
    one, other = frozenset("abcd"), frozenset("cdef")
    assert jaccard(one, other) == pytest.approx(2 / 6)
    assert jaccard(one, frozenset()) == 0
    assert shingles_of("党建，与业务") == {"党建与业务"}
    assert shingles_of("党建") == frozenset()


def test_the_same_unit_in_another_year_is_told_apart(lexicon: Lexicon) -> None:
    documents = documents_of(f"{A}\n{C}", f"{A}\n{D * 2}", dates=("2021", "2023")).assign(organ="中共某市财政局党组")
    passages = mark_reuse(segment_documents(documents, lexicon), documents, lexicon)
    assert passages.set_index("passage_id")["reuse_class"]["乙#0001"] == "跨年沿用"


def test_a_short_passage_in_many_documents_is_a_set_formula(lexicon: Lexicon) -> None:
    formula = "在上级党组织的坚强领导下，在全体党员干部的共同努力下，各项工作都取得了新的进展。"
    fillers = [text * 3 for text in (A, B, C, D)] + [f"{B}{C}{A}", f"{D}{C}{B}"]
    _, passages = marked(lexicon, *(f"{formula}\n{text}" for text in fillers))
    classes = passages[passages["text"] == formula]["reuse_class"].dropna()
    assert len(classes) == 5
    assert set(classes) <= {"套话", "整篇相近"}
    assert "套话" in set(classes)


def test_one_frame_filled_in_otherwise(lexicon: Lexicon) -> None:
    frame = (
        "我们{}按照年度计划召开支部党员大会学习上级有关文件精神，由{}主持会议并带领大家逐字逐句领读原文材料，"
        "会上{}结合本职岗位实际谈了自己的认识和体会打算，会后{}把会议记录和签到册整理归档以备年底检查，"
        "{}全部列入年度组织生活台账由专人统一登记管理。"
    )
    one = frame.format("三月", "书记", "老张", "干事", "随后")
    two = frame.format("六月", "副书记", "小李", "委员", "一并")
    _, passages = marked(lexicon, f"{one}\n{C * 6}", f"{two}\n{D * 6}")
    assert passages.set_index("passage_id")["reuse_class"]["乙#0001"] == "框架"


def test_side_by_side_with_leftover_names(lexicon: Lexicon) -> None:
    report = "东岭市财政局机关党委每月过一次组织生活，念完材料就散会，业务上的难处没有一个人拿到会上来说。"
    documents = documents_of(f"{report}\n{C}", f"{report}\n{D}", dates=("2020", "2020"))
    documents = documents.assign(organ=["中共东岭市财政局党组", "西河县水利局"])
    tables = reuse_tables(mark_reuse(segment_documents(documents, lexicon), documents, lexicon), documents, lexicon)
    (row,) = check(REUSE, tables["reuse"]).itertuples()
    assert (row.passage_id, row.reuse_of, row.leftovers) == ("乙#0001", "甲#0001", "东岭市财政局")
    assert (row.similarity, row.shared) == (1, 1)
    for pair in row.spans.split("；"):
        (a, b), (c, d) = (map(int, side.split("-")) for side in pair.split("="))
        assert row.text[a:b] == row.original_text[c:d]
    (pair,) = check(REUSE_DOCUMENTS, tables["reuse_documents"]).itertuples()
    assert (pair.document_id, pair.original_document, pair.leftovers) == ("乙", "甲", "东岭市财政局")
    assert pair.share == pytest.approx(len(report) / (len(report) + len(D)))


def test_nothing_copied_gives_empty_tables(lexicon: Lexicon) -> None:
    documents, passages = marked(lexicon, A, B)
    tables = reuse_tables(passages, documents, lexicon)
    assert [len(check(schema, tables[schema.name])) for schema in (REUSE, REUSE_DOCUMENTS)] == [0, 0]


def test_aligned_spans_hold_the_same_characters() -> None:
    one, two = "区直单位的支部，每月过一次组织生活", "市直单位的支部每月、过一次组织生活会"
    spans = align(one, two)
    for span in spans:
        mine, theirs = one[span.start : span.end], two[span.other_start : span.other_end]
        assert mine.replace("，", "") == theirs.replace("、", "")
    assert shared_share(one, spans) == pytest.approx(15 / 16)
    assert align("党建", "业务") == []
    assert shared_share("", []) == 0


NAMES = [
    pytest.param("中共东岭市财政局机关党委", "东岭市财政局", id="前后都去"),
    pytest.param("东岭市财政局", "东岭市财政局", id="没有可去的"),
    pytest.param("某集团公司党委", "某集团公司", id="只去后面"),
]


@pytest.mark.parametrize(("organ", "core"), NAMES)
def test_the_core_of_a_name(organ: str, core: str) -> None:
    assert core_of(organ) == core


DATES = st.lists(st.sampled_from([None, "2019", "2020-04", "2021-12-01"]), min_size=5, max_size=5)
REPORTS = st.lists(
    st.lists(st.sampled_from([A, B, C, D, "另说一句。"]), min_size=1, max_size=3), min_size=1, max_size=5
)


@settings(max_examples=20)
@given(reports=REPORTS, dates=DATES)
def test_a_copy_points_to_an_earlier_original(
    lexicon: Lexicon, reports: list[list[str]], dates: list[str | None]
) -> None:
    given_dates = tuple(dates[: len(reports)])
    documents, passages = marked(lexicon, *["\n".join(report) for report in reports], dates=given_dates)
    when = documents.assign(at=range(len(documents)))
    order = {row.document_id: (row.date if isinstance(row.date, str) else "9999", row.at) for row in when.itertuples()}
    found, of = originals(passages), dict(zip(passages["passage_id"], passages["document_id"], strict=True))
    assert not set(found) & set(found.values()), "原件自己不是抄来的"
    assert all(order[of[original]] < order[of[copy]] for copy, original in found.items())
    assert (passages["reuse_of"].notna() == passages["reuse_class"].notna()).all()


@given(one=st.text("党建业务，。两张皮", max_size=30), other=st.text("党建业务，。两张皮", max_size=30))
def test_aligned_spans_say_the_same_in_order(one: str, other: str) -> None:
    def han(text: str) -> str:
        return text.replace("，", "").replace("。", "")

    spans = align(one, other)
    assert all(han(one[s.start : s.end]) == han(other[s.other_start : s.other_end]) for s in spans)
    assert all(a.end <= b.start and a.other_end <= b.other_start for a, b in pairwise(spans))
