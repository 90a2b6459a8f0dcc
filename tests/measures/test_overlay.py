"""Terms counted on the text: the longest and those nested in it, and never across a border that the words forbid."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made import documents_of, labels_of, passages_of, split_of, tokens_of

from nlp.base.errors import DataError
from nlp.corpus.check import check_corpus
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon, load_phrases
from nlp.measures.forms import ALL, EMPTY, REPORT, SUMMARY, coverage, form_of, main_form, of_form
from nlp.measures.overlay import overlay, places
from nlp.measures.prevalence import count_codes, prevalence_within
from nlp.measures.trends import phrase_occurrences, term_occurrences, trends
from nlp.run.how import How
from nlp.run.queries import kwic_of, trends_table
from nlp.run.run import Run
from nlp.tables import COVERAGE, OCCURRENCES, PREVALENCE_WITHIN, check
from nlp.words.tokens import tokenize


def found_in(text: str, terms: list[str], lexicon: Lexicon) -> list[tuple[str, int, int]]:
    """Item, start and end of every occurrence in one passage."""
    passages = passages_of([text])
    table = check(OCCURRENCES, overlay(passages, tokenize(passages, lexicon), terms, lexicon))
    return [(row.item, row.start, row.end) for row in table.itertuples()]


NESTED = [
    pytest.param("抓好机关党建工作。", ["党建工作"], [("党建工作", 4, 8)], id="短词在长词里"),
    pytest.param(
        "抓好机关党建工作。",
        ["机关党建工作", "党建工作", "机关党建"],
        [("机关党建工作", 2, 8), ("党建工作", 4, 8), ("机关党建", 2, 6)],
        id="长词与其中的两个短词",
    ),
    pytest.param("把党建工作抓好。", ["党建工作"], [("党建工作", 1, 5)], id="自成一词"),
    pytest.param("党务工作者不够。", ["工作"], [], id="工作者里没有工作"),
    pytest.param("召开党委会议。", ["党委会"], [], id="党委会议里没有党委会"),
    pytest.param("开党委会研究。", ["党委会"], [("党委会", 1, 4)], id="党委会自己"),
    pytest.param("党建，工作要点。", ["党建工作"], [], id="不跨标点"),
    pytest.param("加强黨建工作。", ["党建工作"], [("党建工作", 2, 6)], id="繁体折叠后相同"),
    pytest.param("ＡＰＰ打卡太多，app又来。", ["APP"], [("APP", 0, 3), ("APP", 8, 11)], id="全角与大小写"),
    pytest.param("既要打卡又要接龙。", ["打卡|接龙"], [("打卡|接龙", 2, 4), ("打卡|接龙", 6, 8)], id="几种写法算一个"),
    pytest.param("推行1+N机制，11+N不是。", ["1+N"], [("1+N", 2, 5)], id="数字与加号"),
    pytest.param("推行１＋Ｎ机制。", ["1+n"], [("1+n", 2, 5)], id="全角的数字与加号"),
    pytest.param("设立12345热线，不是612345热线。", ["12345热线"], [("12345热线", 2, 9)], id="数字开头"),
    pytest.param("B类支部与AB类支部。", ["B类支部"], [("B类支部", 0, 4)], id="字母开头"),
    pytest.param("开展5A评级、15A评级和1.5A评级。", ["5A评级"], [("5A评级", 2, 6)], id="数字字母开头"),
    pytest.param("完成率70%，170%、5.70%和70％。", ["70%"], [("70%", 3, 6), ("70%", 18, 21)], id="百分数"),
    pytest.param(
        "落实“三会一课”。", ["“三会一课”", "三会一课"], [("“三会一课”", 2, 8), ("三会一课", 3, 7)], id="带引号"
    ),
    pytest.param('落实"三会一课"。', ['"三会一课"'], [('"三会一课"', 2, 8)], id="直引号"),
    pytest.param("推进「放管服」改革。", ["“放管服”"], [("“放管服”", 2, 7)], id="直角引号"),
    pytest.param("推进放管服改革。", ["“放管服”"], [], id="没有引号的不算带引号的"),
    pytest.param(
        "数字化+党建与党建引领+网格。",
        ["数字化+党建", "党建引领+网格"],
        [("数字化+党建", 0, 6), ("党建引领+网格", 7, 14)],
        id="中间有加号",
    ),
    pytest.param("推动“党建 ＋ 业务”。", ["党建+业务"], [("党建+业务", 3, 10)], id="加号两边有空格"),
    pytest.param(
        "实行AB岗，用好APP平台，成立QC小组。",
        ["AB岗", "APP平台", "QC小组"],
        [("AB岗", 2, 5), ("APP平台", 8, 13), ("QC小组", 16, 20)],
        id="字母与汉字",
    ),
    pytest.param("两 张 皮，兩張\n皮。", ["两张皮"], [("两张皮", 0, 5), ("两张皮", 6, 10)], id="扫描留下的空格与断行"),
    pytest.param("⺠主⽣活会", ["民主生活会"], [("民主生活会", 0, 5)], id="部首"),
    pytest.param("看见长门。", ["长 门"], [("长 门", 2, 4)], id="词里有空格"),
    pytest.param("%+1", ["1", "+"], [("1", 2, 3), ("+", 1, 2)], id="只有数字与符号"),
    pytest.param("", ["党建工作"], [], id="空段落"),
    pytest.param("抓好工作。", [], [], id="没有词"),
]


@pytest.mark.parametrize(("text", "terms", "expected"), NESTED)
def test_nested_and_longest(
    text: str, terms: list[str], expected: list[tuple[str, int, int]], lexicon: Lexicon
) -> None:
    assert sorted(found_in(text, terms, lexicon)) == sorted(expected)


PIECES = st.lists(
    st.sampled_from(
        ["机关党建工作", "党建工作", "党务工作者", "党委会议", "党委会", "工作", "机关", "，", "。", "抓", "的"]
    ),
    min_size=1,
    max_size=10,
)


@given(pieces=PIECES, term=st.sampled_from(["党建工作", "工作", "党委会", "机关党建", "机关"]))
@settings(max_examples=40)
def test_what_is_counted_is_the_term_and_its_ends_cut_no_plain_word(
    pieces: list[str], term: str, lexicon: Lexicon
) -> None:
    text = "".join(pieces)
    passages = passages_of([text])
    tokens = tokenize(passages, lexicon)
    kept = {(start, end) for _, start, end in found_in(text, [term], lexicon)}
    assert kept <= {(at, at + len(term)) for at in places(text, term)}
    for token in tokens.itertuples():
        for start, end in kept:
            inside = [at for at in (start, end) if token.start < at < token.end]
            assert not inside or token.term in lexicon.terms, f"{token.term} 不是词表里的词，不能切开"
    whole = {(t.start, t.end) for t in tokens.itertuples() if t.term == term}
    assert whole <= kept, "分出来的词一个不少"


@given(parts=st.lists(st.sampled_from(["机关党建工作要抓。", "党建工作。", "没有。", ""]), min_size=2, max_size=5))
@settings(max_examples=15)
def test_passages_together_give_what_each_gives(parts: list[str], lexicon: Lexicon) -> None:
    passages = passages_of(parts)
    tokens = tokenize(passages, lexicon)
    whole = overlay(passages, tokens, ["党建工作", "机关党建工作"], lexicon)
    for i, text in enumerate(parts, 1):
        mine = whole[whole["passage_id"] == f"甲#{i:04d}"]
        assert sorted(zip(mine["item"], mine["start"], mine["end"], strict=True)) == sorted(
            found_in(text, ["党建工作", "机关党建工作"], lexicon)
        )


def test_both_ways_of_counting_are_named(lexicon: Lexicon) -> None:
    passages = passages_of(["机关党建工作与党建工作。"])
    tokens = tokenize(passages, lexicon)
    documents = documents_of("机关党建工作与党建工作。", dates=("2020",))
    on_text = trends(tokens, documents, "Y", ["党建工作"], passages=passages, lexicon=lexicon)
    as_cut = trends(tokens, documents, "Y", ["党建工作"])
    assert set(on_text["counting"]) == {"overlay"}
    assert set(as_cut["counting"]) == {"tokens"}
    assert (on_text["n_occurrences"].iloc[0], as_cut["n_occurrences"].iloc[0]) == (2, 1)


def test_in_the_real_compilation_nothing_is_lost_in_longer_terms(compilation: Path, lexicon: Lexicon) -> None:
    text = compilation.read_text(encoding="utf-8")
    _, passages, _ = split_of(text, lexicon, compilation.name)
    tokens = tokenize(passages, lexicon)
    seen = overlay(passages, tokens, ["党建工作", "机关党建工作"], lexicon)
    n = seen["item"].value_counts()
    plain = sum(len(list(places(t, "党建工作"))) for t in passages["text"])
    as_cut = int((tokens["term"] == "党建工作").sum())
    in_longer = seen[seen["item"] == "机关党建工作"].assign(start=lambda t: t["start"] + 2)
    nested = in_longer.merge(seen[seen["item"] == "党建工作"], on=["passage_id", "start"])
    assert len(nested) == n["机关党建工作"] > 40, "机关党建工作里的党建工作一处不少"
    assert as_cut < n["党建工作"] <= plain
    assert n["党建工作"] >= 0.97 * plain, "其余只少切断了别的词的（党建工作汇报一类）"


def test_a_plain_search_counts_too_much(compilation: Path, lexicon: Lexicon) -> None:
    _, passages, _ = split_of(compilation.read_text(encoding="utf-8"), lexicon, compilation.name)
    kept = len(overlay(passages, tokenize(passages, lexicon), ["工作"], lexicon))
    assert kept < sum(text.count("工作") for text in passages["text"])


# --- slogans ----------------------------------------------------------------------------------------------------

HEAD = "kind,name,wording,from,to,note\n"
SLOGAN_FAULTS = [
    pytest.param("slogan,甲提法,甲提法,20x6,,\n", "年份有误：甲提法", 2, id="年份"),
    pytest.param("口号,甲提法,甲提法,,,\n", "不认识的类别：甲提法", 2, id="类别"),
    pytest.param("slogan,甲,甲,,,\nslogan,甲,甲|乙,,,\n", "名称重复：甲", 2, id="重名"),
    pytest.param("slogan,甲,甲|,,,\n", "写法有误：甲", 2, id="空的写法"),
    pytest.param("slogan,甲,甲,,,\nphrase,,乙,,,\n", "没有名称", 3, id="没有名称"),
]


@pytest.mark.parametrize(("rows", "fault", "line"), SLOGAN_FAULTS)
def test_faults_of_the_list_of_slogans(rows: str, fault: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "slogans.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(DataError, match=fault) as caught:
        load_phrases(path)
    assert "slogans.csv" in str(caught.value)
    assert f"第 {line}" in str(caught.value)


def test_check_names_the_file_and_the_line(corpus: Corpus, tmp_path: Path) -> None:
    for part in ("codebook", "lexicon", "gold"):
        (tmp_path / part).symlink_to(corpus.folder / part, target_is_directory=True)
    (tmp_path / "lexicon").unlink()
    (tmp_path / "lexicon").mkdir()
    for path in (corpus.folder / "lexicon").iterdir():
        (tmp_path / "lexicon" / path.name).write_bytes(path.read_bytes())
    broken = tmp_path / "lexicon" / "slogans.csv"
    lines = broken.read_text(encoding="utf-8-sig").splitlines()
    broken.write_text("\n".join([*lines, "slogan,新提法,新提法,今年,,"]) + "\n", encoding="utf-8")
    told = "\n".join(str(fault) for fault in check_corpus(tmp_path))
    assert "年份有误：新提法" in told
    assert f"slogans.csv 第 {len(lines) + 1} 行" in told


def test_slogans_and_wordings_are_told_apart(corpus: Corpus) -> None:
    phrases = load_phrases(corpus.folder / "lexicon" / "slogans.csv")
    passages = passages_of(["落实“第一议题”制度，不要天天打卡、接龙。"])
    seen = phrase_occurrences(passages, tokenize(passages, corpus.lexicon), phrases, corpus.lexicon)
    assert sorted(zip(seen["kind"], seen["item"], seen["start"], strict=True)) == [
        ("phrase", "指尖上的形式主义", 15),
        ("phrase", "指尖上的形式主义", 18),
        ("slogan", "第一议题", 3),
    ]
    assert load_phrases(corpus.folder / "没有.csv") == ()


# --- forms and coverage -----------------------------------------------------------------------------------------


def made_forms() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Six reports of two long passages, two summaries, and a document of which nothing is left."""
    documents = documents_of(
        *["字" * 500] * 6, "短" * 30, "字" * 500, "", dates=["2020"] * 5 + [None] + ["2021"] * 3, kinds=["机关"] * 9
    )
    names = "甲乙丙丁戊己"
    rows = [(f"{name}#000{i}", "role", "other") for name in names for i in (1, 2)]
    return documents, labels_of(*rows, ("庚#0001", "role", "other"), ("辛#0001", "role", "other"))


