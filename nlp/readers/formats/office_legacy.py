"""Old Word and WPS documents (.doc .wps).

The text is put together by the document's own piece table, which knows the order of the parts after quick saves. Where
that fails wps2md is asked, then antiword and LibreOffice if this machine has them.
"""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import score
from nlp.readers.formats import docx
from nlp.readers.limits import load
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, tidy, whole_file

READABLE = 0.5  # least score of a text that is not garbled
TIMEOUT = 45  # seconds for a foreign program: less than a reader process has
FOREIGN_BYTES = 4_000_000_000  # of address space: LibreOffice reserves over one and uses a quarter of that
ENCRYPTED = 0x0100
FIELD = re.compile(r"\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
SAVE_AS_DOCX = "用 Word 或 WPS 打开，另存为 .docx；或安装 LibreOffice（soffice）后再读"

Way = Callable[[Path, bytes], str | None]


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read an old document; what is only named so is told."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if "有密码" in kind or is_encrypted(raw):
        raise UnreadableFile("文件有密码", "去掉密码另存一份，再读")
    if kind not in ("旧版 Word 文档（.doc）", "旧版 Office 文件", "RTF 文件"):
        raise UnreadableFile(f"不是 Word 文档，其实是{kind}", "改回原来的扩展名，或用 Word、WPS 打开后另存为 .docx")
    for name, way in WAYS.items():
        if (text := way(path, raw)) and score(tidy(text)) >= READABLE:
            return whole_file(text, name, options)
    lacking = "" if shutil.which("soffice") else "，本机也没有 LibreOffice 可以转换"
    raise UnreadableFile(f"读不出这份{kind}{lacking}", SAVE_AS_DOCX)


def stream(raw: bytes, name: str) -> bytes:
    """Return a stream of an OLE container; empty if it is not there or broken."""
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(raw)) as ole:
            return bytes(ole.openstream(name).read())
    except MemoryError:
        raise
    except Exception:  # olefile raises whatever a broken container provokes; the next way is tried
        return b""


def is_encrypted(raw: bytes) -> bool:
    """Tell whether the document says that it is encrypted."""
    word = stream(raw, "WordDocument")
    return len(word) > 12 and bool(struct.unpack_from("<H", word, 10)[0] & ENCRYPTED)


def by_pieces(path: Path, raw: bytes) -> str | None:
    """Put the main text together by the piece table ([MS-DOC] 2.4.1); ``None`` if there is none (Word 95 and older)."""
    word = stream(raw, "WordDocument")
    try:
        flags = struct.unpack_from("<H", word, 10)[0]
        table = stream(raw, "1Table" if flags & 0x0200 else "0Table")
        n_main = struct.unpack_from("<I", word, 0x4C)[0]
        at, size = struct.unpack_from("<II", word, 0x1A2)
        return unmarked(joined_pieces(word, table[at : at + size], n_main))
    except struct.error:
        return None


def joined_pieces(word: bytes, clx: bytes, n_main: int) -> str:
    """Return the first ``n_main`` characters, piece by piece; footnotes, headers and comments come after them."""
    at = 0
    while clx[at : at + 1] == b"\x01":  # formatting, of no interest here
        at += 3 + struct.unpack_from("<H", clx, at + 1)[0]
    if clx[at : at + 1] != b"\x02":
        raise struct.error("no piece table")
    n = (struct.unpack_from("<I", clx, at + 1)[0] - 4) // 12
    bounds = struct.unpack_from(f"<{n + 1}I", clx, at + 5)
    parts, room = [], n_main
    for i in range(n):
        place = struct.unpack_from("<I", clx, at + 5 + 4 * (n + 1) + 8 * i + 2)[0]
        length = min(bounds[i + 1] - bounds[i], room)
        parts.append(piece(word, place, max(length, 0)))
        room -= max(length, 0)
    return "".join(parts)


def piece(word: bytes, place: int, length: int) -> str:
    """Decode one piece: one byte a character if bit 30 of its place says so, otherwise UTF-16."""
    if place & 0x40000000:
        start = (place & 0x3FFFFFFF) // 2
        return word[start : start + length].decode("cp1252", errors="replace")
    return word[place : place + 2 * length].decode("utf-16-le", errors="replace")


def unmarked(text: str) -> str:
    """Turn Word's marks into text: paragraph and row ends, cells, special hyphens; of a field keep what it shows."""
    for _ in range(10):  # fields may be nested
        text, n = FIELD.subn(lambda match: match.group(1) or "", text)
        if not n:
            break
    text = text.replace("\x07\x07", "\n").replace("\r\x07", "\t").replace("\x07", "\t")
    marks: dict[str, str | int | None] = {
        "\r": "\n",
        "\x0b": "\n",
        "\x0c": "\n",
        "\x0e": "\n",
        "\x1e": "-",
        "\xa0": " ",
    }
    return text.translate(str.maketrans(marks | dict.fromkeys("\x01\x02\x03\x04\x05\x08\x13\x14\x15\x1f\x00", "")))


def by_wps2md(path: Path, raw: bytes) -> str | None:
    """Ask wps2md, which takes the text as one run."""
    import wps2md

    try:
        return str(wps2md.parse(raw).main_text)
    except MemoryError:
        raise
    except Exception:  # whatever it stumbles over, the next way is tried, and the last one reports
        return None


def by_antiword(path: Path, raw: bytes) -> str | None:
    """Ask antiword, if installed; ``-w 0`` keeps paragraphs whole."""
    program = shutil.which("antiword")
    return run([program, "-w", "0", "-m", "UTF-8.txt", str(path.resolve())]) if program else None


def by_soffice(path: Path, raw: bytes) -> str | None:
    """Convert with LibreOffice, if installed, under a profile of our own, so that parallel runs do not collide."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program:
        return None
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        run([program, profile, "--headless", "--convert-to", "docx", "--outdir", folder, str(path.resolve())])
        converted = sorted(Path(folder).glob("*.docx"))
        try:
            return docx.read(converted[0], ReadOptions())[0].text if converted else None
        except UnreadableFile:  # LibreOffice makes an empty document of rubbish
            return None


def run(command: list[str]) -> str | None:
    """Run a foreign program and return what it prints; ``None`` if it fails or hangs."""
    try:
        with memory_of_its_own():
            done = subprocess.run(command, capture_output=True, timeout=TIMEOUT, check=True, stdin=subprocess.DEVNULL)
    except (subprocess.SubprocessError, OSError):
        return None
    return done.stdout.decode("utf-8", errors="replace")


@contextmanager
def memory_of_its_own() -> Iterator[None]:
    """Let a program that is started meanwhile have more memory than a reader process, but not without bound."""
    try:
        import resource
    except ImportError:  # Windows: nothing is bounded there
        yield
        return
    kept = resource.getrlimit(resource.RLIMIT_AS)
    if kept[0] == resource.RLIM_INFINITY:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (FOREIGN_BYTES if kept[1] == resource.RLIM_INFINITY else kept[1], kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, kept)


WAYS: dict[str, Way] = {
    "doc": by_pieces,
    "doc（wps2md）": by_wps2md,
    "doc（antiword）": by_antiword,
    "doc（soffice）": by_soffice,
}
