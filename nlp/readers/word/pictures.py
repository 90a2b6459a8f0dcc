"""Page-wide pictures of a Word document, recognised and put into its text where they stand (``--ocr``)."""

from __future__ import annotations

from collections.abc import Callable

from nlp.readers.printed.reading import read_pages
from nlp.readers.recognition.placing import page_of
from nlp.readers.recognition.recognizer import Recognizer
from nlp.readers.registers.register import ColumnHints
from nlp.readers.word.elements import A, made, words
from nlp.readers.word.list_numbers import W, Xml
from nlp.readers.word.unread import V, is_page, pictures

LINKS = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def recognise(body: Xml, picture_of: Callable[[str], bytes | None], recognizer: Recognizer, hints: ColumnHints) -> int:
    """Put the words of page-wide pictures in their places; return how many pictures were read.

    Parameters
    ----------
    picture_of : what gives the bytes of a picture by the mark of its relation
    """
    n_chars = sum(len(each.text or "") for each in body.iter(W + "t"))
    n_read = 0
    for element in [each for each, width, height in pictures(body) if is_page(width, height, n_chars)]:
        raw = picture_of(mark_of(element))
        seen = recognizer.read(raw) if raw else None
        if seen is not None and seen.lines:
            n_read += 1
            paragraphs = read_pages([page_of(seen, 1)], hints).paragraphs
            put_in_place(element, [made("p", made("r", words(text))) for text in paragraphs])
    return n_read


def mark_of(element: Xml) -> str:
    """Return the mark of the relation to the bytes of a picture."""
    if element.tag == V + "imagedata":
        return str(element.get(LINKS + "id", ""))
    blip = next(element.iter(A + "blip"), None)
    return "" if blip is None else str(blip.get(LINKS + "embed", ""))


def put_in_place(element: Xml, paragraphs: list[Xml]) -> None:
    """Put paragraphs behind the one that holds a picture, and take the picture out."""
    around = next((above for above in element.iterancestors(W + "p")), None)
    element.getparent().remove(element)
    for paragraph in reversed(paragraphs):
        if around is not None:
            around.addnext(paragraph)
