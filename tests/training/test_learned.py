"""The learned coder and its cache: never a stale answer, whatever happens to gold, codebook or the stored model."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made import passages_of

from nlp.base.errors import DataError
from nlp.coding.coder import code_with
from nlp.coding.learned import LearnedCoder
from nlp.corpus.folder import Corpus, open_corpus
from nlp.tables import ROLES
from nlp.training import fitting as training
from nlp.training import model_store
from nlp.training.model_store import learned_coder, load_model, model_path

TEXTS = [
    "制度只是挂在墙上、流于形式。",
    "切实防止以会议落实会议。",
    "有的单位把业务当硬指标、把党建当软任务。",
    "究其原因，是思想认识不到位，把党建看成虚的。",
    "要选优配强支部书记，加强党务干部培训。",
    "党建工作与业务工作各唱各的调。",
]
KEPT = 400  # gold passages of the small corpus: enough to learn from, quick to train


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, corpus: Corpus) -> Path:
    """A corpus folder with a tenth of the gold."""
    folder = tmp_path_factory.mktemp("corpus") / "corpus"
    shutil.copytree(corpus.folder, folder, ignore=shutil.ignore_patterns("reports", "vectors"))
    passages = pd.read_csv(folder / "gold" / "passages.csv", dtype=str)
    some = passages.iloc[:: len(passages) // KEPT]
    some.to_csv(folder / "gold" / "passages.csv", index=False, encoding="utf-8-sig")
    labels = pd.read_csv(folder / "gold" / "labels.csv", dtype=str)
    held = labels[labels["passage_id"].isin(some["passage_id"])]
    held.to_csv(folder / "gold" / "labels.csv", index=False, encoding="utf-8-sig")
    return folder


@pytest.fixture
def small(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    """The small corpus, with a cache of its own."""
    shutil.copytree(folder, tmp_path / "corpus")
    monkeypatch.setattr(model_store, "cache_folder", lambda: tmp_path / "cache")
    return open_corpus(tmp_path / "corpus")


def answers(coder: LearnedCoder) -> pd.DataFrame:
    """What a coder says of TEXTS."""
    return code_with(coder, passages_of(TEXTS)).labels


def test_what_is_stored_answers_like_what_was_trained_and_again_when_removed(small: Corpus) -> None:
    trained = answers(learned_coder(small))
    path = model_path(small)
    stored = path.read_bytes()
    pd.testing.assert_frame_equal(answers(learned_coder(small)), trained)
    assert path.read_bytes() == stored, "第二次取自缓存"
    path.unlink()
    pd.testing.assert_frame_equal(answers(learned_coder(small)), trained)
    assert path.is_file()


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garbage(path: Path) -> None:
    path.write_bytes(b"no archive at all")


def another_archive(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", "{}")


def one_bit_off(path: Path) -> None:
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


def pickled(path: Path) -> None:
    np.savez(path, vectors=np.array([Path("/")], dtype=object))


def one_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def empty(path: Path) -> None:
    path.write_bytes(b"")


DAMAGES = [
    pytest.param(truncated, id="截断"),
    pytest.param(garbage, id="不是存档"),
    pytest.param(another_archive, id="别的存档"),
    pytest.param(empty, id="空文件"),
    pytest.param(one_bit_off, id="一位之差"),
    pytest.param(pickled, id="藏有 pickle"),
    pytest.param(one_array, id="只是一个数组"),
]


def test_a_damaged_model_is_named_removed_and_trained_again(
    small: Corpus, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    coder = learned_coder(small)
    path = model_path(small)
    good = path.read_bytes()
    for case in DAMAGES:
        path.write_bytes(good)
        case.values[0](path)  # type: ignore[operator]
        assert load_model(small) is None, case.id
        assert not path.exists(), case.id
        assert "模型缓存损坏" in capsys.readouterr().err, case.id
    monkeypatch.setattr(training, "train", lambda *_: coder.model)  # that it is asked again is enough here
    pd.testing.assert_frame_equal(answers(learned_coder(small)), answers(coder))
    assert path.is_file()


def edited(corpus: Corpus, file: str, old: str, new: str) -> Path:
    """The corpus folder with ``old`` replaced by ``new`` in one file."""
    path = corpus.folder / file
    text = path.read_text(encoding="utf-8-sig")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8-sig")
    return corpus.folder


CHANGES = [
    pytest.param("codebook/codes.csv", "制度空转走形式", "制度空转", id="代码改名"),
    pytest.param("lexicon/cues.csv", "formalism,挂在墙上,active", "formalism,挂在墙上,rejected", id="线索词停用"),
    pytest.param("lexicon/headings.csv", "现象", "现象|怪现状", id="标题词"),
    pytest.param("gold/labels.csv", ",gold,role,other,", ",gold,role,context,", id="改一处编码"),
]


@pytest.mark.parametrize(("file", "old", "new"), CHANGES)
def test_a_change_of_the_corpus_never_meets_the_old_model(small: Corpus, file: str, old: str, new: str) -> None:
    before = model_path(small)
    assert model_path(open_corpus(edited(small, file, old, new))) != before


def test_a_code_renamed_in_the_codebook_alone_is_told_with_every_row(small: Corpus) -> None:
    folder = edited(small, "codebook/codes.csv", "formalism", "formalities")
    with pytest.raises(DataError, match="编码表里没有这些代码：formalism"):
        learned_coder(open_corpus(folder))


def test_too_little_gold_is_told(small: Corpus) -> None:
    path = small.folder / "gold" / "passages.csv"
    pd.read_csv(path, dtype=str).head(50).to_csv(path, index=False, encoding="utf-8-sig")
    with pytest.raises(DataError, match="不足以训练"):
        learned_coder(open_corpus(small.folder))


def test_training_again_gives_the_same_model(small: Corpus) -> None:
    one, two = training.train(small), training.train(small)
    for name in ("role_coefficients", "role_intercepts"):
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))
    np.testing.assert_array_equal(one.sequence.steps, two.sequence.steps)
    assert (one.sequence.temperature, one.sure) == (two.sequence.temperature, two.sure)


def test_scores_are_probabilities_and_the_unsure_keep_both_readings(corpus: Corpus) -> None:
    coder = learned_coder(corpus)
    passages = passages_of([text[:9] for text in corpus.gold_passages()["text"].iloc[::20]])  # too short to be sure of
    judged = coder.judge(passages)
    assert judged.roles.shape == (len(passages), len(ROLES))
    np.testing.assert_allclose(judged.roles.sum(axis=1), 1)
    assert ((judged.scores >= 0) & (judged.scores <= 1)).all()
    unsure = [reading for reading in coder.read(passages) if reading.unsure]
    assert unsure, "有拿不准的段落"
    assert all(
        first[1] - second[1] < coder.model.margin + 1e-3 for first, second in (r.unsure for r in unsure if r.unsure)
    )
