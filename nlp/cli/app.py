"""The command line: parse, delegate, report one line.

Exit status: 0 done, 1 done but some inputs failed, 2 nothing done.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.base.errors import DataError
from nlp.base.temporary import PrivateFolder
from nlp.cli.usage import ChineseCommand, ChineseGroup

if TYPE_CHECKING:
    import pandas as pd

    from nlp.run.single_results import Run

MOST_NAMED = 10  # files read in part that are named on the console; all stand in failures.csv

app = typer.Typer(
    cls=ChineseGroup,
    help="“两张皮”语料分析器：读入党建调研材料，逐段判定角色与代码，给出主题、趋势与可追溯的报告。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
lexicon_app = typer.Typer(cls=ChineseGroup, help="词表：找新词。", no_args_is_help=True)
app.add_typer(lexicon_app, name="lexicon")


class Unit(StrEnum):
    """What one row of a table is."""

    DOCUMENT = "document"
    PASSAGE = "passage"


Inputs = Annotated[list[str], typer.Argument(metavar="输入", help="文件、文件夹或通配符，可给多个", show_default=False)]
Out = Annotated[Path, typer.Option("--out", "-o", metavar="文件夹", help="结果文件夹，没有就新建", show_default=False)]
OutTable = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        help="结果写到哪里：以 .csv、.xlsx、.jsonl、.parquet 结尾的是文件，否则是文件夹，里面一个同命令名的 .csv",
        show_default=False,
    ),
]
CorpusFolder = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="文件夹", help="语料文件夹（编码表、词表、标准编码）；默认用自带的"),
]
CoderName = Annotated[str | None, typer.Option("--coder", help="编码者：learned（训练出的模型）或 rules（规则）")]
Workers = Annotated[int, typer.Option("--workers", min=1, help="并行的进程数")]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", help="Dask 集群：tcp://主机:端口，或 local（另装 requirements-dask.txt）"),
]
TextColumn = Annotated[str | None, typer.Option("--text-column", help="表格里正文所在的列；默认按列名识别")]
IdColumn = Annotated[str | None, typer.Option("--id-column", help="表格里编号所在的列；默认按列名识别")]

AllowMarked = Annotated[bool, typer.Option("--allow-marked", help="带密级标志的文件也读入（确认已解密后才用）")]
Redact = Annotated[
    bool, typer.Option("--redact", help="在全部输出里遮盖身份证号、电话号码、电子邮箱和银行卡号（长度不变）")
]


@app.callback()
def common(
    debug: Annotated[
        bool,
        typer.Option("--debug", envvar="LIANGZHANGPI_DEBUG", help="程序出错时显示详细经过，不写进文件；写在命令的前面"),
    ] = False,
) -> None:
    """What stands before every command."""


@contextmanager
def faults_as_messages(stopped: str = "已中断，没有做完") -> Iterator[None]:
    """A DataError becomes a message on standard error and exit status 2, without a traceback; so do Ctrl-C (130) and a
    request to end (143)."""
    try:
        yield
    except KeyboardInterrupt as stop:
        typer.echo(stopped, err=True)
        raise typer.Exit(stop.status if isinstance(stop, Terminated) else 130) from stop
    except DataError as fault:
        typer.echo(str(fault), err=True)
        raise typer.Exit(2) from fault


def finish(message: str, failures: pd.DataFrame, out: Path) -> None:
    """Report one line, name the files that were read in part; exit status 1 if some inputs failed."""
    from nlp.intake.inputs import partly_read

    typer.echo(message)
    listed, partly = out / "failures.csv", partly_read(failures)
    if partly:
        typer.echo(f"有 {len(partly)} 个文件只读出一部分，怎么办见 {listed}", err=True)
    for line in partly[:MOST_NAMED]:
        typer.echo(f"  {line}", err=True)
    if len(partly) > MOST_NAMED:
        typer.echo(f"  另有 {len(partly) - MOST_NAMED} 个", err=True)
    if n_failed := len(failures) - len(partly):
        typer.echo(f"有 {n_failed} 个输入未能读入，原因见 {listed}", err=True)
        raise typer.Exit(1)


@app.command(cls=ChineseCommand)
def analyze(
    inputs: Inputs,
    out: Out,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    allow_marked: AllowMarked = False,
    redact: Redact = False,
) -> None:
    """主要任务：读入 → 切段 → 编码 → 主题 → 趋势 → 报告。"""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.readers.source import ReadOptions
    from nlp.run import pipeline

    with faults_as_messages(), steps() as tell:
        options = ReadOptions(text_column, id_column=id_column, allow_marked=allow_marked, redact=redact)
        tables = pipeline.analyze(inputs, out, open_corpus(corpus), options, coder, workers, tell, scheduler)
    n_codes = int((tables["labels"]["facet"] != "role").sum())
    size = f"{len(tables['documents'])} 篇文档、{len(tables['passages'])} 个段落、{n_codes} 条代码"
    finish(f"{size} → {out / 'report.html'}", tables["failures"], out)


@app.command(cls=ChineseCommand)
def classify(
    inputs: Inputs,
    out: Out,
    unit: Annotated[
        Unit, typer.Option("--unit", help="document：按文档；passage：表格一行就是一段，按原编号原次序返回")
    ] = Unit.DOCUMENT,
    form: Annotated[str, typer.Option("--format", help="输出格式：csv、jsonl、xlsx、parquet")] = "csv",
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
    resume: Annotated[bool, typer.Option("--resume", help="接着做：做完的不重读，改过的重做")] = False,
    text_column: TextColumn = None,
    id_column: IdColumn = None,
    allow_marked: AllowMarked = False,
    redact: Redact = False,
) -> None:
    """批量分类：文件、文件夹，或一行一条的表格 → passages 与 documents 两张表。中断后加 --resume 接着做。"""
    from nlp.base.progress import metered
    from nlp.corpus.folder import open_corpus
    from nlp.readers.source import ReadOptions
    from nlp.run.batch import classify as batch

    with faults_as_messages("已中断。做完的部分都已存好，用同样的命令加 --resume 接着做"), metered() as meter:
        classified = batch.classify(
            inputs,
            out,
            open_corpus(corpus),
            unit=unit.value,
            form=form,
            options=ReadOptions(text_column, id_column=id_column, allow_marked=allow_marked, redact=redact),
            coder=coder,
            workers=workers,
            scheduler=scheduler,
            resume=resume,
            tell=meter.step,
            watch=meter.watch,
        )
    tally = classified.tally
    size = f"{tally.done} 个输入完成，{tally.failed} 个失败；{tally.passages} 个段落，其中拿不准 {tally.abstained} 段"
    finish(f"{size}；{meter.summary} → {out}", classified.failures, out)


@app.command(cls=ChineseCommand)
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


@app.command(cls=ChineseCommand)
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


@app.command(cls=ChineseCommand)
def check(
    corpus: Annotated[
        Path | None, typer.Argument(metavar="语料文件夹", help="默认用自带的", show_default=False)
    ] = None,
) -> None:
    """检查语料文件夹：列出每一处错误及其文件与行号；没有错误则不出声。"""
    from nlp.corpus.check import check_corpus
    from nlp.corpus.folder import DEFAULT

    with faults_as_messages():
        faults = check_corpus(corpus or DEFAULT)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)


RunInputs = Annotated[
    list[str],
    typer.Argument(metavar="输入", help="文件、文件夹、通配符，或 analyze 的结果文件夹", show_default=False),
]


@contextmanager
def opened(
    inputs: list[str],
    corpus: Path | None,
    coder: str | None = None,
    workers: int = 1,
    scheduler: str | None = None,
) -> Iterator[tuple[Run, Callable[[str], None]]]:
    """What every command for a single result begins with: the material or the earlier run, and a way to tell steps."""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.engine.partitions import reached
    from nlp.run.single_results import open_run

    with faults_as_messages(), steps() as tell, reached(scheduler, workers) as address:
        tell("读入")
        yield open_run(inputs, open_corpus(corpus), coder=coder, workers=workers, scheduler=address), tell


def write_result(table: pd.DataFrame, out: Path, name: str) -> Path:
    """Write the one table of a command, into the file ``out`` or as ``name`` into the folder ``out``."""
    from nlp.store.files import FORMATS, write_table

    return write_table(table, out if out.suffix.removeprefix(".") in FORMATS else out / f"{name}.csv")


def write_results(tables: dict[str, pd.DataFrame], out: Path) -> None:
    """Write the tables of a command into the folder ``out``."""
    from nlp.store.files import FORMATS, write_table

    if out.suffix.removeprefix(".") in FORMATS:
        raise DataError.at("这个命令写几张表，要一个文件夹", where=f"--out {out}", fix="去掉后缀，写文件夹的名字")
    for name, table in tables.items():
        write_table(table, out / f"{name}.csv")


@app.command(cls=ChineseCommand)
def themes(
    inputs: RunInputs,
    out: Out,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
) -> None:
    """问题、成因、对策的主题：稳定性、引文、与编码表的对照、主题数的选择。"""
    from nlp.run import single_results as runs

    with opened(inputs, corpus, coder, workers, scheduler) as (run, tell):
        tell("主题")
        tables, notes = runs.themes_of(run)
        write_results(tables | runs.codes_of(run), out)
    for facet, note in notes.items():
        typer.echo(f"{run.corpus.codebook.name(facet)}：{note}")
    finish(f"{len(tables['themes'])} 个主题 → {out}", run.failures, out)


@app.command(cls=ChineseCommand)
def trends(
    inputs: RunInputs,
    out: OutTable,
    freq: Annotated[str, typer.Option("--freq", help="年、半年、季、月（或 Y、H、Q、M）")] = "年",
    term: Annotated[list[str] | None, typer.Option("--term", help="只看这些词，可重复给出；“甲|乙”算一个")] = None,
    form: Annotated[
        str | None, typer.Option("--form", help="数哪些文档：报告、短材料、全部；默认有报告时只数报告")
    ] = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
) -> None:
    """关键词、代码与角色的趋势。"""
    from nlp.measures.periods import frequency
    from nlp.run import single_results as runs

    with opened(inputs, corpus, coder, workers, scheduler) as (run, tell):
        tell("统计")
        table = runs.trends_table(run, frequency(freq), term, form)
        out = write_result(table, out, "trends")
    left_out = runs.undated_of(run, frequency(freq), form)
    note = f"，另有 {left_out} 篇文档的日期不够细，未计入" if left_out else ""
    finish(f"{table['item'].nunique()} 个对象、{table['period'].nunique()} 个时期{note} → {out}", run.failures, out)


@app.command(cls=ChineseCommand)
def keyness(
    inputs: RunInputs,
    out: OutTable,
    target: Annotated[
        str, typer.Option("--target", help="目标组，如 manifestation、formalism、2024、国企", show_default=False)
    ],
    by: Annotated[
        str, typer.Option("--by", help="按什么分组：role、code、year、kind_of_unit、organ、genre、form")
    ] = "role",
    reference: Annotated[str | None, typer.Option("--reference", help="参照组；不给则为其余全部")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="列出所有的词；默认只列目标组多用、G² 大于 10.83 的")
    ] = False,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
    workers: Workers = 1,
    scheduler: Scheduler = None,
) -> None:
    """关键性：一组段落比另一组多用哪些词。"""
    from nlp.run import single_results as runs

    with opened(inputs, corpus, coder, workers, scheduler) as (run, tell):
        tell("统计")
        table = runs.keyness_of(run, by, target, reference, everything)
        out = write_result(table, out, "keyness")
    finish(f"{len(table)} 个词 → {out}", run.failures, out)


@app.command(cls=ChineseCommand)
def kwic(
    inputs: RunInputs,
    wording: Annotated[str, typer.Option("--word", help="要找的字词", show_default=False)],
    out: OutTable,
    width: Annotated[int, typer.Option("--width", min=1, help="左右各取多少字")] = 20,
    role: Annotated[str | None, typer.Option("--role", help="只在这种角色的段落里找")] = None,
    code: Annotated[str | None, typer.Option("--code", help="只在带这个代码的段落里找")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="只在这类单位的文档里找，如 国企")] = None,
    year: Annotated[str | None, typer.Option("--year", help="只在这一年的文档里找")] = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
) -> None:
    """语境：一个字词每次出现时的左右文。"""
    from nlp.run import single_results as runs

    with opened(inputs, corpus, coder) as (run, tell):
        tell("统计")
        where = {"role": role, "code": code, "kind_of_unit": unit, "year": year}
        table = runs.kwic_of(run, wording, width, where)
        out = write_result(table, out, "kwic")
    finish(f"“{wording}”出现 {len(table)} 次 → {out}", run.failures, out)


@app.command(cls=ChineseCommand)
def reuse(inputs: RunInputs, out: Out, corpus: CorpusFolder = None) -> None:
    """雷同：相近的段落与文档，左右对照。"""
    from nlp.run import single_results as runs

    with opened(inputs, corpus) as (run, tell):
        tell("比对")
        tables = runs.reuse_of(run)
        write_results(tables, out)
    finish(f"{len(tables['reuse'])} 段与更早的段落雷同 → {out}", run.failures, out)


@app.command(cls=ChineseCommand)
def verify(
    run: Annotated[Path, typer.Argument(metavar="结果文件夹", help="analyze 写出的文件夹", show_default=False)],
    inputs: Annotated[list[str], typer.Argument(metavar="输入", help="当时的输入", show_default=False)],
    corpus: CorpusFolder = None,
) -> None:
    """重做一次，逐字节比较。"""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.run import single_results as runs

    with faults_as_messages(), steps() as tell:
        different = runs.verify(run, inputs, open_corpus(corpus), tell)
    for name in different:
        typer.echo(f"不同：{name}", err=True)
    if different:
        raise typer.Exit(1)
    typer.echo("逐字节相同")


@lexicon_app.command("discover", cls=ChineseCommand)
def discover_terms(
    inputs: Inputs,
    out: OutTable = Path("outputs/term_candidates.csv"),
    corpus: CorpusFolder = None,
    most: Annotated[int, typer.Option("--most", min=1, help="最多列多少个")] = 300,
) -> None:
    """从材料里发现词表没有的新词（分支熵与凝固度），每个附三处语境，供专家取舍。"""
    from nlp.base.progress import steps
    from nlp.corpus.folder import open_corpus
    from nlp.run.pipeline import read_material
    from nlp.words.discovery import propose_terms

    with faults_as_messages(), steps() as tell:
        known = open_corpus(corpus)
        tell("读入")
        material = read_material(inputs, known)
        tell("寻找新词")
        found = propose_terms(material.passages, known.lexicon, most)
        out = write_result(found, out, "term_candidates")
    finish(f"{len(found)} 个候选词 → {out}", material.failures, out.parent)


def main() -> None:
    """Entry point of ``python -m nlp``."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Windows consoles and pipes
    with private_folder(), ended_on_request():
        app()


class Terminated(KeyboardInterrupt):
    """The system, or another program, asked us to end; ``status`` as a shell gives it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.status = 128 + number


@contextmanager
def ended_on_request() -> Iterator[None]:
    """SIGTERM (and the end of the terminal) end us as Ctrl-C does: the message, nothing left behind. The second one
    ends us at once."""

    def end(number: int, frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        raise Terminated(number)

    requests = [number for name in ("SIGTERM", "SIGHUP") if (number := getattr(signal, name, None)) is not None]
    # What was ignored when we were started (nohup) stays so.
    before = {number: signal.signal(number, end) for number in requests if signal.getsignal(number) == signal.SIG_DFL}
    try:
        yield
    finally:
        for number, usual in before.items():
            signal.signal(number, usual)


@contextmanager
def private_folder() -> Iterator[None]:
    """Let every temporary file, of libraries and worker processes too, lie in one folder that only the user may enter
    and that is gone at the end, however it comes."""
    with PrivateFolder() as folder:
        tempfile.tempdir = folder
        os.environ |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
        yield
