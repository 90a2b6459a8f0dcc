"""The command ``themes``."""

from __future__ import annotations

import typer

from nlp.cli.endings import finish
from nlp.cli.one_result import opened, write_results
from nlp.cli.options import CoderName, CorpusFolder, Model, Out, RunInputs, Scheduler, Where, Workers, how


def themes(
    inputs: RunInputs,
    out: Out,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    model: Model = None,
) -> None:
    """问题、成因、对策的主题：稳定性、引文、与编码表的对照、主题数的选择。"""
    from nlp.run import queries
    from nlp.run.stages.coding import THEME_TABLES

    with opened(inputs, corpus, how(coder, workers, scheduler, model, where=where)) as (run, tell):
        tell("主题")
        tables = {table.name: run[table.name] for table in THEME_TABLES}
        write_results(tables | queries.codes_of(run), out)
    for facet, note in run["theme_notes"].itertuples(index=False):
        typer.echo(f"{run.corpus.codebook.name(facet)}：{note}")
    finish(f"{len(tables['themes'])} 个主题 → {out}", run["failures"], out)
