"""Word documents of 2003 that are one XML file (WordprocessingML 2003): the elements of today under other names."""

from __future__ import annotations

from nlp.readers.word.binary.lists import look_of
from nlp.readers.word.elements import Xml, made
from nlp.readers.word.list_numbers import W
from nlp.readers.word.package import parsed
from nlp.readers.word.tree import WordTree

OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
HINTS = "{http://schemas.microsoft.com/office/word/2003/auxHint}"  # what Word worked out, such as sections
CHANGES = "{http://schemas.microsoft.com/aml/2001/core}"
RENAMED = """
listPr=numPr ilfo=numId listDef=abstractNum list=num ilst=abstractNumId nfc=numFmt
vmerge=vMerge hmerge=hMerge hlink=hyperlink sect=sdtContent footnote=footnoteReference endnote=endnoteReference
"""  # notes stand where they are referred to
TAGS = dict(pair.split("=") for pair in RENAMED.split())
ATTRIBUTES = {"listDefId": "abstractNumId", "ilfo": "numId"}
CHANGED = {"Word.Insertion": "ins", "Word.Deletion": "del"}


def xml_2003_tree(raw: bytes) -> WordTree:
    """Read a document: its elements get the names of today, in place. Raises UnreadableFile if it is broken."""
    root = parsed(raw)
    for element in list(root.iter(f"{OLD}*", f"{HINTS}*", f"{CHANGES}*")):
        rename(element)
    body = root.find(W + "body")
    heads = [] if body is None else list(body.iter(W + "hdr", W + "ftr"))
    for head in heads:
        head.getparent().remove(head)
    return WordTree(
        body=made("body") if body is None else body,
        numbering=root.find(W + "lists"),
        styles=root.find(W + "styles"),
        heads=heads,
    )


def rename(element: Xml) -> None:
    """Give an element and its attributes the names of today."""
    space, _, name = element.tag.rpartition("}")
    if space + "}" == HINTS or name == "content":  # holds paragraphs or runs, or nothing of interest
        element.tag = W + "sdtContent"
    elif space + "}" == CHANGES:
        element.tag = W + CHANGED.get(element.get(OLD + "type", ""), "other")
    else:
        element.tag = W + TAGS.get(name, name)
    for key, value in element.items():
        if key.startswith(OLD):
            del element.attrib[key]
            own = key.removeprefix(OLD)
            element.set(W + ATTRIBUTES.get(own, own), look_of(value) if name == "nfc" else value)
