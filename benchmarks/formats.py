"""One report and one ledger in every format by real programs, read back: what comes whole, what is lost?

    python benchmarks/formats.py [--only .pdf] [--keep DIR]

LibreOffice and Chromium of this machine and the packages of requirements-formats.txt write; what is not there is named
and left out. A line a file: sentences whole in one passage, of these under their headings; cells of the table as texts
under their columns; what is in that should be out, what is missing, and texts that are none of the report. easyofd
(OFD) needs PyMuPDF and stands in no requirements: install it to have its line. Exit status 1 if a line is not right.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import pandas as pd  # noqa: E402
from writers import office, printed, sheets  # noqa: E402
from writers.report import (  # noqa: E402
    BOX,
    COLUMNS,
    COMMENT,
    DELETED,
    FOOTER,
    HEADER,
    NOTE,
    Report,
    the_ledger,
    the_report,
    without_numbers,
)

from nlp.corpus.folder import Corpus, open_corpus  # noqa: E402
from nlp.run.notebook import read_documents, segment  # noqa: E402

LOSSY = (".ofd", ".rtf")  # of these one sentence may be lost
FOREIGN = {  # writer, label → what the file itself does not have, or cannot tell
    ("python-docx", ".docx"): (NOTE,),
    ("reportlab", ".pdf"): (NOTE,),
    ("手打", ".txt"): (NOTE, BOX),
    ("手打", ".md"): (BOX,),
    ("LibreOffice", ".txt"): (NOTE, BOX),
    ("LibreOffice", ".html"): (BOX,),  # a frame that stands in a line is not exported
    ("LibreOffice", ".xhtml"): (BOX,),
}
UNMARKED = {  # writer, label → what stands in the file like any other text, and what should
    ("LibreOffice", ".html"): {DELETED: ""},
    ("LibreOffice", ".xhtml"): {DELETED: ""},
    ("LibreOffice", ".txt"): {DELETED: "", "建档1": "建档"},
}


@dataclass(frozen=True)
class Line:
    """What came back of one file."""

    label: str
    writer: str
    whole: str
    under: str
    cells: str
    wrong: str  # what is not as it should be; empty if all is right


def files(folder: Path) -> Iterator[tuple[str, str, Path | str, bool]]:
    """Yield label, writer and file (or why there is none) of the report; and whether its headings are numbered."""
    report = the_report()
    plain = without_numbers(report)
    for writer, write, numbered in (
        ("LibreOffice", lambda: office.by_libreoffice(report, folder), True),
        ("python-docx", lambda: [(".docx", office.by_python_docx(report, folder))], True),
        ("手打", lambda: printed.by_hand(report, folder), True),
        ("Chromium", lambda: printed.by_chromium(report, folder), True),
        ("WeasyPrint", lambda: printed.by_weasyprint(report, folder), True),
        ("typst", lambda: printed.by_typst(report, folder), True),
        ("reportlab", lambda: [(".pdf", printed.by_reportlab(report, folder))], True),
        ("easyofd", lambda: [(".ofd", printed.by_easyofd(folder / "report.pdf.d" / "report.pdf", folder))], True),
        ("LibreOffice 无编号", lambda: office.unnumbered_by_libreoffice(plain, new(folder)), False),
        ("python-docx 无编号", lambda: [(".docx", office.by_python_docx(plain, new(folder)))], False),
        ("手打 无编号", lambda: list(printed.by_hand(plain, new(folder)))[1:], False),
    ):
        try:
            with redirect_stdout(sys.stderr):  # easyofd prints every word
                written = list(write())
            for label, path in written:
                yield label, writer, path, numbered
        except (ImportError, OSError, StopIteration) as lacking:
            yield "", writer, f"没有写成（{type(lacking).__name__}：{lacking}）", numbered


def new(folder: Path) -> Path:
    """Return the folder of the reports without numbers."""
    inner = folder / "plain"
    inner.mkdir(exist_ok=True)
    return inner


def tables(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield label, writer and file of the ledger."""
    book = sheets.by_openpyxl(folder)
    yield ".xlsx", "openpyxl", book
    yield ".xlsx", "XlsxWriter", sheets.by_xlsxwriter(folder)
    for label, path in sheets.by_hand(folder):
        yield label, "手打", path
    for label, path in sheets.by_libreoffice(book):
        yield label, "LibreOffice", path


def bare(text: str) -> str:
    """Return a text without blanks."""
    return re.sub(r"\s+", "", text)


