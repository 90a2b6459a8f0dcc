"""Excel, REFI-QDA and doccano: out and in without a shift of one character; faults row by row."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from made_review import passage, passages_of, said

from nlp.base.errors import DataError
from nlp.corpus.folder import Corpus
from nlp.review.gold import write_gold
from nlp.review.qda import (
    read_doccano,
    read_project,
    write_codebook,
    write_doccano,
    write_project,
)
from nlp.review.queues import listed_queue
from nlp.review.sheet import HEADS, read_sheet, write_sheet
from nlp.review.store import Decision, Store, digest_of, marks_of
from nlp.review.taken import keep, take
from nlp.tables import DOCUMENTS, PASSAGES

N = 200
LINES = [f"第{i}段：𠮷某说“制度挂在墙上”，㐂𪚥；Café №{i}。" for i in range(N)]
TEXT = "\n".join(LINES)
DOCUMENTS_OF = DOCUMENTS.frame([{"document_id": "甲", "source": "甲.txt", "text": TEXT, "n_chars": len(TEXT)}])
STARTS = [sum(len(line) + 1 for line in LINES[:i]) for i in range(N)]
LONG = PASSAGES.frame(passage(i + 1, LINES[i], STARTS[i]) for i in range(N))
FEW = passages_of(["制度挂在墙上，流于形式。", "=1+1 思想认识有偏差。", "要压实责任。"])


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two hundred passages decided, each with a code on a few characters in the middle."""
    made = Store(tmp_path / "r.sqlite")
    found = []
    for i, line in enumerate(LINES):
        start = line.index("制度")
        marks = (("formalism", start, start + 6), ("lip_service", line.index("㐂"), len(line)))
        found.append(Decision(f"甲#{i + 1:04d}", digest_of(line), "王" if i % 2 else "李", "manifestation", marks))
    made.append(found)
    return made


def readings(decisions: list[Decision]) -> set[tuple[object, ...]]:
    """What decisions say, without their time and note."""
    return {(d.passage_id, d.coder, d.role, tuple(sorted(d.codes))) for d in decisions}


def kept(store: Store) -> set[tuple[object, ...]]:
    """The same of a store."""
    rows = store.decisions().itertuples()
    return {(r.passage_id, r.coder, r.role, tuple(sorted(marks_of(r.codes)))) for r in rows}


def test_two_hundred_codings_go_out_and_in_without_a_shift(store: Store, corpus: Corpus, tmp_path: Path) -> None:
    path = write_project(store.decisions(), LONG, DOCUMENTS_OF, corpus.codebook, tmp_path / "甲.qdpx")
    told, way = read_project(path, LONG, DOCUMENTS_OF, corpus.codebook)
    taken = take(told, LONG, corpus.codebook)
    assert (way, taken.faults) == ("字符", [])
    assert readings(taken.decisions) == kept(store)
    again = write_project(store.decisions(), LONG, DOCUMENTS_OF, corpus.codebook, tmp_path / "乙.qdpx")
    assert again.read_bytes() == path.read_bytes()
    with zipfile.ZipFile(path) as archive:
        (name,) = (name for name in archive.namelist() if name.startswith("sources/"))
        text = archive.read(name).decode()
        assert max(map(ord, text)) <= 0xFFFF
        assert not text.startswith("\ufeff")
        assert len(text) == len(TEXT)
        assert "罕用字写作" in archive.read("project.qde").decode()


def rewritten(path: Path, out: Path, way: str) -> Path:
    """The same project as another program would write it: positions in bytes, or CR LF counted as two."""
    from xml.etree import ElementTree

    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    (source,) = (name for name in files if name.startswith("sources/"))
    text = files[source].decode()
    root = ElementTree.fromstring(files["project.qde"])
    for node in root.iter("{urn:QDA-XML:project:1.0}PlainTextSelection"):
        for side in ("startPosition", "endPosition"):
            before = text[: int(str(node.get(side)))]
            node.set(side, str(len(before.encode()) if way == "bytes" else len(before) + before.count("\n")))
    if way == "two":
        files[source] = text.replace("\n", "\r\n").encode()
    files["project.qde"] = ElementTree.tostring(root)
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out


