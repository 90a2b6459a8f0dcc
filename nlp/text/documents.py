"""From files to documents: one file may hold several reports; title, organ, kind of unit and date with provenance."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from nlp.corpus.lexicon import Hint, Lexicon
from nlp.readers.source import LABELLED
from nlp.tables import CONFLICTS, DOCUMENTS, DROPPED
from nlp.text.dates import Finding, date_of_file_name, date_of_signature, dates_in, settle_date
from nlp.text.joining import ends_sentence, glued, joined
from nlp.text.numbering import PIECE, PIECE_WORDS, mark_of
from nlp.text.official import Foot, take_foot, take_head

ManifestRows = dict[tuple[str, str], dict[str, str]]  # by source and piece
TITLE_LENGTH = 60
LONGEST_CELL = 400  # characters: a table cell up to this length is one passage, broken lines or not
BYLINE_REASON, HEAD_REASON = "题下署名", "公文版头"
SALUTATION = re.compile(r"^(?:尊敬的|各位|同志们|大家)")
NO_LETTER = re.compile(r"[\W_]+")
BYLINE = re.compile(r"^(?:[（(].{2,40}[）)]|(?:作者|来源|单位|时间|日期|发布时间)[：:].*)$")


@dataclass(slots=True)
class Piece:
    """One report inside a source: its heading line and its body lines."""

    ordinal: str
    title: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Body:
    """The text of one document, and what stood around it."""

    document_id: str
    given: dict[str, str]  # what manifest or table say of it
    title: str
    text: str
    signature: list[str]
    organ: str | None  # that signed
    dropped: list[tuple[str, str]]  # reason, text: repeats of the title and bylines
    reading: str | None = None  # “ocr”: recognised by machine, some of it


@dataclass(slots=True)
class Draft:
    """What is found out about one document, and what had to go."""

    values: dict[str, Any]
    conflicts: list[dict[str, Any]]
    dropped: list[tuple[str, str]]  # reason, text


def build_documents(
    sources: pd.DataFrame, lexicon: Lexicon, manifest: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Split cleaned sources into documents and find out what each is.

    Parameters
    ----------
    sources : SOURCES, cleaned
    manifest : column ``source`` and any of piece, document_id, title, organ, kind_of_unit, date, genre

    Returns
    -------
    DOCUMENTS; CONFLICTS (dates that were found and not taken); DROPPED (repeats and leftovers)
    """
    known = manifest_rows(manifest)
    documents, conflicts, dropped = [], [], []
    for row in sources.itertuples():
        drafts, leftovers = drafts_of(row, str(row.source), lexicon, known)
        documents += [draft.values | {"encoding": row.encoding} for draft in drafts]
        conflicts += [conflict for draft in drafts for conflict in draft.conflicts]
        gone = leftovers + [pair for draft in drafts for pair in draft.dropped]
        dropped += [(row.source, row.unit, reason, text) for reason, text in gone]
    # Lines are counted in the text that was read; repeats are found after cleaning, so they are numbered by themselves.
    drops = [(source, unit, 0, number, reason, text) for number, (source, unit, reason, text) in enumerate(dropped)]
    return DOCUMENTS.frame(documents), CONFLICTS.frame(conflicts), DROPPED.frame(drops)


def drafts_of(
    row: Any, source: str, lexicon: Lexicon, known: ManifestRows
) -> tuple[list[Draft], list[tuple[str, str]]]:
    """The documents of one cleaned text, and what of it belongs to none (reason, text).

    ``row``: unit, text, title, organ, kind_of_unit, date and genre, as in SOURCES.
    """
    bodies, leftovers = bodies_of(row, str(row.text) if isinstance(row.text, str) else "", source, known)
    return [draft_document(body, source, lexicon) for body in bodies], leftovers


def bodies_of(row: Any, text: str, source: str, known: ManifestRows) -> tuple[list[Body], list[tuple[str, str]]]:
    """The texts of the documents in one cleaned text, and what of it belongs to none (reason, text).

    ``row``: unit, title, organ, kind_of_unit, date and genre, as in SOURCES.
    """
    lines = text.split("\n")
    of_table = isinstance(row.unit, str)
    may_hold_more = not of_table and any(word in text for word in PIECE_WORDS)
    pieces, leftovers = split_pieces(lines) if may_hold_more else ([Piece("", "", lines)], [])
    base = f"{source}#{row.unit}" if of_table and row.unit else source
    base = base.replace("#", "·")  # the number sign divides document and passage
    reading = said if isinstance(said := getattr(row, "reading", None), str) else None
    bodies = []
    for number, piece in enumerate(pieces, 1):
        given = given_values(row, source, known, number, sole=len(pieces) == 1)
        document_id = given.get("document_id") or (base if len(pieces) == 1 else f"{base}-{number}")
        bodies.append(replace(body_of(piece, document_id, given, of_table), reading=reading))
    return bodies, leftovers


