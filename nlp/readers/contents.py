"""Lists of contents in texts without styles: lines that only say what stands further down."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence

NAME = re.compile(r"(?:目录|目次|contents|tableofcontents)[:：]?", re.IGNORECASE)
SENTENCE = re.compile("[。；！？]")
PAGE = re.compile(r"[\s.．·•…⋯—_-]+\d{1,3}\s*$")  # behind an entry
MARK = re.compile(
    r"[(（]?[一二三四五六七八九十百]{1,4}[)）、.．]|第[一二三四五六七八九十\d]{1,3}[章节部篇]"
    r"|\d{1,2}(?:[.．]\d{1,2})*[.．、)）]?"
)
BULLET = re.compile(r"\s*[-–—*+•·●○▪◦]\s+|\s{2,}")
FEWEST_NAMED, FEWEST = 2, 3  # entries of a list under its name, and of one without
LONGEST = 60  # characters of an entry
HEAD_SHARE = 0.4  # of the lines: a list without a name stands in the first part


def without_contents(lines: Sequence[str]) -> list[str]:
    """Return the lines without the lists of contents and their names.

    >>> without_contents(["目　录", "一、问题 1", "二、对策 3", "一、问题", "学用脱节。", "二、对策", "同考核。"])
    ['一、问题', '学用脱节。', '二、对策', '同考核。']
    """
    gone = named_lists(lines) | nameless_list(lines)
    return [line for at, line in enumerate(lines) if at not in gone] if gone else list(lines)


def named_lists(lines: Sequence[str]) -> set[int]:
    """Return the places of the lines under “目录”: with page numbers, or such as stand again further down."""
    names = [at for at, line in enumerate(lines) if len(line) < LONGEST and NAME.fullmatch("".join(line.split()))]
    if not names:
        return set()
    places = places_of(lines)
    gone: set[int] = set()
    for name in names:
        entries: list[int] = []
        for at in range(name + 1, len(lines)):
            if lines[at].strip():
                if not is_entry(lines, at, places, paged=bool(entries and PAGE.search(lines[entries[0]]))):
                    break
                entries.append(at)
        gone.update(range(name, entries[-1] + 1) if len(entries) >= FEWEST_NAMED else (name,))
    return gone


def is_entry(lines: Sequence[str], at: int, places: dict[str, list[int]], paged: bool) -> bool:
    """Whether a line is one of a list of contents: it has a page number, as the others have if they are ``paged``, or
    stands again further down."""
    line = lines[at]
    if not is_short(line):
        return False
    return PAGE.search(line) is not None or (not paged and next_place(places, key_of(line), at) is not None)


def nameless_list(lines: Sequence[str]) -> set[int]:
    """Return the places of lines near the beginning that all stand again further down, in the same order: the list
    that a program puts before a text, with bullets, numbers or page numbers."""
    places: dict[str, list[int]] | None = None
    filled = [at for at, line in enumerate(lines) if line.strip()]
    first = 0
    while first < len(filled) * HEAD_SHARE:
        last = first
        while last < len(filled) and is_short(lines[filled[last]]) and looks_listed(lines[filled[last]]):
            last += 1
        if last - first >= FEWEST:
            places = places or places_of(lines)
            entries = filled[first:last]
            for n in range(len(entries), FEWEST - 1, -1):
                if stand_again(lines, entries[:n], places):
                    return set(range(entries[0], entries[n - 1] + 1))
        first = max(last, first + 1)
    return set()


def stand_again(lines: Sequence[str], entries: Sequence[int], places: dict[str, list[int]]) -> bool:
    """Whether all lines stand again behind the last of them, in the same order."""
    at: int | None = entries[-1]
    for entry in entries:
        at = next_place(places, key_of(lines[entry]), at)
        if at is None:
            return False
    return True


def is_short(line: str) -> bool:
    """Whether a line may be a heading."""
    return len(line.strip()) <= LONGEST and not SENTENCE.search(line)


def looks_listed(line: str) -> bool:
    """Whether a line has what entries of a list have: a bullet, an indent, a number before or behind it."""
    return bool(BULLET.match(line) or PAGE.search(line) or MARK.match(line.strip()))


def key_of(line: str) -> str:
    """What an entry and its heading have in common: the words, without numbers, blanks and signs.

    >>> key_of("一、基本情况\\t1") == key_of("-   基本情况") == key_of("一、 基本情况")
    True
    """
    bare = PAGE.sub("", BULLET.sub("", line, count=1)).strip()
    return re.sub(r"[\W_]+", "", MARK.sub("", bare, count=1))


def places_of(lines: Sequence[str]) -> dict[str, list[int]]:
    """Return where the words of each short line stand."""
    places: dict[str, list[int]] = defaultdict(list)
    for at, line in enumerate(lines):
        if line.strip() and is_short(line):
            places[key_of(line)].append(at)
    return places


def next_place(places: dict[str, list[int]], key: str, at: int | None) -> int | None:
    """Return the first place of some words behind a place; None if there is none."""
    if not key or at is None:
        return None
    found = places.get(key, [])
    behind = bisect_right(found, at)
    return found[behind] if behind < len(found) else None
