"""A web page as a row of events: where each element begins and ends, what it is called, what lies inside."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nlp.readers.web.list_marks import mark_of_item

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


def words(text: str) -> frozenset[str]:
    """Return the words of ``text``."""
    return frozenset(text.split())


NEVER = words(
    "script style noscript template head iframe object svg annotation annotation-xml select button textarea datalist"
    " del comment rt rp"
)
CELLS = words("td th")
LISTS = words("ol ul menu dir")
PAGE_PARTS = words("header footer")  # LibreOffice writes <div title="header">
NO_DISPLAY = re.compile(r"display\s*:\s*none", re.IGNORECASE)
VEILED = re.compile(r"visibility\s*:\s*hidden", re.IGNORECASE)
NOTES = words("footnotes endnotes footnote endnote")  # their numbers are those of marks that are left out
TRACKED = frozenset(("data-author", "datetime", "cite"))  # of struck text: somebody's deletion, not a way of writing
STRUCK = words("s strike span")
NOTE_MARK = re.compile(
    r"\s*(?:[\[〔(（【]?(?:\d{1,3}|[ivx]{1,5}|[*†‡§^]|[①-⑳㉑-㊿]|注\s?\d*)[\]〕)）】]?|[↩↑⏎]\ufe0e?)\s*"
)
RAISED_MARK = re.compile(r"\s*(?:[\[〔(（【]\s*\d{1,3}\s*[\]〕)）】]|[①-⑳㉑-㊿]|注\s?\d*)\s*")
SENTENCE_ENDS = re.compile("[。！？]")


@dataclass(slots=True)
class Sizes:
    """How much lies before a place of the page, or inside an element."""

    chars: int = 0
    linked: int = 0  # characters inside links
    links: int = 0
    sentences: int = 0  # ends of sentences

    def since(self, before: Sizes) -> Sizes:
        """What lies between an earlier place and this one."""
        return Sizes(
            self.chars - before.chars,
            self.linked - before.linked,
            self.links - before.links,
            self.sentences - before.sentences,
        )

    def copy(self) -> Sizes:
        """The sizes as they are now."""
        return Sizes(self.chars, self.linked, self.links, self.sentences)


@dataclass(slots=True)
class Element:
    """An element as an interval of the page's events: where it begins and ends, and how much text lies inside."""

    tag: str
    words: frozenset[str]  # of class and id
    id: str
    hidden: bool
    veiled: bool  # hidden, but takes its room: a script may be meant to show it
    start: int
    before: Sizes
    end: int = -1
    inside: Sizes = field(default_factory=Sizes)
    within: tuple[str, ...] = field(default=())  # tags of article and main around it
    span: tuple[int, int] = (1, 1)  # of a cell: columns and rows
    marks: str = ""  # of a list: how its items are counted; of an item: its mark
    count: int = 0  # of a list: its last item

    @property
    def n_chars(self) -> int:
        """Characters inside."""
        return self.inside.chars


Event = Element | str  # an element stands at its start and at its end, a string is text


def walk(root: LexborNode) -> Iterator[Event]:
    """Yield the events of a page in order, without recursion and without what is never text."""
    around: list[Element] = []
    nodes: list[LexborNode | None] = [root]
    position, n_open_links = 0, 0
    sizes = Sizes()
    while nodes:
        node = nodes.pop()
        if node is None:  # the end of the innermost open element
            element = around.pop()
            n_open_links -= element.tag == "a"
            element.end, element.inside = position, sizes.since(element.before)
            yield element
        elif node.tag == "-text":
            text = node.text_content or ""
            n = len(text.strip())
            sizes.chars += n
            sizes.linked += n if n_open_links else 0
            sizes.sentences += len(SENTENCE_ENDS.findall(text))
            yield text
        elif node.tag and node.tag[0].isalpha() and node.tag not in NEVER and not is_left_out(node):
            element = opened(node, position, sizes.copy(), around)
            around.append(element)
            n_open_links += element.tag == "a"
            sizes.links += element.tag == "a"
            nodes.append(None)
            nodes.extend(reversed(children(node)))
            yield element
        else:
            continue
        position += 1


def children(node: LexborNode) -> list[LexborNode]:
    """Return the child nodes in order."""
    found, child = [], node.first_child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def is_left_out(node: LexborNode) -> bool:
    """Tell tracked deletions, and the marks that lead to notes and back, from text."""
    tag = node.tag
    if tag in STRUCK:
        names = names_of(node)
        deleted = "deletion" in names or {"mso", "del"} <= names or "msodel" in names
        return deleted or (tag != "span" and not TRACKED.isdisjoint(node.attributes))
    if tag == "a" and (node.attributes.get("href") or "").startswith("#"):
        return NOTE_MARK.fullmatch(node.text() or "") is not None
    return tag == "sup" and RAISED_MARK.fullmatch(node.text() or "") is not None


def names_of(node: LexborNode) -> frozenset[str]:
    """Return the words of an element's class and id: MsoFooter is mso and footer."""
    attributes = node.attributes
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return frozenset(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).lower()))


def opened(node: LexborNode, position: int, before: Sizes, around: list[Element]) -> Element:
    """Note what matters of an element that begins."""
    attributes, tag = node.attributes, node.tag or ""
    style = attributes.get("style") or ""
    within = around[-1].within if around else ()
    title = (attributes.get("title") or "").lower()
    element = Element(
        tag=tag,
        words=names_of(node) | ({title} if tag == "div" and title in PAGE_PARTS else frozenset()),
        id=attributes.get("id") or "",
        hidden="hidden" in attributes
        or (attributes.get("aria-hidden") or "").lower() == "true"
        or NO_DISPLAY.search(style) is not None,
        veiled=VEILED.search(style) is not None,
        start=position,
        before=before,
        within=(*within, tag) if tag in ("article", "main") and tag not in within else within,
        span=(spanned(attributes.get("colspan"), 100), spanned(attributes.get("rowspan"), 1000))
        if tag in CELLS
        else (1, 1),
    )
    if tag == "li" and (list_around := next((e for e in reversed(around) if e.tag in LISTS), None)):
        given = attributes.get("value") or ""
        list_around.count = int(given) if re.fullmatch("[0-9]{1,4}", given) else list_around.count + 1
        element.marks = mark_of_item(list_around.marks, list_around.count)
    elif tag == "ol":
        first = attributes.get("start") or ""
        element.count = int(first) - 1 if re.fullmatch("[0-9]{1,4}", first) else 0
        is_notes = any(not each.words.isdisjoint(NOTES) for each in (*around, element))
        element.marks = "" if is_notes else style_of_list(attributes.get("type") or "", style)
    return element


def style_of_list(kind: str, style: str) -> str:
    """How the items of a numbered list are counted: the name of its style in CSS."""
    of_type = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}.get(kind, "decimal")
    named = re.search(r"list-style(?:-type)?\s*:\s*([a-z-]+)", style.lower())
    return named.group(1) if named else of_type


def spanned(found: str | None, most: int) -> int:
    """Return how many columns or rows a cell says that it takes; one where it says no number."""
    return min(max(1, int(found)), most) if found is not None and re.fullmatch("[0-9]{1,4}", found) else 1
