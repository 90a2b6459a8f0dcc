"""The gold as it is trained on: passages coded as wholes, and the sentences of whole documents, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

import numpy as np
import pandas as pd

from nlp.base.errors import DataError
from nlp.coding.learned import Headings
from nlp.coding.places import Places, places_of, rows_of
from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus
from nlp.search.batch_text import Flat
from nlp.search.cues import finder_for
from nlp.search.sentences import Batch, prepare, strung
from nlp.tables import ROLES
from nlp.text.segment import passages_of

FEWEST = 200  # gold passages below which nothing is learned
HEADING = "other"  # a heading that segmentation leaves in the text is a title (rule 27 of the codebook)


@dataclass(frozen=True)
class GoldSet:
    """Gold made ready: a row a passage, then a row a sentence of the whole documents."""

    batch: Batch
    flat: Flat  # distinct sentences of all rows
    roles: np.ndarray  # indices into ROLES
    groups: np.ndarray  # who wrote each
    codes: dict[str, np.ndarray]  # facet → (n_rows, n_codes), boolean
    n_passages: int
    places: Places  # of the sentences of the documents

    @property
    def of_documents(self) -> np.ndarray:
        """Rows of the sentences of documents."""
        return np.arange(self.n_passages, len(self.roles))


class GoldSentence(NamedTuple):
    """A sentence of a whole document as segmentation finds it."""

    document: str
    section: str
    piece: int
    start: int
    text: str
    role: str
    codes: frozenset[str]
    group: str


def codes_of(corpus: Corpus) -> dict[str, tuple[str, ...]]:
    """Codes of every coded facet."""
    return {facet: corpus.codebook.of(facet) for facet in CODED_FACETS}


def gold_set(corpus: Corpus) -> GoldSet:
    """Read and prepare the gold. Raises DataError if there is too little."""
    passages, labels = corpus.gold_passages(), corpus.gold_labels()
    roles = labels[labels["facet"] == "role"].drop_duplicates("passage_id").set_index("passage_id")["code"]
    passages = passages[passages["passage_id"].isin(roles.index)].reset_index(drop=True)
    if len(passages) < FEWEST:
        raise DataError.at(
            f"标准编码只有 {len(passages)} 段，不足以训练",
            where=corpus.folder / "gold",
            fix=f"至少 {FEWEST} 段，或用 --coder rules",
        )
    ids, sentences = list(passages["passage_id"]), gold_sentences(corpus)
    texts = [*passages["text"], *(each.text for each in sentences)]
    batch, flat = prepare(texts, corpus.lexicon, finder_for(corpus.lexicon))
    told = [*(roles[pid] for pid in ids), *(each.role for each in sentences)]
    return GoldSet(
        batch,
        flat,
        np.array([ROLES.index(role) for role in told]),
        np.array([*passages["group"], *(each.group for each in sentences)], dtype=object),
        {
            facet: np.vstack(
                [
                    code_matrix(labels, ids, facet, codes),
                    np.array([[c in each.codes for c in codes] for each in sentences], dtype=bool).reshape(
                        len(sentences), len(codes)
                    ),
                ]
            )
            for facet, codes in codes_of(corpus).items()
        },
        len(ids),
        places_in_documents(sentences, corpus),
    )


def code_matrix(labels: pd.DataFrame, ids: list[str], facet: str, codes: tuple[str, ...]) -> np.ndarray:
    """Boolean matrix: which passage carries which code."""
    at_row, at_column = {pid: i for i, pid in enumerate(ids)}, {code: k for k, code in enumerate(codes)}
    matrix = np.zeros((len(ids), len(codes)), dtype=bool)
    rows = labels[(labels["facet"] == facet) & labels["passage_id"].isin(at_row) & labels["code"].isin(at_column)]
    matrix[rows["passage_id"].map(at_row), rows["code"].map(at_column)] = True
    return matrix


def gold_sentences(corpus: Corpus) -> list[GoldSentence]:
    """The sentences of the whole documents, as segmentation cuts them, each with the coding of the gold sentence that
    it shares most characters with; the title is left out, as it is in reports."""
    coding = sentence_coding(corpus)
    group_of = dict(corpus.gold_documents()[["document_id", "group"]].itertuples(index=False))
    documents = list(written(corpus.gold_sentences()))
    cut = passages_of([text for _, text, _ in documents], corpus.lexicon)
    found: list[GoldSentence] = []
    for (document, _, spans), pieces in zip(documents, cut, strict=True):
        ends = np.array([end for _, end, _ in spans])
        for number, piece in enumerate(pieces):
            each = strung([piece.text], corpus.lexicon)
            for begin, text in zip(each.begins.tolist(), each.sentences, strict=True):
                start = piece.start + begin
                _, _, position = spans[nearest(ends, spans, start, start + len(text))]
                if position == 1 and (document, position) not in coding:
                    continue
                role, codes = coding.get((document, position), (HEADING, frozenset()))
                found.append(
                    GoldSentence(document, piece.section, number, start, text, role, codes, group_of[document])
                )
    return found


def sentence_coding(corpus: Corpus) -> dict[tuple[str, int], tuple[str, frozenset[str]]]:
    """Role and codes of every sentence by document and position."""
    labels = corpus.sentence_labels()
    roles = labels[labels["facet"] == "role"]
    codes: dict[tuple[str, int], set[str]] = {}
    for row in labels[labels["facet"] != "role"].itertuples():
        codes.setdefault((row.document_id, row.position), set()).add(row.code)
    return {
        (row.document_id, row.position): (row.code, frozenset(codes.get((row.document_id, row.position), ())))
        for row in roles.itertuples()
    }


def written(sentences: pd.DataFrame) -> Iterator[tuple[str, str, list[tuple[int, int, int]]]]:
    """Every document, its text, and start, end and position of each heading and sentence in it."""
    for document, rows in groupby(sentences.itertuples(), key=lambda row: row.document_id):
        text, spans, line = "", [], 0
        for row in rows:
            if row.paragraph != line and text:
                text += "\n"
            line = row.paragraph
            spans.append((len(text), len(text) + len(row.text), row.position))
            text += row.text
        yield str(document), text, spans


def nearest(ends: np.ndarray, spans: list[tuple[int, int, int]], start: int, end: int) -> int:
    """Number of the span that shares most characters with a stretch."""
    first = int(np.searchsorted(ends, start, side="right"))
    among = range(first, min(len(spans), first + 4))
    return max(among, key=lambda i: min(end, spans[i][1]) - max(start, spans[i][0]))


def places_in_documents(sentences: list[GoldSentence], corpus: Corpus) -> Places:
    """Where the sentences of the documents stand; each piece is a passage that begins a line."""
    headings = Headings(corpus.lexicon)
    pieces = [list(rows) for _, rows in groupby(sentences, key=lambda each: (each.document, each.piece))]
    told = np.array([headings[rows[0].section].place for rows in pieces], dtype=np.int64).reshape(-1, 2)
    starts = np.array([rows[0].start for rows in pieces], dtype=np.int64)
    ends = np.array([rows[-1].start + len(rows[-1].text) for rows in pieces], dtype=np.int64)
    documents, sections = [rows[0].document for rows in pieces], [rows[0].section for rows in pieces]
    sizes = np.array([len(rows) for rows in pieces], dtype=np.int64)
    lengths = np.array([len(each.text) for each in sentences], dtype=np.int64)
    return places_of(rows_of(documents, starts, ends, sections, told), sizes, lengths)
