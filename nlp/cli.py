"""The command line: parse, delegate, report one line.

Exit status: 0 done, 1 done but some inputs failed, 2 nothing done.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nlp.errors import DataError

app = typer.Typer(
    help="“两张皮”语料分析器：读入党建调研材料，逐段判定角色与代码，给出主题、趋势与可追溯的报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
lexicon_app = typer.Typer(help="词表。", no_args_is_help=True)
app.add_typer(lexicon_app, name="lexicon")


class Frequency(StrEnum):
    """Granularity of a trend."""

    YEAR = "Y"
    QUARTER = "Q"
    MONTH = "M"


class Unit(StrEnum):
    """What one row of a table is."""

    DOCUMENT = "document"
    PASSAGE = "passage"


Inputs = Annotated[list[str], typer.Argument(help="文件、文件夹或通配符，可给多个", show_default=False)]
Out = Annotated[Path, typer.Option("--out", "-o", help="结果文件夹", show_default=False)]
CorpusFolder = Annotated[
    Path | None, typer.Option("--corpus", help="语料文件夹（编码表、词表、标准编码）；默认用自带的")
]
CoderName = Annotated[str | None, typer.Option("--coder", help="编码者：learned（训练出的模型）或 rules（规则）")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="并行的进程数")]
TextColumn = Annotated[str | None, typer.Option("--text-column", help="表格里正文所在的列；默认按列名识别")]
IdColumn = Annotated[str | None, typer.Option("--id-column", help="表格里编号所在的列；默认按列名识别")]


@contextmanager
def faults_as_messages() -> Iterator[None]:
    """A DataError becomes a message on standard error and exit status 2, without a traceback."""
    try:
        yield
    except DataError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(2) from fault


def finish(message: str, n_failed: int, out: Path) -> None:
    """Report one line; exit status 1 if some inputs failed."""
    typer.echo(message)
    if n_failed:
        typer.echo(f"有 {n_failed} 个输入未能读入，原因见 {out / 'failures.csv'}", err=True)
        raise typer.Exit(1)


@app.command()
def analyze(
    inputs: Inputs,
    out: Out,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = 1,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
) -> None:
    """主要任务：读入 → 切段 → 编码 → 主题 → 趋势 → 报告。"""
    from nlp import pipeline
    from nlp.corpus import open_corpus
    from nlp.progress import steps
    from nlp.readers import ReadOptions

    with faults_as_messages(), steps() as tell:
        options = ReadOptions(text_column=text_column, id_column=id_column)
        tables = pipeline.analyze(inputs, out, open_corpus(corpus), options, coder, workers, tell)
    n_codes = int((tables["labels"]["facet"] != "role").sum())
    size = f"{len(tables['documents'])} 篇文档、{len(tables['passages'])} 个段落、{n_codes} 条代码"
    finish(f"{size} → {out / 'report.html'}", len(tables["failures"]), out)


def main() -> None:
    """Entry point of ``python -m nlp``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Windows consoles and pipes
    app()