def test_forms_by_number_of_passages_and_length() -> None:
    documents, passages = made_forms()
    forms = form_of(documents, passages)
    assert list(forms) == [REPORT] * 6 + [SUMMARY, SUMMARY, EMPTY], "一段的，再长也是短材料"
    assert list(form_of(documents.assign(n_chars=399), passages))[:6] == [SUMMARY] * 6
    assert list(of_form(documents, forms, SUMMARY)["document_id"]) == ["庚", "辛"]
    assert len(of_form(documents, forms, ALL)) == 9


FORM_CASES = [
    pytest.param([REPORT] * 6 + [SUMMARY] * 9, REPORT, id="两种都有"),
    pytest.param([REPORT] * 4 + [SUMMARY] * 9, ALL, id="报告太少"),
    pytest.param([REPORT] * 9, ALL, id="只有报告"),
    pytest.param([SUMMARY] * 9, ALL, id="只有短材料"),
    pytest.param([], ALL, id="什么也没有"),
]


@pytest.mark.parametrize(("forms", "main"), FORM_CASES)
def test_trends_are_of_reports_where_both_kinds_are_there(forms: list[str], main: str) -> None:
    assert main_form(pd.Series(forms, dtype="str")) == main


def test_prevalence_within_a_form_counts_no_other() -> None:
    documents, passages = made_forms()
    coded = [
        ("甲#0001", "cause", "misperception"),
        ("己#0002", "cause", "misperception"),
        ("庚#0001", "cause", "misperception"),
    ]
    labels = pd.concat([passages, labels_of(*coded)], ignore_index=True)
    kinds = documents.assign(kind_of_unit=["机关"] * 5 + ["国企"] * 4)
    table = check(PREVALENCE_WITHIN, prevalence_within(count_codes(labels), kinds))
    rows = table[(table["unit"] == "文档") & (table["code"] == "misperception")]
    assert {(r.form, r.by, r.group): (r.n, r.denominator) for r in rows.itertuples()} == {
        (REPORT, "单位类别", "机关"): (1, 5),
        (REPORT, "单位类别", "国企"): (1, 1),
        (SUMMARY, "单位类别", "国企"): (1, 2),
        (REPORT, "年份", "2020"): (1, 5),
        (SUMMARY, "年份", "2021"): (1, 2),
    }, "己没有日期，不进分年"
    alone = kinds[kinds["document_id"].isin([*"甲乙丙丁戊己"])]
    few = labels[labels["document_id"].isin(alone["document_id"])]
    assert len(check(PREVALENCE_WITHIN, prevalence_within(count_codes(few), alone))) == 0, "只有一种篇幅，不另给"


