"""The rule coder: role by rule, candidates by cue, then the gate. The baseline that the learned coder must beat."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from nlp.coding.role_gate import Candidate, Judgement, Reading
from nlp.coding.roles import rule_role, telling_heading
from nlp.corpus.codebook import CODED_FACETS, Codebook
from nlp.corpus.lexicon import Lexicon
from nlp.search.batch_text import flat_of, views_of
from nlp.search.cues import Hit, finder_for
from nlp.search.fold import Matchable
from nlp.search.speech_marks import passage_signals
from nlp.tables import ROLES

CLAUSE_END = re.compile(r"[，。；！？：\n]")
LONGEST_EVIDENCE = 60  # characters of the matchable text


@dataclass(frozen=True)
class RuleCoder:
    """Codes passages by the cues of the lexicon; needs no training."""

    codebook: Codebook
    lexicon: Lexicon
    name: str = "rules"

    def read(self, passages: pd.DataFrame) -> list[Reading]:
        """Read every passage (columns text and section)."""
        views = views_of(list(map(str, passages["text"])), self.lexicon)
        flat = flat_of(views.texts)
        facet_of = {code: facet for facet in CODED_FACETS for code in self.codebook.of(facet)}
        table = self.lexicon.fold_table
        readings = []
        found_by = zip(
            views, finder_for(self.lexicon).find_each(flat), passage_signals(flat, self.lexicon.speech), strict=True
        )
        for section, (view, hits, spoken) in zip(passages["section"].fillna(""), found_by, strict=True):
            told = telling_heading(str(section), self.lexicon.heading_hints, table)
            role = rule_role(view.text, told, hits, spoken, facet_of, self.lexicon.speech)
            found = [candidate for hit in hits if (candidate := candidate_of(hit, view, facet_of))]
            candidates = tuple(merged(found))
            best = {c.code: round(c.score * role.scores[ROLES.index(c.facet)], 4) for c in candidates}
            readings.append(Reading(role, candidates, scores=tuple((code, best.get(code, 0.0)) for code in facet_of)))
        return readings

    def settle(self, pieces: pd.DataFrame) -> pd.DataFrame:
        """Pieces as they are: rules weigh a piece as a whole."""
        return pieces

    def settle_and_judge(self, pieces: pd.DataFrame) -> tuple[pd.DataFrame, Judgement]:
        """The pieces and their judgement."""
        return pieces, self.judge(pieces)

    def judge(self, passages: pd.DataFrame) -> Judgement:
        """The same as arrays."""
        codes = tuple(code for facet in CODED_FACETS for code in self.codebook.of(facet))
        return Judgement.of(self.read(passages), codes)


def candidate_of(hit: Hit, view: Matchable, facet_of: dict[str, str]) -> Candidate | None:
    """The candidate that a cue hit makes, its span widened to the clause; role cues and averted hits make none."""
    if hit.code.startswith("role:") or (hit.averted and facet_of[hit.code] != "remedy"):
        return None
    start, end = clause_around(view.text, hit.start, hit.end)
    wording = view.text[hit.start : hit.end]
    return Candidate(facet_of[hit.code], hit.code, *view.span(start, end), 0.7, f"线索词“{wording}”")


def clause_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a span to the clause that holds it, unless that would make it long.

    >>> text = "有的支部，学习制度挂在墙上，无人问津。"
    >>> a, b = clause_around(text, 9, 13)
    >>> text[a:b]
    '学习制度挂在墙上'
    """
    left = max((hit.end() for hit in CLAUSE_END.finditer(text, 0, start)), default=0)
    right = next((hit.start() for hit in CLAUSE_END.finditer(text, end)), len(text))
    left, right = balanced(text, left, right)
    return (left, right) if right - left <= LONGEST_EVIDENCE else (start, end)


def balanced(text: str, left: int, right: int) -> tuple[int, int]:
    """Leave out a quotation mark whose partner lies outside."""
    if text[left:right].count("”") > text[left:right].count("“") and text[right - 1] == "”":
        right -= 1
    if text[left:right].count("“") > text[left:right].count("”") and text[left] == "“":
        left += 1
    return left, right


def merged(candidates: list[Candidate]) -> list[Candidate]:
    """One candidate a code: the first, surer with every further clause that says the same."""
    by_code: dict[str, list[Candidate]] = {}
    for candidate in candidates:
        by_code.setdefault(candidate.code, []).append(candidate)
    return [
        Candidate(
            first.facet, code, first.start, first.end, 1 - 0.5 ** (1 + len({c.start for c in found})), first.reason
        )
        for code, found in sorted(by_code.items())
        for first in found[:1]
    ]
