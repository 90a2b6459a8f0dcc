"""Texts laid end to end as code points, so that numpy looks at the characters of many lines or documents at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

N_POINTS = 0x110000
BLOCK = 100_000  # characters that are looked at together: enough for numpy, and little memory


@dataclass(frozen=True)
class Laid:
    """Lines (or whole texts) with a line break behind each."""

    lines: Sequence[str]

    @cached_property
    def text(self) -> str:
        """All lines; every place counts characters of it."""
        return "\n".join([*self.lines, ""])

    @cached_property
    def points(self) -> np.ndarray:
        """Code points (uint32), one a character."""
        return np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), dtype="<u4")

    @cached_property
    def starts(self) -> np.ndarray:
        """Where each line begins."""
        lengths = np.fromiter(map(len, self.lines), dtype=np.int64, count=len(self.lines))
        starts: np.ndarray = np.cumsum(lengths + 1) - lengths - 1
        return starts

    def stretches(self, table: np.ndarray) -> Iterator[np.ndarray]:
        """What ``table`` says of each code point, a stretch at a time, as numpy takes 8 bytes for each."""
        for begin in range(0, max(1, len(self.points)), BLOCK):
            yield table.take(self.points[begin : begin + BLOCK], mode="clip")

    def kinds(self, table: np.ndarray) -> np.ndarray:
        """What ``table`` says of each code point."""
        return np.concatenate(list(self.stretches(table)))

    def rows_of(self, places: np.ndarray) -> np.ndarray:
        """Number of the line that each place lies in."""
        rows: np.ndarray = np.searchsorted(self.starts, places, side="right") - 1
        return rows


def in_blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Neighbouring texts, about ``BLOCK`` characters of them at a time."""
    begin = size = 0
    for end, text in enumerate(texts):
        if size > BLOCK:
            yield texts[begin:end]
            begin, size = end, 0
        size += len(text)
    yield texts[begin:]
