"""Themes, how their number was chosen, and what they have to do with the codes."""

from __future__ import annotations

from nlp.tables.schema import (
    DOCUMENT_ID,
    LIFT,
    PASSAGE_ID,
    SHARE,
    Column,
    Table,
    code_column,
    coded_column,
    count_column,
    long_column,
    real_column,
    share_column,
    text_column,
)

THEMES = Table(
    "themes",
    "主题",
    ("theme_id",),
    (
        text_column("theme_id", "主题编号"),
        coded_column("facet", "维度", allowed=("manifestation", "cause", "remedy")),
        text_column("label", "名称"),
        count_column("n_passages", "段落数（以该主题为主）"),
        count_column("n_documents", "文档数"),
        count_column("n_sources", "独立来源数"),
        share_column("share", "占该维度段落的比例"),
        real_column("coherence", "连贯性（NPMI）", nullable=True),
        share_column("stability", "稳定性（文档重抽样中再现的比例）", nullable=True),
        Column("shown", "bool", "是否列出（不稳定的不列出）"),
        coded_column("codes", "与之相伴最多的代码", nullable=True),
        text_column("years", "较多见的年份（段落数）", nullable=True),
        text_column("units", "较多见的单位类别（段落数）", nullable=True),
    ),
    sheet=180,
)
THEME_NOTES = Table(
    "theme_notes",
    "主题的说明",
    ("facet",),
    (coded_column("facet", "维度"), long_column("note", "有多少段落、多少主题；没有主题时为什么")),
    in_tables=False,
    no_sheet="写在报告的主题一节",
)
THEME_TERMS = Table(
    "theme_terms",
    "主题的词项",
    ("theme_id", "rank"),
    (
        text_column("theme_id", "主题编号"),
        count_column("rank", "名次"),
        text_column("term", "词项"),
        real_column("weight", "权重"),
    ),
    sheet=190,
)
THEME_PASSAGES = Table(
    "theme_passages",
    "主题的段落",
    ("theme_id", "passage_id"),
    (
        text_column("theme_id", "主题编号"),
        PASSAGE_ID,
        DOCUMENT_ID,
        real_column("weight", "段落属于该主题的程度（0–1）"),
        Column("quoted", "bool", "是否选作引文"),
    ),
    sheet=200,
)
SELECTION = Table(
    "selection",
    "主题数的选择",
    ("facet", "n_topics", "seed"),
    (
        coded_column("facet", "维度"),
        count_column("n_topics", "主题数"),
        count_column("seed", "随机种子"),
        real_column("coherence", "连贯性（NPMI）"),
        real_column("c_v", "连贯性（c_v，按正确的窗口计数）"),
        real_column("diversity", "主题间用词不重复的比例"),
        share_column("stability", "在这次重抽样中再现的主题的比例"),
        share_column("coverage", "有主题集中其段落的代码的比例", nullable=True),
        Column("chosen", "bool", "是否采用"),
    ),
    sheet=240,
)
SHARES = ("stability", "coverage")
DECISION = Table(
    "decision",
    "主题数的决策表",
    ("facet", "n_topics"),
    (
        coded_column("facet", "维度"),
        count_column("n_topics", "主题数"),
        text_column("model", "主题模型"),
        *(
            (share_column if name in SHARES and not tail else real_column)(
                f"{name}{tail}", f"{meaning}{word}", nullable=True
            )
            for name, meaning in (
                ("coherence", "连贯性（NPMI）"),
                ("c_v", "连贯性（c_v）"),
                ("diversity", "多样性"),
                ("stability", "稳定性"),
                ("coverage", "代码覆盖"),
            )
            for tail, word in (("", "，各次重抽样的平均"), ("_spread", "的标准差"))
        ),
        count_column("n_stable", "稳定的主题数"),
        count_column("merit", "稳定的主题数减六倍不稳定的主题数"),
        Column("chosen", "bool", "是否推荐"),
        long_column("reason", "推荐的理由；相邻主题数的代价", nullable=True),
    ),
    sheet=230,
)
THEME_SHARES = Table(
    "theme_shares",
    "主题的占比",
    ("theme_id", "unit"),
    (text_column("theme_id", "主题编号"), *SHARE),
    no_sheet="主题表里有占比",
)
THEME_QUOTATIONS = Table(
    "theme_quotations",
    "主题的引文",
    ("theme_id", "rank"),
    (
        text_column("theme_id", "主题编号"),
        count_column("rank", "名次"),
        PASSAGE_ID,
        DOCUMENT_ID,
        text_column("source_group", "独立来源"),
        text_column("title", "文档标题", nullable=True),
        long_column("section", "标题路径", nullable=True),
        count_column("position", "在文档中的次序"),
        long_column("text", "段落原文"),
    ),
    no_sheet="主题的段落表里标明了引文",
)
THEME_SPREAD = Table(
    "theme_spread",
    "主题的年份与单位",
    ("theme_id", "by", "group"),
    (
        text_column("theme_id", "主题编号"),
        text_column("by", "分组依据", allowed=("年份", "单位类别")),
        text_column("group", "分组"),
        *LIFT,
        Column("strong", "bool", "是否明显偏多"),
    ),
    no_sheet="主题表里有较多见的年份和单位类别",
)
CROSSWALK = Table(
    "crosswalk",
    "主题与代码的对照",
    ("theme_id", "code"),
    (
        text_column("theme_id", "主题编号"),
        code_column("code", "代码"),
        *LIFT,
        real_column("share_of_theme", "该主题的段落中带该代码的比例"),
        real_column("share_of_code", "带该代码的段落中属于该主题的比例"),
    ),
    sheet=210,
)
PROPOSALS = Table(
    "proposals",
    "编码表的候选修订",
    ("facet", "kind", "item"),
    (
        coded_column("facet", "维度"),
        text_column("kind", "性质", allowed=("新代码", "由代码分出", "没有主题的代码")),
        coded_column("item", "主题编号或代码"),
        text_column("label", "名称"),
        code_column("code", "最相近的代码", nullable=True),
        count_column("n_passages", "段落数"),
        share_column("stability", "稳定性", nullable=True),
        long_column("reason", "理由"),
        text_column("quotations", "可引的段落", nullable=True),
    ),
    sheet=220,
)
