"""The role of a passage by rule: heading trail, turn, modality, explanation, reported success."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

from nlp.coding.role_gate import RoleReading
from nlp.corpus.fold_table import FoldTable
from nlp.corpus.lexicon import Hint
from nlp.corpus.speech import Speech
from nlp.search.cues import Hit
from nlp.search.fold import matchable
from nlp.search.speech_marks import Spoken
from nlp.tables import ROLES

TRAIL = "＞"
UNTOLD = len(ROLES)  # no heading says anything of a role
HEADING_WEIGHT = 3.0
CUE_WEIGHT = 1.0
FACET_BONUS = {"manifestation": 0.6, "cause": 0.7, "remedy": 0.5}  # a cue of the facet that nobody averts


class Told(NamedTuple):
    """What the headings above a passage say of its role: the innermost that says anything decides."""

    role: int  # index into ROLES; UNTOLD if none says anything
    distance: int  # headings between that one and the passage
    heading: str

    @property
    def place(self) -> tuple[int, int]:
        """Role and distance alone."""
        return self.role, self.distance


def telling_heading(section: str, hints: tuple[Hint, ...], table: FoldTable) -> Told:
    """What a heading trail says.

    Hints are sought as cues are: in the folded copy (by ``table``) without the blanks that a scan leaves between Han.

    >>> told = telling_heading("二、原因分析＞（一）认识不足", (Hint("cause", "原因"),), FoldTable(()))
    >>> ROLES[told.role], told.distance, told.heading
    ('cause', 1, '二、原因分析')
    """
    for distance, heading in enumerate(reversed(section.split(TRAIL) if section else [])):
        plain = matchable(heading, table).text
        for hint in hints:
            if re.search(hint.pattern, plain):
                return Told(ROLES.index(hint.value), distance, heading)
    return Told(UNTOLD, 0, "")


def rule_role(
    text: str,
    told: Told,
    hits: list[Hit],
    spoken: Spoken,
    facet_of: dict[str, str],
    speech: Speech,
) -> RoleReading:
    """Weigh what speaks for each role.

    Parameters
    ----------
    text : the matchable copy of the passage
    told : what its heading trail says (:func:`telling_heading`)
    hits : cue hits in it
    spoken : how often it speaks in each way behind its turn, and where that begins
    facet_of : facet of every code
    speech : the ways of speaking and what they speak for
    """
    counts, offset = spoken
    speaking_for = {role: [each for each in speech.weights if each.role == role] for role in ROLES}
    scores = {
        role: sum(each.weight * min(3.0, counts[each.family]) for each in weights)
        for role, weights in speaking_for.items()
    }
    grounds: dict[str, list[str]] = {role: [] for role in ROLES}
    for hit in hits:
        if hit.start < offset:
            continue
        wording = text[hit.start : hit.end]
        if hit.code.startswith("role:"):
            scores[hit.code[5:]] += CUE_WEIGHT
            grounds[hit.code[5:]].append(wording)
        elif not hit.averted and (facet := facet_of[hit.code]) in FACET_BONUS:
            scores[facet] += FACET_BONUS[facet]
            grounds[facet].append(wording)
    reasons = []
    if told.role != UNTOLD:
        scores[ROLES[told.role]] += HEADING_WEIGHT
        reasons.append(f"标题“{told.heading}”指向{ROLES[told.role]}")
    if offset:
        reasons.append("以转折后的文字为准")
    role = max(ROLES, key=lambda name: scores[name])
    if grounds[role]:
        reasons.append(f"线索词：{'、'.join(dict.fromkeys(grounds[role]))}")
    names = {family.id: family.name for family in speech.families}
    if speaking := [names[each.family] for each in speaking_for[role] if counts[each.family]]:
        reasons.append(f"语气：{'、'.join(speaking)}")
    values = np.array([scores[name] for name in ROLES])
    odds = np.exp(values - values.max())
    return RoleReading(tuple(float(v) for v in odds / odds.sum()), "；".join(reasons) or "没有明显标志，取最接近者")
