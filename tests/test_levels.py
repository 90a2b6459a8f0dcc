"""The law of levels: imports point only downward, and importing is free."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import nlp

ROOT = Path(nlp.__file__).parent
FLOORS = re.findall(r"^\d+\. `(\w+)`", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.M)
LEVEL_OF = {room: level for level, room in enumerate(FLOORS)}
KEPT_IN = {  # library → the rooms (or the one module) that may import it
    "sklearn": ("coding", "training", "agreement", "topics"),
    "gensim": ("topics",),
    "jieba": ("words/engines.py",),
    "matplotlib": ("outputs",),
    "wordcloud": ("outputs",),
    "networkx": ("outputs",),
}
HEAVY = (
    "networkx",
    "sklearn",
    "gensim",
    "jieba",
    "matplotlib",
    "wordcloud",
    "opencc",
    "rensa",
    "openpyxl",
    "docx",
)
LONGEST = 400  # lines of a file
TOO_LONG = {  # files that are to be cut yet; whoever cuts one takes its line away
    "run/batch/ledger.py",
    "run/batch/scheduling.py",
    "topics/themes.py",
}


def modules() -> list[Path]:
    """Every module of ``nlp``."""
    return sorted(ROOT.rglob("*.py"))


def name_of(path: Path) -> str:
    """The module's way from ``nlp/``: what a failing test is called."""
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    """The room that a module belongs to."""
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


def imports_of(path: Path) -> list[str]:
    """Dotted names that a module imports, at its top or inside functions; relative ones made absolute."""
    package = ["nlp", *path.relative_to(ROOT).parts[:-1]]
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            # `from nlp import tables` names a room, `from nlp.tables import Table` does too.
            found += [f"{module}.{alias.name}" for alias in node.names] if module == "nlp" else [module]
    return found


@pytest.mark.parametrize(
    "path", [pytest.param(p, id=name_of(p)) for p in modules() if p.parent != ROOT or p.stem[0] != "_"]
)
def test_imports_point_only_downward(path: Path) -> None:
    room = room_of(path)
    assert room in LEVEL_OF, f"新房间 {room} 不在层级表里"
    known = [name.split(".")[1] for name in imports_of(path) if name.startswith("nlp.")]
    wrong = [other for other in known if other != room and LEVEL_OF.get(other, len(FLOORS)) >= LEVEL_OF[room]]
    assert not wrong, f"{name_of(path)} 不该认识 {wrong}"


@pytest.mark.parametrize("path", [pytest.param(p, id=name_of(p)) for p in modules()])
def test_libraries_stay_in_their_rooms(path: Path) -> None:
    used = {name.split(".")[0] for name in imports_of(path)}
    wrong = [
        library
        for library, homes in KEPT_IN.items()
        if library in used and not any(name_of(path) == home or room_of(path) == home for home in homes)
    ]
    assert not wrong, f"{name_of(path)} 不该用 {wrong}"


def test_every_room_of_the_design_exists() -> None:
    rooms = {room_of(path) for path in modules() if not path.stem.startswith("_") or path.parent != ROOT}
    assert rooms == set(LEVEL_OF)


def dotted(path: Path) -> str:
    """The module's name in an import."""
    return ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")


def inner_imports() -> dict[str, set[str]]:
    """Every module of ``nlp`` with those that it imports, at its top or inside functions."""
    names = {dotted(path) for path in modules()}
    found = {}
    for path in modules():
        package = dotted(path).split(".")[: None if path.stem == "__init__" else -1]
        imported = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                base = package[: len(package) - node.level + 1] if node.level else []
                module = ".".join([*base, *([node.module] if node.module else [])])
                # What is imported from a package is a module of it, or a name of its face.
                imported |= {each if (each := f"{module}.{a.name}") in names else module for a in node.names}
        found[dotted(path)] = (imported & names) - {dotted(path)}
    return found


def test_no_modules_import_each_other_in_a_circle() -> None:
    """An import inside a function hides a circle from Python, not from whoever has to understand one half alone."""
    try:
        TopologicalSorter(inner_imports()).prepare()
    except CycleError as fault:
        pytest.fail(f"互相导入：{' → '.join(reversed(fault.args[1]))}")


def test_imports_inside_functions_and_of_modules_are_seen() -> None:
    known = inner_imports()
    assert {"nlp.engine.cluster", "nlp.engine.processes"} <= known["nlp.engine.choice"]
    assert "nlp.readers.formats.docx" in known["nlp.readers.formats.any_word"]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            path,
            id=name_of(path),
            marks=pytest.mark.xfail(strict=True, reason="还要拆") if name_of(path) in TOO_LONG else (),
        )
        for path in modules()
    ],
)
def test_a_file_is_not_too_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST


IMPORTING = """
import json, sys
import {module}
print(json.dumps(sorted(name.split(".")[0] for name in sys.modules)))
"""


@pytest.mark.parametrize("module", ["nlp", "nlp.cli.app"])
def test_importing_is_free(module: str, tmp_path: Path) -> None:
    environment = {"PATH": "", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", IMPORTING.format(module=module)],
        cwd=ROOT.parent,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = set(json.loads(done.stdout))
    assert not loaded & set(HEAVY)
    assert done.stderr == ""
    assert list(tmp_path.rglob("*")) == []


def test_every_module_can_be_imported_first() -> None:
    """Rooms that know each other in a circle can be entered by one door only; a notebook may come by the other."""
    names = [".".join(path.relative_to(ROOT.parent).with_suffix("").parts) for path in modules()]
    names = [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n"
        "    for loaded in [m for m in sys.modules if m == 'nlp' or m.startswith('nlp.')]: del sys.modules[loaded]\n"
        "    importlib.import_module(name)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
