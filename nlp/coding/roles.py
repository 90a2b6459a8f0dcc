"""The role of a passage by rule: heading trail, turn, modality, explanation, reported success."""

from __future__ import annotations

import re

import numpy as np

from nlp.coding.role_gate import RoleReading
from nlp.corpus.fold_table import FoldTable
from nlp.corpus.lexicon import Hint
from nlp.search.cues import Hit
from nlp.search.fold import matchable
from nlp.search.speech_marks import Speech
from nlp.tables import ROLES

TRAIL = "＞"
HEADING_WEIGHT = 3.0
CUE_WEIGHT = 1.0
# How much one occurrence of a way of speaking (signals.FAMILIES) speaks for a role.
WEIGHTS: dict[str, dict[str, float]] = {
    "manifestation": {"lack": 0.7, "vague_subject": 0.6, "problem_word": 0.5, "turn": 0.2, "figure": 0.1},
    "cause": {"explanation": 1.2, "belief": 0.5, "lack": 0.3},
    "remedy": {"obligation": 1.1, "prohibition": 0.8, "proposal": 0.8, "imperative": 0.6},
    "achievement": {"success": 0.7, "done": 0.5, "figure": 0.2},
    "context": {"definition": 0.7, "survey": 0.7, "organisation": 0.5, "figure": 0.1},
    "other": {"greeting": 1.2, "commercial": 1.6},
}
FACET_BONUS = {"manifestation": 0.6, "cause": 0.7, "remedy": 0.5}  # a cue of the facet that nobody averts


def heading_role(section: str, hints: tuple[Hint, ...], table: FoldTable) -> tuple[str, str] | None:
    """Role that the heading trail speaks for, and the heading that says so; the innermost telling heading decides.

    >>> heading_role("二、原因分析＞（一）认识不足", (Hint("cause", "原因"),), {})
    ('cause', '二、原因分析')
    """
    found = heading_hint(section, hints, table)
    return (hints[found[0]].value, found[1]) if found else None


def heading_hint(section: str, hints: tuple[Hint, ...], table: FoldTable) -> tuple[int, str] | None:
    """Position of the hint that decides, and the heading that holds it.

    Hints are sought as cues are: in the folded copy (by ``table``) without the blanks that a scan leaves between Han.
    """
    for heading in reversed(section.split(TRAIL) if section else []):
        plain = matchable(heading, table).text
        for number, hint in enumerate(hints):
            if re.search(hint.pattern, plain):
                return number, heading
    return None


def rule_role(
    text: str, told: tuple[str, str] | None, hits: list[Hit], speech: Speech, facet_of: dict[str, str]
) -> RoleReading:
    """Weigh what speaks for each role.

    Parameters
    ----------
    text : the matchable copy of the passage
    told : what its heading trail says (:func:`heading_role`)
    hits : cue hits in it
    speech : how often it speaks in each way behind its turn, and where that begins
    facet_of : facet of every code
    """
    counts, offset = speech
    scores = {role: sum(w * min(3.0, counts[name]) for name, w in WEIGHTS[role].items()) for role in ROLES}
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
    if told:
        scores[told[0]] += HEADING_WEIGHT
        reasons.append(f"标题“{told[1]}”指向{told[0]}")
    if offset:
        reasons.append("以转折后的文字为准")
    role = max(ROLES, key=lambda name: scores[name])
    if grounds[role]:
        reasons.append(f"线索词：{'、'.join(dict.fromkeys(grounds[role]))}")
    speaking = [name for name in WEIGHTS[role] if counts[name]]
    if speaking:
        reasons.append(f"语气：{'、'.join(SPOKEN[name] for name in speaking)}")
    values = np.array([scores[name] for name in ROLES])
    odds = np.exp(values - values.max())
    return RoleReading(tuple(float(v) for v in odds / odds.sum()), "；".join(reasons) or "没有明显标志，取最接近者")


SPOKEN = {
    "obligation": "应当",
    "prohibition": "禁止",
    "proposal": "打算",
    "imperative": "祈使",
    "explanation": "解释",
    "belief": "认为",
    "lack": "欠缺",
    "vague_subject": "有的/存在",
    "turn": "转折",
    "success": "见效",
    "done": "已做",
    "definition": "界定或引述",
    "survey": "调研",
    "organisation": "组织情况",
    "figure": "数字",
    "problem_word": "问题字眼",
    "first_person": "第一人称",
    "greeting": "称呼",
    "commercial": "版权或附件",
}
