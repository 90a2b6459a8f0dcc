"""Find regular expressions that take for ever over an unlucky text: each is tried, in a process that may be ended.

What makes a pattern slow is a repetition over which a text can be divided in many ways before it fails. So every
repetition of a pattern is fed with what it repeats, thousands of times, and then with something that fits nowhere.
"""

from __future__ import annotations

import multiprocessing
import re
import signal
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

LIMIT = 1.5  # seconds for one text: time that grows with the square of its length ends within a tenth of it
OWN_TIME = hasattr(signal, "setitimer")  # whether a process can be held to the time that it works itself
SILENCE = 60.0 if OWN_TIME else LIMIT  # seconds until the next text, by the clock: others may keep the machine busy
START = 60.0  # and for the process to begin
LENGTH = 3_000  # characters: what grows with the third power of them does not end
REPEATS = (op.MAX_REPEAT, op.MIN_REPEAT)
MANY = 10  # a repetition of fewer times divides nothing in many ways
MOST = 60  # texts a pattern
NOWHERE = "\x01"
CLASSES = {
    op.CATEGORY_DIGIT: "1",
    op.CATEGORY_SPACE: " ",
    op.CATEGORY_WORD: "a",
    op.CATEGORY_NOT_DIGIT: "a",
    op.CATEGORY_NOT_SPACE: "a",
    op.CATEGORY_NOT_WORD: "，",
}
TRIED = "a1 ，党"  # characters one of which a negated class lets pass


def endless(patterns: Sequence[str]) -> list[int]:
    """Positions of the patterns that do not come to an end in time."""
    found: list[int] = []
    begin = 0
    while begin < len(patterns):
        stuck = first_endless(patterns[begin:])
        if stuck is None:
            break
        found.append(begin + stuck)
        begin += stuck + 1
    return found


def first_endless(patterns: Sequence[str]) -> int | None:
    """Position of the first such pattern, tried in a process of its own; None if there is none."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=try_all, args=(patterns, theirs), daemon=True)
    process.start()
    theirs.close()
    at: int | None = None
    try:
        wait = START
        while ours.poll(wait):
            at, wait = ours.recv(), SILENCE
            if at is None:
                return None
        return at
    except EOFError:  # it died of this pattern
        return at
    finally:
        process.kill()
        process.join()


def try_all(patterns: Sequence[str], told: Connection) -> None:
    """Try patterns one after the other; the number of a pattern is told before each text, None at the end."""
    for number, pattern in enumerate(patterns):
        compiled = re.compile(pattern)
        for text in islice(hard_texts(pattern), MOST):
            told.send(number)
            work_at_most(LIMIT)
            compiled.search(text)
    told.send(None)


def work_at_most(seconds: float) -> None:
    """End this process, by the system's own hand, once it has worked so long from now."""
    if OWN_TIME:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)  # nobody handles its signal, so it ends us inside a match too


def hard_texts(pattern: str) -> Iterator[str]:
    """Texts over which a pattern may fail slowly, none twice."""
    tree = list(_parser.parse(pattern))
    general = dict.fromkeys([example(tree[:-1]), *characters(tree)])
    seen = set()
    for before, body in repetitions(tree, ""):
        for unit in dict.fromkeys([example(body), *characters(body), *general]):
            text = before + (unit * LENGTH)[:LENGTH] + NOWHERE
            if unit and text not in seen:
                seen.add(text)
                yield text


def repetitions(tree: Iterable[Any], before: str) -> Iterator[tuple[str, list[Any]]]:
    """What a pattern repeats many times, each with a text that leads to it."""
    for kind, held in tree:
        if kind in REPEATS and held[1] >= MANY:
            yield before, list(held[2])
        for inner in inside(kind, held):
            yield from repetitions(inner, before)
        before += example([(kind, held)])


def inside(kind: Any, held: Any) -> list[list[Any]]:
    """The patterns within a part of a pattern."""
    if kind in (*REPEATS, op.POSSESSIVE_REPEAT):
        return [list(held[2])]
    if kind is op.SUBPATTERN:
        return [list(held[3])]
    if kind is op.BRANCH:
        return [list(branch) for branch in held[1]]
    if kind is op.ATOMIC_GROUP:
        return [list(held)]
    return []


def example(tree: Iterable[Any]) -> str:
    """A short text that a pattern fits; assertions and references are left out."""
    text = ""
    for kind, held in tree:
        if kind in (*REPEATS, op.POSSESSIVE_REPEAT):
            text += example(held[2]) * max(held[0], 1)
        elif within := inside(kind, held):
            text += example(within[0])
        else:
            text += character(kind, held)
    return text


def characters(tree: Iterable[Any]) -> Iterator[str]:
    """A character for every literal and class of a pattern."""
    for kind, held in tree:
        for inner in inside(kind, held):
            yield from characters(inner)
        if one := character(kind, held):
            yield one


def character(kind: Any, held: Any) -> str:
    """A character that a single literal or class fits; nothing for what is none."""
    if kind is op.LITERAL:
        return chr(held)
    if kind is op.ANY:
        return "a"
    if kind is op.NOT_LITERAL:
        return "a" if held != ord("a") else "b"
    if kind is not op.IN:
        return ""
    if held[0][0] is op.NEGATE:
        left_out = {member(each) for each in held[1:]}
        return next((one for one in TRIED if one not in left_out), "")
    return member(held[0])


def member(part: Any) -> str:
    """A character of a part of a class."""
    kind, held = part
    if kind is op.LITERAL:
        return chr(held)
    if kind is op.RANGE:
        return chr(held[0])
    return CLASSES.get(held, "")
