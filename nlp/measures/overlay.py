"""Terms counted on the text itself: all of them, the longest and those nested in it, along the borders of the words.

Once 机关党建工作 is a term, segmentation gives it whole and the token 党建工作 is lost in it; a plain search finds
党委会 in 党委会议. The overlay finds every occurrence in the text and keeps those that the words of the text allow:

- it begins and ends where a token begins and ends, be it one token or several; or
- it lies within one token that is a term of the lexicon, and both its ends are borders inside that term: where the
  segmenter would cut the term into the fewest words if it were no term, and so on in its parts that are terms.

So nothing is counted that would cut a word of the general dictionary (工作 in 工作者), or reach across the border of a
token into the middle of the next. Figures and signs are no tokens: a wording that begins or ends with one (1+N, 70%,
“三会一课”) is counted as it is written, but for figures and letters that go on (70% in 170%, B类 in AB类).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd

from nlp.corpus.lexicon import Lexicon
from nlp.search.fold import fold, lowered, matchable, wordings_of
from nlp.tables import OCCURRENCES
from nlp.words.segmenter import segmenter_for
from nlp.words.tokens import Ints, spans

BREAK = "\x00"  # stands between passages, in no term


def overlay(
    passages: pd.DataFrame,
    tokens: pd.DataFrame,
    terms: Sequence[str] | Mapping[str, str],
    lexicon: Lexicon,
    kind: str = "term",
) -> pd.DataFrame:
    """OCCURRENCES of ``terms`` in the text of PASSAGES.

    Parameters
    ----------
    passages : PASSAGES
    tokens : TOKENS of these passages, segmented with ``lexicon``
    terms : written as an expert writes them (``甲|乙`` counts either as one item), or the wording of every item by its
        name; matched on the folded text
    kind : what the items are called in the result

    Returns
    -------
    OCCURRENCES, by item, passage and place; an occurrence inside another of the same item is counted too
    """
    table = lexicon.fold_table
    views = [matchable(text, table) for text in passages["text"]]
    text = lowered(BREAK.join(view.text for view in views))
    begins = np.cumsum([0, *(len(view.text) + 1 for view in views[:-1])]) if views else np.zeros(0, dtype=np.int64)
    borders = Borders(passages, tokens, lexicon)
    parts = []
    wording_of = terms if isinstance(terms, Mapping) else {term: term for term in terms}
    for item, written in wording_of.items():
        wordings = wordings_of(written, table)
        found = sorted((at, at + len(w)) for w in wordings for at in places(text, w) if stands_alone(text, at, w))
        if not found:
            continue
        starts, ends = np.array(found, dtype=np.int64).T
        passage = np.searchsorted(begins, starts, side="right") - 1
        # ``spans`` counts without the breaks between the passages, one a passage.
        start, end = spans(views, passage, starts - passage, ends - passage)
        kept = borders.allow(passage, start, end)
        chosen = passage[kept]
        parts.append(
            pd.DataFrame(
                {
                    "kind": kind,
                    "item": item,
                    "counting": "overlay",
                    "passage_id": passages["passage_id"].take(chosen).array,
                    "document_id": passages["document_id"].take(chosen).array,
                    "start": start[kept],
                    "end": end[kept],
                    "sure": True,
                }
            )
        )
    return OCCURRENCES.shape(pd.concat(parts, ignore_index=True)) if parts else OCCURRENCES.empty()


def places(text: str, wording: str) -> Iterator[int]:
    """Where ``wording`` begins in ``text``, overlapping ones too."""
    at = text.find(wording)
    while at >= 0:
        yield at
        at = text.find(wording, at + 1)


def stands_alone(text: str, at: int, wording: str) -> bool:
    """Whether no figure or Latin letter goes on with one that ``wording`` at ``at`` begins or ends with.

    >>> stands_alone("完成率170%", 4, "70%"), stands_alone("完成率70%", 3, "70%"), stands_alone("1.5A级", 2, "5a级")
    (False, True, False)
    """
    end = at + len(wording)
    before, after = text[at - 1 : at], text[end : end + 1]
    if is_latin(wording[0]) and (is_latin(before) or (before == "." and text[at - 2 : at - 1].isdigit())):
        return False
    return not (is_latin(wording[-1]) and (is_latin(after) or (after == "." and text[end + 1 : end + 2].isdigit())))


def is_latin(char: str) -> bool:
    """Whether a character is a figure or a Latin letter."""
    return char.isascii() and char.isalnum()


class Borders:
    """Where the tokens of some passages begin and end, and the borders inside those that are terms."""

    def __init__(self, passages: pd.DataFrame, tokens: pd.DataFrame, lexicon: Lexicon) -> None:
        lengths = passages["text"].str.len().to_numpy(dtype=np.int64)
        self.base = np.concatenate([[0], np.cumsum(lengths + 1)])
        row = pd.Index(passages["passage_id"]).get_indexer(tokens["passage_id"])
        at = self.base[row]
        order = np.argsort(at + tokens["start"].to_numpy(), kind="stable")
        self.starts = (at + tokens["start"].to_numpy())[order]
        self.ends = (at + tokens["end"].to_numpy())[order]
        codes, distinct = pd.factorize(tokens["term"])
        self.codes, self.words = codes[order], [str(word) for word in distinct]
        table = lexicon.fold_table
        self.terms, self.known = lexicon.terms, frozenset(fold(term, table).lower() for term in lexicon.terms)

    def cut(self, at: Ints) -> np.ndarray:
        """Whether a border at these places would cut a token."""
        token = np.searchsorted(self.starts, at, side="left") - 1  # the last that begins before it
        inside: np.ndarray = (token >= 0) & (self.ends[token] > at)
        return inside

    def allow(self, passage: Ints, start: Ints, end: Ints) -> np.ndarray:
        """Which of the spans ``start:end`` of passages (by their number) the words allow."""
        if not len(self.starts):
            return np.ones(len(start), dtype=bool)  # figures and signs alone
        one, other = self.base[passage] + start, self.base[passage] + end
        first = np.searchsorted(self.starts, one, side="right") - 1  # the token in which the span begins
        last = np.searchsorted(self.starts, other - 1, side="right") - 1  # and the one in which it ends
        whole: np.ndarray = ~(self.cut(one) | self.cut(other))
        inside = (first >= 0) & (first == last) & (other <= self.ends[first]) & ~whole
        for i in np.flatnonzero(inside):
            token = first[i]
            word = self.words[self.codes[token]]
            if word in self.known and self.ends[token] - self.starts[token] == len(word):
                borders = inner_borders(word, self.terms, self.known)
                whole[i] = {int(one[i] - self.starts[token]), int(other[i] - self.starts[token])} <= borders
        return whole


@lru_cache(maxsize=4096)
def inner_borders(term: str, terms: tuple[str, ...], known: frozenset[str]) -> frozenset[int]:
    """Borders inside a term: where it would be cut if it were none, and inside its parts that are terms too.

    The cut with the fewest words wins, then the one with the fewest single characters (党委／会议, not 党委会／议),
    then the one whose last word is longest (党／支部).

    >>> sorted(inner_borders("机关党建工作", ("机关党建工作", "党建工作"), frozenset(["机关党建工作", "党建工作"])))
    [0, 2, 4, 6]
    """
    edges = {0, len(term)}
    if len(term) < 3:
        return frozenset(edges)
    cut = segmenter_for(terms).cut
    candidates = [[*cut(term[:at]), *cut(term[at:])] for at in range(1, len(term))]
    words = min(candidates, key=lambda words: (len(words), sum(len(w) == 1 for w in words), -len(words[-1])))
    at = 0
    for word in words:
        edges.add(at)
        if word in known:
            edges |= {at + inner for inner in inner_borders(word, terms, known)}
        at += len(word)
    return frozenset(edges)
