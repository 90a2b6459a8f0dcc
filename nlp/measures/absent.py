"""Why a table does not show what was asked for: in words, for each term, with the numbers behind it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from nlp.measures.forms import ALL
from nlp.measures.keyness import FEWEST_SOURCES, NOTEWORTHY
from nlp.measures.periods import NAMES, period_of

AROUND = 2  # characters shown on either side of a place that is not counted
SHOWN = 3  # such places shown


def absent_terms(
    terms: Sequence[str],
    places: pd.DataFrame,
    plain: pd.DataFrame,
    documents: pd.DataFrame,
    forms: pd.Series,
    freq: str,
    form: str,
) -> list[str]:
    """Say of every term why TRENDS do not count it.

    Parameters
    ----------
    terms : that were asked for and are not counted
    places : OCCURRENCES of them
    plain : KWIC of them, with the term in ``item``: where they stand, be it inside other words
    documents : DOCUMENTS
    forms : form of every document (``forms.form_of``)
    """
    dated = period_of(documents, freq).notna()
    sentences = []
    for term in terms:
        holders = places.loc[places["item"] == term, "document_id"].unique()
        written = plain[plain["item"] == term]
        if len(holders):
            sentences.append(f"“{term}”未计入：{left_out(holders, dated, forms, freq, form)}")
        elif len(written):
            shown = "、".join(f"“{row.left}{row.hit}{row.right}”" for row in written.head(SHOWN).itertuples())
            sentences.append(f"“{term}”未计入：有 {len(written)} 处写到这几个字，都在别的词里面，如{shown}")
        else:
            sentences.append(f"“{term}”没有出现：找遍了 {len(documents)} 篇文档")
    return sentences


def left_out(holders: Sequence[str], dated: pd.Series, forms: pd.Series, freq: str, form: str) -> str:
    """Say why the documents that hold a term are not counted."""
    unit = period_name(freq)
    others = [holder for holder in holders if form != ALL and forms.get(holder) != form]
    undated = [holder for holder in holders if holder not in others and not dated.get(holder, False)]
    reasons = [
        f"{len(others)} 篇不是{form}（这里只数{form}，加 --form {ALL} 都数）" if others else "",
        f"{len(undated)} 篇的日期没有写到{unit}" if undated else "",
    ]
    return f"出现在 {len(holders)} 篇文档里，其中 " + "，".join(filter(None, reasons))


def no_trends(documents: pd.DataFrame, freq: str) -> str:
    """Say why TRENDS without any row have none."""
    n_dated = int(period_of(documents, freq).notna().sum())
    return (
        f"趋势表是空的：{len(documents)} 篇文档里，日期写到{period_name(freq)}的有 {n_dated} 篇，"
        "要数的词、代码在这些文档里都没有出现"
    )


def period_name(freq: str) -> str:
    """The Chinese name of a frequency."""
    return next(name for name, letter in NAMES.items() if letter == freq)


def no_keyness(n_target: int, n_reference: int, everything: bool) -> str:
    """Say why KEYNESS has no row; ``n_target`` and ``n_reference``: tokens of the two sides."""
    sides = f"目标组 {n_target} 个词次，参照组 {n_reference} 个词次"
    if everything:
        return f"关键性表是空的：{sides}"
    return (
        f"关键性表是空的：{sides}，没有一个词在目标组里明显更多"
        f"（G² 大于 {NOTEWORTHY}，并见于 {FEWEST_SOURCES} 个以上的独立来源）；加 --all 列出全部的词"
    )


def no_places(wording: str, n_passages: int, filters: Sequence[str]) -> str:
    """Say why KWIC has no row."""
    where = f"（只在 {'、'.join(filters)} 里找）" if filters else ""
    return f"“{wording}”没有出现：找遍了 {n_passages} 段{where}"
