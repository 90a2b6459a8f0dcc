"""Finding the inputs: every file once, under a name that says nothing about the machine."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

import pytest

from nlp.base.errors import DataError
from nlp.intake.discover import discover
from nlp.intake.inputs import read_inputs
from nlp.intake.manifest import manifest_of
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a few reports and what must be left alone."""
    root = tmp_path / "报告"
    for name in (
        "乙.txt",
        "甲.txt",
        "2023/丙.txt",
        ".hidden.txt",
        "~$甲.docx",
        "documents.csv",
        ".git/x.txt",
        "Thumbs.db",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("党建与业务两张皮。", encoding="utf-8")
    return root


def sources(*inputs: str | Path) -> list[str]:
    return [found.source for found in discover(inputs)]


def test_folder_is_walked_in_order_without_hidden_files_and_manifest(folder: Path) -> None:
    assert sources(folder) == ["2023/丙.txt", "乙.txt", "甲.txt"]


def linked(path: Path) -> None:
    """A manifest that lies elsewhere."""
    elsewhere = path.parents[1] / "别处.csv"
    elsewhere.write_text("source,title\na.txt,外面的题目\n", encoding="utf-8")
    path.symlink_to(elsewhere)


def endless(path: Path) -> None:
    """A manifest of a gigabyte, which takes no room on the disk."""
    with path.open("wb") as file:
        file.truncate(10**9)


@pytest.mark.parametrize(
    ("make", "said"),
    [pytest.param(linked, "链接指向输入文件夹之外", id="链接"), pytest.param(endless, "清单太大：1000 MB", id="太大")],
)
def test_a_manifest_deserves_no_more_trust_than_a_report(
    tmp_path: Path, make: Callable[[Path], None], said: str
) -> None:
    folder = tmp_path / "材料"
    folder.mkdir()
    make(folder / "documents.csv")
    with pytest.raises(DataError, match=said):
        manifest_of([folder])


SAVED = [
    pytest.param(",".join, "gb18030", id="中文Excel存的CSV"),
    pytest.param(";".join, "cp1252", id="分号"),
    pytest.param("\t".join, "utf-16", id="Unicode文本"),
    pytest.param(",".join, "utf-8-sig", id="UTF-8带BOM"),
    pytest.param(",".join, "big5", id="Big5"),
]


@pytest.mark.parametrize(("joined", "encoding"), SAVED)
def test_a_manifest_is_read_as_excel_saved_it(
    tmp_path: Path, joined: Callable[[list[str]], str], encoding: str
) -> None:
    organ = "OK" if encoding == "cp1252" else "人民政府"
    rows = [[" source", "organ ", "date"], ["a.txt", organ, "2023-05"], ["b.txt", organ, ""], ["", "", ""]]
    (tmp_path / "documents.csv").write_bytes("\r\n".join(map(joined, rows)).encode(encoding))
    table = manifest_of([tmp_path])
    assert table is not None
    assert table[["source", "organ", "date"]].values.tolist() == rows[1:]
    assert list(table["line"]) == [2, 3, 4]


NO_TABLE = [
    pytest.param(b'source,organ\na.txt,"A\n', "读不出清单", id="引号不成对"),
    pytest.param(b"PK\x03\x04" + bytes(range(256)) * 9, "不是文本文件", id="其实是压缩包"),
    pytest.param(b"", "文件是空的", id="空"),
    pytest.param(b"organ,date\nA,2023\n", "缺少列：source", id="没有source"),
]


@pytest.mark.parametrize(("raw", "said"), NO_TABLE)
def test_a_manifest_that_is_no_table_is_told(tmp_path: Path, raw: bytes, said: str) -> None:
    (tmp_path / "documents.csv").write_bytes(raw)
    with pytest.raises(DataError, match=said):
        manifest_of([tmp_path])


def test_overlapping_inputs_name_files_the_same_way_in_any_order(folder: Path) -> None:
    for place in (folder, folder / "2023"):
        (place / "documents.csv").write_text(f"source,organ\n丙.txt,{place.name}\n", encoding="utf-8")
    given = [folder, folder / "2023", folder / "2023" / "丙.txt", f"{folder}/20*"]
    assert {tuple(sources(*order)) for order in permutations(given)} == {("2023/丙.txt", "乙.txt", "甲.txt")}
    orders = [manifest_of(order) for order in permutations(given[:2])]
    assert orders[0] is not None
    assert orders[0].equals(orders[1])


def test_folders_of_one_name_are_numbered_the_same_way_in_any_order(tmp_path: Path) -> None:
    for place in ("一/报送", "二/报送"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "甲.txt").write_text(place, encoding="utf-8")
    given = [tmp_path / "一/报送", tmp_path / "二/报送"]
    there = [[(each.source, each.path) for each in discover(order)] for order in permutations(given)]
    assert there[0] == there[1]


def test_manifest_of_the_input_folder_only(folder: Path) -> None:
    (folder / "2023" / "documents.csv").write_text("正文\n甲\n", encoding="utf-8")
    assert "2023/documents.csv" in sources(folder)


def test_single_files_have_their_name_and_each_is_read_once(folder: Path) -> None:
    assert sources(folder / "甲.txt", str(folder / "甲.txt")) == ["甲.txt"]
    assert sources(folder, folder / "甲.txt") == ["2023/丙.txt", "乙.txt", "甲.txt"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        pytest.param("*.txt", ["乙.txt", "甲.txt"], id="一层"),
        pytest.param("**/*.txt", ["2023/丙.txt", "乙.txt", "甲.txt"], id="各层"),
        pytest.param("20*", ["2023/丙.txt"], id="匹配到文件夹"),
    ],
)
def test_patterns(pattern: str, expected: list[str], folder: Path) -> None:
    assert sources(f"{folder}/{pattern}") == expected


