"""Old Word and WPS documents (.doc .wps .dot .wpt), and Word documents of 2003 that are XML.

A binary document is read by ourselves (``word/binary``): numbers, styles, notes, boxes, tables, tracked changes. Where
that cannot read it, or not all of it, LibreOffice is asked if this machine has it. It is not asked first: it takes
seconds a file, and a table that ends a document becomes one paragraph there (7.4, ``findings/``). For documents older
than Word 97 wps2md and antiword follow, which give the words and say nothing of the rest.
"""

from __future__ import annotations

import shutil
import struct
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import score
from nlp.readers.foreign import kept_as, run
from nlp.readers.formats import docx
from nlp.readers.limits import load
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, tidy, whole_file, with_unread
from nlp.readers.word.binary.container import is_encrypted, opened

if TYPE_CHECKING:
    from nlp.readers.word.tree import WordTree

READABLE = 0.5  # least score of a text that is not garbled
SAVE_AS_DOCX = "用 Word 或 WPS 打开，另存为 .docx；或安装 LibreOffice（soffice）后再读"
WORDS_ONLY = "自动编号、表格、脚注和文本框（文件太旧，只取出了文字）"


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read an old document; what is only named so is told."""
    raw = load(path, options)
    kind = what_it_is(raw) or "纯文本"
    if kind.startswith("Word 2003"):
        from nlp.readers.word.xml_2003 import xml_2003_tree

        return texts_of_tree(xml_2003_tree(raw), "doc（xml）", options)
    if "有密码" in kind or is_encrypted(raw):
        raise UnreadableFile("文件有密码", "去掉密码另存一份，再读")
    if kind not in ("旧版 Word 文档（.doc）", "旧版 Office 文件"):
        raise UnreadableFile(f"不是 Word 文档，其实是{kind}", "改回原来的扩展名，或用 Word、WPS 打开后另存为 .docx")
    if texts := texts_of(raw, options):
        return texts
    lacking = "" if converter() else "，本机也没有 LibreOffice 可以转换"
    raise UnreadableFile(f"读不出这份{kind}{lacking}", SAVE_AS_DOCX)


def texts_of(raw: bytes, options: ReadOptions) -> list[SourceText] | None:
    """Read an old document by the first way that reads all of it; by LibreOffice where we miss a part."""
    tree = binary_tree(raw, options)
    if tree is not None and not tree.unread:
        return readable(texts_of_tree(tree, "doc", options))
    ways = [by_soffice, (lambda *_: texts_of_tree(tree, "doc", options)) if tree else by_wps2md, by_antiword]
    return next((texts for way in ways if (texts := readable(way(raw, options)))), None)


def texts_of_tree(tree: WordTree, encoding: str, options: ReadOptions) -> list[SourceText]:
    """Read a tree (imported when the first document turns up)."""
    from nlp.readers.word.texts import texts_of

    return texts_of(tree, encoding, options)


def readable(texts: list[SourceText] | None) -> list[SourceText] | None:
    """Return texts that are not garbled."""
    return texts if texts and score(tidy(texts[0].text)) >= READABLE else None


def binary_tree(raw: bytes, options: ReadOptions) -> WordTree | None:
    """Read a document of Word 97 or later by ourselves; ``None`` for an older or a broken one."""
    from nlp.readers.word.binary.document import tree_of

    file = opened(raw)
    if file is None:
        return None
    try:
        if (size := file.lengths["boxes of heads"][1]) > options.max_text_chars:
            raise UnreadableFile(f"文字太多：{size} 字，超过 {options.max_text_chars} 字", "拆成几个较小的文件再读")
        return tree_of(file)
    except struct.error:
        return None


def by_wps2md(raw: bytes, options: ReadOptions) -> list[SourceText] | None:
    """Ask wps2md, which takes the text as one run."""
    import wps2md

    try:
        text = str(wps2md.parse(raw).main_text)
    except MemoryError:
        raise
    except Exception:  # whatever it stumbles over, the next way is tried, and the last one reports
        return None
    return words_only(text, "doc（wps2md）", options)


def by_antiword(raw: bytes, options: ReadOptions) -> list[SourceText] | None:
    """Ask antiword, if installed; ``-w 0`` keeps paragraphs whole."""
    program = shutil.which("antiword")
    if not program:
        return None
    with kept_as(raw, "old.doc") as path:
        return words_only(run([program, "-w", "0", "-m", "UTF-8.txt", str(path)]), "doc（antiword）", options)


def words_only(text: str | None, encoding: str, options: ReadOptions) -> list[SourceText] | None:
    """Return a text of which nothing but the words is known, and say so."""
    if not text or not text.strip():
        return None
    return with_unread(whole_file(text, encoding, options), f"{WORDS_ONLY}没有读", SAVE_AS_DOCX)


def by_soffice(raw: bytes, options: ReadOptions) -> list[SourceText] | None:
    """Convert with LibreOffice, if installed, under a profile of our own, so that parallel runs do not collide."""
    program = converter()
    if not program:
        return None
    with kept_as(raw, "old.doc") as path:  # named .wps it would be taken for a document of Microsoft Works
        folder = path.parent
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        run([program, profile, "--headless", "--convert-to", "docx", "--outdir", str(folder), str(path)])
        converted = folder / "old.docx"
        try:
            texts = docx.read(converted, options) if converted.is_file() else []
        except UnreadableFile:  # LibreOffice makes an empty document of rubbish
            return None
    return [replace(text, encoding="doc（soffice）") for text in texts]


def converter() -> str | None:
    """Return where LibreOffice is; ``None`` if this machine has none."""
    return shutil.which("soffice") or shutil.which("libreoffice")
