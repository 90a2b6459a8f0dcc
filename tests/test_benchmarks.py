"""Measurements are run by hand and seldom: what they take from the program must be there all the same."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "benchmarks").rglob("*.py"))


def taken(script: Path) -> Iterator[tuple[str, str]]:
    """Module and name of everything that a script imports from the program."""
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "nlp":
            yield from ((str(node.module), alias.name) for alias in node.names)


def is_there(module: str, name: str) -> bool:
    """Whether a module has a name, or a module of that name within."""
    if hasattr(importlib.import_module(module), name):
        return True
    return importlib.util.find_spec(f"{module}.{name}") is not None


@pytest.mark.parametrize("script", [pytest.param(path, id=path.stem) for path in SCRIPTS])
def test_a_measurement_takes_what_is_there(script: Path) -> None:
    assert [f"{module}.{name}" for module, name in taken(script) if not is_there(module, name)] == []


def test_a_name_that_is_gone_is_seen() -> None:
    assert is_there("nlp.search", "sentences")
    assert not is_there("nlp.coding", "sentences")
