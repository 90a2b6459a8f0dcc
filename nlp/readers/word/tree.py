"""A Word document as it is read, whatever it was stored as: one tree of WordprocessingML and what belongs to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Xml = Any  # an lxml element


@dataclass(frozen=True)
class WordTree:
    """The body of a document, what tells its numbers and styles, its notes, and what stands outside the text."""

    body: Xml
    numbering: Xml | None = None
    styles: Xml | None = None
    notes: Mapping[str, Xml | None] = field(default_factory=dict)  # kind (footnote, endnote) → all notes of the kind
    heads: Sequence[Xml] = ()  # page headers and footers, which are read for a secrecy mark only
    inserted: Mapping[str, Sequence[str]] = field(default_factory=dict)  # mark of an altChunk → its lines
    n_files: int = 0  # that are embedded, where the body does not show them
    by_machine: bool = False  # whether some of the body was recognised in pictures
    unread: Sequence[tuple[str, str]] = ()  # what the file holds that is not in the tree, and what to do about it
