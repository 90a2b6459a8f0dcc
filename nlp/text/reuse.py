"""Copied passages: near-copies are found, classed in neutral words, and counted once where sources are counted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import pandas as pd

from nlp.corpus.fold_table import FoldTable
from nlp.corpus.lexicon import Lexicon
from nlp.search.fold import fold
from nlp.tables import PASSAGES, REUSE, REUSE_DOCUMENTS

SHINGLE = 5  # characters
NEAR = 0.55  # Jaccard similarity of the shingle sets from which a passage counts as a copy
SHORTEST = 24  # Han characters: shorter passages are alike by chance
PERMUTATIONS, BANDS = 128, 32
COPIED_DOCUMENT = 0.5  # share of copied characters from which a document is no independent source

FORMULA_COPIES = 5  # documents: what stands in so many, and is short, is a set formula
FORMULA_LENGTH = 60  # Han characters
FRAME_PIECES = 4  # changed places: the same frame filled in otherwise
SHORTEST_SPAN = 5  # characters that an aligned span must have

QUOTATION = re.compile(r"(?:强调|指出|要求|规定|提出)[，：:,]?[“\"].{15,}")
NOT_HAN = re.compile(r"[^\u3400-\u9fff]")
# What stands around the name of a unit: 中共东岭市财政局党组 → 东岭市财政局
AROUND_NAME = re.compile(r"^(?:中国共产党|中共)|(?:机关)?(?:党委|党组|党总支|党支部|委员会|支部)$")
SHORTEST_NAME = 4


def mark_reuse(passages: pd.DataFrame, documents: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Fill ``reuse_of`` and ``reuse_class`` of PASSAGES: the earliest near-copy in another document.

    Candidates come from MinHash bands over character 5-grams, every pair is confirmed by its exact Jaccard
    similarity. Earlier means by date, undated last, then by the order of the table.
    """
    table = lexicon.fold_table
    ordered = in_time_order(passages, documents)
    shingles = {row.passage_id: shingles_of(fold(str(row.text), table)) for row in ordered.itertuples()}
    usable = [pid for pid, grams in shingles.items() if len(grams) >= SHORTEST - SHINGLE + 1]
    document_of = dict(zip(passages["passage_id"], passages["document_id"], strict=True))
    rank = {pid: i for i, pid in enumerate(ordered["passage_id"])}
    originals: dict[str, str] = {}
    for later, earlier in sorted(
        candidate_pairs(usable, shingles, rank), key=lambda pair: (rank[pair[0]], rank[pair[1]])
    ):
        same_document = document_of[later] == document_of[earlier]
        if later in originals or same_document or jaccard(shingles[later], shingles[earlier]) < NEAR:
            continue
        originals[later] = originals.get(earlier, earlier)
    classes = classify(passages, documents, originals, table)
    return PASSAGES.shape(
        passages.assign(
            reuse_of=passages["passage_id"].map(originals).astype("str"),
            reuse_class=passages["passage_id"].map(classes).astype("str"),
        )
    )


def in_time_order(passages: pd.DataFrame, documents: pd.DataFrame) -> pd.DataFrame:
    """Passages by the date of their document (undated last), then as they stand."""
    date = passages["document_id"].map(documents.set_index("document_id")["date"]).fillna("9999")
    return passages.assign(_date=date, _order=range(len(passages))).sort_values(["_date", "_order"])


def shingles_of(text: str) -> frozenset[str]:
    """Character 5-grams of the Han characters of a folded text."""
    han = NOT_HAN.sub("", text)
    return frozenset(han[i : i + SHINGLE] for i in range(len(han) - SHINGLE + 1))


def candidate_pairs(ids: list[str], shingles: dict[str, frozenset[str]], rank: dict[str, int]) -> set[tuple[str, str]]:
    """Pairs (later, earlier) that share a MinHash band."""
    if len(ids) < 2:
        return set()
    from rensa import RMinHash

    digests = RMinHash.digests_from_token_sets([sorted(shingles[pid]) for pid in ids], PERMUTATIONS, 7)
    rows = PERMUTATIONS // BANDS
    buckets: dict[tuple[int, tuple[int, ...]], list[str]] = defaultdict(list)
    for pid, digest in zip(ids, digests, strict=True):
        for band in range(BANDS):
            buckets[band, tuple(digest[band * rows : (band + 1) * rows])].append(pid)
    pairs = set()
    for members in buckets.values():
        # A bucket of very many is one formula copied everywhere: comparing all with the earliest is enough.
        members.sort(key=rank.__getitem__)
        for i, later in enumerate(members[1:], 1):
            pairs |= {(later, earlier) for earlier in members[: min(i, 8)]}
    return pairs


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared over all shingles."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def copied_share(passages: pd.DataFrame, originals: dict[str, str]) -> dict[str, float]:
    """Share of each document's characters that stand in copied passages."""
    size = passages["text"].str.len()
    copied = size.where(passages["passage_id"].isin(list(originals)), 0)
    by_document = copied.groupby(passages["document_id"]).sum() / size.groupby(passages["document_id"]).sum()
    return {str(document): float(share) for document, share in by_document.items()}


