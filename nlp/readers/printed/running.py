"""Running lines: page numbers, and heads and feet that repeat from page to page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from nlp.readers.printed.page import Line

EDGE = 2  # lines at the top and bottom of a page that may be running lines
MARGIN = 0.13  # of the page's height
MIN_REPEATS = 3
PAGE_NUMBER = re.compile(
    r"[-—–－―~～·•.\s]*(?:第?\s*[\d０-９]{1,4}\s*页?(?:\s*[/／,，]?\s*(?:共|of)?\s*\d{1,4}\s*页?)?|[ivxlc]{1,6}|第[一二三四五六七八九十百]+页)[-—–－―~～·•.\s]*",
    re.IGNORECASE,
)


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Leave out page numbers, and heads and feet that repeat on three pages or on half of them."""
    seen = Counter(key for page in pages for key in {running_key(line) for line in edges(page)})
    needed = max(2, min(MIN_REPEATS, (len(pages) + 1) // 2))
    kept = []
    for page in pages:
        running = {id(line) for line in edges(page) if is_running(line, seen, needed)}
        kept.append([line for line in page if id(line) not in running])
    return kept


def edges(page: Sequence[Line]) -> list[Line]:
    """Return the lines in the top and bottom margins, at most two each."""
    by_height = sorted(page, key=lambda line: line.height)
    low = [line for line in by_height[:EDGE] if line.height < MARGIN]
    return low + [line for line in by_height[-EDGE:] if line.height > 1 - MARGIN and line not in low]


def running_key(line: Line) -> tuple[bool, str]:
    """Return what repeats of a running line: its edge and its words, the numbers left open."""
    return line.height > 0.5, re.sub(r"[\d０-９]+", "#", re.sub(r"\s", "", line.text))


def is_running(line: Line, seen: Counter[tuple[bool, str]], needed: int) -> bool:
    """Tell a page number or a running line from the text."""
    if PAGE_NUMBER.fullmatch(line.text):
        bare = line.text.strip()
        return not bare.isdigit() or int(bare) == line.page or seen[running_key(line)] >= needed
    return seen[running_key(line)] >= needed
