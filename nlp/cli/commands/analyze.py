"""The command ``analyze``."""

from __future__ import annotations

from nlp.cli.endings import faults_as_messages, finish, remark
from nlp.cli.options import (
    AllowMarked,
    CoderName,
    CorpusFolder,
    IdColumn,
    Inputs,
    Model,
    Ocr,
    Out,
    Redact,
    Scheduler,
    TextColumn,
    Workers,
    how,
    reading,
)


def analyze(
    inputs: Inputs,
    out: Out,
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
) -> None:
    """主要任务：读入 → 切段 → 编码 → 主题 → 趋势 → 报告。"""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.intake.manifest import unused_of
    from nlp.run import analyze as main_job

    with faults_as_messages(), steps() as tell:
        chosen = how(coder, workers, scheduler, model, reading(text_column, id_column, allow_marked, redact, ocr))
        run = main_job.analyze(inputs, out, open_corpus(corpus), chosen, tell)
    n_codes = int((run["labels"]["facet"] != "role").sum())
    size = f"{len(run['documents'])} 篇文档、{len(run['passages'])} 个段落、{n_codes} 条代码"
    remark(unused_of(inputs, redact))
    finish(f"{size} → {out / 'report.html'}", run["failures"], out)
