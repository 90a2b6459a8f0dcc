"""What a coder is, and the one call that codes passages with any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pandas as pd

from nlp.coding.role_gate import Judgement, Reading, abstained_of, labels_of


class Coder(Protocol):
    """Reads passages; needs the columns ``text`` and ``section`` (which may be empty).

    With ``document_id``, ``start`` and ``end`` they are read as parts of their documents, without them each by itself.
    """

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

    def settle(self, pieces: pd.DataFrame) -> pd.DataFrame:
        """Passages of one role each: what ``segment`` proposes, cut where the role turns."""
        ...

    def settle_and_judge(self, pieces: pd.DataFrame) -> tuple[pd.DataFrame, Judgement]:
        """Both at once."""
        ...


@dataclass(frozen=True)
class Coding:
    """What a coder says of all passages."""

    labels: pd.DataFrame
    abstained: pd.DataFrame


def code_with(coder: Coder, passages: pd.DataFrame) -> Coding:
    """Code PASSAGES; the abstained keep their likeliest labels and are listed for a person to decide."""
    readings = coder.read(passages)
    return Coding(labels_of(passages, readings, coder.name), abstained_of(passages, readings))
