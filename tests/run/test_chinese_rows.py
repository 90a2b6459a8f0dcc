"""What a batch says in Excel: heads in Chinese, codes and roles by name."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from made import classify

from nlp.corpus.folder import Corpus

HEADS = {
    "passages": ["段落编号", "文档编号", "标题路径", "原文", "怎样读出", "角色"],
    "documents": ["文档编号", "代码"],
}


@pytest.fixture(scope="module")
def out(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("分类")
    (folder / "甲.txt").write_text(
        "有的支部制度只是挂在墙上、流于形式。\n要压实“一岗双责”，层层抓落实。", encoding="utf-8"
    )
    classify([folder / "甲.txt"], folder / "出", corpus, form="xlsx")
    return folder / "出"


@pytest.mark.parametrize("name", list(HEADS))
def test_heads_and_codes_are_chinese(out: Path, name: str) -> None:
    sheet = openpyxl.load_workbook(out / f"{name}.xlsx").worksheets[0]
    heads, *rows = ([str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True))
    assert heads[: len(HEADS[name])] == HEADS[name]
    assert [head for head in heads if head.isascii()] == []
    said = "".join(cell for row in rows for cell in row)
    assert "制度空转走形式" in said
    assert "formalism" not in said
