"""The workbook: a sheet a table, frozen headers, filters, sensible widths, links from codes to passages.

Written row by row (XlsxWriter's constant memory), so that a large table never stands in memory as cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.statements.citing import citation_of
from nlp.store.files import CELL_LIMIT, UNPRINTABLE, Replacement, inert
from nlp.tables import (
    EVIDENCE,
    GAPS,
    LABELS,
    LEDGER,
    MOVEMENTS,
    PASSAGES,
    PREVALENCE,
    SURVEY_FIGURES,
    UNIT_CODES,
    UNIT_SHARES,
    UNITS,
    Table,
)
from nlp.tables.heads import heads
from nlp.tables.registry import all_tables, sheets

KINDS = {"str": "文字", "int": "整数", "float": "小数", "bool": "是否"}
WIDEST = 70
MOST_ROWS = 100_000  # rows of a sheet; the whole table stands in tables/
MOST_LINKS = 60_000  # Excel opens no sheet with more than 65,530
LEADING = ("passage_id", "first_passage", "reuse_of")  # columns whose passage ids lead to the passage
OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
NO_CLOCK = {"created": datetime(2000, 1, 1)}  # the same bytes when it is written again

FRONT = {  # the sheets that an office opens, in order, and the question that each answers; the others stand behind
    PREVALENCE: "各种表现、成因、对策有多少：按文档、段落、独立来源数",
    UNIT_SHARES: "几个单位写到，哪类单位写得多",
    UNITS: "有哪些单位，各交了几份，写到几种，在同类中排第几",
    UNIT_CODES: "某个单位写到什么，逐年",
    GAPS: "哪个单位写了问题没有写对策，要找的是什么",
    LABELS: "每条引文：单位、日期、标题、原文，可筛选、可复制",
    PASSAGES: "全部段落原文",
    MOVEMENTS: "与前几年比，什么多了，什么少了",
    SURVEY_FIGURES: "报告里的问卷、访谈、抽查数字",
    LEDGER: "台账、整改清单：完成、逾期、缺什么",
    EVIDENCE: "底稿和简报里每个数字取自哪一格",
}
LABEL_HEADS = {"organ": "单位", "date": "日期", "title": "标题", "citation": "出处", "text": "段落原文"}
BEHIND = "#A6A6A6"  # colour of the tabs behind
BESIDE_LABELS = ("organ", "date", "title")  # of the document, beside each label

Places = dict[str, int]  # passage → row of its sheet
Blocks = dict[tuple[str, str], tuple[int, int]]  # facet and code → first and last row among the labels
Link = Callable[[int, object], str | None]  # from row and value to a place in the workbook


@dataclass(frozen=True)
class Looks:
    """The formats of a workbook's cells."""

    head: Any
    link: Any
    wrapped: Any
    numbers: dict[str, Any]

    @classmethod
    def of(cls, book: Any) -> Self:
        """Declare the formats in ``book``."""
        shown = {column.show for table in sheets() for column in table.columns if column.show}
        return cls(
            book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79"}),
            book.add_format({"font_color": "#0563C1", "underline": 1}),
            book.add_format({"text_wrap": True, "valign": "top"}),
            {shape: book.add_format({"num_format": shape}) for shape in sorted(shown)},
        )


