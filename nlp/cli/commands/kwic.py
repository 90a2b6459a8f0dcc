"""The command ``kwic``."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli.endings import finish, remark
from nlp.cli.one_result import opened, write_result
from nlp.cli.options import CoderName, CorpusFolder, OutTable, RunInputs, Where, how


def kwic(
    inputs: RunInputs,
    wording: Annotated[str, typer.Option("--word", help="要找的字词", show_default=False)],
    out: OutTable,
    width: Annotated[int, typer.Option("--width", min=1, help="左右各取多少字")] = 20,
    role: Annotated[str | None, typer.Option("--role", help="只在这种角色的段落里找")] = None,
    code: Annotated[str | None, typer.Option("--code", help="只在带这个代码的段落里找")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="只在这类单位的文档里找，如 国企")] = None,
    year: Annotated[str | None, typer.Option("--year", help="只在这一年的文档里找")] = None,
    sort: Annotated[
        str, typer.Option("--sort", help="次序：text 按原文先后，left 按左边的字词，right 按右边的字词")
    ] = "text",
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
) -> None:
    """语境：一个字词每次出现时的左右文，附单位、日期、标题。"""
    from nlp.run import queries

    with opened(inputs, corpus, how(coder, where=where)) as (run, tell):
        tell("统计")
        chosen = {"role": role, "code": code, "kind_of_unit": unit, "year": year}
        table = queries.kwic_of(run, wording, width, chosen, sort)
        remarks = queries.why_no_places(run, table, wording, chosen)
        out = write_result(table, out, "kwic")
    remark(remarks)
    finish(f"“{wording}”出现 {len(table)} 次 → {out}", run["failures"], out)
