"""Polarity: the wordings by which language denies a problem, asserts a lack, or takes a denial back."""

from __future__ import annotations

from pathlib import Path

from nlp.base.errors import DataError
from nlp.corpus.speech import STATES, SpeechMark, blank, faults_in, side, sound, speaks_plainly, wordings_of
from nlp.store.files import read_table

# What each family does is told in corpus/README.md; their order is that of the groups of a finder.
FAMILIES = (
    FINDS_NONE,  # whatever follows in the clause was looked for and is not there: 未发现
    FINDS,  # a problem that follows is there: 发现
    ASKS,  # a rhetorical question turns what follows in the clause round: 难道
    NEGATES,  # turns what follows in the clause round: 没有
    EACH,  # does so too, and a NOT behind it turns it back: 没有一次
    NOT,  # 不
    REMOVES,  # does away with what follows in the clause: 避免
    RIDS,  # tells that what follows in the clause, or else what stands before, is done away with: 杜绝了
    STOPS,  # where the reach of what stands before ends: 而是
    REMOVED,  # tells that what stands before in the sentence is done away with: 得到扭转
    PROBLEM,  # 流于形式
    MATTER,  # a noun that says nothing by itself: 现象, 问题
    MOOD,  # what is wanted, not what is there: 要
    GOOD,  # whose absence is a problem: 抓手
    NOTHING,  # an answer that says nothing, if it is all that is said: 暂无
) = (
    "finds_none",
    "finds",
    "asks",
    "negates",
    "each",
    "not",
    "removes",
    "rids",
    "stops",
    "removed",
    "problem",
    "matter",
    "mood",
    "good",
    "nothing",
)


def load_polarity(path: Path) -> tuple[SpeechMark, ...]:
    """Read the active wordings of ``polarity.csv``; none where there is no file. Raises DataError with all faults."""
    if not path.is_file():
        return ()
    table = read_table(path, required=("family", "wording", "before", "after", "status", "note"))
    key = ["family", "wording", "before", "after"]
    odd = ~(table["before"].map(side).map(sound) & table["after"].map(side).map(sound))
    checks = (
        (~table["family"].isin(FAMILIES), "family", "没有这一类", f"只能用：{'、'.join(FAMILIES)}"),
        (~table["wording"].map(speaks_plainly), "wording", "写法有误", "替换写“(甲|乙)”"),
        (odd, "wording", "前后字的写法有误", "写字，或 ^ 加字"),
        (~table["status"].isin(STATES), "status", "不认识的状态", f"只能用 {' 或 '.join(STATES)}"),
        (table.duplicated(key, keep=False), "wording", "说法重复", "只留一行"),
        (blank(table, ["note"]), "wording", "没有写理由", "填写 note"),
    )
    faults = [fault for bad, column, what, fix in checks for fault in faults_in(table, bad, column, what, path, fix)]
    if faults:
        raise DataError.all_of(faults)
    return tuple(
        SpeechMark(row.family, wording, row.before, row.after)
        for row in table[table["status"] == "active"].itertuples()
        for wording in wordings_of(row.wording)
    )
