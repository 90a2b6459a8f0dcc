"""What of a web page is furniture of the site, told by its tags, its names, its visibility and its links."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from operator import attrgetter

from nlp.readers.web.elements import SENTENCE_ENDS, Element, Event, words

FURNITURE = words("nav header footer aside form dialog menu")  # dropped unless they hold the article
FURNITURE_WORDS = words(  # of class and id
    "nav navbar navigation menu breadcrumb breadcrumbs crumb crumbs sidebar aside footer foot header share sharing"
    " related recommend recommended recommendation ad ads advert advertisement copyright comment comments pagination"
    " pager toc"
)
CONTENTS_LIST = words("table of contents")  # the id that LibreOffice gives it
POPPING_UP = words("popup pop modal dialog dropdown tooltip toast mask layer cookie")
TABLE_PARTS = words("table thead tbody tfoot tr th td caption colgroup col")  # class="header" is the row of names
LINK_LISTS = words("div ul ol dl p section table center span")  # what may be a list of links and nothing else
HEADINGS = words("h1 h2 h3 h4 h5 h6")
FEWEST_LINKS, LINKED_SHARE, LONGEST_LINK = 3, 0.75, 40  # of a list of links: links, share of its characters, characters
PUBLIC_ACCOUNT = ("js_content", "js_article", "page-content", "img-content")  # around an article of a 公众号


def dropped(events: list[Event]) -> set[int]:
    """Return the positions of events that are furniture.

    What holds half of the page is the article, whatever its name. Where nothing that can be seen is a sentence, what
    was hidden is read: a script was meant to show it.
    """
    elements = [event for at, event in enumerate(events) if isinstance(event, Element) and event.start == at]
    inside = left_out(elements, lenient=False)
    shown = (event for at, event in enumerate(events) if isinstance(event, str) and at not in inside)
    if not any(map(SENTENCE_ENDS.search, shown)):
        inside = left_out(elements, lenient=True)
    return inside | outside_of_article(elements, len(events))


def left_out(elements: Sequence[Element], lenient: bool) -> set[int]:
    """Return the positions of events in furniture, but for the headings of the article."""
    total = max((element.n_chars for element in elements), default=0)
    inside: set[int] = set()
    gone: list[Element] = []
    reached = -1
    for element in elements:
        if element.start > reached and is_furniture(element, lenient) and element.n_chars * 2 < total:
            inside.update(range(element.start, element.end + 1))
            gone.append(element)
            reached = element.end
    return inside - kept_headline(elements, inside) - kept_headings(elements, gone)


def is_furniture(element: Element, lenient: bool = False) -> bool:
    """Tell the furniture of a site by its tag, its visibility, its links, and the whole words of its class and id.

    ``lenient``: what is hidden and holds sentences is none.
    """
    if is_hidden(element) and not (lenient and element.inside.sentences):
        return True
    if element.tag in TABLE_PARTS and element.tag != "table":
        return False
    named = not element.words.isdisjoint(FURNITURE_WORDS) or element.words >= CONTENTS_LIST
    return element.tag in FURNITURE or named or is_list_of_links(element)


def is_hidden(element: Element) -> bool:
    """Whether nobody sees an element. Text that is only veiled waits for a script: saved articles look like that."""
    if element.veiled and not element.hidden:
        return not element.inside.sentences or not element.words.isdisjoint(POPPING_UP)
    return element.hidden


def is_list_of_links(element: Element) -> bool:
    """Whether an element is a row of short links: a menu, related articles, a list of contents."""
    inside = element.inside
    return (
        element.tag in LINK_LISTS
        and inside.links >= FEWEST_LINKS
        and inside.linked >= LINKED_SHARE * inside.chars
        and inside.linked <= LONGEST_LINK * inside.links
        and not inside.sentences
    )


def outside_of_article(elements: Sequence[Element], n_events: int) -> set[int]:
    """Return the events outside the article of a 公众号, whose saved page ends in the buttons of the application."""
    ids = {element.id: element for element in reversed(elements)}
    if "js_content" not in ids:
        return set()
    around = min((ids[name] for name in PUBLIC_ACCOUNT if name in ids), key=attrgetter("start"))
    return set(range(around.start)) | set(range(around.end + 1, n_events))


def kept_headline(elements: Sequence[Element], inside: set[int]) -> set[int]:
    """Return the events of a visible h1 in a dropped header: the one of the article, or the page's only one."""
    headlines = [element for element in elements if element.tag == "h1" and not element.hidden and element.n_chars]
    lost = [h for h in headlines if h.start in inside and (h.within or len(headlines) == 1)]
    return {at for h in lost for at in range(h.start, h.end + 1)}


def kept_headings(elements: Sequence[Element], gone: Sequence[Element]) -> set[int]:
    """Return the events of the headings in a dropped header of an article, but not of a list of links inside it."""
    kept: set[int] = set()
    for header in gone:
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
