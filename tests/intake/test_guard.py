"""A file that kills, hangs or swells its reader costs itself, never the batch; all else comes as without a guard."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from nlp.base.errors import UnreadableFile
from nlp.intake import guard
from nlp.intake.discover import discover
from nlp.intake.guard import LIGHT_BYTES, Outcome, guarded
from nlp.intake.inputs import read_file, read_inputs
from nlp.readers.registry import READERS
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
HOSTILE = """
import ctypes, os, sys, time
from types import ModuleType
from nlp.readers.registry import READERS
from nlp.intake import child
from nlp.readers.source import whole_file

def behave(path, options):
    deed = path.stem.rstrip("0123456789")
    if deed == "崩溃":
        ctypes.string_at(0)
    if deed == "退出":
        os._exit(0)
    if deed == "挂起":
        while True:
            time.sleep(1)
    if deed == "膨胀":
        return whole_file("长" * 10**10, "", options)
    if deed == "多话":
        print("library chatter on standard output", flush=True)
        os.write(1, b"and straight to the descriptor")
    if deed == "残留":  # what stays behind of this file would end the next one
        behave.kept = bytearray(200_000_000)
    return whole_file(path.read_text(encoding="utf-8"), "试", options)

module = ModuleType("hostile")
module.read = behave
sys.modules["hostile"] = module
READERS[".hostile"] = "hostile"
child.main()
"""
TOLD = {
    "崩溃": "意外中止",
    "退出": "意外中止",
    "挂起": "超过 0.6 秒",
    "膨胀": "内存超过上限（300 MB）",
}


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Return a function that makes a folder of files that misbehave as their names say."""
    program, folder = tmp_path / "child.py", tmp_path / "报送"
    program.write_text(HOSTILE, encoding="utf-8")
    monkeypatch.setattr(guard, "PROGRAM", ("-P", str(program)))
    folder.mkdir()

    def make(*names: str) -> Path:
        for name in names:
            (folder / f"{name}.hostile").write_text(f"{name}：党建与业务两张皮。", encoding="utf-8")
        return folder

    return make


STRICT = ReadOptions(max_seconds=0.6, max_memory_bytes=300_000_000)


@pytest.mark.parametrize("children", [1, 3])
def test_a_lost_reader_costs_its_file_only(children: int, hostile: Callable[..., Path]) -> None:
    folder = hostile("好1", "崩溃", "好2", "退出", "好3", "挂起", "好4", "膨胀", "多话", "好5")
    sources, failures = read_inputs([folder], STRICT, children)
    assert set(sources["source"]) == {f"{n}.hostile" for n in ("好1", "好2", "好3", "好4", "好5", "多话")}
    assert list(sources["source"]) == sorted(sources["source"])
    told = dict(zip(failures["source"].str.removesuffix(".hostile"), failures["reason"], strict=True))
    assert set(told) == set(TOLD)
    assert all(part in told[name] for name, part in TOLD.items())
    assert failures["fix"].str.contains("再读").all()


def test_what_a_file_leaves_behind_does_not_decide_about_the_next(hostile: Callable[..., Path]) -> None:
    sources, failures = read_inputs([hostile("残留1", "残留2", "残留3")], STRICT)
    assert (len(sources), len(failures)) == (3, 0)


def test_no_reader_outlives_the_batch(hostile: Callable[..., Path]) -> None:
    before = reader_processes()  # other tests of this process may have left theirs
    outcomes = guarded(discover([hostile(*(f"好{n}" for n in range(9)))]), OPTIONS, children=2)
    assert next(outcomes).fault is None
    alive = reader_processes() - before
    assert alive
    outcomes.close()
    assert reader_processes().isdisjoint(alive)


def reader_processes() -> set[int]:
    """Ids of the processes that this one started and that still run."""
    if not Path("/proc").is_dir():
        pytest.skip("没有 /proc，看不到子进程")
    return {int(pid) for thread in Path("/proc/self/task").glob("*/children") for pid in thread.read_text().split()}


