"""What a schema is, the one check that holds a table to it, and the columns that many tables share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from nlp.base.errors import DataError

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
    show: str = ""  # how a spreadsheet shows the number
    codes: str = ""  # "one": every value is the id of a code; "some": codes or roles may stand among its values
    long: bool = False  # whether a cell may hold sentences
    on_sheet: bool = True  # False: stands on another sheet already

    @property
    def dtype(self) -> str:
        """The pandas dtype; whole numbers and truth values that may be missing need the nullable ones."""
        return NULLABLE.get(self.kind, DTYPES[self.kind]) if self.nullable else DTYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Table:
    """One table, and everything that is to be known of it: what it holds, and where a reader finds it.

    Which stage makes it, and from which tables, is said by the stage (``run/plan.py``).
    """

    name: str
    title: str  # Chinese: of its sheet, and in the data dictionary
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    in_tables: bool = True  # whether ``analyze`` writes it into tables/
    beside: bool = False  # whether it is written into the results' folder itself, too
    sheet: int = 0  # place of its sheet in the workbook; 0: none
    no_sheet: str = ""  # why it has none, or where it stands instead
    no_rows: str = ""  # what the workbook says where it would stand, if it is empty

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


def text_column(name: str, meaning: str, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, "str", meaning, nullable, allowed)


def count_column(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, "int", meaning, nullable)


def code_column(name: str, meaning: str, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, "str", meaning, nullable, allowed, codes="one")


def coded_column(name: str, meaning: str, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, "str", meaning, nullable, allowed, codes="some")


def long_column(name: str, meaning: str, nullable: bool = False, on_sheet: bool = True) -> Column:
    return Column(name, "str", meaning, nullable, long=True, on_sheet=on_sheet)


def share_column(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, "float", meaning, nullable, show="0.0%")


def ratio_column(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, "float", meaning, nullable, show="0.00")


def real_column(name: str, meaning: str, nullable: bool = False) -> Column:
    return Column(name, "float", meaning, nullable, show="0.000")


PASSAGE_ID = text_column("passage_id", "段落编号 = 文档编号#序号")
DOCUMENT_ID = text_column("document_id", "文档编号")
START = count_column("start", "起点（字符，含），自所属文本开头")
END = count_column("end", "终点（字符，不含）")

UNITS_OF_COUNT = ("段落", "文档", "独立来源")
SHARE = (
    text_column("unit", "计数单位", allowed=UNITS_OF_COUNT),
    count_column("n", "次数：代码和角色只数确定的"),
    count_column("denominator", "分母"),
    share_column("share", "占比 = 次数/分母", nullable=True),
    share_column("low", "95% 区间下限（Wilson）", nullable=True),
    share_column("high", "95% 区间上限（Wilson）", nullable=True),
)
SHARE_OF_CODES = (
    *SHARE,
    count_column("n_with_doubtful", "连同存疑的次数"),
    share_column("share_with_doubtful", "连同存疑的占比 = 连同存疑的次数/分母", nullable=True),
)
LIFT = (
    count_column("n", "同时出现的次数"),
    ratio_column("expected", "相互独立时的期望次数"),
    ratio_column("lift", "提升度 = 实际/期望", nullable=True),
    ratio_column("low", "提升度 95% 区间下限", nullable=True),
    ratio_column("high", "提升度 95% 区间上限", nullable=True),
)
