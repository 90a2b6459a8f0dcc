"""Rows of a part: columns as they were made, how they stand in a file, and how they come back from it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from json.encoder import encode_basestring
from pathlib import Path

import numpy as np
import pandas as pd

from nlp.store.files import FORMULA, jsonl_text, to_parquet

Names = str | tuple[str, ...]
Values = list[str] | np.ndarray
TEXT_FORMS = ("csv", "jsonl")  # whose files can be put behind each other
MARKS = ('"', ",", "\n", "\r")  # a cell that holds one is quoted
RISKY = re.compile(f"\0{FORMULA}")  # in cells that are joined by zero bytes
TEN_THOUSAND = 10_000
AT_ONCE = 20_000  # rows that are made into cells at once
TYPES = {"text": "str", "flag": "bool", "count": "int64", "number": "float64"}


@dataclass(frozen=True)
class Rows:
    """A table that is only made in order to be written: columns of equal length, in order.

    A column of texts is a list; a column of numbers or truth values is an array. Neighbouring columns of one kind may
    be one array of shape (n_rows, n_names) under the tuple of their names.
    """

    columns: dict[Names, Values]

    def __len__(self) -> int:
        return next(map(len, self.columns.values()), 0)

    @classmethod
    def of(cls, table: pd.DataFrame) -> Rows:
        """The rows of a DataFrame without missing texts."""
        return cls(
            {str(name): table[name].tolist() if is_text(table[name]) else table[name].to_numpy() for name in table}
        )

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Name and kind (a key of ``TYPES``) of every column."""
        return [(name, kind_of(values)) for names, values in self.columns.items() for name in listed(names)]

    def frame(self) -> pd.DataFrame:
        """The same as a DataFrame."""
        columns: dict[str, Values] = {}
        for names, values in self.columns.items():
            if isinstance(names, str):
                columns[names] = values
            else:
                columns |= zip(names, np.asarray(values).T, strict=True)
        return pd.DataFrame(columns).astype({name: TYPES[kind] for name, kind in self.kinds})

    def csv(self) -> bytes:
        """What ``store.csv_text`` writes, without the header, much faster: columns at a time, shares looked up, not
        formatted; and a cell with a lone carriage return is quoted, so that it can be read again.

        At least two columns: a lone empty cell is written in another way.
        """
        return one_behind_the_other(each.csv_lines() for each in self.slices())

    def csv_lines(self) -> bytes:
        """These rows as CSV."""
        cells = [cells_of(values) for values in self.columns.values()]
        return ("\n".join(map(",".join, zip(*cells, strict=True))) + "\n").encode()

    def jsonl(self) -> bytes:
        """What ``store.jsonl_text`` writes; much faster where all numbers are whole or shares of four decimals."""
        return one_behind_the_other(each.json_lines() for each in self.slices())

    def json_lines(self) -> bytes:
        """These rows as JSON Lines."""
        numbers = [np.asarray(values) for values in self.columns.values() if kind_of(values) == "number"]
        if not all(map(are_shares, numbers)):
            return jsonl_text(self.frame()).encode()
        members = [members_of(names, values) for names, values in self.columns.items()]
        return "".join(["{" + line + "}\n" for line in map(",".join, zip(*members, strict=True))]).encode()

    def slices(self) -> Iterator[Rows]:
        """The rows, so many at a time that their cells need little room beside them."""
        for start in range(0, len(self), AT_ONCE):
            yield Rows({names: values[start : start + AT_ONCE] for names, values in self.columns.items()})

    def written(self, form: str) -> bytes:
        """The rows as a file of a part."""
        if form == "csv":
            return self.csv()
        return self.jsonl() if form == "jsonl" else to_parquet(self.frame())

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """Tables of the same columns as one."""
        if len(parts) < 2:
            return parts[0] if parts else cls({})
        return cls({names: together([part.columns[names] for part in parts]) for names in parts[0].columns})


def one_behind_the_other(pieces: Iterable[bytes]) -> bytes:
    """Pieces as one, none of them kept beside it."""
    whole = io.BytesIO()
    for piece in pieces:
        whole.write(piece)
    return whole.getvalue()


def is_text(column: pd.Series) -> bool:
    """Whether a column holds texts."""
    return bool(pd.api.types.is_string_dtype(column))


def part_form(form: str) -> str:
    """The form of the parts of tables that end in ``form``: the same where files can be put behind each other."""
    return form if form in TEXT_FORMS else "parquet"


def listed(names: Names) -> tuple[str, ...]:
    """One name or several."""
    return (names,) if isinstance(names, str) else names


def together(values: Sequence[Values]) -> Values:
    """Stretches of one column as one."""
    if isinstance(values[0], list):
        return [text for each in values for text in each]
    return np.concatenate([np.asarray(each) for each in values])


def kind_of(values: Values) -> str:
    """The kind of a column's values."""
    if isinstance(values, list):
        return "text"
    if values.dtype == np.bool_:
        return "flag"
    return "count" if np.issubdtype(values.dtype, np.integer) else "number"


