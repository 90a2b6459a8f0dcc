"""The command ``train``."""

from __future__ import annotations

import typer

from nlp.cli.endings import faults_as_messages
from nlp.cli.options import CorpusFolder


def train(corpus: CorpusFolder = None) -> None:
    """从标准编码重新训练分类器，存入缓存。"""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.training.model_store import model_path, train_and_keep

    with faults_as_messages(), steps() as tell:
        tell("训练")
        known = open_corpus(corpus)
        train_and_keep(known)
        path = model_path(known)
    typer.echo(f"已训练 → {path.name}")
