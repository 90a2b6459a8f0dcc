"""Web pages: the words of the article, without the furniture of the site."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.base.errors import UnreadableFile
from nlp.readers.encoding import decode
from nlp.readers.limits import load
from nlp.readers.registers.register import MAX_COLUMNS, ColumnHints, register_lines
from nlp.readers.secrecy import refuse_marked
from nlp.readers.sniff import what_it_is
from nlp.readers.source import ReadOptions, SourceText, whole_file

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode


def words(text: str) -> frozenset[str]:
    """Return the words of ``text``."""
    return frozenset(text.split())


NEVER = words(
    "script style noscript template head iframe object svg annotation annotation-xml select button textarea datalist"
)
FURNITURE = words("nav header footer aside form dialog menu")  # dropped unless they hold the article
FURNITURE_WORDS = words(  # of class and id
    "nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs sidebar aside footer foot header share sharing"
    " related recommend recommended recommendation ad ads advert advertisement copyright comment comments pagination"
    " pager"
)
BLOCKS = words(
    "address article blockquote body center dd details div dl dt fieldset figcaption figure h1 h2 h3 h4 h5 h6 hr html"
    " li main ol p pre section summary table tbody tfoot thead title tr ul caption header footer nav aside form"
)
CELLS = words("td th")
HEADINGS = words("h1 h2 h3 h4 h5 h6")
HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CHARSET = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
CLOSES_ITSELF = words(
    "area base br col embed hr img input link meta param source track wbr p li td th tr option dt dd tbody thead tfoot"
)
MAX_DEPTH = 5000  # the time of the parser grows with the square of the depth
LONG_CELL = 120  # characters: a table with a longer cell lays out the page
CJK = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”‘’]"
BREAK_IN_CHINESE = re.compile(rf"(?<={CJK})[ \t]*[\r\n]\s*(?={CJK})")


@dataclass(slots=True)
class Element:
    """An element as an interval of the page's events: where it begins and ends, and how much text lies inside."""

    tag: str
    words: frozenset[str]  # of class and id
    hidden: bool
    start: int
    n_before: int  # characters of text before it
    end: int = -1
    n_chars: int = 0
    within: tuple[str, ...] = field(default=())  # tags of article and main around it
    span: tuple[int, int] = (1, 1)  # of a cell: columns and rows


Event = Element | str  # an element stands at its start and at its end, a string is text


