"""A queue as an Excel sheet, for offices that check in Excel: drop-downs, definitions, ids that cannot be changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.review.taken import Told
from nlp.store.files import UNPRINTABLE, Replacement, freeze_zip
from nlp.tables import ROLES

SHEET = "核对"
MOST_CODES = 3
FIXED = ("编号", "指纹", "标题路径", "段落")
PAIRS = tuple(f"{name}{i}" for i in range(1, MOST_CODES + 1) for name in ("代码", "证据"))
HEADS = (*FIXED, "角色", *PAIRS, "存疑", "备注")
NEEDED = ("编号", "角色")
WIDTHS = {"编号": 14, "指纹": 4, "标题路径": 16, "段落": 70, "角色": 11, "存疑": 6, "备注": 20}
YES = "是"


def write_sheet(queue: pd.DataFrame, passages: pd.DataFrame, codebook: Codebook, path: Path) -> Path:
    """Write a queue for checking; what the machine read is not in it."""
    import xlsxwriter

    known = passages.set_index("passage_id")
    rows = queue[queue["passage_id"].isin(known.index)]
    roles = [codebook.role_name(role) for role in ROLES]
    codes = [codebook.name(code) for facet in CODED_FACETS for code in codebook.of(facet)]
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary:
        with xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
            head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"})
            fixed = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#F2F2F2"})
            free = book.add_format({"text_wrap": True, "valign": "top", "locked": False})
            sheet, told = book.add_worksheet(SHEET), book.add_worksheet("定义")
            for k, name in enumerate(HEADS):
                sheet.write_string(0, k, name, head)
                sheet.set_column(k, k, WIDTHS.get(name, 16))
            for i, row in enumerate(rows.itertuples(), 1):
                passage = known.loc[row.passage_id]
                section = passage["section"] if isinstance(passage["section"], str) else ""
                for k, value in enumerate((row.passage_id, row.digest, section, passage["text"])):
                    sheet.write_string(i, k, pd.Series([str(value)]).str.replace(UNPRINTABLE, "", regex=True)[0], fixed)
                for k in range(len(FIXED), len(HEADS)):
                    sheet.write_blank(i, k, None, free)
            last = max(1, len(rows))
            choices = {"角色": f"=定义!$B$2:$B${len(roles) + 1}", "存疑": [YES]}
            choices |= {name: f"=定义!$B${len(roles) + 2}:$B${len(roles) + len(codes) + 1}" for name in PAIRS[::2]}
            for name, source in choices.items():
                sheet.data_validation(
                    1, HEADS.index(name), last, HEADS.index(name), {"validate": "list", "source": source}
                )
            sheet.freeze_panes(1, 1)
            sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
            lines = [("维度", "名称", "定义", "不用于")]
            lines += [("角色", c.name, c.definition, c.not_when) for r in ROLES for c in codebook.codes if c.id == r]
            of_facet = {facet: codebook.role_name(facet) for facet in CODED_FACETS}
            lines += [
                (of_facet[facet], c.name, c.definition, c.not_when)
                for facet in CODED_FACETS
                for c in codebook.codes
                if c.facet == facet
            ]
            for i, line in enumerate(lines):
                for k, value in enumerate(line):
                    told.write_string(i, k, value, head if i == 0 else fixed)
            told.set_column(0, 1, 14)
            told.set_column(2, 3, 60)
        freeze_zip(temporary)
    return path


def read_sheet(path: Path, coder: str) -> Iterator[Told]:
    """What stands in a sheet, by the names of its columns, wherever they stand now; rows without a role are not done.

    Raises
    ------
    DataError
        If it cannot be read, or lacks the columns that say which passage and which role.
    """
    try:
        table = pd.read_excel(path, sheet_name=0, dtype="str", keep_default_na=False, engine="calamine")
    except Exception as error:
        raise DataError.at(
            f"读不出这张表（{type(error).__name__}）", where=path, fix="用 review export 写出的 .xlsx"
        ) from error
    if missing := [name for name in NEEDED if name not in table.columns]:
        fix = f"第一行要有这些列名：{'、'.join(HEADS)}"
        raise DataError.at(f"缺少列：{'、'.join(missing)}", where=f"{path} 第 1 行", fix=fix)
    for number, row in enumerate(table.to_dict("records"), 2):
        cell = {name: str(row.get(name, "")).strip() for name in HEADS}
        pairs = [(cell[f"代码{i}"], cell[f"证据{i}"]) for i in range(1, MOST_CODES + 1) if cell[f"代码{i}"]]
        if cell["角色"] or pairs:
            doubtful = cell["存疑"] == YES
            yield Told(
                f"第 {number} 行", cell["编号"], coder, cell["角色"], pairs, cell["备注"], doubtful, cell["指纹"]
            )
