"""What the command line says: help and wrong calls in Chinese, unforeseen faults in one line, results where asked."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from typer.main import get_command
from typer.testing import CliRunner

from nlp.base import cache
from nlp.base.errors import DataError
from nlp.cli import usage
from nlp.cli.app import app
from nlp.cli.one_result import write_result, write_results
from nlp.coding.coder import Coder, Coding
from nlp.corpus.folder import Corpus
from nlp.run import analyze as main_job
from nlp.run.stages import coding
from nlp.training import model_store

COMMANDS = get_command(app).commands  # type: ignore[attr-defined]
CALLS = [[], *([name] for name in COMMANDS), ["lexicon", "discover"]]
TYPERS_OWN = re.compile(
    r"Usage|Options|Arguments|Commands|COMMAND|ARGS|Missing|No such|Try |Error|default:|required|Show"
)


def said(*call: str) -> str:
    """Standard error of a wrong call."""
    result = CliRunner().invoke(app, list(call))
    assert result.exit_code == 2
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.stderr


@pytest.mark.parametrize("call", CALLS, ids=lambda call: " ".join(call) or "总帮助")
def test_help_holds_nothing_of_typers_own_english(call: list[str]) -> None:
    result = CliRunner().invoke(app, [*call, "--help"])
    assert result.exit_code == 0
    assert result.stdout.startswith("用法：")
    assert not TYPERS_OWN.findall(result.stdout)


@pytest.mark.parametrize("call", [[], ["lexicon"]], ids=["总帮助", "lexicon"])
def test_no_command_shows_the_help(call: list[str]) -> None:
    assert CliRunner().invoke(app, call).stdout == CliRunner().invoke(app, [*call, "--help"]).stdout


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_option_has_a_help_of_its_own(name: str) -> None:
    shown = CliRunner().invoke(app, [name, "--help"]).stdout
    for param in COMMANDS[name].params:
        assert param.help
        assert all(option in shown for option in param.opts if option.startswith("--"))


def test_lines_of_the_help_fit_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "72")
    lines = CliRunner().invoke(app, ["classify", "--help"]).stdout.splitlines()
    assert max(usage.cells(line) for line in lines) <= 72 + 2, "一个标点可以挂在行外"
    assert not [line for line in lines if re.match(r"\s*[，。；、）]", line)]


WRONG = [
    pytest.param(["analyze"], "缺少参数：输入", id="没有输入"),
    pytest.param(["analyze", "x.txt"], "缺少选项：--out", id="没有结果文件夹"),
    pytest.param(["analyz"], "没有这个命令：analyz；想用的是 analyze 吗？", id="命令写错"),
    pytest.param(["lexicon", "x"], "没有这个命令：x", id="子命令写错"),
    pytest.param(["analyze", "x", "--outt", "y"], "没有这个选项：--outt；想用的是 --out", id="选项写错"),
    pytest.param(["kwic", "x", "--out"], "少了一个值", id="选项没有值"),
    pytest.param(["kwic", "x", "--word", "甲", "--out", "y", "--width", "0"], "不小于 1", id="数太小"),
    pytest.param(["analyze", "x", "--out", "y", "--workers", "多"], "要一个整数", id="不是数"),
    pytest.param(["classify", "x", "--out", "y", "--unit", "句"], "--unit document|passage", id="不在几种之内"),
    pytest.param(["check", "甲", "乙"], "多出了参数：乙", id="参数太多"),
    pytest.param(["--debug"], "没有写命令", id="只有选项没有命令"),
]


@pytest.mark.parametrize(("call", "words"), WRONG)
def test_a_wrong_call_says_in_chinese_what_is_wrong(call: list[str], words: str) -> None:
    told = said(*call)
    assert words in told
    assert not TYPERS_OWN.findall(told)


def breaking(*arguments: object, **more: object) -> None:
    """A fault that nobody foresaw."""
    raise ZeroDivisionError("除以零\n第二行")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """``analyze`` breaks; returns the cache folder."""
    monkeypatch.setattr(main_job, "analyze", breaking)
    monkeypatch.setenv("LIANGZHANGPI_CACHE", str(tmp_path / "缓存"))
    return tmp_path / "缓存"


def test_an_unforeseen_fault_ends_in_one_line_and_its_traceback_in_a_file(broken: Path) -> None:
    told = said("analyze", "x", "--out", "y")
    assert told.count("\n") == 1
    assert "ZeroDivisionError：除以零" in told
    (file,) = (broken / "faults").iterdir()
    assert str(file) in told
    written = file.read_text(encoding="utf-8")
    assert "Traceback" in written
    assert "in breaking" in written


def test_a_fault_in_a_stage_names_step_and_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = coding.code_with

    def code(coder: Coder, passages: pd.DataFrame) -> Coding:
        if passages["text"].str.contains("乙").any():
            raise KeyError("没有这一列")
        return usual(coder, passages)

    monkeypatch.setenv("LIANGZHANGPI_CACHE", str(tmp_path / "缓存"))
    monkeypatch.setattr(coding, "code_with", code)
    for name in "乙丙":
        (tmp_path / f"{name}.txt").write_text(f"{name}单位的制度只是挂在墙上、流于形式。", encoding="utf-8")
    told = said("analyze", *(str(tmp_path / f"{name}.txt") for name in "乙丙"), "--out", "y", "--coder", "rules")
    assert "KeyError" in told
    assert "文档：乙.txt；步骤：角色与代码" in told


def full(trace: str, name: str) -> None:
    """A disk without room."""
    raise OSError(28, "No space left on device")


def test_a_fault_is_shown_whole_where_no_file_can_be_written(broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "keep_fault", full)
    assert "in breaking" in said("analyze", "x", "--out", "y")


@pytest.mark.parametrize("way", ["--debug", "LIANGZHANGPI_DEBUG"])
def test_debug_lets_a_fault_through(way: str, broken: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if way.isupper():
        monkeypatch.setenv(way, "1")
    call = [way] if way.startswith("-") else []
    result = CliRunner().invoke(app, [*call, "analyze", "x", "--out", "y"])
    assert isinstance(result.exception, ZeroDivisionError)
    assert not broken.exists()


TABLE = pd.DataFrame({"词": ["台账"]})
PLACES = [
    pytest.param("词.csv", "词.csv", id="文件"),
    pytest.param("词.jsonl", "词.jsonl", id="别的格式"),
    pytest.param("夹", "夹/kwic.csv", id="文件夹"),
    pytest.param("2024.06", "2024.06/kwic.csv", id="名字里有点的文件夹"),
]


@pytest.mark.parametrize(("out", "written"), PLACES)
def test_one_table_goes_into_a_file_or_a_folder(out: str, written: str, tmp_path: Path) -> None:
    assert write_result(TABLE, tmp_path / out, "kwic") == tmp_path / written
    assert (tmp_path / written).is_file()


def test_several_tables_do_not_go_into_a_file(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="要一个文件夹"):
        write_results({"甲": TABLE}, tmp_path / "甲.csv")
    write_results({"甲": TABLE}, tmp_path / "甲")
    assert [path.name for path in (tmp_path / "甲").iterdir()] == ["甲.csv"]


@pytest.mark.parametrize("command", ["analyze", "classify", "reuse"])
def test_a_single_input_that_is_not_there_gives_its_reason(command: str, tmp_path: Path) -> None:
    told = said(command, str(tmp_path / "没有.txt"), "--out", str(tmp_path / "出"), *coder_of(command))
    assert "没有.txt" in told
    assert re.search(r"没有.txt：\S*(找不到|不存在)", told)
    assert "failures.csv" not in told


def coder_of(command: str) -> list[str]:
    """The rule coder, which needs no training."""
    return [] if command == "reuse" else ["--coder", "rules"]


def test_verify_refuses_the_folder_of_another_job(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text(json.dumps({"job": "classify"}), encoding="utf-8")
    assert "不是 analyze 的结果" in said("verify", str(tmp_path), "x")


def test_training_is_announced(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(model_store, "load_model", lambda *given: None)
    monkeypatch.setattr(model_store, "train_and_keep", lambda *given: None)
    model_store.learned_coder(corpus)
    assert capsys.readouterr().err == model_store.TRAINING + "\n"


def test_help_loads_no_library_that_help_does_not_need() -> None:
    code = (
        "import sys, nlp.cli; print([m for m in ('pandas', 'numpy', 'rich.markdown', 'sklearn') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
