"""The command ``analyze``."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli.endings import faults_as_messages, finish, remark
from nlp.cli.options import (
    AllowMarked,
    AsOf,
    CoderName,
    CorpusFolder,
    Corrections,
    IdColumn,
    Inputs,
    Model,
    Ocr,
    Out,
    Redact,
    Scheduler,
    TextColumn,
    Where,
    Workers,
    how,
    reading,
)


def analyze(
    inputs: Inputs,
    out: Out,
    where: Where = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="结果文件夹里已有结果也重写")] = False,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    model: Model = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    allow_marked: AllowMarked = False,
    redact: Redact = False,
    ocr: Ocr = False,
    as_of: AsOf = None,
    corrections: Corrections = None,
) -> None:
    """主要任务：读入 → 切段 → 编码 → 主题 → 趋势 → 报告。"""
    from dataclasses import replace

    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.intake.manifest import unused_of
    from nlp.measures.ledgers import checked_day
    from nlp.run import analyze as main_job
    from nlp.run.apply import notices
    from nlp.text.account import summary

    with faults_as_messages(), steps() as tell:
        main_job.unoccupied(out, overwrite)
        read = reading(text_column, id_column, allow_marked, redact, ocr)
        chosen = how(coder, workers, scheduler, model, read, where)
        chosen = replace(chosen, corrections=corrections, as_of=checked_day(as_of))
        run = main_job.analyze(inputs, out, open_corpus(corpus), chosen, tell)
    n_codes = int((run["labels"]["facet"] != "role").sum())
    size = f"{len(run['documents'])} 篇文档、{len(run['passages'])} 个段落、{n_codes} 条代码"
    remark([*unused_of(inputs, redact), *notices(run["corrections"], out, corrections)])
    finish(f"{size} → {out / 'report.html'}\n{summary(run['account'])}", run["failures"], out)
