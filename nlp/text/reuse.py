"""Copied passages: near-copies are found, classed in neutral words, and counted once where sources are counted."""

from __future__ import annotations

import re
from collections import defaultdict

import pandas as pd

from nlp.lexicon import Lexicon
from nlp.tables import PASSAGES
from nlp.text.fold import fold

SHINGLE = 5  # characters
NEAR = 0.55  # Jaccard similarity of the shingle sets from which a passage counts as a copy
SHORTEST = 24  # Han characters: shorter passages are alike by chance
PERMUTATIONS, BANDS = 128, 32
COPIED_DOCUMENT = 0.5  # share of copied characters from which a document is no independent source

QUOTATION = re.compile(r"(?:强调|指出|要求|规定|提出)[，：:,]?[“\"].{15,}")


def mark_reuse(passages: pd.DataFrame, documents: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Fill ``reuse_of`` and ``reuse_class`` of PASSAGES: the earliest near-copy in another document.

    Candidates come from MinHash bands over character 5-grams, every pair is confirmed by its exact Jaccard
    similarity. Earlier means by date, undated last, then by the order of the table.
    """
    table = dict(lexicon.fold_table)
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
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    whole = copied_share(passages, originals)
    classes = {pid: reuse_class(str(texts[pid]), whole[document_of[pid]]) for pid in originals}
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
    han = re.sub(r"[^\u3400-\u9fff]", "", text)
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


def reuse_class(text: str, share_of_document: float) -> str:
    """A neutral class: 引述 (a quotation of policy), 整篇相近 (most of the document), 段落相近."""
    if QUOTATION.search(text):
        return "引述"
    return "整篇相近" if share_of_document >= COPIED_DOCUMENT else "段落相近"


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
