"""The command ``lexicon discover``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import faults_as_messages, finish
from nlp.cli.one_result import write_result
from nlp.cli.options import CorpusFolder, Inputs, OutTable


def discover_terms(
    inputs: Inputs,
    out: OutTable = Path("outputs/term_candidates.csv"),
    corpus: CorpusFolder = None,
    most: Annotated[int, typer.Option("--most", min=1, help="最多列多少个")] = 300,
) -> None:
    """从材料里发现词表没有的新词（分支熵与凝固度），每个附三处语境，供专家取舍。"""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.run.run import Run
    from nlp.words.discovery import propose_terms

    with faults_as_messages(), steps() as tell:
        known = open_corpus(corpus)
        tell("读入")
        run = Run(known, inputs=inputs)
        passages = run["passages"]
        tell("寻找新词")
        found = propose_terms(passages, known.lexicon, most)
        out = write_result(found, out, "term_candidates")
    finish(f"{len(found)} 个候选词 → {out}", run["failures"], out.parent)