def test_an_orphan_ends_by_itself(hostile: Callable[..., Path], tmp_path: Path) -> None:
    folder = hostile("挂起")
    code = f"""
import os, signal, sys
from nlp.readers.source import ReadOptions
from nlp.intake import guard
from pathlib import Path
guard.PROGRAM = {guard.PROGRAM!r}
child = guard.Child(ReadOptions(max_seconds=-4.5), {str(tmp_path)!r})
child.tell({str(folder / "挂起.hostile")!r})
print(child.process.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    pid = int(done.stdout)
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or " Z " in Path(f"/proc/{pid}/stat").read_text():
            return
        subprocess.run(["sleep", "0.05"], check=True)
    pytest.fail("孤儿进程没有结束")


def test_a_reader_that_cannot_start_is_no_fault_of_the_files(
    hostile: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = hostile("好")
    monkeypatch.setattr(guard, "PROGRAM", ("-c", "raise SystemExit(3)"))
    with pytest.raises(ChildProcessError, match="exit status 3"):
        list(guarded(discover([folder]), OPTIONS))


@pytest.mark.skipif(os.name == "nt", reason="没有信号")
@pytest.mark.parametrize(("deaths", "reason"), [(1, None), (9, "意外中止")], ids=["起步时被杀一次", "次次被杀"])
def test_a_reader_that_is_killed_while_it_starts_is_started_again(
    hostile: Callable[..., Path], tmp_path: Path, deaths: int, reason: str | None
) -> None:
    program = tmp_path / "child.py"
    killed = f"""
import os, signal
from pathlib import Path
mark = Path({str(tmp_path / "死过")!r})
if (n := len(mark.read_text()) if mark.exists() else 0) < {deaths}:
    mark.write_text("死" * (n + 1))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    program.write_text(killed + HOSTILE, encoding="utf-8")
    (outcome,) = guarded(discover([hostile("好")]), OPTIONS)
    assert (outcome.fault is None) == (reason is None)
    assert reason is None or (outcome.fault and reason in outcome.fault.reason)


@pytest.fixture
def folder(tmp_path: Path, build: dict[str, Callable[..., bytes]], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a good and a broken file of every format; no converter is found, which would take long."""
    monkeypatch.setenv("PATH", "")
    paragraphs = ["有的支部把学习当成念文件，学归学、干归干。", "究其原因，考核偏向业务指标。"]
    for suffix in READERS:
        whole = build[suffix](paragraphs)
        (tmp_path / f"好{suffix}").write_bytes(whole)
        (tmp_path / f"坏{suffix}").write_bytes(whole[: len(whole) // 3] + bytes(range(256)))
    long = "党建与业务两张皮。\n" * (LIGHT_BYTES // 20)
    (tmp_path / "长.txt").write_text(long, encoding="utf-8")
    (tmp_path / "其实是网页.txt").write_bytes(build[".html"](paragraphs))
    (tmp_path / "空.txt").write_bytes(b"")
    return tmp_path


def plain_outcome(path: Path) -> tuple[tuple[object, ...], tuple[str, str] | None]:
    """What reading in this process gives."""
    try:
        return tuple(read_file(path, OPTIONS)), None
    except UnreadableFile as fault:
        return (), (fault.reason, fault.fix)


def comparable(outcome: Outcome) -> tuple[tuple[object, ...], tuple[str, str] | None]:
    return tuple(outcome.texts), (outcome.fault.reason, outcome.fault.fix) if outcome.fault else None


@pytest.mark.parametrize("children", [1, 2])
def test_guarded_reading_gives_what_plain_reading_gives(children: int, folder: Path) -> None:
    found = discover([folder])
    outcomes = list(guarded(found, OPTIONS, children))
    assert [outcome.found for outcome in outcomes] == found
    assert [comparable(outcome) for outcome in outcomes] == [plain_outcome(each.path) for each in found]


def test_small_texts_start_no_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "PROGRAM", ("-c", "raise SystemExit(3)"))
    outcomes = list(guarded(discover([folder / "好.txt", folder / "空.txt"]), OPTIONS))
    assert [len(outcome.texts) for outcome in outcomes] == [1, 0]


def sizes(folder: str, answers: object) -> None:
    """Read in a daemonic process, which may have no children by multiprocessing."""
    answers.put([len(outcome.texts) for outcome in guarded(discover([folder]), OPTIONS)])  # type: ignore[attr-defined]


def test_a_daemonic_process_can_read(folder: Path) -> None:
    context = get_context("spawn")
    answers = context.Queue()
    worker = context.Process(target=sizes, args=(str(folder), answers), daemon=True)
    worker.start()
    told = answers.get(timeout=60)
    worker.join()
    answers.close()
    assert told == [len(outcome.texts) for outcome in guarded(discover([folder]), OPTIONS)]
