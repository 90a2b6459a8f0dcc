"""The command ``compare``."""

from __future__ import annotations

from typing import Annotated

import typer

from nlp.cli.endings import finish
from nlp.cli.one_result import opened
from nlp.cli.options import CoderName, CorpusFolder, Out, Where, how


def compare(
    old: Annotated[str, typer.Argument(metavar="去年", help="去年的 analyze 结果文件夹（或材料）", show_default=False)],
    new: Annotated[str, typer.Argument(metavar="今年", help="今年的结果文件夹（或材料）", show_default=False)],
    out: Out,
    match: Annotated[
        str | None, typer.Option("--match", help="organ：只比两边都有的单位，各同自己比；不给则比全部")
    ] = None,
    where: Where = None,
    corpus: CorpusFolder = None,
    coder: CoderName = None,
) -> None:
    """两次结果的对比：代码、角色、主题、各单位，哪些新出现、消失、增加、减少，附区间、校正后的 p 和两边的原文。"""
    from nlp.run.compare import compare_runs, sizes_of

    chosen = how(coder, where=where)
    with opened([old], corpus, chosen) as (before, tell), opened([new], corpus, chosen) as (after, _):
        tell("统计")
        table = compare_runs(before, after, (old, new), match, out)
    n_old, n_new = sizes_of(table)
    said = "、".join(f"{row.name}（{row.change}）" for row in table[table["reliable"]].itertuples()) or "没有"
    finish(f"去年 {n_old}、今年 {n_new}；可靠的变化：{said} → {out / '对比.html'}", after["failures"], out)
