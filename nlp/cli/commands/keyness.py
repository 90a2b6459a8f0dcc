"""The command ``keyness``."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli.endings import finish, remark
from nlp.cli.one_result import opened, write_result
from nlp.cli.options import CoderName, CorpusFolder, OutTable, RunInputs, Scheduler, Where, Workers, how


def keyness(
    inputs: RunInputs,
    out: OutTable,
    target: Annotated[
        str, typer.Option("--target", help="目标组，如 manifestation、formalism、2024、国企", show_default=False)
    ],
    by: Annotated[
        str, typer.Option("--by", help="按什么分组：role、code、year、kind_of_unit、organ、genre、form")
    ] = "role",
    reference: Annotated[str | None, typer.Option("--reference", help="参照组；不给则为其余全部")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="列出所有的词；默认只列目标组多用、G² 大于 10.83 的")
    ] = False,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
) -> None:
    """关键性：一组段落比另一组多用哪些词。"""
    from nlp.run import queries

    with opened(inputs, corpus, how(coder, workers, scheduler, where=where)) as (run, tell):
        tell("统计")
        table = queries.keyness_of(run, by, target, reference, everything)
        remarks = queries.why_no_keyness(run, table, by, target, everything)
        out = write_result(table, out, "keyness")
    remark(remarks)
    finish(f"{len(table)} 个词 → {out}", run["failures"], out)
