"""The command ``apply``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import faults_as_messages, remark
from nlp.cli.options import CorpusFolder, Corrections, Workers


def apply(
    run: Annotated[Path, typer.Argument(metavar="结果文件夹", help="analyze 写出的文件夹", show_default=False)],
    corrections: Corrections = None,
    corpus: CorpusFolder = None,
    workers: Workers = None,
    keep_themes: Annotated[bool, typer.Option("--keep-themes", help="主题沿用原来的；几千篇时省几分钟")] = False,
) -> None:
    """核对以后重新计数：数字、图、报告、底稿都跟着改，不重读材料，不重新编码。"""
    from nlp.base.progress import steps
    from nlp.cli.options import how
    from nlp.corpus.folder import open_corpus
    from nlp.run import apply as counting

    with faults_as_messages(), steps() as tell:
        done = counting.apply(run, open_corpus(corpus), how(workers=workers).engine, corrections, tell, keep_themes)
    rows = done["corrections"]
    remark(list(counting.notices(rows, run, done.how.corrections)))
    changed, same = counting.counted(rows)
    typer.echo(f"人工核对 {len(rows)} 段：改了 {changed} 段，与机器相同 {same} 段 → {run / 'report.html'}")
