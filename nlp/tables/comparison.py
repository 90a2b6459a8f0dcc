"""What changed between two results: codes, roles, themes, and what every unit wrote then and now."""

from __future__ import annotations

from nlp.tables.schema import (
    FACETS,
    Column,
    Table,
    coded_column,
    count_column,
    long_column,
    ratio_column,
    real_column,
    share_column,
    text_column,
)

CHANGES = ("新出现", "消失", "增加", "减少", "不变", "只在今年", "只在去年")
COMPARED = ("代码", "角色", "主题")
COMPARISON = Table(
    "comparison",
    "对比",
    ("kind", "facet", "item"),
    (
        text_column("kind", "比的是什么", allowed=COMPARED),
        coded_column("facet", "维度", allowed=FACETS),
        text_column("item", "代码、角色或主题的编号"),
        text_column("name", "名称"),
        text_column("unit", "计数单位：独立来源；配对时是两边都有的单位；角色是各篇里这种段落的平均占比"),
        count_column("n_old", "去年有它的个数", nullable=True),
        count_column("denominator_old", "去年的分母"),
        share_column("share_old", "去年的占比", nullable=True),
        count_column("n_new", "今年有它的个数", nullable=True),
        count_column("denominator_new", "今年的分母"),
        share_column("share_new", "今年的占比", nullable=True),
        ratio_column("difference", "占比之差 = 今年 - 去年", nullable=True),
        ratio_column("low", "差的 95% 区间下限", nullable=True),
        ratio_column("high", "差的 95% 区间上限", nullable=True),
        real_column("p", "p 值：Fisher 精确检验；配对时 McNemar 精确检验；角色用秩检验", nullable=True),
        real_column("p_adjusted", "校正后的 p 值（BH 法，代码和角色一起；角色先按个数加倍）", nullable=True),
        text_column("change", "写法上的变化", allowed=CHANGES),
        Column("reliable", "bool", "变化是否可靠：校正后的 p 小于 0.05，差的区间不含 0"),
        text_column("note", "为什么没有比", nullable=True),
        long_column("quotation_old", "去年的一处原文", nullable=True),
        long_column("quotation_new", "今年的一处原文", nullable=True),
    ),
    in_tables=False,
    no_sheet="由命令 compare 写出",
)
COMPARISON_UNITS = Table(
    "comparison_units",
    "各单位的对比",
    ("organ", "facet"),
    (
        text_column("organ", "单位"),
        coded_column("facet", "维度", allowed=FACETS),
        count_column("documents_old", "去年的文档数"),
        count_column("documents_new", "今年的文档数"),
        text_column("gone", "去年写到、今年没有写到的代码", nullable=True),
        text_column("kept", "两年都写到的代码", nullable=True),
        text_column("added", "今年新写到的代码", nullable=True),
        long_column("quotation_old", "去年写到、今年没有写到的一处原文", nullable=True),
        long_column("quotation_new", "今年新写到的一处原文", nullable=True),
    ),
    in_tables=False,
    no_sheet="由命令 compare 写出",
)
