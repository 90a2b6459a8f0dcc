"""The five findings that matter, in sentences; every number in them opens its quotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from markupsafe import Markup

from nlp.corpus.codebook import Codebook
from nlp.measures.trends import SOLID
from nlp.outputs.figures.by_form import Panel, panels_of
from nlp.outputs.page import number

ALL_FORMS = "全部"
HALVES = ("earlier", "later")
LEAD = {"manifestation": "最常见的问题表现是", "cause": "提得最多的成因是", "remedy": "提得最多的对策是"}


def percent(value: Any) -> str:
    """A share for reading; one decimal below ten per cent, where whole per cents hide what differs."""
    if pd.isna(value):
        return "—"
    return f"{value:.0%}" if value >= 0.0995 or value == 0 else f"{value:.1%}"


def share_text(row: Any) -> str:
    """A share with its interval."""
    return f"{percent(row.share)}（{percent(row.low)}–{percent(row.high)}）"


def findings(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> list[Markup]:
    """Five sentences: problems, causes with their closest problem, remedies with the gap, change, what to mind."""
    found = [
        most_common(tables, codebook, "manifestation"),
        joined(most_common(tables, codebook, "cause"), closest(tables["links"], codebook)),
        joined(most_common(tables, codebook, "remedy"), widest_gap(tables["gap_shares"], codebook)),
        largest_change(tables, codebook),
        to_mind(tables),
    ]
    return [sentence for sentence in found if sentence]


def joined(first: Markup, second: Markup) -> Markup:
    """Two sentences, the second only after the first."""
    return first + second if first else first


def most_common(tables: Mapping[str, pd.DataFrame], codebook: Codebook, facet: str) -> Markup:
    """Which code of ``facet`` most documents name, and the next two; whole reports and summaries each for themselves.

    Reports go first where they can stand for themselves: they decide which codes are named.
    """
    panels = panels_of(tables, facet, "文档")
    if not panels or not panels[0].counts["n"].any():
        return Markup("")
    codes = panels[0].counts.sort_values(["n", "code"], ascending=[False, True])["code"].tolist()
    first, *others = [
        (str(code), [(panel, row) for panel in panels if (row := row_of(panel.counts, str(code))) is not None])
        for code in codes[:3]
    ]
    told = Markup("、").join(
        Markup("{} 篇{}中有 {} 篇（{}）").format(
            number(row["denominator"], "文档", form=form_in(panel)),
            form_in(panel),
            number(row["n"], "文档", code=first[0], form=form_in(panel)),
            percent(row["share"]),
        )
        for panel, row in first[1]
    )
    sentence = Markup("{}“{}”：{}提到").format(LEAD[facet], codebook.name(first[0]), told)
    rest = [
        Markup("“{}”（{}）").format(
            codebook.name(code),
            Markup("、").join(
                Markup("{} 篇{}").format(number(row["n"], "文档", code=code, form=form_in(panel)), form_in(panel))
                for panel, row in held
            ),
        )
        for code, held in others
    ]
    return sentence + (Markup("，其次是{}").format(Markup("、").join(rest)) if rest else "") + "。"


def form_in(panel: Panel) -> str:
    """The form that a panel counts, as a number's address says it; nothing where forms are not told apart."""
    return "" if panel.form == ALL_FORMS else panel.form


def row_of(counts: pd.DataFrame, code: str) -> Any:
    """The row of a code; None if there is none."""
    rows = counts[counts["code"] == code]
    return rows.iloc[0] if len(rows) else None


def closest(links: pd.DataFrame, codebook: Codebook) -> Markup:
    """The cause and the manifestation that are most surely named together."""
    mine = links[(links["scope"] == "文档") & (links["pair"] == "cause→manifestation") & (links["low"] > 1)]
    if mine.empty:
        return Markup("")
    top = mine.sort_values(["low", "source_code", "target_code"], ascending=[False, True, True]).iloc[0]
    return Markup("与它们连得最紧的一对：“{}”和“{}”同见于 {} 篇，是各自独立时的 {:.2f} 倍。").format(
        codebook.name(top["source_code"]),
        codebook.name(top["target_code"]),
        number(top["n"], "文档", code=top["source_code"], with_=top["target_code"]),
        top["lift"],
    )


