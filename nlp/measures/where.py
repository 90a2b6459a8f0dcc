"""Which documents are meant: a condition in words, read once, and the one place where documents are chosen by it."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from nlp.base.errors import DataError

FIELDS = {  # column of DOCUMENTS → how else it may be called
    "kind_of_unit": ("单位类别", "类别"),
    "organ": ("单位",),
    "year": ("年份", "年"),
    "date": ("日期",),
    "genre": ("体裁", "文体"),
    "title": ("标题",),
    "source": ("文件",),
}
NAMES = {name: field for field, others in FIELDS.items() for name in (field, *others)}
JOINS = {"and": "and", "且": "and", "并且": "and", "or": "or", "或": "or", "或者": "or", "not": "not", "非": "not"}
SIGNS = {"＝": "=", "==": "=", "≥": ">=", "≤": "<=", "＞": ">", "＜": "<", "≠": "!=", "！=": "!=", "～": "~"}
ORDERED: dict[str, Callable[[str, str], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
TOKEN = re.compile(
    r"\s*(?:(?P<open>[(（])|(?P<close>[)）])|(?P<sign>>=|<=|!=|！=|==|[=＝≥≤≠<>＜＞~～])"
    r"|[\"“'‘](?P<quoted>[^\"”'’]*)[\"”'’]|(?P<word>[^\s()（）=＝≥≤≠<>＜＞~～!！\"“'‘]+))"
)
Chooser = Callable[[pd.DataFrame], pd.Series]
Token = tuple[str, str]  # kind and text


def documents_where(documents: pd.DataFrame, where: str) -> pd.DataFrame:
    """DOCUMENTS that keep a condition such as ``kind_of_unit=国企 and year>=2023``; all, if it is empty.

    A field stands before =, !=, >=, <=, >, < or ~ (holds the words); several values are joined by |; conditions are
    joined by and, or, not (且、或、非) and brackets. A document whose cell is empty keeps only != and not.

    Raises
    ------
    DataError
        For a condition that cannot be read, or that no document keeps.
    """
    if not where.strip():
        return documents
    chosen = documents[Reader.of(where).whole()(documents)]
    if len(documents) and chosen.empty:
        raise DataError.at("没有一篇文档符合这个条件", where=f"--where {where}", fix=offered(documents, where))
    return chosen.reset_index(drop=True)


def offered(documents: pd.DataFrame, where: str) -> str:
    """What stands in the fields that a condition names."""
    asked = [field for field in FIELDS if any(name in where for name in (field, *FIELDS[field]))]
    told = []
    for field in asked:
        values = sorted(cells(documents, field).loc[lambda column: column != ""].unique())
        told.append(f"{FIELDS[field][0]}有 {'、'.join(values[:8]) or '空的'}{'……' if len(values) > 8 else ''}")
    return "；".join(told)


def cells(documents: pd.DataFrame, field: str) -> pd.Series:
    """A field of every document as text, empty where it is not known."""
    column = documents["date"].str[:4] if field == "year" else documents[field]
    return column.fillna("").astype(str)


@dataclass
class Reader:
    """Reads a condition from left to right: or binds weakest, not strongest."""

    text: str
    tokens: list[Token]
    at: int = 0

    @classmethod
    def of(cls, text: str) -> Reader:
        """Cut a condition into its pieces. Raises DataError for a piece that is none."""
        tokens, end = [], 0
        while end < len(text.rstrip()):
            hit = TOKEN.match(text, end)
            if hit is None or hit.end() == end:
                raise fault(text, f"第 {end + 1} 个字“{text[end]}”看不懂")
            kind = str(hit.lastgroup)
            tokens.append((kind, hit.group(kind)))
            end = hit.end()
        return cls(text, tokens)

    def peek(self) -> Token:
        """The next piece; an empty one at the end."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "")

    def take(self) -> Token:
        """The next piece, taken."""
        token = self.peek()
        self.at += 1
        return token

    def joined_by(self, join: str) -> bool:
        """Whether a joining word comes next; it is taken."""
        kind, text = self.peek()
        if kind != "word" or JOINS.get(text.lower()) != join:
            return False
        self.at += 1
        return True

    def whole(self) -> Chooser:
        """The whole condition."""
        chooser = self.either()
        if self.peek()[0] != "end":
            raise fault(self.text, f"“{self.peek()[1]}”前面要有 and 或 or")
        return chooser

    def either(self) -> Chooser:
        """Conditions joined by or."""
        one = self.both()
        while self.joined_by("or"):
            one = either_of(one, self.both())
        return one

    def both(self) -> Chooser:
        """Conditions joined by and."""
        one = self.single()
        while self.joined_by("and"):
            one = both_of(one, self.single())
        return one

    def single(self) -> Chooser:
        """One comparison, a bracket, or the contrary of one."""
        if self.joined_by("not"):
            inner = self.single()
            return lambda documents: ~inner(documents)
        kind, name = self.take()
        if kind == "open":
            inside = self.either()
            if self.take()[0] != "close":
                raise fault(self.text, "少一个右括号")
            return inside
        if kind != "word" or name not in NAMES:
            raise fault(self.text, f"没有这一项：{name or '（空）'}")
        sign_kind, sign = self.take()
        if sign_kind != "sign":
            raise fault(self.text, f"“{name}”后面要有 =、!=、>=、<=、>、< 或 ~")
        value_kind, value = self.take()
        if value_kind not in ("word", "quoted"):
            raise fault(self.text, f"“{name}{sign}”后面没有值")
        return compared(NAMES[name], SIGNS.get(sign, sign), value.split("|"))


def fault(text: str, what: str) -> DataError:
    """A condition that cannot be read."""
    fields = "、".join(f"{name}（{others[0]}）" for name, others in FIELDS.items())
    return DataError.at(
        f"条件看不懂：{what}",
        where=f"--where {text}",
        fix=f"写成 kind_of_unit=国企 and year>=2023；可用的项：{fields}；有空格的值加引号，几个值用 | 相连",
    )


def either_of(one: Chooser, other: Chooser) -> Chooser:
    """Documents that keep one or the other."""
    return lambda documents: one(documents) | other(documents)


def both_of(one: Chooser, other: Chooser) -> Chooser:
    """Documents that keep both."""
    return lambda documents: one(documents) & other(documents)


def compared(field: str, sign: str, values: list[str]) -> Chooser:
    """Documents whose field compares so with one of the values."""

    def choose(documents: pd.DataFrame) -> pd.Series:
        column = cells(documents, field)
        if sign in ORDERED:
            return column.map(lambda cell: bool(cell) and any(ORDERED[sign](cell, value) for value in values))
        if sign == "~":
            return column.map(lambda cell: any(value in cell for value in values))
        return column.isin(values) if sign == "=" else ~column.isin(values)

    return choose
