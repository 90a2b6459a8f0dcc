"""The commands of the review desk; ``review RESULT`` is short for ``review desk RESULT``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp.base.errors import DataError
from nlp.cli.endings import faults_as_messages
from nlp.cli.options import CorpusFolder
from nlp.cli.usage import ChineseGroup

if TYPE_CHECKING:
    from nlp.desk.state import Desk

KINDS_OUT = ".xlsx 核对表；.qdc 编码表、.qdpx 项目（REFI-QDA）；.jsonl（doccano）"
Result = Annotated[Path, typer.Argument(metavar="结果文件夹", help="analyze 写出的文件夹", show_default=False)]


class ReviewGroup(ChineseGroup):
    """A group whose first word may be a folder: then the desk opens."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in where it is left out."""
        words = ["desk", *args] if args and args[0] not in (*self.commands, "-h", "--help") else args
        return list(super().parse_args(ctx, words))


def desk(
    run: Result,
    passage: Annotated[str | None, typer.Option("--passage", help="只改这一段：段落编号")] = None,
    number: Annotated[
        str | None, typer.Option("--number", help="一个数字后面的段落：报告里网址 #q? 以后的部分")
    ] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="端口；默认由程序挑一个空着的")] = 0,
    corpus: CorpusFolder = None,
) -> None:
    """打开核对台：只在这台机器上的网页，Ctrl-C 停止。"""
    with faults_as_messages("核对台已停止，判定都已存下"):
        try:
            from nlp.desk.serve import serve
        except ImportError as error:
            fix = "pip install -r requirements-review.txt"
            raise DataError.at(f"核对台要另装几个库（缺 {error.name}）", where="review", fix=fix) from error
        opened = opened_desk(run, corpus)
        start = "/"
        if passage:
            opened.queue_of_one(passage)
            start = f"/passage?{urlencoded(id=passage)}"
        elif number:
            opened.make_queue("number", "", query=number)
        serve(opened, port, lambda address: typer.echo(f"用浏览器打开（只此一次启动有效）：{address}"), start)


def opened_desk(run: Path, corpus: Path | None) -> Desk:
    """The desk of a result. Raises DataError if it is none."""
    from nlp.corpus.folder import open_corpus
    from nlp.desk.state import Desk
    from nlp.review.store import NAME, Store
    from nlp.run.apply import facts_in, machine_tables
    from nlp.run.run import stored

    facts_in(run)
    tables = machine_tables(run) | {"labels": stored(run, "labels")}
    return Desk(run, tables, open_corpus(corpus).codebook, Store(run / NAME))


def urlencoded(**told: str) -> str:
    """The fields of an address."""
    from urllib.parse import urlencode

    return urlencode(told)


def export(
    run: Result,
    out: Annotated[Path, typer.Option("--out", "-o", help=f"写到哪里：{KINDS_OUT}", show_default=False)],
    queue: Annotated[
        str, typer.Option("--queue", help="哪个队列：random、doubtful、disputed，或已有队列的号码")
    ] = "random",
    size: Annotated[int, typer.Option("--size", min=1, help="随机样本的段数")] = 150,
    corpus: CorpusFolder = None,
) -> None:
    """导出核对表（Excel），或把判定导出给 REFI-QDA 的程序和 doccano。"""
    from nlp.review import qda
    from nlp.review.sheet import write_sheet

    with faults_as_messages():
        opened = opened_desk(run, corpus)
        tables, codebook, decisions = opened.tables, opened.codebook, opened.store.decisions()
        if out.suffix == ".xlsx":
            number = int(queue) if queue.isdecimal() else opened.make_queue(queue, "", size)
            write_sheet(opened.rows_of(number), tables["passages"], codebook, out)
        elif out.suffix == ".qdc":
            qda.write_codebook(codebook, out)
        elif out.suffix == ".qdpx":
            qda.write_project(decisions, tables["passages"], tables["documents"], codebook, out)
        elif out.suffix == ".jsonl":
            qda.write_doccano(decisions, tables["passages"], codebook, out)
        else:
            raise DataError.at(f"不认识的格式：{out.suffix or '（没有后缀）'}", where=f"--out {out}", fix=KINDS_OUT)
        opened.store.close()
    typer.echo(f"已写出 → {out}")


def take_in(
    run: Result,
    file: Annotated[Path, typer.Argument(metavar="文件", help="核对表 .xlsx，或 .qdpx、.jsonl", show_default=False)],
    coder: Annotated[str, typer.Option("--coder", help="谁判的；文件里写明了的以文件为准")] = "",
    corpus: CorpusFolder = None,
) -> None:
    """把核对表或别的程序里的编码收进核对记录；有错的行逐行报出，其余照收。"""
    from nlp.review import qda
    from nlp.review.sheet import read_sheet
    from nlp.review.taken import keep, take

    with faults_as_messages():
        if not file.is_file():
            raise DataError.at("找不到文件", where=file, fix="检查路径")
        opened = opened_desk(run, corpus)
        passages, codebook, way = opened.tables["passages"], opened.codebook, ""
        if file.suffix == ".xlsx":
            if not coder:
                raise DataError.at("没有写是谁判的", where="--coder", fix="加上 --coder 名字")
            told = list(read_sheet(file, coder))
        elif file.suffix == ".qdpx":
            told, way = qda.read_project(file, passages, opened.tables["documents"], codebook, coder)
        elif file.suffix == ".jsonl":
            told = qda.read_doccano(file, passages, codebook, coder)
        else:
            raise DataError.at(f"不认识的格式：{file.suffix}", where=file, fix="用 .xlsx、.qdpx 或 .jsonl")
        taken = take(told, passages, codebook)
        if file.suffix == ".xlsx":  # the sheet does not show what the machine read
            seen = opened.store.decisions()
            taken.decisions = [
                replace(each, blind=not opened.has_seen(each.passage_id, each.coder, seen)) for each in taken.decisions
            ]
        kept = keep(opened.store, taken, file)
        opened.store.close()
    typer.echo(f"收下 {kept} 段的判定" + (f"；位置按{way}数" if way else "") + f"。接着运行 apply {run}")


def gold(
    run: Result,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="写到哪个文件夹；给语料的 gold/ 就是直接添进去", show_default=False)
    ],
    corpus: CorpusFolder = None,
) -> None:
    """把裁定了的判定变成标准编码，供 train 用。"""
    from nlp.corpus.folder import open_corpus
    from nlp.review.gold import write_gold

    with faults_as_messages():
        opened = opened_desk(run, corpus)
        added, left = write_gold(open_corpus(corpus), opened.store.decisions(), opened.tables["passages"], out)
        opened.store.close()
    typer.echo(f"添了 {added} 段（{left} 段没有添：已有、文字已改，或几人判得不同）→ {out}")


REVIEW_COMMANDS: dict[str, Callable[..., None]] = {"desk": desk, "export": export, "import": take_in, "gold": gold}
