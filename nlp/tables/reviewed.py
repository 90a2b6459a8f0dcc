"""What people decided at the review desk, what of it was taken, and what it says of the machine."""

from __future__ import annotations

from dataclasses import replace

from nlp.tables.counts import GROUPINGS
from nlp.tables.schema import (
    DOCUMENT_ID,
    PASSAGE_ID,
    ROLES,
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
from nlp.tables.texts import ABSTAINED, LABELS

DIGEST = text_column("digest", "段落文字的指纹（SHA-256 前 16 位）")
QUEUE_KINDS = ("random", "doubtful", "number", "second", "disputed")
KINDS_OF_DECISION = ("decide", "skip", "undo", "seen")
DECISIONS = Table(
    "decisions",
    "核对记录",
    ("number",),
    (
        count_column("number", "记录的次序，从 1 起；只增不改"),
        text_column("kind", "判定、跳过、撤销，或看过机器的读法", allowed=KINDS_OF_DECISION),
        PASSAGE_ID,
        DIGEST,
        text_column("coder", "谁"),
        text_column("time", "何时（UTC）"),
        text_column("role", "角色", nullable=True, allowed=ROLES),
        text_column("codes", "代码与证据：JSON，[代码, 起点, 终点] 的列表"),
        long_column("note", "备注", nullable=True),
        Column("doubtful", "bool", "自己也拿不准（存疑）"),
        Column("blind", "bool", "判定以前没有看过机器的读法"),
        count_column("queue", "在哪个队列里", nullable=True),
        real_column("seconds", "用了几秒", nullable=True),
        count_column("undone", "撤销的是第几条记录", nullable=True),
    ),
    no_sheet="见“人工核对”；逐条记录在 tables/ 和 review.sqlite 里",
)
QUEUED = Table(
    "queued",
    "核对队列",
    ("queue", "position"),
    (
        count_column("queue", "队列"),
        text_column("kind", "怎样排的", allowed=QUEUE_KINDS),
        count_column("seed", "随机种子"),
        count_column("position", "次序，从 1 起"),
        PASSAGE_ID,
        DIGEST,
        text_column("stratum", "随机抽样的层：段落最少见的机器代码，没有代码的按角色", nullable=True),
        count_column("n_stratum", "该层的段落数", nullable=True),
        real_column("probability", "抽中的概率", nullable=True),
    ),
    no_sheet="抽样的凭据，在 tables/ 里",
)
OUTCOMES = ("已采用", "与机器相同", "文字已改，没有采用", "段落已不存在，没有采用", "几人判得不同，待裁定")
CORRECTIONS = Table(
    "corrections",
    "人工核对",
    ("passage_id",),
    (
        PASSAGE_ID,
        text_column("coder", "谁（几人以“、”相连）"),
        text_column("time", "何时（UTC）"),
        coded_column("was_role", "机器判的角色", nullable=True),
        coded_column("was_codes", "机器给的代码", nullable=True),
        coded_column("is_role", "人判的角色", nullable=True),
        coded_column("is_codes", "人给的代码", nullable=True),
        text_column("outcome", "有没有采用", allowed=OUTCOMES),
        long_column("note", "备注", nullable=True),
        DIGEST,
    ),
    sheet=62,
)
MACHINE_LABELS = replace(
    LABELS, name="machine_labels", title="机器的标注", sheet=0, in_tables=False, no_sheet="核对以前的标注，中间表"
)
MACHINE_ABSTAINED = replace(
    ABSTAINED, name="machine_abstained", title="机器拿不准的", sheet=0, in_tables=False, no_sheet="中间表"
)
OVERRULED = replace(
    LABELS, name="overruled", title="被人改掉的标注", sheet=0, no_sheet="机器原来的标注，在 tables/ 里；见“人工核对”"
)
DECIDED = replace(
    ABSTAINED, name="decided", title="已由人判定的拿不准的段落", sheet=0, no_sheet="在 tables/ 里；见“人工核对”"
)
CHECKED = Table(
    "checked",
    "盲核的随机样本",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        text_column("stratum", "抽样的层"),
        real_column("weight", "一段代表几段 = 该层段落数 / 该层已核对数"),
        text_column("coder", "谁"),
        text_column("role", "人判的角色", allowed=ROLES),
        text_column("codes", "人给的代码，以 ; 相连", nullable=True),
    ),
    no_sheet="核对的凭据，在 tables/ 里",
)
VERDICT_WORDS = ("可自动", "可用但须说明", "须人工", "样本不足")
VERDICTS = Table(
    "verdicts",
    "机器可信到什么程度",
    ("facet", "code"),
    (
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        text_column("verdict", "结论", allowed=VERDICT_WORDS),
        count_column("n_checked", "盲核的段落数"),
        count_column("n_true", "其中人给出该代码的"),
        count_column("n_named", "其中机器给出该代码的"),
        real_column("precision", "查准率（按抽样权重）", nullable=True),
        real_column("recall", "查全率（按抽样权重）", nullable=True),
        real_column("f1", "F1（按抽样权重）", nullable=True),
        real_column("kappa", "Cohen κ（样本内）", nullable=True),
        real_column("alpha", "Krippendorff α（样本内）", nullable=True),
        real_column("low", "κ 的 95% 区间下限（按文档自助抽样）", nullable=True),
        real_column("high", "κ 的 95% 区间上限", nullable=True),
        real_column("threshold", "把握不低于此的，误标率有保证；空：还不能保证", nullable=True),
        count_column("n_covered", "全部材料里这样的标注涉及的段落数"),
        share_column("error_bound", "这些标注的误标率的 90% 上限", nullable=True),
        count_column(
            "n_more", "还要核对几段机器给出该代码的，才可能有保证（按现在的误标率）；空：核对多少也不够", nullable=True
        ),
        long_column("sentence", "一句话"),
    ),
    sheet=63,
    no_rows="还没有盲核随机样本：用 review 核对 150 段以后再看",
)
CORRECTED = ("未校正", "已校正")
CORRECTED_SHARES = Table(
    "corrected_shares",
    "校正后的占比",
    ("facet", "code", "by", "group"),
    (
        coded_column("facet", "维度"),
        code_column("code", "代码"),
        text_column("by", "分组依据", allowed=("全部", *GROUPINGS)),
        text_column("group", "分组"),
        count_column("denominator", "段落数"),
        count_column("n_checked", "其中盲核的"),
        share_column("machine", "机器的占比（段落）"),
        share_column("share", "校正后的占比（段落）"),
        share_column("low", "95% 区间下限", nullable=True),
        share_column("high", "95% 区间上限", nullable=True),
        share_column("hand_low", "只用盲核样本的 95% 区间下限", nullable=True),
        share_column("hand_high", "只用盲核样本的 95% 区间上限", nullable=True),
        share_column("difference", "与其余各组之差（校正后）", nullable=True),
        share_column("difference_low", "差的 95% 区间下限", nullable=True),
        share_column("difference_high", "差的 95% 区间上限", nullable=True),
        text_column("status", "有没有校正", allowed=CORRECTED),
    ),
    sheet=64,
)
ORDERS = ("先看拿不准的", "随机看")
RELIABILITY = Table(
    "reliability",
    "人看多少，数据有多可靠",
    ("order", "read"),
    (
        text_column("order", "按什么次序看", allowed=ORDERS),
        share_column("read", "人看过的段落所占"),
        share_column("right", "看完以后角色和代码都对的段落所占（估计）"),
    ),
    sheet=65,
    no_rows="还没有盲核随机样本",
)
REVIEW_NOTES = Table(
    "review_notes",
    "核对说明",
    ("name",),
    (text_column("name", "说明什么"), long_column("text", "可以照抄进调研报告的文字")),
    sheet=66,
)
