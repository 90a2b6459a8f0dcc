"""The record of decisions: append only, shared, and never lost."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from nlp.base.errors import DataError
from nlp.review.store import Decision, Store, marks_of

ONE = Decision("甲#1", "0" * 16, "甲", "cause", (("misperception", 0, 4),), note="备注", blind=True, seconds=3.5)


def test_a_decision_is_kept_as_it_was_made(tmp_path: Path) -> None:
    Store(tmp_path / "r.sqlite").append([ONE])
    (row,) = Store(tmp_path / "r.sqlite").decisions().itertuples()
    assert (row.kind, row.passage_id, row.coder, row.role, row.note) == ("decide", "甲#1", "甲", "cause", "备注")
    assert marks_of(row.codes) == [("misperception", 0, 4)]
    assert row.blind
    assert row.time.endswith("Z")


@pytest.mark.parametrize("change", ["UPDATE decisions SET role = 'other'", "DELETE FROM decisions"])
def test_nothing_can_be_overwritten(tmp_path: Path, change: str) -> None:
    store = Store(tmp_path / "r.sqlite")
    store.append([ONE])
    with pytest.raises(sqlite3.IntegrityError, match="append only"):
        store.database.execute(change)


def test_what_is_sent_twice_counts_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "r.sqlite")
    for _ in range(2):
        store.append([replace(ONE, sent="窗口一·7")])
    assert len(store.decisions()) == 1


def test_two_windows_write_at_once(tmp_path: Path) -> None:
    one, other = Store(tmp_path / "r.sqlite"), Store(tmp_path / "r.sqlite")
    for _ in range(5):
        one.append([ONE])
        other.append([replace(ONE, coder="乙")])
    assert list(one.decisions()["number"]) == list(range(1, 11))


def make_foreign(path: Path) -> None:
    sqlite3.connect(path).execute("CREATE TABLE 别的 (a)")


def make_newer(path: Path) -> None:
    Store(path).database.execute("PRAGMA user_version=99")


def make_text(path: Path) -> None:
    path.write_text("这不是数据库，是一份说明。" * 50, encoding="utf-8")


FILES = [
    pytest.param(make_foreign, "这不是核对记录", id="别的程序的数据库"),
    pytest.param(make_newer, "第 99 版", id="更新的版本"),
    pytest.param(make_text, "已损坏", id="不是数据库"),
]


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(("make", "words"), FILES)
def test_another_file_is_refused_and_left_alone(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "r.sqlite"
    make(path)  # type: ignore[operator]
    before = path.read_bytes()
    with pytest.raises(DataError, match=words):
        Store(path)
    assert path.read_bytes() == before


def test_a_record_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="找不到核对记录"):
        Store(tmp_path / "没有.sqlite", only_read=True)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path: Path) -> None:
    store = Store(tmp_path / "r.sqlite")
    store.append([ONE])
    pages = store.database.execute("PRAGMA page_count").fetchone()[0]
    store.database.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(DataError, match=r"磁盘已满.*\n.*\n.*再点一次"):
        store.append([replace(ONE, note="长" * 50_000)])
    store.database.execute("PRAGMA max_page_count=1000000")
    store.append([ONE])
    assert len(store.decisions()) == 2


WRITING = """
import sys
from pathlib import Path
from nlp.review.store import Decision, Store
store = Store(Path(sys.argv[1]))
for n in range(100_000):
    store.append([Decision(f"甲#{n}", "0" * 16, "甲", "other")])
    print(n, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows 没有 SIGKILL")
def test_a_killed_writer_loses_nothing_that_it_confirmed(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite"
    with subprocess.Popen([sys.executable, "-c", WRITING, str(path)], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            confirmed = int(writer.stdout.readline())
        time.sleep(0.01)
        writer.send_signal(signal.SIGKILL)
        confirmed = max([confirmed, *(int(line) for line in writer.stdout.read().split())])
    kept = Store(path).decisions()
    assert len(kept) - 1 in (confirmed, confirmed + 1)
