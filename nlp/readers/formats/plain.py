"""Plain text and Markdown."""

from __future__ import annotations

import re
from pathlib import Path

from nlp.readers.encoding import decode
from nlp.readers.limits import load_lines
from nlp.readers.sniff import is_html, is_markup
from nlp.readers.source import ReadOptions, SourceText, whole_file

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[\w\-]+[ \t]*[:：].*\n|[ \t]+.*\n)*---[ \t]*\n")
BLOCKS = (  # what marks a whole line → what stays of it
    (re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$"), r"\1"),  # heading
    (re.compile(r"^ {0,3}(?:>[ \t]?)+"), ""),  # quotation
    (re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?"), ""),  # list item: its number stays, its bullet goes
    (re.compile(r"^[ \t]*\|(.*)\|[ \t]*$"), r"\1"),  # row of a table
)
RULE = re.compile(r"^ {0,3}(?:(?:[-*_=][ \t]*){3,}|`{3,}.*|~{3,}.*|[ \t|:]*-{3,}[-:| \t]*)$")
INLINE = (  # bounded, so that marks that are never closed cost no time
    (re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\n]{0,2000}\)"), ""),  # image
    (re.compile(r"\[([^\[\]\n]{1,200})\]\([^()\n]{0,2000}\)"), r"\1"),  # link
    (re.compile(r"(\*\*|__|~~)(?=\S)([^\n]{1,200}?)(?<=\S)\1"), r"\2"),
    (re.compile(r"(?<![*a-zA-Z0-9])\*(?=[^\s*])([^*\n]{1,200}?)(?<=[^\s*])\*(?![*a-zA-Z0-9])"), r"\1"),
    (re.compile(r"`([^`\n]{1,200})`"), r"\1"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])"), r"\1"),
)


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a text or Markdown file; what is a web page or Word’s XML is read as what it is."""
    raw = load_lines(path, options)
    if is_html(raw):
        from nlp.readers.formats import html

        return html.read(path, options)
    if is_markup(raw):
        from nlp.readers.formats import office_legacy

        return office_legacy.read(path, options)
    return texts_of(raw, path.suffix.lower(), options)


def texts_of(raw: bytes, suffix: str, options: ReadOptions) -> list[SourceText]:
    """Decode the bytes of a text or Markdown file."""
    decoded = decode(raw)
    text = decoded.text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if suffix in (".md", ".markdown"):
        text = without_markdown(text)
    return whole_file(text, decoded.encoding, options)


def without_markdown(text: str) -> str:
    """Keep the words of a Markdown text: headings, list items and table cells without their marks."""
    body = FRONT_MATTER.sub("", re.sub(r"<!--(?:(?!<!--|-->).)*-->", "", text, flags=re.DOTALL), count=1)
    return "\n".join(plain_line(line) for line in body.split("\n") if not RULE.match(line))


def plain_line(line: str) -> str:
    """Take the marks off one line."""
    is_row = BLOCKS[-1][0].match(line)
    for pattern, kept in (*BLOCKS, *INLINE):
        line = pattern.sub(kept, line)
    return "\t".join(cell.strip() for cell in line.split("|")) if is_row else line