@pytest.mark.parametrize(("way", "words"), [("bytes", "UTF-8 字节"), ("two", "字符，换行算两个")])
def test_projects_of_other_programs_are_read_their_way(
    way: str, words: str, store: Store, corpus: Corpus, tmp_path: Path
) -> None:
    path = write_project(store.decisions(), LONG, DOCUMENTS_OF, corpus.codebook, tmp_path / "甲.qdpx")
    told, found = read_project(rewritten(path, tmp_path / "乙.qdpx", way), LONG, DOCUMENTS_OF, corpus.codebook)
    assert found == words
    assert readings(take(told, LONG, corpus.codebook).decisions) == kept(store)


@pytest.mark.filterwarnings("ignore")
def test_other_readers_find_the_same_words(store: Store, corpus: Corpus, tmp_path: Path) -> None:
    refi = pytest.importorskip("pyrefiqda", reason="没有 pyrefiqda：只在装了它的机器上对照")
    path = write_project(store.decisions(), LONG, DOCUMENTS_OF, corpus.codebook, tmp_path / "甲.qdpx")
    project = refi.RefiProject.load(path, str(tmp_path / "展开"))
    (source,) = project.sources.text_source
    assert len(source.plain_text_selection) == 3 * N
    assert refi.RefiCodebook.load(write_codebook(corpus.codebook, tmp_path / "甲.qdc")).codes


def test_a_project_that_is_none_is_told(tmp_path: Path, corpus: Corpus) -> None:
    (tmp_path / "坏.qdpx").write_bytes(b"PK nonsense")
    with pytest.raises(DataError, match="读不出这个项目"):
        read_project(tmp_path / "坏.qdpx", LONG, DOCUMENTS_OF, corpus.codebook)


def test_doccano_goes_out_and_in(store: Store, corpus: Corpus, tmp_path: Path) -> None:
    path = write_doccano(store.decisions(), LONG, corpus.codebook, tmp_path / "甲.jsonl")
    taken = take(read_doccano(path, LONG, corpus.codebook, ""), LONG, corpus.codebook)
    assert taken.faults == []
    assert readings(taken.decisions) == kept(store)
    path.write_text(json.dumps({"text": "x", "label": [[1]]}) + "\n", encoding="utf-8")
    with pytest.raises(DataError, match="第 1 行"):
        read_doccano(path, LONG, corpus.codebook, "")


def sheet_with(tmp_path: Path, corpus: Corpus, rows: list[dict[str, str]], order: list[str] | None = None) -> Path:
    """An exported sheet that somebody filled in; ``order`` moves its columns."""
    path = write_sheet(
        listed_queue("number", FEW, list(FEW["passage_id"])), FEW, corpus.codebook, tmp_path / "核对表.xlsx"
    )
    table = pd.read_excel(path, dtype="str", keep_default_na=False, engine="calamine")
    for i, row in enumerate(rows):
        for name, value in row.items():
            table.loc[i, name] = value
    table[order or list(HEADS)].to_excel(path, index=False)
    return path


DONE = [
    {"角色": "问题表现", "代码1": "制度空转走形式", "证据1": "流于形式", "备注": "一句"},
    {},
    {"角色": "对策建议", "存疑": "是"},
]


@pytest.mark.parametrize("order", [None, list(reversed(HEADS))], ids=["原样", "列挪过"])
def test_a_sheet_goes_out_and_in(tmp_path: Path, corpus: Corpus, order: list[str] | None) -> None:
    path = sheet_with(tmp_path, corpus, DONE, order)
    store = Store(tmp_path / "r.sqlite")
    for _ in range(2):  # imported twice, it counts once
        keep(store, take(read_sheet(path, "王"), FEW, corpus.codebook), path)
    assert kept(store) == {
        ("甲#0001", "王", "manifestation", (("formalism", 7, 11),)),
        ("甲#0003", "王", "remedy", ()),
    }
    assert list(store.decisions()["doubtful"]) == [False, True]