def read(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read a web page."""
    raw = load(path, options)
    if (kind := what_it_is(raw)) and not kind.startswith("网页"):
        raise UnreadableFile(f"不是网页，其实是{kind}", "改回原来的扩展名，或在浏览器中另存为“仅 HTML”")
    charset = CHARSET.search(raw[:4096])
    decoded = decode(raw, declared=charset.group(1).decode("ascii", errors="replace") if charset else None)
    if len(decoded.text) > 2 * options.max_text_chars:  # the parsed page takes many times the room of its source
        raise UnreadableFile(f"网页太大：{len(decoded.text)} 字", "用浏览器打开，复制正文存为 .txt")
    if depth(decoded.text) > MAX_DEPTH:
        raise UnreadableFile("网页嵌套过深", "用浏览器打开，复制正文存为 .txt")
    return whole_file(page_text(decoded.text, options), decoded.encoding, options)


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
    from selectolax.lexbor import LexborHTMLParser

    parsed = LexborHTMLParser(page.replace("\x00", ""))
    if (body := parsed.body) is None:
        return ""
    events = list(walk(body))
    left_out = dropped(events)
    if left_out:
        refuse_marked("".join(pieces(events, set(), {})).split("\n"), options, n_head=0)
    if title := parsed.css_first("title"):
        refuse_marked([title.text()], options)
    text = re.sub(
        r" *\t *",
        "\t",
        re.sub(r" {2,}", " ", "".join(pieces(events, left_out, registers(events, left_out, options.column_hints)))),
    )
    lines = text.split("\n")
    return "\n".join(kept for line in lines if (kept := line.strip(" \t\r")))  # ideographic indents stay


def walk(root: LexborNode) -> Iterator[Event]:
    """Yield the events of a page in order, without recursion and without what is never text."""
    open_elements: list[Element] = []
    nodes: list[LexborNode | None] = [root]
    position = n_chars = 0
    while nodes:
        node = nodes.pop()
        if node is None:  # the end of the innermost open element
            element = open_elements.pop()
            element.end, element.n_chars = position, n_chars - element.n_before
            yield element
        elif node.tag == "-text":
            text = node.text_content or ""
            n_chars += len(text.strip())
            yield text
        elif node.tag and node.tag[0].isalpha() and node.tag not in NEVER:
            element = opened(node, position, n_chars, open_elements)
            open_elements.append(element)
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


def opened(node: LexborNode, position: int, n_before: int, around: list[Element]) -> Element:
    """Note what matters of an element that begins."""
    attributes, tag = node.attributes, node.tag or ""
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    hidden = (
        "hidden" in attributes
        or (attributes.get("aria-hidden") or "").lower() == "true"
        or HIDDEN_STYLE.search(attributes.get("style") or "") is not None
    )
    within = around[-1].within if around else ()
    return Element(
        tag=tag,
        words=frozenset(re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", names).lower())),
        hidden=hidden,
        start=position,
        n_before=n_before,
        within=(*within, tag) if tag in ("article", "main") and tag not in within else within,
        span=(spanned(attributes.get("colspan"), 100), spanned(attributes.get("rowspan"), 1000))
        if tag in CELLS
        else (1, 1),
    )


def spanned(found: str | None, most: int) -> int:
    """Return how many columns or rows a cell says that it takes; one where it says no number."""
    return min(max(1, int(found)), most) if found is not None and re.fullmatch("[0-9]{1,4}", found) else 1


def dropped(events: list[Event]) -> set[int]:
    """Return the positions of events that are furniture.

    What holds half of the page is the article, whatever its name.
    """
    elements = [event for at, event in enumerate(events) if isinstance(event, Element) and event.start == at]
    total = max((element.n_chars for element in elements), default=0)
    inside: set[int] = set()
    left_out: list[Element] = []
    reached = -1
    for element in elements:
        if element.start > reached and is_furniture(element) and element.n_chars * 2 < total:
            inside.update(range(element.start, element.end + 1))
            left_out.append(element)
            reached = element.end
    return inside - kept_headline(elements, inside) - kept_headings(elements, left_out)


def is_furniture(element: Element) -> bool:
    """Tell the furniture of a site by its tag, its visibility, and the whole words of its class and id."""
    return element.tag in FURNITURE or element.hidden or not element.words.isdisjoint(FURNITURE_WORDS)


def kept_headline(elements: list[Element], inside: set[int]) -> set[int]:
    """Return the events of a visible h1 in a dropped header: the one of the article, or the page's only one."""
    headlines = [element for element in elements if element.tag == "h1" and not element.hidden and element.n_chars]
    lost = [h for h in headlines if h.start in inside and (h.within or len(headlines) == 1)]
    return {at for h in lost for at in range(h.start, h.end + 1)}


def kept_headings(elements: list[Element], left_out: list[Element]) -> set[int]:
    """Return the events of the headings in a dropped header of an article, but not of a list of links inside it."""
    kept: set[int] = set()
    for header in left_out:
        if header.within and not header.hidden and (header.tag == "header" or "header" in header.words):
            reached = -1
            for element in elements[bisect_right(elements, header.start, key=attrgetter("start")) :]:
                if element.start > header.end:
                    break
                if element.start > reached and is_furniture(element):
                    reached = element.end
                elif element.start > reached and element.tag in HEADINGS:
                    kept.update(range(element.start, element.end + 1))
    return kept


def pieces(
    events: list[Event],
    without: set[int],
    rows: Mapping[int, tuple[int, str]],
    first: int = 0,
    last: int | None = None,
) -> Iterator[str]:
    """Yield the text of the kept events with line ends between blocks and tabs between the cells of data tables.

    ``rows``: what stands for the rows of registers, see :func:`registers`; ``first``, ``last``: of the events.
    """
    layout = layout_tables(events) if last is None else set()
    tables: list[bool] = []  # of the open tables: does it hold data?
    n_pre = 0
    reached = -1  # the end of a row that is said already
    for at, event in enumerate(events[first:last], first):
        if at <= reached:
            continue
        if at in rows:
            reached, text = rows[at]
            yield text
            continue
        if isinstance(event, str):
            if at not in without:
                yield event if n_pre else re.sub(r"[ \t\r\n\f]+", " ", BREAK_IN_CHINESE.sub("", event))
            continue
        opens = event.start == at
        if event.tag == "table":
            tables.append(event.start not in layout) if opens else tables.pop()
        n_pre += (1 if opens else -1) if event.tag == "pre" else 0
        if at not in without:
            yield separator(event, opens, in_data=bool(tables and tables[-1]))


def separator(element: Element, opens: bool, in_data: bool) -> str:
    """Return what stands where an element begins or ends."""
    if element.tag in CELLS and in_data:
        return "" if opens else "\t"
    if in_data and element.tag not in ("tr", "table", "caption"):
        return " " if element.tag in BLOCKS or element.tag == "br" else ""
    if element.tag == "br":
        return "\n" if opens else ""
    return "\n" if element.tag in BLOCKS or element.tag in CELLS else ""


def layout_tables(events: list[Event]) -> set[int]:
    """Return the starts of the tables that lay out the page: with another table or a long cell inside."""
    layout: set[int] = set()
    around: list[int] = []
    for at, event in enumerate(events):
        if isinstance(event, Element) and event.tag == "table":
            if event.start == at:
                layout.update(around)
                around.append(at)
            else:
                around.pop()
        elif isinstance(event, Element) and event.tag in CELLS and around and event.n_chars > LONG_CELL:
            layout.add(around[-1])
    return layout


def registers(events: list[Event], left_out: set[int], hints: ColumnHints) -> dict[int, tuple[int, str]]:
    """Return what stands for the rows of registers: the start of a row → its end, and its lines."""
    found: dict[int, tuple[int, str]] = {}
    for table in simple_tables(events) if hints else ():
        rows = [row for row in elements_in(events, table, "tr") if row.start not in left_out]
        cells = [
            {column: cell_lines(events, cell, left_out) for column, cell in row.items()}
            for row in placed([elements_in(events, row, *CELLS) for row in rows])
        ]
        of_register = register_lines(cells, hints)
        if any(lines is not None for lines in of_register):
            for element, row, lines in zip(rows, cells, of_register, strict=True):
                plain = ["\t".join(" ".join(filter(None, cell)) for cell in row.values())]
                found[element.start] = element.end, "\n".join(["", *(plain if lines is None else lines), ""])
    return found


def simple_tables(events: list[Event]) -> Iterator[Element]:
    """Yield the tables that hold no table."""
    innermost: Element | None = None
    for at, event in enumerate(events):
        if isinstance(event, Element) and event.tag == "table":
            if event.start == at:
                innermost = event
            elif innermost is event:
                yield event
                innermost = None


def elements_in(events: list[Event], around: Element, *tags: str) -> list[Element]:
    """Return the elements of some tags inside another, in order."""
    inside = enumerate(events[around.start + 1 : around.end], around.start + 1)
    return [event for at, event in inside if isinstance(event, Element) and event.start == at and event.tag in tags]


def placed(rows: list[list[Element]]) -> Iterator[dict[int, Element]]:
    """Yield the cells of each row by the column where they begin, beside those that reach down from rows above."""
    below: dict[int, int] = {}  # column → rows that a cell above still takes
    for cells in rows:
        taken = {at for at, n in below.items() if n}
        below = {at: n - 1 for at, n in below.items() if n > 1}
        row: dict[int, Element] = {}
        at = 0
        for cell in cells:
            while at in taken:
                at += 1
            row[at] = cell
            columns, down = cell.span
            if down > 1:
                below.update(dict.fromkeys(range(at, min(at + columns, MAX_COLUMNS)), down - 1))
            at += columns
        yield row


def cell_lines(events: list[Event], cell: Element, left_out: set[int]) -> list[str]:
    """Return the lines of a cell, as if it stood by itself."""
    return "".join(pieces(events, left_out, {}, cell.start + 1, cell.end)).split("\n")
