"""The command ``verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import faults_as_messages
from nlp.cli.options import CorpusFolder


def verify(
    run: Annotated[Path, typer.Argument(metavar="结果文件夹", help="analyze 写出的文件夹", show_default=False)],
    inputs: Annotated[list[str], typer.Argument(metavar="输入", help="当时的输入", show_default=False)],
    corpus: CorpusFolder = None,
) -> None:
    """重做一次，逐字节比较。"""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.run import verify as repetition

    with faults_as_messages(), steps() as tell:
        different = repetition.verify(run, inputs, open_corpus(corpus), tell)
    for name in different:
        typer.echo(f"不同：{name}", err=True)
    if different:
        raise typer.Exit(1)
    typer.echo("逐字节相同")