def test_an_exported_sheet_has_drop_downs_definitions_and_protected_ids(tmp_path: Path, corpus: Corpus) -> None:
    queue = listed_queue("number", FEW, list(FEW["passage_id"]))
    book = openpyxl.load_workbook(write_sheet(queue, FEW, corpus.codebook, tmp_path / "甲.xlsx"))
    sheet = book["核对"]
    assert sheet.protection.sheet
    assert sheet["A2"].protection.locked
    assert not sheet["E2"].protection.locked
    assert sheet["D3"].value == "=1+1 思想认识有偏差。"
    assert sheet["D3"].data_type != "f"
    assert len(sheet.data_validations.dataValidation) == 5
    told = [cell.value for row in book["定义"].iter_rows() for cell in row]
    assert {code.definition for code in corpus.codebook.codes} <= set(told)


FAULTS = [
    pytest.param({"角色": "坏"}, "第 2 行：没有这个角色：坏", id="角色"),
    pytest.param({"角色": "问题表现", "代码1": "没有的"}, "编码表里没有代码“没有的”", id="代码"),
    pytest.param({"角色": "原因成因", "代码1": "制度空转走形式"}, "角色“原因成因”不带代码", id="角色不带的代码"),
    pytest.param({"角色": "问题表现", "代码1": "制度空转走形式", "证据1": "别处的话"}, "证据不在段落里", id="证据"),
    pytest.param({"角色": "其他", "编号": "甲#9999"}, "没有这个段落：甲#9999", id="段落"),
    pytest.param({"角色": "其他", "指纹": "0"}, "段落的文字已改", id="文字改了"),
]


@pytest.mark.parametrize(("row", "words"), FAULTS)
def test_every_faulty_row_is_named_and_the_rest_is_kept(
    tmp_path: Path, corpus: Corpus, row: dict[str, str], words: str
) -> None:
    path = sheet_with(tmp_path, corpus, [row, {"角色": "其他"}, {}])
    store = Store(tmp_path / "r.sqlite")
    with pytest.raises(DataError, match="有 1 行没有存下，其余 1 行已存下") as told:
        keep(store, take(read_sheet(path, "王"), FEW, corpus.codebook), path)
    assert words in str(told.value)
    assert list(store.decisions()["passage_id"]) == ["甲#0002"]


def test_a_sheet_without_its_columns_is_told(tmp_path: Path, corpus: Corpus) -> None:
    path = sheet_with(tmp_path, corpus, DONE, [name for name in HEADS if name != "角色"])
    with pytest.raises(DataError, match="缺少列：角色"):
        list(read_sheet(path, "王"))
    path.write_text("不是表格", encoding="utf-8")
    with pytest.raises(DataError, match="读不出这张表"):
        list(read_sheet(path, "王"))


def test_settled_decisions_become_gold(tmp_path: Path, corpus: Corpus) -> None:
    store = Store(tmp_path / "r.sqlite")
    store.append([said(FEW, 1, "王", "manifestation", "formalism"), said(FEW, 1, "李", "manifestation", "formalism")])
    store.append([said(FEW, 2, "王", "cause"), said(FEW, 2, "李", "other")])
    assert write_gold(corpus, store.decisions(), FEW, tmp_path / "gold") == (1, 1)
    labels = pd.read_csv(tmp_path / "gold" / "labels.csv", dtype="str", keep_default_na=False)
    mine = labels[labels["passage_id"] == "甲#0001"]
    assert set(mine["coder"]) == {"gold", "王", "李"}
    assert list(mine.loc[mine["code"] == "formalism", "evidence"]) == ["制度"] * 3
    assert len(labels) == len(pd.read_csv(corpus.folder / "gold" / "labels.csv")) + len(mine)
