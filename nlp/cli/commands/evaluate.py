"""The command ``evaluate``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import faults_as_messages
from nlp.cli.options import CoderName, CorpusFolder


def evaluate(
    gold: Annotated[
        Path,
        typer.Argument(metavar="标准文件", help="标准文件：JSON Lines，每行 id、text、role、codes", show_default=False),
    ],
    by_document: Annotated[bool, typer.Option("--by-document", help="代码按文档的并集比较")] = False,
    json_file: Annotated[Path | None, typer.Option("--json", help="把全部数字写成 JSON")] = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
) -> None:
    """与标准编码的一致性：角色、各代码、区间、校准、弃权。"""
    from nlp.agreement.evaluation import as_text, evaluate, read_gold
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.store.files import write_json
    from nlp.training.coder import DEFAULT_CODER, make_coder

    with faults_as_messages(), steps() as tell:
        known = open_corpus(corpus)
        tell("评测")
        chosen = make_coder(coder or DEFAULT_CODER, known)
        result = evaluate(read_gold(gold, known.codebook), chosen, known, by_document)
    typer.echo(as_text(result, known.codebook))
    if json_file:
        write_json(result, json_file)
