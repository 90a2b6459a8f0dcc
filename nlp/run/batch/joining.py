"""Put the parts together in the order of the inputs, one at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.run.batch.chinese_rows import chinese_head, chinese_rows
from nlp.run.batch.ledger import Ledger, Piece
from nlp.run.batch.parts import PASSAGES, file_name
from nlp.store.row_writers import opened
from nlp.store.rows import read_rows


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


def join(ledger: Ledger, parts: Path, kind: str, target: Path, codebook: Codebook) -> None:
    """Write all rows of one kind into ``target``, in Chinese for Excel; nothing if there are none."""
    every = stretches(ledger.pieces(), kind)
    first = next(every, None)
    if first is None:
        return
    kinds, tally = ledger.columns(kind), ledger.tally()
    n_rows = tally.passages if kind == PASSAGES else tally.documents
    chinese = target.suffix == ".xlsx"
    heads = [chinese_head(name, codebook) if chinese else name for name, _ in kinds]
    with opened(target, heads, n_rows) as sink:
        for stretch in chain([first], every):
            written = ledger.written(stretch.part)
            path = parts / file_name(stretch.part, kind, written.form)
            whole = (0, written.n_passages if kind == PASSAGES else written.n_documents)
            if sink.form == written.form and (stretch.start, stretch.end) == whole:
                sink.append_file(path)
            else:
                rows = read_rows(path, kinds).iloc[stretch.start : stretch.end]
                sink.append(chinese_rows(rows, codebook) if chinese else rows)


def rows_of(ledger: Ledger, parts: Path, kind: str) -> pd.DataFrame | None:
    """All rows of one kind as one table, for those who want it in memory; None if there are none."""
    kinds = ledger.columns(kind)
    tables = [
        read_rows(parts / file_name(each.part, kind, ledger.written(each.part).form), kinds).iloc[each.start : each.end]
        for each in stretches(ledger.pieces(), kind)
    ]
    return pd.concat(tables, ignore_index=True) if tables else None
