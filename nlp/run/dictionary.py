"""The data dictionary: every table, where it stands, who makes it from what, and what its columns mean."""

from __future__ import annotations

from nlp.run.plan import STAGES
from nlp.tables import Table
from nlp.tables.registry import all_tables

KINDS = {"str": "文字", "int": "整数", "float": "小数", "bool": "是否"}


def data_dictionary() -> str:
    """Write the data dictionary of all tables as Markdown."""
    stage_of = {table.name: stage for stage in STAGES for table in stage.makes}
    parts = []
    for table in all_tables().values():
        stage = stage_of.get(table.name)
        taken = "、".join(f"`{each.name}`" for each in stage.takes) if stage else ""
        made = f"由“{stage.step}”{'从 ' + taken if taken else '从输入'}做成。" if stage else ""
        rows = "\n".join(
            f"| `{c.name}` | {KINDS[c.kind]}{'，可空' if c.nullable else ''} | {c.meaning}"
            f"{'（' + '、'.join(c.allowed) + '）' if c.allowed else ''} |"
            for c in table.columns
        )
        keys = "、".join(f"`{name}`" for name in table.key)
        parts.append(
            f"**{table.name}** {table.title}（主键 {keys}）\n\n{places_of(table)}{made}\n\n"
            f"| 列 | 类型 | 含义 |\n| --- | --- | --- |\n{rows}\n"
        )
    return "\n".join(parts)


def places_of(table: Table) -> str:
    """Where a reader finds a table."""
    files = [f"`tables/{table.name}.csv`、`.parquet`"] if table.in_tables else []
    files += [f"`{table.name}.csv`"] if table.beside else []
    sheet = f"工作表“{table.title}”" if table.sheet else f"没有工作表（{table.no_sheet}）"
    return "；".join([*files, sheet]) + "。"
