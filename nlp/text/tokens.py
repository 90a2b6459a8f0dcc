"""From passages to tokens: jieba with our lexicon, on the folded copy, offsets into the passage as it is quoted."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import lru_cache, partial
from typing import Any

import pandas as pd

from nlp.engine import map_partitions
from nlp.lexicon import Lexicon
from nlp.store import cache_folder
from nlp.tables import TOKENS
from nlp.text.fold import matchable

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[a-z][a-z0-9+\-]+")
PLACEHOLDER = re.compile(r"[x×*＊○〇]+")


def tokenize(passages: pd.DataFrame, lexicon: Lexicon, workers: int = 1) -> pd.DataFrame:
    """Segment PASSAGES into TOKENS; punctuation, numbers and placeholders (xx) are no tokens."""
    return map_partitions(partial(tokenize_part, lexicon=lexicon), passages, workers=workers)


def tokenize_part(passages: pd.DataFrame, lexicon: Lexicon) -> pd.DataFrame:
    """Segment some passages."""
    tokenizer = tokenizer_for(lexicon.terms)
    table = dict(lexicon.fold_table)
    columns: dict[str, list[Any]] = {name: [] for name in TOKENS.names}
    for passage_id, document_id, text in zip(
        passages["passage_id"], passages["document_id"], passages["text"], strict=True
    ):
        for position, (term, start, end) in enumerate(terms_of(text, tokenizer, table)):
            columns["passage_id"].append(passage_id)
            columns["position"].append(position)
            columns["document_id"].append(document_id)
            columns["term"].append(term)
            columns["start"].append(start)
            columns["end"].append(end)
    return TOKENS.shape(pd.DataFrame(columns)) if columns["term"] else TOKENS.empty()


def terms_of(text: str, tokenizer: Any, table: dict[int, int]) -> Iterator[tuple[str, int, int]]:
    """Yield term, start and end of every token of one text."""
    view = matchable(text, table)
    for word, start, end in tokenizer.tokenize(view.text):
        term = word.lower()
        if is_term(term):
            yield (term, *view.span(start, end))


def is_term(word: str) -> bool:
    """Whether a segmented word is a token: Han, or a Latin word that is no placeholder."""
    if HAN.search(word):
        return not PLACEHOLDER.fullmatch(word)
    return bool(LATIN_WORD.fullmatch(word)) and not PLACEHOLDER.fullmatch(word)


@lru_cache(maxsize=4)
def tokenizer_for(terms: tuple[str, ...]) -> Any:
    """Our own jieba tokenizer with ``terms``; built once per process, the global one stays untouched."""
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(cache_folder())  # the shared temporary folder would mix users and go stale
    for term in terms:
        tokenizer.add_word(term)
    return tokenizer
