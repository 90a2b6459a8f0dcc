"""实招与虚话: whether the wording of a measure names who does what, by when, and how it is measured.

An index of wording, not of work: a measure that names all four may never be carried out, and one that names none may.
"""

from __future__ import annotations

import pandas as pd

from nlp.corpus.fold_table import FoldTable
from nlp.corpus.harvest import Patterns
from nlp.search.fold import fold
from nlp.tables import COMMITMENTS, COMMITMENTS_BY_UNIT, MARKS

FILE = "commitments.csv"
VALUES = (*MARKS, "vague")
MOST_WORDS = 3  # of one mark that are shown
SHORTEST = 12  # characters of a passage that can be called empty


def marks_of(text: str, patterns: Patterns, table: FoldTable) -> dict[str, list[str]]:
    """The words by which a text names who, what, by when, how measured."""
    view = fold(text, table)
    found = {}
    for mark in MARKS:
        hits = [hit for hit in patterns[mark].finditer(view) if hit.group()]
        if mark == "who":  # 各支部 is everybody, and so nobody
            hits = [hit for hit in hits if not patterns["vague"].search(view, max(0, hit.start() - 2), hit.end())]
        found[mark] = list(dict.fromkeys(text[hit.start() : hit.end()] for hit in hits))
    return found


def commitments(
    passages: pd.DataFrame, documents: pd.DataFrame, labels: pd.DataFrame, patterns: Patterns, table: FoldTable
) -> pd.DataFrame:
    """COMMITMENTS: a row a remedy passage, copies left out."""
    roles = labels[(labels["facet"] == "role") & (labels["code"] == "remedy")]
    original = passages["reuse_of"].fillna("") == ""
    mine = passages[passages["passage_id"].isin(roles["passage_id"]) & original]
    facts = documents.set_index("document_id")
    rows = []
    for passage in mine.itertuples():
        found = marks_of(str(passage.text), patterns, table)
        date = facts.at[passage.document_id, "date"]
        rows.append(
            {mark: bool(words) for mark, words in found.items()}
            | {f"{mark}_words": "；".join(words[:MOST_WORDS]) or None for mark, words in found.items()}
            | {
                "passage_id": passage.passage_id,
                "document_id": passage.document_id,
                "organ": facts.at[passage.document_id, "organ"],
                "year": date[:4] if isinstance(date, str) and date else None,
                "n_marks": sum(map(bool, found.values())),
                "text": passage.text,
            }
        )
    return COMMITMENTS.frame(rows)


def commitments_by_unit(rows: pd.DataFrame) -> pd.DataFrame:
    """COMMITMENTS_BY_UNIT: share of measures with each mark, and the best and the emptiest of them; unnamed units are
    left out."""
    named = rows[rows["organ"].fillna("") != ""]
    found = []
    for organ, part in named.groupby("organ"):
        told = part[part["text"].str.len() >= SHORTEST]
        ranked = (told if len(told) else part).sort_values(["n_marks", "passage_id"], ascending=[False, True])
        found.append(
            {"organ": organ, "n": len(part), "mean_marks": part["n_marks"].mean()}
            | {mark: part[mark].mean() for mark in MARKS}
            | {"four": (part["n_marks"] == len(MARKS)).mean(), "none": (part["n_marks"] == 0).mean()}
            | {"best": ranked["text"].iloc[0], "emptiest": ranked["text"].iloc[-1]}
        )
    table = COMMITMENTS_BY_UNIT.frame(found)
    return COMMITMENTS_BY_UNIT.shape(table.sort_values(["mean_marks", "organ"], ascending=[False, True]))
