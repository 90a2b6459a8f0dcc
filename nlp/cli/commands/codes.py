"""The command ``codes``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import finish
from nlp.cli.one_result import opened, write_results
from nlp.cli.options import CoderName, CorpusFolder, Out, RunInputs, Where, how


def codes(
    own: Annotated[
        Path,
        typer.Argument(
            metavar="我的代码.csv",
            help="列：名称、说法（几种用“；”隔开，可写“…”和“(甲|乙)”）、角色（可不写）",
            show_default=False,
        ),
    ],
    inputs: RunInputs,
    out: Out,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
) -> None:
    """自己的代码：按自己写的说法数，同编码表的代码排在一起，不用训练。"""
    from nlp.run import queries

    with opened(inputs, corpus, how(coder, where=where)) as (run, tell):
        tell("统计")
        tables = queries.own_codes_of(run, own)
        write_results(tables, out)
    mine = tables["codes"].query("origin == '自定'")
    finish(f"{len(mine)} 个自定的代码、{len(tables['places'])} 处 → {out}", run["failures"], out)
