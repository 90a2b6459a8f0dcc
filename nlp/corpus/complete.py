"""Codes that stand in the codebook, but lack what makes them work: a cue, gold, a rule or an answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nlp.base.errors import DataError
from nlp.corpus.codebook import Codebook
from nlp.corpus.faults import attempt
from nlp.corpus.folder import GOLD
from nlp.store.files import read_table


def incomplete_codes(codebook: Codebook, folder: Path) -> Iterator[str]:
    """Yield a message for each of the four that some codes lack.

    A file that is absent or cannot be read is no fault here: a corpus may do without it, or it is told elsewhere.
    """
    for what, file, there in mentions(folder):
        if missing := sorted(codebook.ids - there):
            yield str(
                DataError.at(
                    f"这些代码{what}：{'、'.join(missing)}",
                    where=folder / file,
                    fix="补上；暂时不用的代码从 codes.csv 删去",
                )
            )


def mentions(folder: Path) -> Iterator[tuple[str, str, frozenset[str]]]:
    """What a code may lack, the file that would say so, and the words that the file mentions."""
    cues = attempt(lambda: read_table(folder / "lexicon" / "cues.csv", required=("code", "status")), [])
    if cues is not None:
        yield "没有线索词", "lexicon/cues.csv", frozenset(cues.loc[cues["status"] == "active", "code"])
    labels = attempt(lambda: read_table(folder / "gold" / "labels.csv", required=("coder", "code")), [])
    if labels is not None:
        yield "没有标准编码", "gold/labels.csv", frozenset(labels.loc[labels["coder"] == GOLD, "code"])
    rules = folder / "codebook" / "rules.md"
    if rules.is_file():
        words = re.findall(r"[A-Za-z0-9_]+", rules.read_text(encoding="utf-8-sig", errors="replace"))
        yield "没有编码规则提到", "codebook/rules.md", frozenset(words)
    answers = attempt(lambda: read_table(folder / "codebook" / "answers.csv", required=("code", "remedy")), [])
    if answers is not None:
        both = frozenset(answers["code"]) | frozenset(answers["remedy"])
        yield "没有对应关系（哪个对策对着哪个表现或成因）", "codebook/answers.csv", both
