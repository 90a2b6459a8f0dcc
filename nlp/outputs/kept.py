"""Which passages the page holds word by word: all, or for every number a bounded choice, surest and random."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import pandas as pd

MOST_CHARS = 1_200_000  # of passages on the page: about 3.6 MB; a page of 10 MB is slow on a phone
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def kept_texts(tables: Mapping[str, pd.DataFrame], most: int = MOST_CHARS) -> frozenset[str]:
    """Ids of the passages whose words stand on the page.

    Where not all fit, every code, role and set of a kind of unit and year is asked in turn: the surest passage, then
    one by chance, until the page is full. Chance is drawn from the ids, so that the same material gives the same page.
    """
    passages = tables["passages"].set_index("passage_id")
    length = passages["text"].str.len().to_dict()
    if sum(length.values()) <= most:
        return frozenset(length)
    kept: dict[str, None] = {}
    room = most
    turns = [choice for group in groups_of(tables) for choice in enumerate(group)]
    for _, passage in sorted(turns, key=lambda turn: (turn[0], turn[1])):
        if passage not in kept and length[passage] <= room:
            kept[passage] = None
            room -= length[passage]
    return frozenset(kept)


def groups_of(tables: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    """Passages of every group, each in the order in which it offers them: surest and random by turns."""
    documents = tables["documents"].set_index("document_id")
    labels = tables["labels"].assign(
        kind=tables["labels"]["document_id"].map(documents["kind_of_unit"]).fillna(""),
        year=tables["labels"]["document_id"].map(documents["date"].str[:4]).fillna(""),
        chance=[zlib.crc32(str(name).encode()) for name in tables["labels"]["passage_id"]],
    )
    groups = []
    for _, rows in labels.groupby(["facet", "code", "kind", "year"], sort=True):
        surest = rows.sort_values(["sure", "score", "passage_id"], ascending=[False, False, True])["passage_id"]
        random = rows.sort_values(["chance", "passage_id"])["passage_id"]
        both = [name for pair in zip(surest, random, strict=True) for name in pair]
        groups.append(list(dict.fromkeys(str(name) for name in both)))
    return groups


def steps(numbers: Sequence[int]) -> str:
    """Rising numbers as the steps between them, in 36 digits: short, whatever their size.

    >>> steps([3, 4, 40]), steps([])
    ('3,1,10', '')
    """
    before, out = 0, []
    for value in numbers:
        out.append(in_36(value - before))
        before = value
    return ",".join(out)


def in_36(value: int) -> str:
    """A whole number in 36 digits.

    >>> in_36(0), in_36(35), in_36(36)
    ('0', 'z', '10')
    """
    digits = ""
    while True:
        value, rest = divmod(value, 36)
        digits = DIGITS[rest] + digits
        if not value:
            return digits
