"""The ``documents.csv`` of an input folder, which says of every report who wrote it and when."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from nlp.redaction import redacted
from nlp.store import read_table


def manifest_of(inputs: Sequence[str | Path], redact: bool = False) -> pd.DataFrame | None:
    """The ``documents.csv`` of an input folder, or beside it; with ``redact`` masked like the texts it describes."""
    tables = [
        read_table(path, required=("source",))
        for given in inputs
        for path in (Path(given) / "documents.csv", Path(given).parent / "documents.csv")
        if Path(given).is_dir() and path.is_file()
    ]
    if not tables:
        return None
    manifest = pd.concat(tables, ignore_index=True)
    return manifest.map(lambda cell: redacted(cell) if isinstance(cell, str) else cell) if redact else manifest
