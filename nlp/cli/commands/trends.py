"""The command ``trends``."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli.endings import finish, remark
from nlp.cli.one_result import opened, write_result
from nlp.cli.options import CoderName, CorpusFolder, OutTable, RunInputs, Scheduler, Where, Workers, how


def trends(
    inputs: RunInputs,
    out: OutTable,
    freq: Annotated[str, typer.Option("--freq", help="年、半年、季、月（或 Y、H、Q、M）")] = "年",
    term: Annotated[list[str] | None, typer.Option("--term", help="只看这些词，可重复给出；“甲|乙”算一个")] = None,
    form: Annotated[
        str | None, typer.Option("--form", help="数哪些文档：报告、短材料、全部；默认有报告时只数报告")
    ] = None,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """关键词、代码与角色的趋势。"""
    from nlp.measures.periods import frequency
    from nlp.run import queries

    with opened(inputs, corpus, how(coder, workers, scheduler, where=where)) as (run, tell):
        tell("统计")
        table = queries.trends_table(run, frequency(freq), term, form)
        remarks = queries.why_absent(run, table, frequency(freq), term, form)
        out = write_result(table, out, "trends")
    left_out = queries.undated_of(run, frequency(freq), form)
    note = f"，另有 {left_out} 篇文档的日期不够细，未计入" if left_out else ""
    remark(remarks)
    finish(f"{table['item'].nunique()} 个对象、{table['period'].nunique()} 个时期{note} → {out}", run["failures"], out)
