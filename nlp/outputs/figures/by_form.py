"""Which documents a drawing counts: whole reports and one-passage summaries each for themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from nlp.measures.forms import ALL
from nlp.outputs.style import SMALL
from nlp.statements.ranking import forms_apart, in_order, ranked_codes


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
        counts = chosen(tables, "prevalence_by_form", facet, unit)
        panels = [Panel(form, counts[counts["group"] == form]) for form, n in size.items() if n >= SMALL]
    else:
        panels = [Panel(ALL, chosen(tables, "prevalence", facet, unit))]
    return [panel for panel in panels if len(panel.counts)]


def chosen(tables: Mapping[str, pd.DataFrame], name: str, facet: str, unit: str) -> pd.DataFrame:
    """Rows of one facet in one unit of count, in the order that all outputs share."""
    table = tables[name]
    rows = table[(table["facet"] == facet) & (table["unit"] == unit)]
    return in_order(rows, ranked_codes(tables, facet, unit)).reset_index(drop=True)
