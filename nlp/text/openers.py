"""Words that open a sentence or an item: where a heading that runs into its text ends, where a long block is cut."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from nlp.corpus.lexicon import ITEM_OPENER, SENTENCE_OPENER, Hint, Lexicon
from nlp.text.numbering import ITEM_NUMBER

NO_WORD = "(?!)"


class Openers(NamedTuple):
    """The words of ``openers.csv``, compiled; an item is opened by its number, too."""

    sentence: re.Pattern[str]
    item: re.Pattern[str]


ONLY_NUMBERS = Openers(re.compile(NO_WORD), re.compile(ITEM_NUMBER))


def openers_of(lexicon: Lexicon) -> Openers:
    """The openers of a lexicon, compiled once per process."""
    return compiled(lexicon.openers)


@lru_cache(maxsize=4)
def compiled(hints: tuple[Hint, ...]) -> Openers:
    """The openers among ``hints``."""
    sentence, item = (
        [hint.pattern for hint in hints if hint.value == value] for value in (SENTENCE_OPENER, ITEM_OPENER)
    )
    return Openers(re.compile("|".join(sentence) or NO_WORD), re.compile("|".join([ITEM_NUMBER, *item])))
