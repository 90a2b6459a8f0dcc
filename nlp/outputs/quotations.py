"""Quotations on the page: which passages speak, with their evidence marked and their place."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from nlp.statements.citing import citation_of

LONGEST_QUOTATION = 420


def copied_of(passages: pd.DataFrame) -> frozenset[str]:
    """Passages that repeat an earlier one."""
    return frozenset(passages.loc[passages["reuse_of"].fillna("") != "", "passage_id"])


def spread(labels: pd.DataFrame, copied: frozenset[str]) -> list[Any]:
    """Labels so ordered that every document speaks once before any speaks twice.

    A copy says nothing that its original does not say: copies are left out, unless there is nothing else.
    """
    originals = labels[~labels["passage_id"].isin(copied)]
    kept = originals if len(originals) else labels
    turn = kept.groupby("document_id").cumcount()
    return list(kept.assign(turn=turn).sort_values("turn", kind="stable").itertuples())


def quotation(label: Any, quoted: Mapping[str, Any], cited: Mapping[str, str]) -> dict[str, str]:
    """One quotation with its evidence marked and its place."""
    passage = quoted[label.passage_id]
    return {
        "id": str(label.passage_id),
        "html": marked(str(passage.text), [(int(label.start), int(label.end))]),
        "where": place_of(passage, cited),
    }


def marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Escaped text with ``spans`` marked; long text is cut around the first span."""
    first = min((start for start, _ in spans), default=0)
    last = max((end for _, end in spans), default=len(text))
    start = 0 if last <= LONGEST_QUOTATION else max(0, first - 60)
    end = min(len(text), start + LONGEST_QUOTATION)
    pieces, at = ["…" if start else ""], start
    for a, b in sorted(spans):
        if a >= at and b <= end:
            pieces += [html.escape(text[at:a]), "<mark>", html.escape(text[a:b]), "</mark>"]
            at = b
    return "".join([*pieces, html.escape(text[at:end]), "…" if end < len(text) else ""])


def place_of(passage: Any, cited: Mapping[str, str]) -> str:
    """Unit, year, genre and title of a passage's document, its section and position."""
    section = f"＞{passage.section}" if isinstance(passage.section, str) and passage.section else ""
    return f"{cited.get(passage.document_id, '')}{section}，第 {passage.position} 段"


def citations(documents: pd.DataFrame) -> dict[str, str]:
    """Every document as the page cites it: （云江市财政局，2021年自查报告）《标题》."""
    cited = {}
    for _, document in documents.iterrows():
        title = document["title"] if isinstance(document["title"], str) else ""
        organ = isinstance(document["organ"], str) and document["organ"]
        cited[str(document["document_id"])] = f"（{citation_of(document)}）" + (
            f"《{title}》" if organ and title else ""
        )
    return cited


def shortened(text: str, length: int) -> str:
    """``text`` cut to ``length`` characters."""
    return text if len(text) <= length else text[:length] + "…"
