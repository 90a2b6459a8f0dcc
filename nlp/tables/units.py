"""What each unit writes: its material, its codes year by year, and how many units write of a code."""

from __future__ import annotations

from nlp.tables.schema import (
    DOCUMENT_ID,
    PASSAGE_ID,
    UNIT_KINDS,
    Table,
    code_column,
    coded_column,
    count_column,
    share_column,
    text_column,
)

UNIT = text_column("unit", "单位（文档写明的；没有写明单位的文档不在内）")
KIND = text_column("kind_of_unit", "单位类别", nullable=True, allowed=UNIT_KINDS)
UNITS = Table(
    "units",
    "单位",
    ("unit",),
    (
        UNIT,
        KIND,
        count_column("n_documents", "有文字的文档数"),
        count_column("n_passages", "段落数"),
        text_column("years", "文档的年份，以“、”相连", nullable=True),
        text_column("genres", "文档的文体，以“、”相连", nullable=True),
        count_column("n_manifestations", "确定写到的问题表现种数"),
        count_column("n_causes", "确定写到的成因种数"),
        count_column("n_remedies", "确定写到的对策种数"),
        count_column("n_open", "写了问题或成因而没有写到相应对策的种数；不足五段的单位不看，记 0"),
        count_column("place", "问题表现种数在同类单位中的名次，多的在前，并列同名次"),
        count_column("n_of_kind", "同类单位数（连同自己）"),
    ),
    sheet=14,
)
UNIT_CODES = Table(
    "unit_codes",
    "单位与代码",
    ("unit", "period", "facet", "code"),
    (
        UNIT,
        KIND,
        text_column("period", "时期：全部，或某一年；没有日期的只在“全部”里"),
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        count_column("n", "写到的文档数：只数确定的"),
        count_column("denominator", "该单位该时期有文字的文档数"),
        count_column("n_passages", "段落数：只数确定的"),
        count_column("n_with_doubtful", "连同存疑的文档数"),
        count_column("n_passages_with_doubtful", "连同存疑的段落数"),
        DOCUMENT_ID,
        PASSAGE_ID,
    ),
    sheet=15,
)
UNIT_SHARES = Table(
    "unit_shares",
    "写到的单位",
    ("facet", "code", "group"),
    (
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        text_column("group", "分组：全部，或单位类别"),
        count_column("n", "写到的单位数：只数确定的"),
        count_column("denominator", "单位数"),
        share_column("share", "占比 = 次数/分母", nullable=True),
        share_column("low", "95% 区间下限（Wilson）", nullable=True),
        share_column("high", "95% 区间上限（Wilson）", nullable=True),
        count_column("n_with_doubtful", "连同存疑的单位数"),
        share_column("share_with_doubtful", "连同存疑的占比", nullable=True),
    ),
    sheet=16,
)
