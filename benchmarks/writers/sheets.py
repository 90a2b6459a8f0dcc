"""The ledger as spreadsheets: by openpyxl, XlsxWriter, LibreOffice and by hand."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from writers.office import converted
from writers.printed import written
from writers.report import the_ledger

FILTERS = ((".xls", "xls:MS Excel 97"), (".ods", "ods"), (".html", "html"), (".fods", "fods"))


def by_openpyxl(folder: Path) -> Path:
    """Write a workbook whose title is merged, with a comment and a second sheet."""
    import openpyxl
    from openpyxl.comments import Comment

    book = openpyxl.Workbook()
    for row in the_ledger():
        book.active.append(row)
    book.active.merge_cells("A1:F1")
    book.active["B4"].comment = Comment("请核对。", "甲")
    book.create_sheet("说明").append(["本表由各支部填报。"])
    path = folder / "openpyxl.xlsx"
    book.save(path)
    return path


def by_xlsxwriter(folder: Path) -> Path:
    """Write the same by XlsxWriter."""
    import xlsxwriter

    path = folder / "xlsxwriter.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("台账")
        for n, row in enumerate(the_ledger()):
            sheet.write_row(n, 0, row)
    return path


def by_hand(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield plain tables in the encodings that offices use."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(the_ledger())
    yield ".csv GB18030", written(folder / "gbk.csv", buffer.getvalue().encode("gb18030"))
    yield ".csv UTF-8", written(folder / "utf8.csv", buffer.getvalue().encode("utf-8-sig"))


def by_libreoffice(source: Path) -> Iterator[tuple[str, Path]]:
    """Yield what LibreOffice makes of a workbook; what WPS names .et are the bytes of .xls."""
    for suffix, kind in FILTERS[:2]:
        path = converted(source, suffix, kind)
        yield suffix, path
        if suffix == ".xls":
            yield ".et", written(path.parent.with_suffix(".et"), path.read_bytes())
    page = converted(source, ".html", "html")
    yield ".xls（网页）", page.rename(page.with_suffix(".xls"))