def write_workbook(tables: dict[str, pd.DataFrame], codebook: Codebook, path: Path, points: Sequence[str] = ()) -> Path:
    """Write every table that has a sheet and rows: what to see first (with the ``points`` of the briefing), the sheets
    of FRONT, then all others."""
    import xlsxwriter

    order = [*FRONT, *(each for each in sheets() if each not in FRONT)]
    shown = {each.name: as_sheet(each, tables) for each in order if len(tables.get(each.name, ()))}
    places = passage_rows(shown["passages"]) if "passages" in shown else {}
    blocks = code_blocks(shown["labels"]) if "labels" in shown else {}
    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary, xlsxwriter.Workbook(str(temporary), OPTIONS) as book:
        book.set_properties(NO_CLOCK)
        looks = Looks.of(book)
        front = [schema for schema in FRONT if schema.name in shown]
        see_first(book.add_worksheet("先看这里"), front, tables, points, looks)
        for schema in front:
            fill_sheet(book, schema, shown[schema.name], codebook, looks, places, blocks)
        readme = book.add_worksheet("读我")
        readme.set_tab_color(BEHIND)
        explain(readme, shown, tables, looks)
        for name in [name for name in shown if all_tables()[name] not in front]:
            sheet = fill_sheet(book, all_tables()[name], shown[name], codebook, looks, places, blocks)
            sheet.set_tab_color(BEHIND)
    return path


def sheet_title(name: str) -> str:
    """Chinese title of a table's sheet."""
    return all_tables()[name].title


def see_first(
    sheet: Any, front: Sequence[Table], tables: dict[str, pd.DataFrame], points: Sequence[str], looks: Looks
) -> None:
    """The sheet to begin with: the points of the briefing, then which sheet answers which question."""
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    sheet.write_row(0, 0, ["要点", "与《一页简报》、报告页、底稿相同"], looks.head)
    row = 1
    for number, point in enumerate(points or ["没有可以成立的判断"], 1):
        sheet.write_number(row, 0, number)
        sheet.write_string(row, 1, point, looks.wrapped)
        row += 1
    sheet.write_row(row, 0, ["工作表", "回答什么"], looks.head)
    for schema in front:
        row += 1
        sheet.write_url(row, 0, f"internal:'{schema.title}'!A1", looks.link, schema.title)
        sheet.write_string(row, 1, f"{FRONT[schema]}（{len(tables[schema.name])} 行）", looks.wrapped)
    sheet.write_url(row + 1, 0, "internal:'读我'!A1", looks.link, "读我")
    sheet.write_string(row + 1, 1, "各列的含义；灰色标签的工作表是其余的全部数据", looks.wrapped)
    notes = "占比的分母写在旁边；“连同存疑”是把拿不准的也算上；区间是 95% 区间，材料少时很宽；写到不等于必有此事。"
    sheet.write_string(row + 2, 1, notes, looks.wrapped)
    dress(sheet, row + 2, 2, frozen=(1, 0), filtered=False)


def fill_sheet(
    book: Any, schema: Table, table: pd.DataFrame, codebook: Codebook, looks: Looks, places: Places, blocks: Blocks
) -> Any:
    """Add the sheet of one table; returns it."""
    sheet = book.add_worksheet(schema.title)
    fill(sheet, schema, with_names(schema, table, codebook), looks, places, blocks)
    return sheet


