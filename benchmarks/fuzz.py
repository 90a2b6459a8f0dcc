"""Mutate files of every format and read them: whatever they hold, they must end as a text or as a foreseen fault.

    python benchmarks/fuzz.py [--files N] [--seed S] [--children N] [--only .docx] [--keep DIR]

Seeds are the reference corpus, the cases of the tests and small files made for every registered extension. The same
seed gives the same files.
Findings: a reader that dies, that takes longer than SECONDS, that needs more than its memory, an exception that its
reader did not foresee, and a text with characters that must not leave a reader. Exit status 1 if there is one; the
files of the findings stand in DIR.
"""

from __future__ import annotations

import argparse
import importlib.util
import io
import os
import random
import re
import sys
import tempfile
import time
import warnings
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from nlp.intake.discover import Found  # noqa: E402
from nlp.intake.guard import Outcome, guarded  # noqa: E402
from nlp.readers.registry import READERS  # noqa: E402
from nlp.readers.source import ReadOptions  # noqa: E402
from nlp.store.files import freeze_zip  # noqa: E402

SECONDS = 20.0  # a third of what a user's file may take
LARGEST_SEED = 400_000  # bytes
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
PARAGRAPHS = [
    "关于支部学习情况的自查报告",
    "一、存在问题",
    "有的支部把学习当成念文件，台上念、台下听，散会之后该怎么干还怎么干，学归学、干归干。",
    "究其原因，主要是考核的指挥棒偏向业务指标，党建工作干多干少差别不大。",
    "下一步，要把党建任务与年度业务重点同部署、同检查、同考核。",
]
WORDS = r"""
0 ¦ -1 ¦ 99999999999999999999 ¦ 4294967295 ¦ 2147483648 ¦ 1e309 ¦ NaN
< ¦ > ¦ & ¦ &#0; ¦ &#x110000; ¦ &lol; ¦ <![CDATA[ ¦ ]]> ¦ <!-- ¦ --> ¦ <?xml version='1.0'?>
<!DOCTYPE a [<!ENTITY b 'cc'><!ENTITY c '&b;&b;&b;&b;'>]> ¦ <!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>&b;
<table><tr><td> ¦ </div> ¦ <svg><style> ¦ <template> ¦ <plaintext> ¦ <frameset> ¦ <p hidden> ¦ <pre> ¦ <article>
<w:p> ¦ <w:tbl> ¦ <w:tr> ¦ <w:tc> ¦ <w:sdt> ¦ <w:numPr><w:ilvl w:val='99'/><w:numId w:val='-1'/></w:numPr>
w:val="-1" ¦ w:val="" ¦ w:val="99999999999999999999" ¦ r="XFD1048576" ¦ r="A0" ¦ t="s" ¦ s="9999" ¦ <v>99999999</v>
<v>-1</v> ¦ ref="A1:XFD1048576" ¦ obj ¦ endobj ¦ stream ¦ endstream ¦ xref ¦ trailer ¦ /Kids [1 0 R] ¦ /Parent 1 0 R
/Length 99999999 ¦ /Length -1 ¦ /Filter/FlateDecode ¦ /Filter[/FlateDecode/FlateDecode] ¦ /Count 2147483647
/Type/Page ¦ /W[1 2 1] ¦ /Size 2147483647 ¦ /Predictor 15/Columns 99999999 ¦ /Encrypt 1 0 R ¦ /Contents 1 0 R
/ToUnicode 1 0 R ¦ <0000> <FFFF> <0041> ¦ begincmap ¦ BT /F1 1e30 Tf ¦ 0 0 0 0 0 0 cm ¦ WordDocument
" ¦ "" ¦ ' ¦ , ¦ ; ¦ sep= ¦ {"text": ¦ \ud800 ¦ \u0000 ¦ null ¦ } ¦ # ¦ ``` ¦ --- ¦ ](
"""
TOKENS = [word.encode() for line in WORDS.strip().split("\n") for word in line.split(" ¦ ")]
TOKENS += [b"\x00", b"\xff" * 4, b"\x00" * 64, b"\x7f\xff\xff\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xe2\x80\xae"]
TOKENS += [b"\xed\xa0\x80", b"\x13", b"\x14", b"\x15", b"\x07", b"\x0c", b"\t", b"\r\n"]
TOKENS += [each * 300 for each in (b"<div>", b"q ", b"[", b"{", b"> ", b"*", b"(")]
EXTREMES = (b"\xff\xff", b"\xff" * 4, b"\x00" * 4, b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\x01\x00")
KIN = {".markdown": ".md", ".htm": ".html", ".xlsm": ".xlsx", ".wps": ".doc", ".tsv": ".csv", ".docm": ".docx"}
Mutation = Callable[[bytes, random.Random], bytes]


def made() -> dict[str, Callable[[list[str]], bytes]]:
    """Builders of small files of every extension, as the tests of the readers use them."""
    spec = importlib.util.spec_from_file_location("builders", ROOT / "tests" / "made_files.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    builders: dict[str, Callable[[list[str]], bytes]] = module.BUILDERS
    return builders


def seeds() -> dict[str, list[bytes]]:
    """Seed files by extension; an extension that the corpus lacks borrows the files of its reader."""
    builders = made()
    os.environ["SOURCE_DATE_EPOCH"] = "946684800"  # the files made do not tell the time, so that they are the same
    found: dict[str, list[bytes]] = {suffix: [without_clock(builders[suffix](PARAGRAPHS))] for suffix in READERS}
    for path in sorted([*(ROOT / "corpus" / "reports").iterdir(), *(ROOT / "tests" / "cases").rglob("*")]):
        if path.suffix in found and path.stat().st_size <= LARGEST_SEED:
            found[path.suffix].append(path.read_bytes())
    for suffix, kin in KIN.items():
        found[suffix] += found[kin][1:]
    return found


def without_clock(data: bytes) -> bytes:
    """Take the time out of an Office file."""
    if not data.startswith(b"PK"):
        return data
    with tempfile.TemporaryDirectory(prefix="liangzhangpi-") as folder:
        path = Path(folder) / "seed"
        path.write_bytes(data)
        freeze_zip(path)
        return path.read_bytes()


def flip(data: bytes, chance: random.Random) -> bytes:
    """Flip some bits."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 4, 16, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def span(data: bytes, chance: random.Random) -> tuple[int, int]:
    """A stretch, most often a short one."""
    start = chance.randrange(len(data))
    return start, min(len(data), start + int(len(data) ** chance.random()) + 1)


def truncate(data: bytes, chance: random.Random) -> bytes:
    """Lose the end."""
    return data[: chance.randrange(len(data))]


def lose(data: bytes, chance: random.Random) -> bytes:
    """Lose a stretch."""
    start, end = span(data, chance)
    return data[:start] + data[end:]


def repeat(data: bytes, chance: random.Random) -> bytes:
    """Repeat a stretch, once or often."""
    start, end = span(data, chance)
    times = chance.choice((1, 2, 10, 1000)) if end - start < 2000 else 1
    return data[:end] + data[start:end] * times + data[end:]


def scramble(data: bytes, chance: random.Random) -> bytes:
    """Put noise over a stretch."""
    start, end = span(data, chance)
    return data[:start] + chance.randbytes(end - start) + data[end:]


def insert(data: bytes, chance: random.Random) -> bytes:
    """Put in words that mean something to a parser, or put them over what stands there."""
    for _ in range(chance.choice((1, 1, 3, 8))):
        at, token = chance.randrange(len(data) + 1), chance.choice(TOKENS)
        data = data[:at] + token + data[at + chance.choice((0, len(token))) :]
    return data


def renumber(data: bytes, chance: random.Random) -> bytes:
    """Change numbers that are written out."""
    numbers = list(re.finditer(rb"\d+", data[:2_000_000]))
    for hit in sorted(chance.sample(numbers, min(len(numbers), chance.choice((1, 3)))), key=lambda each: -each.start()):
        value = chance.choice((b"0", b"-1", b"65536", b"4294967295", b"99999999999", b"1", hit.group()[:-1]))
        data = data[: hit.start()] + value + data[hit.end() :]
    return data


def overwrite_word(data: bytes, chance: random.Random) -> bytes:
    """Put an extreme number of two or four bytes over what stands there, as lengths and places are stored."""
    at = chance.randrange(max(1, len(data) - 4))
    value = chance.choice(EXTREMES)
    return data[:at] + value + data[at + len(value) :]


PLAIN: tuple[Mutation, ...] = (flip, truncate, lose, repeat, scramble, insert, insert, renumber, overwrite_word)


def in_member(data: bytes, chance: random.Random) -> bytes:
    """Mutate what a member of a zip holds, and pack it again with the right sums."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, EOFError, OSError):
        return flip(data, chance)
    if not members:
        return flip(data, chance)
    names = list(members)
    deed = chance.random()
    target = chance.choice(names)
    if deed < 0.06:
        del members[target]
    elif deed < 0.12:
        members[target] = members[chance.choice(names)]
    elif deed < 0.15:
        members[target + chance.choice(("", "x", "/../x", "\x00"))] = b""
    elif members[target]:
        members[target] = chance.choice(PLAIN)(members[target], chance)
    packed = io.BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        zipfile.ZipFile(packed, "w", chance.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as archive,
    ):
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def in_stream(data: bytes, chance: random.Random) -> bytes:
    """Mutate what a packed stream of a PDF holds, and pack it again."""
    streams = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL))
    if not streams:
        return flip(data, chance)
    hit = chance.choice(streams)
    try:
        content = zlib.decompress(hit.group(1))
    except zlib.error:
        return flip(data, chance)
    packed = zlib.compress(chance.choice(PLAIN)(content or b"q", chance))
    return data[: hit.start(1)] + packed + data[hit.end(1) :]


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Mutate a file once or a few times."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        if not data:
            break
        way = chance.choice(PLAIN)
        if data.startswith(b"PK") and chance.random() < 0.7:
            way = in_member
        elif data.startswith(b"%PDF") and chance.random() < 0.5:
            way = in_stream
        data = way(data, chance)
    return data[:2_000_000]