def cells_of(values: Values) -> list[str]:
    """The cells of a column as they stand in a CSV; those of several columns with their commas."""
    if isinstance(values, list):
        return quoted(values)
    if np.issubdtype(values.dtype, np.floating):
        return numbers(values.reshape(len(values), -1))
    if values.ndim == 1:
        return list(map(str, values.tolist()))
    return [",".join(map(str, row)) for row in values.tolist()]


def quoted(cells: list[str]) -> list[str]:
    """Texts that are inert in a spreadsheet, quoted where they must be; most columns hold nothing of the kind."""
    joined = "\0".join(("", *cells))
    if RISKY.search(joined):
        cells = ["'" + cell if re.match(FORMULA, cell) else cell for cell in cells]
    if any(mark in joined for mark in MARKS):
        cells = [
            '"' + cell.replace('"', '""') + '"' if '"' in cell or "," in cell or "\n" in cell or "\r" in cell else cell
            for cell in cells
        ]
    return cells


def numbers(values: np.ndarray) -> list[str]:
    """Rows of numbers as ``%.6g`` writes them, nothing for one that is none, with commas between them."""
    if not are_shares(values):
        return [",".join("" if value != value else f"{value:.6g}" for value in row) for row in values.tolist()]
    padded = np.empty((len(values), values.shape[1] + 1), dtype=np.uint64)
    padded[:, :-1] = shares()[ten_thousandths(values)]
    padded[:, -1] = eight_bytes([b"\n"])
    return padded.tobytes().translate(None, b"\0").decode("ascii").split(",\n")[:-1]


def are_shares(values: np.ndarray) -> bool:
    """Whether all numbers are 0, 0.0001 … or 1."""
    with np.errstate(over="ignore"):
        rounded = np.rint(values * TEN_THOUSAND)
    known = (rounded >= 0) & (rounded <= TEN_THOUSAND) & (rounded / TEN_THOUSAND == values) & ~np.signbit(values)
    return bool(known.all())


def ten_thousandths(values: np.ndarray) -> np.ndarray:
    """Shares as whole numbers."""
    whole: np.ndarray = np.rint(values * TEN_THOUSAND).astype(np.intp)
    return whole


def members_of(names: Names, values: Values) -> list[str]:
    """The members of JSON objects, one or several of each row, with commas between them."""
    if isinstance(values, list):
        begin = json_text(str(names)) + ":"
        return [begin + json_text(text) for text in values]
    shown = values
    if kind_of(values) == "number":
        shown = json_shares()[ten_thousandths(values)]
    elif kind_of(values) == "flag":
        shown = np.where(values, "true", "false")
    members = ",".join(json_text(name).replace("%", "%%") + ":%s" for name in listed(names))
    return [members % tuple(row) for row in shown.reshape(len(shown), -1).tolist()]


def json_text(text: str) -> str:
    """A text as pandas writes it in JSON."""
    return encode_basestring(text).replace("/", "\\/")


@lru_cache(maxsize=1)
def json_shares() -> np.ndarray:
    """0, 0.0001 … 1 as JSON."""
    return np.array([str(number / TEN_THOUSAND) for number in range(TEN_THOUSAND + 1)], dtype=object)


@lru_cache(maxsize=1)
def shares() -> np.ndarray:
    """0, 0.0001 … 1 as text, each with its comma, in eight bytes."""
    return eight_bytes(f"{number / TEN_THOUSAND:.6g},".encode() for number in range(TEN_THOUSAND + 1))


def eight_bytes(texts: Iterable[bytes]) -> np.ndarray:
    """Short texts as whole numbers, which numpy copies faster; what is missing is zero bytes."""
    return np.array(list(texts), dtype="S8").view(np.uint64)


def read_rows(path: Path, kinds: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """The table that ``Rows.written`` wrote into a file, whose extension is the form."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    text = path.read_bytes().decode()
    if path.suffix == ".csv":
        columns = [
            [valued(cell, kind) for cell in column] for column, (_, kind) in zip(cells_in(text), kinds, strict=True)
        ]
    else:
        records = [json.loads(line) for line in text.split("\n") if line]
        columns = [[record[name] for record in records] for name, _ in kinds]
    frame = pd.DataFrame({name: column for (name, _), column in zip(kinds, columns, strict=True)})
    return frame.astype({name: TYPES[kind] for name, kind in kinds})


def cells_in(text: str) -> list[tuple[str, ...]]:
    """The columns of a CSV without a header."""
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    return list(zip(*csv.reader(io.StringIO(text, newline=""), strict=True), strict=True))


def valued(cell: str, kind: str) -> object:
    """What a cell of a CSV stands for."""
    if kind == "text":
        return cell[1:] if cell.startswith("'") and re.match(FORMULA, cell) else cell
    if kind == "flag":
        return cell == "True"
    return int(cell) if kind == "count" else float(cell or "nan")
