"""Key word in context: every place of a wording, with what stands left and right of it."""

from __future__ import annotations

import pandas as pd

from nlp.tables import KWIC


def kwic(passages: pd.DataFrame, wording: str, width: int = 15) -> pd.DataFrame:
    """KWIC rows of ``wording`` (literal) in PASSAGES, ``width`` characters on either side."""
    rows = []
    for row in passages.itertuples():
        text = str(row.text)
        at = text.find(wording)
        while wording and at >= 0:
            end = at + len(wording)
            rows.append(
                (
                    row.passage_id,
                    row.document_id,
                    at,
                    end,
                    text[max(0, at - width) : at],
                    wording,
                    text[end : end + width],
                )
            )
            at = text.find(wording, end)
    return KWIC.frame(rows)
