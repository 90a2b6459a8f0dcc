"""One page for a leader: the five findings over all, or what one unit writes, beside the units of its kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.measures.forms import ALL
from nlp.statements.blocks import Block, Paragraph, Title
from nlp.statements.citing import Quoter
from nlp.statements.draft import Draft, sheets_of
from nlp.statements.evidence import Cited, Part, Sheets
from nlp.statements.findings import WORDS
from nlp.tables import GAP_KINDS, SETTINGS

TITLE = "党建与业务“两张皮”问题情况简报"
ORDINALS = ("一是", "二是", "三是", "四是", "五是")
MOST_CODES, MOST_GAPS, UNIT_QUOTATION = 6, 2, 40  # what the page of a unit has room for
NEAR = 5  # units that are named where one is not known


def plain(parts: list[Part]) -> str:
    """Parts as they are read."""
    return "".join(part if isinstance(part, str) else part.shown for part in parts)


def points_of(draft: Draft) -> list[str]:
    """The findings as sentences, heading first."""
    told = []
    for finding in draft.findings:
        quoted = f"如{plain(finding.quotation)}。" if finding.quotation else ""
        told.append(f"{plain(finding.head)}。{plain(finding.body)}{quoted}")
    return told


def briefing(draft: Draft, tables: Mapping[str, pd.DataFrame]) -> list[Block]:
    """The briefing over all: what it rests on, the findings, where the rest stands."""
    documents, units = tables["documents"], tables["units"]
    years = sorted(documents["date"].dropna().str[:4].unique())
    span = f"，{years[0]}—{years[-1]}年" if len(years) > 1 else f"，{years[0]}年" if years else ""
    named = f"、{len(units)}个单位" if len(units) else ""
    blocks: list[Block] = [Title(TITLE), Paragraph(f"据{len(documents)}份材料{named}{span}。")]
    for ordinal, finding, point in zip(ORDINALS, draft.findings, points_of(draft), strict=False):
        lead = f"{plain(finding.head)}。"
        blocks.append(Paragraph(point.removeprefix(lead), ordinal + lead))
    if not draft.findings:
        blocks.append(Paragraph("材料中没有可以成立的判断。"))
    return [*blocks, Paragraph("“写到”指文中提到，不等于单位必有此事；依据和全部数字见《报告底稿》和工作簿。")]


@dataclass
class UnitBriefing:
    """The page of one unit: every number a cell of UNITS, UNIT_CODES or GAPS."""

    unit: str
    sheets: Sheets
    quoter: Quoter

    @classmethod
    def of(cls, unit: str, tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> UnitBriefing:
        """The page of ``unit``. Raises DataError if no document names it."""
        known = list(tables["units"]["unit"])
        if unit not in known:
            near = [name for name in known if unit in name or name in unit] or known
            listed = "、".join(near[:NEAR]) + ("……" if len(near) > NEAR else "")
            raise DataError.at(
                f"没有这个单位：{unit}", where="--unit", fix=f"用材料里写明的单位：{listed or '一个也没有'}"
            )
        sheets = sheets_of(tables, codebook, SETTINGS.empty())
        return cls(unit, sheets, Quoter(sheets))

    def blocks(self) -> list[Block]:
        """The page."""
        made = [("材料。", self.material()), ("在同类中的位置。", self.place())]
        made += [(f"{WORDS[facet]}。", self.codes(facet)) for facet in CODED_FACETS]
        made += [("有病无方。", [part for gap in self.gaps() for part in gap])]
        paragraphs = [Paragraph(plain(parts), lead) for lead, parts in made if parts]
        return [Title(f"{self.unit}\n党建与业务“两张皮”情况"), *paragraphs, Paragraph(CAUTION)]

    def number(self, column: str) -> Cited:
        """A number of the unit."""
        return self.sheets.number("units", column, {"unit": self.unit})

    def row(self) -> pd.Series:
        """The unit's row of UNITS."""
        return self.sheets.rows("units", {"unit": self.unit}).iloc[0]

    def material(self) -> list[Part]:
        """Its reports: how many, of which years and genres."""
        row, where = self.row(), {"unit": self.unit}
        said: list[Part] = [self.number("n_documents"), "份材料、", self.number("n_passages"), "个段落"]
        if isinstance(row["years"], str):
            said += ["，", self.sheets.text("units", "years", where), "年"]
        if isinstance(row["genres"], str):
            said += ["，", self.sheets.text("units", "genres", where)]
        return [*said, "。"]

    def place(self) -> list[Part]:
        """Its place among the units of its kind."""
        row = self.row()
        kind = f"{row['kind_of_unit']}类" if isinstance(row["kind_of_unit"], str) else "没有写明类别的"
        said: list[Part] = ["确定写到问题表现", self.number("n_manifestations"), "种"]
        if row["n_of_kind"] > 1:
            said += [f"，在{kind}", self.number("n_of_kind"), "个单位中由多到少排第", self.number("place")]
        return [*said, "。写得多，也可能是查得认真。"]

    def codes(self, facet: str) -> list[Part]:
        """What it writes of, by year, the commonest with a quotation."""
        table = self.sheets.tables["unit_codes"]
        mine = table[(table["unit"] == self.unit) & (table["facet"] == facet)]
        whole = mine[(mine["period"] == ALL) & (mine["n_passages"] > 0)]
        ranked = whole.sort_values(["n_passages", "code"], ascending=[False, True])["code"]
        if ranked.empty:
            return ["没有确定写到的。"]
        said: list[Part] = []
        for at, code in enumerate(ranked.head(MOST_CODES)):
            where = {"unit": self.unit, "period": ALL, "facet": facet, "code": str(code)}
            said += ["、" if at else "", "“", self.sheets.name(facet, str(code)), "”"]
            said += [self.sheets.number("unit_codes", "n_passages", where), "段"]
            years = sorted(
                mine.loc[(mine["code"] == code) & (mine["period"] != ALL) & (mine["n_passages"] > 0), "period"]
            )
            said.append(f"（{'、'.join(years)}年）" if years else "")
        said.append("等。" if len(ranked) > MOST_CODES else "。")
        return [*said, *self.example(facet, str(ranked.iloc[0]))]

    def example(self, facet: str, code: str, quoter: Quoter | None = None) -> list[Part]:
        """Its own words."""
        documents = self.sheets.tables["documents"]
        mine = frozenset(documents.loc[documents["organ"] == self.unit, "document_id"])
        chosen = quoter or self.quoter
        fresh = chosen.fresh(chosen.surest(facet, code, mine, UNIT_QUOTATION), 1, UNIT_QUOTATION)
        return ["如", *fresh[0][0], "。"] if fresh else []

    def gaps(self) -> Iterator[list[Part]]:
        """Both sides of what it names without an answer: its words, and what was looked for."""
        table = self.sheets.tables["gaps"]
        mine = table[(table["unit"] == self.unit) & (table["kind"] == GAP_KINDS[0])]
        for row in mine.head(MOST_GAPS).itertuples():
            wanted = "、".join(
                f"“{self.sheets.codebook.name(code)}”" for code in str(row.wanted).split("、") if code != "任一"
            )
            said: list[Part] = ["写了“", self.sheets.name(str(row.facet), str(row.code)), "”"]
            said += [f"，要找的对策{wanted or ''}一段也没有。"]
            yield [*said, *self.example(str(row.facet), str(row.code), Quoter(self.sheets))]
        if mine.empty:
            yield ["没有发现；不足五段的单位不看。"]


CAUTION = "“写到”指文中提到，不等于单位必有此事。"
