"""Small tables made for tests, each kept to its schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from nlp.corpus.folder import Corpus
from nlp.corpus.lexicon import Lexicon
from nlp.engine.choice import Engine
from nlp.readers.source import ReadOptions
from nlp.run.batch import classify as batch
from nlp.run.batch.classify import Classified
from nlp.run.how import How
from nlp.tables import DOCUMENTS, LABELS, PASSAGES, SOURCES, TOKENS
from nlp.text.clean import clean_sources
from nlp.text.documents import build_documents
from nlp.text.segment import segment_documents


@dataclass(frozen=True)
class CodedPassage:
    """What a coder said of one passage."""

    text: str
    labels: pd.DataFrame

    @property
    def role(self) -> str:
        """The one role."""
        (role,) = self.labels.loc[self.labels["facet"] == "role", "code"]
        return str(role)

    @property
    def reason(self) -> str:
        """Why it has this role."""
        (reason,) = self.labels.loc[self.labels["facet"] == "role", "reason"]
        return str(reason)

    def codes(self, facet: str) -> set[str]:
        """Codes of one facet."""
        return set(self.labels.loc[self.labels["facet"] == facet, "code"])

    @property
    def manifestations(self) -> set[str]:
        """Codes of the facet manifestation."""
        return self.codes("manifestation")

    @property
    def causes(self) -> set[str]:
        """Codes of the facet cause."""
        return self.codes("cause")

    @property
    def remedies(self) -> set[str]:
        """Codes of the facet remedy."""
        return self.codes("remedy")


CodeOne = Callable[..., CodedPassage]


def sources_of(texts: dict[str, str], **columns: str) -> pd.DataFrame:
    """SOURCES from file name → text."""
    return SOURCES.frame({"source": name, "encoding": "utf-8", "text": text} | columns for name, text in texts.items())


def documents_of(*texts: str, dates: Sequence[str | None] = (), kinds: Sequence[str] = ()) -> pd.DataFrame:
    """DOCUMENTS 甲, 乙, 丙 … with these texts as they are."""
    names = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥"
    return DOCUMENTS.frame(
        {
            "document_id": names[i],
            "source": f"{names[i]}.txt",
            "title": f"{names[i]}单位的报告",
            "kind_of_unit": kinds[i] if kinds else None,
            "date": dates[i] if dates else None,
            "date_source": "清单" if dates and dates[i] else None,
            "text": text,
            "n_chars": len(text),
        }
        for i, text in enumerate(texts)
    )


def passages_of(texts: Sequence[str], sections: Sequence[str] | None = None, document_id: str = "甲") -> pd.DataFrame:
    """PASSAGES of one document, one passage a text."""
    return PASSAGES.frame(
        {
            "passage_id": f"{document_id}#{i:04d}",
            "document_id": document_id,
            "position": i,
            "section": sections[i - 1] if sections else "",
            "start": 0,
            "end": len(text),
            "text": text,
        }
        for i, text in enumerate(texts, 1)
    )


def labels_of(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """LABELS from (passage id, facet, code); the document is what stands before the number sign."""
    return LABELS.frame(
        {
            "passage_id": passage_id,
            "document_id": passage_id.split("#")[0],
            "coder": "rules",
            "facet": facet,
            "code": code,
            "start": 0,
            "end": 2,
            "score": 0.7,
            "evidence": "证据",
            "reason": "测试",
            "sure": True,
        }
        for passage_id, facet, code in rows
    )


def tokens_of(passages: dict[str, str]) -> pd.DataFrame:
    """TOKENS from passage id → terms divided by blanks."""
    return TOKENS.frame(
        {
            "passage_id": passage_id,
            "position": position,
            "document_id": passage_id.split("#")[0],
            "term": term,
            "start": position * 2,
            "end": position * 2 + 2,
        }
        for passage_id, terms in passages.items()
        for position, term in enumerate(terms.split())
    )


def split_of(text: str, lexicon: Lexicon, source: str = "报告.txt") -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """DOCUMENTS, PASSAGES and DROPPED of one file's text, through the rooms of ``text/``."""
    cleaned, noise = clean_sources(sources_of({source: text}), lexicon)
    documents, _, repeats = build_documents(cleaned, lexicon)
    return documents, segment_documents(documents, lexicon), pd.concat([noise, repeats], ignore_index=True)


def classify(
    inputs: Sequence[str | Path],
    out: Path,
    corpus: Corpus,
    coder: str = "rules",
    workers: int = 0,
    scheduler: str | None = None,
    options: ReadOptions | None = None,
    **more: Any,
) -> Classified:
    """A batch, by rules and in this process if nothing else is said."""
    how = How(options or ReadOptions(), coder, engine=Engine(workers, scheduler))
    return batch.classify(inputs, out, corpus, how, **more)
