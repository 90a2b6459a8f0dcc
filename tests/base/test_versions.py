"""Versions follow what is imported: what could change a model or a row changes its key, without a list by hand."""

from __future__ import annotations

import ast
import shutil
import sys
from pathlib import Path

import pytest

from nlp.base import versions
from nlp.base.versions import LIBRARIES, ROOT, fingerprint, imported, installed, libraries_of, reached
from nlp.corpus.folder import Corpus, open_corpus
from nlp.training import model_store

TRAINED_BY = [
    pytest.param("nlp.tables.schema", id="角色的次序"),
    pytest.param("nlp.corpus.codebook", id="维度的次序"),
    pytest.param("nlp.corpus.speech", id="说法"),
    pytest.param("nlp.training.fitting", id="在函数里才导入的"),
    pytest.param("nlp.search.cue_gaps", id="导入的导入"),
]


@pytest.mark.parametrize("module", TRAINED_BY)
def test_a_model_hangs_on_what_training_imports(module: str) -> None:
    assert module in reached("nlp.training.model_store")


APART = [pytest.param("nlp.outputs.report", id="网页"), pytest.param("nlp.cli.app", id="命令行")]


@pytest.mark.parametrize("module", APART)
def test_a_model_hangs_on_nothing_else(module: str) -> None:
    assert module not in reached("nlp.training.model_store")


def test_readers_that_are_imported_by_name_are_followed() -> None:
    assert {"nlp.readers.formats.pdf", "nlp.readers.formats.docx"} <= reached("nlp.run.batch.classify")
    assert "pypdfium2" in libraries_of("nlp.run.batch.classify")


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of our sources to which the versions look; what they remember of sources is forgotten before and after."""
    shutil.copytree(ROOT, tmp_path / "nlp", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(versions, "ROOT", tmp_path / "nlp")
    forget()
    return tmp_path / "nlp"


def forget() -> None:
    """Look at the sources anew."""
    versions.reached.cache_clear()
    versions.imports_of.cache_clear()


CHANGED = [
    pytest.param("tables/schema.py", "nlp.training.model_store", True, id="训练用到的"),
    pytest.param("outputs/report.py", "nlp.training.model_store", False, id="训练不用的"),
    pytest.param("readers/formats/pdf.py", "nlp.run.batch.classify", True, id="读文件的"),
]


@pytest.mark.parametrize(("file", "root", "changes"), CHANGED)
def test_a_fingerprint_changes_with_a_source_that_is_reached(copied: Path, file: str, root: str, changes: bool) -> None:
    before, whole = fingerprint(root), fingerprint()
    source = copied / file
    source.write_text(source.read_text(encoding="utf-8") + "\nNEW = 1\n", encoding="utf-8")
    forget()
    assert (fingerprint(root) != before) == changes
    assert fingerprint() != whole
    forget()


def test_a_fingerprint_changes_with_the_version_of_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint("nlp.training.model_store")
    monkeypatch.setattr(versions, "installed", lambda name: "0.0" if name == "numpy" else installed(name))
    assert fingerprint("nlp.training.model_store") != before


@pytest.mark.parametrize("name", ["ROLES", "CODED_FACETS"], ids=["角色换了次序", "维度换了次序"])
def test_another_order_is_another_model(corpus: Corpus, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    before = model_store.model_key(corpus)
    monkeypatch.setattr(model_store, name, getattr(model_store, name)[::-1])
    assert model_store.model_key(corpus) != before


PARTS = [
    pytest.param("codebook/answers.csv", "codebook", id="对应关系"),
    pytest.param("codebook/rules.md", "codebook", id="编码规则"),
    pytest.param("lexicon/speech.csv", "lexicon", id="说法"),
    pytest.param("gold/labels.csv", "gold", id="标准编码"),
]


@pytest.mark.parametrize(("file", "part"), PARTS)
def test_every_file_of_a_part_is_in_its_version(corpus: Corpus, tmp_path: Path, file: str, part: str) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(corpus.folder, folder, ignore=shutil.ignore_patterns("reports"))
    before, key = open_corpus(folder).versions, model_store.model_key(open_corpus(folder))
    assert before == corpus.versions
    (folder / file).write_bytes((folder / file).read_bytes() + b"\n")
    (folder / part / ".~lock").write_text("编辑器的锁", encoding="utf-8")
    after = open_corpus(folder)
    assert {name for name in before if before[name] != after.versions[name]} == {part}
    assert model_store.model_key(after) != key


def test_every_library_is_in_the_one_list() -> None:
    found = {
        name.split(".")[0]
        for path in ROOT.rglob("*.py")
        for name in imported(path.read_text(encoding="utf-8"))
        if name.split(".")[0] not in sys.stdlib_module_names
    }
    assert found - set(LIBRARIES) - {"nlp", "IPython"} == set()
    assert set(LIBRARIES) - found == set()


def test_imports_are_those_that_python_sees() -> None:
    """The expression that reads import statements finds what the parser finds, in every source of ours."""
    for path in sorted(ROOT.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        tree = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import | ast.ImportFrom)]
        wanted = {alias.name for node in tree if isinstance(node, ast.Import) for alias in node.names}
        wanted |= {node.module for node in tree if isinstance(node, ast.ImportFrom) and node.module}
        assert wanted <= set(imported(source)), path
