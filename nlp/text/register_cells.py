"""The cells of registers, by the document that their row became or stands in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pandas as pd

from nlp.tables import REGISTER_CELLS

Cells = list[tuple[str, str]]


def register_cells(sources: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """REGISTER_CELLS of what was read: SOURCES (with ``rows``) → the DOCUMENTS that they became."""
    held = sources[sources["rows"].notna()]
    by_source = dict(iter(documents.groupby("source")))
    found: list[tuple[str, int, int, str, str]] = []
    numbers: dict[str, int] = {}
    for source in held.itertuples():
        mine = by_source.get(source.source)
        for cells in json.loads(str(source.rows)):
            if (document := document_of(cells, source.unit, mine)) is None:
                continue
            numbers[document] = numbers.get(document, 0) + 1
            found += [(document, numbers[document], at, name, text) for at, name, text in numbered(cells)]
    return REGISTER_CELLS.frame(found)


def numbered(cells: Cells) -> Iterator[tuple[int, str, str]]:
    """Cells with their place in the row."""
    for at, (name, text) in enumerate(cells, start=1):
        yield at, name, text


def document_of(cells: Cells, unit: object, documents: pd.DataFrame | None) -> str | None:
    """The document that a row belongs to: that of its id, or the one whose text holds its longest cell."""
    if documents is None:
        return None
    ids = documents["document_id"]
    if isinstance(unit, str):
        ids = ids[ids.str.endswith(f"·{unit.replace('#', '·')}")]
    if len(ids) <= 1:
        return str(ids.iloc[0]) if len(ids) else None
    longest = squeezed(max((text for _, text in cells), key=len))
    texts = documents.loc[ids.index, "text"].fillna("").map(squeezed)
    holds = ids[texts.str.contains(longest, regex=False)]
    return str(holds.iloc[0]) if len(holds) else None


def squeezed(text: str) -> str:
    """A text without blanks and line breaks."""
    return re.sub(r"\s", "", text)
