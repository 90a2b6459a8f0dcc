"""The commands that answer an office's questions, from the command line to the file."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nlp.cli.app import app
from nlp.corpus.folder import Corpus

REPORT = """云江市某局自查报告
一、存在问题
有的支部制度只是挂在墙上、流于形式，以会议落实会议，会后只补台账。
问卷显示，三成党员说不出支部全年的重点。
二、原因分析
由于考核看痕迹多、看实效少，党建工作难以量化，导向就偏了。
三、整改措施
由机关党委在6月底前修订考核办法，把党建权重提到20%，每季度通报一次。
"""
HELPS = ("words", "codes", "ledger", "compare", "manifest", "kwic")


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two short reports."""
    folder = tmp_path_factory.mktemp("材料")
    for year in (2022, 2023):
        (folder / f"自查报告{year}-05-08.txt").write_text(REPORT, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch, corpus: Corpus) -> None:
    """Two short reports are not worth starting processes, nor reading the corpus a dozen times."""
    monkeypatch.setattr("nlp.corpus.folder.open_corpus", lambda folder=None: corpus)
    monkeypatch.setattr("os.cpu_count", lambda: 1)


def said(*arguments: object, status: int = 0) -> str:
    """What a command says."""
    result = CliRunner().invoke(app, [str(each) for each in arguments])
    assert result.exit_code == status, result.output
    return result.output


@pytest.mark.parametrize("command", HELPS)
def test_the_help_is_chinese(command: str) -> None:
    told = said(command, "--help")
    assert "用法" in told
    assert "Usage" not in told


def test_words(material: Path, tmp_path: Path) -> None:
    assert "5 个词" in said("words", material, "--most", 5, "--coder", "rules", "--out", tmp_path / "词.csv")
    table = pd.read_csv(tmp_path / "词.csv")
    assert len(table) == 5
    assert set(table["n_documents"]) == {2}


def test_codes(material: Path, tmp_path: Path) -> None:
    (tmp_path / "我的代码.csv").write_text("名称,说法\n补台账,(补|造)台账\n", encoding="utf-8")
    told = said("codes", tmp_path / "我的代码.csv", material, "--coder", "rules", "--out", tmp_path / "出")
    assert "1 个自定的代码、2 处" in told
    assert pd.read_csv(tmp_path / "出" / "places.csv")["hit"].tolist() == ["补台账", "补台账"]


def test_manifest_is_read_again(material: Path, tmp_path: Path) -> None:
    path = tmp_path / "documents.csv"
    said("manifest", material, "--out", path)
    table = pd.read_csv(path, dtype="str").fillna("")
    assert table["source"].str.startswith("自查报告").all()
    assert table["date"].tolist() == ["2022-05-08", "2023-05-08"]
    assert "没有改写" in said("manifest", material, "--out", path, status=2)
    said("manifest", material, "--out", path, "--overwrite")


def test_kwic_sorted(material: Path, tmp_path: Path) -> None:
    out = tmp_path / "语境.csv"
    said("kwic", material, "--word", "支部", "--sort", "right", "--coder", "rules", "--out", out)
    table = pd.read_csv(out)
    assert table["right"].tolist() == sorted(table["right"])
    assert table["date"].notna().all()


def test_compare_of_few_says_so(material: Path, tmp_path: Path) -> None:
    old, new = sorted(material.iterdir())
    told = said("compare", old, new, "--coder", "rules", "--out", tmp_path / "对比")
    assert "可靠的变化：没有" in told
    page = (tmp_path / "对比" / "对比.html").read_text(encoding="utf-8")
    assert "一边不足 5 个独立来源" in page
    assert (tmp_path / "对比" / "对比.xlsx").is_file()


def test_ledger_of_material_without_one_is_empty(material: Path, tmp_path: Path) -> None:
    told = said("ledger", material, "--as-of", "2024-06-30", "--coder", "rules", "--out", tmp_path / "台账.csv")
    assert "0 行" in told
    assert "--as-of" in said("ledger", material, "--as-of", "6月", "--out", tmp_path / "台账.csv", status=2)