def split_pieces(lines: list[str]) -> tuple[list[Piece], list[tuple[str, str]]]:
    """Cut a source at “第一篇：…”, “【篇一】…”, “篇一：…”, “范文1…”; a truncated repeat and a preface go.

    >>> pieces, gone = split_pieces(["第一篇：甲说明……", "第一篇：甲", "正文。", "第二篇：乙", "正文。"])
    >>> [piece.title for piece in pieces], [reason for reason, _ in gone]
    (['甲', '乙'], ['截断的重复开头'])
    """
    starts = [(i, ordinal) for i, line in enumerate(lines) if (ordinal := piece_ordinal(line)) is not None]
    if len({ordinal for _, ordinal in starts}) < 2 and not (len(starts) == 1 and starts[0][0] == 0):
        return [Piece("", "", lines)], []
    gone: list[tuple[str, str]] = []
    if preface := "\n".join(lines[: starts[0][0]]).strip():
        gone.append(("多篇合集的篇前文字", preface))
    pieces = []
    ends = [start for start, _ in starts[1:]] + [len(lines)]
    for (start, ordinal), end in zip(starts, ends, strict=True):
        pieces.append(Piece(ordinal, piece_title(lines[start]), lines[start + 1 : end]))
    kept = []
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        if following and piece.ordinal == following.ordinal and len("".join(piece.lines)) < 400:
            gone.append(("截断的重复开头", "\n".join([piece.title, *piece.lines]).strip()))
        else:
            kept.append(piece)
    return kept, gone


def piece_ordinal(line: str) -> str | None:
    """Ordinal of the report that ``line`` opens, or None if it opens none."""
    hit = PIECE.match(line)
    return next((group for group in hit.groups() if group), None) if hit else None


def piece_title(line: str) -> str:
    """What stands behind the ordinal."""
    hit = PIECE.match(line)
    return line[hit.end() :].strip(" ：:、.") if hit else ""


def body_of(piece: Piece, document_id: str, given: dict[str, str], of_table: bool = False) -> Body:
    """Take title, bylines and signature off one report; a row of a table has no title line."""
    wanted = given.get("title") or piece.title
    body, head, organ = (piece.lines, [], None) if of_table else take_head(piece.lines)
    title, rest, dropped = (wanted, body, []) if of_table else take_title(wanted, body)
    dropped = [*((HEAD_REASON, line) for line in head), *dropped]
    # Off before lines are joined, for a signature may stand where a broken line would go on; a leftover of the title,
    # gone by now, must not be glued to the first sentence either.
    foot = Foot(rest, [], None) if of_table else take_foot(rest)
    lines = one_text(foot.lines) if of_table else list(joined(foot.lines))
    return Body(document_id, given, title, "\n".join(lines), foot.signature, foot.organ or organ, dropped)


def draft_document(body: Body, source: str, lexicon: Lexicon) -> Draft:
    """Find organ, kind of unit, genre and date of one report."""
    given, title, text = body.given, body.title, body.text
    bylines = [line for reason, line in body.dropped if reason == BYLINE_REASON]
    findings = [
        *([Finding(given["date"], "清单" if given.get("from") == "manifest" else "表格")] if given.get("date") else []),
        *date_of_file_name(source),
        *date_of_signature([*body.signature, *bylines]),
    ]
    settled = settle_date(findings, dates_in(text))
    organ = given.get("organ") or body.organ
    about = " ".join(filter(None, (organ, title)))
    values = {
        "document_id": body.document_id,
        "source": source,
        "title": title or stem(source),
        "organ": organ,
        "kind_of_unit": given.get("kind_of_unit") or first_hint(lexicon.unit_hints, about),
        "date": settled.date,
        "date_source": settled.origin,
        "genre": given.get("genre") or first_hint(lexicon.genre_hints, title or stem(source)),
        "reading": body.reading,
        "text": text,
        "n_chars": len(text),
    }
    conflicts = [conflict | {"document_id": body.document_id} for conflict in settled.conflicts]
    return Draft(values, conflicts, [*body.dropped, *(("落款", line) for line in body.signature)])


