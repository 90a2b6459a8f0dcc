"""Key word in context: every place of a wording, with what stands left and right of it."""

from __future__ import annotations

import re

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.fold_table import FoldTable
from nlp.search.fold import lowered, matchable, wordings_of
from nlp.tables import KWIC

SORTS = ("text", "left", "right")
BESIDE = re.compile(r"[\W_]+")  # signs and blanks do not count in the order


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
    return KWIC.frame(dict(zip(KWIC.names, row, strict=False)) for row in rows)


def in_order(places: pd.DataFrame, sort: str) -> pd.DataFrame:
    """KWIC by what stands right or left of the hit, the nearest first; or in the order of the texts.

    Raises
    ------
    DataError
        For another order.
    """
    if sort not in SORTS:
        raise DataError.at(f"没有这种次序：{sort}", where="--sort", fix=f"用 {'、'.join(SORTS)} 之一")
    if sort == "text":
        return places
    key = places[sort].fillna("").map(lambda text: BESIDE.sub("", text if sort == "right" else text[::-1]))
    return places.assign(key=key).sort_values(["key", "passage_id", "start"]).drop(columns="key").reset_index(drop=True)
