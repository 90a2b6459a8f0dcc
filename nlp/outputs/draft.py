"""The draft of a written report: sentences in the expected order, each filled from the workbook and numbered as there.

Nothing is said that was not counted: a number, a name or a quotation enters a sentence only as a ``Cited`` piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.measures.forms import REPORT, SUMMARY, form_of
from nlp.outputs.evidence import Cited, Ledger, Part, Sheets, citable
from nlp.outputs.word_gb9704 import Block, Heading, Paragraph, Picture, Table, Title, write_official
from nlp.tables import (
    ABSTAINED,
    COVERAGE,
    DIRECTIONS,
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
    THEMES,
)

TITLE = "关于党建与业务工作“两张皮”问题的\n调研报告（底稿）"
FEWEST = 5  # documents: below, a share says nothing and is not written
QUOTED = 2  # quotations for a code
SHORTEST, LONGEST = 20, 90  # characters of a quotation: a coda says nothing, a long one is not read
SURE = 0.9  # score of a label that is quoted before any other
MOVED = 8  # slogans, and manifestations, that move
LINKED = 5  # pairs of a cause and a manifestation
SENTENCE = re.compile(r"[^。！？!?\n\t]+(?:[。！？!?]+[”’」』）]*)?")
PART = re.compile(r"[^。！？!?；;\n\t]+(?:[。！？!?；;]+[”’」』）]*)?")  # where the whole sentence is too long
CUE = "线索词"  # how the reason of a label begins that rests on a cue
EVERYTHING = "全部"
HALVES = {"earlier": "前段", "later": "后段"}  # columns of MOVEMENTS
SLOGANS = ("slogan", "phrase")
MOVING = DIRECTIONS[:4]
SHOWN_FORMS = (REPORT, SUMMARY)
ORDINALS = "一二三四五六七八九十"
CHAPTERS = {"manifestation": "主要表现", "cause": "成因剖析", "remedy": "对策建议"}
WORDS = {"manifestation": "问题表现", "cause": "成因", "remedy": "对策"}
SETTING_ROWS = (
    ("置信水平", 95.0, "各占比区间的置信水平（%），Wilson 区间"),
    ("最少份数", float(FEWEST), "材料份数少于它时只写次数，不写占比"),
)


@dataclass(frozen=True)
class Draft:
    """What the draft says, and the tables that its evidence numbers lead to."""

    blocks: list[Block]
    evidence: pd.DataFrame
    settings: pd.DataFrame


def settings_table() -> pd.DataFrame:
    """SETTINGS: the constants that the draft mentions."""
    return SETTINGS.frame(SETTING_ROWS)


def write_draft(draft: Draft, figures: Path, path: Path) -> Path:
    """Write the draft as a Word document; figures that were not drawn (``figures/NAME.png``) are left out."""
    return write_official(draft.blocks, figures, path)


READS = (
    *(DOCUMENTS, PASSAGES, LABELS, PREVALENCE, PREVALENCE_BY_FORM, COVERAGE, MOVEMENTS, THEMES, LINKS, GAPS),
    *(GAP_SHARES, ABSTAINED, DROPPED, FAILURES, SOURCE_GROUPS),
)


def compose(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> Draft:
    """Say what was counted.

    Parameters
    ----------
    tables : those of READS by name
    codebook : names of the codes

    Returns
    -------
    Draft: the blocks of the document in order, EVIDENCE (a row a number, name or quotation), SETTINGS
    """
    settings = settings_table()
    read = {table.name: tables[table.name] for table in READS if table.name in tables}
    writer = Writer(Sheets({**read, "settings": settings}, codebook), Ledger())
    blocks: list[Block] = [Title(TITLE), Paragraph(writer.preface())]
    for number, (title, chapter) in enumerate(
        (
            ("基本情况", writer.basics()),
            *((CHAPTERS[facet], writer.facet(facet)) for facet in CHAPTERS),
            ("附：方法说明", writer.method()),
        )
    ):
        blocks += [Heading(1, title if title.startswith("附") else f"{ORDINALS[number]}、{title}"), *chapter]
    return Draft(blocks, writer.ledger.table(), settings)


@dataclass
class Writer:
    """Writes chapter after chapter; the ledger numbers the sentences in the order in which they are written."""

    sheets: Sheets
    ledger: Ledger
    quoted: set[tuple[str, int]] = field(default_factory=set)  # passage and beginning of what was quoted

    def table(self, name: str) -> pd.DataFrame:
        """One of the tables."""
        return self.sheets.tables[name]

    def setting(self, name: str) -> Cited:
        """One of the constants."""
        return self.sheets.number("settings", "value", {"name": name})

    def preface(self) -> str:
        """What the reader has to know before the first sentence."""
        return (
            "本底稿由统计结果直接写成，供执笔人取舍。句末〔证据〕后的编号见工作簿的“证据”表，"
            "该表逐处写明数字和引文取自哪张工作表的哪一格。“写到”指文中提到，不等于单位必有此事。"
        )

    # 基本情况 ---------------------------------------------------------------------------------------------------

    def basics(self) -> Iterator[Block]:
        """The material: how much, whose, of which years, and what its passages do."""
        yield Heading(2, "（一）材料")
        yield Paragraph("".join(self.material()))
        yield Heading(2, "（二）段落的角色")
        yield Paragraph(self.roles())
        yield Picture("roles", "段落的角色")

    def material(self) -> Iterator[str]:
        """Sentences on documents, forms, sources, years, organs and copies."""
        number, say = self.sheets.number, self.ledger.say
        documents, passages = self.table("documents"), self.table("passages")
        yield say("汇总材料", number("documents", how="行数"), "份，切分为", number("passages", how="行数"), "个段落")
        if self.mixed:
            report, short = (self.of_form(form) for form in SHOWN_FORMS)
            yield say("其中成篇的报告", report, "份，不成篇的短材料", short, "条，分开计数")
        whole = {"by": EVERYTHING, "group": EVERYTHING}
        if self.sheets.rows("coverage", whole)["n_empty"].sum():
            yield say("另有", number("coverage", "n_empty", whole), "份清洗后没有文字，不在任何分母里")
        if passages["reuse_of"].notna().any():
            copies = number("passages", "reuse_of", how="非空行数")
            yield say(
                "有", copies, "个段落与更早的段落雷同，合并后为", self.anything("独立来源", "denominator"), "个独立来源"
            )
        else:
            yield "没有发现不同材料之间雷同的段落。"
        yield from self.dates(documents)
        kinds = documents["kind_of_unit"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
        if len(kinds):
            parts: list[Part] = ["按单位类别："]
            for at, kind in enumerate(kinds.index):
                parts += [
                    "、" if at else "",
                    f"{kind}",
                    number("documents", where={"kind_of_unit": kind}, how="行数"),
                    "份",
                ]
            yield say(*parts)

    def dates(self, documents: pd.DataFrame) -> Iterator[str]:
        """The years that the material covers, and how much of it has no date."""
        number = self.sheets.number
        undated = documents["date"].isna()
        if undated.all():
            yield "全部材料都没有可靠的日期，不作时间上的判断。"
            return
        parts: list[Part] = ["材料的日期最早在", number("documents", "date", how="最早年份"), "年，最晚在"]
        parts += [number("documents", "date", how="最晚年份"), "年"]
        if undated.any():
            parts += [
                "；另有",
                number("documents", where={"date": ""}, how="行数"),
                "份没有可靠的日期，不计入逐年的变化",
            ]
        yield self.ledger.say(*parts)

    def roles(self) -> str:
        """How the passages divide among the roles."""
        counts = self.table("prevalence")
        counts = counts[(counts["facet"] == "role") & (counts["unit"] == "段落")]
        ranked = counts.sort_values(["n", "code"], ascending=[False, True])["code"]
        parts: list[Part] = [self.anything("段落", "denominator"), "个段落中："]
        for at, role in enumerate(ranked):
            where = key("role", role, unit="段落")
            n = self.sheets.number("prevalence", "n", where)
            share = self.sheets.number("prevalence", "share", where, unit="%")
            parts += ["，" if at else "", "“", self.sheets.name("role", role), "”", n, "段（", share, "%）"]
        return self.ledger.say(*parts) + "只有说问题表现的段落才计入下文的表现，成效和对策里借用的“问题词”不计入。"

    # 表现、成因、对策 -------------------------------------------------------------------------------------------

    def facet(self, facet: str) -> Iterator[Block]:
        """One chapter: table, figure, a section a code, and what belongs to this facet alone."""
        codes = self.ranked(facet)
        if not codes:
            yield Paragraph(f"材料中没有标出{WORDS[facet]}，本章不作判断。")
            return
        yield Table(f"写到各种{WORDS[facet]}的材料", self.head(facet), [self.line(facet, code) for code in codes])
        yield Picture(f"codes_{facet}", f"各种{WORDS[facet]}的占比")
        common = [code for code in codes if self.count(facet, code) >= FEWEST]
        sections: list[tuple[str, list[Block]]] = [
            (self.sheets.name(facet, code).shown, self.code(facet, code)) for code in common
        ]
        sections += self.rare(facet, codes[len(common) :])
        sections += self.themes(facet)
        sections += {"cause": self.links, "remedy": self.gaps}.get(facet, list)()
        if facet == "manifestation":
            sections += self.moves()
        for number, (title, blocks) in enumerate(sections):
            yield Heading(2, f"（{ordinal(number)}）{title}")
            yield from blocks

    def ranked(self, facet: str) -> list[str]:
        """Codes of a facet, those of most documents first."""
        counts = self.table("prevalence")
        rows = counts[(counts["facet"] == facet) & (counts["unit"] == "文档")]
        return [str(code) for code in rows.sort_values(["n", "code"], ascending=[False, True])["code"]]

    def head(self, facet: str) -> list[str]:
        """The head of a chapter's table."""
        counted = ["报告（份）", "占报告（%）", "区间（%）"] if self.mixed else ["材料（份）", "占比（%）", "区间（%）"]
        counted += ["短材料（条）"] if self.mixed else []
        return [WORDS[facet], *counted, "段落（段）", "独立来源（个）", "证据"]

    def line(self, facet: str, code: str) -> list[str]:
        """A row of a chapter's table."""
        sheet, groups = ("prevalence_by_form", SHOWN_FORMS) if self.mixed else ("prevalence", (EVERYTHING,))
        share, interval = self.share_cells(sheet, key(facet, code, groups[0]))
        counted = [self.fraction(sheet, key(facet, code, group)) for group in groups]
        passages = self.sheets.number("prevalence", "n", key(facet, code, unit="段落"))
        sources = self.fraction("prevalence", key(facet, code, unit="独立来源"))
        name = self.sheets.name(facet, code)
        return self.ledger.row((name,), counted[0], share, interval, *counted[1:], (passages,), sources)

    def fraction(self, sheet: str, where: dict[str, str]) -> tuple[Part, ...]:
        """“15/19” as a cell; a dash where no document of the group has the code."""
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

    def code(self, facet: str, code: str) -> list[Block]:
        """The section of one code: its counts, and the quotations that show it best."""
        blocks: list[Block] = [Paragraph(self.counts(facet, code))]
        return blocks + [Paragraph(text) for text in self.quotations(facet, code)]

    def counts(self, facet: str, code: str) -> str:
        """How many write of a code: reports and short pieces apart, passages, independent sources."""
        number = self.sheets.number
        parts: list[Part] = []
        if self.mixed:
            for form, unit in zip(SHOWN_FORMS, ("份", "条"), strict=True):
                parts += [*self.out_of("prevalence_by_form", key(facet, code, form), f"{unit}{form}", unit), "；"]
        else:
            parts += [*self.out_of("prevalence", key(facet, code), "份材料", "份"), "；"]
        parts += ["共", number("prevalence", "n", key(facet, code, unit="段落")), "段；"]
        parts += self.out_of("prevalence", key(facet, code, unit="独立来源"), "个独立来源", "个")
        return self.ledger.say(*parts, passage_id=self.best(facet, code))

    def out_of(self, sheet: str, where: dict[str, str], whole: str, unit: str) -> list[Part]:
        """“19 份报告中有 15 份写到（79%，区间 57%—91%）”; without the share where the whole is too small."""
        rows = self.sheets.rows(sheet, where)
        if rows.empty:
            return [f"{where['group']}中没有写到的"]
        number = self.sheets.number
        n, total = number(sheet, "n", where), number(sheet, "denominator", where)
        said: list[Part] = [total, f"{whole}中有", n, f"{unit}写到"]
        if rows["denominator"].iloc[0] < FEWEST:
            return [*said, "（不足", self.setting("最少份数"), f"{unit}，不算占比）"]
        share, low, high = (number(sheet, column, where, unit="%") for column in ("share", "low", "high"))
        return [*said, "（", share, "%，区间", low, "%—", high, "%）"]

    def quotations(self, facet: str, code: str) -> Iterator[str]:
        """The best quotations of a code; a sentence that was quoted before is not quoted again."""
        ranked = self.surest(facet, code)
        fresh = [
            (pid, begin) not in self.quoted for pid, begin in zip(ranked["passage_id"], ranked["begin"], strict=True)
        ]
        for label in ranked[fresh].head(QUOTED).itertuples():
            self.quoted.add((str(label.passage_id), int(label.begin)))
            in_passage = {"passage_id": label.passage_id}
            piece = cut(int(label.begin), int(label.finish), int(label.start))
            quoted = self.sheets.text("passages", "text", in_passage, piece)
            ending = "" if quoted.shown.rstrip("’」』）").endswith(("。", "！", "？", "!", "?")) else "。"
            yield self.ledger.say(*self.place(label), "写道：“", quoted, "”", ending=ending)

    def surest(self, facet: str, code: str) -> pd.DataFrame:
        """Labels of a code on passages that can be quoted, one a source, the best quotation first.

        A sentence of a fitting length that holds the whole evidence comes before any other, then reports before short
        pieces, sure labels before doubtful ones, and what rests on a cue before what a model found alike.
        """
        labels, passages = self.table("labels"), self.table("passages")
        mine = labels[(labels["facet"] == facet) & (labels["code"] == code)]
        mine = mine.merge(passages[["passage_id", "text", "reuse_of"]], on="passage_id")
        mine = mine[mine["reuse_of"].isna() & mine["text"].map(citable).astype(bool)]
        spans = [sentence_around(str(row.text), int(row.start), int(row.end)) for row in mine.itertuples()]
        begin, finish = [span[0] for span in spans], [span[1] for span in spans]
        mine = mine.assign(begin=begin, finish=finish, source=mine["document_id"].map(self.sources))
        length = mine["finish"] - mine["begin"]
        whole = length.between(SHORTEST, LONGEST) & (mine["begin"] <= mine["start"]) & (mine["end"] <= mine["finish"])
        mine = mine.assign(
            unfit=~whole,
            short=mine["document_id"].map(self.forms).eq(SUMMARY),
            doubtful=mine["score"] < SURE,
            cueless=~mine["reason"].fillna("").astype(str).str.startswith(CUE),
        )
        order = ["unfit", "short", "doubtful", "cueless", "score", "passage_id", "start"]
        ranked = mine.sort_values(order, ascending=[column != "score" for column in order])
        return ranked.drop_duplicates("source")

    def best(self, facet: str, code: str) -> str:
        """The passage that shows a code best; empty if none can be quoted."""
        ranked = self.surest(facet, code)
        return str(ranked["passage_id"].iloc[0]) if len(ranked) else ""

    def place(self, label: Any) -> list[Part]:
        """Where a passage stands: title, heading, position; a row of a table by its number."""
        text, number = self.sheets.text, self.sheets.number
        in_document, in_passage = {"document_id": label.document_id}, {"passage_id": label.passage_id}
        document = self.sheets.rows("documents", in_document).iloc[0]
        passage = self.sheets.rows("passages", in_passage).iloc[0]
        named = isinstance(document["title"], str) and document["title"] and citable(document["title"])
        parts: list[Part] = ["《", text("documents", "title" if named else "document_id", in_document)]
        parts.append("》")
        if (at := str(label.document_id).find("·")) >= 0 and self.forms[label.document_id] == SUMMARY:
            row = (at + 1, len(label.document_id))
            parts += ["编号", text("documents", "document_id", in_document, row)]
        elif isinstance(passage["section"], str) and passage["section"] and citable(passage["section"]):
            last = passage["section"].rfind("＞") + 1
            piece = (last, len(passage["section"]))
            parts += ["“", text("passages", "section", in_passage, piece), "”部分"]
        position = number("passages", "position", in_passage)
        return [*parts, "（第", position, "段）"]

    def rare(self, facet: str, codes: list[str]) -> list[tuple[str, list[Block]]]:
        """Codes in too few documents for a judgement: counts only."""
        if not codes:
            return []
        parts: list[Part] = ["下列各项写到的材料都不足", self.setting("最少份数"), "份，数量太少，不作判断："]
        for at, code in enumerate(codes):
            n = self.sheets.number("prevalence", "n", key(facet, code))
            parts += ["、" if at else "", "“", self.sheets.name(facet, code), "”", n, "份"]
        return [("其他", [Paragraph(self.ledger.say(*parts))])]

    def themes(self, facet: str) -> list[tuple[str, list[Block]]]:
        """Themes that the material itself forms, stable ones only."""
        themes = self.table("themes")
        shown = themes[(themes["facet"] == facet) & themes["shown"]].sort_values("theme_id")
        if shown.empty:
            return []
        lead = f"不借助编码表，按用词把说{WORDS[facet]}的段落聚成主题，只列稳定的；“再现”是重抽样中又出现的比例。"
        head = ["主题（最突出的词）", "段落（段）", "材料（份）", "独立来源（个）", "再现（%）", "证据"]
        rows = [self.theme_line({"theme_id": str(theme_id)}) for theme_id in shown["theme_id"]]
        return [("材料自身聚成的主题", [Paragraph(lead), Table(f"{WORDS[facet]}的主题", head, rows)])]

    def theme_line(self, where: dict[str, str]) -> list[str]:
        """A row of a table of themes."""
        label = self.sheets.text("themes", "label", where)
        counted = [(self.sheets.number("themes", name, where),) for name in ("n_passages", "n_documents", "n_sources")]
        return self.ledger.row((label,), *counted, (self.sheets.number("themes", "stability", where, unit="%"),))

    def links(self) -> list[tuple[str, list[Block]]]:
        """Causes and manifestations that stand in the same documents more often than chance would have it."""
        table = self.table("links")
        pairs = table[(table["scope"] == "文档") & (table["pair"] == "cause→manifestation")]
        clear = pairs[(pairs["low"] > 1) & (pairs["n_sources"] >= FEWEST)]
        if self.mixed:  # long and short texts together make every pair look linked: the ratio is not written
            clear = pairs[pairs["n_sources"] >= FEWEST]
        ranked = clear.sort_values(["n", "lift", "source_code", "target_code"], ascending=[False, False, True, True])
        if ranked.empty:
            words = "没有成因与表现在足够多的独立来源里明显地同现，不作判断。"
            return [("成因与表现的同现", [Paragraph(words)])]
        said = [self.pair(row) for row in ranked.head(LINKED).itertuples()]
        caution = "同现只说明常写在一起，不等于因果。"
        if self.mixed:
            caution += "报告与短材料长短悬殊，同现的倍数会虚高，故只列份数。"
        return [("成因与表现的同现", [Paragraph("".join(said) + caution)])]

    def pair(self, row: Any) -> str:
        """One pair of a cause and a manifestation."""
        where = {"scope": row.scope, "pair": row.pair, "source_code": row.source_code, "target_code": row.target_code}
        number, name = self.sheets.number, self.sheets.name
        parts: list[Part] = ["“", name("cause", row.source_code), "”与“", name("manifestation", row.target_code)]
        parts += ["”在", number("links", "n", where), "份材料（", number("links", "n_sources", where)]
        parts.append("个独立来源）里一同写到")
        if not self.mixed:
            lift, low, high = (number("links", column, where) for column in ("lift", "low", "high"))
            parts += ["，是互不相干时的", lift, "倍（区间", low, "—", high, "倍）"]
        return self.ledger.say(*parts)

    def gaps(self) -> list[tuple[str, list[Block]]]:
        """Codes that organs name without any remedy that answers them."""
        table = self.table("gap_shares")
        open_ones = table[(table["kind"] == "诊断了没开方") & (table["unit"] == "单位") & (table["n"] > 0)]
        ranked = open_ones[open_ones["denominator"] >= FEWEST].sort_values(["share", "code"], ascending=[False, True])
        if ranked.empty:
            return [
                (
                    "诊断与对策的对应",
                    [Paragraph("没有发现写了问题或成因而没有写相应对策的单位，或单位太少，不作判断。")],
                )
            ]
        said = [self.gap(row) for row in ranked.head(LINKED).itertuples()]
        lead = "只看写成全文的材料。写了问题或成因、却没有写到任何与之相应的对策的："
        return [("诊断与对策的对应", [Paragraph(lead + "".join(said))])]

    def gap(self, row: Any) -> str:
        """One code that lacks its remedy, and which remedies would answer it."""
        number = self.sheets.number
        where = {"kind": row.kind, "facet": row.facet, "code": row.code, "unit": row.unit}
        parts: list[Part] = ["写到“", self.sheets.name(row.facet, row.code), "”的"]
        parts += [number("gap_shares", "denominator", where), "个单位中有", number("gap_shares", "n", where), "个"]
        share, low, high = (number("gap_shares", column, where, unit="%") for column in ("share", "low", "high"))
        parts += ["（", share, "%，区间", low, "%—", high, "%）"]
        rows = self.table("gaps")
        mine = rows[(rows["kind"] == row.kind) & (rows["code"] == row.code)]
        known = set(self.ranked("remedy"))
        wanted = [code for code in re.findall(r"[a-z_]+", str(mine["wanted"].iloc[0])) if code in known]
        for at, code in enumerate(wanted):
            parts += ["、“" if at else "，宜补的对策是“", self.sheets.name("remedy", code), "”"]
        return self.ledger.say(*parts, passage_id=str(mine["passage_id"].iloc[0]))

    def moves(self) -> list[tuple[str, list[Block]]]:
        """What the years changed: slogans and manifestations of a reliable direction, or that there is none."""
        moves = self.table("movements")
        moves = moves[(moves["freq"] == "Y") & (moves["unit"] == "文档")]
        known = moves["kind"].isin(SLOGANS) | moves["item"].isin(self.sheets.codebook.of("manifestation"))
        moves = moves[known & moves["change"].notna()]
        if moves["p"].isna().all():
            return []
        said = [self.stretches(next(moves.itertuples()))]
        for what, kinds in (("提法", SLOGANS), (WORDS["manifestation"], ("code",))):
            mine = moves[moves["kind"].isin(kinds)]
            if mine.empty:
                continue
            sure = reliable(mine)
            said += [self.move(row) for row in sure.head(MOVED).itertuples()]
            if len(sure) > MOVED:
                said.append(f"还有{what}升降可靠，见工作表“走势”。")
            else:
                said.append(f"其余{what}没有可靠的升降。" if len(sure) else f"各种{what}都没有可靠的升降。")
        blocks: list[Block] = [Paragraph("".join(said))]
        if len(reliable(moves[moves["kind"].isin(SLOGANS)])):
            blocks.append(Picture("trend_slogans", "登场、退场和升降的提法各年的占比"))
        return [("逐年的变化", blocks)]

    def stretches(self, row: Any) -> str:
        """Which documents of which years are compared, and what a reliable direction is."""
        where, text, number = moving(row), self.sheets.text, self.sheets.number
        parts: list[Part] = ["有日期的", self.counted_form(row.form), number("movements", "denominator", where), "份，"]
        for side, called in HALVES.items():
            parts += [f"{called}（", text("movements", side, where), "年）"]
            parts += [number("movements", f"denominator_{side}", where), "份", "，" if side == "earlier" else "。"]
        parts += ["逐年检验显著（已作多重比较校正）、前后段占比之差的", self.setting("置信水平")]
        return self.ledger.say(*parts, "%区间又不含零的，才算可靠的升降")

    def counted_form(self, form: str) -> str:
        """The documents that the movements count, in words."""
        return "报告（短材料不计入）" if form == REPORT else "材料"

    def move(self, row: Any) -> str:
        """One item that moves: before, after, and the difference with its interval."""
        where, number = moving(row), self.sheets.number
        upward = row.change > 0
        if row.kind == "code":  # a problem does not enter or leave as a slogan does
            parts: list[Part] = ["“", self.sheets.name("manifestation", row.item), "”上升：" if upward else "”下降："]
        else:
            parts = ["“", self.sheets.text("movements", "item", where), f"”{row.direction}："]
        for side, called in HALVES.items():
            n = number("movements", f"n_{side}", where)
            share = number("movements", f"share_{side}", where, unit="%", below=f"denominator_{side}")
            parts += [called, n, "份（", share, "%），"]
        ends = ("change_low", "change_high") if upward else ("change_high", "change_low")
        size, near, far = (
            number("movements", column, where, how="绝对值", unit="百分点") for column in ("change", *ends)
        )
        parts += ["后段高" if upward else "后段低", size, "个百分点（区间"]
        return self.ledger.say(*parts, near, "—", far, "个百分点）")

    # 方法 -------------------------------------------------------------------------------------------------------

    def method(self) -> Iterator[Block]:
        """How the numbers came about and how far they go."""
        say, number = self.ledger.say, self.sheets.number
        said = [
            "先判断每个段落的角色，再只在问题表现、原因成因、对策建议的段落里编代码；每个代码都有原文为证。",
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

    # ------------------------------------------------------------------------------------------------------------

    @cached_property
    def forms(self) -> dict[str, str]:
        """Form of every document."""
        return {str(name): str(form) for name, form in form_of(self.table("documents"), self.table("passages")).items()}

    @cached_property
    def sources(self) -> dict[str, str]:
        """Independent source of every document; a document is its own where the tables do not tell."""
        known = self.sheets.tables.get("sources_of_documents")
        if known is None:
            return {name: name for name in self.forms}
        return dict(zip(known["document_id"], known["source_group"], strict=True))

    @cached_property
    def mixed(self) -> bool:
        """Whether reports and short pieces are both there, so that they must be told apart."""
        return bool(self.table("prevalence_by_form")["group"].nunique() > 1)

    def of_form(self, form: str) -> Cited:
        """Number of documents of one form that gave passages."""
        return self.sheets.number("prevalence_by_form", "denominator", any_row(self.table("prevalence_by_form"), form))

    def anything(self, unit: str, column: str) -> Cited:
        """A denominator that is the same for every code."""
        return self.sheets.number("prevalence", column, any_row(self.table("prevalence"), EVERYTHING, unit))

    def count(self, facet: str, code: str) -> int:
        """Documents with a code, for a decision only."""
        return int(self.sheets.rows("prevalence", key(facet, code))["n"].iloc[0])


def key(facet: str, code: str, group: str = EVERYTHING, unit: str = "文档") -> dict[str, str]:
    """The key of a row of PREVALENCE."""
    return {"facet": facet, "code": code, "group": group, "unit": unit}


def moving(row: Any) -> dict[str, str]:
    """The key of a row of MOVEMENTS."""
    return {"kind": row.kind, "item": row.item, "form": row.form, "freq": row.freq, "unit": row.unit}


def reliable(moves: pd.DataFrame) -> pd.DataFrame:
    """Rows of MOVEMENTS whose direction and whose change are both sure, the surest first.

    The test sees every year, the change only two halves: what only one of them finds is not written.
    """
    apart = (moves["change_low"] > 0) | (moves["change_high"] < 0)
    return moves[moves["direction"].isin(MOVING) & apart].sort_values(["q", "kind", "item"])


def any_row(prevalence: pd.DataFrame, group: str, unit: str = "文档") -> dict[str, str]:
    """The key of the first row of a group: its denominator is that of all its rows."""
    row = prevalence[(prevalence["group"] == group) & (prevalence["unit"] == unit)].iloc[0]
    return key(row["facet"], row["code"], group, unit)


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """The sentence that holds a span, or the part between semicolons where it is longer than ``LONGEST``.

    A semicolon at the end is left out.

    >>> sentence_around("甲。乙；丙丁。戊。", 4, 5), sentence_around("甲" * 80 + "；乙丙；" + "丁" * 20, 81, 82)
    ((2, 7), (81, 83))
    """
    begin, finish = start, end
    for unit in (SENTENCE, PART):
        hit = next((hit for hit in unit.finditer(text) if hit.start() <= start < hit.end()), None)
        if hit is not None:
            begin, finish = hit.start(), max(hit.end(), end)
        if finish - begin <= LONGEST:
            break
    return begin, begin + len(text[begin:finish].rstrip("；;"))


def cut(begin: int, finish: int, start: int) -> tuple[int, int]:
    """A stretch, or ``LONGEST`` characters of it with the place ``start`` among them.

    >>> cut(10, 60, 20), cut(0, 300, 150), cut(0, 300, 299)
    ((10, 60), (150, 240), (210, 300))
    """
    first = max(begin, min(start, finish - LONGEST)) if finish - begin > LONGEST else begin
    return first, min(finish, first + LONGEST)


def ordinal(number: int) -> str:
    """Chinese numeral of a heading, from zero.

    >>> ordinal(0), ordinal(9), ordinal(11)
    ('一', '十', '十二')
    """
    return ORDINALS[number] if number < 10 else f"十{ORDINALS[number - 10]}"
