"""The account: where every character of a text that was read went. Blanks do not count."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import pandas as pd

from nlp.corpus.lexicon import Lexicon
from nlp.tables import ACCOUNT, ENTRIES, FAILURES
from nlp.text.documents import Body, Split
from nlp.text.segment import cuts_of

PAGES = re.compile(r"共 (\d+) 页|(\d+) 张|第 \d+ 页")
REMARK = re.compile("[：；]")  # behind it a reason says more than its name
WAY_OUT = "看 dropped.csv 里去掉了什么；若去错了，改 corpus/lexicon/noise.csv 里的那条规则"


class Entry(NamedTuple):
    """A row of ENTRIES: what is known of a document's characters before it is cut into passages."""

    source: str
    document_id: str | None  # None: what of a text belongs to no document
    n_read: int
    n_titles: int  # in the lines that became its title
    n_removed: int
    removed: str  # reasons and their characters


class Noise(NamedTuple):
    """Something that cleaning took out of a text."""

    line: int
    reason: str
    text: str


def n_signs(text: str) -> int:
    """How many characters a text has, blanks left out.

    >>> n_signs("一、 现状\\n")
    4
    """
    return len("".join(text.split()))


def entries_of(raw: Iterable[str], noise: pd.DataFrame, splits: Sequence[Split]) -> pd.DataFrame:
    """ENTRIES of texts.

    Parameters
    ----------
    raw : the texts as they were read
    noise : DROPPED, what cleaning took out of them
    splits : what each was split into
    """
    taken: defaultdict[tuple[str, str], list[Noise]] = defaultdict(list)
    for row in noise.itertuples():
        taken[row.source, unit_of(row)].append(Noise(row.line, row.reason, row.text))
    return ENTRIES.frame(
        entry
        for text, (row, bodies, leftovers) in zip(raw, splits, strict=True)
        for entry in entries_in(str(row.source), text, taken.get((row.source, unit_of(row)), ()), bodies, leftovers)
    )


def unit_of(row: Any) -> str:
    """The unit of a row of SOURCES or DROPPED; empty for a whole file."""
    return row.unit if isinstance(row.unit, str) else ""


def entries_in(
    source: str, raw: str, noise: Iterable[Noise], bodies: Sequence[Body], leftovers: Sequence[tuple[str, str]]
) -> Iterator[Entry]:
    """The entries of one text: one a document, and one more for what belongs to none, if there is any."""
    lines = raw.split("\n") if isinstance(raw, str) else []
    left, rest = n_signs("".join(lines)), list(noise)
    for body in bodies:
        first, end = body.lines
        mine = [each for each in rest if first < each.line <= end]
        rest = [each for each in rest if not first < each.line <= end]
        n_read = n_signs("".join(lines[first:end]))
        left -= n_read
        gone = [*((each.reason, each.text) for each in mine), *body.gone]
        yield Entry(source, body.document_id, n_read, sum(map(n_signs, body.titles)), *shares_of(gone))
    if left:
        gone = [*((each.reason, each.text) for each in rest), *leftovers]
        yield Entry(source, None, left, 0, *shares_of(gone))


def shares_of(gone: Iterable[tuple[str, str]]) -> tuple[int, str]:
    """How many characters went, and for what reasons, the largest first.

    >>> shares_of([("落款", "某局党委"), ("页码", "12"), ("落款", "某年")])
    (8, '落款 6 字；页码 2 字')
    """
    found: Counter[str] = Counter()
    for reason, text in gone:
        found[REMARK.split(reason)[0]] += n_signs(text)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
    return sum(found.values()), "；".join(f"{reason} {n} 字" for reason, n in ranked)


def account_row(entry: Entry, n_passages: int, n_headings: int, unread: str = "") -> dict[str, object]:
    """The row of ACCOUNT of one entry.

    Parameters
    ----------
    n_passages, n_headings : characters of its text in passages and in headings
    unread : what of the file was not read
    """
    n_headings += entry.n_titles
    return {
        "source": entry.source,
        "document_id": entry.document_id or "",
        "n_read": entry.n_read,
        "n_in_passages": n_passages,
        "n_in_headings": n_headings,
        "n_removed": entry.n_removed,
        "n_in_none": entry.n_read - n_passages - n_headings - entry.n_removed,
        "n_unread": n_pages(unread),
        "removed": entry.removed,
        "unread": unread,
    }


def unread_row(source: str, reason: str) -> dict[str, object]:
    """The row of ACCOUNT of a file that could not be read."""
    return account_row(Entry(source, None, 0, 0, 0, ""), 0, 0, reason)


def n_pages(unread: str) -> int:
    """How many pages or pictures a reader says that it could not read.

    >>> n_pages("第 3 页没有文字层；2 张整页的图片没有读"), n_pages("第 2、3、7 页（共 3 页）没有文字层")
    (3, 3)
    """
    return sum(int(hit[1] or hit[2] or 1) for hit in PAGES.finditer(unread))


def account_of(
    entries: pd.DataFrame,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    faults: pd.DataFrame,
    lexicon: Lexicon,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return ACCOUNT, and FAILURES: those of reading (``faults``), and the files of which nothing was left."""
    texts = [text if isinstance(text, str) else "" for text in documents["text"]]
    cuts = cuts_of(texts, lexicon)
    headings = {name: cut.n_in_headings for name, cut in zip(documents["document_id"], cuts, strict=True)}
    held: Counter[str] = Counter()
    for name, text in zip(passages["document_id"], passages["text"], strict=True):
        held[name] += n_signs(text)
    unread = dict(zip(faults["source"], faults["reason"], strict=True))
    rows = []
    for entry in entries.astype(object).where(entries.notna(), None).itertuples(index=False):
        name = entry.document_id
        told = unread.pop(entry.source, "")  # once a file
        rows.append(account_row(Entry(*entry), held.get(name, 0), headings.get(name, 0), told))
    rows += [unread_row(source, reason) for source, reason in unread.items()]
    table = ACCOUNT.frame(rows)
    return table, with_empty(faults, table)


def with_empty(faults: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """FAILURES: those of reading, and a row for every file that was read and gave no passage."""
    found = {row.source: (row.source, row.reason, row.fix) for row in faults.itertuples()}
    for source, part in table[table["n_read"] > 0].groupby("source", sort=False):
        if not part["n_in_passages"].any():
            partly = found[source][1] if source in found else ""
            found[source] = (source, *nothing_left(part, partly))
    return FAILURES.frame(found[source] for source in sorted(found))


def nothing_left(rows: pd.DataFrame, unread: str = "") -> tuple[str, str]:
    """Why no passage was left of a file, given its rows of ACCOUNT, and what to do."""
    n_headings = int(rows["n_in_headings"].sum())
    said = [f"去掉的有{each}" for each in rows["removed"] if each]
    said += [f"标题 {n_headings} 字"] if n_headings else []
    reason = f"读到 {int(rows['n_read'].sum())} 字，没有一段正文：{'；'.join(said) or '没有成句的话'}"
    return "；".join(filter(None, (reason, unread))), WAY_OUT


def summary(table: pd.DataFrame) -> str:
    """The account in one line."""
    sums = table[["n_read", "n_in_passages", "n_in_headings", "n_removed", "n_in_none", "n_unread"]].sum()
    read, held, headings, removed, none, unread = (int(n) for n in sums)
    lost = f"，不知去向 {none}" if none else ""
    return f"读入 {read} 字，入段 {held}，标题 {headings}，清洗 {removed}（明细 dropped.csv），未读 {unread} 页{lost}"
