"""What a report holds stays harmless and, if asked, nameless in everything that is written."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nlp.cli import app

BODY = "某处支部把学习排在每周五下班之后，人到不齐，笔记倒是齐的，制度就这样挂在墙上、流于形式。"
CAUSE = "究其原因，处长兼着书记，考核又只看业务指标，党建工作难以量化，谁也不愿多花力气。"
SECRETS = ("13800138000", "13900139000", "15912345678", "110101199003070038", "zhang@mof", "65981234", "18612345678")
TEXTS = {
    "张某13800138000.txt": f"关于支部空转的报告（联系人15912345678）\n一、存在问题\n{BODY}联系人手机13900139000，"
    f"身份证号110101199003070038。\n二、原因分析\n{CAUSE}邮箱zhang@mof.gov.cn。\n联系电话：010-65981234\n",
    "列名.csv": "13800138000,乙\n1,2\n",
    "表.csv": f"编号,标题,单位,正文\n13800138000,见13900139000,某局15912345678,{BODY}\n",
    "documents.csv": "source,title,organ\n张某13800138000.txt,报告18612345678,某局\n",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which every place that is shown holds a personal number."""
    folder = tmp_path_factory.mktemp("报送")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def words_of(path: Path) -> str:
    """All that a file written by us says, Office and Parquet files unpacked."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    if path.suffix == ".parquet":
        import pandas as pd

        return str(pd.read_parquet(path).to_csv())
    return path.read_bytes().decode("utf-8", "replace")


COMMANDS = [
    pytest.param(["analyze"], id="analyze"),
    pytest.param(["classify"], id="classify"),
    pytest.param(["classify", "--unit", "passage", "--format", "xlsx"], id="classify逐段"),
]


@pytest.mark.parametrize("command", COMMANDS)
def test_no_personal_number_is_in_any_output(command: list[str], folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "结果"
    given = str(folder / "表.csv") if "passage" in command else str(folder)
    result = CliRunner().invoke(app, [*command, given, "--out", str(out), "--coder", "rules", "--redact"])
    assert result.exit_code in (0, 1), result.output
    # The ledger is no output: it notes where the inputs lie, so that a batch can go on.
    written = [path for path in out.rglob("*") if path.is_file() and not path.name.startswith("ledger")]
    said = {path.relative_to(out).as_posix(): words_of(path) for path in written} | {"屏幕": result.output}
    assert [(name, secret) for name, words in said.items() for secret in SECRETS if secret in words] == []
    assert any("*" * 11 in words for words in said.values())


def test_the_manifest_still_finds_a_file_whose_name_is_masked(folder: Path, tmp_path: Path) -> None:
    CliRunner().invoke(app, ["analyze", str(folder), "--out", str(tmp_path), "--coder", "rules", "--redact"])
    rows = csv.DictReader(io.StringIO((tmp_path / "tables/documents.csv").read_text(encoding="utf-8-sig")))
    organs = {row["source"]: (row["organ"], row["title"]) for row in rows}
    assert organs["张某***********.txt"] == ("某局", "报告***********")
