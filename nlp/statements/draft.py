"""The draft of a written report, annex of the briefing: sentences in the expected order, numbered as in the workbook.

Nothing is said that was not counted: a number, a name or a quotation enters a sentence only as a ``Cited`` piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.measures.forms import ALL
from nlp.statements.blocks import Block, Heading, Paragraph, Title
from nlp.statements.chapters import CHAPTERS, FacetChapter
from nlp.statements.citing import Quoter
from nlp.statements.evidence import Ledger, Part, Sheets
from nlp.statements.findings import FEWEST, HALVES, WORDS, Finding, Findings, findings, moving
from nlp.statements.ranking import forms_apart, reliable
from nlp.tables import (
    ABSTAINED,
    COVERAGE,
    DOCUMENTS,
    DROPPED,
    FAILURES,
    GAP_SHARES,
    GAPS,
    LABELS,
    LINKS,
    MOVEMENTS,
    PASSAGES,
    PREVALENCE,
    PREVALENCE_BY_FORM,
    SETTINGS,
    SOURCE_GROUPS,
    UNIT_CODES,
    UNIT_SHARES,
    UNITS,
)

TITLE = "关于党建与业务工作“两张皮”问题的\n调研报告（底稿）"
ACHIEVED = 3  # quotations of what was achieved
MOVED = 8  # slogans, and manifestations, that move
SLOGANS = ("slogan", "phrase")
ORDINALS = "一二三四五六七八九十"
SETTING_ROWS = (
    ("置信水平", 95.0, "各占比区间的置信水平（%），Wilson 区间"),
    ("最少份数", float(FEWEST), "材料份数少于它时只写次数，不写占比"),
)
READS = (
    *(DOCUMENTS, PASSAGES, LABELS, PREVALENCE, PREVALENCE_BY_FORM, COVERAGE, MOVEMENTS, LINKS, GAPS, GAP_SHARES),
    *(ABSTAINED, DROPPED, FAILURES, SOURCE_GROUPS, UNITS, UNIT_CODES, UNIT_SHARES),
)


@dataclass(frozen=True)
class Draft:
    """What is said, the findings that open it, and the tables that its evidence numbers lead to."""

    blocks: list[Block]
    findings: list[Finding]
    evidence: pd.DataFrame
    settings: pd.DataFrame


def compose(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> Draft:
    """Say what was counted.

    Parameters
    ----------
    tables : those of READS by name
    codebook : names of the codes
    """
    settings = SETTINGS.frame(SETTING_ROWS)
    sheets = sheets_of(tables, codebook, settings)
    writer = Writer(sheets, Ledger(), Quoter(sheets))
    found = findings(sheets, writer.quoter)
    chapters: list[tuple[str, Iterator[Block]]] = [
        ("要点", writer.points(found)),
        ("材料", writer.material()),
        ("成效", writer.achievements()),
        *((CHAPTERS[facet], FacetChapter(facet, sheets, writer.ledger, writer.quoter).blocks()) for facet in CHAPTERS),
        ("逐年的变化", writer.moves()),
        ("附：方法说明", writer.method()),
    ]
    blocks: list[Block] = [Title(TITLE), Paragraph(PREFACE)]
    number = 0
    for title, made in chapters:
        if chapter := list(made):
            blocks += [Heading(1, title if title.startswith("附") else f"{ORDINALS[number]}、{title}"), *chapter]
            number += 1
    return Draft(blocks, found, writer.ledger.table(), settings)


def sheets_of(tables: Mapping[str, pd.DataFrame], codebook: Codebook, settings: pd.DataFrame) -> Sheets:
    """The tables that sentences may cite."""
    read = {table.name: tables[table.name] for table in READS if table.name in tables}
    return Sheets({**read, "settings": settings}, codebook)


PREFACE = (
    "本底稿由统计结果直接写成，供执笔人取舍。句末〔证据〕后的编号见工作簿的“证据”表，该表逐处写明数字和引文取自哪一格。"
    "“写到”指文中提到，不等于单位必有此事。"
)


@dataclass
class Writer:
    """Writes the chapters that belong to no facet."""

    sheets: Sheets
    ledger: Ledger
    quoter: Quoter

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables."""
        return self.sheets.tables[name]

    def points(self, found: list[Finding]) -> Iterator[Block]:
        """The findings of the briefing."""
        for finding in found:
            yield self.point(finding)

    def point(self, finding: Finding) -> Paragraph:
        """One finding: what it asserts in bold, what bears it out, the quotation."""
        lead = "".join(part if isinstance(part, str) else part.shown for part in finding.head) + "。"
        quoted: list[Part] = ["如", *finding.quotation] if finding.quotation else []
        text = self.ledger.say(*finding.head, "。", *without_stop(finding.body, quoted), passage_id=finding.passage_id)
        return Paragraph(text.removeprefix(lead), lead)

    def material(self) -> Iterator[Block]:
        """The material: how much, whose, of which years."""
        yield Paragraph("".join([*self.sizes(), *self.dates(), *self.units()]))

    def sizes(self) -> Iterator[str]:
        """Documents, forms, and copies."""
        number, say = self.sheets.number, self.ledger.say
        whole = {"by": ALL, "group": ALL}
        yield say("汇总材料", number("documents", how="行数"), "份，切分为", number("passages", how="行数"), "个段落")
        if forms_apart(self.sheets.tables):
            report, short = (self.of_form(form) for form in forms_apart(self.sheets.tables))
            yield say("其中成篇的报告", report, "份，不成篇的短材料", short, "条；下文只数成篇的报告，短材料另说")
        if self.sheets.rows("coverage", whole)["n_empty"].sum():
            yield say("另有", number("coverage", "n_empty", whole), "份清洗后没有文字，不在任何分母里")
        if self.table("passages")["reuse_of"].notna().any():
            yield say("有", number("passages", "reuse_of", how="非空行数"), "个段落与更早的段落雷同")

    def of_form(self, form: str) -> Part:
        """Number of documents of one form that gave passages."""
        table = self.table("prevalence_by_form")
        row = table[(table["group"] == form) & (table["unit"] == "文档")].iloc[0]
        where = {"facet": row["facet"], "code": row["code"], "group": form, "unit": "文档"}
        return self.sheets.number("prevalence_by_form", "denominator", where)

    def dates(self) -> Iterator[str]:
        """The years that the material covers, and how much of it has no date."""
        number, undated = self.sheets.number, self.table("documents")["date"].isna()
        if undated.all():
            yield "全部材料都没有可靠的日期，不作时间上的判断。"
            return
        said: list[Part] = ["日期最早在", number("documents", "date", how="最早年份"), "年，最晚在"]
        said += [number("documents", "date", how="最晚年份"), "年"]
        if undated.any():
            said += ["；", number("documents", where={"date": ""}, how="行数"), "份没有可靠的日期"]
        yield self.ledger.say(*said)

    def units(self) -> Iterator[str]:
        """Units that are named, by kind."""
        units, number = self.table("units"), self.sheets.number
        if units.empty:
            yield "材料都没有写明单位。"
            return
        said: list[Part] = ["出自", number("units", how="行数"), "个写明的单位"]
        kinds = units["kind_of_unit"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        for at, kind in enumerate(kinds.index):
            said += ["、" if at else "：", f"{kind}", number("units", where={"kind_of_unit": kind}, how="行数"), "个"]
        yield self.ledger.say(*said)
        if nameless := self.table("documents")["organ"].isna().sum():
            n = number("documents", where={"organ": ""}, how="行数")
            yield self.ledger.say("另有", n, "份没有写明单位，不计作单位") if nameless else ""

    def achievements(self) -> Iterator[Block]:
        """What the material says was achieved, with quotations."""
        where = {"facet": "role", "code": "achievement", "group": ALL, "unit": "文档"}
        if self.sheets.rows("prevalence", where).empty:
            return
        row = self.sheets.rows("prevalence", where).iloc[0]
        said = Findings(self.sheets, self.quoter, 0, set()).out_of("prevalence", where)
        quoted = self.quoter.fresh(self.quoter.surest("role", "achievement"), ACHIEVED)
        sentences = [self.ledger.say(*said, "做法和成效")] if row["n"] < row["denominator"] else []
        sentences += [self.ledger.say(*parts, passage_id=passage) for parts, passage in quoted]
        yield Paragraph("".join(sentences))

    def moves(self) -> Iterator[Block]:
        """What the years changed: slogans and manifestations of a reliable direction, or that there is none."""
        moves = self.table("movements")
        moves = moves[(moves["freq"] == "Y") & (moves["unit"] == "文档")]
        known = moves["kind"].isin(SLOGANS) | moves["item"].isin(self.sheets.codebook.of("manifestation"))
        moves = moves[known & moves["change"].notna()]
        if moves["p"].isna().all():
            return
        said = [self.stretches(next(moves.itertuples()))]
        for what, kinds in (("提法", SLOGANS), (WORDS["manifestation"], ("code",))):
            mine = moves[moves["kind"].isin(kinds)]
            if len(mine):
                sure = reliable(mine)
                said += [self.move(row) for row in sure.head(MOVED).itertuples()]
                if len(sure) > MOVED:
                    said.append(f"还有{what}升降可靠，见工作表“走势”。")
                else:
                    said.append(f"其余{what}没有可靠的升降。" if len(sure) else f"各种{what}都没有可靠的升降。")
        yield Paragraph("".join(said))

    def stretches(self, row: Any) -> str:
        """Which documents of which years are compared, and what a reliable direction is."""
        where, text, number = moving(row), self.sheets.text, self.sheets.number
        counted = "材料" if row.form == ALL else f"{row.form}（短材料不计入）"
        said: list[Part] = ["有日期的", counted, number("movements", "denominator", where), "份，"]
        for side, called in HALVES.items():
            said += [f"{called}（", text("movements", side, where), "年）"]
            said += [number("movements", f"denominator_{side}", where), "份", "，" if side == "earlier" else "。"]
        said += ["逐年检验显著（已作多重比较校正）、前后段占比之差的", self.setting("置信水平")]
        return self.ledger.say(*said, "%区间又不含零的，才算可靠的升降")

    def move(self, row: Any) -> str:
        """One item that moves: before, after, and the difference with its interval."""
        where, number = moving(row), self.sheets.number
        upward = row.change > 0
        if row.kind == "code":  # a problem does not enter or leave as a slogan does
            said: list[Part] = ["“", self.sheets.name("manifestation", row.item), "”上升：" if upward else "”下降："]
        else:
            said = ["“", self.sheets.text("movements", "item", where), f"”{row.direction}："]
        for side, called in HALVES.items():
            share = number("movements", f"share_{side}", where, unit="%", below=f"denominator_{side}")
            said += [called, number("movements", f"n_{side}", where), "份（", share, "%），"]
        ends = ("change_low", "change_high") if upward else ("change_high", "change_low")
        size, near, far = (
            number("movements", column, where, how="绝对值", unit="百分点") for column in ("change", *ends)
        )
        said += ["后段高" if upward else "后段低", size, "个百分点（区间"]
        return self.ledger.say(*said, near, "—", far, "个百分点）")

    def setting(self, name: str) -> Part:
        """One of the constants."""
        return self.sheets.number("settings", "value", {"name": name})

    def method(self) -> Iterator[Block]:
        """How the numbers came about and how far they go."""
        say, number = self.ledger.say, self.sheets.number
        said = [
            "先判断每个段落的角色，再只在问题表现、原因成因、对策建议的段落里编代码；每个代码都有原文为证；",
            "成效和对策里借用的“问题词”不计入。",
            say("占比后的区间是", self.setting("置信水平"), "%的 Wilson 区间"),
            say("材料不足", self.setting("最少份数"), "份时不写占比"),
        ]
        if len(self.table("abstained")):
            said.append(say("编码者拿不准的段落有", number("abstained", how="行数"), "段，已单列，宜由人复核"))
        if len(self.table("dropped")):
            said.append(say("清洗时去掉的文字有", number("dropped", how="行数"), "处，逐处留底"))
        if len(self.table("failures")):
            said.append(say("没有读进来、或只读出一部分的文件有", number("failures", how="行数"), "个，原因逐个列出"))
        yield Paragraph("".join(said))


def without_stop(body: list[Part], quoted: list[Part]) -> list[Part]:
    """A sentence and its quotation; the full stop at the very end is left to the ledger."""
    parts = [*body, *quoted]
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].removesuffix("。")
    return parts
