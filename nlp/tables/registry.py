"""All tables that are declared anywhere in this room; the list is found, not kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

import nlp.tables
from nlp.tables.schema import Table


@cache
def all_tables() -> dict[str, Table]:
    """Every declared table by name, in the order of the modules and, within one, of the declarations."""
    found = {table.name: table for table in declared()}
    return found


def declared() -> Iterator[Table]:
    """Tables at the top of the modules of this room."""
    for module in iter_modules(nlp.tables.__path__, "nlp.tables."):
        yield from (value for value in vars(import_module(module.name)).values() if isinstance(value, Table))


def sheets() -> list[Table]:
    """The tables that have a sheet in the workbook, in the order of the sheets."""
    return sorted((table for table in all_tables().values() if table.sheet), key=lambda table: table.sheet)