@dataclass(frozen=True)
class Finding:
    """A file that did not end as it should."""

    number: int
    suffix: str
    what: str


def files(n: int, seed: int, suffixes: list[str], folder: Path) -> Iterator[Found]:
    """Write mutated files one after the other, and take away those that were read."""
    stock = seeds()
    for number in range(n):
        chance = random.Random(f"{seed}/{number}")
        suffix = suffixes[number % len(suffixes)]
        path = folder / f"{number:06d}{suffix}"
        path.write_bytes(mutated(chance.choice(stock[suffix]), chance))
        yield Found(path, path.name)


def judged(outcome: Outcome) -> str | None:
    """What is wrong with an outcome; None if nothing is."""
    if outcome.fault is None:
        return "漏出不该有的字符" if any(FORBIDDEN.search(text.text) for text in outcome.texts) else None
    reason = outcome.fault.reason
    unwanted = ("读取时出错", "意外中止", "已中止", "内存超过上限")
    return reason if any(word in reason for word in unwanted) else None


def run(arguments: argparse.Namespace) -> list[Finding]:
    """Read all mutated files and print what became of them."""
    suffixes = [arguments.only] if arguments.only else list(READERS)
    options = ReadOptions(max_seconds=SECONDS)
    ends: dict[str, Counter[str]] = defaultdict(Counter)
    findings: list[Finding] = []
    os.environ["PATH"] = ""  # no LibreOffice: three seconds a file
    begin = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="liangzhangpi-") as folder:
        found = files(arguments.files, arguments.seed, suffixes, Path(folder))
        for number, outcome in enumerate(guarded(found, options, arguments.children)):
            path = outcome.found.path
            wrong = judged(outcome)
            ends[path.suffix]["读出" if outcome.fault is None else "说明原因"] += 1
            if wrong:
                findings.append(Finding(number, path.suffix, wrong))
                print(f"{path.name}\t{wrong}", flush=True)
                if arguments.keep:
                    (arguments.keep / path.name).write_bytes(path.read_bytes())
            path.unlink()
    print_table(ends, findings)
    seconds = time.perf_counter() - begin
    print(f"\n{arguments.files} 个文件，种子 {arguments.seed}，{seconds:.0f} 秒；异常 {len(findings)} 个")
    return findings


def print_table(ends: dict[str, Counter[str]], findings: list[Finding]) -> None:
    """Print the counts of every extension."""
    odd: Counter[Any] = Counter(each.suffix for each in findings)
    print("\n扩展名\t读出\t说明原因\t异常")
    for suffix, counts in sorted(ends.items()):
        print(f"{suffix}\t{counts['读出']}\t{counts['说明原因']}\t{odd[suffix]}")


def main() -> None:
    """Parse the command line; exit status 1 if something was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--children", type=int, default=1)
    parser.add_argument("--only", choices=list(READERS))
    parser.add_argument("--keep", type=Path)
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    sys.exit(1 if run(arguments) else 0)


if __name__ == "__main__":
    main()