def test_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    (tmp_path / "报告[1].txt").write_text("党建", encoding="utf-8")
    assert sources(tmp_path / "报告[1].txt") == ["报告[1].txt"]


def test_clashing_names_get_the_folder_and_then_a_number(tmp_path: Path) -> None:
    for place in ("一/报送", "二/报送", "三"):
        (tmp_path / place).mkdir(parents=True)
        (tmp_path / place / "甲.txt").write_text("党建", encoding="utf-8")
    found = sources(tmp_path / "一/报送", tmp_path / "二/报送", tmp_path / "三/甲.txt")
    assert found == ["三/甲.txt", "报送(2)/甲.txt", "报送/甲.txt"]


def test_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert sources(".") == ["2023/丙.txt", "乙.txt", "甲.txt"]
    assert sources("甲.txt") == ["甲.txt"]


def test_faults_are_rows_and_no_path_leaks(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "外面.txt").write_text("不该读到", encoding="utf-8")
    (tmp_path / "外面").mkdir()
    (folder / "出去.txt").symlink_to(tmp_path / "外面.txt")
    (folder / "出去").symlink_to(tmp_path / "外面")
    (folder / "断了.txt").symlink_to(folder / "没有.txt")
    (folder / "绕圈.txt").symlink_to(folder / "绕圈.txt")
    (folder / "里面").symlink_to(folder / "2023")
    os.mkfifo(folder / "管道.txt")
    read, failures = read_inputs([folder, tmp_path / "没有.docx", f"{folder}/*.pdf"], OPTIONS)
    reasons = dict(zip(failures["source"], failures["reason"], strict=True))
    assert list(read["source"]) == ["2023/丙.txt", "乙.txt", "甲.txt"]
    assert reasons.pop("管道.txt").startswith("不是普通文件")
    assert reasons.pop("断了.txt") == "链接指向的文件不存在"
    assert reasons.pop("出去.txt") == reasons.pop("出去") == "链接指向输入文件夹之外"
    assert reasons.pop("没有.docx") == "文件不存在"
    assert "圈" in reasons.pop("绕圈.txt")
    assert list(reasons.values()) == ["没有文件符合这个通配符"]
    assert str(tmp_path) not in read.to_csv() + failures.to_csv()


CIRCLES = [
    pytest.param({"绕圈.txt": "绕圈.txt"}, id="指向自己"),
    pytest.param({"绕圈.txt": "另一个", "另一个": "绕圈.txt"}, id="两个互指"),
    pytest.param({"绕圈.txt": "圈", "圈": "圈"}, id="通到圈里"),
    pytest.param({"绕圈.txt": "圈/甲.txt", "圈": "圈"}, id="经过圈"),
]


@pytest.mark.parametrize("links", CIRCLES)
@pytest.mark.parametrize("way", ["", "绕圈.txt", "绕*.txt"], ids=["在文件夹里", "指名", "通配符"])
def test_a_circle_of_links_is_told_as_one(links: dict[str, str], way: str, folder: Path) -> None:
    """Whether ``Path.resolve`` raises at a circle hangs on the version of Python."""
    for name, target in links.items():
        (folder / name).symlink_to(folder / target)
    _, failures = read_inputs([folder / way], OPTIONS)
    assert dict(zip(failures["source"], failures["reason"], strict=True))["绕圈.txt"] == "链接绕成了圈"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        pytest.param("党建".encode("gb18030") + b".txt", "党建.txt", id="GBK文件名"),
        pytest.param("甲\n乙.txt".encode(), "甲�乙.txt", id="文件名里有换行"),
    ],
)
def test_odd_file_names_become_text(raw: bytes, shown: str, tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(raw)).write_text("党建", encoding="utf-8")
    read, failures = read_inputs([tmp_path], OPTIONS)
    assert list(read["source"]) == [shown]
    assert failures.empty


def test_names_no_system_can_hold() -> None:
    read, failures = read_inputs(["长" * 5000 + ".txt", "零\x00字节.txt", ""], OPTIONS)
    assert (len(read), len(failures)) == (0, 3)
