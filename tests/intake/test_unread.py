"""What was not read of a file is told wherever the file is: in both tables, in a batch's list, on the console."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

import pandas as pd
import pytest
import typer
from made import classify

from nlp.cli.endings import MOST_NAMED, finish
from nlp.corpus.folder import Corpus
from nlp.intake.discover import Found
from nlp.intake.guard import Outcome
from nlp.intake.inputs import partly_read, read_file
from nlp.readers.source import ReadOptions, SourceText, packed, unpacked, unread_part, with_unread
from nlp.run.batch import parts
from nlp.tables import FAILURES

TEXTS = [SourceText("1", "pdf", "学用脱节。"), SourceText("2", "pdf", "两张皮。")]


def test_kinds_of_unread_parts_stand_together_with_the_first_text() -> None:
    texts = with_unread(with_unread(TEXTS, "第 3 页没有文字层", "做 OCR"), "2 个批注", "做 OCR")
    assert [(text.unread, text.way_out) for text in texts] == [("第 3 页没有文字层；2 个批注", "做 OCR"), (None, None)]
    assert unread_part(texts) == ("部分未读：第 3 页没有文字层；2 个批注", "做 OCR")
    assert unread_part(TEXTS) is None


def test_what_was_not_read_travels_from_the_reader_process() -> None:
    texts = with_unread(TEXTS, "第 3 页没有文字层", "做 OCR")
    assert unpacked(packed(texts)) == texts


def test_outcome_has_rows_and_a_failure() -> None:
    outcome = Outcome(Found(Path("甲.pdf"), "甲.pdf"), with_unread(TEXTS, "第 3 页没有文字层", "做 OCR"))
    assert len(outcome.rows) == 2
    assert outcome.failures == [("甲.pdf", "部分未读：第 3 页没有文字层", "做 OCR")]
    assert partly_read(FAILURES.frame([*outcome.failures, ("乙.pdf", "文件有密码", "去掉密码")])) == [
        "甲.pdf：部分未读：第 3 页没有文字层"
    ]


def test_batch_lists_what_was_not_read_beside_the_rows(
    tmp_path: Path, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("甲", "乙"):
        (tmp_path / f"{name}.txt").write_text("有的支部学用脱节，两张皮现象突出。", encoding="utf-8")

    def in_part(path: Path) -> list[SourceText]:
        texts = read_file(path, ReadOptions())
        return with_unread(texts, "第 2 页没有文字层", "做 OCR") if path.stem == "甲" else texts

    monkeypatch.setattr(parts, "guarded_reader", lambda options: nullcontext(in_part))
    done = classify([tmp_path / "甲.txt", tmp_path / "乙.txt"], tmp_path / "出", corpus, coder="rules")
    assert (done.tally.done, done.tally.failed, len(done.passages)) == (2, 0, 2)
    assert done.failures.to_numpy().tolist() == [["甲.txt", "部分未读：第 2 页没有文字层", "做 OCR"]]
    again = classify([tmp_path / "甲.txt", tmp_path / "乙.txt"], tmp_path / "出", corpus, coder="rules", resume=True)
    assert again.failures.equals(done.failures)


def failures(n_partly: int, n_failed: int) -> pd.DataFrame:
    """Rows of files read in part, and of files that were not read at all."""
    partly = [(f"{n}.pdf", f"部分未读：第 {n} 页", "做 OCR") for n in range(n_partly)]
    return FAILURES.frame([*partly, *((f"{n}.doc", "文件有密码", "去掉密码") for n in range(n_failed))])


def test_console_names_files_read_in_part_and_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    finish("完成", failures(MOST_NAMED + 2, 0), Path("出"))
    said = capsys.readouterr()
    assert said.out == "完成\n"
    assert said.err.splitlines()[:2] == [
        "有 12 个文件只读出一部分，怎么办见 出/failures.csv",
        "  0.pdf：部分未读：第 0 页",
    ]
    assert said.err.splitlines()[-1] == "  另有 2 个"


def test_console_counts_failed_files_apart(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught:
        finish("完成", failures(1, 3), Path("出"))
    assert caught.value.exit_code == 1
    assert "有 3 个输入未能读入" in capsys.readouterr().err
