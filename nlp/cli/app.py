"""The command line: parse, delegate, report one line.

Exit status: 0 done, 1 done but some inputs failed, 2 nothing done.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from nlp.cli.commands.analyze import analyze
from nlp.cli.commands.apply import apply
from nlp.cli.commands.briefing import briefing
from nlp.cli.commands.check import check
from nlp.cli.commands.classify import classify
from nlp.cli.commands.codes import codes
from nlp.cli.commands.compare import compare
from nlp.cli.commands.discover import discover_terms
from nlp.cli.commands.evaluate import evaluate
from nlp.cli.commands.keyness import keyness
from nlp.cli.commands.kwic import kwic
from nlp.cli.commands.ledger import ledger
from nlp.cli.commands.manifest import manifest
from nlp.cli.commands.reuse import reuse
from nlp.cli.commands.review import REVIEW_COMMANDS, ReviewGroup
from nlp.cli.commands.themes import themes
from nlp.cli.commands.train import train
from nlp.cli.commands.trends import trends
from nlp.cli.commands.verify import verify
from nlp.cli.commands.words import words
from nlp.cli.endings import ended_on_request, private_folder
from nlp.cli.usage import ChineseCommand, ChineseGroup

COMMANDS = (
    analyze,
    briefing,
    classify,
    themes,
    trends,
    keyness,
    kwic,
    words,
    codes,
    ledger,
    compare,
    manifest,
    reuse,
    train,
    evaluate,
    check,
    verify,
    apply,
)
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
lexicon_app.command("discover", cls=ChineseCommand)(discover_terms)
review_app = typer.Typer(
    cls=ReviewGroup, help="核对台：逐段判定、抽样、裁定。`review 结果文件夹` 打开网页。", no_args_is_help=True
)
app.add_typer(review_app, name="review")
for name, of_review in REVIEW_COMMANDS.items():
    review_app.command(name, cls=ChineseCommand)(of_review)
for command in COMMANDS:
    app.command(cls=ChineseCommand)(command)


@app.callback()
def common(
    debug: Annotated[
        bool,
        typer.Option("--debug", envvar="LIANGZHANGPI_DEBUG", help="程序出错时显示详细经过，不写进文件；写在命令的前面"),
    ] = False,
) -> None:
    """What stands before every command."""


def main() -> None:
    """Run the commands (``nlp/__main__.py`` starts them)."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # Windows consoles and pipes
    with private_folder(), ended_on_request():
        app()
