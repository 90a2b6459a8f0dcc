"""Counts every number of a draft again from its workbook, as anybody could."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl

from nlp.tables import EVIDENCE
from nlp.tables.heads import heads

MARK = re.compile(r"〔证据 (\d+)〕")
DIGITS = re.compile(r"[0-9０-９]+|[〇零一二三四五六七八九十百千万两]+(?=[份段篇条个家成倍项种类年月天次])")
NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
CAPTION = re.compile(r"^([图表]) (\d+)　")
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Pair:
    """A draft and its workbook, as files."""

    draft: Path
    workbook: Path


def sheets_of(path: Path) -> dict[str, Rows]:
    """The workbook as anybody reads it: sheet → rows."""
    book = openpyxl.load_workbook(path, read_only=True)
    read = {}
    for sheet in book.worksheets:
        head, *rows = sheet.iter_rows(values_only=True)
        read[sheet.title] = [dict(zip(head, row, strict=True)) for row in rows]
    return read


def texts_of(path: Path) -> list[tuple[str, str]]:
    """(style, text) of every paragraph, and (“row”, cells joined by tabs) of every row of a table but its head."""
    document = docx.Document(str(path))
    texts = [(str(p.style.name), p.text) for p in document.paragraphs]
    rows = [row for table in document.tables for row in table.rows[1:]]
    return texts + [("row", "\t".join(cell.text for cell in row.cells)) for row in rows]


def recomputed(entry: dict[str, Any], sheets: dict[str, Rows]) -> float | str:
    """What the workbook says where ``entry`` of the evidence sheet points."""
    wanted = [line.partition(" = ")[::2] for line in (entry["filter"] or "").split("\n") if line]
    rows = [
        row
        for row in sheets[entry["sheet"]]
        if all(("" if row[column] is None else str(row[column])) == value for column, value in wanted)
    ]
    cells = [row[entry["column"]] for row in rows] if entry["column"] else []
    if entry["how"] == "行数":
        return float(len(rows))
    if entry["how"] == "非空行数":
        return float(sum(cell is not None for cell in cells))
    if entry["how"] in ("最早年份", "最晚年份"):
        years = [float(str(cell)[:4]) for cell in cells if cell is not None]
        return min(years) if entry["how"] == "最早年份" else max(years)
    (cell,) = cells
    if isinstance(cell, int | float):
        number = abs(cell) if entry["how"] == "绝对值" else float(cell)
        return number * 100 if entry["unit"] in ("%", "百分点") else number
    text = str(cell)
    if entry["how"] == "片段":
        text = text[entry["slice_start"] : entry["slice_end"]]
    return text.translate(str.maketrans("“”\n\t", "‘’  "))


def agrees(shown: str, found: float | str) -> bool:
    """Whether what is written is what was found: text to the character, a number to half its last digit."""
    if isinstance(found, str):
        return shown == found
    decimals = len(shown.partition(".")[2])
    return abs(float(shown) - found) <= 0.5 * 10**-decimals + 1e-9


def faults_of(pair: Pair) -> list[str]:
    """Everything in the draft that the workbook does not bear out."""
    sheets = sheets_of(pair.workbook)
    statements: dict[int, Rows] = {}
    names = {head: name for name, head in heads(EVIDENCE).items()}
    for found_row in sheets["证据"]:
        row = {names[head]: value for head, value in found_row.items()}
        statements.setdefault(int(row["number"]), []).append(row)
    faults, told, captions = [], [], []
    for style, text in texts_of(pair.draft):
        covered = [hit.span() for hit in MARK.finditer(text)]
        for number in (int(n) for n in MARK.findall(text)):
            told.append(number)
            at = text.find(statements[number][0]["statement"])
            if at < 0:
                faults.append(f"句子与证据表不同：{number} {text}")
                continue
            for entry in statements[number]:
                shown = text[at + entry["start"] : at + entry["end"]]
                covered.append((at + entry["start"], at + entry["end"]))
                if not agrees(shown, found := recomputed(entry, sheets)):
                    faults.append(f"证据 {number}：写的是 {shown}，算得 {found}")
        if style == "Caption":
            captions.append(CAPTION.match(text).groups())
            covered.append(CAPTION.match(text).span())
        if style.startswith("Heading") and (hit := NUMBERING.match(text)):
            covered.append(hit.span())
        faults += [
            f"没有证据的数字：{hit.group()} {text}"
            for hit in DIGITS.finditer(text)
            if not any(begin <= hit.start() and hit.end() <= end for begin, end in covered)
        ]
    if sorted(told) != sorted(statements):
        faults.append("证据编号与证据表不是一一对应")
    for kind in "图表":
        numbers = [int(number) for of, number in captions if of == kind]
        if numbers != list(range(1, len(numbers) + 1)):
            faults.append(f"{kind}的编号不连续：{numbers}")
    return faults
