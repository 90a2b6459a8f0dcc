"""Survey figures: shares and counts of people, branches, records are found; dates, money, ranks, growth are not."""

from __future__ import annotations

import pandas as pd
import pytest
from made import documents_of, labels_of, passages_of

from nlp.corpus.folder import Corpus
from nlp.corpus.harvest import Patterns, load_patterns
from nlp.measures.survey import FILE, VALUES, figures_of, survey_figures

# What stands between ｛｝ is a survey figure that a reader would list.
SENTENCES = [
    "问卷显示，｛15.4%｝的干部有过“三会一课”请假的经历。",
    "问卷显示，｛29.2％｝的受访者认为本单位遇事先保业务。",
    "｛70％｝的基层党支部书记自认存在“本领恐慌”，盼着能系统学一学党建知识。",
    "问卷中，近｛三成｝党员说不出本支部全年的工作重点。",
    "座谈了解到，｛七成以上｝的单位把党建安排放在年底集中补。",
    "走访中，｛近半数｝支部书记坦言抽不出整块时间抓党务。",
    "个别访谈的｛61人中有42人｝认为考核主要看痕迹。",
    "问卷中，有xx人认为“好”，占｛x%｝；xx人认为“较好”，占｛x%｝。",
    "关于“您认为党建工作存在哪些问题（可多选）”，选择“内容单一”的占｛46.5%｝，选择“形式呆板”的占｛58.1%｝，选择“缺少载体”的占｛33.0%｝。",
    "抽查的｛15个支部中，有9个｝的会议记录与考勤对不上。",
    "在“您如何看待党建与业务的关系”一题中，｛百分之六十四｝的人选择“相互促进”。",
    "受访职工中，｛不足两成｝能说全本支部的委员分工。",
    "测评显示，群众对机关党建的满意度为｛86.3%｝。",
    "随机询问的｛20名党员中，仅6名｝答得出最近一次党课讲了什么。",
    "认为“党建工作太虚”的占｛41.7%｝，认为“没有时间抓”的占｛35.2%｝。",
    "翻阅会议记录发现，｛六成｝议题是传达文件，真正研究业务难题的｛不到一成｝。",
    "｛三分之二｝的支部书记由业务科长兼任。",
    "有｛37名受访者｝表示党课“听完就忘”。",
    "调查表明，｛超过半数｝的青年职工没有参加过志愿服务活动。",
    "收回的问卷中，｛22.6%｝的人选择“说不清”。",
    "谈话的｛12名处长里有8名｝承认党建工作由别人代笔总结。",
    "填答者中，一线人员占｛58.4%｝，党员占｛43%｝。",
    "抽看的｛30本学习笔记中有21本｝内容雷同。",
    "问到“支部能否帮您解决困难”，｛52.3%｝的医生选了“很少”。",
    "｛八成五｝的受访教师希望把组织生活同教研活动合起来办。",
    "党务干部中具有业务经历的只有｛三成多｝。",
    "xx%".join(["据问卷统计，｛", "｝的职工认为党建考核“走过场”。"]),
    "调研的9家企业里，｛四成左右｝的班组没有党员。",
    "座谈时，｛14人｝提到任务多头下派、重复报表。",
    "有效答卷中，｛18.9%｝的党员表示没有读过本支部的年度计划。",
    # no survey figures: dates, money, ranks, growth, weights, targets, progress
    "2023年6月15日，市直机关工委召开推进会，37个部门参加。",
    "全年安排党建经费120万元，占年度预算的1.5%。",
    "我局在全市机关党建考核中名列第3，排名前10%。",
    "今年一季度营业收入同比增长12.6%，利润增长8.3%。",
    "交办事项按期办结率由81%提高到96%。",
    "党建工作在综合考核中的权重只有5%，而业务指标占到80%。",
    "要求专职党务干部配备比例不低于1%。",
    "截至11月底，整改任务已完成92%，其余3项年内销号。",
    "全县共有党支部214个、党员3687名。",
    "会议安排了3项议程，历时2个半小时。",
    "学习贯彻党的二十大精神，落实“两个维护”。",
    "办理时限压缩了35%，跑动次数减少一半。",
    "项目总投资4.2亿元，已拨付六成资金。",
    "力争到2025年，五星级支部达到30%以上。",
    "第三季度客户投诉下降21.4%，比去年同期低6个百分点。",
    "按每名党员每年200元的标准列支活动经费。",
    "支部每月至少组织1次主题党日，每季度上1次党课。",
    "“三会一课”“四个意识”要落实到每一个支部。",
    "党员发展计划完成了全年目标的八成。",
    "该厂产品市场占有率达到23%，居全省第二。",
    "严格落实“一岗双责”，做到100%全覆盖。",
    "文件以党发〔2022〕15号印发，共七章四十二条。",
    "电话02-5550100，办公室在3楼306室。",
    "这项改革成为全市样板，三成把握也要全力争取。",
    "奖金的三成与党建考核挂钩，其余按业务实绩发放。",
    "活动持续一个半月，服务群众2300余人次。",
    "绿化面积占厂区总面积的35%。",
    "设备完好率98.7%，一次验收合格率100%。",
    "党支部书记年终述职得分不得低于80分。",
    "贷款利率下调0.25个百分点，为企业节省成本三成。",
]
ENOUGH = 0.9


