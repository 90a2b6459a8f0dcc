"""What part of speech a word is, as jieba's own dictionary has it; words outside it get none."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path


def parts_of_speech(words: Iterable[str]) -> dict[str, str]:
    """Tag of every word that the dictionary knows (n, v, vn, a, d, i, l …, the ICTCLAS set).

    A word has one tag there, whatever stands around it: enough to tell 压力传到 (ends in a verb) from 压力传导, where a
    tagger would need the sentence.

    >>> parts_of_speech(["党课", "搬进", "查无此词"])
    {'党课': 'n', '搬进': 'v'}
    """
    tags = dictionary()
    return {word: tags[word] for word in words if word in tags}


@lru_cache(maxsize=1)
def dictionary() -> dict[str, str]:
    """Word → tag; the dictionary is read as a file, jieba itself is not needed for it."""
    package = find_spec("jieba")
    if package is None or not package.submodule_search_locations:
        return {}
    path = Path(package.submodule_search_locations[0]) / "dict.txt"
    tags = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, tag = line.split(" ")
            tags[word] = tag.strip()
    return tags
