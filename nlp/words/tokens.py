"""From passages to tokens: jieba's words with our lexicon, on the folded copy, offsets into the passage as quoted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from itertools import chain

import numpy as np
import pandas as pd

from nlp.corpus.lexicon import Lexicon
from nlp.engine.partitions import map_partitions
from nlp.search.fold import Matchable, matchable
from nlp.tables import TOKENS
from nlp.words.segmenter import Segmenter, segmenter_for

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[a-z][a-z0-9+\-]+")
PLACEHOLDER = re.compile(r"[x×*＊○〇]+")

Ints = np.ndarray[tuple[int], np.dtype[np.int64]]


def tokenize(passages: pd.DataFrame, lexicon: Lexicon, workers: int = 1, scheduler: str | None = None) -> pd.DataFrame:
    """Segment PASSAGES into TOKENS; punctuation, numbers and placeholders (xx) are no tokens."""
    return map_partitions(partial(tokenize_part, lexicon=lexicon), passages, workers=workers, scheduler=scheduler)


def tokenize_part(passages: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Segment some passages; words are looked at once each, offsets are reckoned for all passages together."""
    table = lexicon.fold_table
    views = [matchable(text, table) for text in passages["text"]]
    cut = tokenizer_for(lexicon.terms).cut_many(view.text for view in views)
    words = pd.Series(chain.from_iterable(cut), dtype=object)
    codes, distinct = pd.factorize(words)
    terms = pd.Series((word.lower() for word in distinct), dtype=object)
    kept = np.fromiter(map(is_term, terms), dtype=bool, count=len(terms))[codes]
    if not kept.any():
        return TOKENS.empty()
    passage = np.repeat(np.arange(len(views)), np.fromiter(map(len, cut), dtype=np.int64, count=len(cut)))[kept]
    ends = np.cumsum(np.fromiter(map(len, words), dtype=np.int64, count=len(words)))[kept]
    lengths = np.fromiter(map(len, distinct), dtype=np.int64, count=len(distinct))[codes[kept]]
    start, end = spans(views, passage, ends - lengths, ends)
    columns = {
        "passage_id": passages["passage_id"].take(passage).array,
        "position": np.arange(len(passage)) - np.searchsorted(passage, passage),
        "document_id": passages["document_id"].take(passage).array,
        "term": terms.astype("str").take(codes[kept]).array,
        "start": start,
        "end": end,
    }
    return TOKENS.shape(pd.DataFrame(columns))


def spans(views: Sequence[Matchable], passage: Ints, starts: Ints, ends: Ints) -> tuple[Ints, Ints]:
    """:meth:`Matchable.span` for many words: ``starts`` and ``ends`` count from the first character of the first view.

    >>> from nlp.corpus.fold_table import FoldTable
    >>> plain = FoldTable(())
    >>> views = [matchable("甲乙\\n丙", plain), matchable("丁", plain)]
    >>> spans(views, np.array([0, 1]), np.array([1, 3]), np.array([3, 4]))
    (array([1, 0]), array([4, 1]))
    """
    base = np.cumsum([0, *(len(view.text) for view in views)])[passage]
    cuts, shifts, at = [], [], 0
    for view in views:
        cuts += [at, *(at + cut for cut in view.cuts)]
        shifts += [0, *view.shifts]
        at += len(view.text)
    if len(cuts) == len(views):  # nothing was left out: a place in the view is the place in its passage
        return starts - base, ends - base
    shift = np.array(shifts)
    begin = starts + shift[np.searchsorted(cuts, starts, side="right") - 1]
    last = ends - 1 + shift[np.searchsorted(cuts, ends - 1, side="right") - 1]
    return begin - base, last + 1 - base


def is_term(word: str) -> bool:
    """Whether a segmented word is a token: Han, or a Latin word that is no placeholder."""
    if HAN.search(word):
        return not PLACEHOLDER.fullmatch(word)
    return bool(LATIN_WORD.fullmatch(word)) and not PLACEHOLDER.fullmatch(word)


def tokenizer_for(terms: tuple[str, ...]) -> Segmenter:
    """Our own tokenizer with ``terms``; built once per process, the global one of jieba stays untouched."""
    return segmenter_for(terms)
