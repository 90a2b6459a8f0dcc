"""How far to trust a coder and a draft: agreement, evidence, settings."""

from __future__ import annotations

from nlp.tables.schema import (
    Table,
    code_column,
    coded_column,
    count_column,
    long_column,
    real_column,
    share_column,
    text_column,
)

AGREEMENT = Table(
    "agreement",
    "一致性",
    ("facet", "code"),
    (
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        count_column("n", "段落数"),
        count_column("n_gold", "标准中有该代码的段落数"),
        count_column("n_coder", "编码者给出该代码的段落数"),
        real_column("precision", "查准率", nullable=True),
        real_column("recall", "查全率", nullable=True),
        real_column("f1", "F1", nullable=True),
        real_column("kappa", "Cohen κ", nullable=True),
        real_column("alpha", "Krippendorff α", nullable=True),
        share_column("low", "κ 的 95% 区间下限（按文档自助抽样）", nullable=True),
        share_column("high", "κ 的 95% 区间上限", nullable=True),
    ),
    in_tables=False,
    no_sheet="由命令 evaluate 写出",
)
WAYS_OF_COUNTING = ("取值", "绝对值", "行数", "非空行数", "不同值个数", "最早年份", "最晚年份", "片段")
EVIDENCE = Table(
    "evidence",
    "证据",
    ("number", "part"),
    (
        count_column("number", "证据编号：报告底稿里句末的〔证据 N〕"),
        count_column("part", "该句里的第几处，从 1 起"),
        long_column("statement", "底稿里的句子；表格的一行以制表符相连"),
        count_column("start", "该处在句子里的起点（字符，含）"),
        count_column("end", "该处在句子里的终点（字符，不含）"),
        text_column("shown", "该处写出的数字、引文或名称"),
        real_column("value", "数值；占比为 0–1；引文和名称为空", nullable=True),
        text_column("unit", "单位", nullable=True),
        count_column("denominator", "占比的分母", nullable=True),
        text_column("sheet", "取自哪张工作表"),
        text_column("filter", "取哪些行：每行一个条件“列 = 值”，值为空指空单元格；为空指全部行", nullable=True),
        text_column("column", "取哪一列", nullable=True),
        text_column("how", "怎么取", allowed=WAYS_OF_COUNTING),
        count_column("slice_start", "片段的起点（字符，含）；引文的内层引号改为单引号", nullable=True),
        count_column("slice_end", "片段的终点（字符，不含）", nullable=True),
        text_column("passage_id", "可以核对的段落（引文则为其所在）", nullable=True),
    ),
    sheet=370,
)
SETTINGS = Table(
    "settings",
    "口径",
    ("name",),
    (
        text_column("name", "口径"),
        real_column("value", "数值"),
        text_column("meaning", "含义"),
    ),
    sheet=380,
)