def widest_gap(shares: pd.DataFrame, codebook: Codebook) -> Markup:
    """The diagnosis that most units leave without a remedy."""
    mine = shares[(shares["unit"] == "单位") & (shares["kind"] == "诊断了没开方") & (shares["n"] > 0)]
    if mine.empty:
        return Markup("")
    top = mine.sort_values(["n", "code"], ascending=[False, True]).iloc[0]
    return Markup("诊断了没开方的，以“{}”最多：{} 个提到它的单位中有 {} 个没有写对应的对策。").format(
        codebook.name(top["code"]),
        number(top["denominator"], "单位", code=top["code"], whole=1),
        number(top["n"], "单位", set=f"{top['kind']}·{top['code']}"),
    )


def largest_change(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> Markup:
    """The problem that surely changed most from the earlier to the later half of the years, or that none did."""
    moves = tables.get("movements")
    if moves is None or moves.empty:
        return Markup("")
    moves = moves[(moves["kind"] == "code") & (moves["freq"] == "Y") & (moves["unit"] == "文档")]
    moves = moves[moves["item"].isin(codebook.of("manifestation"))].dropna(subset=["change"])
    if moves.empty:
        return Markup("")
    if moves.iloc[0][[f"denominator_{side}" for side in HALVES]].min() < SOLID:
        return Markup("有日期的文档分成前后两段，是 {} 年的 {} 篇与 {} 年的 {} 篇，太少，不比较前后的变化。").format(
            *sizes(moves.iloc[0])
        )
    sure = moves[(moves["change_low"] > 0) | (moves["change_high"] < 0)]
    what = "" if moves["form"].iloc[0] == ALL_FORMS else f"（只数{moves['form'].iloc[0]}）"
    if sure.empty:
        return Markup("{}，问题表现没有可靠的变化：每一种占比之差的 95% 区间都含零。").format(
            Markup("{} 年的 {} 篇与 {} 年的 {} 篇相比{}").format(*sizes(moves.iloc[0]), what)
        )
    top = sure.assign(size=sure["change"].abs()).sort_values(["size", "item"], ascending=[False, True]).iloc[0]
    early, late = (
        Markup("{} 年 {} 篇中有 {} 篇（{}）").format(
            top[side],
            number(top[f"denominator_{side}"], "文档", **when(top, side)),
            number(top[f"n_{side}"], "文档", code=top["item"], **when(top, side)),
            percent(top[f"share_{side}"]),
        )
        for side in HALVES
    )
    return Markup("前后两段相比{}，问题表现中变动最大的是“{}”：{}，{}。").format(
        what, codebook.name(str(top["item"])), early, late
    )


def sizes(move: Any) -> list[object]:
    """Either half of a movement: its years and its documents."""
    halves = [(move[side], number(move[f"denominator_{side}"], "文档", **when(move, side))) for side in HALVES]
    return [part for half in halves for part in half]


def when(move: Any, side: str) -> dict[str, str]:
    """Which documents one half of a movement counts, as a number's address says it."""
    first, _, last = str(move[side]).partition("—")
    form = "" if move["form"] == ALL_FORMS else str(move["form"])
    return {"year": first if not last else "", "from_": first if last else "", "to": last, "form": form}


def to_mind(tables: Mapping[str, pd.DataFrame]) -> Markup:
    """How many passages speak of problems at all, and how many are copied."""
    counts = tables["prevalence"]
    roles = counts[(counts["facet"] == "role") & (counts["unit"] == "段落")].set_index("code")["n"]
    total, problem = int(roles.sum()), int(roles.get("manifestation", 0))
    if not total:
        return Markup("")
    copies = int((tables["passages"]["reuse_of"].fillna("") != "").sum())
    copied = (
        Markup("有 {} 段与更早的段落雷同，按独立来源统计时雷同的文档只算一次。").format(
            number(copies, "段落", copied=1)
        )
        if copies
        else Markup("没有发现文档之间雷同的段落。")
    )
    return (
        Markup("{} 个段落里，说问题表现的有 {} 段（{}），其余段落里的“问题词”没有计入；").format(
            number(total, "段落"), number(problem, "段落", role="manifestation"), percent(problem / total)
        )
        + copied
    )