def with_source(labels: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """LABELS with the unit, date and title of their document, its citation, and the text of their passage."""
    documents = tables["documents"].set_index("document_id")
    texts = tables["passages"].set_index("passage_id")["text"]
    cited = {name: citation_of({**row, "document_id": name}) for name, row in documents.to_dict("index").items()}
    beside = {name: labels["document_id"].map(documents[name]) for name in BESIDE_LABELS}
    return labels.assign(
        **beside, citation=labels["document_id"].map(cited), text=labels["passage_id"].map(texts).array
    )


def as_sheet(schema: Table, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """A table as its sheet shows it: bounded, without what stands elsewhere, labels of one code in one block."""
    table = tables[schema.name]
    if schema is LABELS:
        table = table.sort_values(["facet", "code", "passage_id", "start"], kind="stable").head(MOST_ROWS)
        if {"documents", "passages"} <= set(tables):
            table = with_source(table, tables)
    elsewhere = [column.name for column in schema.columns if not column.on_sheet]
    return table.drop(columns=elsewhere).head(MOST_ROWS).reset_index(drop=True)


def code_blocks(labels: pd.DataFrame) -> Blocks:
    """First and last row of every facet's code in the sheet of labels."""
    rows = labels.assign(row=range(2, len(labels) + 2)).groupby(["facet", "code"])["row"].agg(["min", "max"])
    return {(str(facet), str(code)): (int(r["min"]), int(r["max"])) for (facet, code), r in rows.iterrows()}


def passage_rows(passages: pd.DataFrame) -> Places:
    """Row of every passage in its sheet."""
    return {str(pid): row for row, pid in enumerate(passages["passage_id"], 2)}


def with_names(schema: Table, table: pd.DataFrame, codebook: Codebook) -> pd.DataFrame:
    """Put the Chinese name of a code beside its id."""
    named = table.copy()
    for column in (each.name for each in schema.columns if each.codes == "one" and each.name in table.columns):
        facets = table["facet"] if "facet" in table.columns else [""] * len(table)
        names = [
            codebook.role_name(code) if facet == "role" else codebook.name(code)
            for facet, code in zip(facets, table[column].astype("str"), strict=True)
        ]
        named.insert(int(named.columns.get_loc(column)) + 1, f"{column}_name", names)
    return named


def fill(sheet: Any, schema: Table, table: pd.DataFrame, looks: Looks, places: Places, blocks: Blocks) -> None:
    """Write one table to one sheet."""
    safe = inert(table)
    names = [str(name) for name in safe.columns]
    known = {column.name: column for column in schema.columns}
    for number, name in enumerate(names):
        sheet.set_column(number, number, column_width(safe[name], (LABEL_HEADS | heads(schema)).get(name, name)))
    told = LABEL_HEADS | heads(schema)
    sheet.write_row(0, 0, [told.get(name, name) for name in names], looks.head)
    links = links_of(schema, safe, places, blocks)
    columns = [
        cells(safe[name], looks.numbers.get(known[name].show) if name in known else None, wrapped)
        for name in names
        for wrapped in [looks.wrapped if name in known and known[name].long else None]
    ]
    for row, values in enumerate(zip(*(column for column, _ in columns), strict=True), 1):
        for number, value in enumerate(values):
            write(sheet, row, number, value, columns[number][1], links.get(names[number]), looks.link)
    dress(sheet, len(safe), len(names))
    tell_columns(sheet, names, {column.name: column.meaning for column in schema.columns})


def cells(values: pd.Series, number: Any, wrapped: Any) -> tuple[list[object], Any]:
    """The values of a column as cells can hold them, and the format that they are shown in."""
    shape = number if values.dtype.kind == "f" else wrapped
    return [cell(value) for value in values.tolist()], shape


def write(sheet: Any, row: int, column: int, value: object, shape: Any, link: Link | None, blue: Any) -> None:
    """Write one cell; one that leads somewhere is blue and underlined."""
    if link is not None and (place := link(row + 1, value)):
        sheet.write_url(row, column, f"internal:{place}", blue, str(value))
    elif value is None:
        return
    elif isinstance(value, str):
        sheet.write_string(row, column, value, shape)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value, shape)
    else:
        sheet.write_number(row, column, value, shape)


def links_of(schema: Table, table: pd.DataFrame, places: Places, blocks: Blocks) -> dict[str, Link]:
    """Columns whose cells lead on: passage ids to the passage, names of counted codes to their rows of the labels."""
    found: dict[str, Link] = {}
    leading = [name for name in LEADING if name in table.columns and schema.name != "passages"]
    last = 1 + MOST_LINKS // max(1, len(leading))
    for name in leading:
        found[name] = lambda row, value: (
            f"'{sheet_title('passages')}'!A{places[str(value)]}" if row <= last and value in places else None
        )
    if {"code_name", "facet"} <= set(table.columns) and schema.name not in ("labels", "evidence"):
        keys = list(zip(table["facet"], table["code"], strict=True))
        found["code_name"] = lambda row, value: block_place(blocks.get(keys[row - 2])) if row <= MOST_LINKS else None
    return found


def block_place(block: tuple[int, int] | None) -> str | None:
    """Where the rows of a code stand among the labels."""
    return None if block is None else f"'{sheet_title('labels')}'!A{block[0]}:H{block[1]}"


def dress(sheet: Any, n_rows: int, n_columns: int, frozen: tuple[int, int] = (1, 1), filtered: bool = True) -> None:
    """Freeze and filter the head; print as wide as the page, the head on every page."""
    sheet.freeze_panes(*frozen)
    if filtered:
        sheet.autofilter(0, 0, n_rows, n_columns - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def tell_columns(sheet: Any, names: Sequence[str], meanings: dict[str, str]) -> None:
    """Say what a column means when its head is chosen."""
    for number, name in enumerate(names):
        if name in meanings:
            told = {"validate": "any", "input_title": name[:32], "input_message": meanings[name][:255]}
            sheet.data_validation(0, number, 0, number, told)


def cell(value: object) -> object:
    """A value as a cell can hold it."""
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, str):
        return re.sub(UNPRINTABLE, "", value)[:CELL_LIMIT]
    return value


def column_width(values: pd.Series, head: str) -> float:
    """Width that shows most cells; a Han character counts two."""
    lengths = [sum(2 if ord(char) > 0x2E80 else 1 for char in str(value)[:80]) for value in values.head(200)]
    return min(WIDEST, max([2 * len(head) + 4, *sorted(lengths)[: int(len(lengths) * 0.9) + 1]]) + 2)


def explain(sheet: Any, shown: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame], looks: Looks) -> None:
    """The first sheet: what each sheet holds and what each column means."""
    for number, width in enumerate((24, 9, 22, 12, 90)):
        sheet.set_column(number, number, width)
    sheet.write_row(0, 0, ["工作表", "行数", "列", "类型", "含义"], looks.head)
    lines = list(explained(shown, tables))
    for row, (title, n_rows, column, kind, meaning) in enumerate(lines, 1):
        if title in {each.title for each in sheets() if each.name in shown}:
            sheet.write_url(row, 0, f"internal:'{title}'!A1", looks.link, title)
        elif title:
            sheet.write_string(row, 0, title)
        if n_rows is not None:
            sheet.write_number(row, 1, n_rows)
        for number, text in ((2, column), (3, kind)):
            if text:
                sheet.write_string(row, number, text)
        sheet.write_string(row, 4, meaning, looks.wrapped)
    dress(sheet, len(lines), 5, frozen=(1, 0), filtered=False)


