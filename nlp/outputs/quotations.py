"""Quotations on the page: which passages speak, with their evidence marked and their place."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

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


def quotation(label: Any, quoted: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, str]:
    """One quotation with its evidence marked and its place."""
    passage = quoted[label.passage_id]
    return {
        "html": marked(str(passage.text), [(int(label.start), int(label.end))]),
        "where": place_of(passage, titles),
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


def place_of(passage: Any, titles: Mapping[str, str]) -> str:
    """Title, section and position of a passage."""
    section = f"＞{passage.section}" if isinstance(passage.section, str) and passage.section else ""
    row = f"（{passage.document_id.split('·', 1)[1]}）" if "·" in passage.document_id else ""
    return f"《{titles.get(passage.document_id, '')}》{row}{section}，第 {passage.position} 段"


def shortened(text: str, length: int) -> str:
    """``text`` cut to ``length`` characters."""
    return text if len(text) <= length else text[:length] + "…"
