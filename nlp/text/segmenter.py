"""jieba's segmentation, exactly: routed by rjieba (jieba in Rust) where it is installed, by jieba where it is not.

Both give the dictionary's route alone; what it leaves as single characters is put together here by jieba's hidden
Markov model. Where rjieba 0.2.2 parts ways with jieba 0.42.1, and what is done about it (``benchmarks/segmentation.py``
seeks more):

- rjieba's model has six decimals, jieba's all: where two ways are as good as equally likely they choose differently
  (常在青, 建建建建要). So jieba's model decides here, with its sums in their order; runs seen before are remembered.
- Han outside U+4E00–9FD5: single characters to jieba, words to rjieba. It is handed a full stop in their place.
- ``.``, ``-`` and ``_`` inside a block: single characters to the route, since no word of the dictionary holds one.
  rjieba is handed ``&`` in their place.
- A term's suggested frequency comes out one lower at times, and a term added again is not counted twice. The
  frequencies are jieba's, worked out once per lexicon and kept in our cache; a filler word makes up the total.

What is left (``.`` beside a Latin dictionary word such as C++, or terms that hold these marks) jieba routes.
"""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.machinery import PathFinder
from importlib.metadata import version
from importlib.util import find_spec, module_from_spec
from itertools import accumulate, chain, groupby, pairwise
from pathlib import Path
from typing import Any

from nlp.store import cache_folder, write_json

PROVEN = {"jieba": "0.42.1", "rjieba": "0.2.2"}  # the versions that were compared; with any other, jieba decides
UNLIKE = re.compile(r"[._\-\u3400-\u4dbf\u9fd6-\u9fff\ud800-\udfff\ue000\uf900-\ufaff\U00020000-\U0003ffff]")
MARK = re.compile(r"[._\-]")
STAND_INS = dict.fromkeys("._-", "&")  # any other character that rjieba must not see becomes a full stop
WORD = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&%]+")  # what rjieba may find as a word in the text it is handed
BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&%._\-]+")  # jieba.re_han_default: what jieba may find as a word
SEAM = "\ud800"  # between words; in a text it stands alone, as all that no block holds
ITEM = r"(?:[\u4e00-\u9fd5+#&%._\-]|[a-zA-Z0-9]+)"  # a single character, or single letters and digits put together
RUN = re.compile(f"(?:{SEAM}{ITEM}){{2,}}(?={SEAM})")
HAN = re.compile(r"([\u4e00-\u9fd5]+)")  # jieba.finalseg.re_han
NUMBER = re.compile(r"([a-zA-Z0-9]+(?:\.[0-9]+)?%?)")  # jieba.finalseg.re_skip
SHORT = 40  # characters with seams; a longer run hardly comes again
NEVER = -3.14e100  # jieba.finalseg.MIN_FLOAT
B, M, E, S = range(4)  # the states of jieba's model: a word's beginning, middle and end; a single character
FILLER = "\ue000"  # stands in no text that rjieba is handed


