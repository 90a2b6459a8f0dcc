"""Patterns that never end are found by the time that they take themselves, however busy the machine is."""

from __future__ import annotations

import multiprocessing
import time

import pytest

from nlp.corpus import backtracking
from nlp.corpus.backtracking import endless

PATTERNS = [
    pytest.param(r"(a+)+$", True, id="重复套重复"),
    pytest.param(r"(?:党|党建)*业务$", False, id="任选的重复"),
    pytest.param(r"(?:党|党党)+x", True, id="两种写法配同一串字"),
    pytest.param(r"字(?:号|体)\s*[:：]?\s*大", False, id="几处空白"),
    pytest.param(r"第[一二三四五六七八九十]{1,3}篇", False, id="有上限的重复"),
]


@pytest.mark.parametrize(("pattern", "slow"), PATTERNS)
def test_a_pattern_that_never_ends_is_found(pattern: str, slow: bool) -> None:
    assert endless([r"甲", pattern, r"乙"]) == ([1] if slow else [])


def sleepy(patterns: object, told: object) -> None:
    """A process that is kept waiting between its texts, as by other work of the machine, and then ends well."""
    backtracking.work_at_most(0.2)
    told.send(0)  # type: ignore[attr-defined]
    time.sleep(1.0)
    told.send(None)  # type: ignore[attr-defined]


@pytest.mark.skipif(not backtracking.OWN_TIME, reason="这个系统不能只算进程自己的时间")
def test_waiting_is_not_working() -> None:
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=sleepy, args=([], theirs))
    process.start()
    process.join(60)
    assert process.exitcode == 0
    assert [ours.recv(), ours.recv()] == [0, None]
