"""From the tree of a Word document to the text that its reader returns, with what was not read."""

from __future__ import annotations

from nlp.base.errors import UnreadableFile
from nlp.readers.contents import without_contents
from nlp.readers.secrecy import refuse_marked
from nlp.readers.source import ReadOptions, SourceText, by_machine, whole_file, with_unread
from nlp.readers.word.lines import head_lines, lines_of
from nlp.readers.word.tree import WordTree
from nlp.readers.word.unread import not_read


def texts_of(tree: WordTree, encoding: str, options: ReadOptions) -> list[SourceText]:
    """Read a tree. Raises UnreadableFile if there is no text in it, or if it has a secrecy mark."""
    refuse_marked(head_lines(tree), options)
    lines = without_contents(lines_of(tree, options.column_hints))
    n_chars = sum(map(len, lines))
    told = [*tree.unread, *not_read(tree.body, n_chars, tree.n_files)]
    if told and not any(map(str.strip, lines)):
        parts, fixes = zip(*told, strict=True)
        raise UnreadableFile(f"没有读到文字；没有读的有：{'、'.join(parts)}", "；".join(dict.fromkeys(fixes)))
    texts = whole_file("\n".join(lines), encoding, options)
    texts = by_machine(texts) if tree.by_machine else texts
    for part, fix in told:
        texts = with_unread(texts, f"{part}没有读", fix)
    return texts
