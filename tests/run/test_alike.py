"""The main job and a batch are two ways to ask the same stages: of one folder they say the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

from nlp.corpus.codebook import CODED_FACETS
from nlp.corpus.folder import Corpus
from nlp.run.batch.classify import classify
from nlp.run.how import How
from nlp.run.run import Run

NAMES = ("A01*", "A09*", "B05*", "B06*")


@pytest.fixture(scope="module")
def folder(corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of several formats, a list of summaries, and a file that gives nothing."""
    place = tmp_path_factory.mktemp("材料")
    for name in NAMES:
        for path in sorted((corpus.folder / "reports").glob(name)):
            shutil.copy(path, place)
    rows = [{"编号": f"甲{n}", "正文": text} for n, text in enumerate(corpus.gold_passages()["text"].iloc[:400:20])]
    pd.DataFrame(rows).to_csv(place / "短材料.csv", index=False, encoding="utf-8-sig")
    (place / "空.txt").write_bytes(b"")
    return place


def by_main_job(folder: Path, corpus: Corpus, coder: str) -> pd.DataFrame:
    """What the main job says of every passage."""
    run = Run(corpus, How(coder=coder), [folder])
    labels = run["labels"]
    roles = labels[labels["facet"] == "role"].set_index("passage_id")["code"]
    coded = (
        labels[labels["facet"].isin(CODED_FACETS)]
        .groupby("passage_id")["code"]
        .agg(lambda codes: ";".join(sorted(set(codes))))
    )
    ids = run["passages"]["passage_id"]
    told = {"role": ids.map(roles), "codes": ids.map(coded).fillna("")}
    return run["passages"][["passage_id", "document_id", "text"]].assign(**told)


def by_batch(folder: Path, out: Path, corpus: Corpus, coder: str) -> pd.DataFrame:
    """What a batch says of every passage."""
    passages = classify([folder], out, corpus, How(coder=coder)).passages
    codes = passages["codes"].fillna("").map(lambda codes: ";".join(sorted(filter(None, codes.split(";")))))
    return passages[["passage_id", "document_id", "text", "role"]].assign(codes=codes)


@pytest.mark.parametrize("coder", ["rules", "learned"])
def test_a_batch_and_the_main_job_say_the_same_of_one_folder(
    folder: Path, corpus: Corpus, tmp_path: Path, coder: str
) -> None:
    wanted = by_main_job(folder, corpus, coder)
    assert wanted["codes"].ne("").sum() > 20
    found = by_batch(folder, tmp_path / "出", corpus, coder)
    columns = ["passage_id", "document_id", "text", "role", "codes"]
    pd.testing.assert_frame_equal(found[columns], wanted[columns], check_dtype=False)
