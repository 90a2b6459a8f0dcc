"""The pieces of a written paper, before any program draws them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Title:
    """The title of the paper."""

    text: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with its numbering: 一、 (level 1), （一） (level 2), 1. (level 3)."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``lead`` is what stands in bold before it."""

    text: str
    lead: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; cells are written as they are."""

    caption: str
    head: list[str]
    rows: list[list[str]]


Block = Title | Heading | Paragraph | Table
