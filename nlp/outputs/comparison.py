"""What a comparison of two results is shown as: a page that opens offline, and a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from nlp.measures.comparison import FEWEST
from nlp.outputs.fonts import FAMILY
from nlp.outputs.quotations import shortened
from nlp.store.files import write_text
from nlp.tables import COMPARISON, COMPARISON_UNITS, Table

WIDTH, MARGIN, STEP = 640, 190, 24  # of the drawing, in pixels
LONGEST = 220  # characters of a quotation on the page
FILE, PAGE, BOOK = "comparison", "对比.html", "对比.xlsx"


def write_comparison_page(table: pd.DataFrame, units: pd.DataFrame, told: dict[str, Any], path: Path) -> Path:
    """Write the page. ``told``: names of the sides, how many are counted, how they were matched."""
    from jinja2 import Environment, FileSystemLoader

    folder = Path(__file__).parent / "templates"
    environment = Environment(loader=FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    shown = {
        "family": FAMILY,
        "fewest": FEWEST,
        "reliable": [row_view(row) for row in table[table["reliable"]].itertuples()],
        "codes": [row_view(row) for row in table[table["kind"] == "代码"].itertuples()],
        "roles": [row_view(row) for row in table[table["kind"] == "角色"].itertuples()],
        "themes": [row_view(row) for row in table[table["kind"] == "主题"].itertuples()],
        "units": [row for row in units.astype(object).where(units.notna(), None).itertuples() if row.gone or row.added],
        "n_units": units["organ"].nunique(),
        "drawing": drawing(table[(table["kind"] == "代码") & table["low"].notna()]),
    }
    return write_text(environment.get_template("comparison.html.j2").render(**shown, **told), path)


def row_view(row: Any) -> dict[str, Any]:
    """One row as the page writes it."""
    numbers = [
        f"{percent(share)}（{int(n)}/{int(size)}）" if pd.notna(n) else percent(share)
        for share, n, size in (
            (row.share_old, row.n_old, row.denominator_old),
            (row.share_new, row.n_new, row.denominator_new),
        )
    ]
    span = f"{points(row.difference)}（{points(row.low)} 至 {points(row.high)}）" if pd.notna(row.low) else "—"
    return {
        "name": row.name,
        "old": numbers[0],
        "new": numbers[1],
        "difference": span,
        "p": f"{row.p_adjusted:.3f}" if pd.notna(row.p_adjusted) else "—",
        "change": row.change if row.reliable else f"{row.change}，不可靠" if pd.notna(row.p) else row.change,
        "note": row.note if isinstance(row.note, str) else "",
        "quotations": [
            (year, shortened(text, LONGEST))
            for year, text in (("去年", row.quotation_old), ("今年", row.quotation_new))
            if isinstance(text, str)
        ],
    }


def percent(value: float) -> str:
    """A share in whole per cent."""
    return "—" if pd.isna(value) else f"{value:.0%}"


def points(value: float) -> str:
    """A difference in percentage points."""
    return f"{value * 100:+.0f}"


def drawing(rows: pd.DataFrame) -> dict[str, Any] | None:
    """Differences with their intervals, largest first; None where nothing may be drawn."""
    if rows.empty:
        return None
    ranked = rows.sort_values(["difference", "item"], ascending=[False, True])
    reach = max(0.2, float(ranked[["low", "high"]].abs().max().max()))

    def place(value: float) -> float:
        return round(MARGIN + (WIDTH - MARGIN - 12) * (value + reach) / (2 * reach), 1)

    return {
        "width": WIDTH,
        "height": STEP * (len(ranked) + 1),
        "zero": place(0),
        "margin": MARGIN - 8,
        "rows": [
            {
                "y": STEP * at + 14,
                "name": row.name,
                "low": place(row.low),
                "high": place(row.high),
                "at": place(row.difference),
                "sure": row.reliable,
                "title": f"{row.name}：{points(row.difference)} 个百分点（{points(row.low)} 至 {points(row.high)}）",
            }
            for at, row in enumerate(ranked.itertuples())
        ],
    }


def write_comparison_book(table: pd.DataFrame, units: pd.DataFrame, path: Path) -> Path:
    """Write both tables as sheets with Chinese headers."""
    import xlsxwriter

    from nlp.outputs.workbook import NO_CLOCK, OPTIONS
    from nlp.store.files import Replacement

    path.parent.mkdir(parents=True, exist_ok=True)
    with Replacement(path) as temporary, xlsxwriter.Workbook(str(temporary), OPTIONS) as book:
        book.set_properties(NO_CLOCK)
        for schema, rows in ((COMPARISON, table), (COMPARISON_UNITS, units)):
            fill_plain(book, schema, rows)
    return path


def fill_plain(book: Any, schema: Table, rows: pd.DataFrame) -> None:
    """One sheet: heads are what the columns mean, shares are per cent."""
    from nlp.outputs.workbook import cell, dress
    from nlp.store.files import inert

    sheet = book.add_worksheet(schema.title)
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "text_wrap": True})
    for number, column in enumerate(schema.columns):
        sheet.set_column(number, number, 60 if column.long else 16)
        sheet.write_string(0, number, column.meaning.split("；")[0].split("：")[0], head)
    shapes = [
        book.add_format({"num_format": column.show} if column.show else {"text_wrap": column.long})
        for column in schema.columns
    ]
    for at, values in enumerate(inert(rows).itertuples(index=False), start=1):
        for number, value in enumerate(values):
            if (shown := cell(value)) is not None:
                sheet.write(at, number, ("是" if shown else "否") if isinstance(shown, bool) else shown, shapes[number])
    dress(sheet, len(rows), len(schema.columns))
