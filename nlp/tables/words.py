"""Words: keyness, collocation, networks, maps, concordance."""

from __future__ import annotations

from dataclasses import replace

from nlp.tables.schema import (
    DOCUMENT_ID,
    END,
    PASSAGE_ID,
    START,
    Table,
    coded_column,
    count_column,
    long_column,
    real_column,
    share_column,
    text_column,
)

ROLE_NAMES = {
    "context": "背景",
    "achievement": "成效",
    "manifestation": "表现",
    "cause": "成因",
    "remedy": "对策",
    "other": "其他",
}
FEW_WORDS = "没有一个词够格（G² 大于 10.83，且见于两个以上独立来源），因而没有这张工作表；材料多些才看得出"
KEYNESS = Table(
    "keyness",
    "关键性",
    ("by", "target", "reference", "term"),
    (
        text_column("by", "分组依据"),
        coded_column("target", "目标组"),
        coded_column("reference", "参照组"),
        text_column("term", "词项"),
        real_column("log_ratio", "频率比的二进对数：1 为两倍"),
        real_column("log_odds", "对数优势比（以全部材料的词频为先验）"),
        real_column("z", "对数优势比除以其标准误"),
        real_column("log_likelihood", "对数似然 G²：10.83 相当于 p = 0.001"),
        count_column("n_target", "目标组中的词次"),
        count_column("n_reference", "参照组中的词次"),
        count_column("n_documents", "目标组中出现的文档数"),
        count_column("n_sources", "目标组中出现的独立来源数"),
        real_column("dispersion", "在目标组各文档中的不匀（Gries 的 DP：0 均匀，近 1 集中在少数文档）", nullable=True),
    ),
    sheet=250,
    no_rows=FEW_WORDS,
)
KEYNESS_BY_UNIT = replace(KEYNESS, name="keyness_by_unit", title="分单位关键性", sheet=260)
KEYNESS_BY_YEAR = replace(KEYNESS, name="keyness_by_year", title="分年关键性", sheet=270)
COLLOCATION = Table(
    "collocation",
    "搭配",
    ("node", "term"),
    (
        text_column("node", "中心词"),
        text_column("term", "搭配词"),
        count_column("n", "同句窗口内共现的次数"),
        real_column("expected", "相互独立时的期望次数"),
        real_column("log_dice", "logDice"),
        real_column("mutual_information", "互信息 MI"),
        real_column("t_score", "t 值"),
        real_column("log_likelihood", "对数似然 G²（少于期望时为负）"),
        count_column("n_documents", "共现的文档数"),
        count_column("n_sources", "共现的独立来源数"),
    ),
    in_tables=False,
    no_sheet="只在笔记本里用",
)
NETWORKS = ("词项", "代码")
NETWORK_NODES = Table(
    "network_nodes",
    "共现网络的点",
    ("network", "node"),
    (
        text_column("network", "词项的网络，还是代码的网络", allowed=NETWORKS),
        text_column("node", "词项或代码"),
        coded_column("facet", "代码的维度", nullable=True),
        count_column("n", "出现的段落数"),
        count_column("n_sources", "出现的独立来源数"),
        count_column("degree", "相连的点数"),
        real_column("strength", "各边 NPMI 之和"),
    ),
    sheet=280,
)
NETWORK_EDGES = Table(
    "network_edges",
    "共现网络的边",
    ("network", "one", "other"),
    (
        text_column("network", "词项的网络，还是代码的网络", allowed=NETWORKS),
        text_column("one", "词项或代码"),
        text_column("other", "词项或代码"),
        count_column("n", "同现的段落数"),
        real_column("expected", "相互独立时的期望（代码只与同一维度有代码的段落比）"),
        real_column("npmi", "归一化互信息 NPMI：0 独立，1 总在一起"),
        real_column("log_likelihood", "对数似然 G²"),
        count_column("n_sources", "同现的独立来源数"),
    ),
    sheet=290,
)
CORRESPONDENCE = Table(
    "correspondence",
    "对应分析",
    ("by", "side", "item"),
    (
        text_column("by", "代码 × 什么", allowed=("单位类别", "年份")),
        text_column("side", "代码还是分组", allowed=("代码", "分组")),
        coded_column("item", "代码或分组"),
        count_column("n", "合计（段落数）"),
        real_column("mass", "质量（占总数的比例）"),
        real_column("x", "第一维坐标（主坐标）"),
        real_column("y", "第二维坐标（主坐标）"),
        share_column("contribution_x", "对第一维惯量的贡献"),
        share_column("contribution_y", "对第二维惯量的贡献"),
        real_column("quality", "两维之和的 cos²：这一点在图上画得有多准"),
        share_column("inertia_x", "第一维占总惯量的比例"),
        share_column("inertia_y", "第二维占总惯量的比例"),
        real_column("inertia", "总惯量（χ² 除以总数）"),
        real_column("p", "全表 χ² 检验的 p：大则与偶然无异，图不必看"),
    ),
    sheet=300,
)
KWIC = Table(
    "kwic",
    "语境",
    ("passage_id", "start"),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        START,
        END,
        text_column("left", "左文", nullable=True),
        text_column("hit", "命中"),
        text_column("right", "右文", nullable=True),
        text_column("organ", "单位", nullable=True),
        text_column("date", "日期", nullable=True),
        text_column("title", "标题", nullable=True),
    ),
    in_tables=False,
    no_sheet="由命令 kwic 写出",
)
WORDS = Table(
    "words",
    "词频",
    ("term",),
    (
        text_column("term", "词项（折叠后的写法）"),
        count_column("n", "词次"),
        count_column("n_passages", "段落数"),
        count_column("n_documents", "文档数"),
        *(count_column(f"n_{role}", f"{name}段中的词次") for role, name in ROLE_NAMES.items()),
        text_column("first_year", "最早见于哪一年的文档", nullable=True),
        text_column("first_document", "最早的文档", nullable=True),
    ),
    in_tables=False,
    no_sheet="由命令 words 写出",
)
OWN_CODES = Table(
    "own_codes",
    "自己的代码",
    ("origin", "name"),
    (
        text_column("origin", "自定的，还是编码表的", allowed=("自定", "编码表")),
        text_column("name", "名称"),
        text_column("role", "只数哪种角色的段落；空为都数", nullable=True),
        count_column("n_places", "处数", nullable=True),
        count_column("n_passages", "段落数"),
        count_column("n_documents", "文档数"),
        count_column("denominator", "文档总数"),
        share_column("share", "文档占比", nullable=True),
        share_column("low", "95% 区间下限（Wilson）", nullable=True),
        share_column("high", "95% 区间上限（Wilson）", nullable=True),
        count_column("n_organs", "单位数"),
        text_column("first_year", "最早的年份", nullable=True),
        text_column("with_codes", "同一段里最常见的编码表代码", nullable=True),
    ),
    in_tables=False,
    no_sheet="由命令 codes 写出",
)
OWN_PLACES = Table(
    "own_places",
    "自己的代码的出处",
    ("name", "passage_id", "start"),
    (
        text_column("name", "名称"),
        PASSAGE_ID,
        DOCUMENT_ID,
        text_column("organ", "单位", nullable=True),
        text_column("date", "日期", nullable=True),
        text_column("title", "标题", nullable=True),
        coded_column("role", "所在段落的角色", nullable=True),
        START,
        END,
        text_column("hit", "命中的字"),
        long_column("text", "段落原文"),
    ),
    in_tables=False,
    no_sheet="由命令 codes 写出",
)
