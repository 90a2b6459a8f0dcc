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
    share_column,
    text_column,
)

FIGURE_KINDS = ("占比", "计数")
SEVERAL = ("写明多选", "合计超过100%", "像是多选")
ORGAN = text_column("organ", "单位", nullable=True)
YEAR = text_column("year", "年份", nullable=True)

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
