"""Web pages: the words of the article, without the furniture of the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nlp.base.errors import UnreadableFile
from nlp.readers.contents import without_contents
from nlp.readers.encoding import decode
from nlp.readers.limits import load
from nlp.readers.note_marks import without_note_marks
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file
from nlp.readers.web.elements import walk, words
from nlp.readers.web.furniture import dropped
from nlp.readers.web.layout import joined, pieces, registers
from nlp.readers.word.numerals import chinese

CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
XML_ENCODING = re.compile(rb"\A[^<]{0,8}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]+)", re.IGNORECASE)
HEAD_BYTES = 64_000  # in which a page says its encoding: some have a long style sheet before it
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
CLOSES_ITSELF = words(
    "area base br col embed hr img input link meta param source track wbr p li td th tr option dt dd tbody thead tfoot"
)
VOID = "area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"
EMPTY_ELEMENT = re.compile(rf"<(?!(?:{VOID})\b)([a-zA-Z][\w:.-]*)((?:\s[^<>]*)?)/>", re.IGNORECASE)
BY_LIBREOFFICE = "converted to xhtml by LibreOffice"
MAX_DEPTH = 5000  # the time of the parser grows with the square of the depth
ONE_LINE = 200  # characters of a line that may hold several paragraphs
INDENT = re.compile(r"(?<=[^\s])[ \xa0]*(?:\u3000{2}|\xa0{4}|\u2003{2})[\s]*(?=\S)")
TITLE_LENGTH = 60  # characters of a line that may be a headline
SITE_NAME = re.compile(  # behind the title of a page: …报告_某某网, …报告-某某网
    r"\s*(?:(?:[_|｜]|\s[-–—]|--)\s*[^_|｜—–-]{2,20}|[-–—][^_|｜—–-]{0,16}(?:网|网站|政府|频道|平台|在线|日报|门户))$"
)
SAYS_NOTHING = re.compile(
    r"(?:(?:index|untitled|无标题|无题|新建|文档|document|page|网页|首页|report)\W*)+\d*", re.IGNORECASE
)


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a web page."""
    raw = load(path, options)
    if (kind := what_it_is(raw)) and not kind.startswith("网页"):
        raise UnreadableFile(f"不是网页，其实是{kind}", "改回原来的扩展名，或在浏览器中另存为“仅 HTML”")
    return texts_of(raw, options)


def texts_of(raw: bytes, options: ReadOptions, charset: str | None = None) -> list[SourceText]:
    """Read the bytes of a web page; ``charset``: what whoever sent it says of its encoding."""
    decoded = decode(raw, declared=charset or declared_in(raw))
    if len(decoded.text) > 2 * options.max_text_chars:  # the parsed page takes many times the room of its source
        raise UnreadableFile(f"网页太大：{len(decoded.text)} 字", "用浏览器打开，复制正文存为 .txt")
    page = decoded.text
    if page.lstrip("\ufeff \r\n\t").startswith("<?xml"):
        page = EMPTY_ELEMENT.sub(r"<\1\2></\1>", page)  # to a parser of HTML they would stay open
        page = mended(page) if BY_LIBREOFFICE in page[:2000] else page
    if depth(page) > MAX_DEPTH:
        raise UnreadableFile("网页嵌套过深", "用浏览器打开，复制正文存为 .txt")
    text, title = parsed(page, options)
    (found,) = whole_file(text, decoded.encoding, options)
    return [replace(found, title=title) if title and not has_headline(found.text) else found]


def mended(page: str) -> str:
    """Mend what LibreOffice's XHTML does to Chinese list numbers and to comments.

    >>> mended("（1, ....2, ...）调研方式[ANNOTATION:<br/>BY '甲'<br/>NOTE: '核对。']")
    '（二）调研方式'
    """
    page = re.sub(r"\[ANNOTATION:(?:(?!\[ANNOTATION:|'\]).)*'\]", "", page, flags=re.DOTALL)
    return re.sub(r"(?:\d{1,3}, \.{4}){0,9}(\d{1,3}), \.{3}(?!\.)", lambda number: chinese(int(number.group(1))), page)


def declared_in(raw: bytes) -> str | None:
    """Return the encoding that a page says it is in."""
    said = XML_ENCODING.search(raw[:400]) or CHARSET.search(raw[:HEAD_BYTES])
    return said.group(1).decode("ascii", errors="replace") if said else None


def depth(page: str) -> int:
    """Return an upper bound of how deep the elements of a page are nested."""
    level = deepest = 0
    for closing, name in TAG.findall(page):
        if name.lower() not in CLOSES_ITSELF:
            level = max(0, level + (-1 if closing else 1))
            deepest = max(deepest, level)
    return deepest


def page_text(page: str, options: ReadOptions) -> str:
    """Return the text of a page, a block a line, a table row a line. Raises UnreadableFile for a secrecy mark, be it
    in what is no part of the article."""
    return parsed(page, options)[0]


def parsed(page: str, options: ReadOptions) -> tuple[str, str]:
    """Return the text of a page, as ``page_text`` does, and its title without the name of the site."""
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(page.replace("\x00", ""))
    if (body := tree.body) is None:
        return "", ""
    events = list(walk(body))
    left_out = dropped(events)
    if left_out:
        refuse_marked(joined(pieces(events, set(), {})).split("\n"), options, n_head=0)
    title = node.text() if (node := tree.css_first("title")) else ""
    if title:
        refuse_marked([title], options)
    text = joined(pieces(events, left_out, registers(events, left_out, options.column_hints)))
    text = re.sub(r" *\t *", "\t", re.sub(r" {2,}", " ", text))
    lines = [kept for line in paragraphs(text.split("\n")) if (kept := line.strip(" \t\r"))]  # ideographic indents stay
    return "\n".join(without_note_marks(without_contents(lines))), bare_title(title)


def paragraphs(lines: list[str]) -> Iterator[str]:
    """Yield lines; those of a page that stands on one line are cut where an indent of two characters begins one."""
    for line in lines:
        yield from INDENT.sub("\n　　", line).split("\n") if len(line) > ONE_LINE else (line,)


def bare_title(title: str) -> str:
    """Return the title of a page without the name of its site; empty for one that says nothing.

    >>> bare_title("关于两张皮问题的调研报告_机关党建网"), bare_title("report"), bare_title("新建文档 1")
    ('关于两张皮问题的调研报告', '', '')
    """
    title = " ".join(title.split())
    while (shorter := SITE_NAME.sub("", title)) != title and len(shorter) >= 4:
        title = shorter
    return "" if SAYS_NOTHING.fullmatch(title) or not re.search(r"[\u4e00-\u9fff]{4}", title) else title


def has_headline(text: str) -> bool:
    """Whether the first line of a text may be its headline: short and no sentence."""
    first = text.split("\n", 1)[0].strip()
    return len(first) <= TITLE_LENGTH and "。" not in first and not first.endswith(("：", ":", "；", "！", "？"))
