"""The five findings that matter: each a heading that asserts, n of N, the units, its direction, and one quotation."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from nlp.measures.forms import ALL, REPORT
from nlp.statements.citing import Quoter
from nlp.statements.evidence import Part, Sheets
from nlp.statements.ranking import counted_in, ranked_codes, reliable, widest_gaps
from nlp.tables import GAP_KINDS

FEWEST = 5  # documents or units: below, a share says nothing and is not written
MOST = 5  # findings
SEVERAL = 2  # units that make a gap worth a sentence
SHORT_QUOTATION = 45  # characters: five of them must leave a page room
HALVES = {"earlier": "前段", "later": "后段"}  # columns of MOVEMENTS
WORDS = {"manifestation": "问题表现", "cause": "成因", "remedy": "对策"}
FIRST = {"manifestation": ("问题最集中在", ""), "cause": ("成因说得最多的是", ""), "remedy": ("开出的方子以", "为最多")}
SECOND = {"manifestation": ("问题其次在", ""), "cause": ("成因其次是", ""), "remedy": ("方子其次是", "")}
TIED = {  # as many documents write of another
    "manifestation": ("几种问题一样多，其一是", ""),
    "cause": ("几种成因一样多，其一是", ""),
    "remedy": ("几种方子一样多，其一是", ""),
}


@dataclass(frozen=True)
class Finding:
    """A heading, the sentence that bears it out, a quotation, and the passage that it stands in."""

    topic: str
    head: list[Part]
    body: list[Part]
    quotation: list[Part] = field(default_factory=list)
    passage_id: str = ""


def findings(sheets: Sheets, quoter: Quoter, longest: int = SHORT_QUOTATION) -> list[Finding]:
    """At most five findings, the most telling first: problem, cause, remedy, gap, change; then the next in rank.

    What every document writes is no finding: the first that is not universal stands in its place.
    """
    told: set[tuple[str, str]] = set()
    said = Findings(sheets, quoter, longest, told)
    makers: list[Callable[[], Finding | None]] = [
        lambda: said.commonest("manifestation"),
        lambda: said.commonest("cause"),
        lambda: said.commonest("remedy"),
        said.gap,
        said.change,
        lambda: said.commonest("manifestation"),
        lambda: said.commonest("cause"),
        lambda: said.commonest("remedy"),
    ]
    found: list[Finding] = []
    for make in makers:
        if len(found) < MOST and (finding := make()) is not None:
            found.append(finding)
    return found


@dataclass
class Findings:
    """Makes one finding after the other from the same sheets."""

    sheets: Sheets
    quoter: Quoter
    longest: int
    told: set[tuple[str, str]]  # facet and code that a finding was about

    def commonest(self, facet: str) -> Finding | None:
        """The code of a facet that most documents write of, of those that were not told and are not universal."""
        sheet, group = counted_in(self.sheets.tables)
        everywhere: list[Part] = []
        for code in ranked_codes(self.sheets.tables, facet):
            rows = self.sheets.rows(sheet, key(facet, code, group))
            name = self.sheets.name(facet, code)
            if len(rows) and rows["n"].iloc[0] == rows["denominator"].iloc[0] >= FEWEST:
                everywhere += ["、" if everywhere else "除份份都写到的", "“", name, "”"]
                continue
            if (facet, code) in self.told or rows.empty or not rows["n"].iloc[0]:
                continue
            second = any(told == facet for told, _ in self.told)
            self.told.add((facet, code))
            head: list[Part] = [] if second or not everywhere else [*everywhere, "外，"]
            tied = self.tied(sheet, facet, group, int(rows["n"].iloc[0]))
            before, after = TIED[facet] if tied else (SECOND if second else FIRST)[facet]
            head += [before, "“", name, "”", after]
            body = [*self.out_of(sheet, key(facet, code, group)), "。", *self.in_units(facet, code)]
            return self.quoted(facet, head, [*body, *self.direction(code)], facet, code)
        return None

    def tied(self, sheet: str, facet: str, group: str, n: int) -> bool:
        """Whether another code of the facet has as many documents."""
        rows = self.sheets.rows(sheet, {"facet": facet, "group": group, "unit": "文档"})
        return bool((rows["n"] == n).sum() > 1)

    def out_of(self, sheet: str, where: dict[str, str]) -> list[Part]:
        """“19份报告中有15份写到（79%）”; without the share where the whole is too small."""
        number, rows = self.sheets.number, self.sheets.rows(sheet, where)
        total, n = number(sheet, "denominator", where), number(sheet, "n", where)
        said: list[Part] = [total, "份报告中有" if where["group"] == REPORT else "份材料中有", n, "份写到"]
        if rows["denominator"].iloc[0] >= FEWEST:
            said += ["（", number(sheet, "share", where, unit="%"), "%）"]
        more = rows["n_with_doubtful"].iloc[0] if "n_with_doubtful" in rows else 0
        if more > rows["n"].iloc[0]:
            said += ["，连同存疑的", number(sheet, "n_with_doubtful", where), "份"]
        return said

    def in_units(self, facet: str, code: str) -> list[Part]:
        """In how many units, and of which kinds."""
        table, number = self.sheets.tables["unit_shares"], self.sheets.number
        mine = table[(table["facet"] == facet) & (table["code"] == code)]
        where = {"facet": facet, "code": code, "group": ALL}
        whole = mine[mine["group"] == ALL]
        if whole.empty or not whole["n"].iloc[0]:
            return []
        said: list[Part] = ["涉及", number("unit_shares", "n", where), "个单位（共"]
        said += [number("unit_shares", "denominator", where), "个）"]
        kinds = mine[(mine["group"] != ALL) & (mine["n"] > 0)].sort_values(["n", "group"], ascending=[False, True])
        for at, kind in enumerate(kinds["group"] if len(kinds) > 1 else ()):
            said += ["、" if at else "：", f"{kind}", number("unit_shares", "n", where | {"group": str(kind)}), "个"]
        return [*said, "。"]

    def direction(self, code: str) -> list[Part]:
        """How a code moves, if it surely does."""
        moves = self.moves()
        mine = moves[moves["item"] == code]
        return self.moved(next(mine.itertuples())) if len(mine) else []

    def moves(self) -> pd.DataFrame:
        """Reliable movements of codes over the years."""
        moves = self.sheets.tables["movements"]
        return reliable(moves[(moves["kind"] == "code") & (moves["freq"] == "Y") & (moves["unit"] == "文档")])

    def moved(self, row: Any) -> list[Part]:
        """“2021—2022年16份中有4份（25%），2023—2024年16份中有12份（75%）。”."""
        where, number, text = moving(row), self.sheets.number, self.sheets.text
        said: list[Part] = []
        for side in HALVES:
            said += [text("movements", side, where), "年", number("movements", f"denominator_{side}", where), "份中有"]
            said += [number("movements", f"n_{side}", where), "份（"]
            said += [number("movements", f"share_{side}", where, unit="%", below=f"denominator_{side}"), "%）"]
            said.append("，" if side == "earlier" else "。")
        return said

    def gap(self) -> Finding | None:
        """The problem or cause that most units write of without a remedy that answers it."""
        ranked = widest_gaps(self.sheets.tables, GAP_KINDS[0])
        if ranked.empty or ranked["n"].iloc[0] < SEVERAL:
            return None
        row = ranked.iloc[0]
        facet, code, number = str(row["facet"]), str(row["code"]), self.sheets.number
        where = {"kind": GAP_KINDS[0], "facet": facet, "code": code, "unit": "单位"}
        gaps = self.sheets.tables["gaps"]
        mine = gaps[(gaps["kind"] == GAP_KINDS[0]) & (gaps["code"] == code)]
        head: list[Part] = ["写了“", self.sheets.name(facet, code), "”而没有开方的单位最多"]
        body: list[Part] = [number("gap_shares", "denominator", where), "个写到它的单位中有"]
        body += [number("gap_shares", "n", where), "个没有写到相应的对策"]
        wanted = self.wanted(str(mine["wanted"].iloc[0]))
        body += [*(["（要找的是", *wanted, "）"] if wanted else []), "。"]
        return self.quoted("gap", head, body, facet, code, frozenset(mine["document_id"]))

    def wanted(self, codes: str) -> list[Part]:
        """Names of the remedies that would answer."""
        known = set(self.sheets.tables["prevalence"].query("facet == 'remedy'")["code"])
        said: list[Part] = []
        for code in re.findall(r"[a-z_]+", codes):
            name: Part = self.sheets.name("remedy", code) if code in known else self.sheets.codebook.name(code)
            said += ["、" if said else "", "“", name, "”"]
        return said

    def change(self) -> Finding | None:
        """The problem that surely changed most; nothing where none did."""
        moves = self.moves()
        moves = moves[moves["item"].isin(self.sheets.codebook.of("manifestation"))]
        moves = moves[[("manifestation", str(item)) not in self.told for item in moves["item"]]]
        if moves.empty:
            return None
        row = next(moves.itertuples())
        self.told.add(("manifestation", str(row.item)))
        name = self.sheets.name("manifestation", str(row.item))
        head: list[Part] = ["“", name, "”在增多" if row.change > 0 else "”在减少"]
        body = [*self.moved(row), *self.in_units("manifestation", str(row.item))]
        return self.quoted("change", head, body, "manifestation", str(row.item))

    def quoted(
        self,
        topic: str,
        head: Iterable[Part],
        body: Iterable[Part],
        facet: str,
        code: str,
        among: frozenset[str] | None = None,
    ) -> Finding:
        """The finding with its best quotation."""
        ranked = self.quoter.surest(facet, code, among, self.longest)
        fresh = self.quoter.fresh(ranked, 1, self.longest)
        quotation, passage = fresh[0] if fresh else ([], "")
        return Finding(topic, list(head), list(body), quotation, passage)


def key(facet: str, code: str, group: str = ALL, unit: str = "文档") -> dict[str, str]:
    """The key of a row of PREVALENCE."""
    return {"facet": facet, "code": code, "group": group, "unit": unit}


def moving(row: Any) -> dict[str, str]:
    """The key of a row of MOVEMENTS."""
    return {"kind": row.kind, "item": row.item, "form": row.form, "freq": row.freq, "unit": row.unit}
