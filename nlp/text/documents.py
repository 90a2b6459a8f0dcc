"""From files to documents: one file may hold several reports; title, organ, kind of unit and date with provenance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pandas as pd

from nlp.corpus.lexicon import Hint, Lexicon
from nlp.readers.source import LABELLED
from nlp.tables import CONFLICTS, DOCUMENTS, DROPPED
from nlp.text.bylines import Byline, byline_of, is_byline, organ_in_title, organ_name, organ_of_file
from nlp.text.dates import Finding, date_of_file_name, date_of_signature, dates_in, settle_date
from nlp.text.joining import ends_sentence, glued, joined
from nlp.text.numbering import PIECE, PIECE_WORDS, mark_of
from nlp.text.official import Foot, take_foot, take_head

ManifestRows = dict[tuple[str, str], dict[str, str]]  # by source and piece
TITLE_LENGTH = 60
LONGEST_CELL = 400  # characters: a table cell up to this length is one passage, broken lines or not
BYLINE_REASON, HEAD_REASON, SIGNED = "题下署名", "公文版头", "落款"
UNDER_TITLE, RED_HEAD = "题下", "红头"
SHORTEST_UNIT = 5  # characters of a unit's name under a title
TITLE_END = re.compile(
    r"的?(?:报告|总结|通报|意见|方案|汇报|材料|清单|台账|讲话|发言|体会|通知|纪要|简报|情况|经验|做法|说明|研究|思考)"
    r"(?:[（(].{1,12}[）)])?$"
)
SALUTATION = re.compile(r"^(?:尊敬的|各位|同志们|大家)")
NO_LETTER = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Piece:
    """One report inside a source: its heading line and its body lines."""

    ordinal: str
    title: str
    lines: list[str] = field(default_factory=list)
    first: int = 0  # its first line, that of its title among them, in the text of the source
    heading: str = ""  # the line that bears ordinal and title

    @property
    def place(self) -> tuple[int, int]:
        """Its lines in the text of the source: the first, and the one behind the last."""
        return self.first, self.first + len(self.lines) + bool(self.heading)


@dataclass(frozen=True, slots=True)
class Body:
    """The text of one document, and what stood around it."""

    document_id: str
    given: dict[str, str]  # what manifest or table say of it
    title: str
    text: str
    signature: list[str]
    organ: tuple[str | None, str]  # that signed, or of the red head, and which
    byline: Byline
    dropped: list[tuple[str, str]]  # reason, text: repeats of the title and bylines
    titles: tuple[str, ...] = ()  # lines that became the title
    lines: tuple[int, int] = (0, 0)  # its place in the text of the source
    reading: str | None = None  # “ocr”: recognised by machine, some of it

    @property
    def gone(self) -> list[tuple[str, str]]:
        """What is in no passage and no title (reason, text)."""
        return [*self.dropped, *((SIGNED, line) for line in self.signature)]


@dataclass(slots=True)
class Draft:
    """What is found out about one document."""

    values: dict[str, Any]
    conflicts: list[dict[str, Any]]


class Split(NamedTuple):
    """The documents in one cleaned text, and what of it belongs to none (reason, text)."""

    row: Any  # of SOURCES
    bodies: list[Body]
    leftovers: list[tuple[str, str]]


def split_sources(
    sources: pd.DataFrame, manifest: pd.DataFrame | None = None, raw: Sequence[str] | None = None
) -> list[Split]:
    """Split cleaned SOURCES into documents.

    Parameters
    ----------
    raw : their texts before they were cleaned
    manifest : column ``source`` and any of piece, document_id, title, organ, kind_of_unit, date, genre
    """
    known = manifest_rows(manifest)
    texts = [text if isinstance(text, str) else "" for text in sources["text"]]
    rows = zip(sources.itertuples(), texts, texts if raw is None else raw, strict=True)
    return [Split(row, *bodies_of(row, text, str(row.source), known, read)) for row, text, read in rows]


def build_documents(
    sources: pd.DataFrame, lexicon: Lexicon, manifest: pd.DataFrame | None = None
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Split cleaned sources into documents and find out what each is; what :func:`described` returns."""
    return described(split_sources(sources, manifest), lexicon)


