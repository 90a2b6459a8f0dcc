"""Settled decisions as gold: what people agree upon becomes the coding that the learned coder is trained on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.corpus.folder import GOLD, Corpus
from nlp.review.corrections import human_labels, settled, standing
from nlp.review.store import digest_of
from nlp.store.files import write_table


def write_gold(corpus: Corpus, decisions: pd.DataFrame, passages: pd.DataFrame, folder: Path) -> tuple[int, int]:
    """Write the corpus's gold passages and labels with those settled by people added; returns added and left out.

    Every coder's reading stands under the coder's id, the settled one under ``gold``. A passage whose id the gold
    already has, whose text changed, or which coders read differently is left out.
    """
    old_passages, labels_path = corpus.gold_passages(), corpus.folder / "gold" / "labels.csv"
    old_labels = pd.read_csv(labels_path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    known, have = {p.passage_id: p for p in passages.itertuples()}, set(old_passages["passage_id"])
    new_passages, new_labels, left = [], [], 0
    for passage_id, rows in standing(decisions).groupby("passage_id", sort=True):
        final, passage = settled(rows), known.get(passage_id)
        if final is None or passage is None or passage_id in have or digest_of(passage.text) != rows["digest"].iloc[-1]:
            left += 1
            continue
        new_passages.append(
            {
                "passage_id": passage_id,
                "document_id": passage.document_id,
                "position": passage.position,
                "section": passage.section if isinstance(passage.section, str) else "",
                "text": passage.text,
                "group": passage.document_id,
            }
        )
        new_labels += gold_rows(passage, final, GOLD, corpus.codebook)
        for row in rows.itertuples():
            new_labels += gold_rows(passage, row, str(row.coder), corpus.codebook)
    head = old_passages.drop(columns="line")
    write_table(pd.concat([head, pd.DataFrame(new_passages)], ignore_index=True).fillna(""), folder / "passages.csv")
    write_table(pd.concat([old_labels, pd.DataFrame(new_labels)], ignore_index=True).fillna(""), folder / "labels.csv")
    return len(new_passages), left


def gold_rows(passage: Any, row: Any, coder: str, codebook: Codebook) -> list[dict[str, object]]:
    """Gold labels of one decision; a role has no words as its evidence."""
    hard = "hard" if row.doubtful else "easy"
    return [
        {
            "passage_id": label["passage_id"],
            "coder": coder,
            **{name: label[name] for name in ("facet", "code", "start", "end")},
            "evidence": "" if label["facet"] == "role" else label["evidence"],
            "difficulty": hard,
            "note": row.note or "",
        }
        for label in human_labels(passage, row, codebook)
    ]
