"""Put the parts together in the order of the inputs, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

from nlp.streaming.ledger import Ledger, Piece
from nlp.streaming.parts import PASSAGES, file_name
from nlp.streaming.sinks import Sink, opened


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring rows of one part."""

    part: str
    start: int
    end: int


def stretches(pieces: Iterable[Piece], kind: str) -> Iterator[Stretch]:
    """The rows of one kind in order, neighbours of one part taken together."""
    held: Stretch | None = None
    for piece in pieces:
        first, n = (
            (piece.first_passage, piece.n_passages) if kind == PASSAGES else (piece.first_document, piece.n_documents)
        )
        if not n:
            continue
        if held and held.part == piece.part and held.end == first:
            held = Stretch(held.part, held.start, first + n)
        else:
            if held:
                yield held
            held = Stretch(piece.part, first, first + n)
    if held:
        yield held


def join(ledger: Ledger, parts: Path, kind: str, target: Path) -> None:
    """Write all rows of one kind into ``target``; nothing if there are none."""
    every = stretches(ledger.pieces(), kind)
    first = next(every, None)
    if first is None:
        return
    with opened(target, columns_of(parts / file_name(first.part, kind))) as sink:
        for stretch in chain([first], every):
            append(sink, stretch, parts, kind, target.suffix[1:])


def append(sink: Sink, stretch: Stretch, parts: Path, kind: str, form: str) -> None:
    """Append one stretch: as the text that its part has ready if all of the part is meant, else row by row."""
    path, ready = parts / file_name(stretch.part, kind), parts / file_name(stretch.part, kind, form)
    if sink.takes_text and ready.is_file() and (stretch.start, stretch.end) == (0, n_rows_of(path)):
        sink.append_text(ready.read_bytes())
    else:
        sink.append(pd.read_parquet(path).iloc[stretch.start : stretch.end])


def rows_of(ledger: Ledger, parts: Path, kind: str) -> pd.DataFrame | None:
    """All rows of one kind as one table, for those who want it in memory; None if there are none."""
    tables = [
        pd.read_parquet(parts / file_name(each.part, kind)).iloc[each.start : each.end]
        for each in stretches(ledger.pieces(), kind)
    ]
    return pd.concat(tables, ignore_index=True) if tables else None


def n_rows_of(path: Path) -> int:
    """Rows of a part."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def columns_of(path: Path) -> list[str]:
    """Columns of a part."""
    import pyarrow.parquet as pq

    return list(pq.read_schema(path).names)