@pytest.fixture(scope="module")
def patterns(corpus: Corpus) -> Patterns:
    """The shipped patterns."""
    return load_patterns(corpus.folder, FILE, VALUES)


def found_in(text: str, corpus: Corpus, patterns: Patterns) -> list[dict[str, object]]:
    """Rows of one text."""
    return list(figures_of(text, patterns, corpus.lexicon.fold_table))


def marked(sentence: str) -> tuple[str, list[tuple[int, int]]]:
    """A sentence without its marks, and what stood between them."""
    plain, spans, begin = "", [], 0
    for char in sentence:
        if char == "｛":
            begin = len(plain)
        elif char == "｝":
            spans.append((begin, len(plain)))
        else:
            plain += char
    return plain, spans


def test_precision_and_recall_on_sixty_sentences(corpus: Corpus, patterns: Patterns) -> None:
    right = wrong = missed = 0
    faults = []
    for sentence in SENTENCES:
        text, spans = marked(sentence)
        rows = found_in(text, corpus, patterns)
        hits = [any(row["start"] < end and start < row["end"] for row in rows) for start, end in spans]
        extra = [r["figure"] for r in rows if not any(r["start"] < end and start < r["end"] for start, end in spans)]
        right, wrong, missed = right + sum(hits), wrong + len(extra), missed + hits.count(False)
        if extra or not all(hits):
            faults.append((sentence, extra))
    assert len(SENTENCES) == 60
    assert right / (right + wrong) >= ENOUGH, faults
    assert right / (right + missed) >= ENOUGH, faults


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "问卷显示，15.4％的干部有过请假的经历。",
            {"kind": "占比", "share": 0.154, "observed": "干部", "statement": "干部有过请假的经历", "hidden": False},
            id="全角百分号",
        ),
        pytest.param(
            "个别访谈的61人中有42人认为考核主要看痕迹。",
            {"kind": "计数", "share": None, "n": 42, "denominator": 61, "denominator_from": "同一句", "observed": "人"},
            id="几人中有几人",
        ),
        pytest.param(
            "关于“您认为存在哪些问题（可多选）”，选择“内容单一”的占46.5%。",
            {"question": "您认为存在哪些问题（可多选）", "statement": "选择“内容单一”", "several": "写明多选"},
            id="题目和多选",
        ),
        pytest.param(
            "关于“您认为存在什么问题”，选“甲”的占60%，选“乙”的占50%，选“丙”的占30%。",
            {"several": "合计超过100%", "statement": "选“甲”"},
            id="相加超过一",
        ),
        pytest.param(
            "问卷中，有xx人认为“较好”，占x%。",
            {"hidden": True, "share": None, "n": None, "statement": "有xx人认为“较好”"},
            id="隐去的数字",
        ),
        pytest.param("受访党员中七成五说不清分工。", {"share": 0.75, "observed": "受访党员"}, id="七成五"),
        pytest.param("三分之二的支部书记由科长兼任。", {"share": 0.666667, "observed": "支部书记"}, id="几分之几"),
        pytest.param("近半数支部没有专职书记。", {"share": 0.5, "figure": "近半数", "observed": "支部"}, id="近半数"),
        pytest.param("有37人反映任务太多，占受访者的61%。", {"share": 0.61, "n": 37, "kind": "占比"}, id="人数带占比"),
    ],
)
def test_a_figure_says_what_it_is(text: str, expected: dict[str, object], corpus: Corpus, patterns: Patterns) -> None:
    row = found_in(text, corpus, patterns)[0]
    assert {name: row[name] for name in expected} == expected
    assert text[row["start"] : row["end"]] == row["figure"]
    assert row["quotation"] in text


def test_unit_year_role_and_the_questionnaires_of_the_document(corpus: Corpus, patterns: Patterns) -> None:
    texts = ["共收回有效问卷320份。", "问卷显示，三成党员没有读过计划。", "认为“太虚”的占四成。"]
    documents = documents_of("".join(texts), dates=["2023-05"]).assign(organ="云江市某局")
    labels = labels_of(("甲#0002", "role", "manifestation"))
    rows = survey_figures(passages_of(texts), documents, labels, patterns, corpus.lexicon.fold_table)
    facts = rows[["organ", "year", "role", "denominator"]].astype(object).where(rows.notna(), None)
    assert facts.to_numpy().tolist() == [
        ["云江市某局", "2023", "manifestation", 320],
        ["云江市某局", "2023", None, None],
    ]


def test_the_real_essays(compilation: object, corpus: Corpus, patterns: Patterns) -> None:
    rows = found_in(compilation.read_text(encoding="utf-8"), corpus, patterns)  # type: ignore[attr-defined]
    assert [row["share"] for row in rows if not row["hidden"]] == [0.154, 0.292, 0.7]
    assert sum(bool(row["hidden"]) for row in rows) >= 20
    assert not any(word in str(row["figure"]) for row in rows for word in "年月日元")


def test_a_corpus_folder_without_patterns_harvests_nothing(tmp_path: object, corpus: Corpus) -> None:
    none = load_patterns(tmp_path, FILE, VALUES)  # type: ignore[arg-type]
    labels = labels_of(("甲#0001", "role", "context"))
    texts = ["问卷显示，三成党员没有读过计划。"]
    found = survey_figures(passages_of(texts), documents_of(*texts), labels, none, corpus.lexicon.fold_table)
    assert isinstance(found, pd.DataFrame)
    assert found.empty
