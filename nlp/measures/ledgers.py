"""Ledgers: a row of a register stays one row, with the codes of its cells, and what it lacks."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping, Sequence

import pandas as pd

from nlp.base.errors import DataError
from nlp.corpus.codebook import Codebook
from nlp.corpus.harvest import Patterns
from nlp.corpus.lexicon import Hint
from nlp.measures.numerals import number_of
from nlp.tables import LEDGER
from nlp.text.dates import normal_date
from nlp.text.register_cells import squeezed

FILE = "ledger.csv"
VALUES = ("unit", "person", "deadline", "status", "open", "done", "standing")
PARTS = {"manifestation": "problem", "cause": "cause", "remedy": "measure", "achievement": "status"}
DATA = {"unit": "organ", "person": "person", "deadline": "deadline", "status": "status"}
NAMES = {"cause": "原因", "measure": "措施", "person": "责任人", "deadline": "时限"}
MONTH = re.compile(r"(?:(\d{4}|今|本|明)年)?(\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?:(\d{1,2})[日号])?")
SHORTEST = 4  # characters by which a cell is known again among the passages
Row = dict[str, object]


def ledger(
    cells: pd.DataFrame,
    documents: pd.DataFrame,
    passages: pd.DataFrame,
    labels: pd.DataFrame,
    codebook: Codebook,
    answers: Mapping[str, frozenset[str]],
    hints: Sequence[Hint],
    patterns: Patterns,
    as_of: str | None = None,
) -> pd.DataFrame:
    """LEDGER of REGISTER_CELLS.

    Parameters
    ----------
    answers : which remedies answer a manifestation or cause; none: any remedy answers
    hints : what stands in a column of a register, by its name
    as_of : day (YYYY-MM-DD) against which deadlines are held; None: nothing is overdue or not
    """
    facts = documents.set_index("document_id")
    cells = cells[cells["document_id"].isin(facts.index)]
    coded = labels[labels["facet"] != "role"].groupby("passage_id")["code"].agg(lambda codes: sorted(set(codes)))
    by_document = dict(iter(passages.groupby("document_id")))
    rows: list[Row] = []
    for document, part in cells.groupby("document_id", sort=False):
        mine = by_document.get(document)
        texts = [] if mine is None else list(zip(mine["passage_id"], mine["text"].map(squeezed), strict=True))
        at = 0
        for number, held in part.groupby("row", sort=True):
            row = fields_of(held, hints, patterns)
            codes: dict[str, list[str]] = {}
            for name in ("problem", "cause", "measure"):
                found, at = codes_of(str(row.get(name) or ""), texts, at, coded)
                codes[name] = found
            rows.append(
                row
                | {f"{name}_codes": "、".join(map(codebook.name, found)) or None for name, found in codes.items()}
                | judged(row, codes, answers, patterns, facts.loc[document], as_of)
                | {"document_id": document, "row": number, "organ": row.get("organ") or facts.at[document, "organ"]}
            )
    return LEDGER.frame(rows)


def fields_of(cells: pd.DataFrame, hints: Sequence[Hint], patterns: Patterns) -> Row:
    """The cells of a row by what they hold; several of one kind are joined."""
    row: dict[str, str] = {}
    for name, text in zip(cells["name"], cells["text"], strict=True):
        plain = re.sub(r"[(（].*?[)）]", "", str(name))
        role = next((hint.value for hint in hints if re.fullmatch(hint.pattern, plain)), None)
        field = PARTS.get(role or "") or next((DATA[value] for value in DATA if patterns[value].fullmatch(plain)), None)
        if field:
            row[field] = f"{row[field]}\n{text}" if field in row else str(text)
    return dict(row)


def codes_of(cell: str, texts: Sequence[tuple[str, str]], at: int, coded: pd.Series) -> tuple[list[str], int]:
    """Codes of the passages that a cell became, and where the next cell's begin: cells stand in order."""
    found: list[str] = []
    whole, next_at = squeezed(cell), at
    if len(whole) < SHORTEST:
        return found, at
    for place in range(at, len(texts)):
        passage, text = texts[place]
        if len(text) >= SHORTEST and (text in whole or whole in text):
            found += coded.get(passage, [])
            next_at = place + 1
        elif next_at > at:
            break
    return sorted(set(found)), next_at


def judged(
    row: Row,
    codes: Mapping[str, list[str]],
    answers: Mapping[str, frozenset[str]],
    patterns: Patterns,
    document: pd.Series,
    as_of: str | None,
) -> Row:
    """State, day, what is missing, and whether the measure answers."""
    state = state_of(str(row.get("status") or ""), patterns)
    due = due_date(str(row.get("deadline") or ""), document["date"])
    missing = [NAMES[name] for name in NAMES if not row.get(name)] if row.get("problem") else []
    asked = [*codes["problem"], *codes["cause"]]
    unanswered = None
    if asked and codes["measure"]:
        fitting = [answers.get(code, frozenset()) if answers else frozenset(codes["measure"]) for code in asked]
        unanswered = not any(set(codes["measure"]) & each for each in fitting)
    return {
        "due": due,
        "state": state,
        "overdue": None if as_of is None else bool(due and due < as_of and state != "完成"),
        "missing": "、".join(missing) or None,
        "unanswered": unanswered,
    }


def state_of(status: str, patterns: Patterns) -> str:
    """完成, 未完成 or 不明, by the words of the status; what is still going on is not done."""
    if patterns["open"].search(status):
        return "未完成"
    return "完成" if patterns["done"].search(status) else "不明"


def due_date(deadline: str, written: object) -> str | None:
    """The last day of a deadline; without a year, in the year the document was written.

    >>> due_date("2024年6月底前", None), due_date("9月15日前", "2023-05"), due_date("2024年底前", None)
    ('2024-06-30', '2023-09-15', '2024-12-31')
    """
    date = normal_date(deadline)
    if date is None and isinstance(written, str) and (hit := MONTH.search(deadline)):
        year = int(written[:4]) + (hit[1] == "明")
        date = normal_date(f"{year}年{int(number_of(hit[2]) or 0)}月" + (f"{hit[3]}日" if hit[3] else ""))
    elif date is None and isinstance(written, str) and re.search(r"年底|年内|年末", deadline):
        date = written[:4]
    if date is None:
        return None
    if len(date) == 4:
        date = f"{date}-{'06' if '上半年' in deadline else '12'}"
    return f"{date}-{monthrange(int(date[:4]), int(date[5:7]))[1]:02d}" if len(date) == 7 else date


def checked_day(given: str | None) -> str | None:
    """A day as it is given by ``--as-of``. Raises DataError for what is none."""
    if given is None:
        return None
    day = normal_date(given)
    if day is None or len(day) != 10:
        raise DataError.at(f"不是日子：{given}", where="--as-of", fix="写成 2024-06-30")
    return day
