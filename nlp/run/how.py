"""How a run is made, as one frozen value: what ``run.json`` records and what a repetition needs."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path

from nlp.engine.choice import Engine
from nlp.readers.source import ReadOptions
from nlp.topics.models import DEFAULT_MODEL, known_model
from nlp.training.coder import DEFAULT_CODER

SEED = 7


@dataclass(frozen=True, slots=True)
class How:
    """How files are read, who codes, which topic model, where the work is done, and the seed of all chance."""

    reading: ReadOptions = field(default_factory=ReadOptions)
    coder: str = DEFAULT_CODER
    model: str = DEFAULT_MODEL
    engine: Engine = field(default_factory=Engine)
    seed: int = SEED
    where: str = ""  # which documents are counted (measures/where.py)
    as_of: str | None = None  # day against which the deadlines of ledgers are held
    corrections: Path | None = None  # the decisions of the review desk; what was taken of them is a table

    def __post_init__(self) -> None:
        known_model(self.model)

    def facts(self) -> dict[str, object]:
        """What decides the results; where the work is done does not."""
        usual = asdict(ReadOptions())
        return {
            "reading": {name: value for name, value in asdict(self.reading).items() if value != usual[name]},
            "coder": self.coder,
            "model": self.model,
            "seed": self.seed,
            **({"where": self.where} if self.where else {}),
            **({"as_of": self.as_of} if self.as_of else {}),
        }
