"""The command ``classify``."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli.endings import faults_as_messages, finish, remark
from nlp.cli.options import (
    AllowMarked,
    CoderName,
    CorpusFolder,
    IdColumn,
    Inputs,
    Ocr,
    Out,
    Redact,
    Scheduler,
    TextColumn,
    Unit,
    Workers,
    how,
    reading,
)


def classify(
    inputs: Inputs,
    out: Out,
    unit: Annotated[
        Unit, typer.Option("--unit", help="document：按文档；passage：表格一行就是一段，按原编号原次序返回")
    ] = Unit.DOCUMENT,
    form: Annotated[str, typer.Option("--format", help="输出格式：csv、jsonl、xlsx、parquet")] = "csv",
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着做：做完的不重读，改过的重做")] = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    allow_marked: AllowMarked = False,
    redact: Redact = False,
    ocr: Ocr = False,
) -> None:
    """批量分类：文件、文件夹，或一行一条的表格 → passages 与 documents 两张表。中断后加 --resume 接着做。"""
    from nlp.base.progress import metered
    from nlp.corpus.folder import open_corpus
    from nlp.intake.manifest import unused_of
    from nlp.run.batch import classify as batch
    from nlp.text.account import summary

    with faults_as_messages("已中断。做完的部分都已存好，用同样的命令加 --resume 接着做"), metered() as meter:
        classified = batch.classify(
            inputs,
            out,
            open_corpus(corpus),
            unit=unit.value,
            form=form,
            how=how(coder, workers, scheduler, read=reading(text_column, id_column, allow_marked, redact, ocr)),
            resume=resume,
            tell=meter.step,
            watch=meter.watch,
        )
    tally = classified.tally
    size = f"{tally.done} 个输入完成，{tally.failed} 个失败；{tally.passages} 个段落，其中拿不准 {tally.abstained} 段"
    remark(unused_of(inputs, redact))
    finish(f"{size}；{meter.summary} → {out}\n{summary(classified.account)}", classified.failures, out)
