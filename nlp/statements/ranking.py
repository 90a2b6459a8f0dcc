"""Who comes first: the one order of codes that page, figures, draft, briefing and workbook share, ties included."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from nlp.measures.forms import ALL, REPORT, SUMMARY, main_of

Tables = Mapping[str, pd.DataFrame]


def forms_apart(tables: Tables) -> dict[str, int]:
    """Documents of each form, the main one first; empty where all documents are counted together."""
    by_form = tables.get("prevalence_by_form")
    size = {} if by_form is None else documents_by(by_form)
    return {} if main_of(size) == ALL else {form: size[form] for form in (REPORT, SUMMARY)}


def documents_by(counts: pd.DataFrame) -> dict[str, int]:
    """Documents in every group of a table of PREVALENCE."""
    rows = counts[counts["unit"] == "文档"].drop_duplicates("group")
    return {str(group): int(n) for group, n in zip(rows["group"], rows["denominator"], strict=True)}


def counted_in(tables: Tables) -> tuple[str, str]:
    """The table that decides, and its group: reports where they stand for themselves, else all documents."""
    return ("prevalence_by_form", REPORT) if forms_apart(tables) else ("prevalence", ALL)


def ranked_codes(tables: Tables, facet: str, unit: str = "文档") -> list[str]:
    """Codes of a facet, the commonest first, of all that any document has.

    More documents (or passages, if ``unit`` says so) of the form that decides come first; then more passages; then
    more documents of all forms; then the code's id. This order is the only one.
    """
    sheet, group = counted_in(tables)
    decides, all_forms = tables[sheet], tables["prevalence"]
    known = all_forms[(all_forms["facet"] == facet) & (all_forms["unit"] == unit)]
    keys = pd.DataFrame({"code": known["code"].astype(str), "over_all": known["n"]})
    for name, of_unit in (("first", unit), ("passages", "段落")):
        rows = decides[(decides["facet"] == facet) & (decides["group"] == group) & (decides["unit"] == of_unit)]
        keys[name] = keys["code"].map(rows.set_index("code")["n"]).fillna(0)
    order = ["first", "passages", "over_all", "code"]
    return list(keys.sort_values(order, ascending=[False, False, False, True])["code"])


def in_order(counts: pd.DataFrame, ranked: list[str]) -> pd.DataFrame:
    """Rows of a table with a column ``code`` in the order of ``ranked``; codes that are not ranked come last."""
    place = {code: at for at, code in enumerate(ranked)}
    return (
        counts.assign(place=counts["code"].map(place).fillna(len(place)))
        .sort_values(["place", "code"], kind="stable")
        .drop(columns="place")
    )


def reliable(moves: pd.DataFrame) -> pd.DataFrame:
    """Rows of MOVEMENTS whose direction and whose change are both sure, the surest first.

    The test sees every year, the change only two halves: what only one of them finds is not written.
    """
    apart = (moves["change_low"] > 0) | (moves["change_high"] < 0)
    sure = moves["direction"].isin(("登场", "退场", "上升", "下降")) & apart
    return moves[sure].sort_values(["q", "kind", "item"])


def widest_gaps(tables: Tables, kind: str) -> pd.DataFrame:
    """Rows of GAP_SHARES that count units, those of most units with a gap first."""
    shares = tables["gap_shares"]
    mine = shares[(shares["unit"] == "单位") & (shares["kind"] == kind) & (shares["n"] > 0)]
    return mine.sort_values(["n", "share", "code"], ascending=[False, False, True])
