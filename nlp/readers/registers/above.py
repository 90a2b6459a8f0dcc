"""What the lines above a table say of all its rows: a title, the unit that filled it in, the date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from nlp.readers.registers.cells import one_line

WHO = re.compile(
    r"(?:填报|报送|上报|填表|整改|责任|被巡察)?(?:单位|部门|党组织)(?:名称)?(?:[（(][^（）()]{0,8}[）)])?\s*[：:]\s*(\S{2,40})"
)
WHEN = re.compile(
    r"(?:(?:填报|报送|上报|填表|制表)?(?:日期|时间)|截至)\s*[：:]?\s*(\d[\d年月日号.\-/]{3,20}|[〇零○一二三四五六七八九]{4}年\S{0,8})"
)
LONGEST_TITLE = 60


class Above(NamedTuple):
    """What stands above a table, where something does."""

    title: str | None = None
    organ: str | None = None
    date: str | None = None


def told_above(lines: Sequence[str]) -> Above:
    """Find title, unit and date among the lines above a table.

    >>> told_above(["问题整改台账", "填报单位：某局机关党委", "填报日期：2024年10月"])
    Above(title='问题整改台账', organ='某局机关党委', date='2024年10月')
    """
    filled = [line.strip() for line in lines if line.strip()]
    whole = "  ".join(filled)
    organ, date = (hit[1] if (hit := pattern.search(whole)) else None for pattern in (WHO, WHEN))
    titles = (line for line in filled if len(line) <= LONGEST_TITLE and not (WHO.match(line) or WHEN.match(line)))
    title = next((line for line in titles if len(line) >= 4 and "：" not in line), None)
    return Above(one_line(title or ""), one_line(organ or ""), date)
