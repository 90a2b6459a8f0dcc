"""What reports say of themselves in a form that can be listed: survey figures, measures with their marks, ledgers."""

from __future__ import annotations

from nlp.tables.schema import (
    DOCUMENT_ID,
    END,
    PASSAGE_ID,
    ROLES,
    START,
    Column,
    Table,
    coded_column,
    count_column,
    long_column,
    ratio_column,
    share_column,
    text_column,
)

FIGURE_KINDS = ("占比", "计数")
SEVERAL = ("写明多选", "合计超过100%", "像是多选")
ORGAN = text_column("organ", "单位", nullable=True)
YEAR = text_column("year", "年份", nullable=True)

STATES = ("完成", "未完成", "不明")
LEDGER = Table(
    "ledger",
    "台账",
    ("document_id", "row"),
    (
        DOCUMENT_ID,
        count_column("row", "清单的第几行，在这篇文档里从 1 起"),
        ORGAN,
        long_column("problem", "问题", nullable=True),
        text_column("problem_codes", "问题的代码", nullable=True),
        long_column("cause", "原因", nullable=True),
        text_column("cause_codes", "原因的代码", nullable=True),
        long_column("measure", "措施", nullable=True),
        text_column("measure_codes", "措施的代码", nullable=True),
        text_column("person", "责任人", nullable=True),
        text_column("deadline", "时限，照原文", nullable=True),
        text_column("due", "时限的日子；只写到月的算月底", nullable=True),
        text_column("status", "状态，照原文", nullable=True),
        text_column("state", "完成没有", allowed=STATES),
        Column(
            "overdue", "bool", "到 --as-of 那一天是否逾期：有日子、过了日子、没有完成；没有给日期的为空", nullable=True
        ),
        text_column("missing", "有问题而缺的：原因、措施、责任人、时限", nullable=True),
        Column(
            "unanswered",
            "bool",
            "措施的代码是否一个也不对应问题和原因的代码（corpus/codebook/answers.csv）；缺代码的为空",
            nullable=True,
        ),
    ),
    sheet=54,
    no_rows="没有读到问题、原因、措施成列的清单",
)
SURVEY_FIGURES = Table(
    "survey_figures",
    "调查数据",
    ("passage_id", "start"),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        ORGAN,
        YEAR,
        coded_column("role", "所在段落的角色", nullable=True, allowed=ROLES),
        text_column("kind", "占比，或人数、个数", allowed=FIGURE_KINDS),
        text_column("figure", "原文的写法"),
        share_column("share", "占比；隐去的（xx%）为空", nullable=True),
        count_column("n", "人数或个数；没有写或隐去的为空", nullable=True),
        count_column("denominator", "分母；没有写或隐去的为空", nullable=True),
        text_column("denominator_from", "分母出自哪里：同一句，或同一篇里收回的问卷", nullable=True),
        text_column("observed", "占的是谁的几成：受访者、支部、会议记录……", nullable=True),
        long_column("question", "问卷的题目；没有写的为空", nullable=True),
        long_column("statement", "这个数说的是什么"),
        Column("hidden", "bool", "数字是否隐去（xx%）"),
        text_column("several", "是否多选，凭什么说；空为不是或看不出", nullable=True, allowed=SEVERAL),
        START,
        END,
        long_column("quotation", "数字所在的一句，照原文"),
    ),
    sheet=52,
    no_rows="没有找到问卷、访谈、抽查所得的占比和人数",
)
MARKS = {"who": "谁来做", "what": "做什么", "when": "什么时候", "measured": "怎么衡量"}
COMMITMENTS = Table(
    "commitments",
    "实招与虚话",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        ORGAN,
        YEAR,
        count_column("n_marks", "四样写明了几样；说的是措辞，不是工作"),
        *(Column(mark, "bool", f"写明了{name}") for mark, name in MARKS.items()),
        *(text_column(f"{mark}_words", f"凭哪些字说写明了{name}", nullable=True) for mark, name in MARKS.items()),
        long_column("text", "对策段落的原文；雷同的不列"),
    ),
    sheet=56,
    no_rows="没有对策段落",
)
COMMITMENTS_BY_UNIT = Table(
    "commitments_by_unit",
    "各单位的实招",
    ("organ",),
    (
        text_column("organ", "单位"),
        count_column("n", "对策段落数"),
        ratio_column("mean_marks", "平均写明几样（0–4）；说的是措辞，不是工作"),
        *(share_column(mark, f"写明{name}的占比") for mark, name in MARKS.items()),
        share_column("four", "四样都写明的占比"),
        share_column("none", "一样也没写明的占比"),
        long_column("best", "写得最实的一段"),
        long_column("emptiest", "写得最虚的一段"),
    ),
    sheet=58,
    no_rows="对策段落都没有单位",
)
