"""Plain text and Markdown."""

from __future__ import annotations

import re
from pathlib import Path

from nlp.readers.contents import without_contents
from nlp.readers.encoding import decode
from nlp.readers.limits import load_lines
from nlp.readers.note_marks import without_note_marks
from nlp.readers.registers.register import ColumnHints
from nlp.readers.registers.typed import with_registers
from nlp.readers.sniff import is_html, is_markup
from nlp.readers.source import ReadOptions, SourceText, whole_file

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?:[\w\-]+[ \t]*[:：].*\n|[ \t]+.*\n)*---[ \t]*\n")
BLOCKS = (  # what marks a whole line → what stays of it
    (re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$"), r"\1"),  # heading
    (re.compile(r"^ {0,3}(?:>[ \t]?)+"), ""),  # quotation
    (re.compile(r"^[ \t]*[-*+][ \t]+(?:\[[ xX]\][ \t]+)?"), ""),  # list item: its number stays, its bullet goes
    (re.compile(r"^[ \t]*\|(.*)\|[ \t]*$"), r"\1"),  # row of a table
)
LINK_OF_CONTENTS = re.compile(
    r"^[ \t]*(?:[-*+]|\d{1,3}\.)[ \t]+\[[^\[\]\n]{1,200}\]\(#[^()\n]{0,300}\)[ \t]*$|^\[\[?toc\]?\][ \t]*$", re.I
)
RULE = re.compile(r"^ {0,3}(?:(?:[-*_=][ \t]*){3,}|`{3,}.*|~{3,}.*|[ \t|:]*-{3,}[-:| \t]*)$")
INLINE = (  # bounded, so that marks that are never closed cost no time
    (re.compile(r"!\[[^\[\]\n]{0,200}\]\([^()\n]{0,2000}\)"), ""),  # image
    (re.compile(r"\[([^\[\]\n]{1,200})\]\([^()\n]{0,2000}\)"), r"\1"),  # link
    (re.compile(r"~~(?=\S)[^~\n]{2,500}(?<=\S)~~|<(del|s)\b[^<>]{0,200}>[^<>\n]{0,500}</\1>"), ""),
    (re.compile(r"\[[^\[\]\n]{0,500}\]\{\.(?:deletion|comment)[^{}\n]{0,300}\}"), ""),  # pandoc's tracked changes
    (re.compile(r"\[([^\[\]\n]{0,500})\]\{[.#][^{}\n]{0,300}\}"), r"\1"),  # and its other spans
    (re.compile(r"(?<=\S)[ \t]*\{[.#][^{}\n]{0,200}\}$"), ""),  # of a heading
    (re.compile(r"\[\^[^\[\]\s]{1,40}\](?::[ \t]*)?"), ""),  # mark of a note, at its place and before the note
    (re.compile(r"\^([\w+-]{1,6})\^|(?<=[A-Za-z])~(\d{1,3})~"), r"\1\2"),  # superscript, subscript; 5~10~20 is neither
    (re.compile(r"</?(?:u|b|i|em|strong|sup|sub|span|font|ins|mark|br)\b[^<>\n]{0,200}>"), ""),
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
        from nlp.readers.formats import any_word

        return any_word.read(path, options)
    return texts_of(raw, path.suffix.lower(), options)


def texts_of(raw: bytes, suffix: str, options: ReadOptions) -> list[SourceText]:
    """Decode the bytes of a text or Markdown file."""
    decoded = decode(raw)
    text = decoded.text
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if suffix in (".md", ".markdown"):
        lines = without_contents(without_markdown(text, options.column_hints).split("\n"))
    else:
        lines = with_registers(without_contents(text.split("\n")), options.column_hints)
    return whole_file("\n".join(without_note_marks(lines)), decoded.encoding, options)


def without_markdown(text: str, hints: ColumnHints = ()) -> str:
    """Keep the words of a Markdown text: headings, list items and table cells without their marks; what is struck out
    goes, as in web pages."""
    body = FRONT_MATTER.sub("", re.sub(r"<!--(?:(?!<!--|-->).)*-->", "", text, flags=re.DOTALL), count=1)
    lines = [line for line in body.split("\n") if not LINK_OF_CONTENTS.match(line)]
    told = with_registers(lines, hints, plain_line)
    return "\n".join(plain_line(line) for line in told if not RULE.match(line))


def plain_line(line: str) -> str:
    """Take the marks off one line."""
    is_row = BLOCKS[-1][0].match(line)
    for pattern, kept in (*BLOCKS, *INLINE):
        line = pattern.sub(kept, line)
    return "\t".join(cell.strip() for cell in line.split("|")) if is_row else line
