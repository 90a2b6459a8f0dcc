"""Running lines: page numbers, and heads and feet that repeat from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from nlp.readers.printed.lines import Run
from nlp.readers.printed.page import Page

EDGE = 2  # rows at the top and bottom of a page that may be running lines
MARGIN = 0.13  # of the page's height
MIN_REPEATS = 3
PAGE_NUMBER = re.compile(
    r"[-—–－―~～·•.\s]*(?:第?\s*[\d０-９]{1,4}\s*页?(?:\s*[/／,，]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?|[ivxlc]{1,6}|第[一二三四五六七八九十百]+页)[-—–－―~～·•.\s]*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at one height of a page, over all its columns."""

    text: str
    page: int
    height: float  # 0 is the bottom of the page, 1 the top
    runs: list[Run] = field(default_factory=list)


def rows_of(runs: Sequence[Run]) -> list[list[Run]]:
    """Return runs by their baseline, from the top of the page, each row from left to right."""
    rows: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: run.level, reverse=True):
        if rows and rows[-1][0].level - run.level < 0.4 * run.em:
            rows[-1].append(run)
        else:
            rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def edges_of(runs: Sequence[Run], page: Page) -> list[Row]:
    """Return the rows in the top and bottom margins of a page, at most two each."""
    heights = [page.height_of(run.level) for run in runs]
    low = rows_of([run for run, height in zip(runs, heights, strict=True) if height < MARGIN])
    high = rows_of([run for run, height in zip(runs, heights, strict=True) if height > 1 - MARGIN])
    return [
        Row(" ".join(run.text for run in row), page.number, page.height_of(row[0].level), row)
        for row in (*high[:EDGE], *low[-EDGE:])
    ]


def running_rows(pages: Sequence[Sequence[Row]]) -> list[Row]:
    """Return the page numbers, and the heads and feet that repeat on three pages or on half of them."""
    seen = Counter(key for page in pages for key in {running_key(row) for row in page})
    needed = max(2, min(MIN_REPEATS, (len(pages) + 1) // 2))
    return [row for page in pages for row in page if is_running(row, seen, needed)]


def running_key(row: Row) -> tuple[bool, str]:
    """Return what repeats of a running line: its edge and its words, the numbers left open."""
    return row.height > 0.5, re.sub(r"[\d０-９]+", "#", re.sub(r"\s", "", row.text))


def is_running(row: Row, seen: Counter[tuple[bool, str]], needed: int) -> bool:
    """Tell a page number or a running line from the text."""
    if PAGE_NUMBER.fullmatch(row.text):
        bare = row.text.strip()
        return not bare.isdigit() or int(bare) == row.page or seen[running_key(row)] >= needed
    return seen[running_key(row)] >= needed
