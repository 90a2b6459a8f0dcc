"""Key word in context: every place of a wording, with what stands left and right of it."""

from __future__ import annotations

import re

import pandas as pd

from nlp.corpus.fold_table import FoldTable
from nlp.search.fold import lowered, matchable, wordings_of
from nlp.tables import KWIC


def kwic(passages: pd.DataFrame, wording: str, width: int = 15, table: FoldTable | None = None) -> pd.DataFrame:
    """Find every place of ``wording`` in PASSAGES, with ``width`` characters on either side. Returns KWIC.

    Parameters
    ----------
    wording : literal, ``甲|乙`` finds either; of places that overlap, the first
    table : how the texts are folded before the search (``lexicon.fold_table``): width, traditional characters, blanks
        that a scan left, upper and lower case make no difference then; what is shown is the text as it is written
    """
    table = table or FoldTable(())
    wanted = sorted(wordings_of(wording, table), key=len, reverse=True)
    if not wanted:
        return KWIC.empty()
    pattern = re.compile("|".join(map(re.escape, wanted)))
    rows = []
    for row in passages.itertuples():
        text = str(row.text)
        view = matchable(text, table)
        for hit in pattern.finditer(lowered(view.text)):
            start, end = view.span(*hit.span())
            left, right = text[max(0, start - width) : start], text[end : end + width]
            rows.append((row.passage_id, row.document_id, start, end, left, text[start:end], right))
    return KWIC.frame(rows)