Line = tuple[str, int | None, str, str, str]  # sheet, rows, column, kind, meaning


def explained(shown: dict[str, pd.DataFrame], tables: dict[str, pd.DataFrame]) -> Iterator[Line]:
    """The lines of the first sheet."""
    yield "", None, "", "", "点工作表的名字过去；点代码的名字到它的标注，点段落编号到原文。列名选中时显示含义。"
    for name in shown:
        schema = all_tables()[name]
        cut = f"；只列出前 {MOST_ROWS} 行，全部见 tables/{name}.csv" if len(tables[name]) > MOST_ROWS else ""
        yield schema.title, len(tables[name]), "", "", f"{schema.title}；主键：{'、'.join(schema.key)}{cut}"
        for column in schema.columns:
            if column.name in shown[name].columns:
                allowed = f"（{'、'.join(column.allowed)}）" if column.allowed else ""
                kind = KINDS[column.kind] + ("，可空" if column.nullable else "")
                yield (
                    "",
                    None,
                    heads(schema)[column.name],
                    kind,
                    f"{column.meaning}{allowed}（在 tables/ 里叫 {column.name}）",
                )
    for schema in sheets():
        if schema.no_rows and schema.name in tables and tables[schema.name].empty:
            yield schema.title, 0, "", "", schema.no_rows
