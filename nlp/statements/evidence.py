"""Sentences whose every number, name and quotation says from which cell of the workbook it comes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.store.files import CELL_LIMIT, DANGEROUS, UNPRINTABLE
from nlp.tables import EVIDENCE
from nlp.tables.heads import heads
from nlp.tables.registry import all_tables

OF_A_HUNDRED = ("%", "百分点")  # units whose values are kept as shares of one
LEAST = 0.005  # a smaller share would be rounded to none
INNER_QUOTES = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True)
class Cited:
    """A piece of a sentence that was taken from a sheet: what is written, and how to find it again."""

    shown: str
    sheet: str
    where: tuple[tuple[str, str], ...]
    column: str
    how: str
    value: float | None = None
    unit: str = ""
    denominator: int | None = None
    piece: tuple[int, int] | None = None
    passage_id: str = ""


Part = str | Cited


@dataclass(frozen=True)
class Sheets:
    """The tables as the workbook shows them; the only way in which a draft gets at a number."""

    tables: Mapping[str, pd.DataFrame]
    codebook: Codebook

    def rows(self, sheet: str, where: Mapping[str, object]) -> pd.DataFrame:
        """The rows of a table that keep every condition; an empty value asks for empty cells."""
        table = self.tables[sheet]
        keep = pd.Series(True, index=table.index)
        for column, value in where.items():
            keep &= table[column].isna() if value == "" else table[column].eq(value)
        return table[keep]

    def number(
        self,
        sheet: str,
        column: str = "",
        where: Mapping[str, object] = MappingProxyType({}),
        how: str = "取值",
        unit: str = "",
        below: str = "denominator",
    ) -> Cited:
        """A number of a sheet; ``below`` is the column of a share's denominator.

        Raises LookupError where “取值” or “绝对值” does not meet exactly one row.
        """
        rows = self.rows(sheet, where)
        value = counted(rows, column, how)
        shown = hundredths(value) if unit in OF_A_HUNDRED else plain(value)
        total = int(rows[below].iloc[0]) if unit == "%" and below in rows else None
        return Cited(shown, sheet, conditions(where), column, how, value, unit, total)

    def name(self, facet: str, code: str) -> Cited:
        """The Chinese name of a code or role, as the prevalence sheet shows it beside the id."""
        name = self.codebook.role_name(code) if facet == "role" else self.codebook.name(code)
        where = {"facet": facet, "code": code, "group": "全部", "unit": "段落"}
        return Cited(printable(name), "prevalence", conditions(where), "code_name", "取值")

    def text(self, sheet: str, column: str, where: Mapping[str, object], piece: tuple[int, int] | None = None) -> Cited:
        """The text of one cell, or a piece of it; inner quotation marks become single ones."""
        rows = self.rows(sheet, where)
        whole = str(exactly_one(rows, column))
        shown = printable(whole if piece is None else whole[slice(*piece)]).translate(INNER_QUOTES)
        of_passage = str(where.get("passage_id", ""))
        how = "取值" if piece is None else "片段"
        return Cited(shown, sheet, conditions(where), column, how, piece=piece, passage_id=of_passage)


def hundredths(share: float) -> str:
    """A share as a whole number of hundredths; with one decimal where it would else be taken for none at all.

    >>> hundredths(0.126), hundredths(0.004), hundredths(0)
    ('13', '0.4', '0')
    """
    return f"{share * 100:.{0 if share == 0 or abs(share) >= LEAST else 1}f}"


def plain(value: float) -> str:
    """A number as it is, with at most one decimal."""
    return f"{value:.0f}" if value == int(value) else f"{value:.1f}"


def exactly_one(rows: pd.DataFrame, column: str) -> object:
    """The value of the one row. Raises LookupError."""
    if len(rows) != 1:
        raise LookupError(f"{len(rows)} rows instead of one for column {column}")
    return rows[column].iloc[0]


def counted(rows: pd.DataFrame, column: str, how: str) -> float:
    """One number of some rows, in one of the ways of ``WAYS_OF_COUNTING``."""
    if how in ("取值", "绝对值"):
        value = float(exactly_one(rows, column))  # type: ignore[arg-type]
        return value if how == "取值" else abs(value)
    if how == "行数":
        return float(len(rows))
    if how == "非空行数":
        return float(rows[column].notna().sum())
    if how == "不同值个数":
        return float(rows[column].nunique())
    years = rows[column].dropna().str[:4].astype(int)
    return float(years.min() if how == "最早年份" else years.max())


def conditions(where: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """Conditions as text, in the order in which they were given."""
    return tuple((column, str(value)) for column, value in where.items())


def printable(text: str) -> str:
    """Text as XML can hold it, on one line."""
    return re.sub(r"[\n\t]", " ", re.sub(UNPRINTABLE, "", text))


def citable(text: str) -> bool:
    """Whether a cell of the workbook holds ``text`` character by character, so that a piece of it can be found."""
    return not (text.startswith(DANGEROUS) or re.search(UNPRINTABLE, text) or len(text) > CELL_LIMIT)


@dataclass
class Ledger:
    """Sentences in the order in which they are said, each under its number."""

    rows: list[dict[str, object]] = field(default_factory=list)
    number: int = 0

    def say(self, *parts: Part, passage_id: str = "", ending: str = "。") -> str:
        """A sentence with its evidence number, every cited piece recorded with its place in the sentence."""
        return self.record(parts, passage_id, ("〔证据 ", "〕" + ending))

    def row(self, *cells: tuple[Part, ...]) -> list[str]:
        """A row of a table: the cells, the last one holding the evidence number."""
        parts: list[Part] = []
        for cell in cells:
            parts += [*cell, "\t"]
        return self.record(parts, "", ("〔证据 ", "〕")).split("\t")

    def record(self, parts: list[Part] | tuple[Part, ...], passage_id: str, marks: tuple[str, str]) -> str:
        """Join the parts, number the sentence and keep a row a cited part."""
        self.number += 1
        text, found = "", []
        for part in parts:
            begin = len(text)
            text += part if isinstance(part, str) else part.shown
            if isinstance(part, Cited):
                found.append((part, begin, len(text)))
        text += f"{marks[0]}{self.number}{marks[1]}"
        for order, (part, begin, end) in enumerate(found, 1):
            low, high = part.piece or (None, None)
            told = heads(all_tables()[part.sheet])
            self.rows.append(
                {
                    "number": self.number,
                    "part": order,
                    "statement": text,
                    "start": begin,
                    "end": end,
                    "shown": part.shown,
                    "value": part.value,
                    "unit": part.unit or None,
                    "denominator": part.denominator,
                    "sheet": all_tables()[part.sheet].title,
                    "filter": "\n".join(f"{told[column]} = {value}" for column, value in part.where) or None,
                    "column": told[part.column] if part.column else None,
                    "how": part.how,
                    "slice_start": low,
                    "slice_end": high,
                    "passage_id": part.passage_id or passage_id or None,
                }
            )
        return text

    def table(self) -> pd.DataFrame:
        """EVIDENCE."""
        return EVIDENCE.frame(self.rows)
