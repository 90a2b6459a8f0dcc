"""OFD files: the text of a page by what stands where; broken packages are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_files import ofd

from nlp.base.errors import UnreadableFile
from nlp.corpus.lexicon import Lexicon
from nlp.intake.inputs import read_file, with_hints
from nlp.readers.ofd.glyphs import steps
from nlp.readers.source import ReadOptions

CASE = Path(__file__).parents[2] / "cases" / "formats" / "16_同一报告.ofd"
OPTIONS = ReadOptions()


def test_report_printed_to_ofd(lexicon: Lexicon) -> None:
    lines = read_file(CASE, with_hints(OPTIONS, lexicon))[0].text.split("\n")
    assert any(line.startswith("有的领导干部认为") and line.endswith("存在应付了事的现象。") for line in lines)
    assert "〖存在问题〗考核只看资料多少，不看融合实效。" in lines
    assert not any("专刊" in line or "点名通报" in line or line.startswith("—") for line in lines)


@pytest.mark.parametrize(
    ("said", "found"), [("g 3 2 1.5", [2, 2, 2, 1.5]), ("g 99999 1", [1] * 5), ("x 1e99", [0, 0]), (None, [])]
)
def test_steps_between_characters(said: str | None, found: list[float]) -> None:
    assert steps(said, 5) == found


BAD = [
    pytest.param(ofd(["甲"]).replace(b"OFD.xml", b"XFD.xml"), "OFD", id="没有入口"),
    pytest.param(ofd(["甲"])[:300], "损坏", id="截断"),
    pytest.param("正文".encode(), "不是 OFD", id="不是"),
]


@pytest.mark.parametrize(("raw", "reason"), BAD)
def test_bad_packages_are_named(raw: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "公文.ofd"
    path.write_bytes(raw)
    with pytest.raises(UnreadableFile, match=reason):
        read_file(path, OPTIONS)
