"""Segmentation: passages are paragraphs or numbered items; their offsets hold; headings become the section trail."""

from __future__ import annotations

from functools import partial

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made import documents_of

from nlp.corpus.lexicon import Lexicon
from nlp.engine.partitions import map_partitions
from nlp.search.code_points import BLOCK
from nlp.search.fold import fold
from nlp.tables import PASSAGES, check
from nlp.text.layout import layout
from nlp.text.openers import openers_of
from nlp.text.segment import LONGEST, SENTENCE_END, ends_within, passages_of, segment_documents, sentence_ends

SENTENCE = "各支部把学习排进周计划，由支部委员轮流领学，党员逐个发言，会后形成问题清单，交由处室限期答复。"
HALF = "有的支部把会议记录当成工作成绩，簿子写得满满当当，问起做成了哪件事却没有人说得上来；"


def segmented(lexicon: Lexicon, *texts: str) -> pd.DataFrame:
    """PASSAGES of documents with these texts."""
    return segment_documents(documents_of(*texts), lexicon)


def item(ordinal: str, sentences: int = 2) -> str:
    """A numbered item of some length."""
    return f"{ordinal}是{SENTENCE * sentences}"


TEXTS = [
    pytest.param(
        f"一、存在问题\n（一）认识不足\n{SENTENCE}\n（二）责任不清\n{SENTENCE}",
        [("一、存在问题＞（一）认识不足", SENTENCE), ("一、存在问题＞（二）责任不清", SENTENCE)],
        id="标题路径",
    ),
    pytest.param(
        f"一、存在问题\n（一）认识不足\n{SENTENCE}\n二、对策建议\n{SENTENCE}",
        [("一、存在问题＞（一）认识不足", SENTENCE), ("二、对策建议", SENTENCE)],
        id="上一级标题收起下一级",
    ),
    pytest.param(
        f"一、存在问题。{SENTENCE}\n二、下步打算：\n{SENTENCE}",
        [("一、存在问题", SENTENCE), ("二、下步打算", SENTENCE)],
        id="路径里的标题不带句末标点",
    ),
    pytest.param(
        f"一、会议听取汇报\n{SENTENCE}\n二、当前的问题：{SENTENCE}\n三、会议要求，{SENTENCE * 2}\n{SENTENCE}",
        [
            ("一、会议听取汇报", SENTENCE),
            ("二、当前的问题", SENTENCE),
            ("", f"三、会议要求，{SENTENCE * 2}"),
            ("", SENTENCE),
        ],
        id="下一个编号的正文不再归上一个标题",
    ),
    pytest.param(
        f"一、存在问题\n（一）认识不足\n{SENTENCE}\n（二）有的支部{SENTENCE * 2}",
        [("一、存在问题＞（一）认识不足", SENTENCE), ("一、存在问题", f"（二）有的支部{SENTENCE * 2}")],
        id="下一个编号的正文只收起同级标题",
    ),
    pytest.param(
        f"二、存在问题\n一、有的支部{SENTENCE * 2}",
        [("二、存在问题", f"一、有的支部{SENTENCE * 2}")],
        id="从头编号的列举仍在标题之下",
    ),
    pytest.param(
        f"三 、 存 在 的 问 题\n{SENTENCE}\n四 、 下 步 打 算\n{SENTENCE}",
        [("三 、 存 在 的 问 题", SENTENCE), ("四 、 下 步 打 算", SENTENCE)],
        id="识别出的标题字间有空格",
    ),
    pytest.param(f"(一)認識不足.\n{SENTENCE}", [("(一)認識不足", SENTENCE)], id="路径引用原文写法"),
    pytest.param(
        "四是总结推广经验做法，在机关内部学习借鉴。五是继续开展课题研究，形成一批成果。",
        [("", "四是总结推广经验做法，在机关内部学习借鉴。"), ("", "五是继续开展课题研究，形成一批成果。")],
        id="同一行的下一兄弟另起一段",
    ),
    pytest.param(
        "主要有：一是认识不够。二是责任不清。三是考核不严。",
        [("", "主要有：一是认识不够。二是责任不清。三是考核不严。")],
        id="短的行内列举不切",
    ),
    pytest.param(
        f"主要有以下几点。{item('一', 4)}{item('二', 4)}{item('三', 4)}",
        [("", "主要有以下几点。"), ("", item("一", 4)), ("", item("二", 4)), ("", item("三", 4))],
        id="超过四百字的列举按项切开",
    ),
    pytest.param("", [], id="空文档"),
    pytest.param(" \n\u3000\n", [], id="只有空白"),
    pytest.param("一、存在问题", [], id="只有标题没有段落"),
    pytest.param(
        f"\u3000\u3000{SENTENCE}\u3000\n\n  {SENTENCE}", [("", SENTENCE), ("", SENTENCE)], id="首行缩进与空行"
    ),
]


