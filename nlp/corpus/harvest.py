"""The patterns by which figures, measures and ledgers are harvested (``corpus/harvest``)."""

from __future__ import annotations

import re
from pathlib import Path

from nlp.corpus.lexicon import load_hints

FOLDER = "harvest"
Patterns = dict[str, re.Pattern[str]]


def load_patterns(corpus: Path, name: str, values: tuple[str, ...]) -> Patterns:
    """One pattern a value: any of its rows. Raises DataError; a corpus folder without the file harvests nothing.

    Patterns are matched against the folded copy of a text, which is as long as the text.
    """
    path = corpus / FOLDER / name
    hints = load_hints(path, values) if path.is_file() else ()
    rows = {value: [f"(?:{hint.pattern})" for hint in hints if hint.value == value] for value in values}
    return {value: re.compile("|".join(patterns) or r"(?!)") for value, patterns in rows.items()}
