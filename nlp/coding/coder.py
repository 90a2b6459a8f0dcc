"""The coders by name, and the one call that codes passages with any of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from nlp.coding.gate import Judgement, Reading, abstained_of, labels_of
from nlp.coding.rules import RuleCoder
from nlp.corpus import Corpus
from nlp.errors import DataError


class Coder(Protocol):
    """Reads passages; needs the columns ``text`` and ``section`` (which may be empty)."""

    @property
    def name(self) -> str:
        """The coder's id in LABELS."""
        ...

    def read(self, passages: pd.DataFrame) -> list[Reading]:
        """One reading a passage, in order."""
        ...

    def judge(self, passages: pd.DataFrame) -> Judgement:
        """The same as arrays, without the reasons of the roles."""
        ...


@dataclass(frozen=True)
class Coding:
    """What a coder says of all passages."""

    labels: pd.DataFrame
    abstained: pd.DataFrame


def rule_coder(corpus: Corpus) -> Coder:
    """The rule coder."""
    return RuleCoder(corpus.codebook, corpus.lexicon)


def trained_coder(corpus: Corpus, encoder: str | None = None) -> Coder:
    """The learned coder, trained on first use; ``encoder`` names one of VECTOR_SOURCES (None: no vectors)."""
    from nlp.coding.model_store import learned_coder

    return learned_coder(corpus, encoder)


CODERS: dict[str, Callable[[Corpus], Coder]] = {"learned": trained_coder, "rules": rule_coder}
DEFAULT_CODER = "learned"


def make_coder(name: str, corpus: Corpus, encoder: str | None = None) -> Coder:
    """The coder of that name; ``encoder`` is for the learned one. Raises DataError if there is none."""
    if name not in CODERS:
        raise DataError.at(f"没有这个编码者：{name}", where="--coder", fix=f"用 {'、'.join(CODERS)} 之一")
    return trained_coder(corpus, encoder) if encoder and name == "learned" else CODERS[name](corpus)


def code_with(coder: Coder, passages: pd.DataFrame) -> Coding:
    """Code PASSAGES; the abstained keep their likeliest labels and are listed for a person to decide."""
    readings = coder.read(passages)
    return Coding(labels_of(passages, readings, coder.name), abstained_of(passages, readings))
