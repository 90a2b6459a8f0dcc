"""Counts and shares: prevalence, trends, movements."""

from __future__ import annotations

from dataclasses import replace

from nlp.tables.schema import (
    DOCUMENT_ID,
    END,
    PASSAGE_ID,
    SHARE_OF_CODES,
    UNITS_OF_COUNT,
    Column,
    Table,
    code_column,
    coded_column,
    count_column,
    real_column,
    share_column,
    text_column,
)

PREVALENCE = Table(
    "prevalence",
    "占比",
    ("facet", "code", "group", "unit"),
    (
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        text_column("group", "分组"),
        *SHARE_OF_CODES,
        count_column("n_empty", "该组中清洗后没有文字的文档（不在分母里）"),
    ),
    sheet=10,
)
PREVALENCE_BY_UNIT = replace(PREVALENCE, name="prevalence_by_unit", title="分单位占比", sheet=20)
PREVALENCE_BY_FORM = replace(PREVALENCE, name="prevalence_by_form", title="分长短占比", sheet=30)
PREVALENCE_BY_YEAR = replace(PREVALENCE, name="prevalence_by_year", title="分年占比", sheet=40)
# 短材料: one passage, as a row of a table of summaries. 空: nothing was left by cleaning.
FORMS = ("全部", "报告", "短材料", "空")
GROUPINGS = ("单位类别", "年份")
PREVALENCE_WITHIN = Table(
    "prevalence_within",
    "分长短再分组的占比",
    ("form", "by", "facet", "code", "group", "unit"),
    (
        text_column("form", "数了哪些文档：只数报告、只数短材料（两种都有时才分开数）", allowed=FORMS[1:3]),
        text_column("by", "分组依据", allowed=GROUPINGS),
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        text_column("group", "分组"),
        *SHARE_OF_CODES,
    ),
    sheet=50,
)
COVERAGE = Table(
    "coverage",
    "数了哪些文档",
    ("by", "group"),
    (
        text_column("by", "分组依据", allowed=("全部", "篇幅", *GROUPINGS)),
        text_column("group", "分组"),
        count_column("n_documents", "文档数"),
        count_column("n_empty", "其中清洗后没有文字、不进任何分母的"),
        count_column("n_undated", "其中没有日期、不进趋势的"),
        count_column("n_passages", "段落数"),
        count_column("n_sources", "独立来源数"),
    ),
    sheet=90,
)
FREQUENCIES = ("Y", "H", "Q", "M")
ITEM_KINDS = ("term", "code", "role", "theme", "slogan", "phrase")
COUNTINGS = ("tokens", "overlay", "labels", "themes")
ITEM = (
    text_column(
        "kind",
        "对象：词项、代码、角色、主题、提法（slogan）、关注的说法（phrase）",
        allowed=ITEM_KINDS,
    ),
    coded_column("item", "词项、代码、主题编号或提法"),
    text_column("form", "数了哪些文档：全部、只数报告、只数短材料", allowed=FORMS[:3]),
    text_column("freq", "时间粒度：年 Y、半年 H、季 Q、月 M", allowed=FREQUENCIES),
)
COUNTING = text_column(
    "counting",
    "怎样数：tokens 按切出的词；overlay 在原文上叠加匹配，长词里的短词也数；labels 按标注；themes 按主题",
    allowed=COUNTINGS,
)
OCCURRENCES = Table(
    "occurrences",
    "出现之处",
    ("kind", "item", "passage_id", "start"),
    (
        *ITEM[:2],
        COUNTING,
        PASSAGE_ID,
        DOCUMENT_ID,
        count_column("start", "起点（字符，含），自段落开头；主题不分起止，都为 0"),
        END,
        Column("sure", "bool", "代码和角色是否确定；其余的对象都确定"),
    ),
    in_tables=False,
    no_sheet="每次出现一行，太长",
)
OCCURRENCE_COUNTS = Table(
    "occurrence_counts",
    "出现的次数：逐篇",
    ("kind", "item", "counting", "document_id"),
    (
        *ITEM[:2],
        COUNTING,
        DOCUMENT_ID,
        count_column("n", "出现的次数，不数存疑的"),
        count_column("n_passages", "出现的段落数，不数存疑的"),
        count_column("n_passages_with_doubtful", "出现的段落数，连同存疑的"),
        text_column("first_passage", "首见的段落，存疑的不算", nullable=True),
    ),
    in_tables=False,
    no_sheet="中间表",
)
TERM_COUNTS = Table(
    "term_counts",
    "词的次数：逐篇",
    ("group", "document_id", "term"),
    (
        text_column("group", "分组（段落的角色等）", nullable=True),
        DOCUMENT_ID,
        text_column("term", "词项（折叠后的写法）"),
        count_column("n", "词次"),
    ),
    in_tables=False,
    no_sheet="中间表",
)
CODE_COUNTS = Table(
    "code_counts",
    "代码的段落数：逐篇",
    ("facet", "code", "document_id"),
    (
        coded_column("facet", "维度；为空指全部", nullable=True),
        code_column("code", "代码；为空指有标注的全部段落", nullable=True),
        DOCUMENT_ID,
        count_column("n", "段落数：代码和角色只数确定的"),
        count_column("n_with_doubtful", "连同存疑的段落数"),
    ),
    in_tables=False,
    no_sheet="中间表",
)
TRENDS = Table(
    "trends",
    "趋势",
    ("kind", "item", "form", "freq", "period", "unit"),
    (
        *ITEM,
        text_column("period", "时期"),
        *SHARE_OF_CODES,
        count_column("n_occurrences", "词出现的次数（代码为确定的标注条数）"),
        COUNTING,
        Column("solid", "bool", "该时期的分母够大（文档五篇以上），可以画成实心"),
        text_column("first_passage", "该时期首见的段落", nullable=True),
    ),
    sheet=130,
)
TRENDS_SUMMARIES = replace(
    TRENDS,
    name="trends_summaries",
    title="短材料的趋势",
    sheet=0,
    no_sheet="报告和短材料都有时，趋势表只数报告；短材料的在 tables/ 里",
)
DIRECTIONS = ("登场", "退场", "上升", "下降", "看不出方向", "太少")
MOVEMENTS = Table(
    "movements",
    "走势",
    ("kind", "item", "form", "freq", "unit"),
    (
        *ITEM,
        text_column("unit", "计数单位", allowed=UNITS_OF_COUNT[1:]),
        count_column("n", "有日期的文档（或来源）中有它的"),
        count_column("denominator", "有日期的文档（或来源）"),
        count_column("n_periods", "有文档的时期数"),
        count_column("n_solid", "其中分母够大的时期数"),
        text_column("first_period", "首见的时期", nullable=True),
        text_column("last_period", "末见的时期", nullable=True),
        text_column("first_passage", "首见的段落", nullable=True),
        text_column("direction", "走势", allowed=DIRECTIONS),
        real_column("slope", "每期占比的变化（Theil–Sen 斜率，只用分母够大的时期）", nullable=True),
        share_column("slope_low", "斜率 95% 区间下限", nullable=True),
        share_column("slope_high", "斜率 95% 区间上限", nullable=True),
        real_column("tau", "时期占比与时间的秩相关（Kendall τ-b）", nullable=True),
        real_column("p_periods", "对各时期占比的 Mann–Kendall 检验的 p", nullable=True),
        real_column("p", "对逐篇文档的 Mann–Kendall 检验的 p", nullable=True),
        real_column("q", "p 经同一张表内的多重比较校正（Benjamini–Hochberg）", nullable=True),
        text_column("earlier", "前一段时期"),
        count_column("n_earlier", "前一段中有它的"),
        count_column("denominator_earlier", "前一段的分母"),
        share_column("share_earlier", "前一段的占比", nullable=True),
        text_column("later", "后一段时期"),
        count_column("n_later", "后一段中有它的"),
        count_column("denominator_later", "后一段的分母"),
        share_column("share_later", "后一段的占比", nullable=True),
        share_column("change", "占比之差 = 后一段 − 前一段", nullable=True),
        share_column("change_low", "差的 95% 区间下限（Newcombe）", nullable=True),
        share_column("change_high", "差的 95% 区间上限", nullable=True),
    ),
    sheet=100,
)
BURSTS = Table(
    "bursts",
    "突增",
    ("kind", "item", "form", "freq", "start"),
    (
        *ITEM,
        text_column("start", "突增开始的时期"),
        text_column("end", "突增结束的时期（含）"),
        count_column("n", "期间有它的文档数"),
        count_column("denominator", "期间的文档数"),
        share_column("share", "期间的占比"),
        real_column("base_share", "全部时期的占比"),
        real_column("weight", "突增的强度（两种状态的代价之差）"),
        text_column("first_passage", "期间首见的段落", nullable=True),
    ),
    sheet=110,
)
TURNOVER = Table(
    "turnover",
    "提法更替与问题内容",
    ("form", "freq", "period"),
    (
        text_column("form", "数了哪些文档", allowed=FORMS[:3]),
        text_column("freq", "时间粒度", allowed=FREQUENCIES),
        text_column("period", "时期"),
        count_column("denominator", "文档数"),
        Column("solid", "bool", "该时期的分母够大"),
        count_column("n_slogans", "该期出现的提法数"),
        count_column("n_new", "其中前面各期都没有的"),
        count_column("n_gone", "上一期有而该期没有的"),
        real_column("slogan_change", "提法的更替：与上一期占比结构的距离（0 不变，1 全换）", nullable=True),
        real_column("problem_change", "问题表现的更替：同一算法用于表现代码", nullable=True),
        text_column("slogans", "该期最多的提法（文档数）", nullable=True),
    ),
    sheet=120,
)
