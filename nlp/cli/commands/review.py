"""The commands of the review desk; ``review RESULT`` is short for ``review desk RESULT``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp.base.errors import DataError
from nlp.cli.endings import faults_as_messages
from nlp.cli.options import CorpusFolder
from nlp.cli.usage import ChineseGroup

if TYPE_CHECKING:
    from nlp.desk.state import Desk

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


REVIEW_COMMANDS = {"desk": desk}
