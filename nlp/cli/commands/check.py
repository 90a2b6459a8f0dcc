"""The command ``check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import faults_as_messages


def check(
    corpus: Annotated[
        Path | None, typer.Argument(metavar="语料文件夹", help="默认用自带的", show_default=False)
    ] = None,
) -> None:
    """检查语料文件夹：列出每一处错误及其文件与行号；没有错误则不出声。"""
    from nlp.corpus.check import check_corpus
    from nlp.corpus.folder import shipped_corpus

    with faults_as_messages():
        faults = check_corpus(corpus or shipped_corpus())
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