def one_text(lines: list[str]) -> list[str]:
    """The lines of a short text in a table cell are one paragraph; a long one keeps its paragraphs, a row its cells."""
    filled = [line.strip() for line in lines if line.strip()]
    one = filled and sum(map(len, filled)) <= LONGEST_CELL and not LABELLED.match(filled[0])
    return [glued(filled)] if one else list(joined(lines))


def take_title(title: str | None, lines: list[str]) -> tuple[str, list[str], list[tuple[str, str]]]:
    """The title, the lines behind it, and the repeats of the title that were dropped."""
    dropped: list[tuple[str, str]] = []
    lines = without_blank_start(lines)
    if not title and lines and looks_like_title(lines):
        title, lines = lines[0].strip(), without_blank_start(lines[1:])
    title = title or ""
    while lines and (reason := leftover_of_title(lines[0].strip(), title)):
        dropped.append((reason, lines[0].strip()))
        lines = without_blank_start(lines[1:])
    return title, lines, dropped


def without_blank_start(lines: list[str]) -> list[str]:
    """Lines from the first one that holds something."""
    return lines[next((i for i, line in enumerate(lines) if line.strip()), len(lines)) :]


def leftover_of_title(line: str, title: str) -> str | None:
    """Reason to drop a line right under the title, or None."""
    if reason := repeats_title(line, title):
        return reason
    return BYLINE_REASON if BYLINE.match(line) and len(line) < TITLE_LENGTH else None


def looks_like_title(lines: list[str]) -> bool:
    """Whether the first line is a title: short, no sentence, no number, and more text behind it."""
    first = lines[0].strip()
    short = (
        4 <= len(first) <= TITLE_LENGTH
        and not mark_of(first)
        and not SALUTATION.match(first)
        and not LABELLED.match(first)
    )
    return short and not ends_sentence(first) and len(lines) > 1 and "。" not in first


def repeats_title(line: str, title: str) -> str | None:
    """Reason to drop ``line`` as a repeat of ``title``, or None."""
    bare_title = bare(title)
    if len(bare_title) < 4 or bare_title[0] not in line or bare_title[-1] not in line:
        return None
    bare_line = bare(line)
    if bare_line == bare_title:
        return "重复的标题"
    twice = bare_line.startswith(bare_title) and bare_line.count(bare_title) > 1
    if twice or (bare_line.endswith(bare_title) and not ends_sentence(line)):
        return "夹在重复标题之间的杂文"
    if bare_line.startswith(bare_title) and len(bare_line) <= len(bare_title) + 6:
        return "重复的标题"
    return None


def bare(text: str) -> str:
    """Letters, digits and Han only."""
    return NO_LETTER.sub("", text)


def manifest_rows(manifest: pd.DataFrame | None) -> ManifestRows:
    """Rows of the manifest by source and piece (which report of the file, from 1; empty for the only one)."""
    rows: ManifestRows = {}
    for row in [] if manifest is None else manifest.to_dict("records"):
        filled = {str(key): str(value) for key, value in row.items() if isinstance(value, str) and value}
        rows[filled.get("source", ""), filled.get("piece", "")] = filled
    return rows


def given_values(row: Any, source: str, known: ManifestRows, number: int, sole: bool) -> dict[str, str]:
    """What manifest or table say of a document; the manifest goes first."""
    table = {
        name: str(value)
        for name in ("title", "organ", "kind_of_unit", "date", "genre")
        if isinstance(value := getattr(row, name), str) and value
    }
    if isinstance(row.unit, str):
        return given_to_row(row.unit, source, known, table)
    listed = known.get((source, str(number))) or (known.get((source, "")) if sole else None)
    return table if listed is None else table | listed | {"from": "manifest"}


def given_to_row(unit: str, source: str, known: ManifestRows, table: dict[str, str]) -> dict[str, str]:
    """What is said of one row of a table: by the manifest of this row (``piece``), its own cells, the manifest of all.

    What the manifest says of the whole file counts for every row; only its id is the file's.
    """
    own = known.get((source, unit), {})
    whole = {name: value for name, value in known.get((source, ""), {}).items() if name != "document_id"}
    origin = {"from": "manifest"} if "date" in own or "date" not in table else {}
    return whole | table | own | (origin if own or whole else {})


def first_hint(hints: tuple[Hint, ...], text: str) -> str | None:
    """Value of the first hint that ``text`` holds."""
    return next((hint.value for hint in hints if re.search(hint.pattern, text)), None)


def stem(source: str) -> str:
    """File name without folders and extension."""
    return re.sub(r"\.[A-Za-z]{1,5}$", "", source.rsplit("/", 1)[-1])