def classify(
    passages: pd.DataFrame, documents: pd.DataFrame, originals: Mapping[str, str], table: FoldTable
) -> dict[str, str]:
    """A neutral class for every copied passage; the first that fits.

    引述: policy or a leader is quoted. 跨年沿用: the same unit in another year. 套话: short, and in five documents or
    more. 整篇相近: most of the document is copied. 框架: one frame, many places filled in otherwise.
    段落相近: the rest.
    """
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    document_of = dict(zip(passages["passage_id"], passages["document_id"], strict=True))
    known = documents.set_index("document_id")
    organ, year = known["organ"].to_dict(), known["date"].str[:4].to_dict()
    whole = copied_share(passages, dict(originals))
    copies = Counter(originals.values())
    classes = {}
    for pid, original in originals.items():
        mine, theirs = document_of[pid], document_of[original]
        text, other = fold(str(texts[pid]), table), fold(str(texts[original]), table)
        if QUOTATION.search(text):
            classes[pid] = "引述"
        elif same_unit(organ[mine], organ[theirs]) and differ(year[mine], year[theirs]):
            classes[pid] = "跨年沿用"
        elif copies[original] + 1 >= FORMULA_COPIES and len(NOT_HAN.sub("", text)) <= FORMULA_LENGTH:
            classes[pid] = "套话"
        elif whole[mine] >= COPIED_DOCUMENT:
            classes[pid] = "整篇相近"
        elif len(align(text, other)) > FRAME_PIECES:
            classes[pid] = "框架"
        else:
            classes[pid] = "段落相近"
    return classes


def same_unit(one: object, other: object) -> bool:
    """Whether two documents are of one unit, as far as is known."""
    return isinstance(one, str) and isinstance(other, str) and core_of(one) == core_of(other)


def differ(one: object, other: object) -> bool:
    """Whether two known years differ."""
    return isinstance(one, str) and isinstance(other, str) and one != other


@dataclass(frozen=True, slots=True)
class Span:
    """Characters that two passages share, offsets into both texts."""

    start: int
    end: int
    other_start: int
    other_end: int


def align(text: str, other: str) -> list[Span]:
    """Shared spans of two folded texts, punctuation aside: exact matching blocks (Ratcliff and Obershelp 1988)."""
    one_at, two_at = han_places(text), han_places(other)
    one, two = "".join(text[i] for i in one_at), "".join(other[i] for i in two_at)
    blocks = SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
    return [
        Span(one_at[b.a], one_at[b.a + b.size - 1] + 1, two_at[b.b], two_at[b.b + b.size - 1] + 1)
        for b in blocks
        if b.size >= SHORTEST_SPAN
    ]


def han_places(text: str) -> list[int]:
    """Offsets of the Han characters of a text."""
    return [i for i, char in enumerate(text) if "\u3400" <= char <= "\u9fff"]


def shared_share(text: str, spans: list[Span]) -> float:
    """Share of the Han characters of ``text`` that stand in ``spans``."""
    at = han_places(text)
    inside = sum(bisect_right(at, span.end - 1) - bisect_right(at, span.start - 1) for span in spans)
    return inside / len(at) if at else 0.0


def core_of(organ: str) -> str:
    """A unit's name without what marks its party body.

    >>> core_of("中共东岭市财政局机关党委")
    '东岭市财政局'
    """
    name, before = organ, ""
    while name != before:
        before, name = name, AROUND_NAME.sub("", name)
    return name


