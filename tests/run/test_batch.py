"""Batches: the same bytes however they are cut, stopped and resumed; nothing twice, missing or overwritten."""

from __future__ import annotations

import errno
import multiprocessing
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from made import classify
from typer.testing import CliRunner

from nlp.base.errors import DataError
from nlp.base.progress import LINE_SECONDS, Meter
from nlp.cli.app import app
from nlp.corpus.folder import Corpus
from nlp.engine.here import Here
from nlp.engine.partitions import map_partitions
from nlp.intake.inputs import read_file
from nlp.readers.source import ReadOptions, SourceText
from nlp.run.batch import parts
from nlp.run.batch.classify import CodeTexts
from nlp.run.batch.ledger import NAME, Ledger, Stamp, stamp_if_same, stamp_of
from nlp.run.batch.scheduling import PARTS, Limits, Tally
from nlp.store.files import Replacement, write_table
from nlp.store.row_writers import SINKS, opened

PROJECT = Path(__file__).parents[2]
PROBLEM = "个别支部主题党日流于形式，学习就是读文件、念报纸，台账靠年底突击补，检查前加班造材料。"
REMEDY = "要坚决防止组织生活流于形式，把主题党日开到项目现场，与业务工作一同部署、一同检查。"
SMALL = Limits(inputs=2, size=4_000, texts=4)
OUTPUTS = ("passages", "documents", "failures", "dropped", "account", "run")


def report(number: int) -> str:
    """A short report."""
    head = f"第{number}支部关于党建与业务融合的调研报告\n一、主要问题\n"
    return head + f"{PROBLEM}{number}\n" * (1 + number % 3) + f"二、对策建议\n{REMEDY}{number}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve reports, a table of thirty rows, an empty file and one of an unknown kind."""
    folder = tmp_path / "材料"
    (folder / "下级").mkdir(parents=True)
    for number in range(12):
        place = folder / "下级" if number % 4 == 0 else folder
        (place / f"报告{number:02d}.txt").write_text(report(number), encoding="utf-8")
    rows = [{"编号": f"甲{n % 7}", "正文": f"{(PROBLEM, REMEDY)[n % 2]}{n}"} for n in range(30)]
    pd.DataFrame(rows).to_csv(folder / "短材料.csv", index=False, encoding="utf-8-sig")
    (folder / "空.txt").write_bytes(b"")
    (folder / "不认识.xyz").write_bytes(b"x")
    return folder


def outputs(out: Path) -> dict[str, bytes]:
    """The bytes of all outputs that are promised."""
    return {path.name: path.read_bytes() for path in sorted(out.iterdir()) if path.stem in OUTPUTS}


@pytest.fixture
def straight(folder: Path, tmp_path: Path, corpus: Corpus) -> dict[str, bytes]:
    """What one uninterrupted run in one process gives."""
    return run(folder, tmp_path / "直通", corpus)


def run(folder: Path, out: Path, corpus: Corpus, **how: object) -> dict[str, bytes]:
    """Classify a folder by rules."""
    classify([folder], out, corpus, coder="rules", **how)  # type: ignore[arg-type]
    return outputs(out)


HOW = [
    pytest.param({"limits": Limits(inputs=1, size=1, texts=1)}, id="每份一个文件，每块一行"),
    pytest.param({"limits": Limits(inputs=5, size=10**9, texts=7)}, id="每份五个文件，每块七行"),
    pytest.param({"workers": 1, "limits": SMALL}, id="一个子进程"),
    pytest.param({"workers": 3, "limits": SMALL}, id="三个子进程"),
]


@pytest.mark.parametrize("how", HOW)
def test_the_bytes_do_not_depend_on_how_the_work_is_cut(
    folder: Path, tmp_path: Path, corpus: Corpus, straight: dict[str, bytes], how: dict[str, object]
) -> None:
    assert run(folder, tmp_path / "分份", corpus, **how) == straight


