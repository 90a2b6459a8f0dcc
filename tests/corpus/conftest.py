"""What the tests of the corpus share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

import pytest

from nlp.corpus import check
from nlp.corpus.backtracking import endless
from nlp.corpus.lexicon import compiles


@pytest.fixture(scope="session", autouse=True)
def every_pattern_is_tried_once() -> Iterator[None]:
    """A pattern that came to an end does so again: of the many checks of nearly the same corpus the first tries all,
    the others what is new; compiling and trying is most of a check."""
    ended: set[str] = set()

    def endless_among_new(patterns: Sequence[str]) -> list[int]:
        new = [at for at, pattern in enumerate(patterns) if pattern not in ended]
        found = [new[at] for at in endless([patterns[at] for at in new])]
        ended.update(patterns[at] for at in new if at not in found)
        return found

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check, "endless", endless_among_new)
        patch.setattr(check, "compiles", cache(compiles))
        yield
