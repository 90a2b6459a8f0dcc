"""The cache folder: where the user's caches are, where it is told, or a private folder; one process makes a file."""

from __future__ import annotations

import os
import subprocess
import sys
from multiprocessing import get_context
from pathlib import Path

import pytest
from filelock import FileLock

from nlp.base import cache
from nlp.base.cache import cache_folder, fallback_cache, one_maker


def test_the_cache_is_the_users_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither beside the program, which may be installed for many, nor in a temporary folder that many share."""
    monkeypatch.delenv("LIANGZHANGPI_CACHE")
    for name in ("XDG_CACHE_HOME", "HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    folder = cache_folder()
    assert folder.is_relative_to(tmp_path)
    assert "liangzhangpi" in folder.parts


def test_the_cache_goes_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANGZHANGPI_CACHE", str(tmp_path / "缓存"))
    assert cache_folder() == tmp_path / "缓存"
    assert cache_folder().is_dir()


def test_a_cache_that_cannot_be_made_falls_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "文件"
    blocked.write_text("", encoding="utf-8")
    monkeypatch.setenv("LIANGZHANGPI_CACHE", str(blocked / "缓存"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    fallback_cache.cache_clear()
    folder = cache_folder()
    assert folder.is_dir()
    assert folder.parent == tmp_path
    assert cache_folder() == folder, "一个进程只要一个"
    fallback_cache.cache_clear()


def test_the_private_folder_is_gone_when_its_process_ends(tmp_path: Path) -> None:
    code = "from nlp.base.cache import fallback_cache; folder = fallback_cache(); (folder / 'x').touch(); print(folder)"
    here = {"TMPDIR": str(tmp_path), "TEMP": str(tmp_path), "TMP": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | here, capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def make(path: str) -> None:
    """Add a line to a file that one process alone is to make."""
    with one_maker(Path(path)):
        if not Path(path).exists():
            Path(path).write_text(str(os.getpid()), encoding="utf-8")


def test_one_process_makes_what_many_need(tmp_path: Path) -> None:
    """While another makes the file, the second waits, and then finds it made."""
    path = tmp_path / "模型"
    with FileLock(tmp_path / ".模型.lock"):
        waiting = get_context("spawn").Process(target=make, args=(str(path),))
        waiting.start()
        waiting.join(0.5)
        assert waiting.is_alive()
        path.write_text("做好了", encoding="utf-8")
    waiting.join(60)
    assert waiting.exitcode == 0
    assert path.read_text(encoding="utf-8") == "做好了"


@pytest.mark.parametrize("place", ["没有这个文件夹/模型", "文件/模型"])
def test_where_no_lock_can_be_had_the_work_is_done_all_the_same(tmp_path: Path, place: str) -> None:
    (tmp_path / "文件").write_text("", encoding="utf-8")
    done = []
    with one_maker(tmp_path / place):
        done.append(place)
    assert done == [place]


def test_who_waits_too_long_makes_it_himself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "LONGEST_WAIT", 0.1)
    with FileLock(tmp_path / ".模型.lock"), one_maker(tmp_path / "模型"):
        (tmp_path / "模型").write_text("自己做的", encoding="utf-8")
    assert (tmp_path / "模型").is_file()
