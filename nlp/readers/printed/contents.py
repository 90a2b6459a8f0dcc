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
    bare = [plain(text) for text in paragraphs]
    in_order = sorted(bare)
    kept: list[str] = []
    at = 0
    while at < len(paragraphs):
        titled = TITLE.fullmatch(bare[at]) is not None
        end = end_of_entries(paragraphs, at + titled)
        entries = [name_of(text) for text in paragraphs[at + titled : end]]
        n_repeated = sum(is_beginning(name, in_order) for name in entries)
        if len(entries) >= (1 if titled else LEAST) and n_repeated >= REPEATED * len(entries):
            at = end
        else:
            end = max(end, at + 1)
            kept += paragraphs[at:end]
            at = end
    return kept


def end_of_entries(paragraphs: Sequence[str], start: int) -> int:
    """Return where the lines end that name pages, each none before the last."""
    page, end = 0, start
    while end < len(paragraphs) and (entry := ENTRY.fullmatch(paragraphs[end])) and int(entry["page"]) >= page:
        page = int(entry["page"])
        end += 1
    return end


def name_of(text: str) -> str:
    """Return the heading that an entry names."""
    entry = ENTRY.fullmatch(text)
    return plain(entry["name"]) if entry else plain(text)


def plain(text: str) -> str:
    """Return a text without blanks, in one width."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def is_beginning(name: str, in_order: Sequence[str]) -> bool:
    """Tell whether a text of some that are sorted begins with a name and is no entry of it."""
    at = bisect_left(in_order, name)
    return any(text.startswith(name) and not ENTRY.fullmatch(text) for text in in_order[at : at + 3])