def reuse_tables(passages: pd.DataFrame, documents: pd.DataFrame, lexicon: Lexicon) -> dict[str, pd.DataFrame]:
    """REUSE (a row a copied passage, side by side with its original) and REUSE_DOCUMENTS (a row a pair of documents).

    Parameters
    ----------
    passages : PASSAGES with copies marked (``mark_reuse``)
    documents : DOCUMENTS
    """
    table = lexicon.fold_table
    by_id = passages.set_index("passage_id")
    foreign = foreign_names(documents)
    rows = []
    for row in passages[passages["reuse_of"].notna()].itertuples():
        original = by_id.loc[row.reuse_of]
        text, other = fold(str(row.text), table), fold(str(original["text"]), table)
        spans = align(text, other)
        rows.append(
            {
                "passage_id": row.passage_id,
                "document_id": row.document_id,
                "reuse_of": row.reuse_of,
                "original_document": original["document_id"],
                "reuse_class": row.reuse_class,
                "similarity": jaccard(shingles_of(text), shingles_of(other)),
                "shared": shared_share(text, spans),
                "spans": "；".join(f"{s.start}-{s.end}={s.other_start}-{s.other_end}" for s in spans) or "无",
                "leftovers": leftovers(str(row.text), str(row.document_id), foreign) or None,
                "text": row.text,
                "original_text": original["text"],
            }
        )
    reuse = REUSE.frame(rows)
    return {"reuse": reuse, "reuse_documents": reuse_documents(reuse, passages, documents, foreign)}


@dataclass(frozen=True)
class Names:
    """Names of the units of a corpus, and whose they are."""

    pattern: re.Pattern[str] | None
    own: Mapping[str, str]  # document id → its unit's name and its title


def foreign_names(documents: pd.DataFrame) -> Names:
    """Names of all units, the longest first."""
    cores = {core_of(organ) for organ in documents["organ"].dropna() if isinstance(organ, str)}
    names = sorted((name for name in cores if len(name) >= SHORTEST_NAME), key=lambda name: (-len(name), name))
    told = documents["organ"].fillna("").astype("str") + "\n" + documents["title"].fillna("").astype("str")
    pattern = re.compile("|".join(map(re.escape, names))) if names else None
    return Names(pattern, dict(zip(documents["document_id"], told, strict=True)))


def leftovers(text: str, document_id: str, names: Names) -> str:
    """Names of other units in a copied text, joined by 、: it may have been left standing when it was adapted."""
    if names.pattern is None:
        return ""
    found = dict.fromkeys(names.pattern.findall(text))
    return "、".join(name for name in found if name not in names.own.get(document_id, ""))


def reuse_documents(reuse: pd.DataFrame, passages: pd.DataFrame, documents: pd.DataFrame, names: Names) -> pd.DataFrame:
    """REUSE_DOCUMENTS: how much of a document stands in an earlier one."""
    if reuse.empty:
        return REUSE_DOCUMENTS.empty()
    known = documents.set_index("document_id")
    size = passages["text"].str.len().groupby(passages["document_id"]).sum()
    sources = independent_sources(documents, passages)
    rows = []
    for (document, original), group in reuse.groupby(["document_id", "original_document"]):
        n_chars = int(group["text"].str.len().sum())
        classes = Counter(group["reuse_class"])
        left = dict.fromkeys(name for cell in group["leftovers"].dropna() for name in cell.split("、"))
        rows.append(
            {
                "document_id": document,
                "original_document": original,
                "organ": known.at[document, "organ"],
                "original_organ": known.at[original, "organ"],
                "date": known.at[document, "date"],
                "original_date": known.at[original, "date"],
                "n_passages": len(group),
                "n_chars": n_chars,
                "share": n_chars / int(size[document]),
                "classes": "、".join(f"{name} {n}" for name, n in sorted(classes.items())),
                "leftovers": "、".join(left) or None,
                "source_group": sources[document],
            }
        )
    table = REUSE_DOCUMENTS.frame(rows)
    order = ["share", "document_id", "original_document"]
    return table.sort_values(order, ascending=[False, True, True]).reset_index(drop=True)


def independent_sources(documents: pd.DataFrame, passages: pd.DataFrame) -> pd.Series:
    """Source of every document: itself, or the document most of it is copied from.

    Returns
    -------
    Series, index = document_id, values = document_id of the independent source
    """
    sources = {document: document for document in documents["document_id"]}
    document_of = dict(zip(passages["passage_id"], passages["document_id"], strict=True))
    copied = passages[passages["reuse_of"].notna()]
    originals = dict(zip(copied["passage_id"], copied["reuse_of"], strict=True))
    for document, share in copied_share(passages, originals).items():
        if share >= COPIED_DOCUMENT:
            origin = copied.loc[copied["document_id"] == document, "reuse_of"].map(document_of).mode()
            sources[document] = str(origin.sort_values().iloc[0])
    while any(sources[s] != s for s in sources.values()):  # a copy of a copy goes back to the first
        sources = {document: sources[source] for document, source in sources.items()}
    return pd.Series(sources, name="source_group", dtype="str").rename_axis("document_id")