class Segmenter:
    """Cuts texts into the words of ``jieba.Tokenizer().lcut`` with ``terms`` added; loads only what the texts need."""

    def __init__(self, terms: tuple[str, ...]) -> None:
        self.terms = terms

    def cut(self, text: str) -> list[str]:
        """The words of ``text``; together they are ``text``."""
        if not text:
            return []
        if SEAM in text:
            pieces = [self.cut(piece) for piece in text.split(SEAM)]
            return [*pieces[0], *chain.from_iterable([SEAM, *words] for words in pieces[1:])]
        routed = SEAM.join(["", *self.route(text), ""])
        return RUN.sub(self.recognised, routed)[1:-1].split(SEAM)

    lcut = cut

    def cut_many(self, texts: Iterable[str]) -> list[list[str]]:
        """The words of every text. To join the texts and split their words again took longer than a call for each."""
        return [self.cut(text) for text in texts]

    def tokenize(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield word, start and end, as jieba does."""
        start = 0
        for word in self.cut(text):
            yield word, start, (start := start + len(word))

    def route(self, text: str) -> list[str]:
        """The likeliest words of the dictionary; between them single characters, letters and digits put together."""
        if self.fast is not None:
            if not UNLIKE.search(text):
                return list(self.fast.cut(text, False))
            if not (self.marked_terms and MARK.search(text)):
                words = self.fast.cut(UNLIKE.sub(lambda hit: STAND_INS.get(hit[0], "。"), text), False)
                ends = list(accumulate(map(len, words)))
                own = [text[start:end] for start, end in pairwise([0, *ends])]
                if all(word == said or len(said) == 1 for word, said in zip(words, own, strict=True)):
                    return own
        return list(self.jieba.cut(text, HMM=False))

    def recognised(self, hit: re.Match[str]) -> str:
        """A run of single characters as jieba's model puts them together."""
        run = hit[0]
        return self.remembered(run) if len(run) <= SHORT else self.taken_apart(run)

    @cached_property
    def remembered(self) -> Callable[[str], str]:
        """:meth:`taken_apart` with a memory of the runs seen before."""
        return lru_cache(maxsize=1 << 16)(self.taken_apart)

    def taken_apart(self, run: str) -> str:
        """The words of a run; Latin words of the dictionary stand in it beside single letters and cut it in pieces."""
        words: list[str] = []
        for is_word, items in groupby(run[1:].split(SEAM), lambda item: len(item) > 1 and self.knows(item)):
            piece = "".join(alike := list(items))
            if is_word:
                words += alike
            elif len(piece) > 1 and not self.knows(piece):
                words += hidden_words(piece)
            else:  # jieba leaves the characters of a word that its route did not take alone
                words += piece
        return SEAM.join(["", *words])

    def knows(self, word: str) -> bool:
        """Whether the dictionary has the word, or the terms."""
        return bool(self.jieba.FREQ.get(word) if self.fast is None else self.fast.has_word(word))

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
            kept = json.loads(path.read_bytes())
            if isinstance(kept, dict) and kept == sealed(kept.get("frequencies")):
                return dict(kept["frequencies"])
        except (OSError, ValueError, RecursionError):
            pass  # not made yet, or broken: make it again
        found = self.suggested()
        with suppress(OSError):  # a full disk costs the next process a second, nothing else
            write_json(sealed(found), path)
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


def sealed(frequencies: object) -> dict[str, object]:
    """What the cache holds: the frequencies and their digest, since one digit more would change words unnoticed."""
    content = json.dumps(frequencies, sort_keys=True).encode()
    return {"sha256": sha256(content).hexdigest(), "frequencies": frequencies}


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
    tokenizer.cache_file = f"jieba-{version('jieba')}.cache"  # jieba never asks how old that of its own dictionary is
    return tokenizer


def hidden_words(run: str) -> list[str]:
    """``jieba.finalseg.cut``: Han by its model, numbers by its rule."""
    words: list[str] = []
    for place, piece in enumerate(HAN.split(run)):
        words += hidden_han(piece) if place % 2 else filter(None, NUMBER.split(piece))
    return words


def hidden_han(run: str) -> list[str]:
    """The words of a run of Han by jieba's model: the same sums in the same order, in time linear in the run.

    jieba's own copies the whole path at every character: 20,000 of them take a second, a million never end.
    """
    (start_b, start_s), (be, bm, eb, es, me, mm, sb, ss), emissions = hidden_model()
    b, m, e, s = emissions(run[0])
    at_b, at_m, at_e, at_s = start_b + b, NEVER + m, NEVER + e, start_s + s
    before = []  # for every character but the first: where its B, M, E and S came from
    for char in run[1:]:
        b, m, e, s = emissions(char)
        b_of_e, b_of_s = at_e + eb + b, at_s + sb + b
        m_of_b, m_of_m = at_b + bm + m, at_m + mm + m
        e_of_b, e_of_m = at_b + be + e, at_m + me + e
        s_of_e, s_of_s = at_e + es + s, at_s + ss + s
        # Of equals jieba takes the later letter: S before E, M before B.
        at_b, b_from = (b_of_s, S) if b_of_s >= b_of_e else (b_of_e, E)
        at_m, m_from = (m_of_m, M) if m_of_m >= m_of_b else (m_of_b, B)
        at_e, e_from = (e_of_m, M) if e_of_m >= e_of_b else (e_of_b, B)
        at_s, s_from = (s_of_s, S) if s_of_s >= s_of_e else (s_of_e, E)
        before.append((b_from, m_from, e_from, s_from))
    state = S if at_s >= at_e else E
    words, end = [], len(run)
    for place in range(len(run) - 1, 0, -1):
        if state in (B, S):
            words.append(run[place:end])
            end = place
        state = before[place - 1][state]
    return [run[:end], *reversed(words)]


Emissions = Callable[[str], tuple[float, float, float, float]]


@lru_cache(maxsize=1)
def hidden_model() -> tuple[tuple[float, float], tuple[float, ...], Emissions]:
    """jieba's model: the chances to start with B and S, of the eight steps, and of a character under B, M, E and S."""
    start, steps, emit = (inner_module("jieba", f"finalseg/prob_{name}").P for name in ("start", "trans", "emit"))
    letters = [emit[state] for state in "BMES"]

    @lru_cache(maxsize=1 << 14)
    def emissions(char: str) -> tuple[float, float, float, float]:
        b, m, e, s = (chances.get(char, NEVER) for chances in letters)
        return b, m, e, s

    pairs = ("BE", "BM", "EB", "ES", "ME", "MM", "SB", "SS")
    return (start["B"], start["S"]), tuple(steps[pair[0]][pair[1]] for pair in pairs), emissions


def inner_module(package: str, path: str) -> Any:
    """A module inside a package without the package, whose import would build what nobody needs. Raises ImportError."""
    found = find_spec(package)
    *folders, name = path.split("/")
    inside = [str(Path(folder, *folders)) for folder in (found and found.submodule_search_locations) or ()]
    spec = PathFinder.find_spec(name, inside)
    if spec is None or spec.loader is None:
        raise ImportError(f"no {path} in {package}")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_rjieba() -> Any:
    """The compiled module of rjieba, or None. Importing its package would build a second dictionary for nobody."""
    try:
        if any(version(name) != proven for name, proven in PROVEN.items()):
            return None
        return inner_module("rjieba", "rjieba")
    except ImportError:
        return None
