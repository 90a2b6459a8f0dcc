"""Find the columns of a table file by their headers, and turn its rows into texts."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest

from nlp.base.errors import UnreadableFile
from nlp.readers.registers.register import one_name, part_columns
from nlp.readers.source import ReadOptions, SourceText, label

Cell = object  # str, int, float, bool, None or a date, as the libraries give them
NAMES: dict[str, tuple[str, ...]] = {  # field → header names, the best first
    "text": (
        "正文",
        "全文",
        "内容",
        "文本",
        "text",
        "content",
        "材料",
        "段落",
        "摘要",
        "原文",
        "body",
        "abstract",
        "summary",
    ),
    "title": ("标题", "题目", "名称", "篇名", "题名", "title", "name"),
    "organ": ("单位", "报送单位", "单位名称", "组织", "部门", "来源单位", "organ", "organization", "unit"),
    "kind": ("单位类别", "单位类型", "单位性质", "类别", "kind_of_unit", "kind"),
    "date": (
        "日期",
        "时间",
        "报送日期",
        "报送时间",
        "成文日期",
        "发布日期",
        "发布时间",
        "date",
        "年份",
        "年度",
        "year",
    ),
    "genre": ("文体", "类型", "文种", "体裁", "genre", "type"),
    "id": ("编号", "序号", "id", "passage_id", "document_id", "号", "no", "no."),
}
ENDINGS = ("正文", "全文", "内容", "文本", "材料", "摘要")  # 调研报告正文, 主要内容 and the like
MAX_HEADER_ROW = 10  # a title line or two may stand above the header
MAX_HEADER_CHARS = 60


@dataclass(frozen=True)
class Columns:
    """Where a table keeps what: positions from 0, ``None`` where it has no such column."""

    text: int  # of a register, the first of its texts
    title: int | None = None
    organ: int | None = None
    kind: int | None = None
    date: int | None = None
    genre: int | None = None
    id: int | None = None
    parts: tuple[tuple[int, str], ...] = ()  # of a register: the columns whose texts a row consists of, and their names

    @property
    def texts(self) -> tuple[int, ...]:
        """All columns that are read as text."""
        return tuple(at for at, _ in self.parts) or (self.text,)

    @cached_property
    def told(self) -> tuple[tuple[str, int], ...]:
        """Fields of a text beside the text itself that the table has, and their columns."""
        places = {
            "id": self.id,
            "title": self.title,
            "organ": self.organ,
            "kind_of_unit": self.kind,
            "date": self.date,
            "genre": self.genre,
        }
        return tuple((name, at) for name, at in places.items() if at is not None)


def find_columns(header: Sequence[Cell], options: ReadOptions) -> Columns | None:
    """Recognise the columns of a header row; ``None`` if it has no column of texts."""
    names = [normal(cell) for cell in header]
    text = position(names, "text", options)
    parts = parts_of(header, text, options)
    if text is None and not parts:
        return None
    rest = {field: position(names, field, options) for field in NAMES if field != "text"}
    texts = [at for at, _ in parts] if text is None or parts else [text]
    return Columns(
        text=texts[0], parts=parts, **{field: (at if at not in texts else None) for field, at in rest.items()}
    )


def parts_of(header: Sequence[Cell], text: int | None, options: ReadOptions) -> tuple[tuple[int, str], ...]:
    """The columns of a register whose texts a row consists of, and their names; none if one column is asked for."""
    if options.text_column is not None or not options.column_hints:
        return ()
    cells = dict(enumerate(map(cell_text, header)))
    parts = part_columns(cells, options.column_hints)
    if parts and text is not None:
        parts.setdefault(text, one_name(cells[text]))
    return tuple(sorted(parts.items()))


def position(names: list[str], field: str, options: ReadOptions) -> int | None:
    """Return where the column of ``field`` is: the one asked for, else the best known name."""
    if (wanted := getattr(options, f"{field}_column")) is not None:
        return names.index(normal(wanted)) if normal(wanted) in names else None
    for name in NAMES[field]:
        if name in names:
            return names.index(name)
    if field == "text":
        return next((at for at, name in enumerate(names) if len(name) <= 12 and name.endswith(ENDINGS)), None)
    return None


def normal(cell: Cell) -> str:
    """Fold a header for comparison: one width, lower case, without spaces, remarks in brackets and colons."""
    text = cell_text(cell)
    if len(text) > MAX_HEADER_CHARS:
        return ""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\(.*?\)|[\s:*\ufeff]", "", folded)


def find_header(rows: Sequence[Sequence[Cell]], options: ReadOptions) -> tuple[int, Columns] | None:
    """Return the position of the header row and its columns: the first row that has a column of texts.

    Above it only title lines may stand, which fill fewer cells; otherwise a data row could be taken for the header.
    Of a header of two rows, whose cells are merged, the lower one counts, with the names above its blanks.
    """
    most = 0
    above: Sequence[Cell] = ()
    for at, row in enumerate(rows[:MAX_HEADER_ROW]):
        header = under(above, row)
        n_filled = sum(map(is_filled, header))
        if columns := find_columns(header, options):
            return (at, columns) if most <= 1 or most < n_filled else None
        most, above = max(most, sum(map(is_filled, row))), row
    return None


def under(above: Sequence[Cell], row: Sequence[Cell]) -> Sequence[Cell]:
    """A row with its blanks filled from the row above, if the two together are a header with merged cells.

    A name that spans several columns stands above the first of them: the lower row has a name where the upper one has
    none. A title line has one cell, and is no part of the header.
    """
    pairs = list(zip_longest(above, row, fillvalue=""))
    across = any(is_filled(lower) and not is_filled(upper) for upper, lower in pairs)
    down = any(is_filled(upper) and not is_filled(lower) for upper, lower in pairs)
    if not (across and down) or sum(map(is_filled, above)) <= 1:
        return row
    return [lower if is_filled(lower) else upper for upper, lower in pairs]


def is_filled(cell: Cell) -> bool:
    """Whether a cell has something in it."""
    return bool(cell_text(cell).strip())


def names_seen(rows: Sequence[Sequence[Cell]]) -> Sequence[Cell]:
    """What most likely are the names of the columns: the first row that is no title line, and what it spans."""
    filled = [row for row in rows[:MAX_HEADER_ROW] if any(map(is_filled, row))]
    top = next((at for at, row in enumerate(filled) if sum(map(is_filled, row)) > 1), 0)
    header, *rest = filled[top : top + 2] or [()]
    return next((joint for lower in rest if (joint := under(header, lower)) is not lower), header)


def no_text_column(headers: Iterable[Cell], options: ReadOptions) -> UnreadableFile:
    """Compose the fault of a table without a column of texts, naming the columns that were seen."""
    seen = [name for cell in headers if (name := cell_text(cell).strip())]
    shown = "、".join(name[:20] for name in seen[:12]) + ("…" if len(seen) > 12 else "")
    wanted = f"没有“{options.text_column}”这一列" if options.text_column else "认不出哪一列是正文"
    return UnreadableFile(f"{wanted}；看到的列：{shown or '（无）'}", "用 --text-column 列名 指定正文所在的列")


def row_text(row: Sequence[Cell], columns: Columns, number: int, encoding: str, prefix: str = "") -> SourceText:
    """Turn one row into a text; ``number`` names a row that has no id."""
    told = {name: one_line(cell_text(row[at])) for name, at in columns.told if at < len(row)}
    return SourceText(
        unit=f"{prefix}{told.pop('id', None) or number}",
        encoding=encoding,
        text=text_of(row, columns),
        **told,
    )


def text_of(row: Sequence[Cell], columns: Columns) -> str:
    """The text of a row; of a register, a line under the name of its column for every line of its texts."""
    if not columns.parts:
        return cell_text(row[columns.text]) if columns.text < len(row) else ""
    cells = ((name, cell_text(row[at])) for at, name in columns.parts if at < len(row))
    return "\n".join(label(name, line) for name, cell in cells for line in cell.splitlines() if line.strip())


def one_line(value: str) -> str | None:
    """Put the value of a narrow column on one line, without control characters and lone surrogates; nothing is None."""
    value = value.strip()
    if value.isascii() and value.isprintable() and "  " not in value:  # most ids
        return value or None
    spaced = re.sub(r"[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\ufeff]+", " ", value)
    return re.sub(r"[\ud800-\udfff]", "", spaced).strip() or None


def cell_text(value: Cell) -> str:
    """Write a cell as the user sees it: 2023, not 2023.0; a date without a midnight."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    return str(value)


def unique_units(texts: Sequence[SourceText]) -> list[SourceText]:
    """Tell rows of one id apart by their occurrence: the key of the table must not repeat."""
    from dataclasses import replace

    taken, result = {text.unit for text in texts}, []
    seen: set[str | None] = set()
    for text in texts:
        unit, n = text.unit, 1
        while unit in seen or (n > 1 and unit in taken):
            n += 1
            unit = f"{text.unit}（第 {n} 次出现）"
        seen.add(unit)
        result.append(text if unit == text.unit else replace(text, unit=unit))
    return result
