"""jieba's segmentation, exactly: routed by rjieba (jieba in Rust) where it is installed, by jieba where it is not.

Both give the dictionary's route alone; what it leaves as single characters is put together here by jieba's hidden
Markov model. Where rjieba 0.2.2 parts ways with jieba 0.42.1, and what is done about it (``benchmarks/segmentation.py``
seeks more):

- rjieba's model has six decimals, jieba's all: where two ways are as good as equally likely they choose differently
  (常在青, 建建建建要). So jieba's model decides here, with its sums in their order.
- Han outside U+4E00–9FD5: single characters to jieba, words to rjieba. It is handed a full stop in their place.
- ``.``, ``-`` and ``_`` inside a block: single characters to the route, since no word of the dictionary holds one.
  rjieba is handed ``&`` in their place.
- A term's suggested frequency comes out one lower at times, and a term added again is not counted twice. The
  frequencies are jieba's, worked out once per lexicon and kept in our cache; a filler word makes up the total.

What is left (``.`` beside a Latin dictionary word such as C++, or terms that hold these marks) jieba routes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property, lru_cache
from itertools import accumulate, chain, compress, groupby, islice, pairwise
from typing import Any

import numpy as np

from nlp.base.collector import seldom_collected
from nlp.words.engines import load_rjieba, own_jieba
from nlp.words.frequencies import figures_of
from nlp.words.hidden_markov import FIRST, LAST, Bools, Chars, Ints, begins_alone, code_points, word_starts

UNLIKE = re.compile(r"[._\-\u3400-\u4dbf\u9fd6-\u9fff\ud800-\udfff\ue000\uf900-\ufaff\U00020000-\U0003ffff]")
MARK = re.compile(r"[._\-]")
STAND_INS = dict.fromkeys("._-", "&")  # any other character that rjieba must not see becomes a full stop
BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&%._\-]+")  # jieba.re_han_default: what jieba may find as a word
SEAM = "\ud800"  # between words; in a text it stands alone, as all that no block holds
ITEM = r"(?:[\u4e00-\u9fd5+#&%._\-]|[a-zA-Z0-9]+)"  # a single character, or single letters and digits put together
RUN = re.compile(f"(?:{SEAM}{ITEM}){{2,}}(?={SEAM})")
HAN = re.compile(r"([\u4e00-\u9fd5]+)")  # jieba.finalseg.re_han
LATIN = re.compile(r"[a-zA-Z0-9]+(?:\.[0-9]+)?%?|[^a-zA-Z0-9]+")  # finalseg.re_skip, and between
ASCII = np.array([bool(BLOCK.fullmatch(chr(code))) for code in range(128)])  # what a run may hold beside Han
SHORT = 24  # characters with seams; a longer run hardly comes again
BETWEEN = "。"  # between texts that are cut together; it stands alone, as all that no block holds
BATCH = 25_000  # characters that are cut together: their words stay in the processor's cache (a megabyte)


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
        """The words of every text, as :meth:`cut` gives them; many texts at once take half the time."""
        with seldom_collected():
            return [words for batch in batches(texts) for words in self.cut_together(batch)]

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
                words = self.fast.cut(likened(text), False)
                ends = list(accumulate(map(len, words)))
                own = [text[start:end] for start, end in pairwise([0, *ends])]
                if all(word == said or len(said) == 1 for word, said in zip(words, own, strict=True)):
                    return own
        return list(self.jieba.cut(text, HMM=False))

    def recognised(self, hit: re.Match[str]) -> str:
        """A run of single characters as jieba's model puts them together."""
        run = hit[0]
        return self.remembered(run) if len(run) <= SHORT else self.recognised_anew(run)

    def recognised_anew(self, run: str) -> str:
        """The same, of a run with its seams."""
        return SEAM.join(["", *self.taken_apart(run[1:].split(SEAM))])

    @cached_property
    def remembered(self) -> Callable[[str], str]:
        """:meth:`recognised_anew` with a memory: texts that are cut one by one hold the same short runs."""
        return lru_cache(maxsize=1 << 14)(self.recognised_anew)

    def taken_apart(self, run: list[str]) -> list[str]:
        """The words of a run; Latin words of the dictionary stand in it beside single letters and cut it in pieces."""
        words: list[str] = []
        for is_word, items in groupby(run, lambda item: len(item) > 1 and bool(self.knows(item))):
            piece = "".join(alike := list(items))
            if is_word:
                words += alike
            elif len(piece) > 1 and not self.knows(piece):
                words += hidden_words(piece)
            else:  # jieba leaves the characters of a word that its route did not take alone
                words += piece
        return words

    def cut_together(self, texts: list[str]) -> list[list[str]]:
        """:meth:`cut` for texts side by side: one route, one pass of the model."""
        text = BETWEEN.join([*texts, ""])
        shown = text if self.fast is None else likened(text)
        words: list[str]
        words = list(self.jieba.cut(text, HMM=False)) if self.fast is None else self.fast.cut(shown, False)
        chars, ends = code_points(text), np.cumsum(sizes(words))
        starts = np.append(0, ends[:-1])
        odd = np.flatnonzero(chars != code_points(shown))
        places = np.searchsorted(ends, odd, side="right")
        for place, at in zip(places.tolist(), odd.tolist(), strict=True):
            words[place] = text[at]
        begins, split = self.begins(text, words, starts, ends, chars)
        alone = [*odd[(ends - starts)[places] > 1].tolist(), *starts[split].tolist()]
        if self.fast is not None and self.marked_terms:
            alone += [hit.start() for hit in MARK.finditer(text)]

        kept = np.flatnonzero(begins)
        borders = np.append(starts[kept], len(text))
        grown = np.flatnonzero(np.diff(borders) != (ends - starts)[kept])
        for place, word in zip(kept[grown].tolist(), pieces_of(text, borders[grown], borders[grown + 1]), strict=True):
            words[place] = word
        lasts = np.cumsum(sizes(texts) + 1) - 1  # BETWEEN, which is no word of any text
        counts = np.diff(np.searchsorted(borders, lasts), prepend=-1) - 1
        begins[np.searchsorted(starts, lasts)] = False
        left = compress(words, begins.tobytes())
        cut = [list(islice(left, count)) for count in counts.tolist()]
        for number in set(np.searchsorted(lasts, alone).tolist()):
            cut[number] = self.cut(texts[number])
        return cut

    def begins(self, text: str, words: list[str], starts: Ints, ends: Ints, chars: Chars) -> tuple[Bools, Ints]:
        """Which of the route's words begin a word of jieba's, and words inside which one may begin.

        As in :meth:`taken_apart`: the model and the rule for numbers have their say, but not where a run is a word.
        """
        first = chars[starts]
        long = ends - starts > 1
        han = ~long & (first >= FIRST) & (first <= LAST)
        other = ASCII[np.minimum(first, len(ASCII) - 1)]
        latin = np.flatnonzero(other & long)
        other[latin] = [not self.knows(words[place]) for place in latin.tolist()]

        runs = stretches(han)
        begins = word_starts(first, runs[:, 0], runs[:, 1] - runs[:, 0])
        runs = stretches(other)
        numbers = zip(starts[runs[:, 0]].tolist(), ends[runs[:, 1] - 1].tolist(), strict=True)
        wanted = np.array(
            [hit.start() for start, end in numbers for hit in LATIN.finditer(text, start, end)], dtype=int
        )
        places = np.searchsorted(ends, wanted, side="right")
        begins[1:] &= ~(other[1:] & other[:-1])
        begins[places] = True

        runs = stretches(han | other)
        doubts = np.append(0, np.cumsum(~begins | (other & long)))[runs]
        runs = runs[doubts[:, 0] < doubts[:, 1]]
        beginnings = starts[runs[:, 0]]
        runs = runs[stand_in(paired(chars[beginnings], chars[beginnings + 1]), self.apart_pairs)]
        known = np.zeros(len(words), dtype=np.bool_)
        pieces = pieces_of(text, starts[runs[:, 0]], ends[runs[:, 1] - 1])
        runs = runs[np.fromiter(map(self.apart.__contains__, pieces), dtype=np.bool_, count=len(pieces))]
        for one, end in zip(runs[:, 0].tolist(), runs[:, 1].tolist(), strict=True):
            known[one:end] = True  # jieba leaves the characters of a word that its route did not take alone
        return begins | known, np.append(places[starts[places] < wanted], np.flatnonzero(known & long))

    @cached_property
    def knows(self) -> Callable[[str], object]:
        """Whether the dictionary has a word, or the terms."""
        known: Callable[[str], object] = self.jieba.FREQ.get if self.fast is None else self.fast.has_word
        return known

    @cached_property
    def apart(self) -> frozenset[str]:
        """The words that the route may take as single characters."""
        return frozenset(self.figures["apart"])

    @cached_property
    def apart_pairs(self) -> Ints:
        """What these words begin with, as :func:`paired` has it; most runs are no such word, and this soon tells."""
        return np.unique(paired(*(code_points("".join(word[place] for word in self.apart)) for place in (0, 1))))

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
        for term, frequency in self.figures["frequencies"].items():
            fast.add_word(term, frequency, None)
        return fast

    @cached_property
    def figures(self) -> dict[str, Any]:
        """What of jieba's dictionary is needed without it."""
        return figures_of(self.terms)


