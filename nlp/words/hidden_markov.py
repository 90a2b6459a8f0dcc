"""jieba's hidden Markov model: it puts single Han characters together into words that the dictionary does not have.

The same sums in the same order in float64, so that ways to cut that are all but equally likely are told apart as jieba
tells them apart. Many runs are cut side by side; a run that few are as long as, by itself.
"""

from __future__ import annotations

from functools import lru_cache
from operator import add
from typing import NamedTuple

import numpy as np

from nlp.words.engines import inner_module

Ints = np.ndarray[tuple[int, ...], np.dtype[np.int64]]
Bools = np.ndarray[tuple[int], np.dtype[np.bool_]]
Chars = np.ndarray[tuple[int], np.dtype[np.uint32]]
Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]

FIRST, LAST = 0x4E00, 0x9FD5  # jieba.finalseg.re_han
NEVER = -3.14e100  # jieba.finalseg.MIN_FLOAT
B, M, E, S = range(4)  # the states: a word's beginning, middle and end; a single character
EARLIER = np.array([E, B, B, E])  # where B, M, E and S may come from; of equals jieba takes the later letter:
LATER = np.array([S, M, M, S])  # S before E, M before B
FEW = 16  # a step for all runs at once costs as much as for so many one by one


class Model(NamedTuple):
    """Logarithms of jieba's chances."""

    start: Floats  # of the states, at a run's first character; a column
    earlier: Floats  # of the steps to B, M, E and S from EARLIER; a column
    later: Floats  # from LATER
    emission: Floats  # of every character from FIRST to LAST, a column each, under the four states
    single: Floats  # of every character at a run's first place as S, and the step to S
    beginning: Floats  # as B, and the step to E


@lru_cache(maxsize=1)
def model() -> Model:
    """jieba's tables, read when they are first asked for."""
    start, steps, emit = (inner_module("jieba", f"finalseg/prob_{name}").P for name in ("start", "trans", "emit"))
    emission = np.full((4, LAST - FIRST + 1), NEVER)
    for row, state in zip(emission, "BMES", strict=True):
        chars, chances = code_points("".join(emit[state])), np.fromiter(emit[state].values(), float)
        inside = (chars >= FIRST) & (chars <= LAST)
        row[chars[inside] - FIRST] = chances[inside]
    earlier, later = ([steps["BMES"[one]]["BMES"[to]] for to, one in enumerate(origin)] for origin in (EARLIER, LATER))
    columns = (np.array([column]).T for column in ([start[state] for state in "BMES"], earlier, later))
    single, beginning = start["S"] + emission[S] + steps["S"]["S"], start["B"] + emission[B] + steps["B"]["E"]
    return Model(next(columns), next(columns), next(columns), emission, single, beginning)


@lru_cache(maxsize=1 << 14)
def emission(char: str) -> tuple[float, ...]:
    """The logarithms of a character's chances under B, M, E and S."""
    return tuple(model().emission[:, ord(char) - FIRST].tolist())


def code_points(text: str) -> Chars:
    """The characters of a text as numbers."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def word_starts(chars: Chars, starts: Ints, lengths: Ints) -> Bools:
    """Where words begin in runs of Han, which ``starts`` and ``lengths`` place in ``chars``; True outside the runs."""
    begins = np.ones(len(chars), dtype=np.bool_)
    two = lengths == 2
    begins[starts[two] + 1] = two_words(chars[starts[two]] - FIRST, chars[starts[two] + 1] - FIRST)
    order = np.argsort(-lengths[~two], kind="stable")
    starts, lengths = starts[~two][order], lengths[~two][order]
    alone = int(np.searchsorted(-lengths, -lengths[FEW - 1])) if len(lengths) >= FEW else len(lengths)
    for start, length in zip(starts[:alone].tolist(), lengths[:alone].tolist(), strict=True):
        begins[start : start + length] = begins_alone(chars[start : start + length].tobytes().decode("utf-32-le"))
    mark_together(begins, chars, starts[alone:], lengths[alone:])
    return begins


def two_words(first: Chars, second: Chars) -> Bools:
    """Whether two characters are two words: most runs are as short, and only S S and B E are possible."""
    chances = model()
    apart = chances.single[first] + chances.emission[S][second]
    together = chances.beginning[first] + chances.emission[E][second]
    wins: Bools = apart >= together
    return wins


def begins_alone(run: str) -> list[bool]:
    """Where words begin in one run, in time linear in it.

    jieba's own copies the whole path at every character: 20,000 of them take a second, a million never end.
    """
    chances = model()
    (eb, bm, be, es), (sb, mm, me, ss) = chances.earlier.ravel().tolist(), chances.later.ravel().tolist()
    at_b, at_m, at_e, at_s = map(add, chances.start.ravel().tolist(), emission(run[0]))
    before = []  # for every character but the first: whether its B, M, E and S came from LATER
    for b, m, e, s in map(emission, run[1:]):
        b_of_e, b_of_s = at_e + eb + b, at_s + sb + b
        m_of_b, m_of_m = at_b + bm + m, at_m + mm + m
        e_of_b, e_of_m = at_b + be + e, at_m + me + e
        s_of_e, s_of_s = at_e + es + s, at_s + ss + s
        before.append((b_of_s >= b_of_e, m_of_m >= m_of_b, e_of_m >= e_of_b, s_of_s >= s_of_e))
        at_b = b_of_s if b_of_s >= b_of_e else b_of_e
        at_m = m_of_m if m_of_m >= m_of_b else m_of_b
        at_e = e_of_m if e_of_m >= e_of_b else e_of_b
        at_s = s_of_s if s_of_s >= s_of_e else s_of_e
    origins = (E, B, B, E), (S, M, M, S)
    state = S if at_s >= at_e else E
    begins = [True]
    for came in reversed(before):
        begins.append(state in (B, S))
        state = origins[came[state]][state]
    return [True, *reversed(begins[1:])]


def mark_together(begins: Bools, chars: Chars, starts: Ints, lengths: Ints) -> None:
    """:func:`begins_alone` for runs side by side, the longest first: a step is taken by all that are long enough."""
    if not len(lengths):
        return
    chances = model()
    wide = [int(np.searchsorted(-lengths, -place)) for place in range(int(lengths[0]))]  # runs longer than place
    at = chances.start + chances.emission[:, chars[starts] - FIRST]
    before = []
    for place in range(1, len(wide)):
        n = wide[place]
        emission = chances.emission[:, chars[starts[:n] + place] - FIRST]
        earlier = at[EARLIER, :n] + chances.earlier + emission
        later = at[LATER, :n] + chances.later + emission
        before.append(later >= earlier)
        at[:, :n] = np.where(before[-1], later, earlier)
    state = np.where(at[S] >= at[E], S, E)
    for place in range(len(wide) - 1, 0, -1):
        n = wide[place]
        here = state[:n]
        begins[starts[:n] + place] = (here == B) | (here == S)
        state[:n] = np.where(before[place - 1][here, np.arange(n)], LATER[here], EARLIER[here])
