"""The start of a classification: what is loaded for it, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nlp.corpus.folder import Corpus
from nlp.training.model_store import learned_coder

ROOT = Path(__file__).parents[2]
HEAVY = ("sklearn", "gensim", "jieba", "matplotlib", "networkx", "openpyxl", "docx", "rich", "dask", "pytest")
CLASSIFY = """
import sys
from pathlib import Path

from nlp.run.batch import classify as batch
from nlp.cli import app as cli
from nlp.corpus import folder as corpus
from nlp.engine.choice import Engine
from nlp.run.how import How

batch.classify([sys.argv[1]], Path(sys.argv[2]), corpus.open_corpus(), How(engine=Engine(0)))
print(*sys.modules)
"""
READER = "import sys, nlp.intake.child; print(*sys.modules)"
STARTS = [
    pytest.param(CLASSIFY, (*HEAVY, "scipy.stats", "scipy.optimize"), id="分类一篇"),
    pytest.param(READER, (*HEAVY, "pandas", "numpy", "scipy", "typer"), id="读文件的进程"),
]


@pytest.mark.parametrize(("program", "unneeded"), STARTS)
def test_a_start_loads_what_it_needs(corpus: Corpus, tmp_path: Path, program: str, unneeded: tuple[str, ...]) -> None:
    learned_coder(corpus)  # stored by now: training is no start
    text = tmp_path / "甲.txt"
    text.write_text("存在的问题\n个别支部主题党日流于形式，台账靠年底突击补。\n", encoding="utf-8")
    command = [sys.executable, "-c", program, str(text), str(tmp_path / "out")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=True)
    loaded = set(ran.stdout.split())
    assert "nlp.readers.registry" in loaded
    assert sorted(loaded & set(unneeded)) == []
