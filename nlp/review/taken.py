"""Decisions that come from elsewhere (a sheet, another program): held to codebook and text, faults told row by row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import Codebook
from nlp.review.store import Decision, Mark, Store, digest_of
from nlp.tables import ROLES


@dataclass(frozen=True)
class Told:
    """What somebody says of a passage elsewhere, in the names of the codebook or its ids."""

    where: str  # row or place, for the fault
    passage_id: str
    coder: str
    role: str
    codes: Sequence[tuple[str, str | tuple[int, int]]]  # code, and its evidence: the words, or where they stand
    note: str = ""
    doubtful: bool = False
    digest: str = ""  # "": not said


@dataclass
class Taken:
    """Decisions that can be kept, and what is wrong with the others."""

    decisions: list[Decision] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def take(told: Iterable[Told], passages: pd.DataFrame, codebook: Codebook, blind: bool = False) -> Taken:
    """Hold every row to the passages and the codebook."""
    texts = dict(zip(passages["passage_id"], passages["text"], strict=True))
    names = {code.name: code.id for code in codebook.codes}
    taken = Taken()
    for row in told:
        role = names.get(row.role, row.role)
        marks, wrong = [], []
        text = str(texts.get(row.passage_id, ""))
        for given, evidence in row.codes:
            code = names.get(given, given)
            mark = mark_of(code, evidence, text)
            if code not in codebook.ids:
                wrong.append(f"编码表里没有代码“{given}”")
            elif code not in codebook.of(role):
                wrong.append(f"角色“{row.role}”不带代码“{given}”")
            elif mark is None:
                wrong.append(f"“{given}”的证据不在段落里")
            else:
                marks.append(mark)
        if row.passage_id not in texts:
            wrong = [f"没有这个段落：{row.passage_id}"]
        elif row.digest and row.digest != digest_of(text):
            wrong = [f"段落的文字已改：{row.passage_id}"]
        elif role not in ROLES:
            wrong = [f"没有这个角色：{row.role or '（空）'}", *wrong]
        if wrong:
            taken.faults.append(f"{row.where}：{'；'.join(wrong)}")
            continue
        said = f"{row.passage_id}\0{row.coder}\0{role}\0{marks}\0{row.note}\0{row.doubtful}"
        sent = hashlib.sha256(said.encode()).hexdigest()[:24]  # taken in twice, it counts once
        taken.decisions.append(
            Decision(
                row.passage_id, digest_of(text), row.coder, role, tuple(marks), row.note, row.doubtful, blind, sent=sent
            )
        )
    return taken


def mark_of(code: str, evidence: str | tuple[int, int], text: str) -> Mark | None:
    """Where the evidence of a code stands; no words mean the whole passage."""
    if isinstance(evidence, tuple):
        start, end = evidence
        return (code, start, end) if 0 <= start < end <= len(text) else None
    start = text.find(evidence)
    return (code, start, start + (len(evidence) or len(text))) if start >= 0 and text else None


def keep(store: Store, taken: Taken, where: object) -> int:
    """Keep what can be kept, then tell what cannot. Raises DataError that names every faulty row."""
    before = len(store.decisions())
    store.append(taken.decisions)
    kept = len(store.decisions()) - before
    if taken.faults:
        rows = "\n    ".join(taken.faults)
        fix = "改正这些行，再导入一次；已存下的不会重复"
        raise DataError.at(
            f"有 {len(taken.faults)} 行没有存下，其余 {kept} 行已存下", where=f"{where}\n    {rows}", fix=fix
        )
    return kept
