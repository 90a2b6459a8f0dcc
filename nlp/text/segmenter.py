"""jieba's segmentation, exactly: cut by rjieba (jieba in Rust) where it is installed, by jieba itself where it is not.

Where rjieba 0.2.2 parts ways with jieba 0.42.1, and what is done about it (``benchmarks/segmentation.py`` seeks more):

- Han outside U+4E00–9FD5: single characters to jieba, words to rjieba. It is handed a full stop in their place.
- ``.``, ``-`` and ``_`` inside a block: no word of the dictionary holds one, so they only matter where jieba's HMM
  takes numbers apart (15.4%). rjieba is handed ``&`` in their place; the numbers are taken apart here by jieba's rule.
- A term's suggested frequency comes out one lower at times, and a term added again is not counted twice. The
  frequencies are jieba's, worked out once per lexicon and kept in our cache; a filler word makes up the total.

What is left (``.`` beside a Latin dictionary word such as C++, or terms that hold these marks) jieba cuts.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.machinery import PathFinder
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from itertools import groupby
from typing import Any

from nlp.store import cache_folder, write_json

PROVEN = {"jieba": "0.42.1", "rjieba": "0.2.2"}  # the versions that were compared; with any other, jieba decides
UNLIKE = re.compile(r"[._\-\u3400-\u4dbf\u9fd6-\u9fff\ud800-\udfff\ue000\uf900-\ufaff\U00020000-\U0003ffff]")
MARK = re.compile(r"[._\-]")
STAND_INS = dict.fromkeys("._-", "&")  # any other character that rjieba must not see becomes a full stop
LATIN = re.compile(r"[a-zA-Z0-9+#&%]+")  # what is no Han inside a block of jieba's
NUMBER = re.compile(r"([a-zA-Z0-9]+(?:\.[0-9]+)?%?)")  # jieba.finalseg.re_skip
WORD = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&%]+")  # what rjieba may find as a word in the text it is handed
BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&%._\-]+")  # jieba.re_han_default: what jieba may find as a word
FILLER = "\ue000"  # stands in no text that rjieba is handed


class Segmenter:
    """Cuts texts into the words of ``jieba.Tokenizer().lcut`` with ``terms`` added; loads only what the texts need."""

    def __init__(self, terms: tuple[str, ...]) -> None:
        self.terms = terms

    def cut(self, text: str) -> list[str]:
        """The words of ``text``; together they are ``text``."""
        if self.fast is not None and not UNLIKE.search(text):
            return list(self.fast.cut(text))
        if self.fast is None or (self.marked_terms and MARK.search(text)):
            return list(self.jieba.cut(text))
        return self.mended(text, self.fast.cut(UNLIKE.sub(lambda hit: STAND_INS.get(hit[0], "。"), text)))

    lcut = cut

    def cut_many(self, texts: Iterable[str]) -> list[list[str]]:
        """The words of every text. To join the texts and split their words again took longer than a call for each."""
        return [self.cut(text) for text in texts]

    def tokenize(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield word, start and end, as jieba does."""
        start = 0
        for word in self.cut(text):
            yield word, start, (start := start + len(word))

    def mended(self, text: str, words: list[str]) -> list[str]:
        """Turn the words of the text with stand-ins into the words of ``text``."""
        assert self.fast is not None
        mended: list[str] = []
        at = 0
        for latin, group in groupby(words, lambda word: LATIN.fullmatch(word) is not None):
            run = list(group)
            start, at = at, at + sum(map(len, run))
            if not latin:
                for word in run:
                    mended.append(text[start : start + len(word)])
                    start += len(word)
            elif LATIN.fullmatch(text, start, at):
                mended += run
            elif any(len(word) > 1 and self.fast.has_word(word) for word in run):
                return list(self.jieba.cut(text))
            else:
                mended += filter(None, NUMBER.split(text[start:at]))
        return mended

    @cached_property
    def marked_terms(self) -> bool:
        """Whether a mark that rjieba is not shown, or its stand-in, may be part of a term."""
        return any(BLOCK.fullmatch(term) and ("&" in term or MARK.search(term)) for term in self.terms)

    @cached_property
    def jieba(self) -> Any:
        """jieba with the terms; only a text that rjieba may not cut asks for it."""
        tokenizer = own_jieba()
        for term in self.terms:
            tokenizer.add_word(term)
        return tokenizer

    @cached_property
    def fast(self) -> Any:
        """rjieba with the terms at jieba's frequencies; None where it is absent or of another version."""
        rjieba = load_rjieba()
        if rjieba is None:
            return None
        fast = rjieba.Jieba()
        for term, frequency in self.frequencies().items():
            fast.add_word(term, frequency, None)
        return fast

    def frequencies(self) -> dict[str, int]:
        """jieba's frequency of every term that rjieba may find, and the filler's; from our cache if they are there."""
        content = json.dumps([PROVEN, self.terms], ensure_ascii=False).encode("utf-8", "surrogatepass")
        path = cache_folder() / f"frequency-{sha256(content).hexdigest()[:16]}.json"
        try:
            return {str(term): int(frequency) for term, frequency in json.loads(path.read_bytes()).items()}
        except (OSError, ValueError):  # not made yet, or broken: make it again
            found = self.suggested()
        with suppress(OSError):  # a full disk costs the next process a second, nothing else
            write_json(found, path)
        return found

    def suggested(self) -> dict[str, int]:
        """What :meth:`frequencies` keeps, worked out with jieba.

        The filler's frequency is what rjieba's total would lack: jieba adds a term's frequency even where the term had
        one before, rjieba the difference; jieba counts terms that no block can hold, and B超 twice, because it stands
        twice in the dictionary, rjieba once. Three in sixty million decide where two ways to cut are equally likely
        and only the rounding of a sum is left (压紧/压, 压/紧压).
        """
        tokenizer = own_jieba()
        tokenizer.initialize()
        total = sum(tokenizer.FREQ.values())
        known = {term: tokenizer.FREQ.get(term) or 0 for term in self.terms if WORD.fullmatch(term)}
        for term in self.terms:
            tokenizer.add_word(term)
        found: dict[str, int] = {term: tokenizer.FREQ[term] for term in known}
        lacking = tokenizer.total - (total + sum(found.values()) - sum(known.values()))
        return found | {FILLER: lacking}


@lru_cache(maxsize=4)
def segmenter_for(terms: tuple[str, ...]) -> Segmenter:
    """The segmenter with ``terms``, one per process."""
    return Segmenter(terms)


def own_jieba() -> Any:
    """A jieba tokenizer of our own: the global one stays untouched, and nothing is written to standard error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its source has escapes that Python complains about when it compiles them
        import jieba

    jieba.setLogLevel(logging.CRITICAL)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(cache_folder())  # the shared temporary folder would mix users and go stale
    return tokenizer


def load_rjieba() -> Any:
    """The compiled module of rjieba, or None. Importing its package would build a second dictionary for nobody."""
    try:
        if any(version(name) != proven for name, proven in PROVEN.items()):
            return None
        package = find_spec("rjieba")
        spec = PathFinder.find_spec("rjieba", package.submodule_search_locations) if package else None
        if spec is None or spec.loader is None:
            return None
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
    except ImportError:
        return None
    return module
