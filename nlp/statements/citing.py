"""Where a sentence comes from, as an office cites it, and which sentences are worth quoting."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from nlp.measures.forms import SUMMARY, form_of
from nlp.statements.evidence import Part, Sheets, citable

SHORTEST, LONGEST = 20, 90  # characters of a quotation: a coda says nothing, a long one is not read
SURE = 0.9  # score of a label that is quoted before any other
CUE = "线索词"  # how the reason of a label begins that rests on a cue
SENTENCE = re.compile(r"[^。！？!?\n\t]+(?:[。！？!?]+[”’」』）]*)?")
PART = re.compile(r"[^。！？!?；;\n\t]+(?:[。！？!?；;]+[”’」』）]*)?")  # where the whole sentence is too long
NUMBERING = re.compile(
    r"\s*(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:[）)、]\s*|[.．](?!\d)\s*)|[一二三四五六七八九十]{1,2}是(?=\S)|[①-⑳]\s*"
    r"|第[一二三四五六七八九十]{1,2}[，、]|其[一二三四五六七八九十][，、是])"
)
ROW = "·"  # between a file and the number of its row


def citation_of(document: Mapping[str, object] | pd.Series) -> str:
    """Unit, year and genre of a document, as far as they are known: 云江市财政局，2021年自查报告.

    The title stands for a unit or a genre that is not known; a row of a table is named by its number.

    >>> citation_of({"organ": "云江市财政局", "date": "2021-05", "genre": "自查报告", "title": "", "document_id": "a"})
    '云江市财政局，2021年自查报告'
    >>> citation_of({"organ": None, "date": "2021", "genre": "自查报告", "title": "甲", "document_id": "表.csv·3"})
    '《甲》编号3，2021年自查报告'
    >>> citation_of({"organ": "乙局", "date": None, "genre": None, "title": "甲", "document_id": "a"})
    '乙局，《甲》'
    """
    return "".join(text for text, *_ in citation_pieces(document))


def citation_pieces(document: Mapping[str, object] | pd.Series) -> list[tuple[str, str, tuple[int, int] | None]]:
    """The pieces of :func:`citation_of`: text, the column that it was taken from ("" for none), the part of it."""
    organ, date, genre, title = (known(document[name]) for name in ("organ", "date", "genre", "title"))
    named = title or str(document["document_id"])
    column = "title" if title else "document_id"
    entitled: list[tuple[str, str, tuple[int, int] | None]] = [
        ("《", "", None),
        (named, column, None),
        ("》", "", None),
    ]
    row = str(document["document_id"]).find(ROW) + 1
    if row:
        piece = (row, len(str(document["document_id"])))
        entitled += [("编号", "", None), (str(document["document_id"])[slice(*piece)], "document_id", piece)]
    pieces = [(organ, "organ", None)] if organ else entitled
    when: list[tuple[str, str, tuple[int, int] | None]] = []
    if date:
        when = [(date[:4], "date", (0, 4)), ("年", "", None)]
    what = [(genre, "genre", None)] if genre else (entitled if organ else [])
    return [*pieces, *([("，", "", None)] if when or what else []), *when, *what]


def known(value: object) -> str:
    """A cell's text where it can be cited; nothing where it is empty."""
    return value if isinstance(value, str) and value and citable(value) else ""


