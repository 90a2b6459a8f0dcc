"""From files to labels: what was read, dropped and dated, documents, passages, tokens, labels."""

from __future__ import annotations

from nlp.base.errors import PARTLY
from nlp.tables.schema import (
    DOCUMENT_ID,
    END,
    FACETS,
    PASSAGE_ID,
    START,
    UNIT_KINDS,
    Column,
    Table,
    code_column,
    coded_column,
    count_column,
    long_column,
    real_column,
    text_column,
)

READING = text_column("reading", "ocr：来源文件里有机器识别的文字，引用前核对原件", nullable=True, allowed=("ocr",))
SOURCES = Table(
    "sources",
    "读入的文本",
    ("source", "unit"),
    (
        text_column("source", "文件（相对于所给的输入）"),
        text_column("unit", "表格中的行编号；普通文件为空", nullable=True),
        text_column("encoding", "读出时所用的编码"),
        long_column("text", "读出的文字，一行一段", nullable=True),
        text_column("title", "表格给出的标题", nullable=True),
        text_column("organ", "表格给出的单位", nullable=True),
        text_column("kind_of_unit", "表格给出的单位类别", nullable=True),
        text_column("date", "表格给出的日期", nullable=True),
        text_column("genre", "表格给出的文体", nullable=True),
        READING,
        long_column("rows", "清单的各行连同不作文字读的格（JSON）", nullable=True),
        text_column("unread", "这个文件里没有读出的部分；只写在它的第一行", nullable=True),
    ),
    in_tables=False,
    no_sheet="读入时的中间表",
)
FAILURES = Table(
    "failures",
    "未能读入",
    ("source",),
    (
        text_column("source", "文件"),
        long_column("reason", f"原因；以“{PARTLY}”开头的，其余部分已经读入"),
        long_column("fix", "怎么办"),
    ),
    in_tables=False,
    beside=True,
    sheet=360,
)
DROPPED = Table(
    "dropped",
    "清洗掉的内容",
    ("source", "unit", "line", "start", "text"),
    (
        text_column("source", "文件"),
        text_column("unit", "表格中的行编号；普通文件为空", nullable=True),
        count_column("line", "在读出文字中的行号，从 1 起；0 为分篇时去掉的（重复的标题、题下署名、落款），不记行号"),
        count_column("start", "在该行中的位置（字符）；行号为 0 时是次序"),
        long_column("reason", "为什么去掉"),
        long_column("text", "去掉的原文"),
    ),
    in_tables=False,
    beside=True,
    sheet=350,
)
DOCUMENTS = Table(
    "documents",
    "文档",
    ("document_id",),
    (
        DOCUMENT_ID,
        text_column("source", "来源文件"),
        text_column("title", "标题", nullable=True),
        text_column("organ", "单位", nullable=True),
        text_column("kind_of_unit", "单位类别", nullable=True, allowed=UNIT_KINDS),
        text_column("date", "日期：年、年-月或年-月-日，写到能确知为止", nullable=True),
        text_column("date_source", "日期出处", nullable=True, allowed=("清单", "表格", "文件名", "落款")),
        text_column("genre", "文体", nullable=True),
        text_column("encoding", "来源文件的编码", nullable=True),
        READING,
        long_column("text", "清洗后的文字，此后不再改动", nullable=True, on_sheet=False),
        count_column("n_chars", "字符数"),
    ),
    sheet=80,
)
REGISTER_CELLS = Table(
    "register_cells",
    "清单的格",
    ("document_id", "row", "column"),
    (
        DOCUMENT_ID,
        count_column("row", "清单的第几行，在这篇文档里从 1 起"),
        count_column("column", "第几格，从 1 起"),
        text_column("name", "列名"),
        long_column("text", "格里的字"),
    ),
    no_sheet="一行合成一行的见“台账”表",
)
CONFLICTS = Table(
    "conflicts",
    "日期的疑点",
    ("document_id", "found", "reason"),
    (
        DOCUMENT_ID,
        text_column("kept", "采用的日期", nullable=True),
        text_column("found", "未采用的日期"),
        text_column("found_in", "见于何处"),
        long_column("reason", "为什么不采用"),
    ),
    sheet=340,
)
SOURCE_GROUPS = Table(
    "sources_of_documents",
    "文档的独立来源",
    ("document_id",),
    (DOCUMENT_ID, text_column("source_group", "独立来源：自己，或所抄的文档")),
    in_tables=False,
    no_sheet="分析时的中间表",
)
PASSAGES = Table(
    "passages",
    "段落",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        count_column("position", "在文档中的次序，从 1 起"),
        long_column("section", "标题路径，以“＞”相连", nullable=True),
        START,
        END,
        long_column("text", "段落原文 = 文档文字[起点:终点]"),
        text_column("reuse_of", "与之雷同的更早段落", nullable=True),
        text_column("reuse_class", "雷同的性质", nullable=True),
        READING,
    ),
    sheet=70,
)
TOKENS = Table(
    "tokens",
    "词",
    ("passage_id", "position"),
    (
        PASSAGE_ID,
        count_column("position", "在段落中的次序，从 0 起"),
        DOCUMENT_ID,
        text_column("term", "词项（折叠后的写法）"),
        START,
        END,
    ),
    no_sheet="每个词一行，太长；在 tables/ 里",
)
LABELS = Table(
    "labels",
    "标注",
    ("passage_id", "coder", "facet", "code", "start"),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        text_column("coder", "编码者（人或模型）"),
        coded_column("facet", "维度", allowed=FACETS),
        code_column("code", "代码"),
        START,
        END,
        real_column("score", "把握（0–1）"),
        long_column("evidence", "证据 = 段落原文[起点:终点]"),
        long_column("reason", "依据", nullable=True),
        Column("sure", "bool", "是否确定：把握不低于门槛、角色也不存疑的才算"),
    ),
    sheet=60,
)
ABSTAINED = Table(
    "abstained",
    "拿不准的段落",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        text_column("first", "第一种读法"),
        real_column("first_score", "第一种读法的把握"),
        text_column("second", "第二种读法"),
        real_column("second_score", "第二种读法的把握"),
        text_column("doubtful", "存疑的代码", nullable=True),
        long_column("text", "段落原文"),
    ),
    sheet=330,
)
