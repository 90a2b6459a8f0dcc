"""Rows of passages and documents: what the coder said, as columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from nlp.coding.coder import Coder
from nlp.coding.role_gate import Judgement, allowed_of
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.store.rows import Names, Rows, Values
from nlp.tables import ROLES
from nlp.text.documents import Body
from nlp.text.segment import Passage

AT_ONCE = 20_000  # passages that are judged at once
GIVEN = ("id", "passage_id", "document_id", "section", "text", "reading")  # columns that passages come with


def score_names(codebook: Codebook) -> tuple[str, ...]:
    """Columns of the scores, one a code."""
    return tuple(f"score:{code}" for facet in CODED_FACETS for code in codebook.of(facet))


def pieces_of(bodies: Sequence[Body], cut: Iterable[Sequence[Passage]]) -> pd.DataFrame:
    """What segmentation proposes for some documents, a row a piece."""
    columns: dict[str, list[Any]] = {
        name: [] for name in ("passage_id", "document_id", "section", "start", "end", "text", "reading")
    }
    for body, pieces in zip(bodies, cut, strict=True):
        columns["passage_id"] += [f"{body.document_id}#{k:04d}" for k in range(1, len(pieces) + 1)]
        columns["document_id"] += [body.document_id] * len(pieces)
        columns["reading"] += [body.reading or ""] * len(pieces)
        for name, values in zip(("section", "start", "end", "text"), zip(*pieces, strict=True), strict=False):
            columns[name] += values
    return pd.DataFrame(columns, dtype=object).astype({"start": "int64", "end": "int64"})


def classified_rows(passages: pd.DataFrame, coder: Coder, codebook: Codebook) -> Rows:
    """Judge passages that stand alone, so many at a time that what the coder needs does not grow with their number."""
    starts = range(0, len(passages), AT_ONCE) or (0,)
    parts = [passages.iloc[start : start + AT_ONCE] for start in starts]
    return Rows.joined([judged_rows(part, coder.judge(part), codebook) for part in parts])


def judged_rows(passages: pd.DataFrame, judged: Judgement, codebook: Codebook) -> Rows:
    """A judgement of passages as columns."""
    columns: dict[Names, Values] = {name: passages[name].tolist() for name in GIVEN if name in passages.columns}
    likeliest = judged.roles.argmax(axis=1)
    columns["role"] = roles = [ROLES[role] for role in likeliest.tolist()]
    columns["role_score"] = judged.roles[np.arange(len(passages)), likeliest].round(4)
    texts, decided = passages["text"].tolist(), (~judged.unsure).tolist()
    codes, sure, evidence = ([""] * len(passages) for _ in range(3))
    for row, candidates in enumerate(judged.candidates):
        if len(candidates) == 1 and (only := candidates[0]).facet == roles[row]:  # most that have any
            codes[row], evidence[row] = only.code, f"{only.code}：{texts[row][only.start : only.end]}"
            sure[row] = only.code if decided[row] and only.score >= judged.sure else ""
        elif candidates and (given := allowed_of(candidates, roles[row])):
            text = texts[row]
            codes[row] = ";".join(dict.fromkeys([c.code for c in given]))
            evidence[row] = "；".join([f"{c.code}：{text[c.start : c.end]}" for c in given])
            if decided[row]:
                sure[row] = ";".join(dict.fromkeys([c.code for c in given if c.score >= judged.sure]))
    columns["codes"], columns["sure"] = codes, sure
    names = score_names(codebook)
    column = {f"score:{code}": k for k, code in enumerate(judged.codes)}
    padded = np.hstack([judged.scores.round(4), np.zeros((len(passages), 1))])
    columns[names] = padded[:, [column.get(name, -1) for name in names]]
    return Rows(columns | {"evidence": evidence, "abstained": judged.unsure})


def public(rows: Rows, unit: str) -> Rows:
    """Columns as promised: the table's own ids where rows are passages, our ids otherwise."""
    left_out = "passage_id" if unit == "passage" else "id"
    return Rows({names: values for names, values in rows.columns.items() if names != left_out})


def document_rows(rows: Rows, codebook: Codebook) -> Rows:
    """A row a document: union of codes, the manifestation with the strongest evidence, counts of passages by role."""
    document_ids, names = rows.columns["document_id"], score_names(codebook)
    number = {document: k for k, document in enumerate(dict.fromkeys(document_ids))}
    owners = np.array([number[document] for document in document_ids], dtype=np.int64)
    order = np.argsort(owners, kind="stable")  # the passages of a document stand together
    first = np.searchsorted(owners[order], np.arange(len(number)))
    codes = [name.removeprefix("score:") for name in names]
    column = {code: k for k, code in enumerate(codes)}
    given = [(row, text) for row, text in enumerate(rows.columns["codes"]) if text]
    at = [(row, column[code]) for row, text in given for code in text.split(";")]
    scores = np.asarray(rows.columns[names])
    held = np.full(scores.shape, -1.0)
    where = tuple(np.array(at, dtype=np.int64).reshape(-1, 2).T)
    held[where] = scores[where]
    # The score of a code counts where the code was given, if it was given anywhere.
    strongest = np.maximum.reduceat(held[order], first, axis=0)
    best = np.where(strongest >= 0, strongest, np.maximum.reduceat(scores[order], first, axis=0))
    problems = strongest[:, [column[code] for code in codebook.of("manifestation")]]
    problem_names = [*codebook.of("manifestation"), ""]
    primary = np.where(problems.max(axis=1) >= 0, problems.argmax(axis=1), -1)
    role_of = {role: k for k, role in enumerate(ROLES)}
    roles = owners * len(ROLES) + np.array([role_of[role] for role in rows.columns["role"]])
    sure: list[set[str]] = [set() for _ in number]
    for row, text in enumerate(rows.columns["sure"]):
        sure[owners[row]].update(text.split(";") if text else ())
    evidence: list[list[str]] = [[] for _ in number]
    for row, _ in given:
        evidence[owners[row]].append(rows.columns["passage_id"][row])
    return Rows(
        {
            "document_id": list(number),
            "codes": [";".join([codes[k] for k in np.flatnonzero(row)]) for row in strongest >= 0],
            "sure": [";".join([code for code in codes if code in each]) for each in sure],
            "primary": [problem_names[k] for k in primary],
            names: best,
            tuple(f"n_{role}" for role in ROLES): np.bincount(roles, minlength=len(number) * len(ROLES)).reshape(
                -1, len(ROLES)
            ),
            "evidence": [";".join(each) for each in evidence],
            "abstained": np.bincount(owners, np.asarray(rows.columns["abstained"]), len(number)).astype(np.int64),
        }
    )
