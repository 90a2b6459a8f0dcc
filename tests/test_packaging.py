"""What is installed: the corpus inside the package, the libraries without the tests' own, a word on other Pythons."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from runpy import run_path
from typing import Any

import pytest

from nlp import __main__ as program
from nlp.base.supported import NEWEST, OLDEST, unsupported, written
from nlp.corpus import folder
from nlp.corpus.folder import open_corpus, shipped_corpus

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What setup.py hands to setuptools."""
    setuptools = pytest.importorskip("setuptools", reason="没有 setuptools")
    told: dict[str, Any] = {}
    monkeypatch.setattr(setuptools, "setup", lambda **given: told.update(given))
    run_path(str(ROOT / "setup.py"))
    return told


def test_every_file_of_the_program_and_of_the_corpus_is_shipped(built: dict[str, Any]) -> None:
    files = [path for top in ("nlp", "corpus") for path in (ROOT / top).rglob("*") if path.is_file()]
    folders = {path.parent for path in files if path.parent.name != "__pycache__"}
    assert folders <= {ROOT / place for place in built["package_dir"].values()}
    assert built["package_dir"]["nlp._corpus.lexicon"] == "corpus/lexicon"
    assert set(built["packages"]) == set(built["package_dir"])


def test_what_is_installed_is_what_was_tried_without_the_tests_own(built: dict[str, Any]) -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if re.match(r"[\w-]+==", line)]
    assert set(pins) - set(built["install_requires"]) == {line for line in pins if line.startswith("pytest==")}
    assert len(built["install_requires"]) == len(pins) - 1


def test_an_installed_program_finds_the_corpus_inside_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped_corpus() == ROOT / "corpus"
    (tmp_path / "nlp" / "_corpus").mkdir(parents=True)
    (tmp_path / "corpus").mkdir()  # of somebody else, where packages are installed
    monkeypatch.setattr(folder, "__file__", str(tmp_path / "nlp" / "corpus" / "folder.py"))
    assert shipped_corpus() == tmp_path / "nlp" / "_corpus"


def test_the_corpus_that_ships_is_opened_where_none_is_named() -> None:
    assert open_corpus().folder == shipped_corpus()


@pytest.mark.parametrize("version", [(3, 10), (3, 14), (4, 0)], ids=str)
def test_another_python_is_told_in_one_line(
    version: tuple[int, int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(program, "unsupported", lambda: unsupported(version))
    with pytest.raises(SystemExit) as ended:
        program.start()
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert written(version) in line
    assert "3.11 至 3.13" in line


def test_pip_refuses_the_same_pythons() -> None:
    after = (NEWEST[0], NEWEST[1] + 1)
    assert PROJECT["requires-python"] == f">={written(OLDEST)},<{written(after)}"
    requirements = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert f'python_version < "{written(after)}"' in requirements, "别处只说一行中文，不去编译 gensim"


def test_the_command_is_the_same_program() -> None:
    assert PROJECT["scripts"] == {"liangzhangpi": "nlp.__main__:start"}
    assert callable(program.start)
