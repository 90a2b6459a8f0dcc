"""Tables of contents: headings with the numbers of their pages, which stand in the text once more."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence

TITLE = re.compile(r"(?:目录|目次|contents)", re.IGNORECASE)
ENTRY = re.compile(r"(?P<name>.*\w.*?)[\s.．·•…⋯—–_-]*[(（]?(?P<page>[0-9]{1,3})[)）]?")
LEAST = 3  # entries without a title above them
REPEATED = 0.6  # of the entries stand in the text too


def without_contents(paragraphs: Sequence[str]) -> list[str]:
    """Leave out a table of contents.

    >>> without_contents(["目 录", "一、现状……1", "二、问题 2", "报告", "一、现状", "好。", "二、问题", "多。"])
    ['报告', '一、现状', '好。', '二、问题', '多。']
    """
    in_order = sorted(map(plain, paragraphs))
    kept: list[str] = []
    at = 0
    while at < len(paragraphs):
        titled = TITLE.fullmatch(plain(paragraphs[at])) is not None
        end, names = entries(paragraphs, at + titled, in_order)
        n_repeated = sum(is_beginning(name, in_order) for name in names)
        if len(names) < (1 if titled else LEAST) or n_repeated < REPEATED * len(names):
            end = max(end, at + 1)
            kept += paragraphs[at:end]
        at = end
    return kept


def entries(paragraphs: Sequence[str], start: int, in_order: Sequence[str]) -> tuple[int, list[str]]:
    """Return where the lines end that name pages, each none before the last, and the headings that they name.

    The end of a long heading may stand below its page.
    """
    page, at = 0, start
    names: list[str] = []
    while at < len(paragraphs):
        entry = ENTRY.fullmatch(paragraphs[at])
        if entry and int(entry["page"]) >= page:
            page = int(entry["page"])
            names.append(plain(entry["name"]))
        elif names and is_beginning(whole := names[-1] + plain(paragraphs[at]), in_order):
            names[-1] = whole
        else:
            break
        at += 1
    return at, names


def plain(text: str) -> str:
    """Return a text without blanks, in one width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def is_beginning(name: str, in_order: Sequence[str]) -> bool:
    """Tell whether a text of some that are sorted begins with a name and is no entry of it."""
    at = bisect_left(in_order, name)
    return any(text.startswith(name) and not ENTRY.fullmatch(text) for text in in_order[at : at + 3])
