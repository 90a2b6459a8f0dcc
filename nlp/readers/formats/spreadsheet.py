"""Table files: Excel (.xlsx .xls), WPS (.et), OpenDocument (.ods), delimited text (.csv .tsv). One row is one text."""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import decode
from nlp.readers.formats import sheet_markup
from nlp.readers.formats.merged_cells import merges_of
from nlp.readers.formats.ods import extent_of_ods
from nlp.readers.limits import DAMAGED_FIX, check_zip, load, load_lines
from nlp.readers.registers.cells import cell_text
from nlp.readers.registers.columns import Columns, no_text_column, refuse_missing
from nlp.readers.registers.header import Header, Rows, find_header, names_seen
from nlp.readers.registers.merged import Merge, spread, with_group_ids
from nlp.readers.registers.rows import texts_of, unique_units
from nlp.readers.secrecy import refuse_marked, refuse_marked_cells
from nlp.readers.sniff import EXCEL_XML, what_it_is
from nlp.readers.source import ReadOptions, SourceText, checked
from nlp.readers.word.binary.container import stream

MAX_CELLS = 10_000_000  # of a sheet's bounding box: calamine lays it out in full
FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s[^<>]*?\br="([A-Z]{1,3})(\d{1,7})"(?:[^<>]*[^/<>])?>')
UNCALCULATED = re.compile(  # a formula and no value after it; Excel marks a value that is empty text (t="str")
    rb'<(?:\w+:)?c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]+)[^>]*>\s*<(?:\w+:)?f\b[^<]*(?:</(?:\w+:)?f>)?\s*'
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
SHEET_BEGINS, DIMENSIONS, SEVERAL_CELLS = 0x0809, 0x0200, 0x00BD  # records of an old workbook
CELL_RECORDS = frozenset((0x0204, 0x00FD, 0x0203, 0x027E, SEVERAL_CELLS, 0x0006, 0x00D6, 0x0205, 0x0201, 0x00BE))
CSV_END = "\x00end\x00"  # a row no file can hold: if it does not come back, a quotation mark is left open


class Sheet(NamedTuple):
    """A worksheet from its first filled cell on; what is merged stands in every row."""

    rows: Rows
    left: int  # empty columns before it
    merges: Sequence[Merge]

    def numbered(self, header: Header) -> Rows:
        """The rows, each with the number of its merged group."""
        return with_group_ids(self.rows, header.columns.id, self.merges, header.body)


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read the rows of a table file. A workbook that is nothing but text with tabs or commas is read as such."""
    if path.suffix.lower() in (".csv", ".tsv"):
        return read_delimited(path, options)
    raw = load(path, options)
    return read_delimited(path, options) if what_it_is(raw) is None else read_workbook(path, raw, options)


def read_workbook(path: Path, raw: bytes, options: ReadOptions) -> list[SourceText]:
    """Read all sheets that have a column of texts; with several such sheets the unit begins with the sheet's name."""
    sheets = sheets_of(raw, options)
    found = [
        (name, sheet, header)
        for name, sheet in sheets.items()
        if (header := find_header(sheet.rows, options, sheet.merges))
    ]
    if not found:
        raise no_text_column([cell for sheet in sheets.values() for cell in names_seen(sheet.rows)], options)
    for _, sheet, header in found:
        refuse_missing(header.names, header.columns, options)
        refuse_marked((cell_text(cell) for row in sheet.rows[: header.body] for cell in row), options)
    refuse_marked_cells((cell for sheet in sheets.values() for row in sheet.rows for cell in row), options)
    encoding = path.suffix.lower()[1:]
    texts = [
        text
        for name, sheet, header in found
        for text in texts_of(sheet.numbered(header), header, encoding, f"{name}!" if len(found) > 1 else "")
    ]
    refuse_uncalculated(raw, {sheet.left + at + 1 for _, sheet, header in found for at in header.columns.texts})
    return unique_units(checked(texts, options))


def sheets_of(raw: bytes, options: ReadOptions) -> dict[str, Sheet]:
    """Return every worksheet by its name, whatever holds them."""
    kind = what_it_is(raw) or ""
    markup = sheet_markup.of_web_page if kind.startswith("网页") else sheet_markup.of_excel_xml
    if kind.startswith(("网页", EXCEL_XML)):
        return {name: Sheet(spread(rows, merges), 0, merges) for name, (rows, merges) in markup(raw).items()}
    refuse_other_kinds(kind, raw, options)
    return load_sheets(raw)


def refuse_uncalculated(raw: bytes, columns: Collection[int]) -> None:
    """Say so where texts are missing because a program wrote formulas and nothing has worked them out."""
    if raw.startswith(b"PK") and any(
        column_number(letters) in columns for xml in sheet_parts(raw) for letters in UNCALCULATED.findall(xml)
    ):
        raise UnreadableFile("正文一列的公式没有存下计算结果，读不出文字", "用 Excel 或 WPS 打开、保存一次，再读")


def sheet_parts(raw: bytes) -> Iterator[bytes]:
    """Yield the XML of every sheet of an .xlsx."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        for name in archive.namelist():
            if re.fullmatch(r"xl/worksheets/.*\.xml", name):
                yield archive.read(name)


def refuse_other_kinds(kind: str, raw: bytes, options: ReadOptions) -> None:
    """Let only workbooks pass, and of those only ones that unpack within bounds."""
    if "有密码" in kind:
        raise UnreadableFile("文件有密码", "去掉密码另存一份，再读")
    if not kind.startswith(("Excel", "旧版 Excel", "OpenDocument 表格", "ZIP 压缩包", "旧版 Office 文件")):
        raise UnreadableFile(f"不是 Excel 工作簿，其实是{kind}", "用 Excel 或 WPS 打开，另存为 .xlsx")
    if raw.startswith(b"PK"):
        check_zip(raw, options, read_all=True)
        check_extent(max(map(extent, sheet_parts(raw)), default=0))
        check_extent(extent_of_ods(raw) if kind.startswith("OpenDocument") else 0)
    else:
        book = stream(raw, "Workbook") or stream(raw, "Book")
        if not book:  # calamine would follow a circle of sectors until the memory is full
            raise UnreadableFile("工作簿已损坏或不完整", DAMAGED_FIX)
        check_extent(extent_of_records(book))


def check_extent(n_cells: int) -> None:
    """Refuse a sheet whose filled cells span too large a box: one stray cell in the last row is enough."""
    if n_cells > MAX_CELLS:
        size = f"{n_cells / 1e6:.0f} 百万个单元格"
        raise UnreadableFile(f"表格范围太大：约 {size}", "删去数据区以外零散的单元格，另存一份再读")


def extent(xml: bytes) -> int:
    """Return how many cells the box round all filled cells of a sheet has."""
    rows, columns = set(), set()
    for column, row in FILLED_CELL.findall(xml):
        rows.add(row)
        columns.add(column)
    return box([int(row) for row in rows], [column_number(column) for column in columns])


def box(rows: Collection[int], columns: Collection[int]) -> int:
    """Return how many cells the box round some rows and columns has."""
    return (max(rows) - min(rows) + 1) * (max(columns) - min(columns) + 1) if rows and columns else 0


def extent_of_records(book: bytes) -> int:
    """Return the cells of the largest sheet of an old workbook, laid out in full or as it announces ([MS-XLS] 2.4)."""
    largest = at = 0
    rows: set[int] = set()
    columns: set[int] = set()
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        body = book[at + 4 : at + 4 + size]
        if kind == SHEET_BEGINS:
            largest, rows, columns = max(largest, box(rows, columns)), set(), set()
        elif kind == DIMENSIONS and size in (10, 14) and len(body) == size:
            first, last, left, right = struct.unpack_from("<IIHH" if size == 14 else "<HHHH", body)
            largest = max(largest, (last - first) * (right - left))
        elif kind in CELL_RECORDS and len(body) >= 4:
            row, column = struct.unpack_from("<HH", body)
            rows.add(row)
            columns.add(column)
            if kind == SEVERAL_CELLS and len(body) >= 6:
                columns.add(struct.unpack_from("<H", body, len(body) - 2)[0])
        at += 4 + size
    return max(largest, box(rows, columns))


def column_number(letters: bytes) -> int:
    """Turn the letters of a column into its number: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def load_sheets(raw: bytes) -> dict[str, Sheet]:
    """Return every worksheet by its name."""
    import python_calamine

    try:
        with python_calamine.load_workbook(io.BytesIO(raw)) as book:
            kinds = {sheet.name: sheet.typ for sheet in book.sheets_metadata}
            names = [name for name in book.sheet_names if kinds[name] == python_calamine.SheetTypeEnum.WorkSheet]
            opened = {name: book.get_sheet_by_name(name) for name in names}
            return {name: laid_out(sheet, raw) for name, sheet in opened.items()}
    except python_calamine.PasswordError as fault:
        raise UnreadableFile("文件有密码", "去掉密码另存一份，再读") from fault
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise UnreadableFile("工作簿已损坏或不完整", DAMAGED_FIX) from fault
    except BaseException as fault:  # a panic of the Rust library is no Exception
        if type(fault).__name__ != "PanicException":
            raise
        raise UnreadableFile("工作簿已损坏", DAMAGED_FIX) from fault


def laid_out(sheet: Any, raw: bytes) -> Sheet:
    """The rows of a sheet of calamine's, with what is merged in every row."""
    merges = merges_of(sheet, raw)
    return Sheet(spread(sheet.to_python(), merges), (sheet.start or (0, 0))[1], merges)


def read_delimited(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a .csv or .tsv of any encoding, separated by comma, semicolon or tab."""
    raw = load_lines(path, options)
    if (kind := what_it_is(raw)) and kind.startswith("网页"):
        raise UnreadableFile("不是 CSV，其实是网页（HTML）", "用 Excel 或 WPS 打开，另存为 .xlsx")
    decoded = decode(raw)
    text = re.sub(r"\A\ufeff?sep=.\r?\n", "", decoded.text.replace("\x00", ""), flags=re.IGNORECASE)
    delimiter = sniff_delimiter(text, options)
    rows = parse_csv(text, delimiter)
    if (header := find_header(rows, options)) is None:
        raise no_text_column(names_seen(rows), options)
    refuse_missing(header.names, header.columns, options)
    refuse_marked((cell for row in rows[: header.body] for cell in row), options)
    if "密" in text:
        refuse_marked_cells((cell for row in rows for cell in row), options)
    body = whole_rows(rows[header.body :], len(rows[header.top]), header.columns, delimiter)
    return unique_units(checked(texts_of([*rows[: header.body], *body], header, decoded.encoding), options))


def sniff_delimiter(text: str, options: ReadOptions) -> str:
    """Return the delimiter under which a column of texts shows, the one with most columns; otherwise the comma."""
    head = text[:20_000]
    best, most = ",", 0
    for delimiter in (",", "\t", ";"):
        rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
        header = find_header(rows, options)
        if header and len(rows[header.top]) > most:
            best, most = delimiter, len(rows[header.top])
    return best


def parse_csv(text: str, delimiter: str) -> list[list[str]]:
    """Return all rows; a quotation mark left open would swallow the rest of the file, so it is a fault."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    lines = text if text.endswith(("\n", "\r")) else text + "\n"
    try:
        rows = list(csv.reader(io.StringIO(lines + CSV_END, newline=""), delimiter=delimiter))
    except csv.Error as fault:
        raise UnreadableFile(f"CSV 格式有误（{fault}）", "用 Excel 或 WPS 打开，另存为 .xlsx") from fault
    if rows.pop() != [CSV_END]:
        raise UnreadableFile("CSV 的引号没有配对，后面的行被吞进一个单元格", "检查引号，或另存为 .xlsx")
    return rows


def whole_rows(rows: list[list[str]], width: int, columns: Columns, delimiter: str) -> list[list[str]]:
    """Mend rows with too many cells: a delimiter inside an unquoted text in the last column belongs to the text.

    Other rows of a wrong length are faults: read as they are, they would lose text without a word.
    """
    short = {number for number, row in enumerate(rows, start=1) if len(row) <= max(columns.texts) and any(row)}
    if short:
        raise UnreadableFile(
            f"数据的单元格比表头少：{row_numbers(short)}", "给含换行的单元格加上引号，删去表尾的说明，或另存为 .xlsx"
        )
    wide = {number for number, row in enumerate(rows, start=1) if any(cell.strip() for cell in row[width:])}
    if wide and max(columns.texts) != width - 1:
        raise UnreadableFile(f"数据的单元格比表头多：{row_numbers(wide)}", "给含逗号的单元格加上引号，或另存为 .xlsx")
    return [
        [*row[: width - 1], delimiter.join(row[width - 1 :])] if number in wide else row
        for number, row in enumerate(rows, start=1)
    ]


def row_numbers(numbers: set[int]) -> str:
    """Write out row numbers for a message, the first ten of them."""
    shown = "、".join(map(str, sorted(numbers)[:10]))
    return f"第 {shown}" + (f" 等 {len(numbers)} 行" if len(numbers) > 10 else " 行")
