"""The schema of every table that passes from room to room, and the one check that holds a table to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from nlp.errors import DataError

FACETS = ("role", "manifestation", "cause", "remedy")
ROLES = ("context", "achievement", "manifestation", "cause", "remedy", "other")
UNIT_KINDS = ("机关", "国企", "高校", "医院", "中小学", "基层", "社会组织", "其他")

DTYPES = {"str": "str", "int": "int64", "float": "float64", "bool": "bool"}
NULLABLE = {"int": "Int64", "bool": "boolean"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its kind (str, int, float, bool), and what it means to the reader of the table."""

    name: str
    kind: str
    meaning: str  # Chinese: it becomes the data dictionary
    nullable: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def dtype(self) -> str:
        """The pandas dtype; whole numbers and truth values that may be missing need the nullable ones."""
        return NULLABLE.get(self.kind, DTYPES[self.kind]) if self.nullable else DTYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its name, its title for the reader, its key and its columns in order."""

    name: str
    title: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """Return a table of this schema without rows."""
        return pd.DataFrame({c.name: pd.Series([], dtype=c.dtype) for c in self.columns})

    def frame(self, rows: Iterable[object]) -> pd.DataFrame:
        """Build a table of this schema from ``rows`` (mappings or tuples in column order); missing columns are null."""
        table = pd.DataFrame(list(rows))
        if table.empty:
            return self.empty()
        if all(isinstance(name, int) for name in table.columns):
            table.columns = pd.Index(self.names)
        return self.shape(table)

    def shape(self, table: pd.DataFrame) -> pd.DataFrame:
        """Return ``table`` with exactly the columns of this schema, in order and with their dtypes."""
        shaped = table.reindex(columns=self.names)
        for column in self.columns:
            shaped[column.name] = shaped[column.name].astype(column.dtype)
        return shaped.reset_index(drop=True)


def check(schema: Table, table: pd.DataFrame, where: object = "") -> pd.DataFrame:
    """Return ``table`` unchanged if it keeps ``schema``; otherwise raise one DataError that lists every fault.

    Parameters
    ----------
    schema : Table
    table : DataFrame with at least the columns of the schema
    where : shown in the fault, usually a file name

    Raises
    ------
    DataError
        For missing columns, empty cells in columns that must be filled, values outside the allowed set, repeated keys.
    """
    place = str(where) or schema.title
    if missing := [name for name in schema.names if name not in table.columns]:
        raise DataError.at(
            f"表“{schema.title}”缺少列：{'、'.join(missing)}", where=place, fix=f"补上列：{'、'.join(missing)}"
        )
    faults = [fault for column in schema.columns for fault in column_faults(column, table, place)]
    if (repeated := table.duplicated(list(schema.key), keep=False)).any():
        faults.append(
            DataError.at(
                f"{'、'.join(schema.key)} 重复：{shown(table.loc[repeated, schema.key[0]])}",
                where=f"{place} {lines_of(table, repeated)}",
                fix="删去重复的行，或改用不同的编号",
            )
        )
    if faults:
        raise DataError.all_of(faults)
    return table


def column_faults(column: Column, table: pd.DataFrame, place: str) -> list[DataError]:
    """List the faults of one column: empty cells and values that are not allowed."""
    values = table[column.name]
    faults = []
    if not column.nullable and (empty := values.isna() | (values.astype("str") == "")).any():
        faults.append(
            DataError.at(
                f"列 {column.name} 有空值", where=f"{place} {lines_of(table, empty)}", fix=f"填写 {column.meaning}"
            )
        )
    if column.allowed and (wrong := values.notna() & (values != "") & ~values.isin(column.allowed)).any():
        faults.append(
            DataError.at(
                f"列 {column.name} 不认识的值：{shown(values[wrong])}",
                where=f"{place} {lines_of(table, wrong)}",
                fix=f"只能用：{'、'.join(column.allowed)}",
            )
        )
    return faults


def shown(values: pd.Series, limit: int = 8) -> str:
    """Write out distinct values for a message, the first ``limit`` of them."""
    distinct = list(dict.fromkeys(str(value) for value in values))
    return "、".join(distinct[:limit]) + (f" 等 {len(distinct)} 个" if len(distinct) > limit else "")


def lines_of(table: pd.DataFrame, faulty: pd.Series) -> str:
    """Name the faulty rows by their line in the file (column ``line``) or by their position."""
    lines = table.loc[faulty, "line"] if "line" in table.columns else pd.Series(table.index[faulty] + 1)
    return f"第 {'、'.join(str(line) for line in lines)} 行"


def _text(name: str, meaning: str, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, "str", meaning, nullable, allowed)


def _count(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, "int", meaning, nullable)


def _real(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, "float", meaning, nullable)


PASSAGE_ID = _text("passage_id", "段落编号 = 文档编号#序号")
DOCUMENT_ID = _text("document_id", "文档编号")
START = _count("start", "起点（字符，含），自所属文本开头")
END = _count("end", "终点（字符，不含）")

SOURCES = Table(
    "sources",
    "读入的文本",
    ("source", "unit"),
    (
        _text("source", "文件（相对于所给的输入）"),
        _text("unit", "表格中的行编号；普通文件为空", nullable=True),
        _text("encoding", "读出时所用的编码"),
        _text("text", "读出的文字，一行一段", nullable=True),
        _text("title", "表格给出的标题", nullable=True),
        _text("organ", "表格给出的单位", nullable=True),
        _text("kind_of_unit", "表格给出的单位类别", nullable=True),
        _text("date", "表格给出的日期", nullable=True),
        _text("genre", "表格给出的文体", nullable=True),
    ),
)
FAILURES = Table(
    "failures",
    "未能读入",
    ("source",),
    (_text("source", "文件"), _text("reason", "原因"), _text("fix", "怎么办")),
)
DROPPED = Table(
    "dropped",
    "清洗掉的内容",
    ("source", "unit", "line", "start", "text"),
    (
        _text("source", "文件"),
        _text("unit", "表格中的行编号；普通文件为空", nullable=True),
        _count("line", "在读出文字中的行号，从 1 起"),
        _count("start", "在该行中的位置（字符）"),
        _text("reason", "为什么去掉"),
        _text("text", "去掉的原文"),
    ),
)
DOCUMENTS = Table(
    "documents",
    "文档",
    ("document_id",),
    (
        DOCUMENT_ID,
        _text("source", "来源文件"),
        _text("title", "标题", nullable=True),
        _text("organ", "单位", nullable=True),
        _text("kind_of_unit", "单位类别", nullable=True, allowed=UNIT_KINDS),
        _text("date", "日期：年、年-月或年-月-日，写到能确知为止", nullable=True),
        _text("date_source", "日期出处", nullable=True, allowed=("清单", "表格", "文件名", "落款")),
        _text("genre", "文体", nullable=True),
        _text("encoding", "来源文件的编码", nullable=True),
        _text("text", "清洗后的文字，此后不再改动", nullable=True),
        _count("n_chars", "字符数"),
    ),
)
CONFLICTS = Table(
    "conflicts",
    "日期的疑点",
    ("document_id", "found", "reason"),
    (
        DOCUMENT_ID,
        _text("kept", "采用的日期", nullable=True),
        _text("found", "未采用的日期"),
        _text("found_in", "见于何处"),
        _text("reason", "为什么不采用"),
    ),
)
PASSAGES = Table(
    "passages",
    "段落",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        _count("position", "在文档中的次序，从 1 起"),
        _text("section", "标题路径，以“＞”相连", nullable=True),
        START,
        END,
        _text("text", "段落原文 = 文档文字[起点:终点]"),
        _text("reuse_of", "与之雷同的更早段落", nullable=True),
        _text("reuse_class", "雷同的性质", nullable=True),
    ),
)
TOKENS = Table(
    "tokens",
    "词",
    ("passage_id", "position"),
    (
        PASSAGE_ID,
        _count("position", "在段落中的次序，从 0 起"),
        DOCUMENT_ID,
        _text("term", "词项（折叠后的写法）"),
        START,
        END,
    ),
)
LABELS = Table(
    "labels",
    "标注",
    ("passage_id", "coder", "facet", "code", "start"),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        _text("coder", "编码者（人或模型）"),
        _text("facet", "维度", allowed=FACETS),
        _text("code", "代码"),
        START,
        END,
        _real("score", "把握（0–1）"),
        _text("evidence", "证据 = 段落原文[起点:终点]"),
        _text("reason", "依据", nullable=True),
    ),
)
ABSTAINED = Table(
    "abstained",
    "拿不准的段落",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        _text("first", "第一种读法"),
        _real("first_score", "第一种读法的把握"),
        _text("second", "第二种读法"),
        _real("second_score", "第二种读法的把握"),
        _text("text", "段落原文"),
    ),
)
THEMES = Table(
    "themes",
    "主题",
    ("theme_id",),
    (
        _text("theme_id", "主题编号"),
        _text("facet", "维度", allowed=("manifestation", "cause", "remedy")),
        _text("label", "名称"),
        _count("n_passages", "段落数（以该主题为主）"),
        _count("n_documents", "文档数"),
        _count("n_sources", "独立来源数"),
        _real("share", "占该维度段落的比例"),
        _real("coherence", "连贯性（NPMI）", nullable=True),
        _real("stability", "稳定性（文档重抽样中再现的比例）", nullable=True),
        Column("shown", "bool", "是否列出（不稳定的不列出）"),
        _text("codes", "与之相伴最多的代码", nullable=True),
        _text("years", "较多见的年份（段落数）", nullable=True),
        _text("units", "较多见的单位类别（段落数）", nullable=True),
    ),
)
THEME_TERMS = Table(
    "theme_terms",
    "主题的词项",
    ("theme_id", "rank"),
    (
        _text("theme_id", "主题编号"),
        _count("rank", "名次"),
        _text("term", "词项"),
        _real("weight", "权重"),
    ),
)
THEME_PASSAGES = Table(
    "theme_passages",
    "主题的段落",
    ("theme_id", "passage_id"),
    (
        _text("theme_id", "主题编号"),
        PASSAGE_ID,
        DOCUMENT_ID,
        _real("weight", "段落属于该主题的程度（0–1）"),
        Column("quoted", "bool", "是否选作引文"),
    ),
)
SELECTION = Table(
    "selection",
    "主题数的选择",
    ("facet", "n_topics", "seed"),
    (
        _text("facet", "维度"),
        _count("n_topics", "主题数"),
        _count("seed", "随机种子"),
        _real("coherence", "连贯性（NPMI）"),
        _real("c_v", "连贯性（c_v，按正确的窗口计数）"),
        _real("diversity", "主题间用词不重复的比例"),
        _real("stability", "在这次重抽样中再现的主题的比例"),
        _real("coverage", "有主题集中其段落的代码的比例", nullable=True),
        Column("chosen", "bool", "是否采用"),
    ),
)
DECISION = Table(
    "decision",
    "主题数的决策表",
    ("facet", "n_topics"),
    (
        _text("facet", "维度"),
        _count("n_topics", "主题数"),
        _text("model", "主题模型"),
        *(
            Column(f"{name}{tail}", "float", f"{meaning}{word}", nullable=True)
            for name, meaning in (
                ("coherence", "连贯性（NPMI）"),
                ("c_v", "连贯性（c_v）"),
                ("diversity", "多样性"),
                ("stability", "稳定性"),
                ("coverage", "代码覆盖"),
            )
            for tail, word in (("", "，各次重抽样的平均"), ("_spread", "的标准差"))
        ),
        _count("n_stable", "稳定的主题数"),
        _count("merit", "稳定的主题数减三倍不稳定的主题数"),
        Column("chosen", "bool", "是否推荐"),
        _text("reason", "推荐的理由；相邻主题数的代价", nullable=True),
    ),
)
UNITS_OF_COUNT = ("段落", "文档", "独立来源")
_SHARE = (
    _text("unit", "计数单位", allowed=UNITS_OF_COUNT),
    _count("n", "次数"),
    _count("denominator", "分母"),
    _real("share", "占比 = 次数/分母", nullable=True),
    _real("low", "95% 区间下限（Wilson）", nullable=True),
    _real("high", "95% 区间上限（Wilson）", nullable=True),
)
_LIFT = (
    _count("n", "同时出现的次数"),
    _real("expected", "相互独立时的期望次数"),
    _real("lift", "提升度 = 实际/期望", nullable=True),
    _real("low", "提升度 95% 区间下限", nullable=True),
    _real("high", "提升度 95% 区间上限", nullable=True),
)
THEME_SHARES = Table(
    "theme_shares",
    "主题的占比",
    ("theme_id", "unit"),
    (_text("theme_id", "主题编号"), *_SHARE),
)
THEME_QUOTATIONS = Table(
    "theme_quotations",
    "主题的引文",
    ("theme_id", "rank"),
    (
        _text("theme_id", "主题编号"),
        _count("rank", "名次"),
        PASSAGE_ID,
        DOCUMENT_ID,
        _text("source_group", "独立来源"),
        _text("title", "文档标题", nullable=True),
        _text("section", "标题路径", nullable=True),
        _count("position", "在文档中的次序"),
        _text("text", "段落原文"),
    ),
)
THEME_SPREAD = Table(
    "theme_spread",
    "主题的年份与单位",
    ("theme_id", "by", "group"),
    (
        _text("theme_id", "主题编号"),
        _text("by", "分组依据", allowed=("年份", "单位类别")),
        _text("group", "分组"),
        *_LIFT,
        Column("strong", "bool", "是否明显偏多"),
    ),
)
CROSSWALK = Table(
    "crosswalk",
    "主题与代码的对照",
    ("theme_id", "code"),
    (
        _text("theme_id", "主题编号"),
        _text("code", "代码"),
        *_LIFT,
        _real("share_of_theme", "该主题的段落中带该代码的比例"),
        _real("share_of_code", "带该代码的段落中属于该主题的比例"),
    ),
)
PROPOSALS = Table(
    "proposals",
    "编码表的候选修订",
    ("facet", "kind", "item"),
    (
        _text("facet", "维度"),
        _text("kind", "性质", allowed=("新代码", "由代码分出", "没有主题的代码")),
        _text("item", "主题编号或代码"),
        _text("label", "名称"),
        _text("code", "最相近的代码", nullable=True),
        _count("n_passages", "段落数"),
        _real("stability", "稳定性", nullable=True),
        _text("reason", "理由"),
        _text("quotations", "可引的段落", nullable=True),
    ),
)
PREVALENCE = Table(
    "prevalence",
    "占比",
    ("facet", "code", "group", "unit"),
    (
        _text("facet", "维度"),
        _text("code", "代码"),
        _text("group", "分组"),
        *_SHARE,
        _count("n_empty", "该组中清洗后没有文字的文档（不在分母里）"),
    ),
)
# 短材料: one passage, as a row of a table of summaries. 空: nothing was left by cleaning.
FORMS = ("全部", "报告", "短材料", "空")
GROUPINGS = ("单位类别", "年份")
PREVALENCE_WITHIN = Table(
    "prevalence_within",
    "分长短再分组的占比",
    ("form", "by", "facet", "code", "group", "unit"),
    (
        _text("form", "数了哪些文档：只数报告、只数短材料（两种都有时才分开数）", allowed=FORMS[1:3]),
        _text("by", "分组依据", allowed=GROUPINGS),
        _text("facet", "维度"),
        _text("code", "代码"),
        _text("group", "分组"),
        *_SHARE,
    ),
)
COVERAGE = Table(
    "coverage",
    "数了哪些文档",
    ("by", "group"),
    (
        _text("by", "分组依据", allowed=("全部", "篇幅", *GROUPINGS)),
        _text("group", "分组"),
        _count("n_documents", "文档数"),
        _count("n_empty", "其中清洗后没有文字、不进任何分母的"),
        _count("n_undated", "其中没有日期、不进趋势的"),
        _count("n_passages", "段落数"),
        _count("n_sources", "独立来源数"),
    ),
)
FREQUENCIES = ("Y", "H", "Q", "M")
ITEM_KINDS = ("term", "code", "role", "theme", "slogan", "phrase")
COUNTINGS = ("tokens", "overlay", "labels", "themes")
_ITEM = (
    _text(
        "kind",
        "对象：词项、代码、角色、主题、提法（slogan）、关注的说法（phrase）",
        allowed=ITEM_KINDS,
    ),
    _text("item", "词项、代码、主题编号或提法"),
    _text("form", "数了哪些文档：全部、只数报告、只数短材料", allowed=FORMS[:3]),
    _text("freq", "时间粒度：年 Y、半年 H、季 Q、月 M", allowed=FREQUENCIES),
)
_COUNTING = _text(
    "counting",
    "怎样数：tokens 按切出的词；overlay 在原文上叠加匹配，长词里的短词也数；labels 按标注；themes 按主题",
    allowed=COUNTINGS,
)
OCCURRENCES = Table(
    "occurrences",
    "出现之处",
    ("kind", "item", "passage_id", "start"),
    (
        *_ITEM[:2],
        _COUNTING,
        PASSAGE_ID,
        DOCUMENT_ID,
        _count("start", "起点（字符，含），自段落开头；主题不分起止，都为 0"),
        END,
    ),
)
OCCURRENCE_COUNTS = Table(
    "occurrence_counts",
    "出现的次数：逐篇",
    ("kind", "item", "counting", "document_id"),
    (
        *_ITEM[:2],
        _COUNTING,
        DOCUMENT_ID,
        _count("n", "出现的次数"),
        _count("n_passages", "出现的段落数"),
        _text("first_passage", "首见的段落"),
    ),
)
TERM_COUNTS = Table(
    "term_counts",
    "词的次数：逐篇",
    ("group", "document_id", "term"),
    (
        _text("group", "分组（段落的角色等）", nullable=True),
        DOCUMENT_ID,
        _text("term", "词项（折叠后的写法）"),
        _count("n", "词次"),
    ),
)
CODE_COUNTS = Table(
    "code_counts",
    "代码的段落数：逐篇",
    ("facet", "code", "document_id"),
    (
        _text("facet", "维度；为空指全部", nullable=True),
        _text("code", "代码；为空指有标注的全部段落", nullable=True),
        DOCUMENT_ID,
        _count("n", "段落数"),
    ),
)
TRENDS = Table(
    "trends",
    "趋势",
    ("kind", "item", "form", "freq", "period", "unit"),
    (
        *_ITEM,
        _text("period", "时期"),
        *_SHARE,
        _count("n_occurrences", "词出现的次数（代码为标注条数）"),
        _COUNTING,
        Column("solid", "bool", "该时期的分母够大（文档五篇以上），可以画成实心"),
        _text("first_passage", "该时期首见的段落", nullable=True),
    ),
)
DIRECTIONS = ("登场", "退场", "上升", "下降", "看不出方向", "太少")
MOVEMENTS = Table(
    "movements",
    "走势",
    ("kind", "item", "form", "freq", "unit"),
    (
        *_ITEM,
        _text("unit", "计数单位", allowed=UNITS_OF_COUNT[1:]),
        _count("n", "有日期的文档（或来源）中有它的"),
        _count("denominator", "有日期的文档（或来源）"),
        _count("n_periods", "有文档的时期数"),
        _count("n_solid", "其中分母够大的时期数"),
        _text("first_period", "首见的时期", nullable=True),
        _text("last_period", "末见的时期", nullable=True),
        _text("first_passage", "首见的段落", nullable=True),
        _text("direction", "走势", allowed=DIRECTIONS),
        _real("slope", "每期占比的变化（Theil–Sen 斜率，只用分母够大的时期）", nullable=True),
        _real("slope_low", "斜率 95% 区间下限", nullable=True),
        _real("slope_high", "斜率 95% 区间上限", nullable=True),
        _real("tau", "时期占比与时间的秩相关（Kendall τ-b）", nullable=True),
        _real("p_periods", "对各时期占比的 Mann–Kendall 检验的 p", nullable=True),
        _real("p", "对逐篇文档的 Mann–Kendall 检验的 p", nullable=True),
        _real("q", "p 经同一张表内的多重比较校正（Benjamini–Hochberg）", nullable=True),
        _text("earlier", "前一段时期"),
        _count("n_earlier", "前一段中有它的"),
        _count("denominator_earlier", "前一段的分母"),
        _real("share_earlier", "前一段的占比", nullable=True),
        _text("later", "后一段时期"),
        _count("n_later", "后一段中有它的"),
        _count("denominator_later", "后一段的分母"),
        _real("share_later", "后一段的占比", nullable=True),
        _real("change", "占比之差 = 后一段 − 前一段", nullable=True),
        _real("change_low", "差的 95% 区间下限（Newcombe）", nullable=True),
        _real("change_high", "差的 95% 区间上限", nullable=True),
    ),
)
BURSTS = Table(
    "bursts",
    "突增",
    ("kind", "item", "form", "freq", "start"),
    (
        *_ITEM,
        _text("start", "突增开始的时期"),
        _text("end", "突增结束的时期（含）"),
        _count("n", "期间有它的文档数"),
        _count("denominator", "期间的文档数"),
        _real("share", "期间的占比"),
        _real("base_share", "全部时期的占比"),
        _real("weight", "突增的强度（两种状态的代价之差）"),
        _text("first_passage", "期间首见的段落", nullable=True),
    ),
)
TURNOVER = Table(
    "turnover",
    "提法更替与问题内容",
    ("form", "freq", "period"),
    (
        _text("form", "数了哪些文档", allowed=FORMS[:3]),
        _text("freq", "时间粒度", allowed=FREQUENCIES),
        _text("period", "时期"),
        _count("denominator", "文档数"),
        Column("solid", "bool", "该时期的分母够大"),
        _count("n_slogans", "该期出现的提法数"),
        _count("n_new", "其中前面各期都没有的"),
        _count("n_gone", "上一期有而该期没有的"),
        _real("slogan_change", "提法的更替：与上一期占比结构的距离（0 不变，1 全换）", nullable=True),
        _real("problem_change", "问题表现的更替：同一算法用于表现代码", nullable=True),
        _text("slogans", "该期最多的提法（文档数）", nullable=True),
    ),
)
SCOPES = ("文档", "标题路径", "独立来源")
LINKS = Table(
    "links",
    "关联",
    ("scope", "pair", "source_code", "target_code"),
    (
        _text("scope", "在同一文档里、同一标题之下，还是同一独立来源里", allowed=SCOPES),
        _text("pair", "关联的两个维度"),
        _text("source_code", "前项代码"),
        _text("target_code", "后项代码"),
        _count("n", "同时出现的文档数（或标题数、来源数；只数两段以上的）"),
        _real("expected", "相互独立时的期望数"),
        _real("lift", "提升度 = 实际/期望", nullable=True),
        _real("low", "提升度 95% 区间下限", nullable=True),
        _real("high", "提升度 95% 区间上限", nullable=True),
        _count("n_sources", "独立来源数"),
    ),
)
CHAINS = Table(
    "chains",
    "链条：成因→表现→对策",
    ("scope", "cause", "manifestation", "remedy"),
    (
        _text("scope", "在同一文档里、同一标题之下，还是同一独立来源里", allowed=SCOPES),
        _text("cause", "成因"),
        _text("manifestation", "表现"),
        _text("remedy", "对策"),
        _count("n", "三者同现的文档数（或标题数、来源数；只数两段以上的）"),
        _real("expected", "相互独立时的期望数"),
        _real("lift", "提升度 = 实际/期望", nullable=True),
        _real("low", "提升度 95% 区间下限（按独立来源自助抽样）", nullable=True),
        _real("high", "提升度 95% 区间上限", nullable=True),
        _count("n_sources", "独立来源数"),
    ),
)
GAP_KINDS = ("诊断了没开方", "开了方没诊断")
GAPS = Table(
    "gaps",
    "诊断与开方的缺口：逐单位",
    ("unit", "kind", "code"),
    (
        _text("unit", "单位；不知道单位时为文档编号"),
        _text("kind", "缺口", allowed=GAP_KINDS),
        _text("facet", "维度"),
        _text("code", "代码"),
        _text("wanted", "能与之对应而没有出现的代码"),
        DOCUMENT_ID,
        PASSAGE_ID,
    ),
)
GAP_SHARES = Table(
    "gap_shares",
    "诊断与开方的缺口：全部语料",
    ("kind", "code", "unit"),
    (
        _text("kind", "缺口", allowed=GAP_KINDS),
        _text("facet", "维度"),
        _text("code", "代码"),
        _text("unit", "计数单位", allowed=("单位", "独立来源")),
        _count("n", "有缺口的单位数"),
        _count("denominator", "提到该代码的单位数"),
        _real("share", "占比 = 次数/分母", nullable=True),
        _real("low", "95% 区间下限（Wilson）", nullable=True),
        _real("high", "95% 区间上限（Wilson）", nullable=True),
    ),
)
REUSE_CLASSES = ("引述", "套话", "框架", "跨年沿用", "整篇相近", "段落相近")
REUSE = Table(
    "reuse",
    "雷同的段落",
    ("passage_id",),
    (
        PASSAGE_ID,
        DOCUMENT_ID,
        _text("reuse_of", "最早的相近段落"),
        _text("original_document", "该段落所在的文档"),
        _text("reuse_class", "雷同的性质", allowed=REUSE_CLASSES),
        _real("similarity", "字符五元组的 Jaccard 相似度"),
        _real("shared", "本段文字中与之相同的比例"),
        _text("spans", "相同之处：本段起-止=彼段起-止，以；相连"),
        _text("leftovers", "文中留有的其他单位名称", nullable=True),
        _text("text", "本段原文"),
        _text("original_text", "彼段原文"),
    ),
)
REUSE_DOCUMENTS = Table(
    "reuse_documents",
    "雷同的文档",
    ("document_id", "original_document"),
    (
        DOCUMENT_ID,
        _text("original_document", "较早的文档"),
        _text("organ", "单位", nullable=True),
        _text("original_organ", "较早文档的单位", nullable=True),
        _text("date", "日期", nullable=True),
        _text("original_date", "较早文档的日期", nullable=True),
        _count("n_passages", "雷同的段落数"),
        _count("n_chars", "雷同段落的字符数"),
        _real("share", "占本文档段落文字的比例"),
        _text("classes", "各种性质的段落数"),
        _text("leftovers", "文中留有的其他单位名称", nullable=True),
        _text("source_group", "独立来源"),
    ),
)
KEYNESS = Table(
    "keyness",
    "关键性",
    ("by", "target", "reference", "term"),
    (
        _text("by", "分组依据"),
        _text("target", "目标组"),
        _text("reference", "参照组"),
        _text("term", "词项"),
        _real("log_ratio", "频率比的二进对数：1 为两倍"),
        _real("log_odds", "对数优势比（以全部材料的词频为先验）"),
        _real("z", "对数优势比除以其标准误"),
        _real("log_likelihood", "对数似然 G²：10.83 相当于 p = 0.001"),
        _count("n_target", "目标组中的词次"),
        _count("n_reference", "参照组中的词次"),
        _count("n_documents", "目标组中出现的文档数"),
        _count("n_sources", "目标组中出现的独立来源数"),
        _real("dispersion", "在目标组各文档中的不匀（Gries 的 DP：0 均匀，近 1 集中在少数文档）", nullable=True),
    ),
)
COLLOCATION = Table(
    "collocation",
    "搭配",
    ("node", "term"),
    (
        _text("node", "中心词"),
        _text("term", "搭配词"),
        _count("n", "同句窗口内共现的次数"),
        _real("expected", "相互独立时的期望次数"),
        _real("log_dice", "logDice"),
        _real("mutual_information", "互信息 MI"),
        _real("t_score", "t 值"),
        _real("log_likelihood", "对数似然 G²（少于期望时为负）"),
        _count("n_documents", "共现的文档数"),
        _count("n_sources", "共现的独立来源数"),
    ),
)
NETWORKS = ("词项", "代码")
NETWORK_NODES = Table(
    "network_nodes",
    "共现网络的点",
    ("network", "node"),
    (
        _text("network", "词项的网络，还是代码的网络", allowed=NETWORKS),
        _text("node", "词项或代码"),
        _text("facet", "代码的维度", nullable=True),
        _count("n", "出现的段落数"),
        _count("n_sources", "出现的独立来源数"),
        _count("degree", "相连的点数"),
        _real("strength", "各边 NPMI 之和"),
    ),
)
NETWORK_EDGES = Table(
    "network_edges",
    "共现网络的边",
    ("network", "one", "other"),
    (
        _text("network", "词项的网络，还是代码的网络", allowed=NETWORKS),
        _text("one", "词项或代码"),
        _text("other", "词项或代码"),
        _count("n", "同现的段落数"),
        _real("expected", "相互独立时的期望（代码只与同一维度有代码的段落比）"),
        _real("npmi", "归一化互信息 NPMI：0 独立，1 总在一起"),
        _real("log_likelihood", "对数似然 G²"),
        _count("n_sources", "同现的独立来源数"),
    ),
)
CORRESPONDENCE = Table(
    "correspondence",
    "对应分析",
    ("by", "side", "item"),
    (
        _text("by", "代码 × 什么", allowed=("单位类别", "年份")),
        _text("side", "代码还是分组", allowed=("代码", "分组")),
        _text("item", "代码或分组"),
        _count("n", "合计（段落数）"),
        _real("mass", "质量（占总数的比例）"),
        _real("x", "第一维坐标（主坐标）"),
        _real("y", "第二维坐标（主坐标）"),
        _real("contribution_x", "对第一维惯量的贡献"),
        _real("contribution_y", "对第二维惯量的贡献"),
        _real("quality", "两维之和的 cos²：这一点在图上画得有多准"),
        _real("inertia_x", "第一维占总惯量的比例"),
        _real("inertia_y", "第二维占总惯量的比例"),
        _real("inertia", "总惯量（χ² 除以总数）"),
        _real("p", "全表 χ² 检验的 p：大则与偶然无异，图不必看"),
    ),
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
        _text("left", "左文", nullable=True),
        _text("hit", "命中"),
        _text("right", "右文", nullable=True),
    ),
)
AGREEMENT = Table(
    "agreement",
    "一致性",
    ("facet", "code"),
    (
        _text("facet", "维度"),
        _text("code", "代码"),
        _count("n", "段落数"),
        _count("n_gold", "标准中有该代码的段落数"),
        _count("n_coder", "编码者给出该代码的段落数"),
        _real("precision", "查准率", nullable=True),
        _real("recall", "查全率", nullable=True),
        _real("f1", "F1", nullable=True),
        _real("kappa", "Cohen κ", nullable=True),
        _real("alpha", "Krippendorff α", nullable=True),
        _real("low", "κ 的 95% 区间下限（按文档自助抽样）", nullable=True),
        _real("high", "κ 的 95% 区间上限", nullable=True),
    ),
)
WAYS_OF_COUNTING = ("取值", "绝对值", "行数", "非空行数", "不同值个数", "最早年份", "最晚年份", "片段")
EVIDENCE = Table(
    "evidence",
    "证据",
    ("number", "part"),
    (
        _count("number", "证据编号：报告底稿里句末的〔证据 N〕"),
        _count("part", "该句里的第几处，从 1 起"),
        _text("statement", "底稿里的句子；表格的一行以制表符相连"),
        _count("start", "该处在句子里的起点（字符，含）"),
        _count("end", "该处在句子里的终点（字符，不含）"),
        _text("shown", "该处写出的数字、引文或名称"),
        _real("value", "数值；占比为 0–1；引文和名称为空", nullable=True),
        _text("unit", "单位", nullable=True),
        _count("denominator", "占比的分母", nullable=True),
        _text("sheet", "取自哪张工作表"),
        _text("filter", "取哪些行：每行一个条件“列 = 值”，值为空指空单元格；为空指全部行", nullable=True),
        _text("column", "取哪一列", nullable=True),
        _text("how", "怎么取", allowed=WAYS_OF_COUNTING),
        _count("slice_start", "片段的起点（字符，含）；引文的内层引号改为单引号", nullable=True),
        _count("slice_end", "片段的终点（字符，不含）", nullable=True),
        _text("passage_id", "可以核对的段落（引文则为其所在）", nullable=True),
    ),
)
SETTINGS = Table(
    "settings",
    "口径",
    ("name",),
    (
        _text("name", "口径"),
        _real("value", "数值"),
        _text("meaning", "含义"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        SOURCES,
        FAILURES,
        DROPPED,
        DOCUMENTS,
        CONFLICTS,
        PASSAGES,
        TOKENS,
        LABELS,
        ABSTAINED,
        THEMES,
        THEME_TERMS,
        THEME_PASSAGES,
        SELECTION,
        DECISION,
        THEME_SHARES,
        THEME_QUOTATIONS,
        THEME_SPREAD,
        CROSSWALK,
        PROPOSALS,
        PREVALENCE,
        PREVALENCE_WITHIN,
        COVERAGE,
        OCCURRENCES,
        TRENDS,
        MOVEMENTS,
        BURSTS,
        TURNOVER,
        LINKS,
        CHAINS,
        GAPS,
        GAP_SHARES,
        REUSE,
        REUSE_DOCUMENTS,
        KEYNESS,
        COLLOCATION,
        NETWORK_NODES,
        NETWORK_EDGES,
        CORRESPONDENCE,
        KWIC,
        AGREEMENT,
        EVIDENCE,
        SETTINGS,
    )
}


def data_dictionary() -> str:
    """Write the data dictionary of all tables as Markdown, for the README."""
    parts = []
    for table in TABLES.values():
        rows = "\n".join(
            f"| `{c.name}` | {c.kind}{'，可空' if c.nullable else ''} | {c.meaning}"
            f"{'（' + '、'.join(c.allowed) + '）' if c.allowed else ''} |"
            for c in table.columns
        )
        keys = "、".join(f"`{name}`" for name in table.key)
        parts.append(
            f"**{table.name}** {table.title}（主键 {keys}）\n\n| 列 | 类型 | 含义 |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)
