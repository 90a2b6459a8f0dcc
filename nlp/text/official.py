"""Head and foot of an official document (GB/T 9704): what stands above the title and below the text, and is neither."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.readers.source import LABELLED
from nlp.text.bylines import organ_name
from nlp.text.dates import dates_in, without_dates
from nlp.text.numbering import mark_of

HEAD_LINES = 8  # lines above a title at most
SIGNED_LINES = 3  # of organ and date
LONGEST_ORGAN, LONGEST_LINE = 40, 60
RED_HEAD = re.compile(r"^(?P<organ>[^，。；！？：:]{4,38}?)(?:文件|办公室文件)$")
DOCUMENT_NUMBER = re.compile(
    r"^[^，。；]{1,20}[〔\[［【(（]\s*\d{4}\s*[〕\]］】)）]\s*(?:第\s*)?\d{1,5}\s*号(?:\s*签发人.*)?$"
)
SIGNER = re.compile(r"^签发人\s*[：:]")
SECRECY = re.compile(r"^(?:(?:绝密|机密|秘密)(?:\s*[★☆].*)?|特急|加急|平急|紧急程度.*|密\s*级.*|份\s*号.*|\d{6})$")
# What may stand behind a signature: enclosures, copies, printing, contacts, the stamp.
BEHIND = re.compile(
    r"^[（(]?(?:附件|附表|附[：:表]|联系人|联系电话|电话|抄送|抄报|主送|主题词|分送|印发|共印|此件|盖章|印章)|"
    r"(?:印发|共印\s*\d+\s*份|（盖章）|\(盖章\))[）)]?$"
)
COPIES = re.compile(r"^[（(]?(?:抄送|抄报|分送|共印|此件|联系人|联系电话)[^。]*$|印发[）)]?$")
AROUND_DATE = " \t　，,（）()【】[]〔〕"
SIGNED = re.compile(r"(?:印发|盖章|成文日期|日期|时间|落款)[：:]?|[（(](?:公?\s*章|盖\s*章)[）)]")


@dataclass(frozen=True, slots=True)
class Foot:
    """The signature of a document: its lines, the organ that signed, and the lines without it."""

    lines: list[str]
    signature: list[str]
    organ: str | None


def take_head(lines: list[str]) -> tuple[list[str], list[str], str | None]:
    """Take off what stands above the title: red head, number, signer, secrecy.

    Returns
    -------
    lines : from the title on; unchanged where there is no head
    head : the lines taken off
    organ : the organ of the red head, if there is one
    """
    head: list[str] = []
    organ = None
    at = end = 0
    for at, line in enumerate(lines[:HEAD_LINES]):
        text = line.strip()
        if not text:
            continue
        if hit := RED_HEAD.match(text):
            organ = organ or hit["organ"]
        elif not (DOCUMENT_NUMBER.match(text) or SIGNER.match(text) or SECRECY.match(text)):
            break
        head.append(text)
        end = at + 1
    # A line that only looks like a head is the title itself where no text is left behind it.
    if not head or not any(line.strip() for line in lines[end:]):
        return lines, [], None
    return lines[end:], head, organ


def take_foot(lines: list[str]) -> Foot:
    """Take the signature off: organ and date, the last lines but for enclosures, copies and contacts behind them.

    The line of the printing office (印发) dates a document only where nobody signed it.
    """
    feet = [foot for end in ends_of_text(lines) if (foot := foot_at(lines, end)) is not None]
    signed = [foot for foot in feet if not foot.signature[0].rstrip().endswith("印发")]
    return next(iter([*signed, *feet]), Foot(lines, [], None))


def foot_at(lines: list[str], end: int) -> Foot | None:
    """The signature that ends before line ``end``, or None if none does."""
    begin, signed = end, list[str]()
    for at in range(end - 1, -1, -1):
        if lines[at].strip():
            if len(signed) == SIGNED_LINES or not is_signature(lines[at], bool(signed)):
                break
            begin, signed = at, [lines[at].strip(), *signed]
    if not any(dates_in(line) for line in signed):
        return None
    names = (SIGNED.sub("", without_dates(line)).strip(AROUND_DATE) for line in signed)
    organ = next((name for name in names if 4 <= len(name) <= LONGEST_ORGAN), None)
    rest = [line for line in lines[end:] if line.strip()]
    # Names of enclosures go with the signature, unless an enclosure itself follows.
    gone = rest if all(is_behind(line) for line in rest) else [line for line in rest if COPIES.search(line.strip())]
    kept = [line for line in lines[end:] if line not in gone]
    return Foot([*lines[:begin], *kept], [*signed, *gone], organ)


def is_behind(line: str) -> bool:
    """Whether ``line`` is one of those that may stand behind a signature."""
    return bool(BEHIND.search(line.strip())) and len(line.strip()) < LONGEST_LINE


def ends_of_text(lines: list[str]) -> list[int]:
    """Places below which only what may follow a signature stands, the last first: the end, or a line of BEHIND."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    found = [filled[-1] + 1] if filled else []
    for place, at in enumerate(filled):
        if place and is_behind(lines[at]):
            found.append(filled[place - 1] + 1)
    return sorted(set(found), reverse=True)


def is_signature(line: str, dated: bool) -> bool:
    """Whether ``line`` is a date, alone or behind a name, or (above one) a short organ name."""
    text = line.strip()
    if not text or len(text) > LONGEST_ORGAN or LABELLED.match(text) or any(stop in text for stop in "。；！？"):
        return False
    if dates_in(text):
        rest = SIGNED.sub("", without_dates(text)).strip(AROUND_DATE)
        return (
            not rest
            or organ_name(rest) is not None
            or (text.rstrip(AROUND_DATE).endswith(("日", "月", "年", "号", "印发")) and "，" not in rest)
        )
    return dated and len(text) <= 30 and not mark_of(text) and "，" not in text and "：" not in text