@lru_cache(maxsize=4)
def segmenter_for(terms: tuple[str, ...]) -> Segmenter:
    """The segmenter with ``terms``, one per process."""
    return Segmenter(terms)


def batches(texts: Iterable[str]) -> Iterator[list[str]]:
    """Texts by about as many characters as are cut together."""
    batch, size = [], 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def likened(text: str) -> str:
    """The text as rjieba may see it, one character for one."""
    return UNLIKE.sub(lambda hit: STAND_INS.get(hit[0], "。"), text)


def sizes(texts: list[str]) -> Ints:
    """The number of characters of every text."""
    return np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))


def paired(first: Chars, second: Chars) -> Ints:
    """Two characters as one number."""
    return first.astype(np.int64) << 21 | second


def stand_in(some: Ints, sorted_all: Ints) -> Bools:
    """:func:`numpy.isin` for numbers that are sorted once and asked for often."""
    places = np.searchsorted(sorted_all[:-1], some)
    found: Bools = sorted_all[places] == some
    return found


def stretches(mask: Bools) -> Ints:
    """Where two or more neighbours are true: the first, and the one behind the last."""
    pairs = np.concatenate([[False], mask[1:] & mask[:-1], [False]])
    runs: Ints = np.flatnonzero(pairs[1:] != pairs[:-1]).reshape(-1, 2)
    runs[:, 1] += 1
    return runs


def pieces_of(text: str, starts: Ints, ends: Ints) -> list[str]:
    """What stands between."""
    return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]


def hidden_words(run: str) -> list[str]:
    """``jieba.finalseg.cut``: Han by its model, numbers by its rule."""
    words: list[str] = []
    for place, piece in enumerate(HAN.split(run)):
        words += hidden_han(piece) if place % 2 else LATIN.findall(piece)
    return words


def hidden_han(run: str) -> list[str]:
    """The words of a run of Han by jieba's model."""
    begins = compress(range(len(run)), begins_alone(run))
    return [run[start:end] for start, end in pairwise([*begins, len(run)])]
