"""What a stage is: the one place that says which tables it makes, and from which."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pandas as pd

from nlp.corpus.folder import Corpus
from nlp.run.how import How
from nlp.statements.draft import Draft
from nlp.tables import Table

Made = tuple[pd.DataFrame, ...]


class Setting(Protocol):
    """What a stage may ask of the run that it works in, beside its tables."""

    corpus: Corpus
    how: How
    inputs: tuple[str | Path, ...]

    @property
    def draft(self) -> Draft:
        """What the tables say, in sentences."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """A pure function from tables to tables.

    ``make`` gets the run (see :class:`Setting`) and the tables of ``takes``, in order, and returns
    those of ``makes``, in order.
    """

    step: str  # what a user sees while it works; stages of one step are timed together
    makes: tuple[Table, ...]
    takes: tuple[Table, ...]
    make: Callable[..., Made]

    def __call__(self, run: Setting, *taken: pd.DataFrame) -> Made:
        """Make the tables."""
        return self.make(run, *taken)
