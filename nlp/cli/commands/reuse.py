"""The command ``reuse``."""

from __future__ import annotations

from nlp.cli.endings import finish
from nlp.cli.one_result import opened, write_results
from nlp.cli.options import CorpusFolder, Out, RunInputs, Where, how


def reuse(inputs: RunInputs, out: Out, where: Where = None, corpus: CorpusFolder = None) -> None:
    """雷同：相近的段落与文档，左右对照。"""
    with opened(inputs, corpus, how(where=where)) as (run, tell):
        tell("比对")
        tables = {name: run[name] for name in ("reuse", "reuse_documents")}
        write_results(tables, out)
    finish(f"{len(tables['reuse'])} 段与更早的段落雷同 → {out}", run["failures"], out)
