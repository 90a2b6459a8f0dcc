"""Every notebook runs, on a small folder, from its first cell to its last; and stays what a reader expects of it."""

from __future__ import annotations

import ast
import csv
import shutil
from pathlib import Path

import pytest

import nlp

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
INPUT = "LIANGZHANGPI_NOTEBOOK_INPUT"
REPORTS = 6
LARGEST = 300_000  # bytes: to be read on the web
SECONDS = 120  # a cell

nbformat = pytest.importorskip("nbformat", reason="没有 nbformat：装 requirements-dev.txt 才测笔记本")


def sources(path: Path, kind: str) -> list[str]:
    """The cells of one kind."""
    return [cell["source"] for cell in nbformat.read(path, as_version=4)["cells"] if cell["cell_type"] == kind]


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six shipped reports of different years and kinds of unit, with their rows of the manifest."""
    folder = tmp_path_factory.mktemp("材料")
    manifest = nlp.open_corpus().folder / "documents.csv"
    with manifest.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if not row["piece"]]
    several = list({(row["date"][:4], row["kind_of_unit"]): row for row in rows}.values())
    chosen = several[:: max(1, len(several) // REPORTS)][:REPORTS]
    for row in chosen:
        shutil.copy(manifest.parent / "reports" / row["source"], folder)
    with (folder / "documents.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(chosen)
    return folder


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in NOTEBOOKS])
@pytest.mark.filterwarnings("ignore")  # of the notebook machinery, not ours
def test_a_notebook_runs(path: Path, small_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ipykernel", reason="没有 ipykernel：装 requirements-dev.txt 才测笔记本")
    nbclient = pytest.importorskip("nbclient", reason="没有 nbclient：装 requirements-dev.txt 才测笔记本")
    monkeypatch.setenv(INPUT, str(small_folder))
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(notebook, timeout=SECONDS, resources={"metadata": {"path": str(path.parent)}}).execute()
    told = [out["text"] for cell in notebook["cells"] for out in cell.get("outputs", []) if out.get("name") == "stderr"]
    assert not [text for text in told if "missing from font" in text]


def test_there_are_eight() -> None:
    assert [path.stem[:2] for path in NOTEBOOKS] == [f"{n:02d}" for n in range(1, 9)]


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in NOTEBOOKS])
def test_a_notebook_is_fit_to_read(path: Path) -> None:
    code, prose = sources(path, "code"), sources(path, "markdown")
    assert path.stat().st_size < LARGEST
    assert sum("材料 = " in cell for cell in code) == 1
    assert "材料 = " in code[0]
    assert INPUT in code[0]
    assert prose[0].startswith("# ")
    assert "**问题：" in prose[0]
    assert "换成自己的材料" in prose[-1]


@pytest.mark.parametrize("path", [pytest.param(p, id=p.stem) for p in NOTEBOOKS])
def test_a_notebook_defines_no_function_and_uses_public_names(path: Path) -> None:
    lines = "\n".join(sources(path, "code")).splitlines()
    nodes = list(ast.walk(ast.parse("\n".join(line for line in lines if not line.startswith("%")))))
    assert not [node for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)]
    taken = [f"{node.module}.{name.name}" for node in nodes if isinstance(node, ast.ImportFrom) for name in node.names]
    taken += [name.name for node in nodes if isinstance(node, ast.Import) for name in node.names]
    assert not [name for name in taken if name.startswith("nlp.")], "笔记本只写 import nlp"
    used = [node for node in nodes if isinstance(node, ast.Attribute)]
    assert not [node.attr for node in used if node.attr.startswith("_")]
    ours = {node.attr for node in used if isinstance(node.value, ast.Name) and node.value.id == "nlp"}
    assert ours
    assert ours <= set(nlp.__all__)
