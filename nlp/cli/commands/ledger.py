"""The command ``ledger``."""

from __future__ import annotations

from nlp.cli.endings import faults_as_messages, finish
from nlp.cli.one_result import opened, write_result
from nlp.cli.options import AsOf, CoderName, CorpusFolder, OutTable, RunInputs, Where, how


def ledger(
    inputs: RunInputs,
    out: OutTable,
    as_of: AsOf = None,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
) -> None:
    """台账：一行一条问题，原因、措施、责任人、时限、状态和代码，缺什么、逾期没有、措施对不对题。"""
    from nlp.measures.ledgers import checked_day
    from nlp.run import queries

    with faults_as_messages():
        day = checked_day(as_of)
    with opened(inputs, corpus, how(coder, where=where)) as (run, tell):
        tell("统计")
        table = queries.ledger_of(run, day)
        out = write_result(table, out, "ledger")
    n_open, n_missing = int((table["state"] == "未完成").sum()), int(table["missing"].notna().sum())
    said = f"，逾期 {int(table['overdue'].sum())} 行" if day else ""
    finish(f"{len(table)} 行：未完成 {n_open} 行{said}，缺项 {n_missing} 行 → {out}", run["failures"], out)
