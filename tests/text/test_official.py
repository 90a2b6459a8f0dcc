"""Heads and feet of official documents: title, organ and date come out, and no part of them is a passage."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from made import sources_of

from nlp.corpus.lexicon import Lexicon
from nlp.text.documents import build_documents
from nlp.text.official import take_foot, take_head

TITLE = "关于党建与业务融合情况的自查报告"
BODY = [
    "　　今年以来，机关党委对十二个支部逐一走访，翻看了会议记录。",
    "　　从走访情况看，多数支部能够按时开展组织生活。",
]
ORGAN, DATE = "云江市水利局机关党委", "2024年3月8日"

FEET = [
    pytest.param([ORGAN, DATE], [], id="单位与日期各一行"),
    pytest.param([f"{ORGAN}　{DATE}"], [], id="单位与日期同一行"),
    pytest.param([ORGAN, DATE, "附件：问题清单"], [], id="后有附件名"),
    pytest.param([ORGAN, DATE, "", "附件：1.问题清单", "2.整改台账"], ["2.整改台账"], id="后有附件正文"),
    pytest.param([ORGAN, DATE, "抄送：市纪委监委机关。"], [], id="后有抄送"),
    pytest.param([ORGAN, DATE, "云江市水利局办公室　　2024年3月12日印发"], [], id="后有印发"),
    pytest.param([ORGAN, DATE, "抄送：市委组织部。", "云江市水利局办公室　2024年3月12日印发"], [], id="抄送与印发"),
    pytest.param([ORGAN, DATE, "（此件公开发布）"], [], id="后有公开方式"),
    pytest.param([ORGAN, DATE, "联系人：综合科，电话：8100000"], [], id="后有联系人"),
    pytest.param([f"{ORGAN}（盖章）", DATE], [], id="盖章"),
    pytest.param([ORGAN, f"（{DATE}）"], [], id="日期加括号"),
    pytest.param([ORGAN, f"日期：{DATE}"], [], id="日期带名目"),
]


@pytest.mark.parametrize(("foot", "kept"), FEET)
def test_a_foot_is_found_whatever_follows(lexicon: Lexicon, foot: list[str], kept: list[str]) -> None:
    found = take_foot([*BODY, *foot])
    documents, _, dropped = build_documents(sources_of({"报告.txt": "\n".join([TITLE, *BODY, *foot])}), lexicon)
    row = documents.iloc[0]
    assert (found.organ, row["organ"], row["date"], row["date_source"]) == (ORGAN, ORGAN, "2024-03-08", "落款")
    assert all(line in row["text"] for line in kept)
    assert "抄送" not in row["text"]
    assert "印发" not in row["text"]
    assert DATE not in row["text"]
    assert {"落款"} <= set(dropped["reason"])


RED = ["云江市水利局机关党委文件", "云水党〔2024〕7号"]
HEADS = [
    pytest.param(RED, "云江市水利局机关党委", id="红头与文号"),
    pytest.param(
        ["云江市水利局机关党委文件", "云水党〔2024〕7号　　签发人：李某"], "云江市水利局机关党委", id="签发人同行"
    ),
    pytest.param(
        ["000123", "秘密★1年", "特急", "云江市水利局文件", "云水〔2024〕7号"], "云江市水利局", id="份号密级紧急程度"
    ),
    pytest.param(["云水党〔2024〕7号"], None, id="只有文号"),
    pytest.param([], None, id="没有版头"),
]


@pytest.mark.parametrize(("head", "organ"), HEADS)
def test_a_head_is_no_title(lexicon: Lexicon, head: list[str], organ: str | None) -> None:
    lines = [*head, TITLE, *BODY]
    assert take_head(lines) == ([TITLE, *BODY], head, organ)
    documents, _, dropped = build_documents(sources_of({"报告.txt": "\n".join(lines)}), lexicon)
    row = documents.iloc[0]
    assert row["title"] == TITLE
    assert (None if row["organ"] != row["organ"] else row["organ"]) == organ
    assert list(dropped.loc[dropped["reason"] == "公文版头", "text"]) == head


def test_what_only_looks_like_a_head_stays() -> None:
    assert take_head(["关于印发文件"]) == (["关于印发文件"], [], None)


@pytest.fixture(scope="session")
def date_lines(shared: Path) -> list[dict[str, str]]:
    """Ways of dating the last line of a report, each with the date it says."""
    path = shared / "cases" / "reports" / "date_lines.tsv"
    if not path.is_file():
        pytest.skip(f"没有 {path.name}：它放在项目旁边的 shared/cases/reports/ 里才测")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def test_every_way_of_dating_a_signature_is_read(lexicon: Lexicon, date_lines: list[dict[str, str]]) -> None:
    signed = [row for row in date_lines if row["place"] == "signature"]
    texts = {f"{n}.txt": "\n".join([TITLE, *BODY, ORGAN, row["line"]]) for n, row in enumerate(signed, 10)}
    documents, _, _ = build_documents(sources_of(texts), lexicon)
    assert list(documents["date"]) == [row["date"] for row in signed]
    assert set(documents["organ"]) == {ORGAN}
    assert set(documents["text"]) == {"\n".join(line.strip() for line in BODY)}