def described(splits: Iterable[Split], lexicon: Lexicon) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """DOCUMENTS; CONFLICTS (dates that were found and not taken); DROPPED (repeats and leftovers)."""
    documents, conflicts, dropped = [], [], []
    for row, bodies, leftovers in splits:
        drafts = [draft_document(body, str(row.source), lexicon) for body in bodies]
        documents += [draft.values | {"encoding": row.encoding} for draft in drafts]
        conflicts += [conflict for draft in drafts for conflict in draft.conflicts]
        dropped += [(row.source, row.unit, *drop) for drop in repeats_of(bodies, leftovers)]
    return DOCUMENTS.frame(documents), CONFLICTS.frame(conflicts), DROPPED.frame(dropped)


def repeats_of(bodies: Iterable[Body], leftovers: Iterable[tuple[str, str]]) -> Iterator[tuple[int, int, str, str]]:
    """What splitting took out of one text: line, place, reason and text, as in DROPPED.

    Lines are counted in the text that was read; repeats are found after cleaning, so they are numbered by themselves.
    """
    gone = [*leftovers, *(pair for body in bodies for pair in body.gone)]
    return ((0, number, reason, text) for number, (reason, text) in enumerate(gone))


def bodies_of(
    row: Any, text: str, source: str, known: ManifestRows, raw: str = ""
) -> tuple[list[Body], list[tuple[str, str]]]:
    """The texts of the documents in one cleaned text, and what of it belongs to none (reason, text).

    Parameters
    ----------
    row : unit, title, organ, kind_of_unit, date and genre, as in SOURCES
    raw : the text as it was read, line for line: noise may hold bylines
    """
    lines = text.split("\n")
    read = raw.split("\n") if raw else lines
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
        first, end = piece.place
        body = body_of(piece, document_id, given, read[first:end], of_table)
        bodies.append(replace(body, reading=reading))
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
        pieces.append(Piece(ordinal, piece_title(lines[start]), lines[start + 1 : end], start, lines[start]))
    kept = []
    for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
        if following and piece.ordinal == following.ordinal and len("".join(piece.lines)) < 400:
            gone.append(("截断的重复开头", "\n".join([piece.heading, *piece.lines]).strip()))
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


def body_of(piece: Piece, document_id: str, given: dict[str, str], raw: list[str], of_table: bool = False) -> Body:
    """Take title, bylines and signature off one report (``raw``: its lines as they were read); a row of a table has no
    title line."""
    wanted = given.get("title") or piece.title
    body, head, organ = (piece.lines, [], None) if of_table else take_head(piece.lines)
    title, rest, dropped = (wanted, body, []) if of_table else take_title(wanted, body)
    titles = [piece.heading] if piece.heading else []
    titles += [title] if title and title != wanted else []
    dropped = [*((HEAD_REASON, line) for line in head), *dropped]
    # Off before lines are joined, for a signature may stand where a broken line would go on; a leftover of the title,
    # gone by now, must not be glued to the first sentence either.
    foot = Foot(rest, [], None) if of_table else take_foot(rest)
    lines = one_text(foot.lines) if of_table else list(joined(foot.lines))
    text = "\n".join(lines)
    signed = (foot.organ, SIGNED) if foot.organ else (organ, RED_HEAD)
    byline = Byline(None, None) if of_table else byline_of(raw)
    return Body(document_id, given, title, text, foot.signature, signed, byline, dropped, (*titles,), piece.place)


