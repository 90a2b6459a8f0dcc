"""The command ``briefing``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import finish
from nlp.cli.one_result import opened
from nlp.cli.options import CoderName, CorpusFolder, RunInputs, Where, Workers, how


def briefing(
    inputs: RunInputs,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="文件.docx", help="写到哪里：.docx 文件，或文件夹", show_default=False),
    ],
    unit: Annotated[str | None, typer.Option("--unit", help="只写这个单位，名称同材料里写明的")] = None,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = None,
) -> None:
    """一页简报（A4，公文格式）：五条判断，各有篇数、单位和引文；或一个单位的情况。"""
    from nlp.run.results import write_briefing

    with opened(inputs, corpus, how(coder, workers, where=where)) as (run, tell):
        tell("统计")
        path = write_briefing(run, out, unit)
    finish(f"{unit or f'{len(run.draft.findings)} 条判断'} → {path}", run["failures"], path.parent)
