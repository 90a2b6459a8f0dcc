"""Pages of our own reports as pictures, recognised: how many characters are wrong, and what does it take?

    python benchmarks/recognition.py [--dots 200] [--pages N] [FILE.pdf …]

Every page is drawn, recognised by the process that ``--ocr`` uses, and read like any printed page; the characters are
compared with the reading of the file's own text layer (edit distance over its length; blanks and the width of brackets
aside). Needs requirements-ocr.txt.
"""

from __future__ import annotations

import argparse
import io
import re
import resource
import sys
import time
import unicodedata
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import pypdfium2  # noqa: E402

from nlp.readers.formats.pdf_objects import page_of  # noqa: E402
from nlp.readers.printed.page import Page  # noqa: E402
from nlp.readers.printed.reading import read_pages  # noqa: E402
from nlp.readers.recognition.placing import page_of as placed  # noqa: E402
from nlp.readers.recognition.recognizer import INSTALL, Recognizer, is_installed  # noqa: E402
from nlp.readers.source import ReadOptions  # noqa: E402

CASES = ROOT / "tests" / "cases"
FILES = [
    CASES / "formats" / name for name in ("05_单栏_表格_脚注_文本框.pdf", "03_两栏_LibreOffice.pdf")
]  # with their fonts


def words_of(page: Page) -> str:
    """Return what a page says, without blanks, in one width."""
    said = "".join(read_pages([page]).paragraphs)
    return re.sub(r"\s|\u2063", "", unicodedata.normalize("NFKC", said))


def distance(first: str, second: str) -> int:
    """Return how many characters must be changed, put in or taken out."""
    row: Sequence[int] = range(len(second) + 1)
    for at, char in enumerate(first, 1):
        below = [at]
        for k, other in enumerate(second, 1):
            below.append(min(row[k] + 1, below[-1] + 1, row[k - 1] + (char != other)))
        row = below
    return row[-1]


def main() -> None:
    """Parse the command line, print a line a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--dots", type=int, default=200)
    parser.add_argument("--pages", type=int, default=5)
    arguments = parser.parse_args()
    if not is_installed():
        sys.exit(f"没有装文字识别：{INSTALL}")
    wrong = n_chars = n_pages = 0
    print("文件\t页\t字\t错\t秒（含等待）")
    with Recognizer(ReadOptions(ocr=True)) as recognizer:
        for path in arguments.files:
            with pypdfium2.PdfDocument(path) as document:
                for number in range(min(len(document), arguments.pages)):
                    drawn, page = io.BytesIO(), document[number]
                    page.render(scale=arguments.dots / 72, grayscale=True).to_pil().save(drawn, "PNG")
                    begin = time.perf_counter()
                    seen = recognizer.read(drawn.getvalue())
                    seconds = time.perf_counter() - begin
                    truth = words_of(page_of(page, 1))
                    found = words_of(placed(seen, 1, page.get_height())) if seen else ""
                    wrong, n_chars, n_pages = wrong + distance(truth, found), n_chars + len(truth), n_pages + 1
                    print(
                        path.name,
                        number + 1,
                        len(truth),
                        distance(truth, found),
                        f"{seconds:.1f}",
                        sep="\t",
                        flush=True,
                    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f"\n{n_pages} 页 {n_chars} 字，错 {wrong} 字（{wrong / n_chars:.2%}）")
    seconds = (used.ru_utime + used.ru_stime) / n_pages
    print(f"处理器每页 {seconds:.1f} 秒（含载入模型），内存最多 {used.ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
