"""What a reader sees above a column, in Chinese: the first words of its meaning, unlike any other of the table."""

from __future__ import annotations

import re
from collections import Counter

from nlp.tables.schema import Table

USUAL = {  # columns of many tables, as short as they are read
    "n": "数",
    "denominator": "分母",
    "share": "占比",
    "low": "区间下限",
    "high": "区间上限",
    "item": "词或代码",
    "q": "校正后的 p",
    "n_with_doubtful": "连同存疑",
    "share_with_doubtful": "连同存疑的占比",
    "reading": "怎样读出",
}
END_OF_NAME = re.compile("[（：，；。]| = ")


def heads(table: Table) -> dict[str, str]:
    """Chinese head of every column, and of the name beside a code (``code_name``)."""
    short = {c.name: USUAL.get(c.name) or END_OF_NAME.split(c.meaning)[0] for c in table.columns}
    often = Counter(short.values())
    told = {name: head if often[head] == 1 else f"{head}（{name}）" for name, head in short.items()}
    return told | {f"{c.name}_name": f"{told[c.name]}名称" for c in table.columns if c.codes == "one"}
