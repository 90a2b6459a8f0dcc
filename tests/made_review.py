"""Small tables for the review desk: passages with the machine's labels."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nlp.review.store import Decision, digest_of
from nlp.tables import LABELS, PASSAGES


def passages_of(texts: Sequence[str]) -> pd.DataFrame:
    """PASSAGES of one document, a text each."""
    return PASSAGES.frame(passage(i, text) for i, text in enumerate(texts, 1))


def passage(i: int, text: str, start: int = 0) -> dict[str, object]:
    """A row of PASSAGES."""
    place = {"position": i, "section": "", "start": start, "end": start + len(text)}
    return {"passage_id": f"甲#{i:04d}", "document_id": "甲", **place, "text": text}


def labels_of(passages: pd.DataFrame, read: Sequence[tuple[str, Sequence[str]]], facet: str = "") -> pd.DataFrame:
    """LABELS of a machine that gives these roles and codes, the first character being the evidence."""
    rows: list[tuple[object, ...]] = []
    for row, (role, codes) in zip(passages.itertuples(), read, strict=True):
        base = (row.passage_id, row.document_id, "rules")
        rows.append((*base, "role", role, 0, len(row.text), 0.9, row.text, "线索", True))
        rows += [(*base, facet or role, code, 0, 1, 0.8, row.text[:1], "线索", True) for code in codes]
    return LABELS.frame(rows)


def said(passages: pd.DataFrame, n: int, coder: str, role: str, *codes: str, **other: object) -> Decision:
    """A decision on the ``n``-th passage, its first two characters being the evidence."""
    row = passages.iloc[n - 1]
    marks = tuple((code, 0, 2) for code in codes)
    return Decision(row["passage_id"], digest_of(row["text"]), coder, role, marks, **other)  # type: ignore[arg-type]
