"""What people decided at the review desk, what of it was taken, and what it says of the machine."""

from __future__ import annotations

from dataclasses import replace

from nlp.tables.schema import (
    DOCUMENT_ID,
    PASSAGE_ID,
    ROLES,
    Column,
    Table,
    coded_column,
    count_column,
    long_column,
    real_column,
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
