"""The review desk in a notebook: draw a sample, keep what people say of it, count again."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from nlp.base.progress import steps
from nlp.corpus.folder import Corpus, open_corpus
from nlp.engine.choice import Engine
from nlp.review.queues import SIZE, random_queue
from nlp.review.store import NAME, Store
from nlp.review.taken import Told, keep, take
from nlp.run import apply as counting
from nlp.run.how import SEED
from nlp.run.run import Run, stored


def review_sample(result: str | Path, size: int = SIZE, seed: int = SEED) -> pd.DataFrame:
    """从分析结果里按机器代码分层随机抽段落，供盲核；记入 ``review.sqlite``。

    Draw a random sample from the folder of ``analyze`` for people to read blind. Returns its passages in order, with
    section, text, stratum and the probability with which each was drawn.
    """
    folder = Path(result)
    passages = stored(folder, "passages")
    queue = random_queue(passages, counting.machine_tables(folder)["machine_labels"], seed, size)
    store = Store(folder / NAME)
    try:
        store.add_queue(queue)
    finally:
        store.close()
    shown = queue.merge(passages[["passage_id", "section", "text"]], on="passage_id", how="left", sort=False)
    return shown[["passage_id", "section", "text", "stratum", "probability"]]


def review_keep(result: str | Path, decisions: pd.DataFrame, coder: str, corpus: Corpus | None = None) -> int:
    """记下一个人的盲核：列 ``passage_id``、``role``、``codes``（以 ; 相连），编号或中文名都行。

    Keep what ``coder`` says of passages, read blind; returns how many were new. Raises DataError that names every
    faulty row; the others are kept.
    """
    folder = Path(result)
    told = [
        Told(f"第 {i} 行", str(row.passage_id), coder, str(row.role), [(c, "") for c in str(row.codes).split(";") if c])
        for i, row in enumerate(decisions.fillna("").itertuples(), 1)
    ]
    taken = take(told, stored(folder, "passages"), (corpus or open_corpus()).codebook, blind=True)
    store = Store(folder / NAME)
    try:
        return keep(store, taken, "decisions")
    finally:
        store.close()


def apply(result: str | Path, corpus: Corpus | None = None) -> Run:
    """核对以后重新计数，同命令 ``apply``：数字、图、报告都跟着改；交回全部表。

    Count and write a result again with what people decided; ``verdicts``, ``corrected_shares``, ``reliability`` and
    ``review_notes`` among its tables say how far the machine can be trusted.
    """
    with steps() as tell:
        return counting.apply(Path(result), corpus or open_corpus(), Engine(1), tell=tell)
