"""Archives and mails among the inputs: their files are inputs of their own, bad ones are named, nothing is left."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from made import classify
from made_files import BUILDERS, eml

from nlp.corpus.folder import Corpus
from nlp.intake.inputs import read_inputs
from nlp.intake.unpack import opened
from nlp.readers.source import ReadOptions

OPTIONS = ReadOptions()
SAID = "有的支部学用脱节，两张皮现象突出。"


class Packed(zipfile.ZipInfo):
    """A member whose name is written in GBK."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile asks for it so
        return self.filename.encode("gbk"), self.flag_bits & ~0x800


def packed(members: dict[str, bytes]) -> bytes:
    """An archive with names in GBK."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(Packed(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


GOOD = {
    f"材料/报告{n:02d}{suffix}": suffix
    for n, suffix in enumerate((".txt", ".docx", ".html", ".odt", ".rtf", ".eml", ".ofd") * 5)
}
BAD = {
    "材料/坏.docx": b"PK\x03\x04",
    "材料/空.txt": b"",
    "材料/扫描.png": b"\x89PNG\r\n\x1a\n",
    "材料/会议.caj": b"CAJ",
    "材料/改名.pdf": "其实是一句话。".encode("gbk"),
}
LITTER = {"__MACOSX/材料/._报告.docx": b"x", "材料/~$报告.docx": b"x", "材料/.DS_Store": b"x"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A morning's archive: forty files, five of them bad, and what systems leave behind."""
    good = {name: BUILDERS[suffix]([f"第{name}份：{SAID}", "考核要同业务挂钩。"]) for name, suffix in GOOD.items()}
    path = tmp_path_factory.mktemp("上午") / "包.zip"
    path.write_bytes(packed(good | BAD | LITTER))
    return path


def test_every_file_of_an_archive_is_an_input(archive: Path) -> None:
    sources, failures = read_inputs([archive], OPTIONS)
    assert list(sources["source"]) == sorted(f"包.zip/{name}" for name in GOOD)
    assert list(failures["source"]) == sorted(f"包.zip/{name}" for name in BAD)
    assert sources["text"].str.contains("两张皮现象突出").all()


def test_batch_of_an_archive_goes_on_where_it_stopped(archive: Path, tmp_path: Path, corpus: Corpus) -> None:
    first = classify([archive], tmp_path / "出", corpus, coder="rules")
    assert (first.tally.done, first.tally.failed) == (len(GOOD), len(BAD))
    again = classify([archive], tmp_path / "出", corpus, coder="rules", resume=True)
    assert again.passages.equals(first.passages)


def test_nothing_is_left_behind(archive: Path) -> None:
    with opened([archive], OPTIONS) as found:
        places = [each.path for each in found if each.fault is None]
        assert all(place.is_file() and archive.parent not in place.parents for place in places)
    assert not any(place.exists() for place in places)


def test_a_mail_and_what_is_attached(tmp_path: Path, build: dict[str, Callable[..., bytes]]) -> None:
    inner = packed({"附件里的/乙.txt": SAID.encode()})
    (tmp_path / "信.eml").write_bytes(eml([SAID], {"报告.docx": build[".docx"]([SAID]), "包.zip": inner}))
    (tmp_path / "空信.eml").write_bytes(eml([""], {"报告.txt": SAID.encode()}))
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert list(sources["source"]) == [
        "信.eml",
        "信.eml/包.zip/附件里的/乙.txt",
        "信.eml/报告.docx",
        "空信.eml/报告.txt",
    ]
    assert failures.empty


def nested(depth: int) -> bytes:
    """An archive in an archive in an archive."""
    data = SAID.encode()
    name = "甲.txt"
    for level in range(depth):
        data, name = packed({name: data}), f"包{level}.zip"
    return data


def test_an_archive_within_an_archive_is_opened_a_deeper_one_is_named(tmp_path: Path) -> None:
    (tmp_path / "两层.zip").write_bytes(nested(2))
    (tmp_path / "三层.zip").write_bytes(nested(3))
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert list(sources["source"]) == ["两层.zip/包0.zip/甲.txt"]
    assert list(failures["source"]) == ["三层.zip/包1.zip/包0.zip"]
    assert "还有压缩包" in failures["reason"][0]


ARCHIVES = [
    pytest.param(packed({}), "没有文件", id="空的"),
    pytest.param(packed({"甲.txt": bytes(50_000_000)}), "炸弹", id="炸弹"),
    pytest.param(b"PK\x03\x04" + bytes(100), "损坏", id="残缺"),
    pytest.param("其实是文本。".encode(), "不是压缩包", id="不是压缩包"),
]


@pytest.mark.parametrize(("raw", "reason"), ARCHIVES)
def test_a_bad_archive_is_one_row(raw: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(raw)
    sources, failures = read_inputs([tmp_path], OPTIONS)
    assert sources.empty
    assert list(failures["source"]) == ["包.zip"]
    assert reason in failures["reason"][0]


def test_many_archives_in_one_may_not_swell_together(tmp_path: Path) -> None:
    inner = packed({"甲.txt": bytes(range(256)) * 2000})
    (tmp_path / "包.zip").write_bytes(packed({f"{n}.zip": inner for n in range(5)}))
    _, failures = read_inputs([tmp_path], replace(OPTIONS, max_unzipped_bytes=1_200_000))
    assert "超过" in "".join(failures["reason"])


def test_names_are_masked(tmp_path: Path) -> None:
    (tmp_path / "包.zip").write_bytes(packed({"13812345678的报告.txt": SAID.encode()}))
    sources, _ = read_inputs([tmp_path], replace(OPTIONS, redact=True))
    assert list(sources["source"]) == ["包.zip/***********的报告.txt"]


def test_a_secrecy_mark_in_the_name_of_the_archive_counts(tmp_path: Path) -> None:
    (tmp_path / "【机密】材料.zip").write_bytes(packed({"甲.txt": SAID.encode()}))
    _, failures = read_inputs([tmp_path], OPTIONS)
    assert "密级标志" in failures["reason"][0]
