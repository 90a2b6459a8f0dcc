"""The command ``manifest``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nlp.cli.endings import finish
from nlp.cli.one_result import opened
from nlp.cli.options import CorpusFolder, RunInputs, how


def manifest(
    inputs: RunInputs,
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="文件", help="写到哪里，如 材料/documents.csv", show_default=False),
    ],
    overwrite: Annotated[bool, typer.Option("--overwrite", help="已有的清单也改写")] = False,
    corpus: CorpusFolder = None,
) -> None:
    """写一份填好的 documents.csv：每篇的标题、单位、类别、日期、文体，改正后放进材料文件夹。"""
    from nlp.base.errors import DataError
    from nlp.run import queries
    from nlp.store.files import write_table

    with opened(inputs, corpus, how("rules")) as (run, _):
        if out.exists() and not overwrite:
            raise DataError.at("已经有这份清单，没有改写", where=out, fix="换一个 --out，或加 --overwrite")
        table = queries.filled_manifest(run)
        write_table(table, out)
    blank = {name: int((table[column] == "").sum()) for column, name in (("organ", "单位"), ("date", "日期"))}
    said = "、".join(f"{n} 篇没有{name}" for name, n in blank.items() if n) or "单位和日期都有"
    finish(f"{len(table)} 篇：{said}；改正后作为 documents.csv 放进材料文件夹 → {out}", run["failures"], out.parent)
