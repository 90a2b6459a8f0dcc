"""Some of the documents: chosen from an earlier run or from the start, they give the same tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_twelve import write_twelve

from nlp.corpus.folder import Corpus
from nlp.run.how import How
from nlp.run.run import BEFORE_COUNTING, Run, subset

COUNTED = ("documents", "passages", "labels", "prevalence", "units", "unit_codes", "gap_shares", "movements", "links")
CHOICES = [
    pytest.param("kind_of_unit=国企", 4, id="一类单位"),
    pytest.param("year>=2022 and 体裁~报告", 6, id="后一年"),
]


@pytest.mark.parametrize(("where", "n"), CHOICES)
def test_chosen_late_or_early_the_tables_are_the_same(corpus: Corpus, tmp_path: Path, where: str, n: int) -> None:
    folder = write_twelve(tmp_path / "材料")
    early = Run(corpus, How(coder="rules", where=where), [folder])
    whole = Run(corpus, How(coder="rules", where=where), tables=dict(every(corpus, folder)))
    late = subset(whole)
    assert len(late["documents"]) == n
    for name in COUNTED:
        pd.testing.assert_frame_equal(late[name], early[name])


def every(corpus: Corpus, folder: Path) -> dict[str, pd.DataFrame]:
    """The tables of all documents that a subset begins from."""
    run = Run(corpus, How(coder="rules"), [folder])
    return {table.name: run[table.name] for stage in BEFORE_COUNTING for table in stage.makes}