@pytest.mark.parametrize(("text", "passages"), TEXTS)
def test_passages_and_their_sections(lexicon: Lexicon, text: str, passages: list[tuple[str, str]]) -> None:
    found = segmented(lexicon, text)
    assert list(zip(found["section"].fillna(""), found["text"], strict=True)) == passages


def test_unnumbered_items_are_cut_where_they_begin(lexicon: Lexicon) -> None:
    items = [f"有的{'党员把学习当任务，到点就走、过后就忘，' * n}心思不在这里。" for n in (5, 6, 5, 6)]
    found = list(segmented(lexicon, "".join(items))["text"])
    assert "".join(found) == "".join(items)
    assert len(found) >= 2
    assert all(text.startswith("有的") and len(text) <= LONGEST for text in found)


def test_semicolons_cut_only_where_nothing_else_does(lexicon: Lexicon) -> None:
    text = HALF * 12 + SENTENCE
    found = segmented(lexicon, text)
    assert "".join(found["text"]) == text
    assert found["text"].str.len().max() <= LONGEST


def test_one_sentence_of_six_hundred_characters_stays_whole(lexicon: Lexicon) -> None:
    text = "我们认为" + "把支部建在项目上，让党员冲在一线，" * 37 + "是管用的。"
    assert len(text) > 600
    assert list(segmented(lexicon, text)["text"]) == [text]


def test_a_long_sentence_does_not_drag_its_neighbours_along(lexicon: Lexicon) -> None:
    long = "我们认为" + "把支部建在项目上，让党员冲在一线，" * 30 + "是管用的。"
    found = list(segmented(lexicon, SENTENCE * 3 + long + SENTENCE * 3)["text"])
    assert long in found


def test_a_stop_inside_quotation_marks_does_not_leave_the_mark_behind(lexicon: Lexicon) -> None:
    sentence = "老书记在会上说：“支部要办实事，不要只办材料，办一件成一件，群众才会信服。”"
    found = list(segmented(lexicon, sentence * 14)["text"])
    assert len(found) > 1
    assert all(text.startswith("老书记") and text.endswith("”") for text in found)


def test_decimals_and_dates_do_not_cut(lexicon: Lexicon) -> None:
    sentence = "2021.6.18统计，参会率为15.4%，比上年提高3.2个百分点，其中45.6%的党员提前完成学时，达到历年最好水平。"
    found = list(segmented(lexicon, sentence * 10)["text"])
    assert all(text.endswith("水平。") and text.startswith("2021") for text in found)


def test_no_heading_is_a_passage(lexicon: Lexicon) -> None:
    headings = ["一、基本情况", "二、存在的突出问题", "（一）思想上不够重视", "（二）行动上不够自觉", "三、下一步打算"]
    text = "\n".join(f"{heading}\n{SENTENCE}" for heading in headings)
    found = segmented(lexicon, text)
    assert list(found["text"]) == [SENTENCE] * 5
    assert [section.split("＞")[-1] for section in found["section"]] == headings