def draft_document(body: Body, source: str, lexicon: Lexicon) -> Draft:
    """Find organ, kind of unit, genre and date of one report."""
    given, title, text = body.given, body.title, body.text
    bylines = [line for reason, line in body.dropped if reason == BYLINE_REASON]
    day, name = next(iter(dates_in("\n".join(bylines))), None), next(filter(None, map(organ_name, bylines)), None)
    byline = Byline(body.byline.date or day, body.byline.organ or name)
    findings = [
        *([Finding(given["date"], "清单" if given.get("from") == "manifest" else "表格")] if given.get("date") else []),
        *date_of_file_name(source),
        *date_of_signature(body.signature),
        *([Finding(byline.date, UNDER_TITLE)] if byline.date else []),
    ]
    settled = settle_date(findings, dates_in(text))
    organ, organ_source = organ_of(body, byline, source)
    about = " ".join(filter(None, (organ, title)))
    values = {
        "document_id": body.document_id,
        "source": source,
        "title": title or stem(source),
        "organ": organ,
        "organ_source": organ_source,
        "kind_of_unit": given.get("kind_of_unit") or first_hint(lexicon.unit_hints, about),
        "date": settled.date,
        "date_source": settled.origin,
        "genre": given.get("genre") or first_hint(lexicon.genre_hints, title or stem(source)),
        "reading": body.reading,
        "text": text,
        "n_chars": len(text),
    }
    conflicts = [conflict | {"document_id": body.document_id} for conflict in settled.conflicts]
    return Draft(values, conflicts)


def organ_of(body: Body, byline: Byline, source: str) -> tuple[str | None, str | None]:
    """The organ of a report, and where it stands."""
    organ, place = body.organ
    found = (
        (body.given.get("organ"), "清单" if body.given.get("organ_from") == "manifest" else "表格"),
        (organ if place == SIGNED else None, SIGNED),
        (byline.organ, UNDER_TITLE),
        (organ_in_title(body.title), "标题"),
        (organ if place == RED_HEAD else None, RED_HEAD),
        (organ_of_file(stem(source)), "文件名"),
    )
    return next(((name, origin) for name, origin in found if name), (None, None))


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
        n_lines = 2 if goes_on(lines) else 1
        title, lines = "".join(line.strip() for line in lines[:n_lines]), without_blank_start(lines[n_lines:])
    title = title or ""
    if title and len(lines) > 1 and len(lines[0].strip()) >= SHORTEST_UNIT and organ_name(lines[0].strip()):
        dropped.append((BYLINE_REASON, lines[0].strip()))
        lines = without_blank_start(lines[1:])
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
    return BYLINE_REASON if is_byline(line) and len(line) < TITLE_LENGTH else None


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


def goes_on(lines: list[str]) -> bool:
    """Whether a title goes on in the second line: it names the kind of text, which the first one does not.

    >>> goes_on(["某局机关党委", "关于党建工作的报告", "今年以来"]), goes_on(["关于党建工作的报告", "情况说明", "…"])
    (True, False)
    """
    first, second = lines[0].strip(), lines[1].strip() if len(lines) > 2 else ""
    short = len(second) >= 4 and len(first) + len(second) <= TITLE_LENGTH and not mark_of(second)
    return bool(short and TITLE_END.search(second) and not TITLE_END.search(first) and "，" not in second)


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
    if listed is None:
        return table
    return table | listed | {"from": "manifest"} | ({"organ_from": "manifest"} if "organ" in listed else {})


def given_to_row(unit: str, source: str, known: ManifestRows, table: dict[str, str]) -> dict[str, str]:
    """What is said of one row of a table: by the manifest of this row (``piece``), its own cells, the manifest of all.

    What the manifest says of the whole file counts for every row; only its id is the file's.
    """
    own = known.get((source, unit), {})
    whole = {name: value for name, value in known.get((source, ""), {}).items() if name != "document_id"}
    origin = {"from": "manifest"} if "date" in own or "date" not in table else {}
    named = {"organ_from": "manifest"} if "organ" in own or ("organ" in whole and "organ" not in table) else {}
    return whole | table | own | (origin | named if own or whole else {})


def first_hint(hints: tuple[Hint, ...], text: str) -> str | None:
    """Value of the first hint that ``text`` holds."""
    return next((hint.value for hint in hints if re.search(hint.pattern, text)), None)


def stem(source: str) -> str:
    """File name without folders and extension."""
    return re.sub(r"\.[A-Za-z]{1,5}$", "", source.rsplit("/", 1)[-1])