def test_small_files_that_hold_large_texts_are_coded_one_at_a_time(
    folder: Path, tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in folder.rglob("*.txt"):
        path.rename(path.with_suffix(".md"))  # a reader process reads these
    whole = run(folder, tmp_path / "整份", corpus)
    together: list[int] = []
    coded = parts.Worker.coded

    def counted(self: parts.Worker, texts: list[list[parts.Text]], *rest: Any) -> list[parts.Counts]:
        together.append(len(texts))
        return coded(self, texts, *rest)

    monkeypatch.setattr(parts, "HELD_BYTES", 1)
    monkeypatch.setattr(parts.Worker, "coded", counted)
    assert run(folder, tmp_path / "逐份", corpus) == whole
    assert together == [1] * 13


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet"])
@pytest.mark.parametrize("unit", ["document", "passage"])
def test_every_format_is_the_same_in_parts(folder: Path, tmp_path: Path, corpus: Corpus, form: str, unit: str) -> None:
    one, two = (
        run(folder, tmp_path / name, corpus, form=form, unit=unit, limits=limits)
        for name, limits in (("整", Limits()), ("零", SMALL))
    )
    assert one == two
    assert f"passages.{form}" in one
    assert (f"documents.{form}" in one) == (unit == "document")


def test_rows_come_back_under_their_ids_in_order(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    done = classify([folder / "短材料.csv"], tmp_path / "出", corpus, unit="passage", coder="rules", limits=SMALL)
    assert list(done.passages["id"]) == [f"甲{n % 7}" for n in range(30)]
    assert done.tally.passages == 30
    assert done.documents is None


def in_a_fork(work: Callable[[], object]) -> int | None:
    """Do something in a process of its own, which may be killed; returns its exit code."""
    process = multiprocessing.get_context("fork").Process(target=work)  # type: ignore[attr-defined]
    process.start()
    process.join(60)
    return process.exitcode  # type: ignore[no-any-return]


def calls_of(work: Callable[[], object]) -> int:
    """How many functions are called on the way."""
    n = 0

    def count(*event: object) -> None:
        nonlocal n
        n += 1

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return n


def killed_at(moment: int, work: Callable[[], object]) -> None:
    """Do something and die of SIGKILL, this very process, at the given function call."""
    left = moment

    def count(*event: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(count)
    work()


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> tuple[Path, dict[str, bytes], int]:
    """Four reports and a table, what an uninterrupted run gives, and how many function calls it takes."""
    folder, before, out = (tmp_path_factory.mktemp(name) for name in ("材料", "热身", "直通"))
    for number in range(4):
        (folder / f"报告{number}.txt").write_text(report(number), encoding="utf-8")
    pd.DataFrame({"正文": [f"{PROBLEM}{n}" for n in range(6)]}).to_csv(folder / "表.csv", index=False)
    run(folder, before, corpus, limits=SMALL)  # what a process does once must not count
    n_calls = calls_of(lambda: run(folder, out, corpus, limits=SMALL))
    return folder, outputs(out), n_calls


MOMENTS = [pytest.param(random.Random(seed).random(), id=f"第{seed}个时刻") for seed in range(10)]


@pytest.mark.skipif(sys.platform == "win32", reason="没有 SIGKILL")
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_and_resumed(
    few: tuple[Path, dict[str, bytes], int], tmp_path: Path, corpus: Corpus, moment: float
) -> None:
    folder, straight, n_calls = few
    at = 1 + int(moment * (n_calls - 1))
    assert (
        in_a_fork(lambda: killed_at(at, lambda: run(folder, tmp_path / "出", corpus, limits=SMALL))) == -signal.SIGKILL
    )
    begun = (tmp_path / "出" / NAME).exists()
    assert run(folder, tmp_path / "出", corpus, limits=SMALL, resume=begun) == straight


@pytest.mark.skipif(sys.platform == "win32", reason="没有 SIGKILL")
def test_killed_again_and_again_with_workers(
    folder: Path, tmp_path: Path, corpus: Corpus, straight: dict[str, bytes]
) -> None:
    out, chance = tmp_path / "出", random.Random(7)
    for _ in range(4):
        work = multiprocessing.get_context("fork").Process(  # type: ignore[attr-defined]
            target=lambda: run(folder, out, corpus, limits=SMALL, workers=2, resume=(out / NAME).exists())
        )
        work.start()
        time.sleep(chance.uniform(0.05, 0.5))
        work.kill()
        work.join()
    assert run(folder, out, corpus, limits=SMALL, workers=2, resume=(out / NAME).exists()) == straight


@pytest.mark.skipif(sys.platform == "win32", reason="没有 SIGKILL")
def test_the_learned_coder_gives_the_same_bytes_however_the_work_is_cut_or_stopped(
    folder: Path, tmp_path: Path, corpus: Corpus
) -> None:
    def learned(out: Path, **how: object) -> dict[str, bytes]:
        classify([folder], out, corpus, coder="learned", **how)  # type: ignore[arg-type]
        return outputs(out)

    def die(tally: Tally) -> None:
        if tally.done >= 4:
            os.kill(os.getpid(), signal.SIGKILL)

    straight = learned(tmp_path / "直通")
    for workers in (0, 1, 2):
        assert learned(tmp_path / f"{workers}个", workers=workers, limits=SMALL) == straight
    assert in_a_fork(lambda: learned(tmp_path / "出", limits=SMALL, watch=die)) == -signal.SIGKILL
    assert learned(tmp_path / "出", limits=SMALL, resume=True) == straight
    assert b"learned" in straight["run.json"]


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are read, as they are read."""
    names: list[str] = []

    def read_and_note(path: Path, options: ReadOptions) -> list[SourceText]:
        names.append(path.name)
        return read_file(path, options)

    monkeypatch.setattr(parts, "guarded_reader", unguarded(read_and_note))
    return names


def change(folder: Path) -> set[str]:
    """Other words in one report."""
    (folder / "报告01.txt").write_text(report(99), encoding="utf-8")
    return {"报告01.txt"}


def change_table(folder: Path) -> set[str]:
    """One row less in the table."""
    path = folder / "短材料.csv"
    path.write_text("\n".join(path.read_text(encoding="utf-8").splitlines()[:-1]), encoding="utf-8")
    return {path.name}


def touch(folder: Path) -> set[str]:
    """Another time, the same words."""
    os.utime(folder / "报告01.txt", (1, 1))
    return set()


def replace_in_silence(folder: Path) -> set[str]:
    """Other words of the same length and time, as a copy that keeps times brings them."""
    path = folder / "报告03.txt"
    before = path.stat()
    path.write_text(report(3).replace("流于形式", "落到实处"), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    return {path.name}


def remove(folder: Path) -> set[str]:
    """One report less."""
    (folder / "报告01.txt").unlink()
    return set()


def add(folder: Path) -> set[str]:
    """One report more, in the middle."""
    (folder / "报告01乙.txt").write_text(report(77), encoding="utf-8")
    return {"报告01乙.txt"}


def mend(folder: Path) -> set[str]:
    """The empty file gets its words."""
    (folder / "空.txt").write_text(report(55), encoding="utf-8")
    return {"空.txt"}


CHANGES = [
    pytest.param(change, id="改了一篇"),
    pytest.param(change_table, id="改了表格"),
    pytest.param(
        replace_in_silence,
        id="改了一篇而长短与时间如旧",
        marks=pytest.mark.skipif(sys.platform == "win32", reason="那里的 ctime 是建立的时间"),
    ),
    pytest.param(touch, id="只有时间变了"),
    pytest.param(remove, id="少了一篇"),
    pytest.param(add, id="多了一篇"),
    pytest.param(mend, id="补好了空文件"),
]
FAILED = {"空.txt", "不认识.xyz"}  # are tried again


@pytest.mark.parametrize("alter", CHANGES)
def test_only_what_changed_is_read_again(
    folder: Path, tmp_path: Path, corpus: Corpus, reads: list[str], alter: Callable[[Path], set[str]]
) -> None:
    run(folder, tmp_path / "出", corpus, limits=SMALL)
    changed = alter(folder)
    reads.clear()
    resumed = run(folder, tmp_path / "出", corpus, limits=SMALL, resume=True)
    assert set(reads) == changed | FAILED
    assert resumed == run(folder, tmp_path / "新", corpus)


def test_a_named_file_that_vanished_is_a_failure(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    named = [folder / "报告01.txt", folder / "报告02.txt"]
    classify(named, tmp_path / "出", corpus, coder="rules")
    named[0].unlink()
    done = classify(named, tmp_path / "出", corpus, coder="rules", resume=True)
    assert list(done.failures["source"]) == ["报告01.txt"]
    assert set(done.passages["document_id"]) == {"报告02.txt"}


def begun(folder: Path, out: Path, corpus: Corpus) -> None:
    """A finished batch."""
    run(folder, out, corpus)


def alike(folder: Path, out: Path, corpus: Corpus) -> None:
    """A file of the user's own with a name of ours."""
    out.mkdir()
    (out / "failures.csv").write_text("设备,故障\n打印机,卡纸\n", encoding="utf-8")


def analyzed(folder: Path, out: Path, corpus: Corpus) -> None:
    """What another command left."""
    out.mkdir()
    (out / "run.json").write_text("{}", encoding="utf-8")


REFUSED = [
    pytest.param(begun, {}, "没有覆盖", id="已有结果而没有接着做"),
    pytest.param(alike, {}, "已有结果（failures.csv）", id="用户自己的failures.csv"),
    pytest.param(analyzed, {}, "没有覆盖", id="别的命令的结果"),
    pytest.param(analyzed, {"resume": True}, "没有可以接着做的账本", id="别的命令的结果不能接着做"),
    pytest.param(begun, {"resume": True, "unit": "passage"}, "单位：当时 document，现在 passage", id="换了单位"),
    pytest.param(begun, {"resume": True, "options": ReadOptions(text_column="甲")}, "text_column=甲", id="换了列"),
]


@pytest.mark.parametrize(("before", "how", "said"), REFUSED)
def test_what_is_there_is_not_overwritten(
    folder: Path,
    tmp_path: Path,
    corpus: Corpus,
    before: Callable[[Path, Path, Corpus], None],
    how: dict[str, object],
    said: str,
) -> None:
    before(folder, tmp_path / "出", corpus)
    old = outputs(tmp_path / "出")
    with pytest.raises(DataError, match=re.escape(said)) as caught:
        run(folder, tmp_path / "出", corpus, **how)
    assert "处理：" in str(caught.value)
    assert outputs(tmp_path / "出") == old


def test_two_runs_in_one_folder_are_refused(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    run(folder, tmp_path / "出", corpus)
    with Ledger(tmp_path / "出"), pytest.raises(DataError, match="另一个进程正在写"):
        run(folder, tmp_path / "出", corpus, resume=True)


def test_a_damaged_ledger_is_named(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    run(folder, tmp_path / "出", corpus)
    (tmp_path / "出" / NAME).write_bytes(b"no database at all" * 100)
    with pytest.raises(DataError, match="账本损坏"):
        run(folder, tmp_path / "出", corpus, resume=True)


def test_what_a_killed_run_left_half_written_is_removed_and_nothing_of_others(
    folder: Path, tmp_path: Path, corpus: Corpus
) -> None:
    out = tmp_path / "出"
    ours = [
        f".passages.csv.{2**22}.csv",
        f".documents.xlsx.{2**22}.xlsx.frozen",
        f"{PARTS}/.0007-000001.passages.csv.8.csv",
    ]
    others = [".别人的", f"{PARTS}/别人的.txt", f"{PARTS}/下级/也是别人的.txt"]
    for name in (*ours, *others):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(b"x")
    run(folder, out, corpus)
    assert [name for name in (*ours, *others) if (out / name).exists()] == others


def test_a_ledger_that_is_damaged_inside_is_named(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    run(folder, tmp_path / "出", corpus)
    ledger = tmp_path / "出" / NAME
    head = ledger.read_bytes()[:4096]
    ledger.write_bytes(head + b"\xff" * (ledger.stat().st_size - len(head)))
    with pytest.raises(DataError, match="账本损坏"):
        run(folder, tmp_path / "出", corpus, resume=True)


class Enough(BaseException):
    """Ends a run on the way."""


def stop_in_the_table(tally: Tally, out: Path) -> None:
    """End a run while some rows of the table are coded and some only read."""
    if list((out / PARTS).glob("*.texts.json")) and tally.passages:
        raise Enough


DAMAGES = [
    pytest.param(Path.unlink, id="删了"),
    pytest.param(lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), id="截断了"),
    pytest.param(lambda path: path.write_bytes(bytes(path.stat().st_size)), id="成了零"),
    pytest.param(
        lambda path: path.write_bytes(path.read_bytes().replace("流于".encode(), "落于".encode(), 1)), id="改了字"
    ),
]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("kind", ["passages", "documents", "texts"])
def test_what_a_damaged_part_held_is_done_again(
    folder: Path,
    tmp_path: Path,
    corpus: Corpus,
    straight: dict[str, bytes],
    kind: str,
    damage: Callable[[Path], object],
) -> None:
    out = tmp_path / "出"
    with pytest.raises(Enough):
        run(folder, out, corpus, limits=SMALL, watch=partial(stop_in_the_table, out=out))
    damage(sorted((out / PARTS).glob(f"*.{kind}.*"))[0])
    assert run(folder, out, corpus, limits=SMALL, resume=True) == straight


@pytest.mark.parametrize(("first", "second"), [("csv", "parquet"), ("csv", "jsonl"), ("jsonl", "csv"), ("xlsx", "csv")])
def test_another_format_costs_no_second_reading(
    folder: Path, tmp_path: Path, corpus: Corpus, reads: list[str], first: str, second: str
) -> None:
    run(folder, tmp_path / "出", corpus, form=first)
    reads.clear()
    resumed = run(folder, tmp_path / "出", corpus, form=second, resume=True)
    assert set(reads) == FAILED
    name = f"passages.{second}"
    assert resumed[name] == run(folder, tmp_path / "新", corpus, form=second)[name]


def test_an_interruption_leaves_no_half_written_file(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    out = tmp_path / "结果"
    half = out / PARTS / ".0001-000009.passages.csv.1.csv"

    def interrupt(tally: Tally) -> None:
        half.write_bytes(b"half")  # as a worker that is ended leaves it
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        classify([folder], out, corpus, coder="rules", watch=interrupt)
    assert not half.exists()


def test_results_inside_the_input_folder_are_no_inputs(folder: Path, corpus: Corpus) -> None:
    first = run(folder, folder / "结果", corpus)
    assert run(folder, folder / "结果", corpus, resume=True) == first


def test_nothing_read_leaves_a_folder_that_can_be_used_again(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    with pytest.raises(DataError, match="没有读到任何文字"):
        run(folder / "空.txt", tmp_path / "出", corpus)
    assert sorted(path.name for path in (tmp_path / "出").iterdir()) == ["account.csv", "dropped.csv", "failures.csv"]
    run(folder, tmp_path / "出", corpus)


def test_documents_of_one_name_keep_apart(tmp_path: Path, corpus: Corpus) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    for name in ("甲#乙.txt", "甲·乙.txt"):
        (folder / name).write_text(report(1), encoding="utf-8")
    one, two = (run(folder, tmp_path / f"出{n}", corpus, limits=Limits(inputs=n)) for n in (1, 2))
    assert one == two
    assert one["documents.csv"].count("甲·乙.txt,".encode()) == 2


Read = Callable[[Path, ReadOptions], list[SourceText]]


def unguarded(read: Read) -> Callable[[ReadOptions], AbstractContextManager[Callable[[Path], list[SourceText]]]]:
    """A way of reading in the worker itself, so that what it does happens to the worker."""
    return lambda options: nullcontext(lambda path: read(path, options))


def deadly(path: Path, options: ReadOptions) -> list[SourceText]:
    """Read, but die over a file that is named so, the first time or always."""
    if "致命" in path.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "一次" in path.name and not (mark := path.parent.parent / "死过").exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return read_file(path, options)


@pytest.mark.skipif(sys.platform != "linux", reason="只有分叉的子进程才带着换过的读法")
def test_a_worker_that_dies_costs_one_input(
    folder: Path, tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "报告03一次.txt").write_text(report(3), encoding="utf-8")
    expected = run(folder, tmp_path / "直", corpus)
    (folder / "致命.txt").write_text(report(4), encoding="utf-8")
    monkeypatch.setattr(parts, "guarded_reader", unguarded(deadly))
    out = tmp_path / "出"
    done = classify([folder], out, corpus, coder="rules", workers=2, limits=Limits(inputs=4))
    assert (tmp_path / "死过").exists()
    assert {name: data for name, data in outputs(out).items() if name in ("passages.csv", "documents.csv")} == {
        name: expected[name] for name in ("passages.csv", "documents.csv")
    }
    failed = done.failures.set_index("source")
    assert set(failed.index) == FAILED | {"致命.txt"}
    assert "两次意外中止" in failed.at["致命.txt", "reason"]


class Faulty(CodeTexts):
    """Codes, but fails over texts that hold certain words: the first time, or always."""

    def __call__(self, inputs: Sequence[Sequence[parts.Text]]) -> parts.Coded:
        """Code some inputs."""
        texts = [each.text.text for texts in inputs for each in texts]
        if any("出错的字" in text for text in texts) or len(texts) > 1:
            raise Unsendable("甲", 13800138000)
        return super().__call__(inputs)


class Unsendable(Exception):
    """A fault that does not come back out of a pipe."""

    def __init__(self, where: str, number: int) -> None:
        super().__init__(f"{where}：{number}")


WHERE = [
    pytest.param({}, id="本进程"),
    pytest.param({"workers": 2}, id="两个子进程"),
    pytest.param({"scheduler": "local", "workers": 2}, id="集群"),
]


@pytest.mark.filterwarnings("ignore")  # of the cluster's library, not ours
@pytest.mark.parametrize("where", WHERE)
def test_a_fault_of_the_program_costs_one_input(
    folder: Path, tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch, where: dict[str, object]
) -> None:
    if "scheduler" in where:
        pytest.importorskip("distributed", reason="没有 distributed：装 requirements-dask.txt 才测集群")
    (folder / "短材料.csv").unlink()
    expected = run(folder, tmp_path / "直", corpus)
    (folder / "致命.txt").write_text(report(4) + "出错的字", encoding="utf-8")
    rows = [{"编号": f"甲{n}", "正文": f"{PROBLEM}{n}{'出错的字' * (n == 5)}"} for n in range(9)]
    pd.DataFrame(rows).to_csv(folder / "表.csv", index=False)
    monkeypatch.setenv("LIANGZHANGPI_CACHE", str(tmp_path / "缓存"))
    monkeypatch.setattr("nlp.run.batch.classify.CodeTexts", Faulty)
    out, options = tmp_path / "出", ReadOptions(redact=True)
    limits = Limits(inputs=4, texts=1)  # rows of a table are coded one by one
    done = classify([folder], out, corpus, coder="rules", limits=limits, options=options, **where)  # type: ignore[arg-type]
    kept = ("passages.csv", "documents.csv")
    assert [name for name in kept if outputs(out)[name] != expected[name]] == []
    failed = done.failures.set_index("source")
    assert set(failed.index) == FAILED | {"致命.txt", "表.csv"}
    assert done.tally.failed == 4
    (trace,) = (tmp_path / "缓存" / "faults").iterdir()
    assert (
        failed.at["致命.txt", "reason"] == f"程序处理它时出错：Unsendable；详细经过见缓存文件夹的 faults/{trace.name}"
    )
    assert "甲：***********" in trace.read_text(encoding="utf-8")


def test_what_the_user_must_repair_still_ends_the_batch(
    folder: Path, tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*given: object) -> None:
        raise DataError.at("词表坏了", where="甲", fix="补上")

    monkeypatch.setattr(CodeTexts, "__call__", refuse)
    with pytest.raises(DataError, match="词表坏了"):
        run(folder, tmp_path / "出", corpus, workers=2)


def complete(folder: Path, out: Path, corpus: Corpus) -> dict[str, bytes]:
    """Resume, or begin where nothing was begun."""
    return run(folder, out, corpus, limits=SMALL, resume=(out / NAME).exists())


@pytest.mark.parametrize("room", [0, 1, 7, 20], ids=lambda n: f"写满于第{n}个文件")
def test_a_full_disk_is_told_and_loses_nothing(
    folder: Path, tmp_path: Path, corpus: Corpus, straight: dict[str, bytes], monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    left = room
    enter = Replacement.__enter__

    def full(self: Replacement) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return enter(self)

    with monkeypatch.context() as patched:
        patched.setattr(Replacement, "__enter__", full)
        with pytest.raises(DataError, match="磁盘写满了"):
            run(folder, tmp_path / "出", corpus, limits=SMALL)
    for path in (tmp_path / "出" / PARTS).glob("*.csv"):
        assert len(pd.read_csv(path, header=None)), "做完的部分是完好的"
    assert complete(folder, tmp_path / "出", corpus) == straight


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A file system of its own whose size can be set."""
    place = tmp_path / "小盘"
    place.mkdir()

    def mount(size: str) -> Path:
        again = ["-o", f"remount,size={size}"] if place.is_mount() else ["-t", "tmpfs", "-o", f"size={size}", "tmpfs"]
        if subprocess.run(["mount", *again, str(place)], capture_output=True, check=False).returncode:
            pytest.skip("不许挂载 tmpfs：需要管理员权限")
        return place

    if sys.platform != "linux":
        pytest.skip("只在 Linux 上挂载 tmpfs")
    yield mount
    if place.is_mount():
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.parametrize(("size", "workers"), [("64k", 0), ("140k", 2), ("220k", 0)])
def test_a_disk_that_fills_up(
    folder: Path,
    corpus: Corpus,
    straight: dict[str, bytes],
    small_disk: Callable[[str], Path],
    size: str,
    workers: int,
) -> None:
    out = small_disk(size) / "出"
    with pytest.raises(DataError, match="磁盘写满了"):
        run(folder, out, corpus, limits=SMALL, workers=workers)
    small_disk("20m")
    assert complete(folder, out, corpus) == straight


def test_a_sheet_that_is_full_is_told(
    folder: Path, tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlp.store.row_writers.EXCEL_ROWS", 20)
    with pytest.raises(DataError, match=r"最多 20 行，放不下\n  位置：passages.xlsx"):
        run(folder, tmp_path / "出", corpus, form="xlsx")
    assert "passages.csv" in run(folder, tmp_path / "出", corpus, form="csv", resume=True)


def test_a_cell_that_would_be_cut_off_is_told(tmp_path: Path, corpus: Corpus) -> None:
    pd.DataFrame({"id": ["长"], "text": [PROBLEM * 800]}).to_csv(tmp_path / "表.csv", index=False)
    with pytest.raises(DataError, match="一个格子最多 32767 字"):
        run(tmp_path / "表.csv", tmp_path / "出", corpus, unit="passage", form="xlsx")
    assert (
        PROBLEM * 800
        in run(tmp_path / "表.csv", tmp_path / "出", corpus, unit="passage", resume=True)["passages.csv"].decode()
    )


def test_a_disk_for_temporary_files_that_is_full_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No space"), opened(tmp_path / "表.xlsx", ["甲"]):
        raise ValueError("IO_ENOSPC")  # as the library that writes XML says it
    assert list(tmp_path.iterdir()) == []


INSIDE = [
    pytest.param(lambda out: [out], True, id="结果文件夹本身"),
    pytest.param(lambda out: [out / "甲.txt", out.parent / "乙.txt"], True, id="其中一个文件"),
    pytest.param(lambda out: [out, out.parent / "乙.txt"], False, id="结果文件夹与别的"),
]


@pytest.mark.parametrize(("given", "refused"), INSIDE)
def test_inputs_among_the_results_are_told(
    tmp_path: Path, corpus: Corpus, given: Callable[[Path], list[Path]], refused: bool
) -> None:
    out = tmp_path / "出"
    out.mkdir()
    for path in (out / "甲.txt", tmp_path / "乙.txt"):
        path.write_text(report(1), encoding="utf-8")
    with pytest.raises(DataError, match="输入在结果文件夹里") if refused else nullcontext():
        classify(given(out), out, corpus, coder="rules")
    assert (out / NAME).exists() != refused


@pytest.mark.parametrize("form", sorted(SINKS))
def test_a_sink_gives_what_a_whole_table_gives(tmp_path: Path, form: str) -> None:
    table = pd.DataFrame({"文": ["甲", "=1", "", "多\n行"], "数": [1, 2, 3, 4], "分": [0.25, 1.0, 0.0, 0.3333]})
    with opened(tmp_path / f"零{form}", list(table.columns)) as sink:
        for start in range(4):
            sink.append(table.iloc[start : start + 1])
    readers = {
        ".csv": pd.read_csv,
        ".xlsx": partial(pd.read_excel, engine="openpyxl"),
        ".parquet": pd.read_parquet,
    }
    whole = write_table(table, tmp_path / f"整{form}")
    if form in readers:
        read = readers[form]
        pd.testing.assert_frame_equal(read(tmp_path / f"零{form}"), read(whole))
    else:
        assert (tmp_path / f"零{form}").read_bytes() == whole.read_bytes()


def test_a_sheet_keeps_its_head_in_view_and_shows_the_text(tmp_path: Path) -> None:
    with opened(tmp_path / "表.xlsx", ["id", "text"]) as sink:
        sink.append(pd.DataFrame({"id": ["1"], "text": [PROBLEM]}))
    sheet = openpyxl.load_workbook(tmp_path / "表.xlsx").active
    assert sheet is not None
    assert sheet.freeze_panes == "A2"
    assert sheet.column_dimensions["B"].width > 50


def test_the_command_reports_and_refuses(folder: Path, tmp_path: Path) -> None:
    words = ["classify", str(folder), "--out", str(tmp_path / "出"), "--coder", "rules", "--workers", "1"]
    first, second, third = (CliRunner().invoke(app, [*words, *more]) for more in ([], [], ["--resume"]))
    assert (first.exit_code, second.exit_code, third.exit_code) == (1, 2, 1)
    assert first.stdout.startswith("13 个输入完成，2 个失败；")
    assert "没有覆盖" in second.stderr
    assert third.stdout.startswith("13 个输入完成，2 个失败；")


def test_a_folder_that_cannot_be_made_is_told(folder: Path, tmp_path: Path, corpus: Corpus) -> None:
    (tmp_path / "文件").touch()
    with pytest.raises(DataError, match="写不进结果文件夹"):
        run(folder, tmp_path / "文件" / "出", corpus)


def test_an_interruption_says_how_to_go_on(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nlp.run.batch.classify.classify", interrupted)
    done = CliRunner().invoke(app, ["classify", str(folder), "--out", str(tmp_path / "出")])
    assert done.exit_code == 130
    assert "--resume" in done.stderr


class Deadly:
    """A stage that doubles, but whose worker dies over one part, the first time or always."""

    def __init__(self, mark: Path, always: bool) -> None:
        self.mark, self.always, self.home = mark, always, os.getpid()

    def __call__(self, part: pd.DataFrame) -> pd.DataFrame:
        """Double the column n."""
        if os.getpid() != self.home and 7 in list(part["n"]) and (self.always or not self.mark.exists()):
            self.mark.touch()
            os._exit(1)
        return part.assign(n=part["n"] * 2)


@pytest.mark.parametrize("always", [False, True], ids=["死一次", "每次都死"])
def test_a_stage_survives_its_workers(tmp_path: Path, always: bool) -> None:
    table = pd.DataFrame({"document_id": [f"{n // 2}" for n in range(20)], "n": range(20)})
    got = map_partitions(Deadly(tmp_path / "死过", always), table, workers=2, part_rows=3)
    assert (tmp_path / "死过").exists()
    pd.testing.assert_frame_equal(got, table.assign(n=table["n"] * 2))


def test_a_log_gets_a_line_a_minute(capsys: pytest.CaptureFixture[str]) -> None:
    meter = Meter()
    meter.watch(Tally(100, 0, 0))
    assert capsys.readouterr().err == ""
    meter.last_line -= LINE_SECONDS
    meter.watch(Tally(100, 40, 2))
    meter.watch(Tally(100, 41, 2))
    told = capsys.readouterr().err
    assert told.startswith("42/100 个，失败 2，")
    assert told.count("\n") == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="没有命名管道")
def test_a_file_that_became_a_fifo_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.txt")

    def stamped() -> None:
        with pytest.raises(OSError, match="Invalid"):
            stamp_of(tmp_path / "管道.txt")
        assert stamp_if_same(tmp_path / "管道.txt", Stamp(0, 0, 0, "甲")) is None

    assert in_a_fork(stamped) == 0


def test_nothing_that_a_redacted_batch_leaves_shows_a_number_of_a_file_name(
    folder: Path, tmp_path: Path, corpus: Corpus
) -> None:
    numbers = ("13800138000", "110101199003070038")
    inside = folder / f"举报人{numbers[0]}"
    inside.mkdir()
    (inside / f"身份证{numbers[1]}.txt").write_text(report(1), encoding="utf-8")
    (inside / f"空{numbers[1]}.txt").touch()
    out = tmp_path / "出"
    run(folder, out, corpus, options=ReadOptions(redact=True), limits=SMALL)
    run(folder, out, corpus, options=ReadOptions(redact=True), limits=SMALL, resume=True)
    left = [path for path in out.rglob("*") if path.is_file()]
    assert "举报人***********" in (out / "documents.csv").read_text(encoding="utf-8-sig")
    assert [(path.name, n) for path in left for n in numbers if n.encode() in path.read_bytes()] == []


def test_an_input_that_cannot_be_sent_has_the_reason_that_reading_gives(
    folder: Path, tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "空.xyz").touch()
    (folder / "太大.txt").write_text("党" * 9000, encoding="utf-8")
    options = ReadOptions(max_file_bytes=20_000)
    straight = run(folder, tmp_path / "直", corpus, options=options)

    class Elsewhere(Here):
        """Workers that see no folder of ours."""

        remote = True

        def submit(self, task: parts.Part) -> None:
            """Take a task; its paths lead nowhere there."""
            there = tuple(replace(each, path=Path(f"/无/{each.path.name}")) for each in task.inputs)
            super().submit(replace(task, inputs=there))

    monkeypatch.setattr("nlp.run.batch.scheduling.open_crew", lambda work, *how: Elsewhere(work))
    assert run(folder, tmp_path / "出", corpus, options=options) == straight


@pytest.mark.filterwarnings("ignore")  # of the cluster's library, not ours
def test_a_cluster_that_loses_a_worker_gives_the_same_bytes(
    folder: Path, tmp_path: Path, corpus: Corpus, straight: dict[str, bytes]
) -> None:
    distributed = pytest.importorskip("distributed", reason="没有 distributed：装 requirements-dask.txt 才测集群")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        victim = next(iter(cluster.workers.values()))
        killed: list[int] = []

        def watch(tally: Tally) -> None:
            if tally.done >= 3 and not killed:
                killed.append(victim.pid)
                os.kill(victim.pid, signal.SIGKILL)

        got = run(folder, tmp_path / "出", corpus, limits=SMALL, scheduler=cluster.scheduler_address, watch=watch)
    assert killed
    assert got == straight
