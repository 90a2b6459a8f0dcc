"""From files to documents: splitting, repeats, titles, signatures, the manifest, and dates with their provenance."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import sources_of, split_of

from nlp.corpus.lexicon import Lexicon
from nlp.tables import CONFLICTS, DOCUMENTS, DROPPED, check
from nlp.text.documents import bare, build_documents, split_pieces, take_title
from nlp.text.official import Foot, take_foot

BODY = "区直各单位每月过一次组织生活，会上念材料、会后交笔记，业务上的难题没有人拿到支部会上讲。"
MORE = "支部书记大多由处长兼任，一边盯项目、一边收党费，常常两头都赶不上趟，年底只好一起补材料。"


def built(
    lexicon: Lexicon, text: str, source: str = "报告.txt", manifest: pd.DataFrame | None = None, **row: str
) -> pd.DataFrame:
    """DOCUMENTS of one file, checked against the schema with everything beside them."""
    documents, conflicts, dropped = build_documents(sources_of({source: text}, **row), lexicon, manifest)
    check(DOCUMENTS, documents)
    check(CONFLICTS, conflicts)
    check(DROPPED, dropped)
    return documents


def first(table: pd.DataFrame, column: str) -> object:
    """Value of the first row, null as None."""
    value = table[column].iloc[0]
    return None if pd.isna(value) else value


SPLITS = [
    pytest.param("第一篇：{0}", id="第一篇："),
    pytest.param("第{2}篇 {0}", id="第1篇"),
    pytest.param("【篇{1}】{0}", id="【篇一】"),
    pytest.param("【第{1}篇】：{0}", id="【第一篇】："),
    pytest.param("篇{1}：{0}", id="篇一："),
    pytest.param("范文{2}：{0}", id="范文1："),
    pytest.param("范文{1}、{0}", id="范文一、"),
    pytest.param("（范文{2}）{0}", id="（范文1）"),
]
TITLES = ("机关党建怎样走出空转", "支部怎样进项目一线", "党务干部队伍建设随想")


@pytest.mark.parametrize("style", SPLITS)
def test_one_file_with_several_reports(lexicon: Lexicon, style: str) -> None:
    style = style.replace("第一篇", "第{1}篇")
    parts = []
    for title, han, digit in zip(TITLES, "一二三", "123", strict=True):
        parts += [style.format(title, han, digit), title, BODY, "一、问题", MORE]
    documents = built(lexicon, "\n".join(parts), "合集.txt")
    assert list(documents["title"]) == list(TITLES)
    assert list(documents["document_id"]) == ["合集.txt-1", "合集.txt-2", "合集.txt-3"]
    assert all(text == f"{BODY}\n一、问题\n{MORE}" for text in documents["text"])


def test_a_truncated_repeat_at_the_head_is_dropped(lexicon: Lexicon) -> None:
    head = f" 第一篇：{TITLES[0]}{BODY[:30]}..."
    text = "\n".join([head, f"第一篇：{TITLES[0]}", BODY, f"第二篇：{TITLES[1]}", MORE])
    documents, _, dropped = split_of(text, lexicon)
    assert list(documents["title"]) == list(TITLES[:2])
    assert [
        (reason, "区直各单位" in text) for reason, text in zip(dropped["reason"], dropped["text"], strict=True)
    ] == [("截断的重复开头", True)]
    assert documents["text"].tolist() == [BODY, MORE]


def test_a_preface_before_the_first_report_is_dropped_and_named(lexicon: Lexicon) -> None:
    preface = "本文为大家整理了两篇范例，供参考。"
    documents, _, dropped = split_of(f"{preface}\n篇一：{TITLES[0]}\n{BODY}\n篇二：{TITLES[1]}\n{MORE}", lexicon)
    assert len(documents) == 2
    assert preface in "".join(dropped["text"])


NOT_SPLIT = [
    pytest.param(f"{TITLES[0]}\n第一篇章已经翻过。\n{BODY}", id="第一篇章"),
    pytest.param(f"{TITLES[0]}\n{BODY}\n第二篇：只有一处像篇头\n{MORE}", id="只有一处且不在开头"),
    pytest.param(f"{TITLES[0]}\n一、第一篇章\n{BODY}\n二、第二篇章\n{MORE}", id="标题里说篇章"),
    pytest.param(f"{TITLES[0]}\n第一部分：学习\n{BODY}\n第二部分：实践\n{MORE}", id="第一部分"),
]


@pytest.mark.parametrize("text", NOT_SPLIT)
def test_what_is_not_several_reports(lexicon: Lexicon, text: str) -> None:
    documents = built(lexicon, text)
    assert list(documents["title"]) == [TITLES[0]]
    assert list(documents["document_id"]) == ["报告.txt"]


def test_a_long_first_report_is_no_truncated_repeat() -> None:
    lines = ["第一篇：甲", BODY * 12, "第一篇：乙", BODY, "第二篇：丙", MORE]
    pieces, gone = split_pieces(lines)
    assert [piece.title for piece in pieces] == ["甲", "乙", "丙"]
    assert gone == []


@given(
    lines=st.lists(
        st.sampled_from(
            ["第一篇：甲乙丙丁", "第二篇：戊己庚辛", "【篇三】壬癸", "篇四：", BODY, MORE, "", "一、问题", "前言"]
        ),
        max_size=12,
    )
)
def test_splitting_loses_no_line(lines: list[str]) -> None:
    pieces, gone = split_pieces(lines)
    kept = "".join(line for piece in pieces for line in [piece.title, *piece.lines])
    whole = bare(kept + "".join(text for _, text in gone))
    for line in lines:
        if line in (BODY, MORE, "前言"):
            assert bare(line) in whole
    assert sum(whole.count(bare(BODY)) for _ in [0]) == lines.count(BODY)


TITLE_CASES = [
    pytest.param(None, [TITLES[0], BODY], TITLES[0], [BODY], [], id="首行是标题"),
    pytest.param(None, ["", TITLES[0], "", BODY], TITLES[0], [BODY], [], id="标题前后有空行"),
    pytest.param(TITLES[0], [TITLES[0], BODY], TITLES[0], [BODY], ["重复的标题"], id="标题重复一次"),
    pytest.param(TITLES[0], [TITLES[0], TITLES[0], BODY], TITLES[0], [BODY], ["重复的标题"] * 2, id="标题重复两次"),
    pytest.param(
        "支部“空转”怎么治", ["支部空转怎么治？", BODY], "支部“空转”怎么治", [BODY], ["重复的标题"], id="重复时标点不同"
    ),
    pytest.param(
        TITLES[0],
        [f"{TITLES[0]}.txt一首不相干的歌词，唱到天亮。{TITLES[0]}", BODY],
        TITLES[0],
        [BODY],
        ["夹在重复标题之间的杂文"],
        id="杂文夹在标题之间",
    ),
    pytest.param(
        TITLES[0],
        [f"一首不相干的歌词，唱到天亮。{TITLES[0]}", BODY],
        TITLES[0],
        [BODY],
        ["夹在重复标题之间的杂文"],
        id="杂文之后才是重复的标题",
    ),
    pytest.param(None, [TITLES[0], "（某某区审计局）", BODY], TITLES[0], [BODY], ["题下署名"], id="括号署名"),
    pytest.param(None, [TITLES[0], "来源：某某网", BODY], TITLES[0], [BODY], ["题下署名"], id="来源行"),
    pytest.param(
        None, [TITLES[0], "作者：某某", "时间：2020年", BODY], TITLES[0], [BODY], ["题下署名"] * 2, id="作者与时间"
    ),
    pytest.param(None, [BODY, MORE], "", [BODY, MORE], [], id="没有标题"),
    pytest.param(None, ["一、基本情况", BODY], "", ["一、基本情况", BODY], [], id="首行是小标题"),
    pytest.param(None, ["三 、 问 题", BODY], "", ["三 、 问 题", BODY], [], id="首行是字间有空格的小标题"),
    pytest.param(None, ["各位领导、同志们：", BODY], "", ["各位领导、同志们：", BODY], [], id="首行是称呼"),
    pytest.param(None, [TITLES[0]], "", [TITLES[0]], [], id="只有一行"),
    pytest.param(None, [], "", [], [], id="没有行"),
]


@pytest.mark.parametrize(("given_title", "lines", "title", "rest", "reasons"), TITLE_CASES)
def test_titles(given_title: str | None, lines: list[str], title: str, rest: list[str], reasons: list[str]) -> None:
    found, left, dropped = take_title(given_title, lines)
    assert (found, left, [reason for reason, _ in dropped]) == (title, rest, reasons)


SIGNATURES = [
    pytest.param(["某某区水利局", "2021年6月18日"], "某某区水利局", "2021-06-18", id="单位与日期各一行"),
    pytest.param(
        ["中共某某县水利局支部委员会", "二〇二一年六月十八日"],
        "中共某某县水利局支部委员会",
        "2021-06-18",
        id="汉字日期",
    ),
    pytest.param(
        ["中共某某县水利局支部委员会 2021年6月18日"], "中共某某县水利局支部委员会", "2021-06-18", id="单位与日期同一行"
    ),
    pytest.param(["2021年6月"], None, "2021-06", id="只有年月"),
    pytest.param(["某某市审计局党组", "", "2021.6.18"], "某某市审计局党组", "2021-06-18", id="中间空行与点分日期"),
    pytest.param(["某某区水利局", "2021年6月18日", "附件：问题清单"], "某某区水利局", "2021-06-18", id="日期后有附件"),
    pytest.param(
        ["某某区水利局", "2021年6月18日", "（联系人：某某，电话：12345678）"],
        "某某区水利局",
        "2021-06-18",
        id="日期后有联系人",
    ),
]


@pytest.mark.parametrize(("lines", "organ", "date"), SIGNATURES)
def test_signatures(lexicon: Lexicon, lines: list[str], organ: str | None, date: str) -> None:
    documents = built(lexicon, "\n".join([TITLES[0], BODY, MORE, *lines]))
    assert (first(documents, "organ"), first(documents, "date"), first(documents, "date_source")) == (
        organ,
        date,
        "落款",
    )
    assert documents["text"][0].startswith(f"{BODY}\n{MORE}")
    assert "月18日" not in documents["text"][0]


def test_a_date_in_brackets_under_the_title_dates_the_document(lexicon: Lexicon) -> None:
    documents = built(lexicon, f"{TITLES[0]}\n（2020年9月10日）\n{BODY}\n{MORE}")
    assert (first(documents, "date"), first(documents, "date_source")) == ("2020-09-10", "题下")


NOT_SIGNED = [
    pytest.param([BODY, "会议于2021年6月18日召开。"], id="句子里的日期"),
    pytest.param([BODY, "附件：2021年6月18日会议记录"], id="附件里的日期"),
    pytest.param([BODY, "某某区水利局"], id="只有单位没有日期"),
    pytest.param([BODY, "各支部要在2021年6月18日前，把清单交到机关党委"], id="没有句号的要求"),
]


@pytest.mark.parametrize("lines", NOT_SIGNED)
def test_what_is_no_signature(lines: list[str]) -> None:
    assert take_foot(lines) == Foot(lines, [], None)


def test_a_date_inside_the_text_is_never_the_document_date(lexicon: Lexicon) -> None:
    text = f"{TITLES[0]}\n上级在2024年5月8日的会议上讲过这件事。\n{BODY}"
    documents, conflicts, _ = build_documents(sources_of({"报告.txt": text}), lexicon)
    assert first(documents, "date") is None
    assert conflicts[["found", "found_in"]].to_numpy().tolist() == [["2024-05-08", "正文"]]


MANIFEST = pd.DataFrame(
    [
        {
            "source": "甲.txt",
            "title": "",
            "organ": "某某区审计局",
            "kind_of_unit": "机关",
            "date": "2019-03",
            "genre": "自查报告",
        },
        {"source": "乙-2019-05-06.txt", "title": "", "organ": "", "kind_of_unit": "", "date": "2018", "genre": ""},
    ]
)


def test_the_manifest_goes_first_and_conflicts_are_listed(lexicon: Lexicon) -> None:
    text = f"{TITLES[0]}\n{BODY}\n某某区住建局\n2020年1月2日"
    documents, conflicts, _ = build_documents(sources_of({"甲.txt": text}), lexicon, MANIFEST)
    assert documents[["organ", "kind_of_unit", "date", "date_source", "genre", "title"]].to_numpy().tolist() == [
        ["某某区审计局", "机关", "2019-03", "清单", "自查报告", TITLES[0]]
    ]
    assert conflicts[["kept", "found", "found_in"]].to_numpy().tolist() == [["2019-03", "2020-01-02", "题下"]]


def test_empty_cells_of_the_manifest_say_nothing(lexicon: Lexicon) -> None:
    source = "乙-2019-05-06.txt"
    documents, conflicts, _ = build_documents(sources_of({source: f"{TITLES[0]}\n{BODY}"}), lexicon, MANIFEST)
    assert (first(documents, "date"), first(documents, "date_source")) == ("2018", "清单")
    assert first(documents, "organ") is None
    assert set(conflicts["found_in"]) == {"文件名"}


def test_a_manifest_may_name_one_report_of_several(lexicon: Lexicon) -> None:
    manifest = pd.DataFrame([{"source": "合集.txt", "piece": "2", "document_id": "某局-2017", "date": "2017-07"}])
    text = f"第一篇：{TITLES[0]}\n{BODY}\n第二篇：{TITLES[1]}\n{MORE}"
    documents = built(lexicon, text, "合集.txt", manifest)
    assert list(documents["document_id"]) == ["合集.txt-1", "某局-2017"]
    assert documents["date"].tolist()[1] == "2017-07"
    assert pd.isna(documents["date"][0])


def test_a_row_for_a_whole_file_says_nothing_of_its_pieces(lexicon: Lexicon) -> None:
    manifest = pd.DataFrame([{"source": "合集.txt", "date": "2017-07", "organ": "某某局"}])
    text = f"第一篇：{TITLES[0]}\n{BODY}\n第二篇：{TITLES[1]}\n{MORE}"
    assert built(lexicon, text, "合集.txt", manifest)["date"].isna().all()


@pytest.mark.parametrize(
    "blank", ["\u3000\u3000", "    ", "\t", "\u3000" * 12], ids=["两个全角", "四个半角", "制表", "居中居右"]
)
def test_blanks_around_a_line_are_no_part_of_what_it_says(lexicon: Lexicon, blank: str) -> None:
    lines = [TITLES[0], "（某某区审计局）", "一、问题", BODY, "二、打算", MORE, "某某区水利局", "2021年6月18日"]
    documents, passages, _ = split_of("\n".join(blank + line for line in lines), lexicon)
    assert (first(documents, "title"), first(documents, "organ")) == (TITLES[0], "某某区水利局")
    assert (first(documents, "date"), first(documents, "kind_of_unit")) == ("2021-06-18", "机关")
    assert list(passages["text"]) == [BODY, MORE]
    assert list(passages["section"]) == ["一、问题", "二、打算"]


@pytest.mark.parametrize("blank", ["", "\u3000\u3000"], ids=["顶格", "缩进"])
def test_indented_lines_open_reports_too(lexicon: Lexicon, blank: str) -> None:
    lines = [f"第一篇：{TITLES[0]}", TITLES[0], BODY, f"第二篇：{TITLES[1]}", TITLES[1], MORE]
    documents, passages, _ = split_of("\n".join(blank + line for line in lines), lexicon)
    assert list(documents["title"]) == list(TITLES[:2])
    assert list(passages["text"]) == [BODY, MORE]


def test_a_table_row_gives_its_columns(lexicon: Lexicon) -> None:
    documents = built(
        lexicon, BODY, "表.xlsx", unit="7", title="表里的标题", organ="某某医院", date="2022/6/8 00:00:00"
    )
    assert documents[["document_id", "title", "organ", "date", "date_source"]].to_numpy().tolist() == [
        ["表.xlsx·7", "表里的标题", "某某医院", "2022-06-08", "表格"]
    ]


KINDS = [
    pytest.param("某某大学附属医院", "医院", id="大学附属医院是医院"),
    pytest.param("某某县第一中学", "中小学", id="中学"),
    pytest.param("某某集团有限公司党委", "国企", id="公司党委"),
    pytest.param("某某学院机关党委", "高校", id="学院"),
    pytest.param("某某街道办事处", "基层", id="街道"),
    pytest.param("某某市财政局机关党委", "机关", id="局"),
    pytest.param("某某市律师行业党委", "社会组织", id="律师行业"),
]


@pytest.mark.parametrize(("organ", "kind"), KINDS)
def test_kind_of_unit(lexicon: Lexicon, organ: str, kind: str) -> None:
    documents = built(lexicon, f"{TITLES[0]}\n{BODY}\n{organ}\n2021年6月18日")
    assert first(documents, "kind_of_unit") == kind


def test_no_document_is_empty_of_title(lexicon: Lexicon) -> None:
    documents = built(lexicon, BODY, "资料/某局自查.docx")
    assert first(documents, "title") == "某局自查"


def test_broken_lines_are_joined_into_paragraphs(lexicon: Lexicon) -> None:
    broken = [f"{TITLES[0]}", *[(BODY + MORE)[i : i + 24] for i in range(0, len(BODY + MORE), 24)], "二、怎么办", BODY]
    assert built(lexicon, "\n".join(broken))["text"][0] == f"{BODY}{MORE}\n二、怎么办\n{BODY}"


def test_ids_never_hold_the_number_sign_of_passages(lexicon: Lexicon) -> None:
    documents, passages, _ = split_of(f"{TITLES[0]}\n{BODY}", lexicon, "材料#3.txt")
    assert "#" not in documents["document_id"][0]
    assert passages["passage_id"][0].split("#")[0] == documents["document_id"][0]


def test_documents_are_the_same_on_parts(lexicon: Lexicon) -> None:
    texts = {
        f"{i}.txt": f"第一篇：{TITLES[0]}\n{BODY}\n第二篇：{TITLES[1]}\n{MORE}\n某局\n201{i}年1月2日" for i in range(5)
    }
    sources = sources_of(texts)
    whole, _, _ = build_documents(sources, lexicon)
    parts = [build_documents(sources.iloc[i : i + 1], lexicon)[0] for i in range(5)]
    pd.testing.assert_frame_equal(whole, pd.concat(parts, ignore_index=True))


LINES = st.lists(
    st.sampled_from(
        [
            *("第一篇：关于甲的报告", "第二篇：关于乙的报告", "关于党建的调研报告", "某某市财政局党组", "2023年5月8日"),
            *("附件：名单", "联系人：办公室", "（2022年6月）", "一、存在问题", BODY, MORE, "散会后该怎么干", "", "  "),
        ]
    ),
    max_size=12,
)


@given(lines=LINES)
def test_every_character_is_text_title_or_dropped(lexicon: Lexicon, lines: list[str]) -> None:
    documents, _, dropped = build_documents(sources_of({"报告.txt": "\n".join(lines)}), lexicon)
    kept = Counter(bare("".join([*documents["text"], *documents["title"], *dropped["text"]])))
    assert not Counter(bare("".join(lines))) - kept - Counter("第一篇第二篇" * len(lines))
