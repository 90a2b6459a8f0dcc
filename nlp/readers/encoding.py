"""The encoding ladder: BOM, strict UTF-8, then the encoding in which the text reads most like Chinese.

Every candidate is judged by the characters it yields. A wrong encoding yields rare characters, so that even a dozen
characters settle it; a broken byte costs one character, not the file.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from nlp.base.errors import UnreadableFile
from nlp.readers.sniff import what_it_is

BOMS = (  # UTF-32 before UTF-16: its little-endian BOM begins with the other's
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")  # the first of equals wins
DECLARED = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs"}
CONTROLS = bytes((*range(9), *range(14, 32)))  # in what claims to be UTF-8 they may be halves of UTF-16 characters
OTHER = {"utf-8": "gb18030", "gb18030": "utf-8", "big5hkscs": "utf-8"}  # what may be mixed in, a line at a time
SAMPLE = 400_000  # bytes that are judged
READABLE, BAD_SHARE = 0.5, 0.02  # least score of a text; largest share of broken places
FREQUENT = (  # simplified and traditional; they settle short texts
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民"
    "得经三之进着等部度家力里如水化高自二理起小现实加量都两体制机当使点从业本去把性好应开合还因由其些然前外天政四日那社义事平形"
    "相全表间样与关各重新线内数正心反你明看原利比或但质气第向道命此变条只没结解问意建月公系军很情者最立代想已通并提直题党程展五"
    "果料象员革位入常文总次品式活设及管特件长求头基资边路级少图山统接知较将组见计别期根论运农指几九区强放决西被干做必先回则任取"
    "務與黨業們這個來時國為會對過學說產種後動發經進著當應開還體機實現義樣關線數無條沒結題問變質氣門間見長東車馬報導幹貫徹層員"
    "融合落实责任制度组织领导干部基层支部书记思想认识考核检查服务中心工作皮张脱节形式、。，：；！？“”（）《》　"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text and the encoding it was read in, broken places included."""

    text: str
    encoding: str


def decode(raw: bytes, declared: str | None = None) -> Decoded:
    """Decode a text file of any Chinese encoding.

    Parameters
    ----------
    raw : the bytes of the file
    declared : the encoding a web page says it is in; it wins only if the text reads well in it

    Raises
    ------
    UnreadableFile
        If the file is binary, or reads like Chinese or plain English in none of the encodings.
    """
    raw = without_padding(raw)
    for bom, encoding in BOMS:
        if raw.startswith(bom):
            return described(raw[len(bom) :], encoding, "（BOM）")
    if (kind := what_it_is(raw)) and not kind.startswith("网页"):
        raise UnreadableFile(f"不是文本文件，其实是{kind}", "换成真正的文本文件，或改回原来的扩展名")
    # Taking them away and looking at the length is ten times faster than a search.
    if len(raw.translate(None, CONTROLS)) == len(raw) and (text := strict(raw, "utf-8")) is not None:
        return Decoded(text, "utf-8")
    return described(raw, best_encoding(raw, DECLARED.get((declared or "").lower())))


def without_padding(raw: bytes) -> bytes:
    """Cut off the zero bytes that a crash or an old program left at the end; UTF-16 keeps its pairs."""
    if not raw.endswith(bytes(16)):
        return raw
    bare = raw.rstrip(b"\x00")
    return bare + bytes(len(bare) % 2)


def described(raw: bytes, encoding: str, note: str = "") -> Decoded:
    """Decode leniently and count the broken places in the name of the encoding."""
    text = strict(raw, encoding)
    if text is None:
        text, n_other = line_by_line(raw, encoding)
        note += f"（另有 {n_other} 行是别的编码）" if n_other else ""
        bad = text.count("\ufffd")
        if bad > max(2, BAD_SHARE * len(text)):
            raise UnreadableFile("认不出文字编码，或坏字节太多", "用记事本打开，确认没有乱码，另存为 UTF-8")
        note += f"（{bad} 处坏字节）" if bad else ""
    refuse_binary(text)
    return Decoded(text, encoding + note)


