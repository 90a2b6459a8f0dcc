"""What a user sees while a batch runs, and what is left when it ends, early or not."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.base.progress import Meter
from nlp.cli.app import app
from nlp.run.batch.scheduling import Tally

pty = pytest.importorskip("pty", reason="这个系统没有伪终端")
PROJECT = Path(__file__).parents[2]
TEXT = "个别支部主题党日流于形式，学习就是读文件、念报纸，台账靠年底突击补，检查前加班造材料。"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="没有这些信号")

ASKED = """
import os, signal, sys, tempfile, time
from pathlib import Path
import nlp.run.batch.classify
from nlp.cli.app import main

def classify(*given, **options):
    Path(tempfile.mkstemp()[1]).write_text("正文")
    print(tempfile.gettempdir(), flush=True)
    os.kill(os.getpid(), signal.{name})
    time.sleep(60)

nlp.run.batch.classify.classify = classify
# What is started in the background or by nohup hears neither of these; here they are to be heard.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGHUP, signal.SIG_DFL)
main()
"""
REQUESTS = [
    pytest.param("SIGINT", 130, id="Ctrl-C"),
    pytest.param("SIGTERM", 143, id="要求结束"),
    pytest.param("SIGHUP", 129, id="终端关闭"),
]


@pytest.mark.parametrize(("name", "status"), REQUESTS)
def test_a_request_to_end_is_answered_and_nothing_is_left(name: str, status: int, tmp_path: Path) -> None:
    words = [sys.executable, "-c", ASKED.format(name=name), "classify", str(tmp_path), "--out", str(tmp_path / "出")]
    done = subprocess.run(words, cwd=PROJECT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == status
    assert "--resume" in done.stderr
    assert "Traceback" not in done.stderr
    temporary = Path(done.stdout.strip())
    assert temporary.name.startswith("liangzhangpi-")
    assert not temporary.exists()


def test_only_a_command_that_can_go_on_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def stopped(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nlp.run.analyze.analyze", stopped)
    done = CliRunner().invoke(app, ["analyze", str(tmp_path), "--out", str(tmp_path / "出")])
    assert done.exit_code == 130
    assert "已中断" in done.stderr
    assert "--resume" not in done.stderr


def files(folder: Path, n: int) -> Path:
    """A folder with some one-line texts and an empty file."""
    folder.mkdir()
    for number in range(n):
        (folder / f"{number:03d}.txt").write_text(f"{TEXT}{number}", encoding="utf-8")
    (folder / "空.txt").touch()
    return folder


def on_terminal(words: list[str]) -> tuple[str, str, int]:
    """Run a command with a terminal for its standard error; returns what stood there, standard output and status."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "nlp", *words],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=theirs,
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
    )
    os.close(theirs)
    seen = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # Linux: the other end is closed
            break
        if not piece:
            break
        seen += piece
    os.close(ours)
    said = process.communicate()[0].decode()
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode()), said, process.returncode


def test_a_terminal_shows_a_bar_with_rate_failures_and_time_left(tmp_path: Path) -> None:
    folder = files(tmp_path / "材料", 60)
    shown, said, status = on_terminal(["classify", str(folder), "--out", str(tmp_path / "出"), "--coder", "rules"])
    assert re.search(r"(分类|写出)…… [━╸╺]+ +\d+/61 \d+\.\d 个/秒、\d+ 段/秒(，失败 1)? [-\d]:[-\d]{2}:[-\d]{2}", shown)
    assert "，失败 1" in shown
    assert re.search(r"^60 个输入完成，1 个失败；60 个段落，其中拿不准 \d+ 段；\d+\.\d 个/秒、\d+ 段/秒 → ", said)
    assert status == 1


def test_nothing_left_to_do_is_said_and_no_rate(tmp_path: Path) -> None:
    folder = files(tmp_path / "材料", 3)
    (folder / "空.txt").unlink()
    words = ["classify", str(folder), "--out", str(tmp_path / "出"), "--coder", "rules"]
    first, again = (CliRunner().invoke(app, [*words, *more]) for more in ([], ["--resume"]))
    assert re.search(r"；\d+\.\d 个/秒、\d+ 段/秒 → ", first.stdout)
    assert again.stdout.startswith("3 个输入完成，0 个失败；3 个段落")
    assert "先前都已做完，这次没有要做的" in again.stdout
    assert (first.stderr, again.stderr) == ("", ""), "日志里不足一分钟不出声"


def test_a_run_that_only_tries_again_what_failed_says_no_rate(tmp_path: Path) -> None:
    folder = files(tmp_path / "材料", 3)
    words = ["classify", str(folder), "--out", str(tmp_path / "出"), "--coder", "rules"]
    first, again = (CliRunner().invoke(app, [*words, *more]) for more in ([], ["--resume"]))
    assert (first.exit_code, again.exit_code) == (1, 1)
    assert "；这次没有新做成的 → " in again.stdout
    assert "/秒" not in again.stdout


def test_what_was_done_before_does_not_count_for_the_rate() -> None:
    meter = Meter()
    meter.begin -= 1000  # a model was loaded
    meter.watch(Tally(100, 50, 0))
    meter.begin -= 10
    meter.watch(Tally(100, 60, 0))
    assert meter.rate == pytest.approx(1, rel=0.1)
