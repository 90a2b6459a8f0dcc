"""Cues: where the wordings of codes and roles stand in a passage."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from nlp.lexicon import Cue

NEGATION = re.compile(
    r"(?:不能|不得|不可|不要|不再|不让|决不|绝不|严禁|切忌|切莫|防止|避免|杜绝|克服|破解|解决|消除|纠正|改变|扭转|打破|破除|整治|告别|摒弃|力戒|谨防|遏制|摆脱|走出|根治|防范|警惕|严防)[^，。；！？]{0,10}$"
)
PAST = re.compile(r"(?:过去|以前|以往|曾经|从前|原先|昔日|一度|当年)[^。；！？]{0,20}$")


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found in a passage, offsets into the matchable text."""

    code: str
    start: int
    end: int
    averted: bool  # an opposing verb governs it (防止以会议落实会议), or it is told as past


class CueFinder:
    """All cues compiled once: ``find`` gives the hits of one text, longest first where they overlap."""

    def __init__(self, cues: tuple[Cue, ...]) -> None:
        self.codes = tuple(sorted({cue.code for cue in cues}))
        self.patterns: dict[str, re.Pattern[str]] = {}
        for code in self.codes:
            # The longest wording goes first, so that 以会议落实会议 is not cut short by 落实会议.
            wordings = sorted(
                (cue for cue in cues if cue.code == code), key=lambda cue: (-len(cue.wording), cue.wording)
            )
            self.patterns[code] = re.compile("|".join(cue.pattern for cue in wordings))

    def find(self, text: str) -> list[Hit]:
        """Hits of every code in ``text``, in the order of codes, then of places."""
        return [
            Hit(code, hit.start(), hit.end(), averted(text, hit.start()))
            for code in self.codes
            for hit in self.patterns[code].finditer(text)
            if hit.end() > hit.start()
        ]

    def counts(self, hits: list[Hit]) -> np.ndarray:
        """Hits per code, then averted hits per code: a vector of length 2 × n_codes."""
        index = {code: i for i, code in enumerate(self.codes)}
        vector = np.zeros(2 * len(self.codes), dtype=np.float32)
        for hit in hits:
            vector[index[hit.code] + (len(self.codes) if hit.averted else 0)] += 1
        return vector


def averted(text: str, at: int) -> bool:
    """Whether the words right before ``at`` turn what follows into something opposed or past."""
    before = text[max(0, at - 24) : at]
    return bool(NEGATION.search(before) or PAST.search(before))
