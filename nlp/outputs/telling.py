"""Findings on the page: every number in them opens the quotations that it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from nlp.measures.forms import ALL
from nlp.outputs.page import number
from nlp.statements.evidence import Cited, Part
from nlp.statements.findings import HALVES, Finding
from nlp.statements.ranking import Tables

COUNTS = ("n", "denominator")


def percent(value: Any) -> str:
    """A share for reading; one decimal below ten per cent, where whole per cents hide what differs."""
    if pd.isna(value):
        return "—"
    return f"{value:.0%}" if value >= 0.0995 or value == 0 else f"{value:.1%}"


def share_text(row: Any) -> str:
    """A share with its interval."""
    return f"{percent(row.share)}（{percent(row.low)}–{percent(row.high)}）"


def finding_rows(found: Sequence[Finding], tables: Tables) -> list[dict[str, Markup]]:
    """Head, body and quotation of every finding."""
    return [
        {"head": told(f.head, tables), "body": told(f.body, tables), "quotation": told(f.quotation, tables)}
        for f in found
    ]


def told(parts: Sequence[Part], tables: Tables) -> Markup:
    """Parts as they are read; a number that counts passages, documents or units opens them."""
    return Markup("").join(linked(part, tables) if isinstance(part, Cited) else escape(part) for part in parts)


def linked(cited: Cited, tables: Tables) -> Markup:
    """One cited piece: a count as a number that opens what it counts, anything else as it is."""
    query = address(cited, tables)
    return escape(cited.shown) if query is None else number(cited.shown, query.pop("unit"), **query)


def address(cited: Cited, tables: Tables) -> dict[str, str] | None:
    """What a cited count counts, in the words of :func:`nlp.outputs.page.number`; None for what is no count."""
    where, whole = dict(cited.where), cited.column.startswith("denominator")
    if cited.how != "取值" or not cited.column.startswith(COUNTS) or cited.value is None:
        return None
    code = {} if whole else {"code": where.get("code", where.get("item", ""))}
    if cited.column == "n_with_doubtful":
        code |= {"doubtful": "1"}
    if cited.sheet in ("prevalence", "prevalence_by_form"):
        form = {} if where["group"] == ALL else {"form": where["group"]}
        role = {"role": code.pop("code")} if where["facet"] == "role" and code else {}
        return {"unit": where["unit"]} | code | role | form
    if cited.sheet == "unit_shares":
        return {"unit": "单位"} | code | ({} if where["group"] == ALL else {"kind": where["group"]})
    if cited.sheet == "gap_shares":
        named = {"code": where["code"], "whole": "1"} if whole else {"set": f"{where['kind']}·{where['code']}"}
        return {"unit": "单位"} | named
    if cited.sheet == "movements":
        return {"unit": where["unit"]} | code | half(cited.column, where, tables["movements"])
    return None


def half(column: str, where: Mapping[str, str], moves: pd.DataFrame) -> dict[str, str]:
    """Which documents one half of a movement counts; all dated ones for a column that names no half."""
    form = {} if where["form"] == ALL else {"form": where["form"]}
    side = column.rpartition("_")[2]
    if side not in HALVES:
        return form | {"from_": "0"}
    row = moves[(moves[list(where)] == pd.Series(where)).all(axis="columns")].iloc[0]
    first, _, last = str(row[side]).partition("—")
    return form | ({"from_": first, "to": last} if last else {"year": first})
