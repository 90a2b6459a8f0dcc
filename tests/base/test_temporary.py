"""Temporary folders of a killed process are removed by the next; those of the living and of others stay."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.base.temporary import PREFIX, PrivateFolder
from nlp.intake.guard import guarded_reader
from nlp.readers.source import ReadOptions
from nlp.run.batch.parts import Input, read_input

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="那里不问别的进程")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def gone() -> int:
    """The number of a process that has ended."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def die_while_reading(path: Path) -> None:
    """Die as a worker of a cluster does whose reader has the file."""
    read_input(Input("甲.txt", path, b"x"), lambda copy: os.kill(os.getpid(), signal.SIGKILL))  # type: ignore[arg-type,return-value]


def test_what_a_killed_worker_left_is_removed_by_the_next(place: Path) -> None:
    work = multiprocessing.get_context("fork").Process(target=die_while_reading, args=(place / "甲.txt",))  # type: ignore[attr-defined]
    work.start()
    work.join()
    assert [path.name for path in place.rglob("*.txt")] == ["input.txt"]
    with guarded_reader(ReadOptions()):
        assert not list(place.rglob("*.txt"))
    assert not list(place.iterdir())


KEPT = [
    pytest.param(lambda place: place / f"{PREFIX}{os.getpid()}-ab", id="进程还在"),
    pytest.param(lambda place: place / f"{PREFIX}1-ab", id="号码归了别的用户的进程"),
    pytest.param(lambda place: place / f"{PREFIX}tests-ab", id="名字里没有进程"),
    pytest.param(lambda place: place / f"other-{gone()}-ab", id="别人的"),
]


@pytest.mark.parametrize("name", KEPT)
def test_what_may_still_be_used_stays(place: Path, name: Callable[[Path], Path]) -> None:
    kept = name(place)
    kept.mkdir()
    with PrivateFolder():
        assert kept.is_dir()


def test_what_another_user_left_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = place / f"{PREFIX}{gone()}-ab"
    left.mkdir()
    usual = os.getuid()
    with monkeypatch.context() as patched:
        patched.setattr(os, "getuid", lambda: usual + 1)
        PrivateFolder().cleanup()
    assert left.is_dir()
    PrivateFolder().cleanup()
    assert not left.exists()


def test_a_link_is_not_followed(place: Path) -> None:
    (place / "用户的").mkdir()
    (place / f"{PREFIX}{gone()}-ab").symlink_to(place / "用户的")
    PrivateFolder().cleanup()
    assert (place / "用户的").is_dir()


def test_a_folder_in_use_stays_whatever_its_number_says(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = gone()
    with monkeypatch.context() as patched:
        patched.setattr(os, "getpid", lambda: dead)  # as a process of another container looks from here
        used = PrivateFolder()
    PrivateFolder().cleanup()
    assert Path(used.name).is_dir()
    assert Path(used.name).stat().st_mode & 0o777 == 0o700
    used.cleanup()
    assert not Path(used.name).exists()
