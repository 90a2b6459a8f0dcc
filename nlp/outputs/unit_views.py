"""Units on the page: the matrix of units and codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.measures.forms import ALL
from nlp.outputs.page import number
from nlp.statements.ranking import ranked_codes

SHOWN = 60  # units in the matrix; all stand in the workbook


def unit_matrix(tables: Mapping[str, pd.DataFrame], codebook: Codebook) -> dict[str, Any]:
    """Passages with each code of a problem in each unit, units of the most documents first."""
    units, codes = tables["units"], tables["unit_codes"]
    order = units.sort_values(["n_documents", "unit"], ascending=[False, True]).head(SHOWN)
    whole = codes[(codes["period"] == ALL) & (codes["n_passages"] > 0)]
    held = {(row.unit, row.code): int(row.n_passages) for row in whole.itertuples()}
    shown = [code for facet in CODED_FACETS for code in ranked_codes(tables, facet) if code in set(whole["code"])]
    rows = [
        [
            str(row.unit),
            str(row.kind_of_unit) if isinstance(row.kind_of_unit, str) else "",
            number(row.n_documents, "文档", organ=row.unit),
            *(
                number(held[row.unit, code], "段落", organ=row.unit, code=code) if (row.unit, code) in held else ""
                for code in shown
            ),
        ]
        for row in order.itertuples()
    ]
    heads = ["单位", "类别", "文档", *(codebook.name(code) for code in shown)]
    return {"heads": heads, "rows": rows, "n": len(units), "left": len(units) - len(rows)}
