"""Decisions become labels: which of them stand, which are agreed upon, and what they put in the machine's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from nlp.corpus.codebook import Codebook
from nlp.review.store import digest_of, marks_of
from nlp.tables import ABSTAINED, CORRECTIONS, DECIDED, LABELS, OUTCOMES, OVERRULED

ADJUDICATOR = "裁定"  # the coder whose word settles what others read differently
TAKEN, SAME, CHANGED, GONE, DISPUTED = OUTCOMES


class Corrected(NamedTuple):
    """What the decisions make of the machine's labels."""

    labels: pd.DataFrame
    abstained: pd.DataFrame
    overruled: pd.DataFrame
    decided: pd.DataFrame
    corrections: pd.DataFrame


def standing(decisions: pd.DataFrame) -> pd.DataFrame:
    """The last decision of every coder on every passage that was not taken back."""
    undone = set(decisions["undone"].dropna())
    rows = decisions[(decisions["kind"] == "decide") & ~decisions["number"].isin(undone)]
    return rows.drop_duplicates(["passage_id", "coder"], keep="last").reset_index(drop=True)


def reading_of(row: Any) -> tuple[str, frozenset[str]]:
    """Role and codes of a decision."""
    return str(row.role), frozenset(code for code, _, _ in marks_of(str(row.codes)))


def settled(rows: pd.DataFrame) -> Any | None:
    """The decision that holds for one passage among those that stand: the adjudicator's, or the one that all share."""
    told = list(rows.itertuples())
    final = [row for row in told if row.coder == ADJUDICATOR]
    if final:
        return final[-1]
    return told[0] if len({reading_of(row) for row in told}) == 1 else None


def corrected(
    passages: pd.DataFrame,
    machine: pd.DataFrame,
    doubtful: pd.DataFrame,
    decisions: pd.DataFrame,
    codebook: Codebook,
) -> Corrected:
    """Put what people decided in the place of what the machine read.

    Parameters
    ----------
    passages : PASSAGES
    machine, doubtful : LABELS and ABSTAINED as the machine gives them
    decisions : DECISIONS; those on a text that has changed or is gone are told, not taken
    """
    stand = standing(decisions)
    if stand.empty:
        return Corrected(machine, doubtful, OVERRULED.empty(), DECIDED.empty(), CORRECTIONS.empty())
    wanted = set(stand["passage_id"])
    texts = {p.passage_id: p for p in passages[passages["passage_id"].isin(wanted)].itertuples()}
    read = machine_readings(machine[machine["passage_id"].isin(wanted)])
    told, made = [], []
    for passage_id, rows in stand.groupby("passage_id", sort=True):
        passage, final = texts.get(passage_id), settled(rows)
        fresh = passage is not None and digest_of(str(passage.text)) == rows["digest"].iloc[-1]
        outcome = GONE if passage is None else CHANGED if not fresh else DISPUTED if final is None else TAKEN
        if outcome == TAKEN:
            made += human_labels(passage, final, codebook)
            outcome = SAME if read.get(str(passage_id)) == reading_of(final) else TAKEN
        told.append(correction(rows, read.get(str(passage_id)), final, outcome, codebook))
    corrections = CORRECTIONS.frame(told)
    taken = set(corrections.loc[corrections["outcome"].isin((TAKEN, SAME)), "passage_id"])
    replaced, decided = machine["passage_id"].isin(taken), doubtful["passage_id"].isin(taken)
    labels = in_order([machine[~replaced], LABELS.frame(made)], passages)
    return Corrected(
        labels,
        doubtful[~decided].reset_index(drop=True),
        machine[replaced].reset_index(drop=True),
        doubtful[decided].reset_index(drop=True),
        corrections,
    )


def in_order(parts: Iterable[pd.DataFrame], passages: pd.DataFrame) -> pd.DataFrame:
    """Parts of one table as one, in the order of the passages."""
    rows = pd.concat([part for part in parts if len(part)], ignore_index=True)
    place = {name: i for i, name in enumerate(passages["passage_id"])}
    return rows.iloc[rows["passage_id"].map(place).argsort(kind="stable")].reset_index(drop=True)


def uncorrected(
    labels: pd.DataFrame,
    abstained: pd.DataFrame,
    overruled: pd.DataFrame,
    decided: pd.DataFrame,
    passages: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The machine's LABELS and ABSTAINED again, from a result into which decisions were taken."""
    own = labels[~labels["passage_id"].isin(set(overruled["passage_id"]))]
    return (
        in_order([own, overruled], passages) if len(labels) else labels,
        in_order([abstained, decided], passages) if len(abstained) + len(decided) else ABSTAINED.empty(),
    )


def machine_readings(labels: pd.DataFrame) -> dict[str, tuple[str, frozenset[str]]]:
    """Role and codes that LABELS give every passage."""
    role = labels[labels["facet"] == "role"].set_index("passage_id")["code"].to_dict()
    codes = labels[labels["facet"] != "role"].groupby("passage_id")["code"].agg(frozenset).to_dict()
    return {str(name): (str(code), codes.get(name, frozenset())) for name, code in role.items()}


def human_labels(passage: Any, row: Any, codebook: Codebook) -> list[dict[str, object]]:
    """LABELS of one decision; a code that the codebook no longer has is left out."""
    text = str(passage.text)
    base = {
        "passage_id": passage.passage_id,
        "document_id": passage.document_id,
        "coder": row.coder,
        "score": 1.0,
        "reason": f"人工核对：{row.coder}，{row.time}",
        "sure": not row.doubtful,
    }
    marks = sorted({(c, a, b) for c, a, b in marks_of(str(row.codes)) if c in codebook.ids})
    spans = [("role", str(row.role), 0, len(text))]
    spans += [(codebook.facet_of(code), code, start, end) for code, start, end in marks]
    return [
        base | {"facet": facet, "code": code, "start": start, "end": end, "evidence": text[start:end]}
        for facet, code, start, end in spans
    ]


def correction(
    rows: pd.DataFrame,
    was: tuple[str, frozenset[str]] | None,
    final: Any | None,
    outcome: str,
    codebook: Codebook,
) -> Mapping[str, object]:
    """One row of CORRECTIONS."""
    last = rows.iloc[-1]
    is_role, is_codes = reading_of(final) if final is not None else (None, frozenset())
    order = [code.id for code in codebook.codes]

    def listed(codes: frozenset[str]) -> str | None:
        return "、".join(sorted(codes, key=lambda c: order.index(c) if c in order else len(order))) or None

    return {
        "passage_id": last["passage_id"],
        "coder": "、".join(rows["coder"]),
        "time": max(rows["time"]),
        "was_role": was[0] if was else None,
        "was_codes": listed(was[1]) if was else None,
        "is_role": is_role,
        "is_codes": listed(is_codes),
        "outcome": outcome,
        "note": "；".join(note for note in rows["note"].dropna() if note) or None,
        "digest": last["digest"],
    }
