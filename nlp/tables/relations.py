"""What stands beside what: links, chains, gaps, copies."""

from __future__ import annotations

from nlp.tables.schema import (
    DOCUMENT_ID,
    PASSAGE_ID,
    Table,
    code_column,
    coded_column,
    count_column,
    long_column,
    ratio_column,
    real_column,
    share_column,
    text_column,
)

SCOPES = ("文档", "标题路径", "独立来源")
LINKS = Table(
    "links",
    "关联",
    ("scope", "pair", "source_code", "target_code"),
    (
        text_column("scope", "在同一文档里、同一标题之下，还是同一独立来源里", allowed=SCOPES),
        text_column("pair", "关联的两个维度"),
        code_column("source_code", "前项代码"),
        code_column("target_code", "后项代码"),
        count_column("n", "同时出现的文档数（或标题数、来源数；只数两段以上的）"),
        ratio_column("expected", "相互独立时的期望数"),
        ratio_column("lift", "提升度 = 实际/期望", nullable=True),
        ratio_column("low", "提升度 95% 区间下限", nullable=True),
        ratio_column("high", "提升度 95% 区间上限", nullable=True),
        count_column("n_sources", "独立来源数"),
    ),
    sheet=140,
)
CHAINS = Table(
    "chains",
    "链条：成因→表现→对策",
    ("scope", "cause", "manifestation", "remedy"),
    (
        text_column("scope", "在同一文档里、同一标题之下，还是同一独立来源里", allowed=SCOPES),
        code_column("cause", "成因"),
        code_column("manifestation", "表现"),
        code_column("remedy", "对策"),
        count_column("n", "三者同现的文档数（或标题数、来源数；只数两段以上的）"),
        ratio_column("expected", "相互独立时的期望数"),
        ratio_column("lift", "提升度 = 实际/期望", nullable=True),
        ratio_column("low", "提升度 95% 区间下限（按独立来源自助抽样）", nullable=True),
        ratio_column("high", "提升度 95% 区间上限", nullable=True),
        count_column("n_sources", "独立来源数"),
    ),
    sheet=150,
)
GAP_KINDS = ("诊断了没开方", "开了方没诊断")
GAPS = Table(
    "gaps",
    "诊断与开方的缺口：逐单位",
    ("unit", "kind", "code"),
    (
        text_column("unit", "单位；不知道单位时为文档编号"),
        text_column("kind", "缺口", allowed=GAP_KINDS),
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        coded_column("wanted", "能与之对应而没有出现的代码"),
        DOCUMENT_ID,
        PASSAGE_ID,
    ),
    sheet=160,
)
GAP_SHARES = Table(
    "gap_shares",
    "诊断与开方的缺口：全部语料",
    ("kind", "code", "unit"),
    (
        text_column("kind", "缺口", allowed=GAP_KINDS),
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        text_column("unit", "计数单位", allowed=("单位", "独立来源")),
        count_column("n", "有缺口的单位数：代码是确定的，与之对应的连存疑的也没有"),
        count_column("denominator", "确定提到该代码的单位数"),
        share_column("share", "占比 = 次数/分母", nullable=True),
        share_column("low", "95% 区间下限（Wilson）", nullable=True),
        share_column("high", "95% 区间上限（Wilson）", nullable=True),
        count_column("n_with_doubtful", "连同代码存疑的：有缺口的单位数"),
        count_column("denominator_with_doubtful", "连同存疑的：提到该代码的单位数"),
        share_column("share_with_doubtful", "连同存疑的占比", nullable=True),
    ),
    sheet=170,
)
REUSE_CLASSES = ("引述", "套话", "框架", "跨年沿用", "整篇相近", "段落相近")
REUSE = Table(
    "reuse",
    "雷同的段落",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        text_column("reuse_of", "最早的相近段落"),
        text_column("original_document", "该段落所在的文档"),
        text_column("reuse_class", "雷同的性质", allowed=REUSE_CLASSES),
        real_column("similarity", "字符五元组的 Jaccard 相似度"),
        real_column("shared", "本段文字中与之相同的比例"),
        text_column("spans", "相同之处：本段起-止=彼段起-止，以；相连"),
        text_column("leftovers", "文中留有的其他单位名称", nullable=True),
        long_column("text", "本段原文"),
        long_column("original_text", "彼段原文"),
    ),
    sheet=310,
)
REUSE_DOCUMENTS = Table(
    "reuse_documents",
    "雷同的文档",
    ("document_id", "original_document"),
    (
        DOCUMENT_ID,
        text_column("original_document", "较早的文档"),
        text_column("organ", "单位", nullable=True),
        text_column("original_organ", "较早文档的单位", nullable=True),
        text_column("date", "日期", nullable=True),
        text_column("original_date", "较早文档的日期", nullable=True),
        count_column("n_passages", "雷同的段落数"),
        count_column("n_chars", "雷同段落的字符数"),
        share_column("share", "占本文档段落文字的比例"),
        text_column("classes", "各种性质的段落数"),
        text_column("leftovers", "文中留有的其他单位名称", nullable=True),
        text_column("source_group", "独立来源"),
    ),
    sheet=320,
)
