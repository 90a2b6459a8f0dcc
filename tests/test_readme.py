"""The README and docs/ are held to what the program does. Run as a script, this file rewrites docs/tables.md."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from urllib.parse import unquote

import pytest
from made import classify
from pandas import read_csv
from typer.main import get_command

from nlp.cli.app import app
from nlp.corpus.folder import Corpus
from nlp.run.dictionary import data_dictionary

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TEXT = README.read_text(encoding="utf-8")
TABLES = ROOT / "docs" / "tables.md"
HEAD = """# 数据字典

`analyze` 的结果文件夹里各表的列。由程序生成；表改了以后运行 `PYTHONPATH=. python tests/test_readme.py` 重写这一页。

"""
LONGEST = 260  # lines of the README: what a new reader needs, no more
BLOCKS = re.compile(r"^```bash\n(.*?)^```$", re.M | re.S)
LARGEST_PICTURE = 400_000  # bytes


def options_by_command() -> dict[str, set[str]]:
    """Every command of ``python -m nlp`` with its options; a command of a group is “group command”."""
    found = {}
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        children = getattr(command, "commands", None)
        inside = {f"{name} {child}": c for child, c in children.items()} if children else {name: command}
        found |= {full: {option for p in c.params for option in p.opts} | {"--help"} for full, c in inside.items()}
    return found


COMMANDS = options_by_command()
EXAMPLES = [
    line.split(" && ")[-1]
    for block in BLOCKS.findall(TEXT)
    for line in block.splitlines()
    if " -m nlp " in line and not line.startswith("#")
]
LINKS = sorted({unquote(link) for link in re.findall(r"\]\(([^)#:]+)\)", TEXT)})


def section(title: str) -> str:
    """The text under one heading of the second level."""
    return re.split(r"^## ", TEXT.split(f"\n## {title}\n")[1], maxsplit=1, flags=re.M)[0]


def test_a_fresh_machine_needs_exactly_two_commands() -> None:
    commands = [line for block in BLOCKS.findall(section("安装与运行")) for line in block.splitlines() if line]
    assert len(commands) == 2
    assert all(command.startswith("python3 -m venv .venv && ") for command in commands)
    assert section("安装与运行").count("-m pip install") == 2
    for command in commands:
        (listed,) = re.findall(r"-r (\S+)", command)
        assert (ROOT / listed).is_file()


def test_the_test_command_is_found_as_the_ci_finds_it() -> None:
    """The same cut as ``.ci/run``: from the marker to the end of its code block, fences and comments left out."""
    lines = TEXT[TEXT.index("<!-- test-command -->") :].split("\n```\n")[0].splitlines()
    command = [line for line in lines if not line.startswith("```") and "<!--" not in line]
    assert command == [BLOCKS.findall(section("安装与运行"))[1].strip()]
    assert command[0].endswith(".venv/bin/python -m pytest -n 2 --dist loadfile")


def test_the_data_dictionary_is_that_of_the_tables() -> None:
    assert TABLES.read_text(encoding="utf-8") == HEAD + data_dictionary(), "数据字典旧了：见那一页开头的命令"


def test_the_readme_is_short() -> None:
    assert len(TEXT.splitlines()) <= LONGEST


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_named(command: str) -> None:
    assert f"`{command}`" in section("各个命令")


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_names_a_command_and_options_that_exist(example: str) -> None:
    words = shlex.split(example)[3:]
    command = " ".join(words[:2]) if " ".join(words[:2]) in COMMANDS else words[0]
    assert {word for word in words if word.startswith("-")} <= COMMANDS[command]


def test_every_option_in_the_text_exists() -> None:
    known = set().union(*COMMANDS.values()) | {option for p in get_command(app).params for option in p.opts}
    assert set(re.findall(r"`(--[a-z-]+)", TEXT)) <= known


def test_every_column_of_a_batch_is_explained(corpus: Corpus, tmp_path: Path) -> None:
    (tmp_path / "甲.csv").write_text("编号,内容\n1,要健全述职制度。\n", encoding="utf-8")
    columns = set()
    for unit in ("document", "passage"):
        classify([tmp_path / "甲.csv"], tmp_path / unit, corpus, unit=unit, coder="rules")
        columns |= {name for table in (tmp_path / unit).glob("*s.csv") for name in read_csv(table).columns}
    told = set(re.findall(r"`([^`\n]+)`", section("各个命令"))) | {"source", "reason", "fix"}
    assert {re.sub(r"^score:.*", "score:代码", name) for name in columns} - told == set()


@pytest.mark.parametrize("link", LINKS)
def test_a_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()


def test_the_pictures_are_small_and_described() -> None:
    pictures = re.findall(r"!\[([^]]+)\]\(([^)]+)\)", TEXT)
    assert pictures
    for words, path in pictures:
        assert len(words) > 20
        assert (ROOT / path).stat().st_size < LARGEST_PICTURE


def test_no_machine_path_stands_in_it() -> None:
    assert not re.findall(r"(?<![\w.])/(?:home|work|tmp|root|Users)/|[A-Z]:\\", TEXT)


if __name__ == "__main__":
    TABLES.write_text(HEAD + data_dictionary(), encoding="utf-8", newline="\n")
