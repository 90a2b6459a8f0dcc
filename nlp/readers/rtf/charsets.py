"""In what encoding the bytes of an RTF text are, by the character set of their font and the code page of the file."""

from __future__ import annotations

CODE_PAGES = {936: "gb18030", 54936: "gb18030", 950: "big5hkscs", 932: "cp932", 949: "cp949", 65001: "utf-8"}
CHARSETS = {134: "gb18030", 136: "big5hkscs", 128: "cp932", 129: "cp949", 204: "cp1251", 238: "cp1250", 161: "cp1253"}
WESTERN = "cp1252"


def encoding_of(charset: int | None, code_page: int) -> str:
    """The encoding of a font's bytes; a font that says nothing has that of the file."""
    if charset in CHARSETS:
        return CHARSETS[charset]
    return CODE_PAGES.get(code_page, WESTERN)


def decoded(data: bytes, charset: int | None, code_page: int) -> str:
    """Decode bytes of text: of a Western font in a Chinese file, as Chinese where they are.

    >>> decoded("两张皮".encode("gbk"), 0, 936), decoded(b"\\x93a\\x94", 0, 936), decoded(b"\\xc1\\xbd", 134, 1252)
    ('两张皮', '“a”', '两')
    """
    if data.isascii():
        return data.decode("ascii")
    encoding = encoding_of(charset, code_page)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode(WESTERN if charset in (0, 1, None) and encoding != WESTERN else encoding, errors="replace")
