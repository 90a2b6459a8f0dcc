"""Marks of notes in text that was typed, or copied from a page: “……支部[1]。” and, below, “[1] 抽样办法……”."""

from __future__ import annotations

import re
from collections.abc import Sequence

NOTE = re.compile(r"\[(\d{1,3})\] \S")


def without_note_marks(lines: Sequence[str]) -> list[str]:
    """Take the marks of notes out of sentences, and off the notes below the text: “[1] 抽样办法……”."""
    notes = {found.group(1) for line in lines[len(lines) // 2 :] if (found := NOTE.match(line))}
    if not notes:
        return list(lines)
    marks = re.compile(rf"(?<=\S)\[(?:{'|'.join(sorted(notes))})\]|^\[(?:{'|'.join(sorted(notes))})\] (?=\S)")
    return [marks.sub("", line) for line in lines]
