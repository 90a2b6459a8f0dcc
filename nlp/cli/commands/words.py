"""The command ``words``."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli.endings import finish
from nlp.cli.one_result import opened, write_result
from nlp.cli.options import CoderName, CorpusFolder, OutTable, RunInputs, Where, how


def words(
    inputs: RunInputs,
    out: OutTable,
    most: Annotated[int | None, typer.Option("--most", min=1, help="最多列多少个词；默认全部")] = None,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
) -> None:
    """词频：每个词的次数、段落数、文档数，在各种角色里的次数，最早见于哪一年。"""
    from nlp.run import queries

    with opened(inputs, corpus, how(coder, where=where)) as (run, tell):
        tell("统计")
        table = queries.words_of(run).head(most) if most else queries.words_of(run)
        out = write_result(table, out, "words")
    finish(f"{len(table)} 个词 → {out}", run["failures"], out)
