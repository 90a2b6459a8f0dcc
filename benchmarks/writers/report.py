"""The report that every program writes: its blocks, what stands beside them, and what a right reading gives."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "tests" / "cases" / "formats" / "18_红头_落款_后附清单.txt"
NOTE = "抽样办法见附件二，问卷由各部门机关党委匿名组织填写，回收率为百分之九十三点四。"
NOTED = "对214个支部逐个建档"  # the note hangs here
BOX = "编者提示：本期数据截至2024年9月底，覆盖32个市直部门、214个党支部。"
BOXED = "一支部一品牌"  # the box stands behind the paragraph that has this
DELETED = "（原稿：个别支部全年未召开一次组织生活会，建议点名通报）"
STRUCK = "两项工作在时间上冲突"  # the deleted words stand before this
COMMENT = "此处比例请党建办复核后再定。"
HEADER, FOOTER = "市直机关党建调研专刊　第17期", "内部资料　注意保存"
ENDS = re.compile(r"(?<=[。！？；])")
NUMBER = re.compile(r"[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）|\d{1,2}[.．]")
COLUMNS = ("存在问题", "原因分析", "整改措施")
LEDGER_HEAD = ("序号", *COLUMNS, "责任单位", "完成时限")


@dataclass(frozen=True)
class Block:
    """A paragraph of the report: its kind (red, title, h1, h2, item, p, sign, annex) and its words."""

    kind: str
    text: str

    @property
    def number(self) -> str:
        """The number that it begins with."""
        found = NUMBER.match(self.text)
        return found.group() if found else ""

    @property
    def words(self) -> str:
        """What stands behind its number."""
        return self.text[len(self.number) :]


@dataclass(frozen=True)
class Report:
    """The whole report."""

    blocks: tuple[Block, ...]
    rows: tuple[tuple[str, ...], ...]  # of the table, its header first
    sentences: tuple[tuple[str, tuple[str, ...]], ...] = field(default=())  # and the headings above each

    @property
    def headings(self) -> list[Block]:
        """The headings, which the contents list too."""
        return [block for block in self.blocks if block.kind in ("h1", "h2")]


def the_report() -> Report:
    """Read the report from its text."""
    lines = [line.strip() for line in SOURCE.read_text(encoding="utf-8").split("\n") if line.strip()]
    at_table = next(at for at, line in enumerate(lines) if "\t" in line)
    blocks = tuple(Block(kind_of(line, at), line) for at, line in enumerate(lines[:at_table]))
    rows = tuple(tuple(line.split("\t")) for line in lines[at_table:])
    return Report(blocks, rows, tuple(sentences_of(blocks)))


def kind_of(line: str, at: int) -> str:
    """Tell what a line of the text is."""
    if at < 2:
        return "red"
    if at == 2:
        return "title"
    if line.startswith("附件"):
        return "annex"
    if NUMBER.match(line):
        return "item" if line[0].isdigit() else "h2" if line[0] == "（" else "h1"
    return "p" if line.endswith(("。", "：")) else "sign"


def sentences_of(blocks: tuple[Block, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """Cut the paragraphs into sentences, each with the headings above it."""
    found, above = [], {}
    for block in blocks:
        if block.kind in ("h1", "h2"):
            above = {kind: text for kind, text in above.items() if kind < block.kind} | {block.kind: block.text}
        elif block.kind in ("p", "item"):
            found += [(each, tuple(above.values())) for each in ENDS.split(block.words) if each]
    return found


def without_numbers(report: Report) -> Report:
    """The report whose headings have no numbers, as on the web or where a style alone makes a heading."""
    blocks = tuple(replace(b, text=b.words) if b.kind in ("h1", "h2") else b for b in report.blocks)
    return replace(report, blocks=blocks, sentences=tuple(sentences_of(blocks)))


def the_ledger() -> list[list[str]]:
    """Rows of a ledger below its titles: four rows, the problem of the last in two lines: thirteen texts."""
    more = "主题党日与业务脱节。\n组织生活记录不全。"
    cause, remedy = "支部设置与业务条线不对应。", "年底前把支部建到业务处室。"
    return [
        *(["市直机关党建与业务融合问题台账"], ["填报日期：2024年10月18日"]),
        *map(list, the_report().rows),
        ["4", more, cause, remedy, "各支部", "2025年9月底"],
    ]
