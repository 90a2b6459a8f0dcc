"""The options that commands share, each declared once."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.topics.models import DEFAULT_MODEL, MODELS

if TYPE_CHECKING:
    from nlp.readers.source import ReadOptions
    from nlp.run.how import How


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
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="并行的进程数；默认同处理器的核数")]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", help="Dask 集群：tcp://主机:端口，或 local（另装 requirements-dask.txt）"),
]
TextColumn = Annotated[str | None, typer.Option("--text-column", help="表格里正文所在的列；默认按列名识别")]
IdColumn = Annotated[str | None, typer.Option("--id-column", help="表格里编号所在的列；默认按列名识别")]

Corrections = Annotated[
    Path | None,
    typer.Option("--corrections", metavar="文件", help="核对记录 review.sqlite：人判过的以人为准", show_default=False),
]
AllowMarked = Annotated[bool, typer.Option("--allow-marked", help="带密级标志的文件也读入（确认已解密后才用）")]
Redact = Annotated[
    bool, typer.Option("--redact", help="在全部输出里遮盖身份证号、电话号码、电子邮箱和银行卡号（长度不变）")
]
Ocr = Annotated[
    bool, typer.Option("--ocr", help="扫描的页、整页的图片由本机识别（另装 requirements-ocr.txt），每页约 5 秒")
]
RunInputs = Annotated[
    list[str],
    typer.Argument(metavar="输入", help="文件、文件夹、通配符，或 analyze 的结果文件夹", show_default=False),
]
Model = Annotated[str | None, typer.Option("--model", help=f"主题模型：{'、'.join(MODELS)}；默认 {DEFAULT_MODEL}")]

Where = Annotated[
    str | None,
    typer.Option(
        "--where",
        metavar="条件",
        help="只数这些文档，如 'kind_of_unit=国企 and year>=2023'；项有 单位类别、单位、年份、日期、体裁、标题、文件",
    ),
]


AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="日子", help="台账的时限算到哪一天，如 2024-06-30；不给则不判逾期")
]


def reading(
    text_column: str | None, id_column: str | None, allow_marked: bool, redact: bool, ocr: bool = False
) -> ReadOptions:
    """How files are read, from the options that say so. Raises DataError for what this machine cannot do."""
    from nlp.base.errors import DataError
    from nlp.readers.recognition.recognizer import INSTALL, is_installed
    from nlp.readers.source import ReadOptions

    if ocr and not is_installed():
        raise DataError.at("本机没有文字识别", where="--ocr", fix=f"先装：{INSTALL}；或去掉 --ocr")
    return ReadOptions(text_column, id_column=id_column, allow_marked=allow_marked, redact=redact, ocr=ocr)


def how(
    coder: str | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    model: str | None = None,
    read: ReadOptions | None = None,
    where: str | None = None,
) -> How:
    """How a run is made, from the options that say so; what is not given is as usual."""
    from nlp.engine.choice import Engine
    from nlp.run.how import How

    usual = How()
    return How(
        read or usual.reading,
        coder or usual.coder,
        model or usual.model,
        Engine(workers or os.cpu_count() or 1, scheduler),
        where=where or "",
    )
