"""Which documents a drawing counts: whole reports and one-passage summaries each for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from nlp.measures.forms import ALL, REPORT, SUMMARY, main_of
from nlp.outputs.style import SMALL


@dataclass(frozen=True)
class Panel:
    """Rows of PREVALENCE of one form, in one unit of count."""

    form: str  # 全部 where forms are not told apart
    counts: pd.DataFrame

    @property
    def total(self) -> int:
        """Out of how many."""
        return int(self.counts["denominator"].iloc[0])


def panels_of(tables: Mapping[str, pd.DataFrame], facet: str, unit: str) -> list[Panel]:
    """One facet in one unit: all documents in one panel, or the main form first and the other beside it."""
    size = forms_apart(tables)
    if size:
        counts = chosen(tables["prevalence_by_form"], facet, unit)
        panels = [Panel(form, counts[counts["group"] == form]) for form, n in size.items() if n >= SMALL]
    else:
        panels = [Panel(ALL, chosen(tables["prevalence"], facet, unit))]
    return [panel for panel in panels if len(panel.counts)]


def forms_apart(tables: Mapping[str, pd.DataFrame]) -> dict[str, int]:
    """Documents of each form, the main one first; empty where all documents are counted together."""
    by_form = tables.get("prevalence_by_form")
    size = {} if by_form is None else documents_by(by_form)
    return {} if main_of(size) == ALL else {form: size[form] for form in (REPORT, SUMMARY)}


def documents_by(counts: pd.DataFrame) -> dict[str, int]:
    """Documents in every group of a table of PREVALENCE."""
    rows = counts[counts["unit"] == "文档"].drop_duplicates("group")
    return {str(group): int(n) for group, n in zip(rows["group"], rows["denominator"], strict=True)}


def chosen(prevalence: pd.DataFrame, facet: str, unit: str) -> pd.DataFrame:
    """Rows of one facet in one unit of count."""
    return prevalence[(prevalence["facet"] == facet) & (prevalence["unit"] == unit)].reset_index(drop=True)
