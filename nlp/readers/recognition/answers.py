"""What the two processes of the recognition say to each other."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import NamedTuple

LENGTH = struct.Struct(">Q")
BRACKETS = str.maketrans("(),:;?!", "（），：；？！")
BY_CHINESE = re.compile(r"(?<=[一-鿿“”（）《》])[(),:;?!](?!\d)|(?<!\d)[(),:;?!](?=[一-鿿“”《》])")


class Found(NamedTuple):
    """A line that was recognised: its place in pixels from the top left, and what it says."""

    left: float
    top: float
    right: float
    bottom: float
    text: str
    begins: tuple[float, ...]  # left edge of every character


@dataclass(frozen=True)
class Recognised:
    """What was found in a picture."""

    width: int
    height: int
    lines: tuple[Found, ...]
    rules: tuple[tuple[int, int, int, int], ...] = ()  # ruled lines: left, top, right, bottom


def mended(text: str) -> str:
    """Return a recognised line with the signs of Chinese text where Chinese stands beside them.

    >>> mended("(一)压实责任:用时0.5天(含)"), mended("f(x)=1:2")
    ('（一）压实责任：用时0.5天（含）', 'f(x)=1:2')
    """
    return BY_CHINESE.sub(lambda sign: sign.group().translate(BRACKETS), text)
