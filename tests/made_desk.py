"""A desk of invented passages, for the tests with and without a browser."""

from __future__ import annotations

from pathlib import Path

from made_review import labels_of, passages_of

from nlp.corpus.folder import Corpus
from nlp.desk.state import Desk
from nlp.review.store import Store
from nlp.tables import ABSTAINED, DOCUMENTS


def text_of(i: int) -> str:
    """A passage of three clauses, with a rare character."""
    return f"第{i}个支部的制度只是挂在墙上，𠮷某说起来重要，会后没有下文。"


def desk_in(folder: Path, corpus: Corpus, n: int = 12) -> Desk:
    """A desk of ``n`` passages, the machine right in half of them."""
    passages = passages_of([text_of(i) for i in range(n)])
    half = n // 2
    machine = labels_of(passages, [("manifestation", ["formalism"])] * half + [("cause", [])] * (n - half))
    document = {
        "document_id": "甲",
        "source": "甲.txt",
        "title": "一份报告",
        "organ": "某某局",
        "text": "",
        "n_chars": 9,
    }
    unsure = ABSTAINED.frame([("甲#0009", "甲", "cause", 0.5, "remedy", 0.4, None, text_of(8))])
    tables = {
        "passages": passages,
        "documents": DOCUMENTS.frame([document]),
        "labels": machine,
        "machine_labels": machine,
        "machine_abstained": unsure,
    }
    return Desk(folder, tables, corpus.codebook, Store(folder / "review.sqlite"))
