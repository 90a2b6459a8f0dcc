"""Find the columns of a table by their headers; where one that was asked for is missing, say which were seen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from nlp.base.errors import UnreadableFile
from nlp.readers.registers.cells import Cell, cell_text
from nlp.readers.registers.register import one_name, part_columns
from nlp.readers.source import ReadOptions

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
    "organ": (
        "单位",
        "报送单位",
        "填报单位",
        "单位名称",
        "组织",
        "党组织",
        "党组织名称",
        "部门",
        "来源单位",
        "责任单位",
        "整改单位",
        "牵头单位",
        "责任部门",
        "organ",
        "organization",
        "unit",
    ),
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
ENDINGS = {  # field → how other headers of it end; 调研报告正文, 主要内容 and the like
    "text": re.compile("(?:正文|全文|内容|文本|材料|摘要)$"),
    "organ": re.compile(
        "(?:报送|填报|上报|所属|所在|被巡察|被检查|存在问题|整改|责任|主责|主体|牵头)的?"
        "(?:单位|部门|党组织|党支部|支部|处室|科室)(?:名称)?$"
    ),
}
LONGEST_ENDING = 12  # characters of a header that is told by its end
MAX_HEADER_CHARS = 60
SHOWN_NAMES, SHOWN_CHARS = 12, 30  # of the columns that a message names


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
    cells = [cell_text(cell) for cell in header]
    names = [normal(cell) for cell in cells]
    text = position(cells, names, "text", options)
    parts = parts_of(header, text, options)
    if text is None and not parts:
        return None
    rest = {field: position(cells, names, field, options) for field in NAMES if field != "text"}
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


def position(header: Sequence[str], names: Sequence[str], field: str, options: ReadOptions) -> int | None:
    """Return where the column of ``field`` is: the one asked for, else the best known name."""
    if (wanted := wanted_column(field, options)) is not None:
        found = called(header, wanted)
        return found[0] if len(found) == 1 else None
    for name in NAMES[field]:
        if name in names:
            return names.index(name)
    if (ending := ENDINGS.get(field)) is None:
        return None
    return next((at for at, name in enumerate(names) if len(name) <= LONGEST_ENDING and ending.search(name)), None)


def wanted_column(field: str, options: ReadOptions) -> str | None:
    """The name of the column that was asked for ``field``."""
    wanted: str | None = getattr(options, f"{field}_column")
    return wanted


def called(header: Sequence[str], wanted: str) -> list[int]:
    """The columns that bear a name: as it is written if there is one, else but for width, case, blanks and marks.

    A name without remarks in brackets may leave them out where no other column differs by them alone.

    >>> called(["存在问题（可多选）", "存在问题（请说明）"], "存在问题(请说明)")
    [1]
    >>> called(["存在问题（可多选）", "存在问题（请说明）"], "存在问题")
    [0, 1]
    """
    if wanted.strip() and wanted in header:
        return [header.index(wanted)]
    for alike in (
        (with_remarks, without_remarks) if with_remarks(wanted) == without_remarks(wanted) else (with_remarks,)
    ):
        name = alike(wanted)
        if name and (found := [at for at, cell in enumerate(header) if alike(cell) == name]):
            return found
    return []


def normal(cell: Cell) -> str:
    """Fold a header for comparison with known names, which are short."""
    text = cell_text(cell)
    return "" if len(text) > MAX_HEADER_CHARS else without_remarks(text)


def with_remarks(name: str) -> str:
    """Fold a name: one width, lower case, without blanks, colons and stars."""
    return re.sub(r"[\s:*\ufeff]", "", unicodedata.normalize("NFKC", name).lower())


def without_remarks(name: str) -> str:
    """Fold a name and leave out what stands in brackets."""
    return re.sub(r"\(.*?\)", "", with_remarks(name))


def no_text_column(headers: Iterable[Cell], options: ReadOptions) -> UnreadableFile:
    """Compose the fault of a table without a column of texts, naming the columns that were seen."""
    if options.text_column is not None:
        return no_column(headers, "text", options.text_column)
    return UnreadableFile(
        f"认不出哪一列是正文；看到的列：{shown_names(headers)}", "用 --text-column 列名 指定正文所在的列"
    )


def no_column(headers: Iterable[Cell], field: str, wanted: str) -> UnreadableFile:
    """Compose the fault of a table where no column, or no single one, is the one asked for."""
    names = [cell_text(cell) for cell in headers]
    several = called(names, wanted)
    what = f"“{wanted}”对得上 {len(several)} 列" if len(several) > 1 else f"没有“{wanted}”这一列"
    seen = shown_names([names[at] for at in several] if len(several) > 1 else names)
    what_for = {"text": "正文", "id": "编号"}.get(field, "它")
    return UnreadableFile(f"{what}；看到的列：{seen}", f"用 --{field}-column 写明{what_for}所在的列，列名照表头抄全")


def refuse_missing(header: Sequence[Cell], columns: Columns, options: ReadOptions) -> None:
    """Refuse a table with texts that lacks another column which was asked for: nothing takes its place silently."""
    for field in NAMES:
        if field != "text" and (wanted := wanted_column(field, options)) is not None:
            at = getattr(columns, field)
            if at is None and not called([cell_text(header[at]) for at in columns.texts if at < len(header)], wanted):
                raise no_column(header, field, wanted)


def shown_names(headers: Iterable[Cell]) -> str:
    """Write out the names of columns for a message, the first of them, each cut where it is long."""
    seen = [" ".join(name.split()) for cell in headers if (name := cell_text(cell).strip())]
    cut = [name if len(name) <= SHOWN_CHARS else f"{name[:SHOWN_CHARS]}…" for name in seen[:SHOWN_NAMES]]
    return "、".join(cut) + ("…" if len(seen) > SHOWN_NAMES else "") or "（无）"