def test_broken_lines_inside_a_document_are_one_passage_only_after_cleaning(lexicon: Lexicon) -> None:
    # The segmenter takes a document's text as it is: one line, one paragraph.
    assert len(segmented(lexicon, f"{SENTENCE}\n{SENTENCE}")) == 2


PIECES = st.lists(
    st.sampled_from(
        [
            "一、主要表现\n",
            "二、原因分析\n",
            "（一）认识不足。",
            "(二)責任不清.",
            "\n1.学习不深。",
            "一是",
            "二是",
            "三是",
            "首先，",
            "有的",
            "；",
            "。",
            "！”",
            "\n",
            "\n\n",
            "\u3000",
            SENTENCE,
            HALF,
            SENTENCE * 5,
            "，一段没有句号的话，" * 30,
            "xx%",
            "“",
            "业(yè)务(wù)",
        ]
    ),
    max_size=14,
).map("".join)


@given(text=PIECES)
@example(text="一、甲。乙")
@example(text="。")
@example(text="一是甲。\n二是乙。")
def test_the_laws_of_passages(lexicon: Lexicon, text: str) -> None:
    passages = segmented(lexicon, text)
    check(PASSAGES, passages)
    assert list(passages["position"]) == list(range(1, len(passages) + 1))
    assert [text[a:b] for a, b in zip(passages["start"], passages["end"], strict=True)] == list(passages["text"])
    assert all(part == part.strip() and part for part in passages["text"])
    spans = [(b.start, b.end) for b in layout(fold(text, lexicon.fold_table), openers_of(lexicon)) if b.is_heading]
    spans = sorted([*spans, *zip(passages["start"], passages["end"], strict=True)])
    at = 0
    for start, end in spans:  # headings and passages: disjoint, in order, nothing but blanks between them
        assert at <= start
        assert text[at:start].strip() == ""
        at = end
    assert text[at:].strip() == ""


@given(text=PIECES)
def test_long_passages_are_single_sentences(lexicon: Lexicon, text: str) -> None:
    for passage in segmented(lexicon, text)["text"]:
        if len(passage) > 450:
            inner = fold(passage, lexicon.fold_table).rstrip("。！？!?…；”’』」）) ")
            assert not any(stop in inner for stop in "。！？")


@given(st.text("党，。！？；;…”）(甲", max_size=40), st.data())
def test_the_sentences_of_a_stretch_are_those_that_it_has_alone(body: str, data: st.DataObject) -> None:
    stops = sentence_ends(body)
    edge = st.sampled_from([0, *stops, len(body)])
    start, end = sorted([data.draw(edge), data.draw(edge)])
    alone = [hit.end() for hit in SENTENCE_END.finditer(body, start, end)]
    assert ends_within(body, stops, start, end) == alone


def test_many_documents_give_what_each_gives(lexicon: Lexicon) -> None:
    texts = [f"{ordinal}、存在问题\n{SENTENCE * 200}" for ordinal in "一二三四五六七八九十"] * 2 + ["", "\u3000"]
    assert sum(map(len, texts)) > BLOCK  # so that they are not laid out all together
    assert list(passages_of(texts, lexicon)) == [next(passages_of([text], lexicon)) for text in texts]


@given(texts=st.lists(PIECES, min_size=1, max_size=6), rows=st.integers(1, 4))
def test_two_parts_give_what_one_gives(lexicon: Lexicon, texts: list[str], rows: int) -> None:
    documents = documents_of(*texts)
    whole = segment_documents(documents, lexicon)
    parts = map_partitions(partial(segment_documents, lexicon=lexicon), documents, part_rows=rows)
    pd.testing.assert_frame_equal(whole, PASSAGES.shape(parts))


def test_ids_sort_as_the_document_runs(lexicon: Lexicon) -> None:
    passages = segmented(lexicon, "\n".join([SENTENCE] * 120))
    assert sorted(passages["passage_id"]) == list(passages["passage_id"])
