"""What rjieba must be told of jieba's dictionary, worked out once per lexicon and kept in our cache."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from hashlib import sha256
from math import log
from typing import Any

from nlp.base.cache import cache_folder
from nlp.store.files import write_json
from nlp.words.engines import PROVEN, own_jieba

WORD = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&%]+")  # what rjieba may find as a word in the text it is handed
FIGURES = {"frequencies", "apart"}
FILLER = "\ue000"  # stands in no text that rjieba is handed


def figures_of(terms: tuple[str, ...]) -> dict[str, Any]:
    """What only jieba's own dictionary tells, from our cache if it is there.

    ``frequencies`` of every term that rjieba may find, and of the filler; ``apart``, see :func:`left_apart`.
    """
    content = json.dumps([PROVEN, terms], ensure_ascii=False).encode("utf-8", "surrogatepass")
    path = cache_folder() / f"frequency-{sha256(content).hexdigest()[:16]}.json"
    try:
        kept = json.loads(path.read_bytes())
        if isinstance(kept, dict) and kept.pop("sha256", "") == sealed(kept)["sha256"] and set(kept) == FIGURES:
            return kept
    except (OSError, ValueError, RecursionError):
        pass  # not made yet, or broken: make it again
    found = suggested(terms)
    with suppress(OSError):  # a full disk costs the next process a second, nothing else
        write_json(sealed(found), path)
    return found


def suggested(terms: tuple[str, ...]) -> dict[str, Any]:
    """What :func:`figures_of` keeps, worked out with jieba.

    The filler's frequency is what rjieba's total would lack: jieba adds a term's frequency even where the term had
    one before, rjieba the difference; jieba counts terms that no block can hold, and B超 twice, because it stands
    twice in the dictionary, rjieba once. Three in sixty million decide where two ways to cut are equally likely
    and only the rounding of a sum is left (压紧/压, 压/紧压).
    """
    tokenizer = own_jieba()
    total = sum(tokenizer.FREQ.values())
    known = {term: tokenizer.FREQ.get(term) or 0 for term in terms if WORD.fullmatch(term)}
    for term in terms:
        tokenizer.add_word(term)
    found: dict[str, int] = {term: tokenizer.FREQ[term] for term in known}
    lacking = tokenizer.total - (total + sum(found.values()) - sum(known.values()))
    return {"frequencies": found | {FILLER: lacking}, "apart": left_apart(tokenizer.FREQ, tokenizer.total)}


def left_apart(frequency: dict[str, int], total: int) -> list[str]:
    """Words that the route may take as single characters, since these are as likely; no run of them can be another."""
    return [
        word
        for word, count in frequency.items()
        if count
        and len(word) > 1
        and sum(log((frequency.get(char) or 1) / total) for char in word) > log(count / total) - 1e-6
    ]


def sealed(figures: dict[str, Any]) -> dict[str, Any]:
    """What the cache holds: the figures and their digest, since one digit more would change words unnoticed."""
    return {"sha256": sha256(json.dumps(figures, sort_keys=True).encode()).hexdigest(), **figures}
