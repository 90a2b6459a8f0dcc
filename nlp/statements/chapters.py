"""The chapters of the draft that tell one facet: its table, its commonest codes with quotations, links and gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nlp.measures.forms import ALL, SUMMARY
from nlp.statements.blocks import Block, Heading, Paragraph, Table
from nlp.statements.citing import Quoter
from nlp.statements.evidence import Ledger, Part, Sheets
from nlp.statements.findings import FEWEST, WORDS, Findings, key
from nlp.statements.ranking import counted_in, forms_apart, ranked_codes, widest_gaps
from nlp.tables import GAP_KINDS

CHAPTERS = {"manifestation": "主要表现", "cause": "成因剖析", "remedy": "对策建议"}
TOLD, QUOTED, LINKED = 5, 2, 3  # codes of a chapter, quotations of a code, links and gaps that are told
NUMERALS = "一二三四五六七八九十"
TELLING = 1.2  # a lift whose interval begins below it says nothing worth a sentence


@dataclass
class FacetChapter:
    """One chapter."""

    facet: str
    sheets: Sheets
    ledger: Ledger
    quoter: Quoter

    def blocks(self) -> Iterator[Block]:
        """Table, the commonest codes, the others in a sentence, and what belongs to this facet alone."""
        codes = ranked_codes(self.sheets.tables, self.facet)
        if not codes:
            yield Paragraph(f"材料中没有标出{WORDS[self.facet]}，本章不作判断。")
            return
        yield Table(f"写到各种{WORDS[self.facet]}的材料", self.head(), [self.line(code) for code in codes])
        common = [code for code in codes if self.count(code) >= FEWEST][:TOLD]
        for at, code in enumerate(common):
            yield Heading(2, f"（{NUMERALS[at]}）{self.sheets.name(self.facet, code).shown}")
            yield Paragraph("".join(self.told(code)))
        if not common:
            yield Paragraph("".join(self.few(codes)))
        special = {"cause": self.links, "remedy": self.gaps}.get(self.facet)
        if special is not None and (said := special()):
            yield Heading(2, f"（{NUMERALS[len(common)]}）{'成因与表现' if self.facet == 'cause' else '有病无方'}")
            yield Paragraph("".join(said))

    @property
    def counted(self) -> tuple[str, str]:
        """The table that decides, and its group."""
        return counted_in(self.sheets.tables)

    def count(self, code: str) -> int:
        """Documents with a code, for a decision only."""
        sheet, group = self.counted
        rows = self.sheets.rows(sheet, key(self.facet, code, group))
        return int(rows["n"].iloc[0]) if len(rows) else 0

    def head(self) -> list[str]:
        """The head of the table."""
        counted = "报告" if forms_apart(self.sheets.tables) else "材料"
        return [WORDS[self.facet], f"{counted}（份）", "占比（%）", "区间（%）", "单位（个）", "段落（段）", "证据"]

    def line(self, code: str) -> list[str]:
        """A row of the table."""
        sheet, group = self.counted
        where = key(self.facet, code, group)
        share, interval = self.share_cells(sheet, where)
        units = {"facet": self.facet, "code": code, "group": ALL}
        passages = self.sheets.number("prevalence", "n", key(self.facet, code, unit="段落"))
        name = self.sheets.name(self.facet, code)
        counted = self.fraction(sheet, where)
        return self.ledger.row((name,), counted, share, interval, self.fraction("unit_shares", units), (passages,))

    def fraction(self, sheet: str, where: dict[str, str]) -> tuple[Part, ...]:
        """“15/19” as a cell; a dash where the group has no such row."""
        if self.sheets.rows(sheet, where).empty:
            return ("—",)
        return self.sheets.number(sheet, "n", where), "/", self.sheets.number(sheet, "denominator", where)

    def share_cells(self, sheet: str, where: dict[str, str]) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
        """Share and interval as cells; dashes where the documents are too few."""
        rows = self.sheets.rows(sheet, where)
        if rows.empty or rows["denominator"].iloc[0] < FEWEST:
            return ("—",), ("—",)
        share, low, high = (self.sheets.number(sheet, column, where, unit="%") for column in ("share", "low", "high"))
        return (share,), (low, "—", high)

    def told(self, code: str) -> Iterator[str]:
        """One code: documents, units, short pieces, quotations; one denominator a sentence."""
        say, sheet = self.ledger.say, self.counted
        said = Findings(self.sheets, self.quoter, 0, set())
        yield say(*said.out_of(sheet[0], key(self.facet, code, sheet[1])))
        if units := said.in_units(self.facet, code):
            yield say(*units[:-1])
        short = key(self.facet, code, SUMMARY)
        if forms_apart(self.sheets.tables) and len(self.sheets.rows("prevalence_by_form", short)):
            number = self.sheets.number
            total, n = (number("prevalence_by_form", column, short) for column in ("denominator", "n"))
            yield say("另有短材料", total, "条，其中", n, "条写到")
        for parts, passage in self.quoter.fresh(self.quoter.surest(self.facet, code), QUOTED):
            yield say(*parts, passage_id=passage)

    def few(self, codes: list[str]) -> Iterator[str]:
        """Codes in too few documents for a judgement: counts, and quotations of the first."""
        parts: list[Part] = ["各项写到的材料都不足", self.sheets.number("settings", "value", {"name": "最少份数"})]
        parts.append("份，数量太少，不作判断，只列引文")
        yield self.ledger.say(*parts)
        for code in codes[:TOLD]:
            for quoted, passage in self.quoter.fresh(self.quoter.surest(self.facet, code), 1):
                yield self.ledger.say(self.sheets.name(self.facet, code), "：", *quoted, passage_id=passage)

    def links(self) -> list[str]:
        """Causes and manifestations that stand in the same documents more often than chance would have it."""
        table = self.sheets.tables["links"]
        pairs = table[(table["scope"] == "文档") & (table["pair"] == "cause→manifestation")]
        clear = pairs[(pairs["low"] > TELLING) & (pairs["n_sources"] >= FEWEST)]
        ranked = clear.sort_values(["low", "source_code", "target_code"], ascending=[False, True, True])
        said = [self.pair(row) for row in ranked.head(LINKED).itertuples()]
        return [*said, "同现只说明常写在一起，不等于因果。"] if said else []

    def pair(self, row: Any) -> str:
        """One pair of a cause and a manifestation."""
        where = {"scope": row.scope, "pair": row.pair, "source_code": row.source_code, "target_code": row.target_code}
        number, name = self.sheets.number, self.sheets.name
        said: list[Part] = ["“", name("cause", row.source_code), "”与“", name("manifestation", row.target_code)]
        said += ["”在", number("links", "n", where), "份材料里一同写到"]
        lift, low, high = (number("links", column, where) for column in ("lift", "low", "high"))
        return self.ledger.say(*said, "，是互不相干时的", lift, "倍（区间", low, "—", high, "倍）")

    def gaps(self) -> list[str]:
        """What units name without any remedy that answers it: how many, what was looked for, the problem's words."""
        ranked = widest_gaps(self.sheets.tables, GAP_KINDS[0]).head(LINKED)
        return [sentence for _, row in ranked.iterrows() for sentence in self.gap(row)]

    def gap(self, row: pd.Series) -> Iterator[str]:
        """One code that lacks its remedy."""
        facet, code, number = str(row["facet"]), str(row["code"]), self.sheets.number
        where = {"kind": row["kind"], "facet": facet, "code": code, "unit": "单位"}
        said: list[Part] = ["写到“", self.sheets.name(facet, code), "”的"]
        said += [number("gap_shares", "denominator", where), "个单位中有", number("gap_shares", "n", where)]
        mine = self.sheets.tables["gaps"]
        mine = mine[(mine["kind"] == row["kind"]) & (mine["code"] == code)]
        wanted = Findings(self.sheets, self.quoter, 0, set()).wanted(str(mine["wanted"].iloc[0]))
        yield self.ledger.say(*said, "个没有写到相应的对策", *(["，要找的是", *wanted] if wanted else []))
        among = frozenset(mine["document_id"])
        for parts, passage in self.quoter.fresh(self.quoter.surest(facet, code, among), 1):
            yield self.ledger.say("只见问题：", *parts, passage_id=passage)
