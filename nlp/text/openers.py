"""Words that tell headings from text: what opens a sentence, an item or a list, ends a title, says something."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from nlp.corpus.lexicon import ITEM_OPENER, LEAD_IN, PREDICATE, SENTENCE_OPENER, TITLE_END, Hint, Lexicon
from nlp.text.numbering import ITEM_NUMBER

NO_WORD = "(?!)"


class Openers(NamedTuple):
    """The words of ``openers.csv``, compiled; an item is opened by its number, too."""

    sentence: re.Pattern[str]
    item: re.Pattern[str]
    title_end: re.Pattern[str]
    lead_in: re.Pattern[str]
    predicate: re.Pattern[str]

    def ends_as_title(self, line: str) -> bool:
        """Whether a line ends as an empty title does (“存在的问题：”)."""
        bare = line.rstrip("。：:")
        return any(hit.end() == len(bare) for hit in self.title_end.finditer(bare))


def openers_of(lexicon: Lexicon) -> Openers:
    """The openers of a lexicon, compiled once per process."""
    return compiled(lexicon.openers)


@lru_cache(maxsize=4)
def compiled(hints: tuple[Hint, ...]) -> Openers:
    """The openers among ``hints``."""

    def any_of(use: str, *more: str) -> re.Pattern[str]:
        return re.compile("|".join([*more, *(hint.pattern for hint in hints if hint.value == use)]) or NO_WORD)

    return Openers(
        sentence=any_of(SENTENCE_OPENER),
        item=any_of(ITEM_OPENER, ITEM_NUMBER),
        title_end=any_of(TITLE_END),
        lead_in=any_of(LEAD_IN),
        predicate=any_of(PREDICATE),
    )


ONLY_NUMBERS = compiled(())