def passages_of(path: Path, corpus: Corpus) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read a file as the program does: its documents and its passages, blanks left out."""
    documents = read_documents(path, corpus=corpus)
    passages = segment(documents, corpus.lexicon)
    return documents, passages.assign(text=passages["text"].map(bare), section=passages["section"].map(bare))


def judged(label: str, writer: str, path: Path, report: Report, corpus: Corpus) -> Line:
    """Judge what came back of the report."""
    documents, passages = passages_of(path, corpus)
    lacking = FOREIGN.get((writer.split()[0], label), ())
    unmarked = UNMARKED.get((writer.split()[0], label), {})
    for text, right in unmarked.items():
        passages["text"] = passages["text"].str.replace(bare(text), right)
    whole = under = 0
    for sentence, above in report.sentences:
        wanted = bare(sentence)
        found = [
            section
            for section, text in zip(passages["section"], passages["text"], strict=True)
            if wanted in text or (wanted.endswith("。") and wanted[:-1] in section)
        ]
        whole += bool(found)
        under += any(all(bare(each) in section for each in above) for section in found)
    cells = [bare(cell) for row in report.rows[1:] for cell in row[1:4]]
    wrong = [f"留着：{each[:8]}" for each in (DELETED, COMMENT, HEADER, FOOTER) if within(each, passages)]
    wrong += [
        f"缺：{each[:6]}" for each in (NOTE, BOX) if each not in lacking and passages["text"].eq(bare(each)).sum() != 1
    ]
    wrong += [f"多出：{each[:16]}" for each in strays(passages, report)]
    wrong += titled(documents, report)
    right = sum(is_cell(passages, cell, COLUMNS[n % 3]) for n, cell in enumerate(cells))
    least = len(report.sentences) - (label in LOSSY)
    if whole < least or under < least or right < len(cells):
        wrong.insert(0, "不全")
    n = len(report.sentences)
    return Line(label, writer, f"{whole}/{n}", f"{under}/{n}", f"{right}/{len(cells)}", "；".join(wrong))


def titled(documents: pd.DataFrame, report: Report) -> list[str]:
    """Say what of title, organ and date is wrong."""
    if len(documents) != 1:
        return [f"{len(documents)} 篇"]
    title, organ, date = documents.iloc[0][["title", "organ", "date"]]
    right = {
        "题名": (title, report.blocks[2].text),
        "单位": (organ, "××市直属机关工作委员会"),
        "日期": (date, "2024-10-18"),
    }
    return [f"{name}：{found}" for name, (found, wanted) in right.items() if bare(str(found)) != bare(wanted)]


def within(text: str, passages: pd.DataFrame) -> bool:
    """Whether a text stands anywhere."""
    wanted = bare(text)
    return bool(
        (
            passages["text"].str.contains(wanted, regex=False) | passages["section"].str.contains(wanted, regex=False)
        ).any()
    )


def is_cell(passages: pd.DataFrame, cell: str, column: str) -> bool:
    """Whether a cell is a text of its own under its column."""
    return bool((passages["text"].eq(cell) & passages["section"].str.endswith(column)).any())


def strays(passages: pd.DataFrame, report: Report) -> list[str]:
    """Return the passages that are no part of one paragraph of the report."""
    known = [bare(block.text) for block in report.blocks if block.kind in ("p", "item", "annex")]
    known += [bare(cell) for row in report.rows for cell in row] + [bare(NOTE), bare(BOX)]
    return [text for text in passages["text"] if not any(text in each or each.endswith(text) for each in known)]


def judged_table(label: str, writer: str, path: Path, corpus: Corpus) -> Line:
    """Judge what came back of the ledger: every line of a cell a text under its column."""
    _, passages = passages_of(path, corpus)
    wanted = [
        (bare(line), column)
        for row in the_ledger()[3:]
        for cell, column in zip(row[1:4], COLUMNS, strict=True)
        for line in cell.split("\n")
    ]
    right = sum(is_cell(passages, text, column) for text, column in wanted)
    known = {text for text, _ in wanted}
    wrong = ["不全"] * (right < len(wanted)) + [f"多出：{text[:16]}" for text in passages["text"] if text not in known]
    return Line(label, writer, "", "", f"{right}/{len(wanted)}", "；".join(wrong))


def lines(folder: Path, only: str, corpus: Corpus) -> Iterator[Line]:
    """Yield what came back of every file."""
    report, plain = the_report(), without_numbers(the_report())
    for label, writer, path, numbered in files(folder):
        if isinstance(path, str):
            yield Line(label, writer, "", "", "", path)
        elif only in label:
            yield told(judged, label, writer, path, report if numbered else plain, corpus)
    for label, writer, path in tables(folder):
        if only in label:
            yield told(judged_table, label, writer, path, corpus)


def told(judge: Callable[..., Line], label: str, writer: str, *rest: object) -> Line:
    """Judge, and tell why nothing was read."""
    try:
        return judge(label, writer, *rest)
    except Exception as fault:  # every other file is still to be judged
        return Line(label, writer, "", "", "", f"没有读到：{str(fault).splitlines()[0]}")


def main() -> int:
    """Parse the command line, print a line a file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    n_wrong = 0
    print("格式\t写的程序\t句\t标题路径\t格\t不对的", flush=True)
    with tempfile.TemporaryDirectory(prefix="liangzhangpi-") as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        for line in lines(folder, arguments.only, open_corpus()):
            print(line.label, line.writer, line.whole, line.under, line.cells, line.wrong or "–", sep="\t", flush=True)
            n_wrong += bool(line.wrong)
    print(f"\n{n_wrong} 行不对")
    return 1 if n_wrong else 0


if __name__ == "__main__":
    sys.exit(main())
