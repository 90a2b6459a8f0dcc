"""The words of an RTF file: braces, control words, coded bytes, plain bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    rb"(?P<brace>[{}])|\\(?P<word>[a-zA-Z]{1,40})(?P<number>-?\d{1,10})? ?|\\'(?P<coded>[0-9a-fA-F]{2})"
    rb"|\\(?P<sign>[^a-zA-Z])|(?P<plain>[^\\{}\r\n]+)",
    re.DOTALL,
)


class Token(NamedTuple):
    """One of: an opening or closing brace, a control word with its number, a control sign, bytes of text."""

    kind: str  # { } word sign bytes
    text: str = ""
    number: int | None = None
    data: bytes = b""
    coded: bool = False  # bytes of text: one that was written \\'hh


def tokens_of(raw: bytes) -> Iterator[Token]:
    """Yield the tokens of a file; what follows ``\\bin`` is left out."""
    at = 0
    while (found := TOKEN.search(raw, at)) is not None:
        at = found.end()
        name, value = found.lastgroup, b""
        if name == "number":
            name = "word"
        value = found.group(name) if name else b""
        if name == "brace":
            yield Token(value.decode())
        elif name == "word":
            number = int(found.group("number")) if found.group("number") else None
            word = value.decode("ascii")
            if word == "bin" and number and number > 0:
                at += number
            yield Token("word", word, number)
        elif name == "coded":
            yield Token("bytes", data=bytes([int(value, 16)]), coded=True)
        elif name == "sign":
            yield Token("sign", value.decode("latin-1"))
        else:
            yield Token("bytes", data=value)
