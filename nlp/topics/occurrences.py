"""Tokens as numbers: which usable term stands in which passage; made once for the themes of all facets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Self

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

COUNTED = re.compile(
    "[一二两三四五六七八九十百千几半多数每]+[个条句年份次名项位张场回天月人家件篇页本遍季点成半套种些番层段块]*"
)


@dataclass(frozen=True)
class Occurrences:
    """Usable tokens in the order of their passages, as indices of sorted terms and sorted passages."""

    terms: np.ndarray  # (n_terms,) sorted
    ids: np.ndarray  # (n_passages,) sorted
    documents: np.ndarray  # (n_passages,)
    passage: np.ndarray  # (n_tokens,) index of the passage, rising
    term: np.ndarray  # (n_tokens,) index of the term

    @classmethod
    def of(
        cls,
        tokens: pd.DataFrame,
        stopwords: frozenset[str] = frozenset(),
        copies: frozenset[str] = frozenset(),
        bigrams: bool = False,
    ) -> Self:
        """Usable TOKENS: two characters at least, no stop word, no number (两个、三年), of no copy."""
        original = tokens[~tokens["passage_id"].isin(copies)]
        if bigrams:
            original = with_bigrams(original, stopwords)
        term, names = pd.factorize(original["term"].to_numpy(object), sort=True)
        usable = np.array([len(t) >= 2 and t not in stopwords and not COUNTED.fullmatch(t) for t in names], dtype=bool)
        kept = usable[term]
        mine = original[kept]
        passage, ids = pd.factorize(mine["passage_id"].to_numpy(object), sort=True)
        order = np.lexsort((mine["position"].to_numpy(), passage))
        renumbered = np.cumsum(usable) - 1
        documents = np.empty(len(ids), dtype=object)
        documents[passage] = mine["document_id"].to_numpy(object)
        return cls(names[usable], ids, documents, passage[order], renumbered[term[kept]][order])

    @cached_property
    def counts(self) -> csr_array:
        """How often every term stands in every passage, (n_passages, n_terms)."""
        shape = len(self.ids), len(self.terms)
        counted = csr_array((np.ones(len(self.term)), (self.passage, self.term)), shape=shape)
        counted.sum_duplicates()
        return counted

    @cached_property
    def present(self) -> csr_array:
        """Which term stands in which passage, ones and zeros."""
        counts = self.counts
        return csr_array((np.ones(counts.nnz), counts.indices, counts.indptr), shape=counts.shape)

    def sequences(self, rows: np.ndarray, terms: np.ndarray) -> list[np.ndarray]:
        """The terms of some passages that are among ``terms``, in their order, as indices into these."""
        number = np.full(len(self.terms), -1)
        number[terms] = np.arange(len(terms))
        bounds = np.searchsorted(self.passage, np.arange(len(self.ids) + 1))
        spans = list(pairwise(bounds))
        known = number[self.term]
        found = [known[slice(*spans[row])] for row in rows]
        return [each[each >= 0] for each in found]


def with_bigrams(tokens: pd.DataFrame, stopwords: frozenset[str]) -> pd.DataFrame:
    """TOKENS and, as further tokens, every pair of neighbours that are no stop words (挂在+墙上)."""
    ordered = tokens.sort_values(["passage_id", "position"], kind="stable").reset_index(drop=True)
    following = ordered.shift(-1)
    plain = ~ordered["term"].isin(stopwords)
    joined = (
        (following["passage_id"] == ordered["passage_id"])
        & (following["start"] == ordered["end"])
        & plain
        & plain.shift(-1, fill_value=False)
    )
    pairs = ordered[joined].assign(term=ordered["term"][joined] + following["term"][joined])
    return pd.concat([ordered, pairs], ignore_index=True)