def strict(raw: bytes, encoding: str) -> str | None:
    """Decode, or return ``None`` at the first broken byte."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def lenient(raw: bytes, encoding: str) -> str:
    """Decode with U+FFFD for what is broken; line by line where a lost byte would shift all that follows."""
    if encoding.startswith("utf"):
        return raw.decode(encoding, errors="replace")
    return "\n".join(line.decode(encoding, errors="replace") for line in raw.split(b"\n"))


def line_by_line(raw: bytes, encoding: str) -> tuple[str, int]:
    """Decode a file that was put together from files of two encodings; return also how many lines are the other's."""
    if encoding not in OTHER:
        return lenient(raw, encoding), 0
    texts, n_other = [], 0
    for line in raw.split(b"\n"):
        own, other = strict(line, encoding), strict(line, OTHER[encoding])
        if other and not other.isascii() and score(other) > max(READABLE, score(own or "")):
            own, n_other = other, n_other + 1
        texts.append(lenient(line, encoding) if own is None else own)
    return "\n".join(texts), n_other


def best_encoding(raw: bytes, declared: str | None) -> str:
    """Return the candidate in which a sample reads most like a text; a declared one gets the benefit of the doubt."""
    samples = {name: lenient(sample(raw, name), name) for name in CANDIDATES}
    scores = {name: score(text) + 0.1 * (name == declared) for name, text in samples.items()}
    best = max(CANDIDATES, key=scores.__getitem__)  # max keeps the first of equals
    if scores[best] < READABLE:
        mixed = sample(raw, "utf-8")
        if score(line_by_line(mixed, "utf-8")[0]) >= READABLE:
            return "utf-8"
        refuse_binary(samples["utf-8"])
        if strict(raw, "utf-8") is not None:  # another language, with a stray control character
            return "utf-8"
        raise UnreadableFile("认不出文字编码", "用记事本打开，确认没有乱码，另存为 UTF-8")
    return best


def sample(raw: bytes, encoding: str) -> bytes:
    """Return a stretch to judge by: from the line of the first byte that is not ASCII, at a character's start."""
    if encoding.startswith("utf-16"):
        return raw[:SAMPLE] if len(raw) > SAMPLE else raw[: len(raw) // 2 * 2]
    first = re.search(rb"[\x80-\xff]", raw)
    start = raw.rfind(b"\n", 0, first.start()) + 1 if first else 0
    return raw[start : start + SAMPLE]


def score(text: str) -> float:
    """Rate from 1 (frequent characters only) downwards how much ``text`` reads like Chinese, ASCII being neutral."""
    counts = Counter(text)
    weights = [(n, weight(char)) for char, n in counts.items()]
    total = sum(n for n, _ in weights)
    return sum(n * w for n, w in weights) / total if total else 0.0


def weight(char: str) -> float:
    """Rate one character."""
    if char in frequent():
        return 1.0
    if char in common():
        return 0.8
    if " " <= char <= "~" or char in "\t\n\r\f":
        return 0.7
    if char == "\ufffd" or char < " " or "\x7f" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff":
        return -2.0
    return 0.0


@lru_cache(maxsize=1)
def frequent() -> frozenset[str]:
    """Return the most frequent characters."""
    return frozenset(FREQUENT)


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """Return the characters in common use: GB 2312 level one, Big5 level one, full-width signs and punctuation."""
    simplified = by_rows("gb2312", [*range(0xA1, 0xA4), *range(0xB0, 0xD8)], range(0xA1, 0xFF))
    traditional = by_rows("big5", range(0xA4, 0xC7), [*range(0x40, 0x7F), *range(0xA1, 0xFF)])
    return frozenset(simplified + traditional + "—–…·‘’")


def by_rows(encoding: str, leads: Sequence[int], trails: Sequence[int]) -> str:
    """Return all characters of a two-byte code whose lead and trail bytes are given."""
    return b"".join(bytes((lead, trail)) for lead in leads for trail in trails).decode(encoding, errors="ignore")


def refuse_binary(text: str) -> None:
    """Refuse a text with more control characters than a damaged text file has. Zero bytes are padding, not control."""
    counts = Counter(text)
    control = sum(n for char, n in counts.items() if "\x00" < char < " " and char not in "\t\n\r\v\f\x1a\x1b")
    if control > max(3, 0.01 * len(text)) or counts["\x00"] > 0.3 * len(text):
        raise UnreadableFile("不是文本文件（含大量控制字符）", "换成真正的文本文件，或改回原来的扩展名")
