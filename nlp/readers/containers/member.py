"""What comes out of a file that holds files: a member with its bytes, or why it has none."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from nlp.base.errors import UnreadableFile
from nlp.readers.source import ReadOptions

MAX_MEMBERS = 20_000
LONGEST_NAME = 120  # characters: as bytes it must fit into a file name
UNNAMED = "未命名"


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside another: its way from there, in “/”, and what it holds or why it cannot be had."""

    name: str
    data: bytes = b""
    fault: UnreadableFile | None = None


Unpack = Callable[[bytes, ReadOptions], Iterator[Member]]


def way(name: str) -> str:
    """Return the way of a member inside its archive: no drive, no “..”, no root; one kind of stroke.

    >>> way("..\\\\材料\\\\甲.docx"), way("C:/x/./甲.txt"), way("/")
    ('材料/甲.docx', 'x/甲.txt', '未命名')
    """
    parts = [part for part in re.split(r"[\\/]+", re.sub(r"^[A-Za-z]:", "", name)) if part not in ("", ".", "..")]
    return "/".join(parts) or UNNAMED


def file_name(name: str) -> str:
    """Return a name under which a member may lie on a disk: it ends as the member's does, and is not too long.

    >>> file_name("材料/" + "长" * 200 + ".docx") == "长" * 78 + ".docx", file_name("甲:乙?.txt")
    (True, '甲_乙_.txt')
    """
    last = re.sub(r'[\x00-\x1f\x7f<>:"|?*\ud800-\udfff]', "_", PurePosixPath(name).name)
    suffix = PurePosixPath(last).suffix[:10]
    whole = last.removesuffix(suffix)[: LONGEST_NAME - len(suffix)] + suffix
    while len(whole.encode("utf-8", "replace")) > 2 * LONGEST_NAME:
        whole = whole.removesuffix(suffix)[:-1] + suffix
    return whole.strip(". ") or UNNAMED