def test_coverage_tells_what_is_left_out() -> None:
    documents, passages = made_forms()
    sources = pd.Series({name: "甲" if name in "甲乙" else name for name in documents["document_id"]})
    table = check(COVERAGE, coverage(documents, passages, sources)).set_index(["by", "group"])
    columns = ["n_documents", "n_empty", "n_undated", "n_passages", "n_sources"]
    assert table.loc[("全部", "全部"), columns].tolist() == [9, 1, 1, 14, 8]
    assert table.loc[("篇幅", REPORT), columns].tolist() == [6, 0, 1, 12, 5]
    assert table.loc[("篇幅", EMPTY), columns].tolist() == [1, 1, 0, 0, 1]
    assert table.loc[("年份", "2020"), columns].tolist() == [5, 0, 0, 10, 4]


def test_an_item_found_in_both_its_wordings_is_one_unit() -> None:
    tokens = tokens_of({"甲#0001": "打卡 接龙", "乙#0001": "接龙"})
    seen = term_occurrences(tokens, ["打卡|接龙"])
    assert len(seen) == 3
    table = trends(tokens, documents_of("", "", dates=("2020", "2020")), "Y", ["打卡|接龙"])
    assert table.set_index("unit")["n"].to_dict() == {"段落": 2, "文档": 2, "独立来源": 2}


def test_context_of_a_group_that_is_not_there_is_told(corpus: Corpus) -> None:
    documents, passages, _ = split_of("台账很多。\n\n台账还是很多，检查只看台账。", corpus.lexicon)
    run = Run(corpus, How(coder="rules"), tables={"documents": documents.assign(date="2021"), "passages": passages})
    assert len(kwic_of(run, "台账", 5, {"year": "2021"})) == 3
    with pytest.raises(DataError, match="没有这一组：1999"):
        kwic_of(run, "台账", 5, {"year": "1999"})


def test_the_trends_of_a_run_hold_its_slogans(corpus: Corpus) -> None:
    documents, passages, _ = split_of("落实“第一议题”制度，不要天天打卡。", corpus.lexicon)
    run = Run(corpus, How(coder="rules"), tables={"documents": documents.assign(date="2021-03"), "passages": passages})
    found = trends_table(run, "Q", None)
    assert {("slogan", "第一议题"), ("phrase", "指尖上的形式主义")} <= set(
        zip(found["kind"], found["item"], strict=True)
    )
    assert set(found["period"]) == {"2021Q1"}
