"""The rule coder: role decides, not vocabulary; the gate holds whatever is said; evidence is the span."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import CodeOne, passages_of

from nlp.base.errors import DataError
from nlp.coding.coder import code_with
from nlp.coding.role_gate import Candidate, Reading, RoleReading, abstained_of, labels_of
from nlp.coding.roles import UNTOLD, rule_role, telling_heading
from nlp.coding.rule_coder import RuleCoder
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.fold_table import FoldTable
from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Cue, Hint, Lexicon
from nlp.corpus.speech import AVERTING, BYGONE
from nlp.engine.choice import Engine
from nlp.run.stages.coding import coding_of
from nlp.search.batch_text import flat_of
from nlp.search.cues import CueFinder, finder_for
from nlp.search.speech_marks import passage_signals
from nlp.tables import ABSTAINED, LABELS, ROLES, check
from nlp.training.coder import CODERS

ROLE_CASES = [
    pytest.param("制度只是挂在墙上、流于形式。", "", "manifestation", {"formalism"}, id="真问题"),
    pytest.param("切实防止以会议落实会议。", "", "remedy", set(), id="对策借用问题的词"),
    pytest.param("近年来已破解“两张皮”难题，取得明显成效。", "", "achievement", set(), id="成效借用问题的词"),
    pytest.param(
        "有的单位把业务当硬指标、把党建当软任务，说起来重要、做起来次要、忙起来不要。",
        "",
        "manifestation",
        {"priority_imbalance"},
        id="重业务轻党建",
    ),
    pytest.param(
        "党建与业务各唱各的调，没有同部署，找不到结合点。", "", "manifestation", {"disconnection"}, id="各唱各的调"
    ),
    pytest.param(
        "支部活动内容单一、形式呆板，党课就是读文件念报纸，年轻人不爱来。",
        "",
        "manifestation",
        {"stale_methods"},
        id="载体陈旧",
    ),
    pytest.param(
        "支部书记身兼数职，党建与业务互相抢时间，常常顾此失彼。",
        "",
        "manifestation",
        {"resource_conflict"},
        id="时间冲突",
    ),
    pytest.param(
        "有的党支部战斗堡垒作用不强，党员先锋模范作用不明显，成了行政的附庸。",
        "",
        "manifestation",
        {"weak_effect"},
        id="作用不足",
    ),
    pytest.param(
        "一些单位的党建停在会议上、喊在嘴上，文件照搬照转，没有下文。",
        "",
        "manifestation",
        {"lip_service"},
        id="调门高落实少",
    ),
    pytest.param(
        "有的單位組織生活走過場,制度掛在牆上,重痕跡輕實績。", "", "manifestation", {"formalism"}, id="繁体与半角标点"
    ),
    pytest.param("有的单位制度只是挂在墙\n上，活动走过\n场。", "", "manifestation", {"formalism"}, id="断行不改代码"),
    pytest.param(
        "有的單位業(yè)務(wù)是硬指標(biāo)、黨建是軟任務(wù)。",
        "",
        "manifestation",
        {"priority_imbalance"},
        id="夹着拼音",
    ),
]


@pytest.mark.parametrize(("text", "section", "role", "codes"), ROLE_CASES)
def test_role_decides_not_vocabulary(code_one: CodeOne, text: str, section: str, role: str, codes: set[str]) -> None:
    coded = code_one(text, section)
    assert coded.role == role
    assert codes <= coded.manifestations
    assert codes or not coded.manifestations


ROLES_TOLD = [
    pytest.param("要建立联席会议制度，每季度研究一次党建与业务融合的事项。", "", "remedy", id="要……"),
    pytest.param("必须压实“一岗双责”，对不抓党建的严肃问责。", "", "remedy", id="必须……"),
    pytest.param("健全考核办法，提高党建权重，强化结果运用。", "三、对策建议", "remedy", id="无主语祈使句"),
    pytest.param("究其原因，主要是一些领导干部思想认识有偏差，觉得抓党建是虚功。", "", "cause", id="究其原因"),
    pytest.param("由于专职党务干部配备不足，兼职的多，导致党建工作力量薄弱。", "", "cause", id="由于……导致"),
    pytest.param(
        "去年以来，我局先后建成八个党建品牌，推动重点项目提前完工，群众满意度提高到九成以上。",
        "",
        "achievement",
        id="已做并见效",
    ),
    pytest.param(
        "本次调研共发放问卷三百份，回收二百八十份，召开座谈会五场，走访支部二十个。",
        "一、调研的基本情况",
        "context",
        id="调研方法",
    ),
    pytest.param("尊敬的各位领导、同志们：", "", "other", id="称呼"),
    pytest.param(
        "近年来，各级党组织高度重视，取得了明显成效。但是，从调研情况看，一些支部的组织生活仍然流于形式，走过场的现象还比较普遍。",
        "",
        "manifestation",
        id="表扬之后的转折",
    ),
]


@pytest.mark.parametrize(("text", "section", "role"), ROLES_TOLD)
def test_how_a_role_is_told(code_one: CodeOne, text: str, section: str, role: str) -> None:
    assert code_one(text, section).role == role


CAUSES = [
    pytest.param("因为不少党务干部半路出家、缺少培训，有本领恐慌。", "capability_gap", id="能力不足"),
    pytest.param("由于考核中业务占比高、党建难以量化，看痕迹多、看实效少。", "assessment_bias", id="考核失衡"),
    pytest.param("根源在于“一岗双责”没有落到人头，主体责任层层递减。", "responsibility_gap", id="责任缺位"),
    pytest.param("究其原因，是思想认识不到位，把党建看成虚的。", "misperception", id="认识偏差"),
]


@pytest.mark.parametrize(("text", "code"), CAUSES)
def test_causes(code_one: CodeOne, text: str, code: str) -> None:
    coded = code_one(text, "二、原因分析")
    assert coded.role == "cause"
    assert code in coded.causes
    assert not coded.manifestations


REMEDIES = [
    pytest.param("要坚持同谋划、同部署、同落实、同检查，找准党建与业务的结合点。", "joint_planning", id="统筹融合"),
    pytest.param("要完善述职评议，压实“一岗双责”，对履责不力的严肃问责。", "accountability", id="压实责任"),
    pytest.param("要提高党建在考核中的权重，细化考核指标，强化结果运用。", "assessment_reform", id="考核激励"),
    pytest.param("要选优配强支部书记，加强党务干部培训，推动双向交流轮岗。", "team_building", id="队伍建设"),
    pytest.param("要加强理论学习和思想教育，提高认识。", "education", id="教育引领"),
]


@pytest.mark.parametrize(("text", "code"), REMEDIES)
def test_remedies(code_one: CodeOne, text: str, code: str) -> None:
    coded = code_one(text, "三、对策建议")
    assert coded.role == "remedy"
    assert code in coded.remedies
    assert not coded.manifestations


AVERTED = [
    pytest.param("切实防止", True, id="防止"),
    pytest.param("坚决克服那种", True, id="克服"),
    pytest.param("过去一些单位", True, id="过去"),
    pytest.param("不少单位", False, id="不少"),
    pytest.param("要防止出现偏差。有的单位", False, id="句号隔开"),
    pytest.param("防止出现偏差，有的单位", False, id="逗号隔开"),
    pytest.param("", False, id="开头"),
]


@pytest.mark.parametrize(("before", "opposed"), AVERTED)
def test_what_opposes_a_cue(lexicon: Lexicon, before: str, opposed: bool) -> None:
    averting = lexicon.speech.of(AVERTING) + lexicon.speech.of(BYGONE)
    finder = CueFinder((Cue("formalism", "以会议落实会议", ""),), averting)
    assert [hit.averted for hit in finder.find(before + "以会议落实会议")] == [opposed]


def test_the_longest_wording_goes_first() -> None:
    finder = CueFinder((Cue("formalism", "落实会议", ""), Cue("formalism", "以会议落实会议", "")))
    assert [(hit.start, hit.end) for hit in finder.find("有的以会议落实会议")] == [(2, 9)]


HINTS = (Hint("cause", "原因"), Hint("remedy", "对策"), Hint("manifestation", "问题"))
HEADINGS = [
    pytest.param("二、原因分析＞（一）认识不足", ("cause", 1, "二、原因分析"), id="外层标题"),
    pytest.param("二、问题与原因＞（二）对策", ("remedy", 0, "（二）对策"), id="内层先于外层"),
    pytest.param("一、总体情况", (None, 0, ""), id="不说明角色的标题"),
    pytest.param("", (None, 0, ""), id="没有标题"),
]


@pytest.mark.parametrize(("section", "told"), HEADINGS)
def test_what_a_heading_trail_says(section: str, told: tuple[str | None, int, str]) -> None:
    found = telling_heading(section, HINTS, FoldTable(()))
    assert (None if found.role == UNTOLD else ROLES[found.role], *found[1:]) == told


SHIPPED_HEADINGS = [
    pytest.param("二、“两张皮”问题成因剖析", "cause", id="问题成因是成因"),
    pytest.param("二、造成“两张皮”问题的原因分析", "cause", id="问题的原因是成因"),
    pytest.param("三、解决“两张皮”问题的对策办法", "remedy", id="问题的对策是对策"),
    pytest.param("四、下一步工作建议", "remedy", id="下一步"),
    pytest.param("一、主要问题表现", "manifestation", id="问题表现"),
    pytest.param("一、调研的基本情况", "context", id="基本情况"),
    pytest.param("一、主要做法和成效", "achievement", id="做法成效"),
    pytest.param("一、問題表現", "manifestation", id="繁体的问题表现"),
    pytest.param("三、對策建議", "remedy", id="繁体的对策"),
    pytest.param("二 、 存 在 的 问 题", "manifestation", id="识别出的字间有空格"),
]


@pytest.mark.parametrize(("section", "role"), SHIPPED_HEADINGS)
def test_what_shipped_heading_words_say(lexicon: Lexicon, section: str, role: str) -> None:
    told = telling_heading(section, lexicon.heading_hints, lexicon.fold_table)
    assert told.role != UNTOLD
    assert ROLES[told.role] == role


EVIDENCE = [
    pytest.param("有的支部，学习制度挂在墙上，无人问津。", "学习制度挂在墙上", id="线索词所在的分句"),
    pytest.param("学习制度挂在墙上", "学习制度挂在墙上", id="全段只有一个分句"),
    pytest.param("他们说“制度嘛，挂在墙上”，说完就走。", "挂在墙上", id="不带半个引号"),
    pytest.param("他们说，“挂在墙上”的制度不少。", "“挂在墙上”的制度不少", id="成对的引号都带上"),
    pytest.param("有的單位,學習制度掛在\n牆上,無人問津。", "學習制度掛在\n牆上", id="引原文而不是折叠后的文字"),
    pytest.param(f"{'这个支部那个支部' * 10}挂在墙上", "挂在墙上", id="分句太长只引线索词"),
]


@pytest.mark.parametrize(("text", "evidence"), EVIDENCE)
def test_evidence_is_the_clause_that_says_it(corpus: Corpus, text: str, evidence: str) -> None:
    coder = RuleCoder(corpus.codebook, replace(corpus.lexicon, cues=(Cue("formalism", "挂在墙上", ""),)))
    labels = code_with(coder, passages_of([text], ["一、问题表现"])).labels
    assert list(labels.loc[labels["facet"] == "manifestation", "evidence"]) == [evidence]


FILLERS = [
    "要",
    "必须",
    "应当",
    "防止",
    "由于",
    "因此",
    "但是",
    "然而",
    "有的单位",
    "我局",
    "已经",
    "究其原因，",
    "建议",
]
FILLERS += ["，", "。", "；", "“", "”", "\n", "兩張皮", "业(yè)务(wù)", "xx", "各位领导", "问卷显示，", "30%"]
SECTIONS = ["", "一、问题表现", "二、原因分析＞（一）认识", "三、对策建议", "一、基本情况", "二、主要成效", "附件"]


@lru_cache(maxsize=1)
def samples(lexicon: Lexicon) -> tuple[str, ...]:
    """A plain text for every cue: gaps left empty, the first of every choice."""
    texts = (re.sub(r"\(([^|()]*)[^()]*\)", r"\1", cue.wording).replace("…", "") for cue in lexicon.cues)
    return tuple(sorted({text for text in texts if text}))


@given(data=st.data())
def test_no_code_outside_the_facet_of_its_role(corpus: Corpus, data: st.DataObject) -> None:
    words = st.one_of(st.sampled_from(samples(corpus.lexicon)), st.sampled_from(FILLERS))
    texts = st.lists(words, min_size=1, max_size=12).map("".join).filter(str.strip)
    rows = data.draw(st.lists(st.tuples(texts, st.sampled_from(SECTIONS)), min_size=1, max_size=6))
    passages = passages_of([text for text, _ in rows], [section for _, section in rows])
    for name in CODERS:
        labels = check(LABELS, coding_of(passages, corpus, name, Engine()).labels)
        text_of = dict(zip(passages["passage_id"], passages["text"], strict=True))
        roles = labels[labels["facet"] == "role"]
        assert list(roles["passage_id"]) == list(passages["passage_id"]), "每段恰有一个角色"
        assert set(roles["code"]) <= set(ROLES)
        assert roles["reason"].str.len().gt(0).all()
        role_of = dict(zip(roles["passage_id"], roles["code"], strict=True))
        for label in labels.itertuples():
            assert 0 <= label.start < label.end <= len(text_of[label.passage_id])
            assert label.evidence == text_of[label.passage_id][label.start : label.end]
            assert 0 <= label.score <= 1
            if label.facet != "role":
                assert label.facet == role_of[label.passage_id]
                assert label.code in corpus.codebook.of(label.facet)
                assert label.reason


@pytest.mark.parametrize("facet", CODED_FACETS)
def test_the_samples_reach_every_facet(corpus: Corpus, code_one: CodeOne, facet: str) -> None:
    """The law above would be empty if generated texts never got a code of this facet."""
    section = {"manifestation": "一、问题表现", "cause": "二、原因分析", "remedy": "三、对策建议"}[facet]
    reached = set().union(*(code_one(text, section).codes(facet) for text in samples(corpus.lexicon)[::29]))
    assert len(reached) >= 5


@given(data=st.data())
def test_a_document_is_coded_alone(corpus: Corpus, data: st.DataObject) -> None:
    words = st.one_of(st.sampled_from(samples(corpus.lexicon)), st.sampled_from(FILLERS))
    texts = data.draw(
        st.lists(st.lists(words, min_size=1, max_size=6).map("".join).filter(str.strip), min_size=2, max_size=4)
    )
    documents = [passages_of([text], document_id=name) for name, text in zip("甲乙丙丁", texts, strict=False)]
    passages = pd.concat(documents, ignore_index=True)
    for name in CODERS:
        whole = coding_of(passages, corpus, name, Engine()).labels
        parts = [coding_of(each, corpus, name, Engine()).labels for each in documents]
        pd.testing.assert_frame_equal(whole, LABELS.shape(pd.concat(parts, ignore_index=True)))


@pytest.mark.parametrize("name", list(CODERS))
def test_every_coder_keeps_the_contract(corpus: Corpus, name: str) -> None:
    coder = CODERS[name](corpus)
    assert coder.name
    passages = passages_of(["制度只是挂在墙上。", "要加强学习。"], ["", "三、对策"])
    readings = coder.read(passages)
    assert len(readings) == 2
    assert all(sum(reading.role.scores) == pytest.approx(1) for reading in readings)
    assert set(code_with(coder, passages).labels["coder"]) == {coder.name}
    assert len(code_with(coder, passages_of([])).labels) == 0


def test_an_unknown_coder_is_a_fault_of_the_user(corpus: Corpus) -> None:
    with pytest.raises(DataError, match="没有这个编码者"):
        coding_of(passages_of(["党建"]), corpus, "oracle", Engine())


def reading(role: str, *candidates: Candidate, unsure: bool = False) -> Reading:
    """A reading that is sure of ``role``."""
    scores = tuple(0.75 if name == role else 0.05 for name in ROLES)
    return Reading(RoleReading(scores, "测试"), candidates, (("cause", 0.5), ("remedy", 0.4)) if unsure else None)


def candidate(facet: str, code: str, start: int, score: float = 0.5) -> Candidate:
    """A candidate of two characters."""
    return Candidate(facet, code, start, start + 2, score, "测试")


@pytest.mark.parametrize("role", ROLES)
def test_the_gate_lets_only_the_roles_own_facet_through(role: str) -> None:
    everything = [candidate(facet, f"{facet}_code", 0) for facet in CODED_FACETS]
    labels = labels_of(passages_of(["党建业务"]), [reading(role, *everything)], "tester")
    assert set(labels["facet"]) == {"role"} | ({role} & set(CODED_FACETS))


def test_a_span_names_a_code_once_with_its_best_score() -> None:
    found = [
        candidate("cause", "a", 0, 0.3),
        candidate("cause", "a", 0, 0.9),
        candidate("cause", "a", 2, 0.4),
        candidate("cause", "b", 0),
    ]
    labels = labels_of(passages_of(["党建业务"]), [reading("cause", *found)], "tester")
    codes = labels[labels["facet"] == "cause"]
    assert codes[["code", "start", "score", "evidence"]].to_numpy().tolist() == [
        ["a", 0, 0.9, "党建"],
        ["a", 2, 0.4, "业务"],
        ["b", 0, 0.5, "党建"],
    ]


def test_ties_between_roles_go_to_the_first() -> None:
    assert RoleReading((1 / 6,) * 6, "").role == ROLES[0]


def test_the_abstained_are_listed_with_both_readings() -> None:
    passages = passages_of(["党建", "业务"])
    table = check(ABSTAINED, abstained_of(passages, [reading("cause"), reading("cause", unsure=True)]))
    assert table[["passage_id", "first", "second", "text"]].to_numpy().tolist() == [
        ["甲#0002", "cause", "remedy", "业务"]
    ]


def test_a_doubtful_code_is_no_sure_label_and_is_listed() -> None:
    passages = passages_of(["党建业务"])
    sure = replace(reading("cause", candidate("cause", "a", 0, 0.9), candidate("cause", "b", 2, 0.4)), sure=0.5)
    labels = labels_of(passages, [sure], "tester")
    assert labels.set_index("code")["sure"].to_dict() == {"cause": True, "a": True, "b": False}
    (row,) = check(ABSTAINED, abstained_of(passages, [sure])).itertuples()
    assert (row.first, row.doubtful) == ("cause", "b")


def test_no_code_of_a_doubtful_role_is_sure() -> None:
    doubtful = replace(reading("cause", candidate("cause", "a", 0, 0.9), unsure=True), sure=0.5)
    labels = labels_of(passages_of(["党建业务"]), [doubtful], "tester")
    assert not labels["sure"].any()


SAID = st.lists(
    st.sampled_from(["有的支部活动走过场", "但是", "要加强", "原因在于", "成效明显", "，", "。", "5%"]), max_size=9
)
HEADING_WORDS = st.sampled_from(["", "一、存在问题", "二、原因分析＞（一）认识不足", "三、对策", "＞", "无关的标题"])


@given(text=SAID.map("".join), section=HEADING_WORDS)
def test_a_rule_gives_every_role_a_share_and_one_the_largest(lexicon: Lexicon, text: str, section: str) -> None:
    hits, spoken = finder_for(lexicon).find(text), next(passage_signals(flat_of([text]), lexicon.speech))
    facets = {hit.code: "manifestation" for hit in hits}
    told = telling_heading(section, lexicon.heading_hints, lexicon.fold_table)
    reading = rule_role(text, told, hits, spoken, facets, lexicon.speech)
    assert sum(reading.scores) == pytest.approx(1)
    assert all(0 < score <= 1 for score in reading.scores)
    assert reading.scores[ROLES.index(reading.role)] == max(reading.scores)
    assert reading.reason