@dataclass
class Quoter:
    """Chooses quotations, and never the same sentence twice."""

    sheets: Sheets
    quoted: set[tuple[str, int]] = field(default_factory=set)  # passage and beginning of what was quoted

    @cached_property
    def forms(self) -> dict[str, str]:
        """Form of every document."""
        tables = self.sheets.tables
        return {str(name): str(form) for name, form in form_of(tables["documents"], tables["passages"]).items()}

    @cached_property
    def sources(self) -> dict[str, str]:
        """Independent source of every document; a document is its own where the tables do not tell."""
        found = self.sheets.tables.get("sources_of_documents")
        if found is None:
            return {name: name for name in self.forms}
        return dict(zip(found["document_id"], found["source_group"], strict=True))

    @cached_property
    def passages(self) -> pd.DataFrame:
        """Passages that can be quoted, by id."""
        table = self.sheets.tables["passages"].set_index("passage_id")
        return table.loc[table["reuse_of"].isna() & table["text"].map(citable).astype(bool), ["text"]]

    def surest(
        self, facet: str, code: str, among: frozenset[str] | None = None, longest: int = LONGEST
    ) -> pd.DataFrame:
        """Labels of a code (in the documents ``among``) on passages that can be quoted, one a source, the best first.

        A sentence of a fitting length that holds the whole evidence comes before any other, then sure labels before
        doubtful ones, documents that name their unit, reports before short pieces, and what rests on a cue before what
        a model found alike.
        """
        labels, organs = self.sheets.tables["labels"], self.sheets.tables["documents"].set_index("document_id")["organ"]
        mine = labels[(labels["facet"] == facet) & (labels["code"] == code)]
        if among is not None:
            mine = mine[mine["document_id"].isin(among)]
        mine = mine.join(self.passages, on="passage_id", how="inner")
        spans = [sentence_around(str(row.text), int(row.start), int(row.end), longest) for row in mine.itertuples()]
        begin = [unnumbered(str(text), *span) for text, span in zip(mine["text"], spans, strict=True)]
        mine = mine.assign(
            begin=begin, finish=[span[1] for span in spans], source=mine["document_id"].map(self.sources)
        )
        length = mine["finish"] - mine["begin"]
        whole = length.between(SHORTEST, longest) & (mine["begin"] <= mine["start"]) & (mine["end"] <= mine["finish"])
        mine = mine.assign(
            unfit=~whole,
            unsure=~mine["sure"].astype(bool),
            nameless=mine["document_id"].map(organs).fillna("") == "",
            short=mine["document_id"].map(self.forms).eq(SUMMARY),
            doubtful=mine["score"] < SURE,
            cueless=~mine["reason"].fillna("").astype(str).str.startswith(CUE),
        )
        order = ["unfit", "unsure", "nameless", "short", "doubtful", "cueless", "score", "passage_id", "start"]
        ranked = mine.sort_values(order, ascending=[column != "score" for column in order])
        return ranked.drop_duplicates("source")

    def fresh(self, ranked: pd.DataFrame, most: int, longest: int = LONGEST) -> list[tuple[list[Part], str]]:
        """The first quotations of :meth:`surest` that were not quoted before, with their passage."""
        found: list[tuple[list[Part], str]] = []
        for label in ranked.itertuples():
            key = (str(label.passage_id), int(label.begin))
            if key in self.quoted:
                continue
            self.quoted.add(key)
            piece = cut(int(label.begin), int(label.finish), int(label.start), longest)
            found.append((self.quotation(str(label.passage_id), str(label.document_id), piece), key[0]))
            if len(found) == most:
                break
        return found

    def quotation(self, passage_id: str, document_id: str, piece: tuple[int, int]) -> list[Part]:
        """“…”（云江市财政局，2021年自查报告）."""
        words = self.sheets.text("passages", "text", {"passage_id": passage_id}, piece)
        return ["“", words, "”（", *self.citation(document_id), "）"]

    def citation(self, document_id: str) -> list[Part]:
        """The pieces of a document's citation, each with its cell."""
        where = {"document_id": document_id}
        document = self.sheets.rows("documents", where).iloc[0]
        return [
            self.sheets.text("documents", column, where, piece) if column else text
            for text, column, piece in citation_pieces(document)
        ]


def sentence_around(text: str, start: int, end: int, longest: int = LONGEST) -> tuple[int, int]:
    """The sentence that holds a span, or the part between semicolons where it is longer than ``longest``.

    A semicolon at the end is left out.

    >>> sentence_around("甲。乙；丙丁。戊。", 4, 5), sentence_around("甲" * 80 + "；乙丙；" + "丁" * 20, 81, 82)
    ((2, 7), (81, 83))
    """
    begin, finish = start, end
    for unit in (SENTENCE, PART):
        hit = next((hit for hit in unit.finditer(text) if hit.start() <= start < hit.end()), None)
        if hit is not None:
            begin, finish = hit.start(), max(hit.end(), end)
        if finish - begin <= longest:
            break
    return begin, begin + len(text[begin:finish].rstrip("；;"))


def unnumbered(text: str, begin: int, finish: int) -> int:
    """Where a sentence begins after a number that only its list needs.

    >>> [unnumbered(text, 0, len(text)) for text in ("一是空转。", "（2）空转。", "3.5万元没有用。", "一些")]
    [2, 3, 0, 0]
    """
    hit = NUMBERING.match(text, begin, finish)
    return hit.end() if hit else begin


def cut(begin: int, finish: int, start: int, longest: int = LONGEST) -> tuple[int, int]:
    """A stretch, or ``longest`` characters of it with the place ``start`` among them.

    >>> cut(10, 60, 20), cut(0, 300, 150), cut(0, 300, 299)
    ((10, 60), (150, 240), (210, 300))
    """
    first = max(begin, min(start, finish - longest)) if finish - begin > longest else begin
    return first, min(finish, first + longest)
